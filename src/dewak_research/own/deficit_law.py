"""From the workbook to the test on deficits: the two results of every year and what stood before them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.own.plan import series
from dewak_research.rules import RuleSet
from dewak_research.stress.deficit_plan import DeficitPlan
from dewak_research.stress.deficit_test import Stocks

UNKNOWN = float("nan")


def deficit_plan(
    frame: pd.DataFrame,
    path: pd.DataFrame,
    start: dict[str, float] | None,
    reserves: tuple[float, float],
    rules: RuleSet,
    years: list[int],
) -> DeficitPlan:
    """Return a plan ready for the test.

    A year without an entry under extraordinary income and costs has none. A result that stands in the balance sheet
    only counts as ordinary (assumption).

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    path, start
        Results of ``plan.result_path`` and ``plan.opening``; start is None where no balance sheet joins the plan.
    reserves : (float, float)
        Of ``BookedPlan``: nothing, and the net position before the path.
    years : list of int
        Years an effect can touch.
    """
    apart = series(frame, "result_plan", "extraordinary_result")
    extraordinary = np.array([apart.get(year, 0.0) for year in path["year"]], dtype=np.float64)
    before = Stocks.of(*(UNKNOWN,) * 4)
    if start is not None:
        before = Stocks.of(*(_stock(frame, start, role) for role in ROLES), reserves[1])
    return DeficitPlan(path, reserves, rules, years, extraordinary, before)


ROLES = ("ordinary_reserve", "extraordinary_reserve", "carried_deficits")


def _stock(frame: pd.DataFrame, start: dict[str, float], role: str) -> float:
    known = series(frame, "balance", role, "actual")
    return float(known.get(int(start["year"]), UNKNOWN))
