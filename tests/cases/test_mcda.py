"""Multi-criteria methods against the golden example and an independent library-free computation."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm.methods import PROMETHEE_II, TOPSIS
from pymcdm.normalizations import minmax_normalization, vector_normalization

from dewak_research.cases.mcda import (
    Comparison,
    additive,
    agreement,
    anchored,
    middle,
    promethee,
    ranking,
    ranks,
    topsis,
    winners,
)
from dewak_research.cases.sensitivity import (
    acceptability,
    leave_one_out,
    random_values,
    rank_reversal,
    verdict,
    weight_stability,
)

GOLDEN = pd.DataFrame([[20, 7, 8], [30, 9, 6], [15, 5, 9.0]], index=list("ABC"), columns=["cost", "b1", "b2"])
WEIGHTS = np.array([0.5, 0.3, 0.2])
CRITERIA = pd.DataFrame(
    {"worst": [40.0, 0.0, 0.0], "best": [0.0, 10.0, 10.0], "weight": WEIGHTS}, index=GOLDEN.columns
)


def comparison(scores: pd.DataFrame = GOLDEN, criteria: pd.DataFrame = CRITERIA) -> Comparison:
    return Comparison(scores, scores, scores, criteria)


def test_golden_of_three_methods() -> None:
    """The textbook forms on raw scores, as pymcdm computes them."""
    scores, directions = GOLDEN.to_numpy(), np.array([-1.0, 1.0, 1.0])

    def vector(column: np.ndarray, cost: bool = False) -> np.ndarray:
        return -vector_normalization(column) if cost else vector_normalization(column)

    normal = np.column_stack(
        [minmax_normalization(c, d < 0) for c, d in zip(scores.T, directions, strict=True)]
    )
    assert TOPSIS(normalization_function=vector)(scores, WEIGHTS, directions) == pytest.approx(
        [0.6321, 0.3283, 0.6717], abs=5e-5
    )
    assert normal @ WEIGHTS == pytest.approx([0.6167, 0.3000, 0.7000], abs=5e-5)
    assert PROMETHEE_II("usual")(scores, WEIGHTS, directions) == pytest.approx([0.0, -0.4, 0.4], abs=1e-9)


def test_additive_by_hand() -> None:
    assert additive(middle(comparison()), WEIGHTS) == pytest.approx(
        [
            0.5 * 0.5 + 0.3 * 0.7 + 0.2 * 0.8,
            0.5 * 0.25 + 0.3 * 0.9 + 0.2 * 0.6,
            0.5 * 0.625 + 0.3 * 0.5 + 0.2 * 0.9,
        ]
    )


def test_promethee_by_hand() -> None:
    """Linear preference from 0.05 to 0.30, summed over pairs."""
    v = middle(comparison())
    n = len(v)
    flow = np.zeros(n)
    for i in range(n):
        for j in range(n):
            gain = np.clip((v[i] - v[j] - 0.05) / 0.25, 0, 1) @ WEIGHTS
            flow[i] += gain / (n - 1)
            flow[j] -= gain / (n - 1)
    assert promethee(v, WEIGHTS) == pytest.approx(flow)


values = st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=2, max_size=6)


@settings(max_examples=50, deadline=None)
@given(values)
def test_scores_stay_in_range(rows: list[list[float]]) -> None:
    v = np.array(rows)
    assert ((topsis(v, WEIGHTS) >= -1e-12) & (topsis(v, WEIGHTS) <= 1 + 1e-12)).all()
    assert ((additive(v, WEIGHTS) >= -1e-12) & (additive(v, WEIGHTS) <= 1 + 1e-12)).all()
    assert promethee(v, WEIGHTS).sum() == pytest.approx(0, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(values)
def test_fixed_anchors_do_not_reverse_ranks(rows: list[list[float]]) -> None:
    """Adding an alternative never changes additive values or anchored TOPSIS of the others."""
    v = np.array(rows)
    for method in (additive, topsis):
        assert method(np.vstack([v, v[0] / 2]), WEIGHTS)[:-1] == pytest.approx(method(v, WEIGHTS))


def test_score_outside_its_anchors() -> None:
    scores = GOLDEN.copy()
    scores.loc["B", "cost"] = 41
    with pytest.raises(ValueError, match="B in cost"):
        anchored(scores, CRITERIA)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"weight": [0.5, 0.3, 0.3]}, "sum to 1.1"),
        ({"weight": [1.2, -0.1, -0.1]}, "negative"),
        ({"worst": [0.0, 0.0, 0.0]}, "different anchors"),
    ],
)
def test_bad_criteria(change: dict[str, list[float]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        comparison(criteria=CRITERIA.assign(**change))


def test_single_alternative() -> None:
    with pytest.raises(ValueError, match="two alternatives"):
        comparison(GOLDEN.iloc[:1])


def test_missing_score_is_an_interval() -> None:
    scores = GOLDEN.copy()
    scores.loc["B", "b1"] = np.nan
    found = ranking(comparison(scores)).set_index("alternative")
    assert found.loc["B", "additive_high"] - found.loc["B", "additive_low"] == pytest.approx(0.3)
    assert found.loc["A", "additive_high"] == found.loc["A", "additive_low"]
    drawn = random_values(comparison(scores), 4000, np.random.default_rng(1))[:, 1, 1]
    assert drawn.min() < 0.02 and drawn.max() > 0.98 and drawn.mean() == pytest.approx(0.5, abs=0.02)


def test_ties_share_a_rank() -> None:
    scores = pd.DataFrame([[20, 5, 5], [20, 5, 5], [30, 5, 5.0]], index=list("ABC"), columns=GOLDEN.columns)
    assert winners(comparison(scores)) == ["A", "B"]
    assert ranks(np.array([0.5, 0.5, 0.1])).tolist() == [1, 1, 3]
    shares = acceptability(comparison(scores), 500, 1).rank_share
    assert shares.loc["A"].tolist() == pytest.approx([0.5, 0.5, 0.0])


def test_acceptability_of_the_golden() -> None:
    found = acceptability(comparison(), 10_000, 7)
    assert found.rank_share.sum(axis=1).to_numpy() == pytest.approx(1)
    assert found.rank_share.sum(axis=0).to_numpy() == pytest.approx(1)
    assert found.rank_share[1].idxmax() == "C"
    again = acceptability(comparison(), 10_000, 7)
    pd.testing.assert_frame_equal(found.rank_share, again.rank_share)
    centre = found.central_weights.dropna()
    assert centre.sum(axis=1).to_numpy() == pytest.approx(1)


def test_first_share_is_the_area_of_weights() -> None:
    """Two criteria, two mirrored alternatives: each wins half of all weightings; A's central weight is 3/4."""
    scores = pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], index=["A", "B"], columns=["x", "y"])
    criteria = pd.DataFrame({"worst": 0.0, "best": 1.0, "weight": 0.5}, index=["x", "y"])
    found = acceptability(Comparison(scores, scores, scores, criteria), 20_000, 3)
    assert found.rank_share.loc["A", 1] == pytest.approx(0.5, abs=0.015)
    assert found.central_weights.loc["A", "x"] == pytest.approx(0.75, abs=0.01)


def test_triangular_draws_have_the_mean_of_their_formula() -> None:
    low, mode, high = (GOLDEN.assign(b1=v) for v in (2.0, 4.0, 9.0))
    drawn = random_values(Comparison(low, mode, high, CRITERIA), 40_000, np.random.default_rng(2))[:, 0, 1]
    assert drawn.mean() == pytest.approx((0.2 + 0.4 + 0.9) / 3, abs=0.003)
    assert drawn.min() >= 0.2 and drawn.max() <= 0.9


def test_weight_stability_is_exact() -> None:
    """At the ends of the interval two alternatives tie; just outside the other one leads."""
    c = comparison()
    table = weight_stability(c).set_index("criterion")
    v = middle(c)
    for criterion, end, rival, step in (
        ("cost", "low", "rival_low", -1e-6),
        ("b1", "high", "rival_high", 1e-6),
    ):
        k = list(CRITERIA.index).index(criterion)
        assert table.loc[criterion, rival] == "A"

        def weights(t: float, k: int = k) -> np.ndarray:
            w = WEIGHTS * (1 - t) / (1 - WEIGHTS[k])
            w[k] = t
            return w

        limit = table.loc[criterion, end]
        at = additive(v, weights(limit))
        assert at[2] == pytest.approx(at[0])
        assert np.argmax(additive(v, weights(limit + step))) == 0


def test_leave_one_out_and_reversal() -> None:
    table = leave_one_out(comparison()).set_index("left_out")
    assert table.loc["cost", "winner"] == "B" and not table.loc["cost", "same"]
    assert table.loc["b2", "same"]
    reversal = rank_reversal(comparison())
    assert not reversal.loc[reversal["method"] == "additive", "order_changes"].any()


def test_agreement_of_equal_orders() -> None:
    table = agreement(comparison())
    assert len(table) == 3 and table["kendall_tau"].eq(1).all()


def test_verdict_names_the_nearest_change() -> None:
    c = comparison()
    said = verdict(c, acceptability(c, 2000, 1))
    assert said["best"] == said["base_winner"] == "C"
    assert (said["rival"], said["criterion"], said["side"]) == ("A", "b1", "above")
    assert said["threshold"] == pytest.approx(0.3708, abs=1e-4)


def test_verdict_of_a_dominant_alternative() -> None:
    scores = pd.DataFrame([[10, 9, 9], [30, 5, 5.0]], index=list("AB"), columns=GOLDEN.columns)
    said = verdict(comparison(scores), acceptability(comparison(scores), 500, 1))
    assert said["side"] == "never" and said["first_share"] == 1
