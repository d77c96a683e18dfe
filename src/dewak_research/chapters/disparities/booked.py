"""Booked social spending in NRW: what the definition does, and the benefits by type."""

from __future__ import annotations

import matplotlib.pyplot as plt
from matplotlib.patches import Patch

from dewak_research.chapters.disparities.text import (
    BOOKED,
    caption,
    dot_interval,
    named,
    short_name,
    texts,
    wrapped,
)
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis

YEAR = 2010


def definition_shares(results: Results, language: Language) -> Figure:
    """Return the share of social spending under every definition, beside the published national range."""
    table = results["definition_shares"]
    now = table[(table["year"] == YEAR) & (table["kind"] == "all")].sort_values(
        "value_share", ignore_index=True
    )
    published = results["published_shares"]
    narrow = published[~published["wide"]]
    drawing, ax = plt.subplots(figsize=figure_size(0.95))
    ax.axvspan(narrow["value_share"].min(), narrow["value_share"].max(), color="#DDDDDD", zorder=0)
    for place, row in enumerate(now.to_dict("records")):
        colour = PALETTE[1] if row["definition"] == "soc_transfer_share" else PALETTE[0]
        dot_interval(ax, place, {**row, "value": row["value_share"]}, colour)
    ax.set_yticks(range(len(now)), [wrapped(label(name, language), 34) for name in now["definition"]])
    ax.set_ylim(-0.6, len(now) - 0.4)
    ax.set_xlim(left=0)
    number_axis(ax.xaxis, language, ".0%")
    ax.set_xlabel(label("share_of_payments", language, year=YEAR))
    ax.grid(axis="y", visible=False)
    band = Patch(color="#DDDDDD", label=label("national_series", language))
    ax.legend(handles=[band], loc="upper center", bbox_to_anchor=(0.3, -0.13))
    return Figure(
        drawing,
        sources=[*BOOKED],
        data=now,
        language=language,
        **texts("definition_shares", language, year=YEAR),
    )


def definition_list(results: Results, language: Language) -> Table:
    """Return the definitions in account codes."""
    frame = named(results["definition_list"], "definition", language)
    return Table(
        frame[["definition", "numerator", "denominator", "level", "reference", "verified"]],
        labelled=["level"],
        sources=[*BOOKED],
        language=language,
        **caption("definition_list", language),
    )


def published_comparison(results: Results, language: Language) -> Table:
    """Return the share in NRW by year and kind of area."""
    table = results["definition_shares"]
    frame = table[table["definition"] == "soc_transfer_share"].copy()
    frame["kind"] = [label("all_areas" if kind == "all" else kind, language) for kind in frame["kind"]]
    columns = ["year", "kind", "areas", "value_share", "low", "high", "lowest_share", "highest_share"]
    return Table(
        frame[columns],
        formats=dict.fromkeys(columns[3:], ".1%"),
        sources=[*BOOKED],
        language=language,
        **caption("published_comparison", language),
    )


def benefit_types(results: Results, language: Language) -> Figure:
    """Return transfers per inhabitant by type of benefit, cities beside Kreise."""
    table = results["benefit_types"]
    now = table[(table["year"] == YEAR) & (table["kind"] != "all")]
    order = now.groupby("benefit_type")["amount_eur_pc"].mean().sort_values().index
    drawing, ax = plt.subplots(figsize=figure_size(0.85))
    for number, kind in enumerate(("kreis", "kreisfreie_stadt")):
        part = now[now["kind"] == kind].set_index("benefit_type").loc[order]
        places = [i + (number - 0.5) * 0.38 for i in range(len(order))]
        ax.barh(
            places, part["amount_eur_pc"], height=0.36, color=PALETTE[number], label=label(kind, language)
        )
    ax.set_yticks(range(len(order)), [wrapped(label(f"benefit_{name}", language), 30) for name in order])
    ax.set_xlabel(label("amount_eur_pc", language, with_unit=True))
    number_axis(ax.xaxis, language)
    ax.grid(axis="y", visible=False)
    ax.legend(loc="lower right", reverse=True)
    return Figure(
        drawing,
        sources=[*BOOKED],
        data=now.drop(columns=["cv", "gini"]),
        language=language,
        **texts("benefit_types", language, year=YEAR),
    )


def implausible_records(results: Results, language: Language) -> Table:
    """Return the records treated as unknown, counted by rule and Kreis."""
    frame = results["implausible"]
    counted = (
        frame.groupby(["name", "variable", "rule"])["year"]
        .agg(first_year="min", last_year="max", records="count")
        .reset_index()
        .sort_values(["variable", "name"], ignore_index=True)
    )
    counted["name"] = [short_name(name) for name in counted["name"]]
    return Table(
        counted,
        labelled=["variable", "rule"],
        sources=["kreise_panel"],
        language=language,
        **caption("implausible_records", language),
    )
