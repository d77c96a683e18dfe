"""What each assumption behind the population is worth: the Land computed with another value, beside the plan.

None of these is a forecast. They show by how much the plan would move if an assumption were wrong by as much as stated.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from dewak_research.config import PlanningParams
from dewak_research.planning.ages import membership
from dewak_research.planning.known import CENSUS_DAY
from dewak_research.planning.outlook import Outlook, prepare
from dewak_research.planning.population import Array, Rates, project

YEARS = (2030, 2035, 2040, 2050)
AGES = ("0-2", "3-5", "6-9", "10-17", "18-24", "25-44", "45-64", "65-79", "80+")
TOTAL = "total"


def _with_births(rates: list[Rates], factor: float) -> list[Rates]:
    return [replace(rate, births=rate.births * factor) for rate in rates]


def _with_moves(rates: list[Rates], more: Array | float, kept: float = 1.0) -> list[Rates]:
    return [replace(rate, net_migration=kept * rate.net_migration + more) for rate in rates]


def _counted_migration(tables: Mapping[str, pd.DataFrame], year: int) -> float:
    """Moves into the Land less moves out of it, as counted."""
    rows = tables["checkpoints"].query("series == 'population' and year == @year").set_index("item")["value"]
    return float(rows["moves_in_over_land_border"] - rows["moves_out_over_land_border"])


def _otherwise(
    tables: Mapping[str, pd.DataFrame], params: PlanningParams, outlook: Outlook
) -> Iterator[tuple[str, float, list[Rates]]]:
    """Yield assumption, its other value and the rates under it."""
    rates = outlook.rates["base"]
    for name, value in (
        ("mortality_constant", 0.0),
        ("mortality_falls_twice", 2 * params.mortality_fall_share),
    ):
        given = params.model_copy(update={"mortality_fall_share": value})
        yield name, value, prepare(tables, given).rates["base"]
    even = params.model_copy(update={"census_growth_share": CENSUS_DAY})
    yield "growth_of_2022_spread_evenly", CENSUS_DAY, prepare(tables, even).rates["base"]
    for name, value in (
        ("births_lower", 1 - params.fertility_step_share),
        ("births_higher", 1 + params.fertility_step_share),
    ):
        yield name, value, _with_births(rates, value)
    yield "nobody_moves", 0.0, _with_moves(rates, 0.0, kept=0.0)
    counted = _counted_migration(tables, params.base_year)
    people = outlook.base.persons.sum(axis=(1, 2))
    short = counted - float(rates[0].net_migration.sum())
    more = short * (people / people.sum())[:, None, None] * outlook.profile.land
    yield "migration_as_counted", counted, _with_moves(rates, more)


def assumption_effects(
    tables: Mapping[str, pd.DataFrame], params: PlanningParams, outlook: Outlook
) -> pd.DataFrame:
    """Return the Land under other assumptions, by year and age.

    Parameters
    ----------
    tables : mapping
        Those of ``outlook.RAW_TABLES``.

    Returns
    -------
    DataFrame
        assumption; value: what is assumed instead (yearly fall of death rates as a share; share of the growth of 2022
        that had come by the census day; factor of births; net migration of the Land a year); year; age (``AGES`` and
        ``total``); persons; plan: the base variant;
        difference_pct.
    """
    base = outlook.base.persons
    known = _of_land(outlook.path("base"))
    parts = []
    for name, value, rates in _otherwise(tables, params, outlook):
        found = _of_land(project(base, rates, len(rates)))
        for year in YEARS:
            if year > params.last_year:
                continue
            at = year - params.base_year
            parts.append(
                pd.DataFrame(
                    {
                        "assumption": name,
                        "value": value,
                        "year": year,
                        "age": [*AGES, TOTAL],
                        "persons": found[at],
                        "plan": known[at],
                    }
                )
            )
    table = pd.concat(parts, ignore_index=True)
    return table.assign(difference_pct=100 * (table["persons"] / table["plan"] - 1))


def _of_land(path: Array) -> Array:
    """Persons of the Land by year, in ``AGES`` and in total."""
    people = path.sum(axis=(1, 2))
    whole: Array = np.concatenate([people @ membership(AGES), people.sum(axis=-1, keepdims=True)], axis=-1)
    return whole
