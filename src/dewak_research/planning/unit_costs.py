"""What a service costs per person in need: from booked payments, from statistics of the Land, or not known.

No cost per case is invented: where no figure leads to one, it is missing, with a reason, and own figures replace it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.booked import BOOKED, COST_YEAR, booked_unit_costs, u3_weight
from dewak_research.planning.known import TOWN_DIGITS
from dewak_research.planning.need import level_rates, need
from dewak_research.planning.rates import SERVICES
from dewak_research.rules import HOME

Array = NDArray[np.floating[Any]]
NO_UNIT_COST, INSURED = "no_unit_cost", "paid_by_care_insurance"
OF_MINORS = ("education_participation", "curative_education")
"""Spending on integration help that goes to children and young people; the statistics know kinds of help, no ages."""
COLUMNS = [
    "service", "area", "year", "eur_per_need", "shown_as", "eur_per_person_of_group", "age", "source", "tag", "assumed",
    "reason",
]  # fmt: skip


def served_in(groups: Array, rates: pd.DataFrame, units: pd.DataFrame) -> pd.Series:
    """Return how many people of the Land need each service in the year of the spending, at the rates last counted.

    Parameters
    ----------
    groups : array (units, 2, groups)
        Persons of that year by sex and group of age.
    rates : DataFrame
        Table of rates.
    units : DataFrame
        ags, kreis; a Kreis is the sum of its towns and not counted.

    Returns
    -------
    Series
        Persons by service; missing where no rate is known.
    """
    towns = (units["ags"].str.len() == TOWN_DIGITS).to_numpy()
    level, _ = level_rates(rates, units[towns])
    return pd.Series(need(groups[towns], level).sum(axis=0), index=[*SERVICES])


def _of_land(tables: Mapping[str, pd.DataFrame], served: pd.Series) -> list[tuple[str, float]]:
    """Cost per person from the Land's statistics: service, EUR of ``COST_YEAR`` per person of that year."""
    points = (
        tables["checkpoints"]
        .query(f"area == '{HOME}'")
        .set_index(["series", "item", "year"])["value"]
        .sort_index()
    )
    care, help_ = "help_for_care_sgb12", "integration_sgb9"
    total, homes = (
        points[care, item, COST_YEAR] for item in ("gross_spending", "gross_spending_residential")
    )
    whole = points[help_, "gross_spending", COST_YEAR]
    of_minors = sum(points[help_, item, COST_YEAR] for item in OF_MINORS)
    spent = {
        "care_residential": homes,
        "care_ambulatory": total - homes,
        "integration_help_minors": of_minors,
        "integration_help_adults": whole - of_minors,
    }
    return [(service, 1000 * keur / float(served[service])) for service, keur in spent.items()]


def unit_cost_table(
    tables: Mapping[str, pd.DataFrame], rates: pd.DataFrame, served: pd.Series
) -> pd.DataFrame:
    """Return the cost per person in need of every service, by area.

    Parameters
    ----------
    tables : mapping
        As for :func:`booked_unit_costs`, with checkpoints and care_by_age.
    rates : DataFrame
        Table of rates: cost per person of the group over the rate is the cost per person in need.
    served : Series
        From :func:`served_in`, for ``COST_YEAR``: spending and people of the same year. Nobody has counted those people
        yet; the rates of the last count on the people of that year are an estimate, marked assumed.

    Returns
    -------
    DataFrame
        service, area (Kreis or Land), year (of the prices), eur_per_need, shown_as (place, person, or person_of_group
        where no figure of a case leads to it), eur_per_person_of_group, age (of the group), source, tag, assumed,
        reason. Care and integration help: the public part alone (SGB XII, SGB IX), spread over all who are cared for.
        Spending on integration help is not published by age: education and curative education (for children before
        school, § 79 SGB IX) count as that of minors, all else as that of adults (assumed).
    """
    booked = booked_unit_costs(tables)
    level = rates[(rates["use"] == "level") & (rates["area"] == HOME)].groupby("service")["rate"].first()
    rows: list[tuple[object, ...]] = []
    for service, area, person, each_served in booked[
        ["service", "area", "eur_per_person", "eur_per_served"]
    ].itertuples(index=False):
        age = BOOKED[service].age
        if service == "childcare":
            rows += [
                (
                    name,
                    area,
                    COST_YEAR,
                    each_served * weight,
                    "place",
                    person,
                    age,
                    "booked_payments",
                    "D",
                    True,
                    "",
                )
                for name, weight in (("childcare_u3", u3_weight()), ("childcare_3_6", 1.0))
            ]
        else:
            each = person / level[service]
            how = (each, "person_of_group", person, age)
            rows.append((service, area, COST_YEAR, *how, "booked_payments", "D", True, ""))
    for service, eur in _of_land(tables, served):
        rows.append((service, HOME, COST_YEAR, eur, "person", np.nan, "", "checkpoints", "D", True, ""))
    known = {row[0] for row in rows}
    for service in SERVICES:
        if service not in known:
            reason = INSURED if service == "care_allowance" else NO_UNIT_COST
            rows.append((service, HOME, COST_YEAR, np.nan, "", np.nan, "", "", "", False, reason))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["service", "area"], ignore_index=True)
