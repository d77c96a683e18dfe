"""The general spending cut (globaler Minderaufwand) of a plan against the law: only in a plan, and up to its cap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dewak_research.language import LANGUAGES, Text
from dewak_research.own.contents import Finding
from dewak_research.own.known_figures import Figures
from dewak_research.own.roles import has_line, line_for
from dewak_research.own.template import complete, load_template
from dewak_research.page.values import pct
from dewak_research.rules import RuleSet, land_with

SHEET = "result_plan"


def check_spending_cut(figures: Figures) -> Iterator[Finding]:
    """Yield a finding for a cut among actuals and for one above the cap of the law of its year.

    The cap is a share of the ordinary costs of the same year (§ 75(2) GO NRW by version, ``budget_law``); where the law
    is unknown or the costs are, nothing is said.
    """
    if not has_line(SHEET, "spending_cut"):
        return
    cut, costs = line_for(SHEET, "spending_cut"), line_for(SHEET, "costs")
    lines = load_template().grids[SHEET]
    rules = load_template().rules_of(figures.reading.form.get("rule_set", ""))
    for (year, kind), given in figures.columns[SHEET].items():
        amount, base = given.get(cut, 0.0), complete(given, lines).get(costs)
        if not amount:
            continue
        key = (SHEET, cut, year, kind)
        if kind == "actual":
            yield figures.found("cut_in_actual", key, value=amount)
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
                yield figures.found("cut_above_law", key, **shown)


def _law(rules: str | None, year: int) -> RuleSet | None:
    """Return the law of a year that has a ladder of reserves; None where it has none or lies before it."""
    holder = land_with(rules or "")
    known = [period for period in holder.rule_sets.values() if period.holds_in(year) and period.law]
    return holder.rule_set(year) if known else None
