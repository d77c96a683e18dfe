"""Which block contributes how much: Shapley values over six blocks (64 subsets), exact for the draws at hand.

Source: METHODS C.7 (groups instead of 2^13). The value of a subset is what happens if only its blocks are shocked; the
contributions add up to the whole (efficiency).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.shapley import shapley_weights, subset_matrix
from dewak_research.rules import RuleSet
from dewak_research.stress.book import Book
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.ladder import Reserves
from dewak_research.stress.simulation import Paths
from dewak_research.stress.triggers import walk

Floats = NDArray[np.float64]
MEASURES = ("variance", "shortfall", "probability")
TAIL_SHARE = 0.10


@dataclass(frozen=True)
class Contributions:
    """Contributions of a chunk.

    Parameters
    ----------
    units : ndarray of int, shape (c,)
    values : dict of ndarray, shape (c, 64)
        Value of every subset by measure; "probability" is NaN without a balance sheet.
    """

    units: NDArray[np.int64]
    values: dict[str, Floats]


def _trigger_share(book: Book, unit: int, deviation: Floats, rules: RuleSet, subsets: int) -> Floats:
    """Share of draws with a trigger by subset; ``deviation`` has shape (T, subsets × draws)."""
    columns = deviation.shape[1]
    opening = (book.ausgleichsruecklage_eur[unit], book.allgemeine_ruecklage_eur[unit])
    reserves = Reserves.opening(*(np.full(columns, stock) for stock in opening))
    found = walk(book.result_eur[:, unit, None] + deviation, reserves, rules)
    hit = found.triggers.any_year.any(axis=0)
    return np.asarray(hit.reshape(subsets, -1).mean(axis=1))


def subset_values(paths: Paths, book: Book, rules: RuleSet) -> Contributions:
    """Value of all 64 subsets for the units of a chunk.

    The blocks of a draw add up to its deviation, interest on new debt included in the block "interest"; the value
    of a subset is variance, shortfall (mean of the worst 10 %) of the loss over all years, and the share of draws
    with a trigger.
    """
    members = subset_matrix(len(BLOCKS)).astype(np.float64)
    effects = np.stack([paths.block_eur[block] for block in BLOCKS]).astype(np.float64)
    _, years, size, draws = effects.shape
    tail = max(1, int(np.ceil(TAIL_SHARE * draws)))
    out = {measure: np.full((size, len(members)), np.nan) for measure in MEASURES}
    for c, unit in enumerate(paths.units):
        own = effects[:, :, c, :].reshape(len(BLOCKS), years * draws)
        deviation = np.zeros((len(members), years * draws))
        for block in range(len(BLOCKS)):
            deviation += members[:, block, None] * own[block]
        by_year = deviation.reshape(len(members), years, draws)
        loss = -by_year.sum(axis=1)
        out["variance"][c] = loss.var(axis=1)
        out["shortfall"][c] = np.sort(loss, axis=1)[:, draws - tail :].mean(axis=1)
        if not np.isnan(book.allgemeine_ruecklage_eur[unit]):
            flat = by_year.transpose(1, 0, 2).reshape(years, -1)
            out["probability"][c] = _trigger_share(book, int(unit), flat, rules, len(members))
    return Contributions(paths.units, out)


def contribution_table(parts: list[Contributions], ags: list[str]) -> pd.DataFrame:
    """One row per unit and measure: ags, measure, one column per block, without (empty set), total (all blocks).

    Blocks add up to total − without. Variance in EUR², shortfall in EUR, probability 0–1.
    """
    weights = shapley_weights(len(BLOCKS))
    frames = []
    for part in parts:
        for measure, values in part.values.items():
            contributions = values @ weights.T
            columns = {
                "ags": [ags[u] for u in part.units],
                "measure": measure,
                **{block: contributions[:, i] for i, block in enumerate(BLOCKS)},
                "without": values[:, 0],
                "total": values[:, -1],
            }
            frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "measure"], ignore_index=True)


def variance_shares(contributions: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """Median share of each block in the variance of the five-year loss, by kind of unit (index ags).

    Returns
    -------
    DataFrame
        kind, block, share; negative where a block dampens the others.
    """
    variance = contributions[contributions["measure"] == "variance"]
    shares = variance[list(BLOCKS)].div(variance["total"], axis=0)
    medians = shares.groupby(variance["ags"].map(kind)).median()
    wide = medians.rename_axis("kind").reset_index()
    long: pd.DataFrame = wide.melt("kind", var_name="block", value_name="share")
    return long.sort_values(["kind", "block"], ignore_index=True)
