"""Bands of the population of every unit: the base path, moved by drawn migration and drawn ages."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.draws import deviations, group_draws, range_table, reaction
from dewak_research.planning.outlook import Outlook

Floats32 = NDArray[np.float32]
BASE = "base"


def drawn_population(
    outlook: Outlook, misses: AgeMisses, draws: int, last_year: int, seed: int
) -> Iterator[tuple[list[str], Floats32]]:
    """Yield drawn populations Kreis by Kreis.

    Parameters
    ----------
    outlook : Outlook
    misses : AgeMisses
        As from ``history.judged``.
    draws : int
        The same seed gives the same draws in every unit, so that differences of plans are paired.
    last_year : int
        At most the last year of the outlook.

    Yields
    ------
    list of str
        Keys: the towns of a Kreis, then the Kreis itself where it has several.
    array of float32 (draws, years + 1, units, 2, groups)
        Persons from the base year on.
    """
    years = last_year - outlook.base.year
    towns = list(outlook.base.towns)
    people = outlook.base.persons.sum(axis=(1, 2))
    react = reaction(outlook.base.persons, outlook.rates[BASE][:years], outlook.profile.land, misses.movers)
    moves = deviations(
        outlook.history.spreads,
        towns,
        outlook.kreis,
        people,
        draws,
        years,
        seed,
        apart=misses.movers is not None,
    )
    yield from group_draws(react, moves, towns, outlook.kreis, misses, seed)


def population_range(
    outlook: Outlook,
    misses: AgeMisses,
    draws: int,
    last_year: int,
    seed: int,
    watch: Callable[[list[str], Floats32], None] | None = None,
) -> pd.DataFrame:
    """Return P05, P50 and P95 of every unit by year and coarse group of age, sorted by ags, year and age.

    Parameters
    ----------
    outlook, misses, draws, last_year, seed
        As for :func:`drawn_population`.
    watch : callable, optional
        Told keys and draws of each Kreis: what follows from them needs no second drawing.

    Returns
    -------
    DataFrame
        ags, year, age, p05, p50, p95 (persons), estimated (True: nobody counted towns by age since 2015).
    """
    parts = []
    for keys, drawn in drawn_population(outlook, misses, draws, last_year, seed):
        parts.append(range_table(drawn, keys, outlook.base.year))
        if watch is not None:
            watch(keys, drawn)
    table = pd.concat(parts, ignore_index=True).assign(estimated=True)
    return table.sort_values(["ags", "year", "age"], kind="stable", ignore_index=True)
