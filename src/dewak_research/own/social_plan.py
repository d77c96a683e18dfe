"""The integrated plan of a municipality: who will live there, what they need, what it costs, and who pays.

Published rates and costs, replaced by what the workbook holds. What is not known stays unknown: such a service has need
or cost in no year, and no sum counts it as zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd

from dewak_research.config import PlanningParams
from dewak_research.own.planning_sheets import OwnPlanning
from dewak_research.own.register_extract import single_years
from dewak_research.own.service_inputs import own_costs, own_rates, own_shares, published
from dewak_research.own.service_tables import (
    Services,
    cost_table,
    need_table,
    payer_table,
    shown_costs,
    unit_rows,
)
from dewak_research.planning.ages import membership
from dewak_research.planning.booked import COST_YEAR
from dewak_research.planning.chain import RAW_TABLES as SERVICE_TABLES
from dewak_research.planning.chapter import OFFICIAL_TOTALS
from dewak_research.planning.draws import range_table
from dewak_research.planning.given_totals import fitted
from dewak_research.planning.history import judged
from dewak_research.planning.kreise import with_kreise
from dewak_research.planning.levy import levy_shares
from dewak_research.planning.need import SCENARIOS, Array, level_rates, need, rate_paths
from dewak_research.planning.outlook import RAW_TABLES as POPULATION_TABLES
from dewak_research.planning.outlook import Outlook, prepare
from dewak_research.planning.own_population import Register, register_table
from dewak_research.planning.payer import payer_shares
from dewak_research.planning.single_unit import UnitPopulation, official_base, places_of, unit_population
from dewak_research.planning.youth_office import youth_offices

Tables = dict[str, pd.DataFrame]
HALF_YEAR = "06-30"
FEW_DRAWS = 20  #: enough to learn the widths of past misses; the bands have their own number


@dataclass(frozen=True)
class SocialPlan:
    """What the chain says, or why it says nothing.

    Attributes
    ----------
    reason : str
        "" or "other_land" (no figures outside the Land), "no_base" (in no table of the Land and no register entered),
        "no_pipeline".
    basis : str
        Where the base comes from: "register", "official" (estimated).
    spread : bool
        Groups of the register had to be spread over single years.
    listed : bool
        The Land's tables hold the unit; else it has the Land's rates, and what comes through levies is unknown.
    youth_office : bool, optional
        Whether it runs one; None = not known.
    office_origin : str
        Where that comes from: entered in the workbook, inferred from bookings, or by law.
    base_year : int
        Year at whose end the base stands.
    need_draws : array (draws, years, services)
    tables : dict
        See :func:`social_plan`.
    """

    reason: str = ""
    basis: str = "official"
    spread: bool = False
    listed: bool = True
    youth_office: bool | None = None
    office_origin: Literal["entered", "inferred", "law"] = "inferred"
    base_year: int = 0
    years: tuple[int, ...] = ()
    draws: int = 0
    need_draws: Array = field(default_factory=lambda: np.empty((0, 0, 0)))
    tables: Tables = field(default_factory=dict)


def needed_tables() -> list[str]:
    """Return the official tables that the chain reads."""
    return sorted({*POPULATION_TABLES, *SERVICE_TABLES})


def base_year(day: str) -> int:
    """Return the year at whose end an extract stands: the year before for a day up to 30 June."""
    return int(day[:4]) - (day[5:] <= HALF_YEAR)


def social_plan(
    key: str,
    kind: str,
    own: OwnPlanning,
    tables: Mapping[str, pd.DataFrame],
    params: PlanningParams,
    seed: int,
) -> SocialPlan:
    """Compute the chain for one municipality of the Land.

    Parameters
    ----------
    tables : mapping
        Those of ``needed_tables``, and ``service_inputs.FROM_INGEST``; ``official_totals`` where somebody has them.

    Returns
    -------
    SocialPlan
        tables: ``population`` (year, age, p05, p50, p95), ``need`` (:func:`need_table`), ``need_rates`` (rates of the
        unit), ``cost`` (:func:`cost_table`), ``unit_costs``, ``payers`` (service, payer, share); ``districts`` where
        the register has some.
    """
    outlook, last = prepare(tables, params), min(params.shown_year, params.last_year)
    if OFFICIAL_TOTALS in tables:
        outlook = fitted(outlook, tables[OFFICIAL_TOTALS])
    towns = list(outlook.base.towns)
    at = places_of(towns, key)
    persons, spread, start = None, False, outlook.base.year
    if len(own.register):
        shape = official_base(outlook, at or range(len(towns)))
        persons, spread = single_years(own.register, shape)
        start = base_year(str(own.register["date"].iloc[0]))
    elif not at:
        return SocialPlan("no_base", listed=False)
    _, misses = judged(tables, outlook.base, outlook.profile, outlook.history, FEW_DRAWS, seed)
    unit = unit_population(
        outlook, misses, key,
        persons=persons, first_year=start, last_year=last, draws=params.draws, seed=seed,
    )  # fmt: skip
    found = _chain(key, kind, own, tables, outlook, unit, persons is not None, spread, bool(at))
    names = [name for name in own.register["district"].unique() if name]
    if names and key in towns:
        found.tables["districts"] = _districts(key, own.register, names, outlook, start, last)
    return found


def _districts(
    key: str, extract: pd.DataFrame, names: list[str], outlook: Outlook, start: int, last: int
) -> pd.DataFrame:
    """Return the people of the districts by year, sex and group of age (``planning.own_population``), base variant."""
    shape = official_base(outlook, places_of(outlook.base.towns, key))
    read = {name: single_years(extract, shape, name) for name in names}
    register = Register(
        key,
        start,
        {name: persons for name, (persons, _) in read.items()},
        estimated=frozenset(name for name, (_, spread) in read.items() if spread),
    )
    table = register_table(register, outlook)
    shown: pd.DataFrame = table[(table["variant"] == "base") & (table["year"] <= last)]
    return shown.drop(columns=["ags", "variant"])


def _services(
    key: str,
    kind: str,
    own: OwnPlanning,
    tables: Mapping[str, pd.DataFrame],
    groups: Array,
    official: tuple[Array, list[str]],
) -> Services:
    """Put rates, costs and payers together; ``official``: persons of the base (units, 2, groups), and their keys."""
    units = tables["units"][["ags", "kind", "kreis", "population_2021"]]
    if key not in set(units["ags"]):
        new = pd.DataFrame({"ags": [key], "kind": [kind], "kreis": [key[:5]], "population_2021": [np.nan]})
        units = pd.concat([units, new], ignore_index=True)
    units = units.sort_values("ags", ignore_index=True)
    place = int(np.flatnonzero(units["ags"] == key)[0])
    said = {} if own.youth_office is None else {key: own.youth_office}
    offices = youth_offices(tables["payments"], tables["population"], units, said)
    everyone, keys = official
    known = pd.DataFrame({"ags": keys, "kreis": [one[:5] for one in keys]})
    rates, costs, shares = published(tables, everyone, known)
    unit = units.iloc[[place]]
    rates = own_rates(rates, own.rates, unit)
    costs = own_costs(costs, own.costs, rates, unit, groups)
    levy = levy_shares(tables, units, offices)
    by_payer = payer_shares(own_shares(shares, own.shares, key), units, offices)
    office = float(offices.loc[offices["ags"] == key, "youth_office"].iloc[0])
    return Services(units, place, rates, costs, by_payer, levy, office)


def _chain(
    key: str,
    kind: str,
    own: OwnPlanning,
    tables: Mapping[str, pd.DataFrame],
    outlook: Outlook,
    unit: UnitPopulation,
    registered: bool,
    spread: bool,
    listed: bool,
) -> SocialPlan:
    first = max(unit.year, outlook.base.year)
    years = list(range(first, unit.year + len(unit.path)))
    drawn, groups = unit.drawn[:, first - unit.year :], unit.groups[first - unit.year :]
    everyone, keys = with_kreise(outlook.path("base") @ membership(), outlook.base.towns)
    of_cost_year = everyone[max(COST_YEAR - outlook.base.year, 0)]
    served = _services(key, kind, own, tables, groups[0], (of_cost_year, keys))
    paths = {s: rate_paths(served.rates, served.unit, years, s)[:, 0] for s in SCENARIOS}
    draws = {s: need(drawn.astype(np.float64), path) for s, path in paths.items()}
    everyone = everyone[first - outlook.base.year :][: len(years)]
    groups_all = np.zeros((len(years), len(served.units), *everyone.shape[2:]))
    groups_all[:, served.units["ags"].isin(keys).to_numpy()] = everyone
    groups_all[:, served.place] = groups
    needed = need(groups_all, level_rates(served.rates, served.units)[0])
    band = range_table(drawn[:, :, None], [key], first).drop(columns="ags")
    found = {
        "population": band,
        "need": need_table(groups, paths, draws, served, years),
        "need_rates": unit_rows(served.rates[served.rates["use"] == "level"], served),
        "cost": cost_table(needed, served, own, years, listed),
        "unit_costs": shown_costs(unit_rows(served.costs, served)),
        "payers": payer_table(served),
    }
    office = None if np.isnan(served.office) else bool(served.office)
    return SocialPlan(
        basis="register" if registered else "official",
        spread=spread,
        listed=listed,
        youth_office=office,
        office_origin=_office_origin(kind, own),
        base_year=unit.year,
        years=tuple(years),
        draws=len(drawn),
        need_draws=draws["constant"],
        tables=found,
    )


def _office_origin(kind: str, own: OwnPlanning) -> Literal["entered", "inferred", "law"]:
    if own.youth_office is not None:
        return "entered"
    return "inferred" if kind == "kreisangehoerige_gemeinde" else "law"
