"""What the area of a district says about ways within it: who is within reach for sure, and who may be."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.space.distances import air_line_km

METRES = "EPSG:25832"
"""UTM 32: in it a kilometre of Germany is at most 0.2 % too long or 0.04 % too short."""


def within_for_sure(
    areas: gpd.GeoSeries, places: pd.DataFrame, reach_km: float, detour: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return in which areas everybody reaches a place wherever they live, and in which somebody may.

    Parameters
    ----------
    areas : GeoSeries
        Areas in degrees (WGS 84).
    places : DataFrame
        longitude, latitude; at least one row.
    reach_km : float
        Way that counts as within reach, detour included.
    detour : float
        Way over air line.

    Returns
    -------
    sure : array (areas,) of bool
        One and the same place is within reach of every corner, and so of every point between them.
    maybe : array (areas,) of bool
        Some point of the area is within reach of a place.
    """
    line = reach_km / detour
    corners = [_corners(area) for area in areas]
    sure = [bool((air_line_km(points, places).max(axis=0) <= line).any()) for points in corners]
    dots = gpd.GeoSeries(gpd.points_from_xy(places["longitude"], places["latitude"]), crs="EPSG:4326").to_crs(
        METRES
    )
    metres = areas.to_crs(METRES)
    maybe = [bool((dots.distance(area) <= 1_000.0 * line).any()) for area in metres]
    return np.array(sure, bool), np.array(maybe, bool) | np.array(sure, bool)


def _corners(area: object) -> pd.DataFrame:
    around = np.asarray(area.convex_hull.exterior.coords)[:, :2]  # type: ignore[attr-defined]
    return pd.DataFrame(around, columns=["longitude", "latitude"])
