from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import curve_fit

from dewak_research.disparities.convergence import beta, rank_mobility, sigma
from dewak_research.disparities.inequality import stratified_counts
from dewak_research.errors import InputError

YEARS = 9


@pytest.fixture
def ends() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(2)
    start = generator.normal(5, 0.6, 200)
    end = 1.2 + np.exp(-0.03 * YEARS) * start + generator.normal(0, 0.15, 200)
    return start, end, np.repeat(np.arange(20), 10)


def test_speed_equals_nonlinear_least_squares(ends: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    start, end, land = ends

    def path(x: np.ndarray, a: float, b: float) -> np.ndarray:
        return np.asarray(a - (1 - np.exp(-b * YEARS)) / YEARS * x)

    (_, speed), _ = curve_fit(path, start, (end - start) / YEARS, p0=(0.1, 0.02), xtol=1e-14, ftol=1e-14)
    found = beta(start, end, YEARS, land)
    assert found["speed"] == pytest.approx(speed, abs=1e-8)
    assert found["half_life_years"] == pytest.approx(np.log(2) / speed, rel=1e-6)
    assert found["speed_low"] < found["speed"] < found["speed_high"]


def test_galton_the_spread_obeys_slope_and_correlation(
    ends: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    found = beta(*ends[:2], YEARS, ends[2])
    assert found["variance_ratio"] == pytest.approx(found["slope"] ** 2 / found["r_squared"], rel=1e-10)


def test_regression_to_the_mean_is_not_convergence() -> None:
    generator = np.random.default_rng(5)
    talent = generator.normal(size=2000)
    start, end = (talent + generator.normal(size=2000) for _ in range(2))
    found = beta(start, end, YEARS, np.repeat(np.arange(20), 100))
    assert found["speed_low"] > 0
    assert found["variance_ratio"] == pytest.approx(1, abs=0.1)


def test_conditions_enter(ends: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    start, end, land = ends
    dummies = pd.get_dummies(pd.Series(land), drop_first=True, dtype=float)
    assert beta(start, end, YEARS, land, dummies)["speed"] != beta(start, end, YEARS, land)["speed"]


def test_no_half_life_without_approach() -> None:
    start = np.linspace(1, 2, 30)
    assert np.isnan(beta(start, 1.5 * start, YEARS, np.arange(30) % 6)["half_life_years"])


def test_missing_values_are_explained() -> None:
    with pytest.raises(InputError):
        beta([1.0, np.nan], [1.0, 2.0], YEARS, [0, 1])


def test_mobility_equals_giddy() -> None:
    # loaded here: giddy compiles for seconds when it is imported
    from giddy.markov import Markov
    from giddy.mobility import markov_mobility

    generator = np.random.default_rng(8)
    start = generator.normal(size=100)
    values = np.column_stack([start, start + generator.normal(0, 0.5, 100)])
    table, facts = rank_mobility(values)
    classes = np.column_stack([pd.qcut(column, 4, labels=False) for column in values.T])
    chain = Markov(classes, classes=np.arange(4), summary=False)
    assert table["probability"].to_numpy().reshape(4, 4) == pytest.approx(np.asarray(chain.p))
    assert facts["shorrocks"] == pytest.approx(float(markov_mobility(chain.p, measure="P")))


def test_nobody_moves() -> None:
    values = np.tile(np.arange(12.0)[:, None], (1, 3))
    _, facts = rank_mobility(values)
    assert facts["shorrocks"] == pytest.approx(0)
    assert facts["spearman"] == pytest.approx(1)


def test_what_an_empty_class_does_is_unknown() -> None:
    """Three units fill three of four quartiles: where those of the empty one went is no zero."""
    table, _ = rank_mobility(np.arange(3.0)[:, None] * np.ones((1, 2)))
    rows = table.groupby("from_class")["probability"].agg(lambda p: p.sum(min_count=1))
    assert rows.isna().sum() == 1 and rows.dropna().eq(1).all()


def test_sigma_is_the_standard_deviation_of_each_year() -> None:
    logs = np.random.default_rng(1).normal(size=(30, 4)) * np.array([1.0, 0.8, 0.6, 0.4])
    path = sigma(logs, stratified_counts(["a"] * 30, 200, 1))
    assert path["sigma"].to_numpy() == pytest.approx(logs.std(axis=0))
    assert path["change_high"].iloc[-1] < 0
