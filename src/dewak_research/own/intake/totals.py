"""Rows that are the total of others: found by their sums, their label or their key, and never added to their parts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dewak_research.errors import InputError, messages
from dewak_research.own.safety import clean_text

_problem = messages(__package__)
_TOTAL = re.compile(
    r"^\W*(?:\d+\W*)?(?:zwischen|gesamt|teil|end)?summen?\b|\b(?:insgesamt|zusammen|gesamt|total|summe)\b"
    r"|\bgesamt(?:haushalt|stadt|summe|plan|ergebnis|verwaltung|ergebnisplan|finanzplan|betrag)|^σ",
    re.I,
)
_LEVELS = (
    re.compile(r"^\W*(?:haupt)?(?:produktbereich|PB)\b\W*(?:\d|$)", re.I),
    re.compile(r"^\W*(?:produktgruppe|PG)\b\W*(?:\d|$)", re.I),
    re.compile(r"^\W*produkt\b\W*(?:\d|$)", re.I),
)
BETWEEN = " | "  #: between the cells that name a group
MOST_GROUPS = 2_000
TELLING = 3
"""Amounts that must agree before a sum alone, without label or key, makes a row a total."""


@dataclass
class Totals:
    """Places of the rows that repeat others, what they are called, and accounts above others that are not their sum.

    ``unclear`` holds the account, its amount in EUR and the sum of the accounts below it, in the year in which they
    differ most.
    """

    rows: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    unclear: list[tuple[str, float, float]] = field(default_factory=list)


def says_total(label: str) -> bool:
    """Whether a label says that it is a total."""
    return bool(_TOTAL.search(label))


def level_of(label: str) -> int | None:
    """Return the deepest level that a label names: 0 area, 1 group, 2 product; None without one."""
    cells = label.split(BETWEEN)
    found = [level for level, word in enumerate(_LEVELS) if any(map(word.search, cells))]
    return max(found, default=None)


def group_totals(
    groups: pd.Series[str], keys: pd.Series[str], amounts: pd.DataFrame, where: str, header_row: int
) -> Totals:
    """Find the groups of rows (product, product group, whole town) that are the sum of others.

    Parameters
    ----------
    groups : Series of str
        The group of every row.
    keys : Series of str
        The line or account of every row.
    amounts : DataFrame
        EUR, a column per year; rows as ``groups``.
    where, header_row
        The file and the row of its headings, for messages.

    Raises
    ------
    InputError
        A group calls itself a total or a higher level, but is not the sum of others: it cannot be told what to add.
    """
    order = list(dict.fromkeys(groups))
    if len(order) < 2 or len(order) > MOST_GROUPS:
        return Totals()
    wide = amounts.assign(_group=groups, _key=keys).groupby(["_group", "_key"], sort=False).sum(min_count=1)
    matrix = wide.unstack("_key").reindex(order).fillna(0.0).to_numpy(float)  # noqa: PD010  (no aggregation)
    totals, unclear = _totals(matrix, order)
    found = Totals(
        list(groups.index[groups.isin({order[n] for n in totals})]), [order[n] for n in sorted(totals)]
    )
    if unclear:
        first = order[min(unclear)]
        place = f"{where}: Zeile {int(groups.index[groups == first][0]) + header_row}"
        raise InputError(_problem("totals_unclear", place, label=clean_text(first, 60), n=len(unclear)))
    return found


@dataclass(frozen=True)
class _Rows:
    """Amounts of every group, with one weighted sum each, so that most comparisons take one number.

    ``rounding`` is what one euro in every column weighs.
    """

    matrix: np.ndarray
    weighed: np.ndarray
    rounding: float

    @classmethod
    def of(cls, matrix: np.ndarray) -> _Rows:
        weights = 1.0 + np.arange(matrix.shape[1]) % 7
        return cls(matrix, matrix @ weights, float(weights.sum()))

    def is_sum(self, total: int, parts: Sequence[int]) -> bool:
        """Whether a row equals the sum of others, one euro of rounding for each."""
        if abs(self.weighed[total] - self.weighed[list(parts)].sum()) > self.rounding * len(parts):
            return False
        gaps = np.abs(self.matrix[total] - self.matrix[list(parts)].sum(axis=0))
        return bool((gaps <= len(parts)).all())

    def telling(self, row: int) -> bool:
        """Whether a row has enough amounts that its equality with a sum is no chance."""
        return int((self.matrix[row] != 0).sum()) >= TELLING

    def parts_before(self, row: int, before: Sequence[int], named: bool) -> int:
        """Return how many of the rows just before make up this one; 0 where none do."""
        if not before or not (named or self.telling(row)):
            return 0
        backwards = list(reversed(before))
        counts = np.arange(1, len(backwards) + 1)
        near = np.abs(self.weighed[row] - np.cumsum(self.weighed[backwards])) <= self.rounding * counts
        likely = (int(count) for count in counts[near] if named or count > 1)
        return next((count for count in likely if self.is_sum(row, backwards[:count])), 0)


def _totals(matrix: np.ndarray, names: Sequence[str]) -> tuple[set[int], set[int]]:
    """Return which rows are totals, and which say so but are not the sum of others."""
    rows = _Rows.of(matrix)
    moved = np.abs(matrix).sum(axis=1) > 0
    says = [says_total(name) for name in names]
    levels = [level_of(name) for name in names]
    deepest = max((level for level in levels if level is not None), default=None)
    higher = [level is not None and deepest is not None and level < deepest for level in levels]
    told = [a or b for a, b in zip(says, higher, strict=True)]
    cells = [sum(bool(cell.strip()) for cell in name.split(BETWEEN)) for name in names]
    named = [one or count < max(cells) for one, count in zip(told, cells, strict=True)]
    totals: set[int] = set()
    for order in (range(len(names)), range(len(names) - 1, -1, -1)):
        open_parts: list[int] = []
        for n in order:
            if not moved[n] or n in totals:
                continue
            parts = rows.parts_before(n, open_parts, named[n])
            if parts:
                totals.add(n)
                del open_parts[-parts:]
            open_parts.append(n)
    leaves = [n for n in range(len(names)) if n not in totals and moved[n]]
    ends = {0, len(names) - 1}  # a total without a name stands first or last
    for n in leaves:
        others = [o for o in leaves if o != n and o not in totals]
        if (
            len(others) > 1 - named[n]
            and (named[n] or (n in ends and rows.telling(n)))
            and rows.is_sum(n, others)
        ):
            totals.add(n)
    left = {n for n in range(len(names)) if moved[n] and n not in totals}
    return totals, {n for n in left if told[n]}


def account_totals(
    accounts: pd.Series[str],
    labels: pd.Series[str],
    groups: pd.Series[str],
    amounts: pd.DataFrame,
    where: str,
    header_row: int,
) -> Totals:
    """Find accounts that are the sum of the accounts below them (``4000 Summe Steuern`` over 4011, 4012).

    What stands below ``4000`` can be 4, 40 or 400; the one that adds up is taken. ``40`` stands above ``4011`` whatever
    it is called; where it is not the sum, it is named in ``unclear``.

    Raises
    ------
    InputError
        An account calls itself a sum but is not that of the accounts below it.
    """
    found = Totals()
    euro = {int(at): row for at, row in zip(amounts.index, amounts.fillna(0.0).to_numpy(float), strict=True)}
    for _, rows in accounts[accounts.str.fullmatch(r"\d+")].groupby(groups, sort=False):
        numbers = {int(at): account for at, account in zip(rows.index, rows, strict=True)}
        known = sorted(set(numbers.values()))
        says = {at: says_total(labels[at]) for at in numbers}
        parts = {at: account for at, account in numbers.items() if not says[at]}
        above = {at for at, account in numbers.items() if _has_longer(account, known)}
        zeros = {
            at
            for at, account in numbers.items()
            if account[-1] == "0" and _has_longer(_stems(account)[0], known)
        }
        undecided = above | zeros  # 4000 beside 40, and 4 above both, may be totals themselves
        for at in sorted(numbers, key=lambda place: _depth(numbers[place], known), reverse=True):
            if not euro[at].any() or not (says[at] or at in above or at in zeros):
                continue
            undecided.discard(at)
            stems = [*_stems(numbers[at]), *([numbers[at]] if at in above else [])]
            others = {b: account for b, account in parts.items() if b != at}
            sure = {b: account for b, account in others.items() if b not in undecided}
            named = says[at] or at in above
            if any(_adds_up(euro[at], stem, some, euro, named) for stem in stems for some in (others, sure)):
                parts.pop(at, None)
                found.rows.append(at)
                found.names.append(f"{numbers[at]} {labels[at]}".strip())
            elif says[at]:
                place = f"{where}: Zeile {at + header_row}"
                raise InputError(_problem("totals_unclear", place, label=clean_text(labels[at], 60), n=1))
            elif at in above:
                parts.pop(at, None)  # no part of what stands above it
                below = [euro[b] for b, one in others.items() if one.startswith(numbers[at])]
                gaps = euro[at] - np.sum([*below, np.zeros_like(euro[at])], axis=0)
                off = int(np.argmax(np.abs(gaps)))
                found.unclear.append((numbers[at], float(euro[at][off]), float(euro[at][off] - gaps[off])))
    return found


def _depth(account: str, known: Sequence[str]) -> tuple[int, int]:
    """Return how deep an account stands: 401 below 40 below 4, and 4000 beside 4."""
    own = account if _has_longer(account, known) else account.rstrip("0")
    return len(own), len(account)


def _stems(account: str) -> list[str]:
    """Return what an account can stand above: 4, 40 and 400 for 4000."""
    shortest = account.rstrip("0") or account[:1]
    return [account[:length] for length in range(len(shortest), max(len(account), len(shortest) + 1))]


def _adds_up(
    values: np.ndarray,
    stem: str,
    others: Mapping[int, str],
    euro: Mapping[int, np.ndarray],
    named: bool,
) -> bool:
    """Whether the accounts that begin with a stem add up to these amounts; a single one must equal them to the cent."""
    below = [euro[b] for b, account in others.items() if account.startswith(stem)]
    if not below:
        return False
    sums = np.sum(below, axis=0)
    if len(below) == 1 and not named:
        return bool((values == sums).all() and (values != 0).sum() > 1)
    return bool((np.abs(values - sums) <= len(below)).all())


def _has_longer(stem: str, known: Sequence[str]) -> bool:
    """Whether another account begins with this stem; ``known`` is sorted."""
    at = bisect_right(known, stem)
    return any(one.startswith(stem) for one in known[at : at + 2])
