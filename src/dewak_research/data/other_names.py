"""Other names by which a unit is looked for: number plates, short forms, names in other languages, former names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from dewak_research.errors import entries

FILE = "other_names.yaml"


@cache
def other_names() -> Mapping[str, tuple[str, ...]]:
    """Return the other names of units by key, in the order of their kinds; units without one are left out.

    Source: ``other_names.yaml``, which says what each kind rests on. No figure does.
    """
    named = entries(__package__, FILE)["names"]
    return {
        ags: tuple(str(name) for names in kinds.values() for name in names) for ags, kinds in named.items()
    }
