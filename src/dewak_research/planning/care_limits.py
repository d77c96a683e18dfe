"""Where the limit binds that no more people of an age are in care than there are, and what it takes from the Land."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dewak_research.planning.ages import GROUPS
from dewak_research.planning.care import CARE_AGES, care_factors, care_population, care_rates, kreis_rates
from dewak_research.planning.cost import assumption
from dewak_research.planning.need import carried_on, level_rates
from dewak_research.planning.rate_checks import groups_inside
from dewak_research.planning.together import ROUNDING, Array, together

COLUMNS = ["scenario", "year", "kreise", "of_kreise", "ages", "highest"]


def factors_of(tables: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the newest rates of care of the Land, and how far every Kreis lies from them (``care_factors``)."""
    people = care_population(tables["old_age"], tables["land_age_groups"], tables["kreise_age"])
    found = care_rates(tables["care_by_age"], people)
    newest = found[(found["basis"] == 2022) & (found["year"] == found["year"].max())]
    return newest, care_factors(
        found, tables["kreise_age"], tables["kreise_panel"], tables["kreise_atlas_2022"]
    )


def care_limits(
    tables: Mapping[str, pd.DataFrame], rates: pd.DataFrame, units: pd.DataFrame, years: Sequence[int]
) -> pd.DataFrame:
    """Return in how many Kreise the kinds of care had to be reduced, and how far they would have gone.

    Parameters
    ----------
    tables : mapping
        Those of ``rates.RAW_TABLES``.
    rates : DataFrame
        Table of rates.
    units : DataFrame
        ags, kind, kreis.
    years : sequence of int

    Returns
    -------
    DataFrame
        scenario (constant: the level of the Kreise, one row; damped: every year), year, kreise (in which the limit
        binds), of_kreise (all), ages (joined by comma; empty where it binds nowhere), highest (largest sum of the
        kinds per person before they were reduced).
    """
    kreise = units[units["kind"] != "kreisangehoerige_gemeinde"]
    by_kreis = kreis_rates(*factors_of(tables))
    over = by_kreis[by_kreis["together"] > 1.0 + ROUNDING]
    rows = [
        (
            "constant", years[0], over["kreis"].nunique(), len(kreise), ", ".join(dict.fromkeys(over["age"])),
            float(by_kreis["together"].max()),
        )
    ]  # fmt: skip
    level, measured = level_rates(rates, kreise)
    for year in years:
        free = carried_on(rates, level, measured, np.array([year]), assumption("trend_damping_share"))[0]
        total = together(free)
        crowded = total > 1.0 + ROUNDING
        ages = [group for g, group in enumerate(GROUPS) if crowded[..., g].any()]
        number = int(crowded.any(axis=(-2, -1)).sum())
        rows.append(("damped", year, number, len(kreise), ", ".join(ages), float(total.max())))
    return pd.DataFrame(rows, columns=COLUMNS)


def care_limits_land(tables: Mapping[str, pd.DataFrame], groups: Array, units: pd.DataFrame) -> pd.DataFrame:
    """Return by how much the limit lowers the people in care of the whole Land, at the level of the Kreise.

    Parameters
    ----------
    tables : mapping
        Those of ``rates.RAW_TABLES``.
    groups : array (units, 2, groups)
        Persons of the first year.
    units : DataFrame
        ags, kind, kreis, in the order of ``groups``.

    Returns
    -------
    DataFrame
        service; free_persons, persons: in care without and with the limit; lowered_pct: per cent of those without it,
        0 where it takes nothing.
    """
    kreis = (units["kind"] != "kreisangehoerige_gemeinde").to_numpy()
    both = groups[kreis].sum(axis=1)
    people = pd.DataFrame(
        {age: both[:, list(groups_inside(age))].sum(axis=1) for age in CARE_AGES}, index=units["kreis"][kreis]
    )
    counted = people.rename_axis("kreis").reset_index().melt("kreis", var_name="age", value_name="people")
    found = kreis_rates(*factors_of(tables)).merge(counted, on=["kreis", "age"])
    found["persons"] = found["people"] * found["rate"]
    found["free_persons"] = found["persons"] * found["together"].clip(lower=1.0)
    sums = found.groupby("service", sort=False)[["free_persons", "persons"]].sum().reset_index()
    return sums.assign(lowered_pct=100.0 * (1.0 - sums["persons"] / sums["free_persons"]))
