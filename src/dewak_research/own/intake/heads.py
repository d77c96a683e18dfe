"""Where a table begins: the rows of its heading, joined to one heading per column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from dewak_research.errors import InputError, messages
from dewak_research.own.intake.headings import Heading, read_heading, tidy, unknown_words
from dewak_research.own.intake.tables import UNSAVED, RawTable
from dewak_research.own.safety import clean_text

_problem = messages(__package__)
LOOKED_AT, BELOW, MOST_HEAD_ROWS = 60, 200, 5
AMOUNT_SHARE = 0.6
CLEAR_SHARE = 0.9
_AMOUNT = re.compile(
    r"^(?:(?:€|EUR)\s*)?[-+−–(]?\s*\d[\d.,'’\s\u00a0\u202f\u2009]*(?:e[-+]?\d+)?(?:-{1,2}|–|—)?\s*[-)]?\s*(?:€|EUR|T€|TEUR|%)?(?:\s*(?:\d?\)|\*+|[¹²³]))?$",
    re.I,
)
_DATE = re.compile(r"^\d{1,2}\.\s?\d{1,2}\.(?:\s?\d{2,4})?$|^\d{4}-\d\d-\d\d")
_NUMBERED = re.compile(r"^\d{1,2}\s*[-–=+./):]*\s*\D")
_NOTHING = {UNSAVED, "-,--", "-.--", "–,––", "-", "–", "—", ".", "...", "…", "/", "x", "X"}
_YEAR = re.compile(r"^(?:19|20)\d\d$")
_YEAR_COLUMN = re.compile(r"^(?:haushalts|rechnungs|plan)?jahr\b|^hj\b|^year\b|^periode\b|^zeitraum\b", re.I)
_NAME, _COUNTED = re.compile(r"[^\W\d_]{4}"), re.compile(r"spalte|column|\bnr\b|\blfd", re.I)
KEY_COLUMN = re.compile(
    r"konto|nummer|\bnr\b|zeile|produkt|kostenst|profit|position|schlüssel|code|\bid\b|ags", re.I
)
Rows = list[list[str]]


@dataclass(frozen=True)
class Head:
    """The heading of a table.

    Attributes
    ----------
    rows : range
        Its rows, counted from 0.
    names : list of str
        One heading per column, each different.
    columns : dict
        What the headings over amounts say, by column.
    """

    rows: range
    names: list[str]
    columns: dict[int, Heading]

    @property
    def first(self) -> int:
        """Return the first column whose heading says anything; 0 where none does."""
        return min((c for c, h in self.columns.items() if h.role != "none"), default=0)


def is_amount(cell: str) -> bool:
    """Whether a cell could be an amount or stands for none; any number convention."""
    return (bool(_AMOUNT.match(cell)) and not _DATE.match(cell)) or cell in _NOTHING


def is_year(cell: str) -> bool:
    """Whether a cell is a year and nothing else."""
    return bool(_YEAR.match(cell.strip()))


def _column(rows: Rows, column: int, first: int) -> list[str]:
    cells = (row[column].strip() for row in rows[first : first + BELOW] if column < len(row))
    return [cell for cell in cells if cell]


def has_amounts(rows: Rows, column: int, first: int) -> bool:
    """Whether most cells of a column from a row on are amounts, and not all of them years."""
    cells = _column(rows, column, first)
    amounts = [cell for cell in cells if is_amount(cell)]
    return len(amounts) >= max(AMOUNT_SHARE * len(cells), 1) and not all(map(is_year, amounts))


def _says(cell: str) -> bool:
    """Whether a cell is a heading over amounts: it names a year, a kind, or why it is neither."""
    return read_heading(cell).role != "none"


def _is_heading_row(row: list[str], first: int) -> bool:
    """Whether nothing from a column on is an amount; years and the numbers of columns (1, 2, 3, …) are none."""
    cells = [cell.strip() for cell in row[first:] if cell.strip()]
    named = [cell for cell in row[:first] if _NAME.search(cell) and not _COUNTED.search(cell)]
    counted = len(cells) > 2 and all(cell.isdecimal() for cell in cells)
    counted = (
        counted and not named and all(int(b) == int(a) + 1 for a, b in pairwise(cells)) and len(cells[0]) < 3
    )
    return bool(cells) and (counted or not any(is_amount(cell) and not is_year(cell) for cell in cells))


def main_row(rows: Rows) -> tuple[int, list[int]] | None:
    """Return the row with most headings of years and kinds, and its columns; None where no row has any."""
    best: tuple[int, int, list[int]] | None = None
    for number, row in enumerate(rows[:LOOKED_AT]):
        said = [
            c
            for c, cell in enumerate(row)
            if cell.strip() and _says(cell) and has_amounts(rows, c, number + 1)
        ]
        if not said or not _is_heading_row(row, min(said)):
            continue
        found = [read_heading(row[c]) for c in said]
        score = sum(3 * (h.year is not None) + (h.kind is not None) + (h.role != "amount") for h in found)
        if best is None or score > best[0]:
            best = (score, number, said)
    return None if best is None else best[1:]


def find_head(table: RawTable) -> Head:
    """Find the heading of a table, join its rows, and let merged cells speak for the columns they span.

    Raises
    ------
    InputError
        There is none.
    """
    found = main_row(table.rows)
    if found is None:
        last = max((n for n, row in enumerate(table.rows) if any(cell.strip() for cell in row)), default=-1)
        named = any(
            read_heading(cell).year and read_heading(cell).kind
            for cell in (table.rows[last] if last >= 0 else ())
        )
        raise InputError(_problem("rows_none" if named else "header_none", table.where))
    main, said = found
    first = min(said)
    begin, end = main, main + 1
    while begin > max(0, main - MOST_HEAD_ROWS) and _belongs(table.rows[begin - 1], first):
        begin -= 1
    while end < min(len(table.rows), main + MOST_HEAD_ROWS) and _is_heading_row(table.rows[end], first):
        end += 1
    return _joined(table.rows, range(begin, end), first)


def _belongs(row: list[str], first: int) -> bool:
    """Whether a row above is part of the heading: it stands over amounts, and not as the title of the file."""
    over = [cell for cell in row[first:] if cell.strip()]
    return _is_heading_row(row, first) and all(len(tidy(cell)) <= 60 for cell in over)


def _joined(rows: Rows, span: range, first: int) -> Head:
    width = max(len(row) for row in rows[span.start :][: BELOW + len(span)])
    block = [[tidy(cell) for cell in row] + [""] * (width - len(row)) for row in rows[span.start : span.stop]]
    texts = [" ".join(dict.fromkeys(filter(None, (row[c] for row in block)))) for c in range(width)]
    columns: dict[int, Heading] = {}
    for c in range(first, width):
        if not has_amounts(rows, c, span.stop):
            continue
        heading = read_heading(texts[c])
        spans = [
            text
            for row in block
            if not row[c] and (text := _left_of(row, c, first)) and (_says(text) or unknown_words(text))
        ]
        if texts[c] and heading.role in ("amount", "none") and (heading.year is None or heading.kind is None):
            lacking = [
                text for text in spans if _adds(heading, read_heading(text)) or _speaks_over(heading, text)
            ]
            if lacking:
                texts[c] = " ".join([*dict.fromkeys(lacking), texts[c]])
                heading = read_heading(texts[c])
        columns[c] = heading
    return Head(span, unique(texts), columns)


def _left_of(row: list[str], column: int, first: int) -> str:
    """Return the text of the cell that spans a blank one: the next to its left."""
    return next((row[c] for c in range(column - 1, first - 1, -1) if row[c]), "")


def _adds(own: Heading, other: Heading) -> bool:
    return (own.year is None and own.offset is None and other.year is not None) or (
        own.kind is None and other.kind is not None
    )


def _speaks_over(own: Heading, other: str) -> bool:
    """Whether words of a cell that spans a bare year say what nobody knows."""
    return own.year is not None and own.kind is None and not own.state and read_heading(other).role == "none"


def unique(texts: Sequence[str]) -> list[str]:
    """Return headings that differ: blank ones get their number, repeated ones a count."""
    names = [text.strip() or f"Spalte {number}" for number, text in enumerate(texts, start=1)]
    before = [names[:index].count(name) for index, name in enumerate(names)]
    return [name if not n else f"{name} ({n + 1})" for name, n in zip(names, before, strict=True)]


def flat(table: RawTable) -> tuple[RawTable, Head]:
    """Return the table with one row of headings in the last row of its heading, and what they say.

    A table in long format (a year, a kind and an amount per row) is spread to one column per year and kind first.

    Raises
    ------
    InputError
        No heading names a year or a kind.
    """
    table = spread(table)
    head = find_head(table)
    rows = _unwrapped(table.rows, head)
    for number in head.rows:
        rows[number] = []
    rows[head.rows.stop - 1] = head.names
    return replace(table, rows=rows), head


def _unwrapped(rows: Rows, head: Head) -> Rows:
    """Return the rows with names that run over two rows in one: the first has the number, the second the amounts."""
    joined = list(rows)
    first = head.first
    for n in range(head.rows.stop, len(rows) - 1):
        above, below = joined[n], joined[n + 1]
        texts = [
            c for c in range(min(first, len(above), len(below))) if above[c].strip() and below[c].strip()
        ]
        empty = not any(cell.strip() for cell in above[first:]) and any(
            cell.strip() for cell in below[first:]
        )
        if not empty or len(texts) != 1 or not _NUMBERED.match(above[texts[0]].strip()):
            continue
        name = below[texts[0]].strip()
        if name[:1].islower() or above[texts[0]].rstrip().endswith("-"):
            whole = above[texts[0]].rstrip() + ("" if above[texts[0]].rstrip().endswith("-") else " ") + name
            joined[n + 1] = [whole if c == texts[0] else cell for c, cell in enumerate(below)]
            joined[n] = []
    return joined


def spread(table: RawTable) -> RawTable:
    """Return a table in long format with one column per year and kind; any other table as it is.

    Rows with the same labels become one; each stays in the row of the file where its first amount stands.
    """
    for number, row in enumerate(table.rows[:LOOKED_AT]):
        for year in (c for c, cell in enumerate(row) if _YEAR_COLUMN.match(cell.strip())):
            cells = _column(table.rows, year, number + 1)
            amounts = [
                c
                for c in range(len(row))
                if c != year and not _is_key(table.rows, c, number) and row[c].strip()
            ]
            if cells and sum(map(is_year, cells)) >= CLEAR_SHARE * len(cells) and amounts:
                return _spread(table, number, year, amounts)
    return table


def _is_key(rows: Rows, column: int, head: int) -> bool:
    """Whether a column holds labels, accounts or numbers of lines rather than amounts."""
    return bool(KEY_COLUMN.search(rows[head][column])) or not has_amounts(rows, column, head + 1)


def _spread(table: RawTable, head: int, year: int, amounts: list[int]) -> RawTable:
    rows = table.rows
    kind = next(
        (
            c for c in range(len(rows[head]))
            if c not in (year, *amounts) and (cells := _column(rows, c, head + 1))
            and all(read_heading(cell).kind and read_heading(cell).year is None for cell in set(cells))
        ), None,
    )  # fmt: skip
    keys = [c for c in range(len(rows[head])) if c not in (year, kind, *amounts)]
    titles: dict[str, int] = {}
    merged: dict[tuple[str, ...], int] = {}
    spread_rows: Rows = [list(row) if n < head else [] for n, row in enumerate(rows)]
    numbers: dict[tuple[int, int], float] = {}
    for n in range(head + 1, len(rows)):
        row = rows[n] + [""] * (len(rows[head]) - len(rows[n]))
        if not any(cell.strip() for cell in row):
            continue
        label = tuple(row[c] for c in keys)
        target = merged.setdefault(label, n)
        for c in amounts:
            title = " ".join(
                filter(None, (row[kind] if kind is not None else rows[head][c], row[year].strip()))
            )
            column = titles.setdefault(title, len(keys) + len(titles))
            if column < len(spread_rows[target]) and spread_rows[target][column]:
                target = n
                merged[label] = n
            line = spread_rows[target] or list(label)
            spread_rows[target] = line + [""] * (column + 1 - len(line))
            spread_rows[target][column] = row[c]
            if (n, c) in table.numbers:
                numbers[target, column] = table.numbers[n, c]
    spread_rows[head] = [rows[head][c] for c in keys] + list(titles)
    return replace(table, rows=spread_rows, numbers=numbers, formats={}, hidden=frozenset())


def preamble_of(table: RawTable, head: Head) -> list[str]:
    """Return the names of file and sheet, and what stands above the heading."""
    above = (clean_text(cell, 200) for row in table.rows[: head.rows.start] for cell in row if cell.strip())
    return [table.where, *filter(None, (table.title,)), *above]
