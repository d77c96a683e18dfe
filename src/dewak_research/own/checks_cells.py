"""One cell of a grid: type, number format, unit, sign."""

from __future__ import annotations

import datetime
import math
import re
from dataclasses import dataclass

from openpyxl.cell.cell import Cell, MergedCell

from dewak_research.data.number_format import parse_number
from dewak_research.language import Text
from dewak_research.own.checks_finding import Finding, finding
from dewak_research.own.safety import clean_text
from dewak_research.own.template import Line, load_template

LARGEST = 1e12
_ERRORS = {
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#NAME?",
    "#N/A",
    "#NUM!",
    "#NULL!",
    "#BEZUG!",
    "#WERT!",
    "#NV",
    "#ZAHL!",
}
_OUTSIDE = re.compile(
    r"HYPERLINK|WEBSERVICE|IMPORT|DDE|CALL|REGISTER|RTD|FILTERXML|\[\d*|https?:|file:|cmd\||\\\\|!\s*A0", re.I
)
MAY_BE_NEGATIVE = {"03", "07", "16", "29", "sonderposten"}


@dataclass(frozen=True)
class CellContext:
    """Where a cell stands and what belongs into it."""

    sheet: str
    line: Line


def read_cell(
    shown: Cell | MergedCell, stored: Cell | MergedCell, context: CellContext
) -> tuple[float | None, str, list[Finding]]:
    """Return value (None = unknown), status (value, empty, symbol, bad) and findings of one cell.

    Parameters
    ----------
    shown : Cell
        The cell with its formula, if it has one.
    stored : Cell
        The same cell with the value that was last calculated.
    context : CellContext
        Sheet and line of the cell.
    """
    if isinstance(shown, MergedCell):
        return None, "bad", []
    raw, where = stored.value, shown.coordinate

    def bad(code: str, **values: object) -> tuple[None, str, list[Finding]]:
        return None, "bad", [finding(code, context.sheet, where, **values)]

    if shown.data_type == "f":
        formula = clean_text(getattr(shown.value, "text", shown.value), 60)
        if _OUTSIDE.search(formula):
            return bad("formula_forbidden", value=formula)
        if raw is None:
            return bad("formula_unsaved")
    if raw is None:
        return None, "empty", []
    if isinstance(raw, bool):
        return bad("boolean_value")
    if isinstance(raw, datetime.date | datetime.time | datetime.timedelta):
        return bad("date_value", value=clean_text(raw, 30))
    notes: list[Finding] = []
    if isinstance(raw, str):
        if raw.strip().upper() in _ERRORS:
            return bad("formula_error", value=clean_text(raw, 20))
        value, status, notes = _text(raw, where, context)
        if value is None:
            return None, status, notes
    elif isinstance(raw, int | float):
        value = float(raw)
    else:
        return bad("not_a_number", value=clean_text(raw, 60))
    if not math.isfinite(value) or abs(value) > LARGEST:
        return bad("not_finite", value=clean_text(raw, 30))
    if "%" in str(shown.number_format or "") and context.line.unit != "pct":
        return bad("percent_format", unit=load_template().units[context.line.unit])
    problem = _range(value, where, context)
    if problem is not None and problem.severity == "error":
        return None, "bad", [*notes, problem]
    return value, "value", notes + ([problem] if problem else [])


def _text(raw: str, where: str, context: CellContext) -> tuple[float | None, str, list[Finding]]:
    shown = clean_text(raw, 60)
    number = parse_number(clean_text(raw, 10_000))
    if number.status == "empty":
        return None, "empty", []
    if number.status in ("unknown", "pending", "unreliable", "not_applicable"):
        return None, "symbol", [finding("symbol", context.sheet, where, value=shown)]
    if number.status == "ambiguous":
        bare = re.sub(r"[^\d]", "", shown)
        decimal = shown.replace(",", ".").lstrip("+-−( ").rstrip(") €EURO")
        code = finding(
            "ambiguous_number",
            context.sheet,
            where,
            value=shown,
            thousands=bare,
            decimal=Text(decimal.replace(".", ","), decimal),
        )
        return None, "bad", [code]
    if number.status == "unit" and number.value is not None:
        unit = load_template().units[context.line.unit]
        return (
            None,
            "bad",
            [finding("unit_in_cell", context.sheet, where, value=shown, number=number.value, unit=unit)],
        )
    if number.status == "too_long":
        return None, "bad", [finding("too_long", context.sheet, where, value=clean_text(raw, 60))]
    if number.value is None:
        return None, "bad", [finding("not_a_number", context.sheet, where, value=shown)]
    return (
        number.value,
        "value",
        [finding("text_number", context.sheet, where, value=shown, number=number.value)],
    )


def _range(value: float, where: str, context: CellContext) -> Finding | None:
    line = context.line
    if line.unit == "persons" and value % 1:
        return finding("fraction_of_person", context.sheet, where, value=value)
    if line.unit == "pct" and not 0 <= value <= 2000:
        return finding("multiplier_range", context.sheet, where, value=value)
    if line.unit == "pct" and 0 < value < 50:
        return finding("multiplier_low", context.sheet, where, value=value)
    if value < 0 and line.sign == "positive":
        code = "negative_warning" if line.id in MAY_BE_NEGATIVE else "negative_value"
        return finding(code, context.sheet, where, value=value, number=-value, line=line.label)
    return None
