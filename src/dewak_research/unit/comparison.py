"""A unit's indicators beside those of its peers: value, median of the peers, position among them.

Peers are the fifteen units of the same kind whose context is nearest (``municipality.peers``, METHODS B.2 and E.6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from dewak_research.data.peers import beside_peers

Level = Literal["town", "kreis", "both"]


@dataclass(frozen=True)
class Indicator:
    """One figure of the comparison.

    Parameters
    ----------
    key : str
        Column of `indicators` and, with the prefix ``profile_``, its name in the label registry.
    level : {"town", "kreis", "both"}
        Units it exists for.
    years : str
        Years it rests on.
    spec : str
        Python's format.
    sources : tuple of str
        Names of the catalogue.
    """

    key: str
    level: Level
    years: str
    spec: str
    sources: tuple[str, ...]


INDICATORS: tuple[Indicator, ...] = (
    Indicator("population_change_pct", "town", "2011–2021", "+.1f", ("nrw_population", "nrw_gemeinden")),
    Indicator("population_change_kreis_pct", "kreis", "2011–2021", "+.1f", ("kreise_panel",)),
    Indicator("age_under18_pct", "town", "2022", ".1f", ("nrw_census_2022",)),
    Indicator("age_65plus_pct", "town", "2022", ".1f", ("nrw_census_2022",)),
    Indicator("age_65plus_kreis_pct", "kreis", "2022", ".1f", ("kreise_panel",)),
    Indicator("unemployed_per_100", "town", "2021", ".1f", ("nrw_unemployment",)),
    Indicator("sgb2_rate_pct", "kreis", "2021", ".1f", ("kreise_panel",)),
    Indicator("kdu_eur_pc", "kreis", "2019", ",.0f", ("kreise_panel",)),
    Indicator("tax_capacity_eur_pc", "both", "2017–2019", ",.0f", ("nrw_tax_panel", "kreise_panel")),
    Indicator("trade_tax_eur_pc", "both", "2017–2019", ",.0f", ("nrw_tax_panel", "kreise_panel")),
    Indicator("trade_tax_volatility_pct", "both", "1995–2019", ".0f", ("nrw_tax_panel", "kreise_panel")),
    Indicator("social_share_pct", "both", "2009–2011", ".1f", ("nrw_payments",)),
    Indicator("social_eur_pc", "both", "2009–2011", ",.0f", ("nrw_payments", "nrw_population")),
    Indicator("umlagen_share_pct", "both", "2009–2011", ".1f", ("nrw_payments",)),
    Indicator("interest_eur_pc", "both", "2009–2011", ",.0f", ("nrw_payments", "nrw_population")),
    Indicator("equity_ratio_pct", "both", "2009", ".1f", ("nrw_balance_2009",)),
    Indicator(
        "liquidity_credit_balance_eur_pc", "both", "2009", ",.0f", ("nrw_balance_2009", "nrw_population")
    ),
    Indicator("liquidity_credit_eur_pc", "kreis", "2019", ",.0f", ("kreise_panel",)),
)


def _mean_of_years(panel: pd.DataFrame, column: str, first: int, last: int) -> pd.Series[float]:
    """Mean over the years; missing where a year is missing."""
    part = panel[panel["year"].between(first, last)]
    grouped = part.groupby("ags")[column]
    mean: pd.Series[float] = grouped.mean().where(grouped.count() == last - first + 1)
    return mean


def trade_tax_volatility_pct(panel: pd.DataFrame) -> pd.Series[float]:
    """Return the standard deviation of yearly changes of trade tax per inhabitant, in log points times 100.

    Parameters
    ----------
    panel : DataFrame
        ags, year, ``trade_tax_eur_pc``. A year without a positive amount gives no change.

    Returns
    -------
    Series
        Index ags; missing with fewer than ten yearly changes.
    """
    wide = panel.set_index(["ags", "year"])["trade_tax_eur_pc"].astype(float).unstack("year")  # noqa: PD010
    logs = wide.where(wide > 0).apply(np.log)
    change = logs.diff(axis=1)
    spread: pd.Series[float] = 100.0 * change.std(axis=1, ddof=1)
    return spread.where(change.notna().sum(axis=1) >= 10)


def _booked(unit_totals: pd.DataFrame) -> pd.DataFrame:
    """Means over the reported years: what was booked, as shares and per inhabitant."""
    booked = unit_totals[unit_totals["year"].between(2009, 2011)]
    payments = booked["payments_eur"].where(booked["payments_eur"] > 0)
    yearly = pd.DataFrame(
        {
            "ags": booked["ags"],
            "social_share_pct": 100.0 * booked["social_transfers_eur"] / payments,
            "social_eur_pc": booked["social_transfers_eur"] / booked["population"],
            "umlagen_share_pct": 100.0 * booked["umlagen_paid_eur"] / payments,
            "interest_eur_pc": booked["interest_eur"] / booked["population"],
        }
    )
    return yearly.groupby("ags").mean()


def indicators(tables: Mapping[str, pd.DataFrame], contexts: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row per unit and one column per indicator; what is unknown is NaN.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``units``, ``unit_totals``, ``balance``, ``kreise`` (stage ingest) and ``nrw_tax_panel``.
    contexts : mapping of str to DataFrame
        ``town`` and ``kreis``: context factors of ``municipality.context``.
    """
    units = tables["units"].set_index("ags")
    town = contexts["town"].set_index("ags")
    kreis = contexts["kreis"].set_index("ags")
    kreise = tables["kreise"]
    panel = pd.concat([tables["nrw_tax_panel"], kreise[kreise["ags"].isin(kreis.index)]])
    balance = tables["balance"].set_index("ags")
    out = _booked(tables["unit_totals"]).reindex(units.index)
    out["population_change_pct"] = town["population_change_2011_2021_pct"]
    out["population_change_kreis_pct"] = kreis["population_change_2011_2021_pct"]
    out["age_under18_pct"] = town["age_under18_pct"]
    out["age_65plus_pct"] = town["age_65plus_pct"]
    out["age_65plus_kreis_pct"] = kreis["age_65plus_pct"]
    out["unemployed_per_100"] = town["unemployed_per_100_aged_15_64"]
    for key in ("sgb2_rate_pct", "liquidity_credit_eur_pc"):
        out[key] = kreis[key]
    of_2019 = kreise[kreise["year"] == 2019].set_index("ags")
    out["kdu_eur_pc"] = of_2019["kdu_eur_pc"].reindex(kreis.index)
    for key in ("tax_capacity_eur_pc", "trade_tax_eur_pc"):
        out[key] = _mean_of_years(panel, key, 2017, 2019)
    out["trade_tax_volatility_pct"] = trade_tax_volatility_pct(panel)
    people = units["population"]
    out["equity_ratio_pct"] = 100.0 * balance["equity_eur"] / balance["balance_total_eur"]
    out["liquidity_credit_balance_eur_pc"] = balance["liquidity_credit_eur"] / people
    return out[[indicator.key for indicator in INDICATORS]].sort_index()


def against_peers(values: pd.DataFrame, peers: pd.DataFrame) -> pd.DataFrame:
    """Set every unit's indicators beside those of its peers.

    Parameters
    ----------
    values : DataFrame
        Index ags, one column per indicator.
    peers : DataFrame
        ags, rank, peer.

    Returns
    -------
    DataFrame
        ags, indicator, value, peers_known, peer_median, peer_percentile as in `beside_peers`; sorted by ags and
        the order of the indicators.
    """
    long = values.rename_axis("ags").reset_index().melt("ags", var_name="indicator", value_name="value")
    out = beside_peers(long, peers, by=["indicator"]).drop(columns="rank")
    out["order"] = out["indicator"].map({key: position for position, key in enumerate(values.columns)})
    return out.sort_values(["ags", "order"], ignore_index=True).drop(columns="order")
