"""Where a unit lies in space and society, in words: for its sheet and its notebook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import number
from dewak_research.space.system import QUADRANTS
from dewak_research.unit.place import Place, Row
from dewak_research.unit.view import Profile

PLACE_SOURCES = (
    "deprivation", "census", "unemployment", "gemeinden_tax_capacity_2022", "debt_today", "schools", "boundaries_towns",
)  # fmt: skip
LEVELS = {"high": (4, 5), "middle": (3, 3), "low": (1, 2)}
"""Fifths that count as high, in the middle and low."""
UNCONFIRMED = ("core_debt",)


def _measure(row: Row, language: Language) -> str:
    star = " *" if row["need"] in UNCONFIRMED else ""
    name = label(f"place_need_{row['need']}", language)
    return f"{name}{star} ({int(row['fifth'])})"


def needs_in_words(needs: Sequence[Row], language: Language) -> str:
    """Say which measures of need are high, in the middle and low among the people of the Land, each with its fifth."""
    said = []
    for level, (least, most) in LEVELS.items():
        rows = [row for row in needs if least <= row["fifth"] <= most]
        rows.sort(key=lambda row: -row["fifth"])
        if rows:
            said.append(
                label(f"place_{level}", language, names=", ".join(_measure(r, language) for r in rows))
            )
    return f"{label('place_needs', language)} {' '.join(said)}"


def drives_in_words(drives: Sequence[Row], language: Language) -> str:
    """Say the official driving minutes, each with its fifth."""
    said = [
        label(
            "place_drive",
            language,
            where=label(f"place_to_{row['kind']}", language),
            minutes=number(row["minutes"], language),
            fifth=int(row["fifth"]),
        )
        for row in drives
    ]
    return label("place_drives", language, drives=", ".join(said))


def quadrant_in_words(place: Place, language: Language) -> str:
    """Say the quadrant by driving minutes, and whether schools per child give the same."""
    if place.by_minutes is None or place.by_schools is None:
        return ""
    own, other = place.by_minutes["quadrant"], place.by_schools["quadrant"]
    said = label("place_quadrant", language, year=place.year, quadrant=label(f"quadrant_{own}", language))
    steady = 1 + round(float(place.by_schools["same_share"]) * (place.versions - 1))  # with the one shown
    key = "place_same" if own == other else "place_other"
    named: dict[str, Any] = {
        "quadrant": label(f"quadrant_{other}", language),
        "n": steady,
        "of": place.versions,
    }
    return f"{said} {label(key, language, **named)}"


def kreis_in_words(place: Place, language: Language) -> str:
    """Say how many towns of a Kreis stand in each quadrant, which need much and reach little, and the drives."""
    say = partial(label, language=language)
    counts = []
    for quadrant in QUADRANTS:
        names = [str(town["name"]) for town in place.towns if town["quadrant"] == quadrant]
        if names or quadrant == QUADRANTS[0]:
            n = str(len(names)) if names else say("place_none")
            named = f" ({', '.join(names)})" if names and quadrant == QUADRANTS[0] else ""
            counts.append(say("place_count", n=n, quadrant=say(f"quadrant_{quadrant}")) + named)
    by_drive = sorted(place.towns, key=lambda town: (town["minutes"], town["ags"]))
    first, last = by_drive[0], by_drive[-1]
    return " ".join(
        (
            say("place_kreis", n=len(place.towns), year=place.year, counts="; ".join(counts)),
            say(
                "place_kreis_drives",
                least=number(first["minutes"], language),
                nearest=first["name"],
                most=number(last["minutes"], language),
                furthest=last["name"],
            ),
        )
    )


def map_alt(profile: Profile, place: Place, language: Language) -> str:
    """Say what the map shows."""
    kind = "kreis" if profile.is_kreis else "town"
    name = str(profile.unit["name"])
    own = "" if place.by_minutes is None else label(f"quadrant_{place.by_minutes['quadrant']}", language)
    return label(f"place_alt_{kind}", language, name=name, kreis=profile.kreis_name, quadrant=own)


def place_section(profile: Profile, language: Language) -> dict[str, Any]:
    """Return the section of the sheet: map, its key, sentences; only that nothing is known where it is not."""
    place = profile.place
    if place is None:
        return {"known": False}
    say = partial(label, language=language)
    if profile.is_kreis:
        said = [kreis_in_words(place, language)]
    else:
        said = [
            quadrant_in_words(place, language),
            needs_in_words(place.needs, language),
            drives_in_words(place.drives, language),
        ]
    outlined = None if profile.is_kreis else profile.ags
    return {
        "known": True,
        "map": place.drawing.drawn(map_alt(profile, place, language), outlined),
        "key": [(quadrant, say(f"quadrant_{quadrant}")) for quadrant in QUADRANTS],
        "caption": say("place_map_kreis" if profile.is_kreis else "place_map", name=profile.unit["name"]),
        "said": said,
        "sure": say("place_sure"),
    }
