"""Where one more place would help most: arithmetic on the points of real towns.

No recommendation follows for a real town: one point stands for all who live in it, and what exists is not known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import SpaceParams
from dewak_research.space.access import Array
from dewak_research.space.distances import air_line_km
from dewak_research.space.sites import gains, maximal_cover, p_centre, p_median
from dewak_research.space.supply import Kind, Supply

NUMBERS = (1, 2, 3)
AIMS = ("most_reach", "shortest_mean", "shortest_longest")


def sites_of_kreise(
    towns: pd.DataFrame, people: Array, kreise: Sequence[str], params: SpaceParams
) -> pd.DataFrame:
    """Return where one to three new places would stand in a Kreis by three aims, over the points of its towns.

    Parameters
    ----------
    towns : DataFrame
        ags, name, kreis, longitude, latitude.
    people : array (towns,)

    Returns
    -------
    DataFrame
        kreis, number, aim (most_reach: most people within the far reach; shortest_mean; shortest_longest), ags and
        names (of the sites, separated by "; "), reached_share, mean_km, longest_km, gap (by which a better choice
        could beat it; 0: none does), equal_choices (of so many towns that reach the aim as well, itself included; the
        one with the shortest mean way is shown).
    """
    rows = []
    for kreis in kreise:
        inside = np.flatnonzero((towns["kreis"] == kreis).to_numpy())
        part, count = towns.iloc[inside], people[inside]
        distance = air_line_km(part, part) * params.detour
        for number in (n for n in NUMBERS if n <= len(part)):
            solved = (
                maximal_cover(count, distance <= params.far_km, number),
                p_median(count, distance, number),
                p_centre(distance, number),
            )
            every = np.array([*combinations(range(len(part)), number)])
            ways = distance[:, every].min(axis=2)
            values = (count @ (ways <= params.far_km), count @ ways, ways.max(axis=0))
            for aim, sites, value in zip(AIMS, solved, values, strict=True):
                equal = np.flatnonzero(np.isclose(value, sites.value, rtol=1e-9, atol=0.0))
                best = equal[np.argmin(values[1][equal])]
                way, names = ways[:, best], part.iloc[every[best]]
                reached = float(count[way <= params.far_km].sum() / count.sum())
                mean = float(way @ count / count.sum())
                listed = ("; ".join(names["ags"]), "; ".join(names["name"]))
                rows.append(
                    (kreis, number, aim, *listed, reached, mean, float(way.max()), sites.gap, len(equal))
                )
    columns = ["kreis", "number", "aim", "ags", "names", "reached_share", "mean_km", "longest_km", "gap"]
    return pd.DataFrame(rows, columns=[*columns, "equal_choices"])


def beyond_by_kreis(
    kinds: Mapping[str, Kind],
    found: Mapping[str, Supply],
    towns: pd.DataFrame,
    needy: NDArray[np.bool_],
    params: SpaceParams,
) -> pd.DataFrame:
    """Return by Kreis the children beyond reach of a kind of school, and how many of them one more would reach.

    Which town that would be is not said: over one point per town it would be a sum, no proposal.

    Parameters
    ----------
    towns : DataFrame
        ags, kreis, longitude, latitude, in the order of the towns.
    needy : bool array (towns,)
        Towns in the two most deprived fifths.

    Returns
    -------
    DataFrame
        kreis, kind, children, beyond_children (their town's point lies further than the reach from the nearest school),
        gained_children (most that one more at the point of a town of the Kreis would reach, in and outside it:
        criterion C7), needy_share (of these, in deprived towns: criterion C8; missing where nobody is gained).
    """
    between = air_line_km(towns, towns) * params.detour
    rows = []
    for name, supply in found.items():
        reach = kinds[name].reach_km(params)
        now = supply.nearest_km(params.detour)
        distance = np.column_stack([between, now])
        gained = gains(supply.children, distance, reach, [len(towns)], needy).iloc[: len(towns)]
        for kreis, rows_of in towns.reset_index(drop=True).groupby("kreis").groups.items():
            at = np.asarray(rows_of)
            best = gained.iloc[at].sort_values(["persons_gained", "site"], ascending=[False, True]).iloc[0]
            children = supply.children[at]
            beyond = float(children[now[at] > reach].sum())
            cells = (
                float(children.sum()),
                beyond,
                float(best["persons_gained"]),
                float(best["deprived_share"]),
            )
            rows.append((kreis, name, *cells))
    columns = ["kreis", "kind", "children", "beyond_children", "gained_children", "needy_share"]
    return pd.DataFrame(rows, columns=columns)
