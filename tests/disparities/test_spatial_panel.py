"""Spatial panel: order of rows, Moran over years, likelihood and clustered errors against independent computations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyfixest as pf
import pytest
from libpysal.weights import W
from scipy.optimize import minimize_scalar

from dewak_research.data import read_boundaries
from dewak_research.data.result import Result
from dewak_research.disparities import space
from dewak_research.disparities.choices import FOCAL
from dewak_research.disparities.panel import build_panel
from dewak_research.disparities.spatial_panel import (
    by_year,
    clustered_covariance,
    complete_panel,
    lagged,
    moran_panel,
    spatial_panel,
)
from disparities.conftest import row

CIRCLE = np.roll(np.eye(60), 1, axis=1) / 2 + np.roll(np.eye(60), -1, axis=1) / 2


def _circle() -> W:
    near = {i: [(i - 1) % 60, (i + 1) % 60] for i in range(60)}
    return W(near, {i: [0.5, 0.5] for i in range(60)}, silence_warnings=True)


def _made(rho: float, theta: float = 0.0, years: int = 8, seed: int = 4) -> pd.DataFrame:
    """Sixty Kreise in a circle: y = ρWy + 0.5 x + θ Wx + Kreis + year + noise."""
    generator = np.random.default_rng(seed)
    x = generator.normal(0, 1, (years, 60, len(FOCAL)))
    effects = generator.normal(0, 1, (1, 60)) + generator.normal(0, 1, (years, 1))
    right = 0.5 * x[..., 0] + theta * x[..., 0] @ CIRCLE.T + effects + generator.normal(0, 0.3, (years, 60))
    y = np.linalg.solve(np.eye(60) - rho * CIRCLE, right.T).T
    rows = pd.DataFrame(x.reshape(-1, len(FOCAL)), columns=list(FOCAL)).assign(ln_kdu=y.ravel())
    rows["year"], rows["ags"] = (
        np.repeat(range(2010, 2010 + years), 60),
        [f"{i:05d}" for i in range(60)] * years,
    )
    return rows.assign(land="01", land_year=rows["year"].astype(str))


KEYS = [f"{i:05d}" for i in range(60)]


def test_rows_are_turned_from_kreis_and_year_to_year_and_kreis() -> None:
    values = np.array([[11.0], [12.0], [21.0], [22.0], [31.0], [32.0]])  # Kreis 1: years 1, 2; Kreis 2: …
    assert by_year(values, 3).ravel().tolist() == [11, 21, 31, 12, 22, 32]
    around = np.array([[0, 1, 0], [0.5, 0, 0.5], [0, 1, 0]])
    assert lagged(by_year(values, 3), around).ravel().tolist() == [21, 21, 21, 22, 22, 22]


def test_moran_of_one_year_is_the_usual_one() -> None:
    line = np.array([[0, 1, 0, 0], [0.5, 0, 0.5, 0], [0, 0.5, 0, 0.5], [0, 0, 1, 0]])
    found = moran_panel(np.array([1.0, 2.0, 3.0, 4.0]), line, 99, 1)
    assert found["i"] == pytest.approx(0.4)  # METHODS D.6
    twice = moran_panel(np.array([1.0, 2, 3, 4, 1, 2, 3, 4]), line, 99, 1)
    assert twice["i"] == pytest.approx(0.4)


def test_a_lag_that_was_built_in_is_found_and_takes_moran_away() -> None:
    found = spatial_panel(_made(0.5), _circle(), KEYS, (2010, 2017), 200, 199, 1)
    fit = found["spatial_panel_fit"].set_index("model")
    assert fit.loc["sar", "rho"] == pytest.approx(0.5, abs=0.08)
    assert fit.loc["sar", "lr_p_value"] < 1e-6
    moran = found["spatial_panel_moran"].set_index("stage")
    assert moran.loc["two_way", "p_value"] < 0.01
    assert moran.loc["sar", "null_low"] < moran.loc["sar", "i"] < moran.loc["sar", "null_high"]
    effects = found["spatial_panel"].query("model == 'sar' and term == @FOCAL[0]").set_index("effect")
    assert effects.loc["total", "estimate"] == pytest.approx(0.5 / (1 - 0.5), abs=0.12)
    assert effects.loc["total", "estimate"] == pytest.approx(
        effects["estimate"][["direct", "indirect"]].sum()
    )


def test_neighbours_variables_that_matter_are_no_lag() -> None:
    found = spatial_panel(_made(0.0, theta=0.4), _circle(), KEYS, (2010, 2017), 200, 99, 1)
    slx = found["spatial_panel"].query("model == 'slx' and term == @FOCAL[0]").set_index("effect")["estimate"]
    assert slx["direct"] == pytest.approx(0.5, abs=0.05)
    assert slx["indirect"] == pytest.approx(0.4, abs=0.05)
    sdm = found["spatial_panel_fit"].set_index("model").loc["sdm"]
    assert sdm["rho_low"] < 0 < sdm["rho_high"]


def test_rho_and_likelihood_are_those_of_the_concentrated_likelihood() -> None:
    data = _made(0.3)
    fit = spatial_panel(data, _circle(), KEYS, (2010, 2017), 20, 19, 1)["spatial_panel_fit"].set_index(
        "model"
    )
    dummies = pd.get_dummies(data[["ags", "year"]].astype(str), dtype=float).to_numpy()
    both = data[["ln_kdu", *FOCAL]].to_numpy()
    both = both - dummies @ np.linalg.lstsq(dummies, both, rcond=None)[0]
    y, x, wy = both[:, 0], both[:, 1:], lagged(both[:, :1], CIRCLE).ravel()
    sign = np.linalg.slogdet

    def likelihood(rho: float) -> float:
        left = (y - rho * wy) - x @ np.linalg.lstsq(x, y - rho * wy, rcond=None)[0]
        return float(
            -240 * (np.log(2 * np.pi * (left @ left) / 480) + 1) + 8 * sign(np.eye(60) - rho * CIRCLE)[1]
        )

    best = minimize_scalar(
        lambda r: -likelihood(r), bounds=(-0.9, 0.9), method="bounded", options={"xatol": 1e-10}
    )
    assert fit.loc["sar", "rho"] == pytest.approx(best.x, abs=1e-5)
    assert fit.loc["sar", "loglikelihood"] == pytest.approx(-best.fun, abs=1e-6)
    assert fit.loc["sar", "lr"] == pytest.approx(2 * (-best.fun - likelihood(0.0)), abs=1e-5)


def test_clustered_errors_of_beta_without_a_lag_are_those_of_pyfixest() -> None:
    """ρ = 0 and its uncertainty left aside, β has the usual cluster-robust covariance."""
    data = _made(0.0)
    y, x = data[["ln_kdu"]].to_numpy(), data[list(FOCAL)].to_numpy()
    y, x = y - y.mean(), x - x.mean(axis=0)
    beta = np.linalg.lstsq(x, y, rcond=None)[0].ravel()
    variance = float(((y.ravel() - x @ beta) ** 2).mean())
    bread = np.zeros((len(FOCAL) + 2,) * 2)
    bread[: len(FOCAL), : len(FOCAL)] = np.linalg.inv(x.T @ x) * variance
    found = clustered_covariance(y, x, CIRCLE, np.append(beta, 0.0), bread)
    made = pd.DataFrame(x, columns=list(FOCAL)).assign(y=y, ags=data["ags"])
    vcov = pf.feols(f"y ~ {' + '.join(FOCAL)} - 1", made, vcov={"CRV1": "ags"})._vcov
    n, k = x.shape
    assert found[:k, :k] == pytest.approx(vcov / ((n - 1) / (n - k)), rel=1e-8)


def test_the_same_year_again_makes_nothing_surer() -> None:
    one = _made(0.3, years=1)
    y, x = one[["ln_kdu"]].to_numpy(), one[list(FOCAL)].to_numpy()
    parameters = np.append(np.linalg.lstsq(x, y, rcond=None)[0].ravel(), 0.3)
    information = np.diag(np.arange(1.0, len(FOCAL) + 3))
    once = clustered_covariance(y, x, CIRCLE, parameters, np.linalg.inv(information))
    five = clustered_covariance(
        np.tile(y, (5, 1)), np.tile(x, (5, 1)), CIRCLE, parameters, np.linalg.inv(5 * information)
    )
    assert five == pytest.approx(once, rel=1e-10)


def test_slx_panel_equals_pyfixest(chapter: Result, tables: dict[str, pd.DataFrame]) -> None:
    table = chapter.tables["spatial_panel"].query("model == 'slx' and effects == 'kreis_year'")
    found = table[table["effect"] == "direct"].set_index("term")
    sample = complete_panel(build_panel(tables["kreise"]), (2010, 2019))
    assert sample.groupby("ags").size().eq(10).all()
    sample = sample.sort_values(["year", "ags"], ignore_index=True)
    shapes = space.with_geometry(read_boundaries("kreise"))
    keys = sorted(build_panel(tables["kreise"])["ags"].unique())
    place = [keys.index(key) for key in sample["ags"].head(sample["ags"].nunique())]
    cut = space.weights(shapes, keys, "queen").full()[0][np.ix_(place, place)]
    cut = cut / np.maximum(cut.sum(axis=1, keepdims=True), 1e-300)
    around = [f"w_{name}" for name in FOCAL]
    sample[around] = np.vstack([cut @ part[list(FOCAL)].to_numpy() for _, part in sample.groupby("year")])
    oracle = pf.feols(f"ln_kdu ~ {' + '.join([*FOCAL, *around])} | ags + year", sample, vcov={"CRV1": "ags"})
    assert found["estimate"][list(FOCAL)].to_numpy() == pytest.approx(
        oracle.coef()[list(FOCAL)].to_numpy(), abs=1e-8
    )
    near = table[table["effect"] == "indirect"].set_index("term")["estimate"]
    assert near[list(FOCAL)].to_numpy() == pytest.approx(oracle.coef()[around].to_numpy(), abs=1e-8)


def test_what_the_prose_says_of_neighbours_over_time(chapter: Result) -> None:
    fit = chapter.tables["spatial_panel_fit"].set_index(["effects", "model"])
    assert fit.loc[("kreis_year", "sdm"), "rho_low"] > 0.1
    assert (
        fit.loc[("kreis_land_year", "sdm"), "rho_low"] < 0 < fit.loc[("kreis_land_year", "sdm"), "rho_high"]
    )
    moran = chapter.tables["spatial_panel_moran"].set_index(["effects", "stage"])
    assert moran.loc[("kreis_year", "two_way"), "i"] > moran.loc[("kreis_year", "two_way"), "null_high"]
    assert moran.loc[("kreis_year", "sar"), "p_value"] > 0.05
    assert moran.loc[("kreis_land_year", "two_way"), "p_value"] > 0.05
    near = chapter.tables["spatial_panel"].query("model == 'sdm' and term == 'unemployment_pct'")
    near = near[near["effect"] == "indirect"].set_index("effects")
    assert near.loc["kreis_year", "low"] > 0
    assert near.loc["kreis_land_year", "low"] < 0 < near.loc["kreis_land_year", "high"]


def test_total_effects_count_the_kreise_without_neighbours(
    chapter: Result, tables: dict[str, pd.DataFrame]
) -> None:
    """Two Kreise of the complete panel border on none of it: the total is the mean row sum of (I − ρW)⁻¹β."""
    panel = build_panel(tables["kreise"])
    keys = sorted(panel["ags"].unique())
    place = pd.Index(keys).get_indexer(pd.Index(sorted(complete_panel(panel, (2010, 2019))["ags"].unique())))
    w = space.weights(space.with_geometry(read_boundaries("kreise")), keys, "queen").full()[0][
        np.ix_(place, place)
    ]
    sums = w.sum(axis=1, keepdims=True)
    assert (sums == 0).sum() == 2
    w = w / np.where(sums > 0, sums, 1.0)
    rho = row(chapter, "spatial_panel_fit", model="sar", effects="kreis_year")["rho"]
    inverse = np.linalg.inv(np.eye(len(w)) - rho * w)
    effects = {
        effect: row(
            chapter,
            "spatial_panel",
            model="sar",
            effects="kreis_year",
            effect=effect,
            term="unemployment_pct",
        )["estimate"]
        for effect in ("direct", "total")
    }
    assert effects["total"] / effects["direct"] == pytest.approx(inverse.sum() / np.trace(inverse), rel=1e-6)
