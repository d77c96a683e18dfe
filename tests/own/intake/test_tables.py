"""Files become tables: which bytes are text, how numbers are written, what a workbook hides or left uncomputed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake import tables
from dewak_research.own.intake.format_hints import TELLING
from dewak_research.own.intake.tables import (
    UNSAVED,
    RawTable,
    check_saved,
    column_letter,
    is_text,
    printed,
    read_tables,
    table_of_text,
    workbook_tables,
)
from dewak_research.own.intake.workbook_values import MOST_COLUMNS, MOST_ROWS
from dewak_research.paths import ROOT
from own.intake.reading import problem

TABLE = table_of_text("a\n;b\n;;c\nd;;\ne;;\nf;;\n", "x.csv")


@pytest.mark.parametrize(
    ("column", "letter"),
    [(0, "A"), (1, "B"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")],
)
def test_columns_have_letters(column: int, letter: str) -> None:
    assert column_letter(column) == letter


def kept(table: RawTable) -> list[int]:
    return [n for n, row in enumerate(table.rows) if row]


def test_a_part_keeps_its_rows_and_the_head_in_their_place() -> None:
    part = TABLE.part(3, 5, range(1, 2), "Teil")
    assert kept(part) == [1, 3, 4] and len(part.rows) == 5 and part.title == "Teil"
    before = TABLE.part(0, 1, range(2, 4), "")
    assert kept(before) == [0, 2, 3] and len(before.rows) == 4 and before.title == ""
    assert kept(TABLE.without({0, 5})) == [1, 2, 3, 4] and len(TABLE.without({0}).rows) == 6


def test_a_cell_beyond_a_short_row_is_empty() -> None:
    table = RawTable("x", "", [["a", "b"], ["c"]], TABLE.how)
    assert (table.cell(0, 1), table.cell(1, 0), table.cell(1, 1), table.cell(1, 9)) == ("b", "c", "", "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (5.0, "5"),
        (-2.5, "-2,5"),
        (1234567.25, "1234567,25"),
        (1 / 3, "0,3333333333"),
        (0.1 + 0.2 - 0.3, "0"),
        (0.3 - 0.2 - 0.1, "0"),
        (-4e-11, "0"),
        (-6e-11, "-0,0000000001"),
        (2.0000000000004, "2"),
        (True, "True"),
        (7, "7"),
        ("  Text ", "Text"),
    ],
)
def test_values_are_written_with_a_decimal_comma_and_no_trace_of_rounding(value: object, text: str) -> None:
    """What binary fractions leave over (0.1 + 0.2 - 0.3 is 5.6e-17) is nothing."""
    assert printed(value) == text


def test_long_cells_are_cut() -> None:
    assert len(printed("x" * 600)) == 500


def test_numbers_stand_beside_their_text_and_truth_values_are_none() -> None:
    rows, numbers = tables._as_text([["a", 2, None], [True, 2.5]])
    assert rows == [["a", "2", ""], ["True", "2,5"]] and numbers == {(0, 1): 2.0, (1, 1): 2.5}


def test_percentages_lose_number_and_format() -> None:
    rows, numbers = (
        [["0,125", "5"], ["0,12345678912", "x"]],
        {(0, 0): 0.125, (0, 1): 5.0, (1, 0): 0.12345678912},
    )
    shown = {(0, 0): "0.0%", (0, 1): "0 T€", (1, 0): "0%", (1, 1): "0%"}
    tables._as_percent(rows, numbers, shown)
    assert rows == [["12,5 %", "5"], ["12,345679 %", "x"]]
    assert numbers == {(0, 1): 5.0} and shown == {(0, 1): "0 T€", (1, 1): "0%"}


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a;b\n1;2\n", True),
        (b"\xef\xbb\xbf  a;b\n", True),
        (b"a\tb\r\n", True),
        (b"a|b\n\x09", True),
        (b"a,b\x08\n", False),
        (b"a,b\x0d\n", True),
        (b"a,b\x0e\n", False),
        (b"a,b\x1f\n", False),
        (b"a,b \n", True),
        (b"a;b", False),
        (b"ab\n", False),
        (b"", False),
        (b"a;\n".ljust(4_000, b"x") + b"\x00", True),
        (b"a;\n".ljust(3_999, b"x") + b"\x00", False),
    ],
)
def test_text_has_separators_lines_and_no_control_characters(tmp_path: Path, data: bytes, text: bool) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(data)
    assert is_text(path) is text


def test_a_page_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.xls"
    path.write_bytes(b"\xef\xbb\xbf \n<html>;\n")
    with pytest.raises(InputError) as caught:
        is_text(path)
    assert problem(caught)[0] == "x.xls" and "Internetseite" in problem(caught)[1]
    long = tmp_path / f"{'n' * 90}.xls"
    long.write_bytes(b"<html>")
    with pytest.raises(InputError) as caught:
        is_text(long)
    assert problem(caught)[0] == "n" * 79 + "…"


def test_text_under_the_name_of_a_workbook_is_read_as_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "workbook_tables", lambda path, where: [where])
    for name in ("x.xls", "x.csv", "x.XLSX"):
        (tmp_path / name).write_text("Zeile;Plan\n01;5\n", encoding="utf-8")
        (table,) = read_tables(tmp_path / name)
        assert table.rows[:2] == [["Zeile", "Plan"], ["01", "5"]]
        assert table.where == name and table.title == ""
    (tmp_path / "y.xlsx").write_bytes(b"PK\x03\x04;\n")
    assert read_tables(tmp_path / "y.xlsx") == ["y.xlsx"]
    long = tmp_path / f"{'n' * 90}.csv"
    long.write_text("a;b\n", encoding="utf-8")
    assert read_tables(long)[0].where == "n" * 79 + "…"


def read_sheets(
    monkeypatch: pytest.MonkeyPatch,
    read: dict[str, Any],
    looks: tuple[Any, ...] = ({}, {}, {}),
    kind: str = "xlsx",
) -> list[RawTable]:
    """Return the tables of a workbook of which other code says what it holds."""
    monkeypatch.setattr(tables, "check_sheet_file", lambda path: kind)
    monkeypatch.setattr(tables, "_values", lambda path, where: read)
    monkeypatch.setattr(tables, "_looks", lambda path: looks)
    monkeypatch.setattr(tables, "format_hints", lambda path, kind: ["0 T€"])
    return workbook_tables(Path("x.xlsx"), "x.xlsx")


def sheet(name: str, *rows: list[object], **given: Any) -> dict[str, Any]:
    return {"name": name, "rows": list(rows), **given}


def test_every_sheet_that_holds_anything_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    read = {
        "hidden": [],
        "sheets": [sheet("Plan", ["a", 2]), sheet("Leer", [None, None], []), sheet("B", ["b"])],
    }
    looks = ({"Plan": {(0, 1): "0 T€"}}, {}, {"Plan": (frozenset({1}), 3)})
    plan, other = read_sheets(monkeypatch, read, looks)
    assert (plan.where, plan.title, plan.rows, plan.numbers) == (
        "x.xlsx: Plan",
        "Plan",
        [["a", "2"]],
        {(0, 1): 2.0},
    )
    assert (plan.formats, plan.hidden, plan.unsaved) == ({(0, 1): "0 T€"}, {1}, frozenset())
    assert plan.hints == (("Zahlenformat", "0 T€"),)
    assert "3" in plan.how.de and "Plan" in plan.how.de
    assert (other.formats, other.hidden) == ({}, frozenset()) and "Zeilen" not in other.how.de


def test_looks_of_other_kinds_of_workbooks_are_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = ({}, {"Plan": {(0, 0)}}, {"Plan": (frozenset({0}), 1)})
    read = {"hidden": [], "sheets": [sheet("Plan", ["", "b"])]}
    (ods,) = read_sheets(monkeypatch, read, looks, kind="ods")
    (xlsx,) = read_sheets(monkeypatch, read, looks)
    assert (ods.rows, ods.unsaved, ods.hidden) == ([["", "b"]], frozenset(), frozenset())
    assert (xlsx.rows, xlsx.unsaved, xlsx.hidden) == ([[UNSAVED, "b"]], {(0, 0)}, {0})


def test_formulas_without_a_value_are_marked_also_below_the_last_row(monkeypatch: pytest.MonkeyPatch) -> None:
    formulas = {"Plan": {(0, 1), (1, 0), (1, 1), (2, 0), (4, 2)}}
    read = {"hidden": [], "sheets": [sheet("Plan", ["a", 2], ["", None])]}
    (table,) = read_sheets(monkeypatch, read, ({}, formulas, {}))
    assert table.unsaved == {(1, 0), (1, 1), (2, 0), (4, 2)}, "the one with a stored value is none of them"
    assert table.rows == [["a", "2"], [UNSAVED, UNSAVED], [UNSAVED], [], ["", "", UNSAVED]]


def test_a_sheet_of_formulas_alone_is_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    (table,) = read_sheets(monkeypatch, {"hidden": [], "sheets": [sheet("P")]}, ({}, {"P": {(0, 0)}}, {}))
    assert table.rows == [[UNSAVED]]


def test_percent_formats_of_a_sheet_are_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    read = {"hidden": [], "sheets": [sheet("Plan", [0.5])]}
    (table,) = read_sheets(monkeypatch, read, ({"Plan": {(0, 0): "0%"}}, {}, {}))
    assert table.rows == [["50 %"]] and table.numbers == {} and table.formats == {}


def test_hidden_sheets_are_named_and_refused_where_nothing_else_holds_anything(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (table,) = read_sheets(monkeypatch, {"hidden": ["Geheim", "Alt"], "sheets": [sheet("Plan", ["a"])]})
    assert "Geheim, Alt" in table.how.de
    with pytest.raises(InputError) as caught:
        read_sheets(monkeypatch, {"hidden": ["Geheim"], "sheets": [sheet("Plan", [""])]})
    assert problem(caught) == ("x.xlsx", "alle Blätter mit Zahlen sind ausgeblendet (Geheim)")
    with pytest.raises(InputError) as caught:
        read_sheets(monkeypatch, {"hidden": [], "sheets": []})
    assert problem(caught) == ("x.xlsx", "unter den Überschriften steht nichts")


def test_long_names_of_sheets_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    read = {"hidden": ["h" * 250], "sheets": [sheet("n" * 50, ["a"])]}
    (table,) = read_sheets(monkeypatch, read)
    assert len(table.title) == 40 and table.how.de.count("h" * 199) == 1 and "h" * 201 not in table.how.de


def test_what_other_code_refuses_and_sheets_too_large_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError) as caught:
        read_sheets(monkeypatch, {"refused": "workbook_password"})
    assert "Kennwort" in problem(caught)[1]
    with pytest.raises(InputError) as caught:
        read_sheets(monkeypatch, {"hidden": [], "sheets": [sheet("Plan", too_large=True)]})
    assert problem(caught) == ("x.xlsx: Plan", "das Blatt ist zu groß")
    assert str(MOST_ROWS) in caught.value.problems[0].right.de


def test_values_are_read_in_another_process_that_finds_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}

    def run(command: list[str], **given: Any) -> SimpleNamespace:
        asked.update(given, command=command)
        return SimpleNamespace(returncode=asked.get("code", 0), stdout=b'{"sheets": []}')

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setenv("PYTHONPATH", "")
    assert tables._values(Path("x.xlsx"), "x.xlsx") == {"sheets": []}
    assert asked["env"]["PYTHONPATH"] == str(ROOT / "src"), "nothing else, and no empty entry"
    assert asked["command"][-1] == str(Path("x.xlsx").resolve()) and asked["capture_output"] is True
    assert asked["timeout"] == 60 and asked["check"] is False
    for code in (1, -9):
        asked["code"] = code
        assert tables._values(Path("x.xlsx"), "x.xlsx") == {"refused": "workbook_unreadable"}

    def late(command: list[str], **given: Any) -> None:
        raise subprocess.TimeoutExpired(command, 60)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(InputError) as caught:
        tables._values(Path("x.xlsx"), "x.xlsx")
    assert "in 60 Sekunden" in problem(caught)[1]


def saved(path: Path, formats: dict[str, str], **cells: object) -> Path:
    book = openpyxl.Workbook()
    ws = book.active
    ws.title = "Plan"
    for address, value in cells.items():
        ws[address] = value
    for address, shown in formats.items():
        ws[address].number_format = shown
    book.create_sheet("Zwei")["B2"] = 1
    if "hide" in path.stem:
        ws.column_dimensions["C"].hidden = True
        ws.row_dimensions[1].hidden = ws.row_dimensions[7].hidden = True
    book.save(path)
    return path


def test_looks_of_a_workbook_by_sheet(tmp_path: Path) -> None:
    cells = {"A1": "=1+1", "B3": 5, "C2": 0.5, "A2": 1}
    path = saved(tmp_path / "hide.xlsx", {"B3": '0 "T€"', "C2": "0%", "D4": "0%"}, **cells)
    formats, formulas, hiding = tables._looks(path)
    assert formats == {"Plan": {(2, 1): '0 "T€"', (1, 2): "0%"}}, "an empty cell shows nothing"
    assert formulas == {"Plan": {(0, 0)}}
    assert hiding == {"Plan": (frozenset({2}), 1), "Zwei": (frozenset(), 0)}, "row 7 is empty"


@pytest.mark.parametrize(
    ("formats", "cells", "seen"),
    [
        ({}, {"A1": 5}, ({}, {})),
        ({"A1": "0%"}, {"A1": 5}, ({"Plan": {(0, 0): "0%"}}, {})),
        ({"A1": "0 TEUR"}, {"A1": 5}, ({"Plan": {(0, 0): "0 TEUR"}}, {})),
        ({"A1": r"0 \T\€"}, {"A1": 5}, ({"Plan": {(0, 0): r"0 \T\€"}}, {})),
        ({}, {"A1": "=B1"}, ({}, {"Plan": {(0, 0)}})),
    ],
)
def test_only_workbooks_with_telling_looks_are_opened_for_them(
    tmp_path: Path, formats: dict[str, str], cells: dict[str, object], seen: tuple[Any, Any]
) -> None:
    found = tables._looks(saved(tmp_path / "x.xlsx", formats, **cells))
    assert found[:2] == seen
    assert (found[2] == {}) is (seen == ({}, {}))


@pytest.mark.parametrize("shown", ["0 T€", r"0 \T€", r"0 \T\€", r"0 \T\E\U\R", "0 TEUR", "#,##0,", "0 Mio"])
def test_a_format_tells_a_unit_with_and_without_marks_before_its_letters(shown: str) -> None:
    assert TELLING.search(shown) and tables._TELLING_FORMAT.search(shown.encode())
    assert not TELLING.search("#,##0.00") and not tables._TELLING_FORMAT.search(b"#,##0.00")


def test_hidden_columns_are_counted_as_far_as_columns_are_read_and_rows_where_filled() -> None:
    def column(first: int | None, last: int, hidden: bool = True) -> SimpleNamespace:
        return SimpleNamespace(hidden=hidden, min=first, max=last)

    def rows(*hidden: bool) -> dict[int, SimpleNamespace]:
        return {n: SimpleNamespace(hidden=one) for n, one in enumerate(hidden, start=1)}

    ws = SimpleNamespace(
        column_dimensions={
            "B": column(2, 4),
            "F": column(6, 6, hidden=False),
            "G": column(None, 9),
            "X": column(MOST_COLUMNS - 1, 16_384),
        },
        row_dimensions=rows(True, True, False, True),
        _cells={(1, 1): None, (1, 2): None, (3, 1): None, (4, 1): None},
    )
    assert tables._hidden(ws) == ({1, 2, 3, MOST_COLUMNS - 2, MOST_COLUMNS - 1}, 2)


def test_formulas_without_a_value_are_refused_in_columns_that_are_taken() -> None:
    rows = [["Titel"], ["Zeile", "A", "B"], ["01", UNSAVED, UNSAVED], ["02", UNSAVED, UNSAVED]]
    unsaved = frozenset({(1, 1), (3, 1), (2, 1), (2, 2), (2, 0)})
    table = RawTable("x.xlsx: Plan", "Plan", rows, TABLE.how, unsaved=unsaved)
    with pytest.raises(InputError) as caught:
        check_saved(table, 2, ["A"])
    assert [one.where for one in caught.value.problems] == ["x.xlsx: Plan!B3", "x.xlsx: Plan!B4"]
    check_saved(table, 2, [])
    check_saved(table, 5, ["A"])
    check_saved(table, 4, ["02"])
    with pytest.raises(InputError):
        check_saved(table, 2, ["Zeile"])
    check_saved(RawTable("x", "", rows, TABLE.how), 2, ["A"])
