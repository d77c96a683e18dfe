"""History as a pool of shocks: joint year vectors of the state.

Source: METHODS C.7. Pool: tax series of 396 towns 1995–2019 and the Kreis panel (INKAR). Nothing is winsorised.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binomtest

from dewak_research.errors import InputError, messages
from dewak_research.rules import HOME, value
from dewak_research.stress.items import KEYS, POSITION

Floats = NDArray[np.float64]
TAXES = ("gewst", "est", "ust")
OBSERVED = ("gewst", "est", "ust", "sz", "kdu", "asyl")
TAX_COLUMNS = {
    "gewst": "trade_tax_eur_pc",
    "est": "income_tax_share_eur_pc",
    "ust": "vat_share_eur_pc",
}
SMALLEST_LEVEL_EUR_PC = 1.0
CRISIS_GROWTH_SHARE = -0.15
CRISES, CRISIS_YEAR = "trade_tax_crises_count", 2024
_problem = messages(__package__)


@dataclass(frozen=True)
class Pool:
    """Everything a sampler draws from; growth in logs, as deviation from its mean.

    Parameters
    ----------
    years : ndarray of int, shape (H,)
    factors : ndarray, shape (H, 13)
        State-wide log growth less its mean, in the order of the item vector. Columns of items without a
        series are 0 (their spread is an assumption, see ``StressParams.cost_spread``).
    filled : ndarray of bool, shape (H, 13)
        Value taken from the year with the nearest trade-tax growth because the series is shorter.
    mean_growth : ndarray, shape (13,)
        Mean log growth that was taken off; 0 where no series exists.
    """

    years: NDArray[np.int64]
    factors: Floats
    filled: NDArray[np.bool_]
    mean_growth: Floats

    @property
    def crisis_years(self) -> NDArray[np.bool_]:
        """Years whose trade tax fell by 15 % or more (the definition of METHODS 0, fact 5)."""
        growth = self.factors[:, POSITION["gewst"]] + self.mean_growth[POSITION["gewst"]]
        return np.asarray(np.expm1(growth) <= CRISIS_GROWTH_SHARE)


def _weighted(frame: pd.DataFrame, column: str, weight: str) -> pd.Series:
    known = frame.dropna(subset=[column, weight])
    total = (known[column] * known[weight]).groupby(known["year"]).sum()
    mean: pd.Series = total / known[weight].groupby(known["year"]).sum()
    return mean


def _log_growth(levels: pd.Series) -> pd.Series:
    """Log growth where both levels are above the smallest one; NaN elsewhere."""
    positive = levels.where(levels > SMALLEST_LEVEL_EUR_PC)
    growth: pd.Series = np.log(positive).diff()
    return growth


def state_growth(tax_panel: pd.DataFrame, population: pd.Series, kreise_panel: pd.DataFrame) -> pd.DataFrame:
    """Log growth per head of the state for the observed items.

    Parameters
    ----------
    tax_panel : DataFrame
        ags, year, trade_tax_eur_pc, income_tax_share_eur_pc, vat_share_eur_pc.
    population : Series
        Index ags: fixed weights.
    kreise_panel : DataFrame
        ags, year, population, key_grants_eur_pc, kdu_eur_pc, asylum_benefit_recipients_per_1k (NRW rows).

    Returns
    -------
    DataFrame
        Index year (sorted), columns ``OBSERVED``; NaN where a series does not reach.
    """
    taxes = tax_panel.assign(weight=tax_panel["ags"].map(population))
    levels = {key: _weighted(taxes, column, "weight") for key, column in TAX_COLUMNS.items()}
    kreise = kreise_panel
    for key, column in (("sz", "key_grants_eur_pc"), ("kdu", "kdu_eur_pc")):
        levels[key] = _weighted(kreise, column, "population")
    recipients = _weighted(kreise, "asylum_benefit_recipients_per_1k", "population")
    growth = pd.DataFrame({key: _log_growth(series) for key, series in levels.items()})
    growth["asyl"] = np.log(recipients).diff()
    return growth.dropna(subset=["gewst"]).sort_index()[list(OBSERVED)]


def fill_nearest(growth: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill short series from the year whose trade-tax growth is nearest (keeps joint behaviour).

    Returns
    -------
    filled : DataFrame
    was_filled : DataFrame of bool
    """
    filled = growth.copy()
    anchor = growth["gewst"]
    for column in growth.columns:
        known = growth.index[growth[column].notna()]
        if known.empty:
            filled[column] = 0.0
            continue
        for year in growth.index[growth[column].isna()]:
            nearest_year = (anchor.loc[known] - anchor.loc[year]).abs().idxmin()
            filled.loc[year, column] = growth.loc[nearest_year, column]
    return filled, growth.isna()


def build_pool(
    tax_panel: pd.DataFrame,
    kreise_panel: pd.DataFrame,
    population: pd.Series,
    last_year: int | None = None,
) -> Pool:
    """Build the pool from the official series.

    Parameters
    ----------
    population : Series
        Index ags (8 digits).
    last_year : int, optional
        Use only what was known then (backtest).

    Raises
    ------
    InputError
        No year of growth is left.
    """
    state_table = kreise_panel[kreise_panel["ags"].str.startswith(HOME)]
    if last_year is not None:
        tax_panel = tax_panel[tax_panel["year"] <= last_year]
        state_table = state_table[state_table["year"] <= last_year]
    state = state_growth(tax_panel, population, state_table)
    if state.empty:
        raise InputError(_problem("no_growth_year", f"tax_panel, year ≤ {last_year}"))
    filled, was_filled = fill_nearest(state)
    means = filled.mean()
    factors = np.zeros((len(filled), len(KEYS)))
    flags = np.zeros(factors.shape, dtype=bool)
    mean_growth = np.zeros(len(KEYS))
    for key in OBSERVED:
        factors[:, POSITION[key]] = (filled[key] - means[key]).to_numpy()
        flags[:, POSITION[key]] = was_filled[key].to_numpy()
        mean_growth[POSITION[key]] = means[key]
    return Pool(filled.index.to_numpy(np.int64), factors, flags, mean_growth)


def crises_observed() -> tuple[int, int]:
    """Crises of the German trade tax that are counted, and the years among which (unverified)."""
    crises, years = (
        int(value("crises", key, CRISIS_YEAR).value) for key in (CRISES, "trade_tax_years_count")
    )
    return crises, years


def crisis_frequency(crises: int | None = None) -> tuple[float, float, float]:
    """Crisis frequency of the German trade tax: estimate and exact 95 % interval (Clopper–Pearson).

    Two crises in nineteen years: 10.5 %, 1.3–33.1 % (METHODS C.2). The count itself rests on a series that was not read
    at its source (``rules/crises.yaml``, unverified); the interval is that of chance alone, if the count holds.

    Parameters
    ----------
    crises : int, optional
        Another number of crises in the same years.
    """
    counted, years = crises_observed()
    number = counted if crises is None else crises
    return number / years, *_exact_interval(number, years)


@cache
def _exact_interval(number: int, years: int) -> tuple[float, float]:
    """Return the exact 95 % interval of a share; asked for with every table of probabilities."""
    interval = binomtest(number, years).proportion_ci(0.95, method="exact")
    return float(interval.low), float(interval.high)


def imputed_variance_share(pool: Pool) -> Floats:
    """Part of each item's variance over the pool that rests on filled years, shape (13,); 0 without a series."""
    squares = (pool.factors - pool.factors.mean(axis=0)) ** 2
    total = squares.sum(axis=0)
    return np.asarray((squares * pool.filled).sum(axis=0) / np.where(total > 0, total, 1.0))


def history(pool: Pool) -> pd.DataFrame:
    """How much history stands behind each item with a series.

    Returns
    -------
    DataFrame
        item, years, first_year, last_year (of growth in the pool), years_observed (the others were filled from the
        year with the nearest trade-tax growth), crisis_years (of the trade tax), imputed_variance_share (part of the
        item's variance over the pool that rests on filled years, 0–1); in the order of the items.
    """
    positions = [POSITION[key] for key in OBSERVED]
    filled = pool.filled[:, positions]
    return pd.DataFrame(
        {
            "item": OBSERVED,
            "years": len(pool.years),
            "first_year": int(pool.years[0]),
            "last_year": int(pool.years[-1]),
            "years_observed": (~filled).sum(axis=0),
            "crisis_years": int(pool.crisis_years.sum()),
            "imputed_variance_share": imputed_variance_share(pool)[positions],
        }
    )
