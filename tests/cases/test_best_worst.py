"""Best–worst method against published weights, a case solved by hand and answers that agree."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.cases.best_worst import best_worst_weights, input_consistency


def test_the_comparisons_of_rezaei_2015_in_the_linear_model() -> None:
    """Transport mode by load flexibility (worst), accessibility and cost (best), solved by hand.

    With w in 28ths: 17 − 2 · 9 = −1, 9 − 5 · 2 = −1, 17 − 8 · 2 = 1: all three gaps are as large as each other, so none
    can shrink without another growing. His non-linear model gives 0.0714, 0.3387, 0.5899: the same order.
    """
    weights, deviation = best_worst_weights([8, 2, 1], [1, 5, 8], best=2, worst=0)
    assert weights == pytest.approx([2 / 28, 9 / 28, 17 / 28]) and deviation == pytest.approx(1 / 28)
    assert weights == pytest.approx([0.0714, 0.3387, 0.5899], abs=0.02)


def test_solved_by_hand() -> None:
    """Best over second 2, second over worst 3, best over worst 4.

    b − 2m = −x, m − 3w = −x, b − 4w = x and b + m + w = 1 hold together: m = (4w + 2x)/2, so 2w + x − 3w = −x, w = 2x,
    b = 9x, m = 5x: 16x = 1.
    """
    weights, deviation = best_worst_weights([1, 2, 4], [4, 3, 1], best=0, worst=2)
    assert weights == pytest.approx([9 / 16, 5 / 16, 2 / 16]) and deviation == pytest.approx(1 / 16)


@given(st.lists(st.floats(1, 9), min_size=1, max_size=5), st.floats(1.5, 9))
def test_consistent_answers_give_back_their_weights(others: list[float], span: float) -> None:
    under = np.array([span, *np.clip(others, 1, span), 1.0])
    weights, deviation = best_worst_weights(list(span / under), list(under), best=0, worst=len(under) - 1)
    assert weights == pytest.approx(under / under.sum(), abs=1e-6) and deviation == pytest.approx(0, abs=1e-7)
    assert input_consistency(list(span / under), list(under), len(under) - 1)[0] == pytest.approx(0, abs=1e-9)


def test_the_clashing_criterion_is_named() -> None:
    ratio, where = input_consistency([1, 2, 8, 2], [8, 4, 1, 8], worst=2)
    assert where == 3 and ratio == pytest.approx(8 / 56)


@pytest.mark.parametrize(
    ("over", "under", "best", "worst"),
    [([1, 2], [2, 1], 0, 0), ([1, 10], [2, 1], 0, 1), ([2, 2], [2, 1], 0, 1), ([1, 2], [2, 1, 1], 0, 1)],
)
def test_impossible_answers(over: list[float], under: list[float], best: int, worst: int) -> None:
    with pytest.raises(ValueError, match=r"criteri|compar"):
        best_worst_weights(over, under, best, worst)
