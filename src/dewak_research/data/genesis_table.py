"""One table of the statistical offices as it was read: cells with their key, time, column, unit and status."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class GenesisTable:
    """One table.

    Attributes
    ----------
    data : DataFrame
        key, name, level (indentation of the name), time (as printed), year, column (header levels, then further label
        columns such as age groups, joined by `` | ``), unit, value (NA where there is none), status (value, nil,
        unknown, pending, unreliable, not_applicable, empty, limited, provisional, revised, estimated, break, ambiguous,
        not_a_number).
    complete : bool
        Whether the line of underscores that ends the data was there; a flat file has none.
    numbers : str
        How numbers are written: ``de`` (decimal comma; dots may separate thousands) or ``en``.
    """

    code: str
    title: str
    time_place: str
    columns: list[str]
    units: list[str]
    data: pd.DataFrame
    footnotes: str = ""
    licence: str = ""
    as_of: str = ""
    encoding: str = ""
    complete: bool = True
    numbers: str = "de"
