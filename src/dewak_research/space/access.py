"""Who reaches what: nearest place, places within reach, and places shared among all who reach them.

METHODS G.1. Ways are a list of pairs (where people live, where the place is, minutes or kilometres); a pair that is not
in the list is out of reach. Two-step floating catchment areas (Luo and Wang 2003) with weights by zone (Luo and Qi
2009) or a Gaussian decay (Dai 2010).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages

Array = NDArray[np.float64]
Ints = NDArray[np.int_]
Decay = Callable[[Array], Array]
_problem = messages(__package__)


@dataclass(frozen=True)
class Ways:
    """Pairs of home and place with what the way costs; every pair at most once.

    ``home`` and ``place`` are positions, ``cost`` minutes or kilometres; ``homes`` and ``places`` how many there are.
    """

    home: Ints
    place: Ints
    cost: Array
    homes: int
    places: int


def within(reach: float) -> Decay:
    """Count every place up to a reach in full, none beyond."""
    return lambda cost: (cost <= reach).astype(float)


def zones(ends: tuple[float, ...], weights: tuple[float, ...]) -> Decay:
    """Weight places by zone: the first weight up to the first end, and so on; none beyond the last."""
    steps = np.append(np.asarray(weights, float), 0.0)
    return lambda cost: steps[np.searchsorted(np.asarray(ends, float), cost)]


def gaussian(reach: float) -> Decay:
    """Let the weight fall from 1 at home to 0 at the reach, as ``(exp(−½(c/C)²) − exp(−½)) / (1 − exp(−½))``."""
    floor = np.exp(-0.5)

    def weight(cost: Array) -> Array:
        found = (np.exp(-0.5 * (cost / reach) ** 2) - floor) / (1.0 - floor)
        return np.where(cost <= reach, found, 0.0)

    return weight


def _known(ways: Ways, **columns: tuple[Array, int]) -> None:
    """Refuse ways and numbers that are missing, below 0 or not as many as places; all of it at once."""
    found: list[Problem] = []
    if (gaps := int(np.isnan(ways.cost).sum())) or (ways.cost < 0.0).any():
        found.append(_problem("distance_gap", "ways", gaps=gaps))
    for key, (values, rows) in columns.items():
        if (gaps := int((~np.isfinite(values) | (values < 0.0)).sum())) or len(values) != rows:
            found.append(_problem(f"{key}_gap", key, gaps=gaps, people=len(values), rows=rows))
    if found:
        raise InputError(found)


def nearest(ways: Ways) -> Array:
    """Return the way to the nearest place for every home; infinite where there is none.

    Returns
    -------
    array (homes,)
    """
    found = np.full(ways.homes, np.inf)
    np.minimum.at(found, ways.home, ways.cost)
    return found


def reached(ways: Ways, supply: Array, decay: Decay) -> Array:
    """Return what every home reaches, regardless of who else uses it.

    Parameters
    ----------
    ways : Ways
    supply : array (places,)
        Places offered, seats, hours; 1 for a count.
    decay : callable
        :func:`within`, :func:`zones` or :func:`gaussian`.

    Returns
    -------
    array (homes,)
    """
    _known(ways, supply=(supply, ways.places))
    found: Array = np.bincount(ways.home, decay(ways.cost) * supply[ways.place], ways.homes).astype(float)
    return found


def _users(ways: Ways, people: Array, weight: Array) -> Array:
    """People who reach every place, weighted by the way."""
    found: Array = np.bincount(ways.place, weight * people[ways.home], ways.places).astype(float)
    return found


def unreached(ways: Ways, people: Array, decay: Decay) -> Ints:
    """Return the positions of places that nobody reaches."""
    return np.flatnonzero(_users(ways, people, decay(ways.cost)) <= 0.0)


def shared_access(ways: Ways, people: Array, supply: Array, decay: Decay) -> Array:
    """Return supply per person that every home reaches, shared among all who reach it (two-step floating catchment).

    First step: supply of a place over all people who reach it, weighted by the way. Second step: the sum of these over
    the places that a home reaches, with the same weights.

    Parameters
    ----------
    ways, decay
        As for :func:`reached`.
    people : array (homes,)
        Persons who may use the places.
    supply : array (places,)

    Returns
    -------
    array (homes,)
        Weighted with people it adds up to the whole supply.

    Raises
    ------
    InputError
        Nobody reaches a place that has supply: its supply would belong to no one. A way, people or a supply is missing
        or below 0, or there are not as many as places.
    """
    _known(ways, people=(people, ways.homes), supply=(supply, ways.places))
    weight = decay(ways.cost)
    users = _users(ways, people, weight)
    lost = np.flatnonzero((users <= 0.0) & (supply > 0.0))
    if len(lost):
        listed = ", ".join(str(i + 1) for i in lost[:20])
        raise InputError(_problem("place_unreached", "places", n=len(lost), rows=listed))
    ratio = np.divide(supply, users, out=np.zeros(ways.places), where=users > 0.0)
    found: Array = np.bincount(ways.home, weight * ratio[ways.place], ways.homes).astype(float)
    return found
