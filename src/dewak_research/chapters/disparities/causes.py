"""Figures of the disparities chapter on what goes with high burdens: models, causes, neighbours, the squeeze."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure as Drawing

from dewak_research.chapters.disparities.figures import LEVEL_ZERO, MAP, MODELS, PANEL, ZERO, every, marked
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars, Dots, Lines, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, category_map, figure_size, number_axis
from dewak_research.page.texts import ChapterTexts, named

CLUSTERS = {
    "high_high": PALETTE[1],
    "low_low": PALETTE[0],
    "high_low": PALETTE[5],
    "low_high": PALETTE[4],
    "not_significant": "#E6E6E6",
}
SHOWN = (
    "unemployment_pct",
    "foreign_pct",
    "age_65plus_pct",
    "ln_tax_capacity_lag",
    "ln_gdp_pc",
    "ln_asking_rent",
)
_SAY = ChapterTexts(__package__)


def coefficient_plot(results: Results, language: Language) -> Figure:
    """Return the estimates of every model, one panel per variable."""
    table = results["ladder"]
    shown = table.set_index("term").loc[list(SHOWN)].reset_index()
    shown["look"] = marked(shown["as_expected"], "no")
    signs = shown["expected_sign"].map({"+": "sign_plus", "-": "sign_minus"})
    shown["panel"] = [
        wrapped(f"{label(term, language)} [{label(sign, language)}]", 20)
        for term, sign in zip(shown["term"], signs, strict=True)
    ]
    shown["model"] = pd.Categorical(
        [label(f"{model}_short", language) for model in shown["model"]],
        [label(f"{model}_short", language) for model in MODELS],
    )
    drawing = chart(
        shown,
        Dots("estimate", "model", "low", "high", group="look", apart=0, size=5),
        ZERO,
        language=language,
        x=Axis(_SAY("coefficient_plot.x", language), ".2f"),
        height=1.35,
        panel="panel",
        columns=2,
        share="y",
        legend=None,
    )
    for ax in drawing.axes:
        ax.locator_params(axis="x", nbins=4)
    return _SAY.figure("coefficient_plot", drawing, table, language, sources=PANEL)


def rolling_windows(results: Results, language: Language) -> Figure:
    """Return the two-way estimates in rolling windows."""
    table = results["rolling"]
    shown = table.set_index("term").loc[list(SHOWN[:4])].reset_index()
    shown["middle"] = (shown["first_year"] + shown["last_year"]) / 2
    shown["term"] = [wrapped(label(term, language), 20) for term in shown["term"]]
    drawing = chart(
        shown,
        Lines("middle", "estimate", bands=[("low", "high")]),
        LEVEL_ZERO,
        language=language,
        x=Axis(_SAY("rolling_windows.x", language), ticks=every(shown["middle"], 2)),
        y=Axis(spec=".2f"),
        height=0.9,
        panel="term",
        columns=2,
    )
    return _SAY.figure("rolling_windows", drawing, table, language, sources=PANEL)


def shapley_blocks(results: Results, language: Language) -> Figure:
    """Return the Shapley shares of R² by block."""
    table = results["shapley"]
    blocks = table[table["block"] != "r_squared"].sort_values("value", ascending=False)
    drawing = chart(
        named(blocks.replace({"block": {"land": "land_block"}}), language, block="{}"),
        Dots("value", "block", "low", "high", values=".0%", size=7),
        language=language,
        x=Axis(_SAY("shapley_blocks.x", language), ".0%", (0, blocks["high"].max() * 1.2)),
        y=Axis(wrap=24),
        height=0.62,
    )
    return _SAY.figure("shapley_blocks", drawing, table, language, sources=PANEL)


def oaxaca_gaps(results: Results, language: Language) -> Figure:
    """Return the Oaxaca–Blinder parts of both comparisons."""
    table = results["oaxaca"]
    shown = table.assign(look=marked(table["part"], "gap", "explained", "unexplained"))
    shown["part"] = shown["part"].str.removeprefix("explained_")
    drawing = chart(
        named(shown, language, part="{}", comparison="{}"),
        Dots("value", "part", "low", "high", group="look", apart=0),
        ZERO,
        language=language,
        x=Axis(_SAY("oaxaca_gaps.x", language), ".1f"),
        height=1.15,
        panel="comparison",
        legend=None,
    )
    return _SAY.figure("oaxaca_gaps", drawing, table, language, sources=PANEL)


def lisa_map(results: Results, language: Language) -> Figure:
    """Return the map of local clusters with control of false discoveries."""
    table = results["lisa"]
    counts = results["lisa_counts"].set_index("cluster")["kreise"]
    shown = {name: colour for name, colour in CLUSTERS.items() if counts[name]}
    areas = read_boundaries("kreise").merge(table[["ags", "cluster"]], on="ags", how="left")
    names = {name: label(name, language) for name in shown}
    title = _SAY("lisa_map.legend", language)
    drawing, ax = plt.subplots(figsize=figure_size(1.35))
    category_map(ax, areas, "cluster", shown, language=language, names=names, legend_title=title)
    high, low = int(counts["high_high"]), int(counts["low_low"])
    return _SAY.figure("lisa_map", drawing, table, language, sources=MAP, high=high, low=low)


def own_and_neighbours(table: pd.DataFrame, panel: str, language: Language) -> Drawing:
    """Draw the effects of the own Kreis and of the neighbours by term, one panel for each value of ``panel``."""
    return chart(
        named(table[table["effect"] != "total"], language, term="{}", effect="{}"),
        Dots("estimate", "term", "low", "high", group="effect", apart=0.3, size=5),
        ZERO,
        language=language,
        x=Axis(spec=".1f"),
        height=1.2,
        panel=panel,
        legend_columns=2,
    )


def spatial_effects(results: Results, language: Language) -> Figure:
    """Return effects of the own Kreis and of the neighbours, in both spatial models."""
    table = results["spatial_effects"]
    drawing = own_and_neighbours(named(table, language, model="{}"), "model", language)
    return _SAY.figure("spatial_effects", drawing, table, language, sources=MAP)


def placebo_maps(results: Results, language: Language) -> Figure:
    """Return spatial dependence on the real map and on random maps."""
    table = results["placebo"]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(1.1), sharex=True)
    for ax, scope in zip(axes, ("germany", "within_land"), strict=True):
        part = table[table["scope"] == scope].set_index("map")["rho"]
        for colour, sort in zip(PALETTE[4:6], ("anywhere", "within_land"), strict=True):
            name = _SAY("placebo_maps.within" if sort == "within_land" else "placebo_maps.anywhere", language)
            ax.hist(part.loc[sort], bins=15, color=colour, alpha=0.85, label=name)
        ax.axvline(part["real"], color="black", linewidth=2, label=_SAY("placebo_maps.real", language))
        ax.set_title(_SAY(f"placebo_maps.{scope}", language))
        ax.locator_params(axis="y", nbins=4, integer=True)
        number_axis(ax.xaxis, language, ".1f")
    drawing.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=1)
    axes[1].set_xlabel(label("rho", language))
    drawing.supylabel(_SAY("placebo_maps.y", language), fontsize=10)
    return _SAY.figure("placebo_maps", drawing, table, language, sources=MAP)


def investment_by_burden(results: Results, language: Language) -> Figure:
    """Return mean investment by quarter of KdU, for Kreise with little and much liquidity credit."""
    table = results["investment_quartiles"]
    shown = table.sort_values(["credit", "kdu_quartile"], ascending=[False, True])
    counted = [label("n_kreise", language, n=n) for n in shown["kreise"]]
    shown = shown.assign(kdu_quartile=shown["kdu_quartile"].astype(str), counted=counted)
    drawing = chart(
        named(shown, language, credit="credit_{}"),
        Bars("kdu_quartile", "capital_spending_eur_pc", group="credit", values="counted"),
        language=language,
        x=Axis(_SAY("investment_by_burden.x", language)),
        y=Axis(label("capital_spending_eur_pc", language, with_unit=True), ",.0f"),
        legend_columns=2,
    )
    return _SAY.figure("investment_by_burden", drawing, table, language, sources=PANEL)


def event_view(results: Results, language: Language) -> Figure:
    """Return gross KdU by year in Kreise of high against low exposure to the reform."""
    table = results["event_view"]
    reform = float(results["relief_summary"]["reform_year"].iloc[0])
    drawing = chart(
        table,
        Dots("year", "estimate", "low", "high"),
        LEVEL_ZERO,
        Reference(x=reform - 0.5, colour=PALETTE[1], style="--", width=1.6),
        language=language,
        x=Axis(ticks=table["year"].tolist()),
        y=Axis(_SAY("event_view.y", language), ".2f", wrap=17),
        height=0.62,
    )
    return _SAY.figure("event_view", drawing, table, language, sources=PANEL)
