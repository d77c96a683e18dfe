"""Places against the boundaries: towns and schools lie inside, areas are as large as drawn."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dewak_research.data.catalogue import Table
from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.expected.scores import SHOWN, Floats, Scores, Tables, keys_of
from dewak_research.errors import InputError, messages

if TYPE_CHECKING:
    from shapely import Geometry

_problem = messages(__package__)
KM_PER_DEGREE = 111.195  #: of a great circle on the mean radius of the earth (6,371 km)
_BOUNDARIES_YEAR = 2021
Places = Mapping[str, Mapping[str, Any]]
_MERIDIAN = 7.5  #: degrees east, through the middle of the Land


def read_places(path: Path, table: Table) -> dict[str, Any]:
    """Return the properties and the geometry of every feature of a GeoJSON file by ``ags``.

    Raises
    ------
    InputError
        The file is no GeoJSON with keys, or a key stands twice.
    """
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found = {str(feature["properties"]["ags"]): feature for feature in features}
        doubled = len(found) != len(features)
        shapes(found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(_problem("no_places", table.path, path=f"data/raw/{table.path}")) from error
    if doubled:
        keys = pd.Series([str(feature["properties"]["ags"]) for feature in features])
        shown = ", ".join(keys[keys.duplicated()].head(SHOWN))
        raise InputError(
            _problem("place_twice", f"{table.path}: ags", shown=shown, path=f"data/raw/{table.path}")
        )
    return found


def shapes(places: Mapping[str, Any]) -> dict[str, Geometry]:
    """Return the geometry of every place, in kilometres."""
    import shapely

    return {key: shapely.transform(shapely.geometry.shape(feature["geometry"]), _plane)
            for key, feature in places.items()}  # fmt: skip


def _plane(points: Floats) -> Floats:
    """Return points in kilometres east and north: areas stay true (sinusoidal projection)."""
    longitude, latitude = points[:, 0] - _MERIDIAN, points[:, 1]
    east = longitude * np.cos(np.radians(latitude)) * KM_PER_DEGREE
    return np.column_stack([east, latitude * KM_PER_DEGREE])


def _outside_km(frame: pd.DataFrame, known: Mapping[str, Geometry]) -> Floats:
    """Return how far each point lies outside the boundary of its town, in kilometres; 0 inside."""
    import shapely

    points = shapely.points(_plane(frame[["longitude", "latitude"]].to_numpy(dtype="float64")))
    areas = np.array([known.get(key) for key in frame["ags"]], dtype=object)
    return np.asarray(shapely.distance(points, areas), dtype=np.float64)


def place_scores(tables: Tables, places: Places) -> list[Scores]:
    """Return how far centres and schools lie outside their town, and drawn areas beside those of the tables."""
    import shapely

    known = shapes(places["boundaries_towns"])
    found = []
    for role, key in (("towns", "ags"), ("schools", "school_id")):
        frame = tables[role]
        far = _outside_km(frame, known)
        index = pd.MultiIndex.from_frame(frame[[key, "ags"]]) if key != "ags" else pd.Index(frame["ags"])
        found.append(
            Scores(f"places.{role}", role, "longitude + latitude", "outside_town", far, keys_of(index), far,
                   values={"other": catalogued("boundaries_towns").path})
        )  # fmt: skip
    panel = tables["kreise_panel"]
    panel = panel[panel["year"] == _BOUNDARIES_YEAR]
    kreise = shapes(places["boundaries_kreise"])
    for role, frame, outlines, drawn in (
        ("towns", tables["towns"], "boundaries_towns", known),
        ("kreise_panel", panel, "boundaries_kreise", kreise),
    ):
        inside = np.array([shapely.area(drawn[key]) if key in drawn else np.nan for key in frame["ags"]])
        area = frame["area_km2"].to_numpy(dtype="float64")
        found.append(
            Scores(f"places.area_{role}", role, "area_km2", "apart_ratio", np.log(area / inside),
                   keys_of(pd.Index(frame["ags"])), area, inside, {"other": catalogued(outlines).path})
        )  # fmt: skip
    return [*found, _fitting("boundaries_towns", known), _fitting("boundaries_kreise", kreise)]


def _fitting(role: str, outlines: Mapping[str, Geometry]) -> Scores:
    """Return the share of the corners of every outline that it shares with another one."""
    import shapely

    keys = list(outlines)
    corners, owner = shapely.get_coordinates(list(outlines.values()), return_index=True)
    places, inverse = np.unique(np.round(corners, 3), axis=0, return_inverse=True)
    pairs = np.unique(np.column_stack([inverse.ravel(), owner]), axis=0)
    owners = np.bincount(pairs[:, 0], minlength=len(places))
    shared = np.bincount(pairs[:, 1], weights=owners[pairs[:, 0]] > 1, minlength=len(keys))
    share = 100 * shared / np.bincount(pairs[:, 1], minlength=len(keys))
    return Scores(
        f"places.corners_{role}", role, "geometry", "corners_alone", share, keys_of(pd.Index(keys)), share
    )
