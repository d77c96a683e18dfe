"""Where a unit lies in space and society: need, driving minutes, quadrant and the map, from the stage ``space``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dewak_research.data import read_boundaries
from dewak_research.page.results import Results
from dewak_research.page.small_map import SmallMap, small_map
from dewak_research.page.style import MAP_CRS
from dewak_research.paths import RAW

if TYPE_CHECKING:
    import geopandas as gpd

Row = dict[str, Any]
NEED, KIND = "deprivation", "lower_secondary"
"""Need and school that the quadrants of the map are about, as in the chapter on space."""


@dataclass(frozen=True)
class Place:
    """One unit in space; a Kreis has no need and no drives of its own.

    Parameters
    ----------
    drawing : SmallMap
        Towns of the unit's Kreis and what lies around, by quadrant.
    towns : list of rows
        ags, name, quadrant, minutes of the towns of the Kreis, by key.
    needs : list of rows
        need, year, value, fifth of the unit.
    drives : list of rows
        kind, minutes, fifth of the unit.
    by_minutes, by_schools : row or None
        quadrant and same_share of the unit, by driving minutes and by schools per child.
    year : int
        Of the deprivation.
    versions : int
        Ways to count schools per child that were tried.
    """

    drawing: SmallMap
    towns: list[Row]
    needs: list[Row] = field(default_factory=list)
    drives: list[Row] = field(default_factory=list)
    by_minutes: Row | None = None
    by_schools: Row | None = None
    year: int = 0
    versions: int = 1


@dataclass(frozen=True)
class Places:
    """Places of all units; a map is drawn once for a Kreis and its towns.

    Parameters
    ----------
    space : Results
        Of the stage ``space``.
    names : mapping of str to str
        Names of the towns by key.
    kreise : mapping of str to str
        Kreis of every town by key.
    raw : Path
        Folder of the official tables, with the boundaries.
    """

    space: Results
    names: Mapping[str, str]
    kreise: Mapping[str, str]
    raw: Path = RAW
    _drawings: dict[str, SmallMap] = field(default_factory=dict, repr=False)

    def _by_town(self, name: str, query: str = "ags == ags") -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.space.table(name).query(query).to_dict("records"):
            found[str(row["ags"])].append({str(column): value for column, value in row.items()})
        return found

    @cached_property
    def _needs(self) -> dict[str, list[Row]]:
        return self._by_town("need")

    @cached_property
    def _drives(self) -> dict[str, list[Row]]:
        return self._by_town("drives")

    @cached_property
    def _quadrants(self) -> dict[str, dict[str, Row]]:
        rows = self._by_town("quadrants", f"need == '{NEED}' and kind == '{KIND}'")
        return {ags: {str(row["measure"]): row for row in own} for ags, own in rows.items()}

    @cached_property
    def areas(self) -> gpd.GeoDataFrame:
        """Return the areas of the towns, in metres."""
        return read_boundaries("towns", self.raw).to_crs(MAP_CRS)

    def _drawing(self, kreis: str) -> SmallMap:
        if kreis not in self._drawings:
            classes = {ags: str(rows["minutes"]["quadrant"]) for ags, rows in self._quadrants.items()}
            self._drawings[kreis] = small_map(self.areas, set(self.towns_of(kreis)), classes)
        return self._drawings[kreis]

    def towns_of(self, kreis: str) -> list[str]:
        """Return the keys of the towns of a Kreis, in their order."""
        return sorted(ags for ags, own in self.kreise.items() if own == kreis)

    def _town(self, ags: str) -> Row:
        minutes = next(row["minutes"] for row in self._drives[ags] if row["kind"] == KIND)
        quadrant = self._quadrants[ags]["minutes"]["quadrant"]
        return {"ags": ags, "name": self.names[ags], "quadrant": quadrant, "minutes": minutes}

    def of(self, ags: str, kreis: str) -> Place:
        """Return the place of a town or a Kreis.

        Parameters
        ----------
        ags, kreis : str
            Keys of the unit and of its Kreis.
        """
        own = self._quadrants.get(ags, {})
        return Place(
            drawing=self._drawing(kreis),
            towns=[self._town(town) for town in self.towns_of(kreis)],
            needs=self._needs.get(ags, []),
            drives=self._drives.get(ags, []),
            by_minutes=own.get("minutes"),
            by_schools=own.get("per_1000"),
            year=next(int(row["year"]) for row in next(iter(self._needs.values())) if row["need"] == NEED),
            versions=int(self.space.table("run_versions")["versions"].iloc[0]),
        )
