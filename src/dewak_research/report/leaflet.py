"""The printable profile of a unit: one A4 page, written without a notebook for all units in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Template

from dewak_research.language import Language
from dewak_research.report.inline_svg import line_over_years, mark_on_scale, stacked_bar
from dewak_research.report.labels import find_label, label
from dewak_research.report.profile import Profile, ProfileTables, indicators_of, profile_of
from dewak_research.report.site import environment
from dewak_research.report.values import eur, formatted, is_missing, number

FOLDER = "profile"


def what_is_missing(profile: Profile, language: Language) -> list[str]:
    """Return sentences on what is not known of the unit; one sentence where nothing is missing."""
    status = profile.status
    missing = []
    unreported = status.loc[status["status"] == "unreported", "year"].tolist()
    carried = status.loc[status["status"] == "carried_forward", "year"].tolist()
    if len(unreported) == len(status):
        missing.append(label("profile_missing_all", language))
    elif unreported:
        missing.append(label("profile_missing_years", language, years=_years(unreported)))
    if carried:
        missing.append(label("profile_carried_years", language, years=_years(carried)))
    suppressed = int(status["suppressed_cells"].sum())
    if suppressed:
        missing.append(label("profile_suppressed", language, n=number(suppressed, language)))
    if not profile.unit["has_balance_2009"]:
        missing.append(label("profile_missing_balance", language))
    return missing or [label("profile_nothing_missing", language)]


def _years(years: Iterable[int]) -> str:
    return ", ".join(str(year) for year in years)


def _line(
    frame: pd.DataFrame, column: str, key: str, language: Language, *, money: bool, from_zero: bool = True
) -> Any:
    known = frame[frame[column].notna()]
    if known.empty:
        return ""
    write = partial(eur, language=language) if money else partial(number, language=language)
    first, last = known.iloc[0], known.iloc[-1]
    alt = label(
        key,
        language,
        first=int(first["year"]),
        last=int(last["year"]),
        from_value=write(first[column]),
        to_value=write(last[column]),
    )
    return line_over_years(frame["year"].tolist(), frame[column].tolist(), alt, write, from_zero)


def comparison_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the comparison as rows of texts and pictures, in the order of the indicators."""
    specs = {indicator.key: indicator.spec for indicator in indicators_of(str(profile.unit["kind"]))}
    rows = []
    for row in profile.comparison.to_dict("records"):
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
            profile.population, "population", "profile_population_alt", language, money=False, from_zero=False
        ),
        "age": "" if profile.age.empty else stacked_bar(profile.age, age_alt),
        "age_groups": " · ".join(str(group) for group in profile.age.index),
        "tax_title": say(tax_key),
        "tax": _line(profile.tax, "tax_capacity_eur_pc", "profile_tax_alt", language, money=True),
        "trade_tax": _line(profile.tax, "trade_tax_eur_pc", "profile_trade_tax_alt", language, money=True),
        "kdu": _line(profile.kdu, "kdu_eur_pc", "profile_kdu_alt", language, money=True),
        "kdu_title": say("profile_kdu_title", kreis=profile.kreis_name),
        "kdu_rank": kdu_rank,
        "comparison": comparison_rows(profile, language),
        "neighbours": [(str(row.peer), str(row.name)) for row in profile.neighbours.itertuples(index=False)],
        "neighbours_note": say(
            "profile_neighbours_kreis_note" if profile.is_kreis else "profile_neighbours_note"
        ),
    }


def leaflet(profile: Profile, language: Language, template: Template | None = None) -> str:
    """Return the page of one unit as HTML; every text of the data is escaped."""
    page = template or environment().get_template("leaflet.html")
    return page.render(context_of(profile, language))


def write_leaflets(tables: ProfileTables, html: Path, languages: Iterable[Language]) -> int:
    """Write ``<html>/<language>/profile/<ags>.html`` for every unit and return the number of pages."""
    template = environment().get_template("leaflet.html")
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
