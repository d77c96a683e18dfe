"""Printed sums against their parts, to confirm what lines were taken for; the signs of the file may be either."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import pandas as pd

from dewak_research.own.template import ROUNDING_EUR, Line, add_up, complete, cost_lines, load_template


@dataclass(frozen=True)
class Agreement:
    """Sums of the workbook that the file prints: those that equal their parts in every column, and those that do not.

    ``income_sign`` and ``costs_sign`` are the signs of the file under which most sums agree (-1 = turned).
    """

    agree: tuple[str, ...] = ()
    fail: tuple[str, ...] = ()
    income_sign: float = 1.0
    costs_sign: float = 1.0


def agreement(lines: Sequence[str | None], amounts: pd.DataFrame | None, plan: str) -> Agreement:
    """Hold the printed sums against their parts.

    Parameters
    ----------
    lines : sequence
        The line of the workbook of each row; None = none.
    amounts : DataFrame, optional
        One row per line, a column per year; NaN = unknown.
    plan : str
        "result_plan" or "finance_plan".
    """
    if amounts is None or not len(amounts.columns):
        return Agreement()
    specs = load_template().grids[plan]
    costs = cost_lines(specs)
    columns = [
        {line: float(v) for line, v in zip(lines, amounts[name], strict=True) if line and pd.notna(v)}
        for name in amounts.columns
    ]
    tried = [
        (_under(columns, specs, costs, income, cost), _upright(columns, specs, costs, income, cost))
        for income, cost in product((1.0, -1.0), (1.0, -1.0))
    ]
    return max(tried, key=lambda one: (len(one[0].agree) - len(one[0].fail), one[1]))[0]


def _upright(
    columns: Sequence[dict[str, float]], specs: dict[str, Line], costs: set[str], income: float, cost: float
) -> float:
    """Return the money that stands without a sign where it belongs so: it tells a file from its mirror image."""
    return sum(
        value * (cost if line in costs else income)
        for given in columns
        for line, value in given.items()
        if specs[line].sign == "positive"
    )


def _under(
    columns: Sequence[dict[str, float]], specs: dict[str, Line], costs: set[str], income: float, cost: float
) -> Agreement:
    turned = [
        {line: value * (cost if line in costs else income) for line, value in given.items()}
        for given in columns
    ]
    known = [complete(given, specs) for given in turned]
    agree: list[str] = []
    fail: list[str] = []
    for spec in specs.values():
        if spec.need != "sum":
            continue
        tried = [_gap(*column, spec, specs) for column in zip(turned, known, strict=True)]
        gaps = [gap for gap in tried if gap is not None]
        if gaps:
            allowed = ROUNDING_EUR * (len(spec.plus) + len(spec.minus))
            (agree if sum(gap > allowed for gap in gaps) <= len(gaps) // 4 else fail).append(spec.id)
    return Agreement(tuple(agree), tuple(fail), income, cost)


def _gap(
    given: dict[str, float], known: dict[str, float], spec: Line, specs: dict[str, Line]
) -> float | None:
    """Return how far a printed sum lies from its parts; None where it is not printed, or a part is unknown."""
    if spec.id not in given or not any(known.get(part) for part in (*spec.plus, *spec.minus)):
        return None
    total, _ = add_up(known, spec, specs)
    return None if total is None else abs(given[spec.id] - total)
