"""What a contract finds: how far every row of a table lies from what is expected, and which lie too far."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.data.catalogue import table as catalogued
from dewak_research.errors import Problem, messages, texts

Tables = Mapping[str, pd.DataFrame]
Floats = NDArray[np.float64]
Limit = tuple[float, float]
Key = tuple[str, ...]
SHOWN = 5
IMPOSSIBLE = 99.0  #: score of what no limit may let pass, as a figure of the wrong sign beside a positive one
_problem, _text = messages(__package__), texts(__package__)


@dataclass(frozen=True)
class Scores:
    """The deviations that one contract finds.

    Parameters
    ----------
    name : str
        Of the contract; the limit is kept under it.
    table, column : str
        Whose figures they are.
    message : str
        Key of the message.
    score : ndarray
        Deviation by row; NaN where nothing can be compared.
    key : callable
        Gives the key of a row (text) by its position.
    found, expected : ndarray
        What stands in the row, and what it is held against.
    values : mapping
        What else the message says.
    limit : (float, float), optional
        Lowest and highest score allowed where the contract itself says so; else the measured limit holds.
    """

    name: str
    table: str
    column: str
    message: str
    score: Floats
    key: Callable[[int], Key]
    found: Floats
    expected: Floats | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    limit: Limit | None = None

    def outside(self, limit: Limit, excepted: Collection[Key] = ()) -> list[int]:
        """Return the positions of the rows beyond a limit, the farthest first, without those that are excepted."""
        beyond = np.maximum(limit[0] - self.score, self.score - limit[1])
        far = np.flatnonzero(beyond > 0)
        order = far[np.argsort(-beyond[far], kind="stable")]
        return [i for i in order.tolist() if self.key(i) not in excepted]

    def extent(self, excepted: Collection[Key] = ()) -> Limit | None:
        """Return the lowest and the highest score of the rows that are not excepted; None without any."""
        known = np.flatnonzero(~np.isnan(self.score))
        rising = known[np.argsort(self.score[known], kind="stable")].tolist()
        low = next((i for i in rising if self.key(i) not in excepted), None)
        high = next((i for i in reversed(rising) if self.key(i) not in excepted), None)
        return None if low is None or high is None else (float(self.score[low]), float(self.score[high]))

    def problem(self, rows: list[int], limit: Limit, names: Mapping[str, str]) -> Problem:
        """Return what is wrong: table, column, the rows that lie farthest off, both values, the limit."""
        shown = "; ".join(self._row(i, names) for i in rows[:SHOWN])
        more = f" (+{len(rows) - SHOWN})" if len(rows) > SHOWN else ""
        path = catalogued(self.table).path
        values = {"low": number(limit[0]), "high": number(limit[1]), "path": f"data/raw/{path}",
                  "factor_low": _factor(limit[0]), "factor_high": _factor(limit[1]),
                  "contract": self.name, "scale": _text("log"), "shown": shown + more, **self.values}  # fmt: skip
        return _problem(self.message, f"{path}: {self.column}", **values)

    def _row(self, i: int, names: Mapping[str, str]) -> str:
        text = f"{called(self.key(i), names)}: {number(self.found[i])}"
        other = np.nan if self.expected is None else self.expected[i]
        return text if np.isnan(other) else f"{text} ↔ {number(other)}"


def number(value: float) -> str:
    """Return a number as a message shows it: up to six digits."""
    if not np.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1e5 else f"{value:.6g}"


def _factor(logarithm: float) -> str:
    return number(float(np.exp(logarithm))) if logarithm < IMPOSSIBLE else "–"


def called(key: Key, names: Mapping[str, str]) -> str:
    """Return the key of a row with the name of its unit."""
    return " ".join(f"{part} {names[part]}" if part in names else part for part in key)


def keys_of(index: pd.Index) -> Callable[[int], Key]:
    """Return a function that gives the key of a row by its position."""

    def key(position: int) -> Key:
        found = index[position]
        return tuple(str(part) for part in (found if isinstance(found, tuple) else (found,)))

    return key


def row_keys(frame: pd.DataFrame, columns: Sequence[str]) -> Callable[[int], Key]:
    """Return a function that gives the key of a row of a table by its position."""
    keys = [frame[column] for column in columns]
    return lambda position: tuple(str(column.iloc[position]) for column in keys)


def unit_names(tables: Tables) -> dict[str, str]:
    """Return the name of every Kreis and town by key."""
    found: dict[str, str] = {}
    for role in ("kreise", "towns"):
        if role in tables:
            frame = tables[role]
            found |= dict(zip(frame["ags"].astype(str), frame["name"].astype(str), strict=True))
    return found
