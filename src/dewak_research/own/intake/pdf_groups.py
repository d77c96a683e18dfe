"""Tables of pages become tables of a plan: below each other, and across two facing pages where their rows agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.pdf_rows import PageTable, Row
from dewak_research.own.intake.printed import likeness, printed_line
from dewak_research.own.intake.units import factor_in

SAME = 0.8  #: two names of a line on facing pages are at least so alike
STEP = 3.0  #: points: rows of facing pages stand as high, but for this much
_NUMBER = re.compile(r"^\d{1,2}\.?$")
Heading = tuple[tuple[object, ...], ...]


def grouped(tables: Iterable[PageTable]) -> list[list[PageTable]]:
    """Return the tables that go on below each other: as many columns, the same side, the same heading or none."""
    groups: list[list[PageTable]] = []
    for table in tables:
        own = next((group for group in reversed(groups) if _goes_on(group, table)), None)
        if own is None:
            groups.append([table])
        else:
            own.append(table)
    return groups


def _goes_on(group: Sequence[PageTable], table: PageTable) -> bool:
    first = group[0]
    if first.width != table.width or first.facing is not table.facing:
        return False
    own, known = _heading(table), _heading(first)
    return own is None or known is None or own == known


def _heading(table: PageTable) -> Heading | None:
    """Return year, kind and unit of every column; None where no column names a year."""
    rows = [row.cells for row in table.rows if row.heading]
    texts = [" ".join(row[c] for row in rows if c < len(row)) for c in range(1, table.width + 1)]
    said = [(read_heading(text), factor_in(text)) for text in texts]
    if not any(one.year for one, _ in said):
        return None
    return tuple((one.role, one.year, one.kind, one.state, factor) for one, factor in said)


def beside(left: PageTable, right: PageTable) -> PageTable | None:
    """Return the right one of two facing tables with the names of the left one, or None where their rows disagree.

    Rows agree by their numbers or names; where the right page prints neither, by their count and their height.
    """
    names, amounts = _body(left), _body(right)
    keys, drop = [row.cells[0] for row in amounts], 0
    if amounts and not any(keys) and _counts([row.cells[1] for row in amounts]):
        keys, drop = [row.cells[1] for row in amounts], 1
    found = _by_key(names, keys) if any(keys) else _by_height(names, amounts)
    if found is None or len(right.rows[0].cells) == 0:
        return None
    named = {id(row): name for row, name in zip(amounts, found, strict=True)}
    rows = [
        replace(row, cells=[named.get(id(row), row.cells[0]), *row.cells[1 + drop :]])
        if len(row.cells) > 1
        else row
        for row in right.rows
    ]
    return PageTable(right.page, rows, right.width - drop, True)


def _body(table: PageTable) -> list[Row]:
    return [row for row in table.rows if not row.heading and any(row.cells[1:])]


def _counts(cells: Sequence[str]) -> bool:
    """Whether cells are numbers of lines, each higher than the one before."""
    numbers = [int(cell.rstrip(".")) for cell in cells if _NUMBER.match(cell)]
    return len(numbers) == len(cells) > 1 and all(a < b for a, b in pairwise(numbers))


def _by_key(names: Sequence[Row], keys: Sequence[str]) -> list[str] | None:
    """Return the name of each row by its number or name; None where one is missing or out of order."""
    found: list[str] = []
    at = 0
    for key in keys:
        while at < len(names) and not _same(names[at].cells[0], key):
            at += 1
        if at == len(names):
            return None
        found.append(names[at].cells[0])
        at += 1
    return found


def _same(name: str, key: str) -> bool:
    one = printed_line(name)
    if _NUMBER.match(key):
        return one is not None and one.number == f"{int(key.rstrip('.')):02d}"
    other = printed_line(key)
    if one is None or other is None or (one.number and other.number and one.number != other.number):
        return False
    return likeness(one.label, other.label) >= SAME


def _by_height(names: Sequence[Row], amounts: Sequence[Row]) -> list[str] | None:
    if not amounts or len(names) != len(amounts):
        return None
    steps = [b.middle - a.middle for a, b in zip(names, amounts, strict=True)]
    return [row.cells[0] for row in names] if max(steps) - min(steps) <= STEP else None
