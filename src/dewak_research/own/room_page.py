"""The page "sharing rooms" of an own report and its workbook: tables of shared use, written in one language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import ceil
from pathlib import Path
from typing import Any

import pandas as pd
from openpyxl import Workbook

from dewak_research.book.room_view import Surroundings
from dewak_research.book.rooms import PAGE as ROOMS_PAGE
from dewak_research.book.rooms import platform_files
from dewak_research.language import Language
from dewak_research.own.planning_book import SheetOf, planning_book
from dewak_research.own.planning_options import sources_of
from dewak_research.own.room_case import OwnRooms
from dewak_research.own.room_sharing import RoomSharing
from dewak_research.own.template import load_template
from dewak_research.page.files import write_whole
from dewak_research.page.labels import label
from dewak_research.page.values import date, eur, is_missing, number, pct
from dewak_research.planning.options import ROOMS, SHARED_ROOMS
from dewak_research.space.sharing import MOST_CARRIERS

SECONDS_PER_GROUP = 1.5
"""Measured with 30 rooms and 60 offers on two busy cores: 1.0 (eight carriers) to 1.8 (six)."""
_PERCENT = 100.0
SHOWN_GROUPS = 10
"""Groups with a reason to leave that the page shows; the files hold all."""
EXACT = 5e-5
"""Below this share of the cost a gap would be written as 0.00 percent."""
HEADS = {
    "rooms_settings": ("setting", "value", "source"),
    "rooms_use": ("room", "owner", "area", "kept", "before", "after", "open"),
    "rooms_freed": ("ends", "room", "owner", "area", "cost", "area_so_far", "cost_so_far"),
    "rooms_years": ("year", "area_end", "saved", "hired_eur", "net"),
    "rooms_carriers": ("owner", "area", "saved", "hired_eur", "net", "each"),
    "rooms_moves": ("offer", "owner", "persons", "today", "then", "sessions", "km"),
    "rooms_hired": ("offer", "owner", "sessions", "hours", "year_eur"),
    "rooms_split": ("owner", "alone", "last", "shapley", "nucleolus", "stable"),
    "rooms_leaving": ("coalition", "alone", "gets", "more"),
}
"""Tables in their order on the page and in the workbook, each with the words over its columns."""
MONEY = {
    "cost_eur", "cost_so_far_eur", "saved_eur", "hired_eur", "net_eur", "eur", "alone_eur", "adds_last_eur",
    "shapley_eur", "nucleolus_eur", "gets_eur", "more_eur", "eur_m2",
}  # fmt: skip
WORDS = {"kept": ("no", "yes"), "better_alone": ("better_with", "better_alone")}
DIGITS = {"km": 1, "hours": 1, "hours_before": 1, "hours_after": 1, "open_hours": 1}


def sharing_page(
    found: RoomSharing, key: str, book: str, language: Language, counted: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what the page shows.

    Parameters
    ----------
    key : str
        Of the municipality, for the command that splits the saving among many carriers.
    book : str
        Name of the workbook to take away.
    counted : sequence of str
        Options of the plan that draw on shared rooms already (``options_on_rooms``).
    """
    say = partial(label, language=language)
    if found.reason:
        return {"sharing_lines": [say(f"own_rooms_{found.reason}", ident=key)], "sharing_parts": []}
    listed = "; ".join(counted)
    relief = say("own_rooms_counted", options=listed) if counted else say("own_rooms_offered")
    above = {"rooms_carriers": [relief]}
    parts = [_part(found, name, language, above.get(name, ())) for name in [*HEADS][:-2]]
    parts += _split(found, key, language)
    parts.append({"title": say("own_rooms_limits_title"), "lines": [say("own_rooms_limits")], "rows": []})
    files = {"title": say("own_rooms_files_title"), "lines": [say("own_rooms_files", book=book)], "rows": []}
    return {"sharing_lines": _lead(found, language), "sharing_parts": [*parts, files]}


def options_on_rooms(options: pd.DataFrame) -> list[str]:
    """Return the names of the options of the workbook that hold what shared rooms bring: entered again it counts twice.

    Parameters
    ----------
    options : DataFrame
        ``planning_sheets.OwnPlanning.options``: name, kind, sources.
    """
    rows = [row for _, row in options.iterrows()]
    return [str(row["name"]) for row in rows if row["kind"] == ROOMS or SHARED_ROOMS in sources_of(row)]


def write_platform(
    own: OwnRooms, name: str, folder: Path, language: Language, languages: Sequence[Language]
) -> None:
    """Write the page of rooms for everybody, its calendars and data into the folder of one edition.

    It holds no costs and no way back to this report, so that it can be put where everybody reads it.
    """
    assert own.as_of is not None
    other = next((one for one in languages if one != language), "")
    where = Surroundings(name, own.as_of, other=f"../{other}/{ROOMS_PAGE}" if other else "")
    for file, text in platform_files(own.data, where, language).items():
        write_whole(folder / file, text)


def _lead(found: RoomSharing, language: Language) -> list[str]:
    say, row = partial(label, language=language), found.tables["rooms_summary"].iloc[0]
    counts: dict[str, Any] = {"carriers": len(found.carriers), "offers": int(row["offers"])}
    money: dict[str, Any] = {
        "saved": eur(row["saved_eur"], language),
        "hired": eur(row["hired_eur"], language),
        "net": eur(row["net_eur"], language),
    }
    result = say(
        "own_rooms_result",
        given_up=int(row["given_up"]),
        rooms=int(row["rooms"]),
        area=number(row["area_m2"], language),
        hours=number(row["hired_hours"], language, 1),
        **money,
    )
    exact = row["gap"] < EXACT
    gap = (
        say("own_rooms_exact") if exact else say("own_rooms_gap", gap=pct(_PERCENT * row["gap"], language, 2))
    )
    return [say("own_rooms_lead", day=date(found.as_of, language), **counts), result, gap]


def _part(found: RoomSharing, name: str, language: Language, lines: Sequence[str] = ()) -> dict[str, Any]:
    say, table = partial(label, language=language), found.tables[name]
    short = name.removeprefix("rooms_")
    said = [*lines]
    if table.empty:
        said.append(say(f"own_rooms_{short}_none"))
    head = [say(f"own_rooms_{word}") for word in HEADS[name]]
    shown = written(table, language)
    numbers = [
        place
        for place, column in enumerate(table.columns)
        if pd.api.types.is_numeric_dtype(table[column])
        and not pd.api.types.is_bool_dtype(table[column])
        and column != "year"
    ]
    return {
        "title": say(f"own_rooms_{short}_title"),
        "lines": said,
        "head": head,
        "rows": shown.to_numpy().tolist(),
        "numbers": numbers,
        "note": _note(found, short, language),
    }


def _note(found: RoomSharing, short: str, language: Language) -> str:
    row = found.tables["rooms_summary"].iloc[0]
    values: dict[str, Callable[[], dict[str, Any]]] = {
        "years": lambda: {
            "area": number(row["area_m2"], language),
            "each": eur(row["saved_eur"] / row["area_m2"] if row["area_m2"] else float("nan"), language),
        },
        "split": lambda: {"gap": pct(_PERCENT * row["split_gap"], language, 2)},
    }
    if short == "leaving":
        return ""
    given: dict[str, Any] = values[short]() if short in values else {}
    return label(f"own_rooms_{short}_note", language, **given)


def written(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a table as the page shows it: settings without their mark, money, dates and words in the language."""
    say = partial(label, language=language)

    def one(column: str, value: Any) -> str:
        if column in WORDS:
            return say(f"own_rooms_{WORDS[column][int(value)]}")
        if is_missing(value):
            return say("own_no_value")
        if column == "ends":
            return date(value, language)
        if column == "setting":
            return load_template().options[value][language]
        if column in MONEY:
            return eur(round(value), language)  # no cent below zero is written as −0
        if column == "year":
            return str(value)
        return (
            number(value, language, DIGITS.get(column, 0)) if isinstance(value, int | float) else str(value)
        )

    if "assumed" in table:
        source = [
            say("own_rooms_assumed") if assumed else given or say("own_rooms_own_value")
            for given, assumed in zip(table["source"], table["assumed"], strict=True)
        ]
        value = [f"{v:g}".replace(".", "," if language == "de" else ".") for v in table["value"]]
        table = table.assign(source=source, value=value).drop(columns="assumed")
    return pd.DataFrame(
        {c: [one(str(c), v) for v in table[c].tolist()] for c in table.columns}, dtype="object"
    )


def _split(found: RoomSharing, key: str, language: Language) -> list[dict[str, Any]]:
    """Return the split, or why there is none."""
    say, carriers = partial(label, language=language), len(found.carriers)
    if found.split != "yes":
        groups = 2**carriers
        minutes = ceil(groups * SECONDS_PER_GROUP / 60)
        line = say(
            f"own_rooms_split_{found.split}", carriers=carriers, groups=number(groups - 1, language), ident=key,
            minutes=minutes, most=MOST_CARRIERS,
        )  # fmt: skip
        return [{"title": say("own_rooms_split_title"), "lines": [line], "rows": []}]
    reason = len(found.tables["rooms_leaving"]) > 0
    state = "empty" if found.core_empty else "nucleolus" if reason else "shapley"
    lines = [say("own_rooms_split_lead"), say(f"own_rooms_core_{state}")]
    parts = [_part(found, "rooms_split", language, lines)]
    if not reason:
        return parts
    groups = len(found.tables["rooms_leaving"])
    shown = _part(found, "rooms_leaving", language)
    if groups > SHOWN_GROUPS:
        line = say("own_rooms_leaving_more", n=groups, shown=SHOWN_GROUPS)
        shown = {**shown, "lines": [line], "rows": shown["rows"][:SHOWN_GROUPS]}
    return [*parts, shown]


def sharing_book(found: RoomSharing, name: str, language: Language) -> Workbook:
    """Return the workbook: what it is and what it does not say, and every table."""
    say, page = partial(label, language=language), sharing_page(found, "", "", language)
    about = [say("own_private"), *page["sharing_lines"], "", say("own_rooms_limits")]
    notes = {part["title"]: part.get("note", "") for part in page["sharing_parts"]}
    sheets = []
    for key, words in HEADS.items():
        table = found.tables.get(key)
        if table is None or table.empty:
            continue
        title = say(f"own_rooms_{key.removeprefix('rooms_')}_title")
        shown = _plain(table, language)
        labels = dict(zip(shown.columns, (say(f"own_rooms_{word}") for word in words), strict=True))
        sheets.append(SheetOf(title, shown, labels, [line for line in [notes.get(title, "")] if line]))
    title = f"{say('own_page_sharing')}: {name}"
    return planning_book(title, about, sheets, pd.DataFrame(), language)


def _plain(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a table whose words and dates are written, and whose numbers stay numbers."""
    shown, plain = written(table, language), table.drop(columns="assumed", errors="ignore")
    for column in plain.columns:
        if pd.api.types.is_numeric_dtype(plain[column]) and not pd.api.types.is_bool_dtype(plain[column]):
            shown[column] = plain[column]
    return shown
