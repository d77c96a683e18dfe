"""What the page of shared rooms shows of every room, carrier and booking, and what its script filters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

import pandas as pd

from dewak_research.book.room_map import district_middles
from dewak_research.data.register import fold
from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import date as day_in_words
from dewak_research.page.values import is_missing, number
from dewak_research.space.free_hours import free_hours, not_ended
from dewak_research.space.opening import Span, open_on, opening_of
from dewak_research.space.rooms import Rooms
from dewak_research.space.week import DAYS, Week

FOLDER = "rooms"
STALE_DAYS = 90
LONGEST_KEY = 80
_text = texts(__package__, "rooms.yaml")
_SCRIPT_TEXTS = (
    "hits hit none nobody unclear unclear_one nothing_free nothing_taken booked from_day until_day km seats seat ask "
    "enquire subject subject_time body_time copied copy_failed stale file_read file_wrong file_row file_columns "
    "file_empty file_large no_contact lacks_seats lacks_barrier_free lacks_place"
)
#: Placeholders that the script fills itself.
_HOLES = {
    name: f"{{{name}}}"
    for name in ("n", "hours", "room", "time", "rooms", "days", "file", "row", "columns", "what", "day")
}


@dataclass(frozen=True)
class Surroundings:
    """Where the page lies.

    Attributes
    ----------
    place : str
        Name of the place, as in "Räume in Musterstadt".
    as_of : date
        Day on which the tables were true.
    fictional : bool
        The place is invented; said at the top.
    home : str
        Address of the page to go back to; empty: none.
    other : str
        Address of the page in the other language; empty: none.
    """

    place: str
    as_of: date
    fictional: bool = False
    home: str = ""
    other: str = ""


def clock(hours: float) -> str:
    """Write hours of the day: 8, 12:30."""
    whole, minutes = divmod(round(hours * 60), 60)
    return f"{whole}:{minutes:02d}" if minutes else str(whole)


def span(begins: float, ends: float) -> str:
    """Write a span of the day: 8–12:30."""
    return f"{clock(begins)}–{clock(ends)}"


def keys_of(names: Sequence[str], before: str) -> dict[str, str]:
    """Return an identifier for every name, in small letters and digits, each once: room-buergersaal, room-saal--2.

    It is cut at ``LONGEST_KEY``, because files are called by it.
    """
    found: dict[str, str] = {}
    for name in names:
        stem = "-".join([before, *fold(name).split()])[:LONGEST_KEY].rstrip("-")
        same = sum(other == stem or other.startswith(f"{stem}--") for other in found.values())
        found[name] = f"{stem}--{same + 1}" if same else stem
    return found


def mail_to(contact: Any, subject: str, body: str) -> str:
    """Return the address that opens a mail to a contact (RFC 6068); empty where there is none."""
    lines = quote(body.replace("\n", "\r\n"))
    return f"mailto:{quote(contact, safe='@')}?subject={quote(subject)}&body={lines}" if contact else ""


def _validity(booking: Any, as_of: date, language: Language) -> str:
    """Say from when and until when a booking holds, as far as that lies after ``as_of``."""
    parts = []
    if not pd.isna(booking.valid_from) and booking.valid_from.date() > as_of:
        parts.append(_text("from_day", day=day_in_words(booking.valid_from.date(), language))[language])
    if not pd.isna(booking.valid_until):
        parts.append(_text("until_day", day=day_in_words(booking.valid_until.date(), language))[language])
    return " ".join(parts)


def is_placed(room: Any) -> bool:
    """Whether both coordinates of a room are known."""
    return not is_missing(room.longitude) and not is_missing(room.latitude)


def opening_text(spans: Sequence[Span], language: Language) -> str:
    """Write open hours: Mo–Fr 8–18; Sa 10–14. Days in a row with the same hours are one; "" where none are stated."""
    hours = {day: ", ".join(span(*ends) for ends in open_on(spans, day, 0.0, 24.0)) for day in DAYS}
    runs: list[tuple[list[str], str]] = []
    for day in DAYS if spans else ():
        if runs and runs[-1][1] == hours[day]:
            runs[-1][0].append(label(f"day_short_{day}", language))
        else:
            runs.append(([label(f"day_short_{day}", language)], hours[day]))
    return "; ".join(f"{'–'.join(dict.fromkeys((days[0], days[-1])))} {text}" for days, text in runs if text)


def _by_room_and_day(frame: pd.DataFrame) -> dict[tuple[Any, Any], list[Any]]:
    found: dict[tuple[Any, Any], list[Any]] = {}
    row: Any
    for row in frame.itertuples():
        found.setdefault((row.room, row.day), []).append(row)
    return found


class View:
    """What the template shows, row by row."""

    def __init__(self, data: Rooms, where: Surroundings, week: Week, language: Language) -> None:
        self.data, self.where, self.week, self.language = data, where, week, language
        self.bookings = not_ended(data.bookings, where.as_of)
        self.free = free_hours(data, where.as_of, week)
        self.taken = _by_room_and_day(self.bookings.sort_values(["begins", "ends"]))
        self.left = _by_room_and_day(self.free)
        self.opening = dict(zip(data.rooms["room"], opening_of(data.rooms), strict=True))
        self.rooms = keys_of([*data.rooms["room"]], "room")
        self.carriers = keys_of([*data.carriers["carrier"]], "carrier")
        told = data.carriers["contact"]
        contacts = [one if isinstance(one, str) else "" for one in told]
        self.contacts = dict(zip(data.carriers["carrier"], contacts, strict=True))
        self.first = math.floor(min([*week.begins, *self.bookings["begins"]]))
        self.last = math.ceil(max([*week.ends, *self.bookings["ends"]]))

    def say(self, key: str, **values: object) -> str:
        """Write a text of the page in its language."""
        return _text(key, **values)[self.language]

    def lead(self) -> str:
        """Say how many rooms and carriers there are."""
        rooms, carriers = len(self.rooms), len(self.carriers)
        whose = self.say("of_carrier" if carriers == 1 else "of_carriers", n=carriers)
        return self.say("lead", rooms=self.counted(rooms), carriers=whose)

    def counted(self, rooms: int) -> str:
        """Write a number of rooms: 1 Raum, 2 Räume."""
        return self.say("one_room" if rooms == 1 else "n_rooms", n=rooms)

    def at(self, hours: float) -> str:
        """Place of an hour on the bar of a day, in percent."""
        return f"{100 * (hours - self.first) / (self.last - self.first):.4g}"

    def booked(self, booking: Any) -> dict[str, Any]:
        """A booking as it is shown: when, what, whose, until when."""
        return {
            "day_name": label(f"day_{booking.day}", self.language),
            "time": span(booking.begins, booking.ends),
            "left": self.at(booking.begins),
            "width": f"{100 * (booking.ends - booking.begins) / (self.last - self.first):.4g}",
            "name": self.say("booked") if pd.isna(booking.offer) else booking.offer,
            "carrier": booking.carrier,
            "room": booking.room,
            "note": _validity(booking, self.where.as_of, self.language),
        }

    def days_of(self, name: str) -> list[dict[str, Any]]:
        """Every day of a room: what is booked, what is free."""
        return [
            {
                "day": day,
                "booked": [self.booked(row) for row in self.taken.get((name, day), [])],
                "free": [span(row.begins, row.ends) for row in self.left.get((name, day), [])],
            }
            for day in self.week.days
        ]

    def room(self, place: int, row: Any) -> dict[str, Any]:
        """A room with its facts, its week and the way to ask for it."""
        unknown = label("no_data", self.language)

        def known(value: Any, unit: str) -> str:
            return unknown if is_missing(value) else f"{number(value, self.language)} {unit}".strip()

        barrier = unknown if pd.isna(row.barrier_free) else self.say("yes" if row.barrier_free else "no")
        subject = self.say("subject", room=row.room)
        return {
            "number": place,
            "key": self.rooms[row.room],
            "name": row.room,
            "owner": row.owner,
            "owner_key": self.carriers[row.owner],
            "district": unknown if is_missing(row.district) else row.district,
            "seats": known(row.seats, ""),
            "area": known(row.area_m2, "m²"),
            "equipment": ", ".join(label(f"equipment_{one}", self.language) for one in sorted(row.equipment)),
            "barrier_free": barrier,
            "placed": is_placed(row),
            "opening": opening_text(self.opening[row.room], self.language),
            "own_hours": known(
                row.owner_hours, self.say("hour_a_week" if row.owner_hours == 1 else "hours_a_week")
            ),
            "days": self.days_of(row.room),
            "contact": self.contacts[row.owner],
            "mail": mail_to(self.contacts[row.owner], subject, self.say("body", room=row.room)),
            "file": f"{FOLDER}/{self.rooms[row.room]}.ics",
        }

    def carrier(self, name: str) -> dict[str, Any]:
        """A carrier with its address, its rooms and its calendar."""
        contact = self.contacts[name]
        return {
            "name": name,
            "key": self.carriers[name],
            "contact": contact,
            "mail": mail_to(contact, self.say("subject", room=name), ""),
            "rooms": [
                (self.rooms[room], room)
                for room in self.data.rooms.loc[self.data.rooms["owner"] == name, "room"]
            ],
            "file": f"{FOLDER}/{self.carriers[name]}.ics",
        }

    def what_is_on(self) -> list[dict[str, Any]]:
        """All bookings by day and hour."""
        rows = self.bookings.assign(at=self.bookings["day"].map(DAYS.index))
        ordered = rows.sort_values(["at", "begins", "ends", "room"])
        return [self.booked(row) | {"key": self.rooms[str(row.room)]} for row in ordered.itertuples()]

    def for_script(self, equipment: list[str]) -> dict[str, Any]:
        """What the script filters: the same rooms and bookings, short."""
        data, language = self.data, self.language
        days = [*self.week.days]
        middles = district_middles(data.rooms)
        return {
            "rooms": [self._room_for_script(row, equipment) for row in data.rooms.itertuples()],
            "bookings": [
                self._booking_for_script(row, days) for row in self.bookings.itertuples() if row.day in days
            ],
            "days": days,
            "dayNames": [label(f"day_{day}", language) for day in days],
            "dayShort": [label(f"day_short_{day}", language) for day in days],
            "parts": {
                part: [begins, ends]
                for part, begins, ends in zip(self.week.parts, self.week.begins, self.week.ends, strict=True)
            },
            "equipment": equipment,
            "axis": [self.first, self.last],
            "districts": {
                str(name): [float(row.longitude), float(row.latitude)] for name, row in middles.iterrows()
            },
            "asOf": self.where.as_of.isoformat(),
            "staleDays": STALE_DAYS,
            "language": language,
            "counted": self.counted(len(self.rooms)),
            "texts": {key: self.say(key, **_HOLES) for key in _SCRIPT_TEXTS.split()},
        }

    def _room_for_script(self, room: Any, equipment: list[str]) -> dict[str, Any]:
        return {
            "key": self.rooms[room.room],
            "name": room.room,
            "owner": room.owner,
            "district": None if is_missing(room.district) else room.district,
            "seats": None if is_missing(room.seats) else room.seats,
            "has": [equipment.index(one) for one in sorted(room.equipment)],
            "free": None if pd.isna(room.barrier_free) else bool(room.barrier_free),
            "at": [room.longitude, room.latitude] if is_placed(room) else None,
            "mail": self.contacts[room.owner],
            "open": self._open_for_script(self.opening[room.room]),
        }

    def _open_for_script(self, spans: tuple[Span, ...]) -> list[list[tuple[float, float]]] | None:
        """Open hours of every day; None where the room states none."""
        first, last = min(self.week.begins), max(self.week.ends)
        return [open_on(spans, day, first, last) for day in self.week.days] if spans else None

    def _booking_for_script(self, booking: Any, days: list[str]) -> list[Any]:
        shown = self.booked(booking)
        room = [*self.rooms].index(booking.room)
        times = [days.index(booking.day), booking.begins, booking.ends]
        return [room, *times, shown["name"], shown["carrier"], shown["note"]]
