"""Figures and tables on who reaches which schools, and how far one point per town can be trusted."""

from __future__ import annotations

import pandas as pd

from dewak_research.data import read_table
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.marks import Points
from dewak_research.page.results import Results
from dewak_research.page.texts import ChapterTexts, named

SAY = ChapterTexts(__package__)
DRIVEN = "gemeinden_tax_capacity_2022"
SCHOOLS = ["schools", "towns", "kreise_age", "town_age"]
CHECKED = ["schools", "towns", DRIVEN]
_COLUMNS = {
    "primary": "drive_to_primary_school_min",
    "lower_secondary": "drive_to_lower_secondary_min",
}


def summary_table(results: Results, language: Language) -> Table:
    """Return access of the Land by kind of school."""
    table = named(results["access_summary"], language, kind="school_{}")
    return SAY.table("summary_table", table, language, sources=SCHOOLS)


def check_points(results: Results, language: Language) -> Figure:
    """Draw driving minutes over the way from the point of a town, town by town, for both kinds with official times."""
    minutes = read_table(DRIVEN).set_index("ags")
    table = results["access"].query("kind in @_COLUMNS")[["ags", "kind", "nearest_km"]]
    driven = [
        float(minutes.loc[ags, _COLUMNS[kind]]) for ags, kind in zip(table["ags"], table["kind"], strict=True)
    ]
    table = table.assign(minutes=driven)
    drawing = chart(
        named(table, language, kind="school_{}"),
        Points("nearest_km", "minutes", size=14.0),
        language=language,
        x=Axis(SAY("check_points.x", language), ",.0f", (0, None)),
        y=Axis(SAY("check_points.y", language), ",.0f", (0, None)),
        panel="kind",
        columns=1,
        height=1.2,
        share="none",
    )
    return SAY.figure("check_points", drawing, table, language, sources=CHECKED)


def check_table(results: Results, language: Language) -> Table:
    """Return the rank correlation of our ways with driving times."""
    table = named(results["drive_check"], language, kind="school_{}", measure="space_{}")
    return SAY.table("check_table", table, language, sources=CHECKED)


def reasons_table(results: Results, language: Language) -> Table:
    """Return what the disagreement with driving times goes with."""
    table = named(results["drive_reasons"], language, kind="school_{}", trait="space_{}")
    return SAY.table("reasons_table", table, language, sources=CHECKED)


def differences_table(results: Results, language: Language) -> Table:
    """Return the towns in which ways and driving times disagree most."""
    table = named(results["drive_differences"], language, kind="school_{}", looks="space_looks_{}")
    shown = table.assign(gap_points=100.0 * table["rank_gap"])
    return SAY.table("differences_table", shown, language, sources=CHECKED)


def of_towns(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with the names of its towns."""
    return table.assign(name=table["ags"].map(read_table("towns").set_index("ags")["name"]))
