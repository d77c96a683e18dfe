"""Unit costs rest on bookings and published totals; cost is need, price, steps and remanence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.accounts import booked_amounts
from dewak_research.data.result import Result
from dewak_research.errors import InputError
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.booked import booked_by_kreis, booked_unit_costs, bridge_check
from dewak_research.planning.cost import (
    assumption,
    by_service,
    gross_cost,
    price_factor,
    unit_cost_array,
)
from dewak_research.planning.rates import SERVICES, rate_table
from dewak_research.planning.unit_costs import INSURED, NO_UNIT_COST, served_in, unit_cost_table

NAMES = (
    "care_by_age", "old_age", "land_age_groups", "kreise_age", "kreise_atlas_2022", "kreise_panel", "checkpoints",
    "youth_welfare", "germany_cpi", "town_age",
)  # fmt: skip
K = {service: i for i, service in enumerate(SERVICES)}
UNITS = pd.DataFrame({"ags": ["05562020", "05954"], "kreis": ["05562", "05954"]})


SERVED = pd.Series(
    {"care_residential": 170_000, "care_ambulatory": 243_000, "integration_help_minors": 82_000,
     "integration_help_adults": 179_000}, dtype=float,
)  # fmt: skip


def _payments(rows: list[tuple[str, str, str, int]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["ags", "product_group", "account", "amount_eur"])
    return frame.assign(year=2011)


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """Official tables, and payments of two made-up complete areas: a city and a Kreis with one town."""
    found = {name: read_table(name) for name in NAMES}
    found["payments"] = _payments(
        [
            ("05111000", "365", "7318", 180_000_000), ("05111000", "361", "7339", 20_000_000),
            ("05111000", "363", "7332", 80_000_000), ("05111000", "366", "7011", 12_000_000),
            ("05954", "365", "7318", 60_000_000), ("05954", "365", "7312", 20_000_000),
            ("05954", "363", "7331", 40_000_000),
            ("05954036", "365", "7011", 30_000_000), ("05954036", "365", "6142", 20_000_000),
            ("05954036", "363", "7331", 1_000_000), ("05954036", "362", "7318", 3_000_000),
        ]
    )  # fmt: skip
    found["gesamtkreis"] = pd.DataFrame(
        {"kreis": ["05111", "05954", "05112"], "year": 2011, "population": [589_649.0, 330_000.0, 488_000.0],
         "complete": [True, True, False]}
    )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def costs(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return unit_cost_table(tables, rate_table(tables), SERVED)


def test_what_a_kreis_gives_its_towns_is_counted_once(tables: dict[str, pd.DataFrame]) -> None:
    found = booked_by_kreis(tables["payments"], tables["gesamtkreis"], "child_care").set_index("kreis")
    assert found.loc["05954", "gross_eur"] == 90_000_000
    assert found.loc["05111", "gross_eur"] == 200_000_000
    assert "05112" not in found.index


def test_a_reported_unit_that_booked_nothing_there_has_zero(tables: dict[str, pd.DataFrame]) -> None:
    found = booked_amounts(tables["payments"], "youth_work", ("current_payments",))
    work = found.set_index("ags")["current_payments_eur"]
    assert work.to_dict() == {"05111000": 12_000_000, "05954": 0, "05954036": 3_000_000}


def test_child_raising_help_per_young_person_by_hand(tables: dict[str, pd.DataFrame]) -> None:
    """Düsseldorf: 80 m EUR of 2011 over the people under 20, consumer prices to 2015, the Land's spending on."""
    age = read_table("town_age").query("ags == '05111000'")
    young = age[age["age"].isin(["0-2", "3-5", "6-9", "10-14", "15-17", "18-19"])]["persons"].sum()
    persons = 589_649 * young / age["persons"].sum()
    land = read_table("town_age")
    before = land[land["age"].isin(young_groups := ["0-2", "3-5", "6-9", "10-14", "15-17", "18-19"])][
        "persons"
    ].sum()
    kreise = read_table("kreise_age").query("year == 2024 and ags.str.startswith('05')")
    now = kreise[kreise["age"].isin(young_groups)]["persons"].sum()
    expected = 80_000_000 / persons * (94.5 / 90.0) * (7_294_115 / now) / (3_540_760 / before)
    found = booked_unit_costs(tables).query("service == 'child_raising_help' and area == '05111'")
    assert found["eur_per_person"].item() == pytest.approx(expected)


def test_a_place_under_three_costs_twice_one_from_three_on(costs: pd.DataFrame) -> None:
    by_area = costs.pivot_table(index="area", columns="service", values="eur_per_need")
    ratio = (by_area["childcare_u3"] / by_area["childcare_3_6"]).dropna()
    assert ratio.to_numpy() == pytest.approx(14_819.05 / 7_178.44, abs=0.001)


def test_places_and_their_cost_give_back_what_was_booked(tables: dict[str, pd.DataFrame]) -> None:
    found = booked_unit_costs(tables).query("service == 'childcare'")
    assert (found["eur_per_person"] * found["persons"]).to_numpy() == pytest.approx(
        (found["eur_per_served"] * found["served"]).to_numpy(), rel=1e-9
    )


def test_care_and_integration_help_come_from_the_statistics_of_the_land(costs: pd.DataFrame) -> None:
    land = costs.query("area == '05'").set_index("service")
    assert land.loc["care_residential", "eur_per_need"] == pytest.approx(983_088_000 / 170_000)
    assert land.loc["care_ambulatory", "eur_per_need"] == pytest.approx(
        (1_266_300_000 - 983_088_000) / 243_000
    )
    minors = 670_977_598 + 607_139_807
    assert land.loc["integration_help_minors", "eur_per_need"] == pytest.approx(minors / 82_000, rel=1e-5)
    adults = 7_428_711_937 - minors
    assert land.loc["integration_help_adults", "eur_per_need"] == pytest.approx(adults / 179_000, rel=1e-5)
    assert land.loc[list(SERVED.index), "assumed"].all(), "the people of 2024 are carried on from 2023"
    assert (land.loc[list(SERVED.index), "year"] == 2024).all()


def test_spending_is_divided_by_people_of_its_own_year(tables: dict[str, pd.DataFrame]) -> None:
    """A hundred minors and adults more make so many more recipients; a Kreis is not counted beside its towns."""
    rates = rate_table(tables)
    units = pd.DataFrame({"ags": ["05954", "05954036"], "kreis": ["05954", "05954"]})
    groups = np.zeros((2, 2, len(GROUPS)))
    groups[:, :, GROUPS.index("3-5")], groups[:, :, GROUPS.index("25-29")] = 1000.0, 2000.0
    found = served_in(groups, rates, units)
    level = rates[(rates["use"] == "level") & (rates["area"] == "05")].set_index(["service", "age"])["rate"]
    assert found["integration_help_minors"] == pytest.approx(2000 * level["integration_help_minors", "0-17"])
    assert found["integration_help_adults"] == pytest.approx(4000 * level["integration_help_adults", "18-64"])
    assert np.isnan(found["debt_advice"])


def test_what_no_figure_leads_to_is_missing_and_says_why(costs: pd.DataFrame) -> None:
    missing = costs[costs["eur_per_need"].isna()].set_index("service")["reason"]
    assert missing.to_dict() == {
        "all_day_school": NO_UNIT_COST,
        "care_allowance": INSURED,
        "debt_advice": NO_UNIT_COST,
        "integration_advice": NO_UNIT_COST,
        "open_elderly": NO_UNIT_COST,
    }


def test_what_was_carried_from_2011_is_assumed_and_no_case_is_priced_from_it(costs: pd.DataFrame) -> None:
    booked = costs[costs["source"] == "booked_payments"]
    assert booked["assumed"].all()
    raising = costs[costs["service"] == "child_raising_help"]
    assert set(raising["shown_as"]) == {"person_of_group"}
    assert raising["eur_per_person_of_group"].notna().all()


def test_a_unit_takes_its_own_cost_then_that_of_its_kreis_then_that_of_the_land(costs: pd.DataFrame) -> None:
    own = pd.DataFrame(
        {"service": ["debt_advice"], "area": ["05562020"], "year": [2025], "eur_per_need": [900.0]}
    )
    eur, year = unit_cost_array(pd.concat([costs, own]), UNITS)
    assert eur[0, K["debt_advice"]] == 900
    assert year[0, K["debt_advice"]] == 2025
    assert np.isnan(eur[1, K["debt_advice"]])
    by_area = costs.query("service == 'childcare_u3'").set_index("area")["eur_per_need"]
    assert eur[:, K["childcare_u3"]].tolist() == [by_area["05"], by_area["05954"]]


def test_prices_grow_by_their_parts() -> None:
    factor = price_factor([2024, 2026], np.array([2024, 2024]), np.array([0.8, np.nan]), pay=0.03, price=0.01)
    assert factor[1] == pytest.approx([(1 + 0.8 * 0.03 + 0.2 * 0.01) ** 2, 1.02**2])
    assert factor[0].tolist() == [1, 1]


def test_cost_is_places_paid_for_times_price() -> None:
    costs = pd.DataFrame(
        {"service": ["childcare_u3"], "area": ["05"], "year": [2024], "eur_per_need": [20_000.0]}
    )
    need = np.full((2, 3, 2, len(SERVICES)), np.nan)
    need[0, ..., K["childcare_u3"]], need[1, ..., K["childcare_u3"]] = 100.0, 104.0
    found = gross_cost(need, costs, UNITS, [2024, 2025], pay=0.02, price=0.02)
    assert found.shape == need.shape
    assert found[:, 0, 0, K["childcare_u3"]] == pytest.approx([100 * 20_000, 110 * 20_000 * 1.02])
    assert np.isnan(found[..., K["debt_advice"]]).all()
    falling = need[::-1]
    less = gross_cost(falling, costs, UNITS, [2024, 2025], pay=0.0, price=0.0)[1, 0, 0, K["childcare_u3"]]
    assert less == pytest.approx((100 + 0.65 * 4) * 20_000)


def test_assumptions_come_from_the_rules_and_can_be_set() -> None:
    assert assumption("fixed_share") == 0.65
    assert by_service("staff_share")[K["care_residential"]] == 0.7
    assert np.isnan(by_service("places_per_step")[K["youth_work"]])


def test_a_negative_cost_and_a_gap_of_years_are_refused() -> None:
    bad = pd.DataFrame({"service": ["childcare_u3"], "area": ["05"], "year": [2024], "eur_per_need": [-1.0]})
    need = np.ones((2, 2, len(SERVICES)))
    with pytest.raises(InputError, match="-1 euros"):
        gross_cost(need, bad, UNITS, [2024, 2025])
    with pytest.raises(InputError, match="2025"):
        gross_cost(need, bad, UNITS, [2024, 2026])


def test_the_bridge_of_consumer_prices_falls_short_and_says_how_far(
    tables: dict[str, pd.DataFrame], ingested: Result
) -> None:
    """Carried to 2015 the bookings give 90 per cent of what the Land spent on day care, 76 on single help."""
    booked = {name: ingested.tables[name] for name in ("payments", "gesamtkreis")}
    check = bridge_check(tables | booked).set_index("service")
    ratio = check["ratio"]
    # what the deflator is worth: on the Land's spending of 2015 a place costs 12 per cent more, help 32
    assert check["difference_pct"].round().tolist() == [12, 32]
    growth = check["cost_eur"] / check["carried_eur_pc"]
    assert (check["published_eur_pc"] * growth).to_numpy() == pytest.approx(check["cost_published_eur"])
    assert ratio["childcare"] == pytest.approx(0.90, abs=0.02)
    assert ratio["child_raising_help"] == pytest.approx(0.76, abs=0.02)
