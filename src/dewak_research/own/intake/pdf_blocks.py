"""Where a page holds several tables below each other: a heading of years that comes after amounts begins another."""

from __future__ import annotations

from collections.abc import Sequence

from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.pdf_lines import Line, phrases_of

LEAST_YEARS = 2  #: in a line of headings


def parts_below(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines of a page, cut before every heading of years that stands below amounts and above others.

    The cut goes through the widest gap between the last amounts and the heading, so that a title stays with its table.
    """
    cuts = [0]
    last: int | None = None
    for n, line in enumerate(lines):
        if line.amounts:
            last = n
        elif last is not None and _is_heading(line) and any(below.amounts for below in lines[n:]):
            gaps = [lines[m].middle - lines[m - 1].middle for m in range(last + 1, n + 1)]
            cuts.append(last + 1 + gaps.index(max(gaps)))
            last = None
    return [list(lines[a:b]) for a, b in zip(cuts, [*cuts[1:], len(lines)], strict=True)]


def _is_heading(line: Line) -> bool:
    said = [read_heading(phrase.text) for phrase in phrases_of(line.words)]
    return sum(one.year is not None for one in said) >= LEAST_YEARS
