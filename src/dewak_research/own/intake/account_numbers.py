"""Account numbers as budgets write them: with spaces, behind a product, in parts."""

from __future__ import annotations

import re
from functools import lru_cache

from dewak_research.errors import entries

_BEHIND_PRODUCT = re.compile(r"[\dA-Z.\-/]*\d[.\-/]([3-7]\d{3,7})")
_IN_PARTS = re.compile(r"([3-7]\d{3})[.\-/](\d{1,4})")


@lru_cache(maxsize=200_000)
def plain_account(cell: str) -> str:
    """Return an account without spaces, the product before it and the dot of its parts.

    ``4013 0000``, ``01.01.01.40130000`` and ``4013.0000`` are 40130000; an item of a cameral budget stays as it is.
    """
    plain = re.sub(r"[\s\u00a0\u202f]", "", cell)
    if plain.isdigit() or re.fullmatch(entries(__package__, "charts.yaml")["cameral_number"], plain):
        return plain
    behind = _BEHIND_PRODUCT.fullmatch(plain)
    parts = None if behind else _IN_PARTS.fullmatch(plain)
    return behind[1] if behind else parts[1] + parts[2] if parts else plain
