"""The consolidated indicators of resilience beside the NKF ratios: five dimensions (METHODS B.8, proposal).

What the embedded figures cannot give stays missing. Results before 2012 are cash balances of current
administration, not annual results; they are called so by their basis "cash_proxy".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet, rule_set
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.triggers import triggers

Floats = NDArray[np.float64]
Dimension = Literal["balance", "buffer", "liquidity", "rigidity", "revenue_risk"]
SUSTAINABILITY_CAP_YEARS = 100.0
LONGEST_YEARS = 30


@dataclass(frozen=True)
class Indicator:
    """An indicator or NKF ratio and the dimension it belongs to."""

    key: str
    dimension: Dimension
    unit: Literal["pct", "years", "eur_pc"]
    is_nkf_ratio: bool = False


INDICATORS: tuple[Indicator, ...] = (
    Indicator("aufwandsdeckungsgrad", "balance", "pct", True),
    Indicator("deficit_years_pct", "balance", "pct"),
    Indicator("reserve_to_expenses_pct", "buffer", "pct"),
    Indicator("eigenkapitalquote_1", "buffer", "pct", True),
    Indicator("years_to_trigger", "buffer", "years"),
    Indicator("reserves_sustainability_years", "buffer", "years"),
    Indicator("liquidity_credit_eur_pc", "liquidity", "eur_pc"),
    Indicator("short_term_credit_pct", "liquidity", "pct"),
    Indicator("liquiditaet_2", "liquidity", "pct", True),
    Indicator("dynamischer_verschuldungsgrad", "liquidity", "years", True),
    Indicator("zinslastquote", "liquidity", "pct", True),
    Indicator("transferaufwandsquote", "rigidity", "pct", True),
    Indicator("personalintensitaet", "rigidity", "pct", True),
    Indicator("levies_paid_pct", "rigidity", "pct"),
    Indicator("social_transfers_pct", "rigidity", "pct"),
    Indicator("netto_steuerquote", "revenue_risk", "pct", True),
    Indicator("trade_tax_pct", "revenue_risk", "pct"),
    Indicator("trade_tax_volatility_pct", "revenue_risk", "pct"),
    Indicator("zuwendungsquote", "revenue_risk", "pct", True),
)


def reserves_sustainability_years(reserves_eur: Floats, mean_result_eur: Floats) -> Floats:
    """Years the reserves last at the mean draw: reserves / draw, at most 100 (CIPFA Resilience Index).

    No draw (mean result ≥ 0) gives 100; no reserves gives 0; NaN stays NaN.
    """
    draw = -np.asarray(mean_result_eur, np.float64)
    stock = np.maximum(np.asarray(reserves_eur, np.float64), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        years = np.where(draw > 0.0, stock / draw, SUSTAINABILITY_CAP_YEARS)
    years = np.where(np.isnan(draw) | np.isnan(stock), np.nan, years)
    return np.minimum(years, SUSTAINABILITY_CAP_YEARS)


def years_to_trigger(
    result_eur: Floats,
    ausgleichsruecklage_eur: Floats,
    allgemeine_ruecklage_eur: Floats,
    rules: RuleSet,
    longest: int = LONGEST_YEARS,
) -> Floats:
    """Years of the same result until N1, N2 or N3 binds, counted from 1 (deterministic).

    Returns
    -------
    ndarray
        inf where no trigger binds within ``longest`` years, NaN where a number is missing.
    """
    result = np.asarray(result_eur, np.float64)
    reserves = Reserves.opening(ausgleichsruecklage_eur, allgemeine_ruecklage_eur)
    general, equity, reduction = [reserves.allgemeine_ruecklage_eur], [], []
    for _ in range(longest):
        reserves, outcome = step(result, reserves, rules)
        general.append(reserves.allgemeine_ruecklage_eur)
        equity.append(reserves.equity_eur)
        reduction.append(outcome.reduction_eur)
    hit = triggers(np.array(reduction), np.array(general), np.array(equity), rules)
    years = np.where(hit.first_year < 0, np.inf, hit.first_year + 1.0)
    return np.where(hit.undefined.any(axis=0), np.nan, years)


def log_growth_volatility_pct(panel: pd.DataFrame, column: str, last_year: int, years: int = 10) -> pd.Series:
    """Standard deviation of log growth over ``years`` years up to ``last_year``, percent, by ags.

    NaN where a value is missing or not positive: a logarithm does not exist there.
    """
    chosen = panel[panel["year"].between(last_year - years, last_year)]
    wide = chosen.pivot_table(index="ags", columns="year", values=column)
    wide = wide.reindex(columns=range(last_year - years, last_year + 1))
    growth = np.diff(np.log(wide.where(wide > 0).to_numpy(np.float64)), axis=1)
    return pd.Series(100.0 * growth.std(axis=1, ddof=1), wide.index, name="trade_tax_volatility_pct")


def indicators(
    unit_totals: pd.DataFrame, balance: pd.DataFrame, tax_panel: pd.DataFrame, year: int = 2009
) -> pd.DataFrame:
    """Compute the indicators that are no NKF ratios, for the year of the balance sheets.

    Parameters
    ----------
    unit_totals, balance : DataFrame
        Tables of the ingest stage.
    tax_panel : DataFrame
        nrw_tax_panel: ags, year, trade_tax_eur_pc.
    year : int

    Returns
    -------
    DataFrame
        ags, year, ratio (key of the indicator), value, unit, basis ("balance" or "cash_proxy"): the shape
        `with_peers` takes.
    """
    totals = unit_totals.assign(
        result=unit_totals["current_receipts_eur"] - unit_totals["current_payments_eur"]
    )
    now = totals[totals["year"] == year].set_index("ags")
    mean_result = totals.groupby("ags")["result"].mean()
    deficit = (totals["result"] < 0).groupby(totals["ags"]).mean()
    sheet = balance.set_index("ags")
    people = now["population"]
    cash = {
        "deficit_years_pct": 100.0 * deficit,
        "levies_paid_pct": 100.0 * now["umlagen_paid_eur"] / now["current_payments_eur"],
        "social_transfers_pct": 100.0 * now["social_transfers_eur"] / now["payments_eur"],
        "trade_tax_pct": 100.0
        * (now["trade_tax_eur"] - now["trade_tax_levy_eur"])
        / now["current_receipts_eur"],
        "trade_tax_volatility_pct": log_growth_volatility_pct(tax_panel, "trade_tax_eur_pc", year),
    }
    a, g = sheet["equalisation_reserve_eur"], sheet["general_reserve_eur"]
    result = mean_result.reindex(sheet.index)
    years = years_to_trigger(result.to_numpy(), a.to_numpy(), g.to_numpy(), rule_set(year))
    lasting = reserves_sustainability_years(a.to_numpy(), result.to_numpy())
    credit = sheet["liquidity_credit_eur"]
    short = 100.0 * sheet["liquidity_credit_under_1y_eur"] / credit.where(credit > 0)
    stocks = {
        "reserve_to_expenses_pct": 100.0 * a / now["current_payments_eur"],
        "years_to_trigger": pd.Series(years, sheet.index),
        "reserves_sustainability_years": pd.Series(lasting, sheet.index),
        "liquidity_credit_eur_pc": credit / people,
        "short_term_credit_pct": short,
    }
    units = {i.key: i.unit for i in INDICATORS}
    parts = [
        pd.DataFrame({"ratio": key, "value": series.dropna(), "unit": units[key], "basis": basis})
        for basis, group in (("cash_proxy", cash), ("balance", stocks))
        for key, series in group.items()
    ]
    table = pd.concat(parts).rename_axis("ags").reset_index().assign(year=year)
    return table[["ags", "year", "ratio", "value", "unit", "basis"]].sort_values(
        ["ags", "ratio"], ignore_index=True
    )
