"""Booked payments and balance sheets: per inhabitant, beside other sources, and sums down to the single item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.data.accounts import TOTAL_GROUP
from dewak_research.data.balance import balance_map, with_register_keys
from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.expected.scores import Floats, Scores, Tables, keys_of
from dewak_research.errors import entries

TRADE_TAX = "6013"
_CREDIT = ("investment_credit", "liquidity_credit")
_DEBT_YEAR = 2010  #: first year of the statistics of debt by Kreis
_CITY = "000"
_FIXED_ASSETS = {1: 1, 2: 1, 3: -1, 4: 1, 7: -1, 8: -1}
"""Last digits: costs before, additions, disposals, transfers, accumulated depreciation, book value."""
_MATURITIES = {2: 1, 3: 1, 4: 1, 1: -1}
_ROUNDING_EUR = 5.0


def people_of_units(tables: Tables) -> pd.Series:
    """Return the inhabitants of towns and Kreise by key and year (2008 to 2015)."""
    towns = tables["town_population"]
    inside = towns[~towns["ags"].str.endswith(_CITY)]
    kreise = inside.groupby([inside["ags"].str[:5], "year"])["population"].sum(min_count=1)
    found = pd.concat([towns.set_index(["ags", "year"])["population"], kreise])
    return pd.Series(found[~found.index.duplicated()].astype("float64"))


def _trade_tax_panel() -> str:
    return f"{catalogued('tax_panel').file}: trade_tax_eur_pc"


def _logs(found: Any, expected: Any) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        score = np.log(found) - np.log(expected)
    return np.where(np.isfinite(score), score, np.where(found == expected, 0.0, np.nan))


def payment_scores(tables: Tables) -> Iterator[Scores]:
    """Return totals per inhabitant and from year to year, and trade tax booked beside that of the tax panel."""
    payments = tables["booked_payments"]
    total = payments[payments["product_group"] == TOTAL_GROUP]
    people = people_of_units(tables)
    for account in ("6", "7"):
        amounts = (
            total[total["account"] == account].set_index(["ags", "year"])["amount_eur"].astype("float64")
        )
        per_head = (amounts / people.reindex(amounts.index)).to_numpy()
        for kind, length in (("towns", 8), ("kreise", 5)):
            own = np.where(amounts.index.get_level_values(0).str.len() == length, per_head, np.nan)
            name = f"payments.per_head_{account}_{kind}"
            yield Scores(name, "booked_payments", "amount_eur", "per_head", np.log(own), keys_of(amounts.index), own,
                         values={"account": account})  # fmt: skip
        before = np.asarray(
            amounts.reindex([(ags, year - 1) for ags, year in amounts.index]), dtype=np.float64
        )
        now = np.asarray(amounts, dtype=np.float64)
        yield Scores(f"payments.change_{account}", "booked_payments", "amount_eur", "history_leap",
                     _logs(now, before), keys_of(amounts.index), now, before)  # fmt: skip
    booked = total[total["account"] == TRADE_TAX].set_index(["ags", "year"])["amount_eur"].astype("float64")
    panel = (
        tables["tax_panel"].set_index(["ags", "year"])["trade_tax_eur_pc"].reindex(booked.index).to_numpy()
    )
    per_head = (booked / people.reindex(booked.index)).to_numpy()
    yield Scores("payments.trade_tax", "booked_payments", "amount_eur", "apart_difference",
                 np.sign(per_head) * np.sqrt(np.abs(per_head)) - np.sign(panel) * np.sqrt(np.abs(panel)),
                 keys_of(booked.index), per_head, panel, {"other": _trade_tax_panel()})  # fmt: skip
    yield _best_year(per_head, panel, booked.index)
    yield _every_record_once(payments, tables["suppressed_payments"], people.index)


def _best_year(booked: Floats, panel: Floats, index: pd.Index) -> Scores:
    """Return how far trade tax per inhabitant lies from the panel in the year of a town that fits best."""
    both = pd.DataFrame({"booked": booked, "panel": panel}, index=index)
    both["apart"] = np.abs(_logs(both["booked"], both["panel"]))
    best = both.dropna().sort_values("apart", kind="stable").groupby(level=0).first()
    return Scores("payments.trade_tax_best_year", "booked_payments", "amount_eur", "apart_ratio",
                  best["apart"].to_numpy(), keys_of(best.index), best["booked"].to_numpy(), best["panel"].to_numpy(),
                  {"other": _trade_tax_panel()})  # fmt: skip


def _every_record_once(payments: pd.DataFrame, suppressed: pd.DataFrame, known: pd.Index) -> Scores:
    """Return, for every unit and year, how often it is reported or suppressed, less one."""
    years = payments["year"].unique()
    wanted = known[known.get_level_values(1).isin(years)]
    reported = pd.MultiIndex.from_frame(payments[["ags", "year"]].drop_duplicates())
    missing = pd.MultiIndex.from_frame(suppressed[["ags", "year"]])
    times = wanted.isin(reported).astype(float) + wanted.isin(missing)
    return Scores("payments.every_record", "suppressed_payments", "ags + year", "record_not_once", times - 1,
                  keys_of(wanted), times, limit=(0.0, 0.0))  # fmt: skip


def balance_scores(tables: Tables) -> Iterator[Scores]:
    """Return the gaps of every total and its parts, item by item, and how far sums lie from what is usual."""
    kreise = {town[:5] for town in tables["towns"]["ags"] if not town.endswith(_CITY)}
    balance = with_register_keys(tables["balance_sheets"], sorted(kreise))
    wide = balance.pivot_table(index="ags", columns="item", values="value_eur", aggfunc="first").astype(
        "float64"
    )
    items = balance_map().items
    held = {str(item): wide[item].to_numpy() for item in wide.columns}
    for name, identity in balance_map().identities.items():
        yield _sum(f"balance.{name}", items[identity.total].current, [items[part].current for part in identity.parts],
                   held, wide.index)  # fmt: skip
    for parent, entry in entries(__package__, "balance_sums.yaml").items():
        for digit in entry["digits"]:
            total = parent if entry.get("alone") else f"{parent}{digit}"
            if total in held:
                parts = [f"{part}{digit}" for part in entry["parts"]]
                yield _sum(f"balance.sum_{total}", total, parts, held, wide.index)
    yield from _families(held, wide.index)
    yield from _usual(wide.reindex(columns=wide.columns.union(_named_items())), tables)
    yield _debt(wide, tables)


def _named_items() -> list[str]:
    named = balance_map().items.values()
    return [code for item in named for code in (item.current, item.previous) if code]


def _or_nothing(held: Mapping[str, Floats], item: str, units: pd.Index) -> Floats:
    """Return an item of every unit; an absent one counts as nothing, as it does in the sums of the statistics."""
    return np.nan_to_num(held[item]) if item in held else np.zeros(len(units))


def _sum(name: str, total: str, parts: list[str], held: Mapping[str, Floats], units: pd.Index) -> Scores:
    """Return how far parts lie from their total."""
    gap = -_or_nothing(held, total, units)
    for part in parts:
        gap = gap + _or_nothing(held, part, units)
    return _gap(name, f"{' + '.join(parts)} - {total}", gap, units)


def _gap(name: str, formula: str, gap: Floats, units: pd.Index) -> Scores:
    return Scores(name, "balance_sheets", "value_eur", "does_not_add_up", gap, keys_of(units), gap,
                  values={"formula": formula}, limit=(-_ROUNDING_EUR, _ROUNDING_EUR))  # fmt: skip


def _families(held: Mapping[str, Floats], units: pd.Index) -> Iterator[Scores]:
    """Return the gaps of items of one family: movements of fixed assets, maturities of receivables and liabilities."""
    for family in sorted({item[:-1] for item in held}):
        fixed = family < "160"
        if f"{family}1" not in held or f"{family}{8 if fixed else 2}" not in held:
            continue
        known = ~np.isnan(held[f"{family}1"])
        if fixed:
            known &= ~np.isnan(held[f"{family}8"])
        signs = _FIXED_ASSETS if fixed else _MATURITIES
        gap = sum((sign * _or_nothing(held, f"{family}{digit}", units) for digit, sign in signs.items()), 0.0)
        formula = " ".join(f"{'+' if sign > 0 else '-'} {family}{digit}" for digit, sign in signs.items())
        yield _gap(f"balance.items_{family}", formula, np.where(known, gap, 0.0), units)


def _usual(wide: pd.DataFrame, tables: Tables) -> Iterator[Scores]:
    """Return fixed assets and liabilities per inhabitant, and named items beside the year before."""
    people = people_of_units(tables).xs(2009, level=1).reindex(wide.index).to_numpy()
    items = balance_map().items
    for name in ("fixed_assets", "balance_total", "balance_total_assets"):
        amount = wide[items[name].current].to_numpy()
        per_head = amount / people
        for kind, length in (("towns", 8), ("kreise", 5)):
            own = np.where(wide.index.str.len() == length, per_head, np.nan)
            yield Scores(f"balance.{name}_{kind}", "balance_sheets", "value_eur", "per_head", np.log(own),
                         keys_of(wide.index), own, values={"account": items[name].current})  # fmt: skip
    for name, item in items.items():
        if item.previous is None:
            continue
        now, before = wide[item.current].to_numpy(), wide[item.previous].to_numpy()
        big = np.fmax(now, before) / people > 50
        yield Scores(f"balance.{name}_before", "balance_sheets", "value_eur", "history_leap",
                     np.where(big, _logs(now, before), np.nan), keys_of(wide.index), now, before)  # fmt: skip


def _debt(wide: pd.DataFrame, tables: Tables) -> Scores:
    """Return credit in the balance sheets beside the statistics of debt, by Kreis whose units all have a sheet."""
    kreis = wide.index.str[:5]
    credit = (
        wide.reindex(columns=[balance_map().items[name].current for name in _CREDIT]).fillna(0.0).sum(axis=1)
    )
    towns = tables["towns"]["ags"].str
    wanted = (
        towns[:5].value_counts()
        + ~tables["towns"].assign(kreis=towns[:5]).groupby("kreis")["kreisfrei"].any()
    )
    whole = wide.index.to_series().groupby(kreis).size().reindex(wanted.index) == wanted
    panel = tables["kreise_panel"]
    panel = panel[panel["year"] == _DEBT_YEAR].set_index("ags")
    keys = whole.index[whole].intersection(panel.index)
    found = credit.groupby(kreis).sum().reindex(keys) / panel["population"].reindex(keys)
    expected = panel["core_debt_eur_pc"].reindex(keys).to_numpy()
    return Scores("balance.debt", "balance_sheets", "value_eur", "apart_ratio", _logs(found.to_numpy(), expected),
                  keys_of(keys), found.to_numpy(), expected,
                  {"other": f"{catalogued('kreise_panel').file}: core_debt_eur_pc"})  # fmt: skip


def item_scores(tables: Tables) -> Iterator[Scores]:
    """Return where balance sheet and list of items disagree on side and date, or a named item is called otherwise."""
    sheets = tables["balance_sheets"].merge(tables["balance_items"], on="item", suffixes=("", "_listed"))
    for column in ("side", "sheet"):
        wrong = np.asarray(sheets[column] != sheets[f"{column}_listed"], dtype=np.float64)
        yield Scores(f"balance.{column}", "balance_sheets", column, "item_disagrees", wrong,
                     keys_of(pd.MultiIndex.from_frame(sheets[["ags", "item"]])), wrong, limit=(0.0, 0.0))  # fmt: skip
