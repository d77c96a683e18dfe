"""The printable profile of every Kreis of Germany outside the Land of the report: one A4 page and its data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Template
from markupsafe import Markup, escape

from dewak_research.data.catalogue import publishers
from dewak_research.data.kreis_indicators import kreis_indicator
from dewak_research.language import Language
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import eur, formatted, is_missing, number
from dewak_research.rules import HOME
from dewak_research.unit import kreis_words as words
from dewak_research.unit.kreis_council import write_kreis_councils
from dewak_research.unit.kreis_view import KreisProfile, kreis_profile_of
from dewak_research.unit.prices import PRICE_INDEX, prices_switch, with_values
from dewak_research.unit.sheet import NEIGHBOURS_BESIDE, credit, line, priced, rendered, written_in
from dewak_research.unit.sheet_files import UnitData, kreis_unit_data
from dewak_research.unit.sheet_help import german_publishers, tools
from dewak_research.unit.sheet_places import FOLDER
from dewak_research.unit.view import NEIGHBOURS_SHOWN, ProfileTables

LINES = ("population", "unemployment_pct", "kdu_eur_pc", "liquidity_credit_eur_pc")
"""Figures drawn over the years."""
EURO = ("kdu_eur_pc", "liquidity_credit_eur_pc")
"""Those in euro per inhabitant, which a reader may want at other prices."""
CENSUS_BREAKS = {2011: 2012, 2022: 2023}
"""Census and the first year whose inhabitants are counted from it, in the panel of the Kreise and the ages after it."""


def _lines(profile: KreisProfile, language: Language) -> list[tuple[Markup, Markup]]:
    drawn = []
    for key in LINES:
        one = kreis_indicator(key)
        in_euro = key in EURO
        write = eur if in_euro else partial(formatted, spec=one.spec)
        breaks = {
            first - 0.5: label("census_mark", language, year=str(census)) for census, first in CENSUS_BREAKS.items()
        } if key == "population" else None  # fmt: skip
        name = label(one.label_key, language, with_unit=not in_euro)
        rows = profile.series[key]
        picture = line(rows, key, "kreis_line_alt", language, write, breaks, name=name)
        if in_euro:
            title = priced(label("kreis_nominal", language, name=name))
            drawn.append((title, with_values(picture, rows, key)))
        else:
            drawn.append((escape(name), picture))
    return drawn


def context_of_kreis(profile: KreisProfile, language: Language) -> dict[str, Any]:
    """Return everything the page's template shows, already written in the language."""
    lead = "kreis_lead_city" if profile.is_city else "kreis_lead"
    near = profile.neighbours
    return {
        **written_in(language),
        "ags": profile.ags,
        "name": profile.name,
        "kind": words.kind_in_words(profile, language),
        "inhabitants": words.inhabitants_of(profile, language),
        "area": number(profile.area_km2, language, 1),
        "is_city": profile.is_city,
        "lead": label(lead, language, peers=len(near)),
        "missing": words.german_missing(profile, language),
        "glance": words.at_a_glance(profile, language),
        "federal_share": words.federal_share(profile, language),
        "lines": _lines(profile, language),
        "prices": prices_switch(
            (int(row["year"]) for key in EURO for row in profile.series[key] if not is_missing(row[key])),
            language,
        ),
        "series_note": label(
            "kreis_series_note", language, persons=number(profile.persons_per_unit, language, 2)
        ),
        "boundaries": words.boundaries(profile, language),
        "germany": words.german_section(profile, language),
        "neighbours": [(str(row["unit"]), str(row["name"])) for row in near[:NEIGHBOURS_SHOWN]],
        "beside": [(str(row["unit"]), str(row["name"])) for row in near[:NEIGHBOURS_BESIDE]],
        "tools": tools(profile.ags, profile.name, german_publishers(language), language),
        "credit": credit(language),
        "publishers": ", ".join(publishers((*words.GERMAN_SOURCES, PRICE_INDEX), language)),
    }


def kreis_sheet(
    profile: KreisProfile, language: Language, template: Template | None = None, alone: bool = False
) -> str:
    """Return the page of one Kreis as HTML; every text of the data is escaped.

    Parameters
    ----------
    alone : bool
        The page lies in a folder of its own, not in the book.
    """
    page = template or templates("dewak_research.unit").get_template("kreis.html")
    return rendered(page, context_of_kreis(profile, language), language, alone)


def kreise_elsewhere(tables: ProfileTables) -> list[str]:
    """Return the keys of the Kreise of the other Länder."""
    register = tables.kreise
    return [str(ags) for ags in register.loc[register["land"] != HOME, "ags"]]


def write_kreis_sheets(
    tables: ProfileTables, kreise: Iterable[str], html: Path, languages: Sequence[Language]
) -> list[UnitData]:
    """Write page and summary of Kreise of other Länder and return what their files of data hold."""
    template = templates("dewak_research.unit").get_template("kreis.html")
    summary = templates("dewak_research.unit").get_template("council_kreis.html")
    written = []
    for ags in kreise:
        profile = kreis_profile_of(tables.rows, ags)
        written.append(kreis_unit_data(profile))
        write_kreis_councils(profile, html, languages, summary)
        for language in languages:
            write_whole(html / language / FOLDER / f"{ags}.html", kreis_sheet(profile, language, template))
    return written
