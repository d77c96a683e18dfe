"""Figures and tables on who will live where: the projection, what it is held against, how wrong it was before."""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure as Drawing

from dewak_research.data import read_boundaries, read_table
from dewak_research.data.register import tidy_kreis_name
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Lines
from dewak_research.page.results import Results
from dewak_research.page.style import choropleth, figure_size
from dewak_research.page.texts import ChapterTexts
from dewak_research.page.values import number

SAY = ChapterTexts(__package__)
COUNTED = ["kreise_age", "town_age", "town_population_today"]
OFFICIAL = "projection"
THOUSAND = 1000.0
SHOWN_AGES = ("0-2", "3-5", "6-9", "10-15", "65-79", "80+")
MAP_AGES = ("3-5", "80+")
UNIT_AGES = ("0-2", "3-5", "6-9", "65-79", "80+", "total")
TESTED_AGES = ("total", "0-2", "3-5", "6-9", "65+", "65-74", "75+")
TESTED_METHODS = ("no_change", "trend", "shrunk", "with_profile")
REASONS_YEAR = 2035
BASE_AGES = ("0-2", "3-5", "6-9", "10-14", "20-24", "50-54", "80-84")
TICKS = (2024, 2030, 2040, 2050)
MAP_BREAKS = (-20.0, -10.0, 0.0, 10.0, 20.0, 40.0)


def age_name(age: str, language: Language) -> str:
    """Return a group of ages in words, as ``80 and older``."""
    if age == "total":
        return label("age_all", language)
    if age.endswith("+"):
        return SAY("age_open", language, age=age.removesuffix("+"))
    first, _, last = age.partition("-")
    return SAY("age_between", language, first=first, last=last)


def land_paths(results: Results, language: Language) -> Figure:
    """Draw the projection of the Land by group of ages, with its variants and the official one."""
    table = results["projection_check"].query("age in @SHOWN_AGES")
    wide = table.pivot_table(index=["age", "year"], columns="variant", values="persons").reset_index()
    wide = wide.merge(table[["age", "year", "official"]].drop_duplicates(), on=["age", "year"])
    wide[["base", "low", "high", "official"]] /= THOUSAND
    wide = wide.sort_values(["age", "year"], key=lambda c: c.map(SHOWN_AGES.index) if c.name == "age" else c)
    ours = wide.assign(persons=wide["base"], whose=SAY("land_paths.ours", language))
    official = wide.assign(persons=wide["official"], whose=SAY("land_paths.official", language))
    official[["low", "high"]] = official[["persons", "persons"]].to_numpy()
    shown = pd.concat([ours, official], ignore_index=True)
    shown["panel"] = [age_name(age, language) for age in shown["age"]]
    drawing = chart(
        shown,
        Lines("year", "persons", group="whose", bands=[("low", "high")], styles=("-", "--")),
        language=language,
        x=Axis(ticks=(2024, 2030, 2040, 2050)),
        y=Axis(SAY("land_paths.y", language), ",.0f", (0, None)),
        panel="panel",
        columns=2,
        height=1.15,
        share="x",
    )
    return SAY.figure("land_paths", drawing, wide, language, sources=[*COUNTED, OFFICIAL])


def projection_table(results: Results, language: Language) -> Table:
    """Return how far the projection of the Land lies from the official one, by group of ages and year."""
    table = results["projection_check"].query("variant == 'base'")
    years = [year for year in sorted(table["year"].unique()) if year in (2025, 2030, 2035, 2040, 2050)]
    wide = table.pivot_table(index="age", columns="year", values="difference_pct", sort=False)[years]
    wide = wide.set_axis([str(year) for year in years], axis="columns")
    shown = wide.rename(index=lambda age: age_name(age, language)).rename_axis(label("age_group", language))
    formats = dict.fromkeys(wide.columns, "+.1f")
    return SAY.table(
        "projection_table",
        shown.reset_index(),
        language,
        sources=[*COUNTED, OFFICIAL],
        labels=False,
        formats=formats,
    )


def reasons_table(results: Results, language: Language) -> Table:
    """Return why the Land differs from the official projection, by group of ages, in one year."""
    found = results["projection_reasons"]
    found = found[found["year"] == REASONS_YEAR]
    shown = found.assign(age=[age_name(age, language) for age in found["age"]])
    return SAY.table("reasons_table", shown, language, sources=[*COUNTED, OFFICIAL], year=REASONS_YEAR)


def moves_table(results: Results, language: Language) -> Table:
    """Return the Land's net migration here and in the official projection, and what the count of 2025 says."""
    found = results["projection_migration_check"]
    span = [f"{first}–{last}" for first, last in zip(found["first_year"], found["last_year"], strict=True)]
    return SAY.table("moves_table", found.assign(span=span), language, sources=[*COUNTED, OFFICIAL])


def kreise_table(results: Results, language: Language) -> Table:
    """Return the change to 2050 of the Kreise for which the official projection was printed, and why it differs."""
    names = read_table("kreise").set_index("ags")["name"].map(tidy_kreis_name)
    found = results["projection_kreise_check"].merge(
        results["projection_kreise_reasons"].drop(columns=["year", "difference_points"]), on="ags"
    )
    shown = found.assign(name=found["ags"].map(names))
    return SAY.table("kreise_table", shown, language, sources=[*COUNTED, "projection_kreise"])


def coverage_table(results: Results, language: Language) -> Table:
    """Return how many truths the bands of the Kreise held, by age, with and without the years judged."""
    found = results["backtest_coverage"]
    shown = found.assign(
        age=[age_name(age, language) for age in found["age"]],
        span=[f"{origin}–{target}" for origin, target in zip(found["origin"], found["target"], strict=True)],
    )
    return SAY.table("coverage_table", shown, language, sources=[*COUNTED, "town_population"])


def base_table(results: Results, language: Language) -> Table:
    """Return how far the estimated ages of the base may be off, by size of the town."""
    found = results["base_spread"]
    wide = found[found["age"].isin(BASE_AGES)].pivot_table(
        index="size_from", columns="age", values="spread_pct"
    )
    wide = wide[list(BASE_AGES)].rename(columns=lambda age: age_name(age, language))
    covered = results["base_coverage"].assign(inside=lambda t: t["coverage_pct"] * t["n"])
    sums = covered.groupby("size_from")[["inside", "n"]].sum()
    shown = wide.rename(index=lambda size: number(float(size), language))
    shown = shown.assign(
        **{
            label("plan_coverage_pct", language): (sums["inside"] / sums["n"]).to_numpy(),
            label("plan_n", language): (sums["n"] / 2).to_numpy(),
        }
    )
    formats = dict.fromkeys(shown.columns[: len(BASE_AGES)], ".1f") | dict.fromkeys(
        shown.columns[len(BASE_AGES) :], ".0f"
    )
    return SAY.table(
        "base_table",
        shown.rename_axis(label("plan_size_from", language)).reset_index(),
        language,
        sources=[*COUNTED, "census"],
        labels=False,
        formats=formats,
    )


def backtest_table(results: Results, language: Language) -> Table:
    """Return how wrong the method, no change and the trend were when they looked ahead from an earlier year."""
    found = results["backtest_summary"]
    found = found[found["age"].isin(TESTED_AGES) & found["method"].isin(TESTED_METHODS)]
    shown = found.assign(
        tested=[label(f"tested_{units}", language) for units in found["units"]],
        age=[age_name(age, language) for age in found["age"]],
        span=[f"{origin}–{target}" for origin, target in zip(found["origin"], found["target"], strict=True)],
        method=[label(f"method_{method}", language) for method in found["method"]],
    )
    sources = [*COUNTED, "town_population", "town_population_derived"]
    return SAY.table("backtest_table", shown, language, sources=sources)


def change_maps(results: Results, language: Language) -> Figure:
    """Draw how many more or fewer children and very old people every town has in the year shown."""
    table = results["population_change"]
    areas = read_boundaries("towns")[["ags", "geometry"]]
    drawing, axes = plt.subplots(2, 1, figsize=figure_size(1.9))
    for ax, age in zip(axes, MAP_AGES, strict=True):
        rows = table.loc[table["age"] == age, ["ags", "change_pct"]]
        choropleth(
            ax,
            areas.merge(rows, on="ags", how="left"),
            "change_pct",
            language=language,
            breaks=MAP_BREAKS,
            spec="+,.0f",
            legend_title=SAY("change_maps.legend", language),
            colours="diverging",
        )
        ax.set_title(age_name(age, language))
    data = table[table["age"].isin(MAP_AGES)]
    first, last = data["first_year"].iloc[0], data["shown_year"].iloc[0]
    return SAY.figure(
        "change_maps", drawing, data, language, sources=[*COUNTED, "boundaries_towns"], first=first, last=last
    )


def bands_of_ages(table: pd.DataFrame, ages: Sequence[str], language: Language, height: float) -> Drawing:
    """Draw rows of ``population_range`` of one unit, a panel for each age: P50 with the band from P05 to P95."""
    order = list(ages)
    shown = table.sort_values("age", key=lambda column: column.map(order.index), kind="stable")
    shown = shown.assign(panel=[age_name(age, language) for age in shown["age"]])
    return chart(
        shown,
        Lines("year", "p50", bands=[("p05", "p95")], marker=None),
        language=language,
        x=Axis(ticks=[year for year in TICKS if year <= shown["year"].max()]),
        y=Axis(SAY("unit_bands.y", language), ",.0f", (0, None)),
        panel="panel",
        columns=2,
        height=height,
        share="x",
    )


def unit_bands(results: Results, language: Language, ags: str, name: str) -> Figure:
    """Draw the population of one unit by group of ages: P50 with the band from P05 to P95."""
    table = results["population_range"].query("ags == @ags and age in @UNIT_AGES")
    drawing = bands_of_ages(table, UNIT_AGES, language, height=1.15)
    return SAY.figure("unit_bands", drawing, table, language, sources=COUNTED, of=ags, unit=name)
