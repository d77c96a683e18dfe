"""Maps, neighbours, the squeeze and the reform of 2020."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd

from dewak_research.chapters.disparities.text import (
    MAP,
    PANEL,
    caption,
    dot_interval,
    short_name,
    spec,
    texts,
    wrapped,
)
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, category_map, choropleth, figure_size, number_axis

KDU_BREAKS = (50, 100, 150, 200, 300)
CLUSTERS = {
    "high_high": PALETTE[1],
    "low_low": PALETTE[0],
    "high_low": PALETTE[5],
    "low_high": PALETTE[4],
    "not_significant": "#E6E6E6",
}


def kdu_map(results: Results, language: Language) -> Figure:
    """Return the map of KdU per inhabitant for all Kreise in the last year."""
    year = int(results.values["map_year"])
    table = results["kreis_year"]
    now = table.loc[table["year"] == year, ["ags", "name", "kdu_eur_pc"]]
    areas = read_boundaries("kreise").merge(now, on="ags", how="left")
    drawing, ax = plt.subplots(figsize=figure_size(1.35))
    choropleth(ax, areas, "kdu_eur_pc", language=language, breaks=KDU_BREAKS)
    values = results.values
    return Figure(
        drawing,
        sources=[*MAP],
        data=now.sort_values("ags"),
        language=language,
        **texts(
            "kdu_map",
            language,
            year=year,
            low=spec(values["kdu_lowest_eur_pc"], ",.0f", language),
            high=spec(values["kdu_highest_eur_pc"], ",.0f", language),
            low_name=short_name(str(values["kdu_lowest_name"])),
            high_name=short_name(str(values["kdu_highest_name"])),
        ),
    )


def lisa_map(results: Results, language: Language) -> Figure:
    """Return the map of local clusters with control of false discoveries."""
    table = results["lisa"]
    areas = read_boundaries("kreise").merge(table[["ags", "cluster"]], on="ags", how="left")
    counts = table["cluster"].value_counts()
    shown = {name: colour for name, colour in CLUSTERS.items() if counts.get(name, 0)}
    drawing, ax = plt.subplots(figsize=figure_size(1.35))
    category_map(
        ax,
        areas,
        "cluster",
        shown,
        language=language,
        names={name: label(name, language) for name in shown},
        legend_title=label("lisa_legend", language),
    )
    return Figure(
        drawing,
        sources=[*MAP],
        data=table,
        language=language,
        **texts(
            "lisa_map", language, high=int(counts.get("high_high", 0)), low=int(counts.get("low_low", 0))
        ),
    )


def moran_table(results: Results, language: Language) -> Table:
    """Return Moran's I under both neighbourhoods, for Germany and within Länder."""
    frame = results["moran"][["neighbours", "scope", "i", "null_low", "null_high", "p_value"]]
    return Table(
        frame,
        labelled=["neighbours", "scope"],
        formats={"i": ".2f", "null_low": ".2f", "null_high": ".2f", "p_value": ".4f"},
        sources=[*MAP],
        language=language,
        **caption("moran_table", language),
    )


def spatial_effects(results: Results, language: Language) -> Figure:
    """Return effects of the own Kreis and of the neighbours, in both spatial models."""
    table = results["spatial_effects"]
    terms = list(dict.fromkeys(table["term"]))
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(1.2), sharex=True)
    for ax, model in zip(axes, ("slx", "sdm"), strict=True):
        for number, effect in enumerate(("indirect", "direct")):
            part = table[(table["model"] == model) & (table["effect"] == effect)].set_index("term")
            for place, term in enumerate(reversed(terms)):
                row = part.loc[term]
                dot_interval(
                    ax,
                    place + (number - 0.5) * 0.3,
                    {**row, "value": row["estimate"]},
                    PALETTE[1 - number],
                    5,
                )
            ax.plot([], [], "o-", color=PALETTE[1 - number], label=label(effect, language))
        ax.axvline(0, color="#4D4D4D", linewidth=1)
        ax.set_yticks(range(len(terms)), [label(term, language) for term in reversed(terms)])
        ax.set_title(label(model, language))
        ax.grid(axis="y", visible=False)
        number_axis(ax.xaxis, language, ".1f")
    handles, names = axes[0].get_legend_handles_labels()
    drawing.legend(handles, names, loc="outside lower center", ncols=2)
    return Figure(
        drawing, sources=[*MAP], data=table, language=language, **texts("spatial_effects", language)
    )


def placebo_maps(results: Results, language: Language) -> Figure:
    """Return spatial dependence on the real map and on random maps."""
    table = results["placebo"]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(1.1), sharex=True)
    for ax, scope in zip(axes, ("germany", "within_land"), strict=True):
        part = table[table["scope"] == scope]
        for colour, sort in zip((PALETTE[4], PALETTE[5]), ("anywhere", "within_land"), strict=True):
            name = label("within_land_neighbours" if sort == "within_land" else sort, language)
            ax.hist(part.loc[part["map"] == sort, "rho"], bins=15, color=colour, alpha=0.85, label=name)
        real = float(part.loc[part["map"] == "real", "rho"].iloc[0])
        ax.axvline(real, color="black", linewidth=2, label=label("real_map", language))
        ax.set_title(label(f"placebo_{scope}", language))
        ax.locator_params(axis="y", nbins=4, integer=True)
        number_axis(ax.xaxis, language, ".1f")
    handles, names = axes[0].get_legend_handles_labels()
    drawing.legend(handles, names, loc="outside lower center", ncols=1)
    axes[1].set_xlabel(label("rho", language))
    drawing.supylabel(label("draws_axis", language), fontsize=10)
    return Figure(drawing, sources=[*MAP], data=table, language=language, **texts("placebo_maps", language))


def investment_by_burden(results: Results, language: Language) -> Figure:
    """Return mean investment by quarter of KdU, for Kreise with little and much liquidity credit."""
    table = results["investment_quartiles"]
    drawing, ax = plt.subplots(figsize=figure_size(0.68))
    for number, credit in enumerate(("low", "high")):
        part = table[table["credit"] == credit]
        places = part["kdu_quartile"] + (number - 0.5) * 0.38
        ax.bar(
            places,
            part["capital_spending_eur_pc"],
            width=0.36,
            color=PALETTE[number],
            label=label(f"credit_{credit}", language),
        )
        for x, value, n in zip(places, part["capital_spending_eur_pc"], part["kreise"], strict=True):
            ax.annotate(label("n_kreise", language, n=n), (x, value), ha="center", va="bottom", fontsize=9)
    ax.set_xticks([1, 2, 3, 4])
    ax.set_xlabel(wrapped(label("kdu_quartile", language), 60))
    ax.set_ylabel(label("capital_spending_eur_pc", language, with_unit=True))
    number_axis(ax.yaxis, language)
    ax.grid(axis="x", visible=False)
    ax.legend(loc="upper right")
    return Figure(
        drawing, sources=[*PANEL], data=table, language=language, **texts("investment_by_burden", language)
    )


def squeeze_table(results: Results, language: Language) -> Table:
    """Return the estimates of the squeeze test."""
    table = results["squeeze"]
    models = ("compare_kreise", "within_kreis", "compare_kreise_log", "within_kreis_log")
    rows = []
    for term in dict.fromkeys(table["term"]):
        part = table[table["term"] == term].set_index("model")
        row = {"term": label(term, language)}
        for model in models:
            pattern = ".3f" if model.endswith("_log") else ".1f"
            low, high = (spec(part.loc[model, k], pattern, language) for k in ("low", "high"))
            interval = label("interval", language, low=low, high=high)
            row[model] = f"{spec(part.loc[model, 'estimate'], pattern, language)} ({interval})"
        rows.append(row)
    return Table(
        pd.DataFrame(rows),
        sources=[*PANEL],
        language=language,
        note=label("squeeze_table_note", language),
        **caption("squeeze_table", language),
    )


def event_view(results: Results, language: Language) -> Figure:
    """Return gross KdU by year in Kreise of high against low exposure to the reform."""
    table = results["event_view"]
    drawing, ax = plt.subplots(figsize=figure_size(0.62))
    ax.errorbar(
        table["year"],
        table["estimate"],
        yerr=[table["estimate"] - table["low"], table["high"] - table["estimate"]],
        fmt="o",
        color=PALETTE[0],
        capsize=3,
    )
    ax.axhline(0, color="#4D4D4D", linewidth=1)
    ax.axvline(2019.5, color=PALETTE[1], linestyle="--")
    ax.set_ylabel(wrapped(label("event_axis", language), 34))
    number_axis(ax.yaxis, language, ".2f")
    ax.set_xticks(table["year"])
    return Figure(drawing, sources=[*PANEL], data=table, language=language, **texts("event_view", language))
