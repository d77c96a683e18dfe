"""What makes a town need more, or able to do less: five official measures, each turned so that more is worse.

Recipients of SGB II are published here by Kreis only; by town the unemployed stand in their place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dewak_research.space.access import Array
from dewak_research.space.fifths import fifths

NEEDS = ("deprivation", "old_age", "unemployment", "low_tax_capacity", "core_debt")
DEBT = "core_debt"
CENSUS_YEAR = 2022


def _newest(table: pd.DataFrame, column: str, towns: list[str]) -> tuple[int, Array]:
    year = int(table["year"].max())
    return year, table[table["year"] == year].set_index("ags").loc[towns, column].to_numpy(float)


def needs_of(
    tables: Mapping[str, pd.DataFrame], towns: list[str], debt: bool
) -> tuple[dict[str, Array], dict[str, int]]:
    """Return the measures of need by town, more is worse, and the year of each.

    Parameters
    ----------
    tables : mapping
        deprivation, census, unemployment, gemeinden_tax_capacity_2022, debt_today.
    towns : list of str
        Keys in the order of the results.
    debt : bool
        Whether the debt of 2025 is shown, whose publisher is not confirmed.

    Returns
    -------
    values : dict of array (towns,)
        deprivation: GISD, 0 to 1, relative within its year; old_age: share of 67 and older, %; unemployment: unemployed
        per 100 persons of 15 to 64; low_tax_capacity: tax capacity per inhabitant, euros, with a minus; core_debt:
        euros per inhabitant.
    years : dict of int
    """
    jobless = tables["unemployment"]
    jobless = jobless.assign(rate=100.0 * jobless["unemployed"] / jobless["population_15_64"])
    taxes = tables["gemeinden_tax_capacity_2022"]
    found = {
        "deprivation": _newest(tables["deprivation"], "gisd_score", towns),
        "old_age": (
            CENSUS_YEAR,
            tables["census"].set_index("ags").loc[towns, "age_67plus_pct"].to_numpy(float),
        ),
        "unemployment": _newest(jobless, "rate", towns),
        "low_tax_capacity": _newest(taxes.assign(low=-taxes["tax_capacity_eur_pc"]), "low", towns),
    }
    if debt:
        found[DEBT] = _newest(tables["debt_today"], "core_debt_eur_pc", towns)
    return {name: values for name, (_, values) in found.items()}, {
        name: year for name, (year, _) in found.items()
    }


def between_kreise(needs: Mapping[str, Array], kreise: Sequence[str]) -> pd.DataFrame:
    """Return how much of the differences between towns lies between their Kreise: what drawing within would leave out.

    Parameters
    ----------
    kreise : sequence (towns,)
        Kreis of every town; a kreisfreie town is one by itself.

    Returns
    -------
    DataFrame
        need, between_share (variance of the means of Kreise, by number of towns, over the variance of towns; 0 to 1).
    """
    rows = []
    for name, values in needs.items():
        mean = pd.Series(values).groupby(list(kreise)).transform("mean").to_numpy(float)
        rows.append((name, float(mean.var() / values.var())))
    return pd.DataFrame(rows, columns=["need", "between_share"])


def need_table(
    needs: Mapping[str, Array], years: Mapping[str, int], towns: list[str], people: Array
) -> pd.DataFrame:
    """Return the measures of need by town.

    Returns
    -------
    DataFrame
        ags, need, year, value (as published), fifth (of the people, 5 = neediest).
    """
    parts = [
        pd.DataFrame(
            {
                "ags": towns,
                "need": name,
                "year": years[name],
                "value": np.abs(values),
                "fifth": fifths(values, people),
            }
        )
        for name, values in needs.items()
    ]
    return pd.concat(parts, ignore_index=True)
