"""Why the plan differs from the official projection: one difference after the other is taken out.

The official projection knows no count of 2025, has more children per parent, more moves to the Land in its first years
and moves of its own for every Kreis. The plan is computed again with each of the first three as the official one has it
(as far as it is published: the Land by age), in this order; what is left is ages in the Land, and moves of its own in a
Kreis. Deaths are not published; they are in what is left of the Land's total, and so in its moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd

from dewak_research.planning.ages import membership
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Array, Rates, project

TOTAL = "total"
CHILDREN, PARENTS = "0-2", "25-39"
KREISE_YEAR = 2050
STEPS = ("count", "births", "land_moves")
_ROUNDS = 6


def _path(outlook: Outlook, rates: Sequence[Rates]) -> Array:
    return project(outlook.base.persons, rates, len(rates))


def _with_births_of(outlook: Outlook, rates: list[Rates], official: pd.DataFrame) -> list[Rates]:
    """Scale births until children per parent in the Land are those of the official projection."""
    base_year = outlook.base.year
    years = [y for y in official.index if base_year < y <= base_year + len(rates)]
    wanted = (official[CHILDREN] / official[PARENTS]).loc[years].to_numpy(float)
    both, every = membership((CHILDREN, PARENTS)), np.arange(base_year + 1, base_year + len(rates) + 1)
    factor = np.ones(len(years))

    def scaled() -> list[Rates]:
        # children of a year were born in it and the two before
        of_year = np.interp(every, np.array(years) - 1, factor)
        return [replace(r, births=r.births * f) for r, f in zip(rates, of_year, strict=True)]

    for _ in range(_ROUNDS):
        people = _path(outlook, scaled()).sum(axis=(1, 2)) @ both
        at = people[np.array(years) - base_year]
        factor = factor * wanted / (at[:, 0] / at[:, 1])
    return scaled()


def _with_moves_of(outlook: Outlook, rates: list[Rates], official: pd.DataFrame) -> list[Rates]:
    """Let as many more move to the Land in each period as its official total asks for."""
    base, found = outlook.base, list(rates)
    people = base.persons.sum(axis=(1, 2))
    more = (people / people.sum())[:, None, None] * outlook.profile.land
    years = [y for y in official.index if base.year <= y <= base.year + len(rates)]
    now = base.persons
    for first, last in pairwise(years):
        span = slice(first - base.year, last - base.year)
        free = found[span]
        extra = 0.0
        for _ in range(_ROUNDS):
            moved = [replace(r, net_migration=r.net_migration + extra * more) for r in free]
            gap = float(official[TOTAL].loc[last]) - float(project(now, moved, len(moved))[-1].sum())
            extra += gap / len(moved)
        found[span] = [replace(r, net_migration=r.net_migration + extra * more) for r in free]
        now = project(now, found[span], last - first)[-1]
    return found


def _at_level_of_land(outlook: Outlook, rates: list[Rates]) -> list[Rates]:
    """Give every town the Land's net migration per head."""
    people, level = outlook.base.persons.sum(axis=(1, 2)), outlook.history.level
    land = float((level * people).sum() / people.sum())
    more = ((land - level) * people)[:, None, None] * outlook.profile.land
    return [replace(r, net_migration=r.net_migration + more) for r in rates]


def _without(outlook: Outlook, projection: pd.DataFrame) -> dict[str, Array]:
    """Paths of the plan with one difference after the other taken out: as it is, then by ``STEPS``, then by level."""
    official = projection.pivot_table(index="year", columns="age", values="persons").sort_index()
    births = _with_births_of(outlook, outlook.uncounted, official)
    moves = _with_moves_of(outlook, births, official)
    chosen = (outlook.rates["base"], outlook.uncounted, births, moves, _at_level_of_land(outlook, moves))
    return {
        name: _path(outlook, rates) for name, rates in zip(("plan", *STEPS, "level"), chosen, strict=True)
    }


def reasons(
    outlook: Outlook, projection: pd.DataFrame, of_kreise: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return why the plan differs from the official projection, in the Land by age and in the Kreise published.

    Parameters
    ----------
    projection : DataFrame
        year, age (with ``total``), persons of the Land.
    of_kreise : DataFrame
        ags, population (of the official base year), change_to_2050_pct.

    Returns
    -------
    DataFrame
        year, age; difference_pct; of it count_pct (the count of 2025), births_pct (children per parent), land_moves_pct
        (moves to the Land, and deaths), rest_pct; they add up. Percent of the official persons.
    DataFrame
        ags, year; difference_points; of it count_points, births_points, land_moves_points, kreis_points: they add up;
        the last one is plan_kreis_points (what the plan gives the Kreis beyond the Land's moves per head, from its own
        past) less official_kreis_points. Points of the official base population. Empty where the plan ends before 2050.
    """
    paths = _without(outlook, projection)
    groups = [age for age in projection["age"].unique() if age != TOTAL]
    rows = []
    official = projection.set_index(["year", "age"])["persons"].astype(float)
    for year in sorted(projection["year"].unique()):
        at = int(year) - outlook.base.year
        if not 0 <= at < len(paths["plan"]):
            continue
        of_land = {name: path[at].sum(axis=(0, 1)) for name, path in paths.items()}
        for age in [*groups, TOTAL]:
            cut = membership([age])[:, 0] if age != TOTAL else np.ones(len(of_land["plan"]))
            there = official.loc[(year, age)]
            plan, *others = (100 * (float(of_land[name] @ cut) / there - 1) for name in ("plan", *STEPS))
            parts = [before - after for before, after in pairwise([plan, *others])]
            rows.append((year, age, plan, *parts, others[-1]))
    land = pd.DataFrame(
        rows, columns=["year", "age", "difference_pct", *(f"{s}_pct" for s in STEPS), "rest_pct"]
    )
    columns = [
        *("ags", "year", "difference_points", *(f"{s}_points" for s in STEPS), "kreis_points"),
        *("plan_kreis_points", "official_kreis_points"),
    ]
    at = KREISE_YEAR - outlook.base.year
    if at >= len(paths["plan"]):
        return land, pd.DataFrame(columns=columns)
    kreis = pd.Index([town[:5] for town in outlook.base.towns])
    found = []
    for ags, population, change in of_kreise[["ags", "population", "change_to_2050_pct"]].itertuples(
        index=False
    ):
        then = {
            name: 100 * (float(path[at][kreis == ags].sum()) / population - 1) for name, path in paths.items()
        }
        steps = [then[a] - then[b] for a, b in pairwise(("plan", *STEPS))]
        left = then[STEPS[-1]] - change
        found.append(
            (
                *(ags, KREISE_YEAR, then["plan"] - change, *steps, left),
                *(then[STEPS[-1]] - then["level"], change - then["level"]),
            )
        )
    return land, pd.DataFrame(found, columns=columns)
