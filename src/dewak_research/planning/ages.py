"""Single years of age, and the groups of age in which planning counts people.

The groups are the coarsest in which every rate, capacity and published total that the plan uses can be stated:
those of the official population by Kreis, with 75 and older split as the care statistics print it.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

OLDEST = 100
OLD_FROM = 65
AGES = tuple(range(OLDEST + 1))
SEXES = ("male", "female")
GROUPS = (
    *("0-2", "3-5", "6-9", "10-14", "15-17", "18-19", "20-24", "25-29", "30-34", "35-39", "40-44"),
    *("45-49", "50-54", "55-59", "60-64", "65-69", "70-74", "75-79", "80-84", "85-89", "90-94", "95+"),
)


def bounds(group: str) -> tuple[int, int]:
    """Return the first and last single year of age of a group such as ``"6-9"`` or ``"95+"``.

    Raises
    ------
    ValueError
        The text is no group of age, or its ends are no ages from 0 to ``OLDEST`` in order.
    """
    first, _, last = group.removesuffix("+").partition("-")
    ends = int(first), OLDEST if group.endswith("+") else int(last or first)
    if not 0 <= ends[0] <= ends[1] <= OLDEST:
        raise ValueError(f"{group!r} is no group of ages from 0 to {OLDEST}")
    return ends


def membership(groups: Iterable[str] = GROUPS) -> NDArray[np.float64]:
    """Return which age belongs to which group: shape (ages, groups), 1 = belongs, 0 = does not.

    ``persons @ membership()`` adds single years of age (last axis) up to groups.
    """
    ages = np.arange(OLDEST + 1)
    columns = [(ages >= first) & (ages <= last) for first, last in map(bounds, groups)]
    return np.stack(columns, axis=1).astype(float)
