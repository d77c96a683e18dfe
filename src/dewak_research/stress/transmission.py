"""How a trade-tax loss travels through the fiscal equalisation of NRW (GFG): own, common, with lag.

All amounts are EUR, losses positive. Multipliers (Hebesätze) are in percent. METHODS C.3; GFG § 7.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import HOME, land

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Gfg:
    """Parameters of a year.

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
        """Parameters of a Land's equalisation for ``year`` (NRW from 2020: earlier levy multipliers are not stored).

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


def net_loss_eur(loss_eur: Floats | float, multiplier_pct: Floats | float, gfg: Gfg) -> Floats:
    """Loss of the year itself after the smaller levy: loss × (1 − U/h)."""
    return np.asarray(loss_eur * (1.0 - gfg.levy_multiplier_pct / np.asarray(multiplier_pct, np.float64)))


def tax_power_loss_eur(loss_eur: Floats | float, multiplier_pct: Floats | float, gfg: Gfg) -> Floats:
    """Fall of the Steuerkraftmesszahl: loss × (f/h − U/h); enters the reference period."""
    per_euro = (gfg.fictitious_multiplier_pct - gfg.levy_multiplier_pct) / np.asarray(
        multiplier_pct, np.float64
    )
    return np.asarray(loss_eur * per_euro)


def key_grant_eur(need_eur: Floats | float, tax_power_eur: Floats | float, gfg: Gfg) -> Floats:
    """Schlüsselzuweisung: 0.9 × max(0, AMZ − SKMZ) (GFG § 7)."""
    gap = np.subtract(need_eur, tax_power_eur)
    return np.asarray(gfg.equalisation_share * np.maximum(gap, 0.0))


def idiosyncratic_refund_eur(
    loss_eur: Floats | float,
    multiplier_pct: Floats | float,
    gfg: Gfg,
    need_eur: Floats | float | None = None,
    tax_power_eur: Floats | float | None = None,
) -> Floats:
    """Refund of a loss that hits one town alone: the Grundbetrag stays as it is.

    Parameters
    ----------
    loss_eur, multiplier_pct : array or float
    gfg : Gfg
    need_eur, tax_power_eur : array or float, optional
        AMZ and SKMZ before the loss. With both, the refund is the change of the key grant itself: 0 for
        abundant towns (SKMZ ≥ AMZ), partial if the loss crosses the AMZ. Without them the town is
        taken as receiving key grants before and after (assumption).
    """
    fall = tax_power_loss_eur(loss_eur, multiplier_pct, gfg)
    if need_eur is None or tax_power_eur is None:
        return np.asarray(gfg.equalisation_share * fall)
    before = key_grant_eur(need_eur, tax_power_eur, gfg)
    return np.asarray(key_grant_eur(need_eur, np.asarray(tax_power_eur) - fall, gfg) - before)


def base_amount_eur(need_weight: Floats, tax_power_eur: Floats, pot_eur: float, gfg: Gfg) -> float:
    """Grundbetrag that pays out exactly the pot: Σ 0.9 · max(0, w_i · B − SKMZ_i) = pot.

    Parameters
    ----------
    need_weight : ndarray, shape (units,)
        Gesamtansatz of every town, > 0.
    tax_power_eur : ndarray, shape (units,)
    pot_eur : float
        Sum of key grants, > 0.

    Returns
    -------
    float
        EUR per weight; exact, the sum is piecewise linear in B.

    Raises
    ------
    ValueError
        A weight or the pot is not positive, or a number is missing.
    """
    weight = np.asarray(need_weight, np.float64)
    power = np.asarray(tax_power_eur, np.float64)
    if not (np.all(weight > 0.0) and pot_eur > 0.0 and np.all(np.isfinite(power))):
        raise ValueError("weights and pot must be positive and tax power known")
    threshold = power / weight  # a town receives as soon as B exceeds this
    order = np.argsort(threshold, kind="stable")
    weights, powers, edges = weight[order].cumsum(), power[order].cumsum(), threshold[order]
    candidates = (pot_eur / gfg.equalisation_share + powers) / weights
    upper = np.append(edges[1:], np.inf)
    at = int(np.flatnonzero(candidates <= upper)[0])
    return float(candidates[at])


def systemic_refund_eur(
    loss_eur: Floats,
    multiplier_pct: Floats,
    need_weight: Floats,
    tax_power_eur: Floats,
    pot_eur: float,
    gfg: Gfg,
) -> Floats:
    """Change of the key grants when all towns lose and the pot stays fixed; adds up to 0 over all towns.

    The Grundbetrag falls with the average tax power: a town gains only what it lost beyond the average,
    and may lose grants though its own tax held.

    Parameters
    ----------
    loss_eur, multiplier_pct, need_weight, tax_power_eur : ndarray, shape (units,)
    pot_eur : float
    """
    fall = tax_power_loss_eur(loss_eur, multiplier_pct, gfg)
    before = base_amount_eur(need_weight, tax_power_eur, pot_eur, gfg)
    after = base_amount_eur(need_weight, tax_power_eur - fall, pot_eur, gfg)
    now = key_grant_eur(need_weight * before, tax_power_eur, gfg)
    return np.asarray(key_grant_eur(need_weight * after, tax_power_eur - fall, gfg) - now)


def systemic_refund_linear_eur(
    tax_power_loss: Floats, need_weight: Floats, receives: NDArray[np.bool_], gfg: Gfg, unit_axis: int = 0
) -> Floats:
    """First-order form of :func:`systemic_refund_eur` for many draws: 0.9 · (d_i − w_i/Σw · Σd).

    Exact while no town crosses its AMZ; sums run over receiving towns, others get 0.

    Parameters
    ----------
    tax_power_loss : ndarray, shape with units on ``unit_axis``
        Fall of the Steuerkraftmesszahl, EUR.
    need_weight, receives : ndarray, shape (units,)
        Share in the pot's need (population serves as an approximation of the Gesamtansatz), and whether
        the town receives key grants.
    """
    loss = np.moveaxis(np.asarray(tax_power_loss, np.float64), unit_axis, 0)
    weight = np.where(receives, need_weight, 0.0)
    share = weight / weight.sum()
    total = np.tensordot(receives.astype(np.float64), loss, axes=(0, 0))
    column = (-1,) + (1,) * (loss.ndim - 1)
    refund = gfg.equalisation_share * (loss * receives.reshape(column) - share.reshape(column) * total)
    return np.moveaxis(refund, 0, unit_axis)


def spread_refund_eur(refund_eur: Floats, gfg: Gfg) -> Floats:
    """Refund by year of payment from refund by year of loss.

    Parameters
    ----------
    refund_eur : ndarray, shape (years, ...)
        Refund caused by the loss of year t.

    Returns
    -------
    ndarray, shape (years, ...)
        Paid in t + 1, t + 2 … by the split; what falls behind the last year is not shown.
    """
    refund = np.asarray(refund_eur, np.float64)
    paid = np.zeros_like(refund)
    for lag, share in enumerate(gfg.refund_split, start=1):
        if lag < refund.shape[0]:
            paid[lag:] += share * refund[:-lag]
    return paid


def pot_change_eur(key_grant_before_eur: Floats | float, pot_growth_share: Floats | float) -> Floats:
    """Change of key grants when the pot itself changes (Land taxes of the year before): SZ × g."""
    return np.asarray(np.multiply(key_grant_before_eur, pot_growth_share))


def kreisumlage_relief_eur(
    tax_power_loss: Floats | float, refund_eur: Floats | float, rate_share: Floats | float
) -> Floats:
    """Smaller Kreisumlage of a town: rate × (fall of SKMZ − rise of key grants)."""
    return np.asarray(np.multiply(rate_share, np.subtract(tax_power_loss, refund_eur)))
