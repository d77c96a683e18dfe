"""The view of one unit written in a language: what its sheet and its notebook both say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from dewak_research.cases.transfer import FAR_SHARE, NEAR_SHARE
from dewak_research.data.indicators import indicators_of
from dewak_research.language import Language
from dewak_research.page.labels import find_label, label
from dewak_research.page.values import formatted, is_missing, number, pct
from dewak_research.unit.view import Profile, Row

Write = Callable[..., str]


def what_is_missing(profile: Profile, language: Language) -> list[str]:
    """Return sentences on what is not known of the unit; one sentence where nothing is missing."""
    status = profile.status
    missing = []
    unreported = [row["year"] for row in status if row["status"] == "unreported"]
    carried = [row["year"] for row in status if row["status"] == "carried_forward"]
    if len(unreported) == len(status):
        missing.append(label("profile_missing_all", language, this=this_unit(profile, language)))
    elif unreported:
        missing.append(label("profile_missing_years", language, years=years_in_words(unreported, language)))
    if carried:
        missing.append(label("profile_carried_years", language, years=years_in_words(carried, language)))
    suppressed = sum(int(row["suppressed_cells"]) for row in status)
    if suppressed:
        missing.append(label("profile_suppressed", language, n=number(suppressed, language)))
    if not profile.unit["has_balance_2009"]:
        missing.append(label("profile_missing_balance", language, this=this_unit(profile, language)))
    return missing or [label("profile_nothing_missing", language)]


def this_unit(profile: Profile, language: Language) -> str:
    """Return what the unit is, as a sentence names it: this Kreis, this city, this municipality."""
    return label(f"profile_this_{profile.unit['kind']}", language)


def years_in_words(years: Sequence[int], language: Language) -> str:
    """List years as a sentence does: 2009, 2009 und 2010, 2009, 2010 und 2011."""
    *before, last = (str(year) for year in years)
    return label("profile_years_and", language, first=", ".join(before), last=last) if before else last


def path_in_words(
    rows: Sequence[Row], column: str, key: str, language: Language, write: Write, **names: Any
) -> str:
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
        **names,
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
    return f"{years[0]}–{years[-1]}" if whole else ", ".join(map(str, years))


def booked_years(profile: Profile, language: Language) -> str:
    """Return the years booked as words: 2009 bis 2011, 2009 und 2011, 2009; all three where the unit reported none."""
    years = profile.booked_years or [2009, 2010, 2011]
    if len(years) < 3:
        return years_in_words(years, language)
    return label("interval", language, low=years[0], high=years[-1])


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
        "key": key,
        "said": placed(row, language),
    }


def counted(row: Row) -> tuple[int, int, int] | None:
    """Return how many similar units lie below, how many are level, and how many are known; None without a value.

    Parameters
    ----------
    row : row
        peer_percentile, peers_known, rank (``data.peers.beside_peers``).
    """
    if is_missing(row["peer_percentile"]) or is_missing(row.get("rank")):
        return None
    known = int(row["peers_known"])
    halves = round(float(row["peer_percentile"]) * known / 50)  # twice those below, and those level once
    above = int(row["rank"]) - 1
    below = halves - (known - above)
    return below, known - above - below, known


def placed(row: Row, language: Language) -> str:
    """Say how many of the similar units that are known lie below, and how many are level; nothing without a value."""
    found = counted(row)
    if found is None:
        return ""
    below, level, known = found
    said = label("sheet_below_one" if below == 1 else "sheet_below", language, below=below, of=known)
    return label("sheet_level", language, said=said, level=level) if level else said


def comparison_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the indicators beside the peers, in words."""
    specs = {indicator.key: indicator.spec for indicator in indicators_of(str(profile.unit["kind"]))}
    years = booked_span(profile)
    return [
        row_beside_peers(row, f"profile_{row['indicator']}", specs[row["indicator"]], language, years=years)
        for row in profile.comparison
    ]


def transfer_rows(profile: Profile, language: Language) -> list[dict[str, Any]]:
    """Return the case and, for context, conditions and feasibility, the light, its word, and what it rests on.

    Without a light both are empty, and the text stands alone.
    """
    say = partial(label, language=language)
    return [
        {
            "case": row["called"][language],
            "lights": [
                _context(profile, row, language),
                (
                    "conditions",
                    *_lamp(row["mechanism_light"], language),
                    say(
                        "profile_transfer_known", known=row["conditions_known"], asked=row["conditions_asked"]
                    ),
                ),
                (
                    "feasible",
                    *_lamp(row["feasibility_light"], language),
                    say(f"profile_reason_{row['feasibility_reason']}"),
                ),
            ],
        }
        for row in profile.transfer
    ]


def _lamp(light: str, language: Language) -> tuple[str, str]:
    return str(light), label(f"profile_light_{light}", language)


def _context(profile: Profile, row: Row, language: Language) -> tuple[str, str, str, str]:
    """Say how like the model's the circumstances are; the Kreis of the model is not compared with itself."""
    say = partial(label, language=language)
    light = str(row["context_light"])
    if row["distance"] == 0.0 and profile.is_kreis:
        return "context", "", "", say("profile_transfer_kreis")
    if row["distance"] == 0.0:
        return "context", light, say("profile_transfer_self"), ""
    word = say(f"profile_context_{light}")
    light = "unknown" if light == "red" else light  # red would read as a verdict
    if is_missing(row["closer_share"]):
        return "context", light, word, ""
    share = pct(row["closer_share"], language, 0)
    key = "profile_transfer_closer_kreis" if profile.is_kreis else "profile_transfer_closer"
    return "context", light, word, say(key, share=share)


def transfer_note(language: Language) -> str:
    """Say from which share on circumstances count as similar."""
    near, far = (pct(share, language, 0) for share in (NEAR_SHARE, FAR_SHARE))
    return label("profile_transfer_note", language, near=near, far=far)


def neighbours_note(profile: Profile, language: Language) -> str:
    """Say by what the nearest units are found."""
    key = "profile_neighbours_kreis_note" if profile.is_kreis else "profile_neighbours_note"
    return label(key, language, features=profile.features)
