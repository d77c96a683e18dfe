"""Tables and numbers of one section of the chapter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

Value = float | int | str


@dataclass
class Section:
    """Tables and values of one section."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)

    def interval(self, name: str, value: float, low: float, high: float) -> None:
        """Store a value with its interval as ``name``, ``name_low``, ``name_high``."""
        self.values |= {name: float(value), f"{name}_low": float(low), f"{name}_high": float(high)}


def rows_of(frame: pd.DataFrame) -> Iterable[Any]:
    """Return the rows of a table with its columns as attributes."""
    return frame.itertuples(index=False)
