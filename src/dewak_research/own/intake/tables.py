"""Files become tables of text: the rows of a text file, or every sheet of a workbook."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dewak_research.data.text_files import decode, guess_separator, read_bytes, split_rows
from dewak_research.errors import InputError, messages, texts
from dewak_research.language import Text
from dewak_research.own.archive_bounds import MOST_ELEMENTS
from dewak_research.own.intake.format_hints import SHOWS_UNIT, format_hints
from dewak_research.own.intake.workbook_values import MOST_COLUMNS, MOST_ROWS
from dewak_research.own.safety import check_sheet_file, clean_text, open_workbook

_problem, _text = messages(__package__), texts(__package__)
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")
MOST_SECONDS = 60
LONGEST_CELL = 500
FORMAT = "Zahlenformat"
UNSAVED = "=…"  #: stands for a formula without a stored value
_TELLING_FORMAT = re.compile(f"{SHOWS_UNIT}|%".encode(), re.I)
_PERCENT_STYLE = re.compile(rb'numFmtId="(?:9|10)"')
_TELLING_PART = re.compile(rb"<(?:\w+:)?(?:f[ >/]|(?:col|row) [^>]*hidden=.(?:1|true))")
Place = tuple[int, int]
Hiding = tuple[frozenset[int], int]


@dataclass(frozen=True)
class RawTable:
    """One table as it stands.

    Attributes
    ----------
    where : str
        File, and sheet of a workbook; rows and columns are named after it.
    title : str
        Title of the sheet, or of the part of it; empty for a text file.
    rows : list of list of str
        All cells as text, from the first row of the file; rows may differ in length.
    how : Text
        How the file was read: encoding, or sheet.
    numbers : dict
        Cells that a workbook holds as numbers, by row and column counted from 0.
    formats : dict
        Number formats that show a unit or leave out thousands, by row and column.
    unsaved : frozenset
        Cells with a formula that has no stored value.
    hints : tuple of (str, str)
        Place and words outside the table that show a unit, where it is not known of which cells: number formats of the
        workbook, text of sheets without amounts.
    hidden : frozenset of int
        Columns that are hidden on the sheet, counted from 0.
    """

    where: str
    title: str
    rows: list[list[str]]
    how: Text
    numbers: dict[Place, float] = field(default_factory=dict)
    formats: dict[Place, str] = field(default_factory=dict)
    unsaved: frozenset[Place] = frozenset()
    hints: tuple[tuple[str, str], ...] = ()
    hidden: frozenset[int] = frozenset()

    def part(self, first: int, last: int, head: range, title: str) -> RawTable:
        """Return the rows from ``first`` to before ``last`` and the head; others are empty, so all keep their place."""
        kept = [
            row if n in head or first <= n < last else []
            for n, row in enumerate(self.rows[: max(last, head.stop)])
        ]
        return replace(self, rows=kept, title=title or self.title)

    def without(self, rows: Collection[int]) -> RawTable:
        """Return the table with some rows empty."""
        return replace(self, rows=[[] if n in rows else row for n, row in enumerate(self.rows)])

    def cell(self, row: int, column: int) -> str:
        """Return a cell as text; empty where the row is shorter."""
        return self.rows[row][column] if column < len(self.rows[row]) else ""


def column_letter(column: int) -> str:
    """Return the letter of a column counted from 0: A, B, …, AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def table_of_text(text: str, where: str, encoding: str = "utf-8") -> RawTable:
    """Return the table of a text file; the separator is recognised."""
    rows = split_rows(text, guess_separator(text), where)
    return RawTable(where, "", rows, _text("file_encoding", encoding=encoding))


def read_tables(path: Path) -> list[RawTable]:
    """Read all tables of a file that is no table of the statistical offices.

    Raises
    ------
    InputError
        The kind of file is not read, it is damaged, protected or too large, or no sheet holds anything.
    """
    where = clean_text(path.name, 80)
    if path.suffix.lower() in WORKBOOKS and not is_text(path):
        return workbook_tables(path, where)
    data = read_bytes(path)
    decoded = decode(data, where)
    return [table_of_text(decoded.text, where, decoded.encoding)]


def is_text(path: Path) -> bool:
    """Whether a file with the name of a workbook is text, as some programs export it.

    Raises
    ------
    InputError
        It is a web page or XML.
    """
    with path.open("rb") as handle:
        first = handle.read(4_000)
    plain = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if plain[:1] == b"<":
        raise InputError(_problem("file_is_page", clean_text(path.name, 80)))
    printable = not any(byte < 9 or 13 < byte < 32 for byte in plain)
    return bool(plain) and printable and bool(re.search(rb"[;\t|,]", plain)) and b"\n" in plain


def workbook_tables(path: Path, where: str) -> list[RawTable]:
    """Return one table per visible sheet that holds anything."""
    kind = check_sheet_file(path)
    read = _values(path, where)
    if "refused" in read:
        raise InputError(_problem(read["refused"], where))
    formats, formulas, hiding = _looks(path) if kind == "xlsx" else ({}, {}, {})
    hints = tuple((FORMAT, shown) for shown in format_hints(path, kind))
    hidden = clean_text(", ".join(read["hidden"]), 200)
    tables = []
    for sheet in read["sheets"]:
        title = clean_text(sheet["name"], 40)
        place = f"{where}: {title}"
        if sheet.get("too_large"):
            raise InputError(_problem("sheet_too_large", place, rows=MOST_ROWS))
        rows, numbers = _as_text(sheet["rows"])
        empty = {(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if not cell}
        inside = {at for at in formulas.get(sheet["name"], ()) if at in empty or at[0] >= len(rows)}
        for r, c in inside:
            rows += [[] for _ in range(r + 1 - len(rows))]
            rows[r] += [""] * (c + 1 - len(rows[r]))
            rows[r][c] = UNSAVED
        if any(map(any, rows)):
            how = _text("file_workbook_hidden" if hidden else "file_workbook", sheet=title, hidden=hidden)
            shown = formats.get(sheet["name"], {})
            _as_percent(rows, numbers, shown)
            columns, lines = hiding.get(sheet["name"], (frozenset(), 0))
            how = _text("rows_hidden", base=how, n=lines) if lines else how
            tables.append(
                RawTable(place, title, rows, how, numbers, shown, frozenset(inside), hints, columns)
            )
    if not tables:
        raise InputError(_problem("sheets_hidden" if hidden else "rows_none", where, hidden=hidden))
    return tables


def _as_percent(rows: list[list[str]], numbers: dict[Place, float], shown: dict[Place, str]) -> None:
    """Write numbers that a workbook shows as percentages so; they are no amounts."""
    for at in [at for at, form in shown.items() if "%" in form and at in numbers]:
        rows[at[0]][at[1]] = f"{printed(round(numbers.pop(at) * 100, 6))} %"
        shown.pop(at)


def _values(path: Path, where: str) -> dict[str, Any]:
    """Read the values in another process, within time and memory."""
    roots = [str(Path(__file__).parents[3]), os.environ.get("PYTHONPATH", "")]
    command = [sys.executable, "-m", "dewak_research.own.intake.workbook_values", str(path.resolve())]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=MOST_SECONDS, check=False,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, roots))},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InputError(_problem("workbook_slow", where, seconds=MOST_SECONDS)) from error
    if done.returncode != 0:
        return {"refused": "workbook_unreadable"}
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _as_text(values: list[list[object]]) -> tuple[list[list[str]], dict[Place, float]]:
    """Return cells as text, numbers the German way, and beside them the numbers as they are."""
    rows: list[list[str]] = []
    numbers: dict[Place, float] = {}
    for r, row in enumerate(values):
        for c, value in enumerate(row):
            if isinstance(value, int | float) and not isinstance(value, bool):
                numbers[r, c] = float(value)
        rows.append([printed(value) for value in row])
    return rows, numbers


def printed(value: object) -> str:
    """Return the value of a cell as text: numbers in digits with a decimal comma, ten decimals at most."""
    if value is None:
        return ""
    if isinstance(value, float):
        value = round(value, 10) + 0.0  # what binary fractions leave over is nothing, and nothing has no sign
        return f"{value:.0f}" if value.is_integer() else f"{value:.10f}".rstrip("0").replace(".", ",")
    return clean_text(value, LONGEST_CELL)


def _looks(path: Path) -> tuple[dict[str, dict[Place, str]], dict[str, set[Place]], dict[str, Hiding]]:
    """Return telling number formats, cells with formulas and what is hidden by sheet; only where the file has any."""
    with zipfile.ZipFile(path) as archive:
        names = [
            name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
        ]
        styles = archive.read("xl/styles.xml") if "xl/styles.xml" in archive.namelist() else b""
        styled = _TELLING_FORMAT.search(styles) or _PERCENT_STYLE.search(styles)
        if not styled and not any(_TELLING_PART.search(archive.read(name)) for name in names):
            return {}, {}, {}
    formats: dict[str, dict[Place, str]] = {}
    formulas: dict[str, set[Place]] = {}
    hiding: dict[str, Hiding] = {}
    for sheet in open_workbook(path, values=False, most_elements=MOST_ELEMENTS).worksheets:
        hiding[sheet.title] = _hidden(sheet)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None or cell.row is None or cell.column is None:
                    continue
                at = (cell.row - 1, cell.column - 1)
                if cell.data_type == "f":
                    formulas.setdefault(sheet.title, set()).add(at)
                if _TELLING_FORMAT.search(str(cell.number_format).encode()):
                    formats.setdefault(sheet.title, {})[at] = str(cell.number_format)
    return formats, formulas, hiding


def _hidden(sheet: Any) -> Hiding:
    """Return the hidden columns of a sheet, counted from 0, and the number of its hidden rows."""
    columns = {
        column - 1
        for one in sheet.column_dimensions.values()
        if one.hidden and one.min
        for column in range(one.min, min(one.max, MOST_COLUMNS) + 1)
    }
    filled = {row for row, _ in sheet._cells}
    return frozenset(columns), sum(
        bool(one.hidden) and n in filled for n, one in sheet.row_dimensions.items()
    )


def check_saved(table: RawTable, header_row: int, names: Collection[str]) -> None:
    """Refuse formulas without a stored value in the columns that are taken.

    Raises
    ------
    InputError
        Names every such cell.
    """
    if not table.unsaved or header_row > len(table.rows):
        return
    taken = {c for c, name in enumerate(table.rows[header_row - 1]) if name in names}
    cells = sorted((r, c) for r, c in table.unsaved if c in taken and r >= header_row)
    if cells:
        raise InputError(
            [_problem("formula_unsaved", f"{table.where}!{column_letter(c)}{r + 1}") for r, c in cells]
        )
