"""Figures and tables on need and access together: maps, quadrants, inequality along need, clusters."""

from __future__ import annotations

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch

from dewak_research.chapters.space.access import DRIVEN, SAY, SCHOOLS, of_towns
from dewak_research.data import read_boundaries, read_table
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots, Points, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import MAP_CRS, category_map, coarse, draw_areas, figure_size
from dewak_research.page.texts import named

NEEDS = ["deprivation", "census", "unemployment", DRIVEN, "debt_today"]
MAP = "boundaries_towns"
SHOWN = "lower_secondary"
MINUTES = "drive_to_lower_secondary_min"
FIFTHS = ("#FFEA46", "#BCAF6F", "#7C7B78", "#414D6B", "#00224E")
THIRDS = 3
BOTH = (
    ("#E8E8E8", "#ACE4E4", "#5AC8C8"),
    ("#DFB0D6", "#A5ADD3", "#5698B9"),
    ("#BE64AC", "#8C62AA", "#3B4994"),
)
"""Rows: need, least first; columns: minutes, shortest first."""
CLUSTERS = {
    "high_low": "#D55E00",
    "high_high": "#56B4E9",
    "low_low": "#E69F00",
    "low_high": "#0072B2",
    "not_significant": "#DDDDDD",
}
QUADRANT_COLOURS = ("#56B4E9", "#595959", "#D55E00", "#009E73")
"""In the order of their keys; who needs much and reaches little stands out."""
SHOWN_ACCESS = (
    ("primary", "minutes"),
    ("lower_secondary", "minutes"),
    ("gymnasium", "per_1000"),
    ("gesamtschule", "per_1000"),
)


def _areas() -> gpd.GeoDataFrame:
    return read_boundaries("towns")[["ags", "geometry"]].to_crs(MAP_CRS)


def _minutes() -> pd.Series:
    return read_table(DRIVEN).set_index("ags")[MINUTES]


def need_maps(results: Results, language: Language) -> Figure:
    """Draw every measure of need in fifths of the people, and driving minutes beside them: small multiples."""
    table = results["need"]
    areas = _areas()
    order = pd.unique(table["need"])
    drawing, axes = plt.subplots(3, 2, figsize=figure_size(1.55))
    for ax, need in zip(axes.flat, order, strict=False):
        rows = areas.merge(table[table["need"] == need], on="ags")
        _draw_classes(ax, rows, rows["fifth"].to_numpy() - 1)
        ax.set_title(wrapped(label(f"need_{need}", language), 26))
    driven = areas.merge(_minutes().rename("minutes"), left_on="ags", right_index=True)
    place = np.searchsorted(driven["minutes"].quantile([0.2, 0.4, 0.6, 0.8]), driven["minutes"], side="right")
    last = axes.flat[len(order)]
    _draw_classes(last, driven, place)
    last.set_title(wrapped(SAY("need_maps.minutes", language), 26))
    for ax in axes.flat:
        ax.set_axis_off()
    handles = [
        Patch(facecolor=colour, label=SAY("need_maps.fifth", language, n=number))
        for number, colour in enumerate(FIFTHS, start=1)
    ]
    drawing.legend(handles=handles, loc="outside lower center", ncols=3)
    return SAY.figure("need_maps", drawing, table, language, sources=[*NEEDS, MAP])


def _draw_classes(ax: Axes, areas: gpd.GeoDataFrame, place: np.ndarray) -> None:
    shapes = coarse(areas, ax)
    draw_areas(ax, shapes, color=[FIFTHS[int(i)] for i in place], edgecolor="white", linewidth=0.15)
    ax.set_aspect("equal")


def both_map(results: Results, language: Language) -> Figure:
    """Draw deprivation and driving minutes in one map: thirds of the towns of each."""
    need = results["need"].query("need == 'deprivation'")[["ags", "value", "year"]]
    table = need.merge(_minutes().rename("minutes"), left_on="ags", right_index=True)
    for column in ("value", "minutes"):
        rank = table[column].rank(method="first").to_numpy()
        table[f"{column}_third"] = np.ceil(THIRDS * rank / len(table)).astype(int)
    areas = _areas().merge(table, on="ags")
    colours = [
        BOTH[need - 1][minutes - 1]
        for need, minutes in zip(areas["value_third"], areas["minutes_third"], strict=True)
    ]
    drawing, ax = plt.subplots(figsize=figure_size(1.15))
    draw_areas(ax, coarse(areas, ax), color=colours, edgecolor="white", linewidth=0.2)
    ax.set_axis_off()
    ax.set_aspect("equal")
    key = ax.inset_axes((0.72, 0.02, 0.26, 0.26))
    key.imshow(np.array([[to_rgb(colour) for colour in row] for row in BOTH]), origin="lower")
    key.set_xticks([])
    key.set_yticks([])
    key.grid(visible=False)
    key.set_xlabel(wrapped(SAY("both_map.x", language), 26), fontsize=10)
    key.set_ylabel(wrapped(SAY("both_map.y", language), 26), fontsize=10)
    year = int(table["year"].iloc[0])
    return SAY.figure(
        "both_map", drawing, table, language, sources=["deprivation", DRIVEN, MAP], year=str(year)
    )


def quadrant_points(results: Results, language: Language) -> Figure:
    """Draw deprivation over driving minutes to the lower secondary school: who needs most and reaches least."""
    kept = results["quadrants"].query("need == 'deprivation' and kind == @SHOWN and measure == 'minutes'")
    need = results["need"].query("need == 'deprivation'")[["ags", "value", "year"]]
    table = kept.merge(need, on="ags").merge(_minutes().rename("minutes"), left_on="ags", right_index=True)
    table = of_towns(table)[["ags", "name", "value", "minutes", "quadrant", "year"]]
    much = table["quadrant"].str.startswith("needs_much")
    little = table["quadrant"].str.endswith("reaches_little")
    shown = named(table.sort_values(["quadrant", "ags"]), language, quadrant="quadrant_{}")
    drawing = chart(
        shown,
        Points("minutes", "value", group="quadrant", size=18.0, colours=QUADRANT_COLOURS),
        Reference(x=float(table.loc[little, "minutes"].min())),
        Reference(y=float(table.loc[much, "value"].min())),
        language=language,
        x=Axis(SAY("quadrant_points.x", language), ",.0f"),
        y=Axis(SAY("quadrant_points.y", language), ".1f"),
        height=0.95,
        legend_columns=1,
    )
    year = str(int(table["year"].iloc[0]))
    return SAY.figure("quadrant_points", drawing, table, language, sources=["deprivation", DRIVEN], year=year)


def quadrants_table(results: Results, language: Language) -> Table:
    """Return how many towns need much and reach little, by need and measure, and how many stay there."""
    table = results["quadrant_counts"].query("quadrant == 'needs_much_reaches_little' and kind == @SHOWN")
    wide = table.pivot_table(
        index="need", columns="measure", values=["towns", "steady_towns", "people_share"], sort=False
    )
    shown = pd.DataFrame(
        {
            "need": wide.index,
            "minutes_towns": wide["towns", "minutes"].to_numpy(),
            "minutes_share": wide["people_share", "minutes"].to_numpy(),
            "shared_towns": wide["towns", "per_1000"].to_numpy(),
            "shared_steady": wide["steady_towns", "per_1000"].to_numpy(),
        }
    )
    first = results["looked_at_first"].query("kind == @SHOWN").groupby("need").size()
    shown = shown.assign(both=shown["need"].map(first).fillna(0))
    return SAY.table(
        "quadrants_table", named(shown, language, need="need_{}"), language, sources=[*NEEDS, *SCHOOLS]
    )


def first_table(results: Results, language: Language) -> Table:
    """Return the towns that are deprived and reach little however access is measured."""
    table = results["looked_at_first"].query("need == 'deprivation' and kind == @SHOWN")
    return SAY.table("first_table", table, language, sources=["deprivation", DRIVEN, *SCHOOLS])


def links(results: Results, language: Language) -> Figure:
    """Draw the rank correlation of need and driving minutes with intervals."""
    table = results["need_access"].query("measure == 'minutes'")
    drawing = chart(
        named(table, language, need="need_{}", kind="drive_{}"),
        Dots("rho", "need", "low", "high", group="kind", apart=0.18),
        Reference(x=0.0),
        language=language,
        x=Axis(SAY("links.x", language), "+.1f", (-0.4, 0.8)),
        y=Axis(wrap=20),
        height=1.0,
        legend="above",
        legend_columns=2,
    )
    return SAY.figure("links", drawing, table, language, sources=NEEDS)


def _shown(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Rows of the measures of access that are shown, with the names of need and access."""
    kept = [pair in SHOWN_ACCESS for pair in zip(table["kind"], table["measure"], strict=True)]
    rows = table[kept]
    access = [
        label(f"drive_{kind}" if measure == "minutes" else f"schools_per_{kind}", language)
        for kind, measure in zip(rows["kind"], rows["measure"], strict=True)
    ]
    return named(rows, language, need="need_{}").assign(access=access)


def links_table(results: Results, language: Language) -> Table:
    """Return rank correlations of need and access, as they are and at equal density of settlement."""
    shown = _shown(results["need_access"], language)
    return SAY.table("links_table", shown, language, sources=[*NEEDS, *SCHOOLS, "town_population_today"])


def equity_table(results: Results, language: Language) -> Table:
    """Return concentration index and gap of access along need, with intervals."""
    return SAY.table(
        "equity_table", _shown(results["equity"], language), language, sources=[*NEEDS, *SCHOOLS]
    )


def cluster_map(results: Results, language: Language) -> Figure:
    """Draw clusters of deprivation and of driving minutes in the neighbouring towns."""
    table = results["clusters"].query("need == 'deprivation' and kind == 'primary' and measure == 'minutes'")
    drawing, ax = plt.subplots(figsize=figure_size(1.5))
    category_map(
        ax,
        _areas().merge(table, on="ags"),
        "cluster",
        CLUSTERS,
        language=language,
        names={key: label(f"near_{key}", language) for key in CLUSTERS},
        legend_title=SAY("cluster_map.legend", language),
    )
    return SAY.figure("cluster_map", drawing, table, language, sources=["deprivation", DRIVEN, MAP])


def clusters_table(results: Results, language: Language) -> Table:
    """Return the number of towns in each cluster, by need, for driving minutes to the primary school."""
    table = results["cluster_counts"].query("kind == 'primary' and measure == 'minutes'")
    wide = table.pivot_table(index="need", columns="cluster", values="towns", fill_value=0, sort=False)
    wide = wide.reindex(columns=list(CLUSTERS), fill_value=0).reset_index()
    return SAY.table("clusters_table", named(wide, language, need="need_{}"), language, sources=[*NEEDS, MAP])
