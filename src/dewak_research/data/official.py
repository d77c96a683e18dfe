"""All official tables at once, and everything that is wrong in them: each for itself and beside the others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from dewak_research.data.catalogue import table
from dewak_research.data.expected.findings import unexpected
from dewak_research.data.expected.places import Places, read_places
from dewak_research.data.quality import corrected
from dewak_research.data.relations import check_relations
from dewak_research.data.tables import read_table, table_names, verify_file
from dewak_research.errors import InputError, Problem
from dewak_research.paths import RAW

_BOUNDARIES = ("boundaries_kreise", "boundaries_towns")


@dataclass(frozen=True)
class Official:
    """The official tables.

    Parameters
    ----------
    raw, tables : dict of str to DataFrame
        By role: as they stand in the files, and without the cells that cannot be right (``corrections.yaml``).
    places : mapping
        Boundaries by the name of their table and by key.
    """

    raw: dict[str, pd.DataFrame]
    tables: dict[str, pd.DataFrame]
    places: Places


def official(raw: Path = RAW, *, check: bool = True) -> Official:
    """Return all official tables.

    Parameters
    ----------
    raw : Path
        Folder with one folder per source.
    check : bool
        Whether what the tables say of each other and all contracts on figures are checked.

    Raises
    ------
    InputError
        Everything that is damaged, breaks a contract or does not fit another table; what tables say of each other only
        where each can be read.
    """
    problems: list[Problem] = []
    read: dict[str, pd.DataFrame] = {}
    places = {}
    for name in table_names():
        try:
            read[name] = read_table(name, raw, correct=False)
        except InputError as error:
            problems += error.problems
    for name in _BOUNDARIES:
        try:
            places[name] = read_places(verify_file(table(name), raw), table(name))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)
    return checked(read, places, check=check)


def checked(
    read: dict[str, pd.DataFrame], places: Places, only: str | None = None, *, check: bool = True
) -> Official:
    """Return tables that were read, each for itself right, after holding them against each other.

    Parameters
    ----------
    read : dict of str to DataFrame
        All tables by role, as they stand in the files.
    places : mapping
        Boundaries, as `official` reads them.
    only : str, optional
        Only contracts that this table takes part in.
    check : bool
        Whether anything is checked but the corrections.

    Raises
    ------
    InputError
        Everything that does not fit.
    """
    problems: list[Problem] = []
    tables = {}
    for name, frame in read.items():
        try:
            tables[name] = corrected(name, frame)
        except InputError as error:
            problems += error.problems
            tables[name] = frame
    if check:
        try:
            check_relations(read, only)
        except InputError as error:
            problems += error.problems
        problems += unexpected(tables, places, only)
    if problems:
        raise InputError(problems)
    return Official(read, tables, places)
