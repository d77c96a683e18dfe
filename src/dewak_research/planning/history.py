"""What the past says about migration: its level, how far forecasts of it were off, and how well they did.

One call from the tables and the ages of 2015 to the level of every town, the widths of the draws and the tables of the
backtests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning import backtest, past, trials
from dewak_research.planning.age_misses import AgeMisses, age_misses, kreis_births
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.backtest import Choice
from dewak_research.planning.backtest_ages import TOTAL, age_table, drawn_kreise, expected_kreise
from dewak_research.planning.base import Base, groups_of
from dewak_research.planning.base_backtest import base_widths
from dewak_research.planning.birth_misses import BirthMisses, birth_deviations, of_land
from dewak_research.planning.coverage import ages_table, birth_table, coverage_table, spread_table
from dewak_research.planning.draws import Reaction, deviations, reaction
from dewak_research.planning.known import Known, known
from dewak_research.planning.migration import Profile, Weights, level_table, net_migration, shrunk
from dewak_research.planning.movers import movers, shares_of_miss
from dewak_research.planning.past import BASE_YEAR
from dewak_research.planning.population import Rates, births_a_year, project
from dewak_research.planning.residuals import census_breaks, residual_table
from dewak_research.planning.spread import Spreads
from dewak_research.planning.trials import FIRST_TARGET, SECOND_TARGET, flat

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Tables = Mapping[str, pd.DataFrame]
RAW_TABLES = (
    *("town_population", "town_population_derived", "town_population_today", "towns", "census", "kreise_age"),
    *("kreise_panel", "life_expectancy", "germany_life_table", "germany_fertility_1972_2023"),
    "land_age_groups",
)
CARRIED_WITH = Weights(0.8, 0.2)
"""Weights by which the ages of 2015 are carried on before any are chosen; natural change hardly hangs on them."""
BY_AGE = "with_profile"
_KEYS = ("origin", "target", "age")


@dataclass(frozen=True)
class History:
    """What the projection takes from the past.

    Attributes
    ----------
    known : Known
        Counts of the towns.
    level : array (towns,)
        Net migration per head and year, drawn to Kreis and Land.
    own : OwnRates
        What it was drawn from.
    natural : DataFrame
        Births less deaths per head, towns by year.
    choice : Choice
        Weights of Kreis and town.
    trials : tuple of Trial
        What chose them.
    widths : mapping of int to Spreads
        Last year looked at → widths of the misses; the last one is that of the projection.
    """

    known: Known
    level: Floats
    own: past.OwnRates
    natural: pd.DataFrame
    choice: Choice
    trials: tuple[backtest.Trial, ...]
    widths: Mapping[int, Spreads]

    @property
    def spreads(self) -> Spreads:
        """Widths of the projection."""
        return self.widths[max(self.widths)]


@dataclass(frozen=True)
class _Chance:
    """Number of draws and seed of the bands."""

    draws: int
    seed: int


def _of_towns(
    tried: tuple[backtest.Trial, ...],
    choice: Choice,
    widths: Mapping[int, Spreads],
    ags: list[str],
    chance: _Chance,
) -> pd.DataFrame:
    parts = []
    for trial, spreads in zip(tried, widths.values(), strict=False):
        found = backtest.forecasts(trial, choice)
        drawn = backtest.band(trial, found["shrunk"], spreads, ags, chance.draws, chance.seed)
        parts.append(backtest.town_table(trial, found, drawn, ags))
    return pd.concat(parts, ignore_index=True)


def _of_kreise(
    tables: Tables, what: Known, base: Base, level: Floats, ages: Profile, spreads: Spreads, chance: _Chance
) -> tuple[pd.DataFrame, AgeMisses, dict[str, pd.DataFrame]]:
    """Backtest of the Kreise by age from 2015, what it says about the ages' misses, and tables on that."""
    kreis, years = what.kreis, SECOND_TARGET - BASE_YEAR
    names, towns, vital = past.names_of(what), list(base.towns), trials.vital(tables, base, BASE_YEAR)
    profiles = {"shrunk": flat(base.before, len(names)), BY_AGE: ages}

    def rates(of: Profile) -> list[Rates]:
        moved = net_migration(level, base.before, kreis, of)
        return [vital.rates(BASE_YEAR + 1 + year, moved) for year in range(years)]

    paths = {name: project(base.before, rates(of), years) for name, of in profiles.items()}
    people = base.before.sum(axis=(1, 2))
    moves = deviations(spreads, towns, kreis, people, chance.draws, years, chance.seed, apart=True)
    came = trials.truths(tables, what, groups_of(tables["kreise_age"]))

    def table(
        target: int, misses: Sequence[AgeMisses] | None, react: Reaction, moves: Floats32
    ) -> pd.DataFrame:
        groups, truth, trend = came[target]
        at = target - BASE_YEAR
        found = {"no_change": expected_kreise(base.before, kreis, groups), "trend": trend}
        found |= {name: expected_kreise(path[at], kreis, groups) for name, path in paths.items()}
        drawn = drawn_kreise(react, moves, towns, kreis, at, groups, misses, chance.seed)
        after_census = target > past.OF_CENSUS_2022[0]
        return age_table(names, groups, (BASE_YEAR, target), truth, found, drawn, break_removed=after_census)

    first = table(SECOND_TARGET, None, reaction(base.before, rates(ages), ages.land, ages.land), moves)
    families = movers(shares_of_miss(first, BY_AGE), base.before, rates(ages), ages.land)
    fertility = tables["germany_fertility_1972_2023"]
    last_births = int(fertility["year"].max())
    then, now = (of_land(fertility, until) for until in (BASE_YEAR, last_births))

    def learned(of_past: BirthMisses, kreise: pd.DataFrame) -> AgeMisses:
        of_births = kreis_births(kreise, BY_AGE, of_past)
        return replace(age_misses(kreise, BY_AGE, of_births), movers=families)

    # a Kreis is judged by what the other half of the Kreise taught, and by the births of the years before
    even = first["ags"].isin(names[::2])
    halves = [learned(then, first[even]), learned(then, first[~even])]
    react = reaction(base.before, rates(ages), ages.land, families, births=True)
    born = births_a_year(base.before, vital.births(BASE_YEAR))

    def bands(of: list[AgeMisses], targets: Sequence[int]) -> pd.DataFrame:
        births = [
            birth_deviations(
                half.births or then,
                towns,
                kreis,
                born,
                base.children_unsure,
                chance.draws,
                years,
                chance.seed,
            )
            for half in of
        ]
        moved = np.concatenate([moves, np.where(kreis % 2 == 0, births[1], births[0])], axis=1)
        others = [of[1 - number % 2] for number in range(len(names))]
        return pd.concat([table(target, others, react, moved) for target in targets], ignore_index=True)

    both = bands(halves, (FIRST_TARGET, SECOND_TARGET))
    nothing_since = [
        replace(half, land=np.zeros(len(GROUPS)), births=kreis_births(first[some], BY_AGE, then))
        for half, some in zip(halves, (even, ~even), strict=True)
    ]
    covered = coverage_table(both, bands(nothing_since, (FIRST_TARGET, SECOND_TARGET)), BY_AGE)
    found = learned(now, first)
    known_births = [(BASE_YEAR, kreis_births(first, BY_AGE, then)), (last_births, found.births or now)]
    return both, found, {"backtest_coverage": covered, "birth_spread": birth_table(known_births)}


def _of_the_land(tables: Tables, what: Known) -> Tables:
    panel = tables["kreise_panel"]
    return {**tables, "kreise_panel": panel[panel["ags"].isin(past.names_of(what))]}


def history(tables: Tables, base: Base, ages: Profile, grown: float) -> History:
    """Return level of migration and widths of its misses.

    Parameters
    ----------
    tables : mapping
        Those of ``RAW_TABLES``.
    base : Base
        Its ``before`` are the towns' ages of 2015.
    ages : Profile
        Of the last pair of years.
    grown : float
        Share of the growth of 2022 that had come by the census day, an assumption (``known``).

    Raises
    ------
    InputError
        A town lacks a count.
    """
    what = known(tables, grown)
    tables = _of_the_land(tables, what)
    came = past.carried(what, base.before, trials.vital(tables, base, past.LAST_YEAR), ages, CARRIED_WITH)
    then = trials.vital(tables, base, BASE_YEAR)
    all_ages = flat(base.before, len(past.names_of(what)))
    foreseen = past.carried(what, base.before, then, all_ages, CARRIED_WITH)
    tried = trials.trials(what, foreseen.natural, came.natural)
    choice = backtest.choose(tried)
    derived = tables["town_population_derived"]
    widths = {
        last: past.spreads(what, tables["kreise_panel"], derived, choice.weights, last)
        for last in (BASE_YEAR, FIRST_TARGET, past.OF_CENSUS_2022[0])
    }
    own = past.own_rates(what, came.natural)
    level = shrunk(own.mean, what.today.to_numpy(float), what.kreis, choice.weights)
    return History(what, level, own, came.natural, choice, tried, widths)


def judged(
    tables: Tables, base: Base, ages: Profile, found: History, draws: int, seed: int
) -> tuple[dict[str, pd.DataFrame], AgeMisses]:
    """Return the tables of the past, and how far the ages of a projection were off beside its total.

    Parameters
    ----------
    draws, seed : int
        Of the bands of the backtests.

    Returns
    -------
    dict of str to DataFrame
        ``migration_residual``, ``census_breaks``, ``migration_level``, ``migration_ages``,
        ``migration_spread``, ``backtest_towns``, ``backtest_kreise``, ``backtest_summary``, ``backtest_coverage``,
        ``birth_spread``, ``base_spread``, ``base_coverage``.
    AgeMisses
    """
    what, chance = found.known, _Chance(draws, seed)
    of_towns = _of_towns(found.trials, found.choice, found.widths, list(base.towns), chance)
    first = found.trials[0]
    then = shrunk(first.own, first.start, what.kreis, found.choice.weights)
    of_kreise, misses, tables_of_misses = _of_kreise(
        _of_the_land(tables, what), what, base, then, ages, found.widths[BASE_YEAR], chance
    )
    of_base, base_spread, base_covered = base_widths(tables, base, BASE_YEAR, what.kreis, draws, seed)
    misses = replace(misses, base=of_base)
    summaries = [
        backtest.summary(of_towns.assign(age=TOTAL), "towns", _KEYS),
        backtest.summary(of_kreise, "kreise", _KEYS, BY_AGE),
    ]
    people, weights = what.today.to_numpy(float), found.choice.weights
    out = {
        "migration_residual": residual_table(what, found.natural, found.own),
        "census_breaks": census_breaks(what, _of_the_land(tables, what)["kreise_panel"]),
        "migration_level": level_table(
            what.persons.index, found.own.mean, people, what.kreis, weights, found.level
        ),
        "migration_ages": ages_table(ages, misses),
        "migration_spread": spread_table(found.widths, misses, SECOND_TARGET),
        "backtest_towns": of_towns,
        "backtest_kreise": of_kreise,
        "backtest_summary": pd.concat(summaries, ignore_index=True),
        "base_spread": base_spread,
        "base_coverage": base_covered,
        **tables_of_misses,
    }
    return out, misses
