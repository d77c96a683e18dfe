"""Income and costs in columns of their own (``Erträge``, ``Aufwendungen``, ``Saldo``) become one column of amounts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from dewak_research.errors import InputError, messages
from dewak_research.own.intake.heads import Head
from dewak_research.own.intake.tables import RawTable
from dewak_research.own.safety import clean_text

_problem = messages(__package__)

_INCOME = re.compile(r"\b(?:erträge|ertrag|einzahlungen|einnahmen|income|receipts)\b", re.I)
_COSTS = re.compile(r"\b(?:aufwendungen|aufwand|auszahlungen|ausgaben|costs|payments)\b", re.I)
_CREDIT = re.compile(r"\bhaben\b|\bcredit\b", re.I)
_DEBIT = re.compile(r"\bsoll\b|\bdebit\b", re.I)
_BALANCE = re.compile(r"\b(?:saldo|zuschuss(?:bedarf)?|überschuss|balance)\b", re.I)


def sides_of(head: Head) -> list[tuple[int, int, int | None]]:
    """Return the columns of income, costs and balance of every year that has them apart."""
    found = []
    for c, name in enumerate(head.names):
        rest = _INCOME.sub("", name)
        if c not in head.columns or rest == name:
            continue

        def beside(pattern: re.Pattern[str], rest: str = rest) -> int | None:
            same = (
                o for o, one in enumerate(head.names) if o in head.columns and pattern.sub("", one) == rest
            )
            return next((o for o in same if pattern.search(head.names[o])), None)

        costs = beside(_COSTS)
        if costs is not None:
            found.append((c, costs, beside(_BALANCE)))
    return found


def refuse_debit_credit(head: Head, where: str) -> None:
    """Refuse columns of debit beside columns of credit (``Soll 2024``, ``Haben 2024``): neither is an amount of a year.

    Raises
    ------
    InputError
        Names the columns, and the next step.
    """
    names = [head.names[c] for c, one in head.columns.items() if one.role != "none"]
    credit = [name for name in names if _CREDIT.search(name)]
    debit = [name for name in names if _DEBIT.search(name) and not _CREDIT.search(name)]
    if credit and debit:
        listed = clean_text(", ".join([*debit, *credit]), 120)
        raise InputError(_problem("debit_credit", where, columns=listed))


def is_one_sided(table: RawTable, head: Head, income: int, costs: int) -> bool:
    """Whether every row has an amount on one side only, so that both columns are one."""
    rows = range(head.rows.stop, len(table.rows))
    both = [n for n in rows if _moved(table.cell(n, income)) and _moved(table.cell(n, costs))]
    return not both


def _moved(cell: str) -> bool:
    return bool(re.search("[1-9]", cell))


def one_column(table: RawTable, head: Head) -> tuple[RawTable, Head]:
    """Return the table with one column per year where income and costs stand apart, one of them in each row.

    The name of the column loses the word for its side; the balance is left out.
    """
    sides = [side for side in sides_of(head) if is_one_sided(table, head, side[0], side[1])]
    if not sides:
        return table, head
    rows, names, columns = [list(row) for row in table.rows], list(head.names), dict(head.columns)
    numbers = dict(table.numbers)
    for income, costs, balance in sides:
        for n in range(head.rows.stop, len(rows)):
            if _moved(table.cell(n, costs)):
                rows[n][income] = table.cell(n, costs)
                _move(numbers, (n, costs), (n, income))
        names[income] = " ".join(_INCOME.sub("", names[income]).split()) or names[income]
        for gone in filter(None, (costs, balance)):
            columns.pop(gone, None)
            for n in range(head.rows.stop, len(rows)):
                if gone < len(rows[n]):
                    rows[n][gone] = ""
    rows[head.rows.stop - 1] = names
    return replace(table, rows=rows, numbers=numbers), replace(head, names=names, columns=columns)


def _move(numbers: dict[tuple[int, int], float], old: tuple[int, int], new: tuple[int, int]) -> None:
    """Move a stored number, if there is one; what stood at the new place is gone."""
    numbers.pop(new, None)
    if old in numbers:
        numbers[new] = numbers[old]


def names_sides(headings: Mapping[int, object], names: list[str]) -> bool:
    """Whether columns of amounts call themselves income and costs."""
    return any(_INCOME.search(names[c]) for c in headings) and any(_COSTS.search(names[c]) for c in headings)
