"""Cash, credit and balance sheet of an own plan, carried on by the Finanzplan from the last balance sheet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.own.plan import plan_lines, plan_years, series
from dewak_research.own.roles import has_line, line_for

Floats = NDArray[np.float64]
FLOWS = {
    "operating_eur": "operating_balance",
    "investment_eur": "investment_balance",
    "financing_eur": "financing_balance",
    "change_eur": "change_in_funds",
}
STOCKS = {
    "funds_eur": "liquide_mittel",
    "liquidity_credit_eur": "liquiditaetskredite",
    "investment_credit_eur": "investitionskredite",
}
BALANCE = (
    "anlagevermoegen", "umlaufvermoegen", "sachvermoegen", "finanzvermoegen", "bilanzsumme_aktiva",
    "allgemeine_ruecklage", "ausgleichsruecklage", "base_equity", "ordinary_reserve", "extraordinary_reserve",
    "carried_deficits", "jahresergebnis", "eigenkapital", "net_position", "rueckstellungen", "verbindlichkeiten",
    "investitionskredite", "liquiditaetskredite", "bilanzsumme_passiva",
)  # fmt: skip


def cash_path(frame: pd.DataFrame) -> pd.DataFrame:
    """Return flows of the Finanzplan and stocks of cash and credit by year.

    A stock is that of the balance sheet where there is one, after that the stock before plus the flow of the year:
    cash by the change in own funds, credit by what is taken less what is repaid (an empty line of liquidity credit
    means that none moves; loans granted and their returns stand in the same lines as borrowing, so that debt is an
    upper or lower bound by those).

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.

    Returns
    -------
    DataFrame
        year; operating_eur, investment_eur, financing_eur, change_eur (flows of the year); funds_eur,
        liquidity_credit_eur, investment_credit_eur (stocks at its end); planned (whether the year is a plan year).
        NaN = not entered. No row without a line of the Finanzplan or a stock.
    """
    found = {name: series(frame, "finance_plan", role) for name, role in FLOWS.items()}
    stocks = {name: series(frame, "balance", line, "actual") for name, line in STOCKS.items()}
    known = [part.index for part in (*found.values(), *stocks.values()) if len(part)]
    if not known:
        return pd.DataFrame()
    years = list(range(int(min(i.min() for i in known)), int(max(i.max() for i in known)) + 1))
    table = pd.DataFrame(
        {"year": years, **{name: part.reindex(years).tolist() for name, part in found.items()}}
    )
    taken, repaid = (
        plan_lines(frame, (f"loans_{name}",), years, "finance_plan") for name in ("taken", "repaid")
    )
    moves: dict[str, Any] = {
        "funds_eur": found["change_eur"].reindex(years).to_numpy(float),
        "liquidity_credit_eur": credit_taken(frame, years),
        "investment_credit_eur": taken - repaid,
    }
    for name, entered in stocks.items():
        stock, carried = float("nan"), list[float]()
        for year, move in zip(years, moves[name], strict=True):
            stock = float(entered[year]) if year in entered.index else stock + float(move)
            carried.append(stock)
        table[name] = carried
    return table.assign(planned=table["year"].isin(plan_years(frame)))


def credit_taken(frame: pd.DataFrame, years: list[int]) -> Floats:
    """Return the liquidity credit that the finance plan takes, less what it repays, by year; 0 = none entered."""
    taken, repaid = (
        np.nan_to_num(plan_lines(frame, (f"liquidity_credit_{name}",), years, "finance_plan"))
        for name in ("taken", "repaid")
    )
    return np.asarray(taken - repaid, np.float64)


def balance_over_years(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the balance sheets by line (index) and year (columns), EUR, NaN = not entered; only lines with a value."""
    named = [line_for("balance", line) for line in BALANCE if has_line("balance", line)]
    rows = {line: series(frame, "balance", line, "actual") for line in named}
    return pd.DataFrame({line: part for line, part in rows.items() if len(part)}).T.sort_index(axis=1)
