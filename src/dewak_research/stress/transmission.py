"""How a shock travels: a trade-tax loss through the equalisation, a Kreis's loss through its levy, a rate through debt.

Amounts are EUR, losses positive unless said otherwise; multipliers (Hebesätze) are in percent. Source: METHODS C.3 and
GFG § 7 (equalisation), C.1 and § 56 KrO NRW [K] (levy), C.5 (interest).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import HOME, land

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]


@dataclass(frozen=True)
class Gfg:
    """Parameters of the equalisation in a year.

    Parameters
    ----------
    equalisation_share : float
        Share of the gap between AMZ and SKMZ that is covered (0.9).
    levy_multiplier_pct : float
        U, multiplier of the trade-tax levy.
    fictitious_multiplier_pct : float
        f, fictitious Hebesatz of the trade tax.
    refund_split : tuple of float
        Shares of the refund in the first, second … year after the loss; they add up to 1.
    """

    equalisation_share: float
    levy_multiplier_pct: float
    fictitious_multiplier_pct: float
    refund_split: tuple[float, ...]

    @classmethod
    def of_year(cls, year: int, key: str = HOME) -> Gfg:
        """Parameters of a Land's equalisation for ``year`` (NRW from 2005).

        Raises
        ------
        InputError
            The Land has no equalisation, or no value is stored for the year.
        """

        def stated(name: str) -> Any:
            return land(key).value("equalisation", name, year).value

        return cls(
            float(stated("equalisation_share")),
            float(stated("levy_multiplier_pct")),
            float(stated("fictitious_multiplier_trade_tax_pct")),
            tuple(float(part) for part in stated("refund_split")),
        )

    def net_loss_eur(self, loss_eur: Floats | float, multiplier_pct: Floats | float) -> Floats:
        """Loss of the year itself after the smaller levy: loss × (1 − U/h)."""
        return np.asarray(
            loss_eur * (1.0 - self.levy_multiplier_pct / np.asarray(multiplier_pct, np.float64))
        )

    def refund_eur(self, loss_eur: Floats | float, multiplier_pct: Floats | float) -> Floats:
        """Key grants that a loss of one town alone brings, all years together: 0.9 × the fall of its tax power.

        The Steuerkraftmesszahl falls by loss × (f/h − U/h) in the reference period. The Grundbetrag stays as it is;
        the town is taken as receiving key grants before and after (assumption). A loss of all towns brings nothing:
        the pot is fixed, the Grundbetrag falls with the average tax power.
        """
        numerator = self.fictitious_multiplier_pct - self.levy_multiplier_pct
        tax_power_loss = loss_eur * (numerator / np.asarray(multiplier_pct, np.float64))
        return np.asarray(self.equalisation_share * tax_power_loss)


def refund_by_year(
    own_change_eur: Floats32,
    refund_share: Floats,
    split: tuple[float, ...],
    key_grants_eur: Floats | Floats32,
    *,
    keep_mean: bool = False,
) -> Floats32:
    """Key grants that follow an own change of the trade tax, spread over the following years.

    The law is piecewise, 0.9 · max(0, AMZ − SKMZ): a loss is refunded whatever its size, a gain costs at most the
    grants there are. Draws that keep the mean of the tax would therefore raise the mean of the result; ``keep_mean``
    takes this gain off, so that the grants of the path are their expectation. An abundant town gets nothing back, even
    if a large loss would carry it below its AMZ: how far above it stands is not published.

    Parameters
    ----------
    own_change_eur : ndarray, shape (T, c, D)
        Own change of the gross trade tax; negative = loss.
    refund_share : ndarray, shape (c,)
        Refund per euro lost, all years together.
    split : tuple of float
        Part of it in t + 1, t + 2 …; what falls behind the last year is not shown.
    key_grants_eur : ndarray, shape (T, c) or (T, c, D)
        Grants of the year without the own change: a gain cannot cost more.
    keep_mean : bool
        Take off, per unit and year, what the floor adds on average over the draws. For draws around a path; not for
        one given change.
    """
    out = np.zeros_like(own_change_eur)
    weights = [(-part * refund_share).astype(np.float32)[:, None] for part in split]
    grants = key_grants_eur if key_grants_eur.ndim == out.ndim else key_grants_eur[:, :, None]
    for t in range(1, out.shape[0]):
        for lag, weight in enumerate(weights, start=1):
            if lag <= t:
                out[t] += weight * own_change_eur[t - lag]
        spared = np.maximum(-grants[t].astype(np.float32) - out[t], np.float32(0.0))
        if keep_mean:
            spared -= spared.mean(axis=-1, keepdims=True, dtype=np.float64).astype(np.float32)
        out[t] += spared
    return out


def raised_umlage(kreis_deviation_eur: Floats32, pass_through_share: float, lag_years: int = 1) -> Floats32:
    """Rise of the Kreisumlage that follows a Kreis's loss, EUR.

    Parameters
    ----------
    kreis_deviation_eur : ndarray, shape (T, kreise, D)
        Deviation of the Kreis's own result from its path, negative = loss.
    pass_through_share : float
        Part of the loss that the Umlage takes up, 0–1 (assumption).
    lag_years : int
        Years until the rate is set anew; 0 or more.

    Returns
    -------
    ndarray of the same shape; positive = towns pay more.
    """
    raised = np.zeros_like(kreis_deviation_eur)
    years = kreis_deviation_eur.shape[0]
    if lag_years < years:
        raised[lag_years:] = np.float32(-pass_through_share) * kreis_deviation_eur[: years - lag_years]
    return raised


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
        names = ("short_term_share", "fixed_maturity_years", "investment_maturity_years")
        return cls(*(float(land(key).value("credit", name, year).value) for name in names))


def passed_through_share(elapsed_years: Floats | float, maturity_years: float) -> Floats:
    """Share of a fixed block repriced after ``elapsed_years`` full years: min(t, m)/m."""
    return np.asarray(np.clip(elapsed_years, 0.0, maturity_years) / maturity_years)


def extra_interest_eur(
    rate_rise_pp: Floats | float,
    liquidity_credit_eur: Floats | float,
    investment_credit_eur: Floats | float,
    elapsed_years: Floats | float,
    maturities: Maturities,
) -> Floats:
    """Additional interest of one year from a lasting rise of rates, EUR (METHODS C.5).

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
    in_liquidity_credit = di * credit * short + di * credit * (1.0 - short) * fixed
    return np.asarray(in_liquidity_credit + di * np.asarray(investment_credit_eur, np.float64) * investment)
