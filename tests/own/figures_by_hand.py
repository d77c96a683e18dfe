"""Figures of an invented town, typed by hand: what the checks look at, without a workbook around it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dewak_research.own.contents import KEYS, Reading
from dewak_research.own.known_figures import Figures, Key
from dewak_research.own.template import GRIDS

Column = tuple[str, int, str]
"""Sheet, year and kind."""
Told = tuple[str, Key, dict[str, Any]]


class Town(Figures):
    """What is found on a figure is kept as it is told: code, place, values."""

    def found(self, code: str, key: Key, **shown: Any) -> Told:  # type: ignore[override]
        return code, key, shown


def town(
    columns: dict[Column, dict[str, float | None]],
    *,
    people: dict[int, float] | None = None,
    official: list[tuple[str, str, int, str, float]] | None = None,
    years: dict[str, list[tuple[int, str]]] | None = None,
    status: dict[Key, str] | None = None,
    **form: str,
) -> Town:
    """Return the figures of a town; its inhabitants are typed in as actuals, 1,000 in 2024 unless told."""
    heads = {2024: 1_000.0} if people is None else people
    rows = [
        (sheet, line, year, kind, value)
        for (sheet, year, kind), lines in columns.items()
        for line, value in lines.items()
    ]
    rows += [("population", "einwohner", year, "actual", value) for year, value in heads.items()]
    frame = pd.DataFrame(rows, columns=[*KEYS, "value"]).astype({"value": "float64"})
    keys = list(frame[KEYS].itertuples(index=False, name=None))
    frame["status"] = [(status or {}).get(key, "value") for key in keys]
    frame["cell"] = [f"F{n}" for n in range(6, 6 + len(frame))]
    reading = Reading(form=form, figures=frame, titles={sheet: sheet for sheet in GRIDS}, years=years or {})
    return Town(reading, pd.DataFrame(official or [], columns=[*KEYS, "value"]))
