"""The view of one unit written in a language: what its sheet and its notebook both say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from dewak_research.chapters.stress.tables import parameter_name
from dewak_research.data.indicators import indicators_of
from dewak_research.language import Language
from dewak_research.page.labels import find_label, label
from dewak_research.page.values import chance, eur, formatted, is_missing, number, pct
from dewak_research.unit.stress_view import StressView
from dewak_research.unit.view import Profile, Row

Write = Callable[..., str]


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


def path_in_words(rows: Sequence[Row], column: str, key: str, language: Language, write: Write) -> str:
    """Say the first and the last known value of a series in a sentence of the label registry."""
    known = [row for row in rows if not is_missing(row[column])]
    first, last = known[0], known[-1]
    return label(
        key,
        language,
        first=int(first["year"]),
        last=int(last["year"]),
        from_value=write(first[column], language=language),
        to_value=write(last[column], language=language),
    )


def above_others(place: int, of: int, language: Language) -> str:
    """Say in how many of the others the value is lower, rounded down, so that "all" is said of the highest only.

    Parameters
    ----------
    place : int
        1 = highest.
    of : int
        Number of units with a value, at least two.
    """
    below = 100 * (of - place) // (of - 1)
    if place == 1:
        return label("profile_above_all", language)
    if place == of:
        return label("profile_above_none", language)
    key = "profile_above_share" if below else "profile_above_few"
    return label(key, language, share=pct(max(below, 1) / 100, language, 0))


def kdu_place(profile: Profile, language: Language) -> str | None:
    """Say where the unit's Kreis stands by KdU per inhabitant; nothing where its value is unknown."""
    place = profile.kdu_place
    if place is None:
        return None
    return label(
        "profile_kdu_place",
        language,
        year=int(place["year"]),
        germany=above_others(int(place["place"]), int(place["of"]), language),
        land=above_others(int(place["place_land"]), int(place["of_land"]), language),
    )


def kdu_note(profile: Profile, language: Language) -> str:
    """Say what the KdU is estimated from."""
    return label("profile_kdu_note", language, persons=number(profile.persons_per_unit, language, 2))


def booked_span(profile: Profile) -> str:
    """Return the years booked as 2009–2011 or 2009, 2011; all three where the unit reported none."""
    years = profile.booked_years or [2009, 2011]
    whole = len(years) > 1 and (years[-1] - years[0] + 1 == len(years) or not profile.booked_years)
    return f"{years[0]}–{years[-1]}" if whole else _years(years)


def booked_years(profile: Profile, language: Language) -> str:
    """Return the years booked as words: 2009 bis 2011, 2009 und 2011, 2009; all three where the unit reported none."""
    years = profile.booked_years or [2009, 2010, 2011]
    if len(years) == 2:
        return label("profile_years_and", language, first=years[0], last=years[1])
    return str(years[0]) if len(years) == 1 else label("interval", language, low=years[0], high=years[-1])


def row_beside_peers(row: Row, key: str, spec: str, language: Language, years: str = "") -> dict[str, Any]:
    """Return a measure in words: name, unit, value, median of the peers, and the place as a number or None.

    Parameters
    ----------
    row : row
        value, peer_median, peer_percentile.
    key : str
        Label of the measure, with its unit.
    spec : str
        How its values are written (``page.values.formatted``).
    years : str
        The years that the label names, if it does.
    """
    unit = find_label(key).unit
    return {
        "name": label(key, language, years=years),
        "unit": "" if unit is None else unit[language],
        "value": formatted(row["value"], spec, language),
        "known": not is_missing(row["value"]),
        "median": formatted(row["peer_median"], spec, language),
        "place": None if is_missing(row["peer_percentile"]) else float(row["peer_percentile"]),
    }


def comparison_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the indicators beside the peers, in words."""
    specs = {indicator.key: indicator.spec for indicator in indicators_of(str(profile.unit["kind"]))}
    years = booked_span(profile)
    return [
        row_beside_peers(row, f"profile_{row['indicator']}", specs[row["indicator"]], language, years=years)
        for row in profile.comparison
    ]


def _steps_in_words(row: Row, language: Language) -> str:
    """Say which steps of the multipliers would close the gap of the last year."""
    if not row["gap_safe_eur"] > 0:
        return label("profile_stress_no_gap", language, year=row["year"])
    shown: dict[str, Any] = {
        f"{tax}_{gap}": number(row[f"{tax}_points_{gap}"], language)
        for tax in ("land_tax_b", "trade_tax")
        for gap in ("median", "safe")
    }
    return label("profile_stress_steps", language, year=row["year"], **shown)


def stress_section(profile: Profile, language: Language) -> dict[str, Any]:
    """Return light, sentences and council grid of the stress test."""
    view = profile.stress
    say = partial(label, language=language)
    sentences = []
    if view.probability is None:
        sentences.append(say("profile_stress_none"))
    else:
        ends = sorted(end for end in (view.probability, view.low, view.high) if end is not None)
        low, shown, high = (chance(share, language) for share in (ends[0], view.probability, ends[-1]))
        same = pct(ends[0], language) == pct(ends[-1], language)
        key = "profile_stress_same" if same else "profile_stress_range"
        interval = say(key, low=low, high=high)
        sentences.append(
            say(
                "profile_stress_light", first=view.first_year, last=view.last_year, p=shown, interval=interval
            )
        )
        if view.baselines:
            lamps: dict[str, Any] = {
                key: say(f"profile_light_{lamp}") for key, lamp in view.baselines.items()
            }
            sentences.append(say("profile_stress_baselines", **lamps))
        if view.tornado:
            sentences.append(_strongest_in_words(view.tornado[0], language))
        if view.steps:
            sentences.append(_steps_in_words(view.steps, language))
        if view.already:
            sentences.append(say("profile_stress_already"))
        if view.bearable_eur_pc is not None:
            sentences.append(_reverse_in_words(view.bearable_eur_pc, language))
    rises = sorted({row["interest_rise_pp"] for row in view.grid})
    return {
        "title": say("profile_stress_title", years=booked_years(profile, language), last=view.last_year),
        "light": view.light,
        "caption": say("profile_grid_caption", n=view.last_year - view.first_year + 1),
        "grid_note": say("profile_grid_note", levy=say("profile_grid_levy") if profile.is_kreis else ""),
        "text": " ".join(sentences),
        "rises": [say("profile_grid_interest", n=formatted(rise, ".1f", language)) for rise in rises],
        "rows": [
            {
                "head": say("profile_grid_revenue", n=pct(-fall, language, 0)),
                "cells": [
                    {
                        "loss": eur(cell["loss_total_eur_pc"], language),
                        "trigger": _trigger(cell, view, language),
                    }
                    for cell in cells
                ],
            }
            for fall, cells in groupby(view.grid, key=itemgetter("revenue_fall_share"))
        ],
    }


def _strongest_in_words(row: Row, language: Language) -> str:
    """Say which assumption moves the probability most, and how far."""
    values = sorted((row["probability_low"], row["probability_high"]))
    low, high = (chance(value, language, 0) for value in values)
    return label(
        "profile_stress_strongest",
        language,
        name=parameter_name(row["parameter"], language),
        low=low,
        high=high,
    )


def _reverse_in_words(bearable_eur_pc: float, language: Language) -> str:
    """Say the answer of the reverse test; an amount that would round to nothing is said as less than one euro."""
    key = "profile_reverse_bearable" if bearable_eur_pc > 0 else "profile_reverse_relief"
    amount = abs(bearable_eur_pc)
    if amount < 1:
        return label(f"{key}_small", language, amount=eur(1, language))
    return label(key, language, amount=eur(amount, language))


def _trigger(cell: Row, view: StressView, language: Language) -> str:
    if is_missing(cell["trigger"]):
        return label("profile_trigger_unknown", language)
    if cell["trigger"] == "none":
        return label("profile_trigger_none", language)
    year = view.first_year + int(cell["trigger_year"]) - 1
    return label(f"profile_trigger_{cell['trigger']}", language, year=year)


def transfer_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the case and, for context, conditions and feasibility, the light with what it rests on."""
    say = partial(label, language=language)
    return [
        {
            "case": row["called"][language],
            "lights": [
                ("context", str(row["context_light"]), _closeness(row, language)),
                (
                    "conditions",
                    str(row["mechanism_light"]),
                    say(
                        "profile_transfer_known", known=row["conditions_known"], asked=row["conditions_asked"]
                    ),
                ),
                (
                    "feasible",
                    str(row["feasibility_light"]),
                    say(f"profile_reason_{row['feasibility_reason']}"),
                ),
            ],
        }
        for row in profile.transfer
    ]


def _closeness(row: Row, language: Language) -> str:
    if row["distance"] == 0.0:
        return label("profile_transfer_self", language)
    if is_missing(row["closer_share"]):
        return ""
    return label("profile_transfer_closer", language, share=pct(row["closer_share"], language, 0))


def neighbours_note(profile: Profile, language: Language) -> str:
    """Say by what the nearest units are found."""
    key = "profile_neighbours_kreis_note" if profile.is_kreis else "profile_neighbours_note"
    return label(key, language, features=profile.features)
