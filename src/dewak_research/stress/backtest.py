"""Would the engine have covered what came? Tax revenue of every town, from what was known in 2008 and in 2014.

Source: METHODS C.8 (backtest before publication): coverage of 80 % bands, probability integral transform (PIT).
The forecast is the last known level carried on with the mean growth known then; only own taxes are tested, because
no other item has a yearly series by town.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import StressParams
from dewak_research.stress.pool import TAX_COLUMNS, TAXES, Pool
from dewak_research.stress.run import pool_of
from dewak_research.stress.shocks import CommonShocks, OwnTaxes, TownShocks, common_shocks

Floats = NDArray[np.float64]
BAND = (0.10, 0.90)
PIT_BINS = 10
ORIGINS = (2008, 2014)
YEARS = 5


def forecast_ranks(
    tax_panel: pd.DataFrame,
    pool: Pool,
    size_class: pd.Series,
    common: CommonShocks,
    town: TownShocks,
    origin: int,
    seed: int,
) -> pd.DataFrame:
    """Compare the drawn tax revenue of every town with what was booked.

    Parameters
    ----------
    tax_panel : DataFrame
        Full series.
    pool : Pool
        Built from what was known in ``origin``; its towns are tested.
    size_class : Series
        Index ags.
    common, town
        Draws for the years after ``origin``.

    Returns
    -------
    DataFrame
        ags, origin, year, horizon, actual_eur_pc, low_eur_pc, median_eur_pc, high_eur_pc (80 % band), inside (bool),
        pit (share of draws below the actual value). Town-years outside the series are left out.
    """
    columns = list(TAX_COLUMNS.values())
    keys = list(pool.beta.index)
    taxes = OwnTaxes.of(keys, (size_class.get(key) for key in keys), pool.beta[list(TAXES)].to_numpy(float))
    levels = {
        int(year): part.set_index("ags")[columns].reindex(keys).to_numpy(float)
        for year, part in ((y, tax_panel[tax_panel["year"] == y]) for y in tax_panel["year"].unique())
    }
    known = levels[origin]
    frames = []
    years = [y for y in range(origin + 1, origin + common.years + 1) if y in levels]
    trend = pool.mean_growth[: len(TAXES)]
    ranks = np.empty((len(years), len(keys), 5))
    for i in range(len(keys)):
        drawn = town.draw(taxes, np.array([i]), common, seed)
        assert drawn is not None
        for t, year in enumerate(years):
            level = drawn[:, t, 0].astype(float) + (trend * (t + 1))[:, None]
            total = np.sort((known[i][:, None] * np.exp(level)).sum(axis=0))
            actual = float(levels[year][i].sum())
            low, median, high = np.quantile(total, [BAND[0], 0.5, BAND[1]])
            pit = np.searchsorted(total, actual) / len(total)
            ranks[t, i] = (actual, low, median, high, pit)
    for t, year in enumerate(years):
        actual, low, median, high, pit = ranks[t].T
        frames.append(
            pd.DataFrame(
                {
                    "ags": keys,
                    "origin": origin,
                    "year": year,
                    "horizon": year - origin,
                    "actual_eur_pc": actual,
                    "low_eur_pc": low,
                    "median_eur_pc": median,
                    "high_eur_pc": high,
                    "inside": (actual >= low) & (actual <= high),
                    "pit": pit,
                }
            )
        )
    return pd.concat(frames, ignore_index=True).sort_values(["origin", "ags", "year"], ignore_index=True)


def coverage(ranks: pd.DataFrame) -> pd.DataFrame:
    """Share of towns inside the 80 % band by origin and year, with shares below and above.

    Towns of one year share its common shock: an interval over towns would be far too narrow, none is given.
    """
    grouped = ranks.assign(
        below=ranks["actual_eur_pc"] < ranks["low_eur_pc"],
        above=ranks["actual_eur_pc"] > ranks["high_eur_pc"],
    ).groupby(["origin", "year"], as_index=False)
    return grouped.agg(
        towns=("ags", "size"), coverage=("inside", "mean"), below=("below", "mean"), above=("above", "mean")
    )


def pit_histogram(ranks: pd.DataFrame) -> pd.DataFrame:
    """Share of town-years in ten equal classes of the PIT, by origin: flat = well calibrated."""
    classes = np.minimum((ranks["pit"] * PIT_BINS).astype(int), PIT_BINS - 1)
    frames = []
    for origin in sorted(ranks["origin"].unique()):
        counted = np.bincount(classes[ranks["origin"] == origin], minlength=PIT_BINS)
        share = counted / counted.sum()
        frames.append(pd.DataFrame({"origin": origin, "pit_class": np.arange(PIT_BINS), "share": share}))
    return pd.concat(frames, ignore_index=True)


def backtest_summary(ranks: pd.DataFrame) -> pd.DataFrame:
    """Coverage over all years from one origin.

    Returns
    -------
    DataFrame
        origin, town_years (number), coverage (share inside the band), band_share (what the band is meant to hold).
    """
    out: pd.DataFrame = ranks.groupby("origin", as_index=False).agg(
        town_years=("inside", "size"), coverage=("inside", "mean")
    )
    return out.assign(band_share=round(BAND[1] - BAND[0], 10))


def backtest(inputs: Mapping[str, pd.DataFrame], params: StressParams, seed: int) -> dict[str, pd.DataFrame]:
    """Forecasts of tax revenue from every origin: coverage by year, summary, PIT.

    Parameters
    ----------
    inputs : mapping
        units, nrw_tax_panel, kreise_panel.
    """
    size_class = inputs["units"].set_index("ags")["size_class"]
    found = []
    for origin in ORIGINS:
        pool = pool_of(inputs, origin)
        common = common_shocks(
            pool, params.sampler, YEARS, params.backtest_draws, seed, block_length=params.block_length
        )
        town = TownShocks.from_pool(pool, params.block_length)
        found.append(forecast_ranks(inputs["nrw_tax_panel"], pool, size_class, common, town, origin, seed))
    ranks = pd.concat(found, ignore_index=True)
    return {
        "backtest_coverage": coverage(ranks),
        "backtest_summary": backtest_summary(ranks),
        "backtest_pit": pit_histogram(ranks),
    }
