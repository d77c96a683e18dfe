"""Two pasts that forecasts are tried on, with what was known at their beginning.

A forecast of the past knows what was known then; what it knows besides is said where it is used: the life table of
2019-2021 stands for all years, and the ages rolled on to 2022 have the profile of movers of 2024.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning import past
from dewak_research.planning.ages import membership
from dewak_research.planning.backtest import Trial
from dewak_research.planning.base import Base, children_levels, counted
from dewak_research.planning.fertility import births_per_woman
from dewak_research.planning.known import Known
from dewak_research.planning.migration import Profile, of_kreise, residual
from dewak_research.planning.mortality import land_death_probabilities, survival
from dewak_research.planning.past import BASE_YEAR, Vital, mean_natural
from dewak_research.planning.population import newborn_alive

Floats = NDArray[np.float64]
Tables = Mapping[str, pd.DataFrame]
FIRST_TARGET, SECOND_TARGET = 2021, 2024
OLD = ("0-64", "65+")
MORTALITY_PERIOD = "2019-2021"
"""Life table of the past: the level of these years for all years from 2012 on."""
YEARS_OF_CHILDREN = 3
BREAK_YEAR = 2023
"""The only year whose ages were counted on both."""


def flat(base: Floats, kreise: int) -> Profile:
    """Return the profile under which those who come and go have the ages of the people."""
    share = base.sum(axis=0)
    return Profile(share / share.sum(), np.zeros((kreise, *share.shape)), np.zeros(0))


def vital(tables: Tables, base: Base, until: int) -> Vital:
    """Return births per woman as known until a year, at the towns' level of 2013-2015, and deaths of
    ``MORTALITY_PERIOD``.
    """
    expected = tables["life_expectancy"]
    of_period = expected[expected["period"] == MORTALITY_PERIOD]
    ratios, alive = survival(land_death_probabilities(tables["germany_life_table"], of_period))
    newborn, fertility = newborn_alive(alive), tables["germany_fertility_1972_2023"]
    years = range(BASE_YEAR - YEARS_OF_CHILDREN + 1, BASE_YEAR + 1)
    then = np.mean([births_per_woman(fertility, year) for year in years], axis=0)
    level = children_levels(base.before, base.towns, then, newborn, base.children_ratio)

    def births(year: int) -> Floats:
        return np.asarray(births_per_woman(fertility, min(year, until)) * level[:, None])

    return Vital(ratios, newborn, births)


def trials(what: Known, foreseen: pd.DataFrame, came: pd.DataFrame) -> tuple[Trial, Trial]:
    """Return the trial from 2015 and the one from the census of 2022.

    Parameters
    ----------
    foreseen : DataFrame
        Natural change as it could be foreseen in 2015 (``past.Carried``).
    came : DataFrame
        Natural change of the ages rolled on as births and moves came.
    """
    persons = {int(year): what.persons[year].to_numpy(float) for year in what.persons.columns}
    first, last = past.BEFORE_2015
    own = residual(persons[first], persons[last], last - first, mean_natural(foreseen, first + 1, last))
    before = Trial(
        origin=BASE_YEAR,
        target=FIRST_TARGET,
        years=float(FIRST_TARGET - BASE_YEAR),
        start=persons[BASE_YEAR],
        truth=persons[FIRST_TARGET],
        natural=mean_natural(foreseen, BASE_YEAR + 1, FIRST_TARGET),
        own=own,
        trend=np.log(persons[BASE_YEAR] / persons[first]) / (BASE_YEAR - first),
        kreis=what.kreis,
        break_removed=False,
    )
    first, last = past.OF_CENSUS_2011
    after = Trial(
        origin=past.OF_CENSUS_2022[0],
        target=past.TODAY,
        years=past.SINCE_CENSUS_DAY,
        start=what.census.to_numpy(float),
        truth=what.today.to_numpy(float),
        natural=mean_natural(came, past.OF_CENSUS_2022[0], past.TODAY),
        own=residual(persons[first], persons[last], last - first, mean_natural(came, first + 1, last)),
        trend=np.log(persons[last] / persons[first]) / (last - first),
        kreis=what.kreis,
        break_removed=True,
    )
    return before, after


def break_by_age(before: pd.DataFrame, after: pd.DataFrame, groups: tuple[str, ...]) -> Floats:
    """Return the census' count over the one before it by group of age, in the Land at the end of ``SECOND_TARGET``.

    Both counts are known at the end of ``BREAK_YEAR``: the census of 2022 found 3 per cent fewer children under ten
    than had been carried on, but 1 per cent fewer people. Children born since are counted alike on both; the others
    have grown older since.

    Parameters
    ----------
    before : DataFrame
        ``land_age_groups``: year, age, persons, on the count of 2011.
    after : DataFrame
        Ages of the Kreise (age, persons) in that year, on the count of 2022.
    groups : tuple of str
        Of ``after``.
    """
    old = before[before["year"] == BREAK_YEAR].set_index("age")["persons"].astype(float)
    new = after.groupby("age")["persons"].sum().reindex(list(groups)).to_numpy(float)
    ages, wide = membership(groups), membership(old.index)
    single = ages @ (new / ages.sum(axis=0))
    born_since = np.arange(len(ages)) < BREAK_YEAR - past.OF_CENSUS_2022[0] + 1
    alike = np.where(born_since, single, 0.0)
    ratio = wide @ (((single - alike) @ wide) / (old.to_numpy() - alike @ wide))
    ratio[born_since] = 1.0
    later = SECOND_TARGET - BREAK_YEAR
    ratio = np.concatenate([np.ones(later), ratio[:-later]])
    found: Floats = new / ((single / ratio) @ ages)
    return found


def truths(
    tables: Tables, what: Known, groups: tuple[str, ...]
) -> dict[int, tuple[tuple[str, ...], Floats, Floats]]:
    """Return, by target, the groups, what came (kreise, groups + 1) and the linear trend (NaN where not known).

    2021: two groups from the Kreise's people and their share of 65 and over. 2024: the published ages, each Kreis put
    back on the count of 2011 by the break of its census, whose ages are those of the Land (``break_by_age``).
    """
    names = past.names_of(what)
    panel = tables["kreise_panel"].pivot_table(
        index="ags", columns="year", values=["population", "age_65plus_pct"]
    )

    def two_groups(year: int) -> Floats:
        people = panel["population"][year].reindex(names).to_numpy(float)
        old = people * panel["age_65plus_pct"][year].reindex(names).to_numpy(float) / 100
        return np.stack([people - old, old, people], axis=1)

    first = past.BEFORE_2015[0] + 1
    start = two_groups(BASE_YEAR)
    trend = start + (FIRST_TARGET - BASE_YEAR) * (start - two_groups(first)) / (BASE_YEAR - first)
    frame = tables["kreise_age"]
    count = counted(frame[frame["year"] == SECOND_TARGET], names, groups).sum(axis=1)
    people = what.persons[past.OF_CENSUS_2022[0]].to_numpy(float)
    factor = of_kreise(people * np.exp(what.break_log.to_numpy(float)), what.kreis) / of_kreise(
        people, what.kreis
    )
    whole = count.sum(axis=1, keepdims=True) / factor[:, None]
    of_land = frame[frame["ags"].isin(names) & (frame["year"] == BREAK_YEAR)]
    count = count / break_by_age(tables["land_age_groups"], of_land, groups)
    count = np.concatenate([count * whole / count.sum(axis=1, keepdims=True), whole], axis=1)
    unknown = np.full_like(count, np.nan)
    until = np.stack([what.persons[y].to_numpy(float) for y in (past.BEFORE_2015[0], BASE_YEAR)], axis=1)
    ends = of_kreise(until, what.kreis)
    unknown[:, -1] = ends[:, 1] + (SECOND_TARGET - BASE_YEAR) * (ends[:, 1] - ends[:, 0]) / (
        BASE_YEAR - past.BEFORE_2015[0]
    )
    return {FIRST_TARGET: (OLD, two_groups(FIRST_TARGET), trend), SECOND_TARGET: (groups, count, unknown)}
