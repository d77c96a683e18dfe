"""Rooms, carriers, offers and bookings as tables: what must be true of them, and the case of sharing that they make.

The tables come from a workbook or a file; here they are checked as a whole and turned into a :class:`Shared`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.space.distances import air_line_km
from dewak_research.space.pooling import Shared
from dewak_research.space.room_names import contact_problems, name_problems
from dewak_research.space.week import DAYS, Week, clock

EQUIPMENT = ("kitchen", "projector", "stage", "quiet", "sink", "outdoor", "computers", "toys", "sports")
NEEDS = ("seats", "equipment", "barrier_free", "reach", "hours", "time")
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
        missing; a room with neither cannot be given up), owner_hours (a week).
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
    return [*found, *_carriers(data), *_numbers(data), *_bookings(data)]


def lease_ends(rooms: pd.DataFrame, today: date) -> pd.Series:
    """Return the first day on which every room can be given up: the end of its lease, not before the notice has run.

    A lease that has ended ends ``today``: nothing is saved in the past. Missing where there is neither an end nor a
    notice (owned, or unknown).
    """
    months = rooms["notice_months"]
    notice = pd.Series(
        [pd.Timestamp(today) + pd.DateOffset(months=int(m)) if m == m else pd.NaT for m in months],
        rooms.index,
    )
    end = pd.to_datetime(rooms["lease_end"])
    both = pd.concat([notice, end], axis=1).max(axis=1)
    return both.mask(both < pd.Timestamp(today), pd.Timestamp(today)).rename("ends")


def unmet_needs(
    data: Rooms, km: NDArray[np.float64], reach_km: float, week: Week
) -> dict[str, NDArray[np.bool_]]:
    """Return for every need of ``NEEDS`` where a room meets it for an offer: arrays (offers, rooms)."""
    rooms, offers = data.rooms, data.offers
    shape = (len(offers), len(rooms))
    equipped = np.array(
        [[need <= has for has in rooms["equipment"]] for need in offers["needs"]], bool
    ).reshape(shape)
    free = rooms["barrier_free"].fillna(False).to_numpy(bool)
    some_part: NDArray[np.bool_] = np.any(offers["hours"].to_numpy(float)[:, None] <= week.hours, axis=1)
    some_time: NDArray[np.bool_] = np.any(_allowed(offers, week), axis=(1, 2))
    return {
        "seats": offers["persons"].to_numpy(float)[:, None] <= rooms["seats"].to_numpy(float),
        "equipment": equipped,
        "barrier_free": ~offers["barrier_free"].to_numpy(bool)[:, None] | free,
        "reach": np.nan_to_num(km) <= reach_km,
        "hours": np.broadcast_to(some_part.reshape(-1, 1), shape),
        "time": np.broadcast_to(some_time.reshape(-1, 1), shape),
    }


def _allowed(offers: pd.DataFrame, week: Week) -> NDArray[np.bool_]:
    """Day parts in which every offer may take place: array (offers, days, parts)."""
    days = np.array([[not some or day in some for day in week.days] for some in offers["days"]], bool)
    parts = np.array([[not some or part in some for part in week.parts] for some in offers["parts"]], bool)
    allowed: NDArray[np.bool_] = days.reshape(-1, len(week.days), 1) & parts.reshape(-1, 1, len(week.parts))
    return allowed


def ways_km(data: Rooms, detour: float) -> NDArray[np.float64]:
    """Return the way from where every offer meets today to every room; missing where either place is unknown.

    An offer meets in the room of its first booking.
    """
    first = data.bookings.dropna(subset=["offer"]).drop_duplicates("offer").set_index("offer")["room"]
    here = data.rooms.set_index("room")[["longitude", "latitude"]]
    today = here.reindex(first.reindex(data.offers["offer"]))
    return air_line_km(today, here) * detour


def shared_case(
    data: Rooms,
    today: date,
    week: Week,
    hire_eur_hour: float,
    weeks: float,
    reach_km: float,
    detour: float,
) -> Shared:
    """Return the case of sharing that the tables make.

    Parameters
    ----------
    data : Rooms
    today : date
        Day from which notice runs.
    week : Week
    hire_eur_hour, weeks
        As for :class:`Shared`.
    reach_km : float
        Longest way to another room that is put up with; a way that is unknown is not held against a room.
    detour : float
        Way over air line; an assumption.

    Raises
    ------
    InputError
        Every fault of :func:`problems`, and offers that no room can hold, with the need that fails.
    """
    found = problems(data)
    if not found:
        km = ways_km(data, detour)
        met = unmet_needs(data, km, reach_km, week)
        found = _nowhere(data, met)
    if found:
        raise InputError(found)
    fits = np.logical_and.reduce([*met.values()])
    rooms = data.rooms.assign(ends=lease_ends(data.rooms, today))
    free = np.ones((len(rooms), len(week.days), len(week.parts)), bool)
    return Shared(
        rooms=rooms[["room", "owner", "area_m2", "cost_eur", "ends", "owner_hours"]],
        offers=data.offers[["offer", "carrier", "persons", "hours", "times"]],
        fits=fits,
        km=np.nan_to_num(km),
        allowed=_allowed(data.offers, week),
        free=free,
        week=week,
        hire_eur_hour=hire_eur_hour,
        weeks=weeks,
    )


def _nowhere(data: Rooms, met: dict[str, NDArray[np.bool_]]) -> list[Problem]:
    """Say which offers no room can hold, and which need fails everywhere, or only together with others."""
    fits = np.logical_and.reduce([*met.values()])
    found = []
    for o in np.flatnonzero(~fits.any(axis=1)):
        alone = [need for need in NEEDS if not met[need][o].any()]
        key = f"nowhere_{alone[0]}" if alone else "nowhere_together"
        found.append(_problem(key, f"offers: {o + 1}, offer", offer=data.offers["offer"].iloc[o]))
    return found
