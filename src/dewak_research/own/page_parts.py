"""Tables of an own report with their title and source, as the macro ``part`` of its templates takes them."""

from __future__ import annotations

from typing import Any

from dewak_research.language import Language
from dewak_research.page.labels import label


def sourced_table(
    title: str, head: list[str], rows: list[list[str]], language: Language, first_number: int = 1
) -> dict[str, Any]:
    """Return a table of own figures under a title, with where they come from as its note.

    Parameters
    ----------
    title : str
        Key of its label.
    first_number : int
        Column from which on all cells are numbers.
    """
    return {
        "title": label(title, language), "lines": [], "head": head, "rows": rows,
        "numbers": list(range(first_number, len(head))),
        "note": label("own_picture_source", language), "stacked": True,
    }  # fmt: skip
