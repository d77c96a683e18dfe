"""Read a filled workbook: everything that can be read is read, everything odd becomes a finding."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text
from dewak_research.own.checks_finding import finding
from dewak_research.own.safety import LONGEST_TEXT, check_workbook_file, clean_text
from dewak_research.own.template import GRIDS, LISTS, Template, load_template
from dewak_research.own.workbook import MARK
from dewak_research.own.workbook_contents import Reading
from dewak_research.own.workbook_grid import anchor, cells_of, read_grid

READ_COLUMNS = ["sheet", "line", "year", "kind", "value", "status", "cell"]


def open_workbook(path: Path, values: bool) -> Workbook:
    """Open a workbook within the limits of :mod:`safety`; links to other files are dropped.

    Raises
    ------
    InputError
        The file is refused or damaged.
    """
    check_workbook_file(path)
    try:
        return load_workbook(path, data_only=values, keep_links=False, keep_vba=False)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
        OSError,
        zipfile.BadZipFile,
        AssertionError,
        OverflowError,
        RecursionError,
    ) as error:
        raise InputError(
            Problem(
                Text("die Arbeitsmappe ist beschädigt", "the workbook is damaged"),
                clean_text(path.name),
                Text(
                    "eine von Excel oder LibreOffice gespeicherte .xlsx-Datei",
                    "an .xlsx file saved by Excel or LibreOffice",
                ),
                Text(
                    "in Excel öffnen, neu speichern und erneut prüfen",
                    "open it in Excel, save it again and check again",
                ),
            )
        ) from error


def read_workbook(path: Path, key: str) -> Reading:
    """Read all sheets; see :class:`Reading`.

    Raises
    ------
    InputError
        The file cannot be opened, or is no workbook of this template version.
    """
    template = load_template()
    formulas = open_workbook(path, values=False)
    stored = open_workbook(path, values=True)
    reading = Reading()
    _mark(formulas, template, key, path.name, reading)
    found: dict[str, tuple[Worksheet, Worksheet]] = {}
    for sheet in formulas.worksheets:
        name = template.sheet_of(sheet.title)
        if name is None or name in found:
            reading.findings.append(finding("sheet_extra", sheet.title, tab=clean_text(sheet.title, 40)))
            continue
        found[name] = (sheet, stored[sheet.title])
        reading.titles[name] = sheet.title
    parts = []
    for name, title in template.sheets.items():
        if name not in found:
            reading.titles[name] = title[reading.language]
            reading.findings.append(finding("sheet_missing", title[reading.language], tab=title, key=key))
            if name in LISTS:
                reading.lists[name] = []
            continue
        shown, values = found[name]
        _merged(shown, reading)
        if name == "readme":
            _form(values, reading)
        elif name in GRIDS:
            parts.extend(read_grid(name, shown, values, template, reading, key))
        else:
            _list(name, shown, values, template, reading, key)
    reading.figures = pd.DataFrame(parts, columns=READ_COLUMNS).astype({"value": "float64"})
    return reading


def _mark(book: Workbook, template: Template, key: str, where: str, reading: Reading) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows(1, 5, 1, 3, values_only=True):
            for value in row:
                if isinstance(value, str) and value.startswith("language:"):
                    reading.language = "en" if value.endswith("en") else "de"
                if isinstance(value, str) and value.startswith(f"{MARK}:"):
                    found = value.removeprefix(f"{MARK}:").strip()
                    if found != str(template.version):
                        newer = found.isdigit() and int(found) > template.version
                        code = "template_newer" if newer else "template_older"
                        wrong = finding(
                            code, where, found=clean_text(found, 20), current=str(template.version), key=key
                        )
                        raise InputError(wrong.problem)
    marks = [
        value
        for sheet in book.worksheets
        for row in sheet.iter_rows(1, 5, 1, 3, values_only=True)
        for value in row
        if isinstance(value, str) and value.startswith(f"{MARK}:")
    ]
    if not marks:
        raise InputError(finding("template_missing", where, key=key).problem)


def _merged(sheet: Worksheet, reading: Reading) -> None:
    for area in list(sheet.merged_cells.ranges)[:20]:
        reading.findings.append(
            finding("merged_cells", sheet.title, area.coord.split(":")[0], range=area.coord)
        )


def _form(sheet: Worksheet, reading: Reading) -> None:
    for row in cells_of(sheet):
        for index, cell in enumerate(row):
            if isinstance(cell.value, str) and cell.value.startswith("form:"):
                target = row[index + 2] if index + 2 < len(row) else None
                name = cell.value.removeprefix("form:")
                value = None if target is None else target.value
                if isinstance(value, float) and value.is_integer():
                    value = int(value)
                reading.form[name] = "" if value is None else clean_text(value, 300)
                reading.form_cells[name] = "" if target is None else target.coordinate


def _list(
    name: str, shown: Worksheet, values: Worksheet, template: Template, reading: Reading, key: str
) -> None:
    rows = cells_of(values)
    place = anchor(rows, "#columns")
    reading.lists[name] = []
    specs = {f"column:{column.id}": column for column in template.lists[name]}
    if place is None:
        reading.findings.append(finding("list_headings_missing", shown.title, key=key))
        return
    top = place[0]
    places = {c: specs[str(cell.value)] for c, cell in enumerate(rows[top]) if str(cell.value) in specs}
    if len(places) < len(specs):
        reading.findings.append(finding("list_headings_missing", shown.title, key=key))
        return
    for r in range(top + 2, len(rows)):
        entry: dict[str, object] = {}
        for c, column in places.items():
            value = rows[r][c].value
            if value is None or (isinstance(value, str) and not value.strip()):
                continue
            if isinstance(value, str) and len(value) > LONGEST_TEXT:
                reading.findings.append(
                    finding("text_cut", shown.title, rows[r][c].coordinate, number=LONGEST_TEXT)
                )
            entry[column.id] = clean_text(value) if isinstance(value, str) else value
        if entry:
            entry["_row"] = r + 1
            entry["_cells"] = {column.id: rows[r][c].coordinate for c, column in places.items()}
            reading.lists[name].append(entry)
