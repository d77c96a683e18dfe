"""Forecasts of own taxes and the early warning made of them: what goes in and how it is scored, computed again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score
from stress.test_own_taxes import towns

from dewak_research.stress.early_warning import (
    FIRST_ORIGIN,
    known_at,
    known_outcomes,
    noise_panel,
    noise_scores,
    panel_of,
    rolling_probabilities,
)
from dewak_research.stress.own_taxes import predictors
from dewak_research.stress.rolling_origins import rolling_scores


def test_predictors_of_a_town_are_what_its_past_says() -> None:
    data, tax, origin = towns(), 1, 14
    features, spread = predictors(data, tax, origin)
    one, everyone = 7, data.ratio_log[tax, :, : origin + 1]
    path = everyone[one]
    level = sum(path[-8:]) / 8
    squares = [float(np.mean(np.diff(row) ** 2)) for row in everyone]
    years = origin  # changes between the years known; five more of the mean of the size class
    variance = (years * squares[one] + 5 * float(np.mean(squares))) / (years + 5)
    by_hand = [
        path[-1] - level, path[-1] - path[-2], np.log(variance) / 2,
        np.mean(data.trade_tax_share[one, origin - 2 : origin + 1]), data.log_population[one], level,
    ]  # fmt: skip
    np.testing.assert_allclose(features[one], by_hand)
    assert spread[one] == pytest.approx(variance**0.5)
    later = data.ratio_log.copy()
    later[:, :, origin + 1 :] += 3.0
    np.testing.assert_array_equal(predictors(replace(data, ratio_log=later), tax, origin)[0], features)


def test_what_is_known_of_a_town_are_means_of_its_last_years() -> None:
    panel, column, one = panel_of(towns()), 12, 3
    found = known_at(panel, column).loc[panel.ags[one]]
    own = pd.Series(panel.own_eur_pc[one, : column + 1])
    ratio = np.log(own / panel.land_eur_pc[: column + 1])
    assert found["gap"] == pytest.approx(ratio.tail(3).mean() - ratio.tail(8).mean())
    assert found["log_level"] == pytest.approx(
        np.log(own.tail(3).mean() / panel.land_eur_pc[column - 2 : column + 1].mean())
    )
    shares = pd.Series(panel.trade_tax_share[one, : column + 1]).tail(3)
    assert found["trade_tax_share"] == pytest.approx(shares.mean())
    assert found["log_trade_tax"] == pytest.approx(np.log((own.tail(3) * shares).mean()))
    every = np.log(panel.own_eur_pc[:, : column + 1] / panel.land_eur_pc[: column + 1])
    squares = (np.diff(every, axis=1) ** 2).mean(axis=1)
    variance = (column * squares[one] + 5 * squares.mean()) / (column + 5)
    assert found["log_volatility"] == pytest.approx(0.5 * np.log(variance))


def test_scores_of_noise_are_the_means_of_its_panels() -> None:
    panel = panel_of(towns(wide=0.5))
    found = noise_scores(panel, 4, "amount", panels=2).set_index("predictors")
    last = int(panel.years[-1]) - 3
    by_panel = [
        known_outcomes(rolling_probabilities(noise_panel(panel, 4 + number), FIRST_ORIGIN, "amount", last))
        for number in range(2)
    ]
    assert not by_panel[0]["event"].equals(by_panel[1]["event"])
    for name, row in found.iterrows():
        aucs, skills = [], []
        for table in by_panel:
            part = table[table["predictors"] == name]
            each = [(one["event"], one["probability"]) for _, one in part.groupby("origin")]
            mixed = [(roc_auc_score(e, p), e.sum()) for e, p in each if 0 < e.sum() < len(e)]
            aucs.append(np.average([a for a, _ in mixed], weights=[n for _, n in mixed]))
            reference = brier_score_loss(part["event"], part["base_rate"])
            skills.append(1 - brier_score_loss(part["event"], part["probability"]) / reference)
        assert row["auc"] == pytest.approx(np.mean(aucs))
        assert (row["auc_low"], row["auc_high"]) == pytest.approx((min(aucs), max(aucs)))
        assert row["brier_skill_share"] == pytest.approx(np.mean(skills))
        assert row["events"] == np.mean([t["event"][t["predictors"] == name].sum() for t in by_panel])


def test_persistence_misses_by_what_the_taxes_moved() -> None:
    """The naive forecast is one number: its score is its distance from what came, for every town and horizon."""
    data = towns()
    found = rolling_scores(data, [2010, 2017], 4, 30, 1, 2.0)
    assert found.groupby("origin")["horizon"].max().to_dict() == {2010: 4, 2017: 2}  # the series ends in 2019
    assert len(found) == len(data.ags) * (4 + 2) * 2 * 5
    naive = found.query("candidate == 'persistence'").set_index(["origin", "horizon", "target", "ags"])
    levels = np.exp(data.ratio_log + data.land_log[:, None])
    for origin, horizon in ((2010, 1), (2010, 4), (2017, 2)):
        now, then = (levels[:, :, data.position(year)] for year in (origin, origin + horizon))
        for target, moved in (
            ("trade_tax", then[0] - now[0]),
            ("own_taxes", then.sum(axis=0) - now.sum(axis=0)),
        ):
            rows = naive.loc[(origin, horizon, target)].loc[list(data.ags)]
            np.testing.assert_allclose(rows["crps_eur_pc"], np.abs(moved))
            np.testing.assert_allclose(rows["error_eur_pc"], np.abs(moved))
    drawn = found[found["candidate"] != "persistence"]
    assert drawn["pit"].between(0, 1).all() and drawn["inside_95"].astype(float).mean() > 0.85
    nested = drawn[["inside_50", "inside_80", "inside_95"]].astype(int).to_numpy()
    assert (np.diff(nested, axis=1) >= 0).all()
