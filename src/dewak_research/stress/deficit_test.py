"""Is a deficit covered? The yes/no tests of § 110 NKomVG, § 92 HGO, § 80 GemO and § 72 SächsGemO over arrays.

No share of a reserve is a line here. Balanced has to be each result (Lower Saxony), the ordinary one with the deficits
carried forward (Hesse, Baden-Württemberg), or both together (Saxony). A year counts as balanced where reserves or the
other result cover the deficit, or the plan makes up for it in the years that the law gives. Hesse and Saxony ask as
well whether the cash of current administration covers the redemption of loans.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import RuleSet

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
CENT = 0.005  #: less is rounding, no deficit


class Cover(IntEnum):
    """How a year stands to the test; all but the first and the last are met."""

    UNDEFINED = -1
    BALANCED = 0
    OFFSET = 1
    COVERED = 2
    CROSS_COVERED = 3
    COVERED_LATER = 4
    NOT_BALANCED = 5


MET = tuple(code.name.lower() for code in Cover if Cover.UNDEFINED < code < Cover.NOT_BALANCED)


@dataclass(frozen=True)
class Stocks:
    """What stands at the end of a year, EUR; arrays of one common shape, NaN = unknown.

    Parameters
    ----------
    ordinary_reserve_eur, extraordinary_reserve_eur : ndarray
        Reserves from surpluses (Überschussrücklagen), ≥ 0.
    carried_eur : ndarray
        Deficits carried forward, ≥ 0; of both results together (assumption: a surplus of either makes up for them),
        of the ordinary result alone where the law asks for that one alone.
    net_position_eur : ndarray
        Net position or equity; below zero = over-indebted. Special items in it stay as they are (assumption).
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
    """What one year did, EUR, ≥ 0: what covered its deficits, what is left, what older ones were made up for.

    Where the law asks for the ordinary result alone, an extraordinary deficit that nothing covers is in none of them.
    """

    offset_eur: Floats
    own_eur: Floats
    cross_eur: Floats
    left_eur: Floats
    made_up_eur: Floats


def settle(
    ordinary_eur: Floats | float,
    extraordinary_eur: Floats | float,
    before: Stocks,
    rules: RuleSet,
    offset_eur: Floats | float = 0.0,
) -> tuple[Stocks, Settled]:
    """Book one year's two results (§ 24 KomHKVO; § 24 GemHVO of Baden-Württemberg).

    A deficit takes the reserve of its own result first, then the surplus of the other result and its reserve; the
    ordinary result goes first. What is left is carried forward. A surplus, then a reserve that is left, makes up for
    deficits carried forward (assumption: before it fills a reserve); the rest fills the reserve of its own result.

    Parameters
    ----------
    ordinary_eur, extraordinary_eur : ndarray
        Results of the year; negative = deficit.
    before : Stocks
        Of the end of the year before.
    offset_eur : ndarray
        How much of an ordinary deficit the plan sets against the base capital, before a reserve is used.

    Returns
    -------
    Stocks, Settled
        Every euro of a deficit is in offset, own, cross or left.
    """
    ordinary, extraordinary = np.asarray(ordinary_eur, np.float64), np.asarray(extraordinary_eur, np.float64)
    set_off = np.minimum(np.maximum(-ordinary, 0.0), offset_eur)
    first, second = (
        _after_own(ordinary + set_off, before.ordinary_reserve_eur),
        _after_own(extraordinary, before.extraordinary_reserve_eur),
    )
    own = first.used + second.used
    cross: Floats = np.zeros(np.shape(own))
    both_ways = ((first, second), (second, first))
    if rules.cross_cover:
        for one, other in both_ways[:1] if rules.ordinary_result_balanced else both_ways:
            cross = cross + one.covered_by(other)
    left = first.deficit + (0.0 if rules.ordinary_result_balanced else second.deficit)
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
    return after, Settled(set_off, own, cross, left, made_up)


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
    redemption_not_covered : ndarray of bool
        The cash of current administration does not cover the redemption of loans; False where the law does not ask.
    plan_ends : ndarray of bool
        NOT_BALANCED only as far as the plan reaches: it ends before the year by which deficits may be made up for.
    overindebted : ndarray of bool
        Net position below zero at the end of the year; False where it is unknown.
    about_to_be : ndarray of bool
        Not over-indebted, but in a later year of the plan.
    stocks : tuple of Stocks
        End of each year.
    written_off_eur : ndarray
        Charged to the base capital at the end of the year.
    cash_unknown, net_unknown : ndarray of bool
        The number is missing and the law asks for it.
    """

    cover: NDArray[np.int8]
    redemption_not_covered: Flags
    plan_ends: Flags
    overindebted: Flags
    about_to_be: Flags
    stocks: tuple[Stocks, ...]
    written_off_eur: Floats
    cash_unknown: Flags
    net_unknown: Flags

    @property
    def not_balanced(self) -> Flags:
        """Whether the test on the deficit is not met."""
        return np.asarray(self.cover == Cover.NOT_BALANCED)

    @property
    def duty(self) -> Flags:
        """Whether a test of the law is not met in that year's budget (in Lower Saxony: a consolidation plan is due)."""
        return self.not_balanced | self.redemption_not_covered | self.overindebted | self.about_to_be

    @property
    def undefined(self) -> Flags:
        """Whether a number is missing, so that neither yes nor no can be said."""
        unknown = self.cash_unknown | self.net_unknown
        return np.asarray((self.cover == Cover.UNDEFINED) | (unknown & ~self.not_balanced))


def deficit_test(
    ordinary_eur: Floats,
    extraordinary_eur: Floats,
    before: Stocks,
    rules: RuleSet,
    offset_eur: Floats | float = 0.0,
    cash_eur: Floats | float = 0.0,
) -> Tested:
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
    offset_eur : ndarray, shape (years, ...)
        What the plan sets against the base capital.
    cash_eur : ndarray, shape (years, ...)
        Balance of current administration less the redemption of loans; NaN = unknown. Needed where the law asks.

    Raises
    ------
    ValueError
        The law does not test deficits.
    """
    if not rules.tests_deficit:
        raise ValueError(f"{rules.name} does not test deficits")
    both = np.broadcast_arrays(*(np.asarray(one, np.float64) for one in (ordinary_eur, extraordinary_eur)))
    offset, cash = (
        np.broadcast_to(np.asarray(one, np.float64), both[0].shape) for one in (offset_eur, cash_eur)
    )
    stocks, settled, off, now = list[Stocks](), list[Settled](), list[Floats](), before
    for ordinary, extraordinary, set_off in zip(*both, offset, strict=True):
        now, did = settle(ordinary, extraordinary, now, rules, set_off)
        settled.append(did)
        off.append(_written_off(before.carried_eur, settled, off, rules))
        now = replace(now, carried_eur=now.carried_eur - off[-1])
        stocks.append(now)
    carried = np.array([stock.carried_eur for stock in stocks])
    done = {one.name: np.array([getattr(did, one.name) for did in settled]) for one in fields(Settled)}
    left, written, years = done["left_eur"], np.array(off), len(stocks)
    later, lost = np.zeros(carried.shape), written.copy()
    for ahead in range(1, min(rules.later_cover_years, years - 1) + 1):
        later[: years - ahead] += done["made_up_eur"][ahead:]
        lost[: years - ahead] += written[ahead:]
    open_end = carried + written if rules.carried_count else left
    in_time = (later >= carried - CENT) & (lost <= CENT)
    cover = np.full(carried.shape, np.int8(Cover.BALANCED))
    for reached, code in (
        (done["offset_eur"] > CENT, Cover.OFFSET),
        (done["own_eur"] > CENT, Cover.COVERED),
        (done["cross_eur"] > CENT, Cover.CROSS_COVERED),
        (open_end > CENT, Cover.NOT_BALANCED),
        ((open_end > CENT) & in_time, Cover.COVERED_LATER),
    ):
        cover[reached] = code
    together = both[0] + both[1] > -CENT
    each = (both[0] > -CENT) & (rules.ordinary_result_balanced | (both[1] > -CENT))
    met = together if rules.total_result_balanced else each
    known = ~np.isnan(open_end + done["own_eur"] + done["cross_eur"] + done["offset_eur"])
    cover[~known] = Cover.UNDEFINED
    cover[met & (known | (not rules.carried_count)) & ~(open_end > CENT)] = Cover.BALANCED
    reach = np.arange(years).reshape(-1, *[1] * (carried.ndim - 1)) + rules.later_cover_years
    plan_ends = (cover == Cover.NOT_BALANCED) & (reach >= years) & (lost <= CENT)
    net = np.array([stock.net_position_eur for stock in stocks])
    below = (net < 0.0) & rules.hsk_if_overindebted
    ahead_below = np.logical_or.accumulate(below[::-1], axis=0)[::-1]
    threatened = np.zeros(below.shape, np.bool_)
    threatened[:-1] = ahead_below[1:] & ~below[:-1]
    short = (cash < -CENT) & rules.redemption_covered
    unknown = (np.isnan(cash) & rules.redemption_covered, np.isnan(net) & rules.hsk_if_overindebted)
    return Tested(cover, short, plan_ends, below, threatened, tuple(stocks), written, *unknown)


def _written_off(carried_eur: Floats, settled: list[Settled], off: list[Floats], rules: RuleSet) -> Floats:
    """Return what the last year charges to the base capital: deficits that were carried for as long as the law allows.

    The oldest is made up for first; what was carried before the first year is of the year before it (assumption).
    """
    this = len(settled) - 1
    nothing: Floats = np.zeros(np.shape(settled[-1].left_eur))
    if rules.written_off_years is None or this + 1 < rules.written_off_years:
        return nothing
    old = carried_eur + sum((did.left_eur for did in settled[: this - rules.written_off_years + 1]), nothing)
    gone = sum((did.made_up_eur for did in settled), nothing) + sum(off, nothing)
    return np.maximum(old - gone, 0.0)
