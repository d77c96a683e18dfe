"""How far the engine can be trusted: coverage, PIT, order of the Kreise, and the cash proxy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dewak_research.chapters.stress import SAY
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars, Points, Reference
from dewak_research.page.results import Results
from dewak_research.page.style import PALETTE
from dewak_research.page.values import interval

_TAX_SOURCES = ("nrw_tax_panel", "kreise_panel")


def _by_origin(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    titles = [SAY("known_up_to", language, year=int(str(origin))) for origin in table["origin"]]
    return table.assign(known_up_to=titles).sort_values("origin", kind="stable")


def coverage_figure(results: Results, language: Language) -> Figure:
    """Return the share of towns inside their 80 % band by year, from 2008 and from 2014."""
    table, summary = results["backtest_coverage"], results["backtest_summary"]
    wanted = float(summary["band_share"].iloc[0])
    drawing = chart(
        _by_origin(table.assign(year_name=table["year"].astype(str)), language),
        Bars("year_name", "coverage", group="known_up_to", stacked=True, values=".0%"),
        Reference(y=wanted, colour=PALETTE[6], width=1.6),
        language=language,
        y=Axis(SAY("stress_coverage.y", language, share=wanted), ".0%", limits=(0, 1.0)),
        height=0.6,
        legend_columns=2,
    )
    crisis = table[table["origin"].astype(int).eq(2008) & table["year"].eq(2009)]["coverage"].iloc[0]
    late = summary[summary["origin"].astype(int) == 2014]["coverage"].iloc[0]
    return SAY.figure(
        "stress_coverage",
        drawing,
        table,
        language,
        sources=_TAX_SOURCES,
        crisis=crisis,
        late=late,
        share=wanted,
    )


def pit_figure(results: Results, language: Language) -> Figure:
    """Return the PIT histograms: flat would be well calibrated."""
    table = results["backtest_pit"]
    drawing = chart(
        _by_origin(table.assign(tenth=table["pit_class"].astype(str)), language),
        Bars("tenth", "share", width=0.94),
        Reference(y=0.1, colour=PALETTE[1], width=1.6),
        language=language,
        x=Axis(SAY("stress_pit.x", language)),
        y=Axis(spec=".0%"),
        height=0.95,
        panel="known_up_to",
        share="both",
    )
    ends = [SAY("percent", language, share=share) for share in (0.0, 0.5, 1.0)]
    drawing.axes[-1].set_xticks(np.array([-0.5, 4.5, 9.5]), ends)
    return SAY.figure("stress_pit", drawing, table, language, sources=_TAX_SOURCES)


def proxy_figure(results: Results, language: Language) -> Figure:
    """Return the cash balance of 2009 against the accrual result shown in the balance sheet."""
    table = results["baseline_check"]
    drawing = chart(
        table,
        Points("accrual_eur_pc", "cash_eur_pc", equal=SAY("stress_proxy.equal", language)),
        language=language,
        x=Axis(SAY("stress_proxy.x", language), ",.0f"),
        y=Axis(SAY("stress_proxy.y", language), ",.0f"),
        height=0.95,
    )
    agreement = results["baseline_agreement"].iloc[0]
    said: dict[str, Any] = {"n": int(agreement["units"]), "r": agreement["correlation"]}
    sources = ["nrw_payments", "nrw_balance_2009"]
    return SAY.figure("stress_proxy", drawing, table, language, sources=sources, **said)


def ordering_table(results: Results, language: Language) -> Table:
    """Return AUC and Brier score of the score against the naive rules."""
    frame = results["backtest_ordering"]
    frame["sample"] = [
        SAY("stress_ordering.sample", language, sample=label(f"stress_sample_{sample}", language), n=n)
        for sample, n in zip(frame["sample"], frame["n"], strict=True)
    ]
    frame["auc_interval"] = [
        interval(low, high, ".2f", language)
        for low, high in zip(frame["auc_low"], frame["auc_high"], strict=True)
    ]
    ends = frame["auc_difference_low"], frame["auc_difference_high"]
    gaps = [interval(low, high, "+.2f", language) for low, high in zip(*ends, strict=True)]
    frame["gap"] = pd.Series(gaps, index=frame.index).where(frame["predictor"] != "score")
    shown = {"stress_sample": "sample", "stress_predictor": "predictor", "stress_auc": "auc",
             "stress_auc_interval": "auc_interval", "stress_brier": "brier", "stress_auc_gap": "gap"}  # fmt: skip
    return SAY.table(
        "stress_ordering",
        frame,
        language,
        columns=shown,
        sources=["kreise_panel"],
        labelled={"stress_predictor": "stress_predictor_{}"},
        formats={"stress_auc": ".2f", "stress_brier": ".3f"},
    )
