"""Tables of the stress chapter: lights, episodes, assumptions, and the reverse test."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dewak_research.chapters.stress import (
    KINDS,
    MILLION,
    RUN_SOURCES,
    SAY,
    crisis_note,
    of_unit,
    unit_names,
)
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.labels import label
from dewak_research.page.parameter_names import parameter_name
from dewak_research.page.results import Results
from dewak_research.page.values import number
from dewak_research.stress.light import LIGHTS, light_definitions
from dewak_research.stress.sensitivity import MOST_DRAWS

_GRID_FORMATS = {"stress_loss_first_eur_m": ",.1f", "stress_loss_total_eur_m": ",.1f"}
BREAKING_ITEMS = ("gewst", "est", "sz", "hzp", "pers", "egh")


def light_table(results: Results, language: Language) -> Table:
    """Return how many units have which light, also at both ends of the crisis frequency, with definitions."""
    lights = results["lights"]
    by_kind = pd.crosstab(lights["light"], lights["kind"]).reindex(columns=list(KINDS), fill_value=0)
    frame = (
        results["light_counts"].set_index("light").join(by_kind).loc[list(light_definitions())].reset_index()
    )
    frame[list(KINDS)] = frame[list(KINDS)].fillna(0).astype(int)
    frame["title"], frame["definition"] = (
        [words[part][language] for words in light_definitions().values()] for part in (0, 1)
    )
    note = crisis_note(results, language)
    return SAY.table("stress_light_table", frame, language, sources=RUN_SOURCES, note=note)


def light_changes_table(results: Results, language: Language) -> Table:
    """Return how many units have which light now, by the light published before."""
    frame = results["light_changes"]
    titles = {key: title[language] for key, (title, _) in light_definitions().items()}
    frame["then"] = [titles.get(name) or label("stress_all", language) for name in frame["before"]]
    version = results["published_engine"]["version"].iloc[0]
    return SAY.table("stress_light_changes", frame, language, sources=RUN_SOURCES, version=version)


def baselines_table(results: Results, language: Language) -> Table:
    """Return how many units have which light on each of the three baselines."""
    frame = results["baseline_counts"]
    return SAY.table(
        "stress_baselines",
        frame,
        language,
        sources=RUN_SOURCES,
        draws=MOST_DRAWS,
        same=int(frame["same_on_all"].iloc[0]),
        known=int(frame[list(LIGHTS)].iloc[0].sum()),
    )


def steps_table(results: Results, language: Language) -> Table:
    """Return how many towns have a gap in the last year, and the median steps of a multiplier that close it."""
    frame = results["step_counts"]
    frame["kind"] = pd.Categorical(frame["kind"], [kind for kind in KINDS if kind != "kreis"], ordered=True)
    ordered = frame.sort_values(["gap", "kind"])
    ordered["kind"] = ordered["kind"].astype(str)
    return SAY.table("stress_steps", ordered, language, sources=RUN_SOURCES, year=int(frame["year"].iloc[0]))


def certainty(scenarios: pd.DataFrame) -> list[str]:
    """Return how sure the size of each episode is, as a key of the one scale of the registry."""
    keys = {"unverified": "certainty_assumption", "partly": "certainty_partly"}
    return [
        keys.get(status) or ("certainty_by_hand" if by_hand else "certainty_read")
        for status, by_hand in zip(scenarios["status"], scenarios["by_hand"], strict=True)
    ]


def alternatives_table(results: Results, language: Language) -> Table:
    """Return the lights if one choice of the engine is made differently, beside those of the engine."""
    frame = results["lights_by_alternative"].assign(points=lambda rows: 100 * rows["probability_change"])
    counts = {f"stress_n_{name}": name for name in (*LIGHTS, "better", "worse")}
    shown = {"stress_alternative": "alternative", **counts, "stress_mean_change": "points"}
    return SAY.table("stress_alternatives", frame, language, columns=shown, sources=RUN_SOURCES,
                     labelled={"stress_alternative": "stress_alternative_{}"},
                     formats={"stress_mean_change": "+.1f"}, draws=MOST_DRAWS)  # fmt: skip


def scenario_table(results: Results, language: Language) -> Table:
    """Return what each episode assumes, where it comes from and how many units it pushes over the line."""
    frame = results["scenarios"].merge(results["episode_counts"], on="scenario", how="left")
    frame["status"] = certainty(frame)
    frame["sources"] = frame["sources"].replace("METHODS", SAY("stress_scenarios.own_choice", language))
    grid = results["grid_counts"]
    unshocked = int(grid.loc[grid["revenue_fall_share"] == 0, "triggered"].iloc[0])
    return SAY.table("stress_scenarios", frame, language, sources=RUN_SOURCES, n=unshocked)


def units_table(results: Results, language: Language) -> Table:
    """Return every unit of the register with light, probability, interval and place among its peers."""
    standing = results["standing"].drop(columns="probability")
    frame = results["lights"].merge(standing, on="ags", how="left").sort_values(["kind", "name"])
    titles = {key: title[language] for key, (title, _) in light_definitions().items()}
    frame["title"] = frame["light"].map(titles)
    return SAY.table(
        "stress_units",
        frame.reset_index(drop=True),
        language,
        sources=RUN_SOURCES,
        note=crisis_note(results, language),
        n=len(frame),
        peers=int(results["run"]["peers"].iloc[0]),
    )


def assumptions_table(results: Results, language: Language) -> Table:
    """Return the parameters of the run that are assumptions, called so."""
    frame = results["assumptions"].assign(status="certainty_assumption")
    frame["name"] = [parameter_name(str(parameter), language) for parameter in frame["parameter"]]
    return SAY.table("stress_assumptions", frame, language, sources=RUN_SOURCES)


def _hit(trigger: Any, year: float, language: Language) -> str:
    if pd.isna(trigger) or trigger == "none":
        return SAY("not_hit", language)
    return SAY("hit", language, trigger=str(trigger), year=int(year))


def grid_table(results: Results, language: Language, *ags: str) -> Table:
    """Return the council grid of the units side by side: loss in the first and over all years, first threshold."""
    names, shocks = unit_names(results), ["revenue_fall_share", "interest_rise_pp"]
    heads = {
        key: label(key, language, with_unit=True)
        for key in ("stress_revenue_fall", "stress_interest_rise", *_GRID_FORMATS, "stress_answer")
    }
    frame, formats = None, {heads["stress_revenue_fall"]: ".0%", heads["stress_interest_rise"]: ".1f"}
    for each in ags:
        own = of_unit(results, "council_grid", each)
        group = {key: (f"{names[each]}: {head}" if len(ags) > 1 else head) for key, head in heads.items()}
        part = own[shocks].set_axis([heads["stress_revenue_fall"], heads["stress_interest_rise"]], axis=1)
        part[group["stress_loss_first_eur_m"]] = own["loss_first_year_eur"] / MILLION
        part[group["stress_loss_total_eur_m"]] = own["loss_total_eur"] / MILLION
        part[group["stress_answer"]] = [
            None if pd.isna(trigger) else _hit(trigger, year, language)
            for trigger, year in zip(own["trigger"], own["trigger_year"], strict=True)
        ]
        formats |= {group[key]: spec for key, spec in _GRID_FORMATS.items()}
        frame = part if frame is None else frame.merge(part, on=list(part.columns[:2]), validate="1:1")
    assert frame is not None
    return SAY.table(
        "stress_grid",
        frame,
        language,
        sources=RUN_SOURCES,
        labels=False,
        formats=formats,
        of="_".join(ags),
        unit=", ".join(names[each] for each in ags),
    )


def standing_table(results: Results, language: Language, *ags: str) -> Table:
    """Return what the test says of chosen units, one row each: threshold, probability, reserves, bearable loss."""
    unshocked = results["reverse"].query("direction == 'GFK2009'")
    frame = (
        results["lights"]
        .set_index("ags")
        .loc[list(ags)]
        .join(results["exhaustion"].set_index("ags"))
        .join(unshocked.set_index("ags")[["trigger", "trigger_year", "bearable_eur"]])
        .reset_index()
    )
    frame["hit"] = [
        None if pd.isna(trigger) else _hit(trigger, year, language)
        for trigger, year in zip(frame["trigger"], frame["trigger_year"], strict=True)
    ]
    frame["bearable_eur_m"] = frame["bearable_eur"] / MILLION
    return SAY.table("stress_standing", frame, language, sources=RUN_SOURCES)


def _multiple(star: float, language: Language) -> str:
    if star == 0:
        return SAY("already", language)
    return SAY("beyond_ten", language) if np.isinf(star) else number(star, language, 2)


def reverse_table(results: Results, language: Language, *ags: str) -> Table:
    """Return the reverse test of chosen units in both directions."""
    rows = results["reverse"]
    frame = rows[rows["ags"].isin(ags)].reset_index(drop=True)
    frame["name"] = frame["ags"].map(unit_names(results))
    frame["direction"] = "stress_" + frame["direction"].str.lower()
    frame["multiple"] = [_multiple(star, language) for star in frame["lambda_star"]]
    frame["hit"] = [
        _hit(trigger, year, language)
        for trigger, year in zip(frame["trigger"], frame["trigger_year"], strict=True)
    ]
    frame["bearable_eur_m"] = frame["bearable_eur"] / MILLION
    return SAY.table("stress_reverse", frame, language, sources=RUN_SOURCES)


def breaking_table(results: Results, language: Language) -> Table:
    """Return the most likely breaking scenario of the units in depth."""
    rows = results["breaking"]
    wide = rows.pivot_table(index="ags", columns="item", values="change_share", sort=False, dropna=False)
    distance = rows.groupby("ags")["distance"].first().reindex(wide.index)
    frame = wide[list(BREAKING_ITEMS)].where(distance > 0)
    frame["name"] = unit_names(results).reindex(wide.index)
    frame["away"] = [
        None if np.isnan(d) else SAY("already", language) if d == 0 else number(d, language, 1)
        for d in distance
    ]
    return SAY.table("stress_breaking", frame.reset_index(drop=True), language, sources=RUN_SOURCES)
