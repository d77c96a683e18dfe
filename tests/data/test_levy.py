"""The general levy of a Kreis falls on all its towns by their Umlagegrundlagen, that of its youth office on some."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data.levy import (
    BOOKINGS,
    LEVY_TABLES,
    PEOPLE,
    SEPARATED,
    TOWN,
    levy_shares,
    levy_summary,
    umlagegrundlagen,
)
from dewak_research.data.result import Result
from dewak_research.data.youth_office import youth_offices

#: One Kreis (40 % general levy, 20 % more for its youth office) and one city, Landschaftsverband Westfalen-Lippe.
TOWNS = ["05954004", "05954008", "05954012", "05954016"]
UNITS = pd.DataFrame(
    {
        "ags": ["05911000", "05954", *TOWNS],
        "kind": ["kreisfreie_stadt", "kreis", *[TOWN] * 4],
        "kreis": ["05911", *["05954"] * 5],
        "population_2021": [50, 100, 10, 20, 30, 40],
    }
)
OFFICES = pd.DataFrame({"ags": UNITS["ags"], "youth_office": [1.0, 1.0, 0.0, 0.0, 1.0, 1.0]})
GRANTS = [60.0, 0.0, 0.0, 40.0]
PER_HEAD = [4.0, 8.0, 6.0, 4.0]
#: Umlagegrundlagen: 10·4 + 60, 20·8, 30·6, 40·4 + 40.
BASE = [100.0, 160.0, 180.0, 200.0]


def _tables(paid: dict[str, float]) -> dict[str, pd.DataFrame]:
    key = {"ags": TOWNS, "year": 2010}
    totals = pd.DataFrame(
        {**key, "key_grants_eur": GRANTS, "umlagen_paid_eur": [0.6 * 100, 0.6 * 160, 72.0, 80.0]}
    )
    above = pd.DataFrame(
        {"ags": ["05911000", "05954"], "year": 2010, "key_grants_eur": 0.0, "umlagen_paid_eur": [30.0, 90.0]}
    )
    totals = pd.concat([totals, above], ignore_index=True)
    totals["umlagen_paid_eur"] = totals["ags"].map(paid).fillna(totals["umlagen_paid_eur"])
    years = [pd.DataFrame({"ags": TOWNS, "year": year}) for year in (2008, 2009)]
    tax = pd.concat(
        [years[0].assign(tax_capacity_eur_pc=PER_HEAD), years[1].assign(tax_capacity_eur_pc=PER_HEAD)]
    )
    people = pd.DataFrame({**key, "population": [10, 20, 30, 40]})
    return {"unit_totals": totals, "tax_panel": tax, "population": people}


@pytest.fixture(scope="module")
def official(ingested: Result) -> dict[str, pd.DataFrame]:
    return {name: ingested.tables[name] for name in (*LEVY_TABLES, "units", "payments")}


def test_the_general_levy_follows_the_base_of_the_law_and_that_of_the_office_reaches_those_without_one() -> (
    None
):
    assert umlagegrundlagen(_tables({}))[TOWNS].tolist() == BASE
    found = levy_shares(_tables({}), UNITS, OFFICES).set_index("ags")
    assert found.loc[TOWNS, "levy_share"].tolist() == pytest.approx([base / 640 for base in BASE])
    assert found.loc[TOWNS, "youth_levy_share"].tolist() == pytest.approx([100 / 260, 160 / 260, 0, 0])
    booked = [60.0, 96.0, 72.0, 80.0]
    assert found.loc[TOWNS, "booked_share"].tolist() == pytest.approx([paid / 308 for paid in booked])
    assert found.loc[TOWNS, "basis"].tolist() == [SEPARATED, SEPARATED, BOOKINGS, BOOKINGS]
    assert found.loc[["05911000", "05954"], "levy_share"].tolist() == pytest.approx([0.25, 0.75])


def test_the_summary_counts_whose_share_falls_and_by_how_much() -> None:
    """Shares of 60 and 96 of 308 booked become 100 and 160 of 640: both fall by 1 − 308/384, a fifth."""
    one = levy_summary(levy_shares(_tables({}), UNITS, OFFICES)).iloc[0]
    assert one["towns"] == 2 and one["by_people"] == 0
    assert [one["fall_median_pct"], one["fall_largest_pct"]] == pytest.approx([100 * (1 - 308 / 384)] * 2)


def test_where_all_towns_are_alike_the_bookings_hold() -> None:
    for office in (0.0, 1.0):
        alike = OFFICES.assign(youth_office=[1.0, 1.0, *[office] * 4])
        found = levy_shares(_tables({"05954004": 100.0}), UNITS, alike).set_index("ags").loc[TOWNS]
        assert found["levy_share"].tolist() == pytest.approx([100 / 348, 96 / 348, 72 / 348, 80 / 348])
        assert (found["basis"] == BOOKINGS).all()


def test_a_levy_below_that_of_the_others_holds_no_part_of_a_youth_office() -> None:
    found = (
        levy_shares(_tables({"05954004": 35.0, "05954008": 56.0}), UNITS, OFFICES).set_index("ags").loc[TOWNS]
    )
    assert found["levy_share"].tolist() == found["booked_share"].tolist()
    assert (found["basis"] == BOOKINGS).all()


def test_a_town_that_reported_nothing_pays_as_much_per_head_as_the_others() -> None:
    tables = _tables({})
    tables["unit_totals"] = tables["unit_totals"].query("ags != '05954012'")
    unknown = OFFICES.assign(youth_office=[1.0, 1.0, 0.0, 0.0, float("nan"), 1.0])
    found = levy_shares(tables, UNITS, unknown).set_index("ags").loc[TOWNS]
    general = [40.0, 64.0, 30 * (40 + 64 + 80) / 70, 80.0]
    assert found["levy_share"].tolist() == pytest.approx([part / sum(general) for part in general])
    assert found.loc["05954012", "basis"] == PEOPLE and found.loc["05954012", "assumed"]
    assert pd.isna(found.loc["05954012", "youth_levy_share"])


def test_shares_add_up_and_the_mehrbelastung_of_a_real_kreis_is_taken_out(
    official: dict[str, pd.DataFrame],
) -> None:
    """Rhein-Kreis Neuss, worked out from the raw figures of 2010 and its neighbours year by year: about a fifth off."""
    units = official["units"]
    offices = youth_offices(official["payments"], official["population"], units)
    found = levy_shares(official, units, offices).merge(units[["ags", "kind", "kreis"]])
    towns = found[found["kind"] == TOWN]
    assert towns.groupby("kreis")["levy_share"].sum().to_numpy() == pytest.approx(1.0)
    assert found[found["kind"] != TOWN]["levy_share"].sum() == pytest.approx(2.0)
    youth = towns.groupby("kreis")["youth_levy_share"].sum()
    assert ((youth - 1).abs().lt(1e-9) | youth.eq(0)).all()
    assert found["assumed"].any() and not found["assumed"].all()
    levied = official["unit_totals"].merge(official["population"], on=["ags", "year"], suffixes=("_", ""))
    tax = official["tax_panel"].set_index(["ags", "year"])["tax_capacity_eur_pc"]
    rate: dict[bool, list[float]] = {True: [], False: []}
    without = set(offices[offices["youth_office"] == 0]["ags"])
    neuss = levied[levied["ags"].str.startswith("05162") & (levied["ags"].str.len() == 8)]
    for _, row in neuss.iterrows():
        before = (tax[row["ags"], row["year"] - 1] + tax[row["ags"], row["year"] - 2]) / 2
        base = before * row["population"] + row["key_grants_eur"]
        rate[row["ags"] in without].append(row["umlagen_paid_eur"] / base)
    mean = {kind: sum(some) / len(some) for kind, some in rate.items()}
    own = towns[(towns["kreis"] == "05162") & (towns["basis"] == SEPARATED)]
    beside = towns[(towns["kreis"] == "05162") & (towns["basis"] == BOOKINGS)]
    taken = (own["levy_share"] / own["booked_share"]).mean() / (
        beside["levy_share"] / beside["booked_share"]
    ).mean()
    assert taken == pytest.approx(mean[False] / mean[True], abs=0.03)
    assert 0.7 < taken < 0.9
