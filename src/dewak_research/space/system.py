"""Space and society seen together: who needs most and reaches least, and how unequally access lies along need.

METHODS G.2. Need and access are given per unit; people are the weight. Nothing here says that need causes access.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.disparities.inequality import limits
from dewak_research.errors import InputError, messages
from dewak_research.space.fifths import FIFTHS, fifths, ranks

Array = NDArray[np.float64]
QUADRANTS = (
    "needs_much_reaches_little",
    "needs_much_reaches_much",
    "needs_little_reaches_little",
    "needs_little_reaches_much",
)
_problem = messages(__package__)


def _known(*columns: Array) -> None:
    gaps = sum(int(np.isnan(column).sum()) for column in columns)
    if gaps or min(len(column) for column in columns) < FIFTHS:
        raise InputError(_problem("need_or_access_missing", "system", gaps=gaps, least=FIFTHS))


def concentration(access: Array, need: Array, people: Array) -> Array:
    """Return the concentration index of access along need: ``2 cov(A, R) / μ`` (Kakwani, Wagstaff, van Doorslaer 1997).

    Above 0: access lies with those who need most; below 0: with those who need least; 0: it does not follow need.

    Parameters
    ----------
    access, need : array (units,)
        Access 0 or more.
    people : array (units,) or (draws, units)

    Returns
    -------
    array (draws,)
        One value for one set of weights.
    """
    _known(access, need)
    weight = np.atleast_2d(people)
    share = weight / weight.sum(axis=1, keepdims=True)
    mean = share @ access
    rank = np.atleast_2d(ranks(need, weight))
    covariance = (share * rank) @ access - (share * rank).sum(axis=1) * mean
    found: Array = 2.0 * covariance / mean
    return found


def gap(access: Array, need: Array, people: Array) -> Array:
    """Return mean access of the neediest fifth of the people over that of the least needy fifth.

    Returns
    -------
    array (draws,)
        1: the same access; below 1: the neediest reach less. Missing where the least needy fifth reaches nothing.
    """
    _known(access, need)
    weight = np.atleast_2d(people)
    fifth = np.atleast_2d(fifths(need, weight))

    def mean(of: int) -> Array:
        inside = weight * (fifth == of)
        total: Array = inside.sum(axis=1)
        found: Array = np.divide(inside @ access, total, out=np.full(len(weight), np.nan), where=total > 0)
        return found

    least = mean(1)
    found: Array = np.divide(mean(FIFTHS), least, out=np.full(len(weight), np.nan), where=least > 0)
    return found


def equity(access: Array, need: Array, people: Array, counts: Array) -> pd.DataFrame:
    """Return concentration index and gap with intervals from drawn units.

    Parameters
    ----------
    access, need, people : array (units,)
    counts : array (draws, units)
        How often each unit is drawn.

    Returns
    -------
    DataFrame
        measure (concentration_index, equity_gap), value, low, high (95 % of the draws).
    """
    rows = []
    for name, measure in (("concentration_index", concentration), ("equity_gap", gap)):
        drawn = measure(access, need, people * counts)
        low, high = limits(drawn[np.isfinite(drawn)])
        rows.append((name, float(measure(access, need, people)[0]), float(low), float(high)))
    return pd.DataFrame(rows, columns=["measure", "value", "low", "high"])


def middle(values: Array, people: Array) -> float:
    """Return the value that half of the people lie at or below."""
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(people[order])
    return float(values[order][np.searchsorted(upto, upto[-1] / 2.0)])


def quadrants(need: Array, access: Array, people: Array) -> NDArray[np.str_]:
    """Return for every unit whether it needs and reaches more or less than the middle of the people.

    Returns
    -------
    array (units,)
        One of ``QUADRANTS``.
    """
    _known(need, access)
    much, far = need > middle(need, people), access <= middle(access, people)
    position = 2 * (~much).astype(int) + (~far).astype(int)
    found: NDArray[np.str_] = np.array(QUADRANTS)[position]
    return found


def steady(need: Array, versions: Mapping[str, Array], people: Array) -> pd.DataFrame:
    """Return the quadrant of every unit under the first way to measure access, and under how many it stays.

    Parameters
    ----------
    need, people : array (units,)
    versions : mapping of str to array (units,)
        Ways to measure access; the first is the one that is shown.

    Returns
    -------
    DataFrame
        quadrant, same_share (share of the other versions that give the same; missing where there is no other), in the
        order of the units.
    """
    shown, *others = [quadrants(need, access, people) for access in versions.values()]
    same = np.mean([one == shown for one in others], axis=0) if others else np.full(len(shown), np.nan)
    return pd.DataFrame({"quadrant": shown, "same_share": same})
