"""Where more facilities in a municipality's own districts would help most: every district's point is a candidate.

METHODS G.4.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.space.access import Array
from dewak_research.space.districts import OwnKind
from dewak_research.space.fifths import fifths
from dewak_research.space.gained import NEEDY_FIFTH
from dewak_research.space.sites import gains, maximal_cover, p_median, with_one_more
from dewak_research.space.worked_sites import NUMBERS


def one_more(kinds: Sequence[OwnKind], need: Array | None, districts: Sequence[str]) -> pd.DataFrame:
    """Return what one more facility at the point of every district would bring.

    Returns
    -------
    DataFrame
        kind, district, persons_gained (who reach one only by it: criterion C7), needy_share (of these, in the two
        neediest fifths: criterion C8; missing where nobody is gained or need is not known), reached_share and mean_way
        (of all people, with it; the way missing where a district has none); most gain first, then the shortest way.
    """
    parts = []
    for kind in (one for one in kinds if one.between is not None):
        distance, places = _with_today(kind), len(districts)
        needy = np.zeros(places, bool) if need is None else fifths(need, kind.people) >= NEEDY_FIFTH
        found = gains(kind.people, distance, kind.reach, [places], needy).iloc[:places]
        reached, way = with_one_more(kind.people, distance, kind.reach, [places])
        table = pd.DataFrame(
            {
                "kind": kind.kind,
                "district": list(districts),
                "persons_gained": found["persons_gained"].to_numpy(float),
                "needy_share": found["deprived_share"].to_numpy(float) if need is not None else np.nan,
                "reached_share": reached[:places],
                "mean_way": _finite(way[:places]),
            }
        )
        parts.append(
            table.sort_values(["persons_gained", "mean_way"], ascending=[False, True], kind="stable")
        )
    columns = ["kind", "district", "persons_gained", "needy_share", "reached_share", "mean_way"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _with_today(kind: OwnKind) -> Array:
    """Ways to the point of every district, and as the last column to the nearest facility of today."""
    assert kind.between is not None
    return np.column_stack([kind.between, kind.nearest])


def _finite(values: Array) -> Array:
    return np.where(np.isfinite(values), values, np.nan)


def more_sites(kinds: Sequence[OwnKind], districts: Sequence[str]) -> pd.DataFrame:
    """Return where one to three more facilities together help most, those of today kept.

    Returns
    -------
    DataFrame
        kind, number, aim (``most_reach``: most people within reach; ``shortest_mean``: shortest way of all together),
        districts (separated by "; "), reached_share, mean_way, gap (by which a better choice could beat it; 0: none
        does). ``most_reach`` is left out where everybody is within reach already.
    """
    rows = []
    for kind in (one for one in kinds if one.between is not None):
        distance, places = _with_today(kind), len(districts)
        reach = distance <= kind.reach
        for number in (n for n in NUMBERS if n < places):
            solved = {"shortest_mean": p_median(kind.people, distance, number + 1, [places])}
            if not reach[kind.people > 0, -1].all():
                solved = {"most_reach": maximal_cover(kind.people, reach, number + 1, [places]), **solved}
            for aim, sites in solved.items():
                way = distance[:, list(sites.chosen)].min(axis=1)
                listed = "; ".join(districts[j] for j in sites.chosen if j < places)
                share = float(kind.people[way <= kind.reach].sum() / kind.people.sum())
                mean = float(_finite(np.atleast_1d(way @ kind.people / kind.people.sum()))[0])
                rows.append((kind.kind, number, aim, listed, share, mean, sites.gap))
    columns = ["kind", "number", "aim", "districts", "reached_share", "mean_way", "gap"]
    return pd.DataFrame(rows, columns=columns)
