"""Is the way the towns' ages are estimated any good? The same way for the Kreise, whose ages are known.

The Kreise take the place of the towns and the Land that of the Kreis: ages of 2015, rolled forward, raked to the Land's
ages and the number of people of each Kreis, held against the ages counted. Towns are smaller, and more
alike than Kreise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.planning.ages import membership
from dewak_research.planning.base import Base, counted, groups_of, mixed, rolled_forward
from dewak_research.planning.migration import Ints, of_kreise
from dewak_research.planning.population import Array
from dewak_research.planning.rake import Sum, rake

TOTAL = "total"


def base_backtest(
    base: Base, before_year: int, kreis: Ints, q: Array, kreise_age: pd.DataFrame, fertility: pd.DataFrame
) -> pd.DataFrame:
    """Return how well ages of the Kreise are estimated, by method and age group.

    Parameters
    ----------
    base : Base
    before_year : int
        Of ``base.before``.
    kreis : array of int (towns,)
    q : array (2, 101)
        Death probabilities.
    kreise_age, fertility : DataFrame
        As for ``base.estimate``.

    Returns
    -------
    DataFrame
        method (``plan``, ``share``: every age keeps its share, ``cohort``: every age rolled forward), age (and
        ``total``: mean weighted by people), mape_pct: mean absolute error over Kreise and sexes, worst_pct, n.
    """
    groups = groups_of(kreise_age)
    keys = sorted({town[:5] for town in base.towns})
    truth = counted(kreise_age[kreise_age["year"] == base.year], keys, groups)
    rolled = rolled_forward(base.before, before_year, base.year, q, fertility, base.level_before)
    before, rolled = of_kreise(base.before, kreis), of_kreise(rolled, kreis)
    sums = [Sum((1, 2), truth.sum(axis=0)), Sum((0,), truth.sum(axis=(1, 2)))]
    weight = truth.sum(axis=(0, 1)) / truth.sum()
    parts = []
    for method, seed in {"plan": mixed(before, rolled), "share": before, "cohort": rolled}.items():
        miss = 100 * np.abs(
            rake(seed @ membership(groups), sums, where=f"base_backtest {method}").table / truth - 1
        )
        mean, worst = miss.mean(axis=(0, 1)), miss.max(axis=(0, 1))
        parts.append(
            pd.DataFrame(
                {
                    "method": method,
                    "age": [*groups, TOTAL],
                    "mape_pct": [*mean, float(mean @ weight)],
                    "worst_pct": [*worst, float(worst.max())],
                    "n": 2 * len(keys),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
