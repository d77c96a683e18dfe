"""How the own report writes an amount that may be unknown."""

from __future__ import annotations

from functools import partial
from typing import Any

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, number


def known_or_none(value: Any, language: Language, digits: int, unit: float = 1.0) -> str:
    """Write a number in its unit, or that it is not available."""
    return label("own_no_value", language) if is_missing(value) else number(value / unit, language, digits)


millions = partial(known_or_none, unit=1e6)
