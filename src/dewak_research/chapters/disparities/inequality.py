"""How unequal KdU per head is, since when, between whom, and whether need or price makes it so."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns

from dewak_research.chapters.disparities.text import PANEL, caption, spec, texts, wrapped
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import formatted


def inequality_path(results: Results, language: Language) -> Figure:
    """Return the coefficient of variation by year with bootstrap bands."""
    table = results["inequality_path"]
    same = table[(table["measure"] == "cv") & (table["sample"] == "same")]
    drawing, ax = plt.subplots(figsize=figure_size(0.68))
    for colour, weighting in zip(PALETTE, ("units", "people"), strict=False):
        part = same[same["weighting"] == weighting].sort_values("year")
        ax.fill_between(part["year"], part["low"], part["high"], color=colour, alpha=0.18, linewidth=0)
        ax.plot(
            part["year"],
            part["value"],
            "o-",
            color=colour,
            markersize=4,
            label=label(f"{weighting}_weighting", language),
        )
    ax.set_ylabel(label("cv", language))
    ax.set_ylim(0, None)
    number_axis(ax.yaxis, language, ".1f")
    ax.set_xticks(range(int(same["year"].min()), int(same["year"].max()) + 1, 2))
    ax.legend(loc="lower right")
    return Figure(
        drawing,
        sources=[*PANEL],
        data=same,
        language=language,
        **texts("inequality_path", language, kreise=int(same["kreise"].iloc[0])),
    )


def inequality_measures(results: Results, language: Language) -> Table:
    """Return every measure in the first and last year of the panel, weighted and unweighted."""
    table = results["inequality_path"]
    years = [int(results.values[name]) for name in ("first_year", "last_year")]
    some = table[(table["sample"] == "all") & table["year"].isin(years)]
    rows = []
    for measure in ("cv", "gini", "theil", "mld", "p90_p10", "above_1_5_mean_share"):
        for year in years:
            row: dict[str, Any] = {"measure": label(measure, language), "year": year}
            part = some[(some["measure"] == measure) & (some["year"] == year)].set_index("weighting")
            for weighting in ("units", "people"):
                low, high = (spec(part.loc[weighting, k], ".2f", language) for k in ("low", "high"))
                interval = label("interval", language, low=low, high=high)
                row[f"{weighting}_weighting"] = (
                    f"{spec(part.loc[weighting, 'value'], '.2f', language)} ({interval})"
                )
            rows.append(row)
    return Table(
        pd.DataFrame(rows), sources=[*PANEL], language=language, **caption("inequality_measures", language)
    )


def inequality_parts(results: Results, language: Language) -> Figure:
    """Return which part of the Theil index lies between Länder, between types, and within."""
    table = results["inequality_parts"]
    some = table[(table["index_name"] == "theil") & (table["weighting"] == "people")]
    drawing, ax = plt.subplots(figsize=figure_size(0.68))
    years = sorted(some["year"].unique())
    below = np.zeros(len(years))
    for colour, component in zip(
        (PALETTE[0], PALETTE[4], "#BBBBBB"), ("between_1", "between_2", "within"), strict=True
    ):
        part = some[some["component"] == component].set_index("year").loc[years]
        ax.bar(years, part["share"], bottom=below, color=colour, width=0.8, label=label(component, language))
        below = below + part["share"].to_numpy()
    ax.set_ylabel(label("theil_share", language))
    number_axis(ax.yaxis, language, ".0%")
    ax.set_xticks(years[::2])
    ax.grid(axis="x", visible=False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=1)
    return Figure(
        drawing, sources=[*PANEL], data=some, language=language, **texts("inequality_parts", language)
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
    drawing = grid.figure
    drawing.supylabel(label("kdu_short", language), fontsize=10)
    data = means.rename(columns={"kdu_eur_pc": "kdu_land_mean_eur_pc"})
    return Figure(drawing, sources=[*PANEL], data=data, language=language, **texts("land_panels", language))


def need_or_price(results: Results, language: Language) -> Figure:
    """Return the share of the differences that recipients and cost per recipient account for."""
    table = results["variance_shares"]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(0.95), sharex=True, sharey=True)
    for ax, scope in zip(axes, ("germany", "within_land"), strict=True):
        for colour, factor in zip(PALETTE, ("need", "price"), strict=False):
            part = table[(table["scope"] == scope) & (table["factor"] == factor)].sort_values("year")
            ax.fill_between(part["year"], part["low"], part["high"], color=colour, alpha=0.2, linewidth=0)
            ax.plot(
                part["year"], part["share"], "o-", color=colour, markersize=4, label=label(factor, language)
            )
        ax.set_title(label(scope, language))
        ax.set_ylim(0, 1)
        number_axis(ax.yaxis, language, ".0%")
    axes[1].set_xticks(range(int(table["year"].min()), int(table["year"].max()) + 1, 2))
    axes[0].legend(loc="center right")
    drawing.supylabel(label("variance_share", language), fontsize=10)
    return Figure(
        drawing, sources=[*PANEL], data=table, language=language, **texts("need_or_price", language)
    )


def lmdi_path(results: Results, language: Language) -> Figure:
    """Return what population, place, need and price added to national KdU since the first year."""
    table = results["lmdi_path"]
    drawing, ax = plt.subplots(figsize=figure_size(0.75))
    for colour, factor in zip(
        (PALETTE[1], PALETTE[0], PALETTE[6], PALETTE[5]), ("price", "need", "people", "place"), strict=True
    ):
        ax.plot(table["year"], table[factor], "o-", color=colour, markersize=4, label=label(factor, language))
    ax.plot(table["year"], table["total"], color="black", linewidth=2.5, label=label("total", language))
    ax.axhline(0, color="#4D4D4D", linewidth=0.8)
    ax.set_ylabel(label("lmdi_axis", language, year=int(table["year"].min())))
    number_axis(ax.yaxis, language, ".1f")
    ax.set_xticks(range(int(table["year"].min()), int(table["year"].max()) + 1, 3))
    ax.legend(loc="upper left")
    return Figure(
        drawing,
        sources=[*PANEL],
        data=table,
        language=language,
        **texts("lmdi_path", language, kreise=results.values["lmdi_kreise"]),
    )


def rank_transitions(results: Results, language: Language) -> Figure:
    """Return how many Kreise stayed in their quarter between the first and the last year."""
    table = results["rank_transitions"]
    size = int(table["from_class"].max())
    matrix = table.sort_values(["from_class", "to_class"])["probability"].to_numpy().reshape(size, size)
    drawing, ax = plt.subplots(figsize=figure_size(0.75))
    shown = np.array([[formatted(value, ".0%", language) for value in row] for row in matrix])
    quarters = [str(c + 1) for c in range(size)]
    sns.heatmap(
        matrix,
        annot=shown,
        fmt="",
        cmap="cividis_r",
        vmin=0,
        vmax=1,
        cbar=False,
        ax=ax,
        xticklabels=quarters,
        yticklabels=quarters,
    )
    ax.set_xlabel(label("to_class", language))
    ax.set_ylabel(label("from_class", language))
    ax.grid(visible=False)
    return Figure(
        drawing,
        sources=[*PANEL],
        data=table,
        language=language,
        **texts(
            "rank_transitions", language, first=results.values["first_year"], last=results.values["last_year"]
        ),
    )
