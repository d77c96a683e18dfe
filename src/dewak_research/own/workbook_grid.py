"""Read one grid sheet: years, kinds and lines are found by their marks, wherever they were moved to."""

from __future__ import annotations

from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.own.checks_cells import CellContext, read_cell
from dewak_research.own.checks_finding import finding
from dewak_research.own.safety import clean_text
from dewak_research.own.template import EARLIEST_YEAR, LATEST_YEAR, Template
from dewak_research.own.workbook_contents import Reading

MOST_ROWS, MOST_COLUMNS = 2_000, 120


def cells_of(sheet: Worksheet) -> list[list[Cell]]:
    """Return the cells of a sheet row by row, within bounds."""
    rows = min(sheet.max_row or 1, MOST_ROWS)
    columns = min(sheet.max_column or 1, MOST_COLUMNS)
    return [list(row) for row in sheet.iter_rows(1, rows, 1, columns)]  # type: ignore[arg-type]


def anchor(rows: list[list[Cell]], mark: str) -> tuple[int, int] | None:
    """Return row and column of a mark, or None."""
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell.value == mark:
                return r, c
    return None


def read_grid(
    name: str, shown: Worksheet, values: Worksheet, template: Template, reading: Reading, key: str
) -> list[tuple[object, ...]]:
    """Read one grid; returns (sheet, line, year, kind, value, status, cell) of every cell that belongs to it."""
    rows, stored = cells_of(shown), cells_of(values)
    place = anchor(rows, "#year")
    reading.years[name] = []
    if place is None:
        reading.findings.append(finding("years_row_missing", shown.title, key=key))
        return []
    if place != (3, 0):
        reading.findings.append(finding("moved_cells", shown.title))
    top, left = place
    columns = _columns(name, shown, stored, place, template, reading, key)
    lines = template.grids[name]
    at: dict[str, int] = {}
    for r in range(top + 1, len(rows)):
        mark = rows[r][left].value
        if not isinstance(mark, str) or not mark.startswith("line:"):
            if mark != "#kind":
                _stray(rows[r][left + 1 :], shown.title, reading)
            continue
        line = mark.removeprefix("line:")
        if line not in lines:
            reading.findings.append(
                finding("line_unknown", shown.title, rows[r][left].coordinate, value=clean_text(line, 40))
            )
        elif line in at:
            reading.findings.append(
                finding("line_duplicate", shown.title, rows[r][left].coordinate, line=lines[line].label)
            )
        else:
            at[line] = r
    parts: list[tuple[object, ...]] = []
    for line, spec in lines.items():
        if line not in at:
            reading.findings.append(finding("line_missing", shown.title, line=spec.label))
            continue
        r = at[line]
        for c, (year, kind) in columns.items():
            context = CellContext(shown.title, spec)
            value, status, found = read_cell(rows[r][c], stored[r][c], context)
            reading.findings.extend(found)
            parts.append((name, line, year, kind, value, status, rows[r][c].coordinate))
        used = set(columns) | set(range(left + 5))
        extra = [cell for c, cell in enumerate(rows[r]) if c not in used]
        _stray(extra, shown.title, reading)
    return parts


def _stray(cells: list[Cell], title: str, reading: Reading) -> None:
    for cell in cells:
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
            reading.findings.append(finding("stray_value", title, cell.coordinate, value=cell.value))


def _columns(
    name: str,
    shown: Worksheet,
    stored: list[list[Cell]],
    place: tuple[int, int],
    template: Template,
    reading: Reading,
    key: str,
) -> dict[int, tuple[int, str]]:
    top, left = place
    columns: dict[int, tuple[int, str]] = {}
    year_row = stored[top]
    kind_row = stored[top + 1] if top + 1 < len(stored) else []
    for c in range(left + 5, len(year_row)):
        raw = year_row[c].value
        kind_raw = kind_row[c].value if c < len(kind_row) else None
        if raw is None or str(raw).strip() == "":
            if kind_raw:
                reading.findings.append(
                    finding("year_invalid", shown.title, year_row[c].coordinate, value="")
                )
            continue
        text = clean_text(raw, 40).removesuffix(".0")
        if not text.isascii() or not text.isdigit() or not EARLIEST_YEAR <= int(text[:6]) <= LATEST_YEAR:
            reading.findings.append(finding("year_invalid", shown.title, year_row[c].coordinate, value=text))
            continue
        kind = template.kind_of(clean_text(kind_raw or "", 40))
        if kind is None:
            where = f"{year_row[c].column_letter}{top + 2}"
            reading.findings.append(
                finding("kind_invalid", shown.title, where, value=clean_text(kind_raw or "", 40))
            )
            continue
        if (int(text), kind) in columns.values():
            reading.findings.append(
                finding(
                    "year_duplicate",
                    shown.title,
                    year_row[c].coordinate,
                    kind=template.kinds[kind],
                    year=text,
                )
            )
            continue
        columns[c] = (int(text), kind)
    if not columns:
        reading.findings.append(finding("years_row_missing", shown.title, key=key))
    reading.years[name] = list(columns.values())
    return columns
