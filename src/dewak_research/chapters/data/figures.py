"""Figures and tables of the data chapter: what there is, what is missing, how two sources agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dewak_research.data import read_boundaries
from dewak_research.data.catalogue import table as catalogued
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Points
from dewak_research.page.results import Cells, Results
from dewak_research.page.style import MAP_CRS, NO_DATA_COLOUR, PALETTE, coarse, draw_areas, figure_size
from dewak_research.page.texts import ChapterTexts, named

if TYPE_CHECKING:
    import geopandas as gpd

_COLOURS = {"reported": PALETTE[4], "carried_forward": PALETTE[1], "unreported": NO_DATA_COLOUR}
_PAYMENTS = ["booked_payments", "suppressed_payments"]
_LOOKS: dict[str, dict[str, Any]] = {
    state: {"facecolor": colour, "edgecolor": "white"}
    if state != "unreported"
    else {"facecolor": colour, "edgecolor": "#999999", "hatch": "/////"}
    for state, colour in _COLOURS.items()
}
_SAY = ChapterTexts(__package__)


def _of_units(results: Results) -> pd.DataFrame:
    return results["record_status"].merge(results["units"][["ags", "name", "kind"]], on="ags")


def coverage_map(results: Results, language: Language) -> Figure:
    """Return three maps of NRW: reported, carried forward, not reported, by year."""
    status = _of_units(results)
    towns, heads = status[status["kind"] != "kreis"], status[status["kind"] == "kreis"]
    areas = read_boundaries("towns").to_crs(MAP_CRS)[["ags", "geometry"]]
    drawing, axes = plt.subplots(2, 2, figsize=figure_size(1.05))
    areas = coarse(areas, axes[0, 0])
    areas["kreis"] = areas["ags"].str[:5]
    districts = areas.dissolve(by="kreis")[["geometry"]]
    records = results["records_by_year"].set_index(["level", "year"])["reported"]["towns"]
    for ax, (year, rows) in zip(axes.flat, towns.groupby("year"), strict=False):
        missing = heads[(heads["year"] == year) & (heads["status"] != "reported")]["ags"]
        _draw(
            ax, areas.merge(rows[["ags", "status"]], on="ags"), districts.loc[districts.index.isin(missing)]
        )
        ax.set_title(_SAY("coverage_map.panel", language, year=year, n=records[year], all=len(rows)))
    handles: list[Patch | Line2D] = [
        Patch(label=label(state, language), **look) for state, look in _LOOKS.items()
    ]
    outline = wrapped(_SAY("coverage_map.outline", language), 24)
    handles.append(Line2D([], [], color="#222222", linewidth=1.4, label=outline))
    axes[1, 1].set_axis_off()
    axes[1, 1].legend(handles=handles, loc="center left", fontsize=10)
    data = status[["ags", "name", "kind", "year", "status", "identical_share", "suppressed_cells"]]
    sources = [*_PAYMENTS, "boundaries_towns"]
    return _SAY.figure("coverage_map", drawing, data, language, sources=sources, counts=records.tolist())


def _draw(ax: Axes, shapes: gpd.GeoDataFrame, districts: gpd.GeoDataFrame) -> None:
    for state, look in _LOOKS.items():
        part = shapes[shapes["status"] == state]
        if len(part):
            draw_areas(ax, part, linewidth=0.25, **look)
    draw_areas(ax, districts.boundary, color="#222222", linewidth=1.1)
    ax.set_axis_off()
    ax.set_aspect("equal")


def coverage_table(results: Results, language: Language) -> Table:
    """Return how many units reported, carried forward or did not report, by level and year."""
    counts = results["records_by_year"].query("level != 'all'")
    return _SAY.table("coverage_table", counts, language, sources=_PAYMENTS)


def flags_table(results: Results, language: Language) -> Table:
    """Return every quality flag with its rule and the number of cases."""
    sources = [*_PAYMENTS, "balance_sheets", "kreise_panel", "unemployment"]
    return _SAY.table("flags_table", results["quality_flags"], language, sources=sources)


def carried_forward_table(results: Results, language: Language) -> Table:
    """Return the records that repeat the year before."""
    status = _of_units(results)
    frame = status[status["status"] == "carried_forward"].sort_values(["year", "ags"])
    return _SAY.table("carried_forward_table", frame, language, sources=["booked_payments"])


def trade_tax_overlap(results: Results, language: Language) -> Figure:
    """Return trade tax booked against trade tax of the tax panel."""
    sources = ["booked_payments", "tax_panel", "town_population"]
    return _overlap(
        results, results["trade_tax_overlap"], language, "trade_tax_overlap", "6013", 2_000, sources
    )


def kdu_overlap(results: Results, language: Language) -> Figure:
    """Return housing costs booked against KdU per head of the Kreis panel."""
    sources = ["booked_payments", "kreise_panel", "town_population"]
    status = results["record_status"].assign(kreis=lambda d: d["ags"].str[:5])
    heads = status[(status["ags"].str.len() == 5) | status["ags"].str.endswith("000")]
    table = results["kdu_overlap"].merge(heads[["kreis", "year", "status"]], on=["kreis", "year"])
    return _overlap(results, table, language, "kdu_overlap", "7333", 400, sources)


def _overlap(
    results: Results, table: pd.DataFrame, language: Language, key: str, account: str, upper: float, sources: list[str]
) -> Figure:  # fmt: skip
    order = table["status"].map({state: i for i, state in enumerate(_COLOURS)}).argsort(kind="stable")
    drawing = chart(
        named(table.iloc[order], language, status="{}"),
        Points("panel_eur_pc", "booked_eur_pc", group="status", equal=_SAY("overlap.equal", language)),
        language=language,
        x=Axis(_SAY("overlap.x", language), ",.0f", (0, upper)),
        y=Axis(_SAY("overlap.y", language, account=account), ",.0f", (0, upper)),
        height=0.8,
        legend="upper left",
    )
    both = table[["panel_eur_pc", "booked_eur_pc"]]
    found = Cells(results).agreement(measure=key.removesuffix("_overlap"), status="all")
    return _SAY.figure(
        key,
        drawing,
        table,
        language,
        sources=sources,
        n=len(table),
        outside=int((~both.clip(0, upper).eq(both).all(axis=1)).sum()),
        r=found.correlation,
        ratio=found.median_ratio,
    )


def corrections_table(results: Results, language: Language) -> Table:
    """Return the cells that cannot be right, grouped by reason."""
    log = results["corrections"]
    titled = log.assign(table=log["table"].map(lambda name: catalogued(name).title[language]))
    groups = titled.groupby(["table", "column", f"reason_{language}"], sort=False)
    frame = groups.agg(
        data_years=("year", lambda s: "–".join(dict.fromkeys([str(s.min()), str(s.max())]))), data_cells=("ags", "size")
    ).reset_index()  # fmt: skip
    return _SAY.table("corrections_table", frame, language, sources=sorted(set(log["table"])))


def kdu_breaks_table(results: Results, language: Language) -> Table:
    """Return booked housing costs that break the series of their Gesamtkreis."""
    sources = ["booked_payments", "town_population"]
    return _SAY.table("kdu_breaks_table", results["kdu_breaks"], language, sources=sources)


def option_municipalities_table(results: Results, language: Language) -> Table:
    """Return the opting municipalities with their federal money, and the social share without and with it."""
    found = results["option_municipalities"]
    return _SAY.table("option_municipalities_table", found, language, sources=["booked_payments"])


def account_map_table(results: Results, language: Language) -> Table:
    """Return how account codes become budget aggregates, and which of them are confirmed."""
    return _SAY.table("account_map_table", results["account_map"], language, sources=["booked_payments"])


def licence_table(results: Results, language: Language) -> Table:
    """Return all tables with publisher, number, vintage and licence."""
    entries = results["catalogue"]
    to_confirm = [_SAY("to_confirm", language, licence=name) for name in entries[f"licence_{language}"]]
    names = entries[f"licence_{language}"].where(entries["licence_verified"], to_confirm)
    frame = entries.assign(licence=names)
    return _SAY.table("licence_table", frame, language, sources=entries["table"].tolist())
