"""The integrated plan as a workbook to take away: every table, its sources and assumptions, and a sheet to try things.

What-if cells are formulas on the cells beside them: a spreadsheet calculates them, nothing is hidden in code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.own.cells import paint_field, put_text, set_widths, write_heading, write_title

_text = texts(__package__)
FIRST_COLUMN = 2
WIDTH, WIDE = 18, 60
LONGEST_TITLE = 31  #: of a sheet, in every spreadsheet
CONTROLS = ("rate_change_pct", "price_growth_pct", "share_change_points")
WHAT_IF = ("need", "eur", "town_share")


@dataclass(frozen=True)
class SheetOf:
    """One table of the workbook.

    Parameters
    ----------
    title : str
        Name of the sheet.
    table : DataFrame
        What is shown; NaN and None are written as "not available".
    labels : mapping of str to str
        Heading of each column; a column without one keeps its name.
    lines : sequence of str
        Sentences below the title: what it is, what is estimated.
    """

    title: str
    table: pd.DataFrame
    labels: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[str] = ()


def planning_book(
    title: str,
    about: Sequence[str],
    sheets: Sequence[SheetOf],
    what_if: pd.DataFrame,
    language: Language,
) -> Workbook:
    """Return the workbook.

    Parameters
    ----------
    about : sequence of str
        Sentences on the first sheet: what it is, sources, assumptions.
    what_if : DataFrame
        service (as shown), year, need (persons or cases), eur (gross cost of one a year), town_share (0–1); NaN =
        unknown: its result stays unknown. May be empty: then there is no such sheet.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)
    first.title = _text("planning_first_sheet")[language]
    write_title(first, title, *about)
    set_widths(first, A=2, B=110)
    if len(what_if):
        _what_if(book.create_sheet(_text("planning_what_if")[language]), what_if, language)
    for shown in sheets:
        _table(book.create_sheet(shown.title[:LONGEST_TITLE]), shown, language)
    for sheet in book.worksheets:
        sheet.sheet_view.showGridLines = False
    return book


def _put(sheet: Worksheet, row: int, column: int, value: object, language: Language) -> None:
    """Write a value; what is missing reads "not available", text never becomes a formula."""
    cell = sheet.cell(row, column)
    if value is None or value is pd.NA or (isinstance(value, float) and not np.isfinite(value)):
        put_text(cell, _text("not_available")[language])
    elif isinstance(value, bool | np.bool_):
        put_text(cell, _text("yes" if value else "no")[language])
    elif isinstance(value, int | np.integer):
        cell.value = int(value)
    elif isinstance(value, float | np.floating):
        cell.value = amount = float(f"{value:.10g}")
        cell.number_format = "#,##0" if abs(amount) >= 1_000 or amount % 1 == 0 else "0.0###"
    else:
        put_text(cell, str(value))


def _head(sheet: Worksheet, row: int, names: Sequence[str]) -> None:
    for column, name in enumerate(names, start=FIRST_COLUMN):
        write_heading(sheet.cell(row, column), name)
        sheet.column_dimensions[get_column_letter(column)].width = WIDTH


def _table(sheet: Worksheet, shown: SheetOf, language: Language) -> None:
    write_title(sheet, shown.title, *shown.lines)
    top = len(shown.lines) + 3
    _head(sheet, top, [shown.labels.get(str(name), str(name)) for name in shown.table.columns])
    for row, values in enumerate(shown.table.itertuples(index=False, name=None), start=top + 1):
        for column, value in enumerate(values, start=FIRST_COLUMN):
            _put(sheet, row, column, value, language)
    set_widths(sheet, A=2)
    sheet.freeze_panes = f"B{top + 1}"
    last = get_column_letter(FIRST_COLUMN + max(len(shown.table.columns), 1) - 1)
    sheet.auto_filter.ref = f"B{top}:{last}{top + len(shown.table)}"


def _what_if(sheet: Worksheet, rows: pd.DataFrame, language: Language) -> None:
    """Write three cells to change and, below, gross and net cost as formulas on them."""
    lines = _text("planning_what_if_about")[language].splitlines()
    write_title(sheet, _text("planning_what_if")[language], *lines)
    top = len(lines) + 3
    places = {}
    for row, name in enumerate(CONTROLS, start=top):
        put_text(sheet.cell(row, FIRST_COLUMN), _text(f"what_if_{name}")[language])
        cell = sheet.cell(row, FIRST_COLUMN + 1)
        cell.value = 0
        paint_field(cell, "required")
        places[name] = f"$C${row}"
    names = ("service", "year", *WHAT_IF, "gross_eur", "net_eur")
    _head(sheet, top + len(CONTROLS) + 1, [_text(f"what_if_{name}")[language] for name in names])
    first_year = int(rows["year"].min())
    columns = rows[["service", "year", *WHAT_IF]].itertuples(index=False, name=None)
    for row, values in enumerate(columns, start=top + len(CONTROLS) + 2):
        for column, value in enumerate(values, start=FIRST_COLUMN):
            _put(sheet, row, column, value, language)
        gross = (
            f"=D{row}*(1+{places['rate_change_pct']}/100)*E{row}"
            f"*(1+{places['price_growth_pct']}/100)^(C{row}-{first_year})"
        )
        net = f"=G{row}*MIN(1,MAX(0,F{row}+{places['share_change_points']}/100))"
        known = [isinstance(value, float | int) and bool(np.isfinite(value)) for value in values[2:]]
        for column, formula, shown in ((7, gross, all(known[:2])), (8, net, all(known))):
            if shown:
                sheet.cell(row, column).value = formula
                sheet.cell(row, column).number_format = "#,##0"
            else:
                _put(sheet, row, column, None, language)
    set_widths(sheet, A=2, B=WIDE)
