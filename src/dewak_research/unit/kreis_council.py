"""One page on a Kreis outside the Land of the report for the members of its council: what is known, and what to ask."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Template

from dewak_research.language import Language
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, kept_together, number, with_unit
from dewak_research.unit import kreis_words as words
from dewak_research.unit.council import FOLDER
from dewak_research.unit.council_questions import Seen, asked_of
from dewak_research.unit.kreis_view import KreisProfile
from dewak_research.unit.view import NEIGHBOURS_SHOWN

SHOWN = (
    "age_65plus_pct", "unemployment_pct", "minimum_security_pct", "asking_rent_eur_m2", "kdu_eur_pc",
    "childcare_under3_pct", "care_dependency_per_100", "tax_capacity_eur_pc", "core_debt_eur_pc",
    "liquidity_credit_eur_pc",
)  # fmt: skip
"""Figures of the profile that the page shows, in this order."""
NO_BOOKINGS = "german_bookings"
"""What a question follows from where nothing booked is known."""


def _rows(profile: KreisProfile, language: Language) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for part in words.german_rows(profile, language) for row in part["rows"]}


def seen_in_germany(profile: KreisProfile, language: Language) -> dict[str, Seen]:
    """Return the figures that questions follow from, by name; what is not known is not among them."""
    found = {NO_BOOKINGS: Seen(label("council_seen_german_bookings", language), 1.0)}
    raw = {f"kreis_{row['indicator']}": row for row in profile.comparison}
    for key, row in _rows(profile, language).items():
        if is_missing(raw[key]["value"]):
            continue
        said = label(
            "council_seen_peers",
            language,
            name=f"{row['name']} ({row['year']})",
            value=with_unit(row["value"], row["unit"], language),
            median=with_unit(row["median"], row["unit"], language),
        )
        found[key] = Seen(said, float(raw[key]["value"]), row["place"])
    return found


def kreis_council_context(profile: KreisProfile, language: Language) -> dict[str, Any]:
    """Return everything the page shows, already written in the language."""
    say = partial(label, language=language)
    city = "_city" if profile.is_city else ""
    rows = _rows(profile, language)
    return {
        "language": language,
        "other": "en" if language == "de" else "de",
        "t": say,
        "ags": profile.ags,
        "title": say(f"council_one_title{city}", name=profile.name),
        "facts": f"{words.kind_in_words(profile, language)} · {words.inhabitants_of(profile, language)}",
        "lead": say(f"council_one_lead{city}"),
        "rows": [rows[f"kreis_{key}"] for key in SHOWN if f"kreis_{key}" in rows],
        "peers": say(f"council_one_peers{city}", peers=len(profile.neighbours)),
        "neighbours": [(str(row["unit"]), str(row["name"])) for row in profile.neighbours[:NEIGHBOURS_SHOWN]],
        "questions": asked_of(seen_in_germany(profile, language), ("germany",), language),
        "unknown": [*words.german_missing(profile, language), say("council_one_no_outlook")],
        "sure": say("council_one_sure", persons=number(profile.persons_per_unit, language, 2)),
        "not_said": say(f"council_one_not{city}"),
    }


def kreis_council_page(
    profile: KreisProfile, language: Language, template: Template | None = None, alone: bool = False
) -> str:
    """Return the page as HTML; every text of the data is escaped.

    Parameters
    ----------
    alone : bool
        The page lies beside ``sheet.html`` in a folder of its own, not in the book.
    """
    page = template or templates("dewak_research.unit").get_template("council_kreis.html")
    return kept_together(page.render(kreis_council_context(profile, language), alone=alone), language)


def write_kreis_councils(
    profile: KreisProfile, html: Path, languages: Iterable[Language], template: Template
) -> None:
    """Write ``<html>/<language>/council/<ags>.html``."""
    for language in languages:
        page = kreis_council_page(profile, language, template)
        write_whole(html / language / FOLDER / f"{profile.ags}.html", page)
