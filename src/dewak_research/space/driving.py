"""Is one point per town good enough? The ways computed here against official driving times, which weigh people.

The driving times of the Deutschlandatlas are modelled from grid cells and weighted with the people in them; ours start
at one point of the town. Both are models; where they disagree the reasons are looked for, not who is right.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import rankdata, spearmanr

from dewak_research.disparities.inequality import limits
from dewak_research.space.access import Array
from dewak_research.space.fifths import fifths, ranks

DRIVES = {
    "primary": "drive_to_primary_school_min",
    "lower_secondary": "drive_to_lower_secondary_min",
    "indoor_pool": "drive_to_indoor_pool_min",
    "supermarket": "drive_to_supermarket_min",
}
"""Where to and the column of the table of driving times."""
SHOWN_TOWNS = 5


def drives_of(tables: Mapping[str, pd.DataFrame], towns: list[str]) -> dict[str, Array]:
    """Return driving minutes of every town, by where to."""
    table = tables["gemeinden_tax_capacity_2022"].set_index("ags").loc[towns]
    return {name: table[column].to_numpy(float) for name, column in DRIVES.items()}


def drive_table(drives: Mapping[str, Array], people: Mapping[str, Array], towns: list[str]) -> pd.DataFrame:
    """Return driving minutes of every town.

    Parameters
    ----------
    people : mapping of str to array (towns,)
        By where to, whom it is for.

    Returns
    -------
    DataFrame
        ags, kind, minutes (as published), fifth (of the people, 5 = longest drive).
    """
    parts = [
        pd.DataFrame({"ags": towns, "kind": name, "minutes": minutes, "fifth": fifths(minutes, people[name])})
        for name, minutes in drives.items()
    ]
    return pd.concat(parts, ignore_index=True)


def rank_correlation(one: Array, other: Array, counts: Array) -> tuple[float, float, float]:
    """Return Spearman's rank correlation with its 95 % interval from drawing units.

    Parameters
    ----------
    one, other : array (units,)
    counts : array (draws, units)
        How often each unit is drawn.

    Returns
    -------
    rho, low, high
    """
    low, high = limits(correlated(ranks(one, counts), ranks(other, counts), counts))
    return float(spearmanr(one, other).statistic), float(low), float(high)


def correlated(one: Array, other: Array, counts: Array) -> Array:
    """Return the correlation of two variables for every row of weights: arrays (draws, units) to (draws,)."""
    share = counts / counts.sum(axis=1, keepdims=True)

    def moment(a: Array, b: Array) -> Array:
        found: Array = (share * a * b).sum(axis=1) - (share * a).sum(axis=1) * (share * b).sum(axis=1)
        return found

    found: Array = moment(one, other) / np.sqrt(moment(one, one) * moment(other, other))
    return found


def drive_check(access: pd.DataFrame, drives: Mapping[str, Array], counts: Array) -> pd.DataFrame:
    """Return how ways computed here rank towns beside driving minutes.

    Returns
    -------
    DataFrame
        kind, measure (nearest_km, count, per_1000), rho, low, high (95 %); agreement is a rho near 1 for nearest_km and
        near −1 for the others.
    """
    rows = []
    for kind in (name for name in drives if name in set(access["kind"])):
        table = access[access["kind"] == kind]
        for measure in ("nearest_km", "count", "per_1000"):
            found = rank_correlation(drives[kind], table[measure].to_numpy(float), counts)
            rows.append((kind, measure, *found))
    return pd.DataFrame(rows, columns=["kind", "measure", "rho", "low", "high"])


def _rank_gap(access: pd.DataFrame, minutes: Array) -> Array:
    """Rank by minutes less rank by our way, as a share of the towns: above 0 where we make a town look nearer."""
    ours = access["nearest_km"].to_numpy(float)
    found: Array = (rankdata(minutes) - rankdata(ours)) / len(ours)
    return found


def drive_reasons(
    access: pd.DataFrame, drives: Mapping[str, Array], towns: pd.DataFrame, counts: Array
) -> pd.DataFrame:
    """Return what the disagreement goes with: the ranks by minutes less those by our way, against traits of towns.

    Parameters
    ----------
    towns : DataFrame
        In the order of the towns: area_km2, population.

    Returns
    -------
    DataFrame
        kind, trait (area_km2, people_per_km2, area_per_school: km² per own school), rho, low, high (95 %); above 0: the
        more of it, the nearer our point makes a town look.
    """
    rows = []
    for kind in (name for name in drives if name in set(access["kind"])):
        table = access[access["kind"] == kind]
        schools = np.maximum(table["own_schools"].to_numpy(float), 1.0)
        traits = {
            "area_km2": towns["area_km2"].to_numpy(float),
            "people_per_km2": (towns["population"] / towns["area_km2"]).to_numpy(float),
            "area_per_school": towns["area_km2"].to_numpy(float) / schools,
        }
        for trait, values in traits.items():
            found = rank_correlation(_rank_gap(table, drives[kind]), values, counts)
            rows.append((kind, trait, *found))
    return pd.DataFrame(rows, columns=["kind", "trait", "rho", "low", "high"])


def drive_differences(access: pd.DataFrame, drives: Mapping[str, Array], towns: pd.DataFrame) -> pd.DataFrame:
    """Return the towns in which both disagree most, in both directions.

    Returns
    -------
    DataFrame
        kind, ags, name, looks (nearer, further: our way against the minutes), nearest_km, minutes, own_schools,
        area_km2, rank_gap (share of the towns).
    """
    parts = []
    for kind in (name for name in drives if name in set(access["kind"])):
        table = access[access["kind"] == kind].reset_index(drop=True)
        table = table.assign(
            name=towns["name"].to_numpy(),
            area_km2=towns["area_km2"].to_numpy(float),
            minutes=drives[kind],
            rank_gap=_rank_gap(table, drives[kind]),
        ).sort_values(["rank_gap", "ags"], kind="stable")
        parts += [
            table.tail(SHOWN_TOWNS)[::-1].assign(looks="nearer"),
            table.head(SHOWN_TOWNS).assign(looks="further"),
        ]
    columns = ["kind", "ags", "name", "looks", "nearest_km", "minutes", "own_schools", "area_km2", "rank_gap"]
    return pd.concat(parts, ignore_index=True)[columns]
