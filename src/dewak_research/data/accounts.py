"""From account codes of the NRW payments statistics to budget aggregates.

The map itself is data: ``accounts.yaml`` beside this module (names in both languages, account prefixes, product
groups, verified or not). An aggregate is the sum over all accounts that begin with one of its prefixes. In a
reported record an absent account means that nothing was booked, so its aggregate is 0; a record that is not
reported has no row at all.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field

TOTAL_GROUP = "999"
SOCIAL_PARTS = (
    "social_sgb2",
    "social_sgb12",
    "social_asylum",
    "social_youth",
    "social_maintenance_advance",
    "social_other",
)


class Aggregate(BaseModel):
    """One budget aggregate of the account map."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    de: str = Field(min_length=1)
    en: str = Field(min_length=1)
    accounts: tuple[str, ...] = Field(min_length=1)
    product_groups: tuple[str, ...] = (TOTAL_GROUP,)
    verified: bool
    note: str | None = None


@cache
def account_map() -> dict[str, Aggregate]:
    """Return the account map: aggregate name to its definition."""
    text = (files("dewak_research.data") / "accounts.yaml").read_text(encoding="utf-8")
    return {name: Aggregate(**entry) for name, entry in yaml.safe_load(text)["aggregates"].items()}


def account_frame() -> pd.DataFrame:
    """Return the account map as a table: aggregate, name_de, name_en, accounts, product_groups, verified."""
    return pd.DataFrame(
        [
            (name, a.de, a.en, ", ".join(a.accounts), ", ".join(a.product_groups), a.verified)
            for name, a in account_map().items()
        ],
        columns=["aggregate", "name_de", "name_en", "accounts", "product_groups", "verified"],
    )


def matching(accounts: pd.Series, prefixes: tuple[str, ...]) -> pd.Series:
    """Return which account codes begin with one of the prefixes; the totals 6 and 7 never do."""
    return accounts.str.startswith(prefixes)


def _by_account(payments: pd.DataFrame, groups: tuple[str, ...]) -> pd.DataFrame:
    rows = payments[payments["product_group"].isin(groups)]
    return rows.pivot_table(index=["ags", "year"], columns="account", values="amount_eur", aggfunc="sum")


def aggregate(payments: pd.DataFrame, names: list[str] | None = None) -> pd.DataFrame:
    """Sum payments to budget aggregates.

    Parameters
    ----------
    payments : DataFrame
        ags, year, product_group, account, amount_eur of reported records.
    names : list of str, optional
        Aggregates wanted; all by default.

    Returns
    -------
    DataFrame
        One row per ags and year, one column ``<aggregate>_eur`` (nominal EUR, float) for each aggregate; 0 where
        a reported unit booked nothing.
    """
    index = pd.MultiIndex.from_frame(
        payments[["ags", "year"]].drop_duplicates().sort_values(["ags", "year"], ignore_index=True)
    )
    columns = {}
    by_groups: dict[tuple[str, ...], pd.DataFrame] = {}
    for name in names if names is not None else list(account_map()):
        entry = account_map()[name]
        if entry.product_groups not in by_groups:
            by_groups[entry.product_groups] = _by_account(payments, entry.product_groups)
        wide = by_groups[entry.product_groups]
        wanted = wide.columns[matching(wide.columns.to_series(), entry.accounts)]
        sums = wide[wanted].sum(axis=1).reindex(index)
        columns[f"{name}_eur"] = sums.fillna(0).astype("float64")
    return pd.DataFrame(columns, index=index).reset_index()


def unit_totals(payments: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Return ags, year, population (31 December) and every aggregate in EUR for each reported unit-year."""
    totals = aggregate(payments)
    with_people = totals.merge(population, on=["ags", "year"], how="left")
    first = ["ags", "year", "population"]
    return with_people[first + [c for c in with_people.columns if c not in first]]
