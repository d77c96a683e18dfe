"""What an own report says under a law that asks whether a deficit is covered (Lower Saxony, Hesse): sentences, rows."""

from __future__ import annotations

from functools import partial
from typing import Any

from dewak_research.errors import entries, texts
from dewak_research.language import Language
from dewak_research.own.amounts import millions
from dewak_research.own.missing_cells import years_shown
from dewak_research.own.plan_overview import Duty, Overview, first_duty
from dewak_research.own.stress import OwnStress
from dewak_research.page.labels import is_known, label
from dewak_research.page.values import eur_m, is_missing
from dewak_research.rules import RuleSet
from dewak_research.stress.deficit_plan import recovery
from dewak_research.stress.deficit_test import CENT

NOT_MET = "not_balanced"
#: Long words of the head of the table, with the place where a browser without a dictionary may break them.
BROKEN = {
    "Überschussrücklage": "Überschuss\N{SOFT HYPHEN}rücklage",
    "Haushaltsausgleich": "Haushalts\N{SOFT HYPHEN}ausgleich",
    "ußerordentlich": "ußer\N{SOFT HYPHEN}ordentlich",
}
TEXTS = "not_met.yaml"
_text = texts(__package__, TEXTS)


def worded(name: str, rules: RuleSet) -> str:
    """Return the key of a text in the words of the law: its own where a law that tests deficits needs another.

    Of such a text there may be one by law (``…_hessen``), and one for laws that know no Nettoposition (``…_plain``).
    """
    if not rules.tests_deficit:
        return name
    own = name if name.startswith("own_deficit") else f"{name}_deficit"
    plain = "" if rules.overindebted_when == "negative_net_position" else f"{own}_plain"
    return next((key for key in (f"{own}_{rules.law}", plain, own) if key and is_known(key)), name)


def said(name: str, rules: RuleSet, language: Language, **values: Any) -> str:
    """Return a text in the words of the law: of ``not_met.yaml`` where its tests are others, else as ``worded``."""
    others = rules.tests_deficit and rules.overindebted_when != "negative_net_position"
    if others and name in entries(__package__, TEXTS):
        return _text(name, **values)[language]
    return label(worded(name, rules), language, **values)


def deficit_line(found: Overview, stress: OwnStress, language: Language) -> str:
    """Return the sentence of the first page on the law; "" where neither yes nor no can be said."""
    if found.duty is not None:
        return duty_sentence(found.duty, stress, language)
    if not found.known:
        return ""
    first, last = int(found.results.index[0]), int(found.results.index[-1])
    carried = float(stress.plan["carried_eur"].iloc[-1])
    more = label("own_deficit_carried", language, amount=eur_m(carried, language)) if carried >= 1.0 else ""
    return label(worded("own_deficit_none", stress.rules), language, first=first, last=last) + more


def duty_sentence(duty: Duty, stress: OwnStress, language: Language) -> str:
    """Return which test is not met in which year."""
    say, plan = partial(label, language=language), stress.plan.set_index("year")
    row, later = plan.loc[duty.year], plan.loc[duty.year :]
    shown: dict[str, Any] = {"year": duty.year, "net": eur_m(row["net_position_eur"], language)}
    shown["short"] = eur_m(-row["cash_eur"], language, 2)
    name, start = f"own_deficit_duty_{duty.line}", say("own_deficit_if_plan")
    start = "" if duty.year == stress.budget_year else start
    if duty.line == NOT_MET:
        shown |= {
            "carried": eur_m(row["carried_eur"] + row["written_off_eur"], language),
            "by": duty.year + (stress.rules.concept_years or stress.rules.later_cover_years),
            "last": int(plan.index[-1]),
        }
        span = stress.rules.written_off_years or 0
        gone = later.loc[: duty.year + span, "written_off_eur"]
        gone = gone[gone > CENT]
        if len(gone):
            shown |= {"charged_year": int(gone.index[0]), "charged": eur_m(gone.iloc[0], language)}
            return start + _text("charged", years=span, **shown)[language]
        name += "_open" if row["left_open"] else ""
    elif duty.line == "about_to_be":
        below = later[later["overindebted"].fillna(False)]
        shown |= {"later": int(below.index[0]), "net": eur_m(below["net_position_eur"].iloc[0], language)}
    return start + say(worded(name, stress.rules), **shown)


def deficit_lines(stress: OwnStress, found: Overview | None, language: Language) -> list[str]:
    """Return the sentences of the page "stress test": outcome, what a concept must reach, what is assumed or unread."""
    say = partial(label, language=language)
    duty = first_duty(stress)
    outcome = (
        duty_sentence(duty, stress, language)
        if duty
        else deficit_line(found, stress, language)
        if found
        else ""
    )
    lines = [outcome or say(worded("own_first_trigger_unknown", stress.rules)), *_recovery(stress, language)]
    law = stress.rules
    lines += [] if duty else cash_unknown(stress, language)
    lines.append(say(worded("own_deficit_rule", law), years=law.later_cover_years))
    lines.append(say(worded("own_deficit_assumed", law)))
    lines += [
        say(
            "own_deficit_unread", title=value.title[language], note=value.note[language] if value.note else ""
        )
        for value in law.values.values()
        if not value.verified
    ]
    sources = {source.id: source.name[language] for value in law.values.values() for source in value.sources}
    return [*lines, say("own_deficit_sources", names="; ".join(sources.values()))]


def cash_unknown(stress: OwnStress, language: Language) -> list[str]:
    """Say for which years the test on redemption stays open; nothing where none does."""
    gone = years_without_cash(stress)
    return [label("own_deficit_cash_unknown", language, years=years_shown(gone))] if gone else []


def years_without_cash(stress: OwnStress) -> list[int]:
    """Return the years from the budget year on of which the cash that redemption asks for is not known."""
    plan = stress.plan
    asked = plan["year"] >= (stress.budget_year or 0)
    return [int(year) for year in plan.loc[asked & plan["cash_eur"].isna(), "year"]]


def _recovery(stress: OwnStress, language: Language) -> list[str]:
    table = recovery(stress.plan, stress.rules)
    if table.empty:
        return []
    say, row = partial(label, language=language), table.to_dict("records")[0]
    name = worded("own_deficit_recovery", stress.rules)
    speaks_of_all = name != "own_deficit_recovery"  # in Lower Saxony of balance alone
    years = _all_met_from(stress) if speaks_of_all else [row["balanced_year"]]
    late = worded("own_deficit_recovery_late", stress.rules)
    lines = [
        say(late, last=row["last_year"]) if is_missing(year) else say(name, last=row["last_year"], year=year)
        for year in years
    ]
    if row["carried_eur"] >= 1.0 and not is_missing(row["carried_by_years"]):
        amount = eur_m(row["carried_eur"], language)
        lines.append(
            say("own_deficit_old", last=row["last_year"], amount=amount, years=row["carried_by_years"])
        )
    return lines


def _all_met_from(stress: OwnStress) -> list[int | None]:
    """Return the year from which every test is met to the end; None = not in the last year, nothing if unknown."""
    duty = stress.plan.set_index("year")["duty"]
    after = duty.loc[duty.index[duty.fillna(False)][-1] :].iloc[1:]
    if after.isna().any():
        return []
    return [int(after.index[0]) if len(after) else None]


def deficit_path(stress: OwnStress, language: Language) -> dict[str, Any]:
    """Return head and rows of the table: both results, how the test ends, and what is left at the end of each year."""

    def say(name: str) -> str:
        return label(worded(name, stress.rules), language)

    amounts = ("ordinary_eur", "extraordinary_eur")
    stocks = ["ordinary_reserve_eur", "extraordinary_reserve_eur", "carried_eur", "net_position_eur"]
    stocks = (["cash_eur"] if stress.rules.redemption_covered else []) + stocks
    rows = []
    for row in stress.plan.to_dict("records"):
        cover = "open" if row["left_open"] else row["status"]
        rows.append(
            [
                str(row["year"]),
                *(millions(row[name], language, 2) for name in amounts),
                say(f"own_deficit_cover_{cover}"),
                *(millions(row[name], language, 2) for name in stocks),
                _due(row, stress, language),
            ]
        )
    million = label("own_million", language)
    head = [label("own_year", language), *(f"{say(f'own_deficit_{name}')} ({million})" for name in amounts)]
    head += [say("own_deficit_cover"), *(f"{say(f'own_deficit_{name}')} ({million})" for name in stocks)]
    head.append(say("own_deficit_duty"))
    for whole, parts in BROKEN.items():
        head = [text.replace(whole, parts) for text in head]
    return {"stress_head": head, "stress_rows": rows, "stress_numbers": [1, 2, *range(4, 4 + len(stocks))]}


def _due(row: dict[Any, Any], stress: OwnStress, language: Language) -> str:
    if stress.budget_year is not None and row["year"] < stress.budget_year:
        return "–"
    if is_missing(row["duty"]):
        return label("own_no_value", language)
    return label("own_yes" if row["duty"] else "own_no", language)
