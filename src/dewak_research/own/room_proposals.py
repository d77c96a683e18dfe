"""Rows of the sheet of services and rooms as proposals for the sheets of shared rooms: what is plain is copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import typer

from dewak_research.errors import texts
from dewak_research.own.command_line import confirmed
from dewak_research.own.commands import Key, Told, Yes, spoken
from dewak_research.own.safety import own_folder

Row = dict[str, object]
Lists = dict[str, list[Row]]
Kind = Literal["room", "offer", "both", "neither"]
OF_ROOM, OF_OFFER = ("area_m2",), ("hours_per_week", "users_per_week")
NAMES = {"rooms": "room", "offers": "offer"}
_text = texts(__package__)


def kind_of_row(row: Row) -> Kind:
    """Say what a row of services describes: a room has an area, an offer has hours or users, some rows have both."""
    room, offer = (any(row.get(name) is not None for name in names) for names in (OF_ROOM, OF_OFFER))
    return "both" if room and offer else "room" if room else "offer" if offer else "neither"


def with_proposals(lists: Lists, decide: Callable[[Row, Kind], Kind]) -> tuple[Lists, list[tuple[str, str]]]:
    """Return the lists with a row for every service that is not there yet, and what was added: sheet, name.

    What a row of services does not say stays empty: the check asks for it. Hours and users of a week are not those of
    a session, and are not copied.

    Parameters
    ----------
    decide : callable
        Asked what a row is that is not plainly a room or an offer; ``neither`` leaves it out.
    """
    found = {sheet: [dict(row) for row in rows] for sheet, rows in lists.items()}
    known = {str(row.get(name)) for sheet, name in NAMES.items() for row in lists[sheet]}
    added: list[tuple[str, str]] = []
    for row in lists["services"]:
        name, kind = str(row.get("name") or ""), kind_of_row(row)
        if not name or name in known:
            continue
        if kind in ("both", "neither"):
            kind = decide(row, kind)
        if kind in ("room", "both"):
            copied = {key: row.get(key) for key in ("district", "area_m2", "cost_eur")}
            found["rooms"].append({"room": name, **copied})
            added.append(("rooms", name))
        if kind in ("offer", "both"):
            found["offers"].append({"offer": name, "district": row.get("district")})
            added.append(("offers", name))
    return found, added


def propose_rooms(key: Key, yes: Yes = False, language: Told = None) -> None:
    """Copy rooms and offers of the older sheet "Angebote und Räume" as proposals; ask about a row that is both."""
    own_folder(key)

    from dataclasses import replace

    from dewak_research.own.template import load_template
    from dewak_research.own.workbook import read_contents, update_workbook

    tongue = spoken(language or "de")
    contents, left = read_contents(key), list[str]()

    def decide(row: Row, kind: Kind) -> Kind:
        name = str(row["name"])
        if yes:
            left.append(name)
            return "neither"
        answers: dict[str, Kind] = {
            _text(f"rooms_answer_{one}")[tongue]: one for one in ("room", "offer", "both", "neither")
        }
        said = typer.prompt(_text(f"rooms_ask_{kind}", name=name, answers=" / ".join(answers))[tongue])
        while said.strip().casefold() not in answers:
            said = typer.prompt(" / ".join(answers))
        return answers[said.strip().casefold()]

    lists, added = with_proposals(contents.lists, decide)
    for sheet, name in added:
        typer.echo(f"{load_template().sheets[sheet][tongue]}: {name}")
    if left:
        typer.echo(_text("rooms_left", names=", ".join(left))[tongue])
    if not added or not (yes or confirmed(_text("ask_write")[tongue])):
        typer.echo(_text("said_nothing")[tongue])
        return
    backup = update_workbook(key, replace(contents, lists=lists))
    typer.echo(_text("said_written", backup=backup.name if backup else "-", key=key)[tongue])
