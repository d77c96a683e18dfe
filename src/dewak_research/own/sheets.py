"""Write the workbook a municipality fills in; layout ids lie in the hidden column A, so moved cells are found."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.errors import texts
from dewak_research.language import Language, Text
from dewak_research.own.cells import (
    LEGEND,
    paint_field,
    put_text,
    save_whole,
    set_widths,
    write_heading,
    write_title,
)
from dewak_research.own.contents import FIGURE_TYPES, Contents
from dewak_research.own.template import GRIDS, Column, Line, Template, load_template
from dewak_research.rules import HOME

_text = texts(__package__)
MARK, LAYOUT_MARK = "dewak-template", "layout"
FIRST_YEAR_COLUMN = 6
YEAR_ROW, KIND_ROW, FIRST_LINE_ROW = 4, 5, 6
COLUMN_ROW, HEADING_ROW, FIRST_LIST_ROW, LIST_ROWS = 4, 5, 6, 60
LONGEST_FORMULA, FREE_ROWS = 255, 10


def build_workbook(contents: Contents) -> Workbook:
    """Return the whole workbook for the contents, in their language."""
    template = load_template(contents.layout)
    book = Workbook()
    assert book.active is not None
    book.remove(book.active)
    language = contents.language
    for name, title in template.sheets.items():
        sheet = book.create_sheet(title[language])
        sheet.sheet_view.showGridLines = False
        sheet.column_dimensions["A"].hidden = True
        if name == "readme":
            _readme(sheet, contents, template)
        elif name in GRIDS:
            _grid(sheet, name, contents, template)
        else:
            _list(sheet, name, contents, template)
    return book


def save_workbook(contents: Contents, path: Path) -> None:
    """Write the workbook aside and move it into place, readable for others like any file."""
    save_whole(build_workbook(contents), path)


def _readme(sheet: Worksheet, contents: Contents, template: Template) -> None:
    language = contents.language
    put_text(sheet.cell(1, 1), f"{MARK}:{template.version}")
    put_text(sheet.cell(2, 1), f"language:{language}")
    if contents.layout != HOME:
        put_text(sheet.cell(3, 1), f"{LAYOUT_MARK}:{contents.layout}")
    readme = _text("workbook_readme")[language].splitlines()
    write_title(sheet, _text("workbook_title")[language], *readme)
    legend_row = 3 + len(readme)
    for row, name in enumerate(LEGEND, start=legend_row):
        paint_field(sheet.cell(row, 2), name)
        put_text(sheet.cell(row, 3), _text(f"legend_{name}")[language])
    for row, column in enumerate(template.form, start=legend_row + len(LEGEND) + 1):
        put_text(sheet.cell(row, 1), f"form:{column.id}")
        put_text(sheet.cell(row, 2), column.label[language])
        cell = sheet.cell(row, 3)
        value = contents.form.get(column.id, "")
        if column.options and value in template.options:
            value = template.options[value][language]
        cell.number_format = "@"
        if value:
            put_text(cell, value)
        paint_field(cell, "prefilled" if value else column.need)
        if column.options:
            _choice(sheet, cell.coordinate, (template.options[o] for o in column.options), language)
    set_widths(sheet, B=62, C=48)


def _grid(sheet: Worksheet, name: str, contents: Contents, template: Template) -> None:
    language, years = contents.language, contents.years[name]
    lines = template.grids[name]
    part = contents.figures[contents.figures["sheet"] == name]
    known = {
        (line, year, kind): (value, origin)
        for line, year, kind, value, origin in part[list(FIGURE_TYPES)[1:]].itertuples(index=False, name=None)
    }
    write_title(sheet, template.sheets[name][language], _text(f"about_{name}")[language])
    put_text(sheet.cell(YEAR_ROW, 1), "#year")
    put_text(sheet.cell(KIND_ROW, 1), "#kind")
    for index, text in enumerate(("number", "line", "unit", "sign"), start=2):
        write_heading(sheet.cell(YEAR_ROW, index), _text(f"head_{text}")[language])
        write_heading(sheet.cell(KIND_ROW, index), "")
    for index, (year, kind) in enumerate(years, start=FIRST_YEAR_COLUMN):
        write_heading(sheet.cell(YEAR_ROW, index), year)
        write_heading(sheet.cell(KIND_ROW, index), template.kinds[kind][language])
        sheet.column_dimensions[get_column_letter(index)].width = 16
    last = get_column_letter(FIRST_YEAR_COLUMN + len(years) - 1)
    first = get_column_letter(FIRST_YEAR_COLUMN)
    if years:
        _choice(sheet, f"{first}{KIND_ROW}:{last}{KIND_ROW}", template.kinds.values(), language)
    for row, line in enumerate(lines.values(), start=FIRST_LINE_ROW):
        _line(sheet, row, line, template, language)
        for index, (year, kind) in enumerate(years, start=FIRST_YEAR_COLUMN):
            cell = sheet.cell(row, index)
            value, origin = known.get((line.id, year, kind), (None, ""))
            paint_field(cell, "prefilled" if origin == "prefilled" else line.need)
            cell.number_format = "#,##0.00" if value is not None and value % 1 else "#,##0"
            if value is not None:
                cell.value = int(value) if value % 1 == 0 else value
        if years:
            _number(sheet, f"{first}{row}:{last}{row}", line, language)
    set_widths(sheet, B=6, C=58, D=10, E=30)
    sheet.freeze_panes = f"{first}{FIRST_LINE_ROW}"


def _line(sheet: Worksheet, row: int, line: Line, template: Template, language: Language) -> None:
    put_text(sheet.cell(row, 1), f"line:{line.id}")
    put_text(sheet.cell(row, 2), line.number)
    put_text(sheet.cell(row, 3), line.label[language])
    put_text(sheet.cell(row, 4), template.units[line.unit][language])
    put_text(sheet.cell(row, 5), template.signs[line.sign][language])
    if line.need == "sum":
        sheet.cell(row, 2).font = sheet.cell(row, 3).font = Font(bold=True)


def _list(sheet: Worksheet, name: str, contents: Contents, template: Template) -> None:
    language = contents.language
    write_title(sheet, template.sheets[name][language], _text(f"about_{name}")[language])
    put_text(sheet.cell(COLUMN_ROW, 1), "#columns")
    sheet.row_dimensions[COLUMN_ROW].hidden = True
    for index, column in enumerate(template.lists[name], start=2):
        put_text(sheet.cell(COLUMN_ROW, index), f"column:{column.id}")
        write_heading(sheet.cell(HEADING_ROW, index), column.label[language])
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = 26
        rows = contents.lists.get(name, [])
        last_row = FIRST_LIST_ROW + max(LIST_ROWS, len(rows) + FREE_ROWS)
        for row in range(FIRST_LIST_ROW, last_row):
            paint_field(sheet.cell(row, index), column.need)
            if column.type in ("age", "time", "opening"):  # else a spreadsheet makes 3 May of 3-5
                sheet.cell(row, index).number_format = "@"
        for row, entry in enumerate(rows, start=FIRST_LIST_ROW):
            _entry(sheet.cell(row, index), entry.get(column.id), column, template, language)
        area = f"{letter}{FIRST_LIST_ROW}:{letter}{last_row}"
        if column.type in ("choice", "choices"):
            words, several = [template.options[o] for o in column.options], column.type == "choices"
            _choice(sheet, area, words, language, several)
    sheet.freeze_panes = f"C{FIRST_LIST_ROW}"


def _entry(
    cell: Cell | MergedCell, value: object, column: Column, template: Template, language: Language
) -> None:
    if value is None:
        return
    if column.type == "number" and isinstance(value, int | float):
        cell.value = value
    elif column.type == "choices":
        names = str(value).split(", ")
        known = set(names) <= set(column.options)
        put_text(cell, ", ".join(template.options[n][language] for n in names) if known else str(value))
    else:
        text = str(value)
        put_text(cell, template.options[text][language] if text in column.options else text)


def _choice(
    sheet: Worksheet, area: str, words: Iterable[Text], language: Language, several: bool = False
) -> None:
    """Offer words to choose from; where several may stand in one cell, other text is taken as well."""
    values = [word[language].replace(",", " ") for word in words]
    listed = f'"{",".join(values)}"'
    if len(listed) > LONGEST_FORMULA:  # then the words stand in the hidden column A
        for row, value in enumerate(values, start=FIRST_LIST_ROW):
            put_text(sheet.cell(row, 1), value)
        listed = f"$A${FIRST_LIST_ROW}:$A${FIRST_LIST_ROW + len(values) - 1}"
    rule = DataValidation(type="list", formula1=listed)
    _check(sheet, area, rule, _text("choose")[language])
    if several:
        rule.showErrorMessage = False


def _number(sheet: Worksheet, area: str, line: Line, language: Language) -> None:
    low = "0" if line.sign == "positive" else "-1000000000000"
    rule = DataValidation(type="decimal", operator="between", formula1=low, formula2="1000000000000")
    rule.errorStyle = "warning"
    _check(sheet, area, rule, _text("number_wanted" if line.sign == "positive" else "number_any")[language])


def _check(sheet: Worksheet, area: str, rule: DataValidation, error: str) -> None:
    rule.allow_blank, rule.error, rule.errorTitle = True, error, "dewak"
    sheet.add_data_validation(rule)
    rule.add(area)
