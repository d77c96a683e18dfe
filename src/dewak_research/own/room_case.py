"""Own rooms, carriers, offers and bookings as a case of sharing: what stays where it is, what may move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from dewak_research.config import SpaceParams
from dewak_research.space.pooling import Shared
from dewak_research.space.rooms import Rooms, shared_case
from dewak_research.space.week import DAYS, Week

_ASSUMED = SpaceParams()
PRESETS = {
    "hire_eur_hour": _ASSUMED.hire_eur_hour,
    "weeks": _ASSUMED.offer_weeks,
    "reach_km": _ASSUMED.move_km,
    "detour": _ASSUMED.detour,
}
"""Assumptions of this project, those of the invented town too: no published figure stands behind them."""
WORKING_DAYS = DAYS[:5]


@dataclass(frozen=True)
class OwnRooms:
    """Own figures on rooms.

    Attributes
    ----------
    data : Rooms
        Every table may be empty.
    as_of : date or None
        Day on which the tables were true; None = not entered.
    settings : DataFrame
        setting (keys of ``PRESETS``), value, source ("" = none given), assumed (bool: the preset stands unchanged).
    """

    data: Rooms
    as_of: date | None
    settings: pd.DataFrame

    @property
    def listed(self) -> bool:
        """Whether there are rooms to show, as of a day."""
        return self.as_of is not None and len(self.data.rooms) > 0

    @property
    def filled(self) -> bool:
        """Whether there is something to share."""
        return self.listed and len(self.data.offers) > 0

    @property
    def carriers(self) -> list[str]:
        """Names of the carriers that have a room or an offer, in the order of their sheet."""
        active = {*self.data.rooms["owner"], *self.data.offers["carrier"]}
        return [name for name in self.data.carriers["carrier"] if name in active]

    def setting(self, name: str) -> float:
        """Return the value of a setting."""
        return float(self.settings.set_index("setting")["value"][name])


def valid_on(bookings: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the bookings that are valid on a day."""
    begun = ~(bookings["valid_from"] > pd.Timestamp(day))
    open_ = ~(bookings["valid_until"] < pd.Timestamp(day))
    return bookings[begun & open_].reset_index(drop=True)


def week_of(data: Rooms) -> Week:
    """Return the week: Monday to Friday, and days of the weekend that an offer or a booking names."""
    named = {day for days in data.offers["days"] for day in days} | set(data.bookings["day"])
    return Week(days=tuple(day for day in DAYS if day in WORKING_DAYS or day in named))


def shared_data(own: OwnRooms) -> Rooms:
    """Return the tables as of their day: bookings that are valid then, offers without days from Monday to Friday."""
    assert own.as_of is not None
    days: list[object] = [some or frozenset(WORKING_DAYS) for some in own.data.offers["days"]]
    return replace(
        own.data,
        offers=own.data.offers.assign(days=pd.Series(days, own.data.offers.index, dtype="object")),
        bookings=valid_on(own.data.bookings, own.as_of),
    )


def case_of(own: OwnRooms) -> tuple[Rooms, Shared]:
    """Return the tables as of their day and the case of sharing that they make.

    A booking without an offer stays where it is: its room is not given up, and the day parts it reaches into are not
    free. A room of unknown cost is not given up either: what that saved would be unknown.

    Raises
    ------
    InputError
        Faults of the tables, and offers that no room can hold.
    """
    data = shared_data(own)
    assert own.as_of is not None
    week = week_of(data)
    values = {name: own.setting(name) for name in PRESETS}
    case = shared_case(data, own.as_of, week, **values)
    fixed = data.bookings[data.bookings["offer"].isna()]
    free = case.free.copy()
    place = {name: number for number, name in enumerate(case.rooms["room"])}
    for room, day, begins, ends in fixed[["room", "day", "begins", "ends"]].itertuples(
        index=False, name=None
    ):
        free[place[room], week.days.index(day), week.touched(begins, ends)] = False
    stays = case.rooms["room"].isin(fixed["room"]) | case.rooms["cost_eur"].isna()
    spare = (free @ week.hours).sum(axis=1)
    rooms = case.rooms.assign(
        ends=case.rooms["ends"].mask(stays, pd.NaT),
        cost_eur=case.rooms["cost_eur"].fillna(0.0),
        owner_hours=np.minimum(case.rooms["owner_hours"].to_numpy(float), spare),
    )
    return data, replace(case, rooms=rooms, free=free)
