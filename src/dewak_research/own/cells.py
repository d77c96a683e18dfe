"""How cells of the project's workbooks look, and text that stays text."""

from __future__ import annotations

import errno
import io
import os
import re
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from dewak_research.own.safety import is_formula_like, write_whole

_THIN = Side(style="thin", color="BFBFBF")
BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
LEGEND = {
    "prefilled": PatternFill("solid", fgColor="D6E6F4"),
    "required": PatternFill("solid", fgColor="FFF2C9"),
    "optional": PatternFill("solid", fgColor="F4F4F4"),
    "sum": PatternFill("solid", fgColor="E4EFDD"),
}
HEADING = PatternFill("solid", fgColor="31495E")
_LOOKS: WeakKeyDictionary[Workbook, dict[tuple[object, ...], Any]] = WeakKeyDictionary()


def _dress(cell: Any, look: str, style: Callable[[Cell | MergedCell], None]) -> None:
    """Style a cell, or copy the style of the first such cell of the workbook: openpyxl compares every part anew."""
    known = _LOOKS.setdefault(cell.parent.parent, {})
    before = (look, *(cell._style or ()))
    if before in known:
        cell._style = copy(known[before])
    else:
        style(cell)
        known[before] = copy(cell._style)


def put_text(cell: Cell | MergedCell, value: str) -> None:
    """Write text that stays text, even where it begins like a formula."""
    cell.value = value
    if is_formula_like(value):
        cell.data_type = "s"
        cell.quotePrefix = True


def write_title(sheet: Worksheet, title: str, *below: str) -> None:
    """Write the title of a sheet and the lines below it."""
    for row, text in enumerate((title, *below), start=1):
        put_text(sheet.cell(row, 2), text)
    sheet.cell(1, 2).font = Font(bold=True, size=14, color="31495E")


def set_widths(sheet: Worksheet, **widths: int) -> None:
    """Set the widths of columns by letter."""
    for letter, width in widths.items():
        sheet.column_dimensions[letter].width = width


def write_heading(cell: Cell | MergedCell, value: str | int) -> None:
    """Style a heading of a table; years stay numbers."""
    cell.value = value
    _dress(cell, "heading", _as_heading)


def _as_heading(cell: Cell | MergedCell) -> None:
    cell.fill = HEADING
    cell.font = Font(bold=True, color="FFFFFF")
    cell.alignment = Alignment(horizontal="center", wrap_text=True)
    cell.border = BORDER


def paint_field(cell: Cell | MergedCell, need: str) -> None:
    """Colour a cell to fill in: prefilled, required, optional or sum."""

    def paint(cell: Cell | MergedCell) -> None:
        cell.fill = LEGEND[need]
        cell.border = BORDER

    _dress(cell, need, paint)


NO_TIME = (1980, 1, 1, 0, 0, 0)  #: the earliest that an archive can state
_IO_FAULT = re.compile(r"\bIO_(E[A-Z]+)\b")
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def save_whole(book: Workbook, path: Path) -> None:
    """Write a workbook so that the file is either whole or not there, readable for others like any file.

    The same contents make the same bytes: no time of writing is kept.

    Raises
    ------
    OSError
        The disk is full or protected; the file that was there before is still there.
    """
    written, plain = io.BytesIO(), io.BytesIO()
    try:
        with ZipFile(written, "w") as archive:
            ExcelWriter(book, archive).save()
    except Exception as error:
        fault = _IO_FAULT.search(str(error))  # openpyxl writes each sheet to a temporary file, through lxml
        if fault is None or not hasattr(errno, fault[1]):
            raise
        number = getattr(errno, fault[1])
        raise OSError(number, os.strerror(number)) from error
    with ZipFile(written) as timed, ZipFile(plain, "w", ZIP_DEFLATED) as whole:
        for part in timed.namelist():
            content = timed.read(part)
            if part == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = ZipInfo(part, NO_TIME)
            entry.compress_type = ZIP_DEFLATED
            whole.writestr(entry, content)
    write_whole(path, plain.getvalue())
