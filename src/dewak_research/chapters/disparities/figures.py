"""Figures of the disparities chapter on what is: booked shares, how unequal KdU is, and whether the bridge holds."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Patch

from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars, Dots, Lines, Points, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, choropleth, figure_size, number_axis
from dewak_research.page.texts import ChapterTexts, named
from dewak_research.page.values import formatted
from dewak_research.page.years import mark_censuses

PANEL = ("kreise_panel",)
MAP = ("kreise_panel", "boundaries_kreise")
BOOKED = ("booked_payments", "suppressed_payments", "town_population")
YEAR = 2010
KDU_BREAKS = (50, 100, 150, 200, 300)
MODELS = ("pooled", "two_way", "kreis_land_year", "mundlak", "first_differences", "long_differences")
_SAY = ChapterTexts(__package__)
_BAND = "#DDDDDD"
ZERO = Reference(x=0, colour="#4D4D4D", width=1.0)
LEVEL_ZERO = Reference(y=0, colour="#4D4D4D", width=1.0)


def short_name(name: str) -> str:
    """Return the name of a Kreis without its title: »Essen, Stadt« becomes »Essen«."""
    return name.split(",")[0]


def marked(rows: pd.Series, *second: str) -> pd.Categorical[Any]:
    """Tell apart the rows that a chart draws in its second colour."""
    return pd.Categorical(np.where(rows.isin(second), "marked", "other"), ["other", "marked"])


def every(years: pd.Series, step: int) -> range:
    """Return every ``step``-th year from the first to the last."""
    return range(int(years.min()), int(years.max()) + 1, step)


def definition_shares(results: Results, language: Language) -> Figure:
    """Return the share of social spending under every definition, beside the published national range."""
    table = results["definition_shares"]
    now = table[(table["year"] == YEAR) & (table["kind"] == "all")].sort_values(
        "value_share", ignore_index=True
    )
    published = results["published_shares"].query("not wide")["value_share"]
    shown = now.iloc[::-1].assign(look=lambda d: marked(d["definition"], "soc_transfer_share"))
    drawing = chart(
        named(shown, language, definition="{}"),
        Dots("value_share", "definition", "low", "high", group="look", apart=0),
        language=language,
        x=Axis(_SAY("definition_shares.x", language, year=YEAR), ".0%", (0, None)),
        y=Axis(wrap=34),
        height=1.1,
        legend=None,
    )
    drawing.axes[0].axvspan(published.min(), published.max(), color=_BAND, zorder=0)
    band = Patch(color=_BAND, label=_SAY("definition_shares.band", language))
    drawing.legend(handles=[band], loc="outside lower center")
    low, high = published.min(), published.max()
    return _SAY.figure(
        "definition_shares", drawing, now, language, sources=BOOKED, year=YEAR, low=low, high=high
    )


def benefit_types(results: Results, language: Language) -> Figure:
    """Return transfers per inhabitant by type of benefit, cities beside Kreise."""
    table = results["benefit_types"]
    now = table[(table["year"] == YEAR) & (table["kind"] != "all")].drop(columns=["cv", "gini"])
    order = now.groupby("benefit_type")["amount_eur_pc"].mean().sort_values(ascending=False).index
    shown = now.set_index("benefit_type").loc[order].reset_index()
    drawing = chart(
        named(shown, language, benefit_type="benefit_{}", kind="{}"),
        Bars("amount_eur_pc", "benefit_type", group="kind"),
        language=language,
        x=Axis(label("amount_eur_pc", language, with_unit=True), ",.0f"),
        height=0.85,
        legend_columns=2,
    )
    return _SAY.figure("benefit_types", drawing, now, language, sources=BOOKED, year=YEAR)


def kdu_map(results: Results, language: Language) -> Figure:
    """Return the map of KdU per inhabitant for all Kreise in the last year."""
    ends = results["kdu_range"].iloc[0]
    table = results["kreis_year"]
    now = table.loc[table["year"] == ends["year"], ["ags", "name", "kdu_eur_pc"]].sort_values("ags")
    areas = read_boundaries("kreise").merge(now, on="ags", how="left")
    drawing, ax = plt.subplots(figsize=figure_size(1.35))
    choropleth(ax, areas, "kdu_eur_pc", language=language, breaks=KDU_BREAKS)
    return _SAY.figure(
        "kdu_map",
        drawing,
        now,
        language,
        sources=MAP,
        year=int(ends["year"]),
        low=ends["lowest_eur_pc"],
        high=ends["highest_eur_pc"],
        low_name=short_name(ends["lowest_name"]),
        high_name=short_name(ends["highest_name"]),
    )


def land_panels(results: Results, language: Language) -> Figure:
    """Return small multiples: every Kreis as a thin line, the mean of its Land as a thick one."""
    table = results["kreis_year"].dropna(subset=["kdu_eur_pc"])
    means = table.groupby(["land", "land_name", "year"])["kdu_eur_pc"].mean().reset_index()
    order = means[means["year"] == means["year"].max()].sort_values("kdu_eur_pc", ascending=False)
    width, height = figure_size(1.65)
    with plt.rc_context({"figure.constrained_layout.use": False}):  # seaborn lays the grid out itself
        grid = sns.FacetGrid(
            table,
            col="land_name",
            col_order=order["land_name"],
            col_wrap=3,
            height=height / 6,
            aspect=2 * width / height,
        )
    line = {"x": "year", "y": "kdu_eur_pc"}
    grid.map_dataframe(
        sns.lineplot, **line, units="ags", estimator=None, color="#999999", linewidth=0.5, alpha=0.6
    )
    grid.map_dataframe(sns.lineplot, **line, estimator="mean", errorbar=None, color=PALETTE[1], linewidth=2)
    grid.set_axis_labels("", "")
    for land, ax in grid.axes_dict.items():
        ax.set_title(wrapped(str(land), 20), fontsize=9.5)
        ax.set_xticks([2010, 2020])
        ax.tick_params(labelbottom=True)
        number_axis(ax.yaxis, language)
        mark_censuses(ax, int(table["year"].min()), int(table["year"].max()), language)
    grid.figure.supylabel(_SAY("land_panels.y", language), fontsize=10)
    data = means.rename(columns={"kdu_eur_pc": "kdu_land_mean_eur_pc"})
    return _SAY.figure("land_panels", grid.figure, data, language, sources=PANEL)


def inequality_path(results: Results, language: Language) -> Figure:
    """Return the coefficient of variation by year with bootstrap bands."""
    table = results["inequality_path"].query("measure == 'cv' and sample == 'same'")
    drawing = chart(
        named(
            table.sort_values(["weighting", "year"], ascending=[False, True]),
            language,
            weighting="{}_weighting",
        ),
        Lines("year", "value", group="weighting", bands=[("low", "high")]),
        language=language,
        x=Axis(ticks=every(table["year"], 2)),
        y=Axis(label("cv", language), ".1f", (0, None)),
    )
    kreise = int(table["kreise"].iloc[0])
    return _SAY.figure("inequality_path", drawing, table, language, sources=PANEL, kreise=kreise)


def inequality_parts(results: Results, language: Language) -> Figure:
    """Return which part of the Theil index lies between Länder, between types, and within."""
    table = results["inequality_parts"].query("index_name == 'theil' and weighting == 'people'")
    shown = table.assign(year=table["year"].astype(str))
    drawing = chart(
        named(shown, language, component="{}"),
        Bars(
            "year", "share", "component", stacked=True, colours=(PALETTE[0], PALETTE[4], "#BBBBBB"), width=0.8
        ),
        language=language,
        y=Axis(_SAY("inequality_parts.y", language), ".0%"),
    )
    drawing.axes[0].tick_params(axis="x", rotation=90)
    return _SAY.figure("inequality_parts", drawing, table, language, sources=PANEL)


def rank_transitions(results: Results, language: Language) -> Figure:
    """Return how many Kreise stayed in their quarter between the first and the last year."""
    table = results["rank_transitions"]
    matrix = table.pivot_table(index="from_class", columns="to_class", values="probability")
    shown = matrix.map(lambda value: formatted(value, ".0%", language))
    drawing, ax = plt.subplots(figsize=figure_size(0.75))
    sns.heatmap(matrix, annot=shown, fmt="", cmap="cividis_r", vmin=0, vmax=1, cbar=False, ax=ax)
    ax.set_xlabel(label("to_class", language))
    ax.set_ylabel(label("from_class", language))
    ax.grid(visible=False)
    period = results["period"].iloc[0]
    first, last = int(period["first_year"]), int(period["last_year"])
    return _SAY.figure("rank_transitions", drawing, table, language, sources=PANEL, first=first, last=last)


def need_or_price(results: Results, language: Language) -> Figure:
    """Return the share of the differences that recipients and cost per recipient account for."""
    table = results["variance_shares"]
    drawing = chart(
        named(table.sort_values(["scope", "factor", "year"]), language, scope="{}", factor="{}"),
        Lines("year", "share", group="factor", bands=[("low", "high")]),
        language=language,
        x=Axis(ticks=every(table["year"], 2)),
        y=Axis(_SAY("need_or_price.y", language), ".0%", (0, 1)),
        height=0.95,
        panel="scope",
        share="both",
    )
    return _SAY.figure("need_or_price", drawing, table, language, sources=PANEL)


def validation_scatter(results: Results, language: Language) -> Figure:
    """Return KdU per head against the booked account 7333."""
    table = results["validation_pairs"]
    limit = table[["kdu_eur_pc", "booked_eur_pc"]].max().max() * 1.08
    equal = _SAY("validation_scatter.equal", language)
    drawing = chart(
        table.sort_values("year").assign(year=lambda d: d["year"].astype(str)),
        Points("booked_eur_pc", "kdu_eur_pc", group="year", equal=equal),
        language=language,
        x=Axis(label("booked_eur_pc", language, with_unit=True), ",.0f", (0, limit)),
        y=Axis(label("kdu_eur_pc", language, with_unit=True), ",.0f", (0, limit)),
        height=0.85,
        legend="upper left",
    )
    far = table.assign(off=(table["ratio"] - 1).abs()).sort_values("off").groupby("kreis").tail(1).tail(3)
    for row in far.itertuples():
        name, at = f"{short_name(str(row.name))} {row.year}", (row.booked_eur_pc, row.kdu_eur_pc)
        drawing.axes[0].annotate(name, at, (6, -10), textcoords="offset points", fontsize=9)
    sources = [*PANEL, *BOOKED]
    return _SAY.figure("validation_scatter", drawing, table, language, sources=sources, n=len(table))
