"""What migration was: natural change from ages carried forward, residuals, levels and widths of past misses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning import past
from dewak_research.planning.known import Known
from dewak_research.planning.migration import Profile, Weights

AGS = ["05111000", "05154004", "05154008"]
YEARS = range(2011, 2023)
FLAT = Profile(np.full((2, 101), 1 / 202), np.zeros((2, 2, 101)), np.ones(1))


def _known(rates: list[float], census: float = 0.97, today: float = 1.0) -> Known:
    start = np.array([100_000.0, 20_000.0, 50_000.0])
    persons = np.stack([start * np.exp(np.array(rates) * (y - 2011)) for y in YEARS], axis=1)
    frame = pd.DataFrame(persons, index=AGS, columns=list(YEARS))
    carried = frame[2021] * (frame[2022] / frame[2021]) ** 0.6
    counted = carried * census
    grown = np.exp(np.array(rates) * past.SINCE_CENSUS_DAY)
    return Known(frame, (2016, 2022), counted, counted * grown * today)


def _vital(births: float, survival: float) -> past.Vital:
    woman = np.zeros((3, 101))
    woman[:, 20:40] = births
    return past.Vital(np.full((2, 101), survival), np.array([0.5, 0.5]), lambda year: woman)


def _base() -> np.ndarray:
    return np.full((3, 2, 101), 100.0)


def _natural(rate: float) -> pd.DataFrame:
    return pd.DataFrame(rate, index=AGS, columns=list(range(2012, 2026)))


def test_natural_change_is_births_less_deaths_whatever_migration() -> None:
    vital = _vital(0.05, 0.99)
    # 20 200 people, 1 % die; 0.05 births for each of the 20 × (100 + 99)/2 women of 20 to 39
    expected = np.log((20_200 * 0.99 + 0.05 * 20 * (100 + 99) / 2) / 20_200)
    quiet = past.carried(_known([0, 0, 0]), _base(), vital, FLAT, Weights(1, 1))
    assert quiet.natural[2012].to_numpy() == pytest.approx(expected, rel=1e-9)
    assert (quiet.natural[2012] == quiet.natural[2015]).all()
    # from 2016 on those who came in the year have children too
    assert quiet.natural[2016].to_numpy() == pytest.approx(expected, rel=5e-3)
    # no growth in the counts: migration made up for the natural change
    assert quiet.level == pytest.approx(-expected)
    busy = past.carried(_known([0.02, 0, 0]), _base(), vital, FLAT, Weights(1, 1))
    assert busy.natural.loc["05111000", 2016] == pytest.approx(expected, rel=2e-2)


def test_own_rates_leave_out_the_break_of_the_census() -> None:
    rates = [0.004, 0.001, -0.002]
    for census in (0.9, 1.0, 1.05):
        known = _known(rates, census)
        people = (known.persons[2022] * census).to_numpy()
        today = np.array([people[0] * np.exp(0.012), *(people[1:] * np.exp(0.003))])
        own = past.own_rates(replace(known, today=pd.Series(today, index=AGS)), _natural(-0.003))
        assert own.before == pytest.approx([0.007, 0.004, 0.001])
        assert own.after[0] == pytest.approx(0.004 + 0.003)
        # the Kreis has the mean of three years, its towns what sets them apart since the census
        since = np.log(today / known.census.to_numpy()) / past.SINCE_CENSUS_DAY
        assert own.after[1] - own.after[2] == pytest.approx(since[1] - since[2])
        assert own.after[1:] @ people[1:] / people[1:].sum() == pytest.approx(0.001 + 0.003, abs=5e-4)
        # 2017–2021 and 2023–2025: the latest count is part of the level
        assert own.mean == pytest.approx((5 * own.before + 3 * own.after) / 8)


def _panel() -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(1)
    panel = pd.DataFrame(
        [(k, y, 1e5 * np.exp(rng.normal(0, 0.004))) for k in ("05111", "05154") for y in range(1995, 2012)],
        columns=["ags", "year", "population"],
    )
    derived = pd.DataFrame(
        [(t, y, 3e4 * np.exp(rng.normal(0, 0.01))) for t in AGS for y in past.LONG_STEPS],
        columns=["ags", "year", "population_derived"],
    )
    return panel, derived


def test_widths_look_at_nothing_after_their_year_and_not_across_the_census_of_2011() -> None:
    panel, derived = _panel()
    known = _known([0.004, 0.001, -0.002])
    noisy = known.persons * np.exp(np.random.default_rng(2).normal(0, 0.01, known.persons.shape))
    known = replace(known, persons=noisy)
    until = past.spreads(known, panel, derived, Weights(0.8, 0.2), 2015)
    later = known.persons.copy()
    later.loc[:, 2016:] *= 3
    assert past.spreads(replace(known, persons=later), panel, derived, Weights(0.8, 0.2), 2015) == until
    # a census that finds everybody doubled moves no width: nothing is compared across it
    doubled = replace(known, persons=known.persons * 2)
    assert past.spreads(doubled, panel, derived, Weights(0.8, 0.2), 2015).land.level == pytest.approx(
        until.land.level
    )
