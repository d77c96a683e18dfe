"""What a notebook and its prose need: the tables of a stage, a cell of a table by name and key, a way to show them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from dewak_research import paths
from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.language import Language

if TYPE_CHECKING:
    from dewak_research.page.figure import Figure, Table

PROCESSED_VARIABLE = "DEWAK_PROCESSED"
#: Stages in parts, by the name under which their tables are read: a part computes again only what a change concerns.
PARTS = {
    "cases": ("cases", "cases_budgets"),
    "planning": ("planning", "planning_measures"),
    "stress": ("stress", "stress_backtests"),
}

_problem = messages(__package__)


class Results:
    """The tables that a stage of the pipeline wrote; a table is read when it is asked for.

    Parameters
    ----------
    folder : Path
        Folder with ``<table>.parquet``; those of its `PARTS` lie in folders beside it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        found = (
            path
            for name in PARTS.get(folder.name, (folder.name,))
            for path in folder.parent.glob(f"{name}/*.parquet")
        )
        self._paths = {path.stem: path for path in sorted(found, key=lambda path: path.stem)}
        self._tables: dict[str, pd.DataFrame] = {}
        if not self._paths:
            raise InputError(_problem("no_results", f"data/processed/{folder.name}", stage=folder.name))

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return a copy of a table; an unknown name is an error that names the nearest."""
        return self.table(name).copy()

    def table(self, name: str) -> pd.DataFrame:
        """Return a table to be read only; an unknown name is an error that names the nearest."""
        if name not in self._paths:
            where, right = f"data/processed/{self.folder.name}", nearest_or(name, self._paths)
            raise InputError(_problem("unknown_table", where, name=name, right=right))
        if name not in self._tables:
            self._tables[name] = pd.read_parquet(self._paths[name])
        return self._tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self._paths

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


@dataclass(frozen=True)
class Row:
    """One row of a result table; its columns are attributes.

    Parameters
    ----------
    address : str
        How the text names the row, such as ``disparities.inequality(measure='gini', year=2019)``.
    cells : mapping of str to object
        Column to value; a missing value is None.
    seen : callable, optional
        Told the address and value of every cell that is read.
    """

    address: str
    cells: Mapping[str, Any]
    seen: Callable[[str, Any], None] | None = None

    def __getattr__(self, column: str) -> Any:
        if column.startswith("_"):
            raise AttributeError(column)
        if column not in self.cells:
            right = nearest_or(column, self.cells)
            raise InputError(_problem("unknown_column", self.address, name=column, right=right))
        value = self.cells[column]
        if self.seen is not None:
            self.seen(f"{self.address}.{column}", value)
        return value


def plain_cell(value: Any) -> Any:
    """Return a cell as a plain Python value; a missing one is None."""
    if value is None or (not isinstance(value, str | list | np.ndarray) and pd.isna(value)):
        return None
    return value.item() if isinstance(value, np.generic) else value


def find_row(frame: pd.DataFrame, address: str, keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the one row of a table whose key columns hold the given values.

    Parameters
    ----------
    frame : DataFrame
        The table.
    address : str
        What the message calls the row.
    keys : mapping of str to object
        Key column to value; None asks for a missing value. Without keys the table must have one row.

    Raises
    ------
    InputError
        A key column is unknown, its value does not occur, or not exactly one row fits.
    """
    unknown = [key for key in keys if key not in frame.columns]
    if unknown:
        right = nearest_or(unknown[0], frame.columns)
        raise InputError(_problem("unknown_column", address, name=unknown[0], right=right))
    fits = np.ones(len(frame), dtype=bool)
    for key, value in keys.items():
        same = (frame[key].isna() if value is None else frame[key] == value).to_numpy(dtype=bool)
        if not same.any():
            right = nearest_or(str(value), frame[key].astype(str).unique())
            raise InputError(_problem("no_entry", address, key=key, value=repr(value), right=right))
        fits &= same
    if fits.sum() != 1:
        free = ", ".join(str(c) for c in frame.columns if c not in keys)
        raise InputError(_problem("not_one_row", address, n=fits.sum(), free=free))
    at = int(np.flatnonzero(fits)[0])
    # cell by cell: a row taken as a whole would turn whole numbers beside fractions into fractions
    return {str(column): plain_cell(frame[column].iloc[at]) for column in frame.columns}


class Cells:
    """The tables of a stage as prose names them: ``disparities.inequality(measure="gini", year=2019).value``.

    Parameters
    ----------
    results : Results
        What the stage wrote.
    seen : callable, optional
        Told the address and value of every cell that is read.
    """

    def __init__(self, results: Results, seen: Callable[[str, Any], None] | None = None) -> None:
        self._results = results
        self._seen = seen

    def __contains__(self, table: object) -> bool:
        return table in self._results

    def __getattr__(self, table: str) -> Callable[..., Row]:
        if table.startswith("_"):
            raise AttributeError(table)
        frame = self._results.table(table)

        def row(**keys: Any) -> Row:
            named = ", ".join(f"{key}={value!r}" for key, value in keys.items())
            address = f"{self._results.folder.name}.{table}({named})"
            return Row(address, find_row(frame, address, keys), self._seen)

        return row


def processed_folder() -> Path:
    """Return the folder that the stages write into: ``data/processed``, unless the environment names another."""
    return Path(os.environ.get(PROCESSED_VARIABLE, paths.PROCESSED))


def open_results(stage: str, processed: Path | None = None) -> Results:
    """Open what a stage of the pipeline wrote.

    Parameters
    ----------
    stage : str
        Name of the stage, such as ``ingest``; with the tables of its `PARTS`.

    Raises
    ------
    InputError
        Nothing is there yet; the message says ``dewak run``.
    """
    return Results((processed or processed_folder()) / stage)


def every_stage(
    processed: Path | None = None, seen: Callable[[str, Any], None] | None = None
) -> dict[str, Cells]:
    """Return the cells of every stage that has run, by its name; ``seen`` is told each cell that is read."""
    folder = processed or processed_folder()
    folders = {path.parent.name for path in folder.glob("*/*.parquet") if path.parent.name[0] != "."}
    whole = {part: name for name, parts in PARTS.items() for part in parts}
    stages = sorted({whole.get(name, name) for name in folders})
    return {name: Cells(open_results(name, folder), seen) for name in stages}


def show(*items: Figure | Table) -> None:
    """Show figures and tables in the language of the notebook (its parameter ``language``)."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    spoken = shell.user_ns.get("language") if shell is not None else None
    language: Language | None = next((x for x in get_args(Language) if x == spoken), None)
    for item in items:
        item.show(language)
