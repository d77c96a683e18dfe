"""Widths of the misses of migration: windows by hand, nothing from the future, known widths found again."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.planning import spread


def test_a_window_by_hand() -> None:
    years = list(range(2001, 2009))
    growth = np.array([[1.0, 2, 3, 4, 5, 10, 20, 40]]) / 100
    errors = spread.window_errors(growth, years, 0.5, (2005,), 2007)
    # past 2001–2005 without 2005: mean 2.5; past 2001–2004 (origin 2004): 2.5; origin 2003: mean of three years 2
    assert errors[1][0] == pytest.approx([0.04 - 0.01, 0.05 - 0.0125, 0.1 - 0.0125, 0.2 - 0.5 * 0.0475])
    assert errors[2].shape == (1, 3)
    assert errors[12].shape == (1, 0)


def test_nothing_after_the_last_year_is_looked_at() -> None:
    years = list(range(2000, 2020))
    growth = np.random.default_rng(0).normal(0, 0.01, (5, 20))
    changed = growth.copy()
    changed[:, 11:] = 99
    for horizon, errors in spread.window_errors(growth, years, 1, (), 2010).items():
        assert np.array_equal(errors, spread.window_errors(changed, years, 1, (), 2010)[horizon])


def test_widths_of_known_errors_are_found_again() -> None:
    rng = np.random.default_rng(4)
    horizons = (1, 2, 3, 6, 9)
    persons = np.full(4000, 20_000.0)
    errors = {
        h: (0.002 * h * rng.standard_normal(4000) + 0.005 * np.sqrt(h) * rng.standard_normal(4000))[:, None]
        for h in horizons
    }
    found = spread.spread(errors, persons)
    assert found.level == pytest.approx(0.002, rel=0.1)
    assert found.yearly == pytest.approx(0.005, rel=0.1)


def test_small_towns_miss_by_more() -> None:
    rng = np.random.default_rng(5)
    persons = np.exp(rng.uniform(np.log(3_000), np.log(100_000), 6000))
    scale = (persons / spread.TYPICAL) ** -0.4
    errors = {h: (0.004 * np.sqrt(h) * scale * rng.standard_normal(6000))[:, None] for h in (1, 3, 5)}
    found = spread.spread(errors, persons)
    assert found.size == pytest.approx(0.4, abs=0.03)
    assert found.yearly == pytest.approx(0.004, rel=0.1)
    of_one = np.abs(errors[3][:, 0]) / (
        found.scale(persons) * np.sqrt(9 * found.level**2 + 3 * found.yearly**2)
    )
    assert float((of_one < spread.NINE_IN_TEN).mean()) == pytest.approx(0.9, abs=0.015)


def test_one_town_that_missed_by_far_does_not_set_the_size() -> None:
    rng = np.random.default_rng(9)
    persons = np.exp(rng.uniform(np.log(3_000), np.log(100_000), 400))
    errors = {h: (0.004 * np.sqrt(h) * rng.standard_normal(400))[:, None] for h in (1, 3, 5)}
    quiet = spread.spread(errors, persons)
    for h in errors:
        errors[h][int(np.argmin(persons))] = 0.3
    assert spread.spread(errors, persons).size == pytest.approx(quiet.size, abs=0.03)


def test_without_a_past_there_is_no_width() -> None:
    with pytest.raises(InputError, match="no period"):
        spread.spread({1: np.empty((3, 0))})
