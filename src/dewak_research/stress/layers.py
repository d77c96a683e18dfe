"""The layers above a town: who pays which part of a Kreis's or Landschaftsverband's need.

Source: METHODS C.1 (layer rule), § 56 KrO NRW [K]: what a Kreis cannot cover otherwise its towns pay through the
Kreisumlage. Towns share by their part of the Umlagegrundlage; booked Kreisumlage stands for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
OUTSIDE = -1


@dataclass(frozen=True)
class Layers:
    """Links between n units.

    Parameters
    ----------
    kreis_of : ndarray of int, shape (n,)
        Position of the town's Kreis among ``kreise``; −1 = none (kreisfrei, Kreis itself, Kreis unreported).
    share : ndarray, shape (n,)
        Town's part of its Kreis's Umlagegrundlage (0–1); 0 where there is no link.
    kreise : ndarray of int
        Positions of the Kreise among the units.
    estimated : ndarray of bool, shape (n,)
        Town whose Kreis did not report: it gets the mean relative rise of the reported Kreise.
    outside_share : ndarray, shape (len(kreise),)
        Part of each Kreis's Umlage that falls on towns which are not in the run.
    member : ndarray of bool, shape (n,)
        Pays Landschaftsumlage (Kreise, kreisfreie Städte).
    """

    kreis_of: NDArray[np.int64]
    share: Floats
    kreise: NDArray[np.int64]
    estimated: NDArray[np.bool_]
    outside_share: Floats
    member: NDArray[np.bool_]


def umlage_shares(table: pd.DataFrame, units: pd.DataFrame, tax_capacity_eur: pd.Series) -> pd.Series:
    """Share of every town of a Kreis in its Umlagegrundlage, index ags; sums to 1 in each Kreis.

    Parameters
    ----------
    table : DataFrame
        Baseline (reported units): ags, uml_eur.
    units : DataFrame
        Register: ags, kind, kreis; all towns, reported or not.
    tax_capacity_eur : Series
        Index ags: tax capacity in EUR; carries unreported towns over with the Kreis's mean ratio of booked
        Kreisumlage to tax capacity.
    """
    towns = units[units["kind"] == "kreisangehoerige_gemeinde"].sort_values("ags").set_index("ags")
    booked = table.set_index("ags")["uml_eur"].reindex(towns.index)
    booked = booked.where(booked > 0)
    capacity = tax_capacity_eur.reindex(towns.index)
    known = booked.notna()
    per_kreis = booked.groupby(towns["kreis"]).sum() / capacity.where(known).groupby(towns["kreis"]).sum()
    overall = booked.sum() / capacity.where(known).sum()
    ratio = towns["kreis"].map(per_kreis.replace([np.inf, 0.0], np.nan)).fillna(overall)
    base = booked.fillna(capacity * ratio)
    return base / base.groupby(towns["kreis"]).transform("sum")


def build_layers(table: pd.DataFrame, units: pd.DataFrame, tax_capacity_eur: pd.Series) -> Layers:
    """Link the reported units (order of ``table``)."""
    position = {ags: i for i, ags in enumerate(table["ags"])}
    is_kreis = (table["kind"] == "kreis").to_numpy()
    kreise = np.flatnonzero(is_kreis)
    kreis_position = {table["ags"].iloc[i]: j for j, i in enumerate(kreise)}
    shares = umlage_shares(table, units, tax_capacity_eur)
    kreis_of = np.full(len(table), OUTSIDE, dtype=np.int64)
    share = np.zeros(len(table))
    is_town = (table["kind"] == "kreisangehoerige_gemeinde").to_numpy()
    for i in np.flatnonzero(is_town):
        share[i] = shares.loc[table["ags"].iloc[i]]
        kreis_of[i] = kreis_position.get(table["kreis"].iloc[i], OUTSIDE)
    inside = np.zeros(len(kreise))
    linked = kreis_of >= 0
    np.add.at(inside, kreis_of[linked], share[linked])
    assert len(position) == len(table)
    return Layers(
        kreis_of=kreis_of,
        share=share,
        kreise=kreise,
        estimated=is_town & ~linked,
        outside_share=1.0 - inside,
        member=~is_town,
    )


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
