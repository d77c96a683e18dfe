"""Social spending by definition and type of benefit, in the amounts of the one account map (METHODS D.1, D.2)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from dewak_research.data.accounts import (
    aggregate,
    benefit_types,
    formula_in_codes,
    option_municipalities,
    shares,
    signed_sum,
)
from dewak_research.disparities.inequality import inequality, limits, stratified_counts
from dewak_research.disparities.panel import require_columns
from dewak_research.errors import entries

TRANSFERS = "social_benefits"
#: The social share without and with the federal money that only opting municipalities pay out.
WITHOUT_OPTION, WITH_OPTION = "soc_transfer_share", "soc_transfer_with_option_share"
KINDS = ("all", "kreisfreie_stadt", "kreis")


class Published(BaseModel):
    """A published value to compare with; ``wide`` tells the wider definition of the published one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int
    period: str
    value_share: float
    source: tuple[str, ...]
    tag: Literal["V", "D", "K", "P"]
    wide: bool = False


def published() -> tuple[Published, ...]:
    """Return the published shares of ``definitions.yaml``, the narrow ones first."""
    found = entries(__package__, "definitions.yaml")
    narrow, wide = found["published"], found["published_wide"]
    return (*(Published(**entry) for entry in narrow), *(Published(**entry, wide=True) for entry in wide))


def unit_amounts(payments: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Return numerator and denominator of every definition, and every type of benefit, for each unit-year.

    Parameters
    ----------
    payments : DataFrame
        ags, year, product_group, account, amount_eur of reported records.
    units : DataFrame
        ags, kreis, kind.

    Returns
    -------
    DataFrame
        ``ags``, ``year``, ``kreis``, ``kind``, then ``<definition>_numerator_eur``, ``<definition>_denominator_eur``
        and ``<type>_eur``; 0 where a reported unit booked nothing, no row where it did not report. The types add
        up to the social transfers: what belongs to none is ``other``.
    """
    require_columns(payments, ["ags", "year", "product_group", "account", "amount_eur"], "payments")
    named = [name for name in benefit_types().values() if name is not None]
    used = {name for entry in shares().values() for name in (*entry.numerator, *entry.denominator)}
    totals = units[["ags", "kreis", "kind"]].merge(
        aggregate(payments, sorted(used | {*named, TRANSFERS})), on="ags"
    )
    table = totals[["ags", "kreis", "kind", "year"]].copy()
    head = totals["kind"] != "kreisangehoerige_gemeinde"
    for name, entry in shares().items():
        counted = totals.assign(**{f"{a}_eur": totals[f"{a}_eur"].where(head, 0.0) for a in entry.heads})
        table[f"{name}_numerator_eur"] = signed_sum(counted, entry.numerator)
        table[f"{name}_denominator_eur"] = signed_sum(totals, entry.denominator)
    rest = {TRANSFERS: 1, **dict.fromkeys(named, -1)}
    for name, amount in benefit_types().items():
        table[f"{name}_eur"] = signed_sum(totals, rest if amount is None else {amount: 1})
    return table.sort_values(["ags", "year"], ignore_index=True)


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
    for name in shares():
        table[name] = table[f"{name}_numerator_eur"] / table[f"{name}_denominator_eur"]
    for name in benefit_types():
        table[f"{name}_eur_pc"] = table[f"{name}_eur"] / table["population"]
    return table.sort_values(["kreis", "year"], ignore_index=True)


def _by_year_and_kind(frame: pd.DataFrame) -> Iterator[tuple[Any, str, pd.DataFrame]]:
    for year, in_year in frame.groupby("year"):
        for kind in KINDS:
            part = in_year if kind == "all" else in_year[in_year["kind"] == kind]
            if len(part):
                yield year, kind, part


def definition_table(areas: pd.DataFrame, amounts: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """Return each definition's share by year and kind of area.

    Parameters
    ----------
    areas : DataFrame
        From :func:`by_gesamtkreis`.
    amounts : DataFrame
        From :func:`unit_amounts`.

    Returns
    -------
    DataFrame
        ``definition``, ``year``, ``kind`` (``all``, ``kreisfreie_stadt``, ``kreis``; bodies that report are not told
        apart), ``areas`` (number behind the figure), ``value_share`` (sum over sum), ``low``/``high`` (bootstrap over
        areas: what another choice of reporting areas might have given), ``lowest_share``, ``median_share``,
        ``highest_share`` over areas.
    """
    rows = []
    for name, entry in shares().items():
        whole = entry.level == "gesamtkreis"
        for year, kind, part in _by_year_and_kind(areas if whole else amounts):
            if whole or kind == "all":
                top, bottom = (part[f"{name}_{end}_eur"].to_numpy() for end in ("numerator", "denominator"))
                counts = stratified_counts(part["kind"].tolist(), draws, seed)
                interval = limits((counts @ top) / (counts @ bottom))
                spread = np.nanquantile(top / bottom, [0, 0.5, 1])
                rows.append((name, year, kind, len(part), top.sum() / bottom.sum(), *interval, *spread))
    columns = ["definition", "year", "kind", "areas", "value_share", "low", "high"]
    return pd.DataFrame(rows, columns=[*columns, "lowest_share", "median_share", "highest_share"])


def definition_range(table: pd.DataFrame) -> pd.DataFrame:
    """Return between which shares the definitions of :func:`definition_table` lie, all areas, by ``year``."""
    shares = table[table["kind"] == "all"].groupby("year")["value_share"]
    return shares.agg(definitions="size", lowest_share="min", highest_share="max").reset_index()


def option_areas(payments: pd.DataFrame, units: pd.DataFrame, areas: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the areas whose books hold federal money that only opting municipalities pay out, by name.

    Returns
    -------
    dict of str to DataFrame
        ``option_areas``: ``kreis``, ``year``, ``name``, ``option_federal_benefits_eur`` (EUR) and the social share
        without and with it; the shares are missing where not every body of the area reported.
        ``option_summary`` in one row: ``municipalities``, their ``names`` in the order of their keys, and
        ``complete_areas`` (area-years with a share).
    """
    booked = aggregate(payments, ["option_federal_benefits", "option_unemployment_benefit"])
    shares_of_area = areas[["kreis", "year", WITHOUT_OPTION, WITH_OPTION]]
    found = option_municipalities(booked, units).merge(shares_of_area, "left", ["kreis", "year"])
    named = found.drop_duplicates("kreis")["name"]
    row = {"municipalities": len(named), "names": ", ".join(named)}
    row["complete_areas"] = int(found[WITHOUT_OPTION].notna().sum())
    return {"option_areas": found, "option_summary": pd.DataFrame([row])}


def type_table(areas: pd.DataFrame) -> pd.DataFrame:
    """Return the transfers by type of benefit: how much, which part, and how unequal.

    Returns
    -------
    DataFrame
        ``benefit_type``, ``year``, ``kind``, ``areas``, ``amount_eur_pc`` (sum over population), ``part_share`` of all
        social transfers, ``cv`` and ``gini`` of the per-head amounts over areas (each area counts the same).
    """
    rows = []
    for year, kind, part in _by_year_and_kind(areas):
        total, people = part["soc_transfer_share_numerator_eur"].sum(), part["population"].sum()
        for name in benefit_types():
            amount, per_head = part[f"{name}_eur"].sum(), part[f"{name}_eur_pc"].clip(lower=0)
            spread = inequality(per_head) if len(part) > 1 else {"cv": np.nan, "gini": np.nan}
            shown = (amount / people, amount / total, spread["cv"], spread["gini"])
            rows.append((name, year, kind, len(part), *shown))
    columns = ["benefit_type", "year", "kind", "areas", "amount_eur_pc", "part_share", "cv", "gini"]
    return pd.DataFrame(rows, columns=columns)


def definition_list() -> pd.DataFrame:
    """Return the definitions in account codes: definition, numerator, denominator, level, reference, verified."""
    rows = [
        {
            "definition": name,
            "numerator": formula_in_codes(entry.numerator),
            "denominator": formula_in_codes(entry.denominator),
            **entry.model_dump(include={"level", "reference", "verified"}),
        }
        for name, entry in shares().items()
    ]
    return pd.DataFrame(rows)


def published_shares() -> pd.DataFrame:
    """Return the published shares to compare with: ``period``, ``value_share``, ``tag``, ``wide`` (wide definition)."""
    columns = ["period", "value_share", "tag", "wide"]
    return pd.DataFrame([entry.model_dump(include=set(columns)) for entry in published()], columns=columns)
