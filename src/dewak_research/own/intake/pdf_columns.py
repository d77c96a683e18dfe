"""Where the columns of amounts of a printed table stand, and which words of a line belong to which of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from dewak_research.own.intake.pdf_lines import WORD_GAP, Line, Word

LEAST_AMOUNTS = 2  #: in a column
MOST_CROWDED = 0.1  #: of the lines may have two amounts in one column, else columns are told by right edges
EDGE = 1.2  #: of the size: right edges of one column differ by no more, with brackets and signs behind
BEHIND = 0.3  #: of the size: words that begin farther right of the last amounts are remarks
MOST_CROSSED = 0.3  #: of the amounts of a column may have a long name that reaches over them
TEXT_BETWEEN = 0.3  #: of the lines have text between two columns: another table stands beside the first
DASHES = ("-", "–", "—")
_LINE_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,2})*\.?$")
Down = Sequence[tuple[float, float, float]]


@dataclass(frozen=True)
class Columns:
    """Columns of amounts.

    Attributes
    ----------
    spans : tuple of (float, float)
        From where to where the amounts of each column reach.
    begin : float
        Where the first column begins; what is left of it is the name of the line.
    down : sequence of (x, y0, y1)
        Ruled lines between columns.
    """

    spans: tuple[tuple[float, float], ...]
    begin: float
    down: Down = ()

    def nearest(self, x: float) -> int:
        """Return the column whose amounts stand nearest to a place."""
        return min(range(len(self.spans)), key=lambda n: _distance(self.spans[n], x))

    def of(self, word: Word) -> int:
        """Return the column of an amount: the one it overlaps most, or the nearest."""
        shared = [min(word.x1, b) - max(word.x0, a) for a, b in self.spans]
        best = max(range(len(shared)), key=lambda n: shared[n])
        return best if shared[best] > 0 else self.nearest(word.centre)


def _distance(span: tuple[float, float], x: float) -> float:
    return max(span[0] - x, x - span[1], 0.0) + abs(x - (span[0] + span[1]) / 2) * 1e-3


def columns_of(lines: Sequence[Line], down: Down = ()) -> Columns | None:
    """Find the columns of amounts on a page, or None where there are none.

    Parameters
    ----------
    lines : sequence of Line
        All lines of the table.
    down : sequence of (x, y0, y1), optional
        Ruled lines from top to bottom.
    """
    of_line = [(line, line.amounts) for line in lines]
    told = [
        (line, own) for line, own in of_line if own and (len(own) > 1 or any(w.is_text for w in line.words))
    ]
    amounts = [word for _, own in told for word in own]
    if not amounts:
        return None
    spans = _overlapping(amounts)
    crowded = sum(len({_of(spans, word) for word in own}) < len(own) for _, own in told)
    if crowded > MOST_CROWDED * len(told):
        spans = _by_edges(amounts)
    counts = [sum(_of(spans, word) == n for word in amounts) for n in range(len(spans))]
    most = max(counts)
    spans = [span for span, n in zip(spans, counts, strict=True) if n >= min(LEAST_AMOUNTS, most)]
    spans = [span for span in spans if not _crossed(told, span)] or spans
    names_begin = _names_begin(told)
    spans = [span for span in spans if span[1] > names_begin] or spans
    first = spans[0][0]
    names = [
        max(word.x1 for word in line.words if word.is_text)
        for line, own in told
        if any(word.is_text and word.x1 <= own[0].x0 for word in line.words)
    ]
    left = max((x for x in names if x < first), default=first)
    ruled = [x for x, _, _ in down if left <= x <= first]
    begin = ruled[-1] if ruled else (left + first) / 2
    return Columns(tuple(spans), begin, down)


def _crossed(told: Sequence[tuple[Line, list[Word]]], span: tuple[float, float]) -> bool:
    """Whether words of names stand where a column would be: its numbers are part of names (= lines 18 and 21)."""
    crossing = [
        line
        for line, own in told
        if any(w.is_text and w.x0 < span[1] and w.x1 > span[0] and w.x1 <= own[0].x0 for w in line.words)
    ]
    filled = sum(any(span[0] <= word.centre <= span[1] for word in own) for _, own in told)
    return len(crossing) >= max(LEAST_AMOUNTS, MOST_CROSSED * filled)


def _names_begin(told: Sequence[tuple[Line, list[Word]]]) -> float:
    """Return where the names of lines usually begin; what stands left of it is their number."""
    starts = [next((word.x0 for word in line.words if word.is_text), None) for line, _ in told]
    known = [x for x in starts if x is not None]
    return median(known) if known else 0.0


def _of(spans: Sequence[tuple[float, float]], word: Word) -> int:
    return next((n for n, (a, b) in enumerate(spans) if a <= word.centre <= b), -1)


def _overlapping(amounts: Sequence[Word]) -> list[tuple[float, float]]:
    spans: list[tuple[float, float]] = []
    for word in sorted(amounts, key=lambda one: one.x0):
        if spans and word.x0 < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], word.x1))
        else:
            spans.append((word.x0, word.x1))
    return spans


def _by_edges(amounts: Sequence[Word]) -> list[tuple[float, float]]:
    """Return columns by the right edges of their amounts."""
    groups: list[list[Word]] = []
    for word in sorted(amounts, key=lambda one: one.x1):
        if groups and word.x1 - groups[-1][-1].x1 <= EDGE * word.size:
            groups[-1].append(word)
        else:
            groups.append([word])
    spans: list[tuple[float, float]] = []
    for group in groups:
        left = min(word.x0 for word in group)
        spans.append((max(left, spans[-1][1]) if spans else left, max(word.x1 for word in group)))
    return spans


def second_table(lines: Sequence[Line], columns: Columns) -> float | None:
    """Return where a table begins that stands beside the first (assets and liabilities), or None."""
    told = [line for line in lines if line.amounts]
    for n, ((_, a), (b, _)) in enumerate(pairwise(columns.spans)):
        between = [
            [
                word
                for word in line.words
                if word.is_text and word.x0 >= a - word.size and word.x1 <= b + word.size
            ]
            for line in told
        ]
        if sum(map(bool, between)) >= TEXT_BETWEEN * len(told) > 0:
            if n and _are_numbers(told, columns.spans[n]):  # numbers of lines, before their names
                a, begin = columns.spans[n - 1][1], columns.spans[n][0]
            else:
                begin = min(words[0].x0 for words in between if words)
            return (a + max(begin, a)) / 2
    return None


def _are_numbers(lines: Sequence[Line], span: tuple[float, float]) -> bool:
    """Whether all that stands in a column are numbers of lines such as 1.2."""
    words = [word for line in lines for word in line.words if span[0] <= word.centre <= span[1]]
    return bool(words) and all(_LINE_NUMBER.match(word.text) for word in words)


def holds_amounts(line: Line, columns: Columns) -> bool:
    """Whether a line has an amount in a column, or the dash that stands for none."""
    if any(a < word.x1 and word.x0 < b for word in line.amounts for a, b in columns.spans):
        return True
    has_name = any(word.is_text and word.x1 <= columns.begin for word in line.words)
    return has_name and any(
        _ends(word, b) for word in line.words if word.text in DASHES for _, b in columns.spans
    )


def _ends(word: Word, edge: float) -> bool:
    """Whether a dash stands where the amounts of a column end."""
    return abs(word.x1 - edge) <= word.size


def cells_of_amounts(line: Line, columns: Columns) -> list[str]:
    """Return the name of a line and its cells, one per column of amounts.

    A minus that stands apart belongs to the amount behind it, unless it stands where a column without amount ends.
    """
    amounts = [word for word in line.amounts if word.x1 > columns.begin]
    first = amounts[0].x0 if amounts else columns.begin
    filled = {columns.of(word) for word in amounts}
    name: list[str] = []
    cells: list[list[str]] = [[] for _ in columns.spans]
    for n, word in enumerate(line.words):
        behind = line.words[n + 1] if n + 1 < len(line.words) else None
        signs = word.text in DASHES and behind in amounts and not _ends_name(line.words, n)
        in_name = word.x1 <= first and (word.is_text or word.centre < columns.begin)
        in_name = in_name and not _is_garbled(word, columns)
        if in_name and word not in amounts and not signs:
            name.append(word.text)
            continue
        own = columns.of(word)
        if signs and behind is not None:
            free = not (filled & {own}) and _ends(word, columns.spans[own][1])
            own = own if free else columns.of(behind)
        cells[own].append(word.text)
    return [" ".join(name), *(" ".join(cell) for cell in cells)]


def _is_garbled(word: Word, columns: Columns) -> bool:
    """Whether a word in a column of amounts is an amount with a letter in it (3.O00.000): never part of a name."""
    digits, letters = sum(map(str.isdigit, word.text)), sum(map(str.isalpha, word.text))
    return word.centre > columns.begin and digits > max(letters, LEAST_AMOUNTS)


def _ends_name(words: Sequence[Word], n: int) -> bool:
    """Whether a dash stands close to the name before it and far from the amount behind it."""
    word, size = words[n], words[n].size
    before = n > 0 and words[n - 1].is_text and word.x0 - words[n - 1].x1 <= WORD_GAP * size
    return before and words[n + 1].x0 - word.x1 > WORD_GAP * size


def without_remarks(line: Line, columns: Columns) -> Line:
    """Return a line without the words of a column of remarks that stands right of the last amounts."""
    amounts, right = line.amounts, columns.spans[-1][1]
    said = [word.x0 for word in line.words if word.is_text and word.x0 > right + BEHIND * word.size]
    begin = min(said, default=float("inf"))
    return Line(line.number, tuple(word for word in line.words if word in amounts or word.x0 < begin))
