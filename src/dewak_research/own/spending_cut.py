"""The general spending cut (globaler Minderaufwand) of a plan against the law: only in a plan, and up to its cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dewak_research.language import LANGUAGES, Text
from dewak_research.own.contents import Finding, Reading, finding
from dewak_research.own.roles import line_for
from dewak_research.own.template import columns_of, complete, load_template
from dewak_research.page.values import pct
from dewak_research.rules import RuleSet, land_with

SHEET = "result_plan"


def check_spending_cut(reading: Reading) -> Iterator[Finding]:
    """Yield a finding for a cut among actuals and for one above the cap of the law of its year.

    The cap is a share of the ordinary costs of the same year (§ 75(2) GO NRW by version, ``budget_law``); where the law
    is unknown or the costs are, nothing is said.
    """
    cut, costs = line_for(SHEET, "spending_cut"), line_for(SHEET, "costs")
    lines, cells = load_template().grids[SHEET], _cells(reading, cut)
    rules = load_template().rules_of(reading.form.get("rule_set", ""))
    for (year, kind), given in columns_of(reading.figures, SHEET).items():
        amount, base = given.get(cut, 0.0), complete(given, lines).get(costs)
        if not amount:
            continue
        at = (reading.titles[SHEET], cells.get((year, kind)))
        if kind == "actual":
            yield finding("cut_in_actual", *at, value=amount)
        elif base is not None and (law := _law(rules, year)) is not None:
            allowed = law.minderaufwand_cap_share * base
            if amount > allowed:
                share = Text(*(pct(law.minderaufwand_cap_share, tongue, 0) for tongue in LANGUAGES))
                shown: dict[str, Any] = {
                    "value": amount,
                    "number": round(allowed),
                    "share": share,
                    "rules": law.title,
                }
                yield finding("cut_above_law", *at, **shown)


def _cells(reading: Reading, line: str) -> dict[tuple[int, str], str]:
    frame = reading.figures
    part = frame[(frame["sheet"] == SHEET) & (frame["line"] == line)]
    return {(int(y), str(k)): c for y, k, c in zip(part["year"], part["kind"], part["cell"], strict=True)}


def _law(rules: str | None, year: int) -> RuleSet | None:
    """Return the law of a year that has a ladder of reserves; None where it has none or lies before it."""
    holder = land_with(rules or "")
    known = [period for period in holder.rule_sets.values() if period.holds_in(year) and period.law]
    return holder.rule_set(year) if known else None
