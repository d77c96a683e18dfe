"""Duty to draw up a Haushaltssicherungskonzept (HSK): the triggers of § 76(1) GO NRW over plan years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.ladder import Reserves, step

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
NEVER = -1


@dataclass(frozen=True)
class Triggers:
    """Which line is crossed in which year; axis 0 = plan years, the rest as in the input.

    Parameters
    ----------
    quota : ndarray
        q_t = reduction of the allgemeine Rücklage in t / its closing balance in t − 1 (share, 0–1).
    n1, n2, n3 : ndarray of bool
        Trigger true in year t. N2 is true in the *second* of the two years.
    n4_possible : ndarray of bool
        A loss is carried forward: the supervisory body may demand an HSK. Never part of ``any_year``.
    undefined : ndarray of bool
        Year in which a needed number is missing; no trigger is claimed there.
    """

    quota: Floats
    n1: Flags
    n2: Flags
    n3: Flags
    n4_possible: Flags
    undefined: Flags

    @property
    def any_year(self) -> Flags:
        """True where N1, N2 or N3 holds in that year."""
        return self.n1 | self.n2 | self.n3

    @property
    def first_year(self) -> NDArray[np.int8]:
        """Index of the first year with N1, N2 or N3; −1 = never."""
        return first_true(self.any_year)

    @property
    def which(self) -> NDArray[np.int8]:
        """First trigger: 1, 2 or 3 (the lowest number if several hold in that year), 0 = none."""
        year = self.first_year
        at = np.maximum(year, 0)[np.newaxis].astype(np.intp)
        n1, n2 = (np.take_along_axis(n, at, axis=0)[0] for n in (self.n1, self.n2))
        number = np.where(n1, np.int8(1), np.where(n2, np.int8(2), np.int8(3)))
        return np.where(year == NEVER, np.int8(0), number)


def first_true(flags: Flags) -> NDArray[np.int8]:
    """Index along axis 0 of the first True; −1 where none is."""
    return np.where(flags.any(axis=0), flags.argmax(axis=0), NEVER).astype(np.int8)


def quota(reduction_eur: Floats, general_reserve_before_eur: Floats) -> Floats:
    """Share of the allgemeine Rücklage used in a year, q_t (METHODS B.4.3).

    Nothing used gives 0. Using a reserve that is already used up (≤ 0) gives inf: no finite share
    describes it, and every line is crossed. NaN where a number is missing.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        q = np.asarray(reduction_eur, np.float64) / general_reserve_before_eur
    used_up = np.less_equal(general_reserve_before_eur, 0.0)
    if np.any(used_up):
        q = np.where(used_up, np.where(np.greater(reduction_eur, 0.0), np.inf, reduction_eur * 0.0), q)
    return q


def triggers(
    reduction_eur: Floats,
    general_reserve_eur: Floats,
    equity_eur: Floats,
    rules: RuleSet,
    carried_forward_eur: Floats | None = None,
    *,
    plan_year: int | None = None,
    equity_before_eur: Floats | float = float("nan"),
    quota_before: Floats | None = None,
) -> Triggers:
    """Evaluate N1–N4 on one of the two dates of § 76(1) GO NRW (METHODS B.4.3).

    The duty arises when the Haushaltssatzung is drawn up (sentence 1), on the figures of the plan, and
    correspondingly when the annual accounts of a year are confirmed (sentence 2), on that year's result.

    Parameters
    ----------
    reduction_eur : ndarray, shape (years, ...)
        Reduction of the allgemeine Rücklage in each plan year, ≥ 0.
    general_reserve_eur : ndarray, shape (years + 1, ...)
        Closing balances of the allgemeine Rücklage, first the one before the plan.
    equity_eur : ndarray, shape (years, ...)
        Closing equity (both reserves less losses carried forward) of the plan years.
    rules : RuleSet
        Comparisons are strict (>). N3 follows the wording of the set. "none" has no trigger.
    carried_forward_eur : ndarray, shape (years, ...), optional
        Losses carried forward in the year, for N4.
    plan_year : int, optional
        Index of the plan year: the triggers of its Haushaltssatzung; years before it trigger nothing. N1 follows
        ``n1_scope`` (since 31 December 2023 the plan year alone), N3 of 2024 the balance sheet before the plan
        year. None = every year when its annual accounts are confirmed.
    equity_before_eur : ndarray or float, optional
        Equity before the first year, for N3 of 2024 where ``plan_year`` is 0; NaN = unknown: not claimed.
    quota_before : ndarray, optional
        q of the year before the first, for N2 in the first year; NaN = unknown. Without it N2 begins in the second.

    Returns
    -------
    Triggers
        One planning year after the last could complete N2; with the plan's end it stays open.

    Raises
    ------
    ValueError
        ``general_reserve_eur`` does not have one year more than ``reduction_eur``.
    """
    reduction = np.asarray(reduction_eur, np.float64)
    general = np.asarray(general_reserve_eur, np.float64)
    if general.shape[0] != reduction.shape[0] + 1:
        raise ValueError("closing balances need one year more than reductions")
    q = quota(reduction, general[:-1])
    nothing = np.zeros(q.shape, np.bool_)
    if not rules.has_ladder:
        return Triggers(q, nothing, nothing, nothing, nothing, np.isnan(q))
    assert rules.n1_share is not None
    assert rules.n2_share is not None
    asked = _asked_years(q, plan_year)
    n1 = (q > rules.n1_share) & (asked == 0 if rules.n1_scope == "plan_year" else asked >= 0)
    above = q > rules.n2_share
    n2 = nothing.copy()
    n2[1:] = above[:-1] & above[1:] & (asked[1:] >= 0)
    if quota_before is not None:
        n2[0] = (quota_before > rules.n2_share) & above[0] & (asked[0] >= 0)
    unknown = np.isnan(q)
    if rules.n3_wording == "deficit_not_covered":
        unknown = unknown | np.isnan(equity_eur)
        n3 = _uncovered(np.asarray(equity_eur, np.float64), plan_year, equity_before_eur)
    else:
        n3 = (general[1:] <= 0.0) & (asked >= 0)
    n4 = nothing
    if rules.n4_supervisor_may_demand and carried_forward_eur is not None:
        n4 = np.asarray(carried_forward_eur) > 0.0
    return Triggers(q, n1, n2, n3, n4, unknown)


def _asked_years(q: Floats, plan_year: int | None) -> NDArray[np.int64]:
    """Years from the plan year on, 0 = the plan year itself; 0 everywhere when accounts are confirmed."""
    years = np.arange(q.shape[0]).reshape(-1, *[1] * (q.ndim - 1))
    return np.zeros_like(years) if plan_year is None else years - plan_year


def _uncovered(equity_eur: Floats, plan_year: int | None, equity_before_eur: Floats | float) -> Flags:
    """N3 of 2024: years whose balance sheet shows it, or the plan year after a balance sheet that showed it."""
    if plan_year is None:
        return np.asarray(equity_eur < 0.0)
    shown = np.zeros(equity_eur.shape, np.bool_)
    before = equity_eur[plan_year - 1] if plan_year else equity_before_eur
    shown[plan_year] = np.asarray(before) < 0.0
    return shown


def headroom_eur(reduction_eur: Floats, general_reserve_before_eur: Floats, share: float) -> Floats:
    """Further reduction possible in a year before the line ``share`` is reached, EUR (negative = crossed)."""
    return np.asarray(share * np.asarray(general_reserve_before_eur, np.float64) - reduction_eur)


@dataclass(frozen=True)
class Walk:
    """Reserves over the years; axis 0 = years, the rest as in the results.

    Parameters
    ----------
    general_reserve_eur : ndarray, shape (T + 1, ...)
        Allgemeine Rücklage, first the one before the first year.
    equity_eur : ndarray, shape (T, ...)
    triggers : Triggers
    """

    general_reserve_eur: Floats
    equity_eur: Floats
    triggers: Triggers


def walk(
    result_eur: Floats,
    reserves: Reserves,
    rules: RuleSet,
    *,
    carry_forward_approved: bool = False,
    quota_before: Floats | None = None,
    ladder_by_year: Sequence[RuleSet] = (),
) -> Walk:
    """Book the results of T years on the reserves, one after the other, and test the triggers.

    Parameters
    ----------
    result_eur : ndarray, shape (T, ...)
    reserves : Reserves
        Closing balance before the first year, of shape (...).
    quota_before : ndarray, optional
        See :func:`triggers`.
    ladder_by_year : sequence of RuleSet, optional
        Law of the ladder in each year, in place of ``rules``, by which the triggers are tested in any case.
    """
    shape = result_eur.shape
    general = np.empty((shape[0] + 1, *shape[1:]))
    equity, reduction, carried = np.empty(shape), np.empty(shape), np.zeros(shape)
    general[0] = reserves.allgemeine_ruecklage_eur
    for t, result in enumerate(result_eur):
        law = ladder_by_year[t] if ladder_by_year else rules
        reserves, outcome = step(result, reserves, law, carry_forward_approved=carry_forward_approved)
        general[t + 1] = reserves.allgemeine_ruecklage_eur
        equity[t] = reserves.equity_eur
        reduction[t] = outcome.reduction_eur
        carried[t] = outcome.carried_forward_eur
    found = triggers(reduction, general, equity, rules, carried, quota_before=quota_before)
    return Walk(general, equity, found)
