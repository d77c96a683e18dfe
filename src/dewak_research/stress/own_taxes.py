"""A town's own taxes against the Land: how far they are expected to return, and how widely they move.

For each horizon h a location–scale regression: the log of a tax relative to the Land's mean moves from year t to t + h
by location(x) + scale(x) · z, where x is what was known in t and z is drawn from the standardised residuals of all
towns. One draw takes the residual vector of one town and year over all taxes and horizons, so that paths hang together.
Only years up to the origin are used.

The forecasts of ``skill`` use location and scale. The engine uses the scale alone: it draws the width around a plan,
and what a plan says of the level stands (candidate "no_reversion" of ``skill``); what the location would add is counted
in ``alternatives``.

Source: direct (per-horizon) forecasting regression, Marcellino, Stock & Watson (2006); location–scale models, Koenker &
Bassett (1982). Chosen among the candidates of ``skill`` by rolling-origin CRPS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
SMALLEST_TRADE_TAX_EUR_PC = 5.0
SMALLEST_SHARE_EUR_PC = 1.0
LEVEL_YEARS = 8
SHARE_YEARS = 3
VOLATILITY_SHRINKAGE_YEARS = 5
RIDGE = 10.0
SCALE_FLOOR = 0.005
FIRST_ORIGIN = 2  # a level and two changes must be known
FEATURES = ("gap", "last_change", "log_volatility", "trade_tax_share", "log_population", "level")


@dataclass(frozen=True)
class TownHistory:
    """Taxes of n towns over Y years, relative to the Land.

    Parameters
    ----------
    ags : tuple of str
    years : ndarray of int, shape (Y,)
    ratio_log : ndarray, shape (3, n, Y)
        Log of trade tax, income tax share and VAT share per head less the log of the Land's mean; NaN where the
        Land's mean is not positive (VAT share before 1998).
    land_log : ndarray, shape (3, Y)
        Log of the Land's population-weighted mean.
    trade_tax_share : ndarray, shape (n, Y)
        Trade tax in the sum of the three.
    log_population : ndarray, shape (n,)
    size_class : ndarray of str, shape (n,)
    """

    ags: tuple[str, ...]
    years: NDArray[np.int64]
    ratio_log: Floats
    land_log: Floats
    trade_tax_share: Floats
    log_population: Floats
    size_class: NDArray[np.str_]

    @property
    def eur_pc(self) -> Floats:
        """Taxes per head, shape (3, n, Y), none below its floor; a tax that is not known yet is nothing."""
        return np.nan_to_num(np.exp(self.ratio_log + self.land_log[:, None]))

    def position(self, year: int) -> int:
        """Return the column of a year."""
        return int(np.flatnonzero(self.years == year)[0])


def history(
    tax_panel: pd.DataFrame, columns: dict[str, str], population: pd.Series, size_class: pd.Series
) -> TownHistory:
    """Arrange the tax panel as arrays.

    Parameters
    ----------
    tax_panel : DataFrame
        ags, year and the columns named; EUR per head.
    columns : dict
        Tax key (gewst, est, ust in this order) to column.
    population, size_class : Series
        Index ags: fixed weights and the class towards which volatility is shrunk.
    """
    towns = sorted(set(tax_panel["ags"]) & set(population.index))
    years = np.array(sorted(tax_panel["year"].unique()), dtype=np.int64)
    floors = [SMALLEST_TRADE_TAX_EUR_PC] + [SMALLEST_SHARE_EUR_PC] * (len(columns) - 1)
    weights = population.reindex(towns).to_numpy(float)
    ratios, lands, levels = [], [], []
    for column, floor in zip(columns.values(), floors, strict=True):
        wide = tax_panel.pivot_table(index="ags", columns="year", values=column).reindex(
            index=towns, columns=years
        )
        known = np.nan_to_num(wide.to_numpy(float))
        land = (known * weights[:, None]).sum(axis=0) / weights.sum()
        floored = np.maximum(known, floor)
        land_log = np.log(np.where(land > floor, land, np.nan))
        ratios.append(np.log(floored) - land_log)
        lands.append(land_log)
        levels.append(floored)
    total = np.sum(levels, axis=0)
    sizes = size_class.reindex(towns).astype(str).to_numpy(dtype=np.str_)
    return TownHistory(
        tuple(towns), years, np.stack(ratios), np.stack(lands), levels[0] / total, np.log(weights), sizes
    )


def volatility(changes: Floats, size_class: NDArray[np.str_]) -> Floats:
    """Root mean square of yearly log changes, shrunk by five years towards the size class; shape (n,)."""
    known = np.isfinite(changes)
    squares = np.where(known, changes, 0.0) ** 2
    count = known.sum(axis=1)
    out = np.empty(len(changes))
    for name in np.unique(size_class):
        rows = size_class == name
        of_class = squares[rows].sum() / max(count[rows].sum(), 1)
        out[rows] = np.sqrt(
            (squares[rows].sum(axis=1) + VOLATILITY_SHRINKAGE_YEARS * of_class)
            / (count[rows] + VOLATILITY_SHRINKAGE_YEARS)
        )
    return np.maximum(out, 1e-4)


def predictors(towns: TownHistory, tax: int, origin: int) -> tuple[Floats, Floats]:
    """What is known of every town in the column ``origin``: features (n, 6) and volatility (n,)."""
    ratio = towns.ratio_log[tax, :, : origin + 1]
    first = max(0, origin + 1 - LEVEL_YEARS)
    recent = ratio[:, first:]
    level = (
        np.nanmean(recent[:, np.isfinite(recent).any(axis=0)], axis=1)
        if np.isfinite(recent).any()
        else recent[:, -1]
    )
    spread = volatility(np.diff(ratio, axis=1), towns.size_class)
    share = towns.trade_tax_share[:, max(0, origin + 1 - SHARE_YEARS) : origin + 1].mean(axis=1)
    now = ratio[:, -1]
    found = (now - level, now - ratio[:, -2], np.log(spread), share, towns.log_population, level)
    return np.column_stack(found), spread


@dataclass(frozen=True)
class Regression:
    """Location and log scale as linear functions of standardised features, held within the range of the fit."""

    mean: Floats
    spread: Floats
    low: Floats
    high: Floats
    location: Floats
    log_scale: Floats

    def _design(self, features: Floats) -> Floats:
        return np.column_stack(
            [np.ones(len(features)), (np.clip(features, self.low, self.high) - self.mean) / self.spread]
        )

    def predict(self, features: Floats) -> tuple[Floats, Floats]:
        """Return location and scale of every row, each shape (n,)."""
        design = self._design(features)
        return design @ self.location, np.exp(design @ self.log_scale)


def fit(features: Floats, moves: Floats, weights: Floats) -> tuple[Regression, Floats, Floats]:
    """Fit location by weighted ridge, then the log of the absolute residual; also residuals, plain and standardised."""
    mean, spread = features.mean(axis=0), features.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    design = np.column_stack([np.ones(len(features)), (features - mean) / spread])
    penalty = RIDGE * np.eye(design.shape[1])
    penalty[0, 0] = 0.0
    scaled = design * (weights / weights.mean())[:, None]
    location = np.linalg.solve(scaled.T @ design + penalty, scaled.T @ moves)
    left = moves - design @ location
    log_scale = np.linalg.solve(design.T @ design + penalty, design.T @ np.log(np.abs(left) + SCALE_FLOOR))
    low, high = features.min(axis=0), features.max(axis=0)
    return Regression(mean, spread, low, high, location, log_scale), left, left / np.exp(design @ log_scale)


@dataclass(frozen=True)
class OwnMoves:
    """How far the own taxes of n towns move from the Land's over T years.

    Parameters
    ----------
    ags : tuple of str
    location : ndarray, shape (3, T, n)
        Expected log move against the Land: the return to the town's own level. Not used by the engine.
    scale : ndarray, shape (3, T, n)
        Width of the move, log points.
    residuals : ndarray of float32, shape (3, T, M)
        Standardised residuals; column m is one town and year over all taxes and horizons.
    widest : ndarray, shape (3, T, 2)
        Smallest and largest residual move that any town has shown: no draw goes further.
    land_growth : ndarray, shape (3, Y - 1)
        Yearly log growth of the Land's means up to the origin; NaN where unknown.
    """

    ags: tuple[str, ...]
    location: Floats
    scale: Floats
    residuals: Floats32
    widest: Floats
    land_growth: Floats

    @property
    def years(self) -> int:
        """Number of years ahead."""
        return int(self.location.shape[1])

    @cached_property
    def log_mean(self) -> Floats:
        """Log of the mean of exp(scale · z) over the pool, shape (3, T, n): exact for the draws' own distribution."""
        taxes, years, size = self.scale.shape
        out = np.empty((taxes, years, size))
        for k in range(taxes):
            for t in range(years):
                moves = np.outer(self.scale[k, t], self.residuals[k, t].astype(float))
                out[k, t] = np.log(np.exp(np.clip(moves, *self.widest[k, t])).mean(axis=1))
        return out


def own_moves(
    towns: TownHistory,
    horizon_years: int,
    origin: int | None = None,
    others: Mapping[str, Floats] | None = None,
) -> OwnMoves:
    """Fit all horizons on what was known in ``origin`` (default: the last year) and predict every town from there.

    Parameters
    ----------
    others : mapping of ndarray, shape (3, 6), optional
        Features by tax of towns without a series (``unlisted``), by key; they stand behind the towns of the panel and
        take part in the prediction only, not in the fit.

    Raises
    ------
    ValueError
        Too few years are known for the horizon.
    """
    last = len(towns.years) - 1 if origin is None else towns.position(origin)
    taxes, size = towns.ratio_log.shape[0], len(towns.ags)
    further = others or {}
    every_town = size + len(further)
    starts = range(FIRST_ORIGIN, last - horizon_years + 1)
    if not len(starts):
        raise ValueError(f"no move over {horizon_years} years is known in {towns.years[last]}")
    known = {(k, o): predictors(towns, k, o) for k in range(taxes) for o in range(FIRST_ORIGIN, last + 1)}
    location = np.empty((taxes, horizon_years, every_town))
    scale = np.empty_like(location)
    widest = np.empty((taxes, horizon_years, 2))
    pooled = np.full((taxes, horizon_years, len(starts), size), np.nan)
    for k in range(taxes):
        now = np.vstack([known[k, last][0], *(features[k] for features in further.values())])
        for h in range(1, horizon_years + 1):
            origins = range(FIRST_ORIGIN, last - h + 1)
            features = np.concatenate([known[k, o][0] for o in origins])
            weights = np.concatenate([known[k, o][1] for o in origins]) ** -2.0
            moves = np.concatenate([towns.ratio_log[k, :, o + h] - towns.ratio_log[k, :, o] for o in origins])
            usable = np.isfinite(features).all(axis=1) & np.isfinite(moves)
            found, left, standardised = fit(features[usable], moves[usable], weights[usable])
            widest[k, h - 1] = left.min(), left.max()
            location[k, h - 1], scale[k, h - 1] = found.predict(now)
            every = np.full(len(moves), np.nan)
            every[usable] = standardised
            pooled[k, h - 1] = every.reshape(len(origins), size)[: len(starts)]
    whole = pooled.reshape(taxes, horizon_years, -1)
    whole = whole[:, :, np.isfinite(whole).all(axis=(0, 1))]
    growth = np.diff(towns.land_log[:, : last + 1], axis=1)
    return OwnMoves(
        (*towns.ags, *further), location, scale, np.ascontiguousarray(whole, dtype=np.float32), widest, growth
    )
