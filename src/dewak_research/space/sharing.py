"""Who gets what of a saving that several carriers make together: Shapley value, core and nucleolus.

A game is the saving of every coalition, as an array of ``2^n`` values: entry ``S`` belongs to the carriers whose bits
are set in ``S``, entry 0 (nobody) is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linprog

from dewak_research.errors import InputError, messages

Array = NDArray[np.float64]
MOST_CARRIERS = 10
TOLERANCE = 1e-9
"""Of the largest saving: what two savings may differ by and count as equal."""
_problem = messages(__package__)


def members(carriers: int) -> NDArray[np.bool_]:
    """Return who is in which coalition: array (2^carriers, carriers)."""
    return (np.arange(2**carriers)[:, None] >> np.arange(carriers) & 1).astype(bool)


def savings(carriers: Sequence[str], together: Callable[[tuple[str, ...]], float]) -> Array:
    """Return the saving of every coalition, asking ``together`` once for each that is not empty.

    Raises
    ------
    InputError
        More carriers than ``MOST_CARRIERS``, or one of them twice.
    """
    if len(carriers) > MOST_CARRIERS:
        raise InputError(_problem("too_many_carriers", "carriers", number=len(carriers), most=MOST_CARRIERS))
    if len(set(carriers)) < len(carriers):
        raise InputError(_problem("carrier_twice", "carriers"))
    found = np.zeros(2 ** len(carriers))
    for s, inside in enumerate(members(len(carriers))):
        if s:
            found[s] = together(tuple(name for name, there in zip(carriers, inside, strict=True) if there))
    return found


def _size(value: Array) -> int:
    carriers = int(np.log2(len(value)))
    if 2**carriers != len(value) or carriers < 1 or value[0] != 0.0 or not np.isfinite(value).all():
        raise InputError(_problem("no_game", "coalitions", entries=len(value)))
    return carriers


def shapley(value: Array) -> Array:
    """Return every carrier's mean contribution over all orders of joining (Shapley 1953).

    Parameters
    ----------
    value : array (2^n,)
        Saving of every coalition.

    Returns
    -------
    array (n,)
        Adds up to the saving of all.

    Raises
    ------
    InputError
        The array is no game: not ``2^n`` finite values of which the first is 0.
    """
    n = _size(value)
    inside = members(n)
    size = inside.sum(axis=1)
    weight = np.array([factorial(s) * factorial(n - s - 1) for s in range(n)]) / factorial(n)
    found = np.empty(n)
    for i in range(n):
        without = np.flatnonzero(~inside[:, i])
        found[i] = float(weight[size[without]] @ (value[without | 1 << i] - value[without]))
    return found


def better_alone(value: Array, split: Array) -> Array:
    """Return by how much every coalition would save more by itself than a split gives it; 0 where it would not.

    All 0: the split lies in the core (Gillies 1959), no group has a reason to leave.
    """
    more = value - members(_size(value)) @ split
    return np.where(more > TOLERANCE * max(float(np.abs(value).max()), 1.0), more, 0.0)


def core_is_empty(value: Array) -> bool:
    """Say whether no split at all satisfies every coalition: the least sum that does exceeds the saving of all."""
    n = _size(value)
    proper = members(n)[1:-1].astype(float)
    if not len(proper):
        return False
    least = linprog(np.ones(n), A_ub=-proper, b_ub=-value[1:-1], bounds=(None, None), method="highs")
    return bool(least.fun > value[-1] + TOLERANCE * max(float(np.abs(value).max()), 1.0))


def _rank(rows: Array) -> int:
    return int(np.linalg.matrix_rank(rows)) if len(rows) else 0


def nucleolus(value: Array) -> Array:
    """Return the split whose largest complaint is smallest, then the next, and so on (Schmeidler 1969).

    A complaint is what a coalition would save by itself less what it gets. Linear programmes one after the other
    (Maschler, Peleg and Shapley 1979): coalitions with a positive price keep their complaint from then on.

    Parameters
    ----------
    value : array (2^n,)
        Saving of every coalition; as for :func:`shapley`.

    Returns
    -------
    array (n,)
        Adds up to the saving of all; nobody gets less than he saves alone, where that is possible.
    """
    n = _size(value)
    scale = max(float(np.abs(value).max()), 1.0)
    worth, inside = value / scale, members(n).astype(float)
    fixed, kept = [2**n - 1], [worth[-1]]
    open_ = np.arange(1, 2**n - 1)
    rational = bool(worth[1 << np.arange(n)].sum() <= worth[-1] + TOLERANCE)
    bounds = [(worth[1 << i] if rational else None, None) for i in range(n)] + [(None, None)]
    split = np.full(n, worth[-1] / n)
    while len(open_) and _rank(inside[fixed]) < n:
        found = linprog(
            np.append(np.zeros(n), 1.0),
            A_ub=np.column_stack([-inside[open_], -np.ones(len(open_))]),
            b_ub=-worth[open_],
            A_eq=np.column_stack([inside[fixed], np.zeros(len(fixed))]),
            b_eq=np.array(kept),
            bounds=bounds,
            method="highs",
        )
        split = found.x[:-1]
        tight = open_[found.ineqlin.marginals < -TOLERANCE]
        fixed += [int(s) for s in tight]
        kept += [float(inside[s] @ split) for s in tight]
        rank = _rank(inside[fixed])
        open_ = np.array([s for s in open_ if _rank(inside[[*fixed, s]]) > rank], int)
    near_nothing = np.abs(split) <= TOLERANCE
    found_split: Array = np.where(near_nothing, 0.0, split) * scale
    return found_split


def shares(carriers: Sequence[str], value: Array) -> pd.DataFrame:
    """Return both splits beside what every carrier saves alone and adds last.

    Returns
    -------
    DataFrame
        carrier, alone_eur, adds_last_eur, shapley_eur, nucleolus_eur, better_alone (would save more by itself than the
        Shapley value gives).
    """
    n = len(carriers)
    each = 1 << np.arange(n)
    fair = shapley(value)
    return pd.DataFrame(
        {
            "carrier": list(carriers),
            "alone_eur": value[each],
            "adds_last_eur": value[-1] - value[(2**n - 1) ^ each],
            "shapley_eur": fair,
            "nucleolus_eur": nucleolus(value),
            "better_alone": better_alone(value, fair)[each] > 0.0,
        }
    )


def leaving(carriers: Sequence[str], value: Array, split: Array) -> pd.DataFrame:
    """Return the coalitions that a split gives less than they would save by themselves, the largest reason first.

    Returns
    -------
    DataFrame
        coalition (names joined by " + "), alone_eur, gets_eur, more_eur.
    """
    more, inside = better_alone(value, split), members(len(carriers))
    rows = [
        (" + ".join(np.array(carriers)[inside[s]]), value[s], float(inside[s] @ split), more[s])
        for s in np.flatnonzero(more > 0.0)
    ]
    found = pd.DataFrame(rows, columns=["coalition", "alone_eur", "gets_eur", "more_eur"])
    return found.sort_values(["more_eur", "coalition"], ascending=[False, True], ignore_index=True)
