"""Who it is that comes or goes when a Kreis or town grows otherwise than expected.

The Land gains and loses by people of 18 to 35, who come from abroad. What sets one Kreis apart from the others is
mostly families: in the backtest from 2015 to 2024 a Kreis that was missed by 100 persons was missed by about 50 of 30
to 44, by 40 children, and by next to nobody of 18 to 29. The ages of what Kreise and towns deviate by are a mixture
that gives these shares. One period of 53 Kreise is all there is to learn it from; towns are taken to be like their
Kreise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import nnls

from dewak_research.planning.ages import OLDEST, bounds, membership
from dewak_research.planning.population import Rates, project

Floats = NDArray[np.float64]
TOTAL = "total"
STAGES = (0, 18, 30, 45)
"""First ages: children, those in training, those with children, the settled."""
_STEP = 1e-4
_SUM_COUNTS = 100.0


def shares_of_miss(table: pd.DataFrame, method: str) -> pd.Series:
    """Return how much of a Kreis' miss in total is a miss of each age: slopes over the Kreise.

    Parameters
    ----------
    table : DataFrame
        ags, age (with ``total``), truth and ``method``; one origin and target.

    Returns
    -------
    Series
        By group of age, youngest first; adds up to 1.
    """
    wide = table.assign(miss=table["truth"] - table[method]).pivot_table(
        index="ags", columns="age", values=["miss", "truth"]
    )
    per_head = wide["miss"].div(wide["truth"][TOTAL], axis=0)
    apart = per_head - per_head.mean()
    total = apart[TOTAL]
    groups = sorted((a for a in per_head.columns if a != TOTAL), key=lambda group: bounds(group)[0])
    slopes: pd.Series = (apart[groups].mul(total, axis=0)).sum() / float((total**2).sum())
    return slopes


def _candidates(land: Floats, people: Floats) -> list[Floats]:
    """Profiles (2, ages) that add up to 1: those of the Land's migration by stage of life, and the settled people."""
    edges = [*STAGES, OLDEST + 1]
    found = []
    for first, end in pairwise(edges):
        source = people if end > OLDEST else np.maximum(land, 0)
        part = np.zeros_like(land)
        part[:, first:end] = source[:, first:end]
        if part.sum() > 0:
            found.append(part / part.sum())
    return found


def movers(slopes: pd.Series, base: Floats, rates: Sequence[Rates], land: Floats) -> Floats:
    """Return ages and sexes of those who set a Kreis apart, so that they give the shares of its miss.

    Parameters
    ----------
    slopes : Series
        As from ``shares_of_miss``.
    base : array (towns, 2, ages)
        Population at the beginning of the backtest.
    rates : sequence of Rates
        Of the backtest.
    land : array (2, ages)
        Profile of the Land's migration.

    Returns
    -------
    array (2, ages)
        Adds up to 1; nowhere negative.
    """
    years, groups = len(rates), membership(slopes.index)
    people = base.sum(axis=(1, 2))[:, None, None]
    still = project(base, rates, years)[-1]
    profiles = _candidates(land, base.sum(axis=0))
    given = []
    for ages in profiles:
        more = [replace(r, net_migration=r.net_migration + _STEP * people * ages) for r in rates]
        moved = (project(base, more, years)[-1] - still).sum(axis=(0, 1)) @ groups
        given.append(moved / moved.sum())
    design = np.concatenate([np.stack(given, axis=1), np.full((1, len(profiles)), _SUM_COUNTS)])
    weights, _ = nnls(design, np.append(slopes.to_numpy(float), _SUM_COUNTS))
    mixed = np.tensordot(weights, np.stack(profiles), axes=1)
    return np.asarray(mixed / mixed.sum())
