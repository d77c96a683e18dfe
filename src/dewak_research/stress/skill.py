"""How good the forecast of own taxes is: candidates of the rolling origins side by side, CRPS, coverage and PIT.

Source: Gneiting & Raftery (2007); circular block bootstrap over origins (Politis & Romano 1992), Kreise drawn anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.engines import Engine
from dewak_research.stress.discrimination import block_counts
from dewak_research.stress.own_taxes import TownHistory
from dewak_research.stress.rolling_origins import (
    CHOSEN,
    LEVELS_PCT,
    NAIVE,
    TARGETS,
    WITHOUT_REVERSION,
    rolling_scores,
)

PIT_CLASSES = 10
BACKTEST_YEARS = 5
FIRST_ORIGIN_AFTER_YEARS = 10
INTERVAL_DRAWS = 1_000


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


def backtest(
    towns: TownHistory,
    horizon_years: int,
    draws: int,
    block_years: float,
    seed: int,
    engine: Engine | None = None,
) -> dict[str, pd.DataFrame]:
    """All rolling origins with every candidate: skill, coverage and PIT; parameters as of :func:`rolling_scores`.

    Returns
    -------
    dict
        forecast_skill, forecast_coverage, forecast_pit; forecast_levels: skill of the median alone, by its distance
        from the truth, against persistence; forecast_origins: mean CRPS by origin, target, candidate; forecast_run: one
        row with first_origin, last_origin, origins, horizon_years, forecasts (of one candidate and target).
    """
    origins = range(int(towns.years[0]) + FIRST_ORIGIN_AFTER_YEARS, int(towns.years[-1]))
    years = min(horizon_years, BACKTEST_YEARS)
    scores = rolling_scores(towns, origins, years, draws, seed, block_years, engine)
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
