"""Bookings as iCalendar: one weekly event each, in the time of Berlin, the same bytes every time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

import pandas as pd
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vText

from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.space.week import DAYS

ZONE = "Europe/Berlin"
_BERLIN = ZoneInfo(ZONE)
_BY_DAY = {day: day.upper() for day in DAYS}
_text = texts(__package__, "rooms.yaml")


def moment(day: date, hours: float) -> datetime:
    """Return a time of Berlin from a day and hours of it; 24 is the next midnight."""
    minutes = round(hours * 60)
    days, rest = divmod(minutes, 24 * 60)
    return datetime.combine(day + timedelta(days), time(*divmod(rest, 60)), _BERLIN)


def first_day(day: str, from_day: date) -> date:
    """Return the first day of the week named ``day`` (of ``DAYS``) on or after ``from_day``."""
    return from_day + timedelta((DAYS.index(day) - from_day.weekday()) % 7)


def _line(text: object) -> vText:
    """Return a text on one line: what ends a line elsewhere must not begin a property here."""
    return vText("".join(sign for sign in " ".join(str(text).split()) if sign.isprintable()))


def _zone() -> Timezone:
    """The rules of Berlin since 1996, written out, so that no library's table of the past changes the bytes."""
    zone = Timezone()
    zone.add("tzid", ZONE)
    for part, begins, month, before, after, name in (
        (TimezoneDaylight(), datetime(1996, 3, 31, 2), 3, 1, 2, "CEST"),
        (TimezoneStandard(), datetime(1996, 10, 27, 3), 10, 2, 1, "CET"),
    ):
        part.add("dtstart", begins)
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("tzname", name)
        zone.add_component(part)
    return zone


def _event(booking: Any, place: str, as_of: date, language: Language) -> Event | None:
    """Return a booking as a weekly event; None where no day of it lies between its beginning and its end."""
    begins = as_of if pd.isna(booking.valid_from) else booking.valid_from.date()
    first = first_day(booking.day, begins)
    until = None if pd.isna(booking.valid_until) else booking.valid_until.date()
    if until is not None and first > until:
        return None
    event = Event()
    key = [booking.room, booking.day, booking.begins, booking.ends, booking.carrier, booking.offer]
    name = "|".join("" if pd.isna(part) else str(part) for part in [*key, booking.valid_from])
    event.add("uid", str(uuid5(NAMESPACE_URL, name)))
    event.add("dtstamp", datetime.combine(as_of, time(), UTC))
    event.add("dtstart", moment(first, booking.begins))
    event.add("dtend", moment(first, booking.ends))
    rule: dict[str, Any] = {"freq": "weekly", "byday": _BY_DAY[booking.day]}
    if until is not None:
        rule["until"] = datetime.combine(until, time(23, 59, 59), _BERLIN).astimezone(UTC)
    event.add("rrule", rule)
    event.add("summary", _line(_text("booked")[language] if pd.isna(booking.offer) else booking.offer))
    event.add("location", _line(place))
    event.add("description", _line(booking.carrier))
    return event


def calendar_text(
    bookings: pd.DataFrame, name: str, places: Mapping[str, str], as_of: date, language: Language
) -> str:
    """Return bookings as the text of an iCalendar file (RFC 5545).

    Parameters
    ----------
    bookings : DataFrame
        room, day, begins, ends, carrier, offer, valid_from, valid_until, as :class:`Rooms` has them.
    name : str
        Name of the calendar.
    places : mapping of str to str
        Room to where it is.
    as_of : date
        Day on which the bookings were true: stamp of every event, and where a booking with no beginning begins.
    language : {"de", "en"}
        Language of what has no name.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//dewak-research//rooms//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _line(name))
    calendar.add_component(_zone())
    for booking in bookings.itertuples(index=False):
        event = _event(booking, places[str(booking.room)], as_of, language)
        if event is not None:
            calendar.add_component(event)
    return str(calendar.to_ical().decode("utf-8"))
