"""How good the forecast of own taxes is: rolling origins, candidates side by side, CRPS, coverage and PIT.

Every forecast uses only what was known at its origin. The continuous ranked probability score (CRPS, EUR per head) is
the mean distance of draws and truth less half the mean distance of the draws among themselves; smaller is better.
Source: Gneiting & Raftery (2007); circular block bootstrap over origins (Politis & Romano 1992), Kreise drawn anew.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import StressParams
from dewak_research.stress.discrimination import block_counts
from dewak_research.stress.own_taxes import OwnMoves, TownHistory, own_moves
from dewak_research.stress.samplers import block_indices

Floats = NDArray[np.float64]
TARGETS = ("own_taxes", "trade_tax")
LEVELS_PCT = (50, 80, 95)
PIT_CLASSES = 10
OWN_BLOCK_YEARS = 2.0
BACKTEST_YEARS = 5
FIRST_ORIGIN_AFTER_YEARS = 10
INTERVAL_DRAWS = 1_000
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
    towns: TownHistory, origins: Sequence[int], horizon_years: int, draws: int, seed: int, block_years: float
) -> pd.DataFrame:
    """Forecast every town from every origin with every candidate and score the draws.

    Parameters
    ----------
    origins : sequence of int
        Years; horizons behind the last known year are left out.
    block_years : float
        Expected length of the blocks of Land growth, as in the engine.

    Returns
    -------
    DataFrame
        ags, origin, horizon, target, candidate, crps_eur_pc, error_eur_pc (distance of the median from the truth), and
        for all but persistence inside_50, inside_80, inside_95 (bool) and pit (share of draws below the truth).
    """
    frames = []
    for origin in origins:
        last = towns.position(origin)
        years = min(horizon_years, len(towns.years) - 1 - last)
        model = own_moves(towns, years, origin)
        rng = np.random.default_rng([seed, origin])
        land = _land_moves(model, draws, block_years, rng)
        known = {NAIVE: _levels(towns, last, np.zeros((3, years, 1, 1)))}
        for name, draw in CANDIDATES.items():
            known[name] = _levels(towns, last, draw(towns, model, last, draws, rng) + land[:, :, None])
        for h in range(years):
            truth = _levels(towns, last + h + 1, 0.0)
            for name, levels in known.items():
                for target in TARGETS:
                    frames.append(
                        _scored(towns, origin, h + 1, target, name, levels[target][h], truth[target][0, :, 0])
                    )
    return pd.concat(frames, ignore_index=True)


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


def coverage_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Share of town-years inside the 50, 80 and 95 % bands and mean CRPS by candidate, target and horizon."""
    inside = [f"inside_{level}" for level in LEVELS_PCT]
    known = scores.dropna(subset=["pit"]).astype(dict.fromkeys(inside, float))
    grouped = known.groupby(["target", "candidate", "horizon"], as_index=False)
    return grouped.agg(
        forecasts=("ags", "size"),
        crps_eur_pc=("crps_eur_pc", "mean"),
        **{f"{c}_share": (c, "mean") for c in inside},
    )


def skill_table(
    scores: pd.DataFrame,
    references: Sequence[str],
    draws: int,
    seed: int,
    block_origins: int,
    score: str = "crps_eur_pc",
) -> pd.DataFrame:
    """Skill of every candidate against references, with intervals for overlapping origins and districts.

    Parameters
    ----------
    references : sequence of str
        Candidates to compare with: skill = 1 − score / score of the reference.
    draws : int
        Bootstrap draws: circular blocks of origins, and Kreise drawn with replacement.
    block_origins : int
        Length of the blocks; forecasts of neighbouring origins share years.
    score : str
        Column of the scores, smaller is better.

    Returns
    -------
    DataFrame
        target, candidate, reference, score_eur_pc (mean of the candidate), skill_share, skill_low_share,
        skill_high_share (95 %).
    """
    by = scores.assign(kreis=scores["ags"].str[:5])
    rng = np.random.default_rng(seed)
    rows = []
    for target, part in by.groupby("target"):
        sums = part.pivot_table(index="origin", columns=["candidate", "kreis"], values=score, aggfunc="sum")
        names = sorted(part["candidate"].unique())
        cube = np.stack([sums[name].to_numpy(float) for name in names])
        origins, kreise = cube.shape[1:]
        weight_o = block_counts(origins, block_origins, draws, rng)
        picked = rng.integers(0, kreise, size=(draws, kreise))
        weight_k = np.stack([np.bincount(row, minlength=kreise) for row in picked]).astype(float)
        totals = np.einsum("cok,do,dk->cd", cube, weight_o, weight_k, optimize=True)
        point = cube.sum(axis=(1, 2))
        for i, name in enumerate(names):
            for reference in references:
                j = names.index(reference)
                if i != j:
                    low, high = np.quantile(1 - totals[i] / totals[j], [0.025, 0.975])
                    mean = point[i] / (len(part) / len(names))
                    rows.append((target, name, reference, mean, 1 - point[i] / point[j], low, high))
    columns = [
        "target",
        "candidate",
        "reference",
        "score_eur_pc",
        "skill_share",
        "skill_low_share",
        "skill_high_share",
    ]
    return pd.DataFrame(rows, columns=columns)


def pit_table(scores: pd.DataFrame) -> pd.DataFrame:
    """Share of town-years in ten equal classes of the PIT by candidate and target: flat = well calibrated."""
    known = scores.dropna(subset=["pit"])
    classes = (known["pit"] * PIT_CLASSES).astype(int).clip(upper=PIT_CLASSES - 1)
    grouped = known.assign(pit_class=classes).groupby(["target", "candidate", "pit_class"], as_index=False)
    counted = grouped.agg(n=("ags", "size"))
    counted["share"] = counted["n"] / counted.groupby(["target", "candidate"])["n"].transform("sum")
    return counted.drop(columns="n")


def backtest(towns: TownHistory, params: StressParams, seed: int) -> dict[str, pd.DataFrame]:
    """All rolling origins with every candidate: skill, coverage and PIT.

    Returns
    -------
    dict
        forecast_skill, forecast_coverage, forecast_pit; forecast_levels: skill of the median alone, by its distance
        from the truth, against persistence; forecast_origins: mean CRPS by origin, target, candidate; forecast_run: one
        row with first_origin, last_origin, origins, horizon_years, forecasts (of one candidate and target).
    """
    origins = range(int(towns.years[0]) + FIRST_ORIGIN_AFTER_YEARS, int(towns.years[-1]))
    years = min(params.horizon_years, BACKTEST_YEARS)
    scores = rolling_scores(towns, origins, years, params.backtest_draws, seed, params.block_length)
    by_origin = scores.groupby(["target", "candidate", "origin"])["crps_eur_pc"].mean().reset_index()
    one = scores["candidate"].eq(CHOSEN) & scores["target"].eq(TARGETS[0])
    said = {
        "first_origin": [origins[0]],
        "last_origin": [origins[-1]],
        "origins": [len(origins)],
        "horizon_years": [years],
        "forecasts": [int(one.sum())],
    }
    return {
        "forecast_run": pd.DataFrame(said),
        "forecast_levels": skill_table(scores, (NAIVE,), INTERVAL_DRAWS, seed, years, "error_eur_pc"),
        "forecast_skill": skill_table(scores, (NAIVE, WITHOUT_REVERSION), INTERVAL_DRAWS, seed, years),
        "forecast_coverage": coverage_table(scores),
        "forecast_pit": pit_table(scores),
        "forecast_origins": by_origin,
    }
