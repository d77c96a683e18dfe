"""Forecasts of rates in the past: by hand for one history, and what the choice of the last years rests on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning.rate_backtest import METHODS, forecasts, rate_backtest

YEARS, RATES = np.array([2010.0, 2011.0, 2012.0, 2013.0]), np.array([0.10, 0.20, 0.22, 0.22])


def test_each_method_by_hand() -> None:
    found = forecasts(YEARS, RATES, np.array([1.0, 2.0]), 0.9)
    assert found["no_change"].tolist() == [0.22, 0.22]
    recent = np.log(0.22 / 0.20) / 2
    assert found["recent_years"] == pytest.approx(0.22 * np.exp(recent * np.array([0.9, 0.9 + 0.81])))
    x, y = YEARS - YEARS.mean(), np.log(RATES)
    slope = (x * y).sum() / (x * x).sum()
    assert found["whole_history"] == pytest.approx(0.22 * np.exp(slope * np.array([0.9, 1.71])))
    assert forecasts(YEARS, RATES, np.array([60.0]), 1.0)["whole_history"].item() == 1.0, (
        "a rate stays a share"
    )


def test_misses_are_those_of_every_origin_and_target() -> None:
    """One Kreis, five years: origins 2012 and 2013, so three forecasts; the second Kreis is no part of the Land."""
    per_cent = [10.0, 20.0, 22.0, 22.0, 33.0]
    one = pd.DataFrame({"ags": "05111", "year": range(2010, 2015), "childcare_under3_pct": per_cent})
    other = one.assign(ags="09162", childcare_under3_pct=50.0)
    panel = pd.concat([one, other]).assign(childcare_3to6_pct=np.nan, care_dependency_per_10k=np.nan)
    rates = pd.DataFrame(columns=["use", "service", "age", "year", "rate"])
    found = rate_backtest({"kreise_panel": panel}, rates)
    assert set(found["series"]) == {"childcare_u3"} and set(found["forecasts"]) == {3}
    miss = found.set_index("method")["mape_pct"]["no_change"]
    assert miss == pytest.approx(100 * (0 + (1 - 22 / 33) + (1 - 22 / 33)) / 3)


def test_the_last_years_beat_a_whole_history_where_a_plan_looks_first(plan: Result) -> None:
    table = plan.tables["rate_backtest"]
    assert set(table["method"]) == set(METHODS)
    wide = table.pivot_table(index=["series", "first_ahead"], columns="method", values="mape_pct")
    near = wide[wide.index.get_level_values("first_ahead") <= 4].drop(index="integration_help", level=0)
    assert len(near) == 6 and (near["recent_years"] < near["whole_history"]).all()
    far = wide.xs(7, level="first_ahead")
    assert (far["no_change"] < far["recent_years"]).sum() == 2, "far ahead a damped trend is no forecast"
    care = table.query("series == 'care_all_kinds' and method == 'recent_years'")
    assert (care["bias_pct"] < 0).all(), "care outgrew every damped trend: the page calls it no upper limit"
