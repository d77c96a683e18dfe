"""Tables of need, cost and payers of one municipality among all units of the Land."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.own.planning_sheets import OwnPlanning
from dewak_research.own.service_inputs import own_steps
from dewak_research.planning.cost import assumption, gross_cost, unit_cost_array
from dewak_research.planning.need import Array, Scenario, level_rates, need, split
from dewak_research.planning.payer import MUNICIPAL, PAYERS, net_municipal_cost
from dewak_research.planning.rates import SERVICES

PERCENTILES = (5, 50, 95)


@dataclass(frozen=True)
class Services:
    """Rates, costs and payers of all units, with those of the workbook."""

    units: pd.DataFrame
    place: int
    rates: pd.DataFrame
    costs: pd.DataFrame
    shares: NDArray[np.floating]
    levy: pd.DataFrame
    office: float

    @property
    def unit(self) -> pd.DataFrame:
        """The unit's own row."""
        return self.units.iloc[[self.place]]


def unit_rows(table: pd.DataFrame, served: Services) -> pd.DataFrame:
    """Return the rows that hold for the unit: its own, else its Kreis's, else the Land's."""
    unit = served.unit.iloc[0]
    order = {unit["ags"]: 0, unit["kreis"]: 1}
    ranked = table.assign(_rank=table["area"].map(order).fillna(2 + ~table["area"].str.len().eq(2)))
    ranked = ranked[ranked["_rank"] <= 2]
    best = ranked.groupby("service")["_rank"].transform("min")
    return ranked[ranked["_rank"] == best].drop(columns="_rank").reset_index(drop=True)


def need_table(
    groups: Array,
    paths: Mapping[Scenario, Array],
    draws: Mapping[Scenario, Array],
    served: Services,
    years: list[int],
) -> pd.DataFrame:
    """Return need by scenario, year and service.

    Returns
    -------
    DataFrame
        scenario, year, service, need (without deviation), p05, p50, p95, demography, rate (change since the first year
        by people and by rates, exact), rate_year; missing where no rate is known.
    """
    _, measured = level_rates(served.rates, served.unit)
    parts = []
    for scenario, path in paths.items():
        band = np.percentile(draws[scenario], PERCENTILES, axis=0)
        people, use = (
            np.stack(part)
            for part in zip(*(split(groups[0], groups[t], path[0], path[t]) for t in range(len(years))), strict=True)
        )  # fmt: skip
        year, service = (index.ravel() for index in np.indices(people.shape))
        columns = {"need": need(groups, path), "p05": band[0], "p50": band[1], "p95": band[2]}
        columns |= {"demography": people, "rate": use}
        parts.append(
            pd.DataFrame(
                {
                    "scenario": scenario,
                    "year": np.array(years)[year],
                    "service": np.array(SERVICES, dtype=object)[service],
                    **{name: values.ravel() for name, values in columns.items()},
                    "rate_year": measured[0][service],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def cost_table(
    needed: Array, served: Services, own: OwnPlanning, years: list[int], listed: bool
) -> pd.DataFrame:
    """Return cost at constant rates.

    Returns
    -------
    DataFrame
        year, service, counted and eur_each (places, persons, or where no figure leads to a case persons of the age
        group, and what one costs a year in prices of cost_year), each_of ("place", "person", "person_of_group"),
        each_age (of that group), cost_year, gross_eur (prices of the year), direct_eur, through_kreis_eur,
        through_landschaftsverband_eur, net_eur, net_real_eur (prices of cost_year: only need moves it); missing where
        rate, cost or payer is not known.
    """
    growth = {"pay": assumption("pay_growth_share"), "price": assumption("price_growth_share")}
    net, gross = _net(needed, served, own, years, listed, **growth)
    real, _ = _net(needed, served, own, years, listed, pay=0.0, price=0.0)
    each, priced = unit_cost_array(served.costs, served.unit)
    year, service = (index.ravel() for index in np.indices(gross.shape))
    columns = {f"{name}_eur": part for name, part in net.items()} | {"net_real_eur": real["net"]}
    shown = unit_rows(served.costs, served).drop_duplicates("service", keep="last").set_index("service")
    rows = shown.reindex(list(SERVICES))
    by_group = (rows["shown_as"] == "person_of_group").to_numpy()
    eur = np.where(by_group, rows["eur_per_person_of_group"].to_numpy(float), each[0])
    found = {
        "year": np.array(years)[year],
        "service": np.array(SERVICES, dtype=object)[service],
        "counted": (needed[:, served.place] * (each[0] / eur)).ravel(),
        "eur_each": eur[service],
        "each_of": rows["shown_as"].fillna("").to_numpy(object)[service],
        "each_age": np.where(by_group, rows["age"].fillna(""), "").astype(object)[service],
        "cost_year": priced[0][service],
        "gross_eur": gross.ravel(),
        **{name: part.ravel() for name, part in columns.items()},
    }
    return pd.DataFrame(found)


def _net(
    needed: Array, served: Services, own: OwnPlanning, years: list[int], listed: bool, *, pay: float, price: float
) -> tuple[dict[str, Array], Array]:  # fmt: skip
    prices = {"pay": pay, "price": price}
    smooth = np.full(len(SERVICES), np.nan)
    gross = gross_cost(needed, served.costs, served.units, years, places_per_step=smooth, **prices)
    alone, steps = needed[:, [served.place]], own_steps(own.places)
    gross[:, served.place] = gross_cost(
        alone, served.costs, served.unit, years, places_per_step=steps, **prices
    )[:, 0]
    shares = served.shares[:, served.place]
    net = net_municipal_cost(gross, served.shares, served.units, served.levy)
    found = {name: part[:, served.place].copy() for name, part in net.items()}
    if not listed:  # what comes back through the levies of a unit in no table cannot be told
        for name in ("kreis", "landschaftsverband"):
            known = shares[PAYERS.index(name)] == 0
            found[f"through_{name}"][:] = np.where(known, 0.0, np.nan)
        found["net"] = found["direct"] + found["through_kreis"] + found["through_landschaftsverband"]
    for k in sorted({SERVICES.index(service) for service in own.shares["service"]}):
        parts = [gross[:, served.place, k] * shares[PAYERS.index(payer), k] for payer in MUNICIPAL]
        found["direct"][:, k], found["through_kreis"][:, k], found["through_landschaftsverband"][:, k] = parts
        found["net"][:, k] = sum(parts)
    return found, gross[:, served.place]


def shown_costs(costs: pd.DataFrame) -> pd.DataFrame:
    """Leave the cost of a case out where no figure of a case leads to it."""
    by_group = costs["shown_as"] == "person_of_group"
    return costs.assign(eur_per_need=costs["eur_per_need"].where(~by_group))


def payer_table(served: Services) -> pd.DataFrame:
    """Return the share of every payer in the gross cost of every service: service, payer, share (NaN = not known)."""
    shares = served.shares[:, served.place].T
    service, payer = (index.ravel() for index in np.indices(shares.shape))
    return pd.DataFrame(
        {
            "service": np.array(SERVICES, dtype=object)[service],
            "payer": np.array(PAYERS, dtype=object)[payer],
            "share": shares.ravel(),
        }
    )
