"""Figures and tables on what can be done: portfolios, what relief does to the budget, with and without the plan."""

from __future__ import annotations

from collections.abc import Mapping

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


def option_names(options: pd.DataFrame, language: Language) -> dict[str, str]:
    """Return option to name: those of models and instruments come with them, the others from the labels.

    Parameters
    ----------
    options : DataFrame
        Table ``portfolio_options`` of the stage.
    """
    table = options.drop_duplicates("option")
    given = table[f"name_{language}"].fillna("")
    pairs = zip(table["option"], given, strict=True)
    return {key: name or label(f"option_{key}", language) for key, name in pairs}


def _standing(results: Results, ags: str) -> pd.Series:
    return results["portfolio_standing"].query("ags == @ags").iloc[0]


def _bundles(keys: pd.Series, names: dict[str, str], language: Language) -> list[str]:
    nothing = label("plan_nothing", language)
    return ["; ".join(names[key] for key in one.split("; ")) if one else nothing for one in keys]


def _sources(used: str, language: Language) -> str:
    kinds = ["place" if one.startswith("place") else one for one in used.split("; ")] if used else ["own"]
    return ", ".join(label(f"plan_source_{kind}", language) for kind in kinds)


def warning_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return how need of one unit grows, its lead time and what could help: what can be told without places."""
    growth = results["need_growth"].query("ags == @ags").merge(results["service_resources"], on="service")
    parts = {"growth": "growth_share", "low": "growth_low_share", "high": "growth_high_share"}
    shown = growth.assign(**{part: 100 * growth[column] for part, column in parts.items()})
    claimed = SAY("warning_table.claim", language)
    listed = [SAY("warning_table.listed", language, n=str(number)) for number in shown["instruments"]]
    shown["help"] = pd.Series(listed, shown.index).where(~shown["claim"], claimed)
    ordered = shown.sort_values("growth", ascending=False, na_position="last", kind="stable")
    last = str(growth["last_year"].iloc[0])
    table = named(ordered, language, service="service_{}")
    return SAY.table("warning_table", table, language, said="own_assumptions", of=ags, unit=name, last=last)


def options_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return the options of one unit: euros a year with their range, reach, hours, posts, what they count on, law."""
    table = results["portfolio_options"].query("ags == @ags")
    names = option_names(results["portfolio_options"], language)
    shown = table.assign(
        option=[names[key] for key in table["option"]],
        sources=[_sources(used, language) for used in table["sources"]],
    )
    year = str(_standing(results, ags)["euros_of"])
    return SAY.table(
        "options_table", shown, language, said="own_assumptions", of=ags, unit=name, euros_of=year
    )


def limits_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return how many portfolios each limit rules out, and what is left after it."""
    table = results["portfolio_limits"].query("ags == @ags")
    bound = "bound" if _standing(results, ags)["consolidation"] else "free"
    posts, money = (SAY(f"limits_table.{bound}_{part}", language) for part in ("posts", "money"))
    return SAY.table(
        "limits_table", table, language, said="own_assumptions", of=ags, unit=name, posts=posts, money=money
    )


def front_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return the portfolios that no other beats under law, law and posts, or all limits: each once."""
    table = results["portfolio_front"].query("ags == @ags")
    words = [label(f"plan_limit_{limit}", language) for limit in table["limit"]]
    under = table.assign(under=words).groupby("options")["under"].agg("; ".join)
    once = table.drop_duplicates("options")
    shown = once.assign(
        options=_bundles(once["options"], option_names(results["portfolio_options"], language), language),
        change_points=100 * once["probability_change"],
        under=once["options"].map(under),
    )
    year = str(_standing(results, ags)["euros_of"])
    return SAY.table("front_table", shown, language, said="own_assumptions", of=ags, unit=name, euros_of=year)


def ladder_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return the best portfolio for each number of services kept, and the first limit it breaks."""
    table = results["portfolio_ladder"].query("ags == @ags")
    shown = table.assign(
        options=_bundles(table["options"], option_names(results["portfolio_options"], language), language),
        change_points=100 * table["probability_change"],
    )
    number = str(_standing(results, ags)["portfolios"])
    return SAY.table(
        "ladder_table", shown, language, said="own_assumptions", of=ags, unit=name, portfolios=number
    )


def relief_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return what a relief per inhabitant does to headroom and to the probability of crossing a threshold."""
    table = results["relief_steps"].query("ags == @ags")
    shown = table.assign(relief_m=table["relief_eur"] / MILLION, headroom_m=table["headroom_eur"] / MILLION)
    year = str(_standing(results, ags)["euros_of"])
    return SAY.table("relief_table", shown, language, sources=BUDGET, of=ags, unit=name, euros_of=year)


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


def observed_growth_table(results: Results, language: Language) -> Table:
    """Return by how much spending per person grew a year, where it is published."""
    table = results["cost_growth_observed"]
    shown = named(table, language, service="spent_per_{}").assign(
        span=[f"{a}–{b}" for a, b in zip(table["first_year"], table["last_year"], strict=True)]
    )
    return SAY.table("observed_growth_table", shown, language, sources=["youth_welfare", "checkpoints"])


def cost_growth_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return the budget of the stress test with the plan at several growths of cost per case."""
    table = results["with_and_without_growth"].query("ags == @ags")
    shown = table.assign(
        tested_m=table["net_tested_eur"] / MILLION,
        last_m=table["net_last_eur"] / MILLION,
        reserve_m=table["end_allgemeine_ruecklage_eur"] / MILLION,
    )
    years = {"tested": table["plan_last_year"].iloc[0], "last": table["last_year"].iloc[0]}
    return SAY.table("cost_growth_table", shown, language, sources=BUDGET, of=ags, unit=name, **years)


def net_paths(results: Results, language: Language, ags: str, name: str) -> Figure:
    """Draw the plan's net cost beyond what the budget holds, by scenario, to the year shown."""
    return net_of_units(results, language, {ags: name})


def net_of_units(results: Results, language: Language, units: Mapping[str, str]) -> Figure:
    """Draw the same of several units (key to name), one beside the other."""
    table = results["with_and_without_beside"].query("ags in @units")
    shown = pd.DataFrame(
        {
            "year": table["year"],
            "amount": -table["net_eur"] / MILLION,
            "scenario": [label(f"scenario_{key}", language) for key in table["scenario"]],
            "unit": table["ags"].map(units),
        }
    )
    drawing = chart(
        shown,
        Lines("year", "amount", group="scenario", marker=None, styles=("-", "--", ":")),
        Reference(y=0.0),
        language=language,
        y=Axis(SAY("net_paths.y", language), "+,.1f"),
        panel="unit" if len(units) > 1 else None,
        columns=len(units),
        height=0.6,
        legend_columns=1,
    )
    names = ", ".join(units.values())
    return SAY.figure(
        "net_paths", drawing, table, language, said="own_assumptions", of="_".join(units), unit=names
    )
