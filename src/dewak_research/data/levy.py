"""Who pays which part of the levy of a Kreis or a Landschaftsverband; the general levy apart from the youth office's.

A Kreis levies on the Umlagegrundlagen of its towns: their tax capacity and key grants (§ 56 KrO NRW, § 23 GFG). From
towns without a youth office it takes more, for what its own youth office does (Mehrbelastung, § 56(5) KrO NRW). Both
are booked on one account. In a Kreis with towns of both kinds, what the levy of those without an office takes of their
Umlagegrundlagen beyond the levy of the others is the Mehrbelastung.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.rules import HOME, land

TOWN = "kreisangehoerige_gemeinde"
LEVY_TABLES = ("unit_totals", "tax_panel", "population")
BOOKINGS, SEPARATED, PEOPLE = "bookings", "umlagegrundlage", "people"
"""How a share was found: as booked; booked less the Mehrbelastung; by people, as nothing was reported."""


def umlagegrundlagen(tables: Mapping[str, pd.DataFrame]) -> pd.Series:
    """Return the base of the levy of each unit that reported: tax capacity and key grants, median of the years, EUR.

    Parameters
    ----------
    tables : mapping
        unit_totals (ags, year, key_grants_eur of reported units), tax_panel (ags, year, tax_capacity_eur_pc),
        population (ags, year, population).

    Returns
    -------
    Series
        Index ags. The law takes the tax capacity of the twelve months to the June before: here the mean of the two
        calendar years before, at mean multipliers instead of those of the law. Missing where one of both is.
    """
    key = ["ags", "year"]
    tax = tables["tax_panel"][[*key, "tax_capacity_eur_pc"]]
    later = [tax.assign(year=tax["year"] + ahead) for ahead in (1, 2)]
    capacity = later[0].merge(later[1], on=key, suffixes=("", "_before"))
    found = (
        tables["unit_totals"][[*key, "key_grants_eur"]]
        .merge(capacity, on=key)
        .merge(tables["population"], on=key)
    )
    per_head = (found["tax_capacity_eur_pc"] + found["tax_capacity_eur_pc_before"]) / 2
    base: pd.Series = per_head * found["population"] + found["key_grants_eur"]
    return base.groupby(found["ags"]).median()


def levy_shares(
    tables: Mapping[str, pd.DataFrame], units: pd.DataFrame, offices: pd.DataFrame
) -> pd.DataFrame:
    """Return which part of the levy of its Kreis (towns) or Landschaftsverband (cities, Kreise) a unit pays.

    Parameters
    ----------
    tables : mapping
        ``LEVY_TABLES``: as for :func:`umlagegrundlagen`, with umlagen_paid_eur in unit_totals.
    units : DataFrame
        ags, kind, kreis, population_2021.
    offices : DataFrame
        ags, youth_office (1, 0, missing).

    Returns
    -------
    DataFrame
        ags; levy_share (of the general levy; adds up to 1 in each Kreis and each Landschaftsverband); youth_levy_share
        (of what a Kreis takes for its youth office: adds up to 1 among the towns without one, 0 for all others,
        missing where the office is not known); booked_share (of everything booked, general levy and Mehrbelastung
        together); basis (``BOOKINGS``, ``SEPARATED``, ``PEOPLE``), assumed (not as booked).
    """
    found = units[["ags", "kind", "kreis", "population_2021"]].set_index("ags")
    town = found["kind"] == TOWN
    association = [land(HOME).association(str(ags)) for ags in found.index]
    found["group"] = found["kreis"].where(town, association)
    office = offices.set_index("ags")["youth_office"].reindex(found.index)
    found["without"] = town & (office == 0)
    paid = tables["unit_totals"].groupby("ags")["umlagen_paid_eur"].median().reindex(found.index)
    found["booked"] = paid.where(paid > 0)
    found["base"] = umlagegrundlagen(tables).reindex(found.index)
    part = _general_part(found)
    shares = {}
    for name, reported in (("levy_share", found["booked"] * part), ("booked_share", found["booked"])):
        amount = _with_unreported(reported, found)
        shares[name] = amount / amount.groupby(found["group"]).transform("sum")
    youth = shares["levy_share"].where(found["without"], 0.0)
    together = youth.groupby(found["group"]).transform("sum")
    table = pd.DataFrame(
        {
            "levy_share": shares["levy_share"],
            "youth_levy_share": (youth / together.where(together > 0, 1.0)).where(office.notna()),
            "booked_share": shares["booked_share"],
            "basis": np.select([paid.isna(), part < 1.0], [PEOPLE, SEPARATED], BOOKINGS),
        }
    )
    return table.assign(assumed=table["basis"] != BOOKINGS).reset_index()


def _general_part(found: pd.DataFrame) -> pd.Series:
    """Return which part of what a unit booked is the general levy: below 1 for towns without an office, beside others.

    Their levy, relative to their Umlagegrundlagen, is held against that of the towns with an office in the same Kreis;
    where either kind has not reported, the middle Kreis stands in. Never above 1: a Mehrbelastung is no refund.
    """
    known = found[["booked", "base"]].notna().all(axis=1) & (found["kind"] == TOWN)
    sums = found[known].groupby(["kreis", "without"])[["booked", "base"]].sum()
    rate = sums["booked"] / sums["base"]
    beside, alone = (
        rate[rate.index.isin([kind], level="without")].droplevel("without") for kind in (False, True)
    )
    part = (beside / alone).clip(upper=1.0)
    below = found[found["kind"] == TOWN].groupby("kreis")["without"]
    part = part.reindex(below.any().index).fillna(part.median())
    mixed = below.any() & ~below.all()
    of_unit = found["kreis"].map(part.where(mixed, 1.0))
    return of_unit.where(found["without"], 1.0)


def _with_unreported(amount: pd.Series, found: pd.DataFrame) -> pd.Series:
    """Return amounts in which a unit that reported none has as much per head as those of its kind in its group.

    Heads and not tax capacity: key grants even most of the Umlagegrundlagen out. Each town that reported left out in
    turn, its share by heads misses by 7.6 % in the middle, by tax capacity by 9.3 %.
    """
    people = found["population_2021"].astype(float)
    alike = [found["group"], found["kind"]]
    reported = people.where(amount.notna()).groupby(alike).transform("sum")
    per_head = amount.groupby(alike).transform("sum") / reported.where(reported > 0)
    return amount.fillna(people * per_head)


def levy_summary(levy: pd.DataFrame) -> pd.DataFrame:
    """Return what it changes to tell the general levy from that for the youth office.

    Parameters
    ----------
    levy : DataFrame
        From :func:`levy_shares`.

    Returns
    -------
    DataFrame
        One row: towns (whose share falls), fall_median_pct, fall_largest_pct (of the share of everything booked, per
        cent), by_people (units that reported no levy).
    """
    fall = 100.0 * (1.0 - levy["levy_share"] / levy["booked_share"])[levy["basis"] == SEPARATED]
    one = {
        "towns": len(fall),
        "fall_median_pct": float(fall.median()),
        "fall_largest_pct": float(fall.max()),
        "by_people": int((levy["basis"] == PEOPLE).sum()),
    }
    return pd.DataFrame([one])
