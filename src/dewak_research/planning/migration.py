"""Net migration: what is left of the change of a population after births and deaths, its level and its ages.

A town's own past migration says little about its next years; that of its Kreis says more. The level is therefore
``land + kreis weight (kreis − land) + town weight (town − kreis)``; the backtest chooses the weights. Ages: persons of
a year = those of the Kreis beyond its level + level × profile of the Land. METHODS F.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from dewak_research.errors import InputError, messages
from dewak_research.planning.ages import OLDEST, bounds

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
_problem = messages(__package__)


@dataclass(frozen=True)
class Weights:
    """How much of a difference counts: 0 = none, 1 = all.

    Attributes
    ----------
    kreis : float
        Of the Kreis against the Land.
    town : float
        Of the town against its Kreis.
    """

    kreis: float
    town: float

    def __post_init__(self) -> None:
        wrong = [
            _problem("weight", f"planning.{name}", value=value)
            for name, value in (("kreis", self.kreis), ("town", self.town))
            if not 0 <= value <= 1
        ]
        if wrong:
            raise InputError(wrong)


def residual(start: Floats, end: Floats, years: float, natural: Floats) -> Floats:
    """Return net migration per head and year: mean growth less natural growth.

    Parameters
    ----------
    start, end : array (units,)
        Persons, on the same count.
    years : float
        Years between, above 0.
    natural : array (units,)
        Births less deaths per head and year.

    Returns
    -------
    array (units,)
        Share a year (log); NaN where a count is missing.
    """
    return np.asarray(np.log(end / start) / years - natural)


def of_kreise(values: Floats, kreis: Ints) -> Floats:
    """Return sums over the towns of each Kreis; first axis towns, ``kreis`` their Kreis from 0."""
    out = np.zeros((int(kreis.max()) + 1, *values.shape[1:]))
    np.add.at(out, kreis, values)
    return out


def _kreis_means(rates: Floats, persons: Floats, kreis: Ints) -> Floats:
    """Rate of each Kreis, given to each of its towns."""
    return np.asarray((of_kreise(rates * persons, kreis) / of_kreise(persons, kreis))[kreis])


def shrunk(own: Floats, persons: Floats, kreis: Ints, weights: Weights) -> Floats:
    """Return the level of each town, drawn to its Kreis and that to the Land.

    Parameters
    ----------
    own : array (towns,)
        Net migration per head and year.
    persons : array (towns,)
        Weights of the means.
    kreis : array of int (towns,)
        Kreis of each town, from 0. A kreisfreie Stadt is alone in its own: town and Kreis are the same.
    weights : Weights

    Returns
    -------
    array (towns,)
        The mean of the Land stays what it was.
    """
    of_kreis = _kreis_means(own, persons, kreis)
    land = float((own * persons).sum() / persons.sum())
    return np.asarray(land + weights.kreis * (of_kreis - land) + weights.town * (own - of_kreis))


def smooth(grouped: Floats, groups: Iterable[str]) -> Floats:
    """Return single years of age whose sums over groups are those given (last axis).

    The sum up to each age is a monotone cubic (PCHIP) through the sums up to the ends of the groups: no jump at an end,
    no swing beyond the data.
    """
    ends = np.array([0, *(last + 1 for _, last in map(bounds, groups))], dtype=float)
    zero = np.zeros((*grouped.shape[:-1], 1))
    sums = np.concatenate([zero, np.cumsum(grouped, axis=-1)], axis=-1)
    return np.asarray(np.diff(PchipInterpolator(ends, sums, axis=-1)(np.arange(OLDEST + 2)), axis=-1))


@dataclass(frozen=True)
class Profile:
    """Ages and sexes of net migration.

    Attributes
    ----------
    land : array (2, ages)
        Share of each age in the Land's net migration; adds up to 1.
    kreise : array (kreise, 2, ages)
        Persons a year who come or go in each Kreis beyond its level; adds up to 0 in each Kreis.
    reliability : array (groups,)
        Part of the difference between Kreise that was kept, by group of age.
    """

    land: Floats
    kreise: Floats
    reliability: Floats


def profile(residuals: Floats, persons: Floats, groups: tuple[str, ...]) -> Profile:
    """Return the profile of the Land and what is peculiar to the Kreise, drawn to the Land.

    What is peculiar to a Kreis counts as far as its men and its women show the same: the correlation of both over the
    Kreise, by group of age. One pair of years is all there is; what both sexes share by chance stays in.

    Parameters
    ----------
    residuals : array (kreise, 2, groups)
        Net migration of one year, persons.
    persons : array (kreise, 2, groups)
        Population.
    groups : tuple of str
        Names of the groups, youngest first.

    Raises
    ------
    InputError
        The Land gained or lost nobody, so that its migration has no profile.
    """
    land = residuals.sum(axis=0)
    total = float(land.sum())
    if not np.isfinite(total) or abs(total) < 1e-4 * persons.sum():
        raise InputError(_problem("profile_of_nobody", "kreise_age", persons=f"{total:.0f}"))
    share = land / total
    beyond = residuals - share * residuals.sum(axis=(1, 2), keepdims=True)
    per_head = beyond / np.maximum(persons, 1)
    centred = per_head - per_head.mean(axis=0)
    both = (centred[:, 0] * centred[:, 1]).sum(axis=0)
    norm = np.sqrt((centred**2).sum(axis=0).prod(axis=0))
    kept = np.clip(np.divide(both, norm, out=np.zeros_like(both), where=norm > 0), 0, 1)
    single = smooth(share, groups)
    kreise = smooth(beyond * kept, groups)
    kreise -= single * kreise.sum(axis=(1, 2), keepdims=True)
    return Profile(single, kreise, kept)


def net_migration(level: Floats, base: Floats, kreis: Ints, ages: Profile) -> Floats:
    """Return persons who come less those who go in a year, by town, sex and age.

    Parameters
    ----------
    level : array (towns,)
        Net migration per head and year.
    base : array (towns, 2, ages)
        Population; a town has the part of its Kreis' peculiar ages that it has of the Kreis' people of that age.
    kreis : array of int (towns,)
    ages : Profile

    Returns
    -------
    array (towns, 2, ages)
        Adds up to ``level`` times the persons of each town.
    """
    of_kreis = of_kreise(base, kreis)[kreis]
    part = np.divide(base, of_kreis, out=np.zeros_like(base), where=of_kreis > 0)
    own = part * ages.kreise[kreis]
    short = level * base.sum(axis=(1, 2)) - own.sum(axis=(1, 2))
    return np.asarray(own + short[:, None, None] * ages.land)


def level_table(
    ags: pd.Index, own: Floats, persons: Floats, kreis: Ints, weights: Weights, level: Floats
) -> pd.DataFrame:
    """Return how each town's level came about, percent of its people a year."""
    of_kreis = _kreis_means(own, persons, kreis)
    land = float((own * persons).sum() / persons.sum())
    return pd.DataFrame(
        {
            "ags": ags,
            "own_pct": 100 * own,
            "kreis_pct": 100 * of_kreis,
            "land_pct": 100 * land,
            "level_pct": 100 * level,
            "level_persons": level * persons,
            "weight_kreis": weights.kreis,
            "weight_town": weights.town,
        }
    )
