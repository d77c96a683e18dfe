"""Figures and tables of the data chapter: what there is, what is missing, how two sources agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import (
    MAP_CRS,
    NO_DATA_COLOUR,
    PALETTE,
    figure_size,
    number_axis,
)
from dewak_research.page.values import number

if TYPE_CHECKING:
    import geopandas as gpd

YEARS = (2009, 2010, 2011)
_COLOURS = {"reported": PALETTE[4], "carried_forward": PALETTE[1], "unreported": NO_DATA_COLOUR}
_PAYMENTS = ["nrw_payments", "nrw_payments_suppressed"]


def _towns(results: Results) -> pd.DataFrame:
    status = results["record_status"].merge(results["units"][["ags", "name", "kind", "kreis"]], on="ags")
    return status[status["kind"] != "kreis"]


def _map(ax: Axes, shapes: gpd.GeoDataFrame, districts: gpd.GeoDataFrame, language: Language) -> None:
    for state, colour in _COLOURS.items():
        part = shapes[shapes["status"] == state]
        if len(part):
            hatch = (
                {"hatch": "/////", "edgecolor": "#999999"}
                if state == "unreported"
                else {"edgecolor": "white"}
            )
            part.plot(ax=ax, color=None, facecolor=colour, linewidth=0.25, **hatch)
    districts.boundary.plot(ax=ax, color="#222222", linewidth=1.1)
    ax.set_axis_off()
    ax.set_aspect("equal")
    usable = int((shapes["status"] == "reported").sum())
    year = int(shapes["year"].iloc[0])
    n, total = number(usable, language), number(len(shapes), language)
    ax.set_title(label("data_panel_title", language, year=year, n=n, all=total))


def coverage_map(results: Results, language: Language) -> Figure:
    """Return three maps of NRW: reported, carried forward, not reported, by year."""
    towns = _towns(results)
    status = results["record_status"].merge(results["units"][["ags", "name", "kind"]], on="ags")
    heads = status[status["kind"] == "kreis"]
    areas = read_boundaries("nrw_gemeinden").to_crs(MAP_CRS)[["ags", "geometry"]]
    areas["kreis"] = areas["ags"].str[:5]
    districts = areas.dissolve(by="kreis")[["geometry"]]
    drawing, axes = plt.subplots(2, 2, figsize=figure_size(1.05))
    for ax, year in zip(axes.flat, YEARS, strict=False):
        shapes = areas.merge(towns[towns["year"] == year][["ags", "year", "status"]], on="ags")
        missing = heads[(heads["year"] == year) & (heads["status"] != "reported")]["ags"]
        _map(ax, shapes, districts.loc[districts.index.isin(missing)], language)
    handles: list[Patch | Line2D] = [
        Patch(
            facecolor=colour,
            edgecolor="#999999" if state == "unreported" else colour,
            hatch="/////" if state == "unreported" else None,
            label=label(state, language),
        )
        for state, colour in _COLOURS.items()
    ]
    outline = label("data_kreis_unreported", language)
    handles.append(Line2D([], [], color="#222222", linewidth=1.4, label=_wrapped(outline)))
    axes[1, 1].set_axis_off()
    axes[1, 1].legend(handles=handles, loc="center left", fontsize=10)
    counts = [
        number(int(((towns["year"] == y) & (towns["status"] == "reported")).sum()), language) for y in YEARS
    ]
    return Figure(
        drawing,
        name="coverage_map",
        caption=label("data_coverage_caption", language),
        alt=label("data_coverage_alt", language, a=counts[0], b=counts[1], c=counts[2]),
        note=label("data_coverage_note", language),
        sources=[*_PAYMENTS, "boundaries_nrw_gemeinden"],
        data=status[["ags", "name", "kind", "year", "status", "identical_share", "suppressed_cells"]],
        language=language,
    )


def _wrapped(text: str) -> str:
    words = text.split(" ")
    half = (len(words) + 1) // 2
    return " ".join(words[:half]) + "\n" + " ".join(words[half:])


def coverage_table(results: Results, language: Language) -> Table:
    """Return how many units reported, carried forward or did not report, by level and year."""
    status = results["record_status"]
    status["data_units"] = status["ags"].str.len().map({8: "data_towns", 5: "data_kreise"})
    counts = status.pivot_table(
        index=["data_units", "year"], columns="status", values="ags", aggfunc="size", fill_value=0
    )
    columns = {state: f"data_{state}_n" for state in _COLOURS}
    frame = counts.rename(columns=columns)[list(columns.values())].reset_index()
    frame.columns.name = None
    return Table(
        frame.sort_values(["data_units", "year"], ascending=[False, True]),
        name="coverage_table",
        caption=label("data_coverage_table_caption", language),
        sources=_PAYMENTS,
        labelled=["data_units"],
        language=language,
    )


def flags_table(results: Results, language: Language) -> Table:
    """Return every quality flag with its rule and the number of cases."""
    status = results["record_status"]["status"]
    flags = [
        ("carried", int((status == "carried_forward").sum())),
        ("unreported", int((status == "unreported").sum())),
        ("outside", len(results["no_municipality"])),
        ("identity", len(results["balance_gaps"])),
        ("break", len(results["kdu_breaks"])),
        ("corrected", len(results["corrections"])),
    ]
    frame = pd.DataFrame(
        [(f"data_flag_{key}", f"data_rule_{key}", n) for key, n in flags],
        columns=["data_flag", "data_flag_rule", "data_flag_n"],
    )
    return Table(
        frame,
        name="flags_table",
        caption=label("data_flags_caption", language),
        sources=[*_PAYMENTS, "nrw_balance_2009", "kreise_panel", "nrw_unemployment"],
        labelled=["data_flag", "data_flag_rule"],
        language=language,
    )


def carried_forward_table(results: Results, language: Language) -> Table:
    """Return the records that repeat the year before."""
    status = results["record_status"].merge(results["units"][["ags", "name"]], on="ags")
    frame = status[status["status"] == "carried_forward"].sort_values(["year", "ags"])
    return Table(
        frame[["name", "ags", "year", "identical_share"]],
        name="carried_forward_table",
        caption=label("data_carried_caption", language),
        sources=["nrw_payments"],
        formats={"identical_share": ".0%"},
        language=language,
    )


def _overlap(table: pd.DataFrame, language: Language, account: str, name: str, upper: float, sources: list[str],
             results: Results) -> Figure:  # fmt: skip
    drawing, ax = plt.subplots(figsize=figure_size(0.8))
    ax.plot([0, upper], [0, upper], color="#4D4D4D", linewidth=1, label=label("data_equal", language))
    groups = [key for key in _COLOURS if key in set(table["status"])]
    for position, key in enumerate(groups):
        rows = table[table["status"] == key]
        ax.scatter(
            rows["panel_eur_pc"],
            rows["booked_eur_pc"],
            s=14 + 12 * position,
            alpha=0.6,
            color=PALETTE[position],
            linewidth=0,
            label=label(key, language),
        )
    ax.set(xlim=(0, upper), ylim=(0, upper))
    ax.set_xlabel(label("data_panel", language))
    ax.set_ylabel(label("data_booked", language, account=account))
    number_axis(ax.xaxis, language)
    number_axis(ax.yaxis, language)
    ax.legend(loc="upper left")
    shown = table[["panel_eur_pc", "booked_eur_pc"]].clip(lower=0, upper=upper).eq(
        table[["panel_eur_pc", "booked_eur_pc"]]
    )  # fmt: skip
    outside = int((~shown.all(axis=1)).sum())
    values = results.values
    n = number(len(table), language)
    return Figure(
        drawing,
        name=name,
        caption=label(f"data_{name.removesuffix('_overlap')}_caption", language),
        alt=label(
            "data_overlap_alt",
            language,
            n=n,
            r=number(values[f"{name}_correlation"], language, 3),
            ratio=number(values[f"{name}_median_ratio"], language, 3),
        ),
        note=label("data_overlap_note", language, out=number(outside, language), n=n),
        sources=sources,
        data=table,
        language=language,
    )


def trade_tax_overlap(results: Results, language: Language) -> Figure:
    """Return trade tax booked against trade tax of the tax panel."""
    sources = ["nrw_payments", "nrw_tax_panel", "nrw_population"]
    table = results["trade_tax_overlap"]
    return _overlap(table, language, "6013", "trade_tax_overlap", 2_000, sources, results)


def kdu_overlap(results: Results, language: Language) -> Figure:
    """Return housing costs booked against KdU per head of the Kreis panel."""
    sources = ["nrw_payments", "kreise_panel", "nrw_population"]
    status = results["record_status"].assign(kreis=lambda d: d["ags"].str[:5])
    heads = status[(status["ags"].str.len() == 5) | status["ags"].str.endswith("000")]
    table = results["kdu_overlap"].merge(heads[["kreis", "year", "status"]], on=["kreis", "year"])
    return _overlap(table, language, "7333", "kdu_overlap", 400, sources, results)


def corrections_table(results: Results, language: Language) -> Table:
    """Return the cells that cannot be right, grouped by reason."""
    log = results["corrections"]
    groups = log.groupby(["table", "column", f"reason_{language}"], sort=False)
    frame = groups.agg(
        data_years=("year", lambda s: "–".join(dict.fromkeys([str(s.min()), str(s.max())]))), data_cells=("ags", "size")
    ).reset_index()  # fmt: skip
    frame = frame.rename(
        columns={"table": "data_title", "column": "data_column", f"reason_{language}": "data_reason"}
    )
    return Table(
        frame[["data_title", "data_column", "data_years", "data_cells", "data_reason"]],
        name="corrections_table",
        caption=label("data_corrections_caption", language),
        sources=sorted(set(log["table"])),
        language=language,
    )


def kdu_breaks_table(results: Results, language: Language) -> Table:
    """Return booked housing costs that break the series of their Gesamtkreis."""
    frame = results["kdu_breaks"].rename(
        columns={"kdu_eur_pc": "data_kdu_booked", "other_years_eur_pc": "data_kdu_others"}
    )
    return Table(
        frame[["name", "year", "data_kdu_booked", "data_kdu_others"]],
        name="kdu_breaks_table",
        caption=label("data_breaks_caption", language),
        sources=["nrw_payments", "nrw_population"],
        formats={"data_kdu_booked": ",.0f", "data_kdu_others": ",.0f"},
        language=language,
    )


def account_map_table(results: Results, language: Language) -> Table:
    """Return how account codes become budget aggregates, and which of them are confirmed."""
    names = {f"name_{language}": "data_aggregate", "accounts": "data_accounts", "verified": "data_verified"}
    frame = results["account_map"].rename(columns={**names, "product_groups": "data_product_groups"})
    return Table(
        frame[["data_aggregate", "data_accounts", "data_product_groups", "data_verified"]],
        name="account_map_table",
        caption=label("data_accounts_caption", language),
        sources=["nrw_payments"],
        language=language,
    )


def licence_table(results: Results, language: Language) -> Table:
    """Return all tables with publisher, number, vintage and licence."""
    entries = results["catalogue"]
    confirm = entries["licence"].map(lambda name: label("data_confirm", language, licence=name))
    frame = pd.DataFrame(
        {
            "data_title": entries[f"title_{language}"],
            "data_publisher": entries[f"publisher_{language}"],
            "data_number": entries["number"],
            "data_vintage": entries[f"vintage_{language}"],
            "data_licence": entries["licence"].where(entries["licence_verified"], confirm),
        }
    )
    return Table(
        frame,
        name="licence_table",
        caption=label("data_licences_caption", language),
        sources=entries["table"].tolist(),
        language=language,
    )
