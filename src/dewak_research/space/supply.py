"""Which schools towns reach, by kind of school: from one point per town, as the crow flies with a detour factor.

One point stands for a whole town: nothing is said about access within it. Two rules are assumptions and not facts: the
detour factor, the same everywhere, and that the children of a town reach its own schools wherever in it these stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import Group, SpaceParams, validate
from dewak_research.rules import HOME, land
from dewak_research.space.access import Array, Decay, Ways, nearest, reached, shared_access, within, zones
from dewak_research.space.distances import ways_by_air

FURTHEST_KM = 150.0
"""As the crow flies: further ways are not looked at."""
ZONE_ENDS = (1.0 / 3.0, 2.0 / 3.0, 1.0)
ZONE_WEIGHTS = (1.0, 0.68, 0.22)
"""Luo and Qi 2009; their zones of 10, 20 and 30 minutes as thirds of the reach."""
PER = 1000.0


class Kind(Group):
    """A kind of school: its forms, the ages of its children, and whether its way is near or far."""

    forms: tuple[str, ...]
    ages: tuple[str, ...]
    way: Literal["near", "far"]

    def reach_km(self, params: SpaceParams) -> float:
        """Return the reach that counts for it, detour included."""
        return params.near_km if self.way == "near" else params.far_km


class _Kinds(Group):
    kinds: dict[str, Kind]


def kinds_of_school() -> dict[str, Kind]:
    """Return the kinds of school of the Land of the report, by name."""
    return validate(land(HOME).document("schools") or {}, _Kinds, f"rules/land/{HOME}/schools.yaml").kinds


def people_of_ages(
    town_age: pd.DataFrame, kreise_age: pd.DataFrame, towns: Sequence[str], ages: Sequence[str]
) -> Array:
    """Return persons of some ages by town in the newest year of the Kreise: estimated but for kreisfreie towns.

    A town keeps the share in each age group of its Kreis that it had when towns were last counted by age (assumption).

    Parameters
    ----------
    town_age : DataFrame
        ags, sex, age, persons.
    kreise_age : DataFrame
        ags (5 digits), year, sex, age, persons, with the same groups.
    towns : sequence of str
        Keys in the order of the result.
    ages : sequence of str

    Returns
    -------
    array (towns,)
    """
    index = list(towns)
    kreis = [key[:5] for key in index]
    newest = kreise_age[kreise_age["year"] == kreise_age["year"].max()]
    found = np.zeros(len(index))
    for age in ages:
        then = town_age[town_age["age"] == age].groupby("ags")["persons"].sum().loc[index]
        now = newest[newest["age"] == age].groupby("ags")["persons"].sum().loc[kreis].to_numpy(float)
        found += (then / then.groupby(kreis).transform("sum")).to_numpy(float) * now
    return found


@dataclass(frozen=True)
class Supply:
    """Towns and the schools of one kind: ways as the crow flies, which of them stay in the town, children."""

    towns: tuple[str, ...]
    children: Array
    ways: Ways
    own: NDArray[np.bool_]

    def nearest_km(self, detour: float) -> Array:
        """Return the way from the point of every town to the nearest school, detour included."""
        return nearest(self.ways) * detour

    def own_schools(self) -> Array:
        """Return how many schools stand in every town."""
        found: Array = np.bincount(self.ways.home[self.own], minlength=len(self.towns)).astype(float)
        return found

    def _within(self, reach_km: float, detour: float) -> Ways:
        """Ways up to the reach; a school of the town itself lies within it at most at its end."""
        cost = np.where(self.own, np.minimum(self.ways.cost * detour, reach_km), self.ways.cost * detour)
        kept = cost <= reach_km
        return Ways(
            self.ways.home[kept], self.ways.place[kept], cost[kept], self.ways.homes, self.ways.places
        )

    def count(self, reach_km: float, detour: float) -> Array:
        """Return how many schools every town reaches, its own included."""
        ways = self._within(reach_km, detour)
        return reached(ways, np.ones(ways.places), within(reach_km))

    def shared(self, reach_km: float, detour: float, decay: Decay | None = None) -> Array:
        """Return schools per 1,000 children that every town reaches, shared among all children who reach them."""
        ways = self._within(reach_km, detour)
        found = shared_access(ways, self.children, np.ones(ways.places), decay or within(reach_km))
        return PER * found


def supply_of(kind: Kind, inputs: Mapping[str, pd.DataFrame]) -> Supply:
    """Return towns, children and the operating schools of a kind, public or not.

    Parameters
    ----------
    kind : Kind
    inputs : mapping
        towns (ags, longitude, latitude), schools, town_age, kreise_age.
    """
    towns = inputs["towns"].sort_values("ags", ignore_index=True)
    schools = inputs["schools"]
    kept = schools[schools["operating"] & schools["school_form"].isin(kind.forms)].sort_values("school_id")
    ways = ways_by_air(towns, kept, FURTHEST_KM, 1.0)
    home_of = pd.Index(towns["ags"]).get_indexer(pd.Index(kept["ags"]))
    keys = tuple(towns["ags"])
    children = people_of_ages(inputs["town_age"], inputs["kreise_age"], keys, kind.ages)
    return Supply(keys, children, ways, ways.home == home_of[ways.place])


def versions_of(kind: Kind, supply: Supply, params: SpaceParams) -> dict[str, Array]:
    """Return shared access under every reach and detour of the run; the first is the one that is shown."""
    reach = kind.reach_km(params)
    found = {"shown": supply.shared(reach, params.detour)}
    for factor in params.reach_factors:
        for detour in (params.detour, *params.other_detours):
            if (factor, detour) != (1.0, params.detour):
                found[f"{factor:g}_{detour:g}"] = supply.shared(reach * factor, detour)
    ends = tuple(end * reach for end in ZONE_ENDS)
    return {**found, "zones": supply.shared(reach, params.detour, zones(ends, ZONE_WEIGHTS))}


def access_table(kinds: Mapping[str, Kind], found: Mapping[str, Supply], params: SpaceParams) -> pd.DataFrame:
    """Return what every town reaches by kind of school.

    Returns
    -------
    DataFrame
        ags, kind, children (estimated persons), own_schools, nearest_km, count (schools within reach), per_1000
        (schools per 1,000 children, shared); from one point per town.
    """
    parts = []
    for name, supply in found.items():
        reach = kinds[name].reach_km(params)
        parts.append(
            pd.DataFrame(
                {
                    "ags": supply.towns,
                    "kind": name,
                    "children": supply.children,
                    "own_schools": supply.own_schools(),
                    "nearest_km": supply.nearest_km(params.detour),
                    "count": supply.count(reach, params.detour),
                    "per_1000": supply.shared(reach, params.detour),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def access_summary(kinds: Mapping[str, Kind], access: pd.DataFrame, params: SpaceParams) -> pd.DataFrame:
    """Return access of the Land by kind of school.

    Returns
    -------
    DataFrame
        kind, schools, towns_without (towns without an own one), children, reach_km, median_km (of towns),
        beyond_children (children of towns whose point lies further than the reach from the nearest), beyond_share,
        per_1000 (schools over children), lowest_per_1000 and highest_per_1000 (a tenth of the towns share fewer, a
        tenth more).
    """
    rows = []
    for name, table in access.groupby("kind", sort=False):
        reach = kinds[str(name)].reach_km(params)
        beyond = float(table.loc[table["nearest_km"] > reach, "children"].sum())
        children, schools = float(table["children"].sum()), float(table["own_schools"].sum())
        low, high = table["per_1000"].quantile([0.1, 0.9])
        rows.append(
            {
                "kind": name,
                "schools": int(schools),
                "towns_without": int((table["own_schools"] == 0).sum()),
                "children": children,
                "reach_km": reach,
                "median_km": float(table["nearest_km"].median()),
                "beyond_children": beyond,
                "beyond_share": beyond / children,
                "per_1000": PER * schools / children,
                "lowest_per_1000": float(low),
                "highest_per_1000": float(high),
            }
        )
    return pd.DataFrame(rows)
