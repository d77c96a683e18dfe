"""Signs against the convention: all income or all costs of a column with a minus is one question, not one each."""

from __future__ import annotations

from collections.abc import Iterator

from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.data.text_files import parse_number
from dewak_research.language import LANGUAGES, Text
from dewak_research.own.contents import Finding, Reading
from dewak_research.own.formulas import formula_text
from dewak_research.own.known_figures import Figures
from dewak_research.own.template import PLANS, ROUNDING_EUR, SumCheck, cost_lines, load_template

SIDES = {True: "all_costs_negative", False: "all_income_negative"}
"""Whether the lines are costs (or payments), and the finding."""
LEAST = 3  #: lines of a column that must all be negative before it is a habit and not a slip
_NEGATIVE = ("negative_value", "negative_warning")
Part = tuple[object, ...]
"""sheet, line, year, kind, value, status, cell."""


def one_question(name: str, values: Worksheet, parts: list[Part], reading: Reading) -> list[Part]:
    """Put one finding in place of many where a whole side of a plan is negative; its amounts count without the minus.

    Parameters
    ----------
    name : str
        The sheet; only result plan and finance plan have two sides.
    values : Worksheet
        The sheet with stored values.
    parts : list
        What was read: sheet, line, year, kind, value, status, cell.
    reading : Reading
        Its findings on single cells are taken back where the question replaces them.
    """
    if name not in PLANS:
        return parts
    lines, title = load_template().grids[name], reading.titles[name]
    costs = cost_lines(lines)
    entered = {str(part[6]): number for part in parts if (number := _number(values, str(part[6])))}
    turned: dict[str, float] = {}
    for is_cost, code in SIDES.items():
        side = [
            part
            for part in parts
            if str(part[6]) in entered
            and lines[str(part[1])].sign == "positive"
            and (str(part[1]) in costs) == is_cost
        ]
        columns = list(dict.fromkeys((part[2], part[3]) for part in side))
        negative = [
            (column, cells)
            for column in columns
            if len(cells := [str(part[6]) for part in side if (part[2], part[3]) == column]) >= LEAST
            and all(entered[cell] < 0 for cell in cells)
        ]
        if negative:
            cells = [cell for _, of in negative for cell in of]
            turned |= {cell: -entered[cell] for cell in cells}
            reading.findings[:] = [
                one
                for one in reading.findings
                if not (one.sheet == title and one.code in _NEGATIVE and one.cell in cells)
            ]
            reading.odd(code, title, cells[0], number=len(cells), columns=_named([c for c, _ in negative]))
    return [
        (*part[:4], turned[cell], "value", cell) if (cell := str(part[6])) in turned else part
        for part in parts
    ]


def _number(values: Worksheet, cell: str) -> float | None:
    raw = values[cell].value
    if isinstance(raw, str):
        raw = parse_number(raw[:60]).value
    return float(raw) if isinstance(raw, int | float) and not isinstance(raw, bool) else None


def _named(columns: list[tuple[object, object]]) -> Text:
    kinds = load_template().kinds
    named = (
        ", ".join(f"{kinds[str(kind)][tongue]} {year}" for year, kind in columns) for tongue in LANGUAGES
    )
    return Text(*named)


def against_the_sum(figures: Figures, check: SumCheck) -> Iterator[Finding]:
    """Name the one part whose sign, turned round, makes a sum hold: its gap is twice the part."""
    if check.given is None or check.computed is None:
        return
    lines = load_template().grids[check.sheet]
    line = lines[check.line]
    gap, given = check.given - check.computed, figures.columns[check.sheet][check.year, check.kind]
    signs = {**dict.fromkeys(line.plus, 1), **dict.fromkeys(line.minus, -1)}
    fits = [
        part
        for part, sign in signs.items()
        if given.get(part) and abs(gap + 2 * sign * given[part]) <= ROUNDING_EUR * len(signs)
    ]
    if len(fits) == 1:
        key = (check.sheet, fits[0], check.year, check.kind)
        yield figures.found(
            "sign_against_sum",
            key,
            value=given[fits[0]],
            number=-given[fits[0]],
            formula=formula_text(line, lines),
        )
