"""Which keys a table holds: every unit and year of its grid and no other, in their order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from math import prod
from typing import Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from dewak_research.config import Group
from dewak_research.data.catalogue import table as catalogued
from dewak_research.data.expected.scores import SHOWN, Tables, called
from dewak_research.errors import Problem, entries, messages
from dewak_research.language import Text

_problem = messages(__package__)
_CITY = "000"


class Span(Group):
    """Whole numbers from one to another, both included."""

    first: int
    last: int

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: dict[str, int]) -> dict[str, int]:
        return {"first": given["from"], "last": given["to"]} if "from" in given else given


Register = Literal["towns", "kreise", "units", "municipalities", "catalogue"]
Members = Register | Span | tuple[str | int, ...]


class Keys(Group):
    """The keys of one table.

    Parameters
    ----------
    grid : dict
        Key columns, outermost first, and what each holds: every combination is a row, in this order.
    without : dict
        Keys that the grid leaves out, and with ``reason`` why.
    within : dict
        For a table that is no grid: what a key column may hold.
    follows : tuple of str
        Columns by which the rows of such a table are sorted.
    rows : int, optional
        Their number.
    in_order : bool
        Whether the outermost keys of a grid stand in the order of their register, too.
    """

    grid: dict[str, Members] = Field(default_factory=dict)
    without: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    reason: Text | None = None
    within: dict[str, Register] = Field(default_factory=dict)
    follows: tuple[str, ...] = ()
    rows: int | None = None
    in_order: bool = True


@cache
def key_sets() -> dict[str, Keys]:
    """Return the keys of every table by its role."""
    return {role: Keys(**entry) for role, entry in entries(__package__, "sets.yaml").items()}


def _members(members: Members, role: str, column: str, tables: Tables) -> Sequence[str | int]:
    if isinstance(members, Span):
        return list(range(members.first, members.last + 1))
    if isinstance(members, tuple):
        return list(members)
    if members == "catalogue":
        return list(catalogued(role).fields[column].enum or ())
    towns = tables["towns"]["ags"].astype(str).tolist()
    kreise = tables["kreise"]["ags"].astype(str).tolist()
    if members == "units":
        cities = {town[:5] for town in towns if town.endswith(_CITY)}
        return sorted([*towns, *({town[:5] for town in towns} - cities)])
    return towns if members == "towns" else kreise


def _listed(
    role: str, key: str, column: str, rows: Sequence[tuple[str, ...]], names: dict[str, str]
) -> Problem:
    more = f" (+{len(rows) - SHOWN})" if len(rows) > SHOWN else ""
    shown = "; ".join(called(row, names) for row in rows[:SHOWN]) + more
    path = catalogued(role).path
    return _problem(key, f"{path}: {column}", shown=shown, path=f"data/raw/{path}")


def _is_grid(keys: pd.DataFrame, levels: Sequence[Sequence[str | int]]) -> bool:
    """Return whether the rows are every combination of the levels, in their order."""
    sizes = [len(level) for level in levels]
    if len(keys) != prod(sizes):
        return False
    for i, column in enumerate(keys.columns):
        level = np.tile(np.repeat(np.asarray(levels[i], dtype=object), prod(sizes[i + 1 :])), prod(sizes[:i]))
        if not (keys[column].to_numpy(dtype=object) == level).all():
            return False
    return True


def set_problems(role: str, tables: Tables, names: dict[str, str]) -> list[Problem]:
    """Return what is missing, too many or out of its place among the keys of one table."""
    entry = key_sets().get(role)
    if entry is None:
        return []
    frame = tables[role]
    if not entry.grid:
        return _no_grid(role, entry, tables, names)
    columns = list(entry.grid)
    levels: list[list[str | int]] = [
        [m for m in _members(members, role, column, tables) if m not in entry.without.get(column, ())]
        for column, members in entry.grid.items()
    ]
    if not entry.in_order:
        first = list(dict.fromkeys(frame[columns[0]]))
        levels[0] = [
            *(key for key in first if key in levels[0]),
            *(key for key in levels[0] if key not in first),
        ]
    if _is_grid(frame[columns], levels):
        return []
    found = pd.MultiIndex.from_frame(frame[columns])
    wanted = pd.MultiIndex.from_product(levels, names=columns)
    label = " + ".join(columns)
    lacking = [tuple(map(str, key)) for key in wanted[~wanted.isin(found)]]
    surplus = [tuple(map(str, key)) for key in found[~found.isin(wanted)]]
    problems = [_listed(role, "keys_lacking", label, lacking, names)] if lacking else []
    problems += [_listed(role, "keys_surplus", label, surplus, names)] if surplus else []
    if not problems and not found.equals(wanted):
        moved = [tuple(map(str, a)) for a, b in zip(found, wanted, strict=False) if a != b]
        problems.append(_listed(role, "keys_moved", label, moved, names))
    return problems


def _no_grid(role: str, entry: Keys, tables: Tables, names: dict[str, str]) -> list[Problem]:
    frame, problems = tables[role], []
    for column, register in entry.within.items():
        known = set(_members(register, role, column, tables))
        held = frame[column].astype(str)
        if register == "municipalities":
            foreign = held[~held.str[:5].isin(known)]
            towns = set(tables["towns"]["ags"])
            home = held.str[:2].isin({town[:2] for town in towns})
            foreign = pd.concat([foreign, held[home & ~held.isin(towns)]])
            lacking = [(key,) for key in sorted(towns - set(held))]
            lacking += [(key,) for key in sorted(known - set(held.str[:5]))]
            problems += [_listed(role, "keys_lacking", column, lacking, names)] if lacking else []
        else:
            foreign = held[~held.isin(known)]
        if len(foreign):
            rows = [(key,) for key in dict.fromkeys(foreign)]
            problems.append(_listed(role, "keys_surplus", column, rows, names))
    if entry.rows is not None and len(frame) != entry.rows:
        path = catalogued(role).path
        where, full = f"{path}: {' + '.join(catalogued(role).keys)}", f"data/raw/{path}"
        problems.append(_problem("rows_differ", where, found=len(frame), wanted=entry.rows, path=full))
    if entry.follows:
        index = pd.MultiIndex.from_frame(frame[list(entry.follows)])
        if not index.is_monotonic_increasing:
            below = index.to_frame().apply(tuple, axis=1)
            late = [tuple(map(str, b)) for a, b in pairwise(below) if b < a]
            problems.append(_listed(role, "keys_moved", " + ".join(entry.follows), late, names))
    return problems
