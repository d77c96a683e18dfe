"""Context factors: in which surroundings a municipality acts, as published figures of one row per unit.

Method: METHODS E.6 (context distance), factor list after CIPFA nearest neighbours. Every factor names its
table, unit and year; factors that METHODS wants and no open table holds are named in ``WANTED``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

Level = Literal["town", "kreis"]


@dataclass(frozen=True)
class Factor:
    """One published context factor.

    Parameters
    ----------
    name : str
        Column in the context frame; ends in its unit. ``log_`` = natural logarithm of a skewed figure.
    level : {"town", "kreis"}
        Level of the unit it describes.
    table : str
        Catalogue name of the source table.
    years : tuple of int
        Years it rests on (one, first and last of a change, or those of a mean).
    unit : str
        Unit of the figure.
    """

    name: str
    level: Level
    table: str
    years: tuple[int, ...]
    unit: str


FACTORS: tuple[Factor, ...] = (
    Factor("log_population", "town", "towns", (2021,), "ln persons"),
    Factor("population_change_2011_2021_pct", "town", "town_population", (2011, 2021), "%"),
    Factor("population_change_2015_2021_pct", "town", "town_population", (2015, 2021), "%"),
    Factor("log_density_per_km2", "town", "towns", (2021,), "ln persons per km²"),
    Factor("age_under16_pct", "town", "census", (2022,), "%"),
    Factor("age_67plus_pct", "town", "census", (2022,), "%"),
    Factor("age_75plus_pct", "town", "town_age", (2015,), "%"),
    Factor("foreign_pct", "town", "census", (2022,), "%"),
    Factor("migration_background_pct", "town", "census", (2022,), "%"),
    Factor("household_size", "town", "census", (2022,), "persons"),
    Factor("vacancy_pct", "town", "census", (2022,), "%"),
    Factor("owner_occupied_pct", "town", "census", (2022,), "%"),
    Factor("rent_eur_m2", "town", "census", (2022,), "€/m²"),
    Factor("unemployed_per_100_aged_15_64", "town", "unemployment", (2021,), "per 100 persons 15–64"),
    Factor("log_tax_capacity_eur_pc", "town", "tax_panel", (2017, 2018, 2019), "ln €/inhabitant"),
    Factor("gisd_score", "town", "deprivation", (2021,), "index 0–1"),
    Factor("log_population", "kreis", "kreise_panel", (2021,), "ln persons"),
    Factor("population_change_2011_2021_pct", "kreis", "kreise_panel", (2011, 2021), "%"),
    Factor("population_change_2016_2021_pct", "kreis", "kreise_panel", (2016, 2021), "%"),
    Factor("log_density_per_km2", "kreis", "kreise_panel", (2021,), "ln persons per km²"),
    Factor("age_65plus_pct", "kreis", "kreise_panel", (2022,), "%"),
    Factor("foreign_pct", "kreis", "kreise_panel", (2022,), "%"),
    Factor("asking_rent_eur_m2", "kreis", "kreise_panel", (2022,), "€/m²"),
    Factor("unemployment_pct", "kreis", "kreise_panel", (2021,), "%"),
    Factor("longterm_unemployed_pct", "kreis", "kreise_panel", (2022,), "% of the unemployed"),
    Factor("sgb2_rate_pct", "kreis", "kreise_panel", (2021,), "%"),
    Factor("care_dependency_per_10k", "kreis", "kreise_panel", (2021,), "per 100 inhabitants"),
    Factor("log_tax_capacity_eur_pc", "kreis", "kreise_panel", (2017, 2018, 2019), "ln €/inhabitant"),
    Factor("liquidity_credit_eur_pc", "kreis", "kreise_panel", (2019,), "€/inhabitant"),
    Factor("gdp_keur_pc", "kreis", "kreise_panel", (2021,), "1,000 €/inhabitant"),
    Factor("household_income_eur_pc_month", "kreis", "kreise_panel", (2019,), "€/inhabitant and month"),
    Factor("private_debtor_pct", "kreis", "kreise_panel", (2019,), "%"),
)
CONTEXT_TABLES = tuple(sorted({factor.table for factor in FACTORS} | {"towns"}))
"""Official tables behind the factors."""
WANTED: tuple[str, ...] = (
    "sgb2_rate_pct",
    "liquidity_credit_eur_pc",
    "commuters_pct",
    "associations_per_1k",
)
"""Wanted by METHODS E.6 for towns, in no open table here: named, not estimated."""


def factors(level: Level) -> list[str]:
    """Return the column names of the context factors of one level."""
    return [factor.name for factor in FACTORS if factor.level == level]


def factor_table() -> pd.DataFrame:
    """Return all factors as a table: level, name, unit, table, years (for the page)."""
    rows = [
        {
            "level": factor.level,
            "factor": factor.name,
            "unit": factor.unit,
            "table": factor.table,
            "years": "–".join(str(year) for year in factor.years[:: max(1, len(factor.years) - 1)]),
        }
        for factor in FACTORS
    ]
    return pd.DataFrame(rows)


def _at(frame: pd.DataFrame, column: str, year: int) -> pd.Series[float]:
    return frame.loc[frame["year"] == year].set_index("ags")[column].astype(float)


def _change_pct(first: pd.Series[float], last: pd.Series[float]) -> pd.Series[float]:
    return 100.0 * (last / first - 1.0)


def _log(values: pd.Series[float]) -> pd.Series[float]:
    return pd.Series(np.log(values.where(values > 0)), index=values.index)


def _mean(frame: pd.DataFrame, column: str, years: tuple[int, ...]) -> pd.Series[float]:
    """Mean over ``years``; missing where one of them is missing."""
    wide = frame.loc[frame["year"].isin(years)].pivot_table(index="ags", columns="year", values=column)
    return wide.reindex(columns=list(years)).mean(axis=1, skipna=False)


def town_context(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the context of the 396 towns of NRW.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``towns``, ``town_population``, ``census``, ``town_age``, ``unemployment``,
        ``tax_panel``, ``deprivation`` as ``sources.read_table`` gives them.

    Returns
    -------
    DataFrame
        ags (8 digits), kind, then one column per factor; sorted by ags. A figure that is not published is
        NaN. Changes start in 2011, the first year extrapolated from the Census 2011, so that the jump of
        31.12.2011 is in none of them.
    """
    register = tables["towns"].set_index("ags").sort_index()
    population = tables["town_population"]
    census = tables["census"].set_index("ags")
    now = register["population_2021"].astype(float)
    age = tables["town_age"].pivot_table(index="ags", columns="age", values="persons", aggfunc="sum")
    jobs = tables["unemployment"]
    tax = tables["tax_panel"]
    out = pd.DataFrame(index=register.index)
    out["kind"] = np.where(
        register["kreisfrei"].astype(bool), "kreisfreie_stadt", "kreisangehoerige_gemeinde"
    )
    out["log_population"] = _log(now)
    out["population_change_2011_2021_pct"] = _change_pct(_at(population, "population", 2011), now)
    out["population_change_2015_2021_pct"] = _change_pct(_at(population, "population", 2015), now)
    out["log_density_per_km2"] = _log(now / register["area_km2"])
    out["age_75plus_pct"] = 100.0 * age["75+"] / age.sum(axis=1)
    for column in (factor.name for factor in FACTORS if factor.table == "census"):
        out[column] = census[column]
    unemployed, adults = _at(jobs, "unemployed", 2021), _at(jobs, "population_15_64", 2021)
    out["unemployed_per_100_aged_15_64"] = 100.0 * unemployed / adults
    out["log_tax_capacity_eur_pc"] = _log(_mean(tax, "tax_capacity_eur_pc", (2017, 2018, 2019)))
    out["gisd_score"] = _at(tables["deprivation"], "gisd_score", 2021)
    return out[["kind", *factors("town")]].reset_index()


def kreis_context(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the context of the 31 Kreise of NRW (Städteregion Aachen included).

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``kreise_panel`` and ``towns``.

    Returns
    -------
    DataFrame
        ags (5 digits), kind ``"kreis"``, then one column per factor; sorted by ags; unknown is NaN.
    """
    register = tables["towns"]
    keys = sorted(set(register.loc[~register["kreisfrei"].astype(bool), "kreis"]))
    out = _of_kreise(tables["kreise_panel"], keys)
    return out.assign(kind="kreis")[["kind", *factors("kreis")]].reset_index()


NOT_ACROSS_LAENDER = ("population_change_2011_2021_pct", "liquidity_credit_eur_pc")
"""Factors left out where Kreise of all Germany are compared: in the panel the Census 2011 breaks the count between 2011
and 2012, and liquidity credit is unknown in the city states and next to nothing in half of all Kreise."""


def german_factors() -> list[str]:
    """Return the names of the factors by which Kreise of all Germany are compared."""
    return [name for name in factors("kreis") if name not in NOT_ACROSS_LAENDER]


def german_kreis_context(panel: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """Return the context of all Kreise and cities outside them in Germany.

    Parameters
    ----------
    panel : DataFrame
        ``kreise_panel``.
    register : DataFrame
        ``kreis_register``: ags, kind.

    Returns
    -------
    DataFrame
        ags (5 digits), kind, then the factors of `german_factors`; sorted by ags; unknown is NaN.
    """
    kinds = register.set_index("ags")["kind"].sort_index()
    out = _of_kreise(panel, kinds.index.tolist())
    return out.assign(kind=kinds)[["kind", *german_factors()]].reset_index()


def _of_kreise(panel: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return every factor of the Kreise (index ags)."""
    panel = panel.loc[panel["ags"].isin(keys)]
    population = {year: _at(panel, "population", year) for year in (2011, 2016, 2021)}
    out = pd.DataFrame(index=pd.Index(keys, name="ags"))
    out["log_population"] = _log(population[2021])
    out["population_change_2011_2021_pct"] = _change_pct(population[2011], population[2021])
    out["population_change_2016_2021_pct"] = _change_pct(population[2016], population[2021])
    out["log_density_per_km2"] = _log(population[2021] / _at(panel, "area_km2", 2021))
    out["log_tax_capacity_eur_pc"] = _log(_mean(panel, "tax_capacity_eur_pc", (2017, 2018, 2019)))
    for factor in FACTORS:
        if factor.level == "kreis" and factor.name not in out:
            out[factor.name] = _at(panel, factor.name, factor.years[0])
    return out
