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
from numpy.typing import NDArray

from dewak_research.config import PlanningParams
from dewak_research.data.levy import levy_shares
from dewak_research.data.youth_office import youth_offices
from dewak_research.own.planning_sheets import OwnPlanning
from dewak_research.own.register_extract import single_years
from dewak_research.own.service_inputs import own_costs, own_rates, own_shares, published
from dewak_research.own.service_tables import (
    PERCENTILES,
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
from dewak_research.planning.need import SCENARIOS, Array, level_rates, need, rate_paths
from dewak_research.planning.outlook import RAW_TABLES as POPULATION_TABLES
from dewak_research.planning.outlook import Outlook, prepare
from dewak_research.planning.own_population import district_draws
from dewak_research.planning.payer import payer_shares
from dewak_research.planning.rates import SERVICES
from dewak_research.planning.single_unit import UnitPopulation, official_base, places_of, unit_population

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
    level : array (services, 2, groups)
        Rates of today.
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
    level: Array = field(default_factory=lambda: np.empty((0, 0, 0)))
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
        unit), ``cost`` (:func:`cost_table`), ``unit_costs``, ``payers`` (service, payer, share); where the
        register has districts ``districts`` (district, year, age, p05, p50, p95) and ``district_need`` (district,
        service, year, p05, p50, p95; missing where no rate is known).
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
    if any(own.register["district"]):
        shape = official_base(outlook, at or range(len(towns)))
        names, base = _district_bases(own.register, shape)
        drawn = district_draws(base, unit, outlook, misses, seed)[:, found.years[0] - start :]
        found.tables.update(_districts(names, drawn, found))
    return found


def _district_bases(extract: pd.DataFrame, shape: NDArray[np.float64]) -> tuple[list[str], Array]:
    """Return the districts that have inhabitants, and those by sex and single year of age."""
    names = [str(name) for name in extract["district"].unique() if name]
    persons = np.stack([single_years(extract, shape, name)[0] for name in names])
    lived_in = persons.sum(axis=(1, 2)) > 0
    return [name for name, one in zip(names, lived_in, strict=True) if one], persons[lived_in]


def _districts(names: list[str], drawn: Array, plan: SocialPlan) -> Tables:
    """Return people and need of the districts; need at the rates of the municipality."""
    band = range_table(drawn, names, plan.years[0]).rename(columns={"ags": "district"})
    needed = np.percentile(need(drawn.astype(np.float64), plan.level), PERCENTILES, axis=0)
    year, district, service = (index.ravel() for index in np.indices(needed.shape[1:]))
    columns = {f"p{p:02d}": needed[i].ravel() for i, p in enumerate(PERCENTILES)}
    keys = {
        "district": np.array(names, dtype=object)[district],
        "service": np.array(SERVICES, dtype=object)[service],
        "year": np.array(plan.years)[year],
    }
    return {"districts": band, "district_need": pd.DataFrame(keys | columns)}


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
        level=paths["constant"][0],
        tables=found,
    )


def _office_origin(kind: str, own: OwnPlanning) -> Literal["entered", "inferred", "law"]:
    if own.youth_office is not None:
        return "entered"
    return "inferred" if kind == "kreisangehoerige_gemeinde" else "law"
