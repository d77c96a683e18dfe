"""A statistical table on a sheet of a workbook, written as the text file that the same table is downloaded as.

Against the text file a sheet has three differences: a heading over several columns stands in the first of them only
(merged cells), the label columns may have headings, and the footnotes may follow without a line of underscores. What
a sheet of the offices looks like is taken from their text files; their workbooks were not at hand.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

import pandas as pd

from dewak_research.data.genesis import KEY, looks_like_genesis
from dewak_research.data.genesis_flat import looks_flat
from dewak_research.data.genesis_time import TIME
from dewak_research.data.genesis_values import is_quality_column
from dewak_research.data.text_files import parse_number
from dewak_research.own.intake.tables import RawTable

Rows = list[list[str]]
LEAST_CELLS = 3  #: of a data row: key, name, value; a footnote has one
_MARK = "_" * 10
_UNKNOWN = re.compile(r"^(?:[-–./x]|\.\.\.|…|)$")


def statistical_text(table: RawTable) -> str:
    """Return a sheet as the text of a table of the statistical offices; empty where it is none."""
    rows = [[" ".join(cell.split()) for cell in row] for row in table.rows]
    indents = [row[:3] for row in table.rows]
    width = max(map(len, rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    while rows and not any(rows[0]):
        rows, indents = rows[1:], indents[1:]
    if not looks_like_genesis(_written(rows[:6])):
        return ""
    first = None if looks_flat(_written(rows[:2])) else _first_data(rows)
    if first is None:
        return _written(rows)
    end = _end(rows, first)
    head = _filled_heads(rows[:first], rows[first:end])
    for row, printed in zip(rows[first:end], indents[first:end], strict=True):
        row[: len(printed)] = [re.sub(r"\s", " ", cell) for cell in printed]
    foot = [row for row in rows[end:] if not row[0].startswith("____")]
    return _written(
        [*head, *rows[first:end], [_MARK], *foot] if foot or end < len(rows) else [*head, *rows[first:end]]
    )


def _written(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerows(rows)
    return text.getvalue()


def _first_data(rows: Rows) -> int | None:
    """Return the first row that begins with a key or a time and holds more than a footnote does."""
    for n, row in enumerate(rows):
        if sum(map(bool, row)) >= LEAST_CELLS and any(KEY.match(c) or TIME.match(c) for c in row[:1]):
            return n
    return None


def _end(rows: Rows, first: int) -> int:
    """Return the row after the last one with data: underscores, or the footnotes at the end, end the table."""
    for n in range(first, len(rows)):
        if rows[n][0].startswith("____"):
            return n
    end = len(rows)
    while end > first and sum(map(bool, rows[end - 1])) < LEAST_CELLS:
        end -= 1
    return end


def _labels(data: Rows) -> int:
    """Return how many columns hold labels: keys and times, then the names up to the first column of values."""
    named = False
    for c in range(len(data[0])):
        cells = [row[c] for row in data if row[c]]
        words = any(not _UNKNOWN.match(cell) and parse_number(cell, "de").value is None for cell in cells)
        codes = all(KEY.match(cell) or TIME.match(cell) for cell in cells)
        if not words and (named or not codes):
            return c
        named = named or (words and not codes)
    return len(data[0])


def _filled_heads(rows: Rows, data: Rows) -> Rows:
    """Return title and heads: headings of label columns are left out, those of several columns repeated.

    A heading is repeated to the right as long as the headings above stay the same. In the last row (items or units)
    only a column of marks has none; it keeps none, so that its marks go to the values before it.
    """
    labels = _labels(data)
    begin = next((n for n, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    heads = [["" if c < labels else cell for c, cell in enumerate(row)] for row in rows[begin:]]
    heads = [row for row in heads if any(row)]
    marks = {
        c for c in range(labels + 1, len(data[0])) if heads and not heads[-1][c] and _only_marks(data, c)
    }
    for n, row in enumerate(heads[:-1]):
        above = [[cell for c, cell in enumerate(one) if c not in marks] for one in heads[:n]]
        kept = [cell for c, cell in enumerate(row) if c not in marks]
        for c in range(labels + 1, len(kept)):
            if not kept[c] and all(one[c] == one[c - 1] for one in above):
                kept[c] = kept[c - 1]
        left = iter(kept)
        row[:] = ["" if c in marks else next(left) for c in range(len(row))]
    return [*rows[:begin], *heads]


def _only_marks(data: Rows, column: int) -> bool:
    return is_quality_column(pd.Series([row[column] for row in data], dtype="str"))
