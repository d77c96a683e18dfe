"""What if cost per case grows faster than the budget: it has, and the plan carries it on with prices alone.

Both the cost of a person in need and the lines of the budget grow by an assumed rate. Here the cost grows at other
rates while the budget keeps its own; beside them stands by how much cost per person grew where it is published.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dewak_research.planning.booked import spent_per_person
from dewak_research.planning.cost import assumption, by_service, price_factor
from dewak_research.planning.net_path import net_path, scenario_paths
from dewak_research.planning.rates import SERVICES
from dewak_research.rules import HOME

PARTS = ["direct_eur", "through_kreis_eur", "through_landschaftsverband_eur", "net_eur"]


def observed_growth(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return by how much spending per person grew a year where the Land's statistics tell.

    Parameters
    ----------
    tables : mapping
        As for ``booked.spent_per_person``, with checkpoints.

    Returns
    -------
    DataFrame
        service, first_year, last_year, first_eur, last_eur (gross spending per weighted place of day care, young person
        of the ages of child-raising help, recipient of integration help), yearly_growth_share. Not cost at equal
        quality: more hours, more staff per child and heavier cases are in it. Help for care has one year only.
    """
    spent = spent_per_person(tables)
    points = tables["checkpoints"].query(f"area == '{HOME}' and series == 'integration_sgb9'")
    wide = points.pivot_table(index="year", columns="item", values="value")
    each = (1000.0 * wide["gross_spending"] / wide["recipients_total"]).dropna()
    help_ = pd.DataFrame({"service": "integration_help", "year": each.index, "eur": each.to_numpy()})
    rows = []
    for service, some in pd.concat([spent, help_], ignore_index=True).groupby("service", sort=False):
        ends = some.sort_values("year").iloc[[0, -1]]
        (first, last), (before, after) = ends["year"].astype(int), ends["eur"].astype(float)
        rows.append((service, first, last, before, after, (after / before) ** (1.0 / (last - first)) - 1.0))
    columns = ["service", "first_year", "last_year", "first_eur", "last_eur", "yearly_growth_share"]
    return pd.DataFrame(rows, columns=columns)


def at_growth(net_cost: pd.DataFrame, growth_share: float) -> pd.DataFrame:
    """Return net cost with another yearly growth of cost per case, of all services alike, from the first year on.

    Parameters
    ----------
    net_cost : DataFrame
        ags, year, service and ``PARTS``, EUR of the year at the assumed growth of pay and of other prices.
    growth_share : float
        Share a year.
    """
    assumed = price_factor(
        [1],
        np.zeros(len(SERVICES), np.int64),
        by_service("staff_share"),
        assumption("pay_growth_share"),
        assumption("price_growth_share"),
    )[0]
    yearly = net_cost["service"].map(dict(zip(SERVICES, assumed, strict=True)))
    factor = ((1.0 + growth_share) / yearly) ** (net_cost["year"] - net_cost["year"].min())
    return net_cost.assign(**{part: net_cost[part] * factor for part in PARTS})


def growth_paths(net_cost: pd.DataFrame, growths: Sequence[float], budget_growth: float) -> pd.DataFrame:
    """Return what the plan costs beyond the budget of every unit at several growths of cost per case.

    Parameters
    ----------
    net_cost : DataFrame
        As for :func:`at_growth`, one scenario.
    growths : sequence of float
        Shares a year.
    budget_growth : float
        Yearly growth of the lines of the budget, share.

    Returns
    -------
    DataFrame
        cost_growth_share and the columns of ``net_path.net_path``.
    """
    found = [net_path(at_growth(net_cost, g), budget_growth).assign(cost_growth_share=g) for g in growths]
    return pd.concat(found, ignore_index=True)


def budget_paths(
    net_cost: pd.DataFrame, municipalities: Sequence[str], growths: Sequence[float], budget_growth: float
) -> dict[str, pd.DataFrame]:
    """Return what the plan costs beyond the budget, which grows by ``budget_growth`` a year (share).

    Parameters
    ----------
    net_cost : DataFrame
        scenario and the columns of :func:`at_growth`, all scenarios.

    Returns
    -------
    dict
        net_path: ``net_path.scenario_paths`` of the municipalities; cost_growth_paths: :func:`growth_paths` of every
        unit at constant rates.
    """
    chosen = net_cost[net_cost["ags"].isin(municipalities)]
    constant = net_cost[net_cost["scenario"] == "constant"]
    return {
        "net_path": scenario_paths(chosen, budget_growth),
        "cost_growth_paths": growth_paths(constant, growths, budget_growth),
    }
