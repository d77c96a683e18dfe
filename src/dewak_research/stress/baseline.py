"""Where each unit starts: a year's budget in thirteen items, reserves, debt, and the path it would take unshocked.

The result of NKF accounts was not published for all units; the cash balance of current administration stands for
it (``result_basis`` = "cash_proxy"). It leaves out depreciation, provisions and the release of special items.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, messages
from dewak_research.rules import RuleSet
from dewak_research.stress.items import KEYS, POSITION, SIGNS, require_known, vector
from dewak_research.stress.opening import ROLLED_YEAR, opening_reserves, rolled, yearly_flows
from dewak_research.stress.pool import TAX_COLUMNS

Floats = NDArray[np.float64]
TAX_BASE_YEARS = {"mean5": (2007, 2008, 2009, 2010, 2011), "structural": (2007, 2008, 2011)}
TAX_BASES = ("booked", *TAX_BASE_YEARS)
MEANS = ("result_eur", "liquidity_flow_eur", "receipts_eur", "payments_eur", "umlagen_received_eur")
GROWTH_OPTIONS = ("given", "mean5", "flat")
_problem = messages(__package__)


@dataclass(frozen=True)
class Path:
    """Unshocked path of n units over T years.

    Parameters
    ----------
    items_eur : ndarray, shape (T, n, 13)
        Amounts, positive for receipts and payments alike.
    result_eur, liquidity_flow_eur : ndarray, shape (T, n)
        Annual result; change of cash before liquidity credit.
    """

    items_eur: Floats
    result_eur: Floats
    liquidity_flow_eur: Floats


def _mean_of_years(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.drop(columns="year").groupby("ags", sort=True).mean()


def baseline(
    units: pd.DataFrame,
    payments: pd.DataFrame,
    unit_totals: pd.DataFrame,
    balance: pd.DataFrame,
    multipliers: pd.DataFrame,
    rules: RuleSet,
) -> pd.DataFrame:
    """Put together the starting point of every reported unit.

    Parameters
    ----------
    units, payments, unit_totals, balance : DataFrame
        Ingest tables.
    multipliers : DataFrame
        ags, trade_tax_multiplier_pct (2015; the earliest year at hand).
    rules : RuleSet
        Law of 2008 and 2009 (the same), for the reserves.

    Returns
    -------
    DataFrame
        One row per reported unit, sorted by ags: register columns; years_used (text), n_years, last_year_booked;
        thirteen ``<key>_eur``; result_eur, liquidity_flow_eur, receipts_eur, payments_eur, umlagen_received_eur (means
        of the reported years); reserves and debt of the balance sheet and, as ``start_…``, at the end of 2009, with the
        part of the allgemeine Rücklage used in 2009 (NaN without one); has_balance; trade_tax_multiplier_pct;
        result_basis.
    """
    items = vector(payments)
    used = items.groupby("ags")["year"].agg(lambda y: ", ".join(str(v) for v in sorted(y)))
    flows = yearly_flows(unit_totals)
    table = units[units["ags"].isin(items["ags"])].sort_values("ags").set_index("ags")
    out = table[
        ["name", "kind", "kreis", "landschaftsverband", "size_class", "population", "longitude", "latitude"]
    ].copy()
    out["years_used"] = used.reindex(out.index)
    out["n_years"] = items.groupby("ags").size().reindex(out.index)
    out["last_year_booked"] = items.groupby("ags")["year"].max().reindex(out.index)
    out = out.join(_mean_of_years(items)).join(_mean_of_years(flows)[list(MEANS)])
    opening = opening_reserves(balance, rules)
    out = out.join(opening).join(rolled(opening, flows, rules))
    out["has_balance"] = out["allgemeine_ruecklage_eur"].notna()
    out["trade_tax_multiplier_pct"] = multipliers.set_index("ags")["trade_tax_multiplier_pct"].reindex(
        out.index
    )
    out["result_basis"] = "cash_proxy"
    return out.reset_index()


def growth_rates(
    table: pd.DataFrame,
    option: str,
    given: dict[str, float],
    tax_panel: pd.DataFrame,
    last_year: int = ROLLED_YEAR,
) -> Floats:
    """Yearly growth of each item of each unit in the unshocked path, shape (n, 13), share.

    Parameters
    ----------
    option : {"given", "mean5", "flat"}
        Rates as given (parameters, unverified: they stand for Orientierungsdaten); for the taxes the mean of the
        unit's last five years up to ``last_year`` (others as given); no growth.
    given : dict
        Rate by item; "default" for the rest.

    Raises
    ------
    InputError
        Unknown option or item.
    """
    if option not in GROWTH_OPTIONS:
        options = ", ".join(GROWTH_OPTIONS)
        raise InputError(_problem("growth_option", "stress.growth", option=option, known=options))
    require_known([key for key in given if key != "default"], "stress.growth_rates")
    rates = np.zeros((len(table), len(KEYS)))
    if option == "flat":
        return rates
    rates[:] = [given.get(key, given.get("default", 0.0)) for key in KEYS]
    if option == "mean5":
        panel = tax_panel[tax_panel["year"].isin([last_year - 5, last_year])]
        for key, column in TAX_COLUMNS.items():
            wide = panel.pivot_table(index="ags", columns="year", values=column)
            positive = wide.where(wide > 0)
            mean = (positive[last_year] / positive[last_year - 5]) ** 0.2 - 1.0
            own = table["ags"].map(mean).to_numpy(float)
            rates[:, POSITION[key]] = np.where(np.isnan(own), rates[:, POSITION[key]], own)
    return rates


def with_tax_base(
    table: pd.DataFrame, tax_panel: pd.DataFrame, option: str, net_share: Floats | float = 1.0
) -> pd.DataFrame:
    """Set a unit's own taxes to their mean over chosen years; the other items stay the booked mean.

    Key grants are left as booked: they would follow with a lag of a year or two.

    Parameters
    ----------
    table : DataFrame
        Result of ``baseline``.
    tax_panel : DataFrame
        ags, year, taxes in EUR per head (nominal), gross of the Gewerbesteuerumlage.
    option : str
        "booked" (nothing changes) or a key of ``TAX_BASE_YEARS``.
    net_share : ndarray, shape (n,), or float
        Part of a trade-tax euro left after the Gewerbesteuerumlage.

    Returns
    -------
    DataFrame
        With changed gewst_eur, est_eur, ust_eur, result_eur, liquidity_flow_eur; a unit whose tax series is not
        complete in these years (all Kreise) stays as booked.
    """
    if option == TAX_BASES[0]:
        return table
    years = TAX_BASE_YEARS[option]
    out = table.copy()
    change = np.zeros(len(table))
    for key, column in TAX_COLUMNS.items():
        wide = tax_panel.pivot_table(index="ags", columns="year", values=column)
        mean = wide[list(years)].mean(axis=1, skipna=False)
        booked = table[f"{key}_eur"]
        out[f"{key}_eur"] = (table["ags"].map(mean) * table["population"]).fillna(booked)
        weight = net_share if key == "gewst" else 1.0
        change += weight * (out[f"{key}_eur"] - booked).to_numpy(float)
    for column in ("result_eur", "liquidity_flow_eur"):
        out[column] = table[column] + change
    return out


def path(table: pd.DataFrame, rates: Floats, years: int, rest_rate: float = 0.0) -> Path:
    """Carry the starting point forward.

    Parameters
    ----------
    rates : ndarray, shape (n, 13)
    years : int
    rest_rate : float
        Growth of what is not among the thirteen items (same rate for receipts and payments).

    Returns
    -------
    Path
        From 2010 on; a unit's growth starts after its last booked year (column last_year_booked), until then every
        year is the starting point itself.
    """
    base = table[[f"{key}_eur" for key in KEYS]].to_numpy(float)
    signed = base * np.array(SIGNS)
    since = np.arange(1, years + 1)[:, None] + ROLLED_YEAR - table["last_year_booked"].to_numpy(int)[None]
    exponents = np.maximum(since, 0)[:, :, None]
    factors = (1.0 + rates)[None] ** exponents
    items = base[None] * factors
    in_items = signed.sum(axis=1)
    rest = table["result_eur"].to_numpy(float) - in_items
    rest_factor = (1.0 + rest_rate) ** exponents[:, :, 0]
    result = (signed[None] * factors).sum(axis=2) + rest[None] * rest_factor
    beyond = (table["liquidity_flow_eur"] - table["result_eur"]).to_numpy(float)
    return Path(items, result, result + beyond[None] * rest_factor)
