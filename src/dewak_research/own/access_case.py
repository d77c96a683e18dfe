"""Own districts, facilities and ways as a case of access: facilities by kind with their ways from the districts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from dewak_research.config import SpaceParams
from dewak_research.own.ages_and_dates import OLDEST_ENTERED
from dewak_research.planning.ages import OLD_FROM
from dewak_research.space.access import Ways
from dewak_research.space.distances import air_line_km, ways_by_air, ways_from_table
from dewak_research.space.district_need import INDICATORS
from dewak_research.space.districts import OwnKind

if TYPE_CHECKING:
    import geopandas as gpd

LONGEST_KM = 2_000.0
"""No two points of Germany lie further apart, detour included."""
GROUPS = {"people_65": (OLD_FROM, OLDEST_ENTERED), "children": (0, 17)}
"""First and last age of the groups that the register can count."""
DISTRICTS = ("district", "longitude", "latitude", "people", *INDICATORS, "need")
FACILITIES = ("facility", "kind", "longitude", "latitude", "capacity", "reach", "users")


@dataclass(frozen=True)
class OwnAccess:
    """Own figures on districts and facilities; every table may be empty.

    Attributes
    ----------
    districts : DataFrame
        district, longitude, latitude (of its point), people, people_65, children, unemployed, recipients (persons),
        need (own score, higher is more); missing where not entered.
    areas : GeoSeries or None
        Areas of the districts in degrees (WGS 84), where they were given.
    facilities : DataFrame
        facility, kind, longitude, latitude, capacity (places), reach (kilometres, or minutes where there are ways; the
        same for a kind; missing = assumed), users (``everybody``, ``people_65``, ``children``).
    ways : DataFrame or None
        from (district), to (facility or district), minutes.
    detour : float
        Way over air line, from the workbook; ``assumed``: nobody has replaced the assumption of this project.
    files : dict of str
        Names of the files, by what they hold; "" where there is none.
    from_register : tuple of str
        Counts that come from the register of residents in the workbook.
    """

    districts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(DISTRICTS)))
    areas: gpd.GeoSeries | None = None
    facilities: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(FACILITIES)))
    ways: pd.DataFrame | None = None
    detour: float = 1.0
    assumed: bool = True
    files: dict[str, str] = field(default_factory=dict)
    from_register: tuple[str, ...] = ()

    @property
    def filled(self) -> bool:
        """Whether there are districts and facilities."""
        return len(self.districts) > 0 and len(self.facilities) > 0

    @property
    def between_districts(self) -> bool:
        """Whether the ways also lead to districts, so that a new place in one of them can be judged."""
        return self.ways is not None and bool(self.ways["to"].isin(self.districts["district"]).any())


def kinds_of(access: OwnAccess, params: SpaceParams | None = None) -> list[OwnKind]:
    """Return the kinds of facilities in the order in which they were entered.

    Parameters
    ----------
    access : OwnAccess
        With districts and facilities.
    params : SpaceParams, optional
        Assumed reach on foot, and the detour factors that are tried beside the one that holds.
    """
    chosen = params or SpaceParams()
    return [
        _kind(access, str(name), part, chosen) for name, part in access.facilities.groupby("kind", sort=False)
    ]


def assumed_reach(access: OwnAccess, params: SpaceParams) -> float:
    """Return the reach of a kind that has none of its own: minutes where ways are given, else kilometres."""
    return params.walk_km if access.ways is None else params.walk_minutes


def _kind(access: OwnAccess, name: str, part: pd.DataFrame, params: SpaceParams) -> OwnKind:
    group = str(part["users"].iloc[0])
    people = access.districts["people" if group == "everybody" else group].to_numpy(float)
    entered = float(part["reach"].iloc[0])
    reach = assumed_reach(access, params) if np.isnan(entered) else entered
    names, capacity = tuple(part["facility"]), part["capacity"].to_numpy(float)
    if access.ways is not None:
        ways, between = _by_table(access, list(names))
        return OwnKind(name, names, people, ways, capacity, reach, between=between)
    homes = access.districts
    sure, maybe = (None, None)
    if access.areas is not None:
        from dewak_research.space.areas import within_for_sure

        sure, maybe = within_for_sure(access.areas, part, reach, access.detour)
    others = {
        f"{detour:g}": ways_by_air(homes, part, LONGEST_KM, detour)
        for detour in params.other_detours
        if detour != access.detour
    }
    return OwnKind(
        name,
        names,
        people,
        ways_by_air(homes, part, LONGEST_KM, access.detour),
        capacity,
        reach,
        sure,
        maybe,
        air_line_km(homes, homes) * access.detour,
        others,
    )


def _by_table(access: OwnAccess, names: list[str]) -> tuple[Ways, np.ndarray | None]:
    """Ways to the facilities of one kind, and between districts where the table leads there too."""
    assert access.ways is not None
    homes, table = access.districts["district"].tolist(), access.ways
    ways = ways_from_table(table[table["to"].isin(names)], homes, names, access.files["ways"])
    to = table[table["to"].isin(homes)]
    if to.empty:
        return ways, None
    between = np.full((len(homes), len(homes)), np.inf)
    at = [pd.Index(homes).get_indexer(pd.Index(to[end])) for end in ("from", "to")]
    between[at[0], at[1]] = to["minutes"]
    return ways, between
