"""Is the way the towns' ages are estimated any good? The same way for the Kreise, whose ages are known.

The Kreise take the place of the towns and the Land that of the Kreis: ages of 2015, rolled forward, raked to the Land's
ages and the number of people of each Kreis, held against the ages counted. Towns are smaller, and more
alike than Kreise.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.planning.ages import GROUPS, membership
from dewak_research.planning.base import Base, counted, groups_of, mixed, rolled_forward
from dewak_research.planning.base_misses import (
    SIZE_CLASSES,
    BaseMisses,
    base_coverage,
    base_deviations,
    base_misses,
    census_misses,
    root_of,
)
from dewak_research.planning.migration import Ints, of_kreise
from dewak_research.planning.mortality import land_death_probabilities
from dewak_research.planning.population import Array
from dewak_research.planning.rake import Sum, rake

TOTAL = "total"


def tried(
    base: Base, before_year: int, kreis: Ints, q: Array, kreise_age: pd.DataFrame, fertility: pd.DataFrame
) -> tuple[tuple[str, ...], Array, dict[str, Array]]:
    """Return groups of age, what was counted in the Kreise and what each method estimates: (kreise, 2, groups).

    Parameters
    ----------
    base, before_year, kreis, q, kreise_age, fertility
        As for ``base_backtest``.
    """
    groups = groups_of(kreise_age)
    keys = sorted({town[:5] for town in base.towns})
    truth = counted(kreise_age[kreise_age["year"] == base.year], keys, groups)
    rolled = rolled_forward(base.before, before_year, base.year, q, fertility, base.level_before)
    before, rolled = of_kreise(base.before, kreis), of_kreise(rolled, kreis)
    sums = [Sum((1, 2), truth.sum(axis=0)), Sum((0,), truth.sum(axis=(1, 2)))]
    seeds = {"plan": mixed(before, rolled), "share": before, "cohort": rolled}
    return (
        groups,
        truth,
        {
            method: rake(seed @ membership(groups), sums, where=f"base_backtest {method}").table
            for method, seed in seeds.items()
        },
    )


def base_backtest(
    base: Base, before_year: int, kreis: Ints, q: Array, kreise_age: pd.DataFrame, fertility: pd.DataFrame
) -> pd.DataFrame:
    """Return how well ages of the Kreise are estimated, by method and age group.

    Parameters
    ----------
    base : Base
    before_year : int
        Of ``base.before``.
    kreis : array of int (towns,)
    q : array (2, 101)
        Death probabilities.
    kreise_age, fertility : DataFrame
        As for ``base.estimate``.

    Returns
    -------
    DataFrame
        method (``plan``, ``share``: every age keeps its share, ``cohort``: every age rolled forward), age (and
        ``total``: mean weighted by people), mape_pct: mean absolute error over Kreise and sexes, worst_pct, n.
    """
    groups, truth, found = tried(base, before_year, kreis, q, kreise_age, fertility)
    weight = truth.sum(axis=(0, 1)) / truth.sum()
    parts = []
    for method, estimate in found.items():
        miss = 100 * np.abs(estimate / truth - 1)
        mean, worst = miss.mean(axis=(0, 1)), miss.max(axis=(0, 1))
        parts.append(
            pd.DataFrame(
                {
                    "method": method,
                    "age": [*groups, TOTAL],
                    "mape_pct": [*mean, float(mean @ weight)],
                    "worst_pct": [*worst, float(worst.max())],
                    "n": 2 * len(truth),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def base_widths(
    tables: Mapping[str, pd.DataFrame], base: Base, before_year: int, kreis: Ints, draws: int, seed: int
) -> tuple[BaseMisses, pd.DataFrame, pd.DataFrame]:
    """Return how far the ages of the towns may be off, and how that was tried.

    Parameters
    ----------
    tables : mapping
        kreise_age, germany_fertility_1972_2023, germany_life_table, life_expectancy, census.
    base, before_year, kreis
        As for ``base_backtest``.
    draws, seed : int
        Of the bands that are tried.

    Returns
    -------
    BaseMisses
    DataFrame
        ``base_spread``: size_from (people of the town), age (``ages.GROUPS``), spread_pct: standard deviation, percent
        of the persons; a town that is alone in its Kreis has none.
    DataFrame
        ``base_coverage``: as from ``base_misses.base_coverage``.
    """
    q = land_death_probabilities(tables["germany_life_table"], tables["life_expectancy"])
    groups, truth, found = tried(
        base, before_year, kreis, q, tables["kreise_age"], tables["germany_fertility_1972_2023"]
    )
    root = root_of(truth.sum(axis=1), found["plan"].sum(axis=1), groups)
    census = tables["census"].set_index("ags").reindex(list(base.towns))
    of_census = census_misses(base.persons, kreis, census)
    persons = base.persons.sum(axis=1) @ membership()
    misses = base_misses(root, of_census, persons, kreis)
    off = base_deviations(misses, base.towns, kreis, persons, draws, seed).astype(float)
    covered = base_coverage(root, of_census, persons, kreis, base.towns, draws, seed)
    return misses, _spread_table(off, persons.sum(axis=1), kreis), covered


def _spread_table(off: Array, people: Array, kreis: Ints) -> pd.DataFrame:
    several = np.bincount(kreis)[kreis] > 1
    size = np.searchsorted(SIZE_CLASSES, people, side="right") - 1
    width = np.sqrt((off**2).mean(axis=0))
    rows = [
        (first, group, 100 * float(width[place, several & (size == at)].mean()))
        for at, first in enumerate(SIZE_CLASSES[:-1])
        if (several & (size == at)).any()
        for place, group in enumerate(GROUPS)
    ]
    return pd.DataFrame(rows, columns=["size_from", "age", "spread_pct"])
