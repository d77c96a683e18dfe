"""What more is said under a law that tests deficits: further tests that are not met, and how old deficits are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from dewak_research.errors import texts
from dewak_research.language import Language
from dewak_research.own.deficit_page import cash_unknown, duty_sentence
from dewak_research.own.missing_cells import cell_text, years_shown
from dewak_research.own.old_deficits import old_deficits
from dewak_research.own.plan_overview import Duty
from dewak_research.own.roles import line_for
from dewak_research.own.stress import OwnStress
from dewak_research.page.labels import label
from dewak_research.page.values import eur_m
from dewak_research.stress.deficit_plan import REASONS
from dewak_research.stress.deficit_test import CENT

_text = texts(__package__, "not_met.yaml")


def further_reasons(duty: Duty | None, stress: OwnStress, language: Language) -> list[str]:
    """Return what follows the sentence on the first duty: every other test not met, every other year, what is unknown.

    A test has one sentence, on its first year; the years after it are named.
    """
    if duty is None or not stress.rules.tests_deficit:
        return []
    plan = stress.plan[stress.plan["year"] >= (stress.budget_year or 0)]
    unmet = {
        one: plan.loc[plan[one].fillna(False).astype(bool), "year"].astype(int).tolist() for one in REASONS
    }
    lines = []
    for one in sorted((one for one in REASONS if unmet[one]), key=lambda one: unmet[one][0]):
        first, *later = unmet[one]
        if one != duty.line:
            lines.append(duty_sentence(replace(duty, year=first, line=one), stress, language))
        if later:
            lines.append(_text("again", years=years_shown(later))[language])
    return [*lines, *cash_unknown(stress, language)]


def old_lines(frame: pd.DataFrame, stress: OwnStress, language: Language) -> list[str]:
    """Say whether deficits of earlier years are covered in time, or which cells would tell."""
    table = old_deficits(frame, stress)
    if table.empty:
        return []
    say, last = partial(label, language=language), int(table["year"].iloc[-1])
    lines = [say("own_deficit_old_rule", years=stress.rules.carried_cover_years)]
    overdue, unknown = table[table["overdue_eur"] > CENT], table[table["overdue_eur"].isna()]
    if len(overdue):
        row = overdue.iloc[0]
        amount = eur_m(row["overdue_eur"], language)
        lines.append(say("own_deficit_old_late", year=row["year"], amount=amount, arisen=row["arisen_year"]))
    if len(unknown):
        asked = ("balance", line_for("balance", "carried_deficits"))
        cell = cell_text(asked, set().union(*unknown["missing"]), language)
        lines.append(say("own_deficit_old_unknown", years=years_shown(unknown["year"]), cell=cell))
    if not len(overdue) and not len(unknown):
        lines.append(say("own_deficit_old_met", last=last))
    return lines
