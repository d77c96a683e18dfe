"""The lines of the result plan that the own report shows, by year."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.own.amounts import millions
from dewak_research.own.plan import series
from dewak_research.own.roles import has_line, line_for
from dewak_research.own.template import label_of, load_template
from dewak_research.page.labels import label

PLAN_LINES = (
    "taxes",
    "grants",
    "income",
    "personnel",
    "transfers",
    "costs",
    "ordinary_result",
    "financial_result",
    "extraordinary_result",
)
RESULT_LINES = (
    "annual_result",
    "spending_cut",
    "result",
)  #: the last two only where a spending cut is planned


def _shown(value: float | None, line: str, language: Language) -> str:
    """Write million euro; an empty cell is unknown, but none is missing where plans need not print the line."""
    if value is None and load_template().grids["result_plan"][line].may_be_absent:
        return "–"
    return millions(value, language, 1)


def plan_table(frame: pd.DataFrame, language: Language) -> dict[str, Any]:
    """Return head and rows of the table: lines in million euro by year and kind; a spending cut only where planned.

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    """
    part = frame[frame["sheet"] == "result_plan"]
    columns = sorted(set(zip(part["year"], part["kind"], strict=True)))
    cells = part.set_index(["line", "year", "kind"])["value"].to_dict()
    kinds = load_template().kinds
    cut = len(series(frame, "result_plan", "spending_cut")) > 0
    shown = (*PLAN_LINES, *RESULT_LINES[: 3 if cut else 1])
    rows = [
        [
            label_of("result_plan", line)[language],
            *(_shown(cells.get((line, *column)), line, language) for column in columns),
        ]
        for line in (line_for("result_plan", name) for name in shown if has_line("result_plan", name))
    ]
    return {
        "plan_head": [
            label("own_line", language),
            *(f"{kinds[kind][language]} {year}" for year, kind in columns),
        ],
        "plan_rows": rows if columns else [],
        "plan_numbers": list(range(1, len(columns) + 1)),
    }
