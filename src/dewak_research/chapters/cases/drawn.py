"""Figures of the case-study chapter that take more than marks: grid of actors, maps of the lights, relief."""

from __future__ import annotations

import matplotlib.pyplot as plt

from dewak_research.chapters.cases.figures import (
    SAY,
    THOUSAND,
    context_sources,
    figure_of_case,
    names,
    of_case,
)
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure
from dewak_research.page.labels import label
from dewak_research.page.marks import Lines, Reference
from dewak_research.page.results import Cells, Results
from dewak_research.page.style import LIGHT_COLOURS, PALETTE, category_map, figure_size, number_axis
from dewak_research.page.texts import named
from dewak_research.page.values import rounded

_LIGHTS = {**LIGHT_COLOURS, "unknown": "#D0D0D0"}
_SHOWN_ITEMS = 10


def actor_grid(results: Results, language: Language, case: str) -> Figure:
    """Draw the actors of one case by power and interest with the raters' spread."""
    actors = of_case(results, "actors", case).sort_values("actor")
    named_actors = names(results, f"actor_{case}", language)
    drawing, ax = plt.subplots(figsize=figure_size(0.85))
    middle = float(actors["interest_mean"].median())
    for draw, at in ((ax.axvline, middle), (ax.axhline, float(actors["power_mean"].median()))):
        draw(at, color="#888888", linewidth=0.8, linestyle="--")
    placed: list[tuple[float, float]] = []
    for row in actors.sort_values("power_mean", ascending=False).to_dict("records"):
        x, y = row["interest_mean"], row["power_mean"]
        ax.errorbar(x, y, row["power_sd"], row["interest_sd"], color="#AAAAAA", linewidth=1, zorder=1)
        ax.scatter(x, y, s=60 + 500 * row["betweenness"], color=PALETTE[0], zorder=2)
        side = -1 if x > 8.4 or x < middle else 1
        below = any(abs(x - u) < 3 and abs(y - v) < 0.9 for u, v in placed)
        placed.append((x, y))
        ax.annotate(
            wrapped(named_actors[row["actor"]], 18),
            (x, y),
            xytext=(side * 9, -9 if below else 9),
            textcoords="offset points",
            ha="right" if side < 0 else "left",
            va="top" if below else "bottom",
            fontsize=9,
        )
    ax.set(xlim=(0, 10.4), ylim=(0, 10.4), xlabel=SAY("grid.x", language), ylabel=SAY("grid.y", language))
    for axis in (ax.xaxis, ax.yaxis):
        number_axis(axis, language)
    broker = named_actors[Cells(results).stakeholder_summary(case=case).broker]
    return figure_of_case("grid", drawing, actors, results, language, case, n=len(actors), broker=broker)


def transfer_maps(results: Results, language: Language, case: str) -> Figure:
    """Draw one map per light for the 396 municipalities."""
    table = of_case(results, "transfer", case)
    areas = read_boundaries("towns")[["ags", "geometry"]].merge(table, on="ags")
    drawing, axes = plt.subplots(3, 1, figsize=figure_size(2.5))
    shown = {light: label(f"case_light_{light}", language) for light in _LIGHTS}
    for ax, part in zip(axes, ("context", "mechanism", "feasibility"), strict=True):
        title = label(f"case_{part}", language)
        category_map(ax, areas, f"{part}_light", _LIGHTS, language=language, names=shown, legend_title=title)
    counts = table.loc[table["kind"] != "kreis", "context_light"].value_counts()
    said = {light: int(counts.get(light, 0)) for light in _LIGHTS}
    sources = [*context_sources(results), "boundaries_towns"]
    data = table.drop(columns="headroom_eur")
    return figure_of_case("transfer", drawing, data, results, language, case, sources=sources, **said)


def relief_curve(results: Results, language: Language) -> Figure:
    """Draw the cash effect over the share of volunteer hours that replaces paid work."""
    table, summary = results["relief_curve"], Cells(results).relief_summary()
    base, even = summary.base_eur, summary.break_even_share
    shown = table.assign(keur=table["effect_eur"] / THOUSAND)
    drawing = chart(
        shown,
        Lines("substitution_share", "keur", marker=None),
        Reference(y=0.0),
        language=language,
        x=Axis(SAY("relief.x", language), ".0%", (0, 1)),
        y=Axis(SAY("relief.y", language), ",.0f"),
        height=0.62,
    )
    ax, x, y = drawing.axes[0], shown["substitution_share"], shown["keur"]
    for side, colour in ((y < 0, PALETTE[1]), (y >= 0, PALETTE[2])):
        ax.fill_between(x, y, 0, where=side.tolist(), color=colour, alpha=0.25, interpolate=True)
    if 0 <= even <= 1:
        ax.plot([even], [0], "o", color="black")
        text = SAY("relief.even", language, share=even)
        ax.annotate(text, (even, 0), xytext=(8, -16), textcoords="offset points")
    return SAY.figure("relief", drawing, table, language, base=rounded(base), share=even)


def relief_tornado(results: Results, language: Language) -> Figure:
    """Draw the inputs that move the cash effect most, each over its own range."""
    table = results["relief_tornado"]
    base = Cells(results).relief_summary().base_eur / THOUSAND
    shown = named(table[table["swing_eur"] > 0].head(_SHOWN_ITEMS), language, item="case_item_{}")
    drawing, ax = plt.subplots(figsize=figure_size(0.85))
    for end, colour in (("low", PALETTE[5]), ("high", PALETTE[0])):
        length = shown[f"at_{end}_eur"] / THOUSAND - base
        text = label(f"case_item_{end}", language)
        ax.barh(range(len(shown)), length, left=base, color=colour, height=0.6, label=text)
    ax.axvline(base, color="black", linewidth=1)
    ax.axvline(0, color="#888888", linewidth=0.8, linestyle="--")
    ax.set_yticks(range(len(shown)), [wrapped(item) for item in shown["item"]])
    ax.yaxis.set_inverted(True)
    number_axis(ax.xaxis, language)
    ax.set_xlabel(SAY("relief.y", language))
    ax.grid(visible=False, axis="y")
    drawing.legend(loc="outside upper left", ncols=2)
    return SAY.figure("tornado", drawing, table, language, item=shown["item"].iloc[0])
