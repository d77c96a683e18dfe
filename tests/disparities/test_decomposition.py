from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.disparities.decomposition import lmdi, lmdi_path, log_mean, variance_shares
from dewak_research.errors import InputError

positive = st.floats(1e-3, 1e4)
pairs = st.lists(st.tuples(positive, positive), min_size=3, max_size=20)


@given(pairs)
def test_variance_shares_add_up_to_one(rows: list[tuple[float, float]]) -> None:
    rate, cost = np.array(rows).T
    if np.var(np.log(rate * cost)) < 1e-9:
        return
    shares = variance_shares({"rate": rate, "cost": cost})
    assert shares["rate"][0] + shares["cost"][0] == pytest.approx(1, abs=1e-6)


def test_variance_share_is_the_slope_of_the_factor_on_the_product() -> None:
    generator = np.random.default_rng(1)
    rate, cost = np.exp(generator.normal(size=(2, 50)))
    slope = np.polyfit(np.log(rate * cost), np.log(rate), 1)[0]
    assert variance_shares({"rate": rate, "cost": cost})["rate"][0] == pytest.approx(slope, abs=1e-12)


def test_if_only_one_factor_varies_it_has_the_whole_share() -> None:
    shares = variance_shares({"rate": np.array([1.0, 2, 4]), "cost": np.ones(3)})
    assert shares["rate"][0] == pytest.approx(1)
    assert shares["cost"][0] == pytest.approx(0)


@given(st.tuples(positive, positive, positive, positive))
def test_lmdi_leaves_no_remainder(numbers: tuple[float, float, float, float]) -> None:
    a, b, c, d = numbers
    parts = lmdi({"rate": [a], "cost": [b]}, {"rate": [c], "cost": [d]})
    assert parts["rate"][0] + parts["cost"][0] == pytest.approx(c * d - a * b, rel=1e-7, abs=1e-9)


def test_lmdi_by_hand() -> None:
    parts = lmdi({"rate": [2.0], "cost": [5.0]}, {"rate": [4.0], "cost": [5.0]})
    assert parts["rate"][0] == pytest.approx(10)
    assert parts["cost"][0] == pytest.approx(0)
    # L(20, 10) = 10 / ln 2
    assert log_mean(20.0, 10.0) == pytest.approx(10 / np.log(2))


def test_log_mean_is_continuous_where_both_are_equal() -> None:
    assert log_mean(3.0, 3.0) == pytest.approx(3.0, abs=1e-12)
    assert log_mean(3.0, 3.0 * (1 + 1e-8)) == pytest.approx(3.0 * (1 + 5e-9), abs=1e-9)


def test_path_starts_at_zero_and_ends_at_the_change_of_the_sum() -> None:
    frame = pd.DataFrame(
        {
            "ags": ["1", "2"] * 3,
            "year": [1, 1, 2, 2, 3, 3],
            "rate": [1.0, 2, 2, 2, 3, 1],
            "cost": [4.0, 5, 4, 6, 5, 7],
        }
    )
    path = lmdi_path(frame, ["rate", "cost"])
    total = (frame["rate"] * frame["cost"]).groupby(frame["year"]).sum()
    assert path["total"].to_numpy() == pytest.approx((total - total.iloc[0]).to_numpy())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"rate": [0.0]}, {"rate": [1.0]}),
        ({"rate": [np.nan]}, {"rate": [1.0]}),
        ({"rate": [1.0]}, {"cost": [1.0]}),
    ],
)
def test_unusable_factors_are_explained(
    before: dict[str, list[float]], after: dict[str, list[float]]
) -> None:
    with pytest.raises(InputError):
        lmdi(before, after)


def test_no_variation_is_explained() -> None:
    with pytest.raises(InputError, match="same value"):
        variance_shares({"rate": np.ones(3), "cost": np.ones(3)})
