"""When rooms are free: what is left of a week's open hours after the bookings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pandas as pd

from dewak_research.space.opening import open_on, opening_of
from dewak_research.space.rooms import Rooms
from dewak_research.space.week import Week


def not_ended(bookings: pd.DataFrame, today: date) -> pd.DataFrame:
    """Return the bookings that are valid on a day or will be; one without an end has not ended."""
    until = pd.to_datetime(bookings["valid_until"])
    return bookings[until.isna() | (until >= pd.Timestamp(today))]


def left_over(taken: Iterable[tuple[float, float]], begins: float, ends: float) -> list[tuple[float, float]]:
    """Return the spans between ``begins`` and ``ends`` (hours of the day) that no span of ``taken`` touches.

    Spans of ``taken`` may overlap and need no order.
    """
    found, here = [], begins
    for first, last in sorted(taken):
        if first > here:
            found.append((here, min(first, ends)))
        here = max(here, last)
        if here >= ends:
            break
    if here < ends:
        found.append((here, ends))
    return [(first, last) for first, last in found if last > first]


def free_hours(data: Rooms, today: date, week: Week) -> pd.DataFrame:
    """Return the hours in which every room is free, from the first day part's beginning to the last one's end.

    A booking that has not ended takes its time even where it has not begun: what is promised is not free. Where a room
    states opening hours, only these are free. The owner's own minimum is not known by day and not taken off.

    Returns
    -------
    DataFrame
        room, day, begins, ends (hours of the day), in the order of the rooms and days.
    """
    bookings = not_ended(data.bookings, today)
    taken: dict[tuple[Any, Any], list[tuple[float, float]]] = {}
    for row in bookings.itertuples(index=False):
        booking: Any = row
        taken.setdefault((booking.room, booking.day), []).append((booking.begins, booking.ends))
    rows = [
        (room, day, begins, ends)
        for room, spans in zip(data.rooms["room"], opening_of(data.rooms), strict=True)
        for day in week.days
        for first, last in open_on(spans, day, min(week.begins), max(week.ends))
        for begins, ends in left_over(taken.get((room, day), []), first, last)
    ]
    return pd.DataFrame(rows, columns=["room", "day", "begins", "ends"])
