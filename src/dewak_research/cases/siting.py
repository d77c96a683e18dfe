"""The sites of a case as tables, and what they score in the criteria that hang on the site (C7, C8).

How many persons a site newly reaches is a question of space. This wing does not know that one: the function that
answers it is handed in, and a case without sites, or a run without that function, leaves both criteria open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.library import Library, bounds, in_languages
from dewak_research.documents import Document

Triple = tuple[float, float, float]
Gains = Callable[[pd.DataFrame, pd.DataFrame, pd.DataFrame | None, Triple, Triple], pd.DataFrame]
"""Districts, places, minutes, reach and detour to what every place brings; see ``site_frames``."""
REACHED, DEPRIVED = "C7", "C8"
PERCENT = 100.0
_POINT = ("longitude", "latitude", "east_km", "north_km")
_CERTAIN = (1.0, 1.0, 1.0)


def _frame(document: Document, block: str, columns: Mapping[str, Callable[[Any], Any]]) -> pd.DataFrame:
    items = document.data["sites"][block]
    rows = {
        key: {
            **in_languages("name", item["name"]),
            **{name: np.nan if item.get(name) is None else float(item[name]) for name in _POINT},
            **{name: read(item) for name, read in columns.items()},
            "where": document.where(("sites", block, key)),
        }
        for key, item in items.items()
    }
    return pd.DataFrame.from_dict(rows, orient="index")


def site_frames(document: Document) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame | None, Triple, Triple]:
    """Return districts, places, minutes (None: coordinates), reach and detour of a case.

    Returns
    -------
    tuple
        (a) districts, index key: name_de, name_en, longitude, latitude (degrees), east_km, north_km (all four missing
        where minutes are given, else one pair), people, need (score 0–1) or fifth (1–5; the other is missing), where
        (file and line). (b) places, index key: the names and coordinates, exists (bool), where. (c) minutes, districts
        × places. (d, e) low, middle and high of the reach (kilometres or minutes) and of the detour factor.
    """
    sites = document.data["sites"]
    read = {
        name: (lambda item, name=name: np.nan if item.get(name) is None else float(item[name]))
        for name in ("people", "need", "fifth")
    }
    districts = _frame(document, "districts", read)
    places = _frame(document, "places", {"exists": lambda item: item["exists"] == "yes"})
    timed = {key: item["minutes"] for key, item in sites["places"].items() if item.get("minutes") is not None}
    minutes = pd.DataFrame(timed, index=districts.index, dtype=float) if timed else None
    detour = _CERTAIN if sites.get("detour") is None else bounds(sites["detour"])
    return districts, places, minutes, bounds(sites["reach"]), detour


def sited(library: Library) -> dict[str, Any]:
    """Return the sites of every case, and invented example, that names any."""
    every = {**library.cases, **library.examples}
    return {case: content["sites"] for case, content in every.items() if content.get("sites") is not None}


def with_gains(library: Library, gains: Gains) -> Library:
    """Return the library with what every place of its cases brings, computed by the function that is handed in."""
    found = {case: gains(*site_frames(library.document(case))) for case in sited(library)}
    return replace(library, gained=found)


def site_scores(library: Library, case: str, model: str) -> dict[str, Triple]:
    """Return low, middle and high of C7 (persons) and C8 (per cent) of a model at its site; nothing without a site.

    A site that gains nobody gains nobody in deprived districts either: its C8 is 0, the bad end of the scale.
    """
    if case not in library.gained:
        return {}
    row = library.gained[case].loc[sited(library)[case]["models"][model]]
    persons, shares = (
        tuple(float(row[f"{name}{end}"]) for end in ("_low", "", "_high"))
        for name in ("persons_gained", "deprived_share")
    )
    low, middle, high = shares
    return {REACHED: persons, DEPRIVED: (PERCENT * low, PERCENT * middle, PERCENT * high)}  # type: ignore[dict-item]
