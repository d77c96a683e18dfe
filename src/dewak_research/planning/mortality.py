"""From death probabilities to the shares that survive, at the level of a Land.

The age pattern is Germany's, the level the Land's: Brass' relational logit model shifts the whole table until life
expectancy at birth is the published one (Brass 1971; Preston, Heuveline, Guillot, ch. 9.1). Against the published
ages of North Rhine-Westphalia of 2019/21 it misses less at 80 and over than proportional hazards do.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from dewak_research.planning.ages import AGES, SEXES
from dewak_research.planning.population import Array

LIVED_IN_FIRST_YEAR = 0.1
"""Share of the year that those who die before their first birthday live on average [K]."""
_WIDEST_SHIFT = 2.0


def _survivors(q: Array) -> Array:
    """Share alive at each birthday, one more than ages: 1 at birth first."""
    alive = np.cumprod(1 - q, axis=-1)
    return np.concatenate([np.ones((*q.shape[:-1], 1)), alive], axis=-1)


def _years_lived(q: Array) -> tuple[Array, Array]:
    """Person-years lived at each single age per person born, and those lived at the last age and over.

    Beyond the last age the probability of dying stays as it is there: ``e = 1/2 + (1 - q)/q`` years remain.
    """
    alive = _survivors(q)
    lived = np.full(q.shape[-1], 0.5)
    lived[0] = LIVED_IN_FIRST_YEAR
    years = alive[..., 1:] + lived * (alive[..., :-1] - alive[..., 1:])
    oldest = q[..., -1]
    return years, alive[..., -2] * (0.5 + (1 - oldest) / oldest)


def life_expectancy(q: Array) -> Array:
    """Return the years still to be expected at each age.

    Parameters
    ----------
    q : array (..., ages)
        Probability of dying before the next birthday; the last one holds for all ages beyond.

    Returns
    -------
    array (..., ages)
        Years. Germany's table of 2016/18 gives 78.48 and 83.27 at birth, as published.
    """
    years, beyond = _years_lived(q)
    counted = np.concatenate([years[..., :-1], beyond[..., None]], axis=-1)
    remaining = np.cumsum(counted[..., ::-1], axis=-1)[..., ::-1]
    expected: Array = remaining / _survivors(q)[..., :-1]
    return expected


def survival(q: Array) -> tuple[Array, Array]:
    """Return the share of each age that is counted one year older a year later, and that of the newborn.

    Parameters
    ----------
    q : array (..., ages)
        Probability of dying before the next birthday.

    Returns
    -------
    ratios : array (..., ages)
        ``L(a+1)/L(a)``; last: the share of the open group that stays in it.
    newborn : array (...)
        ``L(0)``: the share of a year's births alive at its end.
    """
    years, beyond = _years_lived(q)
    ratios = np.concatenate(
        [years[..., 1:] / years[..., :-1], ((beyond - years[..., -1]) / beyond)[..., None]], axis=-1
    )
    return ratios, years[..., 0]


def stationary(q: Array) -> Array:
    """Return the person-years lived at each age, the open group last: how people split by survivorship."""
    years, beyond = _years_lived(q)
    return np.concatenate([years[..., :-1], beyond[..., None]], axis=-1)


def shifted(q: Array, shift: float) -> Array:
    """Return death probabilities whose survivors have the logit of the given ones moved by ``shift``.

    ``logit = ln((1 - l)/l)/2``; a positive shift means more deaths.
    """
    alive = _survivors(q)[..., 1:]
    moved = alive / (alive + (1 - alive) * np.exp(2 * shift))
    whole = np.concatenate([np.ones((*q.shape[:-1], 1)), moved], axis=-1)
    probabilities: Array = 1 - whole[..., 1:] / whole[..., :-1]
    return probabilities


def scaled_to(q: Array, expected_at_birth: float) -> Array:
    """Return death probabilities with a given life expectancy at birth.

    Parameters
    ----------
    q : array (ages,)
        Of one sex.
    expected_at_birth : float
        Years.

    Raises
    ------
    ValueError
        No shift of this table gives such a life expectancy.
    """
    shift = brentq(
        lambda a: float(life_expectancy(shifted(q, a))[0]) - expected_at_birth, -_WIDEST_SHIFT, _WIDEST_SHIFT
    )
    return shifted(q, float(shift))


def improved(q: Array, yearly_fall: float, years: float) -> Array:
    """Return death probabilities after death rates have fallen by a share every year, at all ages alike."""
    later: Array = 1 - (1 - q) ** ((1 - yearly_fall) ** years)
    return later


def land_death_probabilities(
    life_table: pd.DataFrame, life_expectancy_of_land: pd.DataFrame
) -> NDArray[np.floating[Any]]:
    """Return the death probabilities of the Land: last table of Germany at the last published level of the Land.

    Parameters
    ----------
    life_table : DataFrame
        ``germany_life_table``: period, sex, age, death_probability.
    life_expectancy_of_land : DataFrame
        ``life_expectancy``: period, sex, age, expected_age_years.

    Returns
    -------
    array (2, 101)
        Males first.
    """
    last = life_table[life_table["period"] == life_table["period"].max()]
    germany = last.pivot_table(index="sex", columns="age", values="death_probability")
    at_birth = life_expectancy_of_land[life_expectancy_of_land["age"] == 0]
    level = at_birth[at_birth["period"] == at_birth["period"].max()].set_index("sex")["expected_age_years"]
    return np.stack(
        [scaled_to(germany.loc[sex, list(AGES)].to_numpy(float), float(level[sex])) for sex in SEXES]
    )


def table_middle(life_expectancy_of_land: pd.DataFrame) -> float:
    """Return the middle of the years of the last table of the Land: 2021-2023 gives 2022."""
    first, last = str(life_expectancy_of_land["period"].max()).split("-")
    return (int(first) + int(last)) / 2
