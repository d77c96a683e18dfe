"""Where a value is asked about: at which bound, and with which numbers the message is made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dewak_research.own import plausibility
from dewak_research.own.missing_cells import cells_of_item, what_opens, years_shown
from dewak_research.own.template import load_template


class Town(SimpleNamespace):
    """Figures of a town, as far as one check asks for them; what is found is kept as it is told."""

    def found(
        self, code: str, key: tuple[str, str, int, str], **shown: Any
    ) -> tuple[str, str, int, dict[str, Any]]:
        return code, key[1], key[2], shown

    def completed(self, sheet: str) -> dict[int, dict[str, float]]:
        return getattr(self, sheet)

    def people_near(self, year: int) -> float:
        return 1000.0


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plausibility, "inhabitants", lambda embedded: embedded)
    monkeypatch.setattr(plausibility, "shifted_balance", lambda figures: None)


@pytest.mark.parametrize(
    ("people", "odd"), [(501.0, False), (500.0, True), (1000.0, False), (1999.0, False), (2000.0, True)]
)
def test_inhabitants_are_odd_from_half_and_from_double_the_official_number_on(
    people: float, odd: bool
) -> None:
    town = Town(columns={"population": {(2024, "actual"): {"einwohner": people}}}, embedded={2024: 1000.0})
    found = list(plausibility._population(town))
    assert [one[0] for one in found] == (["population_odd"] if odd else [])
    if odd:
        assert found[0][3] == {"value": people, "number": 1000.0, "year": "2024"}


def test_a_jump_of_inhabitants_is_told_as_a_change() -> None:
    columns = {
        "population": {(2023, "actual"): {"einwohner": 1000.0}, (2024, "actual"): {"einwohner": 1500.0}}
    }
    (found,) = plausibility._population(Town(columns=columns, embedded={}))
    assert found[:3] == ("population_jump", "einwohner", 2024) and "50" in found[3]["change"]["de"]


def balance(**changed: float) -> list[tuple[str, str, int, dict[str, Any]]]:
    sheet = {"bilanzsumme_aktiva": 500.0, "bilanzsumme_passiva": 500.0, "eigenkapital": 100.0}
    before = {"eigenkapital": 100.0}
    return list(
        plausibility._balance(Town(balance={2023: before, 2024: {**sheet, **changed}}, result_plan={}))
    )


def test_a_balance_sheet_that_does_not_balance_is_told_with_its_difference() -> None:
    assert balance() == []
    ((code, line, year, shown),) = balance(bilanzsumme_aktiva=900.0)
    assert (code, line, year) == ("balance_unequal", "bilanzsumme_aktiva", 2024)
    assert shown == {"value": 900.0, "number": 500.0, "difference": 400.0}


def test_negative_equity_and_a_deficit_shown_twice_are_told() -> None:
    assert [one[0] for one in balance(eigenkapital=-1.0)] == ["overindebted"]
    assert [one[0] for one in balance(fehlbetrag_nicht_gedeckt=5.0)] == ["fehlbetrag_double"]


def test_years_are_written_as_spans() -> None:
    assert years_shown([2026, 2022, 2024, 2025]) == "2022, 2024–2026"
    assert years_shown([2022]) == "2022" and years_shown([]) == ""


def test_empty_cells_are_asked_for_where_no_official_figure_stands_in() -> None:
    grids = load_template().grids
    line = {
        s: next(n for n, one in grids[s].items() if one.need == "required")
        for s in ("result_plan", "balance")
    }
    other = next(n for n, one in grids["finance_plan"].items())
    rows = [
        ("result_plan", line["result_plan"], 2025, "plan", None, "empty"),
        ("result_plan", line["result_plan"], 2024, "actual", None, "bad"),
        ("balance", line["balance"], 2024, "actual", None, "empty"),
        ("balance", line["balance"], 2023, "actual", None, "empty"),
        ("finance_plan", other, 2025, "plan", None, "empty"),
    ]
    years = {(2025, "plan"): {"x": 1.0}, (2024, "actual"): {"x": 1.0}, (2023, "actual"): {"x": 1.0}}
    reserves = dict.fromkeys(plausibility.reserve_lines(), 1.0)
    reading = SimpleNamespace(
        figures=pd.DataFrame(rows, columns=["sheet", "line", "year", "kind", "value", "status"]),
        titles={},
        form={},
    )
    town = Town(
        reading=reading,
        columns={sheet: {year: {**values, **reserves} for year, values in years.items()} for sheet in grids},
        heads={2024: 1000.0},
        embedded=pd.DataFrame({"sheet": ["balance"], "year": [2023]}),
    )
    found = [one[:3] for one in plausibility._required(town)]
    assert found == [
        ("required_empty", line["result_plan"], 2025),
        ("required_empty", line["balance"], 2024),
    ]


def test_a_result_that_differs_is_told_unless_the_years_of_the_balance_sheet_are_shifted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    annual = plausibility.line_for("result_plan", "annual_result")

    def told() -> list[tuple[str, Any, Any]]:
        sheet = {"bilanzsumme_aktiva": 500.0, "bilanzsumme_passiva": 500.0, "jahresergebnis": -30.0}
        town = Town(balance={2024: sheet}, result_plan={2024: {annual: -90.0}})
        return [(code, shown["value"], shown["number"]) for code, _, _, shown in plausibility._balance(town)]

    assert told() == [("result_mismatch", -30.0, -90.0)]
    monkeypatch.setattr(plausibility, "shifted_balance", lambda figures: 1)
    assert told() == []


def test_an_empty_line_opens_the_cases_that_apply_and_no_other() -> None:
    (cell,) = cells_of_item("asyl")
    missing = pd.DataFrame(
        [(*cell, year, "plan") for year in (2027, 2026)], columns=["sheet", "line", "year", "kind"]
    )
    episodes = [
        ("kreis_only", False, "asyl"),
        ("refugees", True, "kdu; asyl"),
        ("staff", True, ""),
        ("more", True, "asyl"),
    ]
    stress = SimpleNamespace(
        budget_year=None, episodes=pd.DataFrame(episodes, columns=["scenario", "applies", "missing"])
    )
    found = what_opens(pd.DataFrame(), missing, stress, pd.DataFrame()).set_index("line").loc[cell[1]]
    assert (found["years"], found["cases"], found["ratios"]) == ([2026, 2027], ["refugees", "more"], [])
    assert found["opens"] == 2 + len(found["others"]) and "heads" not in found["others"]
    heads = pd.DataFrame([("population", "einwohner", 2024, "actual")], columns=missing.columns)
    (people,) = what_opens(pd.DataFrame(), heads, stress, pd.DataFrame()).to_dict("records")
    assert (people["others"], people["cases"], people["opens"]) == (["heads"], [], 1)
