"""What more is said under a law that tests deficits: further tests that are not met, and how old deficits are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd

from dewak_research.language import Language
from dewak_research.own.deficit_page import duty_sentence
from dewak_research.own.missing_cells import cell_text, years_shown
from dewak_research.own.old_deficits import old_deficits
from dewak_research.own.plan_overview import Duty
from dewak_research.own.roles import line_for
from dewak_research.own.stress import OwnStress
from dewak_research.page.labels import label
from dewak_research.page.values import eur_m
from dewak_research.stress.deficit_plan import REASONS
from dewak_research.stress.deficit_test import CENT


def further_reasons(duty: Duty | None, stress: OwnStress, language: Language) -> list[str]:
    """Return a sentence on every other test that is not met in the first year with a duty."""
    if duty is None or not stress.rules.tests_deficit:
        return []
    row = stress.plan.set_index("year").loc[duty.year]
    others = [one for one in REASONS if one != duty.line and row[one] is not pd.NA and row[one]]
    return [duty_sentence(replace(duty, line=one), stress, language) for one in others]


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
