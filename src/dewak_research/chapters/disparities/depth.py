"""Figures and tables of the disparities chapter on what holds under other choices, and what does not."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from dewak_research.chapters.disparities.figures import PANEL, ZERO
from dewak_research.chapters.disparities.tables import _side_by_side, with_sizes
from dewak_research.disparities.choices import CHOICES
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.texts import ChapterTexts, named
from dewak_research.page.values import formatted, with_interval

_SAY = ChapterTexts(__package__)
_FOCUS = "unemployment_pct"
_GREY = "#9A9A9A"


def specification_curve(results: Results, language: Language) -> Figure:
    """Return the estimates of unemployment under every choice, ordered, with the choices below."""
    table = results["specification_curve"].query("term == @_FOCUS").sort_values("rank", ignore_index=True)
    firm = ((table["low"] > 0) | (table["high"] < 0)).to_numpy()
    place = np.arange(len(table))
    drawing, (top, below) = plt.subplots(2, 1, figsize=figure_size(1.6), sharex=True, height_ratios=[1, 1.9])
    top.vlines(place, table["low"], table["high"], color="#DADADA", linewidth=0.6)
    for chosen, colour, key in ((firm, PALETTE[0], "firm"), (~firm, _GREY, "open")):
        name = _SAY(f"specification_curve.{key}", language)
        top.plot(place[chosen], table["estimate"][chosen], ".", color=colour, markersize=3, label=name)
    main = table.index[table["main"]]
    name = _SAY("specification_curve.main", language)
    top.plot(main, table.loc[main, "estimate"], "D", color=PALETTE[1], markersize=7, label=name)
    top.axhline(0, color="#4D4D4D", linewidth=1)
    top.set_ylabel(_SAY("specification_curve.y", language))
    number_axis(top.yaxis, language, ".2f")
    options = results["specification_curve"]
    rows = [(choice, option) for choice in CHOICES for option in options[choice].unique()]
    for line, (choice, option) in enumerate(rows):
        taken = (table[choice] == option).to_numpy()
        for chosen, colour in ((taken & firm, PALETTE[0]), (taken & ~firm, _GREY)):
            below.broken_barh(runs(chosen), (-line - 0.3, 0.6), facecolors=colour, linewidth=0)
    below.set_yticks([-line for line in range(len(rows))], [_option(*row, language) for row in rows])
    for edge in np.flatnonzero([a[0] != b[0] for a, b in pairwise(rows)]):
        below.axhline(-edge - 0.5, color="#C8C8C8", linewidth=0.8)
    below.grid(visible=False)
    below.set_xlabel(_SAY("specification_curve.x", language))
    number_axis(below.xaxis, language)
    drawing.legend(*top.get_legend_handles_labels(), loc="outside lower center", ncols=1)
    joint = results["specification_joint"].set_index("term").loc[_FOCUS]
    return _SAY.figure(
        "specification_curve",
        drawing,
        table,
        language,
        sources=PANEL,
        n=len(table),
        firm=firm.mean(),
        low=joint["lowest"],
        high=joint["highest"],
    )


def runs(chosen: np.ndarray) -> list[tuple[float, int]]:
    """Return begin and length of every run of places that are chosen, each place one wide."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], chosen.astype(int), [0]])))
    return [(begin - 0.5, int(end - begin)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


def _option(choice: str, option: str, language: Language) -> str:
    return label(f"choice_{choice}_{option}", language)


def each_land(results: Results, language: Language) -> Figure:
    """Return the estimate for unemployment in each Land by itself."""
    table = results["by_each_land"].sort_values("estimate", ascending=False, ignore_index=True)
    names = [
        _SAY("each_land.land", language, name=name, n=n)
        for name, n in zip(table["land_name"], table["clusters"], strict=True)
    ]
    drawing = chart(
        table.assign(land_name=names),
        Dots("estimate", "land_name", "low", "high", size=6),
        ZERO,
        language=language,
        x=Axis(_SAY("each_land.x", language), ".2f"),
        height=0.85,
    )
    return _SAY.figure("each_land", drawing, table, language, sources=PANEL)


def robustness_table(results: Results, language: Language) -> Table:
    """Return one row per variable: main estimate, curve, tests, and the verdict."""
    table = results["robustness"]
    q_least = table["q_value"].clip(lower=1e-4)
    frame = named(table, language, term="{}", verdict="verdict_{}").assign(
        main_estimate=with_interval(table, ".3f", language),
        curve=with_interval(table, ".3f", language, "median", "lowest", "highest"),
        q_value=[formatted(q, ".4f", language) for q in q_least],
    )
    return _SAY.table("robustness_table", frame, language, sources=PANEL, draws=int(table["draws"].iloc[0]))


def comparison_table(results: Results, language: Language) -> Table:
    """Return the estimates by comparison side by side, with observations and clusters."""
    table = results["comparisons"]
    order = {name: f"comparison_{name}" for name in table["comparison"].unique()}
    frame = _side_by_side(table, with_interval(table, ".3f", language), "comparison", order)
    frame = named(with_sizes(frame, table, "comparison", order, language), language, term="{}")
    return _SAY.table("comparison_table", frame, language, sources=PANEL)


def oster_bounds(results: Results, language: Language) -> Table:
    """Return δ and the identified set of every variable."""
    table = results["oster"]
    frame = named(table, language, term="{}").assign(
        beta_short=[formatted(v, ".3f", language) for v in table["beta_short"]],
        beta_full=[formatted(v, ".3f", language) for v in table["beta_full"]],
        delta=with_interval(table, ".2f", language, "delta", "delta_low", "delta_high"),
        adjusted=with_interval(table, ".3f", language, "adjusted", "adjusted_low", "adjusted_high"),
        sign_holds=[label(f"sign_{verdict}", language) for verdict in table["holds"]],
    )
    r_max = float(table["r_max"].iloc[0])
    kreise = int(table["clusters"].iloc[0])
    return _SAY.table("oster_bounds", frame, language, sources=PANEL, r_max=r_max, kreise=kreise)


def discovery_table(results: Results, language: Language) -> Table:
    """Return how many coefficients survive the control of false discoveries."""
    frame = named(results["discovery_counts"], language, family="family_{}")
    return _SAY.table("discovery_table", frame, language, sources=PANEL)
