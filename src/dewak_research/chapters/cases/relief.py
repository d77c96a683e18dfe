"""Figures of the relief question: effect over substitution, tornado, value of volunteer time."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from dewak_research.chapters.cases.origin import INPUTS, CaseFigure, CaseTable, wrapped
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import eur, pct

_SHOWN = 10


def relief_curve(results: Results, language: Language) -> Figure:
    """Draw the cash effect over the share of volunteer hours that replaces paid work."""
    curve = results["relief_curve"]
    values = results.values
    even = values["relief_break_even_share"]
    drawing, ax = plt.subplots(figsize=figure_size(0.62))
    x, y = curve["substitution_share"].to_numpy(), curve["effect_eur"].to_numpy() / 1000
    ax.plot(x, y, color=PALETTE[0])
    ax.fill_between(x, y, 0, where=list(y < 0), color=PALETTE[1], alpha=0.25, interpolate=True)
    ax.fill_between(x, y, 0, where=list(y >= 0), color=PALETTE[2], alpha=0.25, interpolate=True)
    ax.axhline(0, color="#222222", linewidth=0.8)
    if 0 <= even <= 1:
        ax.plot([even], [0], "o", color="black")
        text = label("case_relief_break_even", language, share=pct(even, language, 0))
        ax.annotate(text, (even, 0), xytext=(8, -16), textcoords="offset points")
    number_axis(ax.xaxis, language, ".0%")
    number_axis(ax.yaxis, language)
    ax.set_xlim(0, 1)
    ax.set_xlabel(label("case_relief_share", language))
    ax.set_ylabel(label("case_relief_effect", language))
    return CaseFigure(
        drawing,
        name="case_relief",
        caption=label("case_relief_caption", language),
        alt=label(
            "case_relief_alt",
            language,
            base=eur(values["relief_base_eur"], language),
            share=pct(even, language, 0),
        ),
        note=label("case_relief_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=curve,
        language=language,
    )


def relief_tornado(results: Results, language: Language) -> Figure:
    """Draw the inputs that move the cash effect most, each over its own range."""
    table = results["relief_tornado"]
    shown = table[table["swing_eur"] > 0].head(_SHOWN).iloc[::-1]
    base = results.values["relief_base_eur"] / 1000
    drawing, ax = plt.subplots(figsize=figure_size(0.85))
    positions = np.arange(len(shown))
    for column, colour, key in (("at_low_eur", PALETTE[5], "case_item_low"),
                                ("at_high_eur", PALETTE[0], "case_item_high")):  # fmt: skip
        ends = shown[column].to_numpy() / 1000
        ax.barh(positions, ends - base, left=base, color=colour, height=0.6, label=label(key, language))
    ax.axvline(base, color="black", linewidth=1)
    ax.axvline(0, color="#888888", linewidth=0.8, linestyle="--")
    ax.set_yticks(positions, [wrapped(label(f"case_item_{item}", language)) for item in shown["item"]])
    number_axis(ax.xaxis, language)
    ax.set_xlabel(label("case_relief_effect", language))
    ax.grid(visible=False, axis="y")
    drawing.legend(loc="outside upper left", ncols=2)
    top = label(f"case_item_{shown['item'].iloc[-1]}", language)
    return CaseFigure(
        drawing,
        name="case_tornado",
        caption=label("case_tornado_caption", language),
        alt=label("case_tornado_alt", language, item=top),
        note=label("case_tornado_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        data=table,
        language=language,
    )


def volunteer_table(results: Results, language: Language) -> Table:
    """Return the three valuations of the same volunteer hours."""
    table = results["volunteer_value"]
    shown = table.assign(valuation="case_valuation_" + table["valuation"]).rename(
        columns={"valuation": "case_valuation", "eur": "case_valuation_eur"}
    )
    return CaseTable(
        shown,
        name="case_volunteer_value",
        caption=label("case_value_caption", language),
        note=label("case_value_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        labelled=["case_valuation"],
        language=language,
    )


def resilience_table(results: Results, language: Language) -> Table:
    """Return what the model changes in trigger probability and reverse-stress distance of both towns."""
    table = results["resilience_shown"]
    middle = label("case_median_units", language)
    shown = table[["name"]].replace("", middle).rename(columns={"name": "case_town"})
    shown["case_variant"] = "case_variant_" + table["variant"]
    for column in ("change_eur", "probability_without", "probability_with", "probability_change",
                   "distance_without", "distance_with", "distance_change"):  # fmt: skip
        shown[f"case_{column}"] = table[column]
    formats = {f"case_probability_{c}": ".1%" for c in ("without", "with", "change")}
    formats |= {f"case_distance_{c}": ".3f" for c in ("without", "with", "change")}
    return CaseTable(
        shown,
        name="case_resilience",
        caption=label("case_resilience_caption", language),
        note=label("case_resilience_note", language),
        sources=INPUTS,
        said=label("case_source", language),
        formats=formats,
        labelled=["case_variant"],
        language=language,
    )
