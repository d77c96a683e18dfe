"""From accounts, plan lines, balance sheets and payments to the named items of the ratios."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.data.accounts import account_map
from dewak_research.data.balance import balance_map
from dewak_research.ratios.kennzahlen import Basis, Item, Ratio, evaluate, in_order, items, ratios, sum_of

BALANCE_YEAR = 2009


def _only(amounts: pd.Series) -> float:
    if len(amounts) > 1:
        raise ValueError("a plan line stands twice in one year")
    return float(amounts.iloc[0])


def _ended(frame: pd.DataFrame) -> pd.DataFrame:
    for name, item in items().items():
        if item.zero_from is not None:
            ended = frame["year"] >= item.zero_from
            column = f"{name}_eur"
            known = frame[column] if column in frame else pd.Series(np.nan, index=frame.index)
            frame[column] = known.mask(ended & known.isna(), 0.0)
    return frame


def from_payments(unit_totals: pd.DataFrame, kinds: pd.Series | None = None) -> pd.DataFrame:
    """Items from the payments statistics, as a stand-in for accrual accounts.

    Parameters
    ----------
    unit_totals : DataFrame
        ags, year, one column ``<aggregate>_eur`` per aggregate of the account map.
    kinds : Series, optional
        Kind of unit, index ags.
    """
    frame = unit_totals[["ags", "year"]].copy()
    for name, item in items().items():
        if item.cash:
            frame[f"{name}_eur"] = sum_of(unit_totals, item.cash)
    return _ended(_with_kind(frame, kinds))


def from_balance(
    balance: pd.DataFrame, unit_totals: pd.DataFrame, year: int = BALANCE_YEAR, kinds: pd.Series | None = None
) -> pd.DataFrame:
    """Items from the balance sheets of a year; the operating balance is cash by its definition.

    Parameters
    ----------
    balance : DataFrame
        ags and the named balance items in EUR.
    unit_totals : DataFrame
        Payments, for the operating balance of ratio 10; unreported units get NaN.
    """
    frame = balance[["ags"]].assign(year=year)
    for name, item in items().items():
        if item.balance:
            frame[f"{name}_eur"] = sum_of(balance, item.balance)
    cash = from_payments(unit_totals[unit_totals["year"] == year])[["ags", "operating_balance_eur"]]
    return _with_kind(frame.merge(cash, on="ags", how="left", validate="one_to_one"), kinds)


def from_plan_lines(lines: pd.DataFrame, kinds: pd.Series | None = None) -> pd.DataFrame:
    """Items from the lines of result plan and finance plan (official numbering 01–26).

    Parameters
    ----------
    lines : DataFrame
        One row per ags, year, line ("result_plan.10", "finance_plan.17", "result_plan.gewerbesteuerumlage"),
        with amount_eur; expenses without a sign.

    Raises
    ------
    ValueError
        A line stands twice.
    """
    wide = lines.pivot_table(
        index=["ags", "year"], columns="line", values="amount_eur", aggfunc=_only
    ).reset_index()
    frame = _with_kind(wide[["ags", "year"]].copy(), kinds)
    for name, item in items().items():
        if item.plan:
            values = sum_of(wide, item.plan, "")
            if item.plan_kinds and "kind" in frame:
                values = values.where(frame["kind"].isin(list(item.plan_kinds)))
            frame[f"{name}_eur"] = values
    return _ended(frame)


def _with_kind(frame: pd.DataFrame, kinds: pd.Series | None) -> pd.DataFrame:
    return frame if kinds is None else frame.assign(kind=frame["ags"].map(kinds))


def formula_in_codes(ratio: Ratio, basis: Basis) -> str:
    """The formula of a ratio in account numbers (accrual, cash_proxy) or balance item numbers (balance)."""
    numerator, denominator = (
        _codes(part, basis, group=True) for part in (ratio.numerator, ratio.denominator)
    )
    return f"{numerator} / {denominator}" + (" × 100" if ratio.unit == "pct" else "")


def _codes(formula: Mapping[str, float], basis: Basis, *, group: bool) -> str:
    total: dict[str, float] = {}
    for name, sign in formula.items():
        for part, code in _parts(items()[name], basis):
            total[code] = total.get(code, 0.0) + sign * part
    signed = [(sign, code) for code, sign in total.items() if sign]
    text = "".join((" − " if sign < 0 else " + ") + code for sign, code in signed)
    text = "−" + text.removeprefix(" − ") if signed[0][0] < 0 else text.removeprefix(" + ")
    return f"({text})" if group and len(signed) > 1 else text


def _parts(item: Item, basis: Basis) -> list[tuple[float, str]]:
    if basis == "balance" and item.balance:
        return [(sign, balance_map().items[name].current) for name, sign in item.balance.items()]
    if basis == "accrual":
        return [(1.0, account) for account in item.accounts]
    return [(sign, account) for name, sign in item.cash.items() for account in account_map()[name].accounts]


def embedded_ratios(unit_totals: pd.DataFrame, balance: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """The set for the embedded figures: cash proxies 2009–2011, balance ratios 2009, and what neither gives.

    Parameters
    ----------
    unit_totals, balance, units : DataFrame
        Tables of the ingest stage.

    Returns
    -------
    DataFrame
        As `evaluate`. Ratios that need depreciation stand with basis "accrual", undefined, with the reason.
    """
    kinds = units.set_index("ags")["kind"]
    cash = evaluate(from_payments(unit_totals, kinds), "cash_proxy")
    stock = evaluate(from_balance(balance, unit_totals, kinds=kinds), "balance")
    neither = [(key, ratio.unit) for key, ratio in ratios().items() if ratio.bases == ("accrual",)]
    years = unit_totals[["ags", "year"]]
    lacking = pd.concat(
        [
            years.assign(ratio=key, value=np.nan, unit=unit, basis="accrual", reason="needs_accrual")
            for key, unit in neither
        ]
    )
    return in_order(pd.concat([cash, stock, lacking], ignore_index=True))
