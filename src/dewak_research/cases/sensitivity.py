"""How far does a ranking hold? Weights, scores, criteria, methods and added alternatives are moved.

Method: METHODS E.4 (a)–(f). SMAA: Lahdelma, Hokkanen & Salminen 1998; Lahdelma & Salminen 2001.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.library import triangular
from dewak_research.cases.mcda import METHODS, Comparison, additive, middle, ranking, ranks, winners

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Acceptability:
    """Result of a stochastic acceptability analysis (SMAA).

    Parameters
    ----------
    rank_share : DataFrame
        alternative × rank (1 …): share of all draws; rows sum to one. Ties share the draw equally.
    central_weights : DataFrame
        alternative × criterion: mean weights of the draws that the alternative wins; NaN where it never wins.
    summary : DataFrame
        alternative, first_share, confidence_share (share of score draws it wins with its central weights).
    """

    rank_share: pd.DataFrame
    central_weights: pd.DataFrame
    summary: pd.DataFrame


def random_weights(criteria: int, draws: int, rng: np.random.Generator) -> Floats:
    """Return ``draws`` weightings drawn evenly from all possible ones (Dirichlet with ones)."""
    return np.asarray(rng.dirichlet(np.ones(criteria), draws))


def random_values(comparison: Comparison, draws: int, rng: np.random.Generator) -> Floats:
    """Return draws × alternatives × criteria of values: triangular, uniform where the score is unknown."""
    low, mode, high = comparison.value_bounds()
    shape, unknown = (draws, *low.shape), np.isnan(mode)
    out = triangular(low, np.clip(np.where(unknown, low, mode), low, high), high, shape, rng)
    return np.where(unknown, rng.uniform(low, high, shape), out) if unknown.any() else out


def _rank_shares(utilities: Floats) -> Floats:
    """Share of draws per alternative and rank; equal utilities split their ranks evenly."""
    draws, n = utilities.shape
    rounded = np.round(utilities, 12)
    better = (rounded[:, None, :] > rounded[:, :, None]).sum(axis=2)
    equal = (rounded[:, None, :] == rounded[:, :, None]).sum(axis=2)
    out = np.zeros((n, n))
    for rank in range(n):
        holds = (better <= rank) & (rank < better + equal)
        out[:, rank] = np.where(holds, 1.0 / equal, 0.0).sum(axis=0) / draws
    return out


def acceptability(comparison: Comparison, draws: int, seed: int) -> Acceptability:
    """Return rank acceptability, central weights and confidence of every alternative (SMAA-2).

    Parameters
    ----------
    draws : int
        Random weightings; each meets its own draw of the scores.
    """
    rng = np.random.default_rng(seed)
    names, criteria = list(comparison.mode.index), list(comparison.criteria.index)
    weights = random_weights(len(criteria), draws, rng)
    values = random_values(comparison, draws, rng)
    utilities = np.einsum("dac,dc->da", values, weights)
    shares = _rank_shares(utilities)
    best = utilities.argmax(axis=1)
    centre = np.full((len(names), len(criteria)), np.nan)
    confidence = np.full(len(names), np.nan)
    for i in range(len(names)):
        if (best == i).any():
            centre[i] = weights[best == i].mean(axis=0)
            confidence[i] = float(((values @ centre[i]).argmax(axis=1) == i).mean())
    rank_names = pd.RangeIndex(1, len(names) + 1, name="rank")
    index = pd.Index(names, name="alternative")
    summary = pd.DataFrame({"first_share": shares[:, 0], "confidence_share": confidence}, index=index)
    return Acceptability(
        rank_share=pd.DataFrame(shares, index=index, columns=rank_names),
        central_weights=pd.DataFrame(centre, index=index, columns=criteria),
        summary=summary.reset_index(),
    )


def weight_stability(comparison: Comparison) -> pd.DataFrame:
    """Return, per criterion, between which weights the winner stays first (others rescaled in proportion).

    Returns
    -------
    DataFrame
        criterion, weight, low, high (interval around the weight), rival_low, rival_high (who takes over
        beyond it; empty string where nobody does). Exact: the additive value is linear in one weight.
    """
    values, w = middle(comparison), comparison.weights
    names = np.asarray(comparison.mode.index, dtype=object)
    utility = additive(values, w)
    winner = int(np.argmax(utility))
    rows = []
    for k, criterion in enumerate(comparison.criteria.index):
        others = np.delete(np.arange(len(w)), k)
        rest = w[others].sum()
        relative = w[others] / rest if rest > 0 else np.full(len(others), 1 / max(len(others), 1))
        base = values[:, others] @ relative
        lead_at_zero = base[winner] - base
        lead_at_one = values[winner, k] - values[:, k]
        low, high, rival_low, rival_high = 0.0, 1.0, "", ""
        for i in range(len(names)):
            slope = lead_at_one[i] - lead_at_zero[i]
            if i == winner or abs(slope) < 1e-12:
                continue
            crossing = float(-lead_at_zero[i] / slope)
            if slope > 0 and crossing <= w[k] + 1e-12 and crossing > low:
                low, rival_low = min(crossing, float(w[k])), str(names[i])
            if slope < 0 and crossing >= w[k] - 1e-12 and crossing < high:
                high, rival_high = max(crossing, float(w[k])), str(names[i])
        rows.append((criterion, float(w[k]), low, high, rival_low, rival_high))
    columns = ["criterion", "weight", "low", "high", "rival_low", "rival_high"]
    return pd.DataFrame(rows, columns=columns)


def leave_one_out(comparison: Comparison) -> pd.DataFrame:
    """Return the winner without each criterion, and whether it is still one of the winners with all."""
    full = set(winners(comparison))
    rows = []
    for criterion in comparison.criteria.index:
        found = winners(comparison.without(criterion))
        rows.append((criterion, ", ".join(found), bool(full & set(found))))
    return pd.DataFrame(rows, columns=["left_out", "winner", "same"])


def rank_reversal(comparison: Comparison) -> pd.DataFrame:
    """Return, per method and alternative, whether adding a slightly worse copy of it changes the order.

    The copy is dominated by its original in every criterion; a method that then ranks the old alternatives
    differently reverses ranks (additive values with fixed anchors cannot).
    """
    values, w = middle(comparison), comparison.weights
    rows = []
    for name, method in METHODS.items():
        before = ranks(np.round(method(values, w), 12))
        for i, alternative in enumerate(comparison.mode.index):
            copy = np.clip(values[i] - 0.02, 0.0, 1.0)
            after = ranks(np.round(method(np.vstack([values, copy]), w)[:-1], 12))
            first = set(np.flatnonzero(before == 1)) == set(np.flatnonzero(after == 1))
            rows.append((name, alternative, bool((before != after).any()), not first))
    return pd.DataFrame(rows, columns=["method", "copied", "order_changes", "winner_changes"])


def verdict(comparison: Comparison, found: Acceptability) -> dict[str, str | float]:
    """Return the parts of the sentence “A is best for x % of all weightings; it loses if …”.

    Returns
    -------
    dict
        best, first_share, runner_up, runner_up_share, base_winner (with the stated weights), and the nearest
        change of one weight that costs the base winner its place: rival, criterion, weight, threshold, side
        ("above", "below", or "never" where no single weight does).
    """
    order = found.summary.sort_values(["first_share", "alternative"], ascending=[False, True])
    stability = weight_stability(comparison)
    ends: list[tuple[float, str, float, float, str, str]] = []
    for row in stability.to_dict("records"):
        for end, side in (("low", "below"), ("high", "above")):
            if row[f"rival_{end}"]:
                now, then = float(row["weight"]), float(row[end])
                ends.append(
                    (abs(then - now), str(row["criterion"]), now, then, side, str(row[f"rival_{end}"]))
                )
    nothing = (0.0, "", 0.0, 0.0, "never", "")
    _, criterion, weight, threshold, side, rival = min(ends, default=nothing)
    return {
        "best": str(order["alternative"].iloc[0]),
        "first_share": float(order["first_share"].iloc[0]),
        "runner_up": str(order["alternative"].iloc[1]),
        "runner_up_share": float(order["first_share"].iloc[1]),
        "base_winner": str(ranking(comparison)["alternative"].iloc[0]),
        "rival": rival,
        "criterion": criterion,
        "weight": weight,
        "threshold": threshold,
        "side": side,
    }
