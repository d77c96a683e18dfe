"""Two pages on a unit for the members of its council: another rendering of the one view, in plain sentences."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Template

from dewak_research.language import Language
from dewak_research.page.files import write_whole
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.syllables import with_soft_hyphens
from dewak_research.page.values import is_missing, kept_together
from dewak_research.unit.council_questions import asked
from dewak_research.unit.outlook import outlook_section
from dewak_research.unit.people import inhabitants
from dewak_research.unit.stress_words import stress_section
from dewak_research.unit.today import today_section
from dewak_research.unit.view import Profile
from dewak_research.unit.words import (
    booked_years,
    comparison_rows,
    kdu_place,
    neighbours_note,
    transfer_rows,
    what_is_missing,
)

FOLDER = "council"
STYLE = "council.css"
SHOWN_TODAY = (
    "liquidity_credit_eur_pc",
    "core_debt_eur_pc",
    "tax_capacity_eur_pc",
    "land_tax_b_multiplier_pct",
)
SHOWN_TOWN = ("population_change_pct", "age_67plus_pct", "unemployed_per_100", "social_eur_pc")
SHOWN_KREIS = (
    "population_change_kreis_pct", "age_65plus_pct", "sgb2_rate_pct", "kdu_eur_pc", "social_eur_pc",
    "umlagen_share_pct", "liquidity_credit_eur_pc",
)  # fmt: skip
"""Figures of the profile that the first page shows, in this order."""


def shown_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the figures that the first page shows, as the profile writes them; unknown ones stay."""
    rows = [*today_section(profile, language)["rows"], *comparison_rows(profile, language)]
    known = {row["key"]: row for row in rows}
    names = [f"today_{name}" for name in SHOWN_TODAY]
    names += [f"profile_{name}" for name in (SHOWN_KREIS if profile.is_kreis else SHOWN_TOWN)]
    return [known[name] for name in names if name in known]


def _past(profile: Profile, language: Language) -> str:
    """Say the light of the stress test, what it stands for and the loss that just reaches the law's threshold."""
    section = stress_section(profile, language)
    if not section["known"]:
        return str(section["said"][0])
    said = [section["said"][0]]
    if profile.stress.bearable_eur_pc is not None:
        said.append(section["said"][-1])
    return label(
        "council_shock_past",
        language,
        years=booked_years(profile, language),
        light=label(f"profile_light_{profile.stress.light}", language),
        said=" ".join(said),
    )


def _scale(profile: Profile, language: Language) -> str:
    booked = [row for row in profile.today_stress if not is_missing(row["land_tax_b_points"])]
    said = [
        label("council_shock_scale", language, booked=int(booked[0]["booked_year"]))
        if booked
        else label("council_shock_scale_none", language)
    ]
    if any(row["case"].startswith("interest") for row in profile.today_stress):
        said.append(label("today_note_stock", language))
    return " ".join(said)


def cases(profile: Profile, language: Language) -> list[dict[str, str]]:
    """Return the case studies: name, what was done there, and whether it can be transferred."""
    found = []
    for row, written in zip(profile.transfer, transfer_rows(profile, language), strict=True):
        lights: dict[str, Any] = {
            what: ", ".join(part for part in (word, text) if part)
            for what, _, word, text in written["lights"]
        }
        did = label(f"council_case_{row['case']}", language)
        found.append({"name": written["case"], "did": did, "fits": label("council_fits", language, **lights)})
    return found


def unknown(profile: Profile, language: Language) -> list[str]:
    """Return what is not known of the unit: of its records, of today and of later."""
    said = what_is_missing(profile, language)
    if profile.today:
        said.append(label("today_no_answer", language))
    else:
        said.append(label("today_towns_only" if profile.is_kreis else "profile_no_value", language))
    gaps = [row["name"] for row in shown_rows(profile, language) if not row["known"]]
    if gaps:
        none = label("profile_no_value", language)
        said.append(f"{none[0].upper()}{none[1:]}: {', '.join(gaps)}.")
    return said


def council_context(profile: Profile, language: Language) -> dict[str, Any]:
    """Return everything the summary shows, already written in the language."""
    say = partial(label, language=language)
    kreis, kind = "_kreis" if profile.is_kreis else "", str(profile.unit["kind"])
    name = str(profile.unit["name"])
    today, place = today_section(profile, language), kdu_place(profile, language)
    return {
        "language": language,
        "other": "en" if language == "de" else "de",
        "t": say,
        "soft": with_soft_hyphens,
        "ags": profile.ags,
        "title": say(f"council_title{kreis}", name=name),
        "facts": " · ".join(
            [say(f"profile_kind_{kind}", kreis=profile.kreis_name), inhabitants(profile, language)]
        ),
        "today": today["text"],
        "rows": shown_rows(profile, language),
        "kdu_place": say("council_kdu", place=place) if profile.is_kreis and place else None,
        "lead": say("council_lead", here=say(f"council_here_{kind}")),
        "peers": say(f"council_peers_{kind}", peers=profile.peers),
        "losses": today.get("losses", []),
        "relief": today.get("relief", ""),
        "scale": _scale(profile, language),
        "past": _past(profile, language),
        "grid": stress_section(profile, language) if profile.is_kreis else {"rows": []},
        "outlook": outlook_section(profile, language),
        "cases": cases(profile, language),
        "documented": profile.documented,
        "neighbours": [(str(row["peer"]), str(row["name"])) for row in profile.neighbours],
        "neighbours_note": neighbours_note(profile, language),
        "questions": asked(profile, language),
        "unknown": unknown(profile, language),
        "sure": say(f"council_sure_text{kreis}"),
        "not_said": say(f"council_not_text{kreis}"),
    }


def council_template() -> Template:
    """Return the page's template."""
    return templates("dewak_research.unit").get_template("council.html")


def council_page(
    profile: Profile, language: Language, template: Template | None = None, alone: bool = False
) -> str:
    """Return the two pages on one unit as HTML; every text of the data is escaped.

    Parameters
    ----------
    alone : bool
        The page lies beside ``index.html`` of a unit's own report, not in the book.
    """
    page = (template or council_template()).render(council_context(profile, language), alone=alone)
    return kept_together(page, language)


def write_style(folder: Path) -> None:
    """Write the style sheet that all summaries share into ``<folder>/_static``; it is no part of the book's pages."""
    (folder / "_static").mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(__file__).parent / "templates" / STYLE, folder / "_static" / STYLE)


def write_councils(profile: Profile, html: Path, languages: Iterable[Language], template: Template) -> None:
    """Write ``<html>/<language>/council/<ags>.html``."""
    for language in languages:
        page = council_page(profile, language, template)
        write_whole(html / language / FOLDER / f"{profile.ags}.html", page)
