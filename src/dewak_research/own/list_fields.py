"""One field of a list sheet: its words, numbers, ages, days and times become what the tables hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dewak_research.data.text_files import Number, parse_number
from dewak_research.language import LANGUAGES, Text
from dewak_research.own.ages_and_dates import TOTAL, read_age, read_day, read_length, read_time
from dewak_research.own.contents import Finding, finding
from dewak_research.own.opening_hours import read_opening
from dewak_research.own.safety import clean_text
from dewak_research.own.template import Column, load_template
from dewak_research.space.week import DAYS, clock

_BETWEEN = re.compile(r"[,;/+\n]")
UNREAD = object()  #: stands where a cell has a finding already and no value
_GROUPED = re.compile(r"\d{1,3}(?:[.,  ]\d{3})+")
_PERCENT = re.compile(r"(.+?)\s*(?:%|v\.? ?H\.?|Prozent|percent)", re.IGNORECASE)


def as_text(value: object) -> str:
    """Return the value of a cell as text; a whole number has no point: a room may be called 101."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def names_of(column: Column) -> Text:
    """Return the words a column or field allows, in both languages."""
    options = load_template().options
    return Text(*(", ".join(options[o][language] for o in column.options) for language in LANGUAGES))


def check_field(row: dict[str, object], column: Column, title: str, cell: str) -> Iterator[Finding]:
    """Check a field and put its value into the row; what cannot be read becomes None."""
    value = row.get(column.id)
    if value is UNREAD:
        row[column.id] = None
        _note_unread(row, column)
        return
    if value is None:
        if column.need == "required":
            yield finding("list_field_missing", title, cell, column=column.label)
        return
    shown = clean_text(value, 60)
    if column.type in ("choice", "choices"):
        row[column.id] = option = _option(str(value), column)
        if option is None:
            _note_unread(row, column)
            named = {"value": shown, "column": column.label, "allowed": names_of(column)}
            yield finding("list_choice", title, cell, **named)
    elif column.type in ("age", "date"):
        yield from _age_or_day(row, column, title, cell)
    elif column.type == "number":
        yield from _number(row, column, title, cell)
    elif column.type == "opening":
        if read_opening(str(value)) is None:
            row[column.id] = None
            _note_unread(row, column)
            yield finding("opening_unclear", title, cell, value=shown)
    elif column.type == "time":
        hours = read_time(value)
        row[column.id] = None if hours is None else clock(hours)
        if hours is None:
            yield finding("time_unclear", title, cell, value=shown)


def _option(value: str, column: Column) -> str | None:
    """Return the id of an option; of several words their ids with commas; None where a word is none of them."""
    template = load_template()
    if column.type == "choice":
        read = template.begun_option if column.options == DAYS else template.option_of
        return read(value, column.options)
    found = [template.begun_option(word, column.options) for word in _BETWEEN.split(value) if word.strip()]
    known = [name for name in column.options if name in found]
    return None if None in found or not known else ", ".join(known)


def _number(row: dict[str, object], column: Column, title: str, cell: str) -> Iterator[Finding]:
    value = row[column.id]
    row[column.id] = None
    read = _read(value, column)
    number = read.value if read.ok else None
    if number is None:
        yield _unread(value, read, title, cell)
    elif not column.low <= number <= column.high:
        ends = {"value": number, "low": column.low, "high": column.high}
        if column.is_year:  # years stand without marks between thousands
            ends = {name: f"{end:.0f}" for name, end in ends.items()}  # type: ignore[misc]
        yield finding("list_range", title, cell, column=column.label, **ends)
    elif column.is_year and number % 1:
        yield finding("year_not_whole", title, cell, value=number)
    else:
        row[column.id] = number
    if row[column.id] is None:
        _note_unread(row, column)


def _note_unread(row: dict[str, object], column: Column) -> None:
    unread = row.setdefault("_unread", set())
    assert isinstance(unread, set)
    unread.add(column.id)


def was_read(row: dict[str, object], column: str) -> bool:
    """Whether a field has no finding of its own, so that what it lacks may be asked for."""
    unread = row.get("_unread", ())
    return not (isinstance(unread, set) and column in unread)


def _read(value: object, column: Column) -> Number:
    """Read a number as people write it into this column.

    A count has no decimals, so that points part thousands; a percent sign says percent; a day stands for its year; a
    length of time may be written as one.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Number(float(value), "value", str(value))
    if column.unit == "hours" and (hours := read_length(value)) is not None:
        return Number(hours, "value", str(value))
    text = "" if isinstance(value, bool) else clean_text(value, 60).strip()
    if column.is_year and (day := read_day(value)):
        return Number(float(day[:4]), "value", text)
    if column.unit == "count" and _GROUPED.fullmatch(text):
        return Number(float(re.sub(r"\D", "", text)), "value", text)
    if column.unit in ("pct", "share") and (percent := _PERCENT.fullmatch(text)):
        found, whole = parse_number(percent[1]), 100.0 if column.unit == "share" else 1.0
        return found if found.value is None else Number(found.value / whole, found.status, text)
    return parse_number(text) if text else Number(None, "not_a_number", str(value))


def _unread(value: object, read: Number, title: str, cell: str) -> Finding:
    shown = clean_text(value, 60)
    if read.status != "ambiguous":
        return finding("not_a_number", title, cell, value=shown)
    point = shown.replace(",", ".")
    both = {"thousands": re.sub(r"\D", "", shown), "decimal": Text(point.replace(".", ","), point)}
    return finding("ambiguous_number", title, cell, value=shown, **both)


def _age_or_day(row: dict[str, object], column: Column, title: str, cell: str) -> Iterator[Finding]:
    value = row[column.id]
    shown, day = clean_text(value, 60), read_day(value) if not isinstance(value, int | float) else None
    if column.type == "date":
        row[column.id] = day
        if day is None:
            row["_bad_date"] = True
            yield finding("date_unclear", title, cell, value=shown)
        return
    row[column.id] = age = read_age(value)
    if age == TOTAL and TOTAL not in column.options:
        row[column.id] = age = None
    if age is None:
        yield finding("age_date" if day else "age_unclear", title, cell, value=day or shown)
