"""What an analysis hands over: tables by name, the same shape in every stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Result:
    """The result of one stage.

    Attributes
    ----------
    tables : mapping of str to DataFrame
        Result tables by name; what prose, charts and later stages read.
    """

    tables: Mapping[str, pd.DataFrame]


def together(parts: Mapping[str, Mapping[str, pd.DataFrame]], column: str) -> dict[str, pd.DataFrame]:
    """Return tables of one shape made for several things, one below the other.

    Parameters
    ----------
    parts : mapping
        Thing → its tables by name; the same names for all.
    column : str
        Column that says which thing a row belongs to.
    """
    return {
        name: pd.concat(
            [tables[name].assign(**{column: thing}) for thing, tables in parts.items()], ignore_index=True
        )
        for name in next(iter(parts.values()), {})
    }
