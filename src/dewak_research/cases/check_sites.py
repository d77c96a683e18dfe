"""What the sites of a case must hold so that they can be reckoned with; every mistake with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dewak_research.cases.placed import problem_at
from dewak_research.documents import Document, Key
from dewak_research.errors import Problem, nearest_or

PAIRS = (("longitude", "latitude"), ("east_km", "north_km"))
FEWEST = 5
"""Districts below which a score of need cannot be put into fifths."""
UNITS = {"way": "km", "minutes": "min"}


def site_problems(document: Document) -> Iterator[Problem]:
    """Return what is wrong with the sites of a case by itself."""
    if (sites := document.data.get("sites")) is None:
        return
    timed = any(place.get("minutes") is not None for place in sites["places"].values())
    yield from _reach(document, sites, timed)
    yield from _needs(document, sites["districts"])
    yield from (_minutes(document, sites) if timed else _points(document, sites))
    for model, place in sites["models"].items():
        if place not in sites["places"]:
            near = nearest_or(place, sites["places"])
            said = {"found": place, "block": "places", "near": near}
            yield problem_at(document, ("sites", "models", model), "not_listed", **said)


def model_problems(document: Document, models: Iterable[str]) -> Iterator[Problem]:
    """Return models that the library does not hold, and models of the library that have no site."""
    if (sites := document.data.get("sites")) is None:
        return
    known = list(models)
    for model in sites["models"]:
        if model not in known:
            said = {"found": model, "block": "models.yaml", "near": nearest_or(model, known)}
            yield problem_at(document, ("sites", "models", model), "not_listed", **said)
    if missing := [model for model in known if model not in sites["models"]]:
        names = ", ".join(missing)
        yield problem_at(document, ("sites", "models"), "model_without_site", names=names)


def _reach(document: Document, sites: Mapping[str, Any], timed: bool) -> Iterator[Problem]:
    reach, detour, unit = sites["reach"], sites.get("detour"), UNITS["minutes" if timed else "way"]
    place: Key = ("sites", "reach")
    if reach["unit"] != unit:
        yield problem_at(document, (*place, "unit"), "reach_unit", found=reach["unit"], unit=unit)
    yield from _at_least(document, place, reach, 0.0)
    if detour is not None and not timed:
        yield from _at_least(document, ("sites", "detour"), detour, 1.0)
    if (detour is None) != timed:
        message = "detour_with_minutes" if timed else "detour_missing"
        yield problem_at(document, ("sites", "detour"), message)


def _at_least(document: Document, place: Key, number: Mapping[str, Any], least: float) -> Iterator[Problem]:
    """A number that is known, above 0, and not below the least."""
    ends = [number.get(end) for end in ("low", "value", "high")]
    known = [end for end in ends if end is not None]
    if number["value"] is None or min(known) <= 0 or min(known) < least:
        message = "reach_above_zero" if least == 0 else "detour_below_one"
        yield problem_at(document, place, message)


def _needs(document: Document, districts: Mapping[str, Any]) -> Iterator[Problem]:
    """Every district has a score, or every district has a fifth."""
    scored = any(district.get("need") is not None for district in districts.values())
    for key, district in districts.items():
        given = [name for name in ("need", "fifth") if district.get(name) is not None]
        if given != ["need" if scored else "fifth"]:
            yield problem_at(document, ("sites", "districts", key), "need_or_fifth", name=key)
    if scored and len(districts) < FEWEST:
        yield problem_at(document, ("sites", "districts"), "few_districts", n=len(districts), least=FEWEST)


def _points(document: Document, sites: Mapping[str, Any]) -> Iterator[Problem]:
    """Every point has one pair of coordinates, all the same pair."""
    points = {(block, key): point for block in ("districts", "places") for key, point in sites[block].items()}
    pairs = {
        place: [names for names in PAIRS if any(point.get(name) is not None for name in names)]
        for place, point in points.items()
    }
    used = [names for found in pairs.values() for names in found]
    first = used[0] if used else PAIRS[0]
    for (block, key), found in pairs.items():
        at: Key = ("sites", block, key)
        whole = found == [first] and all(points[block, key].get(name) is not None for name in first)
        if found and found != [first]:
            yield problem_at(document, at, "positions_mixed", name=key, wanted=", ".join(first))
        elif not whole:
            yield problem_at(document, at, "position_missing", name=key)


def _minutes(document: Document, sites: Mapping[str, Any]) -> Iterator[Problem]:
    """Every place has the minutes from every district, and from no other."""
    districts = list(sites["districts"])
    for key, place in sites["places"].items():
        found = place.get("minutes") or {}
        at: Key = ("sites", "places", key, "minutes")
        for name in found:
            if name not in districts:
                said = {"found": name, "block": "districts", "near": nearest_or(name, districts)}
                yield problem_at(document, (*at, name), "not_listed", **said)
        if missing := [name for name in districts if name not in found]:
            yield problem_at(document, at, "minutes_missing", name=key, missing=", ".join(missing))
