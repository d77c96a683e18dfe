"""One Kreis among all 400 of Germany: what is published of it, gathered for every rendering; nothing booked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dewak_research.data.context import german_factors
from dewak_research.data.kreis_indicators import KREIS_INDICATORS
from dewak_research.data.measures import PERSONS_PER_UNIT
from dewak_research.page.values import is_missing
from dewak_research.unit.stress_view import Row

SERIES_FROM = 2010  #: first year of a line: that of the debt
SERIES = {
    "population": "population",
    "unemployment_pct": "work",
    "kdu_eur_pc": "kdu",
    "tax_capacity_eur_pc": "taxes",
    "core_debt_eur_pc": "debt",
    "liquidity_credit_eur_pc": "debt",
}
"""Figures shown over the years, and the section of the data they stand in."""


@dataclass(frozen=True)
class KreisProfile:
    """One Kreis or city outside Kreise as every rendering shows it.

    Parameters
    ----------
    unit : mapping
        Row of ``kreis_register``: ags, name, land, land_name, kind, unit.
    area_km2 : float
        Area of 2021.
    series : mapping of str to list of rows
        By figure of `SERIES`: year and the figure's value (column of its name), from `SERIES_FROM` on.
    comparison : list of rows
        Rows of ``kreis_comparison`` of the headline indicators, in their order.
    neighbours : list of rows
        rank, peer, name, unit (key of its profile), distance of the nearest Kreise of the same kind, ordered by rank.
    features : int
        Number of features they are found by.
    persons_per_unit : float
        Persons per benefit unit assumed in the KdU.
    federal_share : row or None
        year, value: newest share of housing cost that the Federation pays in its Land, percent.
    """

    unit: Mapping[str, object]
    area_km2: float
    series: Mapping[str, list[Row]]
    comparison: list[Row]
    neighbours: list[Row]
    features: int
    persons_per_unit: float
    federal_share: Row | None

    @property
    def ags(self) -> str:
        """Return the key of five digits."""
        return str(self.unit["ags"])

    @property
    def name(self) -> str:
        """Return the name."""
        return str(self.unit["name"])

    @property
    def is_city(self) -> bool:
        """Tell whether it is a city outside Kreise."""
        return self.unit["kind"] == "kreisfreie_stadt"

    @property
    def unknown(self) -> list[str]:
        """Return the keys of the headline indicators without a value."""
        return [str(row["indicator"]) for row in self.comparison if is_missing(row["value"])]

    def row(self, indicator: str) -> Row:
        """Return the row of one headline indicator."""
        return next(row for row in self.comparison if row["indicator"] == indicator)


def _series(figures: list[Row], key: str) -> list[Row]:
    """Return one figure over all years from the first to the last, years without a value as NaN."""
    known = {int(row["year"]): row["value"] for row in figures if row["indicator"] == key}
    years = [year for year in known if year >= SERIES_FROM]
    span = range(min(years), max(years) + 1) if years else range(0)
    return [{"year": year, key: known.get(year, float("nan"))} for year in span]


def kreis_profile_of(rows: Callable[[str, str, str], list[Row]], ags: str) -> KreisProfile:
    """Gather the profile of one Kreis among all of Germany.

    Parameters
    ----------
    rows : callable
        Returns the rows of a key in a table of a stage (`view.ProfileTables.rows`); ``ingest`` is read.
    ags : str
        Key of five digits.
    """
    figures = rows(ags, "ingest", "kreis_indicators")
    shares = [row for row in figures if row["indicator"] == "kdu_federal_share_pct"]
    headline = {indicator.key for indicator in KREIS_INDICATORS if indicator.headline}
    near = [
        {
            **row,
            **{
                name: rows(str(row["peer"]), "ingest", "kreis_register")[0][name] for name in ("name", "unit")
            },
        }
        for row in rows(ags, "ingest", "kreis_peers")
    ]
    area = [row["area_km2"] for row in rows(ags, "ingest", "kreise") if not is_missing(row["area_km2"])]
    return KreisProfile(
        unit=rows(ags, "ingest", "kreis_register")[0],
        area_km2=float(area[-1]),
        series={key: _series(figures, key) for key in SERIES},
        comparison=[row for row in rows(ags, "ingest", "kreis_comparison") if row["indicator"] in headline],
        neighbours=near,
        features=len(german_factors()),
        persons_per_unit=PERSONS_PER_UNIT,
        federal_share=shares[-1] if shares else None,
    )
