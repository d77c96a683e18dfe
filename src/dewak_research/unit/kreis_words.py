"""A Kreis among all of Germany in words: its figures beside the nearest ones, its place among all, what is missing."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import Any

from dewak_research.data.kreis_indicators import CITY_STATES, KREIS_INDICATORS, kreis_indicator
from dewak_research.language import Language
from dewak_research.page.html import mark_on_scale
from dewak_research.page.labels import label
from dewak_research.page.values import formatted, is_missing, number, with_unit
from dewak_research.unit.kreis_view import KreisProfile
from dewak_research.unit.stress_view import Row
from dewak_research.unit.words import above_others, row_beside_peers

GERMAN_SOURCES = tuple(dict.fromkeys(source for one in KREIS_INDICATORS for source in one.sources))
AT_A_GLANCE = ("unemployment_pct", "minimum_security_pct", "kdu_eur_pc", "core_debt_eur_pc")
SAARLAND = "10"
"""The one Land whose German name has an article: im Saarland."""
REFORMED = {"03159": "kreis_reform_goettingen", "16063": "kreis_reform_wartburgkreis"}
"""Kreise that took in another one since 2016, and the label that says so."""
CITY_TITLES = {"money": "kreis_theme_money_city"}
"""Titles of subjects that read otherwise for a city, which has no towns within it."""


def kind_in_words(profile: KreisProfile, language: Language) -> str:
    """Say what it is and in which Land."""
    alone = profile.unit["land"] in CITY_STATES and profile.name == profile.unit["land_name"]
    key = "kreis_kind_city_state" if alone else f"kreis_kind_{profile.unit['kind']}"
    where = "kreis_in_land_10" if profile.unit["land"] == SAARLAND else "kreis_in_land"
    return label(key, language, where=label(where, language, land=profile.unit["land_name"]))


def inhabitants_of(profile: KreisProfile, language: Language) -> str:
    """Say the newest known number of inhabitants and its year."""
    rows = [row for row in profile.series["population"] if not is_missing(row["population"])]
    people = number(rows[-1]["population"], language)
    return label("profile_inhabitants", language, n=people, year=int(rows[-1]["year"]))


def german_rows(profile: KreisProfile, language: Language) -> list[dict[str, Any]]:
    """Return the figures beside the nearest Kreise and among all, by subject.

    Returns
    -------
    list of dict
        title (of the subject) and rows: as `row_beside_peers`, with year, mark (on a scale), among (place of all).
    """
    subjects = groupby(profile.comparison, key=lambda row: kreis_indicator(str(row["indicator"])).theme)
    titles = CITY_TITLES if profile.is_city else {}
    return [
        {
            "title": label(titles.get(theme, f"kreis_theme_{theme}"), language),
            "rows": [_row(row, language) for row in rows],
        }
        for theme, rows in subjects
    ]


def _row(row: Row, language: Language) -> dict[str, Any]:
    one = kreis_indicator(str(row["indicator"]))
    known = not is_missing(row["place"])
    places: dict[str, Any] = (
        {"place": number(row["place"], language), "of": number(row["of"], language)} if known else {}
    )
    beside = row_beside_peers(row, one.label_key, one.spec, language)
    return {
        **beside,
        "mark": mark_on_scale(beside["place"], beside["said"]),
        "year": int(row["year"]),
        "among": label("kreis_place", language, **places) if known else label("profile_no_value", language),
    }


def at_a_glance(profile: KreisProfile, language: Language) -> list[str]:
    """Say four figures and in how many of the others they are lower; those without a value are left out."""
    said = []
    for row in profile.comparison:
        if row["indicator"] in AT_A_GLANCE and not is_missing(row["value"]):
            written = _row(row, language)
            above = above_others(int(row["place"]), int(row["of"]), language)
            said.append(
                label(
                    "kreis_glance",
                    language,
                    name=written["name"],
                    year=written["year"],
                    value=with_unit(written["value"], written["unit"], language),
                    above=above,
                )
            )
    return said


def german_missing(profile: KreisProfile, language: Language) -> list[str]:
    """Return what is not known of the Kreis here, and by which boundaries it is counted."""
    say = partial(label, language=language)
    said = [say("kreis_no_bookings_city" if profile.is_city else "kreis_no_bookings")]
    if profile.unknown:
        names = ", ".join(say(kreis_indicator(key).label_key) for key in profile.unknown)
        said.append(say("kreis_unknown", names=names))
    return said


def boundaries(profile: KreisProfile, language: Language) -> str:
    """Say by which boundaries all years are counted."""
    said = label("kreis_boundaries", language)
    return f"{said} {label(REFORMED[profile.ags], language)}" if profile.ags in REFORMED else said


def german_note(profile: KreisProfile, language: Language) -> str:
    """Say how the nearest Kreise are found and what the places mean."""
    key = "kreis_peers_note_city" if profile.is_city else "kreis_peers_note"
    return label(key, language, peers=len(profile.neighbours), features=profile.features)


def federal_share(profile: KreisProfile, language: Language) -> str:
    """Say how much of the housing cost the Federation pays in the Land."""
    if profile.federal_share is None:
        return ""
    share = formatted(profile.federal_share["value"], ".1f", language)
    return label("kreis_federal_share", language, share=share, year=int(profile.federal_share["year"]))


def german_section(profile: KreisProfile, language: Language) -> dict[str, Any]:
    """Return the table of a Kreis among all of Germany: subjects with their rows, its note, whose figures they are."""
    return {
        "name": profile.name,
        "subjects": german_rows(profile, language),
        "note": german_note(profile, language),
    }
