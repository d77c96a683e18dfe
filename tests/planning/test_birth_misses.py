"""Births per woman: their own past gives the width, it is found again, and draws hold what they promise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning import draws
from dewak_research.planning.birth_misses import (
    BirthMisses,
    birth_deviations,
    grown,
    land_misses,
    of_land,
)
from dewak_research.planning.population import Rates, step

AGS = ["05111000", "05154004", "05154008"]
KREIS = np.array([0, 1, 1])
BIRTHS = np.array([6_000.0, 40.0, 160.0])


def _fertility(kept: float, new: float, years: int) -> pd.DataFrame:
    rng, miss = np.random.default_rng(2), 0.0
    rows = []
    for year in range(years):
        miss = kept * miss + new * rng.standard_normal()
        rows.append((1000 + year, 30, 1500.0 * np.exp(miss)))
    return pd.DataFrame(rows, columns=["year", "age", "births_per_1k_women"])


def test_misses_are_births_over_the_mean_of_three_years_and_nothing_later_is_seen() -> None:
    table = pd.DataFrame(
        {"year": range(2000, 2006), "age": 30, "births_per_1k_women": [1.0, 2.0, 3.0, 4.0, 5.0, 9.0]}
    )
    found = land_misses(table, 2004)
    assert found[1].tolist() == pytest.approx(np.log([4 / 2, 5 / 3]).tolist())
    assert found[2].tolist() == pytest.approx(np.log([5 / 2]).tolist())
    assert sorted(found) == [1, 2]


def test_a_past_of_known_widths_is_found_again() -> None:
    found = of_land(_fertility(0.999, 0.03, 4000), 9999)
    assert found.kept > 0.95
    after = found.land * grown(found.kept, np.array([10]))[0]
    assert after == pytest.approx(0.03 * np.sqrt(11), rel=0.2)


def test_the_misses_of_germany_last(planning_inputs: dict[str, pd.DataFrame]) -> None:
    before = of_land(planning_inputs["germany_fertility_1972_2023"], 2015)
    now = of_land(planning_inputs["germany_fertility_1972_2023"], 2023)
    # 1.503 in 2015, 1.592 in 2016, 1.354 in 2023: what came since makes them wider
    assert 0.9 < before.kept <= 1 and 0.02 < before.land < now.land < 0.04


def test_draws_have_the_width_of_the_misses_and_sum_to_no_birth_in_a_kreis() -> None:
    misses = BirthMisses(0.9, 0.02, 0.01)
    drawn = birth_deviations(misses, AGS, KREIS, BIRTHS, np.array([0, 0.05, 0.03]), 6000, 8, 3)
    assert drawn.shape == (6000, 8, 3)
    width = np.log1p(drawn[:, :, 0].astype(float)).std(axis=0)
    assert width == pytest.approx(np.hypot(0.02, 0.01) * grown(0.9, np.arange(1, 9)), rel=0.05)
    assert np.median(drawn, axis=0) == pytest.approx(0, abs=5e-3)
    # 40 births a year: chance alone moves them by 16 %, its part in the Kreis taken out
    beside = (1 + drawn[:, 3, 1].astype(float)) / (1 + drawn[:, 3, 1:].astype(float) @ BIRTHS[1:] / 200)
    assert beside.std() == pytest.approx(0.8 * np.sqrt(0.05**2 + 0.25 * 0.03**2 / 4 + 1.25 / 40), rel=0.1)
    assert np.array_equal(
        drawn, birth_deviations(misses, AGS, KREIS, BIRTHS, np.array([0, 0.05, 0.03]), 6000, 8, 3)
    )


def test_of_age_is_the_width_of_the_mean_over_years_of_birth() -> None:
    misses = BirthMisses(0.95, 1.0)
    drawn = birth_deviations(
        BirthMisses(0.95, 0.001), AGS[:1], KREIS[:1], BIRTHS[:1], np.zeros(1), 20000, 9, 5
    )
    # after nine years those of 3 to 5 were born in the fourth to sixth, of 6 to 9 one was born before
    logs = 1000 * np.log1p(drawn[:, :, 0].astype(float))
    assert misses.of_age("3-5", 9) == pytest.approx(logs[:, 3:6].mean(axis=1).std(), rel=0.03)
    assert misses.of_age("6-9", 9) == pytest.approx((logs[:, :3].sum(axis=1) / 4).std(), rel=0.03)
    assert misses.of_age("10-14", 9) == 0


def test_drawn_births_are_what_projecting_them_gives() -> None:
    rng = np.random.default_rng(1)
    base = rng.uniform(200, 300, (3, 2, 101))
    survival, births = np.full((2, 101), 0.99), np.zeros((3, 101))
    births[:, 20:40] = 0.06
    ages = np.full((2, 101), 1 / 202)
    rates = [Rates(survival, births, np.zeros((3, 2, 101)), np.array([0.51, 0.485]))] * 22
    react = draws.reaction(base, rates, ages, births=True)
    more = np.zeros((2, 44, 3), dtype=np.float32)
    more[:, 22:] = birth_deviations(BirthMisses(1.0, 0.02), AGS, KREIS, BIRTHS, np.zeros(3), 2, 22, 3)
    found = [drawn for _, drawn in draws.group_draws(react, more, AGS, KREIS)]
    now = base
    for year in range(22):
        more_births = births * (1 + more[1, 22 + year, :, None])
        now = step(now, survival, more_births, np.zeros((3, 2, 101)), np.array([0.51, 0.485]))
    youngest = now[:, :, :3].sum(axis=2)
    assert found[0][1, 22, 0, :, 0] == pytest.approx(youngest[0], rel=2e-3)
    assert found[1][1, 22, :2, :, 0] == pytest.approx(youngest[1:], rel=2e-3)
