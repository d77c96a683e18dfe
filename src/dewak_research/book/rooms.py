"""The page of shared rooms: who has which room, when it is free, whom to ask; and the same as calendars and data.

A page of its own with everything in it, so that a carrier can put it anywhere. It works without a script; a script of
ours filters what stands there. Nothing is sent, nothing is booked.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from dewak_research.book.room_calendar import calendar_text
from dewak_research.book.room_data import open_data
from dewak_research.book.room_map import district_middles, room_map
from dewak_research.book.room_view import FOLDER, STALE_DAYS, Surroundings, View, clock, keys_of, span
from dewak_research.data.room_files import plain_tables, read_room_files
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.files import csv_text, write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import date as day_in_words
from dewak_research.page.values import number
from dewak_research.space.distances import coordinate_problems
from dewak_research.space.free_hours import not_ended
from dewak_research.space.rooms import Rooms, problems
from dewak_research.space.week import DAYS, Week

PAGE = "rooms.html"
SEVEN_DAYS = Week(days=DAYS)
#: What carriers need to plan together and nobody else has to know.
INTERNAL = ("cost_eur", "lease_end", "notice_months")


def _tight(text: str) -> str:
    """Leave out what only stands for those who write a template: indents and empty lines."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def room_page(data: Rooms, where: Surroundings, language: Language, week: Week = SEVEN_DAYS) -> str:
    """Return the page as HTML; every text of the tables is escaped.

    Parameters
    ----------
    data : Rooms
        Without faults (:func:`platform_files` looks for them).
    where : Surroundings
    language : {"de", "en"}
        Language of the page.
    week : Week
        Days and hours in which a room counts as free.
    """
    view = View(data, where, week, language)
    shelf = templates(__package__)
    equipment = sorted(
        {one for has in data.rooms["equipment"] for one in has},
        key=lambda one: label(f"equipment_{one}", language).casefold(),
    )
    script = _tight(shelf.get_template("rooms.js").render())
    seal = base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
    rooms = [view.room(place, row) for place, row in enumerate(data.rooms.itertuples(), 1)]
    drawn = room_map(data.rooms)
    page = shelf.get_template("rooms.html").render(
        t=view.say,
        language=language,
        other_language=next(one for one in LANGUAGES if one != language),
        where=where,
        as_of=day_in_words(where.as_of, language),
        opens=clock(min(week.begins)),
        closes=clock(max(week.ends)),
        days=[(day, label(f"day_{day}", language), label(f"day_short_{day}", language)) for day in week.days],
        parts=[
            (part, label(f"part_{part}", language), span(begins, ends))
            for part, begins, ends in zip(week.parts, week.begins, week.ends, strict=True)
        ],
        equipment=[(place, label(f"equipment_{one}", language)) for place, one in enumerate(equipment)],
        districts=[*district_middles(data.rooms).index],
        lead=view.lead(),
        rooms=rooms,
        carriers=[view.carrier(name) for name in data.carriers["carrier"]],
        programme=view.what_is_on(),
        ticks=[(view.at(hour), hour) for hour in range(view.first, view.last + 1) if hour % 4 == 0],
        step=f"{100 / (view.last - view.first):.4g}",
        map=drawn,
        example=", ".join(f"{value:.4f}" for value in (drawn.north, drawn.west)) if drawn else "",
        bar_km=number(drawn.bar_km, language, 0 if drawn.bar_km >= 1 else 1) if drawn else "",
        folder=FOLDER,
        stale_days=STALE_DAYS,
        script=script,
        seal=f"sha256-{seal}",
        data=view.for_script(equipment),
    )
    return _tight(page) + "\n"


def _calendars(data: Rooms, where: Surroundings, language: Language) -> dict[str, str]:
    """Return the calendar of every room and of every carrier by the name of its file."""
    bookings = not_ended(data.bookings, where.as_of)
    places = {
        str(room): ", ".join(str(part) for part in (room, district, where.place) if not pd.isna(part))
        for room, district in data.rooms[["room", "district"]].to_numpy()
    }
    found: dict[str, str] = {}
    for column, keys in (
        ("room", keys_of([*data.rooms["room"]], "room")),
        ("carrier", keys_of([*data.carriers["carrier"]], "carrier")),
    ):
        for name, key in keys.items():
            own = bookings[bookings[column] == name]
            found[f"{FOLDER}/{key}.ics"] = calendar_text(own, name, places, where.as_of, language)
    return found


def platform_files(
    data: Rooms, where: Surroundings, language: Language, week: Week = SEVEN_DAYS
) -> dict[str, str]:
    """Return everything of the platform by the name of its file: the page, calendars, JSON and CSV.

    Costs and leases (``INTERNAL``) stand in none of them.

    Parameters
    ----------
    data : Rooms
    where : Surroundings
    language : {"de", "en"}
    week : Week
        Days and hours in which a room counts as free.

    Raises
    ------
    InputError
        The tables have faults; all of them are named. A contact that looks like a person is one.
    """
    placed = data.rooms.dropna(subset=["longitude", "latitude"], how="all")
    found = [*problems(data), *coordinate_problems(placed, "rooms")]
    if found:
        raise InputError(found)
    plain = plain_tables(vars(data))
    plain["rooms"] = plain["rooms"].drop(columns=[*INTERNAL])
    keys = keys_of([*data.rooms["room"]], "room")
    return {
        PAGE: room_page(data, where, language, week),
        **_calendars(data, where, language),
        f"{FOLDER}/rooms.json": open_data(data, keys, where.place, where.as_of, week, language),
        **{f"{FOLDER}/{name}.csv": csv_text(table) for name, table in plain.items()},
    }


def write_example(folder: Path, language: Language, languages: Sequence[Language]) -> None:
    """Write the page of the invented Musterstadt and its files into the folder of one edition."""
    files = read_room_files()
    other = next((one for one in languages if one != language), "")
    where = Surroundings(
        files.name[language],
        files.as_of,
        fictional=files.fictional,
        home="activation.html#platforms",
        other=f"../{other}/{PAGE}" if other else "",
    )
    for name, text in platform_files(Rooms(**files.tables), where, language).items():
        write_whole(folder / name, text)
