"""Steps on the way up, remanence on the way down: by hand, at both ends, and never against the grain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dewak_research.errors import InputError
from dewak_research.planning.remanence import in_steps, paid_for, with_remanence

NONE = np.array([np.nan])
PATHS = arrays(float, (6, 1), elements=st.floats(1, 1e4))


def _column(*values: float) -> np.ndarray:
    return np.array(values, float)[:, None]


def test_falling_need_follows_the_formula_of_the_methods() -> None:
    """C_t = C_0 [φ + (1 − φ) need_t / need_0]: 100 → 80 at φ = .65 leaves 93."""
    assert paid_for(_column(100, 80), NONE, 0.65)[:, 0] == pytest.approx([100, 93])


def test_rising_need_opens_whole_groups() -> None:
    assert in_steps(_column(100, 101, 125, 126, 90), np.array([25.0]))[:, 0].tolist() == [
        100,
        125,
        125,
        150,
        90,
    ]


def test_a_hair_of_rounding_opens_no_group() -> None:
    assert in_steps(_column(0.1, 0.1 + 25 * (1 + 1e-13)), np.array([25.0]))[1, 0] == pytest.approx(25.1)


def test_a_group_opened_once_is_paid_for_after_the_children_have_gone() -> None:
    need = _column(100, 110, 90)
    assert paid_for(need, np.array([25.0]), 1.0)[:, 0].tolist() == [100, 125, 125]
    assert paid_for(need, np.array([25.0]), 0.0)[:, 0].tolist() == [100, 125, 90]


@given(PATHS, st.floats(0, 1))
def test_cost_lies_between_need_and_the_most_ever_needed(need: np.ndarray, share: float) -> None:
    paid = paid_for(need, NONE, share)
    assert (paid >= need * (1 - 1e-12)).all()
    assert (paid <= np.maximum.accumulate(need, axis=0) * (1 + 1e-12)).all()


@given(PATHS, st.floats(0, 1), st.floats(0, 1))
def test_more_remanence_never_costs_less(need: np.ndarray, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert (with_remanence(need, low) <= with_remanence(need, high) + 1e-9).all()


@given(PATHS, st.floats(1, 500))
def test_steps_never_fall_short_of_need_and_never_hold_a_whole_step_too_many(
    need: np.ndarray, size: float
) -> None:
    provided = in_steps(need, np.array([size]))
    assert (provided >= need - 1e-6 * size).all()
    assert (provided <= need + size * (1 + 1e-6)).all()


def test_unknown_need_stays_unknown() -> None:
    assert np.isnan(paid_for(_column(np.nan, np.nan), np.array([25.0]), 0.65)).all()


def test_a_step_of_nothing_and_a_share_above_one_are_both_named() -> None:
    with pytest.raises(InputError) as refused:
        paid_for(_column(1, 2), np.array([0.0]), 1.8)
    assert len(refused.value.problems) == 2
    assert "1.8" in refused.value.render("en")
