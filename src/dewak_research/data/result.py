"""What an analysis hands over: tables by name, the same shape in every stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

Value = float | int | str | bool | None


@dataclass(frozen=True)
class Result:
    """The result of one stage.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Result tables by name; what prose, charts and later stages read.
    values : mapping of str to number, text or None
        Single numbers of prose that does not yet address a cell of a table.
    """

    tables: Mapping[str, pd.DataFrame]
    values: Mapping[str, Value] = field(default_factory=dict)
