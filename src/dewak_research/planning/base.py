"""The population that the projection starts from: every town by sex and single year of age, estimated.

In the tables carried over, ages of the towns end in 2015. They are rolled forward by survival and births, then raked to
what is known of the base year: the ages of the Kreise and the number of people in each town. Nobody counted the
result: it is flagged as estimated wherever it is shown, and a town's own register replaces it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dewak_research.planning.ages import OLD_FROM, SEXES, bounds, membership
from dewak_research.planning.fertility import YOUNG, births_per_woman, expected_children, shrunk
from dewak_research.planning.mortality import survival
from dewak_research.planning.population import Array, newborn_alive, step
from dewak_research.planning.rake import Sum, rake
from dewak_research.planning.single_years import oldest_share, split, spread, tilted

OPEN_FROM = 75
OLDEST_GROUP = "80+"
MOBILE = slice(18, 45)
"""Ages at which people come and go for study and work: a town keeps its share of the Kreis there."""
CHILDREN, CHILDREN_KEPT = slice(0, 10), 0.5
"""Ages born since, or moved with their parents: half way (geometric mean) between both. ``base_backtest`` tries it."""


@dataclass(frozen=True)
class Base:
    """The estimated population of the towns at the end of a year.

    Attributes
    ----------
    towns : tuple of str
        Keys, in order.
    persons : array (towns, 2, 101)
        Persons, males first.
    before : array (towns, 2, 101)
        The same towns in the year whose ages were published.
    level_before : array (towns,)
        Children per woman over Germany's in that year: the Kreis' level times ``children_ratio``.
    children_ratio : array (towns,)
        Children per woman of the town over those of its Kreis, shrunk (``fertility.shrunk``).
    children_unsure : array (towns,)
        Standard deviation that this ratio leaves open; 0 where the Kreis has one town.
    rounds, gap : int, float
        Of the raking that took longest and of the one that is worst.
    """

    year: int
    towns: tuple[str, ...]
    persons: Array
    before: Array
    level_before: Array
    children_ratio: Array
    children_unsure: Array
    rounds: int
    gap: float


def counted(frame: pd.DataFrame, units: Sequence[str], groups: Sequence[str]) -> Array:
    """Return a long table (ags, sex, age, persons) as an array (units, 2, groups).

    Raises
    ------
    KeyError
        A unit, sex or group is not in the table.
    """
    wide = frame.pivot_table(index="ags", columns=["sex", "age"], values="persons", aggfunc="sum")
    columns = [(sex, group) for sex in SEXES for group in groups]
    values = wide.loc[list(units)][columns].to_numpy(float)
    return values.reshape(len(units), len(SEXES), len(groups))


def groups_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the groups of age of a table, youngest first."""
    return tuple(sorted(frame["age"].unique(), key=lambda group: bounds(group)[0]))


def rolled_forward(
    persons: Array, year: int, until: int, q: Array, fertility: pd.DataFrame, level: Array
) -> Array:
    """Return a population some years later, without anyone moving.

    Parameters
    ----------
    persons : array (units, 2, 101)
        At the end of ``year``.
    fertility : DataFrame
        ``germany_fertility_1972_2023``.
    level : array (units,)
        Children per woman over Germany's.
    """
    ratios, newborn = survival(q)
    still = np.zeros_like(persons)
    for now in range(year + 1, until + 1):
        births = births_per_woman(fertility, now) * level[:, None]
        persons = step(persons, ratios, births, still, newborn_alive(newborn))
    return persons


def mixed(before: Array, rolled: Array) -> Array:
    """Return the pattern of the towns: rolled forward, except for ages that keep the share they had.

    Parameters
    ----------
    before, rolled : array (..., 2, 101)
        Counted in the year of the ages, and rolled forward from it.
    """
    kept = np.zeros(before.shape[-1])
    kept[MOBILE], kept[CHILDREN] = 1.0, CHILDREN_KEPT
    pattern: Array = rolled ** (1 - kept) * before**kept
    return pattern


def _raked_to_kreise(
    seed: Array, towns: Sequence[str], kreis_ages: Mapping[str, Array], people: Array
) -> tuple[Array, int, float]:
    """Rake groups of towns (towns, 2, groups) to the Kreis' ages and to the towns' share of its people."""
    fitted, rounds, gap = np.zeros_like(seed), 0, 0.0
    of_kreis = pd.Series(range(len(towns))).groupby([town[:5] for town in towns]).indices
    for kreis, places in of_kreis.items():
        ages = kreis_ages[str(kreis)]
        totals = people[places] * ages.sum() / people[places].sum()
        raked = rake(seed[places], [Sum((1, 2), ages), Sum((0,), totals)], where=f"base {kreis}")
        fitted[places] = raked.table
        rounds, gap = max(rounds, raked.rounds), max(gap, raked.gap)
    return fitted, rounds, gap


def _controlled_oldest(single: Array, oldest: float) -> Array:
    """Rake the ages from 75 so that those of 80 and over are as many as the Land has; sums by town and sex stay."""
    first = bounds(OLDEST_GROUP)[0]
    halves = np.stack([single[..., OPEN_FROM:first].sum(axis=-1), single[..., first:].sum(axis=-1)], axis=-1)
    everyone = halves.sum()
    land = Sum((2,), np.array([everyone - oldest, oldest]))
    fitted = rake(halves, [land, Sum((0, 1), halves.sum(axis=-1))], where=f"base {OLDEST_GROUP}").table
    factor = np.divide(fitted, halves, out=np.zeros_like(halves), where=halves > 0)
    single[..., OPEN_FROM:first] *= factor[..., :1]
    single[..., first:] *= factor[..., 1:]
    return single


def estimate(
    *,
    town_age: pd.DataFrame,
    town_age_year: int,
    kreise_age: pd.DataFrame,
    town_population: pd.DataFrame,
    projection: pd.DataFrame,
    fertility: pd.DataFrame,
    care: pd.DataFrame,
    q: Array,
    year: int,
) -> Base:
    """Return the estimated population of the towns at the end of ``year``.

    Parameters
    ----------
    town_age : DataFrame
        ``town_age``: ags, sex, age, persons at the end of ``town_age_year``.
    kreise_age : DataFrame
        ``kreise_age``: ags, year, sex, age, persons; holds ``year``.
    town_population : DataFrame
        ``town_population_today``: ags, population; only the towns' shares of their Kreis are used.
    projection : DataFrame
        ``projection``: year, age, persons of the Land; holds ``year`` and gives those of 80 and over.
    fertility : DataFrame
        ``germany_fertility_1972_2023``.
    care : DataFrame
        ``germany_care_rates_2021``: how old the oldest are.
    q : array (2, 101)
        Death probabilities of the Land.

    Returns
    -------
    Base
    """
    towns = tuple(sorted(town_population["ags"]))
    groups = groups_of(town_age)
    newborn = newborn_alive(survival(q)[1])
    oldest = tilted(q, bounds(groups[-1])[0], town_age_year, oldest_share(care))
    before = split(counted(town_age, towns, groups), groups, oldest)
    level, ratio, unsure = _levels_and_own(before, towns, births_per_woman(fertility, town_age_year), newborn)
    seed = rolled_forward(before, town_age_year, year, q, fertility, level)
    seed = mixed(before, seed)
    now = kreise_age[kreise_age["year"] == year]
    kreise = sorted({town[:5] for town in towns})
    ages = dict(zip(kreise, counted(now, kreise, groups), strict=True))
    people = town_population.set_index("ags")["population"].reindex(towns).to_numpy(float)
    fitted, rounds, gap = _raked_to_kreise(seed @ membership(groups), towns, ages, people)
    single = split(fitted, groups, oldest)
    single[..., OLD_FROM:] = spread(fitted, groups, seed)[..., OLD_FROM:]
    of_land = projection[projection["year"] == year].set_index("age")["persons"]
    single = _controlled_oldest(single, float(of_land[OLDEST_GROUP]))
    return Base(year, towns, single, before, level, ratio, unsure, rounds, gap)


def children_levels(
    persons: Array, towns: Sequence[str], births: Array, newborn: Array, ratio: Array
) -> Array:
    """Return children per woman over Germany's, by town: such that each Kreis has its children.

    Parameters
    ----------
    persons : array (towns, 2, 101)
    births : array (101,)
        Germany's births per woman.
    newborn : array (2,)
    ratio : array (towns,)
        What sets a town apart from its Kreis.
    """
    children = persons[..., :YOUNG].sum(axis=(-2, -1))
    expected = expected_children(persons, births, newborn) * ratio
    kreis = np.array([town[:5] for town in towns])
    sums = pd.DataFrame({"children": children, "expected": expected}).groupby(kreis).sum()
    of_kreis: Array = (sums["children"] / sums["expected"]).reindex(kreis).to_numpy(float)
    return of_kreis * ratio


def _levels_and_own(
    persons: Array, towns: Sequence[str], births: Array, newborn: Array
) -> tuple[Array, Array, Array]:
    """Return the towns' levels, what sets each apart from its Kreis, shrunk, and how far that is unsure."""
    of_kreis = children_levels(persons, towns, births, newborn, np.ones(len(towns)))
    children = persons[..., :YOUNG].sum(axis=(-2, -1))
    found = shrunk(children, expected_children(persons, births, newborn) * of_kreis)
    several = pd.Series(towns).str[:5].duplicated(keep=False).to_numpy()
    unsure: Array = np.sqrt(found.variance * (1 - found.own_weight)) * several
    return children_levels(persons, towns, births, newborn, found.ratio), found.ratio, unsure
