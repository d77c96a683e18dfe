"""A map of districts without tiles: areas or circles in classes, numbers, marks, a scale bar, north above."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import geopandas as gpd
import numpy as np
from markupsafe import Markup

from dewak_research.page.html import coordinate, rings

WIDTH, MARGIN, TALLEST = 460, 26, 560
BARS_KM = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
METRES = "EPSG:25832"
_LARGEST, _SMALLEST, _APART = 26.0, 9.0, 17.0


def longest_bar(scale: float, width: float) -> float:
    """Return the longest round number of kilometres that takes at most a quarter of a drawing.

    Parameters
    ----------
    scale : float
        Units of the drawing for a kilometre.
    width : float
        Of the drawing.
    """
    return max((km for km in BARS_KM if km * scale <= width / 4), default=BARS_KM[0])


def district_map(
    shapes: gpd.GeoSeries,
    points: gpd.GeoSeries,
    people: Sequence[float],
    classes: Sequence[int],
    titles: Sequence[str],
    places: gpd.GeoSeries,
    place_titles: Sequence[str],
    alt: str,
    kilometres: str,
) -> Markup:
    """Draw districts with their numbers and facilities; every text is escaped.

    Parameters
    ----------
    shapes : GeoSeries
        Areas or points of the districts, with a coordinate reference system.
    points : GeoSeries
        Where the number of every district stands, from 1 in their order.
    people : sequence of float
        The circle of a district without an area is as large as its people.
    classes : sequence of int
        From 0 (light) to 3.
    titles, place_titles : sequence of str
        What a pointer shows at a district and at a facility.
    places : GeoSeries
        Facilities.
    alt : str
        What the picture says.
    kilometres : str
        Text at the scale bar with ``{}`` for the number.
    """
    shapes, points, places = (part.to_crs(METRES) for part in (shapes, points, places))
    bounds = np.vstack([part.total_bounds for part in (shapes, points, places)])
    (west, south), (east, north) = bounds[:, :2].min(axis=0), bounds[:, 2:].max(axis=0)
    wide, high = max(east - west, 500.0), max(north - south, 300.0)
    scale = min((WIDTH - 2 * MARGIN) / wide, TALLEST / high)
    left = west - ((WIDTH / scale) - (east - west)) / 2
    top = north + MARGIN / scale
    height = round((north - south) * scale + 2 * MARGIN + 30)

    def at(point: object) -> tuple[float, float]:
        return (point.x - left) * scale, (top - point.y) * scale  # type: ignore[attr-defined]

    radius = _SMALLEST + (_LARGEST - _SMALLEST) * np.sqrt(np.asarray(people, float) / max(max(people), 1.0))
    drawn = []
    for shape, size, shade, title in zip(shapes, radius, classes, titles, strict=True):
        if shape.geom_type == "Point":
            x, y = at(shape)
            figure = f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="{coordinate(size)}"/>'
        else:
            figure = f'<path d="{"".join(rings(shape, left, top, scale))}"/>'
        drawn.append(f'<g class="class-{shade}"><title>{escape(title)}</title>{figure}</g>')
    for point, title in zip(places, place_titles, strict=True):
        x, y = at(point)
        mark = f"M{coordinate(x)} {coordinate(y - 6)}l6 6l-6 6l-6 -6Z"
        drawn.append(f'<path class="place" d="{mark}"><title>{escape(title)}</title></path>')
    free = np.array([at(point) for point in places])
    for number, point in enumerate(points, 1):
        x, y = at(point)
        if len(free) and (apart := np.hypot(*(free - (x, y)).T)).min() < _APART:
            y = free[apart.argmin(), 1] - _APART  # a mark stands there
        drawn.append(f'<text x="{coordinate(x)}" y="{coordinate(y + 4)}">{number}</text>')
    km = longest_bar(1_000.0 * scale, WIDTH)
    base = height - 12
    bar = f"M{MARGIN} {base - 4}v4h{coordinate(1_000.0 * km * scale)}v-4"
    drawn.append(f'<path class="bar" d="{bar}"/>')
    drawn.append(
        f'<text class="first" x="{MARGIN}" y="{base - 8}">{escape(kilometres.format(f"{km:g}"))}</text>'
    )
    box = f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(alt)}"'
    return Markup(f'<svg class="districts" {box}>{"".join(drawn)}</svg>')
