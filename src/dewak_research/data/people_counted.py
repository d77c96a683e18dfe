"""Inhabitants of every unit over all years that the tables hold, each with the census it is counted from."""

from __future__ import annotations

import pandas as pd

from dewak_research.data.register import population_of_units

FIRST_YEAR = 2008
CENSUSES = {2011: 2011, 2022: 2023}
"""Census and the first year whose figures count inhabitants from it. The figures of 2022 still stand on the census of
2011 (their density × area gives 84.4 million; 83.5 million were counted a year later)."""
OLDEST_CENSUS = 1987


def census_of(year: int) -> int:
    """Return the census that the count of a year stands on."""
    return max((census for census, first in CENSUSES.items() if first <= year), default=OLDEST_CENSUS)


def people_counted(
    published: pd.DataFrame,
    register: pd.DataFrame,
    derived: pd.DataFrame,
    today: pd.DataFrame,
    units: pd.DataFrame,
) -> pd.DataFrame:
    """Return the inhabitants of every unit by year; a published count goes before a derived one.

    Parameters
    ----------
    published : DataFrame
        ags, year, population of towns at 31 December.
    register : DataFrame
        ags, population_2021.
    derived : DataFrame
        ags, year, population_derived: density times area, rounded.
    today : DataFrame
        ags, year, population: the latest count.
    units : DataFrame
        Register of the units: ags, kind, kreis.

    Returns
    -------
    DataFrame
        ags, year, population (persons; of a Kreis the sum of its towns, missing where one is), census (year of the
        census that the count stands on), derived (no published count); sorted by ags and year. Years that no table
        holds have no row.
    """
    parts = [
        published[["ags", "year", "population"]].assign(derived=False),
        register[["ags", "population_2021"]]
        .rename(columns={"population_2021": "population"})
        .assign(year=2021, derived=False),
        today[["ags", "year", "population"]].assign(derived=False),
        derived[["ags", "year", "population_derived"]]
        .rename(columns={"population_derived": "population"})
        .assign(derived=True),
    ]
    rows = pd.concat(parts, ignore_index=True).drop_duplicates(["ags", "year"])
    rows = rows[rows["year"] >= FIRST_YEAR].astype({"population": "float64"})
    of_year = rows.groupby("year")["derived"].any()
    found = population_of_units(rows[["ags", "year", "population"]], units)
    return found.assign(
        census=found["year"].map(census_of).astype("int64"), derived=found["year"].map(of_year).astype(bool)
    )
