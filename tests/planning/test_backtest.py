"""Backtests: errors by hand, weights that a known truth asks for, coverage that is counted and not assumed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning import backtest, backtest_ages
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.backtest import Trial
from dewak_research.planning.migration import Weights
from dewak_research.planning.spread import Spread, Spreads

KREISE, TOWNS = 30, 12
KREIS = np.repeat(np.arange(KREISE), TOWNS)
AGS = [f"05{100 + k:03d}{t:03d}" for k in range(KREISE) for t in range(TOWNS)]


def _trial(seed: int, kreis_share: float, town_share: float, noise: float = 0.0) -> Trial:
    """Own past rates; of their differences only given shares come again."""
    rng = np.random.default_rng(seed)
    start = np.full(KREISE * TOWNS, 20_000.0)
    of_kreis = rng.normal(0, 0.004, KREISE)[KREIS]
    of_town = rng.normal(0, 0.004, len(KREIS))
    of_town -= (np.bincount(KREIS, of_town) / TOWNS)[KREIS]
    own = 0.003 + of_kreis + of_town
    land = own.mean()
    after = land + kreis_share * (of_kreis + 0.003 - land) + town_share * of_town
    natural = rng.normal(-0.002, 0.001, len(KREIS))
    truth = start * np.exp(5 * (after + natural + rng.normal(0, noise, len(KREIS))))
    return Trial(2015, 2020, 5.0, start, truth, natural, own, own + natural, KREIS, False)


def test_a_forecast_and_its_error_by_hand() -> None:
    trial = Trial(
        2015,
        2017,
        2.0,
        np.array([100.0, 200.0]),
        np.array([110.0, 190.0]),
        np.array([0.01, 0.0]),
        np.array([0.02, 0.02]),
        np.log([1.03, 1.01]),
        np.array([0, 1]),
        False,
    )
    assert trial.forecast(Weights(1, 1)) == pytest.approx([100 * np.exp(0.06), 200 * np.exp(0.04)])
    assert trial.linear() == pytest.approx([106, 204])
    assert backtest.mape(trial.linear(), trial.truth) == pytest.approx(50 * (4 / 110 + 14 / 190))
    unknown = np.array([110.0, np.nan])
    assert backtest.mape(trial.linear(), unknown) == pytest.approx(100 * 4 / 110)


@pytest.mark.parametrize(("kreis", "town"), [(0.8, 0.2), (0.0, 0.0), (1.0, 1.0)])
def test_the_weights_are_those_by_which_differences_come_again(kreis: float, town: float) -> None:
    found = backtest.choose([_trial(1, kreis, town), _trial(2, kreis, town)])
    assert found.weights == Weights(kreis, town)
    assert set(found.without) == {Weights(kreis, town)}


def test_a_kreis_has_no_say_in_its_own_weights() -> None:
    trial = _trial(3, 0.5, 0.3, noise=0.002)
    first = KREIS == 0
    odd = trial.truth.copy()
    odd[first] *= 2
    other = Trial(**{**trial.__dict__, "truth": odd})
    assert backtest.choose([trial]).without[0] == backtest.choose([other]).without[0]
    found = backtest.forecasts(trial, backtest.choose([trial]))
    assert found["left_out"][first] == pytest.approx(
        trial.forecast(backtest.choose([trial]).without[0])[first]
    )


def test_the_summary_counts_what_lies_within_the_band() -> None:
    table = pd.DataFrame(
        {
            "origin": 2015,
            "target": 2021,
            "truth": [100.0, 100.0, 100.0, 100.0],
            "no_change": [90.0, 110.0, 100.0, 100.0],
            "shrunk": [101.0, 101.0, 101.0, 101.0],
            "trend": np.nan,
            "p05": [99.0, 100.0, 101.0, 50.0],
            "p95": [101.0, 102.0, 103.0, 60.0],
        }
    )
    found = backtest.summary(table, "towns").set_index("method")
    assert list(found.index) == ["no_change", "shrunk"]
    assert found.loc["no_change", "mape_pct"] == pytest.approx(5)
    assert found.loc["no_change", "bias_pct"] == pytest.approx(0)
    assert found.loc["shrunk", "coverage_pct"] == pytest.approx(50)
    assert np.isnan(found.loc["no_change", "coverage_pct"])


def test_a_band_of_the_right_width_holds_nine_in_ten() -> None:
    trial = _trial(4, 1, 0)
    spreads = Spreads(Spread(0, 0), Spread(0.003, 0), Spread(0.0, 0.004))
    forecast = trial.forecast(Weights(1, 0))
    drawn = backtest.band(trial, forecast, spreads, AGS, 2000, 1)
    assert np.median(drawn, axis=0) == pytest.approx(forecast, rel=2e-3)
    rng = np.random.default_rng(5)
    came = 0.003 * 5 * rng.standard_normal(KREISE)[KREIS] + 0.004 * np.sqrt(5) * rng.standard_normal(
        len(KREIS)
    )
    truth = forecast * np.exp(came)
    other = Trial(**{**trial.__dict__, "truth": truth})
    table = backtest.town_table(other, backtest.forecasts(other, backtest.choose([other])), drawn, AGS)
    coverage = backtest.summary(table, "towns").set_index("method").loc["shrunk", "coverage_pct"]
    assert coverage == pytest.approx(90, abs=6)


def test_groups_of_age_add_up_and_a_cut_one_is_refused() -> None:
    coarse = ["0-17", "18-64", "65+"]
    persons = np.arange(2 * 2 * 101, dtype=float).reshape(2, 2, 101)
    found = backtest_ages.expected_kreise(persons, np.array([0, 0]), coarse)
    assert found[0, 0] == pytest.approx(persons[..., :18].sum())
    assert found[0, -1] == pytest.approx(persons.sum())
    with pytest.raises(ValueError, match="cut groups"):
        backtest_ages.within(["0-16", "17+"])


def test_the_table_of_ages_has_its_total_last() -> None:
    drawn = np.ones((5, 1, 3), dtype=np.float32)
    truth = np.array([[1.0, 2.0, 3.0]])
    table = backtest_ages.age_table(
        ["05111"], ["0-64", "65+"], (2015, 2021), truth, {"no_change": truth}, drawn, break_removed=False
    )
    assert table["age"].tolist() == ["0-64", "65+", "total"]
    assert table["truth"].tolist() == [1, 2, 3]
    with pytest.raises(ValueError, match="five digits"):
        backtest_ages.age_table(
            ["05111000"], ["0-64", "65+"], (2015, 2021), truth, {}, drawn, break_removed=False
        )
    assert len(GROUPS) == 22
