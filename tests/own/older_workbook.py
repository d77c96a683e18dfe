"""A workbook as it was before some of its sheets existed."""

from collections.abc import Iterable
from pathlib import Path

import openpyxl

from dewak_research.own.template import load_template


def without_sheets(workbook: Path, names: Iterable[str], target: Path) -> None:
    """Save a German workbook without some of its sheets; the folder of the target is made."""
    book = openpyxl.load_workbook(workbook)
    for name in names:
        book.remove(book[load_template().sheets[name].de])
    target.parent.mkdir()
    book.save(target)


#: What the template of version 1 called lines that have another id today, and the lines it did not have.
VERSION_1 = {"result_plan": {"27": "gma"}, "finance_plan": {"35": "34", "37": "35", "38": "36"}}
NOT_IN_1 = {
    "result_plan": ("28", "29", "30", "31", "32", "33"),
    "finance_plan": ("34", "36", "39", "40", "41"),
}


def of_version_1(workbook: Path, values: dict[tuple[str, str, int], float]) -> None:
    """Turn a German workbook into one of template version 1, with values by sheet, line as it was called then, year."""
    book = openpyxl.load_workbook(workbook)
    book[load_template().sheets["readme"].de]["A1"] = "dewak-template:1"
    for name, then in VERSION_1.items():
        sheet = book[load_template().sheets[name].de]
        for row in range(sheet.max_row, 0, -1):
            line = str(sheet.cell(row, 1).value or "").removeprefix("line:")
            if line in NOT_IN_1[name]:
                sheet.delete_rows(row)
            elif line in then:
                sheet.cell(row, 1).value = f"line:{then[line]}"
                sheet.cell(row, 2).value = then[line] if then[line].isdigit() else ""
        at = {str(sheet.cell(row, 1).value): row for row in range(1, sheet.max_row + 1)}
        years = {sheet.cell(4, column).value: column for column in range(6, sheet.max_column + 1)}
        for (where, line, year), value in values.items():
            if where == name:
                sheet.cell(at[f"line:{line}"], years[year]).value = value
    book.save(workbook)
