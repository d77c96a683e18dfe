"""Official totals that a user trusts more: migration is set so that the projection meets them.

A projection of births, deaths and moves is raked to a total by the part that is least known, the moves: their ages stay
those of the Land, and between two given years the same number of people more (or fewer) comes every year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from dewak_research.errors import InputError, messages
from dewak_research.planning.population import Array, Rates, project

_problem = messages(__package__)
_ROUNDS = 50
_NEAR = 1e-9


def _moved(rates: Rates, more: float, ages: Array) -> Rates:
    return replace(rates, net_migration=rates.net_migration + more * ages)


def rates_for_totals(
    base: Array, rates: Sequence[Rates], ages: Array, totals: Mapping[int, float], base_year: int
) -> list[Rates]:
    """Return rates under which one unit has the given totals.

    Parameters
    ----------
    base : array (2, 101)
        Population of the unit at the end of ``base_year``.
    rates : sequence of Rates
        Of the unit, one for each year.
    ages : array (2, 101)
        Ages and sexes of those who come or go beyond the rates; add up to 1 (``Profile.land``).
    totals : mapping of int to float
        Year → persons at its end.

    Returns
    -------
    list of Rates
        After the last given year those that were given.

    Raises
    ------
    InputError
        A year is not projected, a total is not above 0, or more would have to leave than there are.
    """
    last = base_year + len(rates)
    problems = [
        _problem("total_year", "official totals", year=year, first=base_year + 1, last=last)
        for year in totals
        if not base_year < year <= last
    ]
    problems += [
        _problem("total_persons", f"official totals {year}", value=value)
        for year, value in totals.items()
        if not (np.isfinite(value) and value > 0)
    ]
    if problems:
        raise InputError(problems)
    found, now, year = list(rates), np.asarray(base, dtype=float), base_year
    for target in sorted(totals):
        span = found[year - base_year : target - base_year]
        fitted = _fitted(now, span, ages, totals[target], target)
        found[year - base_year : target - base_year] = fitted
        now, year = project(now, fitted, len(fitted))[-1], target
    return found


def _fitted(base: Array, rates: Sequence[Rates], ages: Array, total: float, year: int) -> list[Rates]:
    """Secant steps: without anyone missing the total is linear in those who come, so the first one meets it."""
    step = max(1.0, 1e-3 * float(base.sum()))

    def gap(more: float) -> float:
        moved = [_moved(rate, more, ages) for rate in rates]
        return float(project(base, moved, len(moved))[-1].sum()) - total

    before, here = 0.0, step
    gap_before, gap_here = gap(before), gap(here)
    for _ in range(_ROUNDS):
        if abs(gap_here) <= _NEAR * total:
            return [_moved(rate, here, ages) for rate in rates]
        if gap_here == gap_before:
            break
        before, here = here, here - gap_here * (here - before) / (gap_here - gap_before)
        gap_before, gap_here = gap_here, gap(here)
    raise InputError(_problem("total_out_of_reach", f"official totals {year}", total=f"{total:,.0f}"))
