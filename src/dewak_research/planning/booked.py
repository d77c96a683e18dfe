"""What child care, child-raising help and youth work cost by the payments that were booked, carried to today.

The payments end in 2011. They are carried to 2015 by consumer prices and on by the Land's spending on youth welfare per
person served; all of it is marked assumed, and :func:`bridge_check` says how far the first step falls short.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from dewak_research.data.accounts import booked_amounts
from dewak_research.data.measures import real_eur
from dewak_research.planning.ages import bounds
from dewak_research.planning.rates import RAISING_AGES, YOUTH_AGES
from dewak_research.rules import HOME, land

BRIDGE_YEAR, COST_YEAR = 2015, 2024
AMOUNTS = (
    "current_payments",
    "current_receipts",
    "same_level_receipts",
    "current_grants_land",
    "fees",
    "social_refunds",
)
PLAUSIBLE = 3.0
"""A Kreis that booked under a third or over three times the Land's mean booked elsewhere: it takes the mean."""


@dataclass(frozen=True)
class Booked:
    """A service in the payments: its set of product groups and the age of those it is for."""

    groups: str
    age: str


BOOKED = {
    "childcare": Booked("child_care", "0-5"),
    "child_raising_help": Booked("raising_help", RAISING_AGES),
    "youth_work": Booked("youth_work", YOUTH_AGES),
}


def booked_by_kreis(payments: pd.DataFrame, gesamtkreis: pd.DataFrame, groups: str) -> pd.DataFrame:
    """Add up a Kreis and its towns and take out what one paid the other; complete areas only.

    Parameters
    ----------
    payments : DataFrame
        Reported payments: ags, year, product_group, account, amount_eur.
    gesamtkreis : DataFrame
        kreis, year, population, complete.

    Returns
    -------
    DataFrame
        kreis, year, population, gross_eur (current payments less receipts of the same level), the amounts; EUR of the
        year.
    """
    amounts = booked_amounts(payments, groups, AMOUNTS)
    summed = (
        amounts.assign(kreis=amounts["ags"].str[:5])
        .groupby(["kreis", "year"])[[f"{name}_eur" for name in AMOUNTS]]
        .sum()
    )
    whole = gesamtkreis.loc[gesamtkreis["complete"], ["kreis", "year", "population"]]
    found = whole.merge(summed.reset_index(), on=["kreis", "year"])
    found["gross_eur"] = found["current_payments_eur"] - found["same_level_receipts_eur"]
    return found


def _share_of_age(town_age: pd.DataFrame, age: str) -> pd.Series:
    """Share of people of an age among all in 2015, by Kreis."""
    first, last = bounds(age)
    inside = np.array([first <= bounds(group)[0] <= last for group in town_age["age"]])
    by_kreis = town_age.assign(kreis=town_age["ags"].str[:5], inside=town_age["persons"] * inside)
    sums = by_kreis.groupby("kreis")[["inside", "persons"]].sum()
    return sums["inside"] / sums["persons"]


def _people(ages: pd.DataFrame, age: str) -> float:
    first, last = bounds(age)
    return float(ages.loc[[first <= bounds(group)[0] <= last for group in ages["age"]], "persons"].sum())


def u3_weight() -> float:
    """Return what a place under three costs relative to one from three on."""
    return float(land(HOME).value("planning", "childcare_u3_weight", COST_YEAR).value)


def _served(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, int], float]:
    """Return whom the Land served in 2015 and 2024: weighted places of day care, young people for whom help is."""
    newest = tables["kreise_age"].query(f"year == {COST_YEAR}")
    panel = tables["kreise_panel"].query(f"year == {BRIDGE_YEAR}")
    before = panel[panel["ags"].str.startswith(HOME)]
    now = tables["kreise_atlas_2022"][tables["kreise_atlas_2022"]["kreis"].str.startswith(HOME)]
    known = {
        BRIDGE_YEAR: (tables["town_age"], before["childcare_under3_pct"], before["childcare_3to6_pct"]),
        COST_YEAR: (
            newest[newest["ags"].str.startswith(HOME)],
            now["childcare_under3_2022_pct"],
            now["childcare_3to5_2022_pct"],
        ),
    }
    found = {}
    for year, (ages, u3_pct, older_pct) in known.items():
        u3 = u3_weight() * float(u3_pct.mean()) * _people(ages, "0-2")
        found["childcare", year] = (u3 + float(older_pct.mean()) * _people(ages, "3-5")) / 100
        found["child_raising_help", year] = _people(ages, RAISING_AGES)
    return found


def _spent(tables: Mapping[str, pd.DataFrame]) -> dict[tuple[str, int], float]:
    """Return the Land's spending on youth welfare by service and year, EUR."""
    columns = {"childcare": "facilities_keur", "child_raising_help": "individual_and_group_keur"}
    rows = tables["youth_welfare"].set_index("year")
    return {
        (service, year): 1000.0 * float(amount)
        for service, column in columns.items()
        for year, amount in zip(rows.index, rows[column], strict=True)
    }


def spent_per_person(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what the Land spent per person served in ``BRIDGE_YEAR`` and ``COST_YEAR``, EUR of the year.

    Returns
    -------
    DataFrame
        service (childcare: per weighted place; child_raising_help: per young person), year, eur.
    """
    spent, served = _spent(tables), _served(tables)
    rows = [(service, year, spent[service, year] / people) for (service, year), people in served.items()]
    return pd.DataFrame(rows, columns=["service", "year", "eur"])


def _growth(tables: Mapping[str, pd.DataFrame]) -> dict[str, float]:
    """Return the Land's spending per person served in 2024 over that of 2015, by booked service."""
    prices = tables["germany_cpi"].set_index("year")["cpi_2020_100"]
    found = {"youth_work": float(prices[COST_YEAR] / prices[BRIDGE_YEAR])}
    each = spent_per_person(tables).set_index(["service", "year"])["eur"]
    for service in ("childcare", "child_raising_help"):
        found[service] = float(each[service, COST_YEAR] / each[service, BRIDGE_YEAR])
    return found


def _places_per_person(panel: pd.DataFrame, town_age: pd.DataFrame) -> pd.Series:
    """Places, those under three weighted, per child under six; by Kreis and year."""
    u3, older, all_six = (_share_of_age(town_age, age) for age in ("0-2", "3-5", "0-5"))
    home = panel[panel["ags"].isin(all_six.index)].set_index(["ags", "year"])
    kreis = home.index.get_level_values("ags")
    weighted = u3_weight() * home["childcare_under3_pct"] * u3.reindex(kreis).to_numpy()
    places = (weighted + home["childcare_3to6_pct"] * older.reindex(kreis).to_numpy()) / 100
    found: pd.Series = places / all_six.reindex(kreis).to_numpy()
    return found


def booked_unit_costs(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what a person of the group cost by Kreis, carried to 2024.

    Parameters
    ----------
    tables : mapping
        payments, gesamtkreis, town_age, kreise_age, kreise_panel, kreise_atlas_2022, youth_welfare, germany_cpi.

    Returns
    -------
    DataFrame
        service ("childcare" for both ages together), area, persons, served (weighted places for child care, else
        persons), eur_per_person, eur_per_served (EUR of 2024), years (number of years booked). The median of the
        complete years; the row of the Land is its sum over the Kreise that have one.
    """
    growth = _growth(tables)
    parts = []
    places = _places_per_person(tables["kreise_panel"], tables["town_age"])
    for service, entry in BOOKED.items():
        found = booked_by_kreis(tables["payments"], tables["gesamtkreis"], entry.groups)
        found["persons"] = found["population"] * found["kreis"].map(
            _share_of_age(tables["town_age"], entry.age)
        )
        keys = pd.MultiIndex.from_frame(found[["kreis", "year"]])
        per_person = places.reindex(keys).to_numpy() if service == "childcare" else 1.0
        found["served"] = found["persons"] * per_person
        bridged = (
            real_eur(found["gross_eur"], found["year"], BRIDGE_YEAR, tables["germany_cpi"]) * growth[service]
        )
        found["eur_per_person"], found["eur_per_served"] = (
            bridged / found["persons"],
            bridged / found["served"],
        )
        by_kreis = found.groupby("kreis").agg(
            persons=("persons", "last"), served=("served", "last"), eur_per_person=("eur_per_person", "median"),
            eur_per_served=("eur_per_served", "median"), years=("year", "nunique"),
        )  # fmt: skip
        known = by_kreis.dropna()
        mean = np.average(known["eur_per_person"], weights=known["persons"])
        known = known[known["eur_per_person"].between(mean / PLAUSIBLE, mean * PLAUSIBLE)]
        whole = {
            "area": HOME, "persons": known["persons"].sum(), "served": known["served"].sum(),
            "eur_per_person": np.average(known["eur_per_person"], weights=known["persons"]),
            "eur_per_served": np.average(known["eur_per_served"], weights=known["served"]),
            "years": known["years"].max(),
        }  # fmt: skip
        rows = known.rename_axis("area").reset_index()
        parts.append(pd.concat([rows, pd.DataFrame([whole])], ignore_index=True).assign(service=service))
    return pd.concat(parts, ignore_index=True)


def bridge_check(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Hold the booked cost carried to 2015 against the Land's own spending of that year.

    Returns
    -------
    DataFrame
        service, carried_eur_pc, published_eur_pc (EUR per person served, 2015), ratio; cost_eur, cost_published_eur
        (EUR per person served, ``COST_YEAR``: as the plan has it, and on the Land's spending of 2015 instead),
        difference_pct. No index of pay is among the figures: the second is what a better deflator could reach at most.
        The published figure of facilities holds those of youth work too, that of single help child minders.
    """
    growth, each = _growth(tables), spent_per_person(tables).set_index(["service", "year"])["eur"]
    booked = booked_unit_costs(tables).query(f"area == '{HOME}'").set_index("service")["eur_per_served"]
    services = ["childcare", "child_raising_help"]
    found = pd.DataFrame({"service": services})
    found["carried_eur_pc"] = [float(booked[service]) / growth[service] for service in services]
    found["published_eur_pc"] = [float(each[s, BRIDGE_YEAR]) for s in services]
    found["ratio"] = found["carried_eur_pc"] / found["published_eur_pc"]
    found["cost_eur"] = [float(booked[service]) for service in services]
    found["cost_published_eur"] = found["cost_eur"] / found["ratio"]
    return found.assign(difference_pct=100.0 * (1.0 / found["ratio"] - 1.0))
