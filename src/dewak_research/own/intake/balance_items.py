"""Which line of the balance sheet a printed item means; its numbers differ from town to town, so the name decides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz.fuzz import ratio

from dewak_research.language import LANGUAGES
from dewak_research.own.intake.printed import folded
from dewak_research.own.template import load_template

ALIKE = 88.0  #: percent of equal letters in the same order
LEAST_ITEMS = 3  #: fewer items are no balance sheet
_LEADING = re.compile(
    r"^(?:[-–=+./*•]\s*|(?:\d{1,2}\.)+\d*\s*|\d{1,2}\s+|"
    r"(?:[a-z]|[ivx]{1,4})[.)]\s+|(?:davon|of which|for information|summe der|summe)\b:?\s+)+",
    re.I,
)


def plain_item(label: str) -> str:
    """Return the name of an item without numbers, marks and “davon”."""
    return folded(_LEADING.sub("", label.strip()))


def match_balance(labels: Sequence[str]) -> dict[str, str]:
    """Return the line of every label that means an item of the balance sheet, each line once."""
    items = {
        name: [plain_item(line.label[tongue]) for tongue in LANGUAGES]
        for name, line in load_template().grids["balance"].items()
    }
    matched: dict[str, str] = {}
    for label in labels:
        plain = plain_item(label)
        scored = {name: max(ratio(plain, item) for item in both) for name, both in items.items()}
        best = max(scored, key=lambda name: scored[name])
        if plain and scored[best] >= ALIKE and best not in matched.values():
            matched[label] = best
    return matched
