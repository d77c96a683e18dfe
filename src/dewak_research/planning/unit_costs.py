"""What a service costs per person in need: from booked payments, from statistics of the Land, or not known.

No cost per case is invented: where no figure leads to one, it is missing, with a reason, and own figures replace it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.planning.booked import BOOKED, COST_YEAR, booked_unit_costs, u3_weight
from dewak_research.planning.rates import SERVICES
from dewak_research.rules import HOME

NO_UNIT_COST, INSURED = "no_unit_cost", "paid_by_care_insurance"
COLUMNS = [
    "service", "area", "year", "eur_per_need", "shown_as", "eur_per_person_of_group", "age", "source", "tag", "assumed",
    "reason",
]  # fmt: skip


def _of_land(tables: Mapping[str, pd.DataFrame]) -> list[tuple[str, int, float]]:
    """Cost per person from the Land's statistics: service, year, EUR."""
    points = (
        tables["checkpoints"]
        .query(f"area == '{HOME}'")
        .set_index(["series", "item", "year"])["value"]
        .sort_index()
    )
    kinds = tables["care_by_age"].query("year == year.max()").groupby("care_type")["persons"].sum()
    care = "help_for_care_sgb12"
    total, homes = (
        points[care, item, COST_YEAR] for item in ("gross_spending", "gross_spending_residential")
    )
    counted = points["integration_sgb9", "recipients_total"]
    year = int(counted.index.max())
    return [
        ("care_residential", COST_YEAR, 1000 * homes / kinds["residential"]),
        ("care_ambulatory", COST_YEAR, 1000 * (total - homes) / kinds["ambulatory"]),
        ("integration_help", year, 1000 * points["integration_sgb9", "gross_spending", year] / counted[year]),
    ]


def unit_cost_table(tables: Mapping[str, pd.DataFrame], rates: pd.DataFrame) -> pd.DataFrame:
    """Return the cost per person in need of every service, by area.

    Parameters
    ----------
    tables : mapping
        As for :func:`booked_unit_costs`, with checkpoints and care_by_age.
    rates : DataFrame
        Table of rates: cost per person of the group over the rate is the cost per person in need.

    Returns
    -------
    DataFrame
        service, area (Kreis or Land), year (of the prices), eur_per_need, shown_as (place, person, or person_of_group
        where no figure of a case leads to it), eur_per_person_of_group, age (of the group), source, tag, assumed,
        reason. Care and integration help: the public part alone (SGB XII, SGB IX), spread over all who are cared for.
    """
    booked = booked_unit_costs(tables)
    level = rates[(rates["use"] == "level") & (rates["area"] == HOME)].groupby("service")["rate"].first()
    rows: list[tuple[object, ...]] = []
    for service, area, person, served in booked[
        ["service", "area", "eur_per_person", "eur_per_served"]
    ].itertuples(index=False):
        age = BOOKED[service].age
        if service == "childcare":
            rows += [
                (
                    name,
                    area,
                    COST_YEAR,
                    served * weight,
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
    for service, year, eur in _of_land(tables):
        assumed = (
            service != "integration_help"
        )  # spending and people of two years; all help at home is ambulatory
        rows.append((service, HOME, year, eur, "person", np.nan, "", "checkpoints", "D", assumed, ""))
    known = {row[0] for row in rows}
    for service in SERVICES:
        if service not in known:
            reason = INSURED if service == "care_allowance" else NO_UNIT_COST
            rows.append((service, HOME, COST_YEAR, np.nan, "", np.nan, "", "", "", False, reason))
    return pd.DataFrame(rows, columns=COLUMNS).sort_values(["service", "area"], ignore_index=True)
