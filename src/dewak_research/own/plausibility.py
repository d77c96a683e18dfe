"""Figures against each other: sums, required cells, order of magnitude, years in a row, jumps, balance, reserves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import isnan, log10
from typing import Any

import pandas as pd

from dewak_research.own.bookable_lines import check_savings, check_years
from dewak_research.own.contents import KEYS, Finding, Reading, finding
from dewak_research.own.formulas import formula_text
from dewak_research.own.known_figures import Figures, inhabitants, nearest_year, percent
from dewak_research.own.magnitude import (
    MIDDLE_OF_THOUSAND,
    column_findings,
    jumping_lines,
    line_findings,
    odd_columns,
    odd_lines,
)
from dewak_research.own.other_town import other_figures, other_name
from dewak_research.own.roles import line_for, line_shown, reserve_lines, reserves_shown
from dewak_research.own.shifted_years import shifted, shifted_balance
from dewak_research.own.small_amounts import confirmed, explained
from dewak_research.own.spending_cut import check_spending_cut
from dewak_research.own.template import (
    ROUNDING_EUR,
    SumCheck,
    add_up,
    complete,
    label_of,
    load_template,
)
from dewak_research.own.turned_signs import against_the_sum

JUMP_SHARE, JUMP_EUR_PC = 0.5, 75.0
POPULATION_JUMP_SHARE = 0.10
RESERVE_TOLERANCE_EUR_PC = 20.0
BALANCE_TOLERANCE_EUR = 10.0


def check_values(key: str, reading: Reading, embedded: pd.DataFrame, sums: list[SumCheck]) -> list[Finding]:
    """Run all checks of figures against each other.

    What another unit would make odd a second time is not said again: its columns count as euro from then on.
    """
    entered = Figures(reading, embedded)
    columns = odd_columns(entered)
    figures = entered.with_factors({one.column: one.factor for one in columns})
    lines = odd_lines(figures)
    known = {one.key[:2] for one in lines}
    found = [
        *_sums(figures, sums),
        *column_findings(entered, columns),
        *line_findings(figures, lines, confirmed(figures, sums)),
    ]
    found += [
        *jumping_lines(figures, known),
        *check_spending_cut(entered),
        *check_savings(figures.reading, known),
        *check_years(figures.reading),
    ]
    found += [*shifted(figures), *other_name(reading, key), *other_figures(figures, key)]
    checks = (_parts, _years, _required, _jumps, _population, _balance, _official)
    return [*found, *(one for check in checks for one in check(figures))]


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
        elif check.state == "fails" and (signs := list(against_the_sum(figures, check))):
            yield from signs
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
    reserves = set(reserve_lines())
    if not any(reserves <= set(values) for values in columns["balance"].values()):
        yield finding("no_balance", titles["balance"], lines=reserves_shown())
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
            of_unit = value > 0 and abs(log10(value / before)) > MIDDLE_OF_THOUSAND
            if not of_unit and abs(share) > JUMP_SHARE and abs(value - before) / people > JUMP_EUR_PC:
                change = percent(share)
                yield figures.found("jump", key, year_before=str(year_before), change=change, **moved)


def _population(figures: Figures) -> Iterator[Finding]:
    columns = figures.columns["population"]
    own = {year: values["einwohner"] for (year, _), values in columns.items() if "einwohner" in values}
    official = inhabitants(figures.embedded)
    for year, value in own.items():
        key = ("population", "einwohner", year, "actual")
        near, before = nearest_year(official, year), own.get(year - 1)
        if near is not None and not 0.5 < value / official[near] < 2:
            yield figures.found("population_odd", key, value=value, number=official[near], year=str(near))
        elif before and abs(value - before) > POPULATION_JUMP_SHARE * before:
            yield figures.found("population_jump", key, change=percent(value / before - 1))


def _balance(figures: Figures) -> Iterator[Finding]:
    columns, results = figures.completed("balance"), figures.completed("result_plan")
    annual, aside = line_for("result_plan", "annual_result"), shifted_balance(figures) is not None
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
            (not aside and abs(booked - planned) > BALANCE_TOLERANCE_EUR, "result_mismatch", "jahresergebnis",
             {"value": booked, "number": planned, "number_of": line_shown("result_plan", "annual_result")}),
            (abs(moved - result) / people > RESERVE_TOLERANCE_EUR_PC, "reserve_mismatch", "eigenkapital",
             {"value": moved, "number": result}),
        ]  # fmt: skip
        for holds, code, line, shown in checks:
            if holds:
                yield figures.found(code, ("balance", line, year, "actual"), **shown)


def _official(figures: Figures) -> Iterator[Finding]:
    both = figures.reading.figures.merge(figures.embedded, on=KEYS, suffixes=("", "_official"))
    differs = both[(both["value"] - both["value_official"]).abs() > 0.5]
    reasons = explained(figures)
    for *key, value, official in differs[[*KEYS, "value", "value_official"]].itertuples(
        index=False, name=None
    ):
        sheet, line, year, kind = key
        if (sheet, line) not in reasons:
            where = (sheet, line, year, kind)
            yield figures.found("differs_from_official", where, value=value, number=official)
