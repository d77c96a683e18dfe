"""The book of a run: the starting point of all units as plain arrays, the only thing the engine reads."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.baseline import Path
from dewak_research.stress.interest import Maturities, extra_interest_eur
from dewak_research.stress.items import POSITION
from dewak_research.stress.layers import OUTSIDE, Layers
from dewak_research.stress.pool import TAXES
from dewak_research.stress.transmission import Gfg, idiosyncratic_refund_eur, net_loss_eur

Floats = NDArray[np.float64]
WHOLE_RATE_PP = 100.0


@dataclass(frozen=True)
class Book:
    """What the engine needs of n units over T years; plain arrays.

    Parameters
    ----------
    keys : ndarray of int, shape (n,)
        Municipality key as a number; the seed of the unit's own stream.
    size_class : tuple of str or None
        Pool of the unit's own tax shocks; None = no own taxes (Kreis).
    items_eur : ndarray, shape (T, n, 13)
    result_eur, liquidity_flow_eur : ndarray, shape (T, n)
    ausgleichsruecklage_eur, allgemeine_ruecklage_eur : ndarray, shape (n,)
        NaN without a balance sheet: only questions of liquidity are answered.
    liquidity_credit_eur : ndarray, shape (n,)
        Less liquid funds; NaN = unknown.
    exposed_eur : ndarray, shape (T, n)
        Stock of old debt on which a new rate is paid in year t (pass-through by maturity, C.5).
    net_share : ndarray, shape (n,)
        Part of a trade-tax euro left after the Gewerbesteuerumlage, 1 − U/h.
    refund_share : ndarray, shape (n,)
        Part of an own (idiosyncratic) trade-tax loss that key grants give back, 0.9 (f − U)/h; 0 for a unit
        without key grants.
    refund_split : tuple of float
        Parts of that refund paid one, two … years after the loss.
    beta : ndarray, shape (n, 3)
    layers : Layers
    """

    keys: NDArray[np.int64]
    size_class: tuple[str | None, ...]
    items_eur: Floats
    result_eur: Floats
    liquidity_flow_eur: Floats
    ausgleichsruecklage_eur: Floats
    allgemeine_ruecklage_eur: Floats
    liquidity_credit_eur: Floats
    exposed_eur: Floats
    net_share: Floats
    refund_share: Floats
    refund_split: tuple[float, ...]
    beta: Floats
    layers: Layers

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.keys)

    def only(self, unit: int) -> Book:
        """The book of one unit, without its links to other units."""
        one = slice(unit, unit + 1)
        alone = Layers(
            kreis_of=np.full(1, OUTSIDE),
            share=np.zeros(1),
            kreise=np.array([], dtype=np.int64),
            estimated=np.zeros(1, bool),
            outside_share=np.zeros(0),
            member=self.layers.member[one],
        )
        return Book(
            self.keys[one],
            self.size_class[one],
            self.items_eur[:, one],
            self.result_eur[:, one],
            self.liquidity_flow_eur[:, one],
            self.ausgleichsruecklage_eur[one],
            self.allgemeine_ruecklage_eur[one],
            self.liquidity_credit_eur[one],
            self.exposed_eur[:, one],
            self.net_share[one],
            self.refund_share[one],
            self.refund_split,
            self.beta[one],
            alone,
        )


def key_number(ags: str) -> int:
    """Key as a number that keeps five and eight digits apart."""
    return int(f"1{ags}")


def exposed_stock(table: pd.DataFrame, years: int, maturities: Maturities, rate_share: float) -> Floats:
    """Old debt on which a new rate is paid in year t, shape (T, n).

    Without a balance sheet the stock is the interest paid divided by ``rate_share`` (assumption), all of it
    taken as investment credit.
    """
    unknown = table["investment_credit_eur"].isna().to_numpy()
    implied = table["zins_eur"].to_numpy(float) / rate_share
    credit = np.where(unknown, 0.0, table["liquidity_credit_eur"].to_numpy(float))
    invested = np.where(unknown, implied, table["investment_credit_eur"].to_numpy(float))
    elapsed = np.arange(years, dtype=float)[:, None]
    return extra_interest_eur(WHOLE_RATE_PP, credit[None], invested[None], elapsed, maturities).total_eur


def build_book(
    table: pd.DataFrame,
    planned: Path,
    layers: Layers,
    beta: pd.DataFrame,
    gfg: Gfg,
    maturities: Maturities,
    borrowing_rate_share: float,
) -> Book:
    """Turn the baseline table into arrays.

    Parameters
    ----------
    table : DataFrame
        Result of ``baseline``; order of the units.
    planned : Path
        Unshocked path of the same units.
    beta : DataFrame
        Index ags, columns gewst, est, ust; units without one get 1.
    """
    multiplier = table["trade_tax_multiplier_pct"].to_numpy(float)
    has_taxes = (table["kind"] != "kreis").to_numpy()
    receives = has_taxes & (planned.items_eur[0, :, POSITION["sz"]] > 0)
    net = np.where(has_taxes, net_loss_eur(1.0, multiplier, gfg), 1.0)
    refunded = np.where(receives, idiosyncratic_refund_eur(1.0, multiplier, gfg), 0.0)
    sizes = table["size_class"].astype(object).where(table["size_class"].notna(), None)
    return Book(
        keys=np.array([key_number(ags) for ags in table["ags"]], dtype=np.int64),
        size_class=tuple(sizes),
        items_eur=planned.items_eur,
        result_eur=planned.result_eur,
        liquidity_flow_eur=planned.liquidity_flow_eur,
        ausgleichsruecklage_eur=table["ausgleichsruecklage_eur"].to_numpy(float),
        allgemeine_ruecklage_eur=table["allgemeine_ruecklage_eur"].to_numpy(float),
        liquidity_credit_eur=(table["liquidity_credit_eur"] - table["liquid_funds_eur"]).to_numpy(float),
        exposed_eur=exposed_stock(table, planned.years, maturities, borrowing_rate_share),
        net_share=net,
        refund_share=refunded,
        refund_split=gfg.refund_split,
        beta=beta.reindex(table["ags"])[list(TAXES)].fillna(1.0).to_numpy(float),
        layers=layers,
    )
