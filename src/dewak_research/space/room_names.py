"""Names and addresses in the tables of shared rooms: each name once, nothing unseen in it, offices only as contacts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from dewak_research.errors import Problem, messages

_problem = messages(__package__)
_MARKUP = re.compile(r"[<>]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
"""Kinds of characters that end a line or steer it without being seen."""
_UNIQUE = {"rooms": "room", "carriers": "carrier", "offers": "offer"}
ROLES = frozenset(
    re.findall(
        r"\w+",
        "info kontakt contact buero büro office post mail raum raeume räume rooms room belegung buchung "
        "vermietung verwaltung anmeldung sekretariat geschaeftsstelle geschäftsstelle vorstand leitung team "
        "haus treff zentrum quartier stadtteil jugend senioren familie kita schule verein gemeinde stadt "
        "rathaus amt service hallo hausmeister",
    )
)
"""Words by which the first part of a mail address names an office, not a person."""
_ENDINGS = (
    "buero", "büro", "zentrum", "treff", "verein", "verwaltung", "stelle", "schule", "vermietung", "leitung",
    "gemeinde", "management", "vorstand",
)  # fmt: skip
"""Endings by which a longer word does, and no common family name."""


def is_address(contact: str) -> bool:
    """Say whether a text is one mail address and nothing else."""
    return _ADDRESS.fullmatch(contact.strip()) is not None


def is_office(contact: str) -> bool:
    """Say whether a mail address names an office: a word before the @ is a role, ends like one or begins with "raum".

    A name beside such a word is not recognised.
    """
    words = _LETTERS.findall(contact.strip().casefold().partition("@")[0])
    roles = [word in ROLES or word.startswith("raum") or word.endswith(_ENDINGS) for word in words]
    return is_address(contact) and any(roles)


def same_name(name: object) -> str:
    """Return a name as people read it: without capitals, double spaces, or other ways to store a letter."""
    return " ".join(unicodedata.normalize("NFKC", str(name)).casefold().split())


def _twice(column: pd.Series, where: str) -> Iterator[Problem]:
    """Name what stands twice, and what only capitals or spaces tell apart."""
    for name in column[column.duplicated()].unique():
        yield _problem("name_twice", where, name=name)
    first: dict[str, str] = {}
    for row, name in enumerate(column, 1):
        if isinstance(name, str) and (other := first.setdefault(same_name(name), name)) != name:
            yield _problem("name_alike", f"{where}: {row}, {column.name}", name=name, other=other)


def _odd(text: object) -> str:
    """Return the fault of a text; empty where there is none."""
    if not isinstance(text, str):
        return ""
    unseen = any(unicodedata.category(sign) in _UNSEEN for sign in text)
    return "markup" if _MARKUP.search(text) else "unseen" if unseen else ""


def name_problems(tables: Mapping[str, pd.DataFrame]) -> Iterator[Problem]:
    """Find names that stand twice or nearly so, and texts with markup or characters that are not seen.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        rooms, carriers, offers, bookings, as :class:`dewak_research.space.rooms.Rooms` has them.
    """
    for where, column in _UNIQUE.items():
        yield from _twice(tables[where][column], where)
    for where, table in tables.items():
        for name in table.select_dtypes(include=["object", "string"]).columns:
            for row, text in enumerate(table[name], 1):
                if fault := _odd(text):
                    shown = "".join(sign if sign.isprintable() else " " for sign in text[:40])
                    yield _problem(fault, f"{where}: {row}, {name}", text=shown)


def contact_problems(contacts: Iterable[object]) -> Iterator[Problem]:
    """Find contacts that are no mail address, or one that looks like a person's."""
    for row, contact in enumerate(contacts, 1):
        if isinstance(contact, str) and not is_office(contact):
            key = "contact_is_person" if is_address(contact) else "contact_no_address"
            yield _problem(key, f"carriers: {row}, contact")
