"""Figures against each other: required cells, order of magnitude, years in a row, jumps, balance, reserves."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from dewak_research.language import Text
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.sums import cell_index, columns_of, complete, label_of
from dewak_research.own.template import load_template

USUAL_EUR_PC = (500.0, 15_000.0)
"""Ordinary income per inhabitant that is taken as usual. Assumption, kept wide on purpose: receipts of the 396
municipalities in North Rhine-Westphalia lay between about 1,000 and 8,000 € in 2009–2011; prices have risen since."""
UNIT_FACTOR = 200.0
JUMP_SHARE, JUMP_EUR_PC = 0.5, 75.0
POPULATION_JUMP_SHARE = 0.10
RESERVE_TOLERANCE_EUR_PC = 20.0


def check_values(reading: Reading, embedded: pd.DataFrame) -> list[Finding]:
    """Run all checks of figures against each other."""
    checks = (_years, _required, _magnitude, _jumps, _population, _balance, _official)
    return [found for check in checks for found in check(reading, embedded)]


def _title(reading: Reading, sheet: str) -> str:
    return reading.titles[sheet]


def inhabitants(figures: pd.DataFrame, embedded: pd.DataFrame) -> dict[int, float]:
    """Return inhabitants by year: the workbook's, filled up with the official ones."""
    heads: dict[int, float] = {}
    for frame in (embedded, figures):
        part = frame[
            (frame["sheet"] == "population") & (frame["line"] == "einwohner") & frame["value"].notna()
        ]
        heads.update(zip(part["year"].astype(int), part["value"].astype(float), strict=True))
    return {year: value for year, value in sorted(heads.items()) if value > 0}


def nearest_year(heads: dict[int, float], year: int) -> float | None:
    """Return the inhabitants of the year that lies nearest."""
    return heads[min(heads, key=lambda known: (abs(known - year), known))] if heads else None


def _years(reading: Reading, embedded: pd.DataFrame) -> Iterator[Finding]:
    for sheet, columns in reading.years.items():
        title = _title(reading, sheet)
        years = [year for year, _ in columns]
        if years != sorted(years):
            yield finding("year_order", title)
        filled = set(columns_of(reading.figures, sheet))
        plan = sorted(year for year, kind in filled if kind == "plan")
        actual = sorted(year for year, kind in filled if kind == "actual")
        for before, after in pairwise(plan):
            if after - before > 1:
                yield finding("year_gap", title, before=str(before), after=str(after))
        if plan and actual and actual[-1] > plan[-1]:
            yield finding("actual_after_plan", title, actual=str(actual[-1]), plan=str(plan[-1]))


def _required(reading: Reading, embedded: pd.DataFrame) -> Iterator[Finding]:
    template, cells = load_template(), cell_index(reading)
    key = reading.form.get("key", "")
    columns = {sheet: columns_of(reading.figures, sheet) for sheet in template.grids}
    kinds = {kind for _, kind in columns["result_plan"]}
    if "plan" not in kinds:
        yield finding("no_plan_year", _title(reading, "result_plan"), key=key or "AGS")
    if "actual" not in kinds:
        yield finding("no_actual_year", _title(reading, "result_plan"))
    reserves = {"allgemeine_ruecklage", "ausgleichsruecklage"}
    if not any(reserves <= set(values) for values in columns["balance"].values()):
        yield finding("no_balance", _title(reading, "balance"))
    if not inhabitants(reading.figures, embedded):
        yield finding("no_population", _title(reading, "population"))
    bad = {
        (s, line, int(y), k)
        for s, line, y, k, status in zip(
            *(reading.figures[c] for c in ("sheet", "line", "year", "kind", "status")), strict=True
        )
        if status == "bad"
    }
    for sheet in ("result_plan", "balance"):
        for (year, kind), given in columns[sheet].items():
            for line in template.grids[sheet].values():
                place = (sheet, line.id, year, kind)
                if line.need == "required" and line.id not in given and place not in bad:
                    if sheet == "balance" and _prefilled_only(embedded, year):
                        continue
                    yield finding(
                        "required_empty",
                        _title(reading, sheet),
                        cells.get(place),
                        line=label_of(sheet, line.id),
                    )


def _prefilled_only(embedded: pd.DataFrame, year: int) -> bool:
    return bool(((embedded["sheet"] == "balance") & (embedded["year"] == year)).any())


def _magnitude(reading: Reading, embedded: pd.DataFrame) -> Iterator[Finding]:
    heads = inhabitants(reading.figures, embedded)
    lines, cells = load_template().grids["result_plan"], cell_index(reading)
    low, high = USUAL_EUR_PC
    for (year, kind), given in columns_of(reading.figures, "result_plan").items():
        people = nearest_year(heads, year)
        total = complete(given, lines).get("10", given.get("01"))
        if people is None or total is None or total <= 0:
            continue
        head = total / people
        line = "10" if "10" in given else "01"
        where = (_title(reading, "result_plan"), cells.get(("result_plan", line, year, kind)))
        if head > high:
            yield finding(
                "looks_like_cents", *where, value=round(total), per_head=round(head), low=low, high=high
            )
        elif head < low / 1e5 * 2:
            yield finding(
                "looks_like_millions", *where, value=total, per_head=round(head, 5), number=total * 1e6
            )
        elif head < low / 10:
            yield finding(
                "looks_like_thousands", *where, value=total, per_head=round(head, 2), number=total * 1e3
            )


def _jumps(reading: Reading, embedded: pd.DataFrame) -> Iterator[Finding]:
    heads, cells = inhabitants(reading.figures, embedded), cell_index(reading)
    title = _title(reading, "result_plan")
    columns = columns_of(reading.figures, "result_plan")
    for line in load_template().grids["result_plan"].values():
        if line.need == "sum":
            continue
        series = [
            (year, kind, values[line.id]) for (year, kind), values in columns.items() if line.id in values
        ]
        for (year_before, _, before), (year, kind, value) in pairwise(series):
            people = nearest_year(heads, year)
            cell = cells.get(("result_plan", line.id, year, kind))
            label = label_of("result_plan", line.id)
            if before > 0 and value > 0 and max(value / before, before / value) > UNIT_FACTOR:
                if people and max(before, value) / people > 10:
                    yield finding("line_unit_odd", title, cell, line=label, before=before, value=value)
                continue
            change = value - before
            if (
                people
                and before > 0
                and abs(change) / before > JUMP_SHARE
                and abs(change) / people > JUMP_EUR_PC
            ):
                yield finding(
                    "jump",
                    title,
                    cell,
                    line=label,
                    before=before,
                    year_before=str(year_before),
                    value=value,
                    change=percent(change / before),
                )


def percent(share: float) -> Text:
    """Write a change as percent in both languages."""
    return Text(f"{share * 100:+.0f} %", f"{share * 100:+.0f} %")


def _population(reading: Reading, embedded: pd.DataFrame) -> Iterator[Finding]:
    cells, title = cell_index(reading), _title(reading, "population")
    own = {
        y: v["einwohner"]
        for (y, _), v in columns_of(reading.figures, "population").items()
        if "einwohner" in v
    }
    official = inhabitants(embedded.iloc[:0], embedded)
    for year, value in own.items():
        if official:
            near = min(official, key=lambda known: (abs(known - year), known))
            if not 0.5 < value / official[near] < 2:
                yield finding(
                    "population_odd",
                    title,
                    cells.get(("population", "einwohner", year, "actual")),
                    value=value,
                    number=official[near],
                    year=str(near),
                )
                continue
        before = own.get(year - 1)
        if before and abs(value / before - 1) > POPULATION_JUMP_SHARE:
            where = cells.get(("population", "einwohner", year, "actual"))
            yield finding("population_jump", title, where, change=percent(value / before - 1))


def _balance(reading: Reading, embedded: pd.DataFrame) -> Iterator[Finding]:
    lines, cells, title = load_template().grids["balance"], cell_index(reading), _title(reading, "balance")
    heads = inhabitants(reading.figures, embedded)
    columns = {
        y: complete(v, lines)
        for (y, kind), v in columns_of(reading.figures, "balance").items()
        if kind == "actual"
    }
    results = {
        year: complete(values, load_template().grids["result_plan"]).get("26")
        for (year, kind), values in columns_of(reading.figures, "result_plan").items()
        if kind == "actual"
    }
    for year, values in columns.items():

        def at(line: str, year: int = year) -> str | None:
            return cells.get(("balance", line, year, "actual"))

        assets, liabilities = values.get("bilanzsumme_aktiva"), values.get("bilanzsumme_passiva")
        if assets is not None and liabilities is not None and abs(assets - liabilities) > 10:
            yield finding(
                "balance_unequal",
                title,
                at("bilanzsumme_aktiva"),
                value=assets,
                number=liabilities,
                difference=assets - liabilities,
            )
        equity, uncovered = values.get("eigenkapital"), values.get("fehlbetrag_nicht_gedeckt", 0.0)
        if equity is not None and equity < 0:
            yield finding("overindebted", title, at("eigenkapital"), value=equity)
        if equity is not None and equity > 0 and uncovered > 0:
            yield finding(
                "fehlbetrag_double", title, at("fehlbetrag_nicht_gedeckt"), value=uncovered, number=equity
            )
        booked, planned = values.get("jahresergebnis"), results.get(year)
        if booked is not None and planned is not None and abs(booked - planned) > 10:
            yield finding("result_mismatch", title, at("jahresergebnis"), value=booked, number=planned)
        before = columns.get(year - 1, {}).get("eigenkapital")
        result = planned if planned is not None else booked
        if before is not None and equity is not None and result is not None:
            people = nearest_year(heads, year) or 1.0
            if abs(equity - before - result) / people > RESERVE_TOLERANCE_EUR_PC:
                yield finding(
                    "reserve_mismatch", title, at("eigenkapital"), value=equity - before, number=result
                )


def _official(reading: Reading, embedded: pd.DataFrame) -> Iterator[Finding]:
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
            yield finding("differs_from_official", _title(reading, sheet), cell, value=value, number=official)
