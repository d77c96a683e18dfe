"""What the stress test found about a unit, in words: for its sheet and its notebook."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.parameter_names import parameter_name
from dewak_research.page.values import (
    PROBABILITY_DIGITS,
    chance,
    eur,
    formatted,
    is_missing,
    number,
    pct,
    rounded,
)
from dewak_research.unit.stress_view import StressView
from dewak_research.unit.view import Profile, Row
from dewak_research.unit.words import booked_years, this_unit


def _about(points: float, language: Language) -> str:
    """Write points that rest on assumptions in two significant digits, as what they are: about."""
    said = number(rounded(points), language)
    return said if is_missing(points) else label("profile_stress_about", language, n=said)


def _steps_in_words(row: Row, language: Language) -> str:
    """Say which steps of the multipliers would close the gap of the last year."""
    if not row["gap_safe_eur"] > 0:
        return label("profile_stress_no_gap", language, year=row["year"])
    shown: dict[str, Any] = {
        f"{tax}_{gap}": _about(row[f"{tax}_points_{gap}"], language)
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
        sentences.append(say("profile_stress_none", this=this_unit(profile, language)))
    else:
        ends = sorted(end for end in (view.probability, view.low, view.high) if end is not None)
        low, shown, high = (chance(share, language) for share in (ends[0], view.probability, ends[-1]))
        one = pct(ends[0], language) == pct(ends[-1], language)
        key = "profile_stress_same" if one else "profile_stress_range"
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
            sentences.append(_already_in_words(view.probability, language))
        if view.bearable_eur_pc is not None:
            sentences.append(_reverse_in_words(view.bearable_eur_pc, language))
    rises = sorted({row["interest_rise_pp"] for row in view.grid})
    same = _same_everywhere(view, language)
    legend = "" if view.probability is None else f" {say('profile_stress_legend')}"
    return {
        "title": say("profile_stress_title", years=booked_years(profile, language), last=view.last_year),
        "light": view.light,
        "known": view.probability is not None,
        "caption": say(
            "profile_grid_caption" if not same else "profile_grid_caption_losses",
            n=view.last_year - view.first_year + 1,
        ),
        "same": same,
        "note": f"{say('profile_stress_note')}{legend}",
        "grid_note": say("profile_grid_note", levy=say("profile_grid_levy") if profile.is_kreis else ""),
        "text": " ".join(sentences),
        "said": sentences,
        "rises": [say("profile_grid_interest", n=formatted(rise, ".1f", language)) for rise in rises],
        "rows": [
            {
                "head": say("profile_grid_revenue", n=pct(-fall, language, 0)),
                "cells": [
                    {
                        "loss": eur(cell["loss_total_eur_pc"], language),
                        "trigger": "" if same else _trigger(cell, view, language),
                    }
                    for cell in cells
                ],
            }
            for fall, cells in groupby(view.grid, key=itemgetter("revenue_fall_share"))
        ],
    }


def _already_in_words(probability: float, language: Language) -> str:
    """Say that the path without a shock crosses a threshold, and how many of the drawn paths do not."""
    rest = 1.0 - probability
    if round(rest, PROBABILITY_DIGITS + 2) == 0.0:
        return label("profile_stress_already", language)
    return label("profile_stress_already_yet", language, rest=chance(rest, language))


def _same_everywhere(view: StressView, language: Language) -> str:
    """Say in one sentence what every cell of the grid says; nothing where they differ."""
    found = {_trigger(cell, view, language) for cell in view.grid}
    if len(found) != 1 or len(view.grid) == 1:
        return ""
    cell = view.grid[0]
    if is_missing(cell["trigger"]):
        key = "unknown"
    elif cell["trigger"] == "none":
        key = "none"
    else:
        key = "base" if view.without == (cell["trigger"], cell["trigger_year"]) else "first"
    return label(f"profile_grid_same_{key}", language, n=len(view.grid), trigger=found.pop())


def _strongest_in_words(row: Row, language: Language) -> str:
    """Say which assumption moves the probability most, and how far."""
    values = sorted((row["probability_low"], row["probability_high"]))
    low, high = (chance(value, language) for value in values)
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
