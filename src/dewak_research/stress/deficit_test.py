"""Is a deficit covered? The yes/no test of § 110 NKomVG (Lower Saxony) as one pure function over arrays.

No share of a reserve is a line here. A year is balanced where the ordinary and the extraordinary result each are; it
counts as balanced where surplus reserves or the other result cover the deficit, or where the plan makes up for all
deficits carried forward by the second year after.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import RuleSet

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
CENT = 0.005  #: less is rounding, no deficit


class Cover(IntEnum):
    """How a year stands to the test; the first four are met."""

    UNDEFINED = -1
    BALANCED = 0
    COVERED = 1
    CROSS_COVERED = 2
    COVERED_LATER = 3
    NOT_BALANCED = 4


@dataclass(frozen=True)
class Stocks:
    """What stands at the end of a year, EUR; arrays of one common shape, NaN = unknown.

    Parameters
    ----------
    ordinary_reserve_eur, extraordinary_reserve_eur : ndarray
        Reserves from surpluses (Überschussrücklagen), ≥ 0.
    carried_eur : ndarray
        Deficits carried forward, ≥ 0; of both results together (assumption: a surplus of either makes up for them).
    net_position_eur : ndarray
        Net position (Nettoposition); below zero = over-indebted. Special items in it stay as they are (assumption).
    """

    ordinary_reserve_eur: Floats
    extraordinary_reserve_eur: Floats
    carried_eur: Floats
    net_position_eur: Floats

    @classmethod
    def of(cls, *amounts: Floats | float) -> Stocks:
        """Return stocks from amounts in the order of the fields."""
        return cls(*np.broadcast_arrays(*(np.asarray(amount, np.float64) for amount in amounts)))


@dataclass(frozen=True)
class Settled:
    """What one year did, EUR, ≥ 0: what covered its deficits, what is left, what older ones were made up for."""

    own_eur: Floats
    cross_eur: Floats
    left_eur: Floats
    made_up_eur: Floats


def settle(
    ordinary_eur: Floats | float, extraordinary_eur: Floats | float, before: Stocks, rules: RuleSet
) -> tuple[Stocks, Settled]:
    """Book one year's two results (§ 24 KomHKVO).

    A deficit takes the reserve of its own result first, then the surplus of the other result and its reserve; the
    ordinary result goes first. What is left is carried forward. A surplus, then a reserve that is left, makes up for
    deficits carried forward (assumption: before it fills a reserve); the rest fills the reserve of its own result.

    Parameters
    ----------
    ordinary_eur, extraordinary_eur : ndarray
        Results of the year; negative = deficit.
    before : Stocks
        Of the end of the year before.

    Returns
    -------
    Stocks, Settled
        Every euro of a deficit is in own, cross or left.
    """
    ordinary, extraordinary = np.asarray(ordinary_eur, np.float64), np.asarray(extraordinary_eur, np.float64)
    first, second = (
        _after_own(ordinary, before.ordinary_reserve_eur),
        _after_own(extraordinary, before.extraordinary_reserve_eur),
    )
    own = first.used + second.used
    cross: Floats = np.zeros(np.shape(own))
    if rules.cross_cover:
        for one, other in ((first, second), (second, first)):
            cross = cross + one.covered_by(other)
    left = first.deficit + second.deficit
    owed = before.carried_eur
    made_up: Floats = np.zeros(np.shape(own))
    for stock in ("surplus", "reserve") if rules.cross_cover else ("surplus",):
        for one in (first, second):
            paid = np.minimum(getattr(one, stock), owed)
            setattr(one, stock, getattr(one, stock) - paid)
            owed, made_up = owed - paid, made_up + paid
    after = Stocks(
        first.reserve + first.surplus,
        second.reserve + second.surplus,
        owed + left,
        before.net_position_eur + ordinary + extraordinary,
    )
    return after, Settled(own, cross, left, made_up)


@dataclass
class _Result:
    """One of the two results while it is settled: what is left of its deficit, its surplus and its reserve."""

    deficit: Floats
    surplus: Floats
    reserve: Floats
    used: Floats

    def covered_by(self, other: _Result) -> Floats:
        """Cover the deficit with the other result's surplus, then its reserve; return how much was covered."""
        from_surplus = np.minimum(self.deficit, other.surplus)
        from_reserve = np.minimum(self.deficit - from_surplus, other.reserve)
        other.surplus, other.reserve = other.surplus - from_surplus, other.reserve - from_reserve
        self.deficit = self.deficit - from_surplus - from_reserve
        return from_surplus + from_reserve


def _after_own(result_eur: Floats, reserve_eur: Floats) -> _Result:
    deficit = np.maximum(-result_eur, 0.0)
    used = np.minimum(deficit, np.maximum(reserve_eur, 0.0))
    return _Result(deficit - used, np.maximum(result_eur, 0.0), reserve_eur - used, used)


@dataclass(frozen=True)
class Tested:
    """The test of every year; axis 0 = years, the rest as in the results.

    Parameters
    ----------
    cover : ndarray of int8
        Codes of :class:`Cover`.
    plan_ends : ndarray of bool
        NOT_BALANCED only as far as the plan reaches: it ends before the year by which deficits may be made up for.
    overindebted : ndarray of bool
        Net position below zero at the end of the year; False where it is unknown.
    about_to_be : ndarray of bool
        Not over-indebted, but in a later year of the plan.
    stocks : tuple of Stocks
        End of each year.
    """

    cover: NDArray[np.int8]
    plan_ends: Flags
    overindebted: Flags
    about_to_be: Flags
    stocks: tuple[Stocks, ...]

    @property
    def not_balanced(self) -> Flags:
        """Whether the test on the deficit is not met."""
        return np.asarray(self.cover == Cover.NOT_BALANCED)

    @property
    def duty(self) -> Flags:
        """Whether a consolidation plan is due in that year's budget (§ 110(8) NKomVG)."""
        return self.not_balanced | self.overindebted | self.about_to_be

    @property
    def undefined(self) -> Flags:
        """Whether a number is missing, so that neither yes nor no can be said."""
        net = np.array([stock.net_position_eur for stock in self.stocks])
        return np.asarray((self.cover == Cover.UNDEFINED) | (np.isnan(net) & ~self.not_balanced))


def deficit_test(ordinary_eur: Floats, extraordinary_eur: Floats, before: Stocks, rules: RuleSet) -> Tested:
    """Test every year as the budget year, with the years after it as its medium-term plan (§ 110(4), (5), (8) NKomVG).

    Deficits carried forward count as made up for in the order in which they arose. Where the plan ends too early to
    show it, they count as not made up for (cautious; see ``plan_ends``).

    Parameters
    ----------
    ordinary_eur, extraordinary_eur : ndarray, shape (years, ...)
    before : Stocks
        Of the end of the year before the first; NaN = unknown. Results without a deficit need none.
    rules : RuleSet
        A law that tests deficits.

    Raises
    ------
    ValueError
        The law does not test deficits.
    """
    if not rules.tests_deficit:
        raise ValueError(f"{rules.name} does not test deficits")
    both = np.broadcast_arrays(
        np.asarray(ordinary_eur, np.float64), np.asarray(extraordinary_eur, np.float64)
    )
    stocks, settled, now = [], [], before
    for ordinary, extraordinary in zip(*both, strict=True):
        now, did = settle(ordinary, extraordinary, now, rules)
        stocks.append(now)
        settled.append(did)
    carried = np.array([stock.carried_eur for stock in stocks])
    made_up = np.array([did.made_up_eur for did in settled])
    years = len(stocks)
    later = np.zeros(carried.shape)
    for ahead in range(1, rules.later_cover_years + 1):
        later[: years - ahead] += made_up[ahead:]
    left = np.array([did.left_eur for did in settled])
    in_time = later >= carried - CENT
    cross = np.array([did.cross_eur for did in settled])
    own = np.array([did.own_eur for did in settled])
    cover = np.full(carried.shape, np.int8(Cover.BALANCED))
    for reached, code in (
        (own > CENT, Cover.COVERED),
        (cross > CENT, Cover.CROSS_COVERED),
        (left > CENT, Cover.NOT_BALANCED),
        ((left > CENT) & in_time, Cover.COVERED_LATER),
    ):
        cover[reached] = code
    met = (both[0] > -CENT) & (both[1] > -CENT)
    cover[np.isnan(left) | np.isnan(own + cross)] = Cover.UNDEFINED
    cover[met] = Cover.BALANCED
    reach = np.arange(years).reshape(-1, *[1] * (carried.ndim - 1)) + rules.later_cover_years
    plan_ends = (cover == Cover.NOT_BALANCED) & (reach >= years)
    below = np.array([stock.net_position_eur for stock in stocks]) < 0.0
    ahead_below = np.logical_or.accumulate(below[::-1], axis=0)[::-1]
    threatened = np.zeros(below.shape, np.bool_)
    threatened[:-1] = ahead_below[1:] & ~below[:-1]
    if not rules.hsk_if_overindebted:
        below, threatened = np.zeros_like(below), np.zeros_like(threatened)
    return Tested(cover, plan_ends, below, threatened, tuple(stocks))
