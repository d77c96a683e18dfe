"""How far the engine can be trusted: coverage, PIT, order of the Kreise, and the cash proxy."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd

from dewak_research.chapters.stress.text import spread, texts
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE, figure_size, number_axis
from dewak_research.page.values import number, pct

WANTED = 0.8


def coverage_figure(results: Results, language: Language) -> Figure:
    """Return the share of towns inside their 80 % band by year, from 2008 and from 2014."""
    table = results["backtest_coverage"]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(0.95), sharey=True)
    for ax, (origin, part) in zip(axes, table.groupby("origin"), strict=True):
        ax.bar(part["year"], part["coverage"], color=PALETTE[0], width=0.6, zorder=2)
        ax.axhline(WANTED, color=PALETTE[1], linewidth=1.8, zorder=3)
        for year, share in zip(part["year"], part["coverage"], strict=True):
            ax.annotate(pct(share, language, 0), (year, 0.04), ha="center", color="white", zorder=4)
        ax.set_title(label("stress_known_up_to", language, year=int(str(origin))))
        ax.set_xticks(part["year"])
        ax.set_ylim(0, 1.05)
        ax.grid(visible=False, axis="x")
        number_axis(ax.yaxis, language, ".0%")
    axes[0].annotate(
        label("stress_wanted", language),
        (axes[0].get_xlim()[0], WANTED),
        (4, 4),
        textcoords="offset points",
        color=PALETTE[1],
    )
    values = results.values
    return Figure(
        drawing,
        name="stress_coverage",
        sources=["nrw_tax_panel", "kreise_panel"],
        data=table,
        note=label("stress_coverage_note", language),
        language=language,
        **texts(
            "stress_coverage",
            language,
            crisis=pct(values["coverage_2008_2009"], language, 0),
            late=pct(values["coverage_2014"], language, 0),
        ),
    )


def pit_figure(results: Results, language: Language) -> Figure:
    """Return the PIT histograms: flat would be well calibrated."""
    table = results["backtest_pit"]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(0.95), sharex=True, sharey=True)
    for ax, (origin, part) in zip(axes, table.groupby("origin"), strict=True):
        ax.bar(part["pit_class"] + 0.5, part["share"], width=0.94, color=PALETTE[0], zorder=2)
        ax.axhline(0.1, color=PALETTE[1], linewidth=1.8, zorder=3)
        ax.set_title(label("stress_known_up_to", language, year=int(str(origin))))
        ax.grid(visible=False, axis="x")
        number_axis(ax.yaxis, language, ".0%")
    axes[-1].set_xticks([0, 5, 10], [pct(p, language, 0) for p in (0, 0.5, 1)])
    axes[-1].set_xlabel(label("stress_pit_axis", language))
    return Figure(
        drawing,
        name="stress_pit",
        sources=["nrw_tax_panel", "kreise_panel"],
        data=table,
        note=label("stress_pit_note", language),
        language=language,
        **texts("stress_pit", language),
    )


def ordering_table(results: Results, language: Language) -> Table:
    """Return AUC and Brier score of the score against the naive rules."""
    table = results["backtest_ordering"]
    frame = pd.DataFrame(
        {
            "stress_sample": [
                label(
                    "stress_sample_n",
                    language,
                    sample=label(f"stress_sample_{s}", language),
                    n=number(n, language),
                )
                for s, n in zip(table["sample"], table["n"], strict=True)
            ],
            "stress_predictor": [label(f"stress_predictor_{p}", language) for p in table["predictor"]],
            "stress_auc": table["auc"],
            "stress_auc_interval": [
                spread(low, high, ".2f", language)
                for low, high in zip(table["auc_low"], table["auc_high"], strict=True)
            ],
            "stress_brier": table["brier"],
            "stress_auc_gap": [
                spread(low, high, "+.2f", language) if p != "score" else None
                for p, low, high in zip(
                    table["predictor"], table["auc_difference_low"], table["auc_difference_high"], strict=True
                )
            ],
        }
    )
    return Table(
        frame,
        name="stress_ordering",
        caption=label("stress_ordering_caption", language),
        note=label("stress_ordering_note", language),
        sources=["kreise_panel"],
        formats={"stress_auc": ".2f", "stress_brier": ".3f"},
        language=language,
    )


def proxy_figure(results: Results, language: Language) -> Figure:
    """Return the cash balance of 2009 against the accrual result shown in the balance sheet."""
    table = results["baseline_check"]
    drawing, ax = plt.subplots(figsize=figure_size(0.95))
    ax.scatter(table["accrual_eur_pc"], table["cash_eur_pc"], s=18, color=PALETTE[0], alpha=0.6, linewidth=0)
    low = min(table["accrual_eur_pc"].min(), table["cash_eur_pc"].min())
    high = max(table["accrual_eur_pc"].max(), table["cash_eur_pc"].max())
    ax.plot([low, high], [low, high], color=PALETTE[1], linewidth=1.5)
    ax.annotate(
        label("stress_proxy_equal", language),
        (high, high),
        (-6, -16),
        textcoords="offset points",
        ha="right",
        color=PALETTE[1],
    )
    ax.set_xlabel(label("stress_accrual_axis", language))
    ax.set_ylabel(label("stress_cash_axis", language))
    number_axis(ax.xaxis, language)
    number_axis(ax.yaxis, language)
    values = results.values
    return Figure(
        drawing,
        name="stress_proxy",
        sources=["nrw_payments", "nrw_balance_2009"],
        data=table,
        note=label("stress_proxy_note", language),
        language=language,
        **texts(
            "stress_proxy",
            language,
            r=number(values["proxy_check_correlation"], language, 2),
            n=number(values["proxy_check_n"], language),
        ),
    )
