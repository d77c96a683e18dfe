"""Official totals of towns and Kreise that a user hands in: checked, shared by the towns of a Kreis, and met by moves.

A total of a Kreis is shared by its towns as projected, around those with a total of their own. Each town then meets its
totals by more or fewer people who come (``official_totals``); the variants keep their distance from the base.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages
from dewak_research.planning.known import KREIS_DIGITS
from dewak_research.planning.official_totals import rates_for_totals
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Rates

Floats = NDArray[np.float64]
COLUMNS = ("ags", "year", "persons")
BASE = "base"
_problem = messages(__package__)


def _input_problems(
    totals: pd.DataFrame, towns: Sequence[str], first_year: int, last_year: int
) -> list[Problem]:
    missing = [column for column in COLUMNS if column not in totals]
    if missing:
        return [_problem("totals_columns", "official_totals", missing=", ".join(missing))]
    known = {*towns, *(town[:KREIS_DIGITS] for town in towns)}
    twice = totals.duplicated(["ags", "year"], keep=False)
    problems = []
    for row, (ags, year, persons) in enumerate(totals[list(COLUMNS)].itertuples(index=False), start=1):
        where = f"official_totals, row {row}"
        if ags not in known:
            problems.append(_problem("totals_unit", where, ags=ags))
        if not (first_year < year <= last_year and float(year).is_integer()):
            problems.append(_problem("total_year", where, year=year, first=first_year + 1, last=last_year))
        if not (np.isfinite(persons) and persons > 0):
            problems.append(_problem("total_persons", where, value=persons))
        if twice.iloc[row - 1]:
            problems.append(_problem("totals_twice", where, ags=ags, year=year))
    return problems


def town_totals(
    persons: Floats, towns: Sequence[str], first_year: int, totals: pd.DataFrame
) -> dict[int, dict[int, float]]:
    """Return the totals that each town has to meet.

    Parameters
    ----------
    persons : array (years + 1, towns)
        Projected persons, the base year first.
    towns : sequence of str
        Keys (8 digits), sorted.
    first_year : int
        Base year.
    totals : DataFrame
        ags (8 digits a town, 5 a Kreis), year, persons.

    Returns
    -------
    dict
        Place of the town → year → persons.

    Raises
    ------
    InputError
        An unknown unit, a year outside the projection, no positive number, a total given twice, or towns that leave
        nothing of their Kreis' total for its other towns; all at once.
    """
    last_year = first_year + len(persons) - 1
    if problems := _input_problems(totals, towns, first_year, last_year):
        raise InputError(problems)
    place = {town: i for i, town in enumerate(towns)}
    own = totals["ags"].isin(towns)
    known: dict[int, dict[int, float]] = {}
    for ags, year, wanted in totals.loc[own, list(COLUMNS)].itertuples(index=False):
        known.setdefault(place[ags], {})[int(year)] = float(wanted)
    for kreis, year, wanted in totals.loc[~own, list(COLUMNS)].itertuples(index=False):
        members = [i for town, i in place.items() if town.startswith(kreis)]
        others = [i for i in members if year not in known.get(i, {})]
        left = wanted - sum(known[i][int(year)] for i in members if i not in others)
        if left <= 0 or not others:
            where = f"official_totals, {kreis}, {year}"
            problems.append(_problem("totals_exceed", where, kreis=kreis, year=year))
            continue
        people = persons[int(year) - first_year, others]
        for i, share in zip(others, people / people.sum(), strict=True):
            known.setdefault(i, {})[int(year)] = float(left * share)
    if problems:
        raise InputError(problems)
    return known


def fitted(outlook: Outlook, totals: pd.DataFrame) -> Outlook:
    """Return the outlook whose base meets official totals; all variants and draws move with it.

    Parameters
    ----------
    totals : DataFrame
        As for ``town_totals``.

    Raises
    ------
    InputError
        A total fits no unit or year, or more would have to leave than there are.
    """
    base, rates = outlook.base, outlook.rates[BASE]
    persons = outlook.path(BASE).sum(axis=(2, 3))
    known = town_totals(persons, base.towns, base.year, totals)
    more = np.zeros((len(rates), *base.persons.shape))
    problems: list[Problem] = []
    for town, given in known.items():
        alone = [Rates(r.survival, r.births[town], r.net_migration[town], r.newborn) for r in rates]
        try:
            met = rates_for_totals(base.persons[town], alone, outlook.profile.land, given, base.year)
        except InputError as error:
            problems += error.problems
            continue
        more[:, town] = [m.net_migration - a.net_migration for m, a in zip(met, alone, strict=True)]
    if problems:
        raise InputError(problems)
    moved = {
        variant: [replace(r, net_migration=r.net_migration + more[i]) for i, r in enumerate(yearly)]
        for variant, yearly in outlook.rates.items()
    }
    return replace(outlook, rates=moved)
