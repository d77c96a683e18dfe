"""A statistical table of persons by age and sex, as rows of the sheet Register of residents."""

from __future__ import annotations

import re

from dewak_research.data.genesis_table import GenesisTable
from dewak_research.data.genesis_time import period_of, year_of
from dewak_research.errors import texts
from dewak_research.language import Text
from dewak_research.own.ages_and_dates import OLDEST_ENTERED
from dewak_research.own.official import USABLE, municipality_of, official_lines, own_keys
from dewak_research.own.register_extract import too_wide
from dewak_research.own.statistical_columns import OPEN, Ages, by_age_and_sex

_text = texts(__package__)
Rows = list[dict[str, object]]


def register_rows(table: GenesisTable, key: str) -> tuple[Rows, list[Text]]:
    """Return the rows of the latest reporting date of a table by age and sex, and what is to be said.

    Returns
    -------
    tuple
        Rows as the sheet ``register`` has them (date as ISO text, age, male, female), and notes; no rows where the
        table has no persons by age and sex, no day, a cell without a value, or age groups too wide for the sheet.
    """
    people = next(entry for entry in official_lines()["genesis"] if entry["line"] == "einwohner")
    columns = [str(name) for name in table.data["column"].cat.categories]
    groups = by_age_and_sex(columns, people["column"]) if table.code.startswith(people["statistic"]) else None
    if groups is None or re.search(people["without"], table.title):
        return [], []
    data = table.data[table.data["key"].map(municipality_of).isin(own_keys(key))]
    days = {str(time): _day(str(time), table.title) for time in data["time"].unique()}
    time = max((time for time in days if days[time]), key=lambda one: days[one], default=None)
    if time is None:
        return [], []
    wide = [_named(group) for group in groups if too_wide(group[0], _last(group))]
    if wide:
        return [], [_text("register_too_wide", ages=", ".join(wide))]
    usable = data[(data["time"] == time) & data["status"].isin(USABLE)]
    values = dict(zip(usable["column"].astype("str"), usable["value"], strict=True))
    if any(column not in values for sexes in groups.values() for column in sexes.values()):
        return [], [_text("register_gaps", date=time)]
    rows: Rows = [
        {"date": days[time], "age": _named(group)}
        | {sex: float(values[column]) for sex, column in sexes.items()}
        for group, sexes in groups.items()
    ]
    return rows, [_text("register_filled", groups=len(rows), date=time)]


def _day(time: str, title: str) -> str:
    """Return a printed time as ISO date, empty where it is no day."""
    period, year = period_of(time, title), year_of(time)
    return f"{year}-{period}" if year and re.fullmatch(r"\d\d-\d\d", period) else ""


def _last(group: Ages) -> int:
    return OLDEST_ENTERED if group[1] == OPEN else group[1] - 1


def _named(group: Ages) -> str:
    """Return an age group as the sheet writes it: 5, 3-5, 85+."""
    first, end = group
    return f"{first}+" if end == OPEN else f"{first}" if end == first + 1 else f"{first}-{end - 1}"
