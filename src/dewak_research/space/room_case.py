"""The case of sharing that rooms, offers and bookings make on a day: what fits where, and what stays where it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages
from dewak_research.space.distances import air_line_km
from dewak_research.space.opening import part_hours
from dewak_research.space.pooling import Shared
from dewak_research.space.rooms import Rooms, problems
from dewak_research.space.week import DAYS, WORKING_DAYS, Week

NEEDS = ("seats", "equipment", "barrier_free", "reach", "hours", "time", "opening")
_problem = messages(__package__)


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
    allowed = _allowed(offers, week)
    long_enough = offers["hours"].to_numpy(float)[:, None, None, None] <= part_hours(rooms, week)[None]
    some_time: NDArray[np.bool_] = np.any(allowed, axis=(1, 2))
    return {
        "seats": offers["persons"].to_numpy(float)[:, None] <= rooms["seats"].to_numpy(float),
        "equipment": equipped,
        "barrier_free": ~offers["barrier_free"].to_numpy(bool)[:, None] | free,
        "reach": np.nan_to_num(km) <= reach_km,
        "hours": np.broadcast_to(some_part.reshape(-1, 1), shape),
        "time": np.broadcast_to(some_time.reshape(-1, 1), shape),
        "opening": (long_enough & allowed[:, None]).any(axis=(2, 3)).reshape(shape),
    }


def _allowed(offers: pd.DataFrame, week: Week) -> NDArray[np.bool_]:
    """Day parts in which every offer may take place: array (offers, days, parts)."""
    days = np.array([[not some or day in some for day in week.days] for some in offers["days"]], bool)
    parts = np.array([[not some or part in some for part in week.parts] for some in offers["parts"]], bool)
    allowed: NDArray[np.bool_] = days.reshape(-1, len(week.days), 1) & parts.reshape(-1, 1, len(week.parts))
    return allowed


def ways_km(data: Rooms, detour: float) -> NDArray[np.float64]:
    """Return the way from where every offer meets today to every room; missing where either place is unknown.

    An offer meets in the room of its first booking; the way to that room is 0, also where its place is unknown.
    """
    first = data.bookings.dropna(subset=["offer"]).drop_duplicates("offer").set_index("offer")["room"]
    here = data.rooms.set_index("room")[["longitude", "latitude"]]
    now = first.reindex(data.offers["offer"])
    way = air_line_km(here.reindex(now), here) * detour
    stays = now.to_numpy(object)[:, None] == data.rooms["room"].to_numpy(object)
    return np.where(stays.astype(bool), 0.0, way)


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
        Longest way to another room that is put up with. A way that is unknown is not held against a room, nor counted
        in its favour: it is taken to be that long.
    detour : float
        Way over air line; an assumption.

    Raises
    ------
    InputError
        Every fault of :func:`problems`, rooms whose hours of the owner are unknown, and offers that no room can hold,
        with the need that fails.
    """
    found = problems(data)
    for row in np.flatnonzero(data.rooms["owner_hours"].isna()) + 1:
        found.append(_problem("owner_hours_unknown", f"rooms: {row}, owner_hours"))
    if not found:
        km = ways_km(data, detour)
        met = unmet_needs(data, km, reach_km, week)
        found = _nowhere(data, met)
    if found:
        raise InputError(found)
    fits = np.logical_and.reduce([*met.values()])
    rooms = data.rooms.assign(ends=lease_ends(data.rooms, today))
    hours = part_hours(data.rooms, week)
    return Shared(
        rooms=rooms[["room", "owner", "area_m2", "cost_eur", "ends", "owner_hours"]],
        offers=data.offers[["offer", "carrier", "persons", "hours", "times"]],
        fits=fits,
        km=np.nan_to_num(km, nan=reach_km),
        allowed=_allowed(data.offers, week),
        free=hours > 0.0,
        open_hours=hours,
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


def valid_on(bookings: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the bookings that are valid on a day."""
    begun = ~(bookings["valid_from"] > pd.Timestamp(day))
    open_ = ~(bookings["valid_until"] < pd.Timestamp(day))
    return bookings[begun & open_].reset_index(drop=True)


def week_of(data: Rooms) -> Week:
    """Return the week: Monday to Friday, and days of the weekend that an offer or a booking names."""
    named = {day for days in data.offers["days"] for day in days} | set(data.bookings["day"])
    return Week(days=tuple(day for day in DAYS if day in WORKING_DAYS or day in named))


def on_day(data: Rooms, day: date) -> Rooms:
    """Return the tables as of a day: bookings that are valid then, offers without days from Monday to Friday."""
    days: list[object] = [some or frozenset(WORKING_DAYS) for some in data.offers["days"]]
    return replace(
        data,
        offers=data.offers.assign(days=pd.Series(days, data.offers.index, dtype="object")),
        bookings=valid_on(data.bookings, day),
    )


def staying(bookings: pd.DataFrame) -> pd.DataFrame:
    """Return the bookings that no plan moves: those without an offer."""
    return bookings[bookings["offer"].isna()]


def case_on(
    data: Rooms, day: date, hire_eur_hour: float, weeks: float, reach_km: float, detour: float
) -> tuple[Rooms, Shared]:
    """Return the tables as of a day and the case of sharing that they make.

    A booking without an offer stays where it is: its room is not given up, and the day parts it reaches into are not
    free. A room of unknown cost is not given up either: what that saved would be unknown.

    Parameters
    ----------
    data : Rooms
    day : date
        On which the tables are true and from which notice runs.
    hire_eur_hour, weeks, reach_km, detour
        As for :func:`shared_case`.

    Raises
    ------
    InputError
        Faults of the tables, and offers that no room can hold.
    """
    found = on_day(data, day)
    week = week_of(found)
    case = shared_case(found, day, week, hire_eur_hour, weeks, reach_km, detour)
    fixed = staying(found.bookings)
    free = case.free.copy()
    place = {name: number for number, name in enumerate(case.rooms["room"])}
    for room, of_week, begins, ends in fixed[["room", "day", "begins", "ends"]].itertuples(
        index=False, name=None
    ):
        free[place[room], week.days.index(of_week), week.touched(begins, ends)] = False
    stays = case.rooms["room"].isin(fixed["room"]) | case.rooms["cost_eur"].isna()
    spare = replace(case, free=free).free_hours
    rooms = case.rooms.assign(
        ends=case.rooms["ends"].mask(stays, pd.NaT),
        cost_eur=case.rooms["cost_eur"].fillna(0.0),
        owner_hours=np.minimum(case.rooms["owner_hours"].to_numpy(float), spare),
    )
    return found, replace(case, rooms=rooms, free=free)
