"""What a user has put into ``scenarios/``: episodes for the stress test and official totals of people for the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dewak_research.errors import InputError, messages
from dewak_research.paths import SCENARIOS

TOTALS = "official_totals.csv"


def own_scenarios(folder: Path = SCENARIOS) -> dict[str, Any]:
    """Return the episodes a user has put into ``scenarios/``: file name without suffix → content.

    Raises
    ------
    InputError
        A file is not valid YAML; all such files are named, with the line.
    """
    found, problems = {}, []
    for path in sorted(folder.glob("*.yaml")):
        try:
            found[path.stem] = yaml.safe_load(path.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            where = f"scenarios/{path.name}" + (f", line {mark.line + 1}" if mark else "")
            problems.append(messages(__package__)("scenario_no_yaml", where))
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
