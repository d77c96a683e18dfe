"""Shapley values of a set function, for whoever shares a whole out among its parts.

Source: Shapley (1953): a part's contribution averaged over all orders in which the parts may enter.
"""

from __future__ import annotations

from math import comb

import numpy as np
import numpy.typing as npt


def subset_matrix(players: int) -> npt.NDArray[np.bool_]:
    """Return all subsets as rows, shape (2**players, players); row 0 is empty, the last one is the whole."""
    numbers = np.arange(2**players)[:, None]
    return np.asarray((numbers >> np.arange(players)) & 1, bool)


def shapley_weights(players: int) -> npt.NDArray[np.float64]:
    """Return the matrix that turns the values of all subsets into contributions.

    Returns
    -------
    array of shape (players, 2**players)
        W, so that W @ v are the Shapley values of v, the values in the order of :func:`subset_matrix` (shape
        (2**players,) or (2**players, draws)). They add up to v of the whole minus v of the empty set.
    """
    members = subset_matrix(players).T
    others = members.sum(axis=0) - members
    by_size = np.array([1 / (players * comb(players - 1, size)) for size in range(players)] + [0.0])
    return np.asarray(np.where(members, by_size[others], -by_size[others]), float)
