"""A town's own taxes against the Land: what the regression finds, and that it looks into no future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from dewak_research.stress import own_taxes as own
from dewak_research.stress.own_taxes import TownHistory, fit, history, own_moves, volatility

YEARS = np.arange(1995, 2020)


def towns(pull: float = 0.6, wide: float = 0.3, n: int = 60, seed: int = 4) -> TownHistory:
    """Towns around fixed levels: each year a part ``pull`` of the gap closes; half of them move ``wide``."""
    rng = np.random.default_rng(seed)
    level = rng.normal(0, 0.4, (3, n))
    width = np.where(np.arange(n) % 2, wide, 0.05)
    ratio = np.empty((3, n, len(YEARS)))
    ratio[:, :, 0] = level
    for t in range(1, len(YEARS)):
        back = pull * (level - ratio[:, :, t - 1])
        ratio[:, :, t] = ratio[:, :, t - 1] + back + width * rng.standard_normal((3, n))
    keys = tuple(f"05{i:03d}001" for i in range(n))
    land = np.log(400) + np.cumsum(np.full((3, len(YEARS)), 0.02), axis=1)
    sizes = np.array(["small"] * n)
    return TownHistory(keys, YEARS, ratio, land, np.full((n, len(YEARS)), 0.4), rng.normal(9, 1, n), sizes)


def test_the_regression_is_weighted_ridge_as_scikit_learn_computes_it() -> None:
    rng = np.random.default_rng(1)
    features, weights = rng.normal(3, 2, (400, 6)), rng.uniform(0.5, 2, 400)
    moves = features @ np.array([0.1, -0.2, 0, 0.3, 0, 0.05]) + rng.normal(0, 0.1, 400)
    found, left, standardised = fit(features, moves, weights)
    z = (features - features.mean(axis=0)) / features.std(axis=0)
    reference = Ridge(alpha=own.RIDGE).fit(z, moves, sample_weight=weights / weights.mean())
    np.testing.assert_allclose(found.location[1:], reference.coef_, rtol=1e-8)
    assert found.location[0] == pytest.approx(reference.intercept_, rel=1e-8)
    log_scale = Ridge(alpha=own.RIDGE).fit(z, np.log(np.abs(left) + own.SCALE_FLOOR))
    np.testing.assert_allclose(found.log_scale[1:], log_scale.coef_, rtol=1e-8)
    np.testing.assert_allclose(standardised * found.predict(features)[1], left, rtol=1e-10)


def test_a_town_above_its_own_level_is_expected_back() -> None:
    data = towns()
    model = own_moves(data, 5)
    gap = data.ratio_log[0, :, -1] - data.ratio_log[0, :, -8:].mean(axis=1)
    assert np.corrcoef(model.location[0, 4], gap)[0, 1] < -0.9
    assert np.polyfit(gap, model.location[0, 4], 1)[0] == pytest.approx(-1.0, abs=0.25)


def test_wide_towns_get_wide_bands_and_their_widths_are_right() -> None:
    data = towns()
    scale = own_moves(data, 3).scale[0, 0]
    assert scale[1::2].mean() > 2.5 * scale[::2].mean()
    residuals = own_moves(data, 3).residuals[0, 0]
    wide = scale[1::2].mean() * residuals.std()
    assert wide == pytest.approx(0.3, rel=0.25)


def test_only_the_past_is_used() -> None:
    data = towns()
    later = data.ratio_log.copy()
    later[:, :, data.position(2010) + 1 :] += 5.0
    one, other = (own_moves(d, 4, origin=2010) for d in (data, replace(data, ratio_log=later)))
    for name in ("location", "scale", "residuals", "widest"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_the_log_mean_is_that_of_all_draws_of_the_pool() -> None:
    model = own_moves(towns(), 2)
    moves = np.clip(model.scale[1, 1, 7] * model.residuals[1, 1].astype(float), *model.widest[1, 1])
    assert model.log_mean[1, 1, 7] == pytest.approx(np.log(np.mean(np.exp(moves))), rel=1e-12)


def test_a_horizon_without_history_is_refused() -> None:
    with pytest.raises(ValueError, match="5 years is known in 2001"):
        own_moves(towns(), 5, origin=2001)


def test_volatility_is_shrunk_towards_the_size_class() -> None:
    changes = np.array([[0.0] * 5, [0.2] * 5])
    found = volatility(changes, np.array(["a", "a"]))
    assert found[0] == pytest.approx(np.sqrt(5 * 0.02 / 10))
    assert found[1] == pytest.approx(np.sqrt((5 * 0.04 + 5 * 0.02) / 10))


def test_levels_below_the_floor_count_as_the_floor_and_unknown_years_stay_unknown() -> None:
    panel = pd.DataFrame(
        {"ags": ["a", "a", "b", "b"], "year": [1, 2, 1, 2], "g": [-3.0, 100, 300, 300], "u": [0.0, 5, 0, 15]}
    )
    weights = pd.Series({"a": 1.0, "b": 1.0})
    found = history(panel, {"gewst": "g", "ust": "u"}, weights, pd.Series({"a": "x", "b": "x"}))
    assert found.ratio_log[0, 0, 0] == pytest.approx(np.log(5 / 148.5))
    assert np.isnan(found.ratio_log[1, :, 0]).all()
    assert found.ratio_log[1, 1, 1] == pytest.approx(np.log(1.5))
