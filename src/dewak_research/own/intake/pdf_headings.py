"""Which headings stand over which columns of a printed table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.heads import is_year
from dewak_research.own.intake.pdf_columns import BEHIND, Columns
from dewak_research.own.intake.pdf_lines import Line, Word, phrases_of, together

BETWEEN_TWO = (
    0.24  #: of the step from column to column: a heading so near to the middle of two stands over both
)


def cells_of_heading(lines: Sequence[Line], columns: Columns) -> list[str]:
    """Return a row of headings from lines that stand into each other; what stands over several columns is put first.

    A heading of three lines beside one of two stands half a line higher: only its column tells what belongs together.
    """
    cells = [""] * (len(columns.spans) + 1)
    over = phrases_over(lines, columns)
    spans = [_over(phrase, columns) for phrase in over]
    named = {n for span in spans for n in span}
    for phrase, span in zip(over, spans, strict=True):
        first = span[0]
        wide = read_heading(phrase.text)
        if (
            len(span) == 1 and wide.year is None and wide.kind is not None
        ):  # one kind over columns of several years
            step = 1
            while {first - step, first + step} <= set(range(len(columns.spans))) - named:
                step += 1
            first -= step - 1
        cells[first + 1] = f"{cells[first + 1]} {phrase.text}".strip()
    cells[0] = " ".join(
        word.text
        for line in lines
        for word in line.words
        if all(word.x0 < p.x0 or word.x1 > p.x1 for p in phrases_over([line], columns))
    )
    return cells


def phrases_over(lines: Sequence[Line], columns: Columns) -> list[Word]:
    """Return what stands over the columns, line by line; what stands right of the last is over none."""
    right = columns.spans[-1][1]
    return [
        phrase
        for line in lines
        for whole in phrases_of(line.words)
        for phrase in _by_years(whole, line, columns)
        if phrase.x1 > columns.begin and phrase.x0 <= right + BEHIND * phrase.size
    ]


def _by_years(phrase: Word, line: Line, columns: Columns) -> list[Word]:
    """Return a phrase in parts where years in it stand over several columns: headings so close that they touch."""
    words = [word for word in line.words if phrase.x0 <= word.x0 and word.x1 <= phrase.x1]
    if len({columns.of(word) for word in words if is_year(word.text)}) < 2:
        return [phrase]
    return [together(list(own)) for _, own in groupby(words, key=columns.of)]


def _over(phrase: Word, columns: Columns) -> range:
    """Return the columns that a heading stands over: between ruled lines, else those whose middle it covers."""
    rules = [x for x, top, bottom in columns.down if top - 1 <= phrase.middle <= bottom + 1]
    left = max((x for x in rules if x <= phrase.centre), default=None)
    right = min((x for x in rules if x > phrase.centre), default=None)
    middles = [(a + b) / 2 for a, b in columns.spans]
    if left is not None and right is not None:
        inside = [n for n, x in enumerate(middles) if left < x < right]
        if inside:
            return range(inside[0], inside[-1] + 1)
    covered = [n for n, x in enumerate(middles) if phrase.x0 < x < phrase.x1]
    if len(covered) > 1:
        return range(covered[0], covered[-1] + 1)
    nearest = sorted(range(len(middles)), key=lambda n: abs(middles[n] - phrase.centre))[:2]
    if len(nearest) == 2 and not covered:
        one, two = (abs(middles[n] - phrase.centre) for n in nearest)
        pitch = abs(middles[nearest[0]] - middles[nearest[1]])
        if two - one < BETWEEN_TWO * pitch and one + two <= 1.1 * pitch:
            return range(min(nearest), max(nearest) + 1)
    return range(nearest[0], nearest[0] + 1) if not covered else range(covered[0], covered[0] + 1)


def is_over(lines: Sequence[Line], columns: Columns) -> bool:
    """Whether lines are one of headings: several phrases over the columns, or one that fits over one."""
    over = phrases_over(lines, columns)
    if not over or any(phrase.x0 < columns.begin - 2 * phrase.size for phrase in over):
        return False
    if len(over) > 1 or len(columns.spans) == 1:
        return True
    said = read_heading(over[0].text)
    return said.kind is not None or (len(over[0].text) < 30 and said.role == "none")
