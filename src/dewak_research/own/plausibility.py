"""Figures against each other: sums, required cells, order of magnitude, years in a row, jumps, balance, reserves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise
from math import isnan
from typing import Any

import pandas as pd

from dewak_research.language import Text
from dewak_research.own.contents import KEYS, Finding, Reading, finding
from dewak_research.own.roles import line_for
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
BALANCE_TOLERANCE_EUR = 10.0
TOO_SMALL = (("looks_like_millions", 2e-5, 5, 1e6), ("looks_like_thousands", 0.1, 2, 1e3))
"""Finding, the share of the lower usual amount below which it holds, digits shown per inhabitant, factor to euro."""


Key = tuple[str, str, int, str]
"""sheet, line, year, kind"""


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
        self.heads = inhabitants(embedded, reading.figures)
        self.cells = reading.figures.set_index(KEYS)["cell"].to_dict()

    @cached_property
    def columns(self) -> dict[str, dict[tuple[int, str], dict[str, float]]]:
        """Known values of each sheet by (year, kind) and line."""
        return {sheet: columns_of(self.reading.figures, sheet) for sheet in GRIDS}

    @cached_property
    def values(self) -> dict[Key, float]:
        """Known values of all sheets."""
        return {
            (sheet, line, year, kind): value
            for sheet, columns in self.columns.items()
            for (year, kind), values in columns.items()
            for line, value in values.items()
        }

    def completed(self, sheet: str) -> dict[int, dict[str, float]]:
        """Return the actuals of a sheet by year and line, with the sums that were left empty."""
        lines, columns = load_template().grids[sheet], self.columns[sheet]
        return {year: complete(values, lines) for (year, kind), values in columns.items() if kind == "actual"}

    def found(self, code: str, key: Key, **shown: Any) -> Finding:
        """Return a finding on one figure, with the label of its line."""
        sheet, line, _, _ = key
        return finding(
            code, self.reading.titles[sheet], self.cells.get(key), line=label_of(sheet, line), **shown
        )

    def people_near(self, year: int) -> float | None:
        """Return the inhabitants of the year that lies nearest."""
        near = nearest_year(self.heads, year)
        return None if near is None else self.heads[near]


def check_values(reading: Reading, embedded: pd.DataFrame, sums: list[SumCheck]) -> list[Finding]:
    """Run all checks of figures against each other."""
    figures = Figures(reading, embedded)
    checks = (_parts, _years, _required, _magnitude, _jumps, _population, _balance, _official)
    return [*_sums(figures, sums), *(found for check in checks for found in check(figures))]


def nearest_year(known: Iterable[int], year: int) -> int | None:
    """Return the known year nearest to a year, the earlier of two."""
    return min(known, key=lambda one: (abs(one - year), one), default=None)


def inhabitants(*frames: pd.DataFrame) -> dict[int, float]:
    """Return inhabitants by year from frames of figures; a later frame counts before an earlier one."""
    heads: dict[int, float] = {}
    for frame in frames:
        part = frame[
            (frame["sheet"] == "population") & (frame["line"] == "einwohner") & frame["value"].notna()
        ]
        heads.update(zip(part["year"].astype(int), part["value"].astype(float), strict=True))
    return {year: value for year, value in sorted(heads.items()) if value > 0}


def _sums(figures: Figures, checks: list[SumCheck]) -> Iterator[Finding]:
    """Turn sums that fail, are rounded or cannot be checked into findings."""
    for check in checks:
        if check.given is None:
            continue
        lines = load_template().grids[check.sheet]
        key = (check.sheet, check.line, check.year, check.kind)
        if check.computed is None:
            given = figures.columns[check.sheet][check.year, check.kind]
            missing = ", ".join(add_up(complete(given, lines), lines[check.line], lines)[1])
            yield figures.found("sum_not_checkable", key, missing=missing)
        elif check.state != "ok":
            yield figures.found(
                "sum_fails" if check.state == "fails" else "sum_rounding",
                key,
                value=check.given,
                number=round(check.computed, 2),
                difference=round(check.given - check.computed, 2),
                formula=formula_text(lines[check.line], lines),
            )


def _parts(figures: Figures) -> Iterator[Finding]:
    for key, value in figures.values.items():
        sheet, line, year, kind = key
        whole = load_template().grids[sheet][line].part_of
        number = figures.values.get((sheet, whole or "", year, kind))
        if whole and number is not None and value > number + ROUNDING_EUR:
            yield figures.found("part_exceeds", key, value=value, whole=label_of(sheet, whole), number=number)


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
    embedded = figures.embedded
    prefilled = set(embedded.loc[embedded["sheet"] == "balance", "year"])
    read = figures.reading.figures
    for key in read.loc[read["value"].isna() & (read["status"] != "bad"), KEYS].itertuples(
        index=False, name=None
    ):
        sheet, line, year, kind = key
        wanted = sheet == "result_plan" or (sheet == "balance" and year not in prefilled)
        if (
            wanted
            and (year, kind) in columns[sheet]
            and load_template().grids[sheet][line].need == "required"
        ):
            yield figures.found("required_empty", key)


def _magnitude(figures: Figures) -> Iterator[Finding]:
    lines = load_template().grids["result_plan"]
    low, high = USUAL_EUR_PC
    income, taxes = (line_for("result_plan", name) for name in ("income", "taxes"))
    for (year, kind), given in figures.columns["result_plan"].items():
        people = figures.people_near(year)
        total = complete(given, lines).get(income, given.get(taxes))
        if people is None or total is None or total <= 0:
            continue
        head = total / people
        key = ("result_plan", income if income in given else taxes, year, kind)
        if head > high:
            usual: dict[str, Any] = {"per_head": round(head), "low": low, "high": high}
            yield figures.found("looks_like_cents", key, value=round(total), **usual)
        for code, below, digits, factor in TOO_SMALL:
            if head < low * below:
                yield figures.found(
                    code, key, value=total, per_head=round(head, digits), number=total * factor
                )
                break


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
            key, moved = ("result_plan", line.id, year, kind), {"before": before, "value": value}
            share = (value - before) / before
            if value > 0 and max(value / before, before / value) > UNIT_FACTOR:
                if max(before, value) / people > 10:
                    yield figures.found("line_unit_odd", key, **moved)
            elif abs(share) > JUMP_SHARE and abs(value - before) / people > JUMP_EUR_PC:
                change = percent(share)
                yield figures.found("jump", key, year_before=str(year_before), change=change, **moved)


def percent(share: float) -> Text:
    """Write a change as percent in both languages."""
    return Text(f"{share * 100:+.0f} %", f"{share * 100:+.0f} %")


def _population(figures: Figures) -> Iterator[Finding]:
    columns = figures.columns["population"]
    own = {year: values["einwohner"] for (year, _), values in columns.items() if "einwohner" in values}
    official = inhabitants(figures.embedded)
    for year, value in own.items():
        key = ("population", "einwohner", year, "actual")
        near, before = nearest_year(official, year), own.get(year - 1)
        if near is not None and not 0.5 < value / official[near] < 2:
            yield figures.found("population_odd", key, value=value, number=official[near], year=str(near))
        elif before and abs(value / before - 1) > POPULATION_JUMP_SHARE:
            yield figures.found("population_jump", key, change=percent(value / before - 1))


def _balance(figures: Figures) -> Iterator[Finding]:
    columns, results = figures.completed("balance"), figures.completed("result_plan")
    annual = line_for("result_plan", "annual_result")
    for year, values in columns.items():
        unknown = float("nan")  # compares as neither more nor less: what is not known is not checked
        assets, liabilities, equity, booked = (
            values.get(line, unknown)
            for line in ("bilanzsumme_aktiva", "bilanzsumme_passiva", "eigenkapital", "jahresergebnis")
        )
        uncovered = values.get("fehlbetrag_nicht_gedeckt", 0.0)
        planned = results.get(year, {}).get(annual, unknown)
        moved = equity - columns.get(year - 1, {}).get("eigenkapital", unknown)
        result = booked if isnan(planned) else planned
        people = figures.people_near(year) or 1.0
        checks: list[tuple[bool, str, str, dict[str, Any]]] = [
            (abs(assets - liabilities) > BALANCE_TOLERANCE_EUR, "balance_unequal", "bilanzsumme_aktiva",
             {"value": assets, "number": liabilities, "difference": assets - liabilities}),
            (equity < 0, "overindebted", "eigenkapital", {"value": equity}),
            (equity > 0 and uncovered > 0, "fehlbetrag_double", "fehlbetrag_nicht_gedeckt",
             {"value": uncovered, "number": equity}),
            (abs(booked - planned) > BALANCE_TOLERANCE_EUR, "result_mismatch", "jahresergebnis",
             {"value": booked, "number": planned, "number_of": annual}),
            (abs(moved - result) / people > RESERVE_TOLERANCE_EUR_PC, "reserve_mismatch", "eigenkapital",
             {"value": moved, "number": result}),
        ]  # fmt: skip
        for holds, code, line, shown in checks:
            if holds:
                yield figures.found(code, ("balance", line, year, "actual"), **shown)


def _official(figures: Figures) -> Iterator[Finding]:
    both = figures.reading.figures.merge(figures.embedded, on=KEYS, suffixes=("", "_official"))
    differs = both[(both["value"] - both["value_official"]).abs() > 0.5]
    reasons = (row for row in figures.reading.lists.get("overrides", []) if row.get("reason"))
    explained = {(row.get("sheet"), row.get("line")) for row in reasons}
    for *key, value, official in differs[[*KEYS, "value", "value_official"]].itertuples(
        index=False, name=None
    ):
        sheet, line, year, kind = key
        if (sheet, line) not in explained:
            where = (sheet, line, year, kind)
            yield figures.found("differs_from_official", where, value=value, number=official)
