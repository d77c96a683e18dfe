"""Everything a profile says about one unit, gathered from the stages' tables; nothing is computed anew elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dewak_research import paths
from dewak_research.municipality.context import kreis_context, town_context
from dewak_research.municipality.keys import resolve
from dewak_research.municipality.peers import peers as nearest_peers
from dewak_research.report.profile_comparison import INDICATORS, Indicator, against_peers, indicators
from dewak_research.sources import read_table

RAW_TABLES = (
    "nrw_tax_panel", "nrw_age_2015", "nrw_gemeinden", "nrw_population", "nrw_census_2022", "nrw_unemployment",
    "nrw_gisd", "kreise_panel",
)  # fmt: skip
STAGES = ("ingest", "disparities", "stress", "cases")
AGE_GROUPS = {
    "0–17": ("0-2", "3-5", "6-9", "10-14", "15-17"),
    "18–39": ("18-19", "20-24", "25-29", "30-34", "35-39"),
    "40–64": ("40-44", "45-49", "50-54", "55-59", "60-64"),
    "65–74": ("65-74",),
    "75+": ("75+",),
}
NEIGHBOURS_SHOWN = 5


@dataclass(frozen=True)
class Profile:
    """One unit as the profile shows it; None or an empty frame where nothing is known.

    Parameters
    ----------
    unit : mapping
        Row of the register: ags, name, kind, kreis, population (31.12.2009), area_km2, …
    kreis_name : str
        Name of the Kreis the unit belongs to.
    population_2021 : float or None
        Inhabitants at 31.12.2021.
    status : DataFrame
        year, status, suppressed_cells of the payment records.
    population, tax, kdu : DataFrame
        year and value columns; gaps are NaN.
    age : Series
        Share in percent per age group, index as `AGE_GROUPS`; empty where unknown.
    kdu_rank, kdu_rank_land : int or None
        Place of the Kreis among all Kreise of Germany and of North Rhine-Westphalia, 1 = highest, in `kdu_year`.
    comparison : DataFrame
        indicator, value, peer_median, peer_percentile, peers_known.
    neighbours : DataFrame
        rank, peer, name, distance, ordered by rank.
    """

    unit: Mapping[str, Any]
    kreis_name: str
    population_2021: float | None
    status: pd.DataFrame
    population: pd.DataFrame
    tax: pd.DataFrame
    age: pd.Series[float]
    kdu: pd.DataFrame
    kdu_year: int
    kdu_rank: int | None
    kdu_ranked: int
    kdu_rank_land: int | None
    kdu_ranked_land: int
    comparison: pd.DataFrame
    neighbours: pd.DataFrame

    @property
    def ags(self) -> str:
        """Return the unit's key."""
        return str(self.unit["ags"])

    @property
    def is_kreis(self) -> bool:
        """Tell whether the unit is a Kreis."""
        return bool(self.unit["kind"] == "kreis")


def indicators_of(kind: str) -> list[Indicator]:
    """Return the indicators that exist for a kind of unit."""
    level = "kreis" if kind == "kreis" else "town"
    return [indicator for indicator in INDICATORS if indicator.level in (level, "both")]


@dataclass(frozen=True)
class ProfileTables:
    """All tables that profiles are made from, read once.

    Parameters
    ----------
    stages : mapping of str to mapping of str to DataFrame
        Tables by stage and name.
    raw : mapping of str to DataFrame
        Official tables by name (`RAW_TABLES`).
    """

    stages: Mapping[str, Mapping[str, pd.DataFrame]]
    raw: Mapping[str, pd.DataFrame]
    kdu_year: int = 2019
    _by_unit: dict[str, dict[str, pd.DataFrame]] = field(default_factory=dict, repr=False)

    @property
    def units(self) -> pd.DataFrame:
        """Return the register of the 427 units."""
        return self.stages["ingest"]["units"]

    @cached_property
    def register(self) -> dict[str, dict[str, Any]]:
        """Return the register by key."""
        rows = self.units.to_dict("records")
        return {str(row["ags"]): {str(name): value for name, value in row.items()} for row in rows}

    @cached_property
    def population_2021(self) -> dict[str, float]:
        """Return the inhabitants at 31.12.2021 by key; a Kreis has the sum of its towns."""
        towns = self.raw["nrw_gemeinden"]
        within = towns[~towns["kreisfrei"].astype(bool)]
        sums = within.groupby("kreis")["population_2021"].agg(lambda s: s.sum(skipna=False))
        return {**towns.set_index("ags")["population_2021"].astype(float), **sums.astype(float)}

    @cached_property
    def peers(self) -> pd.DataFrame:
        """Return the fifteen nearest units of every unit."""
        found = [nearest_peers(town_context(self.raw)), nearest_peers(kreis_context(self.raw))]
        return pd.concat(found, ignore_index=True)

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Return the indicators of every unit, index ags."""
        contexts = {"town": town_context(self.raw), "kreis": kreis_context(self.raw)}
        return indicators({**self.raw, **self.stages["ingest"]}, contexts)

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """Return every unit's indicators beside those of its peers."""
        return against_peers(self.indicators, self.peers)

    @cached_property
    def kdu_places(self) -> dict[str, tuple[int, int]]:
        """Return the place of every Kreis by KdU per head in ``kdu_year``: in Germany and within its Land."""
        kreise = self.stages["ingest"]["kreise"]
        frame = kreise[(kreise["year"] == self.kdu_year) & kreise["kdu_eur_pc"].notna()]
        rank = frame["kdu_eur_pc"].rank(ascending=False, method="min").astype(int)
        within = frame.groupby("land")["kdu_eur_pc"].rank(ascending=False, method="min").astype(int)
        return dict(zip(frame["ags"], zip(rank.tolist(), within.tolist(), strict=True), strict=True))

    def part(self, name: str, frame: pd.DataFrame, ags: str) -> pd.DataFrame:
        """Return the rows of one unit; the table is split only once."""
        if name not in self._by_unit:
            self._by_unit[name] = {
                str(key): rows.reset_index(drop=True) for key, rows in frame.groupby("ags", sort=False)
            }
        return self._by_unit[name].get(ags, frame.iloc[:0])


def load_profile_tables(processed: Path = paths.PROCESSED, raw: Path = paths.RAW) -> ProfileTables:
    """Read what the stages wrote and the official tables behind the time series."""
    stages = {
        stage: {path.stem: pd.read_parquet(path) for path in sorted((processed / stage).glob("*.parquet"))
                if path.stem != "payments"}
        for stage in STAGES
    }  # fmt: skip
    return ProfileTables(stages, {name: read_table(name, raw) for name in RAW_TABLES})


def _town_series(tables: ProfileTables, ags: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    population = tables.part("population", tables.stages["ingest"]["population"], ags)
    return population, tables.part("tax", tables.raw["nrw_tax_panel"], ags)


def _kreis_series(tables: ProfileTables, ags: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    panel = tables.part("panel", tables.raw["kreise_panel"], ags)
    population = panel.loc[panel["population"].notna(), ["year", "population"]]
    tax = panel.loc[panel["year"].between(1995, 2019), ["year", "tax_capacity_eur_pc", "trade_tax_eur_pc"]]
    return population.reset_index(drop=True), tax.reset_index(drop=True)


def _age_shares(age: pd.DataFrame) -> pd.Series[float]:
    if age.empty or age["persons"].isna().any():
        return pd.Series(dtype=float)
    persons = age.groupby("age")["persons"].sum()
    groups = pd.Series({name: float(persons.loc[list(parts)].sum()) for name, parts in AGE_GROUPS.items()})
    return 100.0 * groups / groups.sum()


def _age_of(tables: ProfileTables, unit: Mapping[str, Any]) -> pd.Series[float]:
    age = tables.raw["nrw_age_2015"]
    if unit["kind"] != "kreis":
        return _age_shares(tables.part("age", age, str(unit["ags"])))
    register = tables.register.values()
    towns = [row["ags"] for row in register if row["kreis"] == unit["kreis"] and row["kind"] != "kreis"]
    return _age_shares(pd.concat([tables.part("age", age, str(town)) for town in towns]))


def profile_of(tables: ProfileTables, ags: str) -> Profile:
    """Gather the profile of one unit.

    Parameters
    ----------
    tables : ProfileTables
        From `load_profile_tables`.
    ags : str
        Key of one of the 427 units (or a name).

    Raises
    ------
    InputError
        The key is unknown; the nearest ones are offered.
    """
    key = ags if ags in tables.register else resolve(ags, tables.units)
    unit = tables.register[key]
    series = _kreis_series if unit["kind"] == "kreis" else _town_series
    population, tax = series(tables, key)
    population_2021 = tables.population_2021.get(key, np.nan)
    kreis_name = str(tables.register.get(str(unit["kreis"]), unit)["name"])
    kreise = tables.stages["ingest"]["kreise"]
    kdu = tables.part("kdu", kreise, str(unit["kreis"]))[["year", "kdu_eur_pc"]]
    place = tables.kdu_places.get(str(unit["kreis"]))
    neighbours = tables.part("peers", tables.peers, key).head(NEIGHBOURS_SHOWN)
    keep = [indicator.key for indicator in indicators_of(str(unit["kind"]))]
    comparison = tables.part("comparison", tables.comparison, key)
    return Profile(
        unit=unit,
        kreis_name=kreis_name,
        population_2021=None if np.isnan(population_2021) else population_2021,
        status=tables.part("status", tables.stages["ingest"]["record_status"], key),
        population=population,
        tax=tax,
        age=_age_of(tables, unit),
        kdu=kdu[kdu["kdu_eur_pc"].notna()].reset_index(drop=True),
        kdu_year=tables.kdu_year,
        kdu_rank=place[0] if place else None,
        kdu_ranked=len(tables.kdu_places),
        kdu_rank_land=place[1] if place else None,
        kdu_ranked_land=sum(kreis.startswith("05") for kreis in tables.kdu_places),
        comparison=comparison[comparison["indicator"].isin(keep)].reset_index(drop=True),
        neighbours=neighbours.assign(name=[tables.register[peer]["name"] for peer in neighbours["peer"]]),
    )
