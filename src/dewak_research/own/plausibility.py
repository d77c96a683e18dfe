"""Figures against each other: sums, required cells, order of magnitude, years in a row, jumps, balance, reserves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

import pandas as pd

from dewak_research.language import Text
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.template import (
    GRIDS,
    ROUNDING_EUR,
    SumCheck,
    add_up,
    columns_of,
    complete,
    formula_text,
    label_of,
    load_template,
)

USUAL_EUR_PC = (500.0, 15_000.0)
"""Ordinary income per inhabitant that is taken as usual. Assumption, kept wide on purpose: receipts of the 396
municipalities in North Rhine-Westphalia lay between about 1,000 and 8,000 € in 2009–2011; prices have risen since."""
UNIT_FACTOR = 200.0
JUMP_SHARE, JUMP_EUR_PC = 0.5, 75.0
POPULATION_JUMP_SHARE = 0.10
RESERVE_TOLERANCE_EUR_PC = 20.0


class Figures:
    """The figures of a workbook as the checks look at them.

    Parameters
    ----------
    reading : Reading
        What the workbook said.
    embedded : DataFrame
        Official figures of the municipality: sheet, line, year, kind, value.
    """

    def __init__(self, reading: Reading, embedded: pd.DataFrame) -> None:
        self.reading, self.embedded = reading, embedded

    @cached_property
    def columns(self) -> dict[str, dict[tuple[int, str], dict[str, float]]]:
        """Known values of each sheet by (year, kind) and line."""
        return {sheet: columns_of(self.reading.figures, sheet) for sheet in GRIDS}

    @cached_property
    def heads(self) -> dict[int, float]:
        """Inhabitants by year: the workbook's, filled up with the official ones."""
        return inhabitants(self.embedded, self.reading.figures)

    @cached_property
    def _cells(self) -> dict[tuple[str, str, int, str], str]:
        figures = self.reading.figures
        keys = zip(
            figures["sheet"], figures["line"], figures["year"].astype(int), figures["kind"], strict=True
        )
        return dict(zip(keys, figures["cell"], strict=True))

    def at(self, sheet: str, line: str, year: int, kind: str = "actual") -> tuple[str, str | None]:
        """Return title of the sheet and address of a cell, as a finding names them."""
        return self.reading.titles[sheet], self._cells.get((sheet, line, year, kind))

    def people_near(self, year: int) -> float | None:
        """Return the inhabitants of the year that lies nearest."""
        heads = self.heads
        return heads[min(heads, key=lambda known: (abs(known - year), known))] if heads else None


def check_values(reading: Reading, embedded: pd.DataFrame) -> list[Finding]:
    """Run all checks of figures against each other."""
    figures = Figures(reading, embedded)
    checks = (_parts, _years, _required, _magnitude, _jumps, _population, _balance, _official)
    return [found for check in checks for found in check(figures)]


def inhabitants(*frames: pd.DataFrame) -> dict[int, float]:
    """Return inhabitants by year from frames of figures; a later frame counts before an earlier one."""
    heads: dict[int, float] = {}
    for frame in frames:
        part = frame[
            (frame["sheet"] == "population") & (frame["line"] == "einwohner") & frame["value"].notna()
        ]
        heads.update(zip(part["year"].astype(int), part["value"].astype(float), strict=True))
    return {year: value for year, value in sorted(heads.items()) if value > 0}


def sum_findings(reading: Reading, checks: list[SumCheck]) -> Iterator[Finding]:
    """Turn sums that fail, are rounded or cannot be checked into findings."""
    figures = Figures(reading, reading.figures.iloc[:0])
    for check in checks:
        if check.given is None:
            continue
        lines = load_template().grids[check.sheet]
        place = figures.at(check.sheet, check.line, check.year, check.kind)
        label = label_of(check.sheet, check.line)
        if check.state in ("fails", "rounded") and check.computed is not None:
            yield finding(
                "sum_fails" if check.state == "fails" else "sum_rounding",
                *place,
                line=label,
                value=check.given,
                number=round(check.computed, 2),
                difference=round(check.given - check.computed, 2),
                formula=formula_text(lines[check.line], lines),
            )
        elif check.state == "not_checkable":
            given = figures.columns[check.sheet][check.year, check.kind]
            missing = ", ".join(add_up(complete(given, lines), lines[check.line], lines)[1])
            yield finding("sum_not_checkable", *place, line=label, missing=missing)


def _parts(figures: Figures) -> Iterator[Finding]:
    for sheet, columns in figures.columns.items():
        for (year, kind), given in columns.items():
            for line in load_template().grids[sheet].values():
                if line.part_of is None or line.part_of not in given or line.id not in given:
                    continue
                value, number = given[line.id], given[line.part_of]
                if value > number + ROUNDING_EUR:
                    part, whole = label_of(sheet, line.id), label_of(sheet, line.part_of)
                    place = figures.at(sheet, line.id, year, kind)
                    yield finding("part_exceeds", *place, line=part, value=value, whole=whole, number=number)


def _years(figures: Figures) -> Iterator[Finding]:
    for sheet, columns in figures.reading.years.items():
        title = figures.reading.titles[sheet]
        years = [year for year, _ in columns]
        if years != sorted(years):
            yield finding("year_order", title)
        filled = figures.columns[sheet]
        plan = sorted(year for year, kind in filled if kind == "plan")
        actual = sorted(year for year, kind in filled if kind == "actual")
        for before, after in pairwise(plan):
            if after - before > 1:
                yield finding("year_gap", title, before=str(before), after=str(after))
        if plan and actual and actual[-1] > plan[-1]:
            yield finding("actual_after_plan", title, actual=str(actual[-1]), plan=str(plan[-1]))


def _required(figures: Figures) -> Iterator[Finding]:
    titles, columns = figures.reading.titles, figures.columns
    kinds = {kind for _, kind in columns["result_plan"]}
    if "plan" not in kinds:
        yield finding("no_plan_year", titles["result_plan"], key=figures.reading.form.get("key", "") or "AGS")
    if "actual" not in kinds:
        yield finding("no_actual_year", titles["result_plan"])
    reserves = {"allgemeine_ruecklage", "ausgleichsruecklage"}
    if not any(reserves <= set(values) for values in columns["balance"].values()):
        yield finding("no_balance", titles["balance"])
    if not figures.heads:
        yield finding("no_population", titles["population"])
    read, embedded = figures.reading.figures, figures.embedded
    unread = read[read["status"] == "bad"]
    bad = set(zip(*(unread[c] for c in ("sheet", "line", "year", "kind")), strict=True))
    prefilled = set(embedded.loc[embedded["sheet"] == "balance", "year"])
    for sheet in ("result_plan", "balance"):
        for (year, kind), given in columns[sheet].items():
            if sheet == "balance" and year in prefilled:
                continue
            for line in load_template().grids[sheet].values():
                if (
                    line.need == "required"
                    and line.id not in given
                    and (sheet, line.id, year, kind) not in bad
                ):
                    place = figures.at(sheet, line.id, year, kind)
                    yield finding("required_empty", *place, line=label_of(sheet, line.id))


def _magnitude(figures: Figures) -> Iterator[Finding]:
    lines = load_template().grids["result_plan"]
    low, high = USUAL_EUR_PC
    for (year, kind), given in figures.columns["result_plan"].items():
        people = figures.people_near(year)
        total = complete(given, lines).get("10", given.get("01"))
        if people is None or total is None or total <= 0:
            continue
        head = total / people
        where = figures.at("result_plan", "10" if "10" in given else "01", year, kind)
        if head > high:
            usual: dict[str, Any] = {"per_head": round(head), "low": low, "high": high}
            yield finding("looks_like_cents", *where, value=round(total), **usual)
        elif head < low / 1e5 * 2:
            yield finding(
                "looks_like_millions", *where, value=total, per_head=round(head, 5), number=total * 1e6
            )
        elif head < low / 10:
            yield finding(
                "looks_like_thousands", *where, value=total, per_head=round(head, 2), number=total * 1e3
            )


def _jumps(figures: Figures) -> Iterator[Finding]:
    columns = figures.columns["result_plan"]
    for line in load_template().grids["result_plan"].values():
        if line.need == "sum":
            continue
        series = [(y, kind, values[line.id]) for (y, kind), values in columns.items() if line.id in values]
        for (year_before, _, before), (year, kind, value) in pairwise(series):
            people = figures.people_near(year)
            if people is None or before <= 0:
                continue
            where = figures.at("result_plan", line.id, year, kind)
            moved: dict[str, Any] = {
                "line": label_of("result_plan", line.id),
                "before": before,
                "value": value,
            }
            change = value - before
            if value > 0 and max(value / before, before / value) > UNIT_FACTOR:
                if max(before, value) / people > 10:
                    yield finding("line_unit_odd", *where, **moved)
            elif abs(change) / before > JUMP_SHARE and abs(change) / people > JUMP_EUR_PC:
                share = percent(change / before)
                yield finding("jump", *where, year_before=str(year_before), change=share, **moved)


def percent(share: float) -> Text:
    """Write a change as percent in both languages."""
    return Text(f"{share * 100:+.0f} %", f"{share * 100:+.0f} %")


def _population(figures: Figures) -> Iterator[Finding]:
    columns = figures.columns["population"]
    own = {year: values["einwohner"] for (year, _), values in columns.items() if "einwohner" in values}
    official = inhabitants(figures.embedded)
    for year, value in own.items():
        where = figures.at("population", "einwohner", year)
        near = min(official, key=lambda known: (abs(known - year), known), default=None)
        before = own.get(year - 1)
        if near is not None and not 0.5 < value / official[near] < 2:
            yield finding("population_odd", *where, value=value, number=official[near], year=str(near))
        elif before and abs(value / before - 1) > POPULATION_JUMP_SHARE:
            yield finding("population_jump", *where, change=percent(value / before - 1))


def _completed(figures: Figures, sheet: str) -> dict[int, dict[str, float]]:
    lines, columns = load_template().grids[sheet], figures.columns[sheet]
    return {year: complete(values, lines) for (year, kind), values in columns.items() if kind == "actual"}


def _balance(figures: Figures) -> Iterator[Finding]:
    columns, results = _completed(figures, "balance"), _completed(figures, "result_plan")
    for year, values in columns.items():

        def found(code: str, line: str, year: int = year, **shown: Any) -> Finding:
            return finding(code, *figures.at("balance", line, year), **shown)

        assets, liabilities = values.get("bilanzsumme_aktiva"), values.get("bilanzsumme_passiva")
        if assets is not None and liabilities is not None and abs(assets - liabilities) > 10:
            sides: dict[str, Any] = {
                "value": assets,
                "number": liabilities,
                "difference": assets - liabilities,
            }
            yield found("balance_unequal", "bilanzsumme_aktiva", **sides)
        equity, uncovered = values.get("eigenkapital"), values.get("fehlbetrag_nicht_gedeckt", 0.0)
        if equity is not None and equity < 0:
            yield found("overindebted", "eigenkapital", value=equity)
        if equity is not None and equity > 0 and uncovered > 0:
            yield found("fehlbetrag_double", "fehlbetrag_nicht_gedeckt", value=uncovered, number=equity)
        booked, planned = values.get("jahresergebnis"), results.get(year, {}).get("26")
        if booked is not None and planned is not None and abs(booked - planned) > 10:
            yield found("result_mismatch", "jahresergebnis", value=booked, number=planned)
        before = columns.get(year - 1, {}).get("eigenkapital")
        result = planned if planned is not None else booked
        if before is not None and equity is not None and result is not None:
            people = figures.people_near(year) or 1.0
            if abs(equity - before - result) / people > RESERVE_TOLERANCE_EUR_PC:
                yield found("reserve_mismatch", "eigenkapital", value=equity - before, number=result)


def _official(figures: Figures) -> Iterator[Finding]:
    reading, embedded = figures.reading, figures.embedded
    if embedded.empty:
        return
    both = reading.figures.merge(embedded, on=["sheet", "line", "year", "kind"], suffixes=("", "_official"))
    differs = both[both["value"].notna() & ((both["value"] - both["value_official"]).abs() > 0.5)]
    explained = {
        (str(row.get("sheet")), str(row.get("line")))
        for row in reading.lists.get("overrides", [])
        if row.get("reason")
    }
    for sheet, line, cell, value, official in zip(
        *(differs[c] for c in ("sheet", "line", "cell", "value", "value_official")), strict=True
    ):
        if (sheet, line) not in explained:
            yield finding("differs_from_official", reading.titles[sheet], cell, value=value, number=official)
