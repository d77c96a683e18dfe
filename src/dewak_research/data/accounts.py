"""From account codes of the NRW payments statistics to amounts, types of benefits and items: the one map.

The map itself is data: ``accounts`` of the Land in ``rules/land`` (names in both languages, account prefixes, product
groups, source, verified or not). In a reported record an absent account means that nothing was booked, so its
amount is 0; a record that is not reported has no row at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal

import pandas as pd
from pydantic import Field

from dewak_research.config import Group
from dewak_research.language import Named
from dewak_research.rules import HOME, land

TOTAL_GROUP = "999"
OTHER_BENEFITS = "other"
_KEYS = ["ags", "year"]


class Aggregate(Named):
    """One amount of the map: a sum over accounts (prefixes) in product groups (prefixes)."""

    accounts: tuple[str, ...] = Field(min_length=1)
    without: tuple[str, ...] = ()
    product_groups: tuple[str, ...] = (TOTAL_GROUP,)
    source: str
    verified: bool
    note: str | None = None

    @property
    def codes(self) -> str:
        """Account prefixes as text, those left out behind a minus, product groups in brackets."""
        text = ", ".join(self.accounts) + "".join(f" − {code}" for code in self.without)
        return text if self.product_groups == (TOTAL_GROUP,) else f"{text} [{', '.join(self.product_groups)}]"


class Share(Group):
    """A share of social spending: signed sums of aggregates over each other at a level."""

    level: Literal["gesamtkreis", "reporting"]
    numerator: dict[str, int] = Field(min_length=1)
    denominator: dict[str, int] = Field(min_length=1)
    heads: tuple[str, ...] = ()
    reference: str
    verified: bool


def _document() -> Mapping[str, Any]:
    return land(HOME).part("accounts")


@cache
def account_map() -> dict[str, Aggregate]:
    """Return the map: name of the amount to its definition, references resolved.

    Raises
    ------
    KeyError
        A line names a source, a set of product groups or another line that is not there.
    """
    document = _document()
    lines, groups, sources = document["aggregates"], document["product_groups"], document["sources"]

    def codes(accounts: str | list[str]) -> list[str]:
        return codes(lines[accounts]["accounts"]) if isinstance(accounts, str) else accounts

    found = {}
    for name, line in lines.items():
        entry = dict(line)
        named = [groups[group] for group in entry.pop("groups", ())]
        if named:
            entry["product_groups"] = sorted(code for group in named for code in group["codes"])
        entry["accounts"] = codes(entry["accounts"])
        entry["without"] = codes(entry["without"]) if "without" in entry else ()
        entry["source"] = sources[entry["source"]]
        entry["verified"] = entry["verified"] and all(group["verified"] for group in named)
        found[name] = Aggregate(**entry)
    return found


def benefit_types() -> dict[str, str | None]:
    """Return the types of benefits: name to its aggregate; the last, ``other``, is what is left (None)."""
    return {**_document()["benefits"], OTHER_BENEFITS: None}


@cache
def shares() -> dict[str, Share]:
    """Return the definitions of social spending as a share of all spending, by name."""
    return {name: Share(**entry) for name, entry in _document()["shares"].items()}


def item_amounts() -> dict[str, dict[str, int]]:
    """Return the items of the stress test: key to aggregates with their sign; empty = booked elsewhere."""
    return {key: dict(parts) for key, parts in _document()["items"].items()}


def account_frame() -> pd.DataFrame:
    """Return the map as a table: aggregate, name_de, name_en, accounts, product_groups, source, verified."""
    return pd.DataFrame(
        [
            (name, a.de, a.en, a.codes.split(" [")[0], ", ".join(a.product_groups), a.source, a.verified)
            for name, a in account_map().items()
        ],
        columns=["aggregate", "name_de", "name_en", "accounts", "product_groups", "source", "verified"],
    )


def formula_in_codes(amounts: Mapping[str, int]) -> str:
    """Return a signed sum of aggregates in account prefixes, product groups in brackets."""
    texts: list[str] = []
    for name, sign in amounts.items():
        lead = "− " if sign < 0 else "+ " if texts else ""
        codes = account_map()[name].codes
        texts.append(lead + (f"({codes})" if sign < 0 and " − " in codes else codes))
    return " ".join(texts)


def _by_account(payments: pd.DataFrame, groups: tuple[str, ...]) -> pd.DataFrame:
    known = payments["product_group"].unique()
    detailed = groups != (TOTAL_GROUP,)
    inside = [g for g in known if str(g).startswith(groups) and (not detailed or g != TOTAL_GROUP)]
    rows = payments[payments["product_group"].isin(inside)]
    return rows.pivot_table(index=_KEYS, columns="account", values="amount_eur", aggfunc="sum", observed=True)


def aggregate(payments: pd.DataFrame, names: list[str] | None = None) -> pd.DataFrame:
    """Sum payments to the amounts of the map.

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
    index = pd.MultiIndex.from_frame(payments[_KEYS].drop_duplicates().sort_values(_KEYS, ignore_index=True))
    columns = {}
    by_groups: dict[tuple[str, ...], pd.DataFrame] = {}
    for name in names if names is not None else list(account_map()):
        entry = account_map()[name]
        if entry.product_groups not in by_groups:
            by_groups[entry.product_groups] = _by_account(payments, entry.product_groups)
        wide = by_groups[entry.product_groups]
        wanted = [
            code
            for code in wide.columns
            if code.startswith(entry.accounts) and not code.startswith(entry.without)
        ]
        sums = wide[wanted].sum(axis=1).reindex(index)
        columns[f"{name}_eur"] = sums.fillna(0).astype("float64")
    return pd.DataFrame(columns, index=index).reset_index()


def signed_sum(totals: pd.DataFrame, amounts: Mapping[str, int]) -> pd.Series:
    """Return a signed sum of ``<aggregate>_eur`` columns, EUR; 0 where no aggregate is named."""
    total = pd.Series(0.0, index=totals.index)
    for name, sign in amounts.items():
        total = total + sign * totals[f"{name}_eur"]
    return total


def unit_totals(payments: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Return ags, year, population (31 December) and every aggregate in EUR for each reported unit-year."""
    with_people = aggregate(payments).merge(population, on=_KEYS, how="left")
    first = [*_KEYS, "population"]
    return with_people[first + [c for c in with_people.columns if c not in first]]


def option_municipalities(totals: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return who pays unemployment benefit II itself (opting municipalities, § 6a SGB II), seen in the bookings.

    A Kreis or kreisfreie Stadt that booked account 7336 in any reported year. A small booking in 7337 alone
    (Kreis Warendorf 2011, Geseke 2009) makes none.

    Parameters
    ----------
    totals : DataFrame
        ags, year, option_federal_benefits_eur, option_unemployment_benefit_eur of reported unit-years.
    units : DataFrame
        ags, name, kind, kreis.

    Returns
    -------
    DataFrame
        kreis, year, name, option_federal_benefits_eur; the years in which they reported, sorted.
    """
    heads = units[units["kind"] != "kreisangehoerige_gemeinde"]
    booked = totals.merge(heads[["ags", "name", "kreis"]], on="ags")
    paying = booked.loc[booked["option_unemployment_benefit_eur"] > 0, "ags"].unique()
    found = booked[booked["ags"].isin(paying)].sort_values(["kreis", "year"], ignore_index=True)
    return found[["kreis", "year", "name", "option_federal_benefits_eur"]]


def booked_amounts(payments: pd.DataFrame, groups: str, names: Sequence[str]) -> pd.DataFrame:
    """Return amounts of the account map within a set of product groups: ags, year, ``<name>_eur``.

    A reported unit that booked nothing there has 0.
    """
    codes = land(HOME).part("accounts")["product_groups"][groups]["codes"]
    inside = payments[payments["product_group"].isin(codes)].assign(product_group=TOTAL_GROUP)
    reported = payments[_KEYS].drop_duplicates()
    found = (
        aggregate(inside, list(names)) if len(inside) else reported.assign(**{f"{n}_eur": 0.0 for n in names})
    )
    return reported.merge(found, on=_KEYS, how="left").fillna(0.0)
