"""Read and write the tables of shared rooms: text on one side, sets, hours and dates on the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from dewak_research.documents import read_document
from dewak_research.errors import InputError, messages
from dewak_research.language import Text
from dewak_research.paths import CASES

MUSTERSTADT = CASES / "rooms_musterstadt"
BETWEEN = "; "
#: Columns of every table with their kind; they are those of :class:`dewak_research.space.rooms.Rooms`.
COLUMNS = {
    "rooms": {
        "room": "text",
        "owner": "text",
        "district": "text",
        "longitude": "number",
        "latitude": "number",
        "area_m2": "number",
        "seats": "number",
        "equipment": "list",
        "barrier_free": "maybe",
        "cost_eur": "number",
        "lease_end": "day",
        "notice_months": "number",
        "owner_hours": "number",
    },
    "carriers": {"carrier": "text", "contact": "text"},
    "offers": {
        "offer": "text",
        "carrier": "text",
        "district": "text",
        "persons": "number",
        "hours": "number",
        "times": "number",
        "needs": "list",
        "barrier_free": "bool",
        "days": "list",
        "parts": "list",
    },
    "bookings": {
        "room": "text",
        "day": "text",
        "begins": "time",
        "ends": "time",
        "carrier": "text",
        "offer": "text",
        "valid_from": "day",
        "valid_until": "day",
    },
}
_MAYBE = {"yes": True, "no": False}
_problem = messages(__package__, "room_files.yaml")


@dataclass(frozen=True)
class RoomFiles:
    """Tables of shared rooms of one place.

    Attributes
    ----------
    name : Text
        Name of the place.
    fictional : bool
        The place is invented.
    as_of : date
        Day on which the tables were true.
    tables : dict of DataFrame
        rooms, carriers, offers, bookings, typed as :class:`dewak_research.space.rooms.Rooms` has them.
    municipality : str
        The carrier that is the municipality; "" = none is.
    """

    name: Text
    fictional: bool
    as_of: date
    tables: dict[str, pd.DataFrame]
    municipality: str = ""


def hours_of(text: str) -> float:
    """Return the hours of the day of a time hh:mm.

    Raises
    ------
    ValueError
        The text is no time from 0:00 to 24:00.
    """
    hours, _, minutes = text.partition(":")
    found = int(hours) + int(minutes or 0) / 60
    if not (0 <= found <= 24 and 0 <= int(minutes or 0) < 60):
        raise ValueError(text)
    return found


def time_of(hours: float) -> str:
    """Write hours of the day as hh:mm; 24 is 24:00."""
    minutes = round(hours * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _typed(text: str, kind: str) -> object:
    """Convert one field; an empty one is missing, an empty list is empty."""
    if kind == "list":
        return frozenset(part for part in text.split(BETWEEN) if part)
    if kind == "bool":
        return _MAYBE[text or "no"]
    if not text:
        return None
    if kind == "maybe":
        return _MAYBE[text]
    if kind == "day":
        return pd.Timestamp(date.fromisoformat(text))
    return hours_of(text) if kind == "time" else float(text) if kind == "number" else text


def _column(values: list[object], kind: str) -> pd.Series:
    kinds = {
        "number": "float64",
        "time": "float64",
        "maybe": "boolean",
        "bool": "bool",
        "day": "datetime64[us]",
    }
    return pd.Series(values, dtype=kinds.get(kind, "object"))


def typed_table(text: pd.DataFrame, name: str, where: str) -> pd.DataFrame:
    """Convert a table of text.

    Parameters
    ----------
    text : DataFrame
        All columns of ``COLUMNS[name]`` as text, empty where unknown.
    name : str
        Which table it is.
    where : str
        How the table is called in messages.

    Raises
    ------
    InputError
        Columns are missing, or fields are no number, day, time, yes or no; all of them are named.
    """
    missing = [column for column in COLUMNS[name] if column not in text.columns]
    if missing:
        raise InputError(_problem("columns_missing", where, columns=", ".join(missing)))
    found, problems = {}, []
    for column, kind in COLUMNS[name].items():
        values: list[object] = []
        for row, field in enumerate(text[column], 1):
            try:
                values.append(_typed(str(field).strip(), kind))
            except (ValueError, KeyError):
                problems.append(_problem(f"no_{kind}", f"{where}: {row}, {column}", text=field))
        found[column] = values
    if problems:
        raise InputError(problems)
    return pd.DataFrame({column: _column(found[column], kind) for column, kind in COLUMNS[name].items()})


def read_room_files(folder: Path = MUSTERSTADT) -> RoomFiles:
    """Read the tables of shared rooms of a folder.

    Raises
    ------
    InputError
        A file or a column is missing, or fields cannot be read.
    """
    about = read_document(folder / "about.yaml").data
    tables = {}
    for name in COLUMNS:
        path = folder / f"{name}.csv"
        if not path.is_file():
            raise InputError(_problem("file_missing", path.name))
        text = pd.read_csv(path, dtype=str, keep_default_na=False)
        tables[name] = typed_table(text, name, path.name)
    return RoomFiles(
        Text.of(about["name"]),
        bool(about["fictional"]),
        date.fromisoformat(about["as_of"]),
        tables,
        str(about.get("municipality", "")),
    )


def plain_tables(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return the tables as they stand in files: lists parted by "; ", times hh:mm, days yyyy-mm-dd, unknown empty."""

    def plain(value: object, kind: str) -> object:
        if kind == "list":
            return BETWEEN.join(sorted(value)) if isinstance(value, frozenset) else ""
        if pd.isna(value):  # type: ignore[call-overload]
            return ""
        if kind == "time":
            return time_of(float(str(value)))
        if kind == "day":
            return pd.Timestamp(str(value)).date().isoformat()
        if kind in ("maybe", "bool"):
            return "yes" if value else "no"
        return f"{value:.10g}" if kind == "number" else value

    return {
        name: pd.DataFrame(
            {column: [plain(v, kind) for v in tables[name][column]] for column, kind in columns.items()}
        )
        for name, columns in COLUMNS.items()
    }
