"""Where the census of 2011 breaks the series, and the series on one base.

A census replaces the population that was carried forward since the one before it: every figure per inhabitant steps
by the same factor, on paper only. By the density, the per-head figures of the Kreis panel stand on the base of the
census of 2011 from 2011 on; its population column follows a year later. No figure of the panel stands on the base of
2022.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

#: First year whose per-head figures stand on the base of the census of 2011, and of its population column.
PER_HEAD_FROM, POPULATION_FROM = 2011, 2012
#: What shows the break: per-head figures that move slowly, and the two sizes themselves.
SHOWN = (
    "density_per_km2", "population", "persons_in_benefit_units_per_1k", "tax_capacity_eur_pc",
    "income_tax_share_eur_pc", "gdp_keur_pc", "core_debt_eur_pc", "staff_fte_per_10k",
)  # fmt: skip


def people(panel: pd.DataFrame) -> pd.Series:
    """Return the inhabitants on the base that the per-head figures of the same year stand on.

    Parameters
    ----------
    panel : DataFrame
        ags, year, population, density_per_km2; sorted by ags and year.

    Returns
    -------
    Series
        The population; where its base is another (2011) or it is not known (2022), the nearest known
        population × the change of the density. Missing where that is not known either.
    """
    area = (panel["population"] / panel["density_per_km2"]).where(panel["year"] != POPULATION_FROM - 1)
    area = area.groupby(panel["ags"]).bfill(limit=1).where(panel["year"] < POPULATION_FROM, area)
    known = panel["population"].where(panel["year"] != POPULATION_FROM - 1)
    return known.fillna(panel["density_per_km2"] * area.groupby(panel["ags"]).ffill(limit=1))


def _growth(panel: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the yearly change of the logarithm, Kreise × years; missing where it does not exist."""
    wide = panel.pivot_table(index="ags", columns="year", values=column, dropna=False)
    return pd.DataFrame(np.log(wide.where(wide > 0))).diff(axis=1)


def census_step(panel: pd.DataFrame, column: str = "density_per_km2") -> pd.Series:
    """Return by how much the census of 2011 moved the population of each unit, in logarithms.

    The change of the density into 2011, less the mean of the changes a year before and a year after: what
    people did in that year stays in, the correction on paper is left.

    Parameters
    ----------
    panel : DataFrame
        ags, year and ``column``.
    column : str
        What moves with the people and stands on the new base from 2011 on; the inhabitants themselves for towns.

    Returns
    -------
    Series
        Index ags; missing where one of the four years is missing.
    """
    growth = _growth(panel, column).reindex(columns=range(PER_HEAD_FROM - 1, PER_HEAD_FROM + 2))
    usual = (growth[PER_HEAD_FROM - 1] + growth[PER_HEAD_FROM + 1]) / 2
    return pd.Series(growth[PER_HEAD_FROM] - usual, name="census_step")


def rebased(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the panel with the per-head figures of the years before 2011 on the base of the census of 2011.

    Returns
    -------
    DataFrame
        ``kdu_eur_pc``, ``recipients_share``, ``weight``, gross domestic product and tax capacity (a year later, as it
        is lagged) and their logarithms changed, amounts in EUR the same; a Kreis whose step is not known keeps its
        figures. Added: ``census_step`` (0 from 2011 on, minus the step before: a regressor that takes the step up).
    """
    step = panel["ags"].map(census_step(panel)).fillna(0.0)
    before = step.where(panel["year"] < PER_HEAD_FROM, 0.0)
    out = panel.assign(census_step=-before, weight=panel["weight"] * np.exp(before))
    for name in ("kdu_eur_pc", "recipients_share"):
        out[name] = panel[name] * np.exp(-before)
    for name in ("ln_kdu", "ln_recipients", "ln_gdp_pc"):
        out[name] = panel[name] - before
    out["ln_tax_capacity_lag"] = panel["ln_tax_capacity_lag"] - step.where(
        panel["year"] <= PER_HEAD_FROM, 0.0
    )
    return out


def break_evidence(panel: pd.DataFrame, years: range = range(2010, 2014)) -> pd.DataFrame:
    """Return in which year the step shows in each series.

    The change of the logarithm in one year, regressed on the step between the Kreise of a Land: about −1 where a
    per-head figure changes its base (+1 for the density and the population), about 0 in any other year.

    Returns
    -------
    DataFrame
        ``variable``, ``year``, ``slope``, ``kreise``.
    """
    step, rows = census_step(panel), []
    for name in SHOWN:
        growth = _growth(panel, name)
        for year in years:
            if year not in growth or growth[year].notna().sum() < 3:
                continue
            pair = pd.DataFrame({"step": step, "growth": growth[year]}).dropna()
            pair -= pair.groupby(pair.index.str[:2]).transform("mean")
            slope = float((pair["step"] * pair["growth"]).sum() / (pair["step"] ** 2).sum())
            rows.append((name, year, slope, len(pair)))
    return pd.DataFrame(rows, columns=["variable", "year", "slope", "kreise"])
