"""What the plan adds to a budget year by year: the municipal net cost of all services whose cost is known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.planning.known import KREIS_DIGITS
from dewak_research.planning.rates import SERVICES

FIRST_BORNE = ["through_kreis_eur", "through_landschaftsverband_eur"]
"""What meets the budget of a Kreis before it raises its levy; its towns' own part does not."""


def net_path(net_cost: pd.DataFrame, growth: float) -> pd.DataFrame:
    """Return the net cost of every year beyond what the budget already holds for it.

    The budget holds the cost of the first year and lets it grow; what grows faster, or slower, is the plan's.

    Parameters
    ----------
    net_cost : DataFrame
        ags, year, service, direct_eur, through_kreis_eur, through_landschaftsverband_eur, net_eur: EUR of the year, one
        scenario. A service that is missing in a year counts as unknown.
    growth : float
        Yearly growth of the budget's own path, share.

    Returns
    -------
    DataFrame
        ags, year (without the first), net_eur (positive = the plan costs more), net_first_eur (of the first year),
        services_known, services_unknown (keys, "; ": they are not in it, and no zero is claimed). A town bears what
        comes through levies as well; a Kreis what it pays before its towns make it good. A unit without any known
        service has no row.
    """
    kreis = net_cost["ags"].str.len() == KREIS_DIGITS
    borne = net_cost["net_eur"].where(~kreis, net_cost[FIRST_BORNE].sum(axis=1, skipna=False))
    wide = net_cost.assign(borne=borne).pivot_table(
        index=["ags", "service"], columns="year", values="borne", dropna=False
    )
    known = wide[wide.notna().all(axis=1)]
    sums = known.groupby(level="ags").sum()
    years = sums.columns.to_numpy(dtype=np.int64)
    held = sums.to_numpy()[:, :1] * (1.0 + growth) ** (years - years[0])
    ahead = (sums - held).iloc[:, 1:].reset_index()
    extra = ahead.melt("ags", var_name="year", value_name="net_eur")
    services = known.reset_index("service").groupby(level="ags")["service"].agg(set)
    out = extra.assign(
        net_first_eur=extra["ags"].map(sums.iloc[:, 0]),
        services_known=extra["ags"].map(services.map(len)),
        services_unknown=extra["ags"].map(
            services.map(lambda own: "; ".join(s for s in SERVICES if s not in own))
        ),
    )
    ordered: pd.DataFrame = out.astype({"year": "int64"}).sort_values(["ags", "year"], ignore_index=True)
    return ordered


def scenario_paths(net_cost: pd.DataFrame, growth: float) -> pd.DataFrame:
    """Return :func:`net_path` of every scenario: its columns, and scenario."""
    scenarios = net_cost.groupby("scenario", sort=False)
    found = [net_path(rows, growth).assign(scenario=name) for name, rows in scenarios]
    return pd.concat(found, ignore_index=True)
