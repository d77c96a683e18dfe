"""The backtest on towns whose draws are known: bands, ranks and coverage are those of the draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.stress.backtest import coverage, forecast_ranks, pit_histogram
from stress import engine_case as case

LEVELS = {"trade_tax_eur_pc": 100.0, "income_tax_share_eur_pc": 50.0, "vat_share_eur_pc": 10.0}
SIZES = pd.Series("small", index=list(case.UNITS))


def panel(factor: float) -> pd.DataFrame:
    """Every town has 160 EUR per head in 2008, and ``factor`` times that in each of the five years after."""
    rows = [
        {"ags": ags, "year": year} | {k: v * (factor if year > 2008 else 1.0) for k, v in LEVELS.items()}
        for ags in case.UNITS
        for year in range(2008, 2014)
    ]
    return pd.DataFrame(rows)


def ranks(factor: float, draws: int = 400) -> pd.DataFrame:
    pool = replace(case.pool(), mean_growth=np.zeros(13))
    return forecast_ranks(panel(factor), pool, SIZES, case.common(draws), case.town_shocks(0.0), 2008, 5)


def test_the_band_holds_four_fifths_of_the_draws_and_the_rank_says_where_the_truth_lies() -> None:
    found = ranks(1.0)
    assert len(found) == len(case.UNITS) * 5
    row = found[(found["ags"] == "05101000") & (found["year"] == 2009)].iloc[0]
    own = case.town_shocks(0.0).draw(case.book().taxes, np.array([4]), case.common(400), 5)
    assert own is not None
    total = (np.array([100.0, 50.0, 10.0])[:, None] * np.exp(own[:, 0, 0].astype(float))).sum(axis=0)
    low, high = np.quantile(total, [0.1, 0.9])
    assert (row["low_eur_pc"], row["high_eur_pc"]) == pytest.approx((low, high))
    assert row["pit"] == pytest.approx((total < 160.0).mean())
    assert row["inside"] == (low <= 160.0 <= high)


def test_a_truth_far_outside_is_counted_on_its_side() -> None:
    below, above = coverage(ranks(0.01)), coverage(ranks(100.0))
    assert (below["below"] == 1.0).all()
    assert (below["coverage"] == 0.0).all()
    assert (above["above"] == 1.0).all()
    histogram = pit_histogram(ranks(100.0)).set_index("pit_class")["share"]
    assert histogram[9] == 1.0
    assert histogram.sum() == pytest.approx(1.0)
