"""Is the bridge sound: KdU per head against the books, national totals, extremes, household size."""

from __future__ import annotations

import matplotlib.pyplot as plt

from dewak_research.chapters.disparities.text import BOOKED, PANEL, caption, short_name, spec, texts
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis


def validation_scatter(results: Results, language: Language) -> Figure:
    """Return KdU per head against the booked account 7333."""
    table = results["validation_pairs"]
    values = results.values
    drawing, ax = plt.subplots(figsize=figure_size(0.85))
    limit = max(table["kdu_eur_pc"].max(), table["booked_eur_pc"].max()) * 1.08
    ax.plot([0, limit], [0, limit], color="#4D4D4D", linewidth=1, label=label("identity_line", language))
    for colour, (year, part) in zip(PALETTE, table.groupby("year"), strict=False):
        ax.plot(
            part["booked_eur_pc"],
            part["kdu_eur_pc"],
            "o",
            color=colour,
            markersize=5,
            alpha=0.75,
            label=str(year),
        )
    far = (
        table.assign(distance=(table["ratio"] - 1).abs())
        .sort_values("distance")
        .groupby("kreis")
        .tail(1)
        .tail(3)
    )
    for row in far.itertuples():
        ax.annotate(
            f"{short_name(str(row.name))} {row.year}",
            (row.booked_eur_pc, row.kdu_eur_pc),
            xytext=(6, -10),
            textcoords="offset points",
            fontsize=9,
        )
    ax.set_xlim(0, limit)
    ax.set_ylim(0, limit)
    ax.set_xlabel(label("booked_eur_pc", language, with_unit=True))
    ax.set_ylabel(label("kdu_eur_pc", language, with_unit=True))
    number_axis(ax.xaxis, language)
    number_axis(ax.yaxis, language)
    ax.legend(loc="upper left")
    return Figure(
        drawing,
        sources=["kreise_panel", *BOOKED],
        data=table,
        language=language,
        **texts(
            "validation_scatter",
            language,
            r=spec(values["validation_r"], ".3f", language),
            n=int(values["validation_n"]),
        ),
    )


def national_totals(results: Results, language: Language) -> Table:
    """Return our national totals beside the published ones."""
    frame = results["national_totals"].rename(columns={"kreise": "kreise_n"})
    return Table(
        frame,
        labelled=["quantity"],
        formats={"computed_billion_eur": ".2f", "published_billion_eur": ".2f", "ratio": ".2f"},
        sources=[*PANEL],
        language=language,
        note=label("national_totals_note", language),
        **caption("national_totals", language),
    )


def extreme_kreise(results: Results, language: Language) -> Table:
    """Return the Kreise at both ends, and whether need or price puts them there."""
    frame = results["extremes"]
    frame["name"] = [short_name(name) for name in frame["name"]]
    return Table(
        frame,
        formats={"need_pct": "+,.0f", "price_pct": "+,.0f", "recipients_pct": ".1f"},
        sources=[*PANEL],
        language=language,
        **caption("extreme_kreise", language, year=results.values["map_year"]),
    )


def household_size(results: Results, language: Language) -> Table:
    """Return what a moving household size would change."""
    frame = results["persons_per_unit"]
    formats = dict.fromkeys(frame.columns[1:], ".3f")
    return Table(
        frame, formats=formats, sources=[*PANEL], language=language, **caption("household_size", language)
    )
