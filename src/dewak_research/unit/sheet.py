"""The printable profile of a unit: one A4 page, written without a notebook for all units in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Template
from markupsafe import Markup, escape

from dewak_research.data.catalogue import publishers, source_html, source_parts
from dewak_research.language import Language
from dewak_research.page.files import write_whole
from dewak_research.page.html import line_over_years, mark_on_scale, scale_parts, stacked_bar, templates
from dewak_research.page.labels import label
from dewak_research.page.syllables import with_soft_hyphens
from dewak_research.page.values import eur, is_missing, kept_together, number
from dewak_research.unit.council import council_template, write_councils
from dewak_research.unit.kreis_today import KREIS_SOURCES
from dewak_research.unit.kreis_words import GERMAN_SOURCES, german_section
from dewak_research.unit.outlook import NEED_SOURCES, OUTLOOK_SOURCES, outlook_section
from dewak_research.unit.people import age_shares, age_title, census_marks, inhabitants, population_note
from dewak_research.unit.place_words import PLACE_SOURCES, place_section
from dewak_research.unit.prices import PRICE_INDEX, prices_switch, with_values
from dewak_research.unit.sheet_files import UnitData, unit_data
from dewak_research.unit.sheet_help import publishers_of, tools, what_is
from dewak_research.unit.sheet_places import FOLDER
from dewak_research.unit.sheet_terms import with_terms
from dewak_research.unit.stress_words import stress_section
from dewak_research.unit.today import TODAY_SOURCES, today_section
from dewak_research.unit.unit_names import unit_search
from dewak_research.unit.view import NEIGHBOURS_SHOWN, Profile, ProfileTables, Row, profile_of
from dewak_research.unit.words import (
    Write,
    comparison_rows,
    kdu_note,
    kdu_place,
    neighbours_note,
    path_in_words,
    transfer_note,
    transfer_rows,
    what_is_missing,
)

_INDENT = re.compile(r"\n\s+")
NEIGHBOURS_BESIDE = 2  #: that the link to the comparison fills in
SPECIAL = {"05334002": "profile_special_aachen"}  #: units whose kind needs a word
SOURCES = (
    "towns", "town_population", "town_age", "census", "unemployment", "tax_panel",
    "kreise_panel", "booked_payments", "balance_sheets", "deprivation", *TODAY_SOURCES,
    *OUTLOOK_SOURCES, *NEED_SOURCES, *PLACE_SOURCES, *KREIS_SOURCES, "town_population_derived",
    PRICE_INDEX, *GERMAN_SOURCES,
)  # fmt: skip


@cache
def credit(language: Language) -> Markup:
    """Return the source and licence line of everything on the page."""
    return Markup(source_html(SOURCES, language))


def line(
    rows: list[Row],
    column: str,
    key: str,
    language: Language,
    write: Write,
    breaks: Mapping[float, str] | None = None,
    **names: Any,
) -> Markup:
    """Draw a figure over years; nothing where no year is known."""
    if all(is_missing(row[column]) for row in rows):
        return Markup("")
    alt = path_in_words(rows, column, key, language, write, **names)
    years, values = [row["year"] for row in rows], [row[column] for row in rows]
    return line_over_years(years, values, alt, partial(write, language=language), breaks)


def _euros(rows: list[Row], column: str, key: str, language: Language) -> Markup:
    return with_values(line(rows, column, key, language, eur), rows, column)


def priced(title: str) -> Markup:
    """Return a head that says nominal, with that word marked, for the switch of prices puts another there."""
    return escape(title).replace("nominal", Markup('<span class="euro-of">nominal</span>'), 1)


def _light(light: str, language: Language, word: str = "") -> Markup:
    """A light is a coloured mark and a word, so that it can be read without colour."""
    word = word or label(f"profile_light_{light}", language)
    return Markup('<span class="light light-{}">{}</span>').format(light, word)


def written_in(language: Language) -> dict[str, Any]:
    """Return what the template of every sheet needs to write in a language."""
    say = partial(label, language=language)
    return {
        "language": language,
        "other": "en" if language == "de" else "de",
        "t": say,
        "soft": with_soft_hyphens,
        "head": lambda key: with_soft_hyphens(say(key)),
        "place": mark_on_scale,
        "what": partial(what_is, language=language),
        "scale": scale_parts(),
    }


def context_of(profile: Profile, language: Language) -> dict[str, Any]:
    """Return everything the page's template shows, already written in the language."""
    say = partial(label, language=language)
    compared, now = comparison_rows(profile, language), today_section(profile, language)
    shares = age_shares(profile, language)
    return {
        **written_in(language),
        "light": partial(_light, language=language),
        "ags": profile.ags,
        "name": str(profile.unit["name"]),
        "kind": say(f"profile_kind_{profile.unit['kind']}", kreis=profile.kreis_name),
        "is_kreis": profile.is_kreis,
        "special": label(SPECIAL[profile.ags], language) if profile.ags in SPECIAL else "",
        "inhabitants": inhabitants(profile, language),
        "section": place_section(profile, language),
        "area": number(profile.unit["area_km2"], language, 1),
        "missing": what_is_missing(profile, language),
        "population": line(
            profile.population,
            "population",
            "profile_population_alt",
            language,
            number,
            census_marks(profile.population, language),
        ),
        "population_note": population_note(profile, language),
        "age": "" if not profile.age else stacked_bar(profile.age, ", ".join(shares)),
        "age_title": age_title(profile, language),
        "age_groups": " · ".join(shares),
        "tax_title": say("profile_tax_kreis_title" if profile.is_kreis else "profile_tax_title"),
        "tax": _euros(profile.tax, "tax_capacity_eur_pc", "profile_tax_alt", language),
        "trade_tax": _euros(profile.tax, "trade_tax_eur_pc", "profile_trade_tax_alt", language),
        "kdu": _euros(profile.kdu, "kdu_eur_pc", "profile_kdu_alt", language),
        "prices": prices_switch((int(row["year"]) for row in (*profile.tax, *profile.kdu)), language),
        "priced": priced,
        "kdu_title": say("profile_kdu_title", kreis=profile.kreis_name),
        "kdu_place": kdu_place(profile, language),
        "kdu_note": kdu_note(profile, language),
        "peers": profile.peers,
        "germany": None if profile.germany is None else german_section(profile.germany, language),
        "comparison": compared,
        "tools": tools(profile.ags, str(profile.unit["name"]), publishers_of(profile, language), language),
        "today": now,
        "outlook": outlook_section(profile, language),
        "stress": stress_section(profile, language),
        "transfer": transfer_rows(profile, language),
        "transfer_note": transfer_note(language),
        "credit": credit(language),
        "publishers": ", ".join(publishers(SOURCES, language)),
        "neighbours": [(str(row["peer"]), str(row["name"])) for row in profile.neighbours[:NEIGHBOURS_SHOWN]],
        "beside": [(str(row["peer"]), str(row["name"])) for row in profile.neighbours[:NEIGHBOURS_BESIDE]],
        "neighbours_note": neighbours_note(profile, language),
    }


def leaflet(
    profile: Profile, language: Language, template: Template | None = None, alone: bool = False
) -> str:
    """Return the page of one unit as HTML; every text of the data is escaped.

    Parameters
    ----------
    alone : bool
        The page lies beside ``index.html`` of a unit's own report, not in the book.
    """
    page = template or templates("dewak_research.unit").get_template("leaflet.html")
    return rendered(page, context_of(profile, language), language, alone)


def rendered(page: Template, context: Mapping[str, Any], language: Language, alone: bool = False) -> str:
    """Return a sheet as HTML, its lines not indented."""
    search = Markup("") if alone else unit_search(language, "../..")
    html = kept_together(_INDENT.sub("\n", page.render(context, alone=alone, unit_search=search)), language)
    return html if alone else with_terms(html, language)


def write_credits(folder: Path, language: Language) -> None:
    """Write ``sources.html`` beside the sheets of a language: sources, licences and changes, which all share."""
    page = templates("dewak_research.unit").get_template("sheet_sources.html")
    credits = [Markup(part) for part in source_parts(SOURCES, language)]
    write_whole(folder / "sources.html", page.render(written_in(language), credits=credits))


def write_leaflets(
    tables: ProfileTables, units: Iterable[str], html: Path, languages: Sequence[Language]
) -> list[UnitData]:
    """Write page and summary of units of the register and return what their files of data hold."""
    template = templates("dewak_research.unit").get_template("leaflet.html")
    summary = council_template()
    written = []
    for ags in units:
        profile = profile_of(tables, ags)
        written.append(unit_data(profile))
        write_councils(profile, html, languages, summary)
        for language in languages:
            write_whole(html / language / FOLDER / f"{ags}.html", leaflet(profile, language, template))
    return written
