"""Who lives in a unit later and which need comes, in words: for its sheet and its notebook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dewak_research.language import Language
from dewak_research.page.labels import label
from dewak_research.page.values import formatted, interval, is_missing, number
from dewak_research.unit.view import Profile, Row

OUTLOOK_AGES = ("3-5", "6-9", "80+")
OUTLOOK_SERVICES = ("childcare_3_6", "care_allowance")
TESTED_AGES = ("3-5", "6-9", "75+")
OUTLOOK_SOURCES = ("town_age", "kreise_age", "town_population_today")
NEED_SOURCES = ("kreise_atlas_2022", "care_by_age")
FIGURES_SHOWN = 3
"""An estimate of a thousand and more is written with so many figures; the tables hold it whole."""


def estimate(persons: Any) -> float | None:
    """Round an estimate to whole persons, and from a thousand on to ``FIGURES_SHOWN`` figures; None stays unknown."""
    if is_missing(persons):
        return None
    figures = len(str(round(float(persons))))
    return float(round(float(persons), min(0, FIGURES_SHOWN - figures)))


def outlook_years(profile: Profile) -> tuple[int, int] | None:
    """Return the year of the base and the year shown; None where the unit has no projection."""
    first = next(iter(profile.people), None)
    return None if first is None else (int(first["first_year"]), int(first["shown_year"]))


def _direction(low: Any, high: Any) -> str:
    """Return what the whole band says: more, fewer, open (it lies on both sides of today), or unknown."""
    if is_missing(low) or is_missing(high):
        return "unknown"
    if low > 0:
        return "more"
    return "fewer" if high < 0 else "open"


def _written(name: str, now: Any, later: Sequence[Any], change: Sequence[Any], language: Language) -> Row:
    """Write one line: P05, P50 and P95 of the year shown, and of the change (shares)."""
    p05, p50, p95 = (estimate(value) for value in later)
    low, middle, high = change
    way = _direction(low, high)
    return {
        "name": name,
        "now": number(estimate(now), language),
        "later": number(p50, language),
        "band": interval(p05, p95, ",.0f", language),
        "change": formatted(middle, "+.0%", language),
        "direction": label("no_data" if way == "unknown" else f"outlook_{way}", language),
        "known": not is_missing(now),
    }


def _share(percent: Any) -> float | None:
    return None if is_missing(percent) else float(percent) / 100.0


def people_rows(profile: Profile, language: Language) -> list[Row]:
    """Return the ages shown, in words; an age without a projection stays as unknown."""
    known = {row["age"]: row for row in profile.people}
    percentages = ("change_low_pct", "change_pct", "change_high_pct")
    rows = []
    for age in OUTLOOK_AGES:
        row = known.get(age, {})
        rows.append(
            _written(
                label(f"outlook_age_{age}", language),
                row.get("persons"),
                [row.get(name) for name in ("p05", "p50", "p95")],
                [_share(row.get(name)) for name in percentages],
                language,
            )
        )
    return rows


def need_rows(profile: Profile, language: Language) -> list[Row]:
    """Return the services shown, in words; a service without a published rate stays as unknown."""
    known = {row["service"]: row for row in profile.need_growth}
    shares = ("growth_low_share", "growth_share", "growth_high_share")
    rows = []
    for service in OUTLOOK_SERVICES:
        row = known.get(service, {})
        rows.append(
            _written(
                label(f"outlook_need_{service}", language),
                row.get("need_now"),
                [row.get(name) for name in ("p05", "p50", "p95")],
                [row.get(name) for name in shares],
                language,
            )
        )
    return rows


def how_sure(profile: Profile, language: Language) -> str:
    """Say what is estimated, what the band means, and how the method would have done before."""
    say = partial(label, language=language)
    parts = [say(f"outlook_estimated_{profile.unit['kind']}"), say("outlook_band")]
    tested = [(age, profile.backtest[age]) for age in TESTED_AGES if age in profile.backtest]
    if tested:
        found = "; ".join(
            say(
                "outlook_tested_age",
                age=say(f"outlook_age_{age}"),
                miss=number(row["mape_pct"], language, 1),
                hits=number(row["coverage_pct"], language),
            )
            for age, row in tested
        )
        row = tested[0][1]
        parts.append(say("outlook_tested", origin=int(row["origin"]), target=int(row["target"]), found=found))
    return " ".join(parts)


def outlook_section(profile: Profile, language: Language) -> dict[str, Any]:
    """Return the section of the sheet: years, rows, one line for the printed page, and what it rests on."""
    say = partial(label, language=language)
    years = outlook_years(profile)
    if years is None:
        return {"known": False, "text": say("outlook_unknown")}
    people = people_rows(profile, language)
    line = "; ".join(
        say("outlook_line", name=row["name"], now=row["now"], later=row["later"], band=row["band"])
        for row in people
    )
    return {
        "known": True,
        "first": str(years[0]),
        "last": str(years[1]),
        "people": people,
        "need": need_rows(profile, language),
        "line": say("outlook_print", first=years[0], last=years[1], line=line),
        "sure": how_sure(profile, language),
        "rates": say("outlook_rates"),
        "not_said": say("outlook_not_said"),
    }
