from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.oaxaca import OaxacaBlinder

from dewak_research.disparities.drivers import (
    RUHR,
    oaxaca_blinder,
    shapley_r_squared,
)
from dewak_research.disparities.inequality import stratified_counts
from dewak_research.errors import InputError


def test_golden_shapley_shares() -> None:
    x1, x2, y = np.array([[1.0, 2, 3, 4, 5], [2, 1, 4, 3, 5], [2, 2, 5, 5, 7]])
    shares = shapley_r_squared(y, {"one": x1, "two": x2})
    assert shares["one"][0] == pytest.approx(0.499409, abs=5e-7)
    assert shares["two"][0] == pytest.approx(0.499409, abs=5e-7)
    assert shares["r_squared"][0] == pytest.approx(0.998818, abs=5e-7)
    assert shapley_r_squared(y, {"one": x1})["one"][0] == pytest.approx(0.898936, abs=5e-7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_shapley_equals_all_orders_of_entry(seed: int) -> None:
    generator = np.random.default_rng(seed)
    blocks = {name: generator.normal(size=(30, k)) for name, k in (("a", 1), ("b", 2), ("c", 1))}
    y = blocks["a"][:, 0] + blocks["b"].sum(axis=1) + generator.normal(size=30)

    def fit(names: tuple[str, ...]) -> float:
        return (
            float(sm.OLS(y, sm.add_constant(np.column_stack([blocks[n] for n in names]))).fit().rsquared)
            if names
            else 0.0
        )

    orders = list(permutations(blocks))
    found = shapley_r_squared(y, blocks)
    for name in blocks:
        gains = [fit(o[: o.index(name) + 1]) - fit(o[: o.index(name)]) for o in orders]
        assert found[name][0] == pytest.approx(np.mean(gains), abs=1e-8)
    assert sum(found[n][0] for n in blocks) == pytest.approx(found["r_squared"][0], abs=1e-10)


def test_bootstrap_draws_equal_refitting_the_resampled_rows() -> None:
    generator = np.random.default_rng(3)
    x, z = generator.normal(size=(2, 25))
    y = x + 0.5 * z + generator.normal(size=25)
    counts = stratified_counts(["a"] * 25, 5, 1)
    drawn = shapley_r_squared(y, {"x": x, "z": z}, counts)
    for draw, row in enumerate(counts.astype(int)):
        again = shapley_r_squared(np.repeat(y, row), {"x": np.repeat(x, row), "z": np.repeat(z, row)})
        assert drawn["x"][draw] == pytest.approx(again["x"][0], abs=1e-8)


def test_collinear_block_is_named() -> None:
    x = np.arange(10.0)
    with pytest.raises(InputError, match="two 1"):
        shapley_r_squared(x**2, {"one": x, "two": 3 * x})


@pytest.fixture
def groups() -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    generator = np.random.default_rng(6)
    group = np.arange(60) < 20
    x = pd.DataFrame({"a": generator.normal(size=60) + group, "b": generator.normal(size=60)})
    return 0.5 * x["a"].to_numpy() + 0.2 * group + generator.normal(0, 0.3, 60), x, group


def test_oaxaca_equals_statsmodels(groups: tuple[np.ndarray, pd.DataFrame, np.ndarray]) -> None:
    y, x, group = groups
    design = sm.add_constant(x.assign(group=group.astype(float)))
    oracle = OaxacaBlinder(y, design, "group", hasconst=True).two_fold(two_fold_type="pooled").params
    found = oaxaca_blinder(y, x, group)
    parts = [found[name][0] for name in ("unexplained", "explained", "gap")]
    assert parts == pytest.approx(list(oracle), abs=1e-8)
    assert found["explained_a"] + found["explained_b"] == pytest.approx(found["explained"])


def test_oaxaca_draws_equal_refitting(groups: tuple[np.ndarray, pd.DataFrame, np.ndarray]) -> None:
    y, x, group = groups
    counts = stratified_counts(group.astype(str).tolist(), 50, 1)
    drawn = oaxaca_blinder(y, x, group, counts)
    for draw, row in enumerate(counts.astype(int)):
        at = np.repeat(np.arange(60), row)
        again = oaxaca_blinder(y[at], x.iloc[at].reset_index(drop=True), group[at])
        for part in ("gap", "explained", "explained_a"):
            assert drawn[part][draw] == pytest.approx(again[part][0], abs=1e-8)


def test_group_with_one_member_is_refused(groups: tuple[np.ndarray, pd.DataFrame, np.ndarray]) -> None:
    y, x, _ = groups
    with pytest.raises(InputError, match="1 member"):
        oaxaca_blinder(y, x, np.arange(60) == 0)


def test_the_ruhr_has_eleven_cities_and_four_kreise() -> None:
    fourth = [int(key[3]) for key in RUHR]
    assert sum(digit <= 2 for digit in fourth) == 11
    assert len(set(RUHR)) == 15
