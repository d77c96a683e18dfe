"""What a user has put into ``scenarios/``: episodes for the stress test and official totals of people for the plan."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from dewak_research.documents import read_document
from dewak_research.errors import InputError, Problem
from dewak_research.paths import SCENARIOS

TOTALS = "official_totals.csv"


def own_scenarios(folder: Path = SCENARIOS) -> dict[str, Any]:
    """Return the episodes a user has put into ``scenarios/``: file name without suffix → content.

    Raises
    ------
    InputError
        A file cannot be read or is not valid YAML; all such files are named, with the line.
    """
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.stem] = read_document(path, "scenarios/README.md", "dewak run").data
        except InputError as error:
            problems += [replace(one, where=f"scenarios/{one.where}") for one in error.problems]
    if problems:
        raise InputError(problems)
    return found


def own_totals(folder: Path = SCENARIOS) -> dict[str, pd.DataFrame]:
    """Return the official totals that a user has put into ``scenarios/official_totals.csv``, if any.

    Returns
    -------
    dict
        ``official_totals`` → ags (text), year, persons; what is no number is missing. Empty without the file.
    """
    path = folder / TOTALS
    if not path.is_file():
        return {}
    found = pd.read_csv(path, sep=None, engine="python", dtype=str, encoding="utf-8-sig")
    numbers = {
        name: pd.to_numeric(found[name], errors="coerce") for name in ("year", "persons") if name in found
    }
    return {"official_totals": found.assign(**numbers)}
