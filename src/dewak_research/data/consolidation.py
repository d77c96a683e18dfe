"""Gesamtkreis totals: a Kreis and its towns together, or a kreisfreie Stadt.

METHODS D.1 and D.2. Payments between the bodies of one Gesamtkreis would be counted twice (the town pays the
Kreisumlage, the Kreis pays the benefit), so they are taken out **after** adding up:

``adjusted = gross - financing - receipts from the same level`` (bereinigte Auszahlungen, METHODS D.1).

What goes to the Landschaftsverband stays in this total. The Landschaftsverbaende spend it on social benefits
that are not in these figures; ``own`` therefore takes out what was paid to the same level instead. Both are
columns of their own, and so are both shares of social transfers.
"""

from __future__ import annotations

import pandas as pd

from dewak_research.data.measures import QUOTED_SHARES, share

BOOKED_BY_HEAD = (
    "kdu",
    "social_sgb2",
    "social_sgb2_municipal",
    "kdu_federal_share",
    "option_federal_benefits",
    "option_unemployment_benefit",
)
_CARRIED = ("members", "members_reported", "population_reported")
_KEYS = ["kreis", "year"]


def _members(units: pd.DataFrame, status: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    table = status.merge(units[["ags", "kind", "kreis"]], on="ags").merge(
        population, on=["ags", "year"], how="left"
    )
    table["reported"] = table["status"] == "reported"
    town = table["kind"] != "kreis"
    table["town_population"] = table["population"].where(town, 0.0)
    table["reported_population"] = table["town_population"].where(table["reported"], 0.0)
    groups = table.groupby(_KEYS)
    out = groups.agg(
        members=("ags", "size"), members_reported=("reported", "sum"), population=("town_population", "sum"),
        population_reported=("reported_population", "sum"),
    )  # fmt: skip
    head = table[(table["kind"] != "kreisangehoerige_gemeinde")].set_index(_KEYS)["reported"]
    out["head_reported"] = head
    out["complete"] = out["members"] == out["members_reported"]
    return out.reset_index()


def gesamtkreise(
    units: pd.DataFrame, status: pd.DataFrame, totals: pd.DataFrame, population: pd.DataFrame
) -> pd.DataFrame:
    """Add up units to Gesamtkreise and take out payments of the same level.

    Parameters
    ----------
    units : DataFrame
        The register (ags, name, kind, kreis, landschaftsverband).
    status : DataFrame
        record_status: ags, year, status.
    totals : DataFrame
        unit_totals of reported unit-years.
    population : DataFrame
        ags, year, population of every unit.

    Returns
    -------
    DataFrame
        53 Gesamtkreise x years, sorted: kreis, year, name, kind (``kreisfreie_stadt`` or ``kreis``),
        landschaftsverband, population, members, members_reported, population_reported, head_reported (the
        Kreis itself or the kreisfreie Stadt reported), complete; then every aggregate in EUR,
        adjusted_receipts_eur, adjusted_payments_eur, own_payments_eur, and the shares of ``QUOTED_SHARES``.
        All amounts are missing where a member is unreported or carried forward, except those of
        ``BOOKED_BY_HEAD``: the head books them alone (99.9 percent), so they are known whenever it reported.
        Housing costs of 0 are missing as well: every head pays them, so 0 means that they are booked in another
        account (Kreis Guetersloh 2010 in 7334).
    """
    amounts = [c for c in totals.columns if c.endswith("_eur")]
    kreis = units.set_index("ags")["kreis"]
    summed = totals.assign(kreis=totals["ags"].map(kreis)).groupby(_KEYS)[amounts].sum().reset_index()
    table = _members(units, status, population).merge(summed, on=_KEYS, how="left")
    booked_by_head = [f"{name}_eur" for name in BOOKED_BY_HEAD]
    for column in amounts:
        known = table["head_reported"] if column in booked_by_head else table["complete"]
        table[column] = table[column].where(known)
    table["kdu_eur"] = table["kdu_eur"].where(table["kdu_eur"] != 0)
    table["adjusted_receipts_eur"] = table["receipts_eur"] - table["same_level_receipts_eur"]
    table["adjusted_payments_eur"] = table["payments_eur"] - table["same_level_receipts_eur"]
    table["own_payments_eur"] = table["payments_eur"] - table["same_level_payments_eur"]
    for name in QUOTED_SHARES:
        table[name] = share(table, name)
    heads = units[units["kind"] != "kreisangehoerige_gemeinde"][
        ["kreis", "name", "kind", "landschaftsverband"]
    ]
    table = heads.merge(table, on="kreis").sort_values(_KEYS, ignore_index=True)
    first = ["kreis", "year", "name", "kind", "landschaftsverband", "population", *_CARRIED, "head_reported",
             "complete"]  # fmt: skip
    return table[first + [c for c in table.columns if c not in first]]
