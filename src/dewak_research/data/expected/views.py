"""Figures that two tables can be compared by: a column or a formula of a table, of some rows, by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import pandas as pd
from pydantic import Field

from dewak_research.config import Group
from dewak_research.data.catalogue import table as catalogued

KREIS = "kreis_key"  #: the first five digits of a town's key, as a key to compare by
ALL = "all_rows"  #: one key for all rows
Tables = Mapping[str, pd.DataFrame]
Scalar = str | int | float


class View(Group):
    """One figure by key.

    Parameters
    ----------
    table : str
        What the table holds (its role).
    value : str
        A column, or a formula of columns (``DataFrame.eval``).
    where : dict
        Only rows with this value, or one of these values, in a column.
    by : tuple of str
        Keys of the result; ``kreis_key`` is made of ``ags`` or ``kreis``, ``all_rows`` is one key for all.
    how : str
        How several rows of a key become one.
    weight : str, optional
        Formula of the weights; the figure is then the weighted mean.
    beside : View, optional
        A further figure that the formula calls ``beside``, joined by the keys that it has.
    """

    table: str
    value: str
    where: dict[str, Scalar | tuple[Scalar, ...]] = Field(default_factory=dict)
    by: tuple[str, ...] = ("ags",)
    how: Literal["one", "sum"] = "one"
    weight: str | None = None
    beside: View | None = None

    @property
    def tables(self) -> set[str]:
        """Return the tables that the figure is read from."""
        return {self.table} | (self.beside.tables if self.beside else set())

    @property
    def label(self) -> str:
        """Return the file and the formula, as a message names them."""
        return f"{catalogued(self.table).file}: {self.value}"

    def rows(self, tables: Tables) -> pd.DataFrame:
        """Return the rows that the figure is made of, with what stands beside them."""
        frame = tables[self.table]
        for column, wanted in self.where.items():
            some = wanted if isinstance(wanted, tuple) else (wanted,)
            frame = frame[frame[column].isin(some)]
        if KREIS in self.by:
            frame = frame.assign(**{KREIS: frame["ags" if "ags" in frame.columns else "kreis"].str[:5]})
        if ALL in self.by:
            frame = frame.assign(**{ALL: ALL})
        if self.beside:
            other = self.beside.read(tables).rename("beside")
            frame = frame.join(other, on=list(self.beside.by))
        return frame

    def read(self, tables: Tables) -> pd.Series:
        """Return the figure by key; missing where one of its parts is."""
        frame = self.rows(tables)
        value = evaluated(frame, self.value)
        keys = [frame[key] for key in self.by]
        if self.weight:
            weight = evaluated(frame, self.weight)
            parts = pd.DataFrame({"value": value * weight, "weight": weight.where(value.notna())})
            sums = parts.groupby(keys).sum(min_count=1)
            return sums["value"] / sums["weight"]
        if self.how == "sum":
            return value.groupby(keys).sum(min_count=1)
        value.index = pd.MultiIndex.from_arrays(keys) if len(keys) > 1 else pd.Index(keys[0])
        return value[~value.index.duplicated()]


def evaluated(frame: pd.DataFrame, formula: str) -> pd.Series:
    """Return a column, or what a formula of columns gives in every row, as floating-point numbers."""
    if formula in frame.columns:
        return frame[formula].astype("float64")
    return pd.Series(frame.eval(formula, engine="python")).astype("float64")
