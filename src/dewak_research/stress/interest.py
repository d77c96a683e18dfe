"""Interest on debt when rates rise, growth of liquidity credit, and relief of old debt (METHODS C.5, B.4.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import HOME, land

Floats = NDArray[np.float64]
_SUBJECT = "credit"


@dataclass(frozen=True)
class Maturities:
    """How fast a rate reaches the debt.

    Parameters
    ----------
    short_term_share : float
        Share of the liquidity credit repriced at once (0.25 = lower bound set by the Krediterlass).
    fixed_years : float
        Years over which the fixed liquidity credit runs out evenly (assumption: 5).
    investment_years : float
        Years over which investment credit runs out evenly (assumption: 12).
    """

    short_term_share: float
    fixed_years: float
    investment_years: float

    @classmethod
    def of_year(cls, year: int, key: str = HOME) -> Maturities:
        """The values of a Land's rules data that hold in ``year``."""
        return cls(
            float(land(key).value(_SUBJECT, "short_term_share", year).value),
            float(land(key).value(_SUBJECT, "fixed_maturity_years", year).value),
            float(land(key).value(_SUBJECT, "investment_maturity_years", year).value),
        )


@dataclass(frozen=True)
class ExtraInterest:
    """Additional interest of one year by block, EUR."""

    short_term_eur: Floats
    fixed_eur: Floats
    investment_eur: Floats

    @property
    def total_eur(self) -> Floats:
        """Sum of the blocks."""
        return np.asarray(self.short_term_eur + self.fixed_eur + self.investment_eur)


def passed_through_share(elapsed_years: Floats | float, maturity_years: float) -> Floats:
    """Share of a fixed block repriced after ``elapsed_years`` full years: min(t, m)/m."""
    return np.asarray(np.clip(elapsed_years, 0.0, maturity_years) / maturity_years)


def extra_interest_eur(
    rate_rise_pp: Floats | float,
    liquidity_credit_eur: Floats | float,
    investment_credit_eur: Floats | float,
    elapsed_years: Floats | float,
    maturities: Maturities,
) -> ExtraInterest:
    """Additional interest from a lasting rise of rates (METHODS C.5).

    ``di · [L·s + L·(1 − s)·min(t, m)/m + K·min(t, m_inv)/m_inv]``. In the year of the rise (t = 0) only the
    short-term share is repriced; after t full years t/m of the fixed blocks has been renewed.

    Parameters
    ----------
    rate_rise_pp : array or float
        Percentage points (3.0 = 3 points).
    liquidity_credit_eur, investment_credit_eur : array or float
        Stocks; a missing stock is NaN and gives NaN.
    elapsed_years : array or float
        Full years since the rise, 0 = the year of the rise.
    """
    di = np.asarray(rate_rise_pp, np.float64) / 100.0
    credit = np.asarray(liquidity_credit_eur, np.float64)
    short = maturities.short_term_share
    fixed = passed_through_share(elapsed_years, maturities.fixed_years)
    investment = passed_through_share(elapsed_years, maturities.investment_years)
    return ExtraInterest(
        np.asarray(di * credit * short),
        np.asarray(di * credit * (1.0 - short) * fixed),
        np.asarray(di * np.asarray(investment_credit_eur, np.float64) * investment),
    )


def next_liquidity_credit_eur(
    credit_eur: Floats | float, cash_result_eur: Floats | float, cash_eur: Floats | float = 0.0
) -> tuple[Floats, Floats]:
    """Liquidity credit and cash at the end of a year: L − cash result, never below zero.

    Parameters
    ----------
    credit_eur, cash_eur : array or float
        Stocks at the beginning, ≥ 0.
    cash_result_eur : array or float
        Surplus (+) or gap (−) of the year. A gap takes cash first, then credit; a surplus repays
        credit first.

    Returns
    -------
    credit_eur, cash_eur : ndarray
        Their difference changes by exactly the cash result.
    """
    net = np.asarray(np.subtract(credit_eur, cash_eur) - cash_result_eur, np.float64)
    return np.maximum(net, 0.0), np.maximum(-net, 0.0)


def effective_rate_share(interest_eur: float, stock_eur: float) -> float:
    """Interest per euro of stock; NaN without a stock."""
    return interest_eur / stock_eur if stock_eur > 0 else float("nan")


def refinancing_cost_eur(stock_eur: float, interest_eur: float, rate_share: float) -> float:
    """Additional interest if the whole stock cost ``rate_share``."""
    return stock_eur * rate_share - interest_eur


def least_relief_eur(liquidity_credit_eur: Floats | float, population: Floats | float, year: int) -> Floats:
    """Smallest take-over of liquidity credit by the Land under the ASEG for a participant (lower bound).

    The larger of 41.1 % of the stock above 100 EUR per inhabitant and everything above 1,500 EUR per
    inhabitant (METHODS B.4.4). The actual share is set by the Land so that half of all is taken over;
    it may be higher.
    """
    credit = np.asarray(liquidity_credit_eur, np.float64)
    people = np.asarray(population, np.float64)
    threshold = land(HOME).value(_SUBJECT, "aseg_excess_threshold_eur_pc", year).value
    full = land(HOME).value(_SUBJECT, "aseg_full_above_eur_pc", year).value
    least = land(HOME).value(_SUBJECT, "aseg_least_share", year).value
    excess = np.maximum(credit - threshold * people, 0.0)
    return np.asarray(np.maximum(least * excess, np.maximum(credit - full * people, 0.0)))
