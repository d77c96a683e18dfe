"""What the draws come to: fan charts, and the probability of each trigger by year.

The draws are split by the number of crisis years they hold and put together again for any crisis frequency.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom

from dewak_research.stress.pool import crisis_frequency
from dewak_research.stress.simulation import Paths

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
LEVELS_PCT = (5, 25, 50, 75, 95)
MEASURES = ("result", "equity", "liquidity_credit", "extra_credit")
TRIGGERS = ("n1", "n2", "n3", "any")
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Fan:
    """Percentiles of c units.

    Parameters
    ----------
    units : ndarray of int, shape (c,)
    percentiles_eur : dict of ndarray, shape (5, T, c)
        By measure; NaN where the measure is unknown.
    levels_pct : tuple of float
        What the first axis stands for.
    """

    units: NDArray[np.int64]
    percentiles_eur: dict[str, Floats]
    levels_pct: tuple[float, ...] = LEVELS_PCT


def percentiles(values: Floats, levels_pct: tuple[float, ...]) -> Floats:
    """Percentiles along the last axis, to the last digit those of ``numpy.percentile``, in a third of its time.

    One sort costs less than a partition around ten places.

    Parameters
    ----------
    values : ndarray, shape (..., D)

    Returns
    -------
    ndarray, shape (len(levels_pct), ...); NaN where a draw is NaN.
    """
    ordered = np.sort(values, axis=-1)
    last = ordered.shape[-1] - 1
    out = np.empty((len(levels_pct), *ordered.shape[:-1]))
    for level, found in zip(np.true_divide(levels_pct, 100), out, strict=True):
        below = int(last * level)
        part = last * level - below
        low, high = ordered[..., below], ordered[..., min(below + 1, last)]
        step = high - low
        found[...] = high - step * (1 - part) if part >= 0.5 else low + step * part
    out[:, np.isnan(ordered[..., -1])] = np.nan
    return out


def summarise_fan(paths: Paths, levels_pct: tuple[float, ...] = LEVELS_PCT) -> Fan:
    """Percentiles of a chunk's draws, linear between order statistics; NaN where a draw is NaN."""
    extra = percentiles(paths.extra_credit_eur, levels_pct)
    bands = {
        "result": percentiles(paths.result_eur, levels_pct),
        "equity": percentiles(paths.equity_eur, levels_pct),
        "extra_credit": extra,
        "liquidity_credit": np.maximum(extra + paths.planned_credit_eur, 0.0),
    }
    return Fan(paths.units, bands, levels_pct)


def band_ends_pct(band_pct: float) -> tuple[float, float]:
    """Percentiles between which the middle ``band_pct`` percent of the draws lie: 80 → 10, 90."""
    return (100 - band_pct) / 2, (100 + band_pct) / 2


def level_column(level_pct: float) -> str:
    """Name of a percentile's column: ``p5_eur``, ``p2_5_eur``."""
    return f"p{level_pct:g}_eur".replace(".", "_")


def fan_table(fans: list[Fan], ags: list[str], first_year: int) -> pd.DataFrame:
    """Long table: ags, measure, year, p5_eur … p95_eur, sorted; NaN where unknown."""
    keys = np.array(ags)[np.concatenate([fan.units for fan in fans])]
    frames = []
    for measure in MEASURES:
        values = np.concatenate([fan.percentiles_eur[measure] for fan in fans], axis=2)
        years = np.arange(values.shape[1]) + first_year
        levels = enumerate(fans[0].levels_pct)
        columns = {level_column(level): values[i].ravel() for i, level in levels}
        where = {"ags": np.tile(keys, len(years)), "measure": measure, "year": np.repeat(years, len(keys))}
        frames.append(pd.DataFrame({**where, **columns}))
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "measure", "year"], ignore_index=True)


def exhaustion(baseline: pd.DataFrame, fan: pd.DataFrame) -> pd.DataFrame:
    """Year in which reserves are used up, one row per unit with a balance sheet.

    Parameters
    ----------
    baseline : DataFrame
        ags, has_balance, result_eur, start_ausgleichsruecklage_eur.
    fan : DataFrame
        ags, measure, year, p50_eur.

    Returns
    -------
    DataFrame
        ags; ausgleichsruecklage_gone_year: year in whose course the Ausgleichsrücklage is used up if every year is
        like the starting point (the year before the run if there is none; NA = the result is no deficit);
        overindebted_year: first year in which median equity is below zero (NA = none in the run).
    """
    known = baseline[baseline["has_balance"]].set_index("ags").sort_index()
    equity = fan[fan["measure"] == "equity"]
    deficit = -known["result_eur"].where(known["result_eur"] < 0)
    lasts_years = np.ceil(known["start_ausgleichsruecklage_eur"] / deficit)
    below = equity[equity["p50_eur"] < 0].groupby("ags")["year"].min()
    out = pd.DataFrame(
        {
            "ausgleichsruecklage_gone_year": (int(equity["year"].min()) - 1 + lasts_years).astype("Int64"),
            "overindebted_year": below.reindex(known.index).astype("Int64"),
        }
    )
    return out.rename_axis("ags").reset_index()


@dataclass(frozen=True)
class Hits:
    """Draws with a trigger up to year t, by number of crisis years up to t.

    Parameters
    ----------
    units : ndarray of int, shape (c,)
    hits : dict of ndarray of int, shape (T, T + 1, c), by trigger
    draws : ndarray of int, shape (T, T + 1); draws with that many crisis years up to year t
    """

    units: NDArray[np.int64]
    hits: dict[str, Counts]
    draws: Counts


def count_hits(paths: Paths, crisis_years: NDArray[np.int8]) -> Hits:
    """Count draws of a chunk in which a trigger has been hit up to each year; see :func:`count_flags`."""
    found = paths.triggers
    flags = {"n1": found.n1, "n2": found.n2, "n3": found.n3, "any": found.any_year}
    return count_flags(paths.units, flags, crisis_years)


def count_flags(
    units: NDArray[np.int64], flags: dict[str, NDArray[np.bool_]], crisis_years: NDArray[np.int8]
) -> Hits:
    """Count draws in which something has happened up to each year.

    Parameters
    ----------
    flags : dict of ndarray of bool, shape (T, c, D)
        Whether it happens in year t, by name.
    crisis_years : ndarray of int, shape (T, D)
        Crisis years up to and including t.
    """
    years, size, _ = next(iter(flags.values())).shape
    draws = np.stack([np.bincount(crisis_years[t], minlength=years + 1) for t in range(years)])
    groups = np.arange(years + 1)
    member = (crisis_years[:, :, None] == groups).astype(np.float32)  # sums of ones: exact in any order
    hits = {}
    for name, flag in flags.items():
        so_far = flag[0].copy()
        table = np.zeros((years, years + 1, size), dtype=np.int64)
        for t in range(years):
            np.logical_or(so_far, flag[t], out=so_far)
            table[t] = np.rint(so_far.astype(np.float32) @ member[t]).astype(np.int64).T
        hits[name] = table
    return Hits(units, hits, draws)


def reweighted(hits: Counts, draws: Counts, frequency: float) -> Floats:
    """Probability if a year is a crisis year with ``frequency``, shape (T, c).

    Draws are grouped by their number of crisis years; groups get the binomial weight of the frequency. Groups
    without any draw are left out and the rest is scaled to one.
    """
    return np.stack([at_frequency(hits[t], draws[t], t + 1, frequency) for t in range(len(hits))])


def at_frequency(hits: Counts, draws: Counts, years: int, frequency: float) -> Floats:
    """The same up to the ``years``-th year alone: hits (groups, c) by number of crisis years, draws (groups,)."""
    weight = binom.pmf(np.arange(len(draws)), years, frequency)
    there = draws > 0
    share = hits[there] / draws[there, None]
    return np.asarray((weight[there, None] * share).sum(axis=0) / weight[there].sum())


def probability_table(
    all_hits: list[Hits],
    ags: list[str],
    has_balance: NDArray[np.bool_],
    first_year: int,
    events: tuple[str, ...] = TRIGGERS,
    frequencies: tuple[float, float, float] | None = None,
) -> pd.DataFrame:
    """Probability that a trigger has been hit up to each year.

    Parameters
    ----------
    frequencies : (float, float, float), optional
        Crisis frequency and the ends of its interval; by default that of the rules.

    Returns
    -------
    DataFrame
        ags, year, trigger, probability (at the estimated crisis frequency), mc_low, mc_high (error of the draws, 95 %),
        frequency_low, frequency_high (at both ends of the interval of the crisis frequency). Centre and ends are the
        same draws with other weights, so that the centre never lies outside. NaN without a balance sheet.
    """
    centre_and_ends = crisis_frequency() if frequencies is None else frequencies
    units = np.concatenate([hits.units for hits in all_hits])
    draws = all_hits[0].draws
    total = int(draws[0].sum())
    known = has_balance[units]
    z2 = Z_95**2
    frames = []
    for trigger in events:
        counted = np.concatenate([hits.hits[trigger] for hits in all_hits], axis=2)
        share, *ends = (reweighted(counted, draws, f) for f in centre_and_ends)
        around = np.stack([share, *ends])
        middle = (share + z2 / (2 * total)) / (1 + z2 / total)
        half = np.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) * Z_95 / (1 + z2 / total)
        columns = {
            "probability": share,
            "mc_low": np.maximum(middle - half, 0.0),
            "mc_high": np.minimum(middle + half, 1.0),
            "frequency_low": around.min(axis=0),
            "frequency_high": around.max(axis=0),
        }
        years = np.arange(share.shape[0]) + first_year
        where = {"ags": np.tile(np.array(ags)[units], len(years)), "year": np.repeat(years, len(units))}
        shown = {name: np.where(known, part, np.nan).ravel() for name, part in columns.items()}
        frames.append(pd.DataFrame({**where, "trigger": trigger, **shown}))
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "year", "trigger"], ignore_index=True)
