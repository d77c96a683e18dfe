"""One unit in depth: fan charts, what drives the risk, before and after."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from dewak_research.chapters.stress.text import (
    BLOCK_COLOURS,
    RUN_SOURCES,
    of_unit,
    texts,
    unit_name,
    with_crisis_note,
)
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import eur_m, pct

FAN_MEASURES = ("result", "equity", "liquidity_credit")
MILLION = 1e6


def _fan(ax: Axes, rows: pd.DataFrame, colour: str, language: Language) -> None:
    years = rows["year"].to_numpy()
    low, lower, middle, upper, high = (
        rows[f"p{level}_eur"].to_numpy(float) / MILLION for level in (5, 25, 50, 75, 95)
    )
    ax.fill_between(years, low, high, color=colour, alpha=0.2, linewidth=0)
    ax.fill_between(years, lower, upper, color=colour, alpha=0.35, linewidth=0)
    ax.plot(years, middle, color=colour, linewidth=2)
    ax.axhline(0, color="#222222", linewidth=0.9)
    for value, key in ((low[-1], 5), (middle[-1], 50), (high[-1], 95)):
        ax.annotate(
            label("stress_percentile", language, p=key),
            (years[-1], value),
            (5, 0),
            textcoords="offset points",
            va="center",
        )
    ax.set_xticks(years)
    ax.set_xlim(years[0], years[-1] + 0.45)
    ax.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    number_axis(ax.yaxis, language)


def fan_chart(results: Results, language: Language, ags: str) -> Figure:
    """Return fan charts of result, equity and liquidity credit of one unit."""
    rows = of_unit(results, "fan", ags)
    shown = [m for m in FAN_MEASURES if rows.loc[rows["measure"] == m, "p50_eur"].notna().any()]
    drawing, axes = plt.subplots(len(shown), 1, figsize=figure_size(0.45 * len(shown) + 0.1), sharex=True)
    for ax, measure, colour in zip(np.atleast_1d(axes), shown, PALETTE, strict=False):
        part = rows[rows["measure"] == measure]
        _fan(ax, part, colour, language)
        ax.set_title(label(f"stress_measure_{measure}", language, with_unit=True))
    name = unit_name(results, ags)
    last = rows[rows["measure"] == "result"].iloc[-1]
    return Figure(
        drawing,
        name=f"stress_fan_{ags}",
        sources=[*RUN_SOURCES],
        data=rows,
        note=label("stress_fan_note", language),
        language=language,
        **texts(
            "stress_fan",
            language,
            name=name,
            year=int(last["year"]),
            low=eur_m(last["p5_eur"], language),
            middle=eur_m(last["p50_eur"], language),
            high=eur_m(last["p95_eur"], language),
        ),
    )


def probability_chart(results: Results, language: Language, ags: str) -> Figure:
    """Return the probability that a trigger has been hit up to each year, with both uncertainties."""
    rows = of_unit(results, "trigger_probability", ags)
    drawing, ax = plt.subplots(figsize=figure_size(0.75))
    for i, trigger in enumerate(("n1", "n2", "n3", "any")):
        part = rows[rows["trigger"] == trigger]
        x = part["year"].to_numpy() + (i - 1.5) * 0.12
        middle = part["probability"].to_numpy(float)
        low = np.minimum(part["frequency_low"].to_numpy(float), middle)
        high = np.maximum(part["frequency_high"].to_numpy(float), middle)
        ax.vlines(x, low, high, color=PALETTE[i], linewidth=4, alpha=0.45)
        ax.plot(x, middle, "o", color=PALETTE[i], label=label(f"stress_trigger_{trigger}", language))
    ax.set_ylim(-0.03, 1.03)
    ax.set_xticks(sorted(rows["year"].unique()))
    number_axis(ax.yaxis, language, ".0%")
    ax.grid(visible=False, axis="x")
    drawing.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=1)
    last = rows[(rows["trigger"] == "any") & (rows["year"] == rows["year"].max())].iloc[0]
    return Figure(
        drawing,
        name=f"stress_probability_{ags}",
        sources=[*RUN_SOURCES],
        data=rows,
        note=with_crisis_note("stress_probability_note", results, language),
        language=language,
        **texts(
            "stress_probability",
            language,
            name=unit_name(results, ags),
            year=int(last["year"]),
            p=pct(last["probability"], language, 0),
        ),
    )


def grid_table(results: Results, language: Language, ags: str) -> Table:
    """Return the council grid of one unit: loss over all years, first trigger and its year."""
    rows = of_unit(results, "council_grid", ags)
    answer = [
        label("stress_no_data", language)
        if pd.isna(t)
        else label("stress_not_hit", language)
        if t == "none"
        else label("stress_hit", language, trigger=t, year=int(y))
        for t, y in zip(rows["trigger"], rows["trigger_year"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "stress_revenue_fall": rows["revenue_fall_share"],
            "stress_interest_rise": rows["interest_rise_pp"],
            "stress_loss_first_eur_m": rows["loss_first_year_eur"] / MILLION,
            "stress_loss_total_eur_m": rows["loss_total_eur"] / MILLION,
            "stress_answer": answer,
        }
    )
    return Table(
        frame,
        name=f"stress_grid_{ags}",
        caption=label("stress_grid_unit_caption", language, name=unit_name(results, ags)),
        note=label("stress_grid_unit_note", language),
        sources=[*RUN_SOURCES],
        formats={
            "stress_revenue_fall": ".0%",
            "stress_interest_rise": ".1f",
            "stress_loss_first_eur_m": ",.1f",
            "stress_loss_total_eur_m": ",.1f",
        },
        language=language,
    )


def contributions_figure(results: Results, language: Language) -> Figure:
    """Return which block makes up which part of the spread of the loss, by type of unit (median unit)."""
    table = results["contributions"]
    variance = table[table["measure"] == "variance"].merge(results["lights"][["ags", "kind"]], on="ags")
    shares = variance[list(BLOCK_COLOURS)].div(variance["total"], axis=0).assign(kind=variance["kind"])
    medians = shares.groupby("kind").median()
    kinds = ["kreisangehoerige_gemeinde", "kreisfreie_stadt", "kreis"]
    drawing, axes = plt.subplots(3, 1, figsize=figure_size(1.35), sharex=True)
    blocks = list(BLOCK_COLOURS)[::-1]
    for ax, kind in zip(axes, kinds, strict=True):
        values = medians.loc[kind, blocks]
        ax.barh(range(len(blocks)), values, color=[BLOCK_COLOURS[b] for b in blocks], zorder=2)
        ax.set_yticks(range(len(blocks)), [label(f"stress_block_{b}", language) for b in blocks])
        ax.axvline(0, color="#222222", linewidth=0.9)
        ax.set_title(label(kind, language))
        ax.grid(visible=False, axis="y")
    number_axis(axes[-1].xaxis, language, ".0%")
    axes[-1].set_xlabel(label("stress_variance_share", language))
    values_ = results.values
    return Figure(
        drawing,
        name="stress_contributions",
        sources=[*RUN_SOURCES],
        data=medians.reset_index(),
        note=label("stress_contributions_note", language),
        language=language,
        **texts(
            "stress_contributions",
            language,
            town=pct(values_["variance_kreisangehoerige_gemeinde_taxes_share"], language, 0),
            kreis=pct(values_["variance_kreis_social_share"], language, 0),
        ),
    )


def herten_before_after(results: Results, language: Language) -> Figure:
    """Return Herten's equity as the engine sees it from 2009, with what was published later."""
    rows = of_unit(results, "fan", "05562020")
    equity = rows[rows["measure"] == "equity"]
    drawing, ax = plt.subplots(figsize=figure_size(0.75))
    _fan(ax, equity, PALETTE[0], language)
    ax.set_title(label("stress_measure_equity", language, with_unit=True))
    ax.axvline(2013, color=PALETTE[1], linewidth=1.6, linestyle="--")
    ax.annotate(
        label("stress_herten_published", language),
        (2013, ax.get_ylim()[1]),
        (-5, -4),
        textcoords="offset points",
        ha="right",
        va="top",
        color=PALETTE[1],
    )
    values = results.values
    return Figure(
        drawing,
        name="stress_herten_before_after",
        sources=[*RUN_SOURCES],
        data=equity,
        note=label("stress_herten_note", language),
        language=language,
        **texts("stress_herten", language, year=values["herten_overindebted_year"]),
    )
