"""Life tables: published life expectancy from death probabilities, and the Land's level."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.data import read_table
from dewak_research.planning.mortality import (
    improved,
    land_death_probabilities,
    life_expectancy,
    scaled_to,
    shifted,
    stationary,
    survival,
)

PUBLISHED = [("2016-2018", "male", 78.48), ("2016-2018", "female", 83.27),
             ("2022-2024", "male", 78.47), ("2022-2024", "female", 83.19)]  # fmt: skip


def _germany(period: str, sex: str) -> np.ndarray:
    table = read_table("germany_life_table").query("period == @period and sex == @sex").sort_values("age")
    return table["death_probability"].to_numpy()


@pytest.mark.parametrize(("period", "sex", "years"), PUBLISHED)
def test_life_expectancy_at_birth_as_published(period: str, sex: str, years: float) -> None:
    assert life_expectancy(_germany(period, sex))[0] == pytest.approx(years, abs=0.005)


@pytest.mark.parametrize("sex", ["male", "female"])
def test_life_expectancy_at_every_age_as_published(sex: str) -> None:
    table = read_table("germany_life_table").query("period == '2016-2018' and sex == @sex").sort_values("age")
    gap = life_expectancy(_germany("2016-2018", sex)) - table["life_expectancy_years"].to_numpy()
    assert np.abs(gap[:95]).max() < 0.04


def test_the_land_has_its_published_life_expectancy() -> None:
    q = land_death_probabilities(read_table("germany_life_table"), read_table("life_expectancy"))
    assert q.shape == (2, 101)
    # 77 years 11 months and 82 years 5 months
    assert life_expectancy(q)[:, 0] == pytest.approx([77.91, 82.43], abs=1e-9)
    assert ((q > 0) & (q < 1)).all()


@pytest.mark.parametrize("sex", ["male", "female"])
def test_the_logit_shift_fits_the_published_ages_of_the_land(sex: str) -> None:
    published = read_table("life_expectancy").query("period == '2019-2021' and sex == @sex").set_index("age")
    q = scaled_to(_germany("2020-2022", sex), published.loc[0, "expected_age_years"])
    ages = published.index.to_numpy()
    gap = life_expectancy(q)[ages] + ages - published["expected_age_years"].to_numpy()
    assert np.abs(gap[ages <= 60]).max() < 0.1
    assert np.abs(gap).max() < 0.35


def test_survival_is_a_ratio_of_years_lived() -> None:
    q = _germany("2022-2024", "female")
    ratios, newborn = survival(q)
    years = stationary(q)
    assert newborn == pytest.approx(years[0])
    assert ratios[:-2] == pytest.approx(years[1:-1] / years[:-2])
    # the open group of a stationary population stays as large as it is
    assert years[-2] * ratios[-2] + years[-1] * ratios[-1] == pytest.approx(years[-1])


def test_no_shift_and_no_fall_change_nothing() -> None:
    q = _germany("2022-2024", "male")
    assert shifted(q, 0.0) == pytest.approx(q)
    assert improved(q, 0.01, 0) == pytest.approx(q)
    assert life_expectancy(improved(q, 0.01, 10))[0] > life_expectancy(q)[0]
    assert life_expectancy(shifted(q, 0.1))[0] < life_expectancy(q)[0]
