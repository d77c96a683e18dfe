# ruff: noqa: E501  (tables of cases)
"""The workbook follows the plans that are printed today; older workbooks and mappings lose nothing on the way."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from dewak_research.data.text_files import split_rows
from dewak_research.errors import InputError
from dewak_research.own.cash_path import credit_taken
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.contents import Contents, figures_from
from dewak_research.own.gap import gap_section
from dewak_research.own.intake.mapping import dump_map, load_map
from dewak_research.own.intake.proposal import propose
from dewak_research.own.municipal_plan import _stocks
from dewak_research.own.official import account_lines, line_of
from dewak_research.own.plan import plan_frame, plan_lines, plan_years, result_path, series
from dewak_research.own.plan_table import plan_table
from dewak_research.own.probability import OwnProbability
from dewak_research.own.roles import line_for
from dewak_research.own.template import check_sums, load_template
from dewak_research.own.workbook import read_contents, read_workbook, update_workbook
from dewak_research.paths import ROOT
from dewak_research.ratios.kennzahlen import items
from dewak_research.rules import rule_set
from own import musterstadt, samples_small
from own.older_workbook import of_version_1

KEY = musterstadt.KEY


def column(sheet: str, year: int = 2026, kind: str = "plan", **values: float):
    """Figures of one column: line (n34 = "34") and value."""
    return figures_from(
        [(sheet, name.lstrip("n"), year, kind, value, "given") for name, value in values.items()]
    )


def test_the_workbook_names_the_lines_as_they_are_printed_today() -> None:
    plan, cash = (load_template().grids[sheet] for sheet in ("result_plan", "finance_plan"))
    assert (plan["18"].label.de, plan["22"].label.de) == (
        "Ordentliches Ergebnis", "Ergebnis der laufenden Verwaltungstätigkeit",
    )  # fmt: skip
    assert plan["27"].label.de == "Globaler Minderaufwand" and plan["28"].plus == ("26", "27")
    assert [cash[line].label.en for line in ("34", "35", "36", "37", "38")] == [
        "Liquidity credit taken", "Repayment and lending", "Liquidity credit repaid", "Balance of financing",
        "Change in own cash",
    ]  # fmt: skip
    assert "gma" not in plan and load_template().version == 2


@pytest.mark.parametrize(
    ("given", "line", "total"),
    [({"n17": 5.0, "n31": -8.0}, "32", -3.0), ({"n33": 9.0, "n34": 6.0, "n35": 5.0, "n36": 2.0}, "37", 8.0),
     ({"n33": 9.0, "n35": 5.0}, "37", 4.0), ({"n32": -3.0, "n33": 9.0, "n34": 6.0, "n35": 5.0, "n36": 2.0}, "38", 5.0),
     ({"n38": 5.0, "n39": 3.0, "n40": -1.0}, "41", 7.0), ({"n38": 5.0, "n39": 3.0}, "41", 8.0), ({"n38": 5.0, "n40": 1.0}, "41", None)],
)  # fmt: skip
def test_sums_of_the_finance_plan(given: dict[str, float], line: str, total: float | None) -> None:
    frame = plan_frame(column("finance_plan", **given))
    values = frame.set_index("line")["value"].to_dict()
    assert values.get(line) == total


@pytest.mark.parametrize(
    ("given", "line", "total"),
    [({"n26": -3.0, "n27": 1.0}, "28", -2.0), ({"n26": -3.0}, "28", -3.0), ({"n27": 1.0}, "28", None),
     ({"n10": 100.0, "n17": 102.0}, "18", -2.0), ({"n18": -2.0, "n21": -1.0}, "22", -3.0),
     ({"n22": -3.0, "n23": 2.0, "n24": 5.0}, "26", -6.0), ({"n29": 4.0, "n30": 1.0, "n31": 3.0, "n32": 1.5}, "33", 0.5)],
)  # fmt: skip
def test_sums_of_the_result_plan(given: dict[str, float], line: str, total: float | None) -> None:
    values = plan_frame(column("result_plan", **given)).set_index("line")["value"].to_dict()
    assert values.get(line) == total


def test_a_printed_sum_that_is_not_the_sum_is_found() -> None:
    states = {c.line: c.state for c in check_sums(column("result_plan", n26=-3e6, n27=1e6, n28=-3e6))}
    assert states["28"] == "fails"
    states = {c.line: c.state for c in check_sums(column("finance_plan", n33=9e6, n34=6e6, n35=5e6, n37=4e6))}
    assert states["37"] == "fails"


def test_the_law_judges_the_result_after_a_planned_spending_cut() -> None:
    figures = column("result_plan", n17=100e6, n26=-3e6, n27=1e6)
    frame = plan_frame(figures)
    assert plan_years(frame) == [2026]
    assert result_path(frame, None)["result_eur"].tolist() == [-2e6]
    assert series(frame, "result_plan", "annual_result")[2026] == -3e6
    shown = plan_table(frame, "de")["plan_rows"]
    assert [row[0] for row in shown][-3:] == [
        "26 Jahresergebnis", "27 Globaler Minderaufwand", "28 Jahresergebnis nach Abzug globaler Minderaufwand",
    ]  # fmt: skip
    two = plan_table(plan_frame(pd.concat([figures, column("result_plan", 2024, "actual", n26=2e6)])), "de")[
        "plan_rows"
    ]
    assert two[-2] == ["27 Globaler Minderaufwand", "–", "1,0"] and two[0][1:] == [
        "keine Angabe",
        "keine Angabe",
    ]
    without = plan_table(plan_frame(column("result_plan", n26=-3e6)), "de")["plan_rows"]
    assert without[-1][0] == "26 Jahresergebnis"


def test_the_flow_of_cash_is_taken_before_liquidity_credit() -> None:
    frame = plan_frame(column("finance_plan", n32=-3e6, n33=9e6, n34=6e6, n35=5e6, n36=2e6))
    assert credit_taken(frame, [2026, 2027]).tolist() == [4e6, 0.0]
    change = plan_lines(frame, ("change_in_funds",), [2026], "finance_plan")
    assert (change - credit_taken(frame, [2026])).tolist() == [1e6]  # 5 million more cash, 4 of them borrowed


def test_liquidity_credit_has_accounts_of_its_own() -> None:
    prefixes = account_lines()["finance_plan"]
    found = {
        account: line_of(account, prefixes) for account in ("6927", "6937", "6955", "7927", "7937", "7955")
    }
    assert found == {"6927": "33", "6937": "34", "6955": "33", "7927": "35", "7937": "36", "7955": "35"}


def test_a_role_is_the_one_name_of_a_line() -> None:
    for sheet, lines in load_template().grids.items():
        roles = [line.role for line in lines.values() if line.role]
        assert len(roles) == len(set(roles)) and not set(roles) & set(lines), sheet
    assert line_for("result_plan", "result") == "28" and line_for("result_plan", "27") == "27"
    assert line_for("finance_plan", "change_in_funds") == "38"
    with pytest.raises(KeyError):
        line_for("result_plan", "no such role")


def test_no_module_names_a_line_by_its_number() -> None:
    number = re.compile(r"0[1-9]|[1-3]\d|4[01]|gma")
    found = [
        f"{path.name}:{node.lineno} {node.value}"
        for path in sorted((ROOT / "src" / "dewak_research" / "own").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and number.fullmatch(node.value)
    ]
    assert not found


def test_the_ratios_take_lines_that_exist() -> None:
    grids = load_template().grids
    used = [name.split(".") for item in items().values() for name in item.plan]
    assert used and all(line in grids[sheet] for sheet, line in used)


def v1(tmp_path: Path) -> Path:
    path = musterstadt.write(tmp_path)
    of_version_1(path, {("finance_plan", "34", 2026): 3_500_000, ("finance_plan", "36", 2027): 1_234,
                        ("result_plan", "gma", 2026): 250_000})  # fmt: skip
    return path


def test_a_workbook_of_version_1_is_read_with_the_lines_of_today(tmp_path: Path) -> None:
    path = v1(tmp_path)
    sheet = openpyxl.load_workbook(path)["Finanzplan"]
    marks = [cell.value for cell in sheet["A"] if str(cell.value).startswith("line:")]
    assert marks[-3:] == ["line:34", "line:35", "line:36"]  # as it was
    reading = read_workbook(path, KEY)
    assert reading.version == "1" and "line_unknown" not in {f.code for f in reading.findings}
    values = reading.figures.dropna(subset="value").set_index(["sheet", "line", "year", "kind"])["value"]
    assert values["finance_plan", "35", 2026, "plan"] == 3_500_000
    assert values["finance_plan", "38", 2027, "plan"] == 1_234
    assert values["result_plan", "27", 2026, "plan"] == 250_000
    assert values["result_plan", "01", 2026, "plan"] == musterstadt.value(musterstadt.RESULT, "01", 2026)


def test_a_workbook_of_version_1_is_checked_and_written_anew_without_a_loss(tmp_path: Path) -> None:
    path = v1(tmp_path)
    before = read_workbook(path, KEY).figures.dropna(subset="value")
    findings = check_workbook(KEY, tmp_path).findings
    renewed = [f.problem for f in findings if f.code == "template_renewed"]
    assert (
        len(renewed) == 1
        and "35 → 37 Saldo" in renewed[0].what.de
        and "new template" in renewed[0].render("en")
    )
    update_workbook(KEY, read_contents(KEY, tmp_path), tmp_path)
    again = read_workbook(path, KEY)
    assert again.version == "2"
    after = again.figures.dropna(subset="value")
    columns = ["sheet", "line", "year", "kind", "value"]
    assert after[columns].sort_values(columns).to_numpy().tolist() == before[columns].sort_values(columns).to_numpy().tolist()  # fmt: skip
    assert not [f for f in check_workbook(KEY, tmp_path).findings if f.code.startswith("template")]


def test_an_override_of_version_1_means_the_line_of_today(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    whole = musterstadt.contents()
    override = {
        "sheet": "finance_plan",
        "line": "34",
        "year": 2026,
        "value": 4_000_000,
        "reason": "Umschuldung",
    }
    update_workbook(KEY, Contents("de", whole.form, whole.figures, whole.years, whole.lists | {"overrides": [override]}), tmp_path)  # fmt: skip
    of_version_1(path, {})
    own = load_own(KEY, tmp_path)
    frame = plan_frame(own.figures)
    repaid = frame[(frame["sheet"] == "finance_plan") & (frame["line"] == "35") & (frame["year"] == 2026)]
    assert repaid["value"].tolist() == [4_000_000] and repaid["origin"].tolist() == ["overridden"]
    assert "34" not in set(frame.loc[frame["sheet"] == "finance_plan", "line"])


def test_a_mapping_of_an_earlier_template_is_moved_or_asked_for() -> None:
    mapping = propose(split_rows(samples_small.FINANCE_PLAN, ";", "plan.csv"), "plan.csv")
    kept = dump_map(mapping)
    assert "template: 2" in kept and load_map(kept, "m.yaml").lines == mapping.lines
    old = kept.replace("lines:\n", "lines:\n  Tilgung: '34'\n  Saldo: '35'\n  Bestand: '36'\n")
    moved = load_map(old.replace("template: 2", "template: 1"), "m.yaml").lines
    assert (moved["Tilgung"], moved["Saldo"], moved["Bestand"]) == ("35", "37", "38")
    same = load_map(old, "m.yaml").lines
    assert (same["Tilgung"], same["Saldo"], same["Bestand"]) == ("34", "35", "36")
    with pytest.raises(InputError, match="for which version of the workbook the lines 34, 35, 36 hold"):
        load_map(old.replace("template: 2\n", ""), "m.yaml")
    harmless = load_map(kept.replace("template: 2\n", ""), "m.yaml")
    assert harmless.lines == mapping.lines


def test_a_planned_spending_cut_is_named_where_the_gap_is_closed() -> None:
    policy = pd.DataFrame(
        [{"step": "plan", "effect_last_eur": 0.0, "probability": 0.1, "gap_median_eur": 0.0, "gap_safe_eur": 0.0,
          **{f"{tax}_points_{gap}": 1.0 for tax in ("land_tax_b", "trade_tax") for gap in ("median", "safe")}}]
    )  # fmt: skip
    empty = pd.DataFrame(columns=["name", "year", "effect_eur"])
    cut = pd.DataFrame({"year": [2026], "planned_eur": [1e6]})
    tables = {"policy": policy, "measures": empty, "fan_with": pd.DataFrame(), "spending_cut": cut}
    found = OwnProbability(years=(2026,), tables=tables)
    said = gap_section(found, rule_set(2026), "de")["policy_lines"]
    assert any(
        "enthält einen globalen Minderaufwand (Zeile 27)" in line and "(Zeile 28)" in line for line in said
    )
    tables["spending_cut"] = cut.assign(planned_eur=float("nan"))
    said = gap_section(found, rule_set(2026), "en")["policy_lines"]
    assert not any("states a general spending cut" in line for line in said)


def test_a_cut_within_the_law_is_no_finding(tmp_path: Path) -> None:
    path = musterstadt.write(tmp_path)
    costs = sum(
        musterstadt.value(musterstadt.RESULT, line, 2026) for line in ("11", "12", "13", "14", "15", "16")
    )
    for amount, expected in ((int(0.02 * costs), set()), (int(0.02 * costs) + 1, {"cut_above_law"})):
        book = openpyxl.load_workbook(path)
        sheet = book["Ergebnisplan"]
        row = next(r for r in range(1, 60) if sheet.cell(r, 1).value == "line:27")
        at = next(c for c in range(6, 20) if sheet.cell(4, c).value == 2026)
        sheet.cell(row, at).value = amount
        book.save(path)
        assert {
            f.code for f in check_workbook(KEY, tmp_path).findings if f.code.startswith("cut_")
        } == expected


def test_stocks_move_on_by_cash_and_by_liquidity_credit() -> None:
    held = {"liquiditaetskredite": 18e6, "investitionskredite": 74e6, "liquide_mittel": 7e6}
    figures = pd.concat(
        [column("balance", 2024, "actual", **held), column("finance_plan", 2025, n38=-2e6, n34=5e6, n36=1e6)]
    )
    frame = plan_frame(figures)
    assert _stocks(frame, 2025) == (18e6, 74e6, 7e6)
    assert _stocks(frame, 2026) == (22e6, 74e6, 5e6)
    credit, _, funds = _stocks(frame, 2027)
    assert credit == 22e6 and np.isnan(funds)  # nothing is planned for 2026


def test_lines_that_plans_need_not_print_are_no_gaps(tmp_path: Path) -> None:
    musterstadt.write(tmp_path)
    missing = load_own(KEY, tmp_path).missing
    gaps = {(sheet, line) for sheet, line in missing[["sheet", "line"]].itertuples(index=False)}
    assert not gaps & {
        ("result_plan", "27"),
        ("result_plan", "29"),
        ("finance_plan", "34"),
        ("finance_plan", "39"),
    }
    assert ("result_plan", "23") in gaps
