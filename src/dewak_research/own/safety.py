"""Nothing from outside is trusted: keys become folders only when they are harmless, workbooks open within limits."""

from __future__ import annotations

import os
import re
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dewak_research.errors import InputError, messages, texts
from dewak_research.own.archive_bounds import MOST_ELEMENTS, MOST_OWN_ELEMENTS, counted
from dewak_research.paths import OWN

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

FILE_NAME, MARKED_NAME = "eingabe.xlsx", "eingabe_geprueft.xlsx"
REPORT_FOLDER = "bericht"
FIRST_YEAR, LAST_YEAR = 1995, 2090  #: of the budgets that a workbook is made for
CASE_NAME = "fallstudie.yaml"  #: the own case study, beside the workbook
LARGEST_WORKBOOK_BYTES = 20_000_000
LARGEST_PART_BYTES = 25_000_000
LARGEST_TOTAL_BYTES = 60_000_000
HIGHEST_RATIO = 200
MOST_PARTS = 1_000
LONGEST_TEXT = 2_000
_KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?", re.ASCII)
RESERVED_NAMES = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"com{n}" for n in range(10)),
    *(f"lpt{n}" for n in range(10)),
}
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How parts of .xlsx and .ods may be packed (ECMA-376 part 2, ODF 1.3 part 2)."""
BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, OverflowError, RuntimeError, ValueError)
"""What zipfile raises at an archive packed in these ways: at broken records and sums, at streams that are broken or end
early, at places outside the file (OSError, OverflowError, ValueError), at names that are no text (ValueError), at
passwords and what it cannot unpack (RuntimeError)."""
_problem, _text = messages(__package__), texts(__package__)


def check_key(key: str) -> str:
    """Return the key if it can name a folder.

    A German key has 8 digits (municipality) or 5 (Kreis); an own identifier has up to 40 letters, digits, ``-``, ``_``.

    Raises
    ------
    InputError
        The key is empty, too long, holds other characters (``/``, ``..``, spaces) or is a reserved name.
    """
    if (
        _KEY.fullmatch(key)
        and key.casefold() not in RESERVED_NAMES
        and (not key.isdigit() or len(key) in (5, 8))
    ):
        return key
    code = "key_zero_lost" if key.isdigit() and len(key) in (4, 7) else "key_not_allowed"
    raise InputError(_problem(code, "AGS", value=clean_text(key)[:60]))


def own_folder(key: str, own: Path | None = None) -> Path:
    """Return ``data/own/<key>``; the result always lies directly below ``own`` and is no link to elsewhere."""
    base = (own or OWN).resolve()
    folder = base / check_key(key)
    if folder.resolve().parent != base:
        raise InputError(_problem("folder_outside", f"data/own/{key}"))
    return folder


def has_own_figures(key: str, own: Path | None = None) -> bool:
    """Whether ``data/own/<key>`` holds a workbook; False for a name that can be no folder."""
    try:
        return (own_folder(key, own) / FILE_NAME).is_file()
    except InputError:
        return False


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that it is either whole or as it was before, readable for others like any file.

    Raises
    ------
    OSError
        The disk is full or protected.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=f".part{path.suffix}")
    os.close(handle)
    aside = Path(name)
    try:
        aside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        aside.chmod(0o644)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def clean_text(value: object, longest: int = LONGEST_TEXT) -> str:
    """Return text without control and direction characters, cut at ``longest``."""
    text = _CONTROL.sub("", str(value)).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def is_formula_like(value: str) -> bool:
    """Whether a spreadsheet could take the text for a formula (``=``, ``+``, ``-``, ``@``, tab)."""
    return value[:1] in "=+-@\t\r" and bool(value)


def check_workbook_file(path: Path, most_elements: int = MOST_OWN_ELEMENTS) -> None:
    """Refuse what must not be opened as a workbook: wrong kind, macros, archives that unpack to or hold too much.

    Raises
    ------
    InputError
        Names every reason at once.
    """
    if _is_old_format(path):
        raise InputError(_problem("workbook_old_format", clean_text(path.name)))
    _check_archive(path, ("[Content_Types].xml", "xl/workbook.xml"), most_elements)


def check_sheet_file(path: Path) -> Literal["xlsx", "xls", "ods"]:
    """Refuse what must not be opened as sheets of a town; other than the project's own workbook it may be .xls or .ods.

    Raises
    ------
    InputError
        Names every reason at once.
    """
    if _is_old_format(path):
        return "xls"
    try:
        with zipfile.ZipFile(path) as archive:
            is_open_document = "content.xml" in archive.namelist()
    except BROKEN_ARCHIVE:
        is_open_document = False
    if is_open_document:
        _check_archive(path, ("content.xml",), MOST_ELEMENTS)
        return "ods"
    _check_archive(path, ("[Content_Types].xml", "xl/workbook.xml"), MOST_ELEMENTS)
    return "xlsx"


def _is_old_format(path: Path) -> bool:
    """Whether a file of permitted size is a compound file (.xls, or protected by a password)."""
    where = clean_text(path.name)
    if not path.is_file():
        raise InputError(_problem("workbook_absent", where))
    size = path.stat().st_size
    if size > LARGEST_WORKBOOK_BYTES or size == 0:
        raise InputError(_problem("workbook_too_large" if size else "workbook_empty", where))
    with path.open("rb") as handle:
        return handle.read(4) == b"\xd0\xcf\x11\xe0"


def _check_archive(path: Path, wanted: tuple[str, ...], most_elements: int) -> None:
    """Refuse an archive that is damaged, no workbook, must not be unpacked, or holds more than can be read."""
    where = clean_text(path.name)

    def refused(code: str) -> InputError:
        return InputError(_problem(code, where))

    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            codes = _archive_problems(parts, wanted)
            unusual = any(part.compress_type not in METHODS for part in parts)
            if not codes and (unusual or archive.testzip() is not None):
                raise zipfile.BadZipFile
            beyond = {} if codes else counted(archive).too_many(most_elements)
    except BROKEN_ARCHIVE as error:
        raise refused("workbook_no_archive") from error
    if codes:
        raise InputError([_problem(code, where, megabytes=LARGEST_TOTAL_BYTES // 10**6) for code in codes])
    if beyond:
        raise InputError(
            [
                _problem("archive_holds", where, thing=_text(f"holds_{name}"), n=found, most=most)
                for name, (found, most) in beyond.items()
            ]
        )


def _archive_problems(parts: list[zipfile.ZipInfo], wanted: tuple[str, ...]) -> list[str]:
    names, sizes = [part.filename for part in parts], [0, *(part.file_size for part in parts)]
    wrong = {
        "archive_no_workbook": not set(wanted) <= set(names),
        "archive_macros": any(
            name.lower().endswith(("vbaproject.bin", ".vbs", ".xba"))
            or "activex" in name.lower()
            or name.startswith("Scripts/")
            for name in names
        ),
        "archive_paths": any(
            ".." in re.split(r"[/\\]", name) or name.startswith(("/", "\\")) or ":" in name for name in names
        ),
        "archive_unpacks": sum(sizes) > LARGEST_TOTAL_BYTES
        or max(sizes) > LARGEST_PART_BYTES
        or any(p.file_size > max(HIGHEST_RATIO * max(p.compress_size, 1), 1_000_000) for p in parts)
        or len(parts) > MOST_PARTS,
    }
    return [code for code, holds in wrong.items() if holds]


def open_workbook(path: Path, values: bool, most_elements: int = MOST_OWN_ELEMENTS) -> Workbook:
    """Open a workbook within the limits; links to other files are dropped.

    Raises
    ------
    InputError
        The file is refused or damaged.
    """
    check_workbook_file(path, most_elements)
    from openpyxl import load_workbook

    try:
        return load_workbook(path, data_only=values, keep_links=False, keep_vba=False)
    except MemoryError:
        raise
    except Exception as error:  # openpyxl says of no broken file what it is: this is whatever it tripped over
        raise InputError(_problem("workbook_damaged", clean_text(path.name))) from error


def has_formulas(book: Workbook) -> bool:
    """Whether any cell holds a formula; without one the cells hold their values already.

    Only cells that the file has are looked at: a sheet may claim a million rows.
    """
    return any(cell.data_type == "f" for sheet in book.worksheets for cell in sheet._cells.values())
