"""Number formats of .xls and .ods that show a unit: read for the whole workbook, as their cells cannot be told."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

#: A unit in a number format, also with a mark before every letter, or thousands that it leaves out.
SHOWS_UNIT = r"T\\?€|T\\?E\\?U\\?R|Tsd|Mio|[0#],+(?![0#])"
TELLING = re.compile(f"{SHOWS_UNIT}|Tausend|Mill", re.I)
_FORMAT_RECORD = b"\x1e\x04"  #: number of the record FORMAT in the workbook stream of Excel 97 to 2003
_HEADER = 9  #: bytes before its characters: record, length, index, number of characters, flags
_SHOWN = re.compile(rb"<number:text[^>]*>([^<]{1,40})</number:text>")
_SCALED = re.compile(rb'number:display-factor="(1000|1000000)"')
_SCALED_FORMAT = "#,##0,"


def format_hints(path: Path, kind: str) -> tuple[str, ...]:
    """Return the number formats of a workbook that show a unit or leave out thousands; each once.

    Parameters
    ----------
    path : Path
        A workbook whose size and parts have been checked.
    kind : str
        "xls" or "ods"; of others the formats of every cell are read.
    """
    if kind == "xls":
        found = _records(path.read_bytes())
    elif kind == "ods":
        found = _styles(path)
    else:
        found = []
    return tuple(dict.fromkeys(one for one in found if TELLING.search(one)))


def _records(data: bytes) -> list[str]:
    """Return the number formats that are written into an old workbook."""
    found = []
    at = data.find(_FORMAT_RECORD)
    while at >= 0:
        length, count = (int.from_bytes(data[at + n : at + n + 2], "little") for n in (2, 6))
        wide = data[at + 8 : at + _HEADER] == b"\x01"
        if count and length == _HEADER - 4 + count * (1 + wide):
            raw = data[at + _HEADER : at + 4 + length]
            found.append(raw.decode("utf-16-le" if wide else "latin-1", errors="replace"))
        at = data.find(_FORMAT_RECORD, at + 1)
    return found


def _styles(path: Path) -> list[str]:
    """Return the number formats that an OpenDocument table defines, as Excel would write them."""
    with zipfile.ZipFile(path) as archive:
        parts = [archive.read(name) for name in ("content.xml", "styles.xml") if name in archive.namelist()]
    shown = [
        f'0 "{text.decode("utf-8", errors="replace").strip()}"'
        for part in parts
        for text in _SHOWN.findall(part)
    ]
    return [_SCALED_FORMAT for part in parts if _SCALED.search(part)] + shown
