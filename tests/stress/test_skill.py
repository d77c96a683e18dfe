"""Scores of forecasts: against closed forms, a double loop, and forecasts whose quality is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from dewak_research.data import read_table
from dewak_research.data.result import Result
from dewak_research.stress import early_warning as warning
from dewak_research.stress.discrimination import auc, redrawn
from dewak_research.stress.own_taxes import TownHistory, history
from dewak_research.stress.pool import TAX_COLUMNS
from dewak_research.stress.rolling_origins import crps, rolling_scores
from dewak_research.stress.skill import coverage_table, pit_table, skill_table
from stress.test_own_taxes import towns


def real_towns() -> TownHistory:
    people = read_table("town_population").query("year == 2009").set_index("ags")["population"]
    return history(read_table("tax_panel"), TAX_COLUMNS, people, pd.Series("one", index=people.index))


def test_crps_is_the_closed_form_of_a_normal_forecast() -> None:
    draws = norm.ppf((np.arange(20_000) + 0.5) / 20_000)[None]
    for truth in (-2.0, 0.0, 1.3):
        exact = truth * (2 * norm.cdf(truth) - 1) + 2 * norm.pdf(truth) - 1 / np.sqrt(np.pi)
        assert crps(draws, np.array([truth]))[0] == pytest.approx(exact, abs=1e-3)


def test_crps_is_the_mean_distance_less_half_that_of_the_draws() -> None:
    rng = np.random.default_rng(0)
    draws, truth = rng.normal(size=(3, 25)), rng.normal(size=3)
    for row, value, found in zip(draws, truth, crps(draws, truth), strict=True):
        pairs = np.abs(row[:, None] - row[None]).mean()
        assert found == pytest.approx(np.abs(row - value).mean() - pairs / 2)
    assert crps(np.array([[3.0]]), np.array([5.0]))[0] == 2.0


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    return rolling_scores(towns(), range(2008, 2016), 3, 200, 1, 2.0)


def test_the_model_beats_persistence_and_itself_without_reversion_where_towns_revert(
    scores: pd.DataFrame,
) -> None:
    found = skill_table(scores, ("persistence", "no_reversion"), 200, 1, 3).set_index(
        ["target", "candidate", "reference"]
    )
    for reference in ("persistence", "no_reversion"):
        row = found.loc[("trade_tax", "location_scale", reference)]
        assert (
            row["skill_low_share"] > 0
            and row["skill_low_share"] <= row["skill_share"] <= row["skill_high_share"]
        )


def test_bands_hold_what_they_promise_and_the_pit_is_flat(scores: pd.DataFrame) -> None:
    held = coverage_table(scores).query("candidate == 'location_scale' and target == 'trade_tax'")
    assert held["inside_80_share"].mean() == pytest.approx(0.8, abs=0.08)
    assert held["inside_50_share"].mean() == pytest.approx(0.5, abs=0.1)
    pit = pit_table(scores).query("candidate == 'location_scale' and target == 'trade_tax'")
    assert pit["share"].sum() == pytest.approx(1.0) and pit["share"].between(0.05, 0.16).all()


def test_horizons_end_with_the_series(scores: pd.DataFrame) -> None:
    late = rolling_scores(towns(), [2018], 3, 20, 1, 2.0)
    assert set(late["horizon"]) == {1}
    assert scores.groupby("origin")["horizon"].nunique().eq(3).all()


def test_the_event_is_a_shortfall_against_the_plan() -> None:
    panel = warning.panel_of(towns())
    column = 12
    fall = panel.own_eur_pc.copy()
    fall[0, column + 1 : column + 4] = 0.0
    hit = warning.falls_short(
        warning.TaxPanel(
            panel.ags, panel.years, fall, panel.land_eur_pc, panel.trade_tax_share, panel.size_class
        ),
        column,
    )
    grown = panel.land_eur_pc[13:16].mean() / panel.land_eur_pc[10:13].mean()
    plan = panel.own_eur_pc[:, 10:13].mean(axis=1) * grown
    np.testing.assert_array_equal(hit[1:], (panel.own_eur_pc[:, 13:16].mean(axis=1) < plan - 100)[1:])
    assert hit[0]


def test_the_area_under_the_curve_is_that_of_scikit_learn_weighted_by_events() -> None:
    rng = np.random.default_rng(3)
    part = pd.DataFrame({"origin": np.repeat([1, 2], 50), "probability": rng.random(100).round(1)})
    part["event"] = rng.random(100) < part["probability"]
    by = part.groupby("origin")[["event", "probability"]]
    parts = [(roc_auc_score(one["event"], one["probability"]), one["event"].sum()) for _, one in by]
    expected = np.average([a for a, _ in parts], weights=[n for _, n in parts])
    assert auc(part) == pytest.approx(expected)


def test_a_draw_counts_every_row_as_often_as_its_cluster_is_drawn() -> None:
    rng = np.random.default_rng(3)
    part = pd.DataFrame({"origin": np.repeat([1, 2], 50), "probability": rng.random(100).round(1)})
    part["event"] = rng.random(100) < part["probability"]
    clusters = np.tile(list("abcde"), 20)
    found = redrawn(part, clusters, 3, np.random.default_rng(7))
    drawn = np.random.default_rng(7).integers(0, 5, (3, 5))
    copies = [pd.concat([part[clusters == "abcde"[k]] for k in row], ignore_index=True) for row in drawn]
    np.testing.assert_allclose(found, [auc(one) for one in copies])


def test_probabilities_use_only_what_was_known_at_the_origin() -> None:
    panel = warning.panel_of(towns())
    changed = panel.own_eur_pc.copy()
    changed[:, 16:] *= 3.0
    other = warning.TaxPanel(
        panel.ags, panel.years, changed, panel.land_eur_pc, panel.trade_tax_share, panel.size_class
    )
    every = (warning.rolling_probabilities(p, 2010) for p in (panel, other))
    one, two = (found.loc[found["origin"] == 2010, "probability"] for found in every)
    np.testing.assert_allclose(one, two)


def test_noise_alone_makes_a_gap_look_like_a_forecast() -> None:
    panel = warning.noise_panel(warning.panel_of(towns(wide=0.5)), 1)
    found = warning.scored(warning.known_outcomes(warning.rolling_probabilities(panel, 2008)), 20, 1)
    gap = found[(found["predictors"] == "gap") & found["origin"].isna()].iloc[0]
    assert gap["auc"] > 0.6 and gap["auc_low"] < gap["auc"] < gap["auc_high"]


def test_the_relative_event_is_a_part_of_the_plan() -> None:
    panel = warning.panel_of(towns())
    grown = panel.land_eur_pc[13:16].mean() / panel.land_eur_pc[10:13].mean()
    plan = panel.own_eur_pc[:, 10:13].mean(axis=1) * grown
    hit = warning.falls_short(panel, 12, "share")
    np.testing.assert_array_equal(hit, panel.own_eur_pc[:, 13:16].mean(axis=1) < 0.9 * plan)
    assert (hit != warning.falls_short(panel, 12)).any()


def test_the_naive_level_of_the_trade_tax_stands_beside_the_model(stressed: Result) -> None:
    """An amount per head is missed where there is much to miss: the level alone orders as well as the model."""
    found = stressed.tables["warning_scores"].set_index(["event", "data", "predictors"])
    model = found.loc[("amount", "towns", "volatility_and_share")]
    naive = found.loc[("amount", "towns", "trade_tax_level")]
    assert naive["auc"] == pytest.approx(0.852, abs=0.002) and model["auc"] == pytest.approx(0.847, abs=0.002)
    assert model["gain"] == pytest.approx(model["auc"] - naive["auc"])
    assert model["gain_low"] < 0 < model["gain_high"]
    assert found.loc[("share", "towns", "volatility_and_share"), "auc"] == pytest.approx(0.787, abs=0.002)
    noise = found.xs("noise", level="data")
    assert (noise["auc_low"] < noise["auc"]).all() and (noise["auc"] < noise["auc_high"]).all()
    assert found.xs("noise", level="data")["gain"].isna().all()


def test_origins_whose_outcomes_share_years_widen_the_interval() -> None:
    """Blocks of origins: a common good and bad time of the ordering is no sampling error of the Kreise alone."""
    rng = np.random.default_rng(5)
    origin = np.repeat(np.arange(12), 200)
    event = rng.random(len(origin)) < 0.2
    slope = np.where(origin < 6, 0.2, 3.0)
    part = pd.DataFrame({"origin": origin, "event": event})
    part["probability"] = slope * event + rng.normal(size=len(part))
    clusters = np.tile(np.repeat(np.arange(40).astype(str), 5), 12)
    spread = {b: redrawn(part, clusters, 300, np.random.default_rng(1), block=b).std() for b in (None, 3)}
    assert spread[3] > 2 * spread[None]


def test_today_is_the_last_origin_fitted_on_all_known_outcomes() -> None:
    panel = warning.panel_of(towns())
    every = warning.rolling_probabilities(panel, 2010)
    now = warning.today(every)
    assert set(now["origin"]) == {int(panel.years[-1])} and sorted(now["rank"])[0] == 1
    assert every.loc[every["origin"] > panel.years[-1] - 3, "event"].isna().all()
    assert warning.known_outcomes(every)["origin"].max() == panel.years[-1] - 3
