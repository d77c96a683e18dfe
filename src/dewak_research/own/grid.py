"""Read one grid sheet: years and lines are found by their marks; each cell has type, format, unit, sign."""

from __future__ import annotations

import datetime
import math
import re

from openpyxl.cell.cell import ERROR_CODES, Cell, MergedCell
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.data.text_files import parse_number
from dewak_research.language import Text
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.safety import clean_text
from dewak_research.own.template import EARLIEST_YEAR, LATEST_YEAR, Line, load_template
from dewak_research.own.turned_signs import one_question

LARGEST = 1e12
_ERRORS = {*ERROR_CODES, "#BEZUG!", "#WERT!", "#NV", "#ZAHL!"}
_OUTSIDE = re.compile(
    r"HYPERLINK|WEBSERVICE|IMPORT|DDE|CALL|REGISTER|RTD|FILTERXML|\[\d*|https?:|file:|cmd\||\\\\|!\s*A0", re.I
)


Read = tuple[float | None, str, list[Finding]]
"""Value (None = unknown), status (value, empty, symbol, bad) and findings of a cell."""


def read_cell(shown: Cell | MergedCell, stored: Cell | MergedCell, sheet: str, line: Line) -> Read:
    """Read one cell of a grid.

    Parameters
    ----------
    shown : Cell
        The cell with its formula, if it has one.
    stored : Cell
        The same cell with the value that was last calculated.
    sheet : str
        Title of the sheet, for findings.
    line : Line
        What belongs into the cell.
    """
    if isinstance(shown, MergedCell):
        return None, "bad", []
    raw = stored.value

    def bad(code: str, **values: object) -> Read:
        return None, "bad", [finding(code, sheet, shown.coordinate, **values)]

    if shown.data_type == "f":
        formula = clean_text(getattr(shown.value, "text", shown.value), 60)
        if _OUTSIDE.search(formula):
            return bad("formula_forbidden", value=formula)
        if raw is None:
            return bad("formula_unsaved")
    if raw is None:
        return None, "empty", []
    if isinstance(raw, bool):
        return bad("boolean_value")
    if isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
        return bad("date_value", value=clean_text(raw, 30))
    if not isinstance(raw, int | float | str):
        return bad("not_a_number", value=clean_text(raw, 60))
    if isinstance(raw, str) and raw.strip().upper() in _ERRORS:
        return bad("formula_error", value=clean_text(raw, 20))
    value, status, code, shown_as = (
        _from_text(raw, line) if isinstance(raw, str) else (float(raw), "value", "", {})
    )
    notes = [finding(code, sheet, shown.coordinate, **shown_as)] if code else []
    if value is None:
        return None, status, notes
    if not math.isfinite(value) or abs(value) > LARGEST:
        return bad("not_finite", value=clean_text(raw, 30))
    if "%" in str(shown.number_format or "") and line.unit != "pct":
        return bad("percent_format", unit=load_template().units[line.unit])
    if code := _out_of_range(value, line):
        odd = finding(code, sheet, shown.coordinate, value=value, number=-value, line=line.label)
        notes.append(odd)
        if odd.severity == "error":
            return None, "bad", notes
    return value, "value", notes


def _from_text(raw: str, line: Line) -> tuple[float | None, str, str, dict[str, object]]:
    """Return value, status, and code and values of the finding on a cell that holds text."""
    text = clean_text(raw, 60)
    number = parse_number(clean_text(raw, 10_000))
    shown: dict[str, object] = {"value": text, "number": number.value}
    if number.status == "empty":
        return None, "empty", "", {}
    if number.status in ("unknown", "pending", "unreliable", "not_applicable"):
        return None, "symbol", "symbol", shown
    if number.status == "ambiguous":
        decimal = text.replace(",", ".").lstrip("+-−( ").rstrip(") €EURO")
        both = Text(decimal.replace(".", ","), decimal)
        return (
            None,
            "bad",
            "ambiguous_number",
            {**shown, "thousands": re.sub(r"\D", "", text), "decimal": both},
        )
    if number.status == "unit":
        return None, "bad", "unit_in_cell", {**shown, "unit": load_template().units[line.unit]}
    if number.value is None:
        return None, "bad", "too_long" if number.status == "too_long" else "not_a_number", shown
    return number.value, "value", "text_number", shown


def _out_of_range(value: float, line: Line) -> str:
    """Return the code of the finding on a value that its line cannot or hardly have, or nothing."""
    negative = value < 0 and line.sign == "positive"
    odd = {
        "fraction_of_person": line.unit == "persons" and value % 1 != 0,
        "multiplier_range": line.unit == "pct" and not 0 <= value <= 2000,
        "multiplier_low": line.unit == "pct" and 0 < value < 50,
        "negative_warning": negative and line.may_be_negative,
        "negative_value": negative,
    }
    return next((code for code, holds in odd.items() if holds), "")


MOST_ROWS, MOST_COLUMNS = 2_000, 120


def cells_of(sheet: Worksheet, most: int = MOST_ROWS) -> list[list[Cell]]:
    """Return the cells of a sheet row by row, within bounds."""
    rows = min(sheet.max_row or 1, most)
    columns = min(sheet.max_column or 1, MOST_COLUMNS)
    return [list(row) for row in sheet.iter_rows(1, rows, 1, columns)]  # type: ignore[arg-type]


def anchor(rows: list[list[Cell]], mark: str) -> tuple[int, int] | None:
    """Return row and column of a mark, or None."""
    found = ((r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell.value == mark)
    return next(found, None)


def read_grid(
    name: str, shown: Worksheet, values: Worksheet, reading: Reading, key: str
) -> list[tuple[object, ...]]:
    """Read one grid; returns (sheet, line, year, kind, value, status, cell) of every cell that belongs to it."""
    rows, stored = cells_of(shown), cells_of(values)
    place = anchor(rows, "#year")
    reading.years[name] = []
    if place is None:
        reading.odd("years_row_missing", shown.title, key=key)
        return []
    if place != (3, 0):
        reading.odd("moved_cells", shown.title)
    left = place[1]
    columns = _columns(rows, stored, place, reading, shown.title)
    if not columns:
        reading.odd("years_row_missing", shown.title, key=key)
    reading.years[name] = list(columns.values())
    lines = load_template().grids[name]
    at = _lines(rows, place, name, reading, shown.title)
    parts: list[tuple[object, ...]] = []
    for line, spec in lines.items():
        if line not in at:
            if not spec.added:
                reading.odd("line_missing", shown.title, line=spec.label)
            continue
        row = rows[at[line]]
        _label(row[left + 1 : left + 5], spec.label, reading, shown.title)
        for c, (year, kind) in columns.items():
            value, status, found = read_cell(row[c], stored[at[line]][c], shown.title, spec)
            reading.findings.extend(found)
            parts.append((name, line, year, kind, value, status, row[c].coordinate))
        _stray(
            [cell for c, cell in enumerate(row) if c >= left + 5 and c not in columns], reading, shown.title
        )
    return one_question(name, values, parts, reading)


def _lines(
    rows: list[list[Cell]], place: tuple[int, int], name: str, reading: Reading, title: str
) -> dict[str, int]:
    """Return the row of every line of a sheet that is there once, by its id of today."""
    lines = load_template().grids[name]
    top, left = place
    at: dict[str, int] = {}
    for r, row in enumerate(rows[top + 1 :], start=top + 1):
        mark, where = row[left].value, row[left].coordinate
        if not isinstance(mark, str) or not mark.startswith("line:"):
            if mark != "#kind":
                _stray(row[left + 1 :], reading, title)
            continue
        line = load_template().line_today(reading.version, name, mark.removeprefix("line:"))
        if line not in lines:
            reading.odd("line_unknown", title, where, value=clean_text(line, 40))
        elif line in at:
            reading.odd("line_duplicate", title, where, line=lines[line].label)
        else:
            at[line] = r
    return at


def _label(cells: list[Cell], label: Text, reading: Reading, title: str) -> None:
    """Name a number that was typed over the label of a line; the first cell holds the line's own number."""
    for cell in cells[1:]:
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            reading.odd("label_overwritten", title, cell.coordinate, value=cell.value, line=label)


def _stray(cells: list[Cell], reading: Reading, title: str) -> None:
    for cell in cells:
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            reading.odd("stray_value", title, cell.coordinate, value=cell.value)


def _day_within(value: object) -> str:
    """Return the day that stands where a year belongs, unless it is the last day of one: written for a message."""
    if isinstance(value, datetime.date):
        return f"{value:%d.%m.%Y}" if (value.month, value.day) not in ((12, 31), (1, 1)) else ""
    found = re.search(r"\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b", str(value or "")[:40])
    return found[0] if found and (int(found[1]), int(found[2])) not in ((31, 12), (1, 1)) else ""


def _columns(
    rows: list[list[Cell]], stored: list[list[Cell]], place: tuple[int, int], reading: Reading, title: str
) -> dict[int, tuple[int, str]]:
    """Return (year, kind) of every column whose heading says both."""
    top, left = place
    template = load_template()
    columns: dict[int, tuple[int, str]] = {}
    kind_row = stored[top + 1] if top + 1 < len(stored) else []
    for c, cell in enumerate(stored[top][left + 5 :], start=left + 5):
        kind_raw = kind_row[c].value if c < len(kind_row) else None
        unsaved = [
            at[c]
            for at in rows[top : top + 2]
            if c < len(at) and at[c].data_type == "f" and stored[at[c].row - 1][c].value is None
        ]
        if unsaved:
            reading.odd("formula_unsaved", title, unsaved[0].coordinate)
            continue
        if day := _day_within(cell.value):
            reading.odd("year_is_a_day", title, cell.coordinate, value=day)
            continue
        text = "" if cell.value is None else clean_text(cell.value, 40).removesuffix(".0")
        if not text:
            if kind_raw:
                reading.odd("year_invalid", title, cell.coordinate, value="")
            continue
        if not text.isascii() or not text.isdigit() or not EARLIEST_YEAR <= int(text[:6]) <= LATEST_YEAR:
            reading.odd("year_invalid", title, cell.coordinate, value=text)
            continue
        kind_text = clean_text(kind_raw or "", 40)
        kind = template.kind_of(kind_text)
        if kind is None:
            reading.odd("kind_invalid", title, f"{cell.column_letter}{top + 2}", value=kind_text)
        elif (int(text), kind) in columns.values():
            reading.odd("year_duplicate", title, cell.coordinate, kind=template.kinds[kind], year=text)
        else:
            columns[c] = (int(text), kind)
    return columns
