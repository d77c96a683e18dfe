"""How many people of an age need a service: rates from published figures, each with source and doubt.

METHODS F.3. A rate is persons (or running cases) in need per person of an age. Two kinds of rows stand in the table
of rates: ``level``, from which a plan starts, and ``history``, from which alone growth is read. They are kept apart
because the population was counted anew in 2022: levels fit today's population, histories one basis throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

import numpy as np
import pandas as pd

from dewak_research.planning.ages import bounds
from dewak_research.planning.care import care_factors, care_population, care_rates, kreis_rates
from dewak_research.rules import HOME, Value, land

RAW_TABLES = (
    *("care_by_age", "old_age", "land_age_groups", "kreise_age", "kreise_atlas_2022", "kreise_panel"),
    "checkpoints",
)
"""Official tables that the rates are read from."""
SERVICES = (
    "childcare_u3", "childcare_3_6", "all_day_school", "child_raising_help", "youth_work", "care_allowance",
    "care_ambulatory", "care_residential", "open_elderly", "debt_advice", "integration_advice",
    "integration_help_minors", "integration_help_adults",
)  # fmt: skip
UNKNOWN = ("open_elderly", "debt_advice", "integration_advice")
NO_RATE = "no_published_rate"
YOUTH_AGES = "6-17"
RAISING_AGES = "0-19"
MINORS = "0-17"
COLUMNS = ["service", "sex", "age", "area", "year", "use", "rate", "source", "tag", "assumed", "reason"]
RAISING_CASES = (
    "family_support_running",
    "foster_care_running",
    "residential_care_running",
    "integration_par35a_running",
)


def _rows(
    service: str,
    use: str,
    values: Iterable[tuple[str, str, int, float]],
    source: str,
    tag: str,
    assumed: bool,
) -> pd.DataFrame:
    frame = pd.DataFrame([*values], columns=["area", "age", "year", "rate"])
    return frame.assign(
        service=service, sex="all", use=use, source=source, tag=tag, assumed=assumed, reason=""
    )[COLUMNS]


def _care(tables: Mapping[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Rates of the Land, their histories, and the levels of the Kreise (``care_factors``)."""
    population = care_population(tables["old_age"], tables["land_age_groups"], tables["kreise_age"])
    found = care_rates(tables["care_by_age"], population)
    factors = care_factors(found, tables["kreise_age"], tables["kreise_panel"], tables["kreise_atlas_2022"])
    newest = found[(found["basis"] == 2022) & (found["year"] == found["year"].max())]
    by_kreis = kreis_rates(newest, factors)
    parts = []
    for service, rows in found.groupby("service"):
        level = newest[newest["service"] == service]
        past = rows[rows["basis"] == 2011]
        for use, some in (("level", level), ("history", past)):
            values = zip([HOME] * len(some), some["age"], some["year"], some["rate"], strict=True)
            parts.append(_rows(str(service), use, values, "care_by_age", "D", assumed=False))
        own = by_kreis[by_kreis["service"] == service]
        values = zip(own["kreis"], own["age"], own["year"], own["rate"], strict=True)
        parts.append(_rows(str(service), "level", values, "kreise_panel", "D", assumed=True))
    return parts


def _child_care(atlas: pd.DataFrame, panel: pd.DataFrame) -> list[pd.DataFrame]:
    home = atlas[atlas["kreis"].str.startswith(HOME)]
    before = panel[panel["ags"].str.startswith(HOME)]
    parts = []
    for service, age, now, past in (
        ("childcare_u3", "0-2", "childcare_under3_2022_pct", "childcare_under3_pct"),
        ("childcare_3_6", "3-5", "childcare_3to5_2022_pct", "childcare_3to6_pct"),
    ):
        level = [(kreis, age, 2022, pct / 100) for kreis, pct in zip(home["kreis"], home[now], strict=True)]
        parts.append(_rows(service, "level", level, "kreise_atlas_2022", "V", assumed=False))
        known = before[(before["year"] >= 2016) & before[past].notna()]
        means = known.groupby("year")[past].mean() / 100
        history = [(HOME, age, int(str(year)), float(rate)) for year, rate in means.items()]
        history.append((HOME, age, 2022, float(home[now].mean()) / 100))
        parts.append(_rows(service, "history", history, "kreise_panel", "D", assumed=True))
    return parts


def _of(value: Value) -> str:
    return value.sources[0].id


def _all_day(persons: Mapping[str, float]) -> list[pd.DataFrame]:
    stated = land(HOME).values("planning")
    pupils = next(value for value in stated if value.key == "all_day_pupils")
    level = (HOME, "6-9", int(pupils.valid_from or 0), float(pupils.value) / persons["6-9"])
    shares = [value for value in stated if value.key == "all_day_share"]
    history = [(HOME, "6-9", int(value.valid_from or 0), float(value.value)) for value in shares]
    return [
        _rows("all_day_school", "level", [level], _of(pupils), "D", assumed=True),
        _rows("all_day_school", "history", history, _of(shares[0]), "V", assumed=False),
    ]


def _points(checkpoints: pd.DataFrame, series: str) -> pd.DataFrame:
    rows = checkpoints[(checkpoints["area"] == HOME) & (checkpoints["series"] == series)]
    return rows.pivot_table(index="year", columns="item", values="value")


def _help(
    checkpoints: pd.DataFrame, persons: Mapping[str, float], groups: pd.DataFrame
) -> list[pd.DataFrame]:
    cases = (
        _points(checkpoints, "child_raising_support")[list(RAISING_CASES)].sum(axis=1, min_count=4).dropna()
    )
    year = int(cases.index[-1])
    raising = [(HOME, RAISING_AGES, year, float(cases[year]) / persons[RAISING_AGES])]
    people = _points(checkpoints, "integration_sgb9")
    ages = {
        MINORS: (people["recipients_under_18"], ["0-9", "10-18"]),
        "65+": (people["recipients_65_plus"], ["65-74", "75+"]),
    }
    rest = people["recipients_total"] - people["recipients_under_18"] - people["recipients_65_plus"]
    ages["18-64"] = (rest, ["19-44", "45-64"])
    wide = groups.pivot_table(index="year", columns="age", values="persons")
    parts = [_rows("child_raising_help", "level", raising, "checkpoints", "D", assumed=True)]
    for age, (recipients, among) in ages.items():
        known = recipients.dropna()
        service = "integration_help_minors" if age == MINORS else "integration_help_adults"
        level = [(HOME, age, year, float(known[year]) / persons[age])]
        rates = (known / wide[among].sum(axis=1)).dropna()
        history = [(HOME, age, int(str(y)), float(rate)) for y, rate in rates.items()]
        parts += [
            _rows(service, "level", level, "checkpoints", "D", assumed=False),
            _rows(service, "history", history, "checkpoints", "D", assumed=True),
        ]
    return parts


def rate_table(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return all published rates, and a row that says so where there is none.

    Parameters
    ----------
    tables : mapping
        care_by_age, old_age, land_age_groups, kreise_age, kreise_atlas_2022, kreise_panel, checkpoints.

    Returns
    -------
    DataFrame
        service, sex ("all"), age, area (Land or Kreis), year, use (level, history), rate (persons or running cases
        per person), source (table or number of the source), tag, assumed, reason. Care of a Kreis: the Land's rates by
        age at the Kreis's level of 2021, all kinds together at most 1, marked assumed. Youth work has no rate of use:
        its whole age counts, marked assumed. A service of ``UNKNOWN`` has a missing rate and a reason.
    """
    ages = tables["kreise_age"]
    newest = ages[(ages["year"] == 2023) & ages["ags"].str.startswith(HOME)]
    counted = newest.groupby("age")["persons"].sum().astype(float)

    def among(age: str) -> float:
        first, last = bounds(age)
        return float(sum(n for group, n in counted.items() if first <= bounds(str(group))[0] <= last))

    persons = {age: among(age) for age in ("6-9", RAISING_AGES, MINORS, "18-64", "65+")}
    whole = _rows("youth_work", "level", [(HOME, YOUTH_AGES, 2023, 1.0)], "METHODS", "P", assumed=True)
    unknown = [
        _rows(service, "level", [(HOME, "0+", 2023, np.nan)], "", "", assumed=False).assign(reason=NO_RATE)
        for service in UNKNOWN
    ]
    parts = chain(
        _child_care(tables["kreise_atlas_2022"], tables["kreise_panel"]),
        _all_day(persons),
        _help(tables["checkpoints"], persons, tables["land_age_groups"]),
        _care(tables),
        [whole, *unknown],
    )
    found = pd.concat([*parts], ignore_index=True)
    order = found["service"].map(SERVICES.index)
    sorted_ = found.assign(order=order).sort_values(["order", "use", "area", "year", "age"], kind="stable")
    return sorted_.drop(columns="order").reset_index(drop=True)
