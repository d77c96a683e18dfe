"""The published facts of the case studies: what, how much, when, and where it was read."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from dewak_research.chapters.cases.figures import SAY, names, of_case
from dewak_research.language import Language
from dewak_research.page.figure import Table
from dewak_research.page.results import Results
from dewak_research.page.values import date, is_missing, number


def unit_word(unit: Any, language: Language) -> str:
    """Return a unit of a case's file in the language; nothing where there is none.

    Raises
    ------
    KeyError
        The unit has no words in ``texts.yaml``: it would stand on the page in the language of the file.
    """
    return "" if is_missing(unit) else SAY(f"units.{unit}", language)


def _when(fact: Mapping[Hashable, Any], language: Language) -> str:
    """Return the day or year of an event, the year of a figure, or nothing."""
    if fact["block"] == "timeline":
        day = str(fact["key"])
        return date(day, language) if day.count("-") == 2 else day[:4]
    return "" if is_missing(fact["year"]) else str(fact["year"])


def facts_table(results: Results, language: Language, case: str) -> Table:
    """Return the published facts of one case, each with its source."""
    facts = of_case(results, "facts", case)
    shown = facts.assign(
        value=[_value(value, language) for value in facts["value"]],
        unit=[unit_word(unit, language) for unit in facts["unit"]],
        year=[_when(row, language) for row in facts.to_dict("records")],
        cited=facts["source"] + ": " + facts["title"],
    )
    titles, name = "; ".join(dict.fromkeys(facts["title"].dropna())), names(results, "case", language)[case]
    return SAY.table("facts", shown, language, of=case, case=name, titles=titles)


def _value(value: float, language: Language) -> str:
    """Write a fact's number with as many digits as it has; nothing where the fact is no number."""
    if np.isnan(value):
        return ""
    return number(value, language, 0 if float(value).is_integer() else 4 if value < 1 else 1)
