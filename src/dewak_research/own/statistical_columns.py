"""Which columns of a statistical table hold what a line of the workbook asks for; a total is never added to its parts.

A column's name is a list of parts: measure, dimensions, their items. A part that says "Insgesamt" stands for all
items of a dimension. Only where a total is missing are parts added, and then only parts that make up the whole: both
sexes, or age groups that follow each other without gap or overlap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from dewak_research.own.ages_and_dates import TOTAL, age_ends, read_age

TOTALS = re.compile(r"^(?:insgesamt|gesamt|zusammen|total|alle (?:alters\w*|geschlechter|personen))$", re.I)
_SUFFIX = re.compile(r"[ ,:]+(?:insgesamt|zusammen)$", re.I)
_DIMENSIONS = re.compile(
    r"^(?:Alters(?:gruppen?|jahre|klassen)\b.*|Geschlecht|Nationalität|Stichtag|Jahr)$", re.I
)
_SEXES = re.compile(r"^(männlich|weiblich|Männer|Frauen|divers.*|ohne Angabe.*)$", re.I)
SEX_NAMES = {"männlich": "male", "männer": "male", "weiblich": "female", "frauen": "female"}
_BOTH = ({"männlich", "weiblich"}, {"männer", "frauen"})
OPEN = 1_000  #: end of an age group without an end
Ages = tuple[int, int]


def ages_of(part: str) -> Ages | None:
    """Return the age group that a part names, as first age and age below which it ends (``OPEN`` without an end)."""
    if not re.search("jahr|jährig", part, re.I):
        return None
    age = read_age(re.sub(r"-?jährige[rn]?\b", " Jahre", part, flags=re.I))
    if age is None or age == TOTAL:
        return None
    first, last = age_ends(age)
    return first, OPEN if age.endswith("+") else last + 1


def _split(column: str) -> tuple[str, str, Ages | None]:
    """Return the measure of a column, its sex ("" = all) and its age group (None = all)."""
    measure, sex, ages = [], "", None
    for part in column.split(" | "):
        if _SEXES.match(part):
            sex = f"{sex} {part}".strip().casefold()
        elif ages is None and (group := ages_of(part)) is not None:
            ages = group
        elif not TOTALS.match(part) and not _DIMENSIONS.match(part):
            measure.append(_SUFFIX.sub("", part))
    return " | ".join(measure), sex, ages


def cover(groups: Iterable[Ages], first: int, end: int, finest: bool = False) -> list[Ages] | None:
    """Return age groups that cover the ages from ``first`` to below ``end`` once; None where none do.

    Of several ways the one with the fewest groups, or with the most where the finest is asked for.
    """
    ways: dict[int, list[Ages]] = {first: []}
    for group in sorted(set(groups)):
        if group[0] not in ways or group[1] > end:
            continue
        way, known = [*ways[group[0]], group], ways.get(group[1])
        if known is None or (len(way) > len(known)) == finest:
            ways[group[1]] = way
    return ways.get(end)


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
    groups = cover([group for group in whole if group is not None], *(ages or (0, OPEN)))
    return None if groups is None else [column for group in groups for column in whole[group]]


def _all_sexes(by_sex: dict[str, list[str]]) -> list[str] | None:
    if "" in by_sex:
        return by_sex[""] if len(by_sex[""]) == 1 else None
    complete = any(both <= by_sex.keys() for both in _BOTH)
    single = all(len(found) == 1 for found in by_sex.values())
    return [found[0] for found in by_sex.values()] if complete and single else None


def by_age_and_sex(columns: Sequence[str], pattern: str) -> dict[Ages, dict[str, str]] | None:
    """Return the finest age groups that cover everybody once, each with its column of male and of female persons.

    Returns
    -------
    dict or None
        Age group → ``male`` and ``female`` → column; None where the table does not hold both sexes by age.
    """
    found: dict[Ages, dict[str, str]] = {}
    for column in columns:
        measure, sex, group = _split(column)
        if group is not None and sex in SEX_NAMES and re.search(pattern, measure):
            found.setdefault(group, {})[SEX_NAMES[sex]] = column
    both = [group for group, sexes in found.items() if len(sexes) == len(set(SEX_NAMES.values()))]
    chosen = cover(both, 0, OPEN, finest=True)
    return None if chosen is None else {group: found[group] for group in chosen}
