"""What a known site changes: what every place of a case brings, and the ranking of the models with and without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.compare import compare
from dewak_research.cases.library import Library, bounds, criteria_frame, in_languages
from dewak_research.cases.mcda import ranking, winners
from dewak_research.cases.sensitivity import acceptability
from dewak_research.cases.siting import DEPRIVED, REACHED, sited
from dewak_research.data.result import together

NAMES = ("site_gains", "site_ranking", "site_summary")


def _gains(sites: Mapping[str, Any], found: pd.DataFrame) -> pd.DataFrame:
    places = sites["places"]
    stands = {key: [model for model, place in sites["models"].items() if place == key] for key in places}
    rows = [
        {
            "place": key,
            **in_languages("name", item["name"]),
            "exists": item["exists"] == "yes",
            "models": ", ".join(stands[key]),
        }
        for key, item in places.items()
    ]
    return pd.concat([pd.DataFrame(rows), found.loc[list(places)].reset_index(drop=True)], axis=1)


def _ranked(library: Library, case: str, weightings: int, cost_draws: int, seed: int) -> pd.DataFrame:
    comparison, _ = compare(library, case, cost_draws, seed)
    shares = acceptability(comparison, weightings, seed).summary.set_index("alternative")["first_share"]
    table = ranking(comparison).set_index("alternative")[["additive_rank", "additive_score"]]
    return table.assign(first_share=shares, leads=table.index.isin(winners(comparison)))


def _of_case(
    library: Library, case: str, weightings: int, cost_draws: int, seed: int
) -> dict[str, pd.DataFrame]:
    sites, found = sited(library)[case], library.gained[case]
    without = replace(library, gained={})
    with_site, none = (_ranked(one, case, weightings, cost_draws, seed) for one in (library, without))
    both = with_site.join(none, lsuffix="_with", rsuffix="_without").rename_axis("model").reset_index()
    placed = [sites["models"][model] for model in both["model"]]
    names = [in_languages("place", sites["places"][place]["name"]) for place in placed]
    gained = found.loc[placed, ["persons_gained", "deprived_share"]].reset_index(drop=True)
    table = pd.concat([both.assign(place=placed), pd.DataFrame(names), gained], axis=1)
    people = np.array([float(district["people"]) for district in sites["districts"].values()])
    low, reach, high = bounds(sites["reach"])
    summary = {
        "fictitious": library.study(case).get("fictitious") is True,
        "models": len(table),
        "places": len(sites["places"]),
        "districts": len(people),
        "people": float(people.sum()),
        "reach": reach,
        "reach_low": low,
        "reach_high": high,
        "unit": sites["reach"]["unit"],
        "detour": np.nan if sites.get("detour") is None else bounds(sites["detour"])[1],
        "weight": float(criteria_frame(library, case).loc[[REACHED, DEPRIVED], "weight"].sum()),
        "first_without": ", ".join(table.loc[table["leads_without"], "model"]),
        "first_with": ", ".join(table.loc[table["leads_with"], "model"]),
        "moved": int((table["additive_rank_with"] != table["additive_rank_without"]).sum()),
        "draws": weightings,
    }
    return {
        "site_gains": _gains(sites, found),
        "site_ranking": table.drop(columns=["leads_with", "leads_without"]),
        "site_summary": pd.DataFrame([summary]),
    }


def site_tables(library: Library, weightings: int, cost_draws: int, seed: int) -> dict[str, pd.DataFrame]:
    """Return the comparison with and without a site, for cases and examples whose sites are known.

    Returns
    -------
    dict
        Each with a column case; empty without any. site_gains: place, name_de, name_en, exists, models (at it, ", "),
        persons_gained, deprived_share (0–1), both with _low and _high, reached_share (of all people, with it), mean_way
        (of all people to the nearest, with it; kilometres or minutes). site_ranking: model, additive_rank,
        additive_score (0–1) and first_share (of random weightings), each _with and _without the site, place, place_de,
        place_en, persons_gained, deprived_share. site_summary, one row: fictitious, models, places, districts, people,
        reach with low and high, unit (km or min), detour (missing with minutes), weight (of both criteria together,
        0–1), first_without and first_with (models that lead at the stated weights), moved (models whose rank changes),
        draws (weightings).
    """
    parts = {case: _of_case(library, case, weightings, cost_draws, seed) for case in library.gained}
    return together(parts, "case")
