"""From the workbook to the test on deficits: the two results of every year and what stood before them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.own.plan import plan_lines, series
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

    A year without an entry under extraordinary income and costs, or for the base capital, has none. A result that
    stands in the balance sheet only counts as ordinary (assumption).

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
    span = [int(year) for year in path["year"]]
    extraordinary, offset = (
        np.asarray(series(frame, "result_plan", role).reindex(span, fill_value=0.0), np.float64)
        for role in ("extraordinary_result", "base_capital_offset")
    )
    offset = offset if rules.base_capital_offset else np.zeros(len(span))
    before = Stocks.of(*(UNKNOWN,) * 4)
    if start is not None:
        before = Stocks.of(*(_stock(frame, start, role) for role in ROLES), reserves[1])
    cash = cash_after_redemption(frame, span) if rules.redemption_covered else np.zeros(len(span))
    return DeficitPlan(path, reserves, rules, years, extraordinary, before, cash, offset)


def cash_after_redemption(frame: pd.DataFrame, years: list[int]) -> NDArray[np.float64]:
    """Return the balance of current administration less the redemption of loans by year, EUR; NaN = not entered.

    Payments for redemption are those for ordinary redemption (and to the Hessenkasse): less what only replaces one loan
    by another, and less what receipts for that purpose pay, as far as both are entered.
    """
    balance, paid = (
        plan_lines(frame, (role,), years, "finance_plan") for role in ("operating_balance", "loans_repaid")
    )
    spared = [
        np.nan_to_num(plan_lines(frame, (role,), years, "finance_plan"))
        for role in ("refinanced", "earmarked")
    ]
    return np.asarray(balance - np.maximum(paid - sum(spared), 0.0), np.float64)


ROLES = ("ordinary_reserve", "extraordinary_reserve", "carried_deficits")


def _stock(frame: pd.DataFrame, start: dict[str, float], role: str) -> float:
    known = series(frame, "balance", role, "actual")
    return float(known.get(int(start["year"]), UNKNOWN))
