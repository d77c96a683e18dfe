"""Early warning: what it orders, what towns of pure noise reach, and the score that was tried and failed."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.stress import SAY
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Points
from dewak_research.page.results import Results
from dewak_research.page.texts import named
from dewak_research.page.values import interval, with_interval
from dewak_research.stress.early_warning import (
    EVENTS,
    NAIVE,
    NOISE_PANELS,
    PREDICTORS,
    SHORTFALL_EUR_PC,
    SHORTFALL_SHARE,
    WINDOW_YEARS,
)


def warning_table(results: Results, language: Language) -> Table:
    """Return the scores of every set of predictors for towns and for towns of pure noise, by event."""
    frame = results["warning_scores"]
    orders = {"event": EVENTS, "data": ("towns", "noise"), "predictors": tuple(PREDICTORS)}
    frame = frame.sort_values(list(orders), key=lambda names: names.map(orders[str(names.name)].index))
    frame["auc_interval"] = with_interval(frame, ".2f", language, "auc", "auc_low", "auc_high")
    compared = frame["data"].eq("towns") & frame["predictors"].ne(NAIVE)
    gains = with_interval(frame, "+.3f", language, "gain", "gain_low", "gain_high")
    frame["gain_interval"] = pd.Series(gains, index=frame.index).where(compared, SAY("itself", language))
    origins = results["warning_origins"]["origin"].astype(int)
    return SAY.table(
        "stress_warning",
        frame,
        language,
        sources=["tax_panel"],
        shortfall=SHORTFALL_EUR_PC,
        share=SHORTFALL_SHARE,
        years=WINDOW_YEARS,
        panels=NOISE_PANELS,
        first=int(origins.min()),
        last=int(origins.max()),
    )


def calibration_figure(results: Results, language: Language) -> Figure:
    """Return the mean probability of five equal classes against what happened."""
    table = named(
        results["warning_calibration"].assign(name=lambda frame: frame["predictors"]),
        language,
        name="stress_warning_predictors_{}",
    )
    drawing = chart(
        table,
        Points(
            "probability",
            "event_share",
            group="name",
            equal=SAY("stress_calibration.equal", language),
            size=50,
        ),
        language=language,
        x=Axis(SAY("stress_calibration.x", language), ".0%", limits=(0, None)),
        y=Axis(SAY("stress_calibration.y", language), ".0%", limits=(0, None)),
        height=0.75,
    )
    top = table[table["predictors"].eq("volatility_and_share")].sort_values("class").iloc[-1]
    return SAY.figure(
        "stress_calibration",
        drawing,
        table,
        language,
        sources=["tax_panel"],
        said_share=top["probability"],
        came_share=top["event_share"],
    )


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
    frame["gap"] = pd.Series(gaps, index=frame.index).where(
        frame["predictor"] != "score", SAY("itself", language)
    )
    return SAY.table("stress_ordering", frame, language, sources=["kreise_panel"])


def kreis_table(results: Results, language: Language) -> Table:
    """Return how well both events of the Kreise are ordered, by origin, beside the naive predictors."""
    keys = ["event", "origin"]
    found = results["kreis_warning"]
    frame = found[found["predictors"] == "all"]
    for name in ("level", "circumstances"):
        naive = found[found["predictors"] == name].rename(columns={"within_land_auc": name})
        frame = frame.merge(naive[[*keys, name]], on=keys)
    frame["years"] = [
        SAY("stress_kreis_warning.years", language, first=str(first), last=str(last))
        for first, last in zip(frame["origin"], frame["seen_until"], strict=True)
    ]
    frame["share"] = frame["events"] / frame["n"]
    for measure in ("auc", "within_land_auc"):
        ends = (measure, f"{measure}_low", f"{measure}_high")
        frame[f"{measure}_said"] = with_interval(frame, ".2f", language, *ends)
    return SAY.table(
        "stress_kreis_warning",
        frame,
        language,
        sources=["kreise_panel", "kreise_debt_2023"],
        n=int(frame["n"].max()),
    )


def budget_status_table(results: Results, language: Language) -> Table:
    """Return how well debt, circumstances and the light of 2009 to 2011 order the towns by their status of 2025."""
    frame = results["budget_status_association"]
    frame["auc_interval"] = with_interval(frame, ".2f", language, "auc", "auc_low", "auc_high")
    return SAY.table(
        "stress_budget_status",
        frame,
        language,
        sources=["budget_status", "debt_today", "integrated_debt", "unemployment"],
    )
