"""Persons in need of care and the people they are counted among: sums as printed, sources that agree."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data import read_table

PRINTED = {  # statistik.nrw, totals of the kinds of care
    (2019, "allowance_only"): 521_575,
    (2021, "allowance_only"): 655_254,
    (2023, "allowance_only"): 818_023,
    (2021, "residential"): 167_094,
    (2023, "residential"): 169_213,
    (2021, "ambulatory"): 235_065,
    (2023, "ambulatory"): 240_078,
}


def test_kinds_of_care_add_up_to_the_printed_totals() -> None:
    sums = read_table("care_by_age").groupby(["year", "care_type"])["persons"].sum()
    assert {key: int(sums[key]) for key in PRINTED} == PRINTED


def test_single_years_of_age_add_up_to_the_groups_of_another_office_to_the_person() -> None:
    single = read_table("old_age")
    groups = read_table("land_age_groups").pivot_table(index="year", columns="age", values="persons")
    for year, rows in single.groupby("year"):
        persons = rows.set_index("age")["persons"]
        assert persons[[str(age) for age in range(65, 75)]].sum() == groups.loc[year, "65-74"]
        assert persons[[*(str(age) for age in range(75, 90)), "90+"]].sum() == groups.loc[year, "75+"]
        assert persons.sum() == groups.loc[year].sum()


def test_six_age_groups_follow_the_sum_of_the_towns_in_2015() -> None:
    towns = read_table("town_population").query("year == 2015")["population"].sum()
    assert read_table("land_age_groups").query("year == 2015")["persons"].sum() == towns


def test_rates_of_care_in_germany_fit_persons_and_sexes() -> None:
    care = read_table("germany_care_rates_2021").set_index("age")
    assert (care["persons_male"] + care["persons_female"] == care["persons_total"]).all()
    ages = care.drop(index="total")
    assert ages["persons_total"].sum() == care.loc["total", "persons_total"]
    people: pd.Series = 100 * care["persons_total"] / care["rate_total_pct"]
    assert people["total"] == pytest.approx(83.2e6, rel=0.01)
    assert people.drop("total").sum() == pytest.approx(people["total"], rel=0.02)


def test_care_of_nrw_in_2021_is_nearly_all_persons_in_need_of_care() -> None:
    points = read_table("checkpoints").query("area == '05' and series == 'care_sgb11' and year == 2021")
    kinds = read_table("care_by_age").query("year == 2021")["persons"].sum()
    assert 0.85 < kinds / points["value"].iloc[0] < 0.95  # without grade 1 and without day care only
