"""Published facts as rows of a table: one form for documented cases, instruments and platforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.library import in_languages
from dewak_research.language import LANGUAGES

ENDS = ("value", "low", "high")


def told(entry: Mapping[str, Any], blocks: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield block and fact of an entry, in the order of ``blocks``; a block is one fact or a list of them."""
    for block in blocks:
        found = entry.get(block, [])
        for item in found if isinstance(found, list) else [found]:
            yield block, item


def number_of(item: Mapping[str, Any], name: str) -> float:
    """Return a number of a fact; what is not published is missing."""
    value = item.get(name)
    return np.nan if value is None else float(value)


def fact_cells(
    item: Mapping[str, Any], unit: Mapping[str, str], sources: Mapping[str, Any]
) -> dict[str, object]:
    """Return a fact as cells: text in both languages, value, low, high, unit and note in both languages, year, source
    (keys, "; "), title, publisher and link of the first source.

    Parameters
    ----------
    item : mapping
        ``what`` or ``text`` in both languages and, where published, numbers, year, note, source, also.
    unit : mapping
        The unit in both languages; empty where there is none.
    sources : mapping
        The sources of the file. A fact without a source has empty cells there.
    """  # fmt: skip
    note = item.get("note") or {}
    named = [item["source"], *(item.get("also") or ())] if "source" in item else []
    source = sources[named[0]] if named else {}
    return {
        **in_languages("text", item["what"] if "what" in item else item["text"]),
        **{name: number_of(item, name) for name in ENDS},
        **{f"unit_{language}": unit.get(language, "") for language in LANGUAGES},
        **{f"note_{language}": note.get(language, "") for language in LANGUAGES},
        "year": item.get("year"),
        "source": "; ".join(named),
        **{name: source.get(name, "") for name in ("title", "publisher", "link")},
    }


def sources_frame(content: Mapping[str, Any]) -> pd.DataFrame:
    """Return the sources of a file: source, title, publisher, year (missing where undated), link ("" = none)."""
    rows = [
        (key, item["title"], item.get("publisher", ""), item.get("year"), item.get("link", ""))
        for key, item in content["sources"].items()
    ]
    frame = pd.DataFrame(rows, columns=["source", "title", "publisher", "year", "link"])
    return frame.astype({"year": "Int64"})
