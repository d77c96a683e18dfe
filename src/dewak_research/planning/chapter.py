"""The integrated plan in one call: from the official figures to who will live where, need, cost and who bears it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dewak_research.config import PlanningParams
from dewak_research.data.result import Result
from dewak_research.planning.ages import GROUPS, SEXES, membership
from dewak_research.planning.assumptions import assumption_effects
from dewak_research.planning.base_backtest import base_backtest
from dewak_research.planning.chain import RAW_TABLES as OF_CHAIN
from dewak_research.planning.chain import NeedGrowth, chain_tables
from dewak_research.planning.change import (
    PeopleChange,
    change_among_towns,
    of_the_land,
    population_change,
    rates_spread,
)
from dewak_research.planning.checks import (
    base_check,
    children_check,
    components_check,
    kreise_check,
    land_check,
    life_table_check,
    migration_check,
)
from dewak_research.planning.cost_growth import budget_paths
from dewak_research.planning.counted import count_table
from dewak_research.planning.given_totals import fitted
from dewak_research.planning.history import judged
from dewak_research.planning.kreise import with_kreise
from dewak_research.planning.outlook import RAW_TABLES as OF_PEOPLE
from dewak_research.planning.outlook import TOWN_AGE_YEAR, VARIANTS, Outlook, prepare
from dewak_research.planning.population import Array
from dewak_research.planning.population_range import population_range
from dewak_research.planning.reasons import reasons

OFFICIAL_TOTALS = "official_totals"
__all__ = ["RAW_TABLES", "run"]

RAW_TABLES = tuple(dict.fromkeys((*OF_PEOPLE, *OF_CHAIN)))


def population_table(paths: Mapping[str, Array], keys: Sequence[str], first_year: int) -> pd.DataFrame:
    """Return the population by unit, variant, year, sex and group of age.

    Parameters
    ----------
    paths : mapping of str to array (years, units, 2, groups)
        By variant.
    keys : sequence of str
        Units.

    Returns
    -------
    DataFrame
        ags, variant, year, sex, age, persons; ``estimated`` is True throughout: nobody counted single towns by age.
    """
    parts = []
    for variant, path in paths.items():
        year, unit, sex, age = (index.ravel() for index in np.indices(path.shape, dtype=np.int32))
        parts.append(
            pd.DataFrame(
                {
                    "ags": np.array(keys, dtype=object)[unit],
                    "variant": variant,
                    "year": (first_year + year).astype(np.int64),
                    "sex": np.array(SEXES, dtype=object)[sex],
                    "age": np.array(GROUPS, dtype=object)[age],
                    "persons": path.ravel(),
                    "estimated": True,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _groups(outlook: Outlook, paths: Mapping[str, Array]) -> tuple[dict[str, Array], list[str]]:
    """Return paths of towns and Kreise by group of age (years, units, 2, groups), by variant, and the units."""
    groups = {}
    keys: list[str] = []
    for variant, path in paths.items():
        groups[variant], keys = with_kreise(path @ membership(), outlook.base.towns)
    return groups, keys


def run(
    inputs: Mapping[str, pd.DataFrame],
    params: PlanningParams,
    seed: int,
    municipalities: Sequence[str] = (),
    budget_growth: float = 0.0,
) -> Result:
    """Compute who will live here, which need follows and what it costs; what meets it is said by ``measures``.

    Parameters
    ----------
    inputs : mapping
        Tables of the stage ingest, and those of ``RAW_TABLES``; where somebody has them,
        ``official_totals`` (ags, year, persons), which the projection then meets.
    params : PlanningParams
    seed : int
    municipalities : sequence of str
        Units whose cost is put beside their budget (``cost_growth.budget_paths``); without them it is left out.
    budget_growth : float
        Yearly growth of that budget, share.

    Returns
    -------
    Result
        population: ``population_table``; population_range: its bands; population_change, population_change_towns:
        ``change``; migration_residual, census_breaks, migration_level, migration_ages,
        migration_spread, backtest_towns, backtest_kreise, backtest_summary, backtest_coverage, birth_spread,
        base_spread, base_coverage: ``history.judged``;
        base_backtest; base_check, life_table_check, components_check,
        projection_check, projection_kreise_check: how the population fits what is published, and
        projection_children_check, projection_migration_check: why it differs (``checks``); projection_reasons,
        projection_kreise_reasons: the same taken apart (``reasons``); count_check: what the count of the first year
        says (``counted``); assumption_effects: what
        each assumption is worth; need, cost and payers: ``chain``; need_of_land: their sums; need_growth: the bands
        of need; rates_spread: how far the assumptions about rates part.

    Raises
    ------
    InputError
        Years, groups of age or the split of the oldest are missing, sums contradict one another, or an
        official total fits no unit or year.
    """
    outlook = prepare(inputs, params)
    if OFFICIAL_TOTALS in inputs:
        outlook = fitted(outlook, inputs[OFFICIAL_TOTALS])
    paths = {variant: outlook.path(variant) for variant in VARIANTS}
    groups, keys = _groups(outlook, paths)
    past, misses = judged(inputs, outlook.base, outlook.profile, outlook.history, params.draws, seed)
    of_land = land_check(paths, inputs["projection"], outlook.base.year)
    shown = min(params.shown_year, params.last_year)
    years = range(outlook.base.year, shown + 1)
    chain = chain_tables(inputs, groups, keys, years)
    why_land, why_kreise = reasons(outlook, inputs["projection"], inputs["projection_kreise"])
    growth = NeedGrowth(chain["rates"], inputs["units"], outlook.base.year, shown)
    people = PeopleChange(outlook.base.year, shown)
    bands = population_range(outlook, misses, params.draws, params.last_year, seed, (people, growth))
    change = population_change(bands, shown, people.table())
    beside = {}
    if municipalities:
        beside = budget_paths(chain["net_cost"], municipalities, params.cost_growth_shares, budget_growth)
    return Result(
        {
            **beside,
            "population": population_table(groups, keys, outlook.base.year),
            "population_range": bands,
            "population_change": change,
            "population_change_towns": change_among_towns(change),
            **past,
            **chain,
            "need_growth": growth.table(),
            "need_of_land": of_the_land(chain["need_split"], chain["cost"], chain["net_cost"]),
            "rates_spread": rates_spread(chain["need_split"]),
            "base_check": base_check(outlook.base, inputs),
            "base_backtest": base_backtest(
                outlook.base,
                TOWN_AGE_YEAR,
                outlook.kreis,
                outlook.q,
                inputs["kreise_age"],
                inputs["germany_fertility_1972_2023"],
            ),
            "life_table_check": life_table_check(inputs, outlook.q),
            "components_check": components_check(
                paths["base"], outlook.rates["base"], inputs, outlook.base.year
            ),
            "assumption_effects": assumption_effects(inputs, params, outlook),
            "projection_check": of_land,
            "projection_children_check": children_check(of_land),
            "projection_migration_check": migration_check(
                paths["base"], outlook.rates["base"], inputs["projection"], outlook.base.year
            ),
            "projection_reasons": why_land,
            "projection_kreise_reasons": why_kreise,
            "count_check": count_table(
                outlook.base.persons,
                outlook.rates["base"],
                outlook.uncounted,
                outlook.base.year,
                outlook.counted_years,
            ),
            "projection_kreise_check": kreise_check(
                paths["base"], outlook.base.towns, inputs["projection_kreise"], outlook.base.year
            ),
        }
    )
