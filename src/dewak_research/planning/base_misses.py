"""How far the estimated ages of the base may be off, and draws of it.

How the misses of the ages hang together is learned where the same way is applied to ages that are known: the Kreise of
2024 inside the Land (``base_backtest``). How large they are in a town, and how they fall with its size, is learned from
what the base does not use: the shares of the young and the old that the census of 2022 counted in every town. Ages of
the Kreise are counted, so the misses of towns add up to nobody over their Kreis, and a kreisfreie Stadt has none. How
the Kreise's people of 75 and over split is estimated as well; no count at hand tells how far that is off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.ages import GROUPS, bounds
from dewak_research.planning.migration import of_kreise
from dewak_research.planning.spread import NINE_IN_TEN, Spread, spread
from dewak_research.stress.shocks import stream

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
BASE_STREAM = 18
CENSUS_AGES = {"age_under16_pct": (0, 16), "age_67plus_pct": (67, 101)}
SIZE_CLASSES = (0.0, 10_000.0, 20_000.0, 50_000.0, 100_000.0, np.inf)
_ROUNDS = 30


@dataclass(frozen=True)
class BaseMisses:
    """Widths of the misses of the base.

    Attributes
    ----------
    root : array (groups, groups)
        Misses (log) of ``ages.GROUPS`` in the Kreise are this matrix times standard normal numbers.
    town : Spread
        Factor from a Kreis to a town of ``spread.TYPICAL`` people (``level``), and how it falls with size.
    """

    root: Floats
    town: Spread

    def scale(self, persons: Floats) -> Floats:
        """Return how many times the misses of a town are those of the Kreise, by its people."""
        return np.asarray(self.town.level * self.town.scale(persons))

    @property
    def width(self) -> Floats:
        """Standard deviation of the Kreise by group of age."""
        return np.asarray(np.sqrt((self.root**2).sum(axis=1)))


def root_of(truth: Floats, estimate: Floats, groups: Sequence[str]) -> Floats:
    """Return the root of the covariance of the misses, by ``ages.GROUPS``.

    Parameters
    ----------
    truth, estimate : array (kreise, groups)
        Persons, both sexes.
    groups : sequence of str
        Sums of ``ages.GROUPS``; a finer group is off by as much as the one it lies in.
    """
    miss = np.log(truth / estimate)
    value, vector = np.linalg.eigh(miss.T @ miss / len(miss))
    root = vector * np.sqrt(np.maximum(value, 0))
    ends = [bounds(group) for group in groups]
    at = [next(i for i, (a, b) in enumerate(ends) if a <= bounds(g)[0] <= b) for g in GROUPS]
    found = np.zeros((len(GROUPS), len(GROUPS)))
    found[:, : len(groups)] = root[at]
    return found


def census_misses(persons: Floats, kreis: Ints, census: pd.DataFrame) -> Floats:
    """Return by how much the base is off the census' shares of young and old, beside its Kreis (log).

    Parameters
    ----------
    persons : array (towns, 2, 101)
    census : DataFrame
        Columns of ``CENSUS_AGES``, a row for each town in order.

    Returns
    -------
    array (towns, 2)
        NaN where the census tells nothing.
    """
    people = persons.sum(axis=(1, 2))
    found = []
    for column, (first, end) in CENSUS_AGES.items():
        share = persons[..., first:end].sum(axis=(1, 2)) / people
        miss = np.log(census[column].to_numpy(float) / 100 / share)
        weight = np.where(np.isfinite(miss), people, 0.0)
        mean = of_kreise(np.nan_to_num(miss) * weight, kreis) / of_kreise(weight, kreis)
        found.append(miss - mean[kreis])
    return np.stack(found, axis=1)


def census_widths(root: Floats, people: Floats) -> Floats:
    """Return what the misses of the Kreise come to in the ages of the census (2,), from persons by group (groups,)."""
    widths = []
    for first, end in CENSUS_AGES.values():
        ends = [bounds(group) for group in GROUPS]
        part = np.array([max(0, min(b + 1, end) - max(a, first)) / (b + 1 - a) for a, b in ends]) * people
        widths.append(np.linalg.norm(part / part.sum() @ root))
    return np.array(widths)


def base_misses(
    root: Floats, of_census: Floats, persons: Floats, kreis: Ints, learned: NDArray[np.bool_] | None = None
) -> BaseMisses:
    """Return the widths for the towns.

    Parameters
    ----------
    root : array (groups, groups)
        As from ``root_of``.
    of_census : array (towns, 2)
        As from ``census_misses``.
    persons : array (towns, groups)
        Both sexes.
    learned : array of bool (towns,), optional
        Towns that are looked at; all without.
    """
    several = np.bincount(kreis)[kreis] > 1
    chosen = several if learned is None else several & learned
    people = persons.sum(axis=1)
    # a town that is half of its Kreis can be off its mean by little only
    beside = np.sqrt(1 - people / of_kreise(people, kreis)[kreis])[:, None]
    times = of_census[chosen] / (census_widths(root, persons.sum(axis=0)) * beside[chosen])
    wide = spread({1: times}, people[chosen])
    return BaseMisses(root, Spread(float(np.hypot(wide.level, wide.yearly)), 0.0, wide.size))


def base_deviations(
    misses: BaseMisses, ags: Sequence[str], kreis: Ints, persons: Floats, draws: int, seed: int
) -> Floats32:
    """Draw by how much the ages of the towns are off.

    Parameters
    ----------
    ags : sequence of str
        Keys of the towns, sorted; each has a stream of its own.
    kreis : array of int (towns,)
    persons : array (towns, groups)
        Both sexes, by ``ages.GROUPS``.

    Returns
    -------
    array of float32 (draws, groups, towns)
        Share of the persons of each group; in persons they add up to 0 over a town's ages, and over the towns of a
        Kreis in each age. 0 where the Kreis has one town.
    """
    out = np.zeros((draws, len(GROUPS), len(ags)), dtype=np.float32)
    scale = misses.scale(persons.sum(axis=1))
    for number in range(int(kreis.max()) + 1):
        towns = np.flatnonzero(kreis == number).tolist()
        if len(towns) == 1:
            continue
        half = (draws + 1) // 2
        normal = np.stack(
            [
                stream(seed, BASE_STREAM, int(f"1{ags[t]}")).standard_normal((half, len(GROUPS)))
                for t in towns
            ],
            axis=-1,
        )
        people = persons[towns].T
        off = np.einsum("gh,dht->dgt", misses.root, normal) * scale[towns] * people
        off = _adding_up_to_nobody(off, (people * misses.width[:, None] * scale[towns]) ** 2)
        share = np.divide(off, people, out=np.zeros_like(off), where=people > 0)
        out[:, :, towns] = np.concatenate([share, -share])[:draws]
    return out


def _adding_up_to_nobody(off: Floats, variance: Floats) -> Floats:
    """Take the sums over ages and over towns out, where it costs least: in proportion to the variance of each cell."""
    of_age = variance / np.maximum(variance.sum(axis=1, keepdims=True), 1e-12)
    of_town = variance / np.maximum(variance.sum(axis=0, keepdims=True), 1e-12)
    for _ in range(_ROUNDS):
        off = off - of_town * off.sum(axis=1, keepdims=True)
        off = off - of_age * off.sum(axis=2, keepdims=True)
    return off


def base_coverage(
    root: Floats, of_census: Floats, persons: Floats, kreis: Ints, ags: Sequence[str], draws: int, seed: int
) -> pd.DataFrame:
    """Return which part of the census' shares lies within P05-P95 of the base, by size of the town.

    Parameters
    ----------
    root, of_census, persons, kreis, ags
        As for ``base_misses`` and ``base_deviations``.

    Returns
    -------
    DataFrame
        size_from (people), age (column of the census without ``_pct``), spread_pct: standard deviation of the base's
        share, coverage_pct, n. Widths were learned from every other Kreis, each time not from the towns judged.
    """
    halves = kreis % 2 == 0
    ends = [bounds(group) for group in GROUPS]
    inside = np.zeros_like(of_census, dtype=bool)
    width = np.zeros_like(of_census)
    for half in (halves, ~halves):
        drawn = base_deviations(
            base_misses(root, of_census, persons, kreis, half), ags, kreis, persons, draws, seed
        )
        for i, (first, end) in enumerate(CENSUS_AGES.values()):
            cut = np.array([max(0, min(b + 1, end) - max(a, first)) / (b + 1 - a) for a, b in ends])
            part = persons * cut
            off = np.einsum("dgt,tg->dt", drawn, part / part.sum(axis=1, keepdims=True))
            sd = np.sqrt((off.astype(float) ** 2).mean(axis=0))
            width[~half, i] = sd[~half]
            inside[~half, i] = (np.abs(of_census[:, i]) <= NINE_IN_TEN * sd)[~half]
    several = np.bincount(kreis)[kreis] > 1
    size = np.searchsorted(SIZE_CLASSES, persons.sum(axis=1), side="right") - 1
    rows = []
    for at, first_size in enumerate(SIZE_CLASSES[:-1]):
        for i, column in enumerate(CENSUS_AGES):
            some = several & (size == at) & np.isfinite(of_census[:, i])
            if some.any():
                spread_pct = 100 * float(np.sqrt((width[some, i] ** 2).mean()))
                covered = 100 * float(inside[some, i].mean())
                rows.append((first_size, column.removesuffix("_pct"), spread_pct, covered, int(some.sum())))
    return pd.DataFrame(rows, columns=["size_from", "age", "spread_pct", "coverage_pct", "n"])
