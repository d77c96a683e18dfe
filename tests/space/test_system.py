"""Need and access together: values by hand, and the definition written out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.disparities.inequality import stratified_counts
from dewak_research.errors import InputError
from dewak_research.space.fifths import fifths, ranks
from dewak_research.space.system import (
    concentration,
    equity,
    gap,
    middle,
    quadrants,
    steady,
)

ONE = np.ones(5)
NEED = np.array([1.0, 2, 3, 4, 5])


def test_all_access_with_the_neediest_is_one_less_its_share():
    assert concentration(np.array([0.0, 0, 0, 0, 1]), NEED, ONE)[0] == pytest.approx(1 - 1 / 5)
    assert concentration(np.array([1.0, 0, 0, 0, 0]), NEED, ONE)[0] == pytest.approx(-(1 - 1 / 5))
    assert concentration(ONE, NEED, ONE)[0] == pytest.approx(0.0)


@given(st.integers(0, 10_000))
def test_the_index_is_twice_the_area_between_curve_and_diagonal(seed):
    rng = np.random.default_rng(seed)
    access, need, people = rng.uniform(0, 9, 12), rng.permutation(12).astype(float), rng.uniform(1, 9, 12)
    order = np.argsort(need)
    share = np.insert(np.cumsum(people[order]) / people.sum(), 0, 0.0)
    curve = np.insert(np.cumsum((access * people)[order]) / (access @ people), 0, 0.0)
    area = np.sum(np.diff(share) * (curve[1:] + curve[:-1]) / 2)
    assert concentration(access, need, people)[0] == pytest.approx(1 - 2 * area)


def test_equal_needs_share_one_rank():
    assert ranks(np.array([1.0, 1.0, 2.0]), np.array([1.0, 3.0, 4.0])).tolist() == [0.25, 0.25, 0.75]


def test_people_not_units_are_cut_into_fifths():
    assert fifths(NEED, ONE).tolist() == [1, 2, 3, 4, 5]
    assert fifths(NEED, np.array([6.0, 1, 1, 1, 1])).tolist() == [2, 4, 4, 5, 5]


def test_the_neediest_reach_half_as_much():
    assert gap(np.array([2.0, 9, 9, 9, 1]), NEED, ONE)[0] == pytest.approx(0.5)
    assert np.isnan(gap(np.array([0.0, 9, 9, 9, 1]), NEED, ONE)[0])


def test_half_of_the_people_lie_at_or_below_the_middle():
    assert middle(NEED, ONE) == 3.0
    assert middle(NEED, np.array([1.0, 1, 1, 1, 9])) == 5.0


def test_four_quadrants():
    need, access = np.array([9.0, 9, 1, 1, 5]), np.array([1.0, 9, 1, 9, 5])
    assert quadrants(need, access, ONE).tolist() == [
        "needs_much_reaches_little",
        "needs_much_reaches_much",
        "needs_little_reaches_little",
        "needs_little_reaches_much",
        "needs_little_reaches_little",
    ]
    found = steady(need, {"shown": access, "other": access[::-1]}, ONE)
    assert found["quadrant"].tolist() == quadrants(need, access, ONE).tolist()
    assert set(found["same_share"]) <= {0.0, 1.0}
    assert steady(need, {"shown": access}, ONE)["same_share"].isna().all()


def test_intervals_hold_the_value_and_close_with_equal_units():
    rng = np.random.default_rng(1)
    access, need = rng.uniform(1, 2, 60), rng.uniform(0, 1, 60)
    found = equity(access, need, np.ones(60), stratified_counts(list(np.repeat(["a", "b", "c"], 20)), 400, 5))
    assert (found["low"] < found["value"]).all() and (found["value"] < found["high"]).all()
    flat = equity(np.ones(60), need, np.ones(60), stratified_counts(["a"] * 60, 50, 5)).set_index("measure")
    assert flat.loc["concentration_index", ["low", "high"]].tolist() == pytest.approx([0.0, 0.0])
    assert flat.loc["equity_gap", ["low", "high"]].tolist() == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("access", [np.array([1.0, np.nan, 1, 1, 1]), np.ones(3)])
def test_gaps_are_said(access):
    with pytest.raises(InputError, match="5"):
        concentration(access, NEED[: len(access)], ONE[: len(access)])
