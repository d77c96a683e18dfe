"""Workbooks of Excel 97 to 2003 (.xls) are read with their dates; formats that show a unit are asked about."""

from __future__ import annotations

import datetime
import io
import sys
import zipfile
from pathlib import Path

import pytest
import xlwt

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.own.intake.format_hints import format_hints
from dewak_research.own.intake.tables import read_tables
from dewak_research.own.intake.understood import Understood, understand
from own.intake.reading import found
from own.intake.town_plans import as_ods
from own.intake.town_tables import EURO, NAMES, values

KEY = "05999000"
BALANCE = {
    "Anlagevermögen": 250e6,
    "Umlaufvermögen": 20e6,
    "Allgemeine Rücklage": 80e6,
    "Verbindlichkeiten": 90e6,
}


def saved(book: xlwt.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def plan(shape: str = "General", factor: float = 1, title: str = "", formula: bool = False) -> bytes:
    """Return a plan of two years; the second can be formulas that were never calculated."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Ergebnisplan")
    style = xlwt.easyxf(num_format_str=shape)
    if title:
        sheet.write(0, 0, title)
    for column, heading in enumerate(("Zeile", "Plan 2026", "Plan 2027")):
        sheet.write(1, column, heading)
    for row, (line, value) in enumerate(EURO.items(), start=2):
        sheet.write(row, 0, f"{line} {NAMES[line]}")
        sheet.write(row, 1, value * factor, style)
        sheet.write(row, 2, xlwt.Formula(f"B{row + 1}") if formula else value * factor, style)
    return saved(book)


def read(folder: Path, data: bytes, answers: dict[str, str] | None = None, suffix: str = "xls") -> Understood:
    path = folder / f"plan.{suffix}"
    path.write_bytes(data)
    return understand(path, KEY, answers=answers)


BOTH = {**values(2026), **values(2027)}


def test_a_plan_and_a_balance_sheet_with_dates_and_a_hidden_sheet(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    first, hidden, last = (book.add_sheet(name) for name in ("Ergebnisplan", "geheim", "Bilanz"))
    hidden.visibility = 1
    hidden.write(0, 0, "nicht lesen")
    first.write_merge(0, 0, 1, 2, "Ansatz")
    first.write(1, 0, "Zeile")
    for column, year in ((1, 2026), (2, 2027)):
        first.write(1, column, year)
    for row, (line, value) in enumerate(EURO.items(), start=2):
        for column, cell in enumerate((f"{line} {NAMES[line]}", value, value)):
            first.write(row, column, cell)
    date = xlwt.easyxf(num_format_str="DD.MM.YYYY")
    last.write(0, 0, "Position")
    last.write(0, 1, datetime.date(2023, 12, 31), date)
    last.write(0, 2, datetime.datetime(2024, 12, 31), date)
    for row, (name, value) in enumerate(BALANCE.items(), start=1):
        for column, cell in enumerate((name, value, value + 1e6)):
            last.write(row, column, cell)
    data = saved(book)
    assert data[:4] == b"\xd0\xcf\x11\xe0"
    taken = read(tmp_path, data)
    assert not taken.questions
    by_sheet = dict(list(taken.figures.groupby("sheet")))
    plans = by_sheet["result_plan"].set_index(["line", "year", "kind"])["value"].to_dict()
    assert plans == BOTH
    stocks = by_sheet["balance"].set_index(["line", "year"])["value"]
    assert (stocks["anlagevermoegen", 2023], stocks["anlagevermoegen", 2024]) == (250e6, 251e6)
    assert any("hidden and not read: geheim" in note.en for note in taken.notes)


def test_umlauts_long_texts_and_dates_of_old_workbooks(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Übersicht – Größe")
    sheet.write(0, 0, "Straßenbau " * 20)
    sheet.write(0, 1, datetime.date(2026, 6, 30), xlwt.easyxf(num_format_str="D. MMM YYYY"))
    (tmp_path / "t.xls").write_bytes(saved(book))
    (table,) = read_tables(tmp_path / "t.xls")
    assert table.title == "Übersicht – Größe" and table.rows[0][1] == "30.06.2026"
    assert table.rows[0][0].startswith("Straßenbau Straßenbau")


@pytest.mark.parametrize("shape", ['#,##0 "T€"', '#,##0,"TEUR"', "0.0,,"])
def test_a_format_that_shows_a_unit_is_asked_about(shape: str, tmp_path: Path) -> None:
    asked = read(tmp_path, plan(shape))
    (question,) = asked.questions
    assert question.key == "unit" and shape[:8] in question.text.en and asked.figures.empty
    assert found(read(tmp_path, plan(shape), {"unit": "1"})) == BOTH
    assert found(read(tmp_path, plan(shape, 0.001), {"unit": "1000"})) == pytest.approx(BOTH)


def test_a_format_that_says_the_same_as_the_title_asks_nothing(tmp_path: Path) -> None:
    taken = read(tmp_path, plan('#,##0 "T€"', 0.001, "Angaben in T€"))
    assert not taken.questions and found(taken) == pytest.approx(BOTH)
    against = read(tmp_path, plan('#,##0,"T€"', 1, "Angaben in T€"))
    assert [q.key for q in against.questions] == ["unit"]


@pytest.mark.parametrize("shape", ["General", "#,##0.00", '#,##0 "€"', '[RED]-#,##0;"Minus"'])
def test_plain_formats_ask_nothing(shape: str, tmp_path: Path) -> None:
    taken = read(tmp_path, plan(shape))
    assert not taken.questions and found(taken) == BOTH


def test_a_column_of_formulas_that_were_never_calculated_is_named(tmp_path: Path) -> None:
    taken = read(tmp_path, plan(formula=True))
    assert found(taken) == values(2026)
    assert any("columns without amounts are left out: Plan 2027" in note.en for note in taken.notes)


def test_formats_of_an_open_document(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Zeile", "Plan 2026"], *([f"{n} {NAMES[n]}", v] for n, v in EURO.items())]
    path = tmp_path / "plan.ods"
    path.write_bytes(as_ods("Plan", rows))
    assert format_hints(path, "ods") == () and found(understand(path, KEY)) == values()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("styles.xml", "<s><number:text> T€</number:text></s>".encode())
    assert [q.key for q in understand(path, KEY).questions] == ["unit"]
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("styles2.xml", "<s/>")
    assert format_hints(path, "ods") == ('0 "T€"',)
