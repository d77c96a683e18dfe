"""Titles of plans that call themselves parts; it asks for nothing else, so that a short process may use it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PART_PLAN = re.compile(
    r"\bteil(?:ergebnis|finanz)?plan|\bteilhaushalt|\bprodukt(?:bereich|gruppe)?\s+\d", re.I
)


def calls_itself_part(titles: Sequence[str]) -> bool:
    """Whether a title says that the plan is that of an area or product."""
    return any(map(_PART_PLAN.search, titles))
