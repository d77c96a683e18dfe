"""The invented town with changes, and a larger one, for the tests of its page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from dewak_research.book.room_view import Surroundings
from dewak_research.data.room_files import read_room_files
from dewak_research.space.rooms import Rooms

AS_OF = date(2026, 11, 2)
WHERE = Surroundings("Musterstadt", AS_OF, fictional=True)


def town(**change: pd.DataFrame) -> Rooms:
    """The invented town, with other tables in place of its own."""
    return Rooms(**{**read_room_files().tables, **change})


def larger(copies: int) -> Rooms:
    """The town several times over, its districts shared."""
    tables = read_room_files().tables

    def again(table: pd.DataFrame, number: int, columns: list[str]) -> pd.DataFrame:
        return table.assign(
            **{c: table[c].map(lambda v: f"{v} {number}", na_action="ignore") for c in columns}
        )

    found: dict[str, Any] = {"carriers": tables["carriers"]}
    for name, columns in (("rooms", ["room"]), ("offers", ["offer"]), ("bookings", ["room", "offer"])):
        parts = [again(tables[name], number, columns) for number in range(1, copies + 1)]
        found[name] = pd.concat(parts, ignore_index=True)
    return Rooms(**found)
