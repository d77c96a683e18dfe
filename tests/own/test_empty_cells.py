"""Empty cells by name, and what each would open, for a plan typed by hand."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from dewak_research.own.contents import KEYS
from dewak_research.own.missing_cells import (
    STOCKS,
    Cell,
    cell_text,
    cells_missing,
    cells_of_item,
    what_opens,
    years_missing,
    years_shown,
)
from dewak_research.ratios.kennzahlen import ratios

Row = tuple[str, str, int, str, float]
NUMBER = {name: one.number for name, one in ratios().items()}
PLAN: list[Row] = [("result_plan", "28", year, "plan", 5.0) for year in (2025, 2026, 2027, 2028)]
STOCK_ROWS: list[Row] = [("balance", line, 2024, "actual", 1.0) for line in STOCKS]
PEOPLE: Row = ("population", "einwohner", 2024, "actual", 1_000.0)
NO_RATIO = pd.DataFrame(columns=["ratio", "value", "reason"])


def frame(*rows: Row) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*KEYS, "value"]).astype({"year": "int64", "value": "float64"})


def opens(
    *rows: Row, missing: tuple[tuple[str, str, int], ...] = (), begun: int | None = None, reserves: bool = True,
    episodes: tuple[dict[str, object], ...] = (), table: pd.DataFrame = NO_RATIO,
) -> dict[Cell, dict[str, Any]]:  # fmt: skip
    gone = pd.DataFrame([(*cell, "plan") for cell in missing], columns=KEYS)
    stress = SimpleNamespace(budget_year=begun, has_reserves=reserves, episodes=pd.DataFrame(list(episodes)))
    found = what_opens(frame(*rows), gone, stress, table)  # type: ignore[arg-type]
    assert list(found.columns) == ["sheet", "line", "years", "cases", "ratios", "others", "opens"]
    return {(str(row["sheet"]), str(row["line"])): row for row in found.to_dict("records")}


@pytest.mark.parametrize(
    ("item", "cells"),
    [
        ("zins", (("balance", "liquiditaetskredite"), ("balance", "investitionskredite"))),
        ("asyl", (("result_plan", "asylleistungen"),)),
        ("kdu", (("result_plan", "unterkunft"),)),
        ("pers", (("result_plan", "11"), ("result_plan", "12"))),
        ("gewst", (("result_plan", "gewerbesteuer"),)),
        ("egh", (("result_plan", "soziale_leistungen"),)),
        ("nothing", ()),
    ],
)
def test_the_cells_of_an_item(item: str, cells: tuple[Cell, ...]) -> None:
    assert cells_of_item(item) == cells


def test_years_without_a_value() -> None:
    known = frame(("result_plan", "11", 2025, "plan", 0.0), ("result_plan", "12", 2026, "plan", 1.0))
    assert years_missing(known, ("result_plan", "11"), [2024, 2025, 2026]) == [2024, 2026]


@pytest.mark.parametrize(
    ("years", "shown"),
    [
        ([], ""),
        ([2024], "2024"),
        ([2025, 2024], "2024–2025"),
        ([2022, 2024, 2025, 2026, 2030], "2022, 2024–2026, 2030"),
        ([2024, 2026], "2024, 2026"),
    ],
)
def test_years_in_a_row_are_a_span(years: list[int], shown: str) -> None:
    assert years_shown(years) == shown


def test_cells_are_named_by_line_years_and_sheet() -> None:
    assert (
        cell_text(("result_plan", "11"), [2025, 2026], "de")
        == "11 Personalaufwendungen, 2025–2026 (Blatt Ergebnisplan)"
    )
    assert cells_missing(frame(), "asyl", [2026], "en") == [
        cell_text(("result_plan", "asylleistungen"), [2026], "en")
    ]


def test_what_holds_up_an_item_is_named_line_by_line() -> None:
    known = frame(*(("result_plan", "11", year, "plan", 1.0) for year in (2025, 2026)))
    assert cells_missing(known, "pers", [2025, 2026], "de") == [
        cell_text(("result_plan", "12"), [2025, 2026], "de")
    ]
    assert cells_missing(known, "pers", iter([2026, 2027]), "de")[0] == cell_text(
        ("result_plan", "11"), [2027], "de"
    )


def test_a_stock_needs_the_year_that_may_be_closed_or_any_that_is_young_enough() -> None:
    """While the budget of 2026 is drawn up, 2024 is the last year whose accounts can be there."""
    named = [
        cell_text(("balance", line), [2024], "de") for line in ("liquiditaetskredite", "investitionskredite")
    ]
    assert cells_missing(frame(*PLAN), "zins", [2026, 2027], "de") == named
    loans: Row = ("balance", "investitionskredite", 2022, "actual", 1.0)
    assert cells_missing(frame(*PLAN, loans), "zins", [2026, 2027], "de") == named[:1], (
        "2022 is young enough for 2025"
    )
    old: Row = ("balance", "investitionskredite", 2010, "actual", 1.0)
    assert cells_missing(frame(*PLAN, old), "zins", [2026, 2027], "de") == named
    assert cells_missing(frame(*PLAN), "zins", [], "de") == []
    flow: Row = ("result_plan", "11", 2024, "actual", 1.0)
    assert len(cells_missing(frame(*PLAN, flow), "pers", [2026], "de")) == 2, (
        "a flow is needed in its own years"
    )


def test_nothing_waits_for_a_line_that_opens_nothing() -> None:
    assert opens(missing=(("result_plan", "gewerbesteuer", 2026),)) == {}


def test_parts_of_the_result_are_named_and_their_years_put_in_order() -> None:
    found = opens(
        missing=(("result_plan", "11", 2027), ("result_plan", "11", 2026), ("result_plan", "11", 2027))
    )
    (row,) = found.values()
    assert (row["years"], row["cases"], row["ratios"], row["others"], row["opens"]) == (
        [2026, 2027],
        [],
        [],
        ["result"],
        1,
    )
    assert (
        opens(missing=(("finance_plan", "10", 2026),)) == {} == opens(missing=(("result_plan", "08", 2026),))
    )
    assert list(opens(missing=(("result_plan", "20", 2026),))) == [("result_plan", "20")]


def test_a_plan_needs_reserves_stocks_and_people() -> None:
    """The budget of 2026 stands on the balance sheet of 2024."""
    found = opens(*PLAN, begun=2026, reserves=False)
    law = [("balance", "allgemeine_ruecklage"), ("balance", "ausgleichsruecklage")]
    money = [("balance", line) for line in STOCKS]
    assert set(found) == {*law, *money, ("population", "einwohner")}
    assert all(row["years"] == [2024] and row["opens"] == 1 for row in found.values())
    assert [found[cell]["others"] for cell in (*law, *money)] == [["law"]] * 2 + [["money"]] * 3
    assert found["population", "einwohner"]["others"] == ["heads"]
    assert list(found)[-1] == ("population", "einwohner"), "sheets in the order of the workbook"
    assert opens(*PLAN, *STOCK_ROWS, PEOPLE, begun=2026) == {}
    assert list(opens(*PLAN, *STOCK_ROWS[1:], PEOPLE, begun=2026)) == [("balance", "liquide_mittel")]
    assert list(opens(*PLAN, *STOCK_ROWS, begun=2026)) == [("population", "einwohner")]
    planned: Row = ("population", "einwohner", 2026, "plan", 1.0)
    assert list(opens(*PLAN, *STOCK_ROWS, planned, begun=2026)) == [("population", "einwohner")]
    assert opens(*PLAN, reserves=False) == {}, "nothing was begun"


def test_a_cell_that_is_empty_in_a_begun_column_keeps_its_own_years() -> None:
    found = opens(*PLAN, *STOCK_ROWS, missing=(("population", "einwohner", 2023),), begun=2026)
    assert found["population", "einwohner"]["years"] == [2023]


def episode(name: str, missing: str, **more: object) -> dict[str, object]:
    return {"scenario": name, "missing": missing, **more}


def test_cases_wait_for_their_cells_once_each() -> None:
    cells = (("result_plan", "asylleistungen", 2026), ("result_plan", "12", 2026))
    found = opens(
        missing=cells,
        episodes=(
            episode("kreis", "asyl", applies=False),
            episode("none", "", applies=True),
            episode("staff", "pers", applies=True),
            episode("refugees", "asyl; asyl; pers", applies=True),
        ),
    )
    assert list(found) == [("result_plan", "12"), ("result_plan", "asylleistungen")], (
        "what opens most comes first"
    )
    staff, asylum = found.values()
    assert (staff["cases"], staff["others"], staff["opens"]) == (["staff", "refugees"], ["result"], 3)
    assert (asylum["cases"], asylum["opens"]) == (["refugees"], 1)
    plain = opens(missing=cells[:1], episodes=(episode("refugees", "asyl"),))
    assert plain["result_plan", "asylleistungen"]["cases"] == ["refugees"], (
        "without a word on it a case applies"
    )


def ratio_table(*rows: tuple[str, float | None, str | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["ratio", "value", "reason"])


def test_ratios_without_a_value_wait_for_their_lines() -> None:
    table = ratio_table(
        ("zinslastquote", None, "missing:financial_expenses"),
        ("zinslastquote", None, "missing:financial_expenses"),
        ("personalintensitaet", None, "missing:personnel"),
        ("personalintensitaet", 20.0, None),
        ("transferaufwandsquote", None, "zero_denominator"),
        ("liquiditaet_2", None, "missing:liquid_assets,short_term_liabilities"),
    )
    cells = (("result_plan", "20", 2026), ("result_plan", "11", 2026), ("result_plan", "15", 2026))
    stocks = tuple(
        ("balance", line, 2024)
        for line in ("liquide_mittel", "forderungen_kurzfristig", "verbindlichkeiten_kurzfristig")
    )
    found = opens(missing=(*cells, *stocks), table=table)
    said = {cell[1]: row["ratios"] for cell, row in found.items()}
    assert said["20"] == [NUMBER["zinslastquote"]] == ["13"]
    assert said["11"] == [] == said["15"], "known in a year, or undefined for another reason"
    assert [said[line] for _, line, _ in stocks] == [["11"]] * 3


def test_a_ratio_of_a_sum_waits_for_the_required_parts_of_the_sum() -> None:
    """Ordinary expenses are 11 to 16; ordinary income 01 to 07, 08 and 09 may be empty."""
    table = ratio_table(("aufwandsdeckungsgrad", None, "missing:ordinary_income,ordinary_expenses"))
    lines = [f"{n:02}" for n in range(1, 18)]
    found = opens(missing=tuple(("result_plan", line, 2026) for line in lines), table=table)
    waiting = [cell[1] for cell, row in found.items() if row["ratios"] == ["1"]]
    assert sorted(waiting) == [line for line in lines if line not in ("08", "09", "10", "17")]


def test_a_ratio_of_a_line_that_may_be_empty_waits_for_that_line() -> None:
    table = ratio_table(("abschreibungsintensitaet", None, "missing:special_items_released"))
    found = opens(missing=(("result_plan", "sonderposten", 2026), ("result_plan", "14", 2026)), table=table)
    assert (
        found["result_plan", "sonderposten"]["ratios"] == ["6"] and found["result_plan", "14"]["ratios"] == []
    )


def test_no_table_of_ratios_opens_none() -> None:
    cell = (("result_plan", "20", 2026),)
    for table in (pd.DataFrame(), pd.DataFrame({"ratio": ["zinslastquote"], "value": [None]}), ratio_table()):
        assert opens(missing=cell, table=table)["result_plan", "20"]["ratios"] == []
