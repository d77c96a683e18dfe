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
from dewak_research.rules import HOME, RuleSet, land
from dewak_research.stress.items import KEYS, POSITION, SIGNS, require_known, vector
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.pool import TAX_COLUMNS

Floats = NDArray[np.float64]
GROWTH_OPTIONS = ("given", "mean5", "flat")
BALANCE_YEAR = 2009
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


def opening_reserves(balance: pd.DataFrame, rules: RuleSet) -> pd.DataFrame:
    """Reserves at the start of the first simulated year: balance sheet 31.12.2009 after its own result.

    Parameters
    ----------
    balance : DataFrame
        Ingest table ``balance``: equalisation_reserve_eur, general_reserve_eur, annual_result_eur,
        deficit_not_covered_eur, liquidity_credit_eur, investment_credit_eur, liquid_funds_eur.
    rules : RuleSet
        Law of 2009.

    Returns
    -------
    DataFrame
        Index ags: ausgleichsruecklage_eur, allgemeine_ruecklage_eur, equity_eur, liquidity_credit_eur,
        investment_credit_eur, liquid_funds_eur, annual_result_2009_eur (NaN where none is shown).
    """
    table = balance.sort_values("ags").set_index("ags")
    shown = table["annual_result_eur"].astype(float)
    before = Reserves.opening(
        table["equalisation_reserve_eur"].to_numpy(float),
        (table["general_reserve_eur"] - table["deficit_not_covered_eur"]).to_numpy(float),
    )
    after, _ = step(np.nan_to_num(shown.to_numpy(np.float64)), before, rules)
    return pd.DataFrame(
        {
            "ausgleichsruecklage_eur": after.ausgleichsruecklage_eur,
            "allgemeine_ruecklage_eur": after.allgemeine_ruecklage_eur,
            "equity_eur": after.equity_eur,
            "liquidity_credit_eur": table["liquidity_credit_eur"].to_numpy(float),
            "investment_credit_eur": table["investment_credit_eur"].to_numpy(float),
            "liquid_funds_eur": table["liquid_funds_eur"].to_numpy(float),
            "annual_result_2009_eur": shown.to_numpy(float),
        },
        index=table.index,
    )


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
        Law of 2009, for the opening reserves.

    Returns
    -------
    DataFrame
        One row per reported unit, sorted by ags: register columns; years_used (text), n_years; thirteen
        ``<key>_eur``; result_eur, liquidity_flow_eur, receipts_eur, payments_eur, umlagen_received_eur (means of
        the reported years); opening reserves and debt (NaN without a balance sheet); has_balance;
        trade_tax_multiplier_pct; result_basis.
    """
    items = vector(payments)
    used = items.groupby("ags")["year"].agg(lambda y: ", ".join(str(v) for v in sorted(y)))
    flows = pd.DataFrame(
        {
            "ags": unit_totals["ags"],
            "year": unit_totals["year"],
            "result_eur": unit_totals["current_receipts_eur"] - unit_totals["current_payments_eur"],
            "liquidity_flow_eur": unit_totals["gross_receipts_eur"]
            - unit_totals["gross_payments_eur"]
            - (unit_totals["liquidity_credit_receipts_eur"] - unit_totals["liquidity_credit_repaid_eur"]),
            "receipts_eur": unit_totals["current_receipts_eur"],
            "payments_eur": unit_totals["current_payments_eur"],
            "umlagen_received_eur": unit_totals["umlagen_received_eur"],
        }
    )
    table = units[units["ags"].isin(items["ags"])].sort_values("ags").set_index("ags")
    out = table[
        ["name", "kind", "kreis", "landschaftsverband", "size_class", "population", "longitude", "latitude"]
    ].copy()
    out["years_used"] = used.reindex(out.index)
    out["n_years"] = items.groupby("ags").size().reindex(out.index)
    out = out.join(_mean_of_years(items)).join(_mean_of_years(flows).astype(float))
    out = out.join(opening_reserves(balance, rules))
    out["has_balance"] = out["allgemeine_ruecklage_eur"].notna()
    out["trade_tax_multiplier_pct"] = multipliers.set_index("ags")["trade_tax_multiplier_pct"].reindex(
        out.index
    )
    out["result_basis"] = "cash_proxy"
    return out.reset_index()


def baseline_check(table: pd.DataFrame, unit_totals: pd.DataFrame) -> pd.DataFrame:
    """Hold the cash proxy of 2009 against the accrual result shown in the balance sheet of 2009.

    Returns
    -------
    DataFrame
        ags, kind, cash_eur_pc, accrual_eur_pc; units that show both.
    """
    cash = unit_totals[unit_totals["year"] == BALANCE_YEAR].set_index("ags")
    balance = (cash["current_receipts_eur"] - cash["current_payments_eur"]).astype(float)
    both = table.set_index("ags")
    out = pd.DataFrame(
        {
            "kind": both["kind"],
            "cash_eur_pc": balance.reindex(both.index) / both["population"],
            "accrual_eur_pc": both["annual_result_2009_eur"] / both["population"],
        }
    )
    checked: pd.DataFrame = out.dropna().reset_index()
    return checked


def baseline_agreement(check: pd.DataFrame) -> pd.DataFrame:
    """How well the cash balance stands for the annual result, one row.

    Parameters
    ----------
    check : DataFrame
        Result of ``baseline_check``.

    Returns
    -------
    DataFrame
        units (number), correlation, difference_median_eur_pc (cash less accrual).
    """
    difference = check["cash_eur_pc"] - check["accrual_eur_pc"]
    return pd.DataFrame(
        {
            "units": [len(check)],
            "correlation": [float(check["cash_eur_pc"].corr(check["accrual_eur_pc"]))],
            "difference_median_eur_pc": [float(difference.median())],
        }
    )


def balance_date(balance: pd.DataFrame) -> pd.DataFrame:
    """Liquidity credit in the balance sheets beside the published stock of the Land: a check of their date, one row.

    Returns
    -------
    DataFrame
        sheets (number), liquidity_credit_eur, growth_share (on the year before, sheets that show both years),
        nrw_stock_2008_eur, nrw_stock_2011_eur (end of year), nrw_growth_share (mean per year 2008–2011).
    """
    now, before = balance["liquidity_credit_eur"], balance["liquidity_credit_previous_eur"]
    both = (now > 0) & (before > 0)
    first, last = (
        1e9 * float(land(HOME).value("credit", "nrw_stock_eur_bn", year).value) for year in (2008, 2011)
    )
    return pd.DataFrame(
        {
            "sheets": [len(balance)],
            "liquidity_credit_eur": [float(now.sum())],
            "growth_share": [float(now[both].sum() / before[both].sum() - 1.0)],
            "nrw_stock_2008_eur": [first],
            "nrw_stock_2011_eur": [last],
            "nrw_growth_share": [float((last / first) ** (1 / 3) - 1.0)],
        }
    )


def growth_rates(
    table: pd.DataFrame,
    option: str,
    given: dict[str, float],
    tax_panel: pd.DataFrame,
    last_year: int = BALANCE_YEAR,
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


def path(table: pd.DataFrame, rates: Floats, years: int, rest_rate: float = 0.0) -> Path:
    """Carry the starting point forward.

    Parameters
    ----------
    rates : ndarray, shape (n, 13)
    years : int
    rest_rate : float
        Growth of what is not among the thirteen items (same rate for receipts and payments).
    """
    base = table[[f"{key}_eur" for key in KEYS]].to_numpy(float)
    signed = base * np.array(SIGNS)
    exponents = np.arange(1, years + 1)[:, None, None]
    factors = (1.0 + rates)[None] ** exponents
    items = base[None] * factors
    in_items = signed.sum(axis=1)
    rest = table["result_eur"].to_numpy(float) - in_items
    rest_factor = (1.0 + rest_rate) ** exponents[:, :, 0]
    result = (signed[None] * factors).sum(axis=2) + rest[None] * rest_factor
    beyond = (table["liquidity_flow_eur"] - table["result_eur"]).to_numpy(float)
    return Path(items, result, result + beyond[None] * rest_factor)
