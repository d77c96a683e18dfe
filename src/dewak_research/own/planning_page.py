"""The page "integrated plan" of an own report: warning first, then people and need, written in one language."""

from __future__ import annotations

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
NO_PLAN: dict[str, Any] = {
    "planning_lines": [], "planning_parts": [], "planning_fans": [], "planning_before_fan": "", "planning_short": "",
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
        parts.append(_districts(found.tables["districts"], plan, language))
    parts += [need_table(plan, language), cost_table(plan, language), payer_table(plan, language)]
    parts += [with_part(found, language), options_part(found, language)]
    parts.append(_part(say("own_planning_files_title"), [say("own_planning_files", book=book)]))
    return {
        **NO_PLAN,
        "planning_lines": _lines(plan, language),
        "planning_parts": parts,
        "planning_fans": [_fan(plan, language)],
        "planning_before_fan": say("own_planning_population_title"),
        "planning_short": _short(found, language),
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


def _short(found: IntegratedPlan, language: Language) -> str:
    """Return the most urgent decision as one line for the printed page; nothing where no year is named."""
    rows = found.tables["warning"].dropna(subset="decide_by")
    if rows.empty:
        return ""
    first = rows.iloc[0]
    return label(
        "own_planning_short", language, service=service_name(str(first["service"]), language),
        likely=int(first["likely_year"]), decide=_decide(first.to_dict(), language),
    )  # fmt: skip


def _decide(row: dict[Any, Any], language: Language) -> str:
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
    names = ("decide", "likely", "sure", "lead_years", "places", "gap", "matched", "open")
    urgent = [
        [*_need_cells(row, language), *_urgency(row, last, language)]
        for row in table[placed].to_dict("records")
    ]
    title, grown = say("own_planning_warning_title"), say("own_planning_growth_title")
    head = _need_head(found.plan, language)
    parts = [_part(title, [say("own_planning_warning_no_places"), *lines])]
    if placed.any():
        place = {"head": [*head, *(say(f"own_planning_{name}", year=last) for name in names)], "rows": urgent}
        parts = [
            _table(
                title,
                [say("own_planning_warning_lead"), *lines],
                place,
                "own_planning_warning_note",
                language,
            )
        ]
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


def _urgency(row: dict[Any, Any], last: int, language: Language) -> list[str]:
    """Return the cells that need places: decide, tight, certain, lead time, places, gap, met, open."""
    say = partial(label, language=language)
    unknown = is_missing(row["p50"])
    never = say("own_no_value") if unknown else say("own_planning_never", year=last)
    years = [never if is_missing(row[name]) else str(int(row[name])) for name in ("likely_year", "sure_year")]
    lead = known(row["lead_years"], language)
    if row["lead_assumed"] and not is_missing(row["lead_years"]):
        lead = say("own_planning_assumed_mark", value=lead)
    decide = never if is_missing(row["decide_by"]) else _decide(row, language)
    amounts = [known(row[name], language) for name in ("places", "gap", "matched", "open_rest")]
    return [decide, *years, lead, *amounts]


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


def _districts(table: pd.DataFrame, plan: SocialPlan, language: Language) -> dict[str, Any]:
    say, years = partial(label, language=language), shown_years(plan)
    sums = table.groupby(["district", "year"], sort=False)["persons"].sum()
    rows = [
        [str(name), *(known(sums.get((name, year), float("nan")), language) for year in years)]
        for name in dict.fromkeys(table["district"])
    ]
    return {
        "title": say("own_planning_districts_title"),
        "lines": [],
        "head": [say("own_planning_district"), *map(str, years)],
        "rows": rows,
        "numbers": list(range(1, len(years) + 1)),
        "note": say("own_planning_districts_note"),
    }


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
