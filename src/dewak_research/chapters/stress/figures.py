"""Pictures of the stress chapter: all units at once, and the reverse test."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dewak_research.chapters.stress import (
    KINDS,
    RUN_SOURCES,
    SAY,
    crisis_note,
    with_kind,
)
from dewak_research.chapters.stress.tables import certainty
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars, Dots, Lines, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import LIGHT_COLOURS, PALETTE, category_map, figure_size
from dewak_research.page.texts import named
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.light import light_definitions
from dewak_research.stress.scenarios import CRISIS, scenario

SHARES_OF_TOWNS = {0.9: "-.", 0.75: "--", 0.5: "-", 0.25: ":"}
_WARNING: dict[str, Any] = {"colour": PALETTE[1], "width": 1.6}


def light_map(results: Results, language: Language) -> Figure:
    """Return the map of lights of the 396 towns; Kreise stand in the table."""
    lights = results["lights"]
    towns = lights[lights["kind"] != "kreis"].copy()
    towns["light"] = towns["light"].mask(towns["light"] == "no_data")
    areas = read_boundaries("towns")[["ags", "geometry"]].merge(towns, on="ags", how="left")
    drawing, ax = plt.subplots(figsize=figure_size(1.2))
    category_map(
        ax,
        areas,
        "light",
        LIGHT_COLOURS,
        language=language,
        names={key: title[language] for key, (title, _) in light_definitions().items()},
        legend_title=label("stress_light", language),
    )
    counts: dict[str, Any] = {colour: int((towns["light"] == colour).sum()) for colour in LIGHT_COLOURS}
    return SAY.figure(
        "stress_light_map",
        drawing,
        lights,
        language,
        sources=[*RUN_SOURCES, "boundaries_towns"],
        note=crisis_note(results, language),
        **counts,
    )


def council_grid_figure(results: Results, language: Language) -> Figure:
    """Return the share of units beyond the law's line for every fall of revenue and rise of interest."""
    grid = with_kind(results, "council_grid")
    known = grid[grid["trigger"].notna()]
    shares = (
        known.assign(hit=known["trigger"] != "none")
        .groupby(["kind", "revenue_fall_share", "interest_rise_pp"], as_index=False)
        .agg(units=("hit", "size"), hit_share=("hit", "mean"))
    )
    unshocked = shares[shares["revenue_fall_share"] == 0].set_index("kind")
    titles = {
        kind: SAY("stress_council_grid.panel", language, kind=label(kind, language), n=n, share=share)
        for kind, n, share in unshocked.loc[list(KINDS), ["units", "hit_share"]].itertuples()
    }
    falls = shares[shares["revenue_fall_share"] > 0].copy()
    falls["base"] = falls["kind"].map(unshocked["hit_share"])
    falls = falls.sort_values("kind", key=lambda kinds: kinds.map(KINDS.index), kind="stable")
    falls["panel"] = falls["kind"].map(titles)
    falls["fall"] = [SAY("stress_council_grid.fall", language, share=s) for s in falls["revenue_fall_share"]]
    falls["rise"] = [SAY("stress_council_grid.rise", language, n=n) for n in falls["interest_rise_pp"]]
    drawing = chart(
        falls,
        Bars("fall", "hit_share", group="rise", colours=[PALETTE[i] for i in (4, 0, 6)]),
        Reference(y="base", style="--", width=1.2),
        language=language,
        x=Axis(SAY("stress_council_grid.x", language)),
        y=Axis(spec=".0%", limits=(0, 1.05), ticks=(0, 0.5, 1)),
        height=1.3,
        panel="panel",
        legend_columns=3,
        legend_title=SAY("stress_council_grid.legend", language),
    )
    cells = results["grid_counts"]
    middle = cells[cells["interest_rise_pp"] == 3.0].set_index("revenue_fall_share")["triggered_share"]
    said: dict[str, Any] = {
        name: float(middle[fall]) for name, fall in (("ten", 0.1), ("twenty", 0.2), ("thirty", 0.3))
    }
    return SAY.figure("stress_council_grid", drawing, shares, language, sources=RUN_SOURCES, **said)


def episodes_figure(results: Results, language: Language) -> Figure:
    """Return the worst-year loss per head of each episode, by type of unit: median and quartiles."""
    losses = with_kind(results, "episodes").groupby(["scenario", "kind"])["loss_worst_year_eur_pc"]
    quartiles = losses.quantile(pd.Index([0.25, 0.5, 0.75])).unstack()  # noqa: PD010
    summary = quartiles.set_axis(["low", "median", "high"], axis="columns").reset_index()
    worst = summary.groupby("scenario")["median"].transform("max")
    ordered = summary.assign(worst=worst, place=summary["kind"].map(KINDS.index))
    ordered = ordered.sort_values(["worst", "scenario", "place"], ascending=[False, True, True])
    names = {
        name: SAY(f"stress_episodes.{sure}", language, name=label(f"stress_{name.lower()}", language))
        for name, sure in zip(results["scenarios"]["scenario"], certainty(results["scenarios"]), strict=True)
    }
    shown = named(ordered.assign(episode=ordered["scenario"].map(names)), language, kind="{}")
    drawing = chart(
        shown,
        Dots("median", "episode", low="low", high="high", group="kind", apart=0.22),
        language=language,
        x=Axis(SAY("stress_episodes.x", language), ",.0f", limits=(-2, None), wrap=16),
        y=Axis(wrap=20),
        height=1.25,
    )
    medians = results["episode_losses"].set_index(["scenario", "kind"])["loss_worst_year_median_eur_pc"]
    top = float(medians["COST2024", "kreisfreie_stadt"])
    return SAY.figure("stress_episodes", drawing, summary, language, sources=RUN_SOURCES, top=top)


def contributions_figure(results: Results, language: Language) -> Figure:
    """Return which block makes up which part of the variance of the loss, by type of unit (median unit)."""
    table = results["variance_shares"]
    order = [table["kind"].map(KINDS.index), table["block"].map(BLOCKS.index)]
    ordered = table.iloc[np.lexsort(order[::-1])]
    drawing = chart(
        named(ordered, language, kind="{}", block="stress_block_{}"),
        Bars("share", "block"),
        Reference(x=0),
        language=language,
        x=Axis(SAY("stress_contributions.x", language), ".0%"),
        height=1.35,
        panel="kind",
    )
    shares = table.set_index(["kind", "block"])["share"]
    said: dict[str, Any] = {
        "town": float(shares[KINDS[0], "taxes"]),
        "kreis": float(shares["kreis", "social"]),
    }
    return SAY.figure("stress_contributions", drawing, table, language, sources=RUN_SOURCES, **said)


def frontier_figure(results: Results, language: Language) -> Figure:
    """Return the frontier: trade-tax loss that still is borne, by growth of social spending."""
    table = with_kind(results, "frontier")
    towns = table[table["kind"] != "kreis"]
    borne = towns["fall_share"].clip(upper=2.1).groupby(towns["social_growth_share"].round(6))
    lines = borne.quantile(pd.Index(SHARES_OF_TOWNS)).rename_axis(["social_growth_share", "quantile"])
    shown = lines.reset_index().sort_values(["quantile", "social_growth_share"], ascending=[False, True])
    shown["line"] = [SAY("stress_frontier.line", language, share=1 - q) for q in shown["quantile"]]
    event = SAY("stress_frontier.event", language)
    drawing = chart(
        shown,
        Lines("social_growth_share", "fall_share", group="line", styles=tuple(SHARES_OF_TOWNS.values()),
              colours=PALETTE[:1], marker=None, width=2.2),
        Reference(y=scenario(CRISIS).first_fall_share, text=event, **_WARNING),
        language=language,
        x=Axis(SAY("stress_frontier.x", language), ".0%", ticks=(0, 0.05, 0.1, 0.15, 0.2)),
        y=Axis(SAY("stress_frontier.y", language), ".0%", limits=(0, 1.6), wrap=18),
        height=1.0,
    )  # fmt: skip
    data = lines.unstack().rename(columns=lambda q: f"fall_share_q{round(q * 100)}").reset_index()  # noqa: PD010
    median = lines.xs(0.5, level="quantile")
    said: dict[str, Any] = {"none": float(median[0.0]), "ten": float(median[0.1])}
    return SAY.figure("stress_frontier", drawing, data, language, sources=RUN_SOURCES, **said)
