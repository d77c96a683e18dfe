"""Rates of need rest on published figures and fit independent ones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.planning.care import (
    CARE_AGES,
    CARE_KINDS,
    care_factors,
    care_population,
    care_rates,
    two_years_on,
)
from dewak_research.planning.need import level_rates
from dewak_research.planning.rates import NO_RATE, RAW_TABLES, SERVICES, UNKNOWN, rate_table


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return {name: read_table(name) for name in RAW_TABLES}


@pytest.fixture(scope="module")
def population(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return care_population(tables["old_age"], tables["land_age_groups"], tables["kreise_age"])


@pytest.fixture(scope="module")
def rates(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return rate_table(tables)


def test_cohorts_carried_two_years_on_miss_the_printed_old_by_less_than_one_percent(
    tables: dict[str, pd.DataFrame],
) -> None:
    old = tables["old_age"].query("age != '0-59'")
    single = {
        year: pd.Series(rows["persons"].to_numpy(float), rows["age"].str.rstrip("+").astype(int).to_numpy())
        for year, rows in old.groupby("year")
    }
    carried = two_years_on(single[2019], single[2021])
    printed = tables["land_age_groups"].query("year == 2023").set_index("age")["persons"]
    assert carried[carried.index < 75].sum() == pytest.approx(printed["65-74"], rel=0.01)
    assert carried[carried.index >= 75].sum() == pytest.approx(printed["75+"], rel=0.01)


def test_population_of_both_bases_adds_up_to_what_is_printed(
    tables: dict[str, pd.DataFrame], population: pd.DataFrame
) -> None:
    sums = population.groupby(["year", "basis"])["persons"].sum()
    printed = tables["land_age_groups"].groupby("year")["persons"].sum()
    home = tables["kreise_age"].query("year == 2023 and ags.str.startswith('05')")["persons"].sum()
    assert [sums[y, 2011] for y in (2019, 2021, 2023)] == pytest.approx(
        [printed[y] for y in (2019, 2021, 2023)]
    )
    assert sums[2023, 2022] == pytest.approx(home)
    estimated = population[population["estimated"]]
    assert set(estimated["year"]) == {2023}
    assert "0-64" not in set(estimated["age"])


def test_rates_of_nrw_lie_near_those_of_germany(
    tables: dict[str, pd.DataFrame], population: pd.DataFrame
) -> None:
    """Without care grade 1 and day care, which Germany's rates hold: a little below, never above by much."""
    found = care_rates(tables["care_by_age"], population).query("year == 2021")
    germany = read_table("germany_care_rates_2021").set_index("age")["rate_total_pct"] / 100
    parts = {"75-84": ["75-79", "80-84"], "85-89": ["85-89"], "90+": ["90+"]}
    for age, groups in parts.items():
        some = found[found["age"].isin(groups)]
        people = some.drop_duplicates("age")["persons"].sum()
        assert some["in_need"].sum() / people == pytest.approx(germany[age], rel=0.1), age


def test_every_service_has_rates_or_says_that_it_has_none(rates: pd.DataFrame) -> None:
    level = rates[rates["use"] == "level"]
    assert set(level["service"]) == set(SERVICES)
    missing = level[level["rate"].isna()]
    assert set(missing["service"]) == set(UNKNOWN)
    assert (missing["reason"] == NO_RATE).all()
    known = level.dropna(subset="rate")
    assert known["rate"].between(0, 1).all()
    assert (known["source"] != "").all()
    assert (known["reason"] == "").all()


def test_all_day_school_is_not_the_share_of_children_in_day_care(rates: pd.DataFrame) -> None:
    """Day care counts 6 to 10 years at 8 per cent in NRW; the pupils of all-day school are half of that age."""
    level = rates.query("service == 'all_day_school' and use == 'level'")["rate"].item()
    assert level == pytest.approx(0.527, abs=0.02)


def test_child_care_and_care_come_by_kreis(rates: pd.DataFrame) -> None:
    areas = rates.query("use == 'level'").groupby("service")["area"].nunique()
    assert areas["childcare_u3"] == areas["childcare_3_6"] == 53
    assert all(areas[service] == 54 for service in CARE_KINDS.values())


def test_what_is_assumed_is_marked(rates: pd.DataFrame) -> None:
    assumed = rates.query("use == 'level' and assumed")["service"].unique()
    assert set(assumed) == {"all_day_school", "child_raising_help", "youth_work", *CARE_KINDS.values()}
    assert not rates.query("area == '05' and service == 'care_allowance'")["assumed"].any()
    youth = rates.query("service == 'youth_work'")
    assert np.array_equal(youth["rate"], [1.0])
    assert youth["tag"].item() == "P"


def test_in_need_of_care_by_kreis_add_up_to_what_the_land_counted_in_2021(
    tables: dict[str, pd.DataFrame],
) -> None:
    """Two sources, to a tenth of a per cent: 655,254 with allowance, 235,065 ambulatory, 1,191,981 in all."""
    panel = tables["kreise_panel"].query("year == 2021 and ags.str.startswith('05')").set_index("ags")
    in_need = panel["care_dependency_per_10k"] / 100 * panel["population"]
    kinds = tables["kreise_atlas_2022"].set_index("kreis").reindex(in_need.index)
    assert in_need.sum() == pytest.approx(1_191_981, rel=0.001)
    assert (in_need * kinds["care_allowance_2021_pct"]).sum() / 100 == pytest.approx(655_254, rel=0.001)
    assert (in_need * kinds["care_ambulatory_2021_pct"]).sum() / 100 == pytest.approx(235_065, rel=0.001)


def test_kreise_keep_the_sum_of_the_land_and_differ_widely(
    tables: dict[str, pd.DataFrame], population: pd.DataFrame
) -> None:
    found = care_rates(tables["care_by_age"], population)
    factors = care_factors(found, tables["kreise_age"], tables["kreise_panel"], tables["kreise_atlas_2022"])
    assert len(factors) == 53 * len(CARE_KINDS)
    allowance = factors[factors["service"] == "care_allowance"].set_index("kreis")["factor"]
    assert allowance["05515"] == pytest.approx(0.53, abs=0.01)
    assert allowance.max() == pytest.approx(1.52, abs=0.02)
    assert set(found["age"]) == set(CARE_AGES)


def test_care_of_all_kreise_together_is_that_of_the_land(
    tables: dict[str, pd.DataFrame], rates: pd.DataFrame
) -> None:
    """Each Kreis's rates on its own people, 65-74 and 75+ split as in the Land, give back the persons counted."""
    ages = tables["kreise_age"].query("year == 2023 and ags.str.startswith('05')")
    units = pd.DataFrame({"ags": sorted(ages["ags"].unique())}).assign(kreis=lambda t: t["ags"])
    k = SERVICES.index("care_allowance")
    level = level_rates(rates, units)[0][:, k, 0]
    young = ages[~ages["age"].isin(["65-74", "75+"])].groupby("ags")["persons"].sum()
    below = (level[:, 0] * young.to_numpy()).sum()
    assert below == pytest.approx(239_123, rel=0.02)
