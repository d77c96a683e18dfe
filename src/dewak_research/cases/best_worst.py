"""Best–worst method: weights from 2n − 3 comparisons instead of all pairs, and how far they contradict each other.

The most important criterion is compared with all others, all others with the least important. Linear model of Rezaei
(2016): the largest deviation from the stated ratios is made as small as possible. Consistency of the answers:
input-based ratio of Liang, Brunelli & Rezaei (2020), known before any weight is computed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
BEST_WORST_LIMIT = 0.20
"""From this input-based ratio on, the clashing answer is named [P]; 0 is full consistency, 1 most contradictory."""


def _checked(best_to_others: ArrayLike, others_to_worst: ArrayLike) -> tuple[Floats, Floats]:
    best_over, over_worst = (np.asarray(v, dtype=np.float64) for v in (best_to_others, others_to_worst))
    if best_over.shape != over_worst.shape or best_over.ndim != 1 or best_over.size < 2:
        raise ValueError("both vectors compare the same two or more criteria")
    if (best_over < 1).any() or (over_worst < 1).any() or (best_over > 9).any() or (over_worst > 9).any():
        raise ValueError("comparisons lie between 1 and 9")
    return best_over, over_worst


def best_worst_weights(
    best_to_others: Sequence[float], others_to_worst: Sequence[float], best: int, worst: int
) -> tuple[Floats, float]:
    """Return the weights and the largest deviation.

    Parameters
    ----------
    best_to_others : sequence of float, n ≥ 2
        How many times the best criterion counts more than each (1–9; 1 for itself).
    others_to_worst : sequence of float
        How many times each counts more than the worst criterion (1–9; 1 for itself).
    best, worst : int
        Positions of the two; different.

    Returns
    -------
    tuple
        weights (sum 1, none negative), ξ = max |w_best − a_j w_j|, |w_j − b_j w_worst| (0 = consistent).
    """
    from scipy.optimize import linprog

    over, under = _checked(best_to_others, others_to_worst)
    if best == worst:
        raise ValueError("the best and the worst criterion are two")
    if over[best] != 1 or under[worst] != 1:
        raise ValueError("a criterion compared with itself is 1")
    n = over.size
    unit = np.eye(n)
    gaps = np.vstack([unit[best] - over[:, None] * unit, unit - under[:, None] * unit[worst]])
    bounded = np.vstack([np.c_[gaps, -np.ones(2 * n)], np.c_[-gaps, -np.ones(2 * n)]])
    found = linprog(
        np.r_[np.zeros(n), 1.0],
        A_ub=bounded,
        b_ub=np.zeros(4 * n),
        A_eq=[np.r_[np.ones(n), 0.0]],
        b_eq=[1.0],
        bounds=[(0, None)] * (n + 1),
        method="highs",
    )
    return np.asarray(found.x[:n]), float(found.x[n])


def input_consistency(
    best_to_others: Sequence[float], others_to_worst: Sequence[float], worst: int
) -> tuple[float, int]:
    """Return the input-based consistency ratio and the position of the criterion that clashes most.

    max_j |a_j b_j − a_W| / (a_W² − a_W) with a_W = best over worst; 0 where the best counts as much as the worst and
    every other agrees.
    """
    over, under = _checked(best_to_others, others_to_worst)
    span = over[worst] ** 2 - over[worst]
    clash = np.abs(over * under - over[worst])
    if span == 0:
        return (0.0 if not clash.any() else 1.0), int(clash.argmax())
    return float(clash.max() / span), int(clash.argmax())
