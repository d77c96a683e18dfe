"""Tables with years in rows and lines in columns are turned, so that they are read like all others."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from dewak_research.errors import InputError, messages
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.balance_items import LEAST_ITEMS, match_balance
from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.heads import KEY_COLUMN, LOOKED_AT, is_amount
from dewak_research.own.intake.layouts import recognise
from dewak_research.own.intake.printed import is_number, printed_line
from dewak_research.own.intake.tables import Place, RawTable, column_letter
from dewak_research.own.safety import clean_text

_problem = messages(__package__)
LEAST_ACCOUNTS = 3  #: beside each other, before a row is one of accounts
LEAST_YEARS = 0.5  #: of the rows name a year; others can be a mean or a sum
FILLED = 0.5  #: of the columns of lines have a cell in a row that belongs to their heading
_ACCOUNT = re.compile(r"^[3-7]\d{3,9}$")
_PLACE = re.compile(r"Zeile (\d+), Spalte (.*)$")


@dataclass(frozen=True)
class Upright:
    """A table whose lines stand in rows.

    Attributes
    ----------
    table : RawTable
        As it stands, or turned.
    columns : dict
        Row of the turned table, counted from 1 → letter of the column of the file; empty where nothing was turned.
    rows : dict
        Heading of the turned table → row of the file, counted from 1.
    """

    table: RawTable
    columns: dict[int, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def place(self, where: str) -> str:
        """Return a place as the file has it: what is a row of the turned table is a column there."""

        def turned(found: re.Match[str]) -> str:
            row, name = int(found[1]), found[2]
            letter, line = self.columns.get(row), self.rows.get(name.split(" (")[0])
            return f"Spalte {letter}, Zeile {line}" if letter and line else found[0]

        return _PLACE.sub(turned, where) if self.columns else where

    def named(self, error: InputError) -> InputError:
        """Return a refusal with the places of the file."""
        return InputError([replace(problem, where=self.place(problem.where)) for problem in error.problems])


@dataclass(frozen=True)
class _Turned:
    """Where a turned table has its names (rows), years and kinds (columns), and amounts (rows and columns)."""

    head: range
    year: int
    kind: int | None
    rows: list[int]
    columns: list[int]


def upright(table: RawTable) -> Upright:
    """Return a table with its lines in rows.

    Raises
    ------
    InputError
        Years stand in rows and lines in columns, but the rows are told apart by something else, too.
    """
    for number in range(min(len(table.rows), LOOKED_AT)):
        if _names_lines(table.rows[number]):
            found = _layout(table, number)
            if found is not None:
                return _turn(table, found)
    return Upright(table)


def _names_lines(row: list[str]) -> bool:
    """Whether the cells of a row are names of lines, items of a balance sheet, or accounts."""
    cells = [cell.strip() for cell in row if cell.strip()]
    accounts = [cell for cell in cells if _ACCOUNT.match(plain_account(cell)) and not read_heading(cell).year]
    if len(accounts) >= LEAST_ACCOUNTS and len(accounts) >= len(cells) - 2:
        return True
    named = [cell for cell in dict.fromkeys(cells) if any(map(str.isalpha, cell))]  # amounts are no names
    if len(named) < LEAST_ITEMS:
        return False
    printed = [line for cell in named if (line := printed_line(cell)) is not None]
    return recognise(printed) is not None or len(match_balance(named)) >= LEAST_ITEMS


def _layout(table: RawTable, number: int) -> _Turned | None:
    """Return where years and lines stand around a row of names; None where no column holds a year for every row."""
    width = max(len(row) for row in table.rows)
    filled = [
        n
        for n in range(number + 1, len(table.rows))
        if sum(is_amount(cell.strip()) for cell in table.rows[n] if cell.strip()) >= LEAST_ITEMS
        and not _numbers_only(table, n)
    ]
    if not filled:
        return None
    year = next((c for c in range(width) if _share(table, filled, c, _is_year_of) > LEAST_YEARS), None)
    if year is None or _is_year_of(table.cell(number, year).strip()):  # a row of amounts looks like accounts
        return None
    columns = [c for c in range(year + 1, width) if _share(table, filled, c, is_amount) > 0]
    while columns and KEY_COLUMN.search(table.cell(number, columns[0])):
        columns = columns[1:]
    if len(columns) < LEAST_ITEMS:
        return None
    begin = number
    while begin and sum(bool(table.cell(begin - 1, c).strip()) for c in columns) >= FILLED * len(columns):
        begin -= 1
    between = [c for c in range(columns[0]) if c != year and any(table.cell(n, c).strip() for n in filled)]
    kind = next((c for c in between if _share(table, filled, c, _is_kind) == 1), None)
    titles = [(table.cell(n, year).strip(), table.cell(n, kind) if kind is not None else "") for n in filled]
    if len(set(titles)) < len(titles):
        apart = [c for c in between if c != kind] or [year]
        named = ", ".join(table.cell(number, c).strip() or column_letter(c) for c in apart)
        raise InputError(_problem("turned_apart", table.where, columns=clean_text(named, 80)))
    return _Turned(range(begin, filled[0]), year, kind, filled, columns)


def _numbers_only(table: RawTable, row: int) -> bool:
    """Whether a row holds the numbers of lines (1, 2, 3, …) and nothing else."""
    cells = [cell.strip() for cell in table.rows[row] if cell.strip()]
    return all(map(is_number, cells))


def _share(table: RawTable, rows: list[int], column: int, test: Callable[[str], bool]) -> float:
    """Return the share of cells of a column, among those that are filled, that pass a test."""
    cells = [cell for n in rows if (cell := table.cell(n, column).strip())]
    return sum(map(test, cells)) / len(cells) if cells else 0.0


def _is_year_of(cell: str) -> bool:
    found = read_heading(cell)
    return found.year is not None and found.role != "none"


def _is_kind(cell: str) -> bool:
    found = read_heading(cell)
    return found.kind is not None and found.year is None


def _turn(table: RawTable, found: _Turned) -> Upright:
    """Return the table turned: what stands above its lines stays above, what stands below them stays below."""
    names = [table.cell(n, found.year).strip() for n in found.head]
    titles = [
        " ".join(filter(None, (table.cell(n, found.kind) if found.kind is not None else "", table.cell(n, found.year))))
        for n in found.rows
    ]  # fmt: skip
    above = [list(row) for row in table.rows[: found.head.start]]
    labels = [name if not _is_year_of(name) else "" for name in names]
    head = [name or f"Zeile {n + 1}" for n, name in enumerate(labels)]
    first, offset = len(above) + 1, len(head)
    body = [
        [table.cell(n, c) for n in (*found.head, *found.rows)] for c in found.columns
    ]  # one row per line of the plan
    last = max(found.rows)
    below = [list(row) for row in table.rows[last + 1 :] if 0 < sum(bool(cell.strip()) for cell in row) <= 2]
    moved: dict[Place, Place] = {
        (n, c): (first + row, offset + column)
        for row, c in enumerate(found.columns)
        for column, n in enumerate(found.rows)
    }
    turned = replace(
        table,
        rows=[*above, [*head, *titles], *body, *below],
        numbers={moved[at]: value for at, value in table.numbers.items() if at in moved},
        formats={moved[at]: shown for at, shown in table.formats.items() if at in moved},
        hidden=frozenset(),
        unsaved=frozenset(moved[at] for at in table.unsaved if at in moved),
    )
    return Upright(
        turned,
        {first + row + 1: column_letter(c) for row, c in enumerate(found.columns)},
        {title: n + 1 for title, n in zip(titles, found.rows, strict=True)},
    )
