"""Cohort-component projection by single year of age and sex, one year at a time.

METHODS F.2: everyone who survives grows one year older, the oldest group is open, those who move are counted at the
end of the year with the age they have then, and births follow from the women of the year (Preston, Heuveline,
Guillot, *Demography*, ch. 6). All functions take leading axes (draws, units) and know no file and no unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

MALE, FEMALE = 0, 1
BOYS_SHARE = 0.5135
"""Share of boys among births, the usual 105.5 boys for 100 girls [K]."""

Array = NDArray[Any]
Exposure = Literal["mean", "start"]


@dataclass(frozen=True)
class Rates:
    """What moves a population from the end of one year to the end of the next.

    Attributes
    ----------
    survival : array (..., 2, ages)
        Share of each age that lives to be counted one year older (``L(a+1)/L(a)``); last entry: of the open group.
    births : array (..., ages)
        Births per woman and year, by age.
    net_migration : array (..., 2, ages)
        Persons who came less persons who left, counted at the end of the year with the age they have then.
    newborn : array (..., 2)
        Boys and girls alive at the end of the year per birth: share of the sex times survival in the year of birth.
    """

    survival: Array
    births: Array
    net_migration: Array
    newborn: Array


def newborn_alive(birth_survival: Array, boys_share: float = BOYS_SHARE) -> Array:
    """Return boys and girls alive at the end of the year per birth; shape as ``birth_survival`` (..., 2)."""
    alive: Array = np.asarray(birth_survival) * np.array([boys_share, 1.0 - boys_share])
    return alive


def births_a_year(persons: Array, births: Array) -> Array:
    """Return births a year from births per woman (..., ages) and persons (..., 2, ages), as they stand: (...)."""
    born: Array = np.einsum("...a,...a->...", persons[..., FEMALE, :], births)
    return born


def _fertile(births: Array) -> slice:
    """Ages with any births, so that the others need not be counted."""
    ages = np.flatnonzero(births.reshape(-1, births.shape[-1]).any(axis=0))
    return slice(int(ages[0]), int(ages[-1]) + 1) if len(ages) else slice(0, 0)


def step(
    persons: Array,
    survival: Array,
    births: Array,
    net_migration: Array,
    newborn: Array,
    *,
    exposure: Exposure = "mean",
    out: Array | None = None,
) -> Array:
    """Return the population one year later.

    ``P(a+1) = P(a) S(a) + M(a+1)``, ``P(w+) = P(w-1) S(w-1) + P(w+) S(w+) + M(w+)``,
    ``P(0) = B newborn + M(0)`` with ``B = sum f (P_f(t) + P_f(t+1)) / 2`` (METHODS F.2).

    Parameters
    ----------
    persons : array (..., 2, ages)
        Population at the end of a year; males first.
    survival, births, net_migration, newborn : array
        As in ``Rates``; they broadcast against ``persons``.
    exposure : {"mean", "start"}
        Whether births follow from the mean of the women at both ends of the year or from those at its start.
    out : array, optional
        Written to and returned; not ``persons`` itself.

    Returns
    -------
    array (..., 2, ages)
        Never below 0: nobody leaves who is not there.
    """
    later = np.empty_like(persons) if out is None else out
    np.multiply(persons[..., :-1], survival[..., :-1], out=later[..., 1:])
    later[..., -1] += persons[..., -1] * survival[..., -1]
    later[..., 1:] += net_migration[..., 1:]
    np.maximum(later[..., 1:], 0, out=later[..., 1:])
    ages = _fertile(births)
    women = persons[..., FEMALE, ages]
    if exposure == "mean" and ages.start == 0 < ages.stop:
        raise ValueError("births to women of age 0 need their number at the end of the year")
    if exposure == "mean":
        women = (women + later[..., FEMALE, ages]) / 2
    born = np.einsum("...a,...a->...", women, births[..., ages])
    later[..., 0] = np.maximum(born[..., None] * newborn + net_migration[..., 0], 0)
    return later


def project(base: Array, rates: Rates | Sequence[Rates], years: int) -> Array:
    """Return the population at the end of every year.

    Parameters
    ----------
    base : array (..., units, 2, ages)
        Population at the end of the base year.
    rates : Rates or sequence of Rates
        Held constant, or one for each year.
    years : int
        Number of years to project.

    Returns
    -------
    array (years + 1, ..., units, 2, ages)
        The base first.

    Raises
    ------
    ValueError
        There are fewer rates than years.
    """
    yearly = [rates] * years if isinstance(rates, Rates) else list(rates)
    if len(yearly) < years:
        raise ValueError(f"{years} years need {years} rates, not {len(yearly)}")
    path = np.empty((years + 1, *base.shape), dtype=base.dtype)
    path[0] = base
    for year in range(years):
        now = yearly[year]
        step(path[year], now.survival, now.births, now.net_migration, now.newborn, out=path[year + 1])
    return path
