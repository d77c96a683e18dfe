"""No figure lies far outside what its column has ever held: the measured range of every column of figures."""

from __future__ import annotations

from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.expected.scores import Scores, Tables, row_keys


def range_scores(role: str, tables: Tables) -> list[Scores]:
    """Return the figures of every column of a table that is no key, by the table's keys."""
    entry, frame = catalogued(role), tables[role]
    if role == "booked_payments":
        return []
    key = row_keys(frame, entry.keys)
    return [
        Scores(f"ranges.{role}.{column}", role, column, "out_of_range", value, key, value)
        for column, described in entry.fields.items()
        if described.type in ("integer", "number") and column not in entry.keys
        for value in [frame[column].to_numpy(dtype="float64")]
    ]
