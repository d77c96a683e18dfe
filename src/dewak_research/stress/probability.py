"""Probability of each trigger by year, with the error of the draws and the uncertainty of the crisis frequency.

Two crises in nineteen years of the German trade tax: 10.5 %, exact 95 % interval 1.3–33.1 % (METHODS C.2). The
draws are split by the number of crisis years they hold and put together again for any frequency.
Light: green if P(no trigger in T years) ≥ 90 %, amber 70–90 %, red below (METHODS C.7 [P]).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import binom, binomtest

from dewak_research.stress.score import light
from dewak_research.stress.simulation import Paths

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
TRIGGERS = ("n1", "n2", "n3", "any")
CRISES_OBSERVED, YEARS_OBSERVED = 2, 19
Z_95 = 1.959963984540054


@dataclass(frozen=True)
class Hits:
    """Draws with a trigger up to year t, by number of crisis years up to t.

    Parameters
    ----------
    units : ndarray of int, shape (c,)
    hits : dict of ndarray of int, shape (T, T + 1, c)
        By trigger.
    draws : ndarray of int, shape (T, T + 1)
        Draws with that many crisis years up to year t.
    """

    units: NDArray[np.int64]
    hits: dict[str, Counts]
    draws: Counts


def crisis_frequency() -> tuple[float, float, float]:
    """Crisis frequency of the trade tax: estimate and exact 95 % interval (Clopper–Pearson)."""
    interval = binomtest(CRISES_OBSERVED, YEARS_OBSERVED).proportion_ci(0.95, method="exact")
    return CRISES_OBSERVED / YEARS_OBSERVED, float(interval.low), float(interval.high)


def count_hits(paths: Paths, crisis_years: NDArray[np.int8]) -> Hits:
    """Count draws of a chunk in which a trigger has been hit up to each year.

    Parameters
    ----------
    crisis_years : ndarray of int, shape (T, D)
        Crisis years up to and including t.
    """
    found = paths.triggers
    flags = {"n1": found.n1, "n2": found.n2, "n3": found.n3, "any": found.any_year}
    years, size, _ = found.n1.shape
    draws = np.stack([np.bincount(crisis_years[t], minlength=years + 1) for t in range(years)])
    groups = np.arange(years + 1)
    member = (crisis_years[:, :, None] == groups).astype(np.float32)  # sums of ones: exact in any order
    hits = {}
    for name, flag in flags.items():
        so_far = np.logical_or.accumulate(flag, axis=0).astype(np.float32)
        table = np.zeros((years, years + 1, size), dtype=np.int64)
        for t in range(years):
            table[t] = np.rint(so_far[t] @ member[t]).astype(np.int64).T
        hits[name] = table
    return Hits(paths.units, hits, draws)


def reweighted(hits: Counts, draws: Counts, frequency: float) -> Floats:
    """Probability if a year is a crisis year with ``frequency``, shape (T, c).

    Draws are grouped by their number of crisis years; groups get the binomial weight of the frequency. Groups
    without any draw are left out and the rest is scaled to one.
    """
    years = hits.shape[0]
    out = np.empty((years, hits.shape[2]))
    for t in range(years):
        weight = binom.pmf(np.arange(years + 1), t + 1, frequency)
        there = draws[t] > 0
        share = hits[t][there] / draws[t][there, None]
        out[t] = (weight[there, None] * share).sum(axis=0) / weight[there].sum()
    return out


def probability_table(
    all_hits: list[Hits], ags: list[str], has_balance: NDArray[np.bool_], first_year: int
) -> pd.DataFrame:
    """Probability that a trigger has been hit up to each year.

    Returns
    -------
    DataFrame
        ags, year, trigger, probability (frequency of the sampler's own crises), mc_low, mc_high (Wilson 95 %),
        frequency_low, frequency_high (at both ends of the interval of the crisis frequency). NaN without a
        balance sheet.
    """
    _, low, high = crisis_frequency()
    units = np.concatenate([hits.units for hits in all_hits])
    draws = all_hits[0].draws
    total = int(draws[0].sum())
    known = has_balance[units]
    z2 = Z_95**2
    frames = []
    for trigger in TRIGGERS:
        counted = np.concatenate([hits.hits[trigger] for hits in all_hits], axis=2)
        share = counted.sum(axis=1) / total
        ends = np.stack([reweighted(counted, draws, f) for f in (low, high)])
        middle = (share + z2 / (2 * total)) / (1 + z2 / total)
        half = np.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) * Z_95 / (1 + z2 / total)
        columns = {
            "probability": share,
            "mc_low": np.maximum(middle - half, 0.0),
            "mc_high": np.minimum(middle + half, 1.0),
            "frequency_low": ends.min(axis=0),
            "frequency_high": ends.max(axis=0),
        }
        years = np.arange(share.shape[0]) + first_year
        frames.append(
            pd.DataFrame(
                {
                    "ags": np.tile(np.array(ags)[units], len(years)),
                    "year": np.repeat(years, len(units)),
                    "trigger": trigger,
                    **{name: np.where(known, part, np.nan).ravel() for name, part in columns.items()},
                }
            )
        )
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "year", "trigger"], ignore_index=True)


def light_table(probabilities: pd.DataFrame, units: pd.DataFrame) -> pd.DataFrame:
    """Light of every unit of the register, reported or not.

    Returns
    -------
    DataFrame
        ags, name, kind, kreis, size_class, probability, frequency_low, frequency_high (any trigger, last year),
        light, light_low, light_high
        (light at the friendlier and at the harsher end of the crisis frequency).
    """
    last = probabilities[(probabilities["trigger"] == "any")]
    last = last[last["year"] == last["year"].max()].set_index("ags")
    out = last[["probability", "frequency_low", "frequency_high"]].reindex(sorted(units["ags"]))
    out["light"] = light(1.0 - out["probability"].to_numpy(float))
    out["light_low"] = light(1.0 - out["frequency_low"].to_numpy(float))
    out["light_high"] = light(1.0 - out["frequency_high"].to_numpy(float))
    register = units.set_index("ags")[["name", "kind", "kreis", "size_class"]]
    lights: pd.DataFrame = register.reindex(out.index).join(out).rename_axis("ags").reset_index()
    return lights
