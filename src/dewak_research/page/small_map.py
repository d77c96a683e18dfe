"""Small maps that stand in a page as drawn areas: cut, simplified and written once, used by many pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from markupsafe import Markup

from dewak_research.page.html import area_path

if TYPE_CHECKING:
    import geopandas as gpd

WIDTH, HEIGHT = 300, 240
DETAIL = 4.5
"""Side of the details of a boundary that are left out, in units of the picture."""
SHARP = 25
"""Areas of a map up to which `DETAIL` holds; of more, details are coarser: no map weighs much more than another."""
MARGIN_SHARE = 0.06
"""What is shown around the areas, as a share of their longer side."""
LEAST_SIDE_M = 34_000.0
"""Width of the smallest section shown, so that one town alone stands among its neighbours."""


@dataclass(frozen=True)
class SmallMap:
    """A section of a map, ready to be written with any of its areas outlined.

    Parameters
    ----------
    shapes : str
        The drawn areas.
    outlines : mapping of str to str
        Path of every area inside, by key.
    whole : str
        Path around all areas inside.
    """

    shapes: str
    outlines: Mapping[str, str]
    whole: str

    def drawn(self, alt: str, outlined: str | None = None) -> Markup:
        """Return the map.

        Parameters
        ----------
        alt : str
            What the picture says.
        outlined : str, optional
            Key of the area to be outlined.
        """
        own = self.outlines.get(outlined or "", "")
        mark = f'<defs><path id="own" d="{own}"/></defs><use class="halo" href="#own"/><use class="own" href="#own"/>'
        return Markup(
            f'<svg class="small-map" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
            f'{self.shapes}<path class="whole" d="{self.whole}"/>{mark if own else ""}</svg>'
        )


def _section(bounds: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """Return west, north, east and south of the section around some bounds, in the shape of the picture."""
    west, south, east, north = bounds
    margin = MARGIN_SHARE * max(east - west, north - south)
    high = max(
        north - south + 2 * margin, (east - west + 2 * margin) * HEIGHT / WIDTH, LEAST_SIDE_M * HEIGHT / WIDTH
    )
    wide = high * WIDTH / HEIGHT
    x, y = (west + east) / 2, (south + north) / 2
    return x - wide / 2, y + high / 2, x + wide / 2, y - high / 2


def small_map(areas: gpd.GeoDataFrame, inside: set[str], classes: Mapping[str, str]) -> SmallMap:
    """Draw some areas and what lies around them.

    Parameters
    ----------
    areas : GeoDataFrame
        ags, name and areas in metres.
    inside : set of str
        Keys of the areas the map is about; those around are drawn paler.
    classes : mapping of str to str
        Class of the style sheet of every area, by key.
    """
    from shapely import box

    own = areas[areas["ags"].isin(inside)]
    west, north, east, south = _section(tuple(own.total_bounds))
    scale = WIDTH / (east - west)
    frame = box(west, south, east, north)
    shapes: dict[str, list[str]] = {}
    outlines = {}
    shown = areas[areas.intersects(frame)].sort_values("ags")
    # neighbours keep one boundary between them
    shown = shown.set_geometry(
        shown.geometry.simplify_coverage(DETAIL * max(1.0, len(shown) / SHARP) ** 0.5 / scale)
    )
    for row in shown.itertuples():
        path = area_path(row.geometry.intersection(frame), west, north, scale)
        if not path:
            continue
        near = "" if row.ags in inside else " around"
        kind = f"{classes.get(str(row.ags), 'unknown')}{near}"
        shapes.setdefault(kind, []).append(f'<path d="{path}"><title>{escape(str(row.name))}</title></path>')
        if row.ags in inside:
            outlines[str(row.ags)] = path
    own = shown[shown["ags"].isin(inside)]
    whole = area_path(own.geometry.union_all(), west, north, scale)
    groups = (f'<g class="{kind}">{"".join(paths)}</g>' for kind, paths in shapes.items())
    return SmallMap("".join(groups), outlines, whole)
