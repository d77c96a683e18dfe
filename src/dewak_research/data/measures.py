"""Measures that several parts of the house use: each is computed here and nowhere else."""

from __future__ import annotations

from math import comb

import numpy as np
import numpy.typing as npt
import pandas as pd

from dewak_research.data.accounts import TOTAL_GROUP, shares, signed_sum

#: Assumption [P]: persons per benefit unit (Bedarfsgemeinschaft), all Kreise and years.
PERSONS_PER_UNIT = 1.95
#: The share of social spending that is quoted first, and the two that stand beside it.
QUOTED_SHARES = ("soc_transfer_share", "soc_transfer_own_share", "soc_transfer_with_option_share")


def kdu_eur_pc(panel: pd.DataFrame) -> pd.Series:
    """Return gross housing costs (KdU, Kosten der Unterkunft) per inhabitant and year, in EUR.

    Housing benefit per unit and month x 12 x persons in benefit units per inhabitant / persons per unit. The
    1.95 persons per unit are an assumption; the measure is gross KdU, never social spending as such.

    Parameters
    ----------
    panel : DataFrame
        housing_benefit_eur_per_unit_month, persons_in_benefit_units_per_1k.

    Returns
    -------
    Series
        Missing where one of the two is missing.
    """
    yearly = panel["housing_benefit_eur_per_unit_month"] * 12
    return yearly * panel["persons_in_benefit_units_per_1k"] / 1000 / PERSONS_PER_UNIT


def real_eur(
    nominal_eur: pd.Series, year: pd.Series | int, base_year: int, prices: pd.DataFrame
) -> pd.Series:
    """Return amounts of different years in the consumer prices of one year, EUR.

    Parameters
    ----------
    nominal_eur : Series
        Amounts in the euros of their year.
    year : Series of int or int
        Year of each amount.
    base_year : int
        Year whose prices the amounts are shown in.
    prices : DataFrame
        ``germany_cpi``: year, cpi_2020_100.

    Returns
    -------
    Series
        Missing where the amount is missing or no price level is known for its year.

    Raises
    ------
    KeyError
        No price level is known for the base year.
    """
    level = prices.set_index("year")["cpi_2020_100"].astype(float)
    own = year.map(level) if isinstance(year, pd.Series) else level.get(year, float("nan"))
    return nominal_eur * (float(level.loc[base_year]) / own)


def priced_year(year: int, prices: pd.DataFrame) -> int:
    """Return the year itself where its price level is known, else the nearest one that is."""
    return int(np.clip(year, prices["year"].min(), prices["year"].max()))


def at_prices_of(budget_year: int, euros_of: int, prices: pd.DataFrame) -> float:
    """Return how many euros of one year a euro of another is: what is to stand beside a budget of another time.

    Parameters
    ----------
    budget_year : int
        Year whose prices the amounts shall be in.
    euros_of : int
        Year whose prices the amounts are in. Of either year the nearest with a known price level counts
        (:func:`priced_year`).
    prices : DataFrame
        ``germany_cpi``: year, cpi_2020_100.

    Returns
    -------
    float
        Euros of ``budget_year`` per euro of ``euros_of``.
    """
    own, target = priced_year(euros_of, prices), priced_year(budget_year, prices)
    return float(real_eur(pd.Series([1.0]), own, target, prices).iloc[0])


def share(amounts: pd.DataFrame, name: str) -> pd.Series:
    """Return one definition of the social share (``accounts.yaml``) for every row of amounts, 0-1."""
    entry = shares()[name]
    return signed_sum(amounts, entry.numerator) / signed_sum(amounts, entry.denominator)


def share_of_all(amounts: pd.DataFrame, name: str) -> float:
    """Return one definition of the social share over all rows together: sum over sum, 0-1."""
    entry = shares()[name]
    return float(signed_sum(amounts, entry.numerator).sum() / signed_sum(amounts, entry.denominator).sum())


def volatility_pct(
    panel: pd.DataFrame, column: str = "trade_tax_eur_pc", last_year: int | None = None, years: int | None = None,
    least: int | None = None,
) -> pd.Series:  # fmt: skip
    """Return the standard deviation of the yearly changes of a series, in log points times 100, by unit.

    Parameters
    ----------
    panel : DataFrame
        ags, year and the column. A year without a positive amount gives no change: a logarithm does not exist.
    column : str
        The series.
    last_year : int, optional
        The last year used; all years by default.
    years : int, optional
        Number of yearly changes up to the last year; all by default.
    least : int, optional
        Fewest changes that must be known; all of them by default where `years` is given, else ten.

    Returns
    -------
    Series
        Index ags; missing with fewer known changes.
    """
    wide = panel.pivot_table(index="ags", columns="year", values=column, dropna=False).astype(float)
    first = int(wide.columns.min())
    last = int(wide.columns.max()) if last_year is None else last_year
    if years is not None:
        first = last - years
    wide = wide.reindex(columns=range(first, last + 1))
    change = pd.DataFrame(np.log(wide.where(wide > 0))).diff(axis=1).iloc[:, 1:]
    needed = least if least is not None else 10 if years is None else years
    spread: pd.Series = 100.0 * change.std(axis=1, ddof=1)
    return spread.where(change.notna().sum(axis=1) >= needed)


def kdu_overlap(gesamtkreis: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    """Set housing costs booked (account 7333) beside the KdU of the Kreis panel, in EUR per inhabitant.

    Parameters
    ----------
    gesamtkreis : DataFrame
        kreis, year, population, kdu_eur (missing where the head did not report or only repeated the year before).
    panel : DataFrame
        ags (five digits), year, kdu_eur_pc.

    Returns
    -------
    DataFrame
        kreis, year, booked_eur_pc, panel_eur_pc; sorted, both known.
    """
    booked = gesamtkreis[["kreis", "year"]].assign(
        booked_eur_pc=gesamtkreis["kdu_eur"] / gesamtkreis["population"]
    )
    other = panel.rename(columns={"ags": "kreis", "kdu_eur_pc": "panel_eur_pc"})
    both = booked.merge(other[["kreis", "year", "panel_eur_pc"]], on=["kreis", "year"]).dropna()
    return both.sort_values(["kreis", "year"], ignore_index=True)


def trade_tax_overlap(
    payments: pd.DataFrame, panel: pd.DataFrame, population: pd.DataFrame, status: pd.DataFrame
) -> pd.DataFrame:
    """Set trade tax booked (account 6013) beside the tax panel, in EUR per inhabitant.

    Two independent sources of the same thing; carried-forward records are included, because they are part of
    what the payments statistics says.

    Returns
    -------
    DataFrame
        ags, year, status, booked_eur_pc, panel_eur_pc; towns with a record only.
    """
    key = ["ags", "year"]
    booked = payments[(payments["product_group"] == TOTAL_GROUP) & (payments["account"] == "6013")]
    table = booked.merge(population, on=key).merge(panel, on=key).merge(status, on=key)
    table["booked_eur_pc"] = table["amount_eur"] / table["population"]
    table["panel_eur_pc"] = table["trade_tax_eur_pc"]
    return table[[*key, "status", "booked_eur_pc", "panel_eur_pc"]].sort_values(key, ignore_index=True)


def subset_matrix(players: int) -> npt.NDArray[np.bool_]:
    """Return all subsets as rows, shape (2**players, players); row 0 is empty, the last one is the whole."""
    numbers = np.arange(2**players)[:, None]
    return np.asarray((numbers >> np.arange(players)) & 1, bool)


def shapley_weights(players: int) -> npt.NDArray[np.float64]:
    """Return the matrix that turns the values of all subsets into contributions.

    Returns
    -------
    array of shape (players, 2**players)
        W, so that W @ v are the Shapley values of v, the values in the order of :func:`subset_matrix` (shape
        (2**players,) or (2**players, draws)). They add up to v of the whole minus v of the empty set.

    Notes
    -----
    A part's contribution averaged over all orders in which the parts may enter (Shapley 1953).
    """
    members = subset_matrix(players).T
    others = members.sum(axis=0) - members
    by_size = np.array([1 / (players * comb(players - 1, size)) for size in range(players)] + [0.0])
    return np.asarray(np.where(members, by_size[others], -by_size[others]), float)
