"""The result of a check, by hand: order and number of findings, overrides, what is missing, page and marked copy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own import check
from dewak_research.own.check import (
    CheckResult,
    check_workbook,
    load_own,
    own_figures,
    render_check,
    write_check,
)
from dewak_research.own.contents import KEYS, Finding, Reading, finding
from dewak_research.own.safety import FILE_NAME, MARKED_NAME
from dewak_research.own.template import GRIDS, SumCheck, load_template

TITLES = {"result_plan": "Ergebnisplan", "balance": "Bilanz"}
FIGURES: list[tuple[str, str, int, str, float]] = [
    ("result_plan", "11", 2024, "actual", 30.0),
    ("result_plan", "11", 2026, "plan", 33.0),
    ("result_plan", "12", 2026, "plan", 5.0),
]


def told(code: str, sheet: str | None = None, cell: str | None = None) -> Finding:
    """Return an error ("year_gap"), a warning ("year_order") or a note ("sum_not_checkable")."""
    shown = {"before": "2024", "after": "2026", "line": "x", "missing": "y"}
    return finding(code, sheet, cell, **shown)


def reading(*findings: Finding, **given: Any) -> Reading:
    figures = pd.DataFrame(FIGURES, columns=[*KEYS, "value"]).assign(status="value", cell="F6")
    years = {
        "result_plan": [(2024, "actual"), (2025, "actual"), (2025, "plan"), (2026, "plan")],
        "balance": [(2024, "actual")],
    }
    given = {"figures": figures, "years": years, "titles": TITLES, "findings": list(findings), **given}
    return Reading(**given)


OFFICIAL = pd.DataFrame([("result_plan", "11", 2024, "actual", 30.4)], columns=[*KEYS, "value"])


def result(*findings: Finding, sums: tuple[SumCheck, ...] = (), **given: Any) -> CheckResult:
    return CheckResult("05911000", list(findings), list(sums), reading(**given), OFFICIAL, access=None)  # type: ignore[arg-type]


def test_errors_and_counts() -> None:
    one = result(told("year_gap"), told("year_order"), told("sum_not_checkable"), told("year_gap"))
    assert [found.code for found in one.errors] == ["year_gap", "year_gap"]
    assert one.counts == {"error": 2, "warning": 1, "note": 1}


@pytest.fixture
def by_hand(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Let the parts of a check return what a test says."""
    parts: dict[str, Any] = {"asked": [], "form": [], "lists": [], "values": [], "files": []}

    def read(path: Path, key: str) -> Reading:
        parts["asked"].append((path, key))
        return reading(*parts.get("read", ()))

    monkeypatch.setattr(check, "read_workbook", read)
    monkeypatch.setattr(check, "embedded_figures", lambda key: OFFICIAL)
    monkeypatch.setattr(check, "check_form", lambda reading, key: parts["form"])
    monkeypatch.setattr(check, "check_lists", lambda reading: parts["lists"])
    monkeypatch.setattr(check, "check_values", lambda key, reading, embedded, sums: parts["values"])
    monkeypatch.setattr(check, "read_access", lambda folder, reading: (folder, parts["files"]))
    return parts


def test_findings_of_all_parts_are_in_order_of_weight_sheet_cell_and_code(
    by_hand: dict[str, Any], tmp_path: Path
) -> None:
    by_hand["read"] = [told("sum_not_checkable", "Ergebnisplan", "F6")]
    by_hand["form"] = [told("year_gap", "Anders", "F1"), told("year_gap", "Bilanz", "F7")]
    by_hand["lists"] = [told("year_order", "Bilanz"), told("no_population", "Bilanz", "F7")]
    by_hand["values"] = [told("year_gap", "Bilanz", "F6"), told("year_gap", "Ergebnisplan", "F9")]
    by_hand["files"] = [told("year_gap"), told("year_gap", "Bilanz")]
    found = check_workbook("05911000", tmp_path)
    assert [(one.severity, one.sheet, one.cell, one.code) for one in found.findings] == [
        ("error", "Ergebnisplan", "F9", "year_gap"),
        ("error", "Bilanz", None, "year_gap"),
        ("error", "Bilanz", "F6", "year_gap"),
        ("error", "Bilanz", "F7", "no_population"),
        ("error", "Bilanz", "F7", "year_gap"),
        ("error", None, None, "year_gap"),
        ("error", "Anders", "F1", "year_gap"),
        ("warning", "Bilanz", None, "year_order"),
        ("note", "Ergebnisplan", "F6", "sum_not_checkable"),
    ]
    assert by_hand["asked"] == [(tmp_path / "05911000" / FILE_NAME, "05911000")]
    assert found.access == tmp_path / "05911000" and found.embedded is OFFICIAL
    assert ("result_plan", "17", 2026) in {(one.sheet, one.line, one.year) for one in found.sums}


def test_another_file_may_be_checked_under_a_key(by_hand: dict[str, Any], tmp_path: Path) -> None:
    check_workbook("05911000", tmp_path, tmp_path / "other" / "x.xlsx")
    assert by_hand["asked"] == [(tmp_path / "other" / "x.xlsx", "05911000")]


def test_errors_stop_the_figures_and_nothing_else_does(
    by_hand: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "own_figures", lambda result: result.key)
    by_hand["form"] = [told("year_order"), told("sum_not_checkable")]
    assert load_own("05911000", tmp_path) == "05911000"
    by_hand["lists"] = [told("year_gap", "Bilanz"), told("no_population")]
    with pytest.raises(InputError) as caught:
        load_own("05911000", tmp_path)
    assert len(caught.value.problems) == 2


@pytest.fixture
def without_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("own_planning", "own_rooms"):
        monkeypatch.setattr(check, name, lambda reading: None)


def override(line: str, year: object, value: float, **given: object) -> dict[str, object]:
    return {"sheet": "result_plan", "line": line, "year": year, "value": value, **given}


@pytest.mark.usefixtures("without_lists")
def test_overrides_take_the_place_of_figures_and_keep_their_reason() -> None:
    rows = [
        override("11", 2024.0, 31.0, reason="nachgebucht"),
        override("11", "bald", 99.0),
        override("12", 2026.0, 6.0),
        override("13", 2025.0, 7.0),
        override("14", 2023.0, 8.0),
    ]
    figures = own_figures(result(lists={"overrides": rows})).figures
    said = [
        tuple(row) for row in figures[[*KEYS, "value", "origin", "reason"]].itertuples(index=False, name=None)
    ]
    assert said == [
        ("result_plan", "11", 2024, "actual", 31.0, "overridden", "nachgebucht"),
        ("result_plan", "11", 2026, "plan", 33.0, "given", ""),
        ("result_plan", "12", 2026, "plan", 6.0, "overridden", ""),
        ("result_plan", "13", 2025, "actual", 7.0, "overridden", ""),  # an actual where both kinds are there
        ("result_plan", "14", 2023, "actual", 8.0, "overridden", ""),
    ]
    assert figures.index.tolist() == [0, 1, 2, 3, 4] and figures["value"].dtype == "float64"


@pytest.mark.usefixtures("without_lists")
def test_figures_say_where_they_come_from_and_what_is_missing() -> None:
    form = {"name": "Musterstadt", "peers": "05911000", "currency": "CHF 1,05", "rule_set": "none"}
    own = own_figures(result(form=form))
    assert own.figures["origin"].tolist() == ["prefilled", "given", "given"], "30.0 is 30.4 to half a unit"
    assert (own.key, own.name, own.layout, own.rule_set, own.currency) == (
        "05911000",
        "Musterstadt",
        "05",
        "none",
        "CHF 1,05",
    )
    gone = set(own.missing.itertuples(index=False, name=None))
    assert list(own.missing.columns) == KEYS
    assert ("result_plan", "12", 2024, "actual") in gone and ("result_plan", "11", 2024, "actual") not in gone
    assert ("result_plan", "08", 2026, "plan") in gone and ("result_plan", "10", 2026, "plan") not in gone
    assert not any(year == 2025 or sheet != "result_plan" for sheet, _, year, _ in gone), (
        "only what was begun"
    )
    assert (
        own_figures(result()).rule_set == "none"
        and own_figures(result()).name == "" == own_figures(result()).currency
    )
    assert own_figures(result(form={"rule_set": "nrw"})).rule_set == "nrw"


@pytest.mark.usefixtures("without_lists")
def test_lists_have_all_their_columns() -> None:
    own = own_figures(result(lists={"sources": [{"source": "Plan", "_row": 3}]}))
    assert list(own.sources.columns) == [column.id for column in load_template().lists["sources"]]
    assert own.sources["source"].tolist() == ["Plan"] and own.services.empty and len(own.services.columns) > 1


def test_the_page_shows_sums_as_they_are_written() -> None:
    sums = (
        SumCheck("result_plan", "17", 2026, "plan", "fails", 1234.5, 1200.456),
        SumCheck("result_plan", "18", 2024, "actual", "computed", None, 7.0),
        SumCheck("result_plan", "26", 2024, "actual", "not_checkable", 0.0, None),
    )
    page = render_check(result(sums=sums), "de")
    cells = [part.split("</td>")[0] for part in page.split("<td")[1:]]
    assert [cell.partition(">")[2] for cell in cells] == [
        "Ergebnisplan: 17 Ordentliche Aufwendungen", "Plan 2026", "1.234,50", "1.200,46", "stimmt nicht",
        "Ergebnisplan: 18 Ordentliches Ergebnis", "Ergebnis 2024", "", "7", "nicht eingetragen, berechnet",
        "Ergebnisplan: 26 Jahresergebnis", "Ergebnis 2024", "0", "", "nicht prüfbar",
    ]  # fmt: skip
    assert "Prüfbericht: 05911000 (05911000)" in page and "Keine Befunde" in page
    assert "Check report: Ort &lt;b&gt; (05911000)" in render_check(result(form={"name": "Ort <b>"}), "en")


def test_the_page_shows_a_thousand_findings_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check.MOST_FINDINGS == 1_000
    monkeypatch.setattr(check, "MOST_FINDINGS", 2)
    two, three = (render_check(result(*[told("year_gap")] * n), "de") for n in (2, 3))
    assert two.count("<tr class") == 2 == three.count("<tr class")
    assert "weitere Befunde" not in two and "gezeigt werden die ersten 2" in three
    assert "Fehler: 3" in three and "Fehler: 2" in two


def marked(tmp_path: Path, *findings: Finding) -> Any:
    book = openpyxl.Workbook()
    book.active.title = "Ergebnisplan"
    book.active.merge_cells("A1:A3")
    book.create_sheet("Bilanz")
    book.save(tmp_path / FILE_NAME)
    write_check(result(*findings, book=book), tmp_path, "de")
    assert (tmp_path / "pruefbericht.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert openpyxl.load_workbook(tmp_path / MARKED_NAME)["Ergebnisplan"]["F6"].comment is not None
    return book


def test_the_copy_is_marked_where_something_was_found(tmp_path: Path) -> None:
    book = marked(
        tmp_path,
        told("year_gap", "Ergebnisplan", "A2"),
        told("year_gap", "Ergebnisplan", "F6"),
        told("year_order", "Ergebnisplan", "F6"),
        told("year_order", "Bilanz"),
        told("sum_not_checkable", "Bilanz", "F7"),
        told("year_gap", "Nirgends", "F8"),
        told("year_gap"),
    )
    plan, sheet = book["Ergebnisplan"], book["Bilanz"]
    text = plan["F6"].comment.text
    assert text == (
        "Fehler: zwischen 2024 und 2026 fehlen Jahre im Plan\nRichtig wäre: aufeinander folgende Planjahre\n\n"
        "Hinweis: die Jahre stehen nicht in aufsteigender Reihenfolge\n"
        "Richtig wäre: Jahre von links nach rechts aufsteigend"
    )
    assert plan["F6"].comment.author == "dewak"
    assert [one.fill.fgColor.rgb[2:] for one in (plan["F6"], sheet["F7"])] == ["F4B6AC", "DDE3E8"]
    assert (plan["F6"].comment.width, plan["F6"].comment.height) == (380, 180)
    assert sheet["F7"].comment.height == 120
    assert sheet["B1"].comment is not None and sheet["B1"].fill.fill_type is None, "no cell of its own"
    assert sheet["F8"].comment is None is plan["A1"].comment


def test_a_comment_is_as_high_as_six_findings_and_as_long_as_three_thousand_letters(tmp_path: Path) -> None:
    many = marked(tmp_path, *[told("year_order", "Ergebnisplan", "F6")] * 40)["Ergebnisplan"]["F6"]
    assert many.comment.height == 420 and len(many.comment.text) == 3_000
    assert many.fill.fgColor.rgb[2:] == "FBE0A6"


def test_findings_beyond_the_bound_mark_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_FINDINGS", 1)
    book = marked(tmp_path, told("year_gap", "Ergebnisplan", "F6"), told("year_gap", "Bilanz", "F7"))
    assert book["Bilanz"]["F7"].comment is None


def test_without_a_workbook_in_hand_the_file_is_opened(tmp_path: Path) -> None:
    marked(tmp_path, told("year_gap", "Ergebnisplan", "F6"))
    write_check(result(told("year_gap", "Bilanz", "F7")), tmp_path, "en")
    book = openpyxl.load_workbook(tmp_path / MARKED_NAME)
    assert book["Bilanz"]["F7"].comment.text.startswith("Error: years are missing")
    assert book["Ergebnisplan"]["F6"].comment is None and set(GRIDS) > set(TITLES)
