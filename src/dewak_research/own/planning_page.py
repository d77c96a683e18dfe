"""The page "integrated plan" of an own report: warning first, then people and need, written in one language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.own.integrated_plan import IntegratedPlan
from dewak_research.own.planning_money import (
    assumed_services,
    cost_table,
    options_part,
    payer_table,
    with_part,
)
from dewak_research.own.social_plan import SocialPlan
from dewak_research.own.template import load_template
from dewak_research.page.fans import bands_over_years
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, number, pct
from dewak_research.planning.rates import SERVICES

SHOWN_STEP = 5  #: years between those of a table
THOUSAND = 1e3
MOST_DISTRICTS = 6  #: side by side in a table
NO_PLAN: dict[str, Any] = {
    "planning_lines": [], "planning_parts": [], "planning_fans": [], "planning_before_fan": "",
}  # fmt: skip


def planning_page(found: IntegratedPlan, book: str, language: Language) -> dict[str, Any]:
    """Return what the page shows; what cannot be computed is left out and said in one sentence.

    Parameters
    ----------
    book : str
        Name of the workbook to take away.
    """
    say, plan = partial(label, language=language), found.plan
    if plan.reason:
        return {**NO_PLAN, "planning_lines": [say(f"own_planning_{plan.reason}")]}
    parts = [*warning_tables(found, language), population_table(plan, language)]
    if "districts" in found.tables:
        parts += district_tables(found.tables, plan, language)
    parts += [need_table(plan, language), cost_table(plan, language), payer_table(plan, language)]
    parts += [with_part(found, language), options_part(found, language)]
    parts.append(_part(say("own_planning_files_title"), [say("own_planning_files", book=book)]))
    return {
        **NO_PLAN,
        "planning_lines": _lines(plan, language),
        "planning_parts": parts,
        "planning_fans": [_fan(plan, language)],
        "planning_before_fan": say("own_planning_population_title"),
    }


def _part(title: str, lines: list[str]) -> dict[str, Any]:
    return {"title": title, "lines": lines, "rows": []}


def shown_years(plan: SocialPlan) -> list[int]:
    """Return the first year, every fifth, and the last."""
    first, last = plan.years[0], plan.years[-1]
    return sorted(
        {first, last, *(year for year in plan.years if year % SHOWN_STEP == 0 and year > first + 1)}
    )


def service_name(service: str, language: Language) -> str:
    """Return the name of a service."""
    return load_template().options[service][language]


def known(value: Any, language: Language, digits: int = 0) -> str:
    """Write a number, or that it is not available."""
    return label("own_no_value", language) if is_missing(value) else number(float(value), language, digits)


def banded(row: dict[Any, Any], language: Language) -> str:
    """Write ``P50 (P05–P95)``, or that it is not available."""
    if is_missing(row["p50"]):
        return label("own_no_value", language)
    middle, low, high = (number(row[name], language) for name in ("p50", "p05", "p95"))
    return middle if low == high else f"{middle} ({low}–{high})"


def _lines(plan: SocialPlan, language: Language) -> list[str]:
    say = partial(label, language=language)
    lines = [say("own_planning_lead", last=plan.years[-1], draws=number(plan.draws, language))]
    lines.append(say(f"own_planning_basis_{plan.basis}", year=plan.base_year))
    if plan.spread:
        lines.append(say("own_planning_spread"))
    if not plan.listed:
        lines.append(say("own_planning_unlisted"))
    how = say(f"own_planning_office_{plan.office_origin}")
    state = {None: "unknown", True: "yes", False: "no"}[plan.youth_office]
    lines.append(say(f"own_planning_office_{state}", how=how))
    return lines


def decide_year(row: dict[Any, Any], language: Language) -> str:
    """Write the year to decide by; one that has passed is said to be overdue."""
    if is_missing(row["decide_by"]):
        return label("own_no_value", language)
    year = int(row["decide_by"])
    return label("own_planning_now", language, year=year) if row["overdue"] else str(year)


def warning_tables(found: IntegratedPlan, language: Language) -> list[dict[str, Any]]:
    """Return the table a social planner opens first, of services with known places, and the growth of the others.

    A service without places has no year.
    """
    say, table = partial(label, language=language), found.tables["warning"]
    last = found.plan.years[-1]
    placed = table["places"].notna()
    instruments = found.tables["resources"].query("kind == 'instrument'")["resource"].nunique()
    lines = [say("own_planning_resources", n=number(instruments, language))]
    names = ("decide", "likely", "sure", "lead_years"), ("places", "gap", "matched", "open")
    urgent = []
    for row in table[placed].to_dict("records"):
        name, *need = _need_cells(row, language)
        years, amounts = _urgency(row, last, language)
        urgent.append([name, *years, *need, *amounts])
    title, grown = say("own_planning_warning_title"), say("own_planning_growth_title")
    head = _need_head(found.plan, language)
    parts = [_part(title, [say("own_planning_warning_no_places"), *lines])]
    if placed.any():
        when, much = ([say(f"own_planning_{name}", year=last) for name in some] for some in names)
        place = {"head": [head[0], *when, *head[1:], *much], "rows": urgent}
        shown = _table(
            title, [say("own_planning_warning_order")], place, "own_planning_warning_note", language
        )
        notes = [say("own_planning_warning_lead"), shown["note"], *lines]
        parts = [{**shown, "stacked": True, "note": " ".join(notes)}]
    if not placed.all():
        others = table[~placed].to_dict("records")
        rows = [[*_need_cells(row, language), _growth(row, language)] for row in others]
        shown = {"head": [*head, say("own_planning_growth")], "rows": rows}
        parts.append(_table(grown, [], shown, "own_planning_warning_note", language))
    return parts


def _table(
    title: str, lines: list[str], shown: dict[str, Any], note: str, language: Language
) -> dict[str, Any]:
    numbers = list(range(1, len(shown["head"])))
    return {"title": title, "lines": lines, **shown, "numbers": numbers, "note": label(note, language)}


def _need_head(plan: SocialPlan, language: Language) -> list[str]:
    say, first, last = partial(label, language=language), plan.years[0], plan.years[-1]
    years = {"need_now": first, "need_then": last}
    return [
        say("own_planning_service"),
        *(say(f"own_planning_{name}", year=year) for name, year in years.items()),
    ]


def _need_cells(row: dict[Any, Any], language: Language) -> list[str]:
    return [service_name(row["service"], language), known(row["need_now"], language), banded(row, language)]


def _growth(row: dict[Any, Any], language: Language) -> str:
    missing = is_missing(row["growth_share"])
    return label("own_no_value", language) if missing else pct(row["growth_share"], language, 0)


def never_by(row: dict[Any, Any], last: int, language: Language) -> str:
    """Say that places suffice to the end of the plan, or that nobody knows."""
    if is_missing(row["p50"]):
        return label("own_no_value", language)
    return label("own_planning_never", language, year=last)


def _urgency(row: dict[Any, Any], last: int, language: Language) -> tuple[list[str], list[str]]:
    """Return the cells that need places: decide, both years, lead time; and places, gap, met, open."""
    say = partial(label, language=language)
    never = never_by(row, last, language)
    years = [never if is_missing(row[name]) else str(int(row[name])) for name in ("likely_year", "sure_year")]
    lead = known(row["lead_years"], language)
    if row["lead_assumed"] and not is_missing(row["lead_years"]):
        lead = say("own_planning_assumed_mark", value=lead)
    decide = never if is_missing(row["decide_by"]) else decide_year(row, language)
    amounts = [known(row[name], language) for name in ("places", "gap", "matched", "open_rest")]
    return [decide, *years, lead], amounts


def _fan(plan: SocialPlan, language: Language) -> dict[str, Any]:
    rows = plan.tables["population"].query("age == 'total'").sort_values("year")
    years = [int(year) for year in rows["year"]]
    write = partial(number, language=language, digits=0)
    ends = rows.iloc[-1]
    alt = label(
        "own_planning_population_alt", language, first=years[0], last=years[-1], now=write(rows["p50"].iloc[0]),
        middle=write(ends["p50"]), low=write(ends["p05"]), high=write(ends["p95"]),
    )  # fmt: skip
    middle, low, high = ((rows[name] / THOUSAND).tolist() for name in ("p50", "p05", "p95"))
    return {
        "title": label("own_planning_population_chart", language),
        "picture": bands_over_years(years, middle, [(low, high)], alt, write),
    }


def population_table(plan: SocialPlan, language: Language) -> dict[str, Any]:
    """Return people by group of age for some years."""
    say, table = partial(label, language=language), plan.tables["population"]
    years = shown_years(plan)
    cells = {(row["age"], row["year"]): banded(row, language) for row in table.to_dict("records")}
    ages = list(dict.fromkeys(table["age"]))
    rows = [[_age(age, language), *(cells[age, year] for year in years)] for age in ages]
    return {
        "title": say("own_planning_population_title"),
        "lines": [],
        "head": [say("own_planning_age"), *map(str, years)],
        "rows": rows,
        "numbers": list(range(1, len(years) + 1)),
        "note": say("own_planning_population_note"),
    }


def _age(age: str, language: Language) -> str:
    return label("own_planning_total", language) if age == "total" else age.replace("-", "–")


def district_tables(
    tables: Mapping[str, pd.DataFrame], plan: SocialPlan, language: Language
) -> list[dict[str, Any]]:
    """Return people of the districts for some years, and need in the last one where not too many stand side by side."""
    say, years, last = partial(label, language=language), shown_years(plan), plan.years[-1]
    everyone = tables["districts"].query("age == 'total'")
    cells = {(row["district"], row["year"]): banded(row, language) for row in everyone.to_dict("records")}
    names = list(dict.fromkeys(everyone["district"]))
    people = {
        "head": [say("own_planning_district"), *map(str, years)],
        "rows": [[name, *(cells[name, year] for year in years)] for name in names],
    }
    title = say("own_planning_districts_title")
    parts = [_table(title, [], people, "own_planning_districts_note", language)]
    if len(names) > MOST_DISTRICTS:
        return parts
    then = tables["district_need"].query("year == @last").dropna(subset="p50")
    met = {(row["service"], row["district"]): banded(row, language) for row in then.to_dict("records")}
    services = [service for service in SERVICES if (service, names[0]) in met]
    shown = {
        "head": [say("own_planning_service"), *names],
        "rows": [[service_name(s, language), *(met[s, name] for name in names)] for s in services],
    }
    title, when = say("own_planning_district_need_title"), say("own_planning_need_then", year=last)
    return [*parts, _table(title, [when], shown, "own_planning_district_need_note", language)]


def need_table(plan: SocialPlan, language: Language) -> dict[str, Any]:
    """Return need by service: today's rates over the years, the share of people, other scenarios, the rate's source."""
    say, table = partial(label, language=language), plan.tables["need"]
    years, last = shown_years(plan), plan.years[-1]
    at = {(r["scenario"], r["service"], r["year"]): r for r in table.to_dict("records")}
    assumed = assumed_services(plan.tables["need_rates"])
    rows = []
    for service in SERVICES:
        end = at["constant", service, last]
        other = [
            "–" if at[name, service, last]["p50"] == end["p50"] else banded(at[name, service, last], language)
            for name in ("damped", "policy")
        ]
        when = str(int(end["rate_year"])) if end["rate_year"] else say("own_no_value")
        if service in assumed and end["rate_year"]:
            when = say("own_planning_assumed_mark", value=when)
        rows.append(
            [
                service_name(service, language),
                *(banded(at["constant", service, year], language) for year in years),
                known(end["demography"], language),
                *other,
                when,
            ]
        )
    head = [say("own_planning_service"), *map(str, years), say("own_planning_people")]
    head += [say(f"own_planning_{name}", year=last) for name in ("damped", "policy", "rate_year")]
    return {
        "title": say("own_planning_need_title"),
        "lines": [],
        "head": head,
        "rows": rows,
        "numbers": list(range(1, len(head))),
        "note": say("own_planning_need_note"),
    }
