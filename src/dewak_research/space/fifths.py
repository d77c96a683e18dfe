"""Where units lie in the people ordered by need, and in which fifth of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
FIFTHS = 5


def ranks(need: Array, people: Array) -> Array:
    """Return where in the people, ordered by need, every unit lies: the middle of its people, from 0 to 1.

    Parameters
    ----------
    need : array (units,)
        Equal needs share one rank.
    people : array (units,) or (draws, units)

    Returns
    -------
    array like ``people``
    """
    values, group = np.unique(need, return_inverse=True)
    weight = np.atleast_2d(people)
    summed = np.zeros((len(weight), len(values)))
    np.add.at(summed.T, group, weight.T)
    middle = (np.cumsum(summed, axis=1) - summed / 2.0) / summed.sum(axis=1, keepdims=True)
    found: Array = middle[:, group].reshape(np.shape(people))
    return found


def fifths(need: Array, people: Array) -> NDArray[np.int_]:
    """Return in which fifth of the people, ordered by need, every unit lies: 1 (least) to 5 (most)."""
    found: NDArray[np.int_] = np.minimum((ranks(need, people) * FIFTHS).astype(int), FIFTHS - 1) + 1
    return found
