"""Rates, costs, payers and places of the workbook in the tables of the plan; what is not entered stays published."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.own.planning_sheets import groups_within
from dewak_research.planning.ages import GROUPS, SEXES
from dewak_research.planning.cost import by_service
from dewak_research.planning.need import Array, level_rates, need
from dewak_research.planning.payer import COLUMNS as SHARE_COLUMNS
from dewak_research.planning.payer import share_table
from dewak_research.planning.rates import COLUMNS as RATE_COLUMNS
from dewak_research.planning.rates import SERVICES, rate_table
from dewak_research.planning.together import EXCLUSIVE, ROUNDING
from dewak_research.planning.unit_costs import COLUMNS as COST_COLUMNS
from dewak_research.planning.unit_costs import served_in, unit_cost_table

OWN = "own_entry"  #: source of what a municipality entered
FROM_INGEST = ("payments", "gesamtkreis", "units", "population", "unit_totals")


def own_rates(rates: pd.DataFrame, own: pd.DataFrame, unit: pd.DataFrame) -> pd.DataFrame:
    """Return the published rates with those of the workbook in their place.

    Parameters
    ----------
    rates : DataFrame
        ``planning.rates.rate_table``.
    own : DataFrame
        ``OwnPlanning.rates``: service, sex, age_first, age_last, rate, year, source.
    unit : DataFrame
        One row: ags, kreis.

    Returns
    -------
    DataFrame
        As ``rates``; of a service with an own rate, ages without one keep the published rate, or have no need where
        none is published. Of care, published rates give way where own and published ones together exceed all people.
    """
    if own.empty:
        return rates
    level, _ = level_rates(rates, unit)
    key = str(unit["ags"].iloc[0])
    rows: list[dict[str, object]] = []
    tables: dict[str, Array] = {}
    for service, some in own.groupby("service", sort=False):
        table = np.nan_to_num(level[0, SERVICES.index(str(service))])
        columns = [some[name].tolist() for name in ("sex", "age_first", "age_last", "rate")]
        for sex, first, last, rate in zip(*columns, strict=True):
            sexes = range(len(SEXES)) if sex == "all" else [SEXES.index(sex)]
            for group in groups_within(int(first), int(last)):
                table[list(sexes), GROUPS.index(group)] = rate
        tables[str(service)] = table
        year, source = int(some["year"].max()), "; ".join(dict.fromkeys(some["source"].astype(str)))
        rows += _rows_of(table, service=service, area=key, year=year, source=source, tag=OWN, assumed=False)
    rows += _giving_way(rates, level[0], tables, key)
    return _replaced(rates, pd.DataFrame(rows)[RATE_COLUMNS], ["service", "area", "use"])


def _rows_of(table: Array, **said: object) -> list[dict[str, object]]:
    """Return rates (2, groups) as rows of the table of rates."""
    return [
        {"sex": sex, "age": group, "use": "level", "rate": table[s, g], "reason": "", **said}
        for s, sex in enumerate(SEXES)
        for g, group in enumerate(GROUPS)
    ]


def _giving_way(
    rates: pd.DataFrame, level: Array, own: Mapping[str, Array], key: str
) -> list[dict[str, object]]:
    """Return published rates of care in proportion to the room that own ones leave; none where it suffices."""
    kept = [service for service in EXCLUSIVE if service not in own]
    entered = sum(
        (table for service, table in own.items() if service in EXCLUSIVE), np.zeros(level.shape[1:])
    )
    others = np.nansum([level[SERVICES.index(service)] for service in kept], axis=0) if kept else 0.0
    if not (entered + others > 1.0 + ROUNDING).any():
        return []
    room = np.clip(1.0 - entered, 0.0, None)
    left = np.minimum(1.0, np.divide(room, others, out=np.ones_like(room), where=others > 0))
    found: list[dict[str, object]] = []
    for service in kept:
        some = rates[(rates["service"] == service) & (rates["use"] == "level")].iloc[-1]
        said = {name: some[name] for name in ("source", "tag")}
        table = level[SERVICES.index(service)] * left
        found += _rows_of(table, service=service, area=key, year=int(some["year"]), assumed=True, **said)
    return found


def _replaced(published: pd.DataFrame, own: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return own rows with the published ones; a Kreis may have published rows of its own, which give way."""
    given = set(own[keys].itertuples(index=False, name=None))
    kept = [row not in given for row in published[keys].itertuples(index=False, name=None)]
    return pd.concat([published[kept], own], ignore_index=True)


def own_costs(
    costs: pd.DataFrame, own: pd.DataFrame, rates: pd.DataFrame, unit: pd.DataFrame, groups: Array
) -> pd.DataFrame:
    """Return the published unit costs with those of the workbook added for the unit.

    Parameters
    ----------
    costs : DataFrame
        ``planning.unit_costs.unit_cost_table``.
    own : DataFrame
        ``OwnPlanning.costs``: service, eur, per, year, source. A cost per person of the group is taken to the case by
        the need of the base year; where that is unknown, so is the cost.
    groups : array (2, groups)
        Persons of the unit in the base year.
    """
    if own.empty:
        return costs
    level, _ = level_rates(rates, unit)
    cases, people = need(groups, level[0]), groups[None] * (level[0] > 0)
    key, rows = str(unit["ags"].iloc[0]), []
    for row in own.to_dict("records"):
        k = SERVICES.index(str(row["service"]))
        per_person = row["per"] == "person"
        factor = float(people[k].sum() / cases[k]) if per_person and cases[k] > 0 else np.nan
        rows.append(
            {
                "service": row["service"], "area": key, "year": int(row["year"]),
                "eur_per_need": row["eur"] * (factor if per_person else 1.0),
                "shown_as": "person_of_group" if per_person else "person",
                "eur_per_person_of_group": row["eur"] if per_person else np.nan, "age": "",
                "source": row["source"], "tag": OWN, "assumed": False, "reason": "",
            }
        )  # fmt: skip
    return _replaced(costs, pd.DataFrame(rows)[COST_COLUMNS], ["service", "area"])


def own_shares(shares: pd.DataFrame, own: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the published shares of payers with those of the workbook added for the unit."""
    if own.empty:
        return shares
    rows = own.assign(area=key, tag=OWN, assumed=False)[SHARE_COLUMNS]
    return _replaced(shares, rows, ["service", "area"])


def own_steps(places: pd.DataFrame) -> Array:
    """Return the places by which each service grows at a time, shape (services,).

    Only where places are entered: their group size, else the usual one. Without places nobody knows where the next
    group opens, and the service grows person by person (missing).
    """
    usual, steps = by_service("places_per_step"), np.full(len(SERVICES), np.nan)
    ordered = places.sort_values("from_year")
    for service, size in zip(ordered["service"], ordered["group_size"], strict=True):
        k = SERVICES.index(service)
        steps[k] = size if size == size else steps[k] if steps[k] == steps[k] else usual[k]
    return steps


def published(
    tables: Mapping[str, pd.DataFrame], groups: Array, units: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return published rates, unit costs and shares of payers.

    Parameters
    ----------
    tables : mapping
        ``FROM_INGEST`` and ``planning.chain.RAW_TABLES``.
    groups : array (units, 2, groups)
        Persons of the official base, in the year of the published spending.
    units : DataFrame
        ags, kreis.
    """
    rates = rate_table(tables)
    return rates, unit_cost_table(tables, rates, served_in(groups, rates, units)), share_table(tables)
