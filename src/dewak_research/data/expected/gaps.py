"""Cells without a value: those of today are known (``gaps.yaml``), every other one is a finding."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.expected.scores import SHOWN, Tables, called
from dewak_research.errors import Problem, entries, messages

_problem = messages(__package__)
Gaps = dict[str, dict[str, list[str]]]
ALL = "all"  #: instead of a list: no unit has a value of this year


def found_gaps(role: str, tables: Tables) -> Gaps:
    """Return the keys without a value by column and year; ``all`` where no unit has one.

    A table without years has one entry ``-``; of several keys all but the year name the row.
    """
    entry, frame = catalogued(role), tables[role]
    empty = {column: frame[column].isna().to_numpy() for column in entry.fields}
    some = np.logical_or.reduce(list(empty.values()))
    if not some.any():
        return {}
    year: pd.Series = pd.Series("-", index=frame.index)
    if "year" in entry.keys:
        year = frame["year"].astype(str)
    total, when = year.value_counts().to_dict(), [str(time) for time in year[some]]
    units = [frame.loc[some, key].astype(str).tolist() for key in entry.keys if key != "year"]
    keys = [" ".join(parts) for parts in zip(*units, strict=True)] if units else [""] * len(when)
    found: Gaps = {}
    for column, cells in empty.items():
        by_year: dict[str, list[str]] = {}
        for position in np.flatnonzero(cells[some]):
            by_year.setdefault(when[position], []).append(keys[position])
        for time, rows in by_year.items():
            if len(rows) == total[time]:
                by_year[time] = [ALL]
        if by_year:
            found[column] = dict(sorted(by_year.items()))
    return found


@cache
def known_gaps() -> dict[str, Gaps]:
    """Return the known gaps by table; years with the same gaps stand together, as ``2010-2014``."""
    known: dict[str, Gaps] = {}
    for role, columns in (entries(__package__, "gaps.yaml") or {}).items():
        known[role] = {}
        for column, spans in columns.items():
            known[role][column] = {}
            for span, keys in spans.items():
                first, _, last = str(span).partition("-")
                years = [str(y) for y in range(int(first), int(last or first) + 1)] if first else ["-"]
                known[role][column] |= {year: list(keys) for year in years}
    return known


def gap_problems(role: str, tables: Tables, names: dict[str, str]) -> list[Problem]:
    """Return cells that lost their value, and known gaps that are filled."""
    found, known = found_gaps(role, tables), known_gaps().get(role, {})
    path = catalogued(role).path
    problems = []
    for column in catalogued(role).fields:
        now, before = found.get(column, {}), known.get(column, {})
        for key, new, old in (("gap_new", now, before), ("gap_filled", before, now)):
            rows = [
                (unit, year) for year, units in new.items() for unit in units if unit not in old.get(year, [])
            ]
            if rows:
                more = f" (+{len(rows) - SHOWN})" if len(rows) > SHOWN else ""
                shown = "; ".join(called(row, names) for row in rows[:SHOWN]) + more
                problems.append(_problem(key, f"{path}: {column}", shown=shown, path=f"data/raw/{path}"))
    return problems
