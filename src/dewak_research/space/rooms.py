"""Rooms, carriers, offers and bookings as tables: what must be true of them, and the case of sharing that they make.

The tables come from a workbook or a file; here they are checked as a whole and turned into a :class:`Shared`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.errors import Problem, messages, nearest_or
from dewak_research.space.distances import coordinate_problems
from dewak_research.space.opening import is_outside, opening_of
from dewak_research.space.room_names import contact_problems, name_problems
from dewak_research.space.week import DAYS, clock

EQUIPMENT = ("kitchen", "projector", "stage", "quiet", "sink", "outdoor", "computers", "toys", "sports")
_problem = messages(__package__)
_FIRST, _LAST = (np.datetime64(day, "us") for day in ("0001-01-01", "9999-12-31"))


@dataclass(frozen=True)
class Rooms:
    """What carriers have and offer; a missing value is unknown.

    Attributes
    ----------
    rooms : DataFrame
        room, owner, district, longitude, latitude, area_m2, seats, equipment (frozenset of ``EQUIPMENT``),
        barrier_free (True, False or missing), cost_eur (a year), lease_end (date or missing), notice_months (or
        missing; a room with neither cannot be given up), owner_hours (a week), and where known
        opening (tuple of day, begins, ends; empty = not stated: open all week).
    carriers : DataFrame
        carrier, contact (a mail address of an office, or missing).
    offers : DataFrame
        offer, carrier, district, persons, hours (of a session), times (a week), needs (frozenset of ``EQUIPMENT``),
        barrier_free (bool: needed), days (frozenset of ``DAYS``), parts (frozenset of day parts); empty = any.
    bookings : DataFrame
        room, day, begins, ends (hours of the day), carrier, offer (or missing), valid_from, valid_until (dates or
        missing).
    """

    rooms: pd.DataFrame
    carriers: pd.DataFrame
    offers: pd.DataFrame
    bookings: pd.DataFrame


def _rows(column: pd.Series, wrong: Iterable[Any]) -> list[tuple[int, Any]]:
    """Number (from 1) and value of the rows that are wrong."""
    return [(row, value) for row, (value, bad) in enumerate(zip(column, wrong, strict=True), 1) if bad]


def _carriers(data: Rooms) -> Iterator[Problem]:
    known = set(data.carriers["carrier"])
    for where, table, column in (
        ("rooms", data.rooms, "owner"),
        ("offers", data.offers, "carrier"),
        ("bookings", data.bookings, "carrier"),
    ):
        for row, name in _rows(table[column], ~table[column].isin(known)):
            yield _problem(
                "carrier_unknown",
                f"{where}: {row}, {column}",
                name=name,
                near=nearest_or(str(name), [*known]),
            )


def _numbers(data: Rooms) -> Iterator[Problem]:
    for where, table, columns in (
        ("rooms", data.rooms, ("seats", "area_m2")),
        ("offers", data.offers, ("persons", "hours", "times")),
    ):
        for column in columns:
            for row, value in _rows(table[column], ~(table[column] > 0)):
                yield _problem("not_positive", f"{where}: {row}, {column}", value=f"{value:g}")
    for column in ("owner_hours", "cost_eur"):
        for row, value in _rows(data.rooms[column], data.rooms[column] < 0):
            yield _problem("negative", f"rooms: {row}, {column}", value=f"{value:g}")


def _places(data: Rooms) -> list[Problem]:
    """Faults of the places of rooms; a room whose place is unknown has none."""
    at = data.rooms[["longitude", "latitude"]]
    known = at.notna().any(axis=1).to_numpy()
    return coordinate_problems(at[known], "rooms", np.flatnonzero(known) + 1)


def overlapping(bookings: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of bookings that want one room at one time while both are valid.

    Returns
    -------
    DataFrame
        first, second (positions), room, day.
    """
    start = bookings["valid_from"].astype("datetime64[us]").fillna(_FIRST)
    end = bookings["valid_until"].astype("datetime64[us]").fillna(_LAST)
    timed = bookings.assign(start=start, end=end, position=np.arange(len(bookings)))
    pairs = timed.merge(timed, on=["room", "day"], suffixes=("", "_other"))
    pairs = pairs[pairs["position"] < pairs["position_other"]]
    at_once = (pairs["begins"] < pairs["ends_other"]) & (pairs["begins_other"] < pairs["ends"])
    valid = (pairs["start"] <= pairs["end_other"]) & (pairs["start_other"] <= pairs["end"])
    found = pairs[at_once & valid].rename(columns={"position": "first", "position_other": "second"})
    return found[["first", "second", "room", "day"]].sort_values(["first", "second"], ignore_index=True)


def _bookings(data: Rooms) -> Iterator[Problem]:
    known, offers = [*data.rooms["room"]], set(data.offers["offer"])
    opening = dict(zip(data.rooms["room"], opening_of(data.rooms), strict=True))
    booking: Any
    for row, booking in enumerate(data.bookings.itertuples(index=False), 1):
        where = f"bookings: {row}"
        if booking.room not in known:
            yield _problem(
                "room_unknown", f"{where}, room", name=booking.room, near=nearest_or(str(booking.room), known)
            )
        if isinstance(booking.offer, str) and booking.offer not in offers:
            near = nearest_or(booking.offer, [*offers])
            yield _problem("offer_unknown", f"{where}, offer", name=booking.offer, near=near)
        if booking.day not in DAYS:
            yield _problem("day_unknown", f"{where}, day", day=booking.day)
        if not 0.0 <= booking.begins < booking.ends <= 24.0:
            times = {"begins": clock(booking.begins), "ends": clock(booking.ends)}
            yield _problem("time_not_in_a_day", f"{where}, begins", **times)
        elif is_outside(opening.get(booking.room, ()), booking.day, booking.begins, booking.ends):
            yield _problem("booking_outside_opening", f"{where}, begins", room=booking.room)
        if booking.valid_from > booking.valid_until:
            yield _problem("dates_reversed", f"{where}, valid_until")
    pair: Any
    for pair in overlapping(data.bookings).itertuples(index=False):
        yield _problem(
            "bookings_overlap", f"bookings: {pair.first + 1}, {pair.second + 1}", room=pair.room, day=pair.day
        )


def problems(data: Rooms) -> list[Problem]:
    """Return every fault of the tables by themselves: names, carriers, numbers, times, overlaps."""
    found = [*name_problems(vars(data)), *contact_problems(data.carriers["contact"])]
    return [*found, *_carriers(data), *_numbers(data), *_places(data), *_bookings(data)]
