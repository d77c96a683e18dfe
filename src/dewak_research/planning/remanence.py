"""What stays when need falls, and in which steps a service grows when it rises.

METHODS F.3. When need falls, ``C_t = C_0 · [φ + (1 − φ) · need_t / need_0]``: a share φ of cost stays, because rooms
and contracts do not shrink with the people (evidence on φ contradicts itself, see ``fixed_share`` in the rules). When
need rises, a service grows by whole groups or homes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages

Array = NDArray[np.floating[Any]]
_problem = messages(__package__)


def step_problems(size: Array | float, fixed_share: Array | float, where: str = "steps") -> list[Problem]:
    """Return a fault for a step that is not above 0 and for a remanence outside 0 to 1; missing means no steps."""
    found = []
    sizes, shares = np.atleast_1d(size), np.atleast_1d(fixed_share)
    if (sizes <= 0).any():
        found.append(_problem("step_not_positive", where, value=f"{np.nanmin(sizes):g}"))
    if ((shares < 0) | (shares > 1)).any():
        bad = shares[(shares < 0) | (shares > 1)][0]
        found.append(_problem("share_outside", where, value=f"{bad:g}"))
    return found


def in_steps(need: Array, size: Array | float) -> Array:
    """Return what is provided for when a service grows by whole steps from today's need.

    Parameters
    ----------
    need : array (years, ..., services)
        Need by year; the first year is provided for exactly.
    size : array (services,) or float
        Places of a step; missing where a service grows person by person.

    Returns
    -------
    array as ``need``
        ``need_0 + size · ceil((need_t − need_0) / size)`` above today's need, ``need_t`` below it.
    """
    more = need - need[:1]
    steps = np.where(np.isnan(size), 1.0, size)
    # a hair of rounding must not open a group
    whole = np.where(np.isnan(size), more, steps * np.ceil(np.round(more / steps, 9)))
    provided: Array = np.where(more > 0, need[:1] + whole, need)
    return provided


def with_remanence(provided: Array, fixed_share: Array | float) -> Array:
    """Return the places that are paid for: those provided, and a share of those once provided and not needed any more.

    Parameters
    ----------
    provided : array (years, ..., services)
        From :func:`in_steps`.
    fixed_share : array (services,) or float
        φ, 0 (cost follows need) to 1 (nothing is saved).

    Returns
    -------
    array as ``provided``
        ``provided_t + φ · (max_{u ≤ t} provided_u − provided_t)``.
    """
    most = np.maximum.accumulate(provided, axis=0)
    paid: Array = provided + fixed_share * (most - provided)
    return paid


def paid_for(need: Array, size: Array | float, fixed_share: Array | float) -> Array:
    """Return the places paid for: steps on the way up, remanence on the way down.

    Raises
    ------
    InputError
        Every fault of :func:`step_problems`.
    """
    if problems := step_problems(size, fixed_share):
        raise InputError(problems)
    return with_remanence(in_steps(need, size), fixed_share)
