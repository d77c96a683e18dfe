"""Tables with plan and actual in rows and years in columns: every kind gets columns of its own."""

from __future__ import annotations

from dataclasses import replace

from dewak_research.errors import InputError
from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.heads import Head, find_head
from dewak_research.own.intake.tables import Place, RawTable


def _kind(cell: str) -> str | None:
    found = read_heading(cell)
    return found.kind if found.year is None and found.role == "amount" else None


def kind_column(table: RawTable, head: Head) -> int | None:
    """Return the column that says of every row whether it is plan or actual, where both are there."""
    years = [c for c, heading in head.columns.items() if heading.year is not None and heading.kind is None]
    for column in range(min(years, default=0)):
        cells = [
            cell
            for n in range(head.rows.stop, len(table.rows))
            if (cell := table.cell(n, column).strip()) and any(table.cell(n, c).strip() for c in years)
        ]
        if len(set(map(_kind, cells))) > 1 and all(map(_kind, cells)):
            return column
    return None


def kinds_beside(table: RawTable) -> RawTable:
    """Return a table with one column per kind and year, where the kinds stand in rows; any other as it is.

    Rows of one line become one, in the place of the first; a blank name is that of the row above.
    """
    try:
        head = find_head(table)
    except InputError:
        return table
    column = kind_column(table, head)
    if column is None:
        return table
    years = [c for c, heading in head.columns.items() if heading.year is not None and heading.kind is None]
    keys = [c for c in range(min(years)) if c != column]
    titles = {word: n for n, word in enumerate(_kinds_of(table, head, column))}
    rows = [list(row) if n < head.rows.start else [] for n, row in enumerate(table.rows)]
    numbers: dict[Place, float] = {}
    targets: dict[tuple[str, ...], int] = {}
    label: tuple[str, ...] = ()
    for n in range(head.rows.stop, len(table.rows)):
        kind = table.cell(n, column).strip()
        own = tuple(table.cell(n, c).strip() for c in keys)
        if not kind:
            rows[n] = [*own, *(table.cell(n, c) for c in years)] if any(own) else []
            continue
        label = own if any(own) else label
        target = targets.setdefault(
            (*label, str(n)) if _taken(rows, targets, label, titles[kind], keys, years) else label, n
        )
        line = rows[target] or [*label, *[""] * (len(titles) * len(years))]
        for at, c in enumerate(years):
            place = len(keys) + titles[kind] * len(years) + at
            line[place] = table.cell(n, c)
            if (n, c) in table.numbers:
                numbers[target, place] = table.numbers[n, c]
        rows[target] = line
    rows[head.rows.stop - 1] = [head.names[c] for c in keys] + [
        f"{kind} {head.names[c]}" for kind in titles for c in years
    ]
    return replace(table, rows=rows, numbers=numbers, formats={}, hidden=frozenset())


def _kinds_of(table: RawTable, head: Head, column: int) -> list[str]:
    """Return the words for the kinds in the order in which they come."""
    cells = (table.cell(n, column).strip() for n in range(head.rows.stop, len(table.rows)))
    return [cell for cell in dict.fromkeys(cells) if cell]


def _taken(
    rows: list[list[str]],
    targets: dict[tuple[str, ...], int],
    label: tuple[str, ...],
    kind: int,
    keys: list[int],
    years: list[int],
) -> bool:
    """Whether the row of a line has amounts of this kind already: then the line is printed again."""
    if label not in targets:
        return False
    begin = len(keys) + kind * len(years)
    return any(cell.strip() for cell in rows[targets[label]][begin : begin + len(years)])
