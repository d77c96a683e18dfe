"""Iterative proportional fitting: sums, kept odds ratios, refusals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.errors import InputError
from dewak_research.planning.rake import Sum, rake


@given(st.integers(0, 10_000))
def test_sums_are_met(seed: int) -> None:
    random = np.random.default_rng(seed)
    truth = random.uniform(1, 100, (5, 2, 7))
    raked = rake(
        random.uniform(0.1, 1, truth.shape),
        [Sum((1, 2), truth.sum(axis=0)), Sum((0,), truth.sum(axis=(1, 2)))],
    )
    assert raked.table.sum(axis=0) == pytest.approx(truth.sum(axis=0), rel=1e-8)
    assert raked.table.sum(axis=(1, 2)) == pytest.approx(truth.sum(axis=(1, 2)), rel=1e-8)
    assert raked.gap <= 1e-8


def test_odds_ratios_of_the_seed_stay() -> None:
    seed = np.array([[1.0, 2.0], [3.0, 5.0]])
    table = rake(seed, [Sum((0,), np.array([40.0, 60.0])), Sum((1,), np.array([30.0, 70.0]))]).table
    odds = table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0])
    assert odds == pytest.approx(5.0 / 6.0, rel=1e-8)


def test_a_table_that_fits_is_left_alone() -> None:
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    raked = rake(seed, [Sum((0,), seed.sum(axis=1)), Sum((1,), seed.sum(axis=0))])
    assert raked.rounds == 1
    assert raked.table == pytest.approx(seed)


def test_different_totals_are_named() -> None:
    with pytest.raises(InputError, match=r"100\.0, 99\.0"):
        rake(np.ones((2, 2)), [Sum((0,), np.array([50.0, 50.0])), Sum((1,), np.array([50.0, 49.0]))])


def test_a_sum_over_empty_cells_is_refused() -> None:
    with pytest.raises(InputError, match="1 known sums have nothing"):
        rake(np.array([[0.0, 0.0], [1.0, 1.0]]), [Sum((0,), np.array([5.0, 5.0]))])


def test_sums_out_of_reach_are_refused() -> None:
    with pytest.raises(InputError, match="not settled"):
        rake(
            np.array([[1.0, 0.0], [0.0, 1.0]]),
            [Sum((0,), np.array([5.0, 5.0])), Sum((1,), np.array([4.0, 6.0]))],
        )
