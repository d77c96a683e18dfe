"""Everything that is said about one unit, gathered from the stages' tables: the one view that every rendering shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from dewak_research.data.register import resolve
from dewak_research.data.tables import read_table
from dewak_research.language import Text
from dewak_research.page.results import Cells, Results, open_results
from dewak_research.page.values import is_missing
from dewak_research.unit.kreis_view import KreisProfile, kreis_profile_of
from dewak_research.unit.place import Place, Places
from dewak_research.unit.stress_view import Row, StressView, stress_view

__all__ = ["Profile", "ProfileTables", "Row", "load_profile_tables", "profile_of"]

STAGES = ("ingest", "stress", "cases", "planning", "space")
KDU_YEAR = 2019
TAX_YEARS = range(1995, 2020)
NEIGHBOURS_SHOWN = 5


@dataclass(frozen=True)
class Profile:
    """One unit as every rendering shows it; None or an empty list where nothing is known.

    Parameters
    ----------
    unit : mapping
        Row of the register: ags, name, kind, kreis, population (31.12.2009), population_2021, area_km2, …
    kreis_name : str
        Name of the Kreis the unit belongs to.
    status : list of rows
        year, status, suppressed_cells of the payment records.
    population : list of rows
        year, population, census (that the count stands on), derived (no published count), ordered by year.
    tax, kdu : list of rows
        year and values, ordered by year; gaps are NaN. The KdU is that of the unit's Kreis.
    age : mapping of str to float
        Share in percent per age group; empty where unknown.
    kdu_place : row or None
        year, place, of, place_land, of_land: the unit's Kreis among all Kreise of Germany and of its Land, 1 = highest.
    comparison : list of rows
        indicator, value, peer_median, peer_percentile, peers_known.
    neighbours : list of rows
        rank, peer, name, distance of all peers, ordered by rank; pages show the first ``NEIGHBOURS_SHOWN``.
    peers, features : int
        How many similar units it is compared with, and by how many features they are found.
    persons_per_unit : float
        Persons per benefit unit assumed in the KdU.
    stress : StressView
        What the stress test found.
    transfer : list of rows
        Whether the unit can copy each case, ordered by case: called (its name), context_light, distance, closer_share,
        mechanism_light, conditions_known, conditions_asked, feasibility_light, feasibility_reason.
    today, today_stress : list of rows
        Position of 2024 and 2025 and what shocks cost from there (``stress.today``); empty for a Kreis.
    relief : row or None
        Old-debt relief of the town.
    people, people_range : list of rows
        Rows of ``planning.population_change`` and ``planning.population_range``: who lives there now and later.
    need_growth : list of rows
        Rows of ``planning.need_growth``; services without a published rate have none.
    backtest : mapping of str to row
        By age, the row of ``planning.backtest_summary`` on the longest test of the ages: the Kreise, this method.
    place : Place or None
        Where the unit lies in space and society.
    age_year : int or None
        At whose end the ages were counted.
    debt : row or None
        Of a Kreis, its row of ``kreise_debt_2023``: Kreis and towns together.
    documented : int
        How many documented cases the report holds.
    germany : KreisProfile or None
        Of a Kreis or a city outside Kreise, what is known of it among all of Germany.
    """

    unit: Mapping[str, Any]
    kreis_name: str
    status: list[Row]
    population: list[Row]
    tax: list[Row]
    age: Mapping[str, float]
    kdu: list[Row]
    kdu_place: Row | None
    comparison: list[Row]
    neighbours: list[Row]
    peers: int
    features: int
    persons_per_unit: float
    stress: StressView
    transfer: list[Row]
    today: list[Row] = field(default_factory=list)
    today_stress: list[Row] = field(default_factory=list)
    relief: Row | None = None
    people: list[Row] = field(default_factory=list)
    people_range: list[Row] = field(default_factory=list)
    need_growth: list[Row] = field(default_factory=list)
    backtest: Mapping[str, Row] = field(default_factory=dict)
    place: Place | None = None
    age_year: int | None = None
    debt: Row | None = None
    documented: int = 0
    germany: KreisProfile | None = None

    @property
    def ags(self) -> str:
        """Return the unit's key."""
        return str(self.unit["ags"])

    @property
    def booked_years(self) -> list[int]:
        """Return the years of which the unit's bookings are used: reported, and no repetition of the year before."""
        return [int(row["year"]) for row in self.status if row["status"] == "reported"]

    @property
    def is_kreis(self) -> bool:
        """Tell whether the unit is a Kreis."""
        return bool(self.unit["kind"] == "kreis")


class _Split(dict[str, list[Row]]):
    """The rows of a table by unit, put together when a unit is asked for: a profile asks for one of many."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._places = table.groupby("ags", sort=False).indices
        self._columns = {str(column): cells for column, cells in table.to_dict("list").items()}

    def __missing__(self, ags: str) -> list[Row]:
        places = self._places.get(ags, ())
        self[ags] = [{name: cells[i] for name, cells in self._columns.items()} for i in places]
        return self[ags]


@dataclass(frozen=True)
class ProfileTables:
    """The stages' results that profiles are made from; a table is split by unit once, when first asked for.

    Parameters
    ----------
    stages : mapping of str to Results
        What the stages wrote, by stage.
    """

    stages: Mapping[str, Results]
    _split: dict[tuple[str, str], _Split] = field(default_factory=dict, repr=False)

    @property
    def units(self) -> pd.DataFrame:
        """Return the register of the 427 units."""
        return self.stages["ingest"].table("units")

    @property
    def kreise(self) -> pd.DataFrame:
        """Return the register of the 400 Kreise of Germany."""
        return self.stages["ingest"].table("kreis_register")

    @cached_property
    def stress_years(self) -> tuple[int, int]:
        """Return the first and the last year simulated."""
        years = self.stages["stress"].table("trigger_probability")["year"]
        return int(years.min()), int(years.max())

    @cached_property
    def places(self) -> Places:
        """Return where the units lie, from the stage ``space`` and the boundaries."""
        towns = self.units[self.units["kind"] != "kreis"].set_index("ags")
        names, kreise = ({str(ags): str(text) for ags, text in towns[c].items()} for c in ("name", "kreis"))
        return Places(self.stages["space"], names, kreise)

    @cached_property
    def debt_of_kreise(self) -> dict[str, Row]:
        """Return by Kreis the debt of its core budgets, Kreis and towns together; a city outside Kreise has its own."""
        kreise = set(self.units.loc[self.units["kind"] == "kreis", "ags"])
        rows = read_table("kreise_debt_2023").to_dict("records")
        return {
            str(row["kreis"]): {str(column): value for column, value in row.items()}
            for row in rows
            if str(row["kreis"]) in kreise
        }

    @cached_property
    def backtest(self) -> dict[str, Row]:
        """Return by age how this method would have done in the Kreise over the longest span that can be tested."""
        tests = (
            self.stages["planning"]
            .table("backtest_summary")
            .query("units == 'kreise' and method == 'with_profile'")
        )
        span = tests["target"] - tests["origin"]
        rows = tests[span == span.max()].to_dict("records")
        return {str(row["age"]): {str(column): value for column, value in row.items()} for row in rows}

    def unit(self, ags: str) -> Row:
        """Return the unit's row of the register."""
        return self.rows(ags, "ingest", "units")[0]

    def rows(self, ags: str, stage: str, name: str) -> list[Row]:
        """Return the rows of one unit in a table, in their order."""
        if (stage, name) not in self._split:
            self._split[stage, name] = _Split(self.stages[stage].table(name))
        return self._split[stage, name][ags]


def load_profile_tables(processed: Path | None = None) -> ProfileTables:
    """Open what the stages wrote.

    Raises
    ------
    InputError
        A stage has not run yet.
    """
    return ProfileTables({stage: open_results(stage, processed) for stage in STAGES})


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
    key = ags if ags in set(tables.units["ags"]) else resolve(ags, tables.units)
    unit = tables.unit(key)
    kreis = str(unit["kreis"])
    head = tables.rows(kreis, "ingest", "units")
    if unit["kind"] == "kreis":
        panel = tables.rows(key, "ingest", "kreise_panel")
        tax = [row for row in panel if row["year"] in TAX_YEARS]
    else:
        tax = tables.rows(key, "ingest", "tax_panel")
    counted = tables.rows(key, "ingest", "people_counted")
    population = [row for row in counted if not is_missing(row["population"])]
    places = [row for row in tables.rows(kreis, "ingest", "kdu_places") if row["year"] == KDU_YEAR]
    peers = tables.rows(key, "cases", "peers")
    ages = tables.rows(key, "ingest", "age_groups")
    level = "kreis" if unit["kind"] == "kreis" else "town"
    cases_cells, ingest_cells = Cells(tables.stages["cases"]), Cells(tables.stages["ingest"])
    names = tables.stages["cases"]["names"]
    cases = names[names["kind"] == "case"]
    called = {case: Text(de, en) for case, de, en in zip(cases["key"], cases["de"], cases["en"], strict=True)}
    return Profile(
        unit=unit,
        kreis_name=str((head[0] if head else unit)["name"]),
        status=tables.rows(key, "ingest", "record_status"),
        population=population,
        tax=tax,
        age={row["age_group"]: row["share_pct"] for row in ages},
        age_year=next((int(row["year"]) for row in ages), None),
        kdu=[row for row in tables.rows(kreis, "ingest", "kreise") if not is_missing(row["kdu_eur_pc"])],
        kdu_place=places[0] if places else None,
        comparison=tables.rows(key, "cases", "comparison"),
        neighbours=[{**row, "name": tables.unit(row["peer"])["name"]} for row in peers],
        peers=len(peers),
        features=int(cases_cells.context_levels(level=level).factors),
        persons_per_unit=float(ingest_cells.kreise_by_year(year=KDU_YEAR).persons_per_unit),
        stress=stress_view(
            tables.rows(key, "stress", "lights")[0],
            tables.rows(key, "stress", "council_grid"),
            tables.rows(key, "stress", "reverse"),
            tables.stress_years,
            tables.rows(key, "stress", "lights_by_baseline"),
            tables.rows(key, "stress", "tornado"),
            tables.rows(key, "stress", "multiplier_steps"),
        ),
        transfer=[
            {**row, "called": called[row["case"]]}
            for row in sorted(tables.rows(key, "cases", "transfer"), key=lambda row: str(row["case"]))
        ],
        today=tables.rows(key, "stress", "today"),
        today_stress=tables.rows(key, "stress", "today_stress"),
        relief=next(iter(tables.rows(key, "stress", "old_debt_relief")), None),
        people=tables.rows(key, "planning", "population_change"),
        people_range=tables.rows(key, "planning", "population_range"),
        need_growth=tables.rows(key, "planning", "need_growth"),
        backtest=tables.backtest,
        place=tables.places.of(key, kreis),
        debt=tables.debt_of_kreise.get(key),
        documented=len(tables.stages["cases"]["documented"]),
        germany=None if unit["kind"] == "kreisangehoerige_gemeinde" else kreis_profile_of(tables.rows, kreis),
    )
