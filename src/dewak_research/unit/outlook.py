"""Who lives in a unit later and which need comes, in words: for its sheet and its notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def _share(change: Any, per: float) -> float | None:
    return None if is_missing(change) else float(change) / per


def _written(
    name: str, row: Mapping[str, Any], now: str, changes: Sequence[str], language: Language, per: float = 1.0
) -> Row:
    """Write one line from a row of a table; without a row all is unknown.

    Parameters
    ----------
    now, changes : str
        Columns of today's value and of its change at P05, P50 and P95.
    per : float
        What the changes are written per: 1 = shares, 100 = per cent.
    """
    p05, p50, p95 = (estimate(row.get(end)) for end in ("p05", "p50", "p95"))
    low, middle, high = (_share(row.get(column), per) for column in changes)
    way = _direction(low, high)
    return {
        "name": name,
        "now": number(estimate(row.get(now)), language),
        "later": number(p50, language),
        "band": interval(p05, p95, ",.0f", language),
        "change": formatted(middle, "+.0%", language),
        "direction": label("no_data" if way == "unknown" else f"outlook_{way}", language),
        "known": not is_missing(row.get(now)),
    }


def people_rows(profile: Profile, language: Language) -> list[Row]:
    """Return the ages shown, in words; an age without a projection stays as unknown."""
    known = {row["age"]: row for row in profile.people}
    changes = ("change_low_pct", "change_pct", "change_high_pct")
    names = {age: label(f"outlook_age_{age}", language) for age in OUTLOOK_AGES}
    return [
        _written(name, known.get(age, {}), "persons", changes, language, per=100.0)
        for age, name in names.items()
    ]


def need_rows(profile: Profile, language: Language) -> list[Row]:
    """Return the services shown, in words; a service without a published rate stays as unknown."""
    known = {row["service"]: row for row in profile.need_growth}
    changes = ("growth_low_share", "growth_share", "growth_high_share")
    names = {service: label(f"outlook_need_{service}", language) for service in OUTLOOK_SERVICES}
    return [
        _written(name, known.get(service, {}), "need_now", changes, language)
        for service, name in names.items()
    ]


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
    counted = say(f"outlook_print_{profile.unit['kind']}", first=years[0])
    return {
        "known": True,
        "first": str(years[0]),
        "last": str(years[1]),
        "people": people,
        "need": need_rows(profile, language),
        "line": say("outlook_print", first=years[0], last=years[1], line=line, counted=counted),
        "sure": how_sure(profile, language),
        "rates": say("outlook_rates"),
        "not_said": say("outlook_not_said"),
    }
