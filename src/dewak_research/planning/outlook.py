"""What the projection of the towns rests on: base, deaths, births and moves of every year, by variant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from dewak_research.config import PlanningParams
from dewak_research.errors import InputError, Problem, messages
from dewak_research.planning.ages import bounds, membership
from dewak_research.planning.base import Base, children_levels, counted, estimate, groups_of
from dewak_research.planning.counted import rates_for_count
from dewak_research.planning.fertility import births_per_woman
from dewak_research.planning.history import RAW_TABLES as OF_HISTORY
from dewak_research.planning.history import History, history
from dewak_research.planning.known import known
from dewak_research.planning.migration import (
    Floats,
    Ints,
    Profile,
    net_migration,
    of_kreise,
    profile,
)
from dewak_research.planning.mortality import improved, land_death_probabilities, survival, table_middle
from dewak_research.planning.past import TODAY
from dewak_research.planning.population import Array, Rates, newborn_alive, project, step
from dewak_research.planning.single_years import spread

TOWN_AGE_YEAR = 2015
SETTLED_FROM = 45
"""From this age the residual by group says more about the split to single years than about moves."""
RAW_TABLES = tuple(
    dict.fromkeys(
        (
            *("town_age", "kreise_age", "town_population_today", "projection", "projection_kreise"),
            *("life_expectancy", "checkpoints", "census"),
            *("germany_life_table", "germany_fertility_1972_2023", "germany_care_rates_2021"),
            *OF_HISTORY,
        )
    )
)
VARIANTS = {"low": -1, "base": 0, "high": 1}
"""Steps of births, and standard deviations of the Land's migration that stay (``spread``), from the base."""
_problem = messages(__package__)


@dataclass(frozen=True)
class Outlook:
    """Everything the projection of the towns needs.

    Attributes
    ----------
    base : Base
    kreis : array of int (towns,)
        Number of each town's Kreis.
    q : array (2, 101)
        Death probabilities of the last table.
    births : array (towns, 101)
        Births per woman.
    history : History
        Level of net migration, and how far it was off in the past.
    profile : Profile
        Ages and sexes of those who come and go.
    rates : mapping of str to list of Rates
        By variant, one for each year.
    uncounted : list of Rates
        Those of the base without the count: the first years have the moves of all others.
    counted_years : int
        First years at whose end the people of every town are counted; their moves meet the count in all variants.
    """

    base: Base
    kreis: Ints
    q: Array
    births: Array
    history: History
    profile: Profile
    rates: Mapping[str, list[Rates]]
    uncounted: list[Rates]
    counted_years: int

    def path(self, variant: str) -> Array:
        """Return the towns' population by year (years + 1, towns, 2, 101)."""
        return project(self.base.persons, self.rates[variant], len(self.rates[variant]))


def input_problems(tables: Mapping[str, pd.DataFrame], base_year: int) -> list[Problem]:
    """Return what the tables lack for a projection from ``base_year``: years, and the split of the oldest."""
    problems = []
    years = {"kreise_age": (base_year - 1, base_year), "projection": (base_year,)}
    for name, needed in years.items():
        missing = sorted(set(needed) - set(tables[name]["year"]))
        if missing:
            problems.append(
                _problem("table_years_missing", f"{name}.year", years=", ".join(map(str, missing)))
            )
    ages = {"town_age": tables["town_age"], "kreise_age": tables["kreise_age"]}
    groups = {name: groups_of(frame) for name, frame in ages.items()}
    if groups["town_age"] != groups["kreise_age"]:
        listed = ", ".join(groups["kreise_age"])
        problems.append(_problem("groups_differ", "town_age.age", groups=listed))
    oldest = f"{bounds(groups['kreise_age'][-1])[0] + 5}+"
    if oldest not in set(tables["projection"]["age"]):
        problems.append(_problem("oldest_not_split", "projection.age", group=oldest))
    return problems


def year_residuals(
    persons: Floats, start: Floats, end: Floats, groups: tuple[str, ...], rates: Rates
) -> Floats:
    """Return who came less who left in one year, by Kreis, sex and group of age.

    Parameters
    ----------
    persons : array (kreise, 2, ages)
        Single years at the end of the year: they tell how the groups at its start split.
    start, end : array (kreise, 2, groups)
        Counted at both ends.
    rates : Rates
        Of the year, without anyone moving; births per woman of the Kreise.

    Returns
    -------
    array (kreise, 2, groups)
        Persons. From ``SETTLED_FROM`` only what sets a Kreis apart from the Land.
    """
    earlier = np.empty_like(persons)
    earlier[..., :-1] = persons[..., 1:] / np.maximum(rates.survival[..., :-1], 1e-9)
    earlier[..., -2:] = persons[..., -2:]
    stayed = step(
        spread(start, groups, earlier), rates.survival, rates.births, rates.net_migration, rates.newborn
    )
    moved: Floats = end - stayed @ membership(groups)
    settled = np.array([bounds(group)[0] >= SETTLED_FROM for group in groups])
    common = moved.sum(axis=0) / end.sum(axis=0)
    return np.where(settled, moved - common * end, moved)


def _profile(tables: Mapping[str, pd.DataFrame], base: Base, kreis: Ints, rates: Rates) -> Profile:
    frame = tables["kreise_age"]
    groups = groups_of(frame)
    keys = sorted({town[:5] for town in base.towns})
    start, end = (counted(frame[frame["year"] == y], keys, groups) for y in (base.year - 1, base.year))
    persons = of_kreise(base.persons, kreis)
    found = profile(year_residuals(persons, start, end, groups, rates), end, groups)
    return replace(found, kreise=open_group_as_persons(found.kreise, persons, bounds(groups[-1])[0]))


def open_group_as_persons(moved: Array, persons: Array, first: int) -> Array:
    """Return moves whose part in the open group of age goes to its ages as its people do.

    Spread evenly it would take more of those near 100 than there are. Sums stay.

    Parameters
    ----------
    moved, persons : array (kreise, 2, ages)
    first : int
        First age of the open group.
    """
    people = persons[..., first:]
    share = np.divide(people, people.sum(axis=-1, keepdims=True), out=np.zeros_like(people), where=people > 0)
    spread_out: Array = moved.copy()
    spread_out[..., first:] = moved[..., first:].sum(axis=-1, keepdims=True) * share
    return spread_out


def prepare(tables: Mapping[str, pd.DataFrame], params: PlanningParams) -> Outlook:
    """Return base and rates of every town and variant.

    Parameters
    ----------
    tables : mapping
        Those of ``RAW_TABLES``.

    Raises
    ------
    InputError
        Years, groups of age or the split of the oldest are missing, or sums contradict one another.
    """
    if problems := input_problems(tables, params.base_year):
        raise InputError(problems)
    fertility = tables["germany_fertility_1972_2023"]
    q = land_death_probabilities(tables["germany_life_table"], tables["life_expectancy"])
    middle = table_middle(tables["life_expectancy"])
    base = estimate(
        town_age=tables["town_age"],
        town_age_year=TOWN_AGE_YEAR,
        kreise_age=tables["kreise_age"],
        town_population=tables["town_population_today"],
        projection=tables["projection"],
        fertility=fertility,
        care=tables["germany_care_rates_2021"],
        q=q,
        year=params.base_year,
    )
    towns = known(tables)
    germany = births_per_woman(fertility)
    alive = newborn_alive(survival(q)[1])
    births = germany * children_levels(base.persons, base.towns, germany, alive, base.children_ratio)[:, None]
    still = _rates(
        q, params, params.base_year - middle, _of_kreise_births(births, base.persons, towns.kreis), 0.0
    )
    ages = _profile(tables, base, towns.kreis, still)
    learned = history(tables, base, ages, params.census_growth_share)
    moved = net_migration(learned.level, base.persons, towns.kreis, ages)
    people = base.persons.sum(axis=(1, 2))[:, None, None]
    years = min(max(TODAY - params.base_year, 0), params.last_year - params.base_year)
    counted_people = towns.today.to_numpy(float)
    free, rates = {}, {}
    for variant, steps in VARIANTS.items():
        more = steps * learned.spreads.land.level * people * ages.land
        free[variant] = [
            _rates(q, params, year - middle, births * (1 + steps * params.fertility_step_share), moved + more)
            for year in range(params.base_year + 1, params.last_year + 1)
        ]
        rates[variant] = rates_for_count(base.persons, free[variant], ages.land, counted_people, years)
    return Outlook(base, towns.kreis, q, births, learned, ages, rates, free["base"], years)


def _of_kreise_births(births: Array, persons: Array, kreis: Ints) -> Array:
    """Births per woman of the Kreise (kreise, ages)."""
    women = persons[:, 1]
    together: Array = of_kreise(births * women, kreis) / of_kreise(women, kreis)
    return together


def _rates(q: Array, params: PlanningParams, years: float, births: Array, moved: Array | float) -> Rates:
    ratios, newborn = survival(improved(q, params.mortality_fall_share, years))
    return Rates(ratios, births, np.asarray(moved) + np.zeros((1, *q.shape)), newborn_alive(newborn))
