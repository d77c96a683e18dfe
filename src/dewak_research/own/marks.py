"""The marks in the hidden first column: that a file is a workbook of this project, its version, language and lines."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from dewak_research.errors import InputError
from dewak_research.own.contents import Reading, finding
from dewak_research.own.layout_in_hand import in_layout
from dewak_research.own.safety import FILE_NAME, check_workbook_file, clean_text, own_folder
from dewak_research.own.sheets import LAYOUT_MARK, MARK
from dewak_research.own.template import load_template
from dewak_research.rules import HOME, lands

_LAYOUT = f"{LAYOUT_MARK}:"


def read_mark(book: Workbook, key: str, where: str, reading: Reading) -> None:
    """Read language, version of the template and Land of the lines into the reading.

    Raises
    ------
    InputError
        The file has no mark, or that of a version that cannot be read.
    """
    template = load_template()
    corners = (row for sheet in book.worksheets for row in sheet.iter_rows(1, 5, 1, 3, values_only=True))
    marks = [value for row in corners for value in row if isinstance(value, str)]
    for mark in marks:
        if mark.startswith("language:"):
            reading.language = "en" if mark.endswith("en") else "de"
        told = mark.removeprefix(_LAYOUT)
        if told != mark and told in lands():
            reading.layout = told
    found = [mark.removeprefix(f"{MARK}:").strip() for mark in marks if mark.startswith(f"{MARK}:")]
    if not found:
        raise InputError(finding("template_missing", where, key=key).problem)
    for other in found:
        reading.version = other
        if other in template.earlier:
            shown = {"found": other, "current": str(template.version)}
            reading.odd("template_renewed", template.sheets["readme"][reading.language], key=key, **shown)
        elif other != str(template.version):
            newer = other.isdigit() and int(other) > template.version
            shown = {"found": clean_text(other, 20), "current": str(template.version)}
            raise InputError(
                finding(f"template_{'newer' if newer else 'older'}", where, key=key, **shown).problem
            )


@contextmanager
def in_layout_of_workbook(key: str, own: Path | None = None) -> Iterator[None]:
    """Mean the lines of a municipality's workbook until the end of the block; of the home Land where there is none."""
    with in_layout(_layout_marked(own_folder(key, own) / FILE_NAME)):
        yield


def _layout_marked(path: Path) -> str:
    if not path.is_file():
        return HOME
    marks = _marks_of(path)
    return next((mark.removeprefix(_LAYOUT) for mark in marks if mark.removeprefix(_LAYOUT) in lands()), HOME)


def _marks_of(path: Path) -> list[str]:
    """Return the marks of a workbook; none where the file is damaged: who reads it whole says what is wrong."""
    try:
        check_workbook_file(path)
        book = load_workbook(path, read_only=True, keep_links=False)
        corners = (row for sheet in book.worksheets for row in sheet.iter_rows(1, 5, 1, 1, values_only=True))
        found = [str(value) for row in corners for value in row if value is not None]
        book.close()
    except Exception:  # refused by the check, or whatever openpyxl trips over
        return []
    return found


def is_own_workbook(path: Path) -> bool:
    """Whether a file is a workbook of this project, of any version; False for a file that is no workbook at all."""
    return any(mark.startswith(f"{MARK}:") for mark in _marks_of(path))
