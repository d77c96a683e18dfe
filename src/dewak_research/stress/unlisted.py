"""What is known of a town without a series in the tax panel: from its own history, else from the towns of its size.

The regression of ``own_taxes`` was fitted on the panel; a town outside it is predicted from the same features. Where it
gave a history of its own the volatility and the trade-tax share are its own; the rest is the median of its size class.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.own_taxes import (
    FEATURES,
    SHARE_YEARS,
    SMALLEST_SHARE_EUR_PC,
    SMALLEST_TRADE_TAX_EUR_PC,
    VOLATILITY_SHRINKAGE_YEARS,
    TownHistory,
    predictors,
)
from dewak_research.stress.pool import TAXES

Floats = NDArray[np.float64]
FEWEST_CHANGES = 5  #: yearly changes of the trade tax below which a history says too little


def size_features(towns: TownHistory, size_class: str, population: float) -> Floats:
    """Median features of the towns of a size class in the last year, shape (3, 6); the population is the town's own.

    Parameters
    ----------
    size_class : str
        One of the panel; the median of all towns for another.
    population : float
        Inhabitants; NaN = unknown, then the median of the class.
    """
    last = len(towns.years) - 1
    rows = towns.size_class == size_class
    chosen = rows if rows.any() else np.ones(len(rows), bool)
    out = np.stack([np.median(predictors(towns, k, last)[0][chosen], axis=0) for k in range(len(TAXES))])
    if population > 0:
        out[:, FEATURES.index("log_population")] = np.log(population)
    return np.asarray(out)


def relative_changes(towns: TownHistory, tax: int, level_eur_pc: pd.Series[float]) -> Floats:
    """Yearly log changes of a tax against the Land, of consecutive years only.

    After the last year of the panel the Land's development is not known; the town's own mean change of these years
    stands for it (assumption: what moved all towns in a single year then counts as the town's own).

    Parameters
    ----------
    level_eur_pc : Series
        Index year.
    """
    floor = SMALLEST_SHARE_EUR_PC if tax else SMALLEST_TRADE_TAX_EUR_PC
    levels = level_eur_pc.dropna().clip(lower=floor).sort_index()
    logs = pd.Series(np.log(levels.to_numpy(float)), index=levels.index)
    changes = logs.diff().where(logs.index.to_series().diff() == 1).dropna()
    land = pd.Series(towns.land_log[tax], index=towns.years).diff()
    known = land.reindex(changes.index)
    later = changes.index > towns.years[-1]
    known = known.where(~later, changes[later].mean())
    return np.asarray((changes - known).dropna(), np.float64)


def history_features(
    towns: TownHistory, size_class: str, population: float, taxes_eur_pc: pd.DataFrame
) -> Floats | None:
    """Features with a town's own volatility and trade-tax share, shape (3, 6); None if the history is too short.

    Parameters
    ----------
    taxes_eur_pc : DataFrame
        Index year, columns gewst, est, ust in EUR per head; NaN = unknown. A tax with fewer than ``FEWEST_CHANGES``
        changes keeps the volatility of the size class.
    """
    changes = [relative_changes(towns, k, taxes_eur_pc[key]) for k, key in enumerate(TAXES)]
    if len(changes[0]) < FEWEST_CHANGES:
        return None
    out = size_features(towns, size_class, population)
    rows = towns.size_class == size_class
    for k, own in enumerate(changes):
        if len(own) < FEWEST_CHANGES:
            continue
        of_class = float(np.nanmean(np.diff(towns.ratio_log[k][rows if rows.any() else slice(None)]) ** 2))
        total = (own**2).sum() + VOLATILITY_SHRINKAGE_YEARS * of_class
        spread = np.sqrt(total / (len(own) + VOLATILITY_SHRINKAGE_YEARS))
        out[k, FEATURES.index("log_volatility")] = np.log(max(spread, 1e-4))
    whole = taxes_eur_pc[list(TAXES)].dropna().sort_index().tail(SHARE_YEARS)
    if len(whole):
        share = float((whole["gewst"] / whole.sum(axis=1)).mean())
        out[:, FEATURES.index("trade_tax_share")] = share
    return out
