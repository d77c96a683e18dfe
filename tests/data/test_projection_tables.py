"""Life tables, birth rates and official projections carried over: they fit themselves and one another."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table


def test_survivors_follow_from_death_probabilities() -> None:
    table = read_table("germany_life_table")
    assert len(table) == 3 * 2 * 101
    for _, one in table.sort_values("age").groupby(["period", "sex"]):
        alive = 100_000 * np.concatenate([[1], np.cumprod(1 - one["death_probability"].to_numpy()[:-1])])
        assert np.abs(alive - one["survivors"].to_numpy()).max() <= 1


@pytest.mark.parametrize(
    ("period", "male", "female"), [("2016-2018", 78.48, 83.27), ("2022-2024", 78.47, 83.19)]
)
def test_life_expectancy_at_birth_is_the_published_one(period: str, male: float, female: float) -> None:
    at_birth = read_table("germany_life_table").query("age == 0 and period == @period").set_index("sex")
    assert at_birth["life_expectancy_years"].to_dict() == {"male": male, "female": female}


@pytest.mark.parametrize(("year", "children"), [(1990, 1.454), (2023, 1.35)])
def test_birth_rates_add_up_to_the_published_number_of_children(year: int, children: float) -> None:
    rates = read_table("germany_fertility_1972_2023").query("year == @year")
    assert rates["births_per_1k_women"].sum() / 1000 == pytest.approx(children, abs=0.005)


def test_life_expectancy_of_the_land_lies_below_that_of_germany() -> None:
    land = read_table("life_expectancy").query("period == '2021-2023' and age == 0").set_index("sex")
    # 77 years 11 months and 82 years 5 months
    assert land["expected_age_years"].to_dict() == {"male": 77.91, "female": 82.43}


def test_who_is_older_reaches_a_higher_age() -> None:
    land = read_table("life_expectancy").query("period == '2019-2021'").sort_values("age")
    for _, one in land.groupby("sex"):
        assert one["expected_age_years"].is_monotonic_increasing
        assert (one["expected_age_years"] > one["age"]).all()


def test_projected_ages_add_up_and_begin_at_the_counted_population() -> None:
    wide = read_table("projection").pivot_table(index="year", columns="age", values="persons")
    assert (wide.drop(columns="total").sum(axis=1) - wide["total"]).abs().max() <= 500  # rounded to 100 each
    ages = read_table("kreise_age").query("year == 2024 and ags.str.startswith('05')")
    assert wide.loc[2024, "total"] == pytest.approx(ages["persons"].sum(), rel=1e-4)
    young = ages[ages["age"].isin(["0-2", "3-5", "6-9"])]["persons"].sum()
    # 2024 is a projected year already: some 4,000 children more than were counted
    assert wide.loc[2024, ["0-2", "3-5", "6-9"]].sum() == pytest.approx(young, rel=0.003)


def test_kreise_of_the_projection_begin_at_their_population() -> None:
    shown = read_table("projection_kreise").set_index("ags")
    counted = read_table("kreise_age").query("year == 2023").groupby("ags")["persons"].sum()
    gap = (shown["population"] / counted.reindex(shown.index) - 1).abs()
    assert isinstance(gap, pd.Series)
    assert gap.max() <= 1e-3
