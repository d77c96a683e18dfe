"""Sums of a grid: line 10 = 01…09 and so on: ok, fails or not checkable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dewak_research.language import LANGUAGES, Text
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.template import GRIDS, Line, line_name, load_template

ROUNDING_EUR = 1.0
"""Allowed per summand: printed budgets round every line to whole euro."""


@dataclass(frozen=True)
class SumCheck:
    """Outcome for one sum in one column."""

    sheet: str
    line: str
    year: int
    kind: str
    state: Literal["ok", "rounded", "fails", "not_checkable", "computed"]
    given: float | None
    computed: float | None


def add_up(values: dict[str, float], line: Line, lines: dict[str, Line]) -> tuple[float | None, list[str]]:
    """Return the sum of the parts that are known and the parts that are missing.

    A missing optional part counts as not there; a missing required part or partial sum makes the sum unknown.
    """
    total, missing = 0.0, []
    known = 0
    for sign, parts in ((1, line.plus), (-1, line.minus)):
        for part in parts:
            if part in values:
                total += sign * values[part]
                known += 1
            elif lines[part].need == "optional":
                continue
            else:
                missing.append(part)
    return (total if known and not missing else None), missing


def complete(values: dict[str, float], lines: dict[str, Line]) -> dict[str, float]:
    """Add the sums that were left empty, where their parts are known; given sums stay as they are."""
    filled = dict(values)
    for line in lines.values():
        if line.need == "sum" and line.id not in filled:
            if not any(part in filled for part in (*line.plus, *line.minus)):
                if line.zero_if_empty and filled:
                    filled[line.id] = 0.0
                continue
            total, _ = add_up(filled, line, lines)
            if total is not None:
                filled[line.id] = total
    return filled


def columns_of(figures: pd.DataFrame, sheet: str) -> dict[tuple[int, str], dict[str, float]]:
    """Return the known values of a sheet by (year, kind) and line; columns without any value are left out."""
    part = figures[(figures["sheet"] == sheet) & figures["value"].notna()]
    columns: dict[tuple[int, str], dict[str, float]] = {}
    for line, year, kind, value in zip(part["line"], part["year"], part["kind"], part["value"], strict=True):
        columns.setdefault((int(year), str(kind)), {})[str(line)] = float(value)
    return dict(sorted(columns.items()))


def check_sums(figures: pd.DataFrame) -> list[SumCheck]:
    """Check every sum of every column that has any value."""
    template = load_template()
    checks: list[SumCheck] = []
    for sheet in GRIDS:
        lines = template.grids[sheet]
        for (year, kind), given in columns_of(figures, sheet).items():
            filled = complete(given, lines)
            for line in lines.values():
                if line.need != "sum":
                    continue
                total, _ = add_up(filled, line, lines)
                value = given.get(line.id)
                if value is None:
                    state = "computed" if line.id in filled else "not_checkable"
                    checks.append(SumCheck(sheet, line.id, year, kind, state, None, filled.get(line.id)))  # type: ignore[arg-type]
                    continue
                if total is None:
                    checks.append(SumCheck(sheet, line.id, year, kind, "not_checkable", value, None))
                    continue
                difference = abs(value - total)
                parts = len(line.plus) + len(line.minus)
                state = (
                    "ok"
                    if difference < 0.005
                    else "rounded"
                    if difference <= ROUNDING_EUR * parts
                    else "fails"
                )
                checks.append(SumCheck(sheet, line.id, year, kind, state, value, total))  # type: ignore[arg-type]
    return checks


def formula_text(line: Line, lines: dict[str, Line]) -> Text:
    """Return ``10 = 01 + … + 09`` in words a user finds in the sheet."""

    def side(language: str) -> str:
        def short(part: str) -> str:
            return part if part.isdigit() else lines[part].label[language]  # type: ignore[index]

        plus = " + ".join(short(p) for p in line.plus)
        if len(line.plus) > 3 and all(p.isdigit() for p in line.plus):
            plus = f"{line.plus[0]} + … + {line.plus[-1]}"
        return f"{short(line.id)} = {plus}" + "".join(f" − {short(p)}" for p in line.minus)

    return Text(*(side(language) for language in LANGUAGES))


def label_of(sheet: str, line: str) -> Text:
    """Return number and name of a line in both languages."""
    spec = load_template().grids[sheet][line]
    return Text(*(line_name(spec, language) for language in LANGUAGES))


def sum_findings(reading: Reading, checks: list[SumCheck]) -> list[Finding]:
    """Turn sums that fail, are rounded or cannot be checked into findings; also parts larger than their whole."""
    template = load_template()
    cells = cell_index(reading)
    found: list[Finding] = []
    for check in checks:
        lines = template.grids[check.sheet]
        spec = lines[check.line]
        title, cell = (
            reading.titles[check.sheet],
            cells.get((check.sheet, check.line, check.year, check.kind)),
        )
        if check.state in ("fails", "rounded") and check.given is not None and check.computed is not None:
            code = "sum_fails" if check.state == "fails" else "sum_rounding"
            found.append(
                finding(
                    code,
                    title,
                    cell,
                    line=label_of(check.sheet, check.line),
                    value=check.given,
                    number=round(check.computed, 2),
                    difference=round(check.given - check.computed, 2),
                    formula=formula_text(spec, lines),
                )
            )
        elif check.state == "not_checkable" and check.given is not None:
            given = columns_of(reading.figures, check.sheet)[(check.year, check.kind)]
            missing = ", ".join(add_up(complete(given, lines), spec, lines)[1])
            found.append(
                finding(
                    "sum_not_checkable", title, cell, line=label_of(check.sheet, check.line), missing=missing
                )
            )
    for sheet in GRIDS:
        lines = template.grids[sheet]
        for (year, kind), given in columns_of(reading.figures, sheet).items():
            for line in lines.values():
                whole = given.get(line.part_of) if line.part_of else None
                value = given.get(line.id)
                if whole is not None and value is not None and value > whole + ROUNDING_EUR and line.part_of:
                    found.append(
                        finding(
                            "part_exceeds",
                            reading.titles[sheet],
                            cells.get((sheet, line.id, year, kind)),
                            line=label_of(sheet, line.id),
                            value=value,
                            whole=label_of(sheet, line.part_of),
                            number=whole,
                        )
                    )
    return found


def cell_index(reading: Reading) -> dict[tuple[str, str, int, str], str]:
    """Return the address of every grid cell by (sheet, line, year, kind)."""
    figures = reading.figures
    keys = zip(figures["sheet"], figures["line"], figures["year"].astype(int), figures["kind"], strict=True)
    return dict(zip(keys, figures["cell"], strict=True))
