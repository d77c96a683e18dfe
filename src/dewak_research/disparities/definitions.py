"""What counts as social spending: a registry of definitions in account codes (METHODS D.1, D.2)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field

from dewak_research.disparities.requirements import refuse, require_columns
from dewak_research.errors import nearest
from dewak_research.language import Text

ALL_GROUPS = ("999",)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(_Entry):
    """One sum of accounts within product groups; prefixes."""

    accounts: tuple[str, ...] = Field(min_length=1)
    groups: tuple[str, ...] = ALL_GROUPS
    sign: Literal[1, -1] = 1
    heads: bool = False


class Definition(_Entry):
    """A share: numerator over denominator at a level."""

    de: str
    en: str
    level: Literal["gesamtkreis", "reporting"]
    numerator: tuple[Part, ...]
    denominator: tuple[Part, ...]
    reference: str
    verified: bool


class BenefitType(_Entry):
    """A type of benefit as parts of the social transfers."""

    de: str
    en: str
    parts: tuple[Part, ...]
    verified: bool
    note: str | None = None


class Published(_Entry):
    """A published value to compare with."""

    year: int
    period: str
    value_share: float
    source: tuple[str, ...]
    tag: Literal["V", "D", "K", "P"]


class Registry(_Entry):
    """All definitions, benefit types and published values."""

    published: tuple[Published, ...]
    published_wide: tuple[Published, ...]
    definitions: dict[str, Definition]
    types: dict[str, BenefitType]


@cache
def registry() -> Registry:
    """Return the definitions of ``definitions.yaml``."""
    text = (files("dewak_research.disparities") / "definitions.yaml").read_text(encoding="utf-8")
    return Registry(**yaml.safe_load(text))


def definition(name: str) -> Definition:
    """Return one definition.

    Raises
    ------
    InputError
        The name is unknown; names the nearest known one.
    """
    known = registry().definitions
    if name not in known:
        near = nearest(name, known) or ", ".join(known)
        raise refuse(
            Text(f"unbekannte Abgrenzung »{name}«", f"unknown definition “{name}”"),
            "definitions.yaml",
            Text(near, near),
        )
    return known[name]


def sum_parts(payments: pd.DataFrame, parts: tuple[Part, ...], heads: frozenset[str]) -> pd.Series:
    """Return the signed sum of parts for each unit-year, in EUR.

    Parameters
    ----------
    payments : DataFrame
        ags, year, product_group, account (both categorical), amount_eur of reported records.
    parts : tuple of Part
    heads : frozenset of str
        Keys of the Kreise and kreisfreie Städte.

    Returns
    -------
    Series
        Indexed by (ags, year); 0 where a reported unit booked nothing, absent where it did not report.
    """
    index = pd.MultiIndex.from_frame(payments[["ags", "year"]].drop_duplicates())
    total = pd.Series(0.0, index=index)
    accounts, groups = payments["account"].cat, payments["product_group"].cat
    detailed = groups.categories != ALL_GROUPS[0]
    for part in parts:
        wanted = accounts.categories.str.startswith(part.accounts)
        inside = groups.categories.isin(part.groups) | (
            detailed & groups.categories.str.startswith(part.groups)
        )
        rows = wanted[accounts.codes] & inside[groups.codes]
        some = payments.loc[rows, ["ags", "year", "amount_eur"]]
        if part.heads:
            some = some[some["ags"].isin(heads)]
        sums = some.groupby(["ags", "year"])["amount_eur"].sum().astype("float64")
        total = total.add(part.sign * sums, fill_value=0.0)
    return total.sort_index()


def unit_amounts(payments: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return numerator and denominator of every definition, and every benefit type, for each unit-year.

    Returns
    -------
    DataFrame
        ``ags``, ``year``, ``kreis``, ``kind``, then ``<definition>_numerator_eur``, ``<definition>_denominator_eur``
        and ``<type>_eur``.
    """
    require_columns(payments, ["ags", "year", "product_group", "account", "amount_eur"], "payments")
    payments = payments.astype({"product_group": "category", "account": "category"})
    heads = frozenset(units.loc[units["kind"] != "kreisangehoerige_gemeinde", "ags"])
    columns: dict[str, pd.Series] = {}
    done: dict[tuple[Part, ...], pd.Series] = {}

    def amount(parts: tuple[Part, ...]) -> pd.Series:
        if parts not in done:
            done[parts] = sum_parts(payments, parts, heads)
        return done[parts]

    for name, entry in registry().definitions.items():
        columns[f"{name}_numerator_eur"] = amount(entry.numerator)
        columns[f"{name}_denominator_eur"] = amount(entry.denominator)
    for name, benefit in registry().types.items():
        columns[f"{name}_eur"] = amount(benefit.parts)
    table = pd.DataFrame(columns).reset_index()
    return (
        units[["ags", "kreis", "kind"]].merge(table, on="ags").sort_values(["ags", "year"], ignore_index=True)
    )


def by_gesamtkreis(amounts: pd.DataFrame, gesamtkreis: pd.DataFrame) -> pd.DataFrame:
    """Add up to Gesamtkreise, keep those whose every body reported, and form the shares.

    Parameters
    ----------
    amounts : DataFrame
        From :func:`unit_amounts`.
    gesamtkreis : DataFrame
        kreis, year, name, kind, population, complete.

    Returns
    -------
    DataFrame
        ``kreis``, ``year``, ``name``, ``kind``, ``population``, one share per definition at this level, and each
        benefit type in EUR per inhabitant.
    """
    money = [c for c in amounts.columns if c.endswith("_eur")]
    sums = amounts.groupby(["kreis", "year"])[money].sum().reset_index()
    complete = gesamtkreis.loc[
        gesamtkreis["complete"].astype(bool), ["kreis", "year", "name", "kind", "population"]
    ]
    table = complete.merge(sums, on=["kreis", "year"], how="left")
    for name in registry().definitions:
        table[name] = table[f"{name}_numerator_eur"] / table[f"{name}_denominator_eur"]
    for name in registry().types:
        table[f"{name}_eur_pc"] = table[f"{name}_eur"] / table["population"]
    return table.sort_values(["kreis", "year"], ignore_index=True)
