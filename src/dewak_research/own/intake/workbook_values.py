"""Read the values of a workbook (.xlsx, .xls, .ods) in a process of its own, so that no file can take this one down.

``python -m dewak_research.own.intake.workbook_values FILE`` writes one line of JSON: the sheets, or why there are none.
"""

from __future__ import annotations

import datetime
import json
import sys
from typing import Any

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 50_000, 400, 2_000_000
MOST_MEMORY_BYTES = 2_000_000_000


def plain(value: object) -> object:
    """Return a value that JSON holds: dates as 31.12.2024, other times as text."""
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    return str(value)


def sheets_of(path: str) -> dict[str, Any]:
    """Return the visible sheets with their rows and the names of the hidden ones, or why the file cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum, ZipError

    try:
        book = CalamineWorkbook.from_path(path)
        sheets: list[dict[str, Any]] = []
        hidden: list[str] = []
        cells = 0
        for number, known in enumerate(book.sheets_metadata):
            if known.visible != SheetVisibleEnum.Visible:
                hidden.append(known.name)
                continue
            sheet = book.get_sheet_by_index(number)
            cells += sheet.total_height * sheet.total_width
            if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS or cells > MOST_CELLS:
                sheets.append({"name": known.name, "too_large": True})
                continue
            rows = [[plain(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
            sheets.append({"name": known.name, "rows": rows})
    except PasswordError:
        return {"refused": "workbook_password"}
    except (CalamineError, ZipError, OSError, ValueError, IndexError):
        return {"refused": "workbook_damaged"}
    return {"sheets": sheets, "hidden": hidden}


def limit_memory() -> None:
    """Bound the memory of this process where the system can."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))


if __name__ == "__main__":
    limit_memory()
    sys.stdout.buffer.write(json.dumps(sheets_of(sys.argv[1])).encode())
