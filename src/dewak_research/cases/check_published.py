"""What files of published facts must hold: documented cases, instruments, platforms; every mistake with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from dewak_research.cases.documented_schema import LASTING_YEARS
from dewak_research.cases.placed import mappings, problem_at
from dewak_research.documents import Document, Key
from dewak_research.errors import Problem, nearest_or


def _sources_of(item: Any) -> Iterator[str]:
    for _, block in mappings(item):
        yield from [block["source"], *(block.get("also") or ())] if "source" in block else ()


def _unused_sources(document: Document, content: Any) -> Iterator[Problem]:
    for source in sorted(set(document.data["sources"]) - set(_sources_of(content))):
        yield problem_at(document, ("sources", source), "unused_source", found=source)


def _units_in(content: Any, key: Key) -> list[tuple[Key, str, str]]:
    """Place, list and name of every unit within a part of a file."""
    return [(at, "units", item["unit"]) for at, item in mappings(content, key) if item.get("unit")]


def _not_listed(document: Document, named: Iterable[tuple[Key, str, str]]) -> Iterator[Problem]:
    """Names that their list in the file does not hold."""
    for place, block, found in named:
        known = document.data[block]
        if found not in known:
            near = nearest_or(found, known)
            yield problem_at(document, place, "not_listed", found=found, block=block, near=near)


def _documented(document: Document) -> Iterator[Problem]:
    """Families and units are listed, years are in order, a lasting case lasted, every source supports something."""
    data = document.data
    newest = max(source.get("year") or 0 for source in data["sources"].values())
    for name, case in data["cases"].items():
        here: Key = ("cases", name)
        named = [(here, "families", case["family"]), *_units_in(case, here)]
        yield from _not_listed(document, named)
        if case["country"] != "DE" and "ags" in case:
            yield problem_at(document, (*here, "ags"), "foreign_key", country=case["country"])
        start, last = case.get("start"), case.get("last_evidence")
        first = start or 0
        if max(first, last or first) > newest or (last or first) < first:
            said = {"start": start, "last": last, "today": newest}
            yield problem_at(document, here, "years_order", **said)
        lasting = case.get("conditions", {}).get("OUT", {}).get("state") == "yes"
        if lasting and start and last and last - start < LASTING_YEARS:
            said = {"years": last - start, "least": LASTING_YEARS}
            yield problem_at(document, (*here, "conditions", "OUT"), "not_lasting", **said)
    yield from _unused_sources(document, data["cases"])


def _number(item: dict[str, Any]) -> bool:
    return any(item.get(end) is not None for end in ("value", "low", "high"))


def _activation(document: Document) -> Iterator[Problem]:
    """Units are listed; a number stands here or in a unit figure, not in both; every source supports something."""
    entries: Key = ("instruments",)
    yield from _not_listed(document, _units_in(document.data["instruments"], entries))
    for name, entry in document.data["instruments"].items():
        place: Key = (*entries, name, "serves", "meets")
        meets = entry.get("serves", {}).get("meets", [])
        yield from _not_listed(document, [(place, "services", service) for service in meets])
    for here, item in mappings(document.data["instruments"], entries):
        if "figure" in item and ({"what", "source", "case", "assumption"} & set(item) or _number(item)):
            yield problem_at(document, here, "figure_and_number", found=item["figure"])
        elif "unit" in item and "figure" not in item and not (_number(item) and "what" in item):
            yield problem_at(document, here, "no_number")
    yield from _unused_sources(document, document.data["instruments"])


def _platforms(document: Document) -> Iterator[Problem]:
    """Fields of the common model are listed, every source supports something."""
    data = document.data
    for name, platform in data["platforms"].items():
        here: Key = ("platforms", name, "calls", "fields")
        fields = platform.get("calls", {}).get("fields", {})
        yield from _not_listed(document, [((*here, field), "fields", field) for field in fields])
    yield from _unused_sources(document, data["platforms"])


PUBLISHED = {"documented": _documented, "activation": _activation, "platforms": _platforms}
"""Kind of file → its rules."""
