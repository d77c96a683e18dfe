"""Figures that stand under the wrong year: a sheet fits another one, or official figures, a year earlier or later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from math import log
from statistics import median

from dewak_research.language import Text
from dewak_research.own.contents import Finding, finding
from dewak_research.own.known_figures import Figures
from dewak_research.own.official import account_lines
from dewak_research.own.roles import line_for

SAME_EUR = 10.0  #: as far as two printed results may differ
LEAST_YEARS = 2
LEAST_PAIRS = 6  #: amounts of both plans that must be compared, over at least two years
MUCH_BETTER = (
    3.0  #: the typical gap must be this many times smaller under the other year; assumption, a warning only
)
LEAST_GAP = 1 / 100  #: a gap of a percent tells no year from the next
SAME_LINES = 5
_OFFICIAL = Text("den amtlichen Zahlen", "the official figures")


def shifted(figures: Figures) -> Iterator[Finding]:
    """Ask where a sheet fits better a year off: balance sheet, official figures, and both plans against each other."""
    yield from _results(figures)
    yield from _official(figures)
    yield from _plans(figures)
    yield from _repeated(figures)


def _moved(own: Mapping[int, float], other: Mapping[int, float], near: float) -> int | None:
    """Return the shift (−1, 1) under which values agree that never agree as they stand, or None."""

    def agreeing(by: int) -> set[float]:
        return {v for year, v in own.items() if v and abs(v - other.get(year + by, float("inf"))) <= near}

    if agreeing(0):
        return None
    return next((by for by in (-1, 1) if len(agreeing(by)) >= LEAST_YEARS), None)


def shifted_balance(figures: Figures) -> int | None:
    """Return by how many years the annual results of the balance sheet lie beside those of the result plan, or None."""
    annual, booked = line_for("result_plan", "annual_result"), "jahresergebnis"
    results = {y: v[annual] for y, v in figures.completed("result_plan").items() if annual in v}
    results |= {
        year: values[annual]
        for (year, kind), values in figures.columns["result_plan"].items()
        if kind == "plan" and annual in values and year not in results
    }
    own = {y: v[booked] for y, v in figures.completed("balance").items() if booked in v}
    return _moved(own, results, SAME_EUR)


def _results(figures: Figures) -> Iterator[Finding]:
    by = shifted_balance(figures)
    if by is not None:
        years = sorted(figures.completed("balance"))
        yield _asked(figures, "balance", "result_plan", years, by)


def _official(figures: Figures) -> Iterator[Finding]:
    embedded = figures.embedded
    for line in ("einwohner", "gewerbesteuer_ist", "einkommensteueranteil", "umsatzsteueranteil"):
        known = embedded[(embedded["sheet"] == "population") & (embedded["line"] == line)]
        official = dict(zip(known["year"].astype(int), known["value"], strict=True))
        own = {y: v[line] for (y, _), v in figures.columns["population"].items() if line in v}
        by = _moved(own, official, 0.5)
        if by is not None:
            yield _asked(figures, "population", "official", sorted(own), by)
            return


def same_kind() -> dict[str, str]:
    """Return finance line → result line of the same accounts (60 and 40, 70 and 50), where it is one to one."""
    accounts = account_lines()
    cash = {"4": "6", "5": "7"}
    pairs = {
        (accounts["finance_plan"].get(cash[account[0]] + account[1:]), line)
        for account, line in accounts["result_plan"].items()
    }
    named = [finance for finance, _ in pairs if finance]
    return {str(finance): line for finance, line in pairs if finance and named.count(finance) == 1}


def _plans(figures: Figures) -> Iterator[Finding]:
    finance, result = figures.columns["finance_plan"], figures.columns["result_plan"]
    by_year: dict[int, dict[str, float]] = {}
    for (year, kind), values in result.items():
        if kind == "plan" or year not in by_year:
            by_year[year] = values

    pairs_of, usual = same_kind(), _usual_gaps(figures)

    def gaps(by: int) -> tuple[float, int, set[int]]:
        found, years = [], set()
        for (year, kind), values in finance.items():
            if kind != "plan":
                continue
            for line, of in pairs_of.items():
                one, other = values.get(line, 0.0), by_year.get(year + by, {}).get(of, 0.0)
                if one > 0 and other > 0:
                    found.append(abs(log(one / other) - usual.get(line, 0.0)))
                    years.add(year)
        return (median(found) if found else float("inf")), len(found), years

    here, pairs, years = gaps(0)
    if pairs < LEAST_PAIRS or len(years) < LEAST_YEARS or here < LEAST_GAP:
        return
    for by in (-1, 1):
        there, others, _ = gaps(by)
        if others >= LEAST_PAIRS and there * MUCH_BETTER < here:
            yield _asked(figures, "finance_plan", "result_plan", sorted(years), by)
            return


def _usual_gaps(figures: Figures) -> dict[str, float]:
    """Return by how much (log) each finance line usually lies beside its result line: the median of the actuals."""
    gaps: dict[str, list[float]] = {}
    for (year, kind), values in figures.columns["finance_plan"].items():
        beside = figures.columns["result_plan"].get((year, kind), {}) if kind == "actual" else {}
        for line, of in same_kind().items():
            if values.get(line, 0.0) > 0 and beside.get(of, 0.0) > 0:
                gaps.setdefault(line, []).append(log(values[line] / beside[of]))
    return {line: median(some) for line, some in gaps.items()}


def _repeated(figures: Figures) -> Iterator[Finding]:
    """Name two years of a plan whose lines are all equal: one was pasted twice."""
    for sheet in ("result_plan", "finance_plan"):
        columns = list(figures.columns[sheet].items())
        for ((year, _), one), ((after, of), other) in pairwise(columns):
            same = [line for line, value in one.items() if value and other.get(line) == value]
            if year != after and len(same) >= SAME_LINES and one == other:
                key = (sheet, same[0], after, of)
                yield figures.found(
                    "year_repeated", key, before=str(year), after=str(after), number=len(same)
                )


def _asked(figures: Figures, sheet: str, other: str, years: list[int], by: int) -> Finding:
    titles = figures.reading.titles
    against = {"official": _OFFICIAL}.get(other) or titles[other]
    span = {"entered": f"{years[0]}–{years[-1]}", "fits": f"{years[0] + by}–{years[-1] + by}"}
    return finding("years_shifted", titles[sheet], other=against, **span)
