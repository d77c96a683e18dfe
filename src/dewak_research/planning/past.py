"""What migration was in each town: the ages of 2015 carried forward as births, deaths and moves came.

From them follows the natural change of every year, and from that and the counts the net migration. The level of the
projection is the mean of 2017–2021 and 2023–2025: the last ten years without 2016 and 2022.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.known import CENSUS_DAY, EXCEPTIONAL, KREIS_DIGITS, Known
from dewak_research.planning.migration import Profile, Weights, net_migration, of_kreise, residual, shrunk
from dewak_research.planning.population import Array, Rates, step
from dewak_research.planning.spread import Spreads, spread, window_errors

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
BASE_YEAR = 2015
LAST_YEAR = 2025
TODAY = 2025
"""End of the year that the latest count is presumably of: its file prints no date. IT.NRW's release for 30 June 2025
has 18,011,826 people (Hallenberg 4,336), the file 17,986,214 (4,272); another half year of births and deaths takes
about as many, one quarter would not."""
BEFORE_2015 = (2011, 2014)
OF_CENSUS_2011 = (2016, 2021)
OF_CENSUS_2022 = (2022, TODAY)
SINCE_CENSUS_DAY = TODAY + 1 - (2022 + CENSUS_DAY)
LONG_STEPS = (1996, 2000, 2004, 2008)


@dataclass(frozen=True)
class Vital:
    """Births and deaths.

    Attributes
    ----------
    survival : array (2, ages)
    newborn : array (2,)
        Boys and girls alive at the end of the year per birth.
    births : callable
        Year → births per woman (towns, ages).
    """

    survival: Array
    newborn: Array
    births: Callable[[int], Floats]

    def rates(self, year: int, moved: Floats) -> Rates:
        """Return the rates of a year with the persons who moved (towns, 2, ages)."""
        return Rates(self.survival, self.births(year), moved, self.newborn)


@dataclass(frozen=True)
class Carried:
    """Ages of 2015 carried forward.

    Attributes
    ----------
    natural : DataFrame
        Towns × years from 2012: births less deaths per head (log). Until 2015 that of 2016.
    level : array (towns,)
        Net migration per head and year that was assumed: that of 2012–2014, drawn to Kreis and Land.
    """

    natural: pd.DataFrame
    level: Floats


def _people(persons: Array) -> Array:
    return np.asarray(persons.sum(axis=(-2, -1)))


def carried(known: Known, base: Floats, vital: Vital, ages: Profile, weights: Weights) -> Carried:
    """Carry the ages of 2015 forward and note what births and deaths alone would have done in each year.

    Parameters
    ----------
    base : array (towns, 2, ages)
        At the end of 2015.
    ages : Profile
        Ages of those who move.
    weights : Weights
        How the level of 2012–2014 is drawn to Kreis and Land.
    """
    still = step(base, vital.survival, vital.births(BASE_YEAR + 1), np.zeros_like(base), vital.newborn)
    first = np.log(_people(still) / _people(base))
    start, end = (known.persons[year].to_numpy(float) for year in BEFORE_2015)
    own = residual(start, end, BEFORE_2015[1] - BEFORE_2015[0], first)
    level = shrunk(own, start, known.kreis, weights)
    moved = net_migration(level, base, known.kreis, ages)
    natural: dict[int, Array] = dict.fromkeys(range(BEFORE_2015[0] + 1, BASE_YEAR + 1), first)
    now: Array = base
    for year in range(BASE_YEAR + 1, LAST_YEAR + 1):
        later = step(now, vital.survival, vital.births(year), moved, vital.newborn)
        natural[year] = np.log((_people(later) - _people(moved)) / _people(now))
        now = later
    return Carried(pd.DataFrame(natural, index=known.persons.index), level)


def mean_natural(natural: pd.DataFrame, first: int, last: int) -> Floats:
    """Return the mean of the years from ``first`` to ``last``, by town."""
    return natural.loc[:, first:last].mean(axis=1).to_numpy(float)


@dataclass(frozen=True)
class OwnRates:
    """Net migration of the towns per head and year in the years that count.

    Attributes
    ----------
    before : array (towns,)
        Mean of 2017–2021, from the towns' counts.
    after : array (towns,)
        Mean of 2023–2025, from the counts of the Kreise, with what sets each town apart from its Kreis since the
        census. The break of the census falls into 2022 and is taken out of that year.
    """

    before: Floats
    after: Floats

    @property
    def mean(self) -> Floats:
        """Mean over all these years."""
        years = OF_CENSUS_2011[1] - OF_CENSUS_2011[0], OF_CENSUS_2022[1] - OF_CENSUS_2022[0]
        return np.asarray((years[0] * self.before + years[1] * self.after) / sum(years))


def own_rates(known: Known, natural: pd.DataFrame) -> OwnRates:
    """Return each town's own net migration per head and year.

    Parameters
    ----------
    natural : DataFrame
        As in ``Carried``.
    """
    kreis, persons = known.kreis, known.persons
    first, last = OF_CENSUS_2011
    counts = persons[first].to_numpy(float), persons[last].to_numpy(float)
    before = residual(*counts, last - first, mean_natural(natural, first + 1, last))
    first, last = OF_CENSUS_2022
    lately = mean_natural(natural, first + 1, last)
    people = persons[first].to_numpy(float) * np.exp(known.break_log.to_numpy(float))
    of_kreis = of_kreise(people, kreis)
    kreis_natural = of_kreise(people * lately, kreis) / of_kreis
    after = residual(of_kreis, of_kreise(known.today.to_numpy(float), kreis), last - first, kreis_natural)
    census = known.census.to_numpy(float)
    since = residual(census, known.today.to_numpy(float), SINCE_CENSUS_DAY, lately)
    apart = since - (of_kreise(census * since, kreis) / of_kreise(census, kreis))[kreis]
    return OwnRates(before, after[kreis] + apart)


def names_of(known: Known) -> list[str]:
    """Return the keys of the Kreise, in the order of ``known.kreis``."""
    return sorted(set(known.persons.index.str[:KREIS_DIGITS]))


def spreads(known: Known, panel: pd.DataFrame, derived: pd.DataFrame, weights: Weights, last: int) -> Spreads:
    """Return how far migration was off until a year, for Land, Kreis and town.

    Parameters
    ----------
    panel : DataFrame
        ``kreise_panel`` of the Land: ags (5 digits), year, population (until 2011 on the count before the census).
    derived : DataFrame
        ``town_population_derived``: the towns from 1996 in steps of four years.
    weights : Weights
        The level of the past counts as much as in the projection.
    last : int
        Nothing later is looked at.
    """
    towns, kreis = known.persons.to_numpy(float), known.kreis
    since = [int(year) for year in known.persons.columns]
    wide = panel.pivot_table(index="ags", columns="year", values="population").reindex(index=names_of(known))
    until = [year for year in map(int, wide.columns) if year <= since[0]]
    counts = wide[until].to_numpy(float), of_kreise(towns, kreis)
    years = [*until[1:], *since[1:]]
    of_land = np.concatenate([np.diff(np.log(c.sum(axis=0))) for c in counts])
    of_kreis = np.concatenate([np.diff(np.log(c), axis=1) for c in counts], axis=1)
    of_town = np.diff(np.log(towns), axis=1) - of_kreis[:, len(until) - 1 :][kreis]
    several = np.bincount(kreis)[kreis] > 1
    errors = window_errors(of_town[several], since[1:], weights.town, EXCEPTIONAL, last)
    steps = _long_steps(derived, known.persons.index, kreis)[several]
    return Spreads(
        spread(window_errors(of_land[None], years, 1.0, EXCEPTIONAL, last)),
        spread(window_errors(of_kreis - of_land, years, weights.kreis, EXCEPTIONAL, last)),
        spread(
            _with_long_steps(errors, steps, weights.town), known.persons[BASE_YEAR].to_numpy(float)[several]
        ),
    )


def _long_steps(derived: pd.DataFrame, towns: pd.Index[str], kreis: Ints) -> Floats:
    """Growth of the towns against their Kreis in steps of four years (towns, steps)."""
    wide = derived.pivot_table(index="ags", columns="year", values="population_derived").reindex(towns)
    counts = wide[list(LONG_STEPS)].to_numpy(float)
    return np.asarray(
        np.diff(np.log(counts), axis=1) - np.diff(np.log(of_kreise(counts, kreis)), axis=1)[kreis]
    )


def _with_long_steps(errors: dict[int, Floats], steps: Floats, weight: float) -> dict[int, Floats]:
    horizon = LONG_STEPS[1] - LONG_STEPS[0]
    found = steps[:, 1:] - weight * steps[:, :-1]
    return {**errors, horizon: np.concatenate([errors[horizon], found], axis=1)}
