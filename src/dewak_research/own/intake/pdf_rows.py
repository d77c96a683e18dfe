"""Printed lines of a page become the rows of a table: headings, names over several lines, amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dewak_research.own.intake.pdf_blocks import parts_below
from dewak_research.own.intake.pdf_columns import (
    Columns,
    Down,
    cells_of_amounts,
    columns_of,
    holds_amounts,
    second_table,
    without_remarks,
)
from dewak_research.own.intake.pdf_headings import cells_of_heading, is_over
from dewak_research.own.intake.pdf_lines import Line, Word, lines_of
from dewak_research.own.intake.pdf_names import (
    Across,
    by_rules,
    by_words,
    in_order,
    leads,
)

LINES_ABOVE = 8  #: that are looked at for a heading
HEAD_STEP = 2.6  #: of the size of letters: lines of one heading stand no farther apart
#: Of the size of letters: lines nearer than this are cells of a heading with other numbers of lines.
INTO_EACH_OTHER = 0.85
_PAGE_NUMBER = re.compile(r"^(?:-\s*)?(?:Seite\s*)?[IVX\d]+(?:\s*(?:von|/)\s*\d+)?(?:\s*-)?$", re.I)


@dataclass(frozen=True)
class Row:
    """A row of a table: number of its printed line, cells, whether it is of the heading, its height on the page."""

    line: int
    cells: list[str]
    heading: bool = False
    middle: float = 0.0


@dataclass(frozen=True)
class PageTable:
    """The table of a page: rows, how many columns of amounts it has, whether it is the right one of facing pages."""

    page: int
    rows: list[Row]
    width: int
    facing: bool = False


def tables_of_page(
    number: int, words: Sequence[Word], across: Across = (), down: Down = ()
) -> list[PageTable]:
    """Return the tables of a page: below each other, or a second beside the first; none without amounts.

    Parameters
    ----------
    number : int
        Of the page.
    words : sequence of Word
        As they stand upright.
    across, down : sequences of (x0, x1, y) and (x, y0, y1)
        Ruled lines.
    """
    lines = _without_page_number(lines_of(words))
    return [table for part in parts_below(lines) for table in _tables_of_part(number, part, across, down)]


def _tables_of_part(number: int, lines: Sequence[Line], across: Across, down: Down) -> list[PageTable]:
    columns = columns_of(lines, down)
    if columns is None:
        return []
    split = second_table(lines, columns)
    if split is None:
        return [PageTable(number, _rows(lines, columns, across), len(columns.spans))]
    found = []
    for left in (True, False):
        part = [_side(line, split, left) for line in lines]
        own = [line for line in part if line.words]
        known = columns_of(own, down)
        if known is not None:
            found.append(PageTable(number, _rows(own, known, across), len(known.spans)))
    return found


def _side(line: Line, split: float, left: bool) -> Line:
    """Return the words of a line on one side; a title over both stays with both."""
    over = any(word.x0 < split < word.x1 for word in line.words) and not line.amounts
    return Line(line.number, tuple(w for w in line.words if over or (w.centre < split) is left))


def _rows(lines: Sequence[Line], columns: Columns, across: Across) -> list[Row]:
    """Return the rows of the lines above the amounts, among them and below."""
    anchors = [n for n, line in enumerate(lines) if holds_amounts(line, columns)]
    named = [n for n in anchors if _has_name(lines[n], columns)] or anchors
    first, last = _body_begins(lines, named[0], columns), anchors[-1]
    among = [without_remarks(line, columns) for line in lines[first : last + 1]]
    lines = [*lines[:first], *(line for line in among if line.words), *lines[last + 1 :]]
    last -= sum(not line.words for line in among)
    top = _head_begins(lines, first, columns)
    rows = [Row(line.number, [_text(line)]) for line in lines[:top] if not _is_page_number(line)]
    rows += [
        Row(own[0].number, cells_of_heading(own, columns), True)
        for own in _standing_together(lines[top:first])
    ]
    end = _body_ends(lines, last, columns)
    rows += _body(lines[first:end], columns, across)
    rows += [Row(line.number, [_text(line)]) for line in lines[end:] if not _is_page_number(line)]
    return rows


def _without_page_number(lines: Sequence[Line]) -> list[Line]:
    """Leave out the number of the page where it stands alone above or below everything else."""
    kept = list(lines)
    for end, beside in ((0, 1), (-1, -2)):
        if len(kept) > 2 and _is_page_number(kept[end]):
            far = abs(kept[end].middle - kept[beside].middle) > 1.8 * kept[end].words[0].size
            kept = [line for line in kept if line is not kept[end]] if far else kept
    return kept


def _has_name(line: Line, columns: Columns) -> bool:
    """Whether a line of amounts has a name or the number of one; the numbers of columns (1, 2, 3, …) are none."""
    cells = [word.text for word in line.words]
    counted = len(cells) > 2 and all(cell.isdecimal() for cell in cells)
    if counted and all(int(b) == int(a) + 1 for a, b in pairwise(cells)):
        return False
    between = len(line.amounts) > 1  # amounts between the two lines of their name
    return between or any(word.is_text or word.x1 <= columns.begin for word in line.words)


def _body_begins(lines: Sequence[Line], first: int, columns: Columns) -> int:
    """Return the line where the rows begin: the first amounts, or the name above them."""
    begin = first
    cells = [[_text(line)] for line in lines]
    cells[first] = cells_of_amounts(lines[first], columns)
    while begin > 0 and first - begin < 2 and lines[begin - 1].words[-1].x1 <= columns.begin:
        if not leads(lines, begin - 1, first, cells, [False] * len(lines)):
            break
        begin -= 1
    return begin


def _body_ends(lines: Sequence[Line], last: int, columns: Columns) -> int:
    """Return the line behind the last row: the last amounts, or what is left of their name close below."""
    end = last + 1
    while end < min(len(lines), last + 3) and lines[end].words[-1].x1 <= columns.begin:
        size = max(word.size for word in lines[end].words)
        if lines[end].middle - lines[end - 1].middle > 1.6 * size:
            break
        end += 1
    return end


def _text(line: Line) -> str:
    return " ".join(word.text for word in line.words)


def _is_page_number(line: Line) -> bool:
    return bool(_PAGE_NUMBER.match(_text(line)))


def _head_begins(lines: Sequence[Line], first: int, columns: Columns) -> int:
    """Return the line where the heading begins: upwards from the first amounts while lines stand over columns."""
    begin, seen = first, False
    n = first
    for own in reversed(_standing_together(lines[:first])):
        n -= len(own)
        over = is_over(own, columns)
        below = lines[begin if seen else n + len(own)]
        far = below.middle - own[-1].middle > HEAD_STEP * max(word.size for word in own[-1].words)
        if over and not (far and seen):
            begin, seen = n, True
        elif (seen and (far or own[-1].words[-1].x1 > columns.begin)) or first - n > LINES_ABOVE:
            break
    return begin


def _standing_together(lines: Sequence[Line]) -> list[list[Line]]:
    """Return lines in groups: each stands nearer to the one above than lines of one text do."""
    groups: list[list[Line]] = []
    for line in lines:
        size = min(word.size for word in line.words)
        if groups and line.middle - groups[-1][-1].middle < INTO_EACH_OTHER * size:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _body(lines: Sequence[Line], columns: Columns, across: Across) -> list[Row]:
    """Return the rows from the first amounts to the last: names over several lines are joined."""
    has = [holds_amounts(line, columns) for line in lines]
    cells = [cells_of_amounts(line, columns) if has[n] else [_text(line)] for n, line in enumerate(lines)]
    owner = by_rules(lines, has, columns, across) or by_words(lines, has, cells)
    rows = []
    for n, line in enumerate(lines):
        if owner[n] != n:
            continue
        before = [cells[other][0] for other, holds in enumerate(owner[:n]) if holds == n]
        behind = [cells[other + n + 1][0] for other, holds in enumerate(owner[n + 1 :]) if holds == n]
        name = in_order(cells[n][0], before, behind)
        rows.append(Row(line.number, [name, *cells[n][1:]], middle=line.middle))
    return rows
