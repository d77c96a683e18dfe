"""Fan charts: percentiles of result, equity and liquidity credit by year, width, expected shortfall.

Source: METHODS C.7 (outputs), B.7 (width P90 − P10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.simulation import Paths

Floats = NDArray[np.float64]
LEVELS_PCT = (5, 25, 50, 75, 95)
MEASURES = ("result", "equity", "liquidity_credit", "extra_credit")
TAIL_SHARE = 0.10


@dataclass(frozen=True)
class Fan:
    """Summary of c units.

    Parameters
    ----------
    units : ndarray of int, shape (c,)
    percentiles_eur : dict of ndarray, shape (5, T, c)
        By measure; NaN where the measure is unknown.
    width_eur : ndarray, shape (c,)
        P90 − P10 of the result of the last year.
    shortfall_eur : ndarray, shape (c,)
        Mean loss of the worst 10 % of draws, added up over the years, against the unshocked path.
    mean_loss_eur : ndarray, shape (c,)
    """

    units: NDArray[np.int64]
    percentiles_eur: dict[str, Floats]
    width_eur: Floats
    shortfall_eur: Floats
    mean_loss_eur: Floats


def percentiles(values: Floats, levels_pct: tuple[int, ...]) -> Floats:
    """Percentiles along the last axis, linear between order statistics (NumPy's default), by one sort.

    Parameters
    ----------
    values : ndarray, shape (..., D)

    Returns
    -------
    ndarray, shape (levels, ...); NaN where the values hold NaN.
    """
    ordered = np.sort(values.astype(np.float32), axis=-1)
    last = ordered.shape[-1] - 1
    out = np.empty((len(levels_pct), *values.shape[:-1]))
    for i, level in enumerate(levels_pct):
        at = last * level / 100.0
        low = int(np.floor(at))
        high = min(low + 1, last)
        part = at - low
        out[i] = ordered[..., low] * (1.0 - part) + ordered[..., high] * part
    return np.where(np.isnan(ordered[..., -1]), np.nan, out)


def summarise_fan(paths: Paths) -> Fan:
    """Summarise a chunk."""
    measures = {
        "result": paths.result_eur,
        "equity": paths.equity_eur,
        "extra_credit": paths.extra_credit_eur,
    }
    bands = {name: percentiles(values, LEVELS_PCT) for name, values in measures.items()}
    bands["liquidity_credit"] = np.maximum(bands["extra_credit"] + paths.planned_credit_eur, 0.0)
    loss = np.sort(-paths.deviation_eur.sum(axis=0), axis=-1)
    draws = loss.shape[-1]
    tail = max(1, int(np.ceil(TAIL_SHARE * draws)))
    result_ends = percentiles(paths.result_eur[-1], (10, 90))
    return Fan(
        paths.units,
        bands,
        result_ends[1] - result_ends[0],
        loss[:, draws - tail :].mean(axis=-1),
        loss.mean(axis=-1),
    )


def fan_table(fans: list[Fan], ags: list[str], first_year: int) -> pd.DataFrame:
    """Long table: ags, measure, year, p5_eur … p95_eur, sorted; NaN where unknown."""
    units = np.concatenate([fan.units for fan in fans])
    keys = np.array(ags)[units]
    frames = []
    for measure in MEASURES:
        values = np.concatenate([fan.percentiles_eur[measure] for fan in fans], axis=2)
        years = np.arange(values.shape[1]) + first_year
        columns = {f"p{level}_eur": values[i].ravel() for i, level in enumerate(LEVELS_PCT)}
        where = {"ags": np.tile(keys, len(years)), "measure": measure, "year": np.repeat(years, len(keys))}
        frames.append(pd.DataFrame({**where, **columns}))
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "measure", "year"], ignore_index=True)


def shortfall_table(fans: list[Fan], ags: list[str]) -> pd.DataFrame:
    """One row per unit: ags, width_p90_p10_eur, mean_loss_eur, shortfall_eur (losses positive)."""
    frames = [
        pd.DataFrame(
            {
                "ags": [ags[u] for u in fan.units],
                "width_p90_p10_eur": fan.width_eur,
                "mean_loss_eur": fan.mean_loss_eur,
                "shortfall_eur": fan.shortfall_eur,
            }
        )
        for fan in fans
    ]
    return pd.concat(frames, ignore_index=True).sort_values("ags", ignore_index=True)
