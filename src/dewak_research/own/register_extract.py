"""The extract of the register of residents: every age once, by sex, adding up; then persons by single year of age."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.language import Text
from dewak_research.own.ages_and_dates import OLDEST_ENTERED, TOTAL, age_ends
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.list_fields import was_read
from dewak_research.own.template import load_template
from dewak_research.planning.ages import OLDEST, SEXES

Floats = NDArray[np.float64]
Row = dict[str, object]
EARLIEST_BASE, LATEST_BASE = 2011, 2035
OLD, WIDEST_WHEN_OLD, OPEN_FROM = 75, 5, 85
LAST_COVERED = 99  #: nobody need be entered above this age
ODD_SHARE = 0.05
WHOLE = ""  #: the district of rows of the whole municipality
COLUMNS = ["date", "district", "sex", "age_first", "age_last", "persons"]


@dataclass(frozen=True)
class _Part:
    """Rows of one district: ages and total; ``counts`` = (male, female) by row, NaN = not entered."""

    district: str
    ages: list[Row]
    totals: list[Row]

    def named(self) -> Text:
        """Return the district's name, or that it is the whole municipality."""
        whole = Text("ganze Kommune", "whole municipality")
        return Text(self.district, self.district) if self.district else whole

    def sums(self) -> dict[str, float]:
        """Return persons by sex and together, added over the ages."""
        found = {sex: sum(_count(row, sex) for row in self.ages) for sex in SEXES}
        return {**found, "persons": sum(found.values())}


def _count(row: Row, column: str) -> float:
    value = row.get(column)
    return float(value) if isinstance(value, float) else float("nan")


def _filled(row: Row) -> bool:
    return any(isinstance(row.get(name), float) for name in (*SEXES, "persons"))


def _parts(rows: list[Row]) -> list[_Part]:
    """Return the rows by district; rows without any number are the empty form and left out."""
    parts: dict[str, _Part] = {}
    for row in rows:
        if _filled(row) and row.get("age") is not None:
            district = str(row.get("district") or WHOLE)
            part = parts.setdefault(district, _Part(district, [], []))
            (part.totals if row["age"] == TOTAL else part.ages).append(row)
    return list(parts.values())


def is_filled(reading: Reading) -> bool:
    """Whether the sheet holds persons by age; a total alone is no extract."""
    return any(part.ages for part in _parts(reading.lists["register"]))


def districts(reading: Reading) -> list[str]:
    """Return the districts of the extract in their order."""
    return [part.district for part in _parts(reading.lists["register"]) if part.district]


def check_register(reading: Reading, people: dict[int, float]) -> Iterator[Finding]:
    """Check the rows after their fields were read.

    Parameters
    ----------
    people : dict
        Inhabitants of the municipality by year, as far as known; beside them the extract must not be far off.
    """
    rows = reading.lists["register"]
    parts = [part for part in _parts(rows) if part.ages]
    if not parts:
        return
    title = reading.titles["register"]
    yield from _date(rows, title)
    for part in parts:
        yield from _ages(part, title)
        yield from _rows(part, title)
        yield from _total(part, title)
    yield from _whole(parts, title)
    yield from _odd(rows, parts, title, people)


def _cell(row: Row, column: str) -> str:
    cells: dict[str, str] = row["_cells"]  # type: ignore[assignment]
    return cells[column]


def _date(rows: list[Row], title: str) -> Iterator[Finding]:
    dated = [row for row in rows if row.get("date")]
    if not dated:
        if not any("_bad_date" in row for row in rows):
            yield finding("register_date_missing", title, _cell(rows[0], "date"))
        return
    first = str(dated[0]["date"])
    if int(first[:4]) < EARLIEST_BASE:
        yield finding("register_too_early", title, _cell(dated[0], "date"), value=first)
    if int(first[:4]) > LATEST_BASE:
        late = {"value": first, "number": str(LATEST_BASE)}
        yield finding("register_too_late", title, _cell(dated[0], "date"), **late)
    other = next((row for row in dated if row["date"] != first), None)
    if other is not None:
        yield finding(
            "register_dates_differ", title, _cell(other, "date"), value=str(other["date"]), number=first
        )


def _ages(part: _Part, title: str) -> Iterator[Finding]:
    """Check that the ages of a district cover everybody once, finely enough in old age."""
    ordered = sorted(part.ages, key=lambda row: age_ends(str(row["age"])))
    covered, before = -1, None
    for row in ordered:
        age, cell = str(row["age"]), _cell(row, "age")
        first, last = age_ends(age)
        if first <= covered and before is not None:
            yield finding("register_overlap", title, cell, value=age, row=str(before["_row"]))
        elif first > covered + 1:
            lost = f"{covered + 1}" if first == covered + 2 else f"{covered + 1}-{first - 1}"
            yield finding("register_gap", title, cell, value=lost, district=part.named())
        if too_wide(first, last):
            yield finding("register_open_age", title, cell, value=age)
        if last > covered:
            covered, before = last, row
    if before is not None and covered < LAST_COVERED:
        yield finding(
            "register_gap", title, _cell(before, "age"), value=f"{covered + 1}+", district=part.named()
        )


def too_wide(first: int, last: int) -> bool:
    """Whether an age group is too wide in old age, where care needs fine groups; an open one ends at 130."""
    if last < OLD:
        return False
    return first < OPEN_FROM if last == OLDEST_ENTERED else last - first >= WIDEST_WHEN_OLD


def _rows(part: _Part, title: str) -> Iterator[Finding]:
    for row in part.ages:
        counts = [_count(row, sex) for sex in SEXES]
        lost = next((sex for sex, count in zip(SEXES, counts, strict=True) if np.isnan(count)), None)
        if lost is not None and was_read(row, lost):
            yield finding("register_sex_missing", title, _cell(row, lost), value=str(row["age"]))
    for row in (*part.ages, *part.totals):
        for name in (*SEXES, "persons"):
            if (count := _count(row, name)) % 1 > 0:
                yield finding("fraction_of_person", title, _cell(row, name), value=count)
        made, given = sum(_count(row, sex) for sex in SEXES), _count(row, "persons")
        if abs(made - given) > 0.5:
            yield finding("register_row_sum", title, _cell(row, "persons"), value=made, number=given)


def _total(part: _Part, title: str) -> Iterator[Finding]:
    sums = part.sums()
    for row in part.totals:
        for name, value in sums.items():
            given = _count(row, name)
            if abs(value - given) > 0.5:
                yield finding(
                    "register_total", title, _cell(row, name),
                    value=value, number=given, column=_columns()[name], district=part.named(),
                )  # fmt: skip


def _columns() -> dict[str, Text]:
    persons = Text("zusammen", "both")
    return {**{sex: load_template().options[sex] for sex in SEXES}, "persons": persons}


def _whole(parts: list[_Part], title: str) -> Iterator[Finding]:
    """Check the sum of the districts against the whole municipality where both are entered."""
    whole = next((part for part in parts if not part.district), None)
    named = [part for part in parts if part.district]
    if whole is None or not named:
        return
    asked = whole.sums()
    for name in SEXES:
        value = sum(part.sums()[name] for part in named)
        if abs(value - asked[name]) > 0.5:
            cell = _cell(named[0].ages[0], name)
            yield finding(
                "register_districts", title, cell, value=value, number=asked[name], column=_columns()[name]
            )


def _odd(rows: list[Row], parts: list[_Part], title: str, people: dict[int, float]) -> Iterator[Finding]:
    day = next((str(row["date"]) for row in rows if row.get("date")), None)
    whole = [part for part in parts if not part.district] or parts
    count = sum(part.sums()["persons"] for part in whole)
    if day is None or not people or np.isnan(count):
        return
    near = min(people, key=lambda year: (abs(year - int(day[:4])), year))
    if abs(count / people[near] - 1) > ODD_SHARE:
        cell = _cell(whole[0].ages[0], "persons")
        yield finding("register_odd", title, cell, value=count, number=people[near], year=str(near))


def extract_of(reading: Reading) -> pd.DataFrame:
    """Return the extract of a checked workbook.

    Returns
    -------
    DataFrame
        date (ISO text), district ("" = whole municipality), sex (``planning.ages.SEXES``), age_first, age_last
        (single years of age; an open group ends at 130), persons. Empty where no extract was entered.
    """
    rows = reading.lists["register"]
    day = next((row["date"] for row in rows if row.get("date")), None)
    found = [
        (day, part.district, sex, *age_ends(str(row["age"])), _count(row, sex))
        for part in _parts(rows)
        for row in part.ages
        for sex in SEXES
    ]
    types = {"district": "str", "sex": "str", "age_first": "int64", "age_last": "int64", "persons": "float64"}
    return pd.DataFrame(found, columns=COLUMNS).astype(types)


def single_years(extract: pd.DataFrame, shape: Floats, district: str | None = None) -> tuple[Floats, bool]:
    """Spread an extract over single years of age.

    Parameters
    ----------
    extract : DataFrame
        Result of ``extract_of``.
    shape : array (2, 101)
        Persons by sex (``SEXES``) and single year of age whose distribution within a group is taken, such as the
        official base; where it is 0 throughout a group, the group is spread evenly.
    district : str, optional
        A district of the extract; the whole municipality unless told (its own rows, else the sum of the districts).

    Returns
    -------
    tuple
        Persons (2, 101), the last column 100 and older; and whether any group had to be spread (then estimated).
    """
    if district is None:
        rows = extract[extract["district"] == WHOLE]
        rows = rows if len(rows) else extract
    else:
        rows = extract[extract["district"] == district]
    persons, spread = np.zeros((len(SEXES), OLDEST + 1)), False
    columns = [rows[name].tolist() for name in ("sex", "age_first", "age_last", "persons")]
    for name, start, end, count in zip(*columns, strict=True):
        sex, first, last = SEXES.index(name), min(start, OLDEST), min(end, OLDEST)
        weights = np.asarray(shape[sex, first : last + 1], dtype=float)
        if not weights.sum() > 0:
            weights = np.ones(last - first + 1)
        persons[sex, first : last + 1] += count * weights / weights.sum()
        spread |= last > first and count > 0
    return persons, spread
