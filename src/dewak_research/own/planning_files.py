"""The integrated plan as a workbook to take away: which tables it holds, under which headings, in which words."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
from openpyxl import Workbook

from dewak_research.data.catalogue import catalogue
from dewak_research.errors import entries
from dewak_research.language import Language, Text
from dewak_research.own.check import OwnFigures
from dewak_research.own.integrated_plan import IntegratedPlan
from dewak_research.own.planning_book import SheetOf, planning_book
from dewak_research.own.planning_money import each_of, payer_names
from dewak_research.own.planning_page import planning_page, shown_years
from dewak_research.own.planning_sheets import instruments
from dewak_research.own.template import load_template
from dewak_research.page.labels import label
from dewak_research.page.values import number
from dewak_research.planning.rates import SERVICES
from dewak_research.rules import HOME, NEUTRAL, Value, land

WORDS = "planning_files.yaml"
TRANSLATED = (
    "scenario", "sex", "kind", "hsk_compatible", "variant", "reason", "age", "breaks", "sector", "each_of", "shown_as",
    "use", "tag",
)  # fmt: skip


def words(part: str) -> dict[str, Any]:
    """Return a part of the words of the workbook: sheets, columns, values."""
    return dict(entries("dewak_research.own", WORDS)[part])


def planning_workbook(found: IntegratedPlan, figures: OwnFigures, language: Language) -> Workbook:
    """Return the workbook: overview with sources and assumptions, what-if, and every table that could be computed."""
    say = partial(label, language=language)
    page = planning_page(found, "", language)
    about = [
        say("own_private"),
        *page["planning_lines"],
        "",
        say("own_planning_assumptions"),
        *assumptions(language),
    ]
    about += ["", say("own_planning_sources"), *_sources(found, figures, language)]
    columns = {name: Text.of(entry)[language] for name, entry in words("columns").items()}
    notes = {part["title"]: part.get("note", "") for part in page["planning_parts"]}
    sheets = [
        SheetOf(
            Text.of(entry)[language],
            shown_values(found.tables[name], language),
            columns,
            [line for line in [notes.get(say(entry["of"]), "") if "of" in entry else ""] if line],
        )
        for name, entry in words("sheets").items()
        if name in found.tables and len(found.tables[name])
    ]  # fmt: skip
    title = f"{say('own_page_planning')}: {figures.name}"
    return planning_book(title, about, sheets, what_if(found, language), language)


def shown_values(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Return a table with the names of services, payers and other words in place of their keys."""
    options = {key: text[language] for key, text in load_template().options.items()}
    values = {name: Text.of(entry)[language] for name, entry in words("values").items()}
    names = {**options, **values}
    catalogue = {key: text[language] for key, text in instruments().items()}
    by_column = {
        "resource": catalogue,
        "payer": payer_names(language),
        "source": source_names(language),
        "service": {s: options[s] for s in SERVICES},
    }
    shown = _said(table, language)
    for column in table.columns:
        if not pd.api.types.is_numeric_dtype(table[column]) and not pd.api.types.is_bool_dtype(table[column]):
            known = by_column.get(str(column), names if str(column) in TRANSLATED else {})
            shown[column] = [known.get(value, value) for value in table[column]]
    return shown


def _said(table: pd.DataFrame, language: Language) -> pd.DataFrame:
    """Say "none" where a missing year means that there is none, not that it is unknown."""
    shown = table.copy()
    if "likely_year" in shown:
        known = shown["places"].notna() & shown["p50"].notna()
        word = label("own_planning_never", language, year=int(shown["last_year"].iloc[0]))
        for column in ("likely_year", "sure_year", "decide_by"):
            shown[column] = shown[column].astype(object).mask(known & shown[column].isna(), word)
    if "first_trigger_year" in shown:
        known = shown["end_allgemeine_ruecklage_eur"].notna() & shown["first_trigger_year"].isna()
        word = label("own_planning_none_year", language)
        shown["first_trigger_year"] = shown["first_trigger_year"].astype(object).mask(known, word)
    if "options" in shown:
        shown["options"] = shown["options"].replace("", label("own_planning_nothing", language))
    return shown


def what_if(found: IntegratedPlan, language: Language) -> pd.DataFrame:
    """Return what is counted, what one costs, and the municipality's part of it for the years of the page."""
    cost = found.tables["cost"]
    rows = cost[cost["year"].isin(shown_years(found.plan))].dropna(subset=["counted", "eur_each"], how="all")
    place = rows["service"].map(SERVICES.index)
    names = [
        f"{load_template().options[row['service']][language]}, {each_of(row, language)}"
        if row["each_of"]
        else load_template().options[row["service"]][language]
        for row in rows.to_dict("records")
    ]
    shown = pd.DataFrame(
        {
            "service": names, "year": rows["year"], "need": rows["counted"], "eur": rows["eur_each"],
            "town_share": (rows["net_eur"] / rows["gross_eur"]).clip(0.0, 1.0),
        }
    )  # fmt: skip
    return shown.assign(place=place).sort_values(["place", "year"], ignore_index=True).drop(columns="place")


def planning_values() -> list[Value]:
    """Return what the plan assumes or takes from publications: of every Land, then of this one, which goes before."""
    own = land(HOME).values("planning")
    stated = {value.key for value in own}
    return [*(value for value in land(NEUTRAL).values("planning") if value.key not in stated), *own]


def assumptions(language: Language) -> list[str]:
    """Return the assumptions of the rules, each with its value, its year and whether it was verified."""
    lines = []
    for value in planning_values():
        given = value.value
        if isinstance(given, dict):
            shown = "; ".join(
                f"{load_template().options[key][language]} {_written(one, language)}"
                for key, one in given.items()
            )
        else:
            shown = _written(given, language)
        when = f", {value.valid_from}" if value.valid_from else ""
        state = label("own_planning_verified" if value.verified else "own_planning_unverified", language)
        lines.append(f"{value.title[language]}{when}: {shown} ({state})")
    return lines


def _written(value: float, language: Language) -> str:
    digits = len(f"{value:.3f}".rstrip("0").partition(".")[2])
    return number(float(value), language, digits)


def source_names(language: Language) -> dict[str, str]:
    """Return what stands for the keys of sources: publisher and title of a table, the name of a publication."""
    tables = {key: one for name, one in catalogue().items() for key in (name, one.role)}
    found = {key: f"{one.publisher[language]}: {one.title[language]}" for key, one in tables.items()}
    return found | {source.id: source.cited(language) for v in planning_values() for source in v.sources}


def _sources(found: IntegratedPlan, figures: OwnFigures, language: Language) -> list[str]:
    options = load_template().options
    own = [
        f"{options[str(row['sheet'])][language]}: {row['source']}"
        for row in figures.sources.to_dict("records")
        if row["sheet"]
    ]
    named = pd.concat([found.tables["need_rates"], found.tables["unit_costs"]])["source"]
    names = source_names(language)
    listed = "; ".join(dict.fromkeys(names.get(str(source), str(source)) for source in named if source))
    return [label("own_planning_sources_tables", language, tables=listed), *own]
