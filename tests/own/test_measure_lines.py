"""Own measures with a line: booked on it once, seen by the cases, asked about where the line is none."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dewak_research.language import LANGUAGES
from dewak_research.own.annex_page import cases_part, measures_part
from dewak_research.own.bookable_lines import bookable_lines, line_named
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.first_page import sentences
from dewak_research.own.measure_lines import booked_frame
from dewak_research.own.measures import cases_with, critical_fall_with, entered_measures, with_measures
from dewak_research.own.plan import plan_frame, series
from dewak_research.own.plan_overview import overview
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook
from dewak_research.own.stress import net_trade_tax, run_own_stress
from dewak_research.own.template import load_template
from dewak_research.own.workbook import read_contents, update_workbook
from dewak_research.rules import rule_set
from own import musterstadt

YEARS = [2026, 2027, 2028, 2029]
KEY = musterstadt.KEY


@pytest.fixture(scope="module")
def frame(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("own")
    musterstadt.write(folder)
    return plan_frame(load_own(KEY, folder).figures)


def sheet_of(*measures: tuple[float, int, str | None]) -> pd.DataFrame:
    rows = [
        {"name": f"m{n}", "amount_eur": amount, "first_year": first, "full_year": None, "line": line}
        for n, (amount, first, line) in enumerate(measures)
    ]
    return pd.DataFrame(rows)


def moved(frame: pd.DataFrame, line: str, *measures: tuple[float, int, str | None]) -> list[float]:
    later = booked_frame(frame, entered_measures(sheet_of(*measures)), YEARS)
    change = series(later, "result_plan", line) - series(frame, "result_plan", line)
    return [round(value, 6) for value in change.reindex(YEARS)]


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        (
            "gewerbesteuer",
            {"gewerbesteuer": 1, "01": 1, "10": 1, "17": 0, "26": 1, "28": 1, "steueranteile": 0},
        ),
        ("13", {"13": -1, "17": -1, "10": 0, "18": 1, "26": 1, "28": 1}),
        ("kreisumlage", {"kreisumlage": -1, "15": -1, "17": -1, "26": 1}),
        ("20", {"20": -1, "17": 0, "21": 1, "22": 1, "26": 1}),
        (None, {"01": 0, "26": 0}),
    ],
)
def test_a_measure_moves_its_line_what_that_is_part_of_and_every_sum_once(
    frame: pd.DataFrame, line: str | None, changes: dict[str, int]
) -> None:
    """From 2027 on with a million a year; without a line the plan itself stays as it is."""
    for name, sign in changes.items():
        assert moved(frame, name, (1e6, 2027, line)) == [0.0, *[sign * 1e6] * 3], name


def test_actuals_and_what_is_not_entered_stay(frame: pd.DataFrame) -> None:
    later = booked_frame(frame, entered_measures(sheet_of((1e6, 2000, "landschaftsumlage"))), YEARS)
    assert series(later, "result_plan", "landschaftsumlage").empty
    before, after = (series(one, "result_plan", "26") for one in (frame, later))
    assert (after - before).loc[:2025].abs().max() == 0 and (after - before).loc[2026:].tolist() == [1e6] * 4


def test_a_case_acts_on_the_changed_line_and_the_measure_counts_once(frame: pd.DataFrame) -> None:
    """The largest payer takes a fifth of the trade tax for three years: a fifth of the extra million goes with it."""
    stress, sheet = run_own_stress(frame, "nrw"), sheet_of((1e6, 2026, "gewerbesteuer"))
    table = cases_with(frame, stress, sheet).set_index("title_de")
    row = table.loc["Der größte Steuerzahler geht: ein Fünftel der Gewerbesteuer fehlt drei Jahre"]
    assert row["effect_sum_with_eur"] - row["effect_sum_eur"] == pytest.approx(-0.2 * 3 * 1e6)
    gained = row["end_reserve_with_eur"] - row["end_reserve_eur"]
    without = cases_with(frame, stress, sheet_of((1e6, 2026, None))).set_index("title_de").loc[row.name]
    assert without["effect_sum_with_eur"] == without["effect_sum_eur"] == row["effect_sum_eur"]
    assert 0 <= gained <= without["end_reserve_with_eur"] - without["end_reserve_eur"]
    grants = table.loc["Schlüsselzuweisungen 10 % unter Plan"]
    assert grants["effect_sum_with_eur"] == pytest.approx(grants["effect_sum_eur"])
    result = with_measures(stress, sheet)
    assert (result["result_with_eur"] - result["result_eur"]).tolist() == [1e6] * 4


def test_the_fall_that_is_borne_counts_the_measure_on_both_sides(frame: pd.DataFrame) -> None:
    """Bisection gives the share of tax plus measure that the plan with the measure just bears."""
    stress, sheet = run_own_stress(frame, "nrw"), sheet_of((2e6, 2026, "gewerbesteuer"))
    share = critical_fall_with(frame, stress, sheet)
    assert share > stress.critical_fall_share
    assert stress.booked is not None
    tax = net_trade_tax(frame, YEARS) + 2e6
    for fall, crossed in ((share + 1e-4, True), (share - 1e-4, False)):
        assert stress.booked.crossed_by((2e6 - tax * fall)[:, None])[0] == crossed


def test_a_kreis_books_on_levy_and_benefits_and_is_not_asked_for_trade_tax(frame: pd.DataFrame) -> None:
    """What a plan prints for information only moves the result and its own line, and no sum of costs."""
    own = pd.DataFrame({"sheet": "result_plan", "line": "unterkunft", "year": YEARS, "kind": "plan",
                        "value": 9e6, "origin": "given"})  # fmt: skip
    plan = pd.concat([frame, own], ignore_index=True)
    for line, change in {"unterkunft": -5e5, "17": 0, "22": 0, "26": 5e5, "28": 5e5}.items():
        assert moved(plan, line, (5e5, 2026, "unterkunft")) == [change] * 4, line
    stress = run_own_stress(plan, "nrw", kreis=True)
    assert pd.isna(critical_fall_with(plan, stress, sheet_of((5e5, 2026, "unterkunft"))))
    assert len(cases_with(plan, stress, sheet_of((5e5, 2026, "unterkunft"))))


@pytest.mark.parametrize(
    ("text", "line"),
    [("6", "06"), ("06", "06"), ("16 Sonstige ordentliche Aufwendungen", "16"), ("Trade tax", None),
     ("Personnel costs", "11"), ("davon in 15: Kreisumlage", "kreisumlage"), ("GEWERBESTEUER", "gewerbesteuer"),
     ("10", None), ("26", None), ("sonderposten", None)],
)  # fmt: skip
def test_a_line_is_named_by_number_or_name_and_is_no_sum(text: str, line: str | None) -> None:
    assert line_named(text) == line
    assert not {"10", "17", "26", "28", "33", "29"} & set(bookable_lines())


def with_lines(own: Path, *values: object, amount: float = 400_000) -> Path:
    """Write Musterstadt with other lines of its measures, and another amount of the first."""
    path = musterstadt.write(own)
    book = openpyxl.load_workbook(path)
    ws = book[load_template().sheets["measures"].de]
    marks = {ws.cell(r, c).value: (r, c) for r in range(1, 8) for c in range(1, 10)}
    top = marks["column:line"][0] + 2
    for row, value in enumerate(values, top):
        ws.cell(row, marks["column:line"][1]).value = value  # type: ignore[arg-type]
    ws.cell(top, marks["column:amount_eur"][1]).value = amount
    book.save(path)
    return path


def test_the_column_is_read_as_people_write_it(tmp_path: Path) -> None:
    with_lines(tmp_path, 6, "13 Aufwendungen für Sach- und Dienstleistungen")
    assert load_own(KEY, tmp_path).measures["line"].tolist() == ["06", "13"]


def test_a_line_that_is_none_stops_with_its_cell(tmp_path: Path) -> None:
    with_lines(tmp_path, 10, "Gewinn")
    found = check_workbook(KEY, tmp_path).errors
    assert [one.code for one in found] == ["measure_line"] * 2 and all(one.cell for one in found)
    assert "»10«" in found[0].problem.what.de and "»Gewinn«" in found[1].problem.what.de


def test_saving_more_than_the_line_holds_is_asked(tmp_path: Path) -> None:
    held = musterstadt.value(
        musterstadt.RESULT, "12", 2028
    )  # the first year of full effect, and the smallest
    for amount, codes in ((held, []), (held + 1, ["measure_above_line"])):
        with_lines(tmp_path, "12", amount=amount)
        assert [f.code for f in check_workbook(KEY, tmp_path).findings if "measure" in f.code] == codes


def test_an_older_workbook_without_the_column_is_read_and_gets_it(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    ws = book[load_template().sheets["measures"].de]
    column = next(c.column for row in ws.iter_rows(1, 8) for c in row if c.value == "column:line")
    ws.delete_cols(column)
    book.save(path)
    own = load_own(KEY, tmp_path)
    assert own.measures["line"].isna().all() and len(own.measures) == 2
    update_workbook(KEY, read_contents(KEY, tmp_path), tmp_path)
    again = openpyxl.load_workbook(path)[load_template().sheets["measures"].de]
    assert any(c.value == "column:line" for row in again.iter_rows(1, 8) for c in row)
    assert load_own(KEY, tmp_path).measures["amount_eur"].tolist() == [900_000, 400_000]


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_page_names_the_lines_that_are_booked(frame: pd.DataFrame, language) -> None:  # type: ignore[no-untyped-def]
    stress, sheet = run_own_stress(frame, "nrw"), sheet_of((1e6, 2026, "gewerbesteuer"), (1e5, 2026, None))
    table = cases_with(frame, stress, sheet)
    part = cases_part(table, sheet, (0.1, 0.2), language, stress.rules)
    assert "m0: " in part["lines"][1] and "m1" not in part["lines"][1] and len(part["rows"]) == len(table)
    assert not cases_part(
        cases_with(frame, stress, sheet.head(0)), sheet, (0.1, 0.2), language, stress.rules
    )["rows"]


@pytest.mark.parametrize(("law", "wide"), [("go_nrw_2024", 5), ("nkomvg_2017", 5), ("none", 3)])
def test_the_cases_say_from_when_a_concept_is_due_where_a_law_knows_one(
    frame: pd.DataFrame, law: str, wide: int
) -> None:
    """Lower Saxony has no ladder, but a duty; without a law there is none, and no sentence on its thresholds."""
    sheet, rules = sheet_of((1e6, 2026, "gewerbesteuer")), rule_set(law)
    table = cases_with(frame, run_own_stress(frame, "nrw"), sheet)
    for language in LANGUAGES:
        part = cases_part(table, sheet, (0.1, float("inf")), language, rules)
        assert len(part["head"]) == wide and {len(row) for row in part["rows"]} == {wide}
        said = [line for line in part["lines"] if re.search(r"\b10\W?%", line)]
        assert len(said) == (wide == 5)
        foreign = "Schwelle|threshold"
        assert law == "go_nrw_2024" or not re.search(foreign, " ".join(part["lines"]))
        effect = measures_part(with_measures(run_own_stress(frame, "nrw"), sheet), language, rules)
        assert law == "go_nrw_2024" or not re.search(foreign, effect["note"])
    assert len(cases_part(table, sheet, (0.1, float("nan")), "de", rules)["lines"]) == 2


def test_a_measure_outside_the_plan_is_asked_about(tmp_path: Path) -> None:
    contents = musterstadt.contents()
    contents.lists["measures"] = [
        {"name": "zu spät", "amount_eur": 1e5, "first_year": 2030},
        {"name": "längst", "amount_eur": 1e5, "first_year": 2020, "full_year": 2024},
        {"name": "begonnen", "amount_eur": 1e5, "first_year": 2023, "full_year": 2025},
        {"name": "im letzten Jahr", "amount_eur": 1e5, "first_year": 2029},
    ]
    save_workbook(contents, tmp_path / KEY / FILE_NAME)
    found = [one for one in check_workbook(KEY, tmp_path).findings if one.sheet == "Maßnahmen"]
    assert [one.code for one in found] == ["measure_after_plan", "measure_before_plan"]
    assert "beginnt 2030, der Plan endet 2029" in found[0].problem.what.de
    assert "since 2024, the plan begins in 2025" in found[1].problem.what.en


@pytest.mark.parametrize(("amount", "said"), [(1e5, "bringen 0,1 Mio. €"), (-1e5, "kostet 0,1 Mio. €")])
def test_what_costs_more_is_not_said_to_bring_less_than_nothing(
    frame: pd.DataFrame, amount: float, said: str
) -> None:
    stress = run_own_stress(frame, "nrw")
    text = sentences(overview(frame, stress, sheet_of((amount, 2026, None))), stress, "de")[-1]
    assert said in text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_line_comes_back_from_a_saved_workbook(tmp_path: Path) -> None:
    contents = musterstadt.contents()
    save_workbook(contents, tmp_path / KEY / FILE_NAME)
    assert [row["line"] for row in read_contents(KEY, tmp_path).lists["measures"]] == ["13", "04"]
