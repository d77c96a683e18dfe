"""What stands straight in a page: templates, and small pictures that need no plotting library.

Hundreds of pages are written in seconds. Colours come from the style sheet through ``currentColor`` and classes; every
picture has a text alternative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from numpy.typing import NDArray

from dewak_research.page.values import is_missing, whole_shares

if TYPE_CHECKING:
    import geopandas as gpd

_LINE_WIDTH, _LINE_HEIGHT = 280, 96
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 70, 18, 20
FINDER_DETAIL = 1.5
"""Side of the details of a boundary that the map of the finder leaves out, in units of the picture."""


@cache
def templates(package: str) -> Environment:
    """Return the page templates of a package, of its folder ``templates``; a wrong name is an error."""
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=select_autoescape(["html", "svg"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def coordinate(value: float) -> str:
    """Write a coordinate with one digit."""
    return f"{value:.1f}".rstrip("0").rstrip(".")


def line_over_years(
    years: Sequence[int],
    values: Sequence[float],
    alt: str,
    write: Callable[[float], str],
    breaks: Mapping[float, str] | None = None,
) -> Markup:
    """Draw a line over years from zero; a gap in the values is a gap in the line.

    Parameters
    ----------
    years, values : sequences of equal length
        Missing values are NaN.
    alt : str
        What the picture says.
    write : callable
        Writes the first and the last known value beside the line.
    breaks : mapping of float to str
        Places between two years where the series begins anew, and their names; the line is interrupted there.
    """
    known = [(y, float(v)) for y, v in zip(years, values, strict=True) if not is_missing(v)]
    if not known:
        return Markup("")
    low, high = min(0.0, *(v for _, v in known)), max(v for _, v in known)
    span_x = max(years) - min(years) or 1
    span_y = high - low or 1.0
    inner_w, inner_h = _LINE_WIDTH - _LEFT - _RIGHT, _LINE_HEIGHT - _TOP - _BOTTOM

    def place(year: int, value: float) -> str:
        x = _LEFT + inner_w * (year - min(years)) / span_x
        y = _TOP + inner_h * (1 - (value - low) / span_y)
        return f"{coordinate(x)} {coordinate(y)}"

    parts: list[str] = []
    before: int | None = None
    for year, value in zip(years, values, strict=True):
        if is_missing(value):
            before = None
            continue
        on = before is not None and not any(before < at < year for at in breaks or {})
        parts.append(("L" if on else "M") + place(year, float(value)) + ("" if on else "h0"))
        before = year
    first_year, first = known[0]
    last_year, last = known[-1]
    x, y = place(last_year, last).split()
    start_x = place(first_year, first).split()[0]
    near_start = [v for y, v in known if y - first_year <= 0.3 * span_x]
    start_y = place(first_year, max(near_start)).split()[1]
    base = _TOP + inner_h
    marks = []
    for number, (at, name) in enumerate((breaks or {}).items()):
        across = _LEFT + inner_w * (at - min(years)) / span_x
        side, anchor = (3, "start") if number == 0 else (-3, "end")
        marks.append(
            f'<path class="break" d="M{coordinate(across)} {_TOP}V{base}"/><text class="break-name" '
            f'text-anchor="{anchor}" x="{coordinate(across + side)}" y="{base - 4}">{escape(name)}</text>'
        )
    return Markup(
        f'<svg class="line" viewBox="0 0 {_LINE_WIDTH} {_LINE_HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f'<path class="axis" d="M{_LEFT} {base}H{_LEFT + inner_w}"/>'
        f'{"".join(marks)}<path class="curve" d="{"".join(parts)}"/><circle class="end" cx="{x}" cy="{y}" r="3"/>'
        f'<text x="{coordinate(float(x) + 6)}" y="{coordinate(float(y) + 4)}">{escape(write(last))}</text>'
        f'<text class="first" x="{start_x}" y="{coordinate(float(start_y) - 7)}">{escape(write(first))}</text>'
        f'<text class="year" x="{_LEFT}" y="{_LINE_HEIGHT - 5}">{first_year}</text>'
        f'<text class="year end-year" x="{_LEFT + inner_w}" y="{_LINE_HEIGHT - 5}">{last_year}</text></svg>'
    )


def scale_parts() -> Markup:
    """Return what all scales of a page share, to stand on it once: the axis with a tick at the middle, and the mark."""
    return Markup(
        '<svg class="parts" width="0" height="0" aria-hidden="true"><defs><path id="axis" class="axis" '
        'd="M4 7H96M50 3v8"/><circle id="mark" class="mark" cy="7" r="4.5"/></defs></svg>'
    )


def mark_on_scale(percentile: float | None, alt: str = "") -> Markup:
    """Draw a mark on a scale from 0 to 100; nothing where the place is unknown. The page has `scale_parts`.

    Parameters
    ----------
    percentile : float or None
        Place of the mark.
    alt : str
        What it shows; empty where the same row says it in words.
    """
    if percentile is None or is_missing(percentile):
        return Markup("")
    x = coordinate(4 + 0.92 * float(percentile))
    seen = f'role="img" aria-label="{escape(alt)}"' if alt else 'aria-hidden="true"'
    return Markup(
        f'<svg class="scale" viewBox="0 0 100 14" {seen}><use href="#axis"/><use href="#mark" x="{x}"/></svg>'
    )


def stacked_bar(parts: Mapping[str, float], alt: str) -> Markup:
    """Draw shares in percent as one bar of shades from light to dark; the whole numbers on it add up as they do."""
    drawn, x = [], 0.0
    for position, (share, whole) in enumerate(zip(parts.values(), whole_shares(parts.values()), strict=True)):
        width = 260 * float(share) / 100
        drawn.append(
            f'<rect class="shade-{position}" x="{coordinate(x)}" y="0" width="{coordinate(width)}" height="22"/>'
        )
        if share >= 8:
            drawn.append(
                f'<text class="on-shade-{position}" x="{coordinate(x + width / 2)}" y="15" '
                f'text-anchor="middle">{whole}</text>'
            )
        x += width
    return Markup(
        f'<svg class="bar" viewBox="0 0 260 22" role="img" aria-label="{escape(alt)}">{"".join(drawn)}</svg>'
    )


def finder_map(towns: gpd.GeoDataFrame, link: Callable[[str], str], width: int = 840) -> Markup:
    """Draw the towns as one small map in which every area is a link.

    The same links stand in the list below the map, so the map is hidden from screen readers and the Tab key.

    Parameters
    ----------
    towns : GeoDataFrame
        ags, name, reported_any and areas.
    link : callable
        Gives the address for a key.
    """
    areas = towns.to_crs("EPSG:25832").sort_values("ags")
    west, south, east, north = areas.total_bounds
    scale = width / (east - west)
    # neighbours keep one boundary between them
    areas = areas.set_geometry(areas.geometry.simplify_coverage(FINDER_DETAIL / scale))
    height = (north - south) * scale
    shapes = []
    for row in areas.itertuples():
        path = area_path(row.geometry, west, north, scale)
        kind = "" if row.reported_any else ' class="gap"'
        shapes.append(
            f'<a href="{escape(link(str(row.ags)))}" tabindex="-1"{kind}>'
            f'<title>{escape(str(row.name))}</title><path d="{path}"/></a>'
        )
    return Markup(
        f'<svg class="finder-map" viewBox="0 0 {width} {height:.0f}" aria-hidden="true">'
        f"{''.join(shapes)}</svg>"
    )


def outline_map(
    areas: gpd.GeoSeries,
    dots: Sequence[tuple[float, float, str, str]],
    width: int = 420,
    detail_m: float = 2500,
) -> Markup:
    """Draw areas as one quiet outline with dots that are links to the page's own anchors.

    The same links stand in the list below the map, so the map is hidden from screen readers and the Tab key.

    Parameters
    ----------
    areas : GeoSeries
        Areas in metres.
    dots : sequence of tuple
        x and y in metres, anchors of the page ("a b"; the first is the target), title.
    width : int
        Width of the drawing.
    detail_m : float
        Detail of the outline that is left out.
    """
    west, south, east, north = areas.total_bounds
    scale = width / (east - west)
    path = "".join(ring for area in areas.simplify(detail_m) for ring in rings(area, west, north, scale))
    links = [
        f'<a href="#{escape(names.split()[0])}" tabindex="-1" data-case="{escape(names)}">'
        f"<title>{escape(title)}</title>"
        f'<circle cx="{coordinate((x - west) * scale)}" cy="{coordinate((north - y) * scale)}" r="6"/></a>'
        for x, y, names, title in dots
    ]
    return Markup(
        f'<svg class="outline-map" viewBox="0 0 {width} {(north - south) * scale:.0f}" aria-hidden="true">'
        f'<path d="{path}"/>{"".join(links)}</svg>'
    )


def rings(geometry: object, west: float, north: float, scale: float) -> list[str]:
    """Return the outlines of an area as paths of a drawing whose upper left corner lies at ``west`` and ``north``."""
    rings = []
    for points in ring_points(geometry, west, north, scale):
        text = [f"{coordinate(x)} {coordinate(y)}" for x, y in points]
        kept = [point for i, point in enumerate(text) if i == 0 or point != text[i - 1]]
        if len(kept) > 2:
            rings.append("M" + "L".join(kept) + "Z")
    return rings


def area_path(geometry: object, west: float, north: float, scale: float) -> str:
    """Write the rings of an area as steps between whole units of the picture; what is no area is left out."""
    written = []
    for ring in ring_points(geometry, west, north, scale):
        points = np.rint(ring).astype(int)
        steps = np.diff(points, axis=0)
        steps = steps[(steps != 0).any(axis=1)]
        if len(steps) > 1:
            walked = " ".join(f"{x} {y}" for x, y in steps.tolist()).replace(" -", "-")
            written.append(f"M{points[0, 0]} {points[0, 1]}l{walked}z")
    return "".join(written)


def ring_points(geometry: object, west: float, north: float, scale: float) -> Iterator[NDArray[np.float64]]:
    """Yield the corners of every ring of an area in units of a drawing (n × 2); what is no area is left out."""
    for part in getattr(geometry, "geoms", [geometry]):
        for ring in (part.exterior, *part.interiors) if hasattr(part, "exterior") else ():
            xy = np.asarray(ring.coords)[:-1, :2]
            yield np.column_stack([xy[:, 0] - west, north - xy[:, 1]]) * scale
