"""The printable profile of a unit: one A4 page, written without a notebook for all units in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from jinja2 import Template
from markupsafe import Markup

from dewak_research.data.catalogue import source_html
from dewak_research.language import Language
from dewak_research.page.inline_svg import line_over_years, mark_on_scale, stacked_bar
from dewak_research.page.labels import find_label, label
from dewak_research.page.site import templates
from dewak_research.page.values import eur, formatted, is_missing, number, pct
from dewak_research.unit.outcomes import StressView, TransferView
from dewak_research.unit.view import Profile, ProfileTables, Row, indicators_of, profile_of

FOLDER = "profile"
Write = Callable[..., str]
SOURCES = (
    "nrw_gemeinden", "nrw_population", "nrw_age_2015", "nrw_census_2022", "nrw_unemployment", "nrw_tax_panel",
    "kreise_panel", "nrw_payments", "nrw_balance_2009", "nrw_gisd",
)  # fmt: skip


def what_is_missing(profile: Profile, language: Language) -> list[str]:
    """Return sentences on what is not known of the unit; one sentence where nothing is missing."""
    status = profile.status
    missing = []
    unreported = [row["year"] for row in status if row["status"] == "unreported"]
    carried = [row["year"] for row in status if row["status"] == "carried_forward"]
    if len(unreported) == len(status):
        missing.append(label("profile_missing_all", language))
    elif unreported:
        missing.append(label("profile_missing_years", language, years=_years(unreported)))
    if carried:
        missing.append(label("profile_carried_years", language, years=_years(carried)))
    suppressed = sum(int(row["suppressed_cells"]) for row in status)
    if suppressed:
        missing.append(label("profile_suppressed", language, n=number(suppressed, language)))
    if not profile.unit["has_balance_2009"]:
        missing.append(label("profile_missing_balance", language))
    return missing or [label("profile_nothing_missing", language)]


def _years(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in years)


def _line(
    rows: Sequence[Row], column: str, key: str, language: Language, write: Write, from_zero: bool = True
) -> Any:
    known = [row for row in rows if not is_missing(row[column])]
    if not known:
        return ""
    alt = path_in_words(known, column, key, language, write)
    years, values = [row["year"] for row in rows], [row[column] for row in rows]
    return line_over_years(years, values, alt, partial(write, language=language), from_zero)


def path_in_words(known: Sequence[Row], column: str, key: str, language: Language, write: Write) -> str:
    """Say the first and the last value of a series in a sentence of the label registry."""
    first, last = known[0], known[-1]
    return label(
        key,
        language,
        first=int(first["year"]),
        last=int(last["year"]),
        from_value=write(first[column], language=language),
        to_value=write(last[column], language=language),
    )


def comparison_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the comparison as rows of texts and pictures, in the order of the indicators."""
    specs = {indicator.key: indicator.spec for indicator in indicators_of(str(profile.unit["kind"]))}
    rows = []
    for row in profile.comparison:
        key = str(row["indicator"])
        unit = find_label(f"profile_{key}").unit
        place = None if is_missing(row["peer_percentile"]) else float(row["peer_percentile"])
        alt = "" if place is None else label("profile_percentile_alt", language, n=number(place, language))
        rows.append(
            {
                "name": label(f"profile_{key}", language),
                "unit": "" if unit is None else unit[language],
                "value": formatted(row["value"], specs[key], language),
                "known": not is_missing(row["value"]),
                "median": formatted(row["peer_median"], specs[key], language),
                "place": mark_on_scale(place, alt),
            }
        )
    return rows


def _light(light: str, language: Language) -> Markup:
    """A light is a coloured mark and a word, so that it can be read without colour."""
    return Markup('<span class="light light-{}">{}</span>').format(
        light, label(f"profile_light_{light}", language)
    )


def stress_section(profile: Profile, language: Language) -> dict[str, Any]:
    """Return light, sentence and council grid of the stress test, written in the language."""
    view = profile.stress
    say = partial(label, language=language)
    sentences = []
    if view.probability is None:
        sentences.append(say("profile_stress_none"))
    else:
        ends = sorted(end for end in (view.probability, view.low, view.high) if end is not None)
        interval = say("profile_stress_range", low=pct(ends[0], language), high=pct(ends[-1], language))
        shown = pct(view.probability, language)
        sentences.append(
            say(
                "profile_stress_light", first=view.first_year, last=view.last_year, p=shown, interval=interval
            )
        )
        if view.already:
            sentences.append(say("profile_stress_already"))
        if view.bearable_eur_pc is not None:
            key = "profile_reverse_bearable" if view.bearable_eur_pc > 0 else "profile_reverse_relief"
            sentences.append(say(key, amount=eur(abs(view.bearable_eur_pc), language)))
    return {
        "title": say("profile_stress_title", last=view.last_year),
        "light": _light(view.light, language),
        "text": " ".join(sentences),
        "rises": [
            say("profile_grid_interest", n=formatted(rise, ".1f", language))
            for rise in sorted({row["interest_rise_pp"] for row in view.grid})
        ],
        "rows": _grid_rows(view, language),
    }


def _grid_rows(view: StressView, language: Language) -> list[dict[str, Any]]:
    rows = []
    for fall, cells in groupby(view.grid, key=itemgetter("revenue_fall_share")):
        shown = [
            {"loss": eur(cell["loss_total_eur_pc"], language), "trigger": _trigger(cell, view, language)}
            for cell in cells
        ]
        rows.append(
            {"head": label("profile_grid_revenue", language, n=pct(-fall, language, 0)), "cells": shown}
        )
    return rows


def _trigger(cell: Row, view: StressView, language: Language) -> str:
    if is_missing(cell["trigger"]):
        return label("profile_trigger_unknown", language)
    if cell["trigger"] == "none":
        return label("profile_trigger_none", language)
    year = view.first_year + int(cell["trigger_year"]) - 1
    return label(f"profile_trigger_{cell['trigger']}", language, year=year)


def _closeness(view: TransferView, language: Language) -> str:
    if view.is_model:
        return label("profile_transfer_self", language)
    if view.closer_share is None:
        return ""
    return label("profile_transfer_closer", language, share=pct(view.closer_share, language, 0))


def transfer_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the three lights of both cases with what they rest on."""
    say = partial(label, language=language)
    return [
        {
            "case": say(f"profile_case_{view.case}"),
            "context": _light(view.context, language),
            "context_text": _closeness(view, language),
            "conditions": _light(view.conditions, language),
            "conditions_text": say(
                "profile_transfer_known", known=view.conditions_known, asked=view.conditions_asked
            ),
            "feasible": _light(view.feasibility, language),
            "feasible_text": say(f"profile_reason_{view.reason}"),
        }
        for view in profile.transfer
    ]


@cache
def credit(language: Language) -> Markup:
    """Return the source and licence line of everything on the page."""
    return Markup(source_html(SOURCES, language))


def _kind(profile: Profile, language: Language) -> str:
    return label(f"profile_kind_{profile.unit['kind']}", language, kreis=profile.kreis_name)


def context_of(profile: Profile, language: Language) -> dict[str, Any]:
    """Return everything the page's template shows, already written in the language."""
    say = partial(label, language=language)
    kdu_rank = None
    if profile.kdu_rank is not None:
        kdu_rank = say(
            "profile_kdu_rank",
            year=profile.kdu_year,
            rank=profile.kdu_rank,
            of=profile.kdu_ranked,
            rank_land=profile.kdu_rank_land,
            of_land=profile.kdu_ranked_land,
        )
    age_alt = ", ".join(
        f"{group}: {formatted(share, '.1f', language)} %" for group, share in profile.age.items()
    )
    tax_key = "profile_tax_kreis_title" if profile.is_kreis else "profile_tax_title"
    return {
        "language": language,
        "other": "en" if language == "de" else "de",
        "t": say,
        "ags": profile.ags,
        "name": str(profile.unit["name"]),
        "kind": _kind(profile, language),
        "population_2021": number(profile.population_2021, language),
        "area": formatted(profile.unit["area_km2"], ".1f", language),
        "missing": what_is_missing(profile, language),
        "population": _line(
            profile.population, "population", "profile_population_alt", language, number, from_zero=False
        ),
        "age": "" if not profile.age else stacked_bar(profile.age, age_alt),
        "age_groups": " · ".join(str(group) for group in profile.age),
        "tax_title": say(tax_key),
        "tax": _line(profile.tax, "tax_capacity_eur_pc", "profile_tax_alt", language, eur),
        "trade_tax": _line(profile.tax, "trade_tax_eur_pc", "profile_trade_tax_alt", language, eur),
        "kdu": _line(profile.kdu, "kdu_eur_pc", "profile_kdu_alt", language, eur),
        "kdu_title": say("profile_kdu_title", kreis=profile.kreis_name),
        "kdu_rank": kdu_rank,
        "comparison": comparison_rows(profile, language),
        "stress": stress_section(profile, language),
        "transfer": transfer_rows(profile, language),
        "credit": credit(language),
        "neighbours": [(str(row["peer"]), str(row["name"])) for row in profile.neighbours],
        "neighbours_note": say(
            "profile_neighbours_kreis_note" if profile.is_kreis else "profile_neighbours_note"
        ),
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
    return page.render(context_of(profile, language), alone=alone)


def write_leaflets(tables: ProfileTables, html: Path, languages: Iterable[Language]) -> int:
    """Write ``<html>/<language>/profile/<ags>.html`` for every unit and return the number of pages."""
    template = templates("dewak_research.unit").get_template("leaflet.html")
    spoken = list(languages)
    for language in spoken:
        (html / language / FOLDER).mkdir(parents=True, exist_ok=True)
    written = 0
    for ags in tables.units["ags"]:
        profile = profile_of(tables, str(ags))
        for language in spoken:
            page = html / language / FOLDER / f"{ags}.html"
            page.write_text(leaflet(profile, language, template), encoding="utf-8", newline="\n")
            written += 1
    return written
