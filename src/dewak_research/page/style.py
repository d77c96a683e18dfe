"""How the report's figures look: theme, colours, number marks on axes, maps.

Text is drawn as outlines (``svg.fonttype: path``): pages show figures through ``<img>``, where a browser
would otherwise take whatever font the reader's machine has, with other widths and overlapping labels. DejaVu
Sans comes with matplotlib, so the outlines are the same everywhere. What the picture says stands in its alt
text and data.

A phone shows a figure at little more than half its size: letters of 11 points and more stay readable there.
Importing this module sets the theme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Patch
from matplotlib.ticker import AutoLocator, FuncFormatter, MaxNLocator

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import formatted, number

if TYPE_CHECKING:
    import geopandas as gpd

WIDTH_IN = 6.4
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#595959", "#F0E442")
#: The lights wherever they are shown (charts, maps, profiles, ``dewak.css``): red is red, each stands out from white
#: and from the dark ground by 3 to 1, and they differ for those who do not tell red from green. A word stands beside.
LIGHT_COLOURS = {"green": "#009E73", "amber": "#CC8400", "red": "#C62828"}
#: What is pointed out in a small picture of a profile, the finder or the map of cases.
MARK_COLOUR = "#B4500F"
#: Words on a light colour of the palette; no grey, so that they stay dark where the page is (``page.night``).
ON_COLOUR = "#10222B"
NO_DATA_COLOUR = "#F2F2F2"
MAP_CRS = "EPSG:25832"
TWO_COLUMNS_UP_TO = 30
#: Points of a border finer than which a map shows none of its corners.
BORDER_PT = 1.5

_THEME: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": "#4D4D4D",
    "axes.formatter.use_locale": False,
    "axes.labelsize": 12,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.prop_cycle": cycler(color=PALETTE),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.unicode_minus": True,
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "figure.figsize": (WIDTH_IN, 4.4),
    "figure.max_open_warning": 0,
    "font.family": "DejaVu Sans",
    "font.size": 12,
    "grid.color": "#DDDDDD",
    "hatch.linewidth": 0.6,
    "legend.fontsize": 11,
    "legend.frameon": False,
    "legend.title_fontsize": 11,
    "lines.linewidth": 1.6,
    "patch.linewidth": 0.5,
    "svg.fonttype": "path",
    "svg.hashsalt": "dewak-research",
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
}


def use_style() -> None:
    """Set the theme for every figure drawn from here on."""
    mpl.rcParams.update(cast(Any, _THEME))


def figure_size(height_share: float = 0.7) -> tuple[float, float]:
    """Return width and height in inches; the width fits a phone and a page alike."""
    return (WIDTH_IN, round(WIDTH_IN * height_share, 3))


def number_axis(axis: Axis, language: Language, spec: str = ",.0f") -> None:
    """Write an axis' numbers with the marks of the language, as ``number_axis(ax.xaxis, "de", ",.1%")``.

    Numbers that matplotlib places itself stand at steps of 1, 2 or 5: 2.5 per cent would be written as 2.
    """
    if isinstance(axis.get_major_locator(), AutoLocator):
        axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: formatted(value, spec, language)))


def choropleth(
    ax: Axes,
    areas: gpd.GeoDataFrame,
    column: str,
    *,
    language: Language,
    breaks: Sequence[float] | None = None,
    classes: int = 5,
    spec: str = ",.0f",
    legend_title: str | None = None,
    colours: Literal["sequential", "diverging"] = "sequential",
) -> None:
    """Draw a map of classes with the number of areas in each.

    Parameters
    ----------
    ax : Axes
        Where to draw; the frame is taken away.
    areas : GeoDataFrame
        One row per area with a coordinate reference system; drawn in UTM 32 (EPSG:25832).
    column : str
        Column with the value; missing values are hatched and counted as “no data”.
    breaks : sequence of float, optional
        Bounds between the classes, ascending (n bounds make n + 1 classes); an area on a bound belongs to the
        class above. Without them: `classes` quantiles.
    spec : str
        Python's format of the bounds.
    legend_title : str, optional
        Heading of the legend, by default the column's label with its unit.
    colours : {"sequential", "diverging"}
        Dark for high (prints in grey), or blue–white–brown around the middle class.
    """
    values = pd.to_numeric(areas[column]).astype("float64")
    if breaks is None:
        parts = np.arange(1, classes) / classes
        breaks = sorted(set(values.quantile(parts).dropna().tolist()))
    bounds = [float(bound) for bound in breaks]
    if bounds != sorted(set(bounds)):
        raise ValueError(f"breaks must ascend: {bounds}")
    positions = range(len(bounds) + 1)
    found = pd.Series(np.searchsorted(bounds, values, side="right"), index=areas.index)
    assigned = found.astype("string").mask(values.isna())
    shades = _shades(len(positions), colours)
    category_map(
        ax,
        areas.assign(_class=assigned),
        "_class",
        {str(position): shade for position, shade in zip(positions, shades, strict=True)},
        language=language,
        names={str(position): _class_name(bounds, position, spec, language) for position in positions},
        legend_title=legend_title or label(column, language, with_unit=True),
    )


def category_map(
    ax: Axes,
    areas: gpd.GeoDataFrame,
    column: str,
    colours: Mapping[str, str],
    *,
    language: Language,
    names: Mapping[str, str] | None = None,
    legend_title: str | None = None,
) -> None:
    """Draw a map of named classes, each with its number of areas.

    Parameters
    ----------
    column : str
        Column with the class; missing values are hatched and counted as “no data”.
    colours : mapping of str to str
        Class to colour, in the order of the legend.
    names : mapping of str to str, optional
        Class to what the legend says; by default the class itself.
    """
    shapes = coarse(areas.to_crs(MAP_CRS), ax)
    classes = shapes[column]
    strange = sorted(set(classes.dropna()) - set(colours))
    if strange:
        raise ValueError(f"classes without a colour: {strange}")
    handles = []
    line = {"edgecolor": "white", "linewidth": 0.25}
    for name, colour in colours.items():
        part = shapes[classes == name]
        if len(part):
            draw_areas(ax, part, color=colour, **line)
        handles.append(Patch(facecolor=colour, label=_counted(names or {}, name, len(part), language)))
    missing = shapes[classes.isna()]
    if len(missing):
        hatch: dict[str, Any] = {"facecolor": NO_DATA_COLOUR, "hatch": "/////"}
        draw_areas(ax, missing, edgecolor="#999999", linewidth=0.25, **hatch)
        text = _counted({}, label("no_data", language), len(missing), language)
        handles.append(Patch(edgecolor="#999999", label=text, **hatch))
    longest = max(len(str(handle.get_label())) for handle in handles)
    ax.set_axis_off()
    ax.set_aspect("equal")
    ax.legend(
        handles=handles,
        title=legend_title,
        loc="upper center",
        bbox_to_anchor=(0.5, 0.0),
        ncols=2 if len(handles) > 3 and longest <= TWO_COLUMNS_UP_TO else 1,
        alignment="left",
    )


def draw_areas(ax: Axes, areas: gpd.GeoDataFrame | gpd.GeoSeries, **look: Any) -> None:
    """Put areas or lines on a map as `GeoDataFrame.plot` does, which would also draw the whole picture each time.

    The layout follows: what comes next has the corners that the place left to it shows (`coarse`).

    Parameters
    ----------
    ax : Axes
        Where to draw.
    areas : GeoDataFrame or GeoSeries
        In the map's system of metres.
    **look
        Colours and lines as `GeoDataFrame.plot` takes them.
    """
    drawing = cast(Drawing, ax.get_figure(root=True))
    canvas = drawing.canvas
    FigureCanvasBase(drawing)  # takes the place of the canvas, and draws nothing
    try:
        areas.plot(ax=ax, **look)
    finally:
        drawing.set_canvas(canvas)
    if (layout := drawing.get_layout_engine()) is not None:
        layout.execute(drawing)


def coarse(areas: gpd.GeoDataFrame, ax: Axes) -> gpd.GeoDataFrame:
    """Return areas without the corners of their borders that are finer than a map of this size shows.

    A corner goes where the triangle it makes is smaller than a square of `BORDER_PT`. No gap opens between areas.

    Parameters
    ----------
    areas : GeoDataFrame
        Areas that share their borders, in a system of metres.
    ax : Axes
        Where they will be drawn.
    """
    west, south, east, north = areas.total_bounds
    points = max(ax.bbox.width, ax.bbox.height) * 72 / ax.figure.dpi
    tolerance = max(east - west, north - south) * BORDER_PT / points
    return areas.set_geometry(areas.geometry.simplify_coverage(tolerance))


def _counted(names: Mapping[str, str], name: str, n: int, language: Language) -> str:
    return label("class_count", language, range=names.get(name, name), n=number(n, language))


def _class_name(bounds: Sequence[float], position: int, spec: str, language: Language) -> str:
    low = formatted(bounds[position - 1], spec, language) if position > 0 else ""
    high = formatted(bounds[position], spec, language) if position < len(bounds) else ""
    if not bounds:
        return label("value", language)
    key = "below" if position == 0 else "from_on" if position == len(bounds) else "from_to"
    return label(key, language, low=low, high=high)


def _shades(n: int, colours: str) -> list[str]:
    if colours == "diverging":
        scale = mpl.colormaps["PuOr_r"]
        return [mpl.colors.to_hex(scale(x)) for x in np.linspace(0.1, 0.9, n)]
    scale = mpl.colormaps["cividis_r"]
    return [mpl.colors.to_hex(scale(x)) for x in np.linspace(0.03, 1.0, n)]


use_style()
