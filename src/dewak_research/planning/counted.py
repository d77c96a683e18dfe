"""The first projected year where its people are known: as many move as the count of the towns asks for.

The latest count of the towns (presumably of 31 December 2025: between the published 18,011,826 people of the Land on 30
June 2025 and it, 25,612 were lost, as births and deaths of another half year let expect) lies one year after the ages
of the Kreise. Births and deaths of that year are computed, the moves are what is left; their ages stay those of the
Land. So it is in the draws: what drawn births and ages of the base change in the total, the moves make up for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from dewak_research.planning.draws import Floats32, Reaction
from dewak_research.planning.population import Array, Rates, project

_ROUNDS = 4
_STEP = 1e-3


def rates_for_count(
    base: Array, rates: Sequence[Rates], ages: Array, people: Array, years: int
) -> list[Rates]:
    """Return rates under which every town has its counted people after some years.

    Parameters
    ----------
    base : array (towns, 2, ages)
    rates : sequence of Rates
        One for each year.
    ages : array (2, ages)
        Ages and sexes of those who come or go beyond the rates; add up to 1.
    people : array (towns,)
        Counted.
    years : int
        Years until the count; 0 leaves the rates alone.

    Returns
    -------
    list of Rates
        In each of these years the same number more (or fewer) move; later years stay.
    """
    if years < 1:
        return list(rates)
    size = base.sum(axis=(1, 2))

    def moved(more: Array) -> list[Rates]:
        extra = more[:, None, None] * ages
        return [replace(rate, net_migration=rate.net_migration + extra) for rate in rates[:years]]

    def came(more: Array) -> Array:
        total: Array = project(base, moved(more), years)[-1].sum(axis=(1, 2))
        return total

    more: Array = np.zeros(len(base))
    for _ in range(_ROUNDS):
        here = came(more)
        slope = (came(more + _STEP * size) - here) / (_STEP * size)
        more = more + (people - here) / slope
    return [*moved(more), *rates[years:]]


def compensation(react: Reaction, deviation: Floats32, counted_years: int) -> Floats32:
    """Return the moves of the counted years that make up for what births and base change in a known total.

    Parameters
    ----------
    react : Reaction
    deviation : array (draws, columns, towns)
        As for ``group_draws``.
    counted_years : int
        Years from the base to the count; 0 asks for nothing.

    Returns
    -------
    array of float32 (draws, 1, towns)
        Persons per head and year, of the ages in which the Land deviates; to be added to each of these first years.
        Every draw then has, at the end of the last of them, the total of ``react.base``.
    """
    if counted_years < 1:
        return np.zeros((len(deviation), 1, deviation.shape[2]), dtype=np.float32)
    totals = react.of_year[:, counted_years].sum(axis=(-2, -1), dtype=np.float64)
    off = np.einsum("dct,ct->dt", deviation, totals)
    return np.asarray(-off / totals[:counted_years].sum(axis=0), dtype=np.float32)[:, None]


def count_table(
    base: Array, rates: Sequence[Rates], uncounted: Sequence[Rates], base_year: int, years: int
) -> pd.DataFrame:
    """Return what the count says about the moves of the first years, in the Land.

    Parameters
    ----------
    base : array (towns, 2, ages)
    rates, uncounted : sequence of Rates
        With and without the count.
    years : int
        Years until the count.

    Returns
    -------
    DataFrame
        year; persons: with the count; expected_persons: without it; natural_change, net_migration and
        expected_net_migration: persons a year; natural change (births less deaths) is computed, not counted. Empty
        without a count.
    """
    with_count, without = (project(base, r, years).sum(axis=(1, 2, 3)) for r in (rates, uncounted))
    moves = [np.array([float(r.net_migration.sum()) for r in of[:years]]) for of in (rates, uncounted)]
    return pd.DataFrame(
        {
            "year": base_year + 1 + np.arange(years),
            "persons": with_count[1:],
            "expected_persons": without[1:],
            "natural_change": np.diff(with_count) - moves[0],
            "net_migration": moves[0],
            "expected_net_migration": moves[1],
        }
    )
