"""Figures of the stakeholder analysis: grid of power and interest, classes, preference weights."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dewak_research.chapters.cases.origin import INPUTS, CaseFigure, CaseTable, names, wrapped
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import number


def _short(case: str, language: Language) -> str:
    return label(f"case_short_{case}", language)


def actor_grid(results: Results, language: Language, case: str) -> Figure:
    """Draw the actors of one case by power and interest with the raters' spread."""
    actors = results["actors"]
    actors = actors[actors["case"] == case].sort_values("actor")
    named = names(results, f"actor_{case}", language)
    drawing, ax = plt.subplots(figsize=figure_size(0.85))
    ax.axvline(actors["interest_mean"].median(), color="#888888", linewidth=0.8, linestyle="--")
    ax.axhline(actors["power_mean"].median(), color="#888888", linewidth=0.8, linestyle="--")
    middle = float(actors["interest_mean"].median())
    placed: list[tuple[float, float]] = []
    for row in actors.sort_values("power_mean", ascending=False).to_dict("records"):
        x, y = row["interest_mean"], row["power_mean"]
        ax.errorbar(
            x, y, xerr=row["interest_sd"], yerr=row["power_sd"], color="#AAAAAA", linewidth=1, zorder=1
        )
        ax.scatter(x, y, s=60 + 500 * row["betweenness"], color=PALETTE[0], zorder=2)
        side = -1 if x > 8.4 or x < middle else 1
        below = any(abs(x - u) < 3 and abs(y - v) < 0.9 for u, v in placed)
        placed.append((x, y))
        ax.annotate(
            wrapped(named[row["actor"]], 18),
            (x, y),
            xytext=(side * 9, -9 if below else 9),
            textcoords="offset points",
            ha="right" if side < 0 else "left",
            va="top" if below else "bottom",
            fontsize=9,
        )
    ax.set_xlim(0, 10.4)
    ax.set_ylim(0, 10.4)
    for axis in (ax.xaxis, ax.yaxis):
        number_axis(axis, language)
    ax.set_xlabel(label("case_interest", language))
    ax.set_ylabel(label("case_power", language))
    return CaseFigure(
        drawing,
        name=f"case_grid_{case}",
        caption=label("case_grid_caption", language, case=_short(case, language)),
        alt=label("case_grid_alt", language, n=len(actors), broker=named[results.values[f"{case}_broker"]]),
        note=label("case_grid_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=actors,
        language=language,
    )


def actors_table(results: Results, language: Language) -> Table:
    """Return the actors of both cases with quadrant, class, attitude and place in the network."""
    rows = []
    for row in results["actors"].sort_values(["case", "actor"]).to_dict("records"):
        named = names(results, f"actor_{row['case']}", language)
        known = isinstance(row["salience"], str)
        rows.append(
            {
                "case_actor": f"{named[row['actor']]} ({_short(row['case'], language)})",
                "case_quadrant": f"case_{row['quadrant']}",
                "case_salience": f"case_salience_{row['salience']}" if known else None,
                "case_raters": row["raters"],
                "case_attitude": row["attitude_mean"],
                "case_betweenness": row["betweenness"],
            }
        )
    return CaseTable(
        pd.DataFrame(rows),
        name="case_actors",
        caption=label("case_actors_caption", language),
        sources=INPUTS,
        said=label("case_source", language),
        formats={"case_attitude": ".1f", "case_betweenness": ".2f"},
        labelled=["case_quadrant", "case_salience"],
        language=language,
    )


def weight_bars(results: Results, language: Language, case: str) -> Figure:
    """Draw the preference weights of each actor and of the group (geometric mean of the judgements)."""
    table = results["preference_weights"]
    table = table[table["case"] == case].drop(columns="case")
    shown = table[table["actor"] != "group_aip"]
    wide = shown.pivot_table(index="actor", columns="criterion", values="weight", sort=False)
    named = {**names(results, f"actor_{case}", language), "group_aij": label("case_group", language)}
    criterion = names(results, "criterion", language)
    drawing, ax = plt.subplots(figsize=figure_size(0.6))
    positions = np.arange(len(wide))[::-1]
    left = np.zeros(len(wide))
    for column, colour in zip(wide.columns, PALETTE, strict=False):
        widths = wide[column].to_numpy()
        ax.barh(positions, widths, left=left, color=colour, label=criterion[column])
        left = left + widths
    ax.set_yticks(positions, [wrapped(named[a]) for a in wide.index])
    ax.set_xlim(0, 1)
    number_axis(ax.xaxis, language, ".0%")
    ax.set_xlabel(label("case_weights_axis", language))
    ax.grid(visible=False, axis="y")
    drawing.legend(loc="outside upper left", ncols=1)
    agreement = number(results.values[f"{case}_kendalls_w"], language, 2)
    return CaseFigure(
        drawing,
        name=f"case_weights_{case}",
        caption=label("case_weights_caption", language, case=_short(case, language)),
        alt=label("case_weights_alt", language, w=agreement),
        note=label("case_weights_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=table,
        language=language,
    )
