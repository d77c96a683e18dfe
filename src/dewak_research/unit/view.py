"""Everything a profile says about one unit, gathered from the stages' tables; nothing is computed anew elsewhere."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dewak_research import paths
from dewak_research.data import read_table
from dewak_research.data.keys import resolve
from dewak_research.page.results import PROCESSED_VARIABLE, open_results
from dewak_research.page.values import is_missing
from dewak_research.unit.comparison import INDICATORS, Indicator, against_peers, indicators
from dewak_research.unit.outcomes import StressView, TransferView, stress_view, transfer_views

Row = dict[str, Any]
RAW_TABLES = ("nrw_tax_panel", "nrw_age_2015", "nrw_gemeinden", "kreise_panel")
STAGES = ("ingest", "stress", "cases")
UNUSED = ("payments", "fan", "episodes")
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
    """One unit as the profile shows it; None or an empty list where nothing is known.

    Parameters
    ----------
    unit : mapping
        Row of the register: ags, name, kind, kreis, population (31.12.2009), area_km2, …
    kreis_name : str
        Name of the Kreis the unit belongs to.
    population_2021 : float or None
        Inhabitants at 31.12.2021.
    status : list of rows
        year, status, suppressed_cells of the payment records.
    population, tax, kdu : list of rows
        year and values, ordered by year; gaps are NaN.
    age : mapping of str to float
        Share in percent per age group, keys as `AGE_GROUPS`; empty where unknown.
    kdu_rank, kdu_rank_land : int or None
        Place of the Kreis among all Kreise of Germany and of North Rhine-Westphalia, 1 = highest, in `kdu_year`.
    comparison : list of rows
        indicator, value, peer_median, peer_percentile, peers_known.
    neighbours : list of rows
        rank, peer, name, distance, ordered by rank.
    stress : StressView
        What the stress test found.
    transfer : list of TransferView
        Whether the unit can copy each case.
    """

    unit: Mapping[str, Any]
    kreis_name: str
    population_2021: float | None
    status: list[Row]
    population: list[Row]
    tax: list[Row]
    age: Mapping[str, float]
    kdu: list[Row]
    kdu_year: int
    kdu_rank: int | None
    kdu_ranked: int
    kdu_rank_land: int | None
    kdu_ranked_land: int
    comparison: list[Row]
    neighbours: list[Row]
    stress: StressView
    transfer: list[TransferView]

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
    """All tables that profiles are made from, read once; their rows are split by unit when first asked for.

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
    _rows: dict[str, dict[str, list[Row]]] = field(default_factory=dict, repr=False)

    @property
    def units(self) -> pd.DataFrame:
        """Return the register of the 427 units."""
        return self.stages["ingest"]["units"]

    @cached_property
    def register(self) -> dict[str, Row]:
        """Return the register by key."""
        return {str(row["ags"]): row for row in _records(self.units)}

    @cached_property
    def population_2021(self) -> dict[str, float]:
        """Return the inhabitants at 31.12.2021 by key; a Kreis has the sum of its towns."""
        towns = self.raw["nrw_gemeinden"]
        within = towns[~towns["kreisfrei"].astype(bool)]
        sums = within.groupby("kreis")["population_2021"].agg(lambda s: s.sum(skipna=False))
        return {**towns.set_index("ags")["population_2021"].astype(float), **sums.astype(float)}

    @cached_property
    def age_shares(self) -> dict[str, dict[str, float]]:
        """Return the share of every age group in percent by key; a Kreis is the sum of its towns."""
        age = self.raw["nrw_age_2015"].merge(self.units[["ags", "kreis", "kind"]], on="ags")
        within = age[age["kind"] == "kreisangehoerige_gemeinde"]
        both = pd.concat(
            [age[["ags", "age", "persons"]], within.assign(ags=within["kreis"])[["ags", "age", "persons"]]]
        )
        wide = both.groupby(["ags", "age"])["persons"].agg(lambda s: s.sum(skipna=False)).unstack("age")  # noqa: PD010
        groups = pd.DataFrame(
            {name: wide[list(parts)].sum(axis=1, skipna=False) for name, parts in AGE_GROUPS.items()}
        )
        shares = groups.div(groups.sum(axis=1, skipna=False), axis=0).mul(100.0).dropna()
        return {
            str(ags): {str(k): float(v) for k, v in row.items()}
            for ags, row in shares.to_dict("index").items()
        }

    @property
    def peers(self) -> pd.DataFrame:
        """Return the fifteen nearest units of every unit."""
        return self.stages["cases"]["peers"]

    @cached_property
    def indicators(self) -> pd.DataFrame:
        """Return the indicators of every unit, index ags."""
        contexts = {level: self.stages["cases"][f"{level}_context"] for level in ("town", "kreis")}
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

    @cached_property
    def stress_years(self) -> tuple[int, int]:
        """Return the first and the last year simulated."""
        years = self.stages["stress"]["trigger_probability"]["year"]
        return int(years.min()), int(years.max())

    def rows(self, ags: str, name: str, frame: pd.DataFrame) -> list[Row]:
        """Return the rows of one unit; the table is split only once."""
        if name not in self._rows:
            split: dict[str, list[Row]] = defaultdict(list)
            for row in _records(frame):
                split[str(row["ags"])].append(row)
            self._rows[name] = split
        return self._rows[name].get(ags, [])


def _records(frame: pd.DataFrame) -> list[Row]:
    columns = [frame[column].tolist() for column in frame.columns]
    names = [str(column) for column in frame.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def load_profile_tables(processed: Path | None = None, raw: Path = paths.RAW) -> ProfileTables:
    """Read what the stages wrote and the official tables behind the time series.

    Raises
    ------
    InputError
        A stage has not run yet.
    """
    folder = processed or Path(os.environ.get(PROCESSED_VARIABLE, paths.PROCESSED))
    opened = {stage: open_results(stage, folder) for stage in STAGES}
    stages = {
        stage: {name: results[name] for name in results if name not in UNUSED}
        for stage, results in opened.items()
    }
    return ProfileTables(stages, {name: read_table(name, raw) for name in RAW_TABLES})


def _series(tables: ProfileTables, unit: Mapping[str, Any]) -> tuple[list[Row], list[Row]]:
    """Return population and taxes over the years; of a Kreis, with its towns."""
    key = str(unit["ags"])
    if unit["kind"] != "kreis":
        population = tables.rows(key, "population", tables.stages["ingest"]["population"])
        return population, tables.rows(key, "tax", tables.raw["nrw_tax_panel"])
    panel = tables.raw["kreise_panel"]
    own = panel[["ags", "year", "population", "tax_capacity_eur_pc", "trade_tax_eur_pc"]]
    rows = tables.rows(key, "panel", own[own["ags"].str.startswith("05")])
    known = [row for row in rows if not is_missing(row["population"])]
    return known, [row for row in rows if 1995 <= row["year"] <= 2019]


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
    ingest, stress, cases = (tables.stages[stage] for stage in STAGES)
    population, tax = _series(tables, unit)
    place = tables.kdu_places.get(str(unit["kreis"]))
    kept = {indicator.key for indicator in indicators_of(str(unit["kind"]))}
    neighbours = tables.rows(key, "peers", tables.peers)[:NEIGHBOURS_SHOWN]
    kdu = tables.rows(str(unit["kreis"]), "kdu", ingest["kreise"][["ags", "year", "kdu_eur_pc"]])
    return Profile(
        unit=unit,
        kreis_name=str(tables.register.get(str(unit["kreis"]), unit)["name"]),
        population_2021=tables.population_2021.get(key),
        status=tables.rows(key, "status", ingest["record_status"]),
        population=population,
        tax=tax,
        age=tables.age_shares.get(key, {}),
        kdu=[row for row in kdu if not is_missing(row["kdu_eur_pc"])],
        kdu_year=tables.kdu_year,
        kdu_rank=place[0] if place else None,
        kdu_ranked=len(tables.kdu_places),
        kdu_rank_land=place[1] if place else None,
        kdu_ranked_land=sum(kreis.startswith("05") for kreis in tables.kdu_places),
        comparison=[
            row for row in tables.rows(key, "comparison", tables.comparison) if row["indicator"] in kept
        ],
        neighbours=[{**row, "name": tables.register[row["peer"]]["name"]} for row in neighbours],
        stress=stress_view(
            tables.rows(key, "lights", stress["lights"])[0],
            tables.rows(key, "council_grid", stress["council_grid"]),
            tables.rows(key, "reverse", stress["reverse"]),
            tables.stress_years,
        ),
        transfer=transfer_views(tables.rows(key, "transfer", cases["transfer"])),
    )
