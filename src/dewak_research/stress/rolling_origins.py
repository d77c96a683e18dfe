"""Forecasts of own taxes from every past origin, by every candidate, and their scores.

Every forecast uses only what was known at its origin. The continuous ranked probability score (CRPS, EUR per head) is
the mean distance of draws and truth less half the mean distance of the draws among themselves; smaller is better.
Source: Gneiting & Raftery (2007).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.engines import Engine, or_threads
from dewak_research.stress.own_taxes import OwnMoves, TownHistory, own_moves
from dewak_research.stress.samplers import block_indices

Floats = NDArray[np.float64]
TARGETS = ("own_taxes", "trade_tax")
LEVELS_PCT = (50, 80, 95)
OWN_BLOCK_YEARS = 2.0
CHOSEN, WITHOUT_REVERSION, NAIVE = "location_scale", "no_reversion", "persistence"
Draw = Callable[[TownHistory, OwnMoves, int, int, np.random.Generator], Floats]


def crps(draws: Floats, truth: Floats) -> Floats:
    """Continuous ranked probability score of sampled forecasts, along the last axis.

    Parameters
    ----------
    draws : ndarray, shape (n, D)
        Equally likely values; D = 1 gives the absolute error.
    truth : ndarray, shape (n,)

    Returns
    -------
    ndarray, shape (n,); NaN where the truth is.
    """
    ordered = np.sort(draws, axis=-1)
    count = ordered.shape[-1]
    weights = 2 * np.arange(1, count + 1) - count - 1
    return np.asarray(np.abs(ordered - truth[:, None]).mean(axis=-1) - ordered @ weights / count**2)


def _of_model(
    towns: TownHistory, model: OwnMoves, last: int, draws: int, rng: np.random.Generator, reverts: bool
) -> Floats:
    """The engine's own moves, with or without the return to the town's own level."""
    rows = rng.integers(0, model.residuals.shape[2], size=(len(model.ags), draws))
    moves = model.scale[..., None] * model.residuals.astype(float)[:, :, rows]
    moves = np.clip(moves, model.widest[:, :, None, :1], model.widest[:, :, None, 1:])
    return np.asarray(moves + model.location[..., None] if reverts else moves)


def _of_same_size(
    towns: TownHistory, pool: Floats, rng: np.random.Generator, draws: int, take: Callable[[Floats], Floats]
) -> Floats:
    """Fill each town's draws from what towns of its size class have shown; pool has shape (3, towns, …)."""
    out = np.empty(0)
    for name in np.unique(towns.size_class):
        rows = np.flatnonzero(towns.size_class == name)
        part = take(pool[:, rows])
        if not out.size:
            out = np.empty((part.shape[0], part.shape[1], len(towns.ags), draws))
        for row in rows:
            out[:, :, row] = part[:, :, rng.integers(0, part.shape[2], size=draws)]
    return out


def _whole_histories(
    towns: TownHistory, model: OwnMoves, last: int, draws: int, rng: np.random.Generator
) -> Floats:
    """The moves of one town of the same size from one year on, over all horizons together."""
    known = towns.ratio_log[:, :, : last + 1]
    years = model.years

    def take(pool: Floats) -> Floats:
        paths = [
            pool[:, :, s + 1 : s + years + 1] - pool[:, :, s, None] for s in range(pool.shape[2] - years)
        ]
        whole = np.concatenate(paths, axis=1).swapaxes(1, 2)
        return whole[:, :, np.isfinite(whole).all(axis=(0, 1))]

    return _of_same_size(towns, known, rng, draws, take)


def _block_bootstrap(
    towns: TownHistory, model: OwnMoves, last: int, draws: int, rng: np.random.Generator
) -> Floats:
    """Yearly changes of towns of the same size in blocks of two years, added up: no return to an own level."""
    change = np.nan_to_num(np.diff(towns.ratio_log[:, :, : last + 1], axis=2))
    change -= change.mean(axis=2, keepdims=True)
    out = np.empty((change.shape[0], model.years, len(towns.ags), draws))
    for name in np.unique(towns.size_class):
        rows = np.flatnonzero(towns.size_class == name)
        flat = change[:, rows].reshape(change.shape[0], -1)
        follows = np.arange(1, flat.shape[1] + 1)
        follows[change.shape[2] - 1 :: change.shape[2]] = -1
        for row in rows:
            drawn = block_indices(flat.shape[1], model.years, draws, rng, OWN_BLOCK_YEARS, follows)
            out[:, :, row] = flat[:, drawn].cumsum(axis=1)
    return out


CANDIDATES: dict[str, Draw] = {
    CHOSEN: partial(_of_model, reverts=True),
    WITHOUT_REVERSION: partial(_of_model, reverts=False),
    "whole_histories": _whole_histories,
    "block_bootstrap": _block_bootstrap,
}


def _land_moves(model: OwnMoves, draws: int, block_years: float, rng: np.random.Generator) -> Floats:
    growth = np.nan_to_num(model.land_growth)
    rows = block_indices(growth.shape[1], model.years, draws, rng, block_years)
    return growth[:, rows].cumsum(axis=1)


def _levels(towns: TownHistory, column: int, moves: Floats | float) -> dict[str, Floats]:
    taxes = np.nan_to_num(towns.eur_pc[:, :, column][:, None, :, None] * np.exp(moves))
    return {"own_taxes": taxes.sum(axis=0), "trade_tax": taxes[0]}


def rolling_scores(
    towns: TownHistory,
    origins: Sequence[int],
    horizon_years: int,
    draws: int,
    seed: int,
    block_years: float,
    engine: Engine | None = None,
) -> pd.DataFrame:
    """Forecast every town from every origin with every candidate and score the draws.

    Parameters
    ----------
    origins : sequence of int
        Years; horizons behind the last known year are left out.
    block_years : float
        Expected length of the blocks of Land growth, as in the engine.
    engine : Engine, optional
        Where the origins are done, by default one after the other: every origin has a stream of its own.

    Returns
    -------
    DataFrame
        ags, origin, horizon, target, candidate, crps_eur_pc, error_eur_pc (distance of the median from the truth), and
        for all but persistence inside_50, inside_80, inside_95 (bool) and pit (share of draws below the truth).
    """
    scores = or_threads(engine).map(
        _scores_of_origin, (towns, horizon_years, draws, seed, block_years), origins
    )
    return pd.concat(chain.from_iterable(scores), ignore_index=True)


def _scores_of_origin(given: tuple[TownHistory, int, int, int, float], origin: int) -> list[pd.DataFrame]:
    """Scores of all candidates from one origin, by horizon, candidate and target."""
    towns, horizon_years, draws, seed, block_years = given
    last = towns.position(origin)
    years = min(horizon_years, len(towns.years) - 1 - last)
    model = own_moves(towns, years, origin)
    rng = np.random.default_rng([seed, origin])
    land = _land_moves(model, draws, block_years, rng)
    known = {NAIVE: _levels(towns, last, np.zeros((3, years, 1, 1)))}
    for name, draw in CANDIDATES.items():
        known[name] = _levels(towns, last, draw(towns, model, last, draws, rng) + land[:, :, None])
    frames = []
    for h in range(years):
        truth = _levels(towns, last + h + 1, 0.0)
        for name, levels in known.items():
            for target in TARGETS:
                frames.append(
                    _scored(towns, origin, h + 1, target, name, levels[target][h], truth[target][0, :, 0])
                )
    return frames


def _scored(
    towns: TownHistory, origin: int, horizon: int, target: str, name: str, draws: Floats, truth: Floats
) -> pd.DataFrame:
    ordered = np.sort(draws, axis=1)  # once: of ordered draws every quantile and the score cost little
    found: dict[str, object] = {"ags": towns.ags, "origin": origin, "horizon": horizon}
    found |= {
        "target": target,
        "candidate": name,
        "crps_eur_pc": crps(ordered, truth),
        "error_eur_pc": np.abs(np.median(ordered, axis=1) - truth),
    }
    if draws.shape[1] > 1:
        for level in LEVELS_PCT:
            low, high = np.quantile(ordered, [0.5 - level / 200, 0.5 + level / 200], axis=1)
            found[f"inside_{level}"] = (truth >= low) & (truth <= high)
        found["pit"] = (draws < truth[:, None]).mean(axis=1)
    return pd.DataFrame(found)
