"""Grid, salience, influence, AHP and agreement."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.cases.stakeholders import (
    ahp_weights,
    clashing_judgements,
    influence,
    joint_judgements,
    joint_priorities,
    kendalls_w,
    rating_table,
    salience,
    weights_frame,
)

GOLDEN = np.array([[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]])


def test_ahp_golden() -> None:
    weights, largest, ratio = ahp_weights(GOLDEN)
    assert weights == pytest.approx([0.6483, 0.2297, 0.1220], abs=5e-5)
    assert largest == pytest.approx(3.00369, abs=5e-6)
    assert ratio == pytest.approx(0.0032, abs=5e-5)


@given(st.lists(st.floats(0.2, 5), min_size=2, max_size=8))
def test_consistent_judgements_give_back_the_weights(weights: list[float]) -> None:
    w = np.array(weights) / sum(weights)
    found, largest, ratio = ahp_weights(w[:, None] / w[None, :])
    assert found == pytest.approx(w, rel=1e-6)
    assert largest == pytest.approx(len(w)) and ratio == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("matrix", [[[1, 2], [2, 1]], [[1, -2], [-0.5, 1]], [[1, 2, 3]]])
def test_matrix_must_be_reciprocal(matrix: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="pairwise matrix"):
        ahp_weights(np.array(matrix, dtype=float))


def test_clash_is_the_contradicting_judgement() -> None:
    """a > b > c by 3 and 2, but c preferred to a: that judgement is furthest from the rest."""
    matrix = np.array([[1, 3, 1 / 5], [1 / 3, 1, 2], [5, 1 / 2, 1]])
    assert ahp_weights(matrix)[2] > 0.10
    worst = clashing_judgements(matrix, ["a", "b", "c"])
    assert len(worst) == 3 and worst["factor"].is_monotonic_decreasing
    assert worst["factor"].iloc[0] > 2


def test_groups() -> None:
    same = joint_judgements([GOLDEN, GOLDEN])
    assert same == pytest.approx(GOLDEN)
    assert joint_priorities([GOLDEN, GOLDEN]) == pytest.approx(ahp_weights(GOLDEN)[0])
    mirrored = joint_judgements([GOLDEN, GOLDEN.T])
    assert ahp_weights(mirrored)[0] == pytest.approx([1 / 3] * 3)


def test_the_group_weighs_as_all_its_actors_together() -> None:
    """Two actors of opposite judgements: the group holds all criteria equal, and its judgements do not clash."""
    upper = [3.0, 5.0, 2.0]
    group = {"judgements": {"a": upper, "b": [1 / value for value in upper]}}
    weights = weights_frame(group, ["x", "y", "z"]).set_index(["actor", "criterion"])
    assert weights.loc["a", "weight"].to_numpy() == pytest.approx(ahp_weights(GOLDEN)[0])
    for whole in ("group_aij", "group_aip"):
        assert weights.loc[whole, "weight"].to_numpy() == pytest.approx([1 / 3] * 3)
    assert weights.loc["group_aij", "consistency_ratio"].to_numpy() == pytest.approx(0, abs=1e-9)
    assert weights.loc["group_aip", "consistency_ratio"].isna().all()


def test_kendalls_w_at_its_ends() -> None:
    assert kendalls_w(np.array([[1, 2, 3, 4], [10, 20, 30, 40], [5, 6, 7, 8.0]])) == pytest.approx(1)
    assert kendalls_w(np.array([[1, 2, 3], [3, 2, 1.0]])) == pytest.approx(0)
    assert np.isnan(kendalls_w(np.array([[1, 1], [2, 2.0]])))
    with pytest.raises(ValueError, match="two raters"):
        kendalls_w(np.array([[1, 2, 3.0]]))


def test_kendalls_w_follows_from_friedman() -> None:
    from scipy.stats import friedmanchisquare

    scores = np.array([[3, 1, 2, 5, 4], [2, 1, 3, 5, 4], [1, 3, 2, 4, 5], [3, 2, 1, 4, 4.0]])
    chi2 = friedmanchisquare(*scores.T).statistic
    m, n = scores.shape
    assert kendalls_w(scores) == pytest.approx(chi2 / (m * (n - 1)))


def ratings() -> pd.DataFrame:
    rows = [("a", "1", 9, 8, 1), ("a", "2", 7, 6, 1), ("a", "3", 8, 7, 2), ("b", "1", 2, 9, 0), ("b", "2", 4, 9, 0),
            ("b", "3", 3, 9, 0), ("c", "1", 1, 1, -1)]  # fmt: skip
    return pd.DataFrame(rows, columns=["actor", "rater", "power", "interest", "attitude"])


def test_ratings_keep_their_spread() -> None:
    table = rating_table(ratings()).set_index("actor")
    assert table.loc["a", "power_mean"] == 8 and table.loc["a", "power_sd"] == 1
    assert table.loc["a", "quadrant"] == "manage_closely" and table.loc["c", "quadrant"] == "monitor"
    assert table.loc["b", "quadrant"] == "manage_closely"


def test_one_rater_has_no_spread_and_is_marked() -> None:
    table = rating_table(ratings()).set_index("actor")
    assert np.isnan(table.loc["c", "power_sd"]) and table.loc["c", "few_raters"]
    assert not table.loc["a", "few_raters"]


def test_salience_classes() -> None:
    frame = pd.DataFrame(
        {
            "actor": list("abcd"),
            "has_power": [True, False, True, None],
            "has_legitimacy": [True, True, False, True],
            "has_urgency": [True, False, True, True],
        }
    ).astype(dict.fromkeys(("has_power", "has_legitimacy", "has_urgency"), "boolean"))
    found = salience(frame)["salience"]
    assert found.iloc[:3].tolist() == ["definitive", "discretionary", "dangerous"]
    assert pd.isna(found.iloc[3])


def test_broker_stands_between() -> None:
    links = pd.DataFrame({"source": ["a", "b", "c"], "target": ["b", "c", "b"], "weight": [2.0, 3.0, 1.0]})
    table = influence(links, ["a", "b", "c", "d"]).set_index("actor")
    assert table["betweenness"].idxmax() == "b"
    assert table.loc["b", "influence_in"] == 3 and table.loc["d", "influence_out"] == 0
