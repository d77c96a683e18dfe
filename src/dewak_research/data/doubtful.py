"""Values that are doubted: which, of whom, and why (``doubtful.yaml``)."""

from __future__ import annotations

from functools import lru_cache

from dewak_research.errors import entries
from dewak_research.language import Text

FILE = "doubtful.yaml"


@lru_cache(maxsize=1)
def doubted() -> dict[tuple[str, str], Text]:
    """Return why a value is doubted, by key of the town and column of its official table."""
    return {
        (str(ags), column): Text(**entry["reason"])
        for column, entry in entries(__package__, FILE).items()
        for ags in entry["ags"]
    }
