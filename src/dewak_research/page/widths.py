"""How wide a table is, so that all of it can be seen: in the text, over the right column, or as cards on a phone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from dewak_research.language import Language
from dewak_research.page.labels import label

#: Characters of a table's widest words, side by side, that fit: on a phone, in the text, over the right column.
FITS_PHONE, FITS_TEXT, FITS_PAGE = 33, 72, 105
#: Characters of the first column where there is room, so that names are not broken over three lines.
NAMED_ROWS = 16
#: A printed table with more than this lies on a page turned sideways.
FITS_UPRIGHT = 118
#: More rows than this are sorted and searched.
LONG_ROWS = 40
#: Letters of a word that count; what is longer is broken, as are long heads.
_LONGEST_WORD = 30
_SPACE_BETWEEN = 2

WORDS = {
    "search": "table_search",
    "sort": "table_sort",
    "up": "table_up",
    "down": "table_down",
    "shown": "table_shown",
    "all": "table_all",
    "none": "no_data",
}

#: For a page without the report's style sheet, as JupyterLab.
STYLE = (
    ".dewak-scroll{overflow-x:auto}.dewak-scroll caption,.dewak-scroll th{text-align:left}"
    ".dewak-scroll tbody th{font-weight:normal}.dewak-scroll .dewak-number{text-align:right}"
)


def least_widths(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Return the characters each column needs where every space is a place to break a line.

    Parameters
    ----------
    heads : sequence of str
        Heads of the columns.
    rows : sequence of sequence of str
        Cells as they are written.
    """
    longest = [_longest_word(cells) for cells in zip(heads, *rows, strict=True)]
    return [min(width, _LONGEST_WORD) + _SPACE_BETWEEN for width in longest]


def _longest_word(cells: Sequence[str]) -> int:
    return max(len(word) for cell in cells for word in re.split(r"[ \n/-]", cell))


def classes(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return the classes of a table by its width and length, as ``"dewak-table dewak-wide full-width"``.

    ``full-width`` is the theme's word: it folds the list of headings away while such a table passes it.
    """
    first, *others = least_widths(heads, rows)
    width = first + sum(others)
    named = {
        "dewak-roomy": max(first, NAMED_ROWS) + sum(others) <= FITS_TEXT,
        "dewak-cards": width > FITS_PHONE,
        "dewak-wide full-width": width > FITS_TEXT,
        "dewak-widest": width > FITS_PAGE,
        "dewak-turned": width > FITS_UPRIGHT,
        "dewak-long": len(rows) > LONG_ROWS,
    }
    return " ".join(["dewak-table", *(name for name, holds in named.items() if holds)])


def opened(name: str, heads: Sequence[str], rows: Sequence[Sequence[str]], language: Language) -> str:
    """Return the opening tag around a table of this name, heads and cells, and its style.

    A long table brings the words that ``tables.js`` writes beside its field, its heads and its count.
    """
    named = classes(heads, rows)
    words = WORDS if "dewak-long" in named else {}
    said = "".join(
        f' data-{part}="{escape(label(key, language, n="%n", m="%m"))}"' for part, key in words.items()
    )
    return f'<div class="{named}" id="{name}"{said}><style>{STYLE}{card_heads(name, heads)}</style>'


def card_heads(name: str, heads: Sequence[str]) -> str:
    """Return the style that writes a column's head before each of its cells where rows are cards.

    Written once for a table instead of once for every cell.

    Parameters
    ----------
    name : str
        Id of the element around the table.
    heads : sequence of str
        Heads of the columns; the first column heads the card itself.
    """
    rules = "".join(
        f'#{name} td:nth-child({place})::before{{content:"{_quoted(head)}"}}'
        for place, head in enumerate(heads[1:], start=2)
    )
    return f"@media screen and (max-width:640px){{{rules}}}" if rules else ""


def _quoted(text: str) -> str:
    return re.sub(r'[\\"<>&\n]', lambda found: f"\\{ord(found[0]):x} ", text)
