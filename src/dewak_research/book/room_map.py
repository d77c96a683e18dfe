"""A map of rooms without tiles: numbered places in kilometres, a scale bar, north above."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from dewak_research.page.district_map import longest_bar
from dewak_research.page.html import coordinate

WIDTH = 460
MARGIN = 44
APART = 26.0
_KM_PER_DEGREE = 111.195


@dataclass(frozen=True)
class Marker:
    """One mark on the map: where it stands, the numbers of the rooms there, half its width."""

    x: str
    y: str
    numbers: tuple[int, ...]
    half: int

    @property
    def text(self) -> str:
        """The numbers as they stand on the map: 8, 9."""
        return ", ".join(str(number) for number in self.numbers)


@dataclass(frozen=True)
class RoomMap:
    """What the drawing needs.

    Attributes
    ----------
    width, height : int
        Of the drawing.
    west, north : float
        Degrees at its upper left corner.
    per_x, per_y : float
        Degrees a unit of the drawing to the east and to the south.
    markers : list of Marker
    districts : list of tuple
        x, y and name of the middle of every district's rooms, above them.
    bar : float
        Length of the scale bar.
    bar_km : float
        What it stands for, in km.
    """

    width: int
    height: int
    west: float
    north: float
    per_x: float
    per_y: float
    markers: list[Marker]
    districts: list[tuple[str, str, str]]
    bar: float
    bar_km: float


def district_middles(rooms: pd.DataFrame) -> pd.DataFrame:
    """Return the mean longitude and latitude of every district's rooms, by district; those without are left out."""
    placed = rooms.dropna(subset=["longitude", "latitude"])
    return placed.groupby("district", sort=True)[["longitude", "latitude"]].mean()


def _markers(x: list[float], y: list[float], numbers: list[int]) -> list[Marker]:
    """Join rooms that stand too near to each other to be told apart."""
    groups: list[tuple[float, float, list[int]]] = []
    for across, down, number in zip(x, y, numbers, strict=True):
        for left, top, there in groups:
            if abs(left - across) < APART and abs(top - down) < APART:
                there.append(number)
                break
        else:
            groups.append((across, down, [number]))
    return [
        Marker(
            coordinate(left),
            coordinate(top),
            tuple(there),
            max(13, 5 + 4 * len(", ".join(map(str, there)))),
        )
        for left, top, there in groups
    ]


def room_map(rooms: pd.DataFrame) -> RoomMap | None:
    """Place rooms on a map; None where no room has coordinates.

    Parameters
    ----------
    rooms : DataFrame
        room, district, longitude, latitude (degrees, missing where unknown); numbered from 1 in their order.
    """
    numbered = rooms.reset_index(drop=True)
    placed = numbered.dropna(subset=["longitude", "latitude"])
    if placed.empty:
        return None
    middle = float(placed["latitude"].mean())
    km_x, km_y = _KM_PER_DEGREE * float(np.cos(np.radians(middle))), _KM_PER_DEGREE
    west, north = float(placed["longitude"].min()), float(placed["latitude"].max())
    wide = max((float(placed["longitude"].max()) - west) * km_x, 0.5)
    high = max((north - float(placed["latitude"].min())) * km_y, 0.3)
    scale = min((WIDTH - 2 * MARGIN) / wide, 1.1 * WIDTH / high)
    left = (WIDTH - wide * scale) / 2

    def across(longitude: float) -> float:
        return left + (longitude - west) * km_x * scale

    def down(latitude: float) -> float:
        return MARGIN + (north - latitude) * km_y * scale

    x, y = [across(value) for value in placed["longitude"]], [down(value) for value in placed["latitude"]]
    tops = placed.groupby("district", sort=True)["latitude"].max()
    districts = [
        (
            coordinate(min(max(across(float(row.longitude)), 60), WIDTH - 60)),
            coordinate(down(float(tops[str(district)])) - 20),
            str(district),
        )
        for district, row in district_middles(placed).iterrows()
    ]
    bar_km = longest_bar(scale, WIDTH)
    return RoomMap(
        width=WIDTH,
        height=round(2 * MARGIN + high * scale + 24),
        west=west - left / (km_x * scale),
        north=north + MARGIN / (km_y * scale),
        per_x=1 / (km_x * scale),
        per_y=1 / (km_y * scale),
        markers=_markers(x, y, [int(number) + 1 for number in placed.index]),
        districts=districts,
        bar=round(bar_km * scale, 1),
        bar_km=bar_km,
    )
