"""Which printed lines make up the name of one row: by ruled lines, numbers, distances and how a name ends."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise
from statistics import median

from dewak_research.own.intake.pdf_columns import Columns
from dewak_research.own.intake.pdf_lines import Line

NEAR = 1.02  #: of the usual step from line to line: what is no farther below can go on with a name
RULED_SHARE = 0.6  #: of the rows have a ruled line below: ruled lines part all rows
CLEARLY = 0.1  #: of the size of letters: a step that is wider by so much parts names
REACH = 0.6  #: of the width of the table that a ruled line spans, at least
NUMBERED = re.compile(r"^(?:Zeile\s*)?\d{1,2}(?:\.?\d?)\.?\s*(?:[-+=]\s*)?(?:\D|$)")
BARE = re.compile(r"^(?:Zeile\s*)?\d{0,2}\.?\s*[-+=/]*$")
_GOES_ON = re.compile(r"(?:-|,|/|\bund|\bder|\bdes|\baus|\bfür|\bvon|\bzur|\bden|\baller)$")
_NUMBER_FIRST = re.compile(r"^((?:Zeile\s*)?\d{1,2}\.?\s*[-+=]?)\s*(.*)$", re.DOTALL)
Across = Sequence[tuple[float, float, float]]


def by_rules(
    lines: Sequence[Line], has: Sequence[bool], columns: Columns, across: Across
) -> list[int] | None:
    """Return for every line the line whose amounts it belongs to, where ruled lines part the rows; else None."""
    left = min(word.x0 for line in lines for word in line.words)
    right = columns.spans[-1][1]
    rules = sorted(y for y in {round(y) for _, _, y in across} if _reach(across, y) >= REACH * (right - left))
    if len(rules) < 2:
        return None
    band = [sum(rule < line.middle for rule in rules) for line in lines]
    anchors = [n for n, own in enumerate(has) if own]
    parted = sum(band[a] != band[b] for a, b in pairwise(anchors))
    if parted < RULED_SHARE * max(len(anchors) - 1, 1):
        return None
    owner = list(range(len(lines)))
    for n in range(len(lines)):
        own = [a for a in anchors if band[a] == band[n]]
        if not has[n] and len(own) == 1:
            owner[n] = own[0]
    return owner


def _reach(across: Across, y: float) -> float:
    return sum(b - a for a, b, at in {(a, b, round(at)) for a, b, at in across} if at == y)


def by_words(lines: Sequence[Line], has: Sequence[bool], cells: Sequence[Sequence[str]]) -> list[int]:
    """Return the same from numbers, distances and how names end."""
    usual = step_of([line for line, own in zip(lines, has, strict=True) if own])
    edge = max((_name_ends(line) for line in lines), default=0.0)
    owner = list(range(len(lines)))
    anchors = [n for n in range(len(lines)) if has[n] or _stands_alone(lines, n, cells, has)]
    for n in range(len(lines)):
        if n in anchors:
            continue
        above = max((a for a in anchors if a < n), default=None)
        below = min((a for a in anchors if a > n), default=None)
        for_above = (
            above is not None and owner_allows(owner, above, n) and _follows(lines, above, n, cells, usual)
        )
        for_below = below is not None and leads(lines, n, below, cells, has)
        nearer = _nearer(lines, above, n, below)
        whole = [lines[m] for m in range(n) if owner[m] == above]
        wraps = nearer < 0 and above == n - 1 and _wraps(whole, lines[n], edge)
        if nearer and below is not None and not NUMBERED.match(cells[n][0]):
            for_below = for_below or (nearer > 0 and _begins_like(lines, n, below))
            for_above, for_below = (for_above or wraps) and nearer < 0, for_below and nearer > 0
        if for_below and below is not None and not (for_above and BARE.match(cells[below][0]) is None):
            owner[n] = below
        elif for_above and above is not None:
            owner[n] = above
    return owner


def _stands_alone(lines: Sequence[Line], n: int, cells: Sequence[Sequence[str]], has: Sequence[bool]) -> bool:
    """Whether a line without amounts has a number of its own, and its name does not go on to amounts below."""
    below = next((m for m in range(n + 1, len(lines)) if has[m]), None)
    if not NUMBERED.match(cells[n][0]) or cells[n][0][:1].isalpha():
        return False
    return below is None or not leads(lines, n, below, cells, has)


def _nearer(lines: Sequence[Line], above: int | None, n: int, below: int | None) -> int:
    """Return -1 or 1 where the lines between two amounts part clearly behind or before this line, else 0.

    They part at the widest step: what stands before it belongs to the amounts above, what stands behind it to those
    below.
    """
    if above is None or below is None:
        return 0
    steps = [b.middle - a.middle for a, b in pairwise(lines[above : below + 1])]
    widest = max(range(len(steps)), key=lambda one: steps[one])
    if steps[widest] - min(steps) < CLEARLY * lines[n].words[0].size:
        return 0
    return -1 if n - above <= widest else 1


def _wraps(name: Sequence[Line], line: Line, edge: float) -> bool:
    """Whether a line goes on with a name that fills its cell: its first word would not have fitted behind that."""
    if not NUMBERED.match(" ".join(word.text for word in name[0].words)):
        return False
    first, begun = line.words[0], name[0].words[0].x0
    starts = begun - first.size <= first.x0 <= begun + 4 * first.size
    return starts and _name_ends(name[-1]) + first.x1 - first.x0 > edge


def _name_ends(line: Line) -> float:
    """Return the right end of what stands before the amounts of a line."""
    amounts = line.amounts
    before = [word.x1 for word in line.words if not amounts or word.x1 <= amounts[0].x0]
    return max(before, default=0.0)


def _begins_like(lines: Sequence[Line], n: int, below: int) -> bool:
    """Whether a line begins where the name of the amounts below begins, and stands close to it; a heading does not."""
    close = lines[below].middle - lines[n].middle <= (below - n) * 1.6 * lines[n].words[0].size
    return close and is_indented(lines[n], lines[below])


def owner_allows(owner: Sequence[int], above: int, n: int) -> bool:
    """Whether every line between belongs to the same amounts."""
    return all(owner[m] == above for m in range(above + 1, n))


def leads(
    lines: Sequence[Line], n: int, below: int, cells: Sequence[Sequence[str]], has: Sequence[bool]
) -> bool:
    """Whether a line begins the name whose amounts stand below: it has the number, or they have no name."""
    if any(has[m] for m in range(n, below)):
        return False
    near = lines[below].middle - lines[n].middle <= (below - n) * 1.6 * max(w.size for w in lines[n].words)
    numbered, bare = bool(NUMBERED.match(cells[n][0])), bool(BARE.match(cells[below][0]))
    if bare:
        return near and not any(NUMBERED.match(cells[m][0]) for m in range(n + 1, below))
    goes_on = _GOES_ON.search(cells[below - 1][0]) or cells[below][0][:1].islower()
    return near and numbered and not NUMBERED.match(cells[below][0]) and (bool(goes_on) or n == below - 1)


def _follows(lines: Sequence[Line], above: int, n: int, cells: Sequence[Sequence[str]], usual: float) -> bool:
    """Whether a line goes on with the name of the amounts above it."""
    text, name = cells[n][0], cells[above][0]
    if NUMBERED.match(text) and not text[:1].isalpha():
        return False
    size = max(word.size for word in lines[n].words)
    step = lines[n].middle - lines[n - 1].middle
    if step > max(1.6 * size, NEAR * usual):
        return False
    if BARE.match(name):
        return n == above + 1
    if text[:1].islower() or _GOES_ON.search(cells[n - 1][0]):
        return True
    return (
        step <= NEAR * max(usual, size) and bool(NUMBERED.match(name)) and is_indented(lines[n], lines[above])
    )


def is_indented(line: Line, above: Line) -> bool:
    """Whether a line begins behind the number of another, where its name or the sign before it begins."""
    words = [word for word in above.words if word.is_text]
    if not words or words[0] is above.words[0]:
        return False
    near = 0.6 * line.words[0].size
    return above.words[0].x1 < line.words[0].x0 <= words[0].x0 + near


def step_of(lines: Sequence[Line]) -> float:
    """Return the usual distance between two lines."""
    steps = [b.middle - a.middle for a, b in pairwise(lines)]
    return median(steps) if steps else 0.0


def in_order(name: str, before: Sequence[str], behind: Sequence[str]) -> str:
    """Return a name over several lines, its number first, wherever it stands among them."""
    number = _NUMBER_FIRST.match(name) if before else None
    parts = [number[1], *before, number[2]] if number else [*before, name]
    return reduce(join_names, [*parts, *behind], "")


def join_names(first: str, second: str) -> str:
    """Return two parts of a name as one; a hyphen at the end of the line is left out before a small letter."""
    first, second = first.strip(), second.strip()
    if not first or not second:
        return first or second
    if first.endswith("-") and second[:1].islower() and not second.startswith(("und ", "oder ", "u. ")):
        return first[:-1] + second
    return f"{first} {second}"
