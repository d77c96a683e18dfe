"""The reverse test in pictures and tables: how large a shock until the law's line is crossed."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dewak_research.chapters.stress.text import (
    RUN_SOURCES,
    texts,
    unit_name,
)
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import number, pct

MILLION = 1e6


def frontier_figure(results: Results, language: Language) -> Figure:
    """Return the frontier: trade-tax loss that still is borne, by growth of social spending."""
    table = results["frontier"].merge(results["lights"][["ags", "kind"]], on="ags")
    towns = table[table["kind"] != "kreis"].copy()
    towns["fall_share"] = towns["fall_share"].clip(upper=2.1)
    by_growth = towns.groupby("social_growth_share")["fall_share"]
    lines = pd.DataFrame({share: by_growth.quantile(share) for share in (0.25, 0.5, 0.75, 0.9)})
    drawing, ax = plt.subplots(figsize=figure_size(1.0))
    x = lines.index.to_numpy()
    for share, style in ((0.9, "-."), (0.75, "--"), (0.5, "-"), (0.25, ":")):
        text = label("stress_share_of_towns", language, share=pct(1 - share, language, 0))
        ax.plot(x, lines[share].to_numpy(), style, color=PALETTE[0], linewidth=2.2, label=text)
    drawing.legend(*ax.get_legend_handles_labels(), loc="outside lower center", ncols=1)
    ax.set_xticks([0, 0.05, 0.1, 0.15, 0.2])
    ax.axhline(0.21, color=PALETTE[1], linewidth=1.5)
    ax.annotate(
        label("stress_line_2009", language),
        (x[-1], 0.21),
        (0, 4),
        textcoords="offset points",
        ha="right",
        color=PALETTE[1],
    )
    ax.set_ylim(0, 1.6)
    ax.set_xlabel(label("stress_social_growth", language))
    ax.set_ylabel(label("stress_trade_tax_fall", language))
    number_axis(ax.xaxis, language, ".0%")
    number_axis(ax.yaxis, language, ".0%")
    median = lines[0.5]
    return Figure(
        drawing,
        name="stress_frontier",
        sources=[*RUN_SOURCES],
        data=lines.rename(columns=lambda q: f"fall_share_q{round(q * 100)}").reset_index(),
        note=label("stress_frontier_note", language),
        language=language,
        **texts(
            "stress_frontier",
            language,
            none=pct(median.iloc[0], language, 0),
            ten=pct(median.iloc[len(median) // 2], language, 0),
        ),
    )


def reverse_table(results: Results, language: Language, *ags: str) -> Table:
    """Return the reverse test of chosen units in both directions."""
    rows = results["reverse"]
    rows = rows[rows["ags"].isin(ags)]
    frame = pd.DataFrame(
        {
            "name": [unit_name(results, a) for a in rows["ags"]],
            "stress_direction": [label(f"stress_{d.lower()}", language) for d in rows["direction"]],
            "stress_lambda": [
                label("stress_already", language)
                if star == 0
                else label("stress_beyond_ten", language)
                if np.isinf(star)
                else number(star, language, 2)
                for star in rows["lambda_star"]
            ],
            "stress_trigger": [
                label("stress_hit", language, trigger=t, year=int(y))
                if pd.notna(t)
                else label("stress_not_hit", language)
                for t, y in zip(rows["trigger"], rows["trigger_year"], strict=True)
            ],
            "stress_bearable_eur_m": rows["bearable_eur"] / MILLION,
        }
    )
    return Table(
        frame.reset_index(drop=True),
        name="stress_reverse",
        caption=label("stress_reverse_caption", language),
        note=label("stress_reverse_note", language),
        sources=[*RUN_SOURCES],
        formats={"stress_bearable_eur_m": ",.1f"},
        language=language,
    )


def breaking_table(results: Results, language: Language) -> Table:
    """Return the most likely breaking scenario of the units in depth."""
    rows = results["breaking"]
    wide = rows.pivot_table(index="ags", columns="item", values="change_share", sort=False, dropna=False)
    distance = rows.groupby("ags")["distance"].first()
    frame = pd.DataFrame(
        {
            "name": [unit_name(results, a) for a in wide.index],
            "stress_distance": [
                label("stress_no_data", language)
                if np.isnan(d)
                else label("stress_already", language)
                if d == 0
                else number(d, language, 1)
                for d in distance.reindex(wide.index)
            ],
            **{
                f"stress_item_{key}": wide[key].where(distance.reindex(wide.index) > 0).to_numpy()
                for key in ("gewst", "est", "sz", "hzp", "pers", "egh")
            },
        }
    )
    return Table(
        frame,
        name="stress_breaking",
        caption=label("stress_breaking_caption", language),
        note=label("stress_breaking_note", language),
        sources=[*RUN_SOURCES],
        formats={f"stress_item_{k}": "+.0%" for k in ("gewst", "est", "sz", "hzp", "pers", "egh")},
        language=language,
    )
