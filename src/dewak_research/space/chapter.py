"""Space and society of the towns in one call: who reaches which schools, who needs most, where one more would help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dewak_research.config import SpaceParams
from dewak_research.data.result import Result
from dewak_research.disparities.space import weights, with_geometry
from dewak_research.space.access import Array
from dewak_research.space.driving import drive_check, drive_differences, drive_reasons, drive_table, drives_of
from dewak_research.space.fifths import fifths
from dewak_research.space.gained import NEEDY_FIFTH
from dewak_research.space.needs import between_kreise, need_table, needs_of
from dewak_research.space.supply import (
    Kind,
    Supply,
    access_summary,
    access_table,
    kinds_of_school,
    supply_of,
    versions_of,
)
from dewak_research.space.together import (
    Reach,
    access_agreement,
    cluster_counts,
    clusters,
    correlations,
    drawn,
    equity_table,
    looked_at_first,
    quadrant_counts,
    quadrant_table,
)
from dewak_research.space.worked_sites import beyond_by_kreis, sites_of_kreise

RAW_TABLES = (
    "towns",
    "schools",
    "town_age",
    "kreise_age",
    "town_population_today",
    "gemeinden_tax_capacity_2022",
    "deprivation",
    "census",
    "unemployment",
    "debt_today",
)
CLUSTERED = (("primary", "minutes"), ("lower_secondary", "minutes"), ("gymnasium", "per_1000"))
"""Measures of access whose clusters are looked for."""
MIXED = 5


def _whose(found: Mapping[str, Supply], drives: Mapping[str, Array], people: Array) -> dict[str, Array]:
    """Return whom a drive is for: the children who go there, or all."""
    return {name: found[name].children if name in found else people for name in drives}


def _reaches(
    kinds: Mapping[str, Kind],
    found: Mapping[str, Supply],
    drives: Mapping[str, Array],
    people: Array,
    params: SpaceParams,
) -> list[Reach]:
    """Driving minutes, for the children who go there or for all, and schools per child under every reach and detour."""
    whose = _whose(found, drives, people)
    driven = [
        Reach(name, "minutes", {"published": -minutes}, whose[name]) for name, minutes in drives.items()
    ]
    shared = [
        Reach(name, "per_1000", versions_of(kinds[name], supply, params), supply.children)
        for name, supply in found.items()
    ]
    return [*driven, *shared]


def run(
    inputs: Mapping[str, pd.DataFrame],
    params: SpaceParams,
    seed: int,
    municipalities: Sequence[str] = (),
) -> Result:
    """Compute the chapter on space and society.

    Parameters
    ----------
    inputs : mapping
        Official tables of ``RAW_TABLES`` and ``boundaries_towns`` (ags, geometry).
    params : SpaceParams
    seed : int
    municipalities : sequence of str
        Units whose Kreise serve as worked examples of sites.

    Returns
    -------
    Result
        access, access_summary: ``supply``; drives, drive_check, drive_reasons, drive_differences: driving minutes and
        ways against them (``driving``); need, need_between: ``needs``; need_access, equity, quadrants, quadrant_counts,
        access_agreement, looked_at_first, clusters, cluster_counts: ``together``; beyond_reach, sites:
        ``worked_sites``; assumptions: what is assumed and not counted; run_versions: versions, the ways to take reach,
        detour and zones.
    """
    towns = inputs["towns"].sort_values("ags", ignore_index=True)
    keys = list(towns["ags"])
    people = inputs["town_population_today"].set_index("ags").loc[keys, "population"].to_numpy(float)
    kinds = kinds_of_school()
    found = {name: supply_of(kind, inputs) for name, kind in kinds.items()}
    access = access_table(kinds, found, params)
    drives = drives_of(inputs, keys)
    needs, years = needs_of(inputs, keys, params.show_unconfirmed_debt)
    reaches = _reaches(kinds, found, drives, people, params)
    counts = drawn(list(towns["kreis"]), params.draws, seed)
    traits = towns.assign(population=people)
    quadrant = quadrant_table(needs, reaches, keys)
    near = weights(with_geometry(inputs["boundaries_towns"]), keys)
    looked_at = [reach for reach in reaches if (reach.kind, reach.measure) in CLUSTERED]
    local = clusters(needs, looked_at, keys, near, params.permutations, seed)
    kreise = list(dict.fromkeys(key[:MIXED] for key in municipalities))
    needy = fifths(needs["deprivation"], people) >= NEEDY_FIFTH
    return Result(
        {
            "access": access,
            "access_summary": access_summary(kinds, access, params),
            "drives": drive_table(drives, _whose(found, drives, people), keys),
            "drive_check": drive_check(access, drives, counts),
            "drive_reasons": drive_reasons(access, drives, traits, counts),
            "drive_differences": drive_differences(access, drives, traits),
            "need": need_table(needs, years, keys, people),
            "need_between": between_kreise(needs, list(towns["kreis"])),
            "need_access": correlations(needs, reaches, (people / towns["area_km2"]).to_numpy(float), counts),
            "equity": equity_table(needs, reaches, counts),
            "quadrants": quadrant,
            "quadrant_counts": quadrant_counts(quadrant),
            "access_agreement": access_agreement(quadrant),
            "looked_at_first": looked_at_first(quadrant, towns, needs, reaches),
            "clusters": local,
            "cluster_counts": cluster_counts(local),
            "beyond_reach": beyond_by_kreis(kinds, found, towns, needy, params),
            "sites": sites_of_kreise(towns, people, kreise, params),
            "assumptions": _assumptions(params),
            "run_versions": pd.DataFrame({"versions": [max(len(reach.versions) for reach in reaches)]}),
        }
    )


def _assumptions(params: SpaceParams) -> pd.DataFrame:
    """What is assumed and not counted: assumption, value (in its unit)."""
    rows = {
        "detour": params.detour,
        "near_km": params.near_km,
        "far_km": params.far_km,
    }
    return pd.DataFrame({"assumption": list(rows), "value": np.array(list(rows.values()), float)})
