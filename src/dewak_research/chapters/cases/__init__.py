"""What the chapter on the case studies shows: ``figures`` (of marks), ``drawn`` (by hand), tables, cases compared."""

from __future__ import annotations

from collections.abc import Callable

from dewak_research.chapters.cases import (
    compared,
    documented,
    drawn,
    facts,
    figures,
    published_costs,
    sites,
    tables,
)
from dewak_research.language import Language
from dewak_research.page.figure import Figure, Table
from dewak_research.page.results import Results

__all__ = [
    "compared",
    "documented",
    "drawn",
    "facts",
    "figures",
    "of_every_case",
    "published_costs",
    "sites",
    "tables",
]
Shown = Callable[[Results, Language, str], Figure | Table]


def of_every_case(
    results: Results, language: Language, *shown: Shown, within: str = "studies"
) -> list[Figure | Table]:
    """Return figures and tables of every case, case by case.

    Parameters
    ----------
    shown : callable
        Functions of results, language and case.
    within : str
        Result table whose column ``case`` names the cases.
    """
    return [draw(results, language, str(case)) for case in results[within]["case"] for draw in shown]
