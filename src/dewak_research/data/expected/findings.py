"""Everything in the official tables that is not as expected, named with table, column and rows."""

from __future__ import annotations

from dewak_research.data.expected.contracts import scores
from dewak_research.data.expected.gaps import gap_problems
from dewak_research.data.expected.measure import exceptions, limits
from dewak_research.data.expected.names import name_problems
from dewak_research.data.expected.places import Places
from dewak_research.data.expected.scores import Tables, unit_names
from dewak_research.data.expected.sets import set_problems
from dewak_research.errors import Problem


def unexpected(tables: Tables, places: Places, only: str | None = None) -> list[Problem]:
    """Return everything in the tables that breaks a contract.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        All tables of the catalogue by role, corrected (`quality.corrected`).
    places : mapping
        Boundaries by the name of their table and by key (`places.read_places`).
    only : str, optional
        Only contracts that this table takes part in.

    Returns
    -------
    list of Problem
        Missing and surplus keys first, then gaps, names, and figures: table, column, rows, both values, the limit.
    """
    names = unit_names(tables)
    problems: list[Problem] = []
    for role in tables:
        if only in (None, role) or only in ("towns", "kreise"):
            problems += set_problems(role, tables, names)
        if only in (None, role):
            problems += gap_problems(role, tables, names)
    if only in (
        None,
        "towns",
        "kreise",
        "boundaries_towns",
        "boundaries_kreise",
        "gemeinden_tax_capacity_2022",
    ):
        problems += name_problems(tables, places)
    for found in scores(tables, places, only):
        limit = found.limit or limits().get(found.name)
        if limit is None:
            continue
        rows = found.outside(limit, exceptions().get(found.name, frozenset()))
        if rows:
            problems.append(found.problem(rows, limit, names))
    return problems
