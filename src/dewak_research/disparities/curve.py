"""The specification curve put together: one row per specification, and one test for each curve as a whole.

Simonsohn, Simmons and Nelson 2020.
"""

from __future__ import annotations

from itertools import chain, product

import numpy as np
import pandas as pd
from scipy import stats

from dewak_research.disparities.choices import CHOICES, EFFECTS, FOCAL, LEVEL, MAIN, SAMPLES, periods
from dewak_research.disparities.inequality import Array
from dewak_research.disparities.models import Effects
from dewak_research.disparities.specification import Material, cells, estimates
from dewak_research.engines import Engine, or_threads


def _specifications(
    given: Material, choice: tuple[tuple[str, tuple[int, int]], str, Effects]
) -> list[tuple[dict[str, object], Array, Array]]:
    """Return of each specification of a choice its row, estimates by draw and, with sign, whether they are firm."""
    (period, span), part, effects = choice
    found: list[tuple[dict[str, object], Array, Array]] = []
    for cell in cells(given, period, span, part, effects):
        for chosen, sizes, estimate, se in estimates(cell):
            limit = stats.t.ppf(1 - LEVEL / 2, sizes["clusters"] - 1)
            row = {**chosen, **sizes, "estimate": estimate[0], "se": se[0]}
            found.append((row, estimate, np.sign(estimate) * (np.abs(estimate) > limit * se)))
    return found


def curve(
    panel: pd.DataFrame, years: tuple[int, int], draws: int, seed: int, engine: Engine | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Estimate every specification for every regressor, and test each curve as a whole.

    Parameters
    ----------
    draws : int
        Permutations of the outcome, see ``specification.orders``; the same for all specifications.
    engine : Engine, optional
        Where years, samples and effects are done, by default one after the other.

    Returns
    -------
    DataFrame
        One row per specification: ``term``, the :data:`CHOICES`, ``observations``, ``units``, ``clusters``,
        ``estimate``, ``se``, ``low``, ``high`` (95 %, t with G − 1 degrees of freedom), ``p_value``, ``rank`` (1
        = lowest estimate of its term) and ``main`` (the chapter's own). For ``form`` ``kdu_relative`` (euros over
        their mean) the estimate is a share of the mean, so both forms can be read on one scale.
    DataFrame
        One row per term: ``specifications``, ``median``, ``lowest`` and ``highest`` (5th and 95th percentile),
        ``positive_share``, ``significant_share`` (p below 5 % with the sign of the median), ``median_p_value`` and
        ``share_p_value`` (share of permutations, the sample among them, whose median is as far from 0 and whose
        larger significant share is as large), ``draws``.

    Notes
    -----
    The permutations keep the mean of every Land in every year, so they ask whether it matters within a Land which
    Kreis has which path. They break the relation of the outcome to all regressors at once, which makes the test
    of the weaker ones cautious.
    """
    choices = list(product(periods(years).items(), SAMPLES, EFFECTS))
    given = Material.of(panel, years, draws, seed)
    found = chain.from_iterable(or_threads(engine).map(_specifications, given, choices))
    rows, drawn, firm = zip(*found, strict=True)
    table = pd.DataFrame(rows)
    margin = stats.t.ppf(1 - LEVEL / 2, table["clusters"] - 1) * table["se"]
    table["low"], table["high"] = table["estimate"] - margin, table["estimate"] + margin
    table["p_value"] = 2 * stats.t.sf((table["estimate"] / table["se"]).abs(), table["clusters"] - 1)
    table["rank"] = table.groupby("term")["estimate"].rank(method="first").astype(int)
    table["main"] = (table[list(CHOICES)] == pd.Series(MAIN)).all(axis=1)
    return table, _joint(table, np.array(drawn), np.array(firm))


def _joint(table: pd.DataFrame, drawn: Array, firm: Array) -> pd.DataFrame:
    """Return the curve of each term in one row, with its permutation tests."""
    rows = []
    for term in FOCAL:
        mine = (table["term"] == term).to_numpy()
        values = drawn[mine]
        medians = np.median(values, axis=0)
        shares = np.maximum((firm[mine] > 0).mean(axis=0), (firm[mine] < 0).mean(axis=0))
        low, high = np.quantile(values[:, 0], [0.05, 0.95])
        rows.append(
            {
                "term": term,
                "specifications": int(mine.sum()),
                "median": medians[0],
                "lowest": low,
                "highest": high,
                "positive_share": (values[:, 0] > 0).mean(),
                "significant_share": (firm[mine][:, 0] == np.sign(medians[0])).mean(),
                "median_p_value": (np.abs(medians) >= abs(medians[0]) - 1e-12).mean(),
                "share_p_value": (shares >= shares[0] - 1e-12).mean(),
                "draws": values.shape[1] - 1,
            }
        )
    return pd.DataFrame(rows)
