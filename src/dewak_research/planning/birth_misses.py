"""How far births per woman were off in the past, and draws of it: a miss of one year is largely that of the next.

The Land: births per woman in Germany against their mean of three years before, since 1972; the miss keeps a part of
itself from year to year (autoregressive of first order) and takes up something new. A Kreis: what children under three
were off by beside the Land in the backtest from 2015, grown at the same pace. A town: what its own level leaves open
(the variance that empirical Bayes leaves, Marshall 1991) and chance, one over the root of its births. METHODS F.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.ages import bounds
from dewak_research.planning.spread import NINE_IN_TEN
from dewak_research.stress.shocks import stream

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
LAND_STREAM, KREIS_STREAM, TOWN_STREAM = 15, 16, 17
PAST_YEARS = 3
"""The level is that of the children under three: the mean of three years, its middle one year before the last."""
LEAD = 1
LONGEST = 15
"""Longest horizon that the misses of the Land are learned from, years."""
_KEPT = np.linspace(0.5, 1.0, 101)


def land_misses(fertility: pd.DataFrame, last_year: int) -> dict[int, Floats]:
    """Return by how much births per woman missed the mean of the three years before.

    Parameters
    ----------
    fertility : DataFrame
        ``germany_fertility_1972_2023``: year, age, births_per_1k_women.
    last_year : int
        Nothing later is looked at.

    Returns
    -------
    dict
        Horizon in years → misses (log), one for each origin.
    """
    total = (
        fertility[fertility["year"] <= last_year].groupby("year")["births_per_1k_women"].sum().sort_index()
    )
    known = np.log(total.rolling(PAST_YEARS).mean().to_numpy())
    came = np.log(total.to_numpy(float))
    found = {h: came[h:] - known[:-h] for h in range(1, min(LONGEST, len(came) - PAST_YEARS) + 1)}
    return {h: miss[np.isfinite(miss)] for h, miss in found.items()}


def grown(kept: float, horizon: Floats) -> Floats:
    """Return the standard deviation after some years for a yearly one of 1."""
    steps = np.arange(int(np.max(horizon)) + LEAD)
    variance = np.concatenate([[0.0], np.cumsum(kept ** (2 * steps))])
    return np.asarray(np.sqrt(variance[np.asarray(horizon, int) + LEAD]))


@dataclass(frozen=True)
class BirthMisses:
    """Widths of the misses of births per woman (log).

    Attributes
    ----------
    kept : float
        Part of a miss that is still there a year later.
    land, kreis : float
        Standard deviation of what comes new each year: in all Kreise alike, and in each Kreis against the Land.
    """

    kept: float
    land: float
    kreis: float = 0.0

    def path(self, years: int) -> Floats:
        """Return what each new part adds to the miss of each year: (years + LEAD, years)."""
        come, year = np.arange(years + LEAD)[:, None], np.arange(years)[None, :]
        ago = year + LEAD - come
        return np.where(ago >= 0, self.kept ** np.maximum(ago, 0), 0.0)

    def of_age(self, group: str, years: int) -> float:
        """Return the standard deviation of the miss of a group of age after some years, for a yearly one of 1.

        Ages born before the base have none; those born since share the miss of their years of birth.
        """
        first, last = bounds(group)
        part = np.zeros(years)
        born = years - 1 - np.arange(first, last + 1)
        part[born[born >= 0]] = 1 / (last - first + 1)
        return float(np.linalg.norm(self.path(years) @ part))


def of_land(fertility: pd.DataFrame, last_year: int) -> BirthMisses:
    """Return the widths of the Land.

    Parameters
    ----------
    fertility, last_year
        As for ``land_misses``.

    Returns
    -------
    BirthMisses
        The part kept is the one whose growth with the years is nearest to that of the past (least squares of the
        relative differences); nine in ten of the past misses lie within P05–P95.
    """
    misses = land_misses(fertility, last_year)
    horizon = np.array(sorted(misses), dtype=float)
    variance = np.array([np.mean(misses[int(h)] ** 2) for h in horizon])
    tried = []
    for kept in _KEPT:
        ratio = grown(kept, horizon) ** 2 / variance
        new = float(ratio.sum() / (ratio**2).sum())
        tried.append((float(((1 - new * ratio) ** 2).sum()), float(kept), float(np.sqrt(new))))
    _, kept, new = min(tried)
    width = new * grown(kept, horizon)
    scaled = np.concatenate([np.abs(misses[int(h)]) / w for h, w in zip(horizon, width, strict=True)])
    return BirthMisses(kept, new * float(np.quantile(scaled, 0.9)) / NINE_IN_TEN)


def _mirrored(seed: int, kind: int, key: int, draws: int, columns: int) -> Floats:
    half = stream(seed, kind, key).standard_normal(((draws + 1) // 2, columns))
    return np.concatenate([half, -half])[:draws]


def birth_deviations(
    misses: BirthMisses,
    ags: Sequence[str],
    kreis: Ints,
    births: Floats,
    unsure: Floats,
    draws: int,
    years: int,
    seed: int,
) -> Floats32:
    """Draw by how much births per woman deviate from what is expected.

    Parameters
    ----------
    ags : sequence of str
        Keys of the towns, sorted; each has a stream of its own.
    kreis : array of int (towns,)
    births : array (towns,)
        Births a year.
    unsure : array (towns,)
        Standard deviation of the town's own level (log).

    Returns
    -------
    array of float32 (draws, years, towns)
        Share more or fewer; the middle of the draws is 0. What towns deviate from their Kreis adds up to no birth.
    """
    path = misses.path(years)
    shared = misses.land * _mirrored(seed, LAND_STREAM, 0, draws, len(path)) @ path
    out, chance = np.empty((draws, years, len(ags))), np.zeros((draws, years, len(ags)))
    for number in range(int(kreis.max()) + 1):
        towns = np.flatnonzero(kreis == number).tolist()
        key = int(ags[towns[0]][:5])
        out[:, :, towns] = (
            shared + misses.kreis * _mirrored(seed, KREIS_STREAM, key, draws, len(path)) @ path
        )[..., None]
        if len(towns) == 1:
            continue
        part = births[towns] / births[towns].sum()
        normal = np.stack(
            [_mirrored(seed, TOWN_STREAM, int(f"1{ags[t]}"), draws, years + 1) for t in towns], axis=-1
        )
        own = unsure[towns] * normal[:, :1]
        out[:, :, towns] += own - (own @ part)[..., None]
        by_chance = normal[:, 1:] / np.sqrt(np.maximum(births[towns], 1.0))
        chance[:, :, towns] = by_chance - (by_chance @ part)[..., None]
    return (np.exp(out) * np.maximum(1 + chance, 0) - 1).astype(np.float32)
