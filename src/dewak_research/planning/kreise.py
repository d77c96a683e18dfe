"""A Kreis is the sum of its towns: the one place where towns are added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dewak_research.planning.known import KREIS_DIGITS

Array = NDArray[np.floating[Any]]


def sums_of_towns(values: Array, keys: Sequence[str], axis: int) -> Array:
    """Return values in which every Kreis is the sum of its towns.

    Parameters
    ----------
    values : array
        One axis holds the units; what stands at a Kreis is not looked at.
    keys : sequence of str
        Units along that axis: 8 digits a town, 5 a Kreis. A sum with a missing value is missing.
    axis : int
    """
    found = np.moveaxis(np.array(values), axis, 0)
    heads = np.array([key[:KREIS_DIGITS] for key in keys])
    whole = np.array([len(key) == KREIS_DIGITS for key in keys])
    for place in np.flatnonzero(whole).tolist():
        found[place] = found[(heads == keys[place]) & ~whole].sum(axis=0)
    return np.moveaxis(found, 0, axis)


def with_kreise(persons: Array, towns: Sequence[str]) -> tuple[Array, list[str]]:
    """Return towns and Kreise, sorted by key.

    Parameters
    ----------
    persons : array (..., towns, 2, ages)
    towns : sequence of str
        Keys, sorted.

    Returns
    -------
    array (..., units, 2, ages)
    list of str
        Keys: 8 digits a town, 5 a Kreis of several towns.
    """
    names, count = np.unique([town[:KREIS_DIGITS] for town in towns], return_counts=True)
    keys = sorted([*towns, *(str(name) for name in names[count > 1])])
    row = {town: i for i, town in enumerate(towns)}
    return sums_of_towns(persons[..., [row.get(key, 0) for key in keys], :, :], keys, axis=-3), keys
