"""Which block contributes how much to the spread of the draws.

Contributions are Shapley values over six blocks (64 subsets, METHODS C.7), exact for the draws at hand: the value of a
subset is what happens if only its blocks are shocked, and they add up to the whole (efficiency).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.measures import shapley_weights, subset_matrix
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.simulation import Paths

Floats = NDArray[np.float64]


def subset_variances(paths: Paths) -> Floats:
    """Variance of the loss over all years if only the blocks of a subset are shocked, shape (c, 64), EUR².

    The blocks of a draw add up to its deviation, interest on new debt included in the block "interest".
    """
    members = subset_matrix(len(BLOCKS)).astype(np.float64)
    effects = np.stack([paths.block_eur[block] for block in BLOCKS]).astype(np.float64)
    _, years, size, draws = effects.shape
    out = np.empty((size, len(members)))
    for c in range(size):
        own = effects[:, :, c, :].reshape(len(BLOCKS), years * draws)
        deviation = np.zeros((len(members), years * draws))
        for block in range(len(BLOCKS)):
            deviation += members[:, block, None] * own[block]
        loss = -deviation.reshape(len(members), years, draws).sum(axis=1)
        out[c] = loss.var(axis=1)
    return out


def contribution_table(parts: list[tuple[NDArray[np.int64], Floats]], ags: list[str]) -> pd.DataFrame:
    """Contribution of each block to the variance of the loss, EUR².

    Parameters
    ----------
    parts : list of (ndarray of int, shape (c,), ndarray, shape (c, 64))
        Units of a chunk and their ``subset_variances``.

    Returns
    -------
    DataFrame
        One row per unit, sorted: ags, one column per block (negative where it dampens the others), total: their sum.
    """
    units = np.concatenate([chunk for chunk, _ in parts])
    values = np.concatenate([found for _, found in parts])
    contributions = pd.DataFrame(values @ shapley_weights(len(BLOCKS)).T, columns=list(BLOCKS))
    contributions.insert(0, "ags", np.array(ags)[units])
    return contributions.assign(total=values[:, -1]).sort_values("ags", ignore_index=True)


def variance_shares(contributions: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """Median share of each block in the variance of the five-year loss, by kind of unit (index ags).

    Returns
    -------
    DataFrame
        kind, block, share; negative where a block dampens the others.
    """
    shares = contributions[list(BLOCKS)].div(contributions["total"], axis=0)
    medians = shares.groupby(contributions["ags"].map(kind)).median()
    wide = medians.rename_axis("kind").reset_index()
    long: pd.DataFrame = wide.melt("kind", var_name="block", value_name="share")
    return long.sort_values(["kind", "block"], ignore_index=True)
