"""Platforms on which rooms are shared: what is published on them, and how they call the parts of a booking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dewak_research.cases.facts import fact_cells, sources_frame
from dewak_research.cases.library import in_languages


def platform_tables(platforms: Mapping[str, Any]) -> dict[str, pd.DataFrame]:
    """Return the platforms as tables, in the order of the file.

    Parameters
    ----------
    platforms : mapping
        Content of ``platforms.yaml``.

    Returns
    -------
    dict
        platforms: platform (key), name and place in both languages; platform_facts: platform and the cells of
        ``facts.fact_cells``; platform_fields: field (key), name in both languages, platform, theirs (the platform's own
        name), source, only where one is published; platform_sources.
    """
    entries = platforms["platforms"]
    named = [
        {"platform": key, **in_languages("name", item["name"]), **in_languages("place", item["place"])}
        for key, item in entries.items()
    ]
    facts = [
        {"platform": key, **fact_cells(fact, {}, platforms["sources"])}
        for key, item in entries.items()
        for fact in item["facts"]
    ]
    fields = [
        {
            "field": field,
            **in_languages("name", name),
            "platform": key,
            "theirs": item["calls"]["fields"][field],
            "source": item["calls"]["source"],
        }
        for field, name in platforms["fields"].items()
        for key, item in entries.items()
        if field in item.get("calls", {}).get("fields", {})
    ]
    return {
        "platforms": pd.DataFrame(named),
        "platform_facts": pd.DataFrame(facts).astype({"year": "Int64"}),
        "platform_fields": pd.DataFrame(fields),
        "platform_sources": sources_frame(platforms),
    }
