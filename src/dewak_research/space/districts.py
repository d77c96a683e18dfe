"""Who reaches what in a municipality's own districts: one point for each, facilities by kind.

METHODS G.1. The people of a district stand at its point; where its area is known, the share of people within
reach has bounds that hold wherever in it they live.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.space.access import Array, Ways, nearest, reached, shared_access, unreached, within, zones
from dewak_research.space.supply import PER, ZONE_ENDS, ZONE_WEIGHTS

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class OwnKind:
    """Facilities of one kind, in the order of the districts and of the facilities.

    Attributes
    ----------
    people : array (districts,)
        For whom the kind is.
    ways : Ways
        From every district to every facility of the kind, kilometres or minutes.
    capacity : array (facilities,)
        Places; missing where not known.
    reach : float
        Way that counts as within reach.
    sure, maybe : array (districts,) of bool, or None
        Whether everybody in the area of a district is within reach, and whether somebody may be; None without areas.
    between : array (districts, districts), or None
        Way from every district to the point of every other; None where it is not known.
    others : mapping of str to Ways
        Ways under other detour factors, by name.
    """

    kind: str
    names: tuple[str, ...]
    people: Array
    ways: Ways
    capacity: Array
    reach: float
    sure: Bools | None = None
    maybe: Bools | None = None
    between: Array | None = None
    others: Mapping[str, Ways] = field(default_factory=dict)

    @property
    def nearest(self) -> Array:
        """Return the way from every district to its nearest facility; infinite where there is none."""
        return nearest(self.ways)

    @property
    def counted(self) -> bool:
        """Whether the capacity of every facility is known."""
        return not np.isnan(self.capacity).any()

    def lost(self) -> tuple[str, ...]:
        """Return the facilities that no district's point lies within reach of."""
        return tuple(self.names[j] for j in unreached(self.ways, self.people, within(self.reach)))

    def shared(self, reach: float, ways: Ways | None = None, by_zone: bool = False) -> Array:
        """Return places per 1,000 people, shared among all who reach them; those nobody reaches belong to no one."""
        path = self.ways if ways is None else ways
        decay = zones(tuple(end * reach for end in ZONE_ENDS), ZONE_WEIGHTS) if by_zone else within(reach)
        supply = self.capacity.copy()
        supply[unreached(path, self.people, decay)] = 0.0
        return PER * shared_access(path, self.people, supply, decay)

    def versions(self, factors: Sequence[float]) -> dict[str, Array]:
        """Return access, more is better, under every reach and detour; the first is the one that is shown.

        The way to the nearest place, with a minus, where a capacity is missing: neither reach nor detour changes its
        order, so that there is one version.
        """
        if not self.counted:
            return {"shown": -self.nearest}
        found = {"shown": self.shared(self.reach)}
        for factor in factors:
            for name, path in {"": self.ways, **self.others}.items():
                if factor != 1.0 or name:
                    found[f"{factor:g}_{name}"] = self.shared(self.reach * factor, path)
        return {**found, "zones": self.shared(self.reach, by_zone=True)}


def kind_summary(kinds: Sequence[OwnKind], districts: Sequence[str]) -> pd.DataFrame:
    """Return access by kind.

    Returns
    -------
    DataFrame
        kind, facilities, capacity (places of all; missing where one is not known), people (for whom the kind is),
        reach, reached_share (people whose district's point lies within reach), low_share and high_share (bounds
        wherever in their district people live; missing without areas), mean_way and longest_way (from the points to the
        nearest; missing where a district has no way), longest_district, lost (facilities nobody reaches).
    """
    rows = []
    for kind in kinds:
        way, total = kind.nearest, kind.people.sum()
        bounds = [
            np.nan if some is None else kind.people[some].sum() / total for some in (kind.sure, kind.maybe)
        ]
        inhabited = kind.people > 0
        longest = np.where(inhabited, way, -1.0)
        whole = bool(np.isfinite(way[inhabited]).all())
        rows.append(
            {
                "kind": kind.kind,
                "facilities": len(kind.names),
                "capacity": float(kind.capacity.sum()),
                "people": float(total),
                "reach": kind.reach,
                "reached_share": float(kind.people[way <= kind.reach].sum() / total),
                "low_share": float(bounds[0]),
                "high_share": float(bounds[1]),
                "mean_way": float(way[inhabited] @ kind.people[inhabited] / total) if whole else np.nan,
                "longest_way": float(longest.max()) if whole else np.nan,
                "longest_district": districts[int(longest.argmax())],
                "lost": len(kind.lost()),
            }
        )
    return pd.DataFrame(rows)


def district_table(kinds: Sequence[OwnKind], districts: Sequence[str]) -> pd.DataFrame:
    """Return access by kind and district.

    Returns
    -------
    DataFrame
        kind, district, people (for whom the kind is), way (to the nearest; infinite where there is none), facility (the
        nearest; "" where there is none), inside (``yes``, ``no``; with areas also ``all``, ``some``, ``nobody``: how
        many of the district can be within reach), count (within reach), per_1000 (places per 1,000 people, shared among
        all who reach them), per_1000_zones (the same, nearer ones counting more); the last two missing where a capacity
        is not known.
    """
    parts = []
    for kind in kinds:
        path, way = kind.ways, kind.nearest
        order = np.lexsort((path.place, path.cost, path.home))
        first = pd.Series(path.place[order]).groupby(path.home[order]).first()
        names = [kind.names[first[i]] if i in first.index else "" for i in range(len(districts))]
        inside = np.where(way <= kind.reach, "yes", "no").astype(object)
        if kind.sure is not None and kind.maybe is not None:
            inside = np.where(kind.sure, "all", np.where(kind.maybe, "some", "nobody")).astype(object)
        unknown = np.full(len(districts), np.nan)
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind.kind,
                    "district": list(districts),
                    "people": kind.people,
                    "way": way,
                    "facility": names,
                    "inside": inside,
                    "count": reached(path, np.ones(path.places), within(kind.reach)),
                    "per_1000": kind.shared(kind.reach) if kind.counted else unknown,
                    "per_1000_zones": kind.shared(kind.reach, by_zone=True) if kind.counted else unknown,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
