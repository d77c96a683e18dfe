"""What a table of rates may hold: known services, whole groups of age, no more people in need than there are."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import Problem, messages, nearest_or
from dewak_research.planning.ages import GROUPS, SEXES, bounds
from dewak_research.planning.rates import SERVICES
from dewak_research.planning.together import EXCLUSIVE, ROUNDING

Array = NDArray[np.floating[Any]]
_problem = messages(__package__)


@cache
def groups_inside(age: str) -> tuple[int, ...]:
    """Positions of the groups of age that a coarser age holds; empty where it cuts a group or is no age."""
    try:
        first, last = bounds(age)
    except ValueError:
        return ()
    ends = [bounds(group) for group in GROUPS]
    found = tuple(i for i, (start, end) in enumerate(ends) if first <= start and end <= last)
    edges = {ends[i][0] for i in found[:1]} | {ends[i][1] for i in found[-1:]}
    return found if {first, last} <= edges else ()


def rate_problems(rates: pd.DataFrame, where: str = "rates") -> list[Problem]:
    """Return every fault of a table of rates.

    Unknown service, age that cuts a group, rate below 0 or above 1; and of the rows without such a fault, more people
    of an age in services that exclude each other than there are.
    """
    found: list[Problem] = []
    sound = []
    for i, (service, age, rate) in enumerate(
        zip(rates["service"], rates["age"], rates["rate"], strict=True), 1
    ):
        place, before = f"{where}: {i}", len(found)
        if service not in SERVICES:
            near = nearest_or(str(service), SERVICES)
            found.append(_problem("service_unknown", place, service=service, near=near))
        if not groups_inside(str(age)):
            found.append(_problem("age_cuts_a_group", place, age=age, groups=", ".join(GROUPS)))
        if not np.isnan(rate) and not 0.0 <= rate <= 1.0:
            found.append(_problem("rate_outside", place, service=service, rate=f"{rate:g}"))
        sound.append(len(found) == before)
    return found + _crowded(rates[np.array(sound, bool)], where)


def crowded_ages(rates: pd.DataFrame) -> dict[str, float]:
    """Return the groups of age in which services that exclude each other hold more than all people, and the sum.

    Parameters
    ----------
    rates : DataFrame
        service, sex (both where there is none), age, rate of one area; ages that are whole groups.

    Returns
    -------
    dict
        Group of age to the sum of the rates, of the sex with the larger one.
    """
    return _crowded_by_area(rates.assign(area="")).get("", {})


def _crowded_by_area(rates: pd.DataFrame) -> dict[str, dict[str, float]]:
    """Return the crowded groups of age and the sum of their rates, by area that has some."""
    some = rates[rates["service"].isin(EXCLUSIVE) & rates["rate"].notna()]
    sexes = some["sex"] if "sex" in some else ["all"] * len(some)
    areas = {area: i for i, area in enumerate(dict.fromkeys(some["area"]))}
    held = np.zeros((len(areas), len(EXCLUSIVE), len(SEXES), len(GROUPS)))
    for area, service, sex, age, rate in zip(
        some["area"], some["service"], sexes, some["age"], some["rate"], strict=True
    ):
        for s in positions(sex):
            held[areas[area], EXCLUSIVE.index(service), s, list(groups_inside(age))] = rate
    highest = held.sum(axis=1).max(axis=1)
    crowded = highest > 1.0 + ROUNDING
    return {
        str(area): {group: float(highest[i, g]) for g, group in enumerate(GROUPS) if crowded[i, g]}
        for area, i in areas.items()
        if crowded[i].any()
    }


def _crowded(rates: pd.DataFrame, where: str) -> list[Problem]:
    rows = rates[rates["use"] == "level"] if "use" in rates else rates
    found = []
    for area, ages in _crowded_by_area(rows if "area" in rows else rows.assign(area="")).items():
        place, share = f"{where}: {area}" if area else where, f"{max(ages.values()):.2f}"
        found.append(_problem("rates_together", place, ages=", ".join(ages), share=share))
    return found


def positions(sex: str) -> list[int]:
    """Return the places of a sex, of both for "all"."""
    return list(range(len(SEXES))) if sex == "all" else [SEXES.index(sex)]


def block(rows: pd.DataFrame) -> tuple[Array, int]:
    """Return the rates (2, groups) of one service in one area, and their year; missing throughout where not known."""
    if rows["rate"].isna().all():
        return np.full((len(SEXES), len(GROUPS)), np.nan), 0
    found = np.zeros((len(SEXES), len(GROUPS)))
    for sex, age, rate in zip(rows["sex"], rows["age"], rows["rate"], strict=True):
        found[np.ix_(positions(sex), groups_inside(age))] = rate
    return found, int(rows["year"].max()) if "year" in rows else 0
