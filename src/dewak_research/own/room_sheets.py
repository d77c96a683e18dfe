"""The sheets of shared rooms: rooms, carriers, offers, bookings and what is assumed; their faults, and their tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from dewak_research.errors import InputError, Problem
from dewak_research.language import Language
from dewak_research.own.ages_and_dates import read_time
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.list_fields import as_text, was_read
from dewak_research.own.opening_hours import read_opening
from dewak_research.own.planning_places import Row, cell_of, entered_twice, number_of
from dewak_research.own.planning_sheets import ASSUMPTION, YES_NO
from dewak_research.own.room_case import PRESETS, OwnRooms, case_of
from dewak_research.own.template import Column, load_template
from dewak_research.space.distances import LATITUDES, LONGITUDES, coordinate_problems
from dewak_research.space.rooms import Rooms, overlapping, problems
from dewak_research.space.week import WORKING_DAYS

BOUNDS = {
    "hire_eur_hour": (0.0, 1_000.0),
    "weeks": (1.0, 52.0),
    "reach_km": (0.1, 200.0),
    "detour": (1.0, 3.0),
}
TABLES = ("rooms", "carriers", "offers", "bookings")
NAMES = {"rooms": "room", "carriers": "carrier", "offers": "offer", "room_settings": "setting"}
WHOLE = (("rooms", "notice_months"), ("offers", "times"))
YEARS = (1990, 2100)
"""Years of dates; what lies outside means "no end" in some offices' lists, or is a slip."""
_PLACE = re.compile(r"(\w+): (\d+)(?:, (\d+))?(?:, (\w+))?")
_PLACED = ("longitude", "latitude")


def preset_settings(language: Language) -> list[dict[str, object]]:
    """Return the rows that a new workbook offers."""
    return [
        {"setting": name, "value": value, "source": ASSUMPTION[language]} for name, value in PRESETS.items()
    ]


def check_rooms(reading: Reading) -> Iterator[Finding]:
    """Check the rows of the sheets of rooms after their fields were read; what an offer needs comes last."""
    _names_as_text(reading)
    found = [one for sheet, name in NAMES.items() for one in entered_twice(reading, sheet, (name,))]
    found += [*_settings(reading), *_dates(reading), *_far(reading), *_whole(reading), *_coordinates(reading)]
    if not any(reading.lists[sheet] for sheet in TABLES):
        yield from found
        return
    own = own_rooms(reading)
    for problem in problems(own.data):
        found += _said(problem, reading)
    found += _at_once(own.data, reading)
    yield from found
    whole = all(_complete(row, sheet) for sheet in TABLES for row in reading.lists[sheet])
    if own.filled and whole and not any(one.severity == "error" for one in found):
        try:
            case_of(own)
        except InputError as error:
            for problem in error.problems:
                yield from _said(problem, reading)
        else:
            yield from _unfit(reading, own.data)
        yield from _doubtful(reading, own)
        yield from _fixed(reading)


def _names_as_text(reading: Reading) -> None:
    """Make text on one line of names, so that 101 and "101" are one room, and "Saal  1" and "Saal 1"."""
    for sheet in TABLES:
        columns = [c.id for c in load_template().lists[sheet] if c.type == "text"]
        for row in reading.lists[sheet]:
            row.update({name: _on_one_line(row[name]) for name in columns if row.get(name) is not None})


def _settings(reading: Reading) -> Iterator[Finding]:
    for row in reading.lists["room_settings"]:
        value, ends = number_of(row, "value"), BOUNDS.get(str(row.get("setting")))
        if ends and not np.isnan(value) and not ends[0] <= value <= ends[1]:
            named = {"column": load_template().options[str(row["setting"])], "low": ends[0], "high": ends[1]}
            place = cell_of(row, "value")
            yield finding("list_range", reading.titles["room_settings"], place, value=value, **named)


def _dates(reading: Reading) -> Iterator[Finding]:
    """Ask for the one day on which the sheets were true."""
    rows, title = reading.lists["rooms"], reading.titles["rooms"]
    given = [row for row in rows if row.get("as_of") is not None]
    if rows and not given and not any("_bad_date" in row for row in rows):
        yield finding("rooms_date_missing", title, cell_of(rows[0], "as_of"))
    for row in given[1:]:
        if row["as_of"] != given[0]["as_of"]:
            dates = {"value": str(row["as_of"]), "number": str(given[0]["as_of"])}
            yield finding("rooms_dates_differ", title, cell_of(row, "as_of"), **dates)


def _far(reading: Reading) -> Iterator[Finding]:
    """Refuse dates of no year of this time, such as 31.12.9999 for "no end", and go on without them."""
    for sheet in TABLES:
        columns = [column for column in load_template().lists[sheet] if column.type == "date"]
        for row, column in ((row, column) for row in reading.lists[sheet] for column in columns):
            day = row.get(column.id)
            if day is not None and not YEARS[0] <= int(str(day)[:4]) <= YEARS[1]:
                named = {
                    "value": str(day),
                    "column": column.label,
                    "low": str(YEARS[0]),
                    "high": str(YEARS[1]),
                }
                row[column.id] = None
                yield finding("room_date_far", reading.titles[sheet], cell_of(row, column.id), **named)


def _doubtful(reading: Reading, own: OwnRooms) -> Iterator[Finding]:
    """Say what is computed although it looks odd: leases that have ended, more sessions than days."""
    for row in reading.lists["rooms"]:
        end = row.get("lease_end")
        if end is not None and str(end) < str(own.as_of):
            dates = {"value": str(end), "number": str(own.as_of)}
            yield finding("lease_over", reading.titles["rooms"], cell_of(row, "lease_end"), **dates)
    for row, days in zip(reading.lists["offers"], own.data.offers["days"], strict=True):
        times, most = number_of(row, "times"), len(days or WORKING_DAYS)
        if times > most:
            where = (reading.titles["offers"], cell_of(row, "times"))
            yield finding("times_over_days", *where, value=times, number=most)


def _whole(reading: Reading) -> Iterator[Finding]:
    for sheet, column in WHOLE:
        for row in reading.lists[sheet]:
            if (value := number_of(row, column)) % 1 > 0:
                yield finding("not_whole", reading.titles[sheet], cell_of(row, column), value=value)


def _coordinates(reading: Reading) -> Iterator[Finding]:
    """Check the coordinates of rooms that have any; one finding for each kind of fault names all its rows."""
    title = reading.titles["rooms"]
    kinds: dict[str, list[Row]] = {}
    for row in reading.lists["rooms"]:
        entered = any(row.get(name) is not None for name in _PLACED)
        if entered and all(was_read(row, name) for name in _PLACED):
            for problem in coordinate_problems(_points([row]), title):
                kinds.setdefault(problem.right.de + problem.next_step.de, []).append(row)
    for rows in kinds.values():
        cell = cell_of(rows[0], "longitude")
        for problem in coordinate_problems(_points(rows), f"{title}!{cell}"):
            yield Finding("room_coordinates", "error", problem, title, cell)


def _points(rows: Sequence[Row]) -> pd.DataFrame:
    """Return coordinates so that the number of a point is that of its row in the sheet; other rows are sound."""
    last = max(int(str(row["_row"])) for row in rows)
    ends = {"longitude": LONGITUDES, "latitude": LATITUDES}
    points = pd.DataFrame({name: np.full(last, sum(ends[name]) / 2.0) for name in _PLACED})
    for row in rows:
        for name in _PLACED:
            points.loc[int(str(row["_row"])) - 1, name] = number_of(row, name)
    return points


def _said(problem: Problem, reading: Reading) -> Iterator[Finding]:
    """Say a fault of a table with its sheet and cell; what is missing in the row is said by its own finding."""
    place = _PLACE.fullmatch(problem.where)
    if place is None or place[3] or not place[4]:  # named twice, or at once: said with both rows
        return
    sheet, row, column = place[1], reading.lists[place[1]][int(place[2]) - 1], place[4]
    needed = ("begins", "ends") if column == "begins" else (column,)
    if all(row.get(name) is not None for name in needed):
        title, cell = reading.titles[sheet], cell_of(row, column)
        yield Finding("shared_rooms", "error", replace(problem, where=f"{title}!{cell}"), title, cell)


def _at_once(data: Rooms, reading: Reading) -> Iterator[Finding]:
    rows, title = reading.lists["bookings"], reading.titles["bookings"]
    pairs = overlapping(data.bookings.dropna(subset=["begins", "ends", "room", "day"]))
    kept = np.flatnonzero(data.bookings[["begins", "ends", "room", "day"]].notna().all(axis=1))
    for first, second in pairs[["first", "second"]].itertuples(index=False, name=None):
        row, other = rows[kept[second]], rows[kept[first]]
        named = {"value": str(row["room"])[:60], "day": load_template().options[str(row["day"])]}
        place = cell_of(row, "begins")
        yield finding("bookings_at_once", title, place, row=str(other["_row"]), **named)


def _unfit(reading: Reading, data: Rooms) -> Iterator[Finding]:
    """Name offers that meet today in a room that is known to lack what they need: they will move, whatever it saves."""
    rooms, offers = data.rooms.set_index("room"), data.offers.set_index("offer")
    kept = data.bookings.dropna(subset=["offer"])
    odd: dict[str, Row] = {}
    for place, room, offer in zip(kept.index, kept["room"], kept["offer"], strict=True):
        has, asks = rooms.loc[room], offers.loc[offer]
        steps = asks["barrier_free"] and has["barrier_free"] is not pd.NA and not has["barrier_free"]
        if asks["persons"] > has["seats"] or not asks["needs"] <= has["equipment"] or steps:
            odd.setdefault(f"{str(offer)[:60]} ({str(room)[:60]})", reading.lists["bookings"][int(place)])
    if odd:
        cell = cell_of(next(iter(odd.values())), "room")
        yield finding("offer_in_unfit_room", reading.titles["bookings"], cell, value=", ".join(odd))


def _fixed(reading: Reading) -> Iterator[Finding]:
    """Say what stays as it is because the sheets do not say enough."""
    for sheet, column, code in (
        ("rooms", "cost_eur", "room_without_cost"),
        ("bookings", "offer", "booking_without_offer"),
    ):
        rows = [row for row in reading.lists[sheet] if row.get(column) is None]
        if rows:
            listed = ", ".join(dict.fromkeys(str(row["room"])[:60] for row in rows))
            yield finding(code, reading.titles[sheet], cell_of(rows[0], column), value=listed)


def _complete(row: Row, sheet: str) -> bool:
    columns = load_template().lists[sheet]
    return not row.get("_unread") and all(row.get(c.id) is not None for c in columns if c.need == "required")


def own_rooms(reading: Reading) -> OwnRooms:
    """Return the rooms, carriers, offers and bookings of a workbook whose fields were read."""
    tables = {sheet: _table(reading, sheet) for sheet in TABLES}
    days = [row["as_of"] for row in reading.lists["rooms"] if row.get("as_of") is not None]
    given = {str(row.get("setting")): row for row in reading.lists["room_settings"]}
    rows = []
    for name, preset in PRESETS.items():
        row = given.get(name, {})
        value, source = number_of(row, "value"), str(row.get("source") or "")
        said = source in (ASSUMPTION.de, ASSUMPTION.en)
        kept = np.isnan(value) or (said and value == preset)
        rows.append((name, preset if np.isnan(value) else value, source, bool(kept)))
    settings = pd.DataFrame(rows, columns=["setting", "value", "source", "assumed"])
    as_of = date.fromisoformat(str(days[0])) if days else None
    offers = tables["offers"]
    tables["offers"] = offers.assign(barrier_free=offers["barrier_free"].fillna(False).astype(bool))
    bookings = tables["bookings"]
    midnight = (bookings["ends"] == 0.0) & (bookings["begins"] > 0.0)
    tables["bookings"] = bookings.assign(ends=bookings["ends"].mask(midnight, 24.0))
    rooms = tables["rooms"].drop(columns="as_of")
    return OwnRooms(Rooms(**{**tables, "rooms": rooms}), as_of, settings)


def _table(reading: Reading, sheet: str) -> pd.DataFrame:
    """Return the rows of a sheet, each column of the type that :class:`Rooms` has."""
    rows = reading.lists[sheet]
    return pd.DataFrame({c.id: _values(rows, c) for c in load_template().lists[sheet]})


def _values(rows: Sequence[Row], column: Column) -> pd.Series:
    given = [row.get(column.id) for row in rows]
    if column.type == "number":
        return pd.Series([number_of(row, column.id) for row in rows], dtype="float64")
    if column.type == "time":
        hours = [None if value is None else read_time(value) for value in given]
        return pd.Series(hours, dtype="float64")
    if column.type == "opening":
        spans = [() if value is None else read_opening(str(value)) or () for value in given]
        return pd.Series(spans, dtype="object")
    if column.type == "date":
        return pd.Series(pd.to_datetime(pd.Series(given, dtype="str")), dtype="datetime64[us]")
    if column.type == "choices":
        sets = [frozenset(str(value).split(", ")) if value is not None else frozenset() for value in given]
        return pd.Series(sets, dtype="object")
    if column.options == ("yes", "no"):
        return pd.Series([YES_NO.get(str(value), pd.NA) for value in given], dtype="boolean")
    return pd.Series([None if value is None else _on_one_line(value) for value in given], dtype="object")


def _on_one_line(value: object) -> str:
    """Return a name as text on one line: a cell may hold two lines."""
    return " ".join(as_text(value).split())
