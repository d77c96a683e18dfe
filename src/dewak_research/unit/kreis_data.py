"""What the profile of a Kreis among all of Germany shows, as lines of the same files as those of the own Land."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dewak_research.data.kreis_indicators import KreisIndicator, kreis_indicator
from dewak_research.language import LANGUAGES
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing
from dewak_research.unit.kreis_view import SERIES, KreisProfile
from dewak_research.unit.stress_view import Row
from dewak_research.unit.words import counted

ESTIMATED = ("kdu_eur_pc",)
_BESIDE = ("peer_median", "peer_percentile", "peers_known")
_PEER_SOURCES = ("kreise_panel",)


def _about(one: KreisIndicator) -> dict[str, Any]:
    names = {f"name_{language}": label(one.label_key, language) for language in LANGUAGES}
    mark = "estimate" if one.key in ESTIMATED else None
    return {"key": one.key, **names, "unit": one.unit, "mark": mark, "sources": one.sources}


def peers_of(row: Row) -> dict[str, Any]:
    """Return what a line says of the similar units; how many are level only where some are."""
    found = counted(row)
    return {**{name: row[name] for name in _BESIDE}, "peers_level": (found[1] or None) if found else None}


def germany_lines(profile: KreisProfile) -> Iterator[dict[str, Any]]:
    """Return a line per headline indicator: newest value, the nearest Kreise, place among all."""
    for row in profile.comparison:
        about = _about(kreis_indicator(str(row["indicator"])))
        yield {
            "section": "germany",
            **about,
            "as_of": str(row["year"]),
            "value": row["value"],
            **peers_of(row),
            "place": row["place"],
            "of": row["of"],
        }


def kreis_lines(profile: KreisProfile) -> Iterator[dict[str, Any]]:
    """Return every line of the file of a Kreis outside the Land of the report."""
    for key, section in SERIES.items():
        about = _about(kreis_indicator(key))
        for row in profile.series[key]:
            if not is_missing(row[key]):
                yield {"section": section, **about, "as_of": str(row["year"]), "value": row[key]}
    yield from germany_lines(profile)
    for row in profile.neighbours:
        names = {f"name_{language}": row["name"] for language in LANGUAGES}
        yield {
            "section": "similar", "key": str(row["unit"]), **names, "unit": "distance", "value": row["distance"],
            "sources": _PEER_SOURCES,
        }  # fmt: skip
