"""Amounts in another unit than euro: whole columns and single lines, by what towns have per inhabitant.

What is usual is data of the Land (``usual_amounts``): ranges measured in the embedded figures. An amount belongs to
the unit whose range lies nearest in proportion: euro and thousand euro part at the geometric middle of both.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import log10
from statistics import median
from typing import Any

from dewak_research.language import LANGUAGES, Language, Text
from dewak_research.own.contents import Finding
from dewak_research.own.known_figures import Figures, Key
from dewak_research.own.template import complete, load_template
from dewak_research.rules import HOME, land

Usual = tuple[float, float]
"""Lower and upper end of what is usual, euro per inhabitant."""
CODES = {1e6: "looks_like_millions", 1e3: "looks_like_thousands", 1 / 100: "looks_like_cents"}
"""Factor that makes euro of an entry, and the finding."""
LEAST_AGREEING = 2  #: lines that must agree where no line stands for the whole column
MIDDLE_OF_THOUSAND = log10(1_000) / 2  #: halfway, in proportion, between equal and a thousand times
WORTH_A_LOOK_EUR_PC = 10.0  #: below it a line may really jump from some euro to thousands


@dataclass(frozen=True)
class OddUnit:
    """An amount that is not in euro: where it stands, the factor that makes euro of it, and its size per inhabitant."""

    key: Key
    factor: float
    value: float
    per_head: float
    usual: Usual

    @property
    def column(self) -> tuple[str, int, str]:
        """Sheet, year and kind."""
        sheet, _, year, kind = self.key
        return sheet, year, kind


@cache
def usual_amounts(part: str) -> Mapping[str, Mapping[str, Usual]]:
    """Return the usual amounts per inhabitant by sheet and line; ``part`` is "whole" or "lines"."""
    ranges = land(HOME).part("usual_amounts")[part]
    return {sheet: {line: (low, high) for line, (low, high) in of.items()} for sheet, of in ranges.items()}


def unit_factor(per_head: float, usual: Usual) -> float:
    """Return the factor that brings an amount per inhabitant nearest to what is usual: 1 where it is in euro."""
    low, high = usual

    def away(factor: float) -> float:
        seen = log10(per_head * factor)
        return max(log10(low) - seen, seen - log10(high), 0.0)

    return min((1.0, *CODES), key=away)


def odd_columns(figures: Figures) -> list[OddUnit]:
    """Return one entry for every column of a sheet whose amounts are in another unit.

    A line that stands for the whole (income, costs, balance-sheet total) decides; where there is none, at least two
    lines must agree. Columns whose lines disagree are left to the check of single lines.
    """
    odd = []
    for sheet, ranges in usual_amounts("whole").items():
        lines = load_template().grids[sheet]
        for (year, kind), given in figures.columns[sheet].items():
            values = complete(given, lines)
            found = _judged(figures, sheet, year, kind, values, ranges)
            if not found:
                found = _judged(figures, sheet, year, kind, values, usual_amounts("lines").get(sheet, {}))
                found = found if len(found) >= LEAST_AGREEING else []
            if len({one.factor for one in found}) == 1 and found[0].factor != 1.0:
                odd.append(found[0])
    return odd


def odd_lines(figures: Figures) -> list[OddUnit]:
    """Return single lines in thousand or million euro, of towns whose Land the usual amounts come from.

    A Kreis has other lines (no taxes of its own, little staff), so its single lines are not judged.
    """
    if len(figures.town) != len("05911000") or not figures.town.startswith(HOME):
        return []
    odd = []
    for sheet, ranges in usual_amounts("lines").items():
        for (year, kind), given in figures.columns[sheet].items():
            odd += [one for one in _judged(figures, sheet, year, kind, given, ranges) if one.factor > 1]
    return odd


def _judged(
    figures: Figures, sheet: str, year: int, kind: str, values: dict[str, float], ranges: Mapping[str, Usual]
) -> list[OddUnit]:
    people = figures.people_near(year) or standing_for_people(figures)
    judged = []
    for line, usual in ranges.items():
        value = values.get(line, 0.0)
        if people is not None and value > 0:
            head = value / people
            key = (sheet, line, year, kind)
            judged.append(OddUnit(key, unit_factor(head, usual), value, head, usual))
    return judged


def standing_for_people(figures: Figures) -> float | None:
    """Return how many people the result plan looks made for: what stands in where no inhabitants are known.

    It is the median of its income and costs, each divided by the middle of what is usual; the sheets are then
    compared with the result plan instead of with the inhabitants.
    """
    lines = load_template().grids["result_plan"]
    sizes = [
        complete(given, lines)[line] / (low * high) ** 0.5
        for given in figures.columns["result_plan"].values()
        for line, (low, high) in usual_amounts("whole")["result_plan"].items()
        if complete(given, lines).get(line, 0.0) > 0
    ]
    return median(sizes) if sizes else None


def column_findings(figures: Figures, odd: list[OddUnit]) -> Iterator[Finding]:
    """Say once for each sheet and unit which columns are in it, the factor and the next step."""
    for (_, factor), group in _grouped(odd, lambda one: (one.key[0], one.factor)).items():
        first = group[0]
        code = CODES[factor] if figures.heads else "sheets_unit_differs"
        number = first.value * factor
        yield figures.found(
            code, first.key, value=round(first.value, 2), per_head=round(first.per_head, 5 if factor > 1e3 else 2),
            low=round(first.usual[0]), high=round(first.usual[1]), number=round(number, 2),
            factor=factor if factor > 1 else round(1 / factor), columns=named_columns(group),
        )  # fmt: skip


def line_findings(
    figures: Figures, odd: list[OddUnit], confirmed: Callable[[Key], bool]
) -> Iterator[Finding]:
    """Say once for each line in which columns it is in another unit.

    An amount that something else in the workbook confirms (see ``small_amounts.confirmed``) is asked about and does
    not stop the report: a town whose work others do has little staff.
    """
    for (_, _, sure), group in _grouped(
        odd, lambda one: (one.key[:2], one.factor, confirmed(one.key))
    ).items():
        first = group[0]
        yield figures.found(
            "line_unit_small" if sure else "line_unit_usual", first.key,
            value=first.value, per_head=round(first.per_head, 5), factor=first.factor,
            low=first.usual[0], high=first.usual[1], columns=named_columns(group),
        )  # fmt: skip


def jumping_lines(figures: Figures, known: set[tuple[str, str]]) -> Iterator[Finding]:
    """Say once for each line which of its years are a thousand times off the line's other years.

    Lines of the result plan stop the report. In the balance sheet a reserve can really melt away: it is a warning.
    """
    for sheet, code in (("result_plan", "line_unit_odd"), ("balance", "line_unit_maybe")):
        for line in load_template().grids[sheet].values():
            columns = figures.columns[sheet].items()
            series = [(year, kind, v[line.id]) for (year, kind), v in columns if v.get(line.id, 0.0) > 0]
            if line.need == "sum" or len(series) < 2 or (sheet, line.id) in known:
                continue
            usual = median(value for _, _, value in series)
            off = [entry for entry in series if abs(log10(entry[2] / usual)) > MIDDLE_OF_THOUSAND]
            seen = [_odd(figures, (sheet, line.id, year, kind), value, usual) for year, kind, value in off]
            if group := [one for one in seen if one is not None]:
                shown = {"value": group[0].value, "before": usual, "columns": named_columns(group)}
                yield figures.found(code, group[0].key, **shown)


def _odd(figures: Figures, key: Key, value: float, usual: float) -> OddUnit | None:
    people = figures.people_near(key[2])
    if people is None or max(value, usual) / people <= WORTH_A_LOOK_EUR_PC:
        return None
    return OddUnit(key, usual / value, value, value / people, (usual, usual))


def _grouped(odd: list[OddUnit], by: Callable[[OddUnit], Hashable]) -> dict[Any, list[OddUnit]]:
    groups: dict[Any, list[OddUnit]] = {}
    for one in odd:
        groups.setdefault(by(one), []).append(one)
    return groups


def named_columns(odd: list[OddUnit]) -> Text:
    """Name the columns in both languages: ``Ergebnis 2023, Plan 2025``."""
    kinds = load_template().kinds

    def named(language: Language) -> str:
        return ", ".join(f"{kinds[kind][language]} {year}" for _, year, kind in (one.column for one in odd))

    return Text(*(named(language) for language in LANGUAGES))
