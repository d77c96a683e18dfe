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
