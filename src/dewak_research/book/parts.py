"""What the book takes over as it is: what rests on results and code alone, so that a sentence costs none of it.

Three folders: ``site`` goes into the finished book, ``source`` holds the pages of the notebooks for Jupyter Book, and
``pieces`` what a hand-written page takes in where ``{<name of the page>}`` stands, or at its end.
"""

from __future__ import annotations

import re
from pathlib import Path

from dewak_research.errors import InputError, messages
from dewak_research.language import Language
from dewak_research.unit.sheet_places import written

_PLACE = re.compile(r"^(\{\w+\})[ \t]*$", re.MULTILINE)
_problem = messages(__package__)
PARTS = "parts"  #: folder of the results that holds what `write_parts` writes
SITE, SOURCE, PIECES = "site", "source", "pieces"
PICTURE, SEARCH = "picture", "search"  #: pieces that no page of the same name takes


def written_parts(processed: Path) -> Path:
    """Return the folder that `write_parts` wrote.

    Raises
    ------
    InputError
        It is not there yet; the message says ``dewak run``.
    """
    return written(processed / PARTS)


def pieces_of(parts: Path, language: Language) -> dict[str, str]:
    """Return the pieces of an edition by name."""
    return {
        path.stem: path.read_text(encoding="utf-8")
        for path in sorted((parts / PIECES / language).glob("*.md"))
    }


def with_piece(page: str, name: str, piece: str) -> str:
    """Return a page as MyST: the hand-written text, with its piece where ``{<name>}`` stands, else at the end.

    Raises
    ------
    InputError
        A line of the page holds another name in braces, or the same one once more.
    """
    before, _, after = page.partition(f"{{{name}}}")
    others = _PLACE.findall(f"{before}\n{after}")
    if others:
        place = f"{{{name}}}"
        raise InputError([_problem("unknown_name", f"{name}.md", name=one, right=place) for one in others])
    return before.rstrip() + piece + after
