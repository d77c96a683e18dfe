"""The book of a run: the starting point of all units and their links as plain arrays, all that the engine reads.

Source: METHODS C.1 (layer rule). What a Kreis cannot cover otherwise its towns pay through the Kreisumlage; they share
in the general levy and in that for its youth office each by their own part (:mod:`dewak_research.data.levy`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.baseline import Path
from dewak_research.stress.items import POSITION
from dewak_research.stress.own_taxes import OwnMoves
from dewak_research.stress.shocks import OwnTaxes
from dewak_research.stress.transmission import Gfg, Maturities, extra_interest_eur

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
OUTSIDE = -1
WHOLE_RATE_PP = 100.0


@dataclass(frozen=True)
class Layers:
    """Links between n units.

    Parameters
    ----------
    kreis_of : ndarray of int, shape (n,)
        Position of the town's Kreis among ``kreise``; −1 = none (kreisfrei, Kreis itself, Kreis unreported).
    share : ndarray, shape (n,)
        Town's part of the general levy of its Kreis (0–1); 0 for who is no town.
    youth_share : ndarray, shape (n,)
        Its part of what the Kreis takes for its youth office: 0 with an office of its own (``town_shares``).
    booked_share : ndarray, shape (n,)
        Its part of both levies together.
    kreise : ndarray of int
        Positions of the Kreise among the units.
    estimated : ndarray of bool, shape (n,)
        Town whose Kreis did not report: it gets the mean relative rise of the reported Kreise.
    outside_share : ndarray, shape (len(kreise),)
        Part of each Kreis's general levy that falls on towns which are not in the run.
    member : ndarray of bool, shape (n,)
        Pays Landschaftsumlage (Kreise, kreisfreie Städte).
    received_eur : ndarray, shape (len(kreise),)
        Kreisumlage each Kreis receives in the first year.
    """

    kreis_of: NDArray[np.int64]
    share: Floats
    youth_share: Floats
    booked_share: Floats
    kreise: NDArray[np.int64]
    estimated: NDArray[np.bool_]
    outside_share: Floats
    member: NDArray[np.bool_]
    received_eur: Floats


def town_shares(levy: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of all units in the levies above them, reported or not.

    Parameters
    ----------
    levy : DataFrame
        From :func:`dewak_research.data.levy.levy_shares`.

    Returns
    -------
    DataFrame
        Index ags: share (general levy), youth_share (for the youth office of the Kreis; that of the general levy where
        no town of the Kreis is without an office, or where it is not known of this one), booked_share (both together).
    """
    found = levy.set_index("ags")
    youth = found["youth_levy_share"]
    kreis = found.index.str[:5]
    any_without = youth.fillna(0.0).groupby(kreis).transform("sum") > 0
    return pd.DataFrame(
        {
            "share": found["levy_share"],
            "youth_share": youth.where(any_without & youth.notna(), found["levy_share"]),
            "booked_share": found["booked_share"],
        }
    )


def build_layers(table: pd.DataFrame, shares: pd.DataFrame) -> Layers:
    """Link the reported units (order of ``table``); ``shares`` from :func:`town_shares`."""
    assert table["ags"].is_unique
    kreise = np.flatnonzero(table["kind"] == "kreis")
    kreis_position = {table["ags"].iloc[i]: j for j, i in enumerate(kreise)}
    is_town = (table["kind"] == "kreisangehoerige_gemeinde").to_numpy()
    own = shares.reindex(table["ags"]).to_numpy(float) * is_town[:, None]
    assert not np.isnan(own[is_town]).any(), "a town without a share would pay nothing"
    share, youth_share, booked_share = np.nan_to_num(own).T
    kreis_of = np.full(len(table), OUTSIDE, dtype=np.int64)
    for i in np.flatnonzero(is_town):
        kreis_of[i] = kreis_position.get(table["kreis"].iloc[i], OUTSIDE)
    inside = np.zeros(len(kreise))
    linked = kreis_of >= 0
    np.add.at(inside, kreis_of[linked], share[linked])
    received = table["umlagen_received_eur"].to_numpy(float)[kreise]
    return Layers(
        kreis_of,
        share,
        youth_share,
        booked_share,
        kreise,
        is_town & ~linked,
        1.0 - inside,
        ~is_town,
        received,
    )


@dataclass(frozen=True)
class Book:
    """What the engine needs of n units over T years; plain arrays.

    Parameters
    ----------
    taxes : OwnTaxes
        How the units' own taxes are shocked.
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
        Parts of the refund in the first, second … year after the loss.
    layers : Layers
    quota_before : ndarray, shape (n,), optional
        Share of the allgemeine Rücklage used in the year before the first; NaN = unknown. None = nobody asks.
    opening_amount_eur : ndarray, shape (n,), optional
        Ausgleichsrücklage of the opening balance, up to which a surplus may refill it; None = the one at hand.
    levy_relief_share : ndarray, shape (n,), optional
        Part of an own trade-tax loss that a smaller Kreisumlage gives back, all years together. None = left out.
    """

    taxes: OwnTaxes
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
    layers: Layers
    quota_before: Floats | None = None
    opening_amount_eur: Floats | None = None
    levy_relief_share: Floats | None = None

    @property
    def size(self) -> int:
        """Number of units."""
        return int(self.result_eur.shape[1])

    @property
    def years(self) -> int:
        """Number of years."""
        return int(self.result_eur.shape[0])

    def only(self, unit: int) -> Book:
        """The book of one unit, without its links to other units."""
        one = slice(unit, unit + 1)
        nobody = np.array([], dtype=np.int64)
        none = np.zeros(0)
        outside, zero, known = np.full(1, OUTSIDE), np.zeros(1), np.zeros(1, bool)
        alone = Layers(outside, zero, zero, zero, nobody, known, none, self.layers.member[one], none)
        return Book(
            self.taxes.only(unit),
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
            alone,
            *(
                None if each is None else each[one]
                for each in (self.quota_before, self.opening_amount_eur, self.levy_relief_share)
            ),
        )


def exposed_stock(table: pd.DataFrame, years: int, maturities: Maturities, rate_share: float) -> Floats:
    """Old debt on which a new rate is paid in year t, shape (T, n).

    Without a balance sheet the stock is the interest paid divided by ``rate_share`` (assumption), all of it
    taken as investment credit.
    """
    unknown = table["start_investment_credit_eur"].isna().to_numpy()
    implied = table["zins_eur"].to_numpy(float) / rate_share
    credit = np.where(unknown, 0.0, table["start_liquidity_credit_eur"].to_numpy(float))
    invested = np.where(unknown, implied, table["start_investment_credit_eur"].to_numpy(float))
    elapsed = np.arange(years, dtype=float)[:, None]
    return extra_interest_eur(WHOLE_RATE_PP, credit[None], invested[None], elapsed, maturities)


def net_share(table: pd.DataFrame, gfg: Gfg) -> Floats:
    """Part of a trade-tax euro left after the Gewerbesteuerumlage, shape (n,); 1 for a Kreis, which has none."""
    left = gfg.net_loss_eur(1.0, table["trade_tax_multiplier_pct"].to_numpy(float))
    return np.where(table["kind"] == "kreis", 1.0, left)


def build_book(
    table: pd.DataFrame,
    planned: Path,
    layers: Layers,
    moves: OwnMoves,
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
    moves : OwnMoves
        Of all towns with a tax series; a unit without one has no own shocks.
    """
    assert not np.isnan(planned.result_eur).any(), "an unknown path would look like one without a trigger"
    multiplier = table["trade_tax_multiplier_pct"].to_numpy(float)
    has_taxes = (table["kind"] != "kreis").to_numpy()
    receives = has_taxes & (planned.items_eur[0, :, POSITION["sz"]] > 0)
    return Book(
        taxes=OwnTaxes.of(table["ags"], moves),
        items_eur=planned.items_eur,
        result_eur=planned.result_eur,
        liquidity_flow_eur=planned.liquidity_flow_eur,
        ausgleichsruecklage_eur=table["start_ausgleichsruecklage_eur"].to_numpy(float),
        allgemeine_ruecklage_eur=table["start_allgemeine_ruecklage_eur"].to_numpy(float),
        opening_amount_eur=table["opening_amount_eur"].to_numpy(float),
        liquidity_credit_eur=(table["start_liquidity_credit_eur"] - table["start_liquid_funds_eur"]).to_numpy(
            float
        ),
        exposed_eur=exposed_stock(table, len(planned.result_eur), maturities, borrowing_rate_share),
        net_share=net_share(table, gfg),
        refund_share=np.where(receives, gfg.refund_eur(1.0, multiplier), 0.0),
        refund_split=gfg.refund_split,
        layers=layers,
        quota_before=table["quota_2009_share"].to_numpy(float),
    )
