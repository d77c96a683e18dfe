"""Accounts of result plan and finance plan in one file: each goes to its own plan."""

from __future__ import annotations

import pandas as pd

from dewak_research.errors import texts
from dewak_research.own.intake.account_numbers import plain_account
from dewak_research.own.intake.amounts import to_frame
from dewak_research.own.intake.charts import Chart, charts
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.result import Understood
from dewak_research.own.template import PLANS
from dewak_research.rules import HOME

Rows = list[list[str]]
_text = texts(__package__)


def chart_of(mapping: ImportMap) -> Chart:
    """Return the chart of accounts that a mapping follows: its own classes, else a Land's, else that of the report."""
    if mapping.classes:
        sheet: str = mapping.sheet
        plans, lines = dict.fromkeys(mapping.classes, sheet), {sheet: mapping.lines}
        named = _text("chart_mapped")
        return Chart(
            "", named, named, mapping.classes, plans, mapping.internal, lines, verified=True, note=None
        )
    return charts().get(mapping.chart or HOME) or charts()[HOME]


def by_plan(rows: Rows, mapping: ImportMap) -> list[tuple[Rows, ImportMap]]:
    """Return the rows and the mapping of each plan; rows of the other plan are emptied, so that places stay.

    Accounts of no plan stay with the first, where they are named as without a target.
    """
    if mapping.sheet != "both" or mapping.kind != "accounts" or mapping.header_row > len(rows):
        return [(rows, mapping)]
    chart, frame = chart_of(mapping), to_frame(rows, mapping.header_row - 1)
    plans = frame[mapping.label_column].map(lambda cell: chart.plan_of(plain_account(cell)) or PLANS[0])
    elsewhere = {plan: set(plans[plans != plan].index) for plan in PLANS}
    return [
        (
            [row if n not in elsewhere[plan] else [] for n, row in _placed(rows, mapping)],
            mapping.model_copy(
                update={
                    "sheet": plan,
                    "lines": {p: line for p, line in mapping.lines.items() if chart.plan_of(p) == plan},
                }
            ),
        )
        for plan in PLANS
    ]


def _placed(rows: Rows, mapping: ImportMap) -> list[tuple[int, list[str]]]:
    """Return every row with its place below the headings, as ``to_frame`` counts them."""
    return [(n - mapping.header_row, row) for n, row in enumerate(rows, start=1)]


def together(parts: list[Understood], mapping: ImportMap) -> Understood:
    """Return what both plans yield as one."""
    if len(parts) == 1:
        return parts[0]
    return Understood(
        pd.concat([part.figures for part in parts], ignore_index=True),
        [note for part in parts for note in part.notes],
        [mapping],
        [check for part in parts for check in part.sums],
        pd.concat([part.unmapped for part in parts]),
        pd.concat([part.rows for part in parts], ignore_index=True),
    )
