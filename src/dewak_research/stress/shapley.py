"""Which block contributes how much: Shapley values over six blocks (64 subsets), exact for the draws at hand.

Source: Shapley (1953); METHODS C.7 (groups instead of 2^13). The value of a subset is what happens if only its blocks
are shocked; the contributions add up to the whole (efficiency).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.book import Book
from dewak_research.stress.fan import TAIL_SHARE
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.simulation import Paths
from dewak_research.stress.triggers import triggers

Floats = NDArray[np.float64]
MEASURES = ("variance", "shortfall", "probability")


def subset_matrix(players: int = len(BLOCKS)) -> NDArray[np.bool_]:
    """All subsets as rows, shape (2**players, players); row 0 is empty, the last one is the whole."""
    numbers = np.arange(2**players)[:, None]
    return np.asarray((numbers >> np.arange(players)) & 1, bool)


def shapley_weights(players: int = len(BLOCKS)) -> Floats:
    """Matrix W, shape (players, 2**players), so that W @ v are the Shapley values of the set function v."""
    subsets = subset_matrix(players)
    sizes = subsets.sum(axis=1)
    weights = np.zeros((players, len(subsets)))
    for player in range(players):
        for row, members in enumerate(subsets):
            size = int(sizes[row]) - int(members[player])
            weight = factorial(size) * factorial(players - size - 1) / factorial(players)
            weights[player, row] = weight if members[player] else -weight
    return weights


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


def _trigger_share(
    book: Book, unit: int, deviation: Floats, rules: RuleSet, subsets: int, draws: int
) -> Floats:
    """Share of draws with a trigger by subset; ``deviation`` has shape (T, subsets × draws)."""
    years = deviation.shape[0]
    columns = deviation.shape[1]
    reserves = Reserves.opening(
        np.full(columns, book.ausgleichsruecklage_eur[unit]),
        np.full(columns, book.allgemeine_ruecklage_eur[unit]),
    )
    general = np.empty((years + 1, columns))
    equity, reduction = np.empty((years, columns)), np.empty((years, columns))
    general[0] = reserves.allgemeine_ruecklage_eur
    for t in range(years):
        reserves, outcome = step(book.result_eur[t, unit] + deviation[t], reserves, rules)
        general[t + 1], equity[t] = reserves.allgemeine_ruecklage_eur, reserves.equity_eur
        reduction[t] = outcome.reduction_eur
    hit = triggers(reduction, general, equity, rules).any_year.any(axis=0)
    return np.asarray(hit.reshape(subsets, draws).mean(axis=1))


def subset_values(paths: Paths, book: Book, rules: RuleSet) -> Contributions:
    """Value of all 64 subsets for the units of a chunk.

    The blocks of a draw add up to its deviation, interest on new debt included in the block "interest"; the value
    of a subset is variance, shortfall (mean of the worst 10 %) of the loss over all years, and the share of draws
    with a trigger.
    """
    members = subset_matrix().astype(np.float64)
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
            out["probability"][c] = _trigger_share(book, int(unit), flat, rules, len(members), draws)
    return Contributions(paths.units, out)


def contribution_table(parts: list[Contributions], ags: list[str]) -> pd.DataFrame:
    """One row per unit and measure: ags, measure, one column per block, without (empty set), total (all blocks).

    Blocks add up to total − without. Variance in EUR², shortfall in EUR, probability 0–1.
    """
    weights = shapley_weights()
    frames = []
    for part in parts:
        for measure, values in part.values.items():
            contributions = values @ weights.T
            frames.append(
                pd.DataFrame(
                    {
                        "ags": [ags[u] for u in part.units],
                        "measure": measure,
                        **{block: contributions[:, i] for i, block in enumerate(BLOCKS)},
                        "without": values[:, 0],
                        "total": values[:, -1],
                    }
                )
            )
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "measure"], ignore_index=True)
