"""Ways between homes and places: as the crow flies with a detour factor, or from a table of minutes.

Coordinates are degrees of longitude and latitude (WGS 84); what looks swapped, or like metres of a map grid, is said.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages
from dewak_research.space.access import Ways

Array = NDArray[np.float64]
EARTH_KM = 6371.0088
"""Mean radius of the earth (IUGG)."""
LONGITUDES = (5.5, 15.5)
LATITUDES = (47.0, 55.2)
"""Germany."""
_NAMED = 20
_problem = messages(__package__)


def coordinate_problems(
    points: pd.DataFrame, where: str, rows: NDArray[np.int_] | None = None
) -> list[Problem]:
    """Return what is wrong with coordinates: missing, swapped, metres of a map grid, or outside Germany.

    Parameters
    ----------
    points : DataFrame
        longitude, latitude.
    where : str
        File or sheet, named in the messages.
    rows : int array, optional
        Numbers of the points in their table; without them they are counted from 1.
    """
    x, y = points["longitude"].to_numpy(float), points["latitude"].to_numpy(float)

    def between(values: Array, bounds: tuple[float, float]) -> NDArray[np.bool_]:
        return np.asarray((values >= bounds[0]) & (values <= bounds[1]))

    gap = np.isnan(x) | np.isnan(y)
    right = between(x, LONGITUDES) & between(y, LATITUDES)
    swapped = between(y, LONGITUDES) & between(x, LATITUDES)
    metres = (np.abs(x) > 1e4) & (np.abs(y) > 1e4)
    kinds = {
        "coordinates_missing": gap,
        "coordinates_swapped": swapped & ~right,
        "coordinates_metres": metres,
        "coordinates_outside": ~(gap | right | swapped | metres),
    }
    numbers = np.arange(1, len(points) + 1) if rows is None else rows
    found = []
    for key, wrong in kinds.items():
        if wrong.any():
            at = np.flatnonzero(wrong)
            listed = ", ".join(str(one) for one in numbers[at[:_NAMED]])
            first = f"{x[at[0]]:g}; {y[at[0]]:g}"
            found.append(_problem(key, where, n=len(at), rows=listed, first=first))
    return found


def _on_sphere(points: pd.DataFrame) -> Array:
    x, y = np.radians(points["longitude"].to_numpy(float)), np.radians(points["latitude"].to_numpy(float))
    return np.column_stack([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])


def air_line_km(one: pd.DataFrame, other: pd.DataFrame) -> Array:
    """Return great-circle distances: array (len(one), len(other))."""
    chord = np.linalg.norm(_on_sphere(one)[:, None] - _on_sphere(other)[None], axis=2)
    found: Array = 2.0 * EARTH_KM * np.arcsin(np.clip(chord / 2.0, 0.0, 1.0))
    return found


def ways_by_air(homes: pd.DataFrame, places: pd.DataFrame, reach_km: float, detour: float) -> Ways:
    """Return the ways up to a reach: air line times a detour factor.

    Parameters
    ----------
    homes, places : DataFrame
        longitude, latitude.
    reach_km : float
        Longest way that is looked at, detour included.
    detour : float
        Way over air line, 1 or more; an assumption.

    Returns
    -------
    Ways
        Kilometres, sorted by home and place.

    Raises
    ------
    InputError
        Every fault of the coordinates, or a detour factor below 1.
    """
    problems = coordinate_problems(homes, "homes") + coordinate_problems(places, "places")
    if not detour >= 1.0:
        problems.append(_problem("detour", "detour", value=f"{detour:g}"))
    if problems:
        raise InputError(problems)
    from scipy.spatial import cKDTree  # half a second that only ways by air need

    chord = 2.0 * np.sin(min(reach_km / detour / EARTH_KM / 2.0, np.pi / 2.0))
    near = cKDTree(_on_sphere(homes)).sparse_distance_matrix(
        cKDTree(_on_sphere(places)), chord * (1.0 + 1e-12), output_type="ndarray"
    )
    near = near[np.lexsort((near["j"], near["i"]))]
    km = 2.0 * EARTH_KM * np.arcsin(np.clip(near["v"] / 2.0, 0.0, 1.0)) * detour
    return Ways(near["i"].astype(int), near["j"].astype(int), km, len(homes), len(places))


def ways_from_table(table: pd.DataFrame, homes: list[str], places: list[str], where: str) -> Ways:
    """Return the ways of a user's table.

    Parameters
    ----------
    table : DataFrame
        from, to, minutes; one row for every pair of home and place. A way that does not exist is a row with an
        infinite number.
    homes, places : list of str
        Keys in the order of the results.
    where : str
        File, named in the messages.

    Raises
    ------
    InputError
        A key that is no home or place, a pair twice or missing, a negative or missing number; all at once.
    """
    home = pd.Index(homes).get_indexer(pd.Index(table["from"].astype(str)))
    place = pd.Index(places).get_indexer(pd.Index(table["to"].astype(str)))
    minutes = pd.to_numeric(table["minutes"], errors="coerce").to_numpy(float)
    problems = []
    for key, at, column in (("home_unknown", home, "from"), ("facility_unknown", place, "to")):
        if (at < 0).any():
            names = ", ".join(dict.fromkeys(table[column].astype(str)[at < 0]).keys())
            problems.append(_problem(key, where, names=names[:200]))
    if (bad := ~(minutes >= 0)).any():
        rows = ", ".join(str(i + 1) for i in np.flatnonzero(bad)[:_NAMED])
        problems.append(_problem("minutes", where, rows=rows))
    pair = pd.Series(home * len(places) + place)[(home >= 0) & (place >= 0)]

    def pairs(found: Array) -> str:
        named = [
            f"{homes[int(one) // len(places)]} → {places[int(one) % len(places)]}" for one in found[:_NAMED]
        ]
        return ", ".join([*named, "…"] if len(found) > _NAMED else named)

    if len(twice := pair[pair.duplicated()].unique()):
        problems.append(_problem("pair_twice", where, n=int(pair.duplicated().sum()), pairs=pairs(twice)))
    if len(missing := np.setdiff1d(np.arange(len(homes) * len(places)), pair)):
        problems.append(_problem("pair_missing", where, n=len(missing), pairs=pairs(missing)))
    if problems:
        raise InputError(problems)
    there = np.isfinite(minutes)
    return Ways(home[there], place[there], minutes[there], len(homes), len(places))
