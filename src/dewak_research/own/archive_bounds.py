"""How much a workbook may hold, counted in its packed parts before anything is read from them.

A reader takes time and memory for every element, and for every cell of a merged area: a file of 5 KB can ask for hours.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass

MOST_SHEETS = 255
MOST_FORMATS = 65_490  #: of cells, as many as Excel itself allows
MOST_MERGED_CELLS = 200_000
MOST_OWN_ELEMENTS = 600_000  #: of a workbook of this project; a filled one has some 30,000
MOST_ELEMENTS = 3_000_000  #: of a town's own file; a ledger of 50,000 entries has some 1,200,000
_MERGED = re.compile(
    rb"<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*[\"']\$?([A-Z]{1,3})\$?(\d{1,7}):\$?([A-Z]{1,3})\$?(\d{1,7})"
)
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s")
_TABLE = re.compile(rb"<table:table\s")
_FORMATS = re.compile(rb"<(?:\w+:)?(?:xf|font|fill|border|numFmt|dxf)[\s/>]")


@dataclass
class Counted:
    """What an archive holds: sheets, cell formats, cells in merged areas, and elements of any kind."""

    sheets: int = 0
    formats: int = 0
    merged: int = 0
    elements: int = 0

    def too_many(self, most_elements: int) -> dict[str, tuple[int, int]]:
        """Return by name what is beyond its bound: how much there is, and how much may be."""
        bounds = {
            "sheets": (self.sheets, MOST_SHEETS),
            "formats": (self.formats, MOST_FORMATS),
            "merged": (self.merged, MOST_MERGED_CELLS),
            "elements": (self.elements, most_elements),
        }
        return {name: (found, most) for name, (found, most) in bounds.items() if found > most}


def counted(archive: zipfile.ZipFile) -> Counted:
    """Count what is in the parts of a workbook (.xlsx or .ods); none may be larger than its reader allows."""
    found = Counted()
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        content = archive.read(part)
        found.elements += content.count(b"<")
        found.sheets += len(_SHEET.findall(content)) * part.filename.endswith("workbook.xml")
        found.sheets += len(_TABLE.findall(content))
        found.formats += len(_FORMATS.findall(content)) * part.filename.endswith("styles.xml")
        if b"mergeCell" in content:
            found.merged += sum(_area(*corners) for corners in _MERGED.findall(content))
    return found


def _area(left: bytes, top: bytes, right: bytes, bottom: bytes) -> int:
    """Return how many cells lie between two corners, at least one."""
    wide, high = abs(_column(right) - _column(left)) + 1, abs(int(bottom) - int(top)) + 1
    return wide * high


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
