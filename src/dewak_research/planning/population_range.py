"""Bands of the population of every unit: the base path, moved by drawn migration, births, base and ages.

They hold people, no rates of need: how many of them will need a service is not drawn here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import membership
from dewak_research.planning.base_misses import base_deviations
from dewak_research.planning.birth_misses import birth_deviations
from dewak_research.planning.counted import compensation
from dewak_research.planning.draws import deviations, group_draws, range_table, reaction
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import births_a_year

Floats32 = NDArray[np.float32]
BASE = "base"


def deviation_parts(
    outlook: Outlook,
    misses: AgeMisses | None,
    draws: int,
    years: int,
    seed: int,
    *,
    counted_years: int,
    of_base: bool = True,
) -> dict[str, Floats32]:
    """Draw by how much migration, births and base of every town deviate.

    Parameters
    ----------
    counted_years : int
        First years whose people are known.
    of_base : bool
        Whether the estimated base is the one that is projected.

    Returns
    -------
    dict of str to array of float32 (draws, columns, towns)
        ``moves``, and ``births`` and ``base`` where ``misses`` knows their widths: in the order of
        ``draws.Reaction.of_year``.
    """
    towns, base, kreis = list(outlook.base.towns), outlook.base, outlook.kreis
    people = base.persons.sum(axis=(1, 2))
    apart = misses is not None and misses.movers is not None
    found = {
        "moves": deviations(
            outlook.history.spreads,
            towns,
            kreis,
            people,
            draws,
            years,
            seed,
            apart=apart,
            counted_years=counted_years,
        )
    }
    if misses is not None and misses.births is not None:
        born = births_a_year(base.persons, outlook.births)
        found["births"] = birth_deviations(
            misses.births, towns, kreis, born, base.children_unsure, draws, years, seed
        )
    if misses is not None and misses.base is not None and of_base:
        by_group = base.persons.sum(axis=1) @ membership()
        found["base"] = base_deviations(misses.base, towns, kreis, by_group, draws, seed)
    return found


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
        Persons from the base year on. At the end of the counted years every draw has the counted people of each town.
    """
    years = last_year - outlook.base.year
    towns = list(outlook.base.towns)
    react = reaction(
        outlook.base.persons,
        outlook.rates[BASE][:years],
        outlook.profile.land,
        misses.movers,
        births=misses.births is not None,
        base_ages=misses.base is not None,
    )
    counted = outlook.counted_years
    parts = deviation_parts(outlook, misses, draws, years, seed, counted_years=counted)
    moved = np.concatenate(list(parts.values()), axis=1)
    moved[:, :counted] += compensation(react, moved, counted)
    yield from group_draws(react, moved, towns, outlook.kreis, misses, seed)


def population_range(
    outlook: Outlook,
    misses: AgeMisses,
    draws: int,
    last_year: int,
    seed: int,
    watch: Iterable[Callable[[list[str], Floats32], None]] = (),
) -> pd.DataFrame:
    """Return P05, P50 and P95 of every unit by year and coarse group of age, sorted by ags, year and age.

    Parameters
    ----------
    outlook, misses, draws, last_year, seed
        As for :func:`drawn_population`.
    watch : iterable of callable
        Each told keys and draws of each Kreis: what follows from them needs no second drawing.

    Returns
    -------
    DataFrame
        ags, year, age, p05, p50, p95 (persons), estimated (True: nobody counted towns by age since 2015).
    """
    parts, watchers = [], tuple(watch)
    for keys, drawn in drawn_population(outlook, misses, draws, last_year, seed):
        parts.append(range_table(drawn, keys, outlook.base.year))
        for told in watchers:
            told(keys, drawn)
    table = pd.concat(parts, ignore_index=True).assign(estimated=True)
    return table.sort_values(["ags", "year", "age"], kind="stable", ignore_index=True)
