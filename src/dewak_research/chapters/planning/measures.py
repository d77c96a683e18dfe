"""Figures and tables on what can be done: portfolios, what relief does to the budget, with and without the plan."""

from __future__ import annotations

import pandas as pd

from dewak_research.chapters.planning.population import SAY
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Lines, Reference
from dewak_research.page.results import Results
from dewak_research.page.texts import named

BUDGET = ["booked_payments", "balance_sheets"]
MILLION = 1e6


def _names(results: Results, language: Language) -> dict[str, str]:
    """Names of options: those of models and instruments come with them, the others from the labels."""
    table = results["portfolio_options"].drop_duplicates("option")
    given = table[f"name_{language}"].fillna("")
    pairs = zip(table["option"], given, strict=True)
    return {key: name or label(f"option_{key}", language) for key, name in pairs}


def options_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return the options of one unit: euros a year with their range, posts, law."""
    table = results["portfolio_options"].query("ags == @ags")
    names = _names(results, language)
    shown = table.assign(option=[names[key] for key in table["option"]])
    return SAY.table("options_table", shown, language, said="own_assumptions", of=ags, unit=name)


def ladder_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return the best portfolio for each number of services kept."""
    table, names = results["portfolio_ladder"].query("ags == @ags"), _names(results, language)
    shown = table.assign(
        options=["; ".join(names[key] for key in keys.split("; ")) for keys in table["options"]],
        change_points=100 * table["probability_change"],
    )
    return SAY.table("ladder_table", shown, language, said="own_assumptions", of=ags, unit=name)


def relief_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return what a relief per inhabitant does to headroom and to the probability of crossing a threshold."""
    table = results["relief_steps"].query("ags == @ags")
    shown = table.assign(relief_m=table["relief_eur"] / MILLION, headroom_m=table["headroom_eur"] / MILLION)
    return SAY.table("relief_table", shown, language, sources=BUDGET, of=ags, unit=name)


def with_and_without_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return the budget of the stress test with and without the plan's net cost, by scenario."""
    table = results["with_and_without"].query("ags == @ags")
    kept = (table["variant"] == "with") | (table["scenario"] == table["scenario"].iloc[0])
    shown = named(table[kept], language, variant="plan_{}", scenario="scenario_{}").assign(
        reserve_m=table["end_allgemeine_ruecklage_eur"] / MILLION,
    )
    without = shown["variant"] == label("plan_without", language)
    shown.loc[without, "scenario"] = "–"
    return SAY.table("with_and_without_table", shown, language, sources=BUDGET, of=ags, unit=name)


def net_paths(results: Results, language: Language, ags: str, name: str) -> Figure:
    """Draw the plan's net cost beyond what the budget holds, by scenario, to the year shown."""
    table = results["with_and_without_beside"].query("ags == @ags")
    shown = pd.DataFrame(
        {
            "year": table["year"],
            "amount": -table["net_eur"] / MILLION,
            "scenario": [label(f"scenario_{key}", language) for key in table["scenario"]],
        }
    )
    drawing = chart(
        shown,
        Lines("year", "amount", group="scenario", marker=None, styles=("-", "--", ":")),
        Reference(y=0.0),
        language=language,
        y=Axis(SAY("net_paths.y", language), "+,.1f"),
        height=0.6,
        legend_columns=1,
    )
    return SAY.figure("net_paths", drawing, table, language, said="own_assumptions", of=ags, unit=name)
