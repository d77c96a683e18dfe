"""The page "cash and debt" of an own report: flows, cash and loans by year, and the balance sheet over the years."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.own.amounts import millions
from dewak_research.own.cash_path import FLOWS, STOCKS
from dewak_research.own.page_parts import sourced_table
from dewak_research.own.plan import near_enough
from dewak_research.own.template import label_of, load_template
from dewak_research.page.columns import stacked_columns
from dewak_research.page.labels import label
from dewak_research.page.values import eur, eur_m, number

CREDIT = ("investment_credit_eur", "liquidity_credit_eur")


def money_page(
    path: pd.DataFrame, balance: pd.DataFrame, heads: float, first_plan_year: int | None, language: Language
) -> dict[str, Any]:
    """Return sentences, tables of flows and stocks, the balance sheets, and the picture of the loans.

    Parameters
    ----------
    path, balance : DataFrame
        Results of ``cash_path.cash_path`` and ``cash_path.balance_over_years``.
    heads : float
        Inhabitants, NaN = unknown.
    first_plan_year : int, optional
        Stocks that are too old for a plan from this year on are shown in the tables, and said to be too old.
    """
    say = partial(label, language=language)
    shown: dict[str, Any] = {"money_lines": [say("own_money_none")], "money_parts": [], "debt_picture": {}}
    if path.empty and balance.empty:
        return shown
    parts = [_table("flows", path, tuple(FLOWS), language), _table("stocks", path, tuple(STOCKS), language)]
    parts.append(_balance(balance, language))
    old = _too_old(path, first_plan_year)
    if old is None:
        lines = [say("own_money_lead"), *_sentences(path, heads, language)]
    else:
        lines = [say("own_money_old", year=old, sheet=load_template().sheets["balance"][language])]
    return {
        "money_lines": lines,
        "money_parts": [part for part in parts if part["rows"]],
        "debt_picture": _picture(path, language) if old is None else {},
    }


def _too_old(path: pd.DataFrame, first_plan_year: int | None) -> int | None:
    """Return the last year with a stock where that is too old to stand before the plan; None else."""
    known = (
        path.loc[path[list(STOCKS)].notna().any(axis=1), "year"] if len(path) else pd.Series(dtype="int64")
    )
    if first_plan_year is None or known.empty or near_enough(int(known.max()), first_plan_year):
        return None
    return int(path.loc[path[list(STOCKS)].notna().all(axis=1), "year"].max()) if len(path) else None


def _sentences(path: pd.DataFrame, heads: float, language: Language) -> list[str]:
    if path.empty:
        return []
    lines, by_year = [], path.set_index("year")
    funds = by_year["funds_eur"].dropna()
    if len(funds):
        year, least = int(str(funds.idxmin())), float(funds.min())
        kind, amount = ("negative", -least) if least < 0 else ("lowest", least)
        lines.append(label(f"own_money_{kind}", language, year=year, amount=eur_m(amount, language)))
    debt = by_year[list(CREDIT)].sum(axis=1, skipna=False).dropna()
    if len(debt) > 1:
        each = float(debt.iloc[-1]) / heads if heads > 0 else None
        head = "" if each is None else label("own_per_head", language, amount=eur(each, language))
        ends: dict[str, Any] = {
            "from_value": eur_m(debt.iloc[0], language),
            "to_value": eur_m(debt.iloc[-1], language),
        }
        first, last = int(debt.index[0]), int(debt.index[-1])
        lines.append(label("own_money_debt", language, first=first, last=last, head=head, **ends))
    return lines


def _table(name: str, path: pd.DataFrame, columns: tuple[str, ...], language: Language) -> dict[str, Any]:
    rows: list[list[str]] = []
    if not path.empty:
        known = path.dropna(subset=list(columns), how="all")
        for row in known.to_dict("records"):
            rows.append([str(row["year"]), *(millions(row[column], language, 2) for column in columns)])
    heads = [label(f"own_money_{column.removesuffix('_eur')}", language) for column in columns]
    return sourced_table(f"own_money_{name}", [label("own_year", language), *heads], rows, language)


def _balance(balance: pd.DataFrame, language: Language) -> dict[str, Any]:
    rows = [
        [label_of("balance", str(line))[language], *(millions(value, language, 1) for value in row)]
        for line, row in zip(balance.index, balance.to_numpy(float), strict=True)
    ]
    head = [label("own_line", language), *(str(year) for year in balance.columns)]
    return sourced_table("own_money_balance", head, rows, language)


def _picture(path: pd.DataFrame, language: Language) -> dict[str, Any]:
    known = path.dropna(subset=list(CREDIT)) if not path.empty else path
    if known.empty:
        return {}
    years = list(range(int(known["year"].min()), int(known["year"].max()) + 1))
    columns = [(known.set_index("year")[name].reindex(years) / 1e6).tolist() for name in CREDIT]
    last = known.iloc[-1]
    alt = label(
        "own_money_stocks_alt", language, last=int(last["year"]),
        invested=eur_m(last[CREDIT[0]], language), liquid=eur_m(last[CREDIT[1]], language),
    )  # fmt: skip
    picture = stacked_columns(years, columns, [], alt, partial(number, language=language, digits=0))
    note, title = (label(f"own_{name}", language) for name in ("money_stocks_note", "picture_debt"))
    return {"title": title, "picture": picture, "note": note, "target": "money.html"}
