"""Populations that past misses of migration, births and base make possible.

Migration deviates from its level by an error that stays and one that comes anew each year, each for the Land, the Kreis
against the Land and the town against its Kreis, so that a Kreis is not surer than its past allows (``spread``). Births
per woman (``birth_misses``) and the ages of the base (``base_misses``) deviate as well; deaths per head do not. The
projection is linear in each of them: draws follow from the reaction of each town to the migration and the births of one
year and to each age of its base (what births and base do together, a product of two small shares, is left out).
METHODS F.2.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, messages
from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS, membership
from dewak_research.planning.migration import of_kreise
from dewak_research.planning.population import Rates, project
from dewak_research.planning.spread import Spread, Spreads
from dewak_research.stress.shocks import stream

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
LAND_STREAM, KREIS_STREAM, TOWN_STREAM = 11, 12, 13
COARSE = ("0-2", "3-5", "6-9", "10-17", "18-24", "25-44", "45-64", "65-79", "80+")
SHOWN_AGES = (*COARSE, "total")
PERCENTILES = (5, 50, 95)
_STEP = 1e-4
_problem = messages(__package__)


def _normal(seed: int, kind: int, key: int, draws: int, years: int) -> Floats:
    """Standard normal numbers of one unit (draws, 1 + years) in mirrored pairs: their mean is 0."""
    half = stream(seed, kind, key).standard_normal(((draws + 1) // 2, 1 + years))
    return np.concatenate([half, -half])[:draws]


def _path(normal: Floats, width: Spread) -> Floats:
    return np.asarray(width.level * normal[..., :1] + width.yearly * normal[..., 1:])


def deviations(
    spreads: Spreads,
    ags: Sequence[str],
    kreis: Ints,
    persons: Floats,
    draws: int,
    years: int,
    seed: int,
    *,
    apart: bool = False,
    counted_years: int = 0,
) -> Floats32:
    """Draw by how much the migration of each town deviates from its level.

    Parameters
    ----------
    ags : sequence of str
        Keys of all towns of the Land, sorted; each has a stream of its own.
    kreis : array of int (towns,)
    persons : array (towns,)
    draws, years, seed : int
    apart : bool
        Whether the Land's deviations and those of Kreis and town stand one after the other instead of in one sum.
    counted_years : int
        First years whose people were counted: their migration does not deviate.

    Returns
    -------
    array of float32 (draws, years, towns), or (draws, 2 × years, towns) with ``apart``
        Persons per head and year. The mean over the draws is 0; what towns deviate from their Kreis adds up to 0 in it.

    Raises
    ------
    InputError
        Draws or years below 1.
    """
    small = [
        _problem("few", f"planning.{n}", value=v) for n, v in (("draws", draws), ("years", years)) if v < 1
    ]
    if small:
        raise InputError(small)
    land = _path(_normal(seed, LAND_STREAM, 0, draws, years), spreads.land)[:, :, None]
    out = np.zeros((draws, years, len(ags)))
    size = of_kreise(persons, kreis)
    scale = spreads.town.scale(persons)
    for number in range(int(kreis.max()) + 1):
        towns = np.flatnonzero(kreis == number).tolist()
        key = int(ags[towns[0]][:5])
        shared = _path(_normal(seed, KREIS_STREAM, key, draws, years), spreads.kreis)
        out[:, :, towns] += shared[:, :, None]
        if len(towns) == 1:
            continue
        own = np.stack([_normal(seed, TOWN_STREAM, int(f"1{ags[t]}"), draws, years) for t in towns], axis=-1)
        own = (spreads.town.level * own[:, :1] + spreads.town.yearly * own[:, 1:]) * scale[towns]
        part = persons[towns] / size[number]
        own -= (own @ part)[..., None]
        left = 1 - 2 * part + (part**2 * scale[towns] ** 2).sum() / scale[towns] ** 2
        out[:, :, towns] += own / np.sqrt(np.mean(left))
    out[:, :counted_years] = 0
    land = land * (np.arange(years) >= counted_years)[:, None]
    if apart:
        return np.concatenate([np.broadcast_to(land, out.shape), out], axis=1).astype(np.float32)
    return (land + out).astype(np.float32)


@dataclass(frozen=True)
class Reaction:
    """What a year's migration makes of a population, by group of age.

    Attributes
    ----------
    base : array (years + 1, towns, 2, groups)
        Population without deviation.
    of_year : array of float32 (years or 2 × years, years + 1, towns, 2, groups)
        Persons more at the end of each year (second axis) per unit of deviation in a year (first axis); with ages of
        their own for Kreis and town, first the years of the Land, then those of Kreis and town. After them, where they
        were asked for, the births of each year and the groups of age of the base, per share more.
    """

    base: Floats
    of_year: Floats32


def reaction(
    base: Floats,
    rates: Sequence[Rates],
    ages: Floats,
    ages_apart: Floats | None = None,
    *,
    births: bool = False,
    base_ages: bool = False,
) -> Reaction:
    """Return how a population reacts to migration beyond its level, and to more births or another base.

    Parameters
    ----------
    base : array (towns, 2, ages)
        Population at the end of the base year.
    rates : sequence of Rates
        One for each year.
    ages : array (2, ages)
        Ages and sexes of those who come or go beyond the level; add up to 1.
    ages_apart : array (2, ages), optional
        Those of the deviations of Kreis and town, where they differ from the Land's; draws then need ``apart``.
    births, base_ages : bool
        Whether births per woman and the ages of the base deviate.
    """
    years = len(rates)
    groups = membership()
    path = project(base, rates, years)
    people = base.sum(axis=(1, 2))[:, None, None]
    kinds = [ages] if ages_apart is None else [ages, ages_apart]
    columns = (len(kinds) + births) * years + base_ages * len(GROUPS)
    found = np.zeros((columns, years + 1, base.shape[0], 2, len(GROUPS)), dtype=np.float32)

    def note(column: int, start: Floats, year: int, of_year: Rates) -> None:
        moved = project(start, [of_year, *rates[year + 1 :]], years - year)
        found[column, year:] = ((moved - path[year:]) @ groups) / _STEP

    for year, rate in enumerate(rates):
        for kind, profile in enumerate(kinds):
            more = replace(rate, net_migration=rate.net_migration + _STEP * people * profile)
            note(kind * years + year, path[year], year, more)
        if births:
            more = replace(rate, births=(1 + _STEP) * rate.births)
            note(len(kinds) * years + year, path[year], year, more)
    if base_ages:
        for group in range(len(GROUPS)):
            note(group - len(GROUPS), base * (1 + _STEP * groups[:, group]), 0, rates[0])
    return Reaction(path @ groups, found)


def _moved_ages(out: Floats32, factors: Floats32) -> None:
    """Multiply groups (draws, years, 2 × groups) by factors (draws, years, groups); totals stay."""
    total = out.sum(axis=-1, keepdims=True)
    out *= np.tile(factors, 2)
    now = out.sum(axis=-1, keepdims=True)
    out *= np.divide(total, now, out=np.ones_like(total), where=now > 0)


def group_draws(
    react: Reaction,
    deviation: Floats32,
    ags: Sequence[str],
    kreis: Ints,
    misses: AgeMisses | Sequence[AgeMisses] | None = None,
    seed: int = 0,
) -> Iterator[tuple[list[str], Floats32]]:
    """Yield drawn populations Kreis by Kreis, so that never more than one Kreis is held in memory.

    Parameters
    ----------
    react : Reaction
    deviation : array (draws, columns, towns)
        As ``deviations`` gives them, ``apart`` where the reaction tells ages apart, and where it does, after them those
        of births and base: as many as ``react.of_year`` has.
    ags : sequence of str
        Keys of the towns.
    kreis : array of int (towns,)
    misses : AgeMisses or sequence of AgeMisses, optional
        Moves ages against one another as well; totals stay as they are. A sequence: one for each Kreis.
    seed : int
        Of ``misses``.

    Yields
    ------
    list of str
        Keys: the towns of a Kreis, and last the Kreis itself (5 digits) where it has more than one town.
    array of float32 (draws, years + 1, units, 2, groups)
        Persons, never below 0. A Kreis is the sum of its towns in every draw.
    """
    draws, years = len(deviation), len(react.base) - 1
    wide = 2 * len(GROUPS)
    for number in range(int(kreis.max()) + 1):
        towns = np.flatnonzero(kreis == number).tolist()
        keys = [ags[t] for t in towns]
        several = len(towns) > 1
        # a unit's draws lie together, so that products and sums are written where they stay
        out = np.empty((len(towns) + several, draws, (years + 1) * wide), dtype=np.float32)
        for place, town in enumerate(towns):
            of_town = react.of_year[:, :, town].reshape(deviation.shape[1], -1)
            np.matmul(np.ascontiguousarray(deviation[:, :, town]), of_town, out=out[place])
            out[place] += react.base[:, town].reshape(-1).astype(np.float32)
        own = out[: len(towns)]
        np.maximum(own, 0, out=own)
        if misses is not None:
            of_kreis = misses if isinstance(misses, AgeMisses) else misses[number]
            factors = of_kreis.factors(int(keys[0][:5]), draws, years, seed)
            for of_unit in own.reshape(len(towns), draws, years + 1, wide):
                _moved_ages(of_unit, factors)
        if several:
            own.sum(axis=0, out=out[-1])
            keys.append(keys[0][:5])
        found = out.reshape(len(keys), draws, years + 1, 2, len(GROUPS))
        yield keys, np.moveaxis(found, 0, 2)


def by_coarse_age(drawn: Floats32) -> Floats32:
    """Return persons of both sexes by ``SHOWN_AGES``: (..., 2, groups) to (..., ages)."""
    coarse = (membership().T @ membership(COARSE) > 0).astype(np.float32)
    coarse = np.concatenate([coarse, np.ones((len(GROUPS), 1), dtype=np.float32)], axis=1)
    return np.asarray(drawn.sum(axis=-2) @ coarse, dtype=np.float32)


def range_table(drawn: Floats32, keys: Sequence[str], first_year: int) -> pd.DataFrame:
    """Return P05, P50 and P95 by unit, year and coarse group of age, both sexes together, and in total.

    Parameters
    ----------
    drawn : array (draws, years + 1, units, 2, groups)
        As from ``group_draws``.
    keys : sequence of str
        Units.
    first_year : int
        Base year.

    Returns
    -------
    DataFrame
        ags, year, age, p05, p50, p95 (persons).
    """
    persons = by_coarse_age(drawn)
    found = np.percentile(np.ascontiguousarray(np.moveaxis(persons, 0, -1)), PERCENTILES, axis=-1)
    years, units, ages = persons.shape[1:]
    year, unit, age = (i.ravel() for i in np.indices((years, units, ages)))
    names = np.array(SHOWN_AGES, dtype=object)
    values = {f"p{p:02d}": found[i].ravel() for i, p in enumerate(PERCENTILES)}
    return pd.DataFrame(
        {"ags": np.array(keys, dtype=object)[unit], "year": first_year + year, "age": names[age], **values}
    )
