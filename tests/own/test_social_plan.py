"""The chain on own figures: what is entered counts, what is unknown stays unknown, and nothing adds up wrongly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import PlanningParams
from dewak_research.data import read_table
from dewak_research.own.contents import Reading
from dewak_research.own.form import check_lists
from dewak_research.own.plan_effects import early_warning, extra_cost
from dewak_research.own.planning_sheets import OwnPlanning, own_planning
from dewak_research.own.service_inputs import FROM_INGEST, own_rates, own_steps
from dewak_research.own.social_plan import SocialPlan, base_year, needed_tables, social_plan
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.need import level_rates
from dewak_research.planning.rates import SERVICES, rate_table
from dewak_research.planning.together import EXCLUSIVE
from own.test_planning_sheets import PLACE, RATE, Rows, reading_of, register

pytestmark = pytest.mark.slow  # people, need and cost of whole towns are computed from their workbooks

HERTEN, TOWN = "05562020", "kreisangehoerige_gemeinde"
PARAMS = PlanningParams(draws=30)
INSTRUMENT = (
    "instrument", "sector", "services", "lead_time_years", "hsk_compatible", "hours_mobilised", "eur_mobilised",
)  # fmt: skip
NO_INSTRUMENTS = pd.DataFrame(columns=list(INSTRUMENT))


@pytest.fixture(scope="module")
def official(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: read_table(name) for name in needed_tables()} | {name: tables[name] for name in FROM_INGEST}


def entered(lists: dict[str, Rows]) -> OwnPlanning:
    reading = reading_of(lists)
    assert not [found for found in check_lists(reading) if found.severity == "error"]
    return own_planning(reading)


NOTHING = own_planning(Reading())


@pytest.fixture(scope="module")
def herten(official: dict[str, pd.DataFrame]) -> SocialPlan:
    return social_plan(HERTEN, TOWN, NOTHING, official, PARAMS, 1)


def of(plan: SocialPlan, table: str, service: str, year: int, scenario: str = "constant") -> pd.Series:
    rows = plan.tables[table].query("service == @service and year == @year")
    return (rows if "scenario" not in rows else rows.query("scenario == @scenario")).iloc[0]


def test_need_is_people_times_rate_and_the_split_is_exact(herten: SocialPlan) -> None:
    assert herten.basis == "official" and herten.listed and herten.base_year == 2024
    people = herten.tables["population"].query("age == '0-2' and year == 2024")["p50"].iloc[0]
    rate = herten.tables["need_rates"].query("service == 'childcare_u3'")["rate"].iloc[0]
    assert of(herten, "need", "childcare_u3", 2024)["need"] == pytest.approx(people * rate, rel=1e-4)
    table = herten.tables["need"]
    first = table[table["year"] == 2024].set_index(["scenario", "service"])["need"]
    change = (
        table["need"] - first.reindex(pd.MultiIndex.from_frame(table[["scenario", "service"]])).to_numpy()
    )
    np.testing.assert_allclose(table["demography"] + table["rate"], change, atol=1e-6)
    constant = table[table["scenario"] == "constant"]
    assert constant["rate"].abs().max() == 0


def test_what_no_figure_leads_to_is_unknown_in_every_year(herten: SocialPlan) -> None:
    need = herten.tables["need"]
    unknown = need[need["service"].isin(["open_elderly", "debt_advice", "integration_advice"])]
    assert len(unknown) and unknown[["need", "p50"]].isna().all(axis=None)
    cost = herten.tables["cost"]
    assert cost[cost["service"] == "all_day_school"]["gross_eur"].isna().all()
    assert cost[cost["service"].str.startswith("integration_help")]["net_eur"].notna().all()
    known = cost.dropna(subset="gross_eur")
    first = known[known["year"] == known["cost_year"]]
    np.testing.assert_allclose(first["gross_eur"], first["counted"] * first["eur_each"], rtol=1e-9)
    by_group = herten.tables["unit_costs"].query("shown_as == 'person_of_group'")
    assert len(by_group) and by_group["eur_per_need"].isna().all(), (
        "no cost of a case where no case was counted"
    )


def test_a_register_replaces_the_base_and_its_districts_are_shown(official: dict[str, pd.DataFrame]) -> None:
    rows = [{**row, "district": name} for name in ("Nord", "Süd") for row in register()[:-1]]
    plan = social_plan(HERTEN, TOWN, entered({"register": rows}), official, PARAMS, 1)
    total = plan.tables["population"].query("age == 'total' and year == 2024")["p50"].iloc[0]
    assert plan.basis == "register" and total == pytest.approx(2 * 580 * 88)
    districts = plan.tables["districts"].set_index(["district", "year", "age"])
    for name in ("Nord", "Süd"):
        assert districts.loc[(name, 2024, "total"), "p50"] == pytest.approx(580 * 88)
        low, middle, high = districts.loc[(name, 2040, "total"), ["p05", "p50", "p95"]]
        assert low < middle < high, "a district has the band of its town"
    town = plan.tables["population"].set_index(["year", "age"]).loc[(2040, "total")]
    both = districts.loc[("Nord", 2040, "total")] + districts.loc[("Süd", 2040, "total")]
    np.testing.assert_allclose(
        both[["p05", "p50", "p95"]].astype(float), town[["p05", "p50", "p95"]].astype(float), rtol=1e-3
    )
    need = plan.tables["district_need"].query("year == 2024 and service == 'care_residential'")["p50"]
    assert need.sum() == pytest.approx(of(plan, "need", "care_residential", 2024)["need"], rel=1e-3)


@pytest.mark.parametrize("key", ["05999004", HERTEN])
def test_districts_have_a_band_wherever_the_town_is_and_an_empty_one_is_left_out(
    official: dict[str, pd.DataFrame], key: str
) -> None:
    rows = [{**row, "district": "Nord"} for row in register()[:-1]]
    rows += [{**row, "district": "Leer", "male": 0, "female": 0} for row in register()[:-1]]
    plan = social_plan(key, TOWN, entered({"register": rows}), official, PARAMS, 1)
    assert set(plan.tables["districts"]["district"]) == {"Nord"}
    last = plan.tables["districts"].query("year == 2040 and age == 'total'").iloc[0]
    assert last["p05"] < last["p95"]


def test_own_rates_costs_shares_and_office_count_for_their_service_alone(
    official: dict[str, pd.DataFrame], herten: SocialPlan
) -> None:
    own = entered(
        {
            "need_rates": [{**RATE, "service": "open_elderly", "age": "65-69", "rate": 0.1},
                           {**RATE, "age": "90+", "rate": 0.0}],
            "service_costs": [
                {"service": "open_elderly", "eur": 500, "per": "case", "year": 2024, "town": 100, "source": "x"},
                {"service": "youth_work", "eur": 300, "per": "person", "year": 2024, "source": "x"},
            ],
        }
    )  # fmt: skip
    plan = social_plan(HERTEN, TOWN, replace(own, youth_office=False), official, PARAMS, 1)
    old = of(plan, "cost", "open_elderly", 2024)
    assert old["gross_eur"] == pytest.approx(of(plan, "need", "open_elderly", 2024)["need"] * 500)
    assert old["net_eur"] == old["direct_eur"] == pytest.approx(old["gross_eur"])
    youth = of(plan, "cost", "youth_work", 2024)
    assert youth["each_of"] == "person_of_group" and youth["gross_eur"] == pytest.approx(
        youth["counted"] * 300
    )
    before, now = (of(one, "need", "care_residential", 2024)["need"] for one in (herten, plan))
    assert 0 < now < before, "the oldest have no need any more, the others keep the published rate"
    assert (
        of(plan, "need", "care_allowance", 2030)["need"] == of(herten, "need", "care_allowance", 2030)["need"]
    )
    assert (plan.youth_office, plan.office_origin) == (False, "entered")
    assert (herten.youth_office, herten.office_origin) == (True, "inferred")
    payers = plan.tables["payers"].set_index(["service", "payer"])["share"]
    assert payers["youth_work", "town"] == 0 < payers["youth_work", "kreis"]


def test_published_care_gives_way_to_own_rates_where_both_exceed_all_people(
    official: dict[str, pd.DataFrame],
) -> None:
    own = entered({"need_rates": [{**RATE, "age": "90+", "rate": 0.6}]})
    unit = pd.DataFrame({"ags": [HERTEN], "kreis": [HERTEN[:5]]})
    rates = rate_table(official)
    published, now = (level_rates(table, unit)[0][0] for table in (rates, own_rates(rates, own.rates, unit)))
    k, old = [SERVICES.index(service) for service in EXCLUSIVE], GROUPS.index("95+")
    home, others = SERVICES.index("care_residential"), [SERVICES.index(s) for s in EXCLUSIVE[:2]]
    assert published[k, :, old].sum(axis=0).max() < 1 < 0.6 + published[others, :, old].sum(axis=0).min()
    assert now[home, :, old].tolist() == [0.6, 0.6], "what is entered stays as it is"
    assert now[k, :, old].sum(axis=0) == pytest.approx([1.0, 1.0])
    assert now[others[0], 0, old] / now[others[1], 0, old] == pytest.approx(
        published[others[0], 0, old] / published[others[1], 0, old]
    )
    young = GROUPS.index("65-69")
    assert np.array_equal(now[k][:, :, young], published[k][:, :, young])


def test_a_unit_in_no_table_needs_a_register_and_its_levies_are_unknown(
    official: dict[str, pd.DataFrame],
) -> None:
    assert social_plan("05999004", TOWN, NOTHING, official, PARAMS, 1).reason == "no_base"
    plan = social_plan("05999004", TOWN, entered({"register": register()}), official, PARAMS, 1)
    assert not plan.listed and not plan.reason
    care = of(plan, "cost", "care_ambulatory", 2024)
    assert care["direct_eur"] == 0 and np.isnan(care["through_kreis_eur"]) and np.isnan(care["net_eur"])


@pytest.mark.parametrize(("day", "year"), [("2024-12-31", 2024), ("2025-06-30", 2024), ("2025-07-01", 2025)])
def test_an_extract_counts_for_the_nearest_end_of_a_year(day: str, year: int) -> None:
    assert base_year(day) == year


def test_places_make_a_year_and_without_them_there_is_none(herten: SocialPlan) -> None:
    few = int(of(herten, "need", "care_ambulatory", 2040)["p05"])
    own = entered({"places": [{**PLACE, "service": "care_ambulatory", "places": few}]})
    found = early_warning(herten, own, NO_INSTRUMENTS)["warning"].set_index("service")
    row = found.loc["care_ambulatory"]
    assert found.index[0] == "care_ambulatory"
    assert 2024 < row["likely_year"] <= row["sure_year"] <= 2040
    assert row["decide_by"] == row["likely_year"] - row["lead_years"] and row["lead_assumed"]
    assert found.drop(index="care_ambulatory")["likely_year"].isna().all()


def test_extra_cost_is_nothing_in_its_first_year_and_follows_need(herten: SocialPlan) -> None:
    cost = herten.tables["cost"]
    extra = extra_cost(cost, 2025, TOWN)
    assert extra[extra["year"] == 2025]["extra_eur"].abs().max() < 1e-6
    assert set(extra["service"]) == set(cost.dropna(subset="net_eur")["service"])
    by_service = extra[extra["year"] == 2040].set_index("service")["extra_eur"]
    assert by_service["care_ambulatory"] > 0 > by_service["childcare_3_6"]
    real = cost.query("service == 'care_ambulatory'").set_index("year")
    grown = (real.loc[2040, "net_real_eur"] - real.loc[2025, "net_real_eur"]) * real.loc[2040, "net_eur"]
    assert by_service["care_ambulatory"] == pytest.approx(grown / real.loc[2040, "net_real_eur"])


def test_steps_are_those_entered_and_none_without_places() -> None:
    own = entered({"places": [{**PLACE, "group_size": 12}, {**PLACE, "service": "childcare_3_6"}]})
    steps = dict(zip(SERVICES, own_steps(own.places), strict=True))
    assert steps["childcare_u3"] == 12 and steps["childcare_3_6"] == 25
    assert np.isnan(steps["care_residential"])


def test_a_kreis_replaces_the_rows_published_for_it(official: dict[str, pd.DataFrame]) -> None:
    own = entered(
        {
            "need_rates": [{**RATE, "service": "childcare_u3", "age": "0-2", "rate": 0.5}],
            "service_costs": [
                {"service": "childcare_u3", "eur": 9_000, "per": "case", "year": 2024, "kreis": 60, "land": 40,
                 "source": "x"}
            ],
        }
    )  # fmt: skip
    plan = social_plan("05954", "kreis", own, official, PARAMS, 1)
    people = plan.tables["population"].query("age == '0-2' and year == 2024")["p50"].iloc[0]
    child = of(plan, "cost", "childcare_u3", 2024)
    assert child["counted"] == pytest.approx(people * 0.5, rel=1e-4)
    assert child["gross_eur"] == pytest.approx(child["counted"] * 9_000)
    assert child["net_eur"] == child["through_kreis_eur"] == pytest.approx(0.6 * child["gross_eur"])
    assert len(plan.tables["unit_costs"].query("service == 'childcare_u3'")) == 1
