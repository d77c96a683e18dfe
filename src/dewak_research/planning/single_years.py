"""From groups of age to single years: smooth where nothing better is known, by survivors in the open group.

Splitting is an estimate. The sum up to each age is a monotone curve through the sums that were counted (Fritsch,
Carlson 1980); the open group follows the survivors of a life table, tilted as cohorts of different size are (a stable
population, Preston, Heuveline, Guillot, ch. 7).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from dewak_research.planning.ages import AGES, OLDEST, SEXES, bounds, membership
from dewak_research.planning.migration import smooth
from dewak_research.planning.mortality import stationary, survival
from dewak_research.planning.population import Array

EVIDENCE_YEAR = 2021
"""Year of ``germany_care_rates_2021``."""
_OLD, _OLDEST = 85, 90
_STEEPEST = 0.3
_STEP = 5


def split(persons: Array, groups: Sequence[str], oldest: Array) -> Array:
    """Return single years of age whose groups add up to what was counted.

    Parameters
    ----------
    persons : array (..., 2, groups)
    groups : sequence of str
        Without a gap from 0; the last one is open.
    oldest : array (2, 101)
        Pattern of the ages of the open group; only their ratios count.

    Returns
    -------
    array (..., 2, 101)
        Never below 0.
    """
    first = bounds(groups[-1])[0]
    steps = [f"{age}-{min(age + _STEP, OLDEST + 1) - 1}" for age in range(first, OLDEST + 1, _STEP)]
    pattern = oldest[:, first:] / oldest[:, first:].sum(axis=-1, keepdims=True)
    open_group = persons[..., -1:] * pattern
    # the curve must know how the open group begins, else the ages below it bend towards the mean of all old ages
    begins = np.stack(
        [open_group[..., at : at + _STEP].sum(axis=-1) for at in range(0, pattern.shape[-1], _STEP)], -1
    )
    single: Array = smooth(np.concatenate([persons[..., :-1], begins], axis=-1), [*groups[:-1], *steps])
    single[..., first:] = open_group
    return single


def spread(persons: Array, groups: Sequence[str], pattern: Array) -> Array:
    """Return single years of age in proportion to a pattern (..., 2, ages), with the sums of the groups."""
    members = membership(groups)
    known = pattern @ members
    factor = np.divide(persons, known, out=np.zeros(np.broadcast(persons, known).shape), where=known > 0)
    single: Array = pattern * (factor @ members.T)
    return single


def oldest_share(care: pd.DataFrame) -> Array:
    """Return the share of those of 90 and over in those of 85 and over, by sex: Germany, end of 2021.

    Parameters
    ----------
    care : DataFrame
        ``germany_care_rates_2021``: age, persons_male, persons_female, rate_male_pct, rate_female_pct; persons in need
        of care over their rate are the people they are counted among.

    Returns
    -------
    array (2,)
    """
    by_age = care.set_index("age")
    in_need = by_age[[f"persons_{sex}" for sex in SEXES]].to_numpy(float)
    people = in_need / by_age[[f"rate_{sex}_pct" for sex in SEXES]].to_numpy(float)
    younger, oldest = (people[by_age.index.get_loc(age)] for age in ("85-89", "90+"))
    share: Array = oldest / (younger + oldest)
    return share


def tilted(q: Array, first: int, year: int, share: Array) -> Array:
    """Return survivors by age, tilted so that those still alive in 2021 have the known share of 90 and over.

    The younger cohorts were born larger and were spared the war: pure survivorship makes the open group too old.

    Parameters
    ----------
    q : array (2, 101)
        Death probabilities.
    first : int
        First age of the open group in ``year``.
    year : int
        At most ten years before 2021, so that all of 85 and over were in the open group.
    share : array (2,)
        As from ``oldest_share``.

    Returns
    -------
    array (2, 101)
        Person-years; only ratios count.

    Raises
    ------
    ValueError
        The years do not fit, or no tilt gives the share.
    """
    later = EVIDENCE_YEAR - year
    if not 0 <= later <= _OLD - first:
        raise ValueError(f"those from {first} in {year} are not all of {_OLD} and over in {EVIDENCE_YEAR}")
    alive, (ratios, _) = stationary(q), survival(q)
    ages = np.arange(len(AGES))

    def pattern(sex: int, tilt: float) -> Array:
        bent: Array = alive[sex] * np.exp(-tilt * (ages - first))
        return bent

    def gap(tilt: float, sex: int) -> float:
        now = pattern(sex, tilt)
        for _ in range(later):
            older = np.zeros_like(now)
            older[1:] = now[:-1] * ratios[sex, :-1]
            older[OLDEST] += now[OLDEST] * ratios[sex, OLDEST]
            now = older
        return float(now[_OLDEST:].sum() / now[_OLD:].sum() - share[sex])

    tilts = [float(brentq(gap, -_STEEPEST, _STEEPEST, args=(sex,))) for sex in range(len(SEXES))]
    return np.stack([pattern(sex, tilt) for sex, tilt in enumerate(tilts)])
