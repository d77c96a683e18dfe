"""Iterative proportional fitting: the table nearest to a seed that adds up to known sums.

Deming, Stephan (1940), *On a least squares adjustment of a sampled frequency table*; the seed's odds ratios stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dewak_research.errors import InputError, Problem, messages
from dewak_research.planning.population import Array

TOLERANCE = 1e-10
MOST_ROUNDS = 5_000
_SAME_TOTAL = 1e-6
_problem = messages(__package__)


@dataclass(frozen=True)
class Sum:
    """A known sum: what the table must give along ``axes`` when all its other axes are added up.

    ``values`` has one axis for each of ``axes``, in their order.
    """

    axes: tuple[int, ...]
    values: Array


@dataclass(frozen=True)
class Raked:
    """The fitted table, the rounds it took and how far the worst sum is off, as a share of the largest target."""

    table: Array
    rounds: int
    gap: float


def _others(axes: tuple[int, ...], dimensions: int) -> tuple[int, ...]:
    return tuple(axis for axis in range(dimensions) if axis not in axes)


def _gap(table: Array, targets: Sequence[Sum]) -> float:
    worst = 0.0
    for target in targets:
        found = table.sum(axis=_others(target.axes, table.ndim))
        worst = max(worst, float(np.abs(found - target.values).max() / max(target.values.max(), 1.0)))
    return worst


def _problems(seed: Array, targets: Sequence[Sum], where: str) -> list[Problem]:
    totals = [float(target.values.sum()) for target in targets]
    problems = []
    if max(totals) - min(totals) > _SAME_TOTAL * max(totals):
        listed = ", ".join(f"{total:,.1f}" for total in totals)
        problems.append(_problem("sums_differ", where, totals=listed))
    for target in targets:
        empty = (seed.sum(axis=_others(target.axes, seed.ndim)) <= 0) & (target.values > 0)
        if empty.any():
            problems.append(_problem("nothing_to_spread", where, n=int(empty.sum())))
    return problems


def rake(seed: Array, targets: Sequence[Sum], where: str = "rake") -> Raked:
    """Return the seed scaled until it adds up to every target.

    Parameters
    ----------
    seed : array
        Not negative; a cell of 0 stays 0.
    targets : sequence of Sum
        At least one, all with the same total.
    where : str
        Named in a message.

    Raises
    ------
    InputError
        The totals of the targets differ, a target is to be spread over cells that are all 0, or no table with these
        zeros gives all sums.
    """
    if problems := _problems(seed, targets, where):
        raise InputError(problems)
    table = np.array(seed, dtype=float)
    for rounds in range(1, MOST_ROUNDS + 1):
        for target in targets:
            others = _others(target.axes, table.ndim)
            found = table.sum(axis=others)
            factor = np.divide(target.values, found, out=np.zeros_like(found), where=found > 0)
            table *= np.expand_dims(factor, others)
        gap = _gap(table, targets)
        if gap <= TOLERANCE:
            return Raked(table, rounds, gap)
    raise InputError(_problem("does_not_settle", where, rounds=MOST_ROUNDS, gap=f"{gap:.2g}"))
