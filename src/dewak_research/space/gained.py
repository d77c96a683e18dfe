"""What every place of a town would bring: who reaches one only by it, and how many of them live in deprived districts.

The share in deprived districts is 0 where nobody is gained: no gain there either. Reach and detour have ranges; the
ends of a result are the least and most over all combinations of their ends, for more reach is not always more gain:
what exists reaches further, too.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError
from dewak_research.space.access import Array
from dewak_research.space.distances import air_line_km, coordinate_problems
from dewak_research.space.fifths import fifths
from dewak_research.space.sites import gains, with_one_more

NEEDY_FIFTH = 4
"""The fourth and fifth fifth of the people are the two most deprived (criterion C8)."""
Triple = tuple[float, float, float]


def deprived(districts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return which districts are in the two most deprived fifths: as given, or by their score among the people."""
    given = districts["fifth"].to_numpy(float)
    if np.isnan(given).any():
        given = fifths(districts["need"].to_numpy(float), districts["people"].to_numpy(float)).astype(float)
    return np.asarray(given >= NEEDY_FIFTH)


def air_lines(districts: pd.DataFrame, places: pd.DataFrame) -> Array:
    """Return air lines, kilometres, array (districts, places).

    Raises
    ------
    InputError
        Degrees that look swapped, like metres of a map grid, or lie outside Germany; each with its line.
    """
    if districts["longitude"].isna().all():
        one, other = (frame[["east_km", "north_km"]].to_numpy(float) for frame in (districts, places))
        found: Array = np.linalg.norm(one[:, None] - other[None], axis=2)
        return found
    problems = [
        problem
        for frame in (districts, places)
        for number in range(len(frame))
        for problem in coordinate_problems(frame.iloc[[number]], str(frame["where"].iloc[number]))
    ]
    if problems:
        raise InputError(problems)
    return air_line_km(districts, places)


def gained(
    districts: pd.DataFrame,
    places: pd.DataFrame,
    minutes: pd.DataFrame | None,
    reach: Triple,
    detour: Triple,
) -> pd.DataFrame:
    """Return what each place would bring as one more beside those that exist.

    Parameters
    ----------
    districts : DataFrame
        people (above 0), need (0–1) or fifth (1–5), longitude and latitude or east_km and north_km, where (text for
        messages).
    places : DataFrame
        The same coordinates, exists (bool), where.
    minutes : DataFrame, optional
        districts × places; then coordinates and detour are not used.
    reach, detour : tuple of float
        low, middle, high: kilometres or minutes that count as reach; way over air line.

    Returns
    -------
    DataFrame
        Index of the places: persons_gained, persons_gained_low, persons_gained_high (C7), deprived_share,
        deprived_share_low, deprived_share_high (C8, 0–1), reached_share (of all people, with it), mean_way (of all
        people to the nearest, with it; kilometres or minutes).

    Raises
    ------
    InputError
        See :func:`air_lines`.
    """
    people = districts["people"].to_numpy(float)
    line = air_lines(districts, places) if minutes is None else minutes[places.index].to_numpy(float)
    factors = detour if minutes is None else (1.0, 1.0, 1.0)
    existing = np.flatnonzero(places["exists"].to_numpy(bool)).tolist()
    poor = deprived(districts)

    def at(within: float, factor: float) -> Array:
        found = gains(people, line * factor, within, existing, poor)
        return found[["persons_gained", "deprived_share"]].fillna({"deprived_share": 0.0}).to_numpy(float)

    middle = at(reach[1], factors[1])
    every = np.array([at(within, factor) for within, factor in product(reach, factors)])
    low, high = every.min(axis=0), every.max(axis=0)
    columns = {
        f"{name}{end}": values[:, number]
        for number, name in enumerate(("persons_gained", "deprived_share"))
        for end, values in (("", middle), ("_low", low), ("_high", high))
    }
    reached, way = with_one_more(people, line * factors[1], reach[1], existing)
    return pd.DataFrame({**columns, "reached_share": reached, "mean_way": way}, index=places.index)
