"""The Kreise by age: the ages of 2015 carried to 2021 and 2024 as they could be foreseen in 2015.

Births per woman and migration are those before 2015, its ages those of the people (no profile was known then); beside
it stands the profile of 2024, which nobody had. The count of 2024 rests on the census of 2022, which set the Kreise
anew: its break is taken out of the total of each Kreis, by age as in the Land (``trials.break_by_age``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS, bounds, membership
from dewak_research.planning.draws import PERCENTILES, Reaction, group_draws
from dewak_research.planning.known import KREIS_DIGITS

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Ints = NDArray[np.integer[Any]]
TOTAL = "total"


def within(groups: Sequence[str]) -> Floats:
    """Return which of ``GROUPS`` lies in which of coarser groups, and all in the last column: the total.

    Raises
    ------
    ValueError
        A group cuts one of ``GROUPS``.
    """
    part = membership().T @ membership(groups)
    whole = part / membership().sum(axis=0)[:, None]
    if not np.isin(np.round(whole, 12), (0, 1)).all():
        raise ValueError(f"{tuple(groups)} cut groups of {GROUPS}")
    return np.concatenate([np.round(whole), np.ones((len(GROUPS), 1))], axis=1)


def drawn_kreise(
    react: Reaction,
    deviation: Floats32,
    ags: Sequence[str],
    kreis: Ints,
    year: int,
    groups: Sequence[str],
    misses: AgeMisses | Sequence[AgeMisses] | None = None,
    seed: int = 0,
) -> Floats32:
    """Return drawn persons of the Kreise, both sexes, in one year after the base; ``misses`` as in ``group_draws``.

    Returns
    -------
    array (draws, kreise, groups + 1)
        The total last.
    """
    coarse = within(groups).astype(np.float32)
    every = group_draws(react, deviation, ags, kreis, misses, seed)
    found = [drawn[:, year, -1].sum(axis=1) @ coarse for _, drawn in every]
    return np.stack(found, axis=1)


def expected_kreise(persons: Floats, kreis: Ints, groups: Sequence[str]) -> Floats:
    """Return persons of the Kreise, both sexes, by group of age with the total last: (kreise, groups + 1)."""
    both = persons.sum(axis=1) @ membership() @ within(groups)
    out = np.zeros((int(kreis.max()) + 1, both.shape[1]))
    np.add.at(out, kreis, both)
    return out


def age_table(
    names: Sequence[str],
    groups: Sequence[str],
    years: tuple[int, int],
    truth: Floats,
    found: Mapping[str, Floats],
    drawn: Floats32,
    *,
    break_removed: bool,
) -> pd.DataFrame:
    """Return the backtest of the Kreise by age.

    Parameters
    ----------
    names : sequence of str
        Keys of the Kreise.
    groups : sequence of str
        Groups of age; the total follows.
    years : tuple of int
        Origin and target.
    truth : array (kreise, groups + 1)
    found : mapping
        Method → array (kreise, groups + 1); NaN = not known.
    drawn : array (draws, kreise, groups + 1)

    Returns
    -------
    DataFrame
        ags, age, origin, target, truth, methods, p05, p50, p95, break_removed.
    """
    if any(len(name) != KREIS_DIGITS for name in names):
        raise ValueError("a Kreis has a key of five digits")
    ends = np.percentile(drawn, PERCENTILES, axis=0)
    ages = [*sorted(groups, key=lambda group: bounds(group)[0]), TOTAL]
    return pd.DataFrame(
        {
            "ags": np.repeat(list(names), len(ages)),
            "age": np.tile(ages, len(names)),
            "origin": years[0],
            "target": years[1],
            "truth": truth.ravel(),
            **{method: values.ravel() for method, values in found.items()},
            **{f"p{p:02d}": ends[i].ravel() for i, p in enumerate(PERCENTILES)},
            "break_removed": break_removed,
        }
    )
