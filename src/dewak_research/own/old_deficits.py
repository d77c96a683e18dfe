"""Are deficits of earlier years covered in time (§ 24(2) KomHKVO)? As far as balance sheets tell when they arose."""

from __future__ import annotations

import pandas as pd

from dewak_research.own.plan import series
from dewak_research.own.stress import OwnStress
from dewak_research.stress.deficit_plan import DeficitPlan
from dewak_research.stress.deficit_test import CENT

ESTABLISHED_AFTER = 1  #: years: the accounts of a year are adopted in the year after (assumption)


def old_deficits(frame: pd.DataFrame, stress: OwnStress) -> pd.DataFrame:
    """Return by year of the plan what of the deficits carried forward should be covered by its end and is not.

    A balance sheet shows what had arisen before its year, so that earlier ones tell how old a deficit is; what is made
    up for goes to the oldest. A year in which more is carried has made up for none (another result covers first).

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    stress : OwnStress
        Result of ``stress.run_own_stress`` under a law that tests deficits.

    Returns
    -------
    DataFrame
        year (from the budget year on), arisen_year (the last whose deficits are due by then), overdue_eur (0 = all of
        them are covered, NaN = cannot be told), missing (list of years whose balance sheet would tell); no row where
        nothing is carried forward in any known year, where the plan's own deficits are unknown, or without a period.
    """
    booked, period = stress.booked, stress.rules.carried_cover_years
    if not isinstance(booked, DeficitPlan) or period is None or stress.plan["carried_eur"].isna().any():
        return pd.DataFrame()
    carried = _carried(frame, stress, booked)
    if not any(amount >= 1.0 for amount in carried.values()):
        return pd.DataFrame()
    rows = []
    for year in booked.years:
        arisen = year - period - ESTABLISHED_AFTER
        begun = _begun(carried, arisen, year)
        left = _left(carried, begun, year)
        gone = [at + 1 for at in range(arisen, begun) if at not in carried]
        told = not gone or left <= CENT
        rows.append((year, arisen, left if told else float("nan"), [] if told else gone))
    return pd.DataFrame(rows, columns=["year", "arisen_year", "overdue_eur", "missing"])


def _carried(frame: pd.DataFrame, stress: OwnStress, booked: DeficitPlan) -> dict[int, float]:
    """Return what is carried forward at the end of each year that balance sheets or the plan tell of."""
    shown = series(frame, "balance", "carried_deficits", "actual")
    carried = {int(str(year)) - 1: float(amount) for year, amount in shown.items()}
    first = int(booked.path["year"].iloc[0])
    ends = dict(zip(stress.plan["year"].astype(int), stress.plan["carried_eur"].astype(float), strict=True))
    return carried | {first - 1: float(booked.before.carried_eur)} | ends


def _begun(carried: dict[int, float], arisen: int, year: int) -> int:
    """Return the earliest year from ``arisen`` on from which every year up to ``year`` is known."""
    begun = year
    while begun > arisen and begun - 1 in carried:
        begun -= 1
    return begun


def _left(carried: dict[int, float], begun: int, year: int) -> float:
    """Return what of the deficits carried at the end of ``begun`` is left at the end of ``year``."""
    made_up = sum(max(0.0, carried[at - 1] - carried[at]) for at in range(begun + 1, year + 1))
    return max(0.0, carried[begun] - made_up)
