"""Forecasts of the past against what came: no change, linear trend, own migration and the shrunk one.

Two pasts can be judged for the towns: from 2015, with the migration of 2012–2014, to 2021 (both on the count of the
census of 2011); and from the census of 2022, with that of 2017–2021, to the latest count (both on the census of 2022,
so that the break is out of it). The weights are those with the smallest error over both; what a town would have got
from weights chosen without its Kreis is shown beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.draws import PERCENTILES, deviations
from dewak_research.planning.migration import Weights, shrunk
from dewak_research.planning.spread import Spreads

Floats = NDArray[np.float64]
Ints = NDArray[np.integer[Any]]
GRID = tuple(np.round(np.arange(0, 1.01, 0.05), 2).tolist())
METHODS = ("no_change", "trend", "own", "kreis", "shrunk", "left_out", "with_profile")


@dataclass(frozen=True)
class Trial:
    """One past whose end is known.

    Attributes
    ----------
    origin, target : int
        Years between whose ends the forecast lies (the census day for its year).
    years : float
        Between both.
    start, truth : array (towns,)
        Persons at both, on one count.
    natural : array (towns,)
        Births less deaths per head and year, as they could be expected.
    own : array (towns,)
        Net migration per head and year before the origin.
    trend : array (towns,)
        Growth per year before the origin (log).
    kreis : array of int (towns,)
    break_removed : bool
        Whether a census lies between what was learned and what was forecast.
    """

    origin: int
    target: int
    years: float
    start: Floats
    truth: Floats
    natural: Floats
    own: Floats
    trend: Floats
    kreis: Ints
    break_removed: bool

    def forecast(self, weights: Weights) -> Floats:
        """Return persons at the target."""
        level = shrunk(self.own, self.start, self.kreis, weights)
        return np.asarray(self.start * np.exp(self.years * (level + self.natural)))

    def linear(self) -> Floats:
        """Return persons at the target if each year brought as many as the years before."""
        return np.asarray(self.start * (1 + self.years * np.expm1(self.trend)))


def mape(forecast: Floats, truth: Floats) -> float:
    """Return the mean absolute error, percent of the truth; units without a truth are left out."""
    return float(100 * np.nanmean(np.abs(forecast / truth - 1)))


@dataclass(frozen=True)
class Choice:
    """Weights with the smallest error, and those that each Kreis gets from the others."""

    weights: Weights
    without: tuple[Weights, ...]


def choose(trials: Sequence[Trial]) -> Choice:
    """Return the weights with the smallest mean error over towns and trials, each trial counting alike.

    Parameters
    ----------
    trials : sequence of Trial
        Of the same towns.
    """
    grid = [Weights(kreis, town) for kreis in GRID for town in GRID]
    errors = np.mean([[np.abs(t.forecast(w) / t.truth - 1) for w in grid] for t in trials], axis=0)
    total = errors.sum(axis=1)
    kreis = trials[0].kreis
    without = [
        grid[int(np.argmin(total - errors[:, kreis == number].sum(axis=1)))]
        for number in range(int(kreis.max()) + 1)
    ]
    return Choice(grid[int(np.argmin(total))], tuple(without))


def forecasts(trial: Trial, choice: Choice) -> dict[str, Floats]:
    """Return persons at the target by method (``METHODS``)."""
    left_out = np.empty_like(trial.start)
    for number, weights in enumerate(choice.without):
        towns = trial.kreis == number
        left_out[towns] = trial.forecast(weights)[towns]
    return {
        "no_change": trial.start,
        "trend": trial.linear(),
        "own": trial.forecast(Weights(1, 1)),
        "kreis": trial.forecast(Weights(1, 0)),
        "shrunk": trial.forecast(choice.weights),
        "left_out": left_out,
    }


def band(
    trial: Trial, forecast: Floats, spreads: Spreads, ags: Sequence[str], draws: int, seed: int
) -> Floats:
    """Return draws of the towns at the target: shape (draws, towns), persons."""
    whole = int(np.ceil(trial.years))
    drawn = deviations(spreads, ags, trial.kreis, trial.start, draws, whole, seed).astype(float)
    length = np.clip(trial.years - np.arange(whole), 0, 1)
    return np.asarray(forecast * np.exp(np.einsum("dtu,t->du", drawn, length)))


def town_table(trial: Trial, found: Mapping[str, Floats], drawn: Floats, ags: Sequence[str]) -> pd.DataFrame:
    """Return the backtest of every town: ags, origin, target, truth, methods, p05, p50, p95, break_removed."""
    ends = np.percentile(drawn, PERCENTILES, axis=0)
    return pd.DataFrame(
        {
            "ags": list(ags),
            "origin": trial.origin,
            "target": trial.target,
            "truth": trial.truth,
            **found,
            **{f"p{p:02d}": ends[i] for i, p in enumerate(PERCENTILES)},
            "break_removed": trial.break_removed,
        }
    )


def summary(
    table: pd.DataFrame, of: str, by: Sequence[str] = ("origin", "target"), banded: str = "shrunk"
) -> pd.DataFrame:
    """Return error and coverage by method.

    Parameters
    ----------
    table : DataFrame
        truth, methods and p05, p95 by unit, as ``town_table``.
    of : str
        Whose backtest it is, for the column ``units``.
    by : sequence of str
        Columns to be told apart.
    banded : str
        Method that p05 and p95 belong to.

    Returns
    -------
    DataFrame
        units, the columns of ``by``, method, mape_pct, bias_pct (mean error, percent), coverage_pct (share of truths
        within P05–P95, on the rows of ``banded``, else NaN), n.
    """
    rows = []
    for key, part in table.groupby(list(by), sort=True):
        truth = part["truth"].to_numpy(float)
        inside = (part["p05"] <= truth) & (truth <= part["p95"])
        for method in [m for m in METHODS if m in part and part[m].notna().any()]:
            forecast = part[method].to_numpy(float)
            rows.append(
                {
                    "units": of,
                    **dict(zip(by, key, strict=True)),
                    "method": method,
                    "mape_pct": mape(forecast, truth),
                    "bias_pct": float(100 * np.nanmean(forecast / truth - 1)),
                    "coverage_pct": 100 * float(inside.mean()) if method == banded else np.nan,
                    "n": len(part),
                }
            )
    return pd.DataFrame(rows)
