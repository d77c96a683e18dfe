"""The ladder of budget balance (Haushaltsausgleich) of § 75 GO NRW as one pure function over arrays."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import RuleSet

Floats = NDArray[np.float64]


class Status(IntEnum):
    """How a year's result stands to the law."""

    UNDEFINED = -1
    BALANCED = 0
    COVERED = 1
    CARRIED_FORWARD = 2
    REDUCED = 3
    OVERINDEBTED = 4
    NO_RULE = 5


@dataclass(frozen=True)
class Reserves:
    """Equity at the end of a year, EUR; arrays of one common shape.

    Parameters
    ----------
    ausgleichsruecklage_eur, allgemeine_ruecklage_eur : ndarray
        The allgemeine Rücklage may be negative: equity is used up. NaN = unknown.
    carried_eur : ndarray, shape (..., years a loss may be carried)
        Losses carried forward (positive) by age: index 0 = last year's, the last falls due this year. No column
        where nothing has been carried.
    opening_amount_eur : ndarray, optional
        Ausgleichsrücklage of the opening balance sheet, set once; until the 1. NKFWG it may be refilled up to it.
        None = the stock itself.
    """

    ausgleichsruecklage_eur: Floats
    allgemeine_ruecklage_eur: Floats
    carried_eur: Floats
    opening_amount_eur: Floats | None = None

    @classmethod
    def opening(
        cls,
        ausgleichsruecklage_eur: Floats | float,
        allgemeine_ruecklage_eur: Floats | float,
        opening_amount_eur: Floats | float | None = None,
    ) -> Reserves:
        """Reserves without a loss carried forward (a constant array that costs no memory).

        Without ``opening_amount_eur`` the Ausgleichsrücklage at hand stands for that of the opening balance
        (assumption: right for an opening balance, a lower bound where some of it has been used since).
        """
        a, g = np.broadcast_arrays(
            np.asarray(ausgleichsruecklage_eur, float), np.asarray(allgemeine_ruecklage_eur, float)
        )
        amount = (
            a
            if opening_amount_eur is None
            else np.broadcast_to(np.asarray(opening_amount_eur, float), a.shape)
        )
        return cls(a, g, no_carried(a.shape), amount)

    @property
    def equity_eur(self) -> Floats:
        """Equity: both reserves less the losses carried forward."""
        total = self.ausgleichsruecklage_eur + self.allgemeine_ruecklage_eur
        return total if not self.carried_eur.shape[-1] else total - self.carried_eur.sum(axis=-1)


@dataclass(frozen=True)
class Outcome:
    """What one year did; arrays of the shape of the result.

    Parameters
    ----------
    status : ndarray of int8
        Codes of :class:`Status`.
    reduction_eur : ndarray
        Reduction of the allgemeine Rücklage, ≥ 0 (this year's deficit and losses that fell due).
    covered_eur : ndarray
        Taken from the Ausgleichsrücklage, ≥ 0.
    carried_forward_eur : ndarray
        This year's deficit carried forward, ≥ 0.
    minderaufwand_eur : ndarray
        Deficit planned away by globaler Minderaufwand, ≥ 0.
    """

    status: NDArray[np.int8]
    reduction_eur: Floats
    covered_eur: Floats
    carried_forward_eur: Floats
    minderaufwand_eur: Floats


def no_carried(shape: tuple[int, ...]) -> Floats:
    """Array of shape ``shape + (0,)``, without memory of its own: nothing is carried forward."""
    return np.broadcast_to(np.float64(0.0), (*shape, 0))


def reserve_cap_eur(
    reserves: Reserves,
    rules: RuleSet,
    balance_sheet_total_eur: Floats | float | None = None,
) -> Floats:
    """Height up to which a surplus may fill the Ausgleichsrücklage, EUR (inf = no cap).

    Parameters
    ----------
    balance_sheet_total_eur : array or float, optional
        Rules of 2019: the allgemeine Rücklage must reach 3 % of it. Without it the condition is taken
        as met while the allgemeine Rücklage is positive (assumption).
    """
    a, g = reserves.ausgleichsruecklage_eur, reserves.allgemeine_ruecklage_eur
    if rules.reserve_cap == "opening_amount":
        return a if reserves.opening_amount_eur is None else np.maximum(reserves.opening_amount_eur, a)
    if rules.reserve_cap == "third_of_equity":
        assert rules.reserve_cap_equity_share is not None
        return np.maximum(rules.reserve_cap_equity_share * np.maximum(reserves.equity_eur, 0.0), a)
    if rules.reserve_cap == "general_reserve_floor":
        assert rules.general_reserve_floor_share is not None
        if balance_sheet_total_eur is None:
            allowed = g > 0.0
        else:
            allowed = g >= rules.general_reserve_floor_share * np.asarray(balance_sheet_total_eur)
        return np.where(allowed, np.inf, a)
    return np.full(np.shape(a), np.inf)


def step(
    result_eur: Floats,
    reserves: Reserves,
    rules: RuleSet,
    ordinary_expenses_eur: Floats | float | None = None,
    *,
    carry_forward_approved: bool = False,
    minderaufwand_share: float = 0.0,
    balance_sheet_total_eur: Floats | float | None = None,
) -> tuple[Reserves, Outcome]:
    """Book one year's result on the reserves (METHODS B.4.2, § 75 GO NRW).

    A deficit is met by globaler Minderaufwand (if planned), then by the Ausgleichsrücklage, then carried
    forward (rules of 2024, if approved) or charged to the allgemeine Rücklage. A surplus offsets losses
    carried forward, oldest first, then fills the Ausgleichsrücklage up to its cap, the rest goes to the
    allgemeine Rücklage. A loss as old as the law allows (three years since 2024) that no surplus offset is charged
    to the allgemeine Rücklage.

    Parameters
    ----------
    result_eur : ndarray, any shape
        Annual result; negative = deficit; NaN = unknown (the outcome is then NaN and UNDEFINED).
    reserves : Reserves
        Closing balance of the year before, broadcastable to ``result_eur``.
    rules : RuleSet
        With "none" the result is booked on the allgemeine Rücklage as plain equity, status NO_RULE.
    ordinary_expenses_eur : array or float, optional
        Needed if ``minderaufwand_share`` is positive.
    carry_forward_approved : bool
        Whether the supervisory body approves a carry-forward; has an effect under rules that know one.
    minderaufwand_share : float
        Planned globaler Minderaufwand; capped by the law. The default 0 shows the need for action.
    balance_sheet_total_eur : array or float, optional
        See :func:`reserve_cap_eur`.

    Returns
    -------
    Reserves, Outcome
        Every euro of a deficit is found in minderaufwand, covered, carried forward or reduction.

    Raises
    ------
    ValueError
        ``minderaufwand_share`` without ordinary expenses.
    """
    r = np.asarray(result_eur, dtype=np.float64)
    zero = np.broadcast_to(np.float64(0.0), r.shape)
    a, g, v = reserves.ausgleichsruecklage_eur, reserves.allgemeine_ruecklage_eur, reserves.carried_eur
    if not rules.has_ladder:
        status = np.where(np.isnan(r), np.int8(Status.UNDEFINED), np.int8(Status.NO_RULE))
        after = Reserves(a + zero, g + r, v, reserves.opening_amount_eur)
        return after, Outcome(status, np.maximum(-r, 0.0), zero, zero, zero)
    deficit = np.maximum(-r, 0.0)
    planned_away = zero
    if minderaufwand_share > 0.0:
        if ordinary_expenses_eur is None:
            raise ValueError("globaler Minderaufwand needs ordinary expenses")
        share = min(minderaufwand_share, rules.minderaufwand_cap_share)
        planned_away = np.minimum(deficit, share * np.asarray(ordinary_expenses_eur, dtype=np.float64))
        deficit = deficit - planned_away
    covered = np.minimum(deficit, np.maximum(a, 0.0))
    uncovered = deficit - covered
    surplus = np.maximum(r, 0.0)
    carrying = carry_forward_approved and rules.carry_forward_years > 0
    due: Floats = zero
    carried_after = v
    years = rules.carry_forward_years if carrying else v.shape[-1]
    if years:
        older = []
        for age in range(v.shape[-1] - 1, -1, -1):
            loss = v[..., age]
            offset = np.minimum(surplus, loss)
            surplus = surplus - offset
            older.append(loss - offset)
        younger = older[::-1][: years - 1]
        for too_old in older[: len(older) - len(younger)]:
            due = due + too_old
        younger += [zero] * (years - 1 - len(younger))
        ages = np.broadcast_arrays(uncovered if carrying else zero, *younger)
        carried_after = np.moveaxis(np.stack(ages), 0, -1)  # every age contiguous in memory
    carried_forward = uncovered if carrying else zero
    reduction = due if carrying else uncovered if due is zero else uncovered + due
    if rules.reserve_cap == "no_cap":
        to_a: Floats = surplus
        g_after = g - reduction
    else:
        cap = reserve_cap_eur(reserves, rules, balance_sheet_total_eur)
        to_a = np.minimum(surplus, np.maximum(cap - a, 0.0))
        g_after = g - reduction + (surplus - to_a)
    amount = a if reserves.opening_amount_eur is None else reserves.opening_amount_eur
    after = Reserves(a - covered + to_a, g_after, carried_after, amount)
    status = _status(deficit, uncovered, after, carrying)
    return after, Outcome(status, reduction, covered, carried_forward, planned_away)


def _status(deficit: Floats, uncovered: Floats, after: Reserves, carrying: bool) -> NDArray[np.int8]:
    has_gap = np.asarray(uncovered > 0.0)
    status = np.asarray(deficit > 0.0).astype(np.int8)
    status += has_gap.view(np.int8) if carrying else has_gap.view(np.int8) * np.int8(2)
    np.copyto(status, np.int8(Status.OVERINDEBTED), where=has_gap & (after.equity_eur < 0.0))
    np.copyto(status, np.int8(Status.UNDEFINED), where=np.isnan(uncovered))
    return status
