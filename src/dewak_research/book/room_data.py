"""Rooms and their times of one week as open data, following the fields of FacilityUse and Slot of OpenActive."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pandas as pd

from dewak_research.book.room_calendar import ZONE, first_day, moment
from dewak_research.book.room_view import is_placed
from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.space.free_hours import free_hours, not_ended
from dewak_research.space.rooms import Rooms
from dewak_research.space.week import Week

_text = texts(__package__, "rooms.yaml")


def duration(hours: float) -> str:
    """Write hours as a duration of ISO 8601: PT2H30M."""
    whole, minutes = divmod(round(hours * 60), 60)
    return "PT" + (f"{whole}H" if whole else "") + (f"{minutes}M" if minutes else "")


def _slot(room: str, row: Any, monday: date, uses: int) -> dict[str, Any]:
    day = first_day(row.day, monday)
    return {
        "type": "Slot",
        "facilityUse": room,
        "startDate": moment(day, row.begins).isoformat(),
        "endDate": moment(day, row.ends).isoformat(),
        "duration": duration(row.ends - row.begins),
        "maximumUses": 1,
        "remainingUses": uses,
    }


def _slots(data: Rooms, name: str, key: str, free: pd.DataFrame, monday: date) -> list[dict[str, Any]]:
    """Free and taken times of a room in the week that begins with ``monday``, in their order."""
    taken = data.bookings[data.bookings["room"] == name]
    slots = [_slot(key, row, monday, 1) for row in free[free["room"] == name].itertuples()]
    row: Any
    for row in taken.itertuples():
        day = pd.Timestamp(first_day(row.day, monday))
        begun = pd.isna(row.valid_from) or row.valid_from <= day
        if begun and (pd.isna(row.valid_until) or row.valid_until >= day):
            slot = _slot(key, row, monday, 0)
            slot |= {} if pd.isna(row.offer) else {"name": row.offer}
            slots.append(slot | {"organizer": {"type": "Organization", "name": row.carrier}})
    return sorted(slots, key=lambda slot: (str(slot["startDate"]), str(slot["endDate"])))


def _place(room: Any, language: Language) -> dict[str, Any]:
    """Where a room is and what it has; what is unknown is left out."""
    features = [
        {"type": "LocationFeatureSpecification", "name": label(f"equipment_{one}", language), "value": True}
        for one in sorted(room.equipment)
    ]
    if not pd.isna(room.barrier_free):
        features.append(
            {
                "type": "LocationFeatureSpecification",
                "name": _text("barrier_free")[language],
                "value": bool(room.barrier_free),
            }
        )
    place: dict[str, Any] = {"type": "Place", "name": room.room}
    if not pd.isna(room.district):
        place["containedInPlace"] = {"type": "Place", "name": room.district}
    if is_placed(room):
        place["geo"] = {
            "type": "GeoCoordinates",
            "latitude": room.latitude,
            "longitude": room.longitude,
        }
    if not pd.isna(room.seats):
        place["maximumAttendeeCapacity"] = int(room.seats)
    return place | {"amenityFeature": features}


def open_data(
    data: Rooms, keys: dict[str, str], place: str, as_of: date, week: Week, language: Language
) -> str:
    """Return the rooms with their free and taken times of the first week after ``as_of`` as JSON.

    Parameters
    ----------
    data : Rooms
    keys : dict of str to str
        Room to its identifier on the page.
    place : str
        Name of the place.
    as_of : date
        Day on which the tables were true; the week begins with the first Monday from then on.
    week : Week
        Days and hours in which rooms count as free.
    language : {"de", "en"}
        Language of names and notes.
    """
    monday = first_day("mo", as_of)
    free = free_hours(data, as_of, week)
    running = Rooms(data.rooms, data.carriers, data.offers, not_ended(data.bookings, as_of))
    contacts = dict(zip(data.carriers["carrier"], data.carriers["contact"], strict=True))
    uses = []
    room: Any
    for room in data.rooms.itertuples():
        provider: dict[str, Any] = {"type": "Organization", "name": room.owner}
        if isinstance(contacts[room.owner], str):
            provider["email"] = contacts[room.owner]
        key = keys[room.room]
        uses.append(
            {
                "type": "FacilityUse",
                "id": key,
                "name": room.room,
                "provider": provider,
                "location": _place(room, language),
                "event": _slots(running, room.room, key, free, monday),
            }
        )
    whole = {
        "name": place,
        "note": _text("json_note")[language],
        "dateModified": as_of.isoformat(),
        "scheduleTimezone": ZONE,
        "facilityUses": uses,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
