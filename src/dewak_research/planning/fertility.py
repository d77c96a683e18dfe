"""Births per woman by age: Germany's pattern at the level of the Kreis, with the towns' differences shrunk.

A town's level is the children under three over those expected at Germany's rates (an indirectly standardised ratio,
Preston, Heuveline, Guillot, ch. 2). Small towns are drawn to their Kreis as in METHODS F.2,
``(births + K expected)/(expected (1 + K))``, with ``K`` from the data: what chance alone does to the count over
how much towns really differ (Marshall 1991).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dewak_research.planning.ages import AGES
from dewak_research.planning.population import FEMALE, Array

YOUNG = 3
"""Ages 0 to 2 are the children of the last three years."""


def births_per_woman(fertility: pd.DataFrame, year: int | None = None) -> Array:
    """Return births per woman and year by single year of age, 0 outside the ages of the source.

    Parameters
    ----------
    fertility : DataFrame
        ``germany_fertility_1972_2023``: year, age, births_per_1k_women.
    year : int, optional
        Its last year without; a later year than it has takes the last.

    Returns
    -------
    array (101,)
    """
    last = int(fertility["year"].max())
    chosen = fertility[fertility["year"] == min(year or last, last)]
    rates = np.zeros(len(AGES))
    rates[chosen["age"].to_numpy(int)] = chosen["births_per_1k_women"].to_numpy(float) / 1000.0
    return rates


def expected_children(persons: Array, births: Array, newborn: Array) -> Array:
    """Return the children under three that these women would have had at given rates.

    Parameters
    ----------
    persons : array (..., 2, ages)
        Population today; the mothers of two years ago are two years older now.
    births : array (ages,)
        Births per woman, as ``births_per_woman``.
    newborn : array (2,)
        Boys and girls alive at the end of the year per birth.

    Returns
    -------
    array (...)
        Persons. Deaths and moves of mothers and children since birth are left out: both sides of a ratio share them.
    """
    women = persons[..., FEMALE, :]
    ages = np.flatnonzero(births)
    total: Array = np.zeros(women.shape[:-1])
    for ago in range(YOUNG):
        # half of the year's mothers have had their birthday since: the mean of both ages is what was exposed
        women_then = (women[..., ages + ago] + women[..., ages + ago + 1]) / 2
        total = total + women_then @ births[ages]
    alive: Array = total * newborn.sum()
    return alive


@dataclass(frozen=True)
class Shrunk:
    """Ratios drawn to 1, the weight of each own value and the variance between units that chance does not explain."""

    ratio: Array
    own_weight: Array
    variance: float


def shrunk(children: Array, expected: Array) -> Shrunk:
    """Return counted over expected children, drawn to 1 where few are expected.

    Parameters
    ----------
    children, expected : array (units,)
        Of units whose mean level is the same (both add up to about the same).

    Returns
    -------
    Shrunk
        ``own_weight = 1/(1 + K)`` with ``K = 1/(variance expected)``.
    """
    ratio = children / expected
    spread = float((expected * (ratio - 1) ** 2).sum() / expected.sum())
    variance = max(spread - len(expected) / float(expected.sum()), 0.0)
    own = variance * expected / (variance * expected + 1)
    return Shrunk(1 + own * (ratio - 1), own, variance)
