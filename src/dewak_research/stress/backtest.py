"""Would the engine have covered what came? Tax revenue of every town, from what was known in 2008 and in 2014.

Source: METHODS C.8 (backtest before publication): coverage of 80 % bands, probability integral transform (PIT).
The forecast is the last known level carried on with the mean growth known then; only own taxes are tested, because
no other item has a yearly series by town.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.pool import TAX_COLUMNS, TAXES, Pool
from dewak_research.stress.shocks import CommonShocks
from dewak_research.stress.town_shocks import TownShocks

Floats = NDArray[np.float64]
BAND = (0.10, 0.90)
PIT_BINS = 10


@dataclass(frozen=True)
class TownBook:
    """Towns for the backtest, in the form own shocks need.

    Parameters
    ----------
    ags : tuple of str
    keys, size_class, beta : see ``Book``
    """

    ags: tuple[str, ...]
    keys: NDArray[np.int64]
    size_class: tuple[str | None, ...]
    beta: Floats


def town_book(pool: Pool, size_class: pd.Series) -> TownBook:
    """All towns of the pool."""
    ags = tuple(pool.beta.index)
    sizes = tuple(str(size_class[a]) if isinstance(size_class.get(a), str) else None for a in ags)
    return TownBook(ags, np.array([int(f"1{a}") for a in ags]), sizes, pool.beta[list(TAXES)].to_numpy(float))


def forecast_ranks(
    tax_panel: pd.DataFrame,
    pool: Pool,
    book: TownBook,
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
        Built from what was known in ``origin``.
    common, town
        Draws for the years after ``origin``.

    Returns
    -------
    DataFrame
        ags, origin, year, horizon, actual_eur_pc, low_eur_pc, median_eur_pc, high_eur_pc (80 % band), inside (bool),
        pit (share of draws below the actual value). Town-years outside the series are left out.
    """
    columns = list(TAX_COLUMNS.values())
    levels = {
        int(year): part.set_index("ags")[columns].reindex(book.ags).to_numpy(float)
        for year, part in ((y, tax_panel[tax_panel["year"] == y]) for y in tax_panel["year"].unique())
    }
    known = levels[origin]
    frames = []
    years = [y for y in range(origin + 1, origin + common.years + 1) if y in levels]
    trend = pool.mean_growth[: len(TAXES)]
    ranks = np.empty((len(years), len(book.ags), 5))
    for i in range(len(book.ags)):
        drawn = town.draw(book, np.array([i]), common, seed)
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
                    "ags": book.ags,
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
