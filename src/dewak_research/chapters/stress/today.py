"""The position of today in the stress chapter: budget status, measures with vintage, and what shocks would cost."""

from __future__ import annotations

from typing import Any

import matplotlib.pyplot as plt
import pandas as pd

from dewak_research.chapters.stress import MILLION, SAY, unit_names
from dewak_research.data import read_boundaries
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Dots
from dewak_research.page.results import Results
from dewak_research.page.style import category_map, figure_size
from dewak_research.page.values import rounded_parts
from dewak_research.stress.today import STAGE_GROUPS

STATUS_SOURCES = ("budget_status",)
POSITION_SOURCES = ("integrated_debt", "multipliers_today")
DEBT_SOURCES = ("debt_today",)
LOSS_SOURCES = (
    "debt_today",
    "integrated_debt",
    "tax_panel",
    "booked_payments",
    "multipliers",
    "multipliers_today",
    "town_population_today",
)
RELIEF_SOURCES = ("debt_relief", "debt_today", "S101", "S102")
GROUP_COLOURS = {"balanced": "#cfe3ea", "reserve": "#5d9db2", "consolidation": "#0b4f60"}  #: no traffic light
CASES = {"interest": ("1", "2", "3"), "tax": ("land_2009", "own_2009", "own_worst", "nrw_2020")}
LAST_YEAR = 5  #: of the rise of interest that the picture shows


def status_map(results: Results, language: Language) -> Figure:
    """Return the map of the budget status in three groups."""
    rows = results["today"]
    stage = rows[rows["measure"] == "budget_stage"].set_index("ags")["value"]
    group_of = {number: group for group, numbers in STAGE_GROUPS.items() for number in numbers}
    areas = read_boundaries("towns")[["ags", "geometry"]]
    areas["status"] = areas["ags"].map(stage).map(group_of)
    drawing, ax = plt.subplots(figsize=figure_size(1.2))
    names = {group: SAY(f"today_map.{group}", language) for group in STAGE_GROUPS}
    category_map(ax, areas, "status", GROUP_COLOURS, language=language, names=names)
    counts: dict[str, Any] = {group: int((areas["status"] == group).sum()) for group in STAGE_GROUPS}
    data = stage.rename("budget_stage").reset_index()
    return SAY.figure(
        "today_map", drawing, data, language, sources=[*STATUS_SOURCES, "boundaries_towns"], **counts
    )


def stages_table(results: Results, language: Language) -> Table:
    """Return the seven stages of the budget status with their meaning in law and the number of towns.

    Shares are rounded by largest remainder, so that those printed add up to 100 %.
    """
    frame = results["today_stages"].copy()
    frame["share"] = [part / 100 for part in rounded_parts(100 * frame["share"], 1)]
    stages = [int(stage) for stage in frame["budget_stage"]]
    frame["name"] = [f"{stage} {label(f'today_stage_{stage}', language)}" for stage in stages]
    frame["meaning"] = [label(f"today_meaning_{stage}", language) for stage in stages]
    return SAY.table("today_stages", frame, language, sources=STATUS_SOURCES)


def measures_table(results: Results, language: Language, confirmed: bool = True) -> Table:
    """Return median and middle four fifths of the towns by measure, with vintage.

    Parameters
    ----------
    confirmed : bool
        False: the debt of 2025 alone, whose publisher is not confirmed; one row of words where it is switched off.
    """
    unconfirmed = set(results["today"].loc[lambda rows: ~rows["confirmed"], "measure"])
    key = "today_measures" if confirmed else "today_debt"
    sources = POSITION_SOURCES if confirmed else DEBT_SOURCES
    frame = results["today_counts"]
    in_words = frame["measure"].isin(["budget_stage", "over_indebtedness"])
    frame = frame[~in_words & (frame["measure"].isin(unconfirmed) != confirmed)].reset_index(drop=True)
    if frame.empty:
        said = pd.DataFrame({"today_measure": [SAY("today_debt_off", language)]})
        return SAY.table(key, said, language, sources=sources)
    frame["name"] = [SAY("today_with_unit", language, name=label(f"today_{measure}", language),
                         unit=SAY("today_percent" if measure.endswith("_pct") else "today_eur_pc", language))
                     for measure in frame["measure"]]  # fmt: skip
    frame["day"] = [label(f"today_vintage_{vintage}", language) for vintage in frame["vintage"]]
    shown = {"today_measure": "name", "today_vintage": "day", "today_known": "known", "today_p10": "p10",
             "today_median": "median", "today_p90": "p90"}  # fmt: skip
    formats = dict.fromkeys(("today_p10", "today_median", "today_p90"), ",.0f")
    return SAY.table(key, frame, language, columns=shown, sources=sources, formats=formats)


def _cases(results: Results, language: Language) -> pd.DataFrame:
    """Return the counts by case with its name, in the order of the cases; cases that were not computed are left out."""
    counts = results["today_stress_counts"]
    order = [f"{family}_{case}" for family, cases in CASES.items() for case in cases]
    counts = counts[counts["case"].isin(order)]
    counts["place"] = counts["case"].map(order.index)
    counts = counts.sort_values(["place", "year"]).reset_index(drop=True)
    counts["name"] = [
        label("today_in_year", language, case=label(f"today_{case}", language), year=int(year))
        if case.startswith("interest")
        else label(f"today_{case}", language)
        for case, year in zip(counts["case"], counts["year"], strict=True)
    ]
    return counts


def losses_figure(results: Results, language: Language) -> Figure:
    """Return what each shock costs per inhabitant: the median town and the middle four fifths."""
    counts = _cases(results, language)
    rows = counts[(counts["year"] == LAST_YEAR) | counts["case"].str.startswith("tax")].reset_index(drop=True)
    rows["name"] = pd.Categorical(rows["name"], categories=list(rows["name"]), ordered=True)
    drawing = chart(
        rows,
        Dots("median_eur_pc", "name", low="p10_eur_pc", high="p90_eur_pc", values=",.0f"),
        language=language,
        x=Axis(SAY("today_losses.x", language), ",.0f", (0, None)),
        height=0.8,
    )
    tax = rows.set_index("case")["median_eur_pc"]
    return SAY.figure(
        "today_losses",
        drawing,
        rows,
        language,
        sources=LOSS_SOURCES,
        land=float(tax["tax_land_2009"]),
        worst=float(tax["tax_own_worst"]),
    )


def losses_table(results: Results, language: Language) -> Table:
    """Return the losses by case and year, and the estimate in points of Grundsteuer B."""
    frame = _cases(results, language)
    return SAY.table(
        "today_losses_table", frame, language, sources=LOSS_SOURCES, note=label("today_no_answer", language)
    )


def relief_table(results: Results, language: Language) -> Table:
    """Return the published takeover of liquidity credit beside the upper bound by the act's rule."""
    relief = results["old_debt_relief"]
    frame = relief[relief["amount_eur"].notna()].reset_index(drop=True)
    frame["name"] = frame["ags"].map(unit_names(results))
    frame = frame.sort_values("name").reset_index(drop=True)
    frame["amount_eur_m"] = frame["amount_eur"] / MILLION
    frame["origin"] = [SAY(f"today_relief_{source}", language) for source in frame["source"]]
    others = int((relief["amount_eur"].isna() & (relief["upper_bound_eur_pc"] > 0)).sum())
    return SAY.table("today_relief", frame, language, sources=RELIEF_SOURCES, n=len(frame), others=others)
