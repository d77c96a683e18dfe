"""Which model fits best? Multi-criteria comparison with fixed anchors by three methods.

Method: METHODS E.4. Scores become values between 0 (worst anchor) and 1 (best anchor); the anchors are part
of the question and do not move with the alternatives, which keeps the additive ranking free of reversals.
The methods are pymcdm's: additive weighting (WSM), TOPSIS, PROMETHEE II.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import kendalltau

Floats = NDArray[np.float64]
INDIFFERENCE = 0.05
PREFERENCE = 0.30
"""PROMETHEE thresholds in value units: differences up to q count nothing, from p on fully [P]."""
TIE = 1e-9


@dataclass(frozen=True)
class Comparison:
    """Alternatives, criteria, scores and weights of one decision.

    Parameters
    ----------
    low, mode, high : DataFrame
        Scores, alternatives × criteria, in the unit of each criterion; NaN in all three = not known.
    criteria : DataFrame
        Index as the columns of ``mode``: worst, best (anchors; best < worst for a cost), weight (sum 1).
    """

    low: pd.DataFrame
    mode: pd.DataFrame
    high: pd.DataFrame
    criteria: pd.DataFrame

    def __post_init__(self) -> None:
        if len(self.mode) < 2:
            raise ValueError("a comparison needs at least two alternatives")
        if not np.isclose(self.criteria["weight"].sum(), 1.0, atol=1e-6):
            raise ValueError(f"weights sum to {self.criteria['weight'].sum():.4f}, not to 1")
        if (self.criteria["weight"] < 0).any():
            raise ValueError("weights must not be negative")
        if (self.criteria["worst"] == self.criteria["best"]).any():
            raise ValueError("a criterion needs two different anchors")
        if list(self.mode.columns) != list(self.criteria.index):
            raise ValueError("scores and criteria name different criteria")

    @property
    def weights(self) -> Floats:
        """Weights in the order of the criteria."""
        return self.criteria["weight"].to_numpy(dtype=np.float64)

    def value_bounds(self) -> tuple[Floats, Floats, Floats]:
        """Return lower, modal and upper values in [0, 1], alternatives × criteria.

        A score that is not known spans the whole scale (0 to 1, mode NaN): an interval, never a zero.
        """
        first, last = (anchored(frame, self.criteria) for frame in (self.low, self.high))
        mode = anchored(self.mode, self.criteria)
        low, high = np.fmin(first, last), np.fmax(first, last)
        unknown = np.isnan(mode)
        return np.where(unknown, 0.0, low), mode, np.where(unknown, 1.0, high)

    def without(self, criterion: str) -> Comparison:
        """Return the comparison without one criterion, the other weights rescaled."""
        kept = self.criteria.drop(index=criterion)
        kept = kept.assign(weight=kept["weight"] / kept["weight"].sum())
        low, mode, high = (frame.drop(columns=criterion) for frame in (self.low, self.mode, self.high))
        return Comparison(low, mode, high, kept)


def anchored(scores: pd.DataFrame, criteria: pd.DataFrame) -> Floats:
    """Return values between the fixed anchors: 0 at worst, 1 at best; outside them is an error."""
    worst, best = criteria["worst"].to_numpy(float), criteria["best"].to_numpy(float)
    values = (scores.to_numpy(dtype=np.float64) - worst) / (best - worst)
    if (values < -TIE).any() or (values > 1 + TIE).any():
        row, column = np.argwhere((values < -TIE) | (values > 1 + TIE))[0]
        raise ValueError(f"score of {scores.index[row]} in {scores.columns[column]} lies outside its anchors")
    return np.asarray(np.clip(values, 0.0, 1.0), dtype=np.float64)


def middle(comparison: Comparison) -> Floats:
    """Return modal values; an unknown one stands at the middle of its interval (only for a point ranking)."""
    low, mode, high = comparison.value_bounds()
    return np.where(np.isnan(mode), (low + high) / 2, mode)


def additive(values: Floats, weights: Floats) -> Floats:
    """Return U_a = Σ w_k v_k(x_ak), in [0, 1]."""
    return values @ weights


def topsis(values: Floats, weights: Floats) -> Floats:
    """Return TOPSIS closeness with the anchors as ideal and anti-ideal (two more rows 1 and 0), in [0, 1]."""
    from pymcdm.methods import TOPSIS  # brings a plotting library: only where it is used

    k = values.shape[1]
    framed = np.vstack([values, np.ones(k), np.zeros(k)])
    found = TOPSIS(normalization_function=_as_is)(framed, weights, np.ones(k), validation=False)
    return np.asarray(found, dtype=np.float64)[: len(values)]


def promethee(values: Floats, weights: Floats) -> Floats:
    """Return the PROMETHEE II net flow, linear preference between the thresholds, in [−1, 1]."""
    from pymcdm.methods import PROMETHEE_II  # as above

    k = values.shape[1]
    method = PROMETHEE_II("vshape_2", p=np.full(k, PREFERENCE), q=np.full(k, INDIFFERENCE))
    return np.asarray(method(values, weights, np.ones(k), validation=False), dtype=np.float64)


METHODS = {"additive": additive, "topsis": topsis, "promethee": promethee}


def _as_is(column: Floats, cost: bool = False) -> Floats:
    """Leave values as they are: the anchors have already put them on one scale."""
    return column


def ranks(scores: Floats) -> NDArray[np.int64]:
    """Return ranks, 1 = best; equal scores share the better rank."""
    return np.array([1 + int((scores > s + TIE).sum()) for s in scores], dtype=np.int64)


def ranking(comparison: Comparison) -> pd.DataFrame:
    """Return score and rank of every alternative by each method, and the interval of the additive value.

    Returns
    -------
    DataFrame
        alternative, then ``<method>_score`` and ``<method>_rank``, additive_low, additive_high (all scores at
        their worse or better end). Sorted by additive rank, then name; ties share a rank.
    """
    low, _, high = comparison.value_bounds()
    values, w = middle(comparison), comparison.weights
    out = pd.DataFrame({"alternative": comparison.mode.index})
    for name, method in METHODS.items():
        out[f"{name}_score"] = method(values, w)
        out[f"{name}_rank"] = ranks(out[f"{name}_score"].to_numpy())
    out["additive_low"], out["additive_high"] = additive(low, w), additive(high, w)
    return out.sort_values(["additive_rank", "alternative"], ignore_index=True)


def winners(comparison: Comparison) -> list[str]:
    """Return the alternative(s) first by additive value; several = a tie."""
    table = ranking(comparison)
    return table.loc[table["additive_rank"] == 1, "alternative"].tolist()


def agreement(comparison: Comparison) -> pd.DataFrame:
    """Return Kendall's τ between each pair of methods: first, second, kendall_tau."""
    values, w = middle(comparison), comparison.weights
    scores = {name: method(values, w) for name, method in METHODS.items()}
    rows = [
        (first, second, float(kendalltau(scores[first], scores[second]).statistic))
        for first, second in combinations(METHODS, 2)
    ]
    return pd.DataFrame(rows, columns=["first", "second", "kendall_tau"])
