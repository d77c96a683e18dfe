"""The data of the explorer: per level the units, their areas and similar ones, per indicator its years and values."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.page.html import area_path
from dewak_research.page.labels import label
from dewak_research.page.style import MAP_CRS
from dewak_research.page.values import number
from dewak_research.unit.explored import TOWN_INDICATORS, Explored, town_values
from dewak_research.unit.explored_kreise import KREIS_EXPLORED, kreis_values
from dewak_research.unit.view import ProfileTables

if TYPE_CHECKING:
    import geopandas as gpd

FOLDER = "explorer"
WIDTH = 1000
"""Units of the drawing from west to east; corners of areas stand at whole ones."""
DETAIL = 3.0
"""Side of the details of a boundary that are left out, in units of the drawing."""
CLASSES, SHADES = 5, 7
MORE_DIGITS = 3
"""A value keeps so many digits more than are shown, so that a median of two is rounded once."""


@dataclass(frozen=True)
class Level:
    """One level of the explorer.

    Parameters
    ----------
    key : str
        Its name in addresses; the label is ``explorer_level_<key>``.
    keys, names, paths, profiles : list of str
        Per unit its key, name, area as path of a drawing, and the key its profile lies under; sorted by key.
    height : int
        Height of the drawing, `WIDTH` wide.
    peers : list of list of int
        Per unit the places of its similar ones, the nearest first.
    indicators : sequence of Explored
        What can be shown, in order.
    values : mapping of str to dict
        Per indicator ``years`` (the newest first) and per year ``values`` and ``marks`` (per mark the places), where
        there is a band also ``low`` and ``high``; None is unknown.
    """

    key: str
    keys: list[str]
    names: list[str]
    paths: list[str]
    profiles: list[str]
    height: int
    peers: list[list[int]]
    indicators: Sequence[Explored]
    values: Mapping[str, dict[str, Any]]

    def groups(self, language: Language) -> list[tuple[str, list[Explored]]]:
        """Return the indicators by subject, in the order of their first."""
        found: dict[str, list[Explored]] = {}
        for one in self.indicators:
            found.setdefault(one.group, []).append(one)
        return [(label(group, language), shown) for group, shown in found.items()]


def digits_of(spec: str) -> int:
    """Return how many digits a format shows behind the mark."""
    found = re.search(r"\.(\d)", spec)
    return int(found[1]) if found else 0


def numbers_of(column: Iterable[Any], digits: int) -> list[float | int | None]:
    """Return values as they stand in a file: rounded, whole ones without a mark, None where unknown."""
    rounded = [None if pd.isna(value) else _shorter(float(value), digits) for value in column]
    return [int(value) if value is not None and value.is_integer() else value for value in rounded]


def _shorter(value: float, digits: int) -> float:
    """Return a value with fewer digits, as long as what is shown stays the same."""
    short = round(value, digits + MORE_DIGITS)
    return short if number(short, "en", digits) == number(value, "en", digits) else value


def indicator_values(frame: pd.DataFrame, keys: list[str], digits: int) -> dict[str, Any]:
    """Return one indicator as its file holds it.

    Parameters
    ----------
    frame : DataFrame
        ags, year, value, low, high, mark, as of `town_values`.
    keys : list of str
        Keys of the units, in the order of the file.
    digits : int
        Digits shown behind the mark.
    """
    known = frame.dropna(subset="value")
    years = sorted(known["year"].unique(), reverse=True)
    found: dict[str, Any] = {"years": years}
    for name, column in (("values", "value"), ("low", "low"), ("high", "high")):
        if name == "values" or frame[column].notna().any():
            wide = known.set_index(["ags", "year"])[column].unstack().reindex(index=keys, columns=years)  # noqa: PD010
            found[name] = [numbers_of(wide[year], digits) for year in years]
    place = {key: at for at, key in enumerate(keys)}
    marked = known[known["mark"] != ""]
    found["marks"] = [
        {
            str(mark): [place[ags] for ags in part["ags"]]
            for mark, part in marked[marked["year"] == year].groupby("mark")
        }
        for year in years
    ]
    return found


def drawn(areas: gpd.GeoDataFrame) -> tuple[dict[str, str], int]:
    """Return the area of every unit as a path of whole steps, by key, and the height of the drawing."""
    metres = areas.to_crs(MAP_CRS).sort_values("ags")
    west, south, east, north = metres.total_bounds
    scale = WIDTH / (east - west)
    shapes = metres.geometry.simplify_coverage(DETAIL / scale)
    paths = {
        str(ags): area_path(shape, west, north, scale)
        for ags, shape in zip(metres["ags"], shapes, strict=True)
    }
    return paths, int(np.ceil((north - south) * scale))


def peers_of(peers: pd.DataFrame, keys: Sequence[str]) -> list[list[int]]:
    """Return per unit the places of its similar ones among ``keys``, the nearest first.

    Parameters
    ----------
    peers : DataFrame
        ags, rank, peer.
    """
    place = {key: at for at, key in enumerate(keys)}
    near = peers[peers["ags"].isin(place) & peers["peer"].isin(place)].sort_values(["ags", "rank"])
    found = {str(ags): [place[peer] for peer in part["peer"]] for ags, part in near.groupby("ags")}
    return [found.get(key, []) for key in keys]


def town_level(tables: ProfileTables, boundaries: gpd.GeoDataFrame) -> Level:
    """Return the towns.

    Parameters
    ----------
    tables : ProfileTables
    boundaries : GeoDataFrame
        ags and areas of the towns.
    """
    units = tables.units[tables.units["kind"] != "kreis"].rename(columns={"ags": "unit"})
    peers, values = tables.stages["cases"]["peers"], town_values(tables)
    return _level("towns", units.assign(ags=units["unit"]), boundaries, peers, TOWN_INDICATORS, values)


def kreis_level(tables: ProfileTables, boundaries: gpd.GeoDataFrame) -> Level:
    """Return all Kreise of Germany and cities outside them.

    Parameters
    ----------
    tables : ProfileTables
    boundaries : GeoDataFrame
        ags and areas of the Kreise.
    """
    ingest, values = tables.stages["ingest"], kreis_values(tables)
    register, peers = ingest["kreis_register"], ingest["kreis_peers"]
    return _level("kreise", register, boundaries, peers, KREIS_EXPLORED, values)


def _level(
    name: str,
    units: pd.DataFrame,
    boundaries: gpd.GeoDataFrame,
    peers: pd.DataFrame,
    indicators: Sequence[Explored],
    values: Mapping[str, pd.DataFrame],
) -> Level:
    """Return a level from its units (ags, name, unit: the key its profile lies under) and their tables."""
    units = units.sort_values("ags")
    keys = units["ags"].astype(str).tolist()
    paths, height = drawn(boundaries)
    return Level(
        key=name,
        keys=keys,
        names=units["name"].astype(str).tolist(),
        paths=[paths[key] for key in keys],
        profiles=units["unit"].astype(str).tolist(),
        height=height,
        peers=peers_of(peers, keys),
        indicators=indicators,
        values={one.key: indicator_values(values[one.key], keys, digits_of(one.spec)) for one in indicators},
    )


def classes_of(values: Sequence[float | None], steps: Iterable[float] | None = None) -> list[float]:
    """Return the bounds between the classes of a map: fifths of the known values, or every step but the first.

    A value on a bound belongs to the class above; equal bounds are one.
    """
    if steps is not None:
        return [float(step) for step in steps][1:]
    known = np.asarray([value for value in values if value is not None], dtype=float)
    if known.size == 0:
        return []
    return sorted({float(bound) for bound in np.quantile(known, np.arange(1, CLASSES) / CLASSES)})


def shade_of(place: int, classes: int) -> int:
    """Return the shade of a class, spread over all shades."""
    return int(place * (SHADES - 1) / (classes - 1) + 0.5) if classes > 1 else SHADES // 2


def order_of(values: Sequence[float | None]) -> list[int | None]:
    """Return the rank of every value, 1 = highest; ties share the better one, what is unknown has none."""
    known = [value for value in values if value is not None]
    return [None if value is None else 1 + sum(other > value for other in known) for value in values]
