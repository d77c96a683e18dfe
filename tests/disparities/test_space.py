from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from esda.moran import Moran_Local, Moran_Local_BV
from libpysal.weights import W, lat2W
from scipy.stats import false_discovery_control
from shapely.geometry import box
from spreg import ML_Lag

from dewak_research.disparities.space import islands, local_clusters, morans_i, weights
from dewak_research.disparities.spatial_models import (
    average_effects,
    concentrated_rho,
    durbin,
    land_means_out,
    placebo,
    placebo_summary,
    slx,
)
from dewak_research.errors import InputError

KEYS = ["a", "b", "c", "d"]


def squares(*corners: tuple[float, float]) -> gpd.GeoDataFrame:
    shapes = [box(10 + x / 100, 50 + y / 100, 10 + (x + 1) / 100, 50 + (y + 1) / 100) for x, y in corners]
    return gpd.GeoDataFrame({"ags": KEYS[: len(shapes)]}, geometry=shapes, crs="EPSG:4326")


LINE = squares((0, 0), (1, 0), (2, 0), (3, 0))


def test_golden_moran_row_standardised() -> None:
    w = weights(LINE, KEYS)
    assert morans_i([1.0, 2, 3, 4], w, 99, 1)["i"] == pytest.approx(0.4)


def test_golden_moran_binary() -> None:
    w = W({0: [1], 1: [0, 2], 2: [1, 3], 3: [2]}, silence_warnings=True)
    assert morans_i([1.0, 2, 3, 4], w, 99, 1)["i"] == pytest.approx(1 / 3)


def test_an_island_gets_its_nearest_neighbour_in_both_directions() -> None:
    shapes = squares((0, 0), (1, 0), (2, 0), (9, 0))
    assert islands(shapes, KEYS) == ["d"]
    w = weights(shapes, KEYS)
    assert w.neighbors[3] == [2]
    assert 3 in w.neighbors[2]
    assert not w.islands


def test_every_row_of_weights_sums_to_one() -> None:
    for kind, k in (("queen", 5), ("knn", 2)):
        w = weights(LINE, KEYS, kind, k)
        assert w.full()[0].sum(axis=1) == pytest.approx(np.ones(4))


def test_nearest_neighbours_are_symmetric() -> None:
    full = weights(LINE, KEYS, "knn", 2).full()[0] > 0
    assert (full == full.T).all()


def test_unit_without_boundary_is_named() -> None:
    with pytest.raises(InputError, match="zz"):
        weights(LINE, ["a", "zz"])


def test_too_few_units_for_the_neighbours() -> None:
    with pytest.raises(InputError, match="too few"):
        weights(LINE, KEYS, "knn", 5)


@pytest.mark.parametrize("values", [[1.0, np.nan, 2, 3], [2.0, 2, 2, 2]])
def test_moran_explains_what_it_cannot_use(values: list[float]) -> None:
    with pytest.raises(InputError):
        morans_i(values, weights(LINE, KEYS), 99, 1)


def test_permutations_depend_on_the_seed_only() -> None:
    w = lat2W(6, 6)
    w.transform = "r"
    y = np.random.default_rng(1).normal(size=36)
    assert morans_i(y, w, 199, 5) == morans_i(y, w, 199, 5)
    pd.testing.assert_frame_equal(local_clusters(y, w, 199, 5), local_clusters(y, w, 199, 5))


def test_a_permutation_p_value_counts_the_map_itself() -> None:
    """A pattern that no relabelling reaches has p = 1/(permutations + 1), not 0; twice that where two-sided."""
    w = lat2W(8, 8)
    w.transform = "r"
    y = np.repeat(np.arange(8.0), 8)
    assert morans_i(y, w, 99, 1)["p_value"] == pytest.approx(1 / 100)
    corner = np.zeros(64)
    corner[[0, 1, 8, 9]] = 50.0 + np.arange(4)
    assert local_clusters(corner, w, 99, 1)["p_value"].min() == pytest.approx(2 / 100)


@pytest.fixture
def grid() -> tuple[np.ndarray, W]:
    w = lat2W(10, 10, rook=False)
    w.transform = "r"
    y = np.random.default_rng(2).normal(size=100)
    y[:20] += 3
    return y, w


def test_local_i_and_quadrants_equal_esda(grid: tuple[np.ndarray, W]) -> None:
    y, w = grid
    oracle = Moran_Local(y, w, permutations=0)
    found = local_clusters(y, w, 199, 1, level=1.1)
    assert found["local_i"].to_numpy() == pytest.approx(oracle.Is)
    names = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    assert found["cluster"].tolist() == [names[int(q)] for q in oracle.q]


def test_two_variables_equal_esda(grid: tuple[np.ndarray, W]) -> None:
    y, w = grid
    other = np.random.default_rng(4).normal(size=len(y)) + y[::-1]
    oracle = Moran_Local_BV(y, other, w, permutations=0)
    found = local_clusters(y, w, 199, 1, level=1.1, around=other)
    assert found["local_i"].to_numpy() == pytest.approx(oracle.Is)
    names = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}
    assert found["cluster"].tolist() == [names[int(q)] for q in oracle.q]


@pytest.mark.slow
def test_local_p_values_equal_esda(grid: tuple[np.ndarray, W]) -> None:
    y, w = grid
    oracle = Moran_Local(y, w, permutations=9999, seed=1)
    found = local_clusters(y, w, 9999, 1)
    # both are random: four and a half standard deviations of the difference of two doubled shares of 9,999 draws
    q = oracle.p_sim
    allowed = 4.5 * np.sqrt(2) * 2 * np.sqrt(q * (1 - q) / 9999) + 4 / 9999
    assert (np.abs(found["p_value"] - np.minimum(1, 2 * q)) < allowed).all()


def test_false_discoveries_are_controlled(grid: tuple[np.ndarray, W]) -> None:
    y, w = grid
    found = local_clusters(y, w, 999, 1)
    assert found["q_value"].to_numpy() == pytest.approx(
        false_discovery_control(found["p_value"], method="bh")
    )
    planted = np.flatnonzero(found["cluster"] == "high_high")
    assert len(planted) >= 5
    assert planted.max() < 30
    noise = local_clusters(np.random.default_rng(3).normal(size=100), w, 999, 1)
    assert (noise["cluster"] != "not_significant").sum() <= 2


@pytest.fixture
def spatial() -> tuple[np.ndarray, pd.DataFrame, W]:
    w = lat2W(12, 12)
    w.transform = "r"
    full = w.full()[0]
    generator = np.random.default_rng(4)
    x = pd.DataFrame({"a": generator.normal(size=144), "b": generator.normal(size=144)})
    noise = generator.normal(0, 0.5, 144)
    y = np.linalg.solve(np.eye(144) - 0.4 * full, x["a"] + 0.5 * full @ x["a"] - x["b"] + noise)
    return y, x, w


def test_slx_equals_statsmodels(spatial: tuple[np.ndarray, pd.DataFrame, W]) -> None:
    y, x, w = spatial
    design = sm.add_constant(np.column_stack([x, w.full()[0] @ x]))
    oracle = sm.OLS(y, design).fit(cov_type="HC1")
    found = slx(y, x, w)
    assert found["estimate"].to_numpy() == pytest.approx(oracle.params[1:], abs=1e-8)


def test_effects_equal_the_full_inverse() -> None:
    w = lat2W(4, 4)
    w.transform = "r"
    full = w.full()[0]
    parameters = np.array([[1.0, -0.5, 0.3, 0.2, 0.45]])
    found = average_effects(parameters, np.linalg.eigvals(full).real, 2)
    inverse = np.linalg.inv(np.eye(16) - 0.45 * full)
    for i, (own, near) in enumerate(((1.0, 0.3), (-0.5, 0.2))):
        matrix = inverse @ (own * np.eye(16) + near * full)
        assert found["direct"][0, i] == pytest.approx(np.trace(matrix) / 16)
        assert found["total"][0, i] == pytest.approx(matrix.sum() / 16)


def test_a_unit_without_neighbours_counts_in_the_total_effect() -> None:
    full = np.zeros((5, 5))
    full[:4, :4] = np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0, 0, 1, 0]])
    found = average_effects(np.array([[1.0, 0.3, 0.45]]), np.linalg.eigvals(full).real, 1, 4 / 5)
    matrix = np.linalg.inv(np.eye(5) - 0.45 * full) @ (np.eye(5) + 0.3 * full)
    assert found["direct"][0, 0] == pytest.approx(np.trace(matrix) / 5)
    assert found["total"][0, 0] == pytest.approx(matrix.sum() / 5)


def test_own_rho_equals_spreg(spatial: tuple[np.ndarray, pd.DataFrame, W]) -> None:
    y, x, w = spatial
    full = w.full()[0]
    rho, ratio = concentrated_rho(y, x.to_numpy(), full, np.linalg.eigvals(full).real)
    oracle = ML_Lag(y.reshape(-1, 1), x.to_numpy(), w=w, slx_lags=1, spat_impacts=None, epsilon=1e-12)
    assert rho == pytest.approx(float(oracle.rho), abs=1e-6)
    assert ratio > 10


def test_durbin_finds_what_was_put_in(
    spatial: tuple[np.ndarray, pd.DataFrame, W], capsys: pytest.CaptureFixture[str]
) -> None:
    y, x, w = spatial
    table, one_row = durbin(y, x, w, 500, 1)
    facts = one_row.iloc[0]
    assert facts["rho_low"] < 0.4 < facts["rho_high"]
    total = table[(table["effect"] == "total") & (table["term"] == "a")].iloc[0]
    assert total["low"] < 1.5 / 0.6 < total["high"]
    assert facts["lr_slx_p_value"] < 1e-3
    assert capsys.readouterr().out == ""


def test_constant_regressor_is_named(spatial: tuple[np.ndarray, pd.DataFrame, W]) -> None:
    y, x, w = spatial
    with pytest.raises(InputError, match="level"):
        slx(y, x.assign(level=1.0), w)


def test_placebo_tells_the_real_map_from_random_ones(spatial: tuple[np.ndarray, pd.DataFrame, W]) -> None:
    y, x, w = spatial
    table = placebo(y, x, w, ["1"] * 72 + ["2"] * 72, 20, 1)
    real = table.loc[table["map"] == "real", "rho"].iloc[0]
    assert (table.loc[table["map"] != "real", "rho"] < real).all()
    assert table["map"].value_counts().to_dict() == {"anywhere": 20, "within_land": 20, "real": 1}
    found = placebo_summary(table.assign(scope="germany")).set_index("map")
    part = table[table["map"] == "anywhere"]
    assert found.loc["anywhere", "significant_share"] == (part["p_value"] < 0.05).mean()
    assert found.loc["anywhere", "highest_rho"] == part["rho"].max()
    assert found.loc["real", "highest_rho"] == real


def test_land_means_are_taken_out() -> None:
    frame = pd.DataFrame({"land": ["a", "a", "b"], "x": [1.0, 3.0, 5.0]})
    assert land_means_out(frame, ["x"])["x"].tolist() == [-1.0, 1.0, 0.0]
