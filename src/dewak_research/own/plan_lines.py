"""The official lines of result and finance plan, and how to recognise them in what towns print."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache

from dewak_research.own.template import Line, load_template

PLANS = ("result_plan", "finance_plan")
_NUMBERED = re.compile(r"^\s*(?:Zeile\s*)?(\d{1,2})\s*(?:[-–=+./):]\s*)*(?P<label>\S.*)$")
ALIKE = 0.55
ALIKE_WITHOUT_NUMBER = 0.8


@dataclass(frozen=True)
class PrintedLine:
    """A line as a town prints it: its number (two digits, or None) and its label."""

    number: str | None
    label: str


def printed_line(text: str) -> PrintedLine | None:
    """Split ``10 = ordentliche Erträge`` into number and label; None for an empty cell."""
    stripped = text.strip()
    if not stripped:
        return None
    match = _NUMBERED.match(stripped)
    if match and not match["label"].replace(".", "").isdigit():
        return PrintedLine(f"{int(match[1]):02d}", match["label"].strip())
    return PrintedLine(None, stripped)


def folded(label: str) -> str:
    """Return a label without case, accents, abbreviations' points and filling words."""
    text = unicodedata.normalize("NFKD", label.casefold().replace("ß", "ss"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"\([^)]*\)", " ", text)
    return " ".join(re.findall(r"[a-z]+", text))


@cache
def likeness(first: str, second: str) -> float:
    """Return how alike two labels are (0–1), abbreviations such as ``sonst.`` counting by their beginning."""
    a, b = folded(first).split(), folded(second).split()
    if not a or not b:
        return 0.0
    hits = sum(
        any(x.startswith(y[:5]) or y.startswith(x[:5]) for y in b if len(y) > 2) for x in a if len(x) > 2
    )
    back = sum(
        any(x.startswith(y[:5]) or y.startswith(x[:5]) for y in a if len(y) > 2) for x in b if len(x) > 2
    )
    words = max(hits / max(sum(len(x) > 2 for x in a), 1), back / max(sum(len(x) > 2 for x in b), 1))
    return max(words, SequenceMatcher(None, " ".join(a), " ".join(b)).ratio())


def official_lines(plan: str) -> dict[str, Line]:
    """Return the official lines of a plan (two-digit ids only)."""
    return {name: line for name, line in load_template().grids[plan].items() if name.isdigit()}


def match_line(printed: PrintedLine, plan: str) -> tuple[str | None, float]:
    """Return the official line a printed one means, and how sure that is (0–1).

    The number decides where the label agrees; without a number the best label decides; a number whose label means
    something else (internal charges behind line 26, another numbering) is no match.
    """
    lines = official_lines(plan)
    if printed.number in lines:
        sure = likeness(printed.label, lines[printed.number].label.de)
        if sure >= ALIKE:
            return printed.number, sure
    scored = {
        name: SequenceMatcher(None, folded(printed.label), folded(line.label.de)).ratio()
        for name, line in lines.items()
    }
    best = max(scored, key=lambda name: scored[name])
    if printed.number is None and scored[best] >= ALIKE_WITHOUT_NUMBER:
        return best, scored[best]
    return None, scored[best]
