"""Which columns of a statistical table hold what a line of the workbook asks for; a total is never added to its parts.

A column's name is a list of parts: measure, dimensions, their items. A part that says "Insgesamt" stands for all
items of a dimension. Only where a total is missing are parts added, and then only parts that make up the whole: both
sexes, or age groups that follow each other without gap or overlap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

TOTALS = re.compile(r"^(?:insgesamt|gesamt|zusammen|total|alle .*|.*[ ,]insgesamt)$", re.I)
_DIMENSIONS = re.compile(
    r"^(?:Alters(?:gruppen?|jahre|klassen)\b.*|Geschlecht|Nationalität|Stichtag|Jahr)$", re.I
)
_SEXES = re.compile(r"^(männlich|weiblich|Männer|Frauen|divers.*|ohne Angabe.*)$", re.I)
_BOTH = ({"männlich", "weiblich"}, {"männer", "frauen"})
_AGES = (
    (re.compile(r"^unter (\d+) Jahr(?:en?)?$", re.I), "below"),
    (re.compile(r"^(\d+) (?:Jahre )?bis unter (\d+) Jahr(?:en?)?$", re.I), "below"),
    (re.compile(r"^(\d+) (?:bis|-|–) ?(\d+) Jahr(?:en?)?$", re.I), "upto"),
    (re.compile(r"^(\d+) Jahre und (?:mehr|älter)$", re.I), "open"),
    (re.compile(r"^(\d+)(?:-jährige| Jahre?)$", re.I), "single"),
)
OPEN = 1_000  #: end of an age group without an end
Ages = tuple[int, int]


def ages_of(part: str) -> Ages | None:
    """Return the age group that a part names, as first age and age below which it ends (``OPEN`` without an end)."""
    for pattern, kind in _AGES:
        if found := pattern.match(part.strip()):
            numbers = [int(number) for number in found.groups()]
            first, last = numbers[0] if len(numbers) > 1 or kind != "below" else 0, numbers[-1]
            ends = {"below": last, "upto": last + 1, "open": OPEN, "single": last + 1}
            return first, ends[kind]
    return None


def _split(column: str) -> tuple[str, str, Ages | None]:
    """Return the measure of a column, its sex ("" = all) and its age group (None = all)."""
    measure, sex, ages = [], "", None
    for part in column.split(" | "):
        if _SEXES.match(part):
            sex = f"{sex} {part}".strip().casefold()
        elif ages is None and (group := ages_of(part)) is not None:
            ages = group
        elif not TOTALS.match(part) and not _DIMENSIONS.match(part):
            measure.append(part)
    return " | ".join(measure), sex, ages


def cover(groups: dict[Ages, list[str]], first: int, end: int) -> list[str] | None:
    """Return columns of age groups that cover ages from ``first`` to below ``end`` once; None where none do."""
    chosen: list[str] = []
    while first < end:
        fitting = [group for group in groups if group[0] == first and group[1] <= end]
        if not fitting:
            return None
        widest = max(fitting, key=lambda group: group[1])
        chosen += groups[widest]
        first = widest[1]
    return chosen


def columns_for(columns: Sequence[str], pattern: str, ages: Ages | None = None) -> list[str] | None:
    """Return the columns whose sum a line asks for.

    Parameters
    ----------
    columns : sequence of str
        Names of all columns of the table.
    pattern : str
        Regular expression on the measure: what is left of a name without totals, sexes, ages and names of dimensions.
    ages : tuple, optional
        First age and age below which the group ends; everybody unless told.

    Returns
    -------
    list of str or None
        One column where the table has a total, else parts that make up the whole; None where there is neither, or
        where several columns could be meant.
    """
    by_age: dict[Ages | None, dict[str, list[str]]] = {}
    for column in columns:
        measure, sex, group = _split(column)
        if re.search(pattern, measure):
            by_age.setdefault(group, {}).setdefault(sex, []).append(column)
    whole = {group: made for group, sexes in by_age.items() if (made := _all_sexes(sexes)) is not None}
    if ages is None and None in whole:
        return whole[None]
    first, end = ages or (0, OPEN)
    return cover({group: made for group, made in whole.items() if group is not None}, first, end)


def _all_sexes(by_sex: dict[str, list[str]]) -> list[str] | None:
    if "" in by_sex:
        return by_sex[""] if len(by_sex[""]) == 1 else None
    complete = any(both <= by_sex.keys() for both in _BOTH)
    single = all(len(found) == 1 for found in by_sex.values())
    return [found[0] for found in by_sex.values()] if complete and single else None
