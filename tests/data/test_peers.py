"""Peers: distances against an independent formula, ties, gaps, kinds, stability."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import mahalanobis

from dewak_research.data.peers import (
    bootstrap_jaccard,
    distance_matrix,
    fit_space,
    peers,
    robust_z,
)


def context(rows: int = 40, columns: int = 4, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(rows, columns)), columns=[f"f{i}" for i in range(columns)])
    frame.insert(0, "ags", [f"05{i:06d}" for i in range(rows)])
    frame.insert(
        1, "kind", ["kreisfreie_stadt"] * (rows // 4) + ["kreisangehoerige_gemeinde"] * (rows - rows // 4)
    )
    return frame


def test_robust_z_ignores_the_outlier() -> None:
    z = robust_z(pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0, 1000.0], "constant": 1.0}))
    assert z["x"].iloc[2] == 0
    assert z["x"].iloc[3] == pytest.approx(1 / 1.4826)
    assert z["constant"].isna().all()


def test_distance_is_mahalanobis() -> None:
    space = fit_space(context().drop(columns="kind"))
    matrix = distance_matrix(space).to_numpy()
    inverse = np.linalg.inv(space.covariance)
    a, b = space.z.to_numpy()[3], space.z.to_numpy()[17]
    assert matrix[3, 17] == pytest.approx(mahalanobis(a, b, inverse))
    assert np.allclose(matrix, matrix.T) and np.allclose(np.diag(matrix), 0)


def test_units_are_compared_with_their_kind_only() -> None:
    frame = context()
    kind = frame.set_index("ags")["kind"]
    found = peers(frame, 5)
    assert (kind[found["ags"]].to_numpy() == kind[found["peer"]].to_numpy()).all()
    mixed = peers(frame, 5, same_kind=False)
    assert (kind[mixed["ags"]].to_numpy() != kind[mixed["peer"]].to_numpy()).any()
    assert (found.groupby("ags").size() == 5).all()


def test_kreise_never_meet_towns() -> None:
    frame = context()
    frame.loc[30:, "kind"] = "kreis"
    kind = frame.set_index("ags")["kind"].eq("kreis")
    found = peers(frame, 5, same_kind=False)
    assert (kind[found["ags"]].to_numpy() == kind[found["peer"]].to_numpy()).all()


def test_ties_go_to_the_lower_key() -> None:
    frame = context(12)
    frame.loc[[4, 7, 9], ["f0", "f1", "f2", "f3"]] = [0.5, 0.5, 0.5, 0.5]
    frame["kind"] = "kreis"
    found = peers(frame, 2).query("ags == '05000009'")
    assert found["peer"].tolist() == ["05000004", "05000007"]
    shuffled = peers(frame.sample(frac=1, random_state=1), 2).query("ags == '05000009'")
    assert shuffled["peer"].tolist() == ["05000004", "05000007"]


def test_a_gap_is_named_and_not_taken_for_the_mean() -> None:
    frame = context()
    frame.loc[20, "f1"] = np.nan
    found = peers(frame, 3)
    row = found[found["ags"] == "05000020"].iloc[0]
    assert row["factors_used"] == 3 and row["factors_missing"] == "f1"
    filled = frame.fillna({"f1": frame["f1"].median()})
    assert peers(filled, 3).query("ags == '05000020'")["distance"].iloc[0] != row["distance"]


def test_a_gap_neither_brings_a_unit_nearer_nor_moves_it_away() -> None:
    frame = context(columns=4).drop(columns="kind")
    frame.loc[20, ["f1", "f2"]] = np.nan
    space = fit_space(frame)
    known = [0, 3]
    inverse = np.linalg.inv(space.covariance[np.ix_(known, known)])
    a, b = space.z.to_numpy()[20, known], space.z.to_numpy()[5, known]
    over_known_factors = mahalanobis(a, b, inverse)
    found = distance_matrix(space).to_numpy()[20, 5]
    assert found == pytest.approx(np.sqrt(4 / 2) * over_known_factors)


def test_a_factor_nobody_has_is_named_as_dropped() -> None:
    frame = context().assign(f9=np.nan)
    assert fit_space(frame).dropped == ("f9",)
    assert set(peers(frame, 2)["factors_missing"]) == {"f9"}


def test_too_few_units() -> None:
    with pytest.raises(ValueError, match="three"):
        fit_space(context(2))


@settings(max_examples=25, deadline=None)
@given(st.floats(0.01, 1000), st.floats(-50, 50), st.integers(0, 3))
def test_peers_do_not_depend_on_the_unit_of_a_factor(scale: float, shift: float, column: int) -> None:
    frame = context(16)
    moved = frame.copy()
    moved[f"f{column}"] = moved[f"f{column}"] * scale + shift
    before, after = peers(frame, 3, same_kind=False), peers(moved, 3, same_kind=False)
    assert np.allclose(before["distance"], after["distance"], rtol=1e-6)


def test_bootstrap_is_reproducible_and_bounded() -> None:
    frame = context(60)
    first, again = (bootstrap_jaccard(frame, 5, draws=8, seed=1) for _ in range(2))
    pd.testing.assert_frame_equal(first, again)
    assert first["jaccard_mean"].between(0, 1).all()
    assert (first["jaccard_p05"] <= first["jaccard_mean"] + 0.25).all()


def test_the_low_end_of_stability_is_the_worst_twentieth_of_the_draws() -> None:
    frame = context(24).assign(kind="kreis")
    means = np.array([bootstrap_jaccard(frame, 5, draws=n, seed=3)["jaccard_mean"] for n in range(1, 7)])
    sums = means * np.arange(1, 7)[:, None]
    single_draws = np.diff(sums, axis=0, prepend=0.0)
    found = bootstrap_jaccard(frame, 5, draws=6, seed=3)["jaccard_p05"]
    np.testing.assert_allclose(found, np.quantile(single_draws, 0.05, axis=0), atol=1e-9)


def test_stability_does_not_depend_on_the_unit_of_a_factor() -> None:
    frame = context(40)
    in_thousands = frame.assign(f2=1000 * frame["f2"])
    first, second = (bootstrap_jaccard(f, 5, draws=5, seed=2) for f in (frame, in_thousands))
    pd.testing.assert_frame_equal(first, second)
