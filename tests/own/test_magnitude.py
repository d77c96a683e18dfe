"""Amounts in thousand euro on any sheet, in any column or line, are found, said once, and stop the report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from openpyxl.cell.cell import Cell

from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.quality import CARRIED_FORWARD_ABOVE, identical_shares
from dewak_research.own import official
from dewak_research.own.check import CheckResult, check_workbook
from dewak_research.own.contents import Finding
from dewak_research.own.known_figures import Figures
from dewak_research.own.magnitude import unit_factor, usual_amounts
from dewak_research.own.small_amounts import confirmed
from dewak_research.own.template import complete, load_template
from dewak_research.paths import RAW
from own import musterstadt

KEY = musterstadt.KEY
Where = Callable[[str, int], bool]
"""Whether a cell of a line (id) and year is changed."""


def changed(
    own: Path, *sheets: str, factor: float = 1e-3, where: Where = lambda line, year: True
) -> CheckResult:
    """Check Musterstadt with some cells of some sheets multiplied."""
    path = musterstadt.write(own)
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        ws = book[load_template().sheets[sheet].de]
        for cell in euro_cells(sheet, ws):
            line = str(ws.cell(cell.row, 1).value).removeprefix("line:")
            if where(line, int(str(ws.cell(4, cell.column).value))):
                cell.value = float(str(cell.value)) * factor
    book.save(path)
    return check_workbook(KEY, own)


def euro_cells(sheet: str, ws: object) -> list[Cell]:
    rows = ws.iter_rows(6, ws.max_row, 6, ws.max_column)  # type: ignore[attr-defined]
    lines = load_template().grids[sheet]
    return [
        cell
        for row in rows
        for cell in row
        if isinstance(cell.value, int | float)
        and (line := lines.get(str(ws.cell(cell.row, 1).value).removeprefix("line:")))  # type: ignore[attr-defined]
        and line.unit == "EUR"
    ]


def beside_register(result: CheckResult) -> list[Finding]:
    """All findings but the one that the invented key is in no register."""
    return [found for found in result.findings if found.code != "key_unregistered"]


def test_balance_and_finance_plan_in_thousand_euro_stop_the_report(tmp_path: Path) -> None:
    """Receipts of 2022: 60.9 + 36.5 + 1.45 + 18.1 + 2.15 + 8.6 + 3.1 + 0.93 = 131.73 million euro for 48,310 people.

    In thousand euro that is 131,730 / 48,310 = 2.73 € per inhabitant.
    """
    result = changed(tmp_path, "balance", "finance_plan")
    found = beside_register(result)
    assert [(one.code, one.severity, one.sheet) for one in found] == [
        ("looks_like_thousands", "error", "Finanzplan"),
        ("looks_like_thousands", "error", "Bilanz"),
    ]
    assert "131.730 Euro" in found[0].problem.what.de and "2,73 € je Einwohner" in found[0].problem.what.de
    assert "131.730.000" in found[0].problem.right.de and "1000 malnehmen" in found[0].problem.next_step.de
    assert found[1].problem.what.de.startswith("Ergebnis 2022, Ergebnis 2023, Ergebnis 2024:")


@pytest.mark.parametrize("sheet", ["result_plan", "finance_plan", "balance"])
@pytest.mark.parametrize(
    ("factor", "code"),
    [(1e-3, "looks_like_thousands"), (1e-6, "looks_like_millions"), (1e2, "looks_like_cents")],
)
def test_each_sheet_in_each_unit_is_one_finding(tmp_path: Path, sheet: str, factor: float, code: str) -> None:
    found = beside_register(changed(tmp_path, sheet, factor=factor))
    assert [(one.code, one.severity) for one in found if one.severity == "error"] == [(code, "error")]
    assert {one.code for one in found} <= {code, "sum_rounding"}


@pytest.mark.parametrize("sheet", ["result_plan", "finance_plan", "balance"])
def test_one_year_in_thousand_euro_is_named(tmp_path: Path, sheet: str) -> None:
    found = beside_register(changed(tmp_path, sheet, where=lambda line, year: year == 2023))
    assert [one.code for one in found if one.severity != "note"] == ["looks_like_thousands"]
    assert found[0].problem.what.de.startswith("Ergebnis 2023:")


def test_one_line_in_thousand_euro_in_all_years_is_one_finding(tmp_path: Path) -> None:
    """Personnel payments of 2022: 31,900 thousand / 48,310 = 0.66033 € per inhabitant instead of 660.33 €."""
    found = beside_register(changed(tmp_path, "finance_plan", where=lambda line, year: line == "10"))
    assert [(one.code, one.severity, one.cell) for one in found] == [("line_unit_usual", "error", "F15")]
    assert "31.900 Euro wären 0,66 € je Einwohner" in found[0].problem.what.de


def test_one_line_of_some_years_is_one_finding(tmp_path: Path) -> None:
    odd = changed(tmp_path, "result_plan", where=lambda line, year: line == "gewerbesteuer" and year > 2027)
    found = beside_register(odd)
    assert [(one.code, one.severity) for one in found] == [("line_unit_odd", "error")]
    assert "Plan 2028, Plan 2029" in found[0].problem.what.de


def test_a_reserve_that_melts_away_is_asked_not_refused(tmp_path: Path) -> None:
    odd = changed(
        tmp_path, "balance", where=lambda line, year: line == "ausgleichsruecklage" and year == 2024
    )
    weights = {one.code: one.severity for one in beside_register(odd)}
    assert weights.pop("balance_unequal") == "error"  # it is, by what is missing
    assert weights == {"line_unit_maybe": "warning", "reserve_mismatch": "warning"}


def test_without_inhabitants_the_sheets_are_held_against_each_other(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    book = openpyxl.load_workbook(path)
    for row in book["Bevölkerung"].iter_rows(6, 9, 6, 16):
        for cell in row:
            cell.value = None
    for cell in euro_cells("balance", book["Bilanz"]):
        cell.value = float(str(cell.value)) / 1_000
    book.save(path)
    found = [one for one in check_workbook(KEY, tmp_path).findings if one.severity == "error"]
    assert {one.code for one in found} == {"no_population", "sheets_unit_differs"}


@pytest.mark.parametrize(
    ("per_head", "factor"),
    [(50.5, 1.0), (49.0, 1e3), (0.06, 1e3), (0.04, 1e6), (1_500.0, 1.0), (15_700.0, 1.0), (15_900.0, 1e-2)],
)
def test_units_part_at_the_geometric_middle(per_head: float, factor: float) -> None:
    """Between 755.6 and 3.2997 (thousand euro): √(755.6 · 3.2997) = 49.93; up to cents: √(3299.7 · 75560) = 15790."""
    assert unit_factor(per_head, (755.6, 3299.7)) == factor


def cash_per_head() -> pd.DataFrame:
    """Cash of all towns by town, year and line, per inhabitant, sums completed."""
    path = RAW / catalogued("booked_payments").path
    frame = pq.read_table(path, filters=[("product_group", "==", "999")]).to_pandas()
    frame = frame.astype({"account": str, "ags": str, "product_group": str}).dropna(subset="amount_eur")
    repeated = identical_shares(frame).set_index(["ags", "year"])["identical_share"]
    shares = repeated.reindex(pd.MultiIndex.from_frame(frame[["ags", "year"]])).fillna(0.0)
    frame = frame[shares.to_numpy() <= CARRIED_FORWARD_ABOVE]
    prefixes = official.account_lines()["finance_plan"]
    lines = {account: official.line_of(account, prefixes) for account in frame["account"].unique()}
    frame = frame.assign(line=frame["account"].map(lines))
    wide = frame.pivot_table(index=["ags", "year"], columns="line", values="amount_eur", aggfunc="sum")
    grid = load_template().grids["finance_plan"]
    whole = pd.DataFrame(
        [complete(row.dropna().to_dict(), grid) for _, row in wide.iterrows()], index=wide.index
    )
    return whole.div(heads().reindex(whole.index), axis=0).dropna(how="all")


def heads() -> pd.Series:
    people = official.embedded_population()
    people = people[people["line"] == "einwohner"].rename(columns={"key": "ags"})
    return people.astype({"ags": str}).set_index(["ags", "year"])["value"]


def balance_per_head() -> pd.DataFrame:
    frame = official.official_table("balance_sheets")
    frame = frame[frame["side"] == "current"].astype({"ags": str})
    items = {line.item: line.id for line in load_template().grids["balance"].values() if line.item}
    frame = frame.assign(line=frame["item"].astype(str).map(items)).dropna(subset="line")
    wide = frame.pivot_table(index="ags", columns="line", values="value_eur", aggfunc="sum")
    of_year = heads().xs(official.BALANCE_YEAR, level="year")
    return wide.div(of_year.reindex(wide.index), axis=0)


def taxes_per_head() -> pd.DataFrame:
    people = official.embedded_population().rename(columns={"key": "ags"}).astype({"ags": str})
    wide = people.pivot_table(index=["ags", "year"], columns="line", values="value")
    return wide.div(wide["einwohner"], axis=0)


@pytest.mark.parametrize("part", ["whole", "lines"])
def test_the_usual_amounts_are_those_of_the_embedded_figures(part: str) -> None:
    measured = {
        "finance_plan": cash_per_head(),
        "balance": balance_per_head(),
        "population": taxes_per_head(),
    }
    for sheet, ranges in usual_amounts(part).items():
        for line, usual in ranges.items():
            source, of = cash_of(line) if sheet == "result_plan" else (sheet, line)
            ends = measured[source][of].quantile([0.001, 0.999])
            assert usual == pytest.approx(ends.tolist(), abs=0.06), (sheet, line)
            assert usual[1] / usual[0] <= 100


def cash_of(line: str) -> tuple[str, str]:
    """Return the finance line of the same accounts: 4x → 6x, 5x → 7x; of a sum, the one of the same parts."""
    accounts = official.account_lines()
    grids = load_template().grids

    def same(line: str) -> set[str]:
        own = [account for account, of in accounts["result_plan"].items() if of == line]
        cash = {
            accounts["finance_plan"].get({"4": "6", "5": "7"}[account[0]] + account[1:]) for account in own
        }
        return {found for found in cash if found}

    if grids["result_plan"][line].need != "sum":
        return "finance_plan", same(line).pop()
    parts = set().union(*(same(part) for part in grids["result_plan"][line].plus))
    sums = (one for one in grids["finance_plan"].values() if one.need == "sum" and parts <= set(one.plus))
    return "finance_plan", next(sums).id


COST_LINES = ("11", "12", "13", "14", "15", "16")


def little_staff(own: Path, sum_of_costs: str | None, reason: str | None = None) -> CheckResult:
    """Check Musterstadt with a thousandth of its personnel costs in every year, and the total of costs entered."""
    path = musterstadt.write(own)
    book = openpyxl.load_workbook(path)
    ws = book[load_template().sheets["result_plan"].de]
    rows = {str(ws.cell(r, 1).value).removeprefix("line:"): r for r in range(1, ws.max_row + 1)}
    for column in range(6, ws.max_column + 1):
        year = ws.cell(4, column).value
        if not isinstance(year, int):
            continue
        ws.cell(rows["11"], column).value = musterstadt.value(musterstadt.RESULT, "11", year) / 1_000
        ws.cell(rows["26"], column).value = None
        total = sum(musterstadt.value(musterstadt.RESULT, line, year) for line in COST_LINES[1:])
        total += musterstadt.value(musterstadt.RESULT, "11", year) / 1_000
        if sum_of_costs == "typed":
            ws.cell(rows["17"], column).value = round(total, 2)
    if reason:
        sheet = book[load_template().sheets["overrides"].de]
        marks = {sheet.cell(r, c).value: (r, c) for r in range(1, 8) for c in range(1, 12)}
        top = marks["column:sheet"][0] + 2
        given = {"sheet": "Ergebnisplan", "line": "11", "year": 2026, "value": 35_000, "reason": reason}
        for name, value in given.items():
            sheet.cell(top, marks[f"column:{name}"][1]).value = value
    book.save(path)
    return check_workbook(KEY, own)


@pytest.mark.parametrize(
    ("total", "reason"), [("typed", None), (None, "Bauhof und Kitas gehören dem Zweckverband")]
)
def test_little_staff_that_the_workbook_confirms_is_asked_not_refused(
    tmp_path: Path, total: str | None, reason: str | None
) -> None:
    """33,600 / 48,310 = 0.7 € per inhabitant; the usual range begins at 12.2 €."""
    found = beside_register(little_staff(tmp_path, total, reason))
    assert not [one for one in found if one.severity == "error"]
    asked = [one for one in found if one.code.startswith("line_unit")]
    assert [(one.code, one.severity) for one in asked] == [("line_unit_small", "warning")]
    assert "33.600 Euro sind 0,70 € je Einwohner" in asked[0].problem.what.de


def test_little_staff_without_a_total_still_stops_the_report(tmp_path: Path) -> None:
    found = beside_register(little_staff(tmp_path, None))
    assert [(one.code, one.severity) for one in found if one.severity == "error"] == [
        ("line_unit_usual", "error")
    ]


def test_a_total_that_is_a_formula_confirms_nothing(tmp_path: Path) -> None:
    """It adds up whatever stands in the cells."""
    result = little_staff(tmp_path, "typed")
    figures = Figures(result.reading, result.embedded)
    key = ("result_plan", "11", 2026, "plan")
    assert confirmed(figures, result.sums)(key)
    assert result.reading.book is not None
    cell = figures.cells["result_plan", "17", 2026, "plan"]
    result.reading.book["Ergebnisplan"][cell].value = "=SUM(A1:A9)"
    assert not confirmed(figures, result.sums)(key)
