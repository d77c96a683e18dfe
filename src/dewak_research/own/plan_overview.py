"""What an own plan amounts to: its deficits, the first line of the law it crosses and when, and what would help."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dewak_research.own.measures import entered_measures
from dewak_research.own.plan import latest
from dewak_research.own.stress import OwnStress
from dewak_research.stress.booked_plan import LINES_OF_LAW
from dewak_research.stress.deficit_plan import REASONS
from dewak_research.stress.policy import measures_effect_eur


@dataclass(frozen=True)
class Duty:
    """The first duty to draw up an HSK that a plan leads to (§ 76(1) GO NRW; in Lower Saxony § 110(8) NKomVG).

    Attributes
    ----------
    year : int
        Year in which the line is crossed.
    line : str
        "n1", "n2" or "n3"; the lowest number where several are crossed. Under a law that tests deficits one of
        ``REASONS``, the first that holds.
    arises : str
        "budget": with the Haushaltssatzung of the budget year already; "accounts": with the annual accounts of
        ``year``, if the result comes as planned.
    again : bool
        Whether the annual accounts of ``year`` lead to it once more.
    """

    year: int
    line: str
    arises: str
    again: bool


@dataclass(frozen=True)
class Overview:
    """Figures of the three sentences at the head of the report; EUR, NaN = unknown.

    Attributes
    ----------
    results : Series
        Result by year, from the budget year to the end of the plan.
    heads : float
        Inhabitants of the last year with any.
    room_year, room_eur
        Smallest headroom of all plan years up to the lower line of the law, and its year (None = unknown).
    bearable_eur : float
        Lasting loss a year that the plan bears in every year; 0 = a line is crossed without it.
    needed_eur : float
        Lasting improvement a year with which no line is crossed.
    to_balance_eur : float
        Lasting improvement a year with which every year is balanced: the largest deficit.
    measures_eur : float
        What the measures of the workbook bring in the last year; NaN = none entered.
    """

    results: pd.Series[float]
    heads: float
    duty: Duty | None
    known: bool
    room_year: int | None
    room_eur: float
    bearable_eur: float
    needed_eur: float
    to_balance_eur: float
    measures_eur: float

    def per_head(self, amount_eur: float) -> float:
        """Return an amount per inhabitant, NaN where either is unknown."""
        return amount_eur / self.heads if self.heads > 0 else float("nan")


def overview(frame: pd.DataFrame, stress: OwnStress, measures: pd.DataFrame) -> Overview | None:
    """Return the figures of the first page; None without a plan.

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    measures : DataFrame
        Sheet of measures of the workbook.
    """
    if stress.budget_year is None or stress.plan.empty or stress.booked is None:
        return None
    part = stress.plan[stress.plan["year"] >= stress.budget_year].set_index("year")
    room_year, room = smallest_room(stress.plan, stress.budget_year)
    effect = measures_effect_eur(entered_measures(measures), tuple(int(year) for year in part.index))
    return Overview(
        results=part["result_eur"],
        heads=latest(frame, "population", "einwohner", "actual"),
        duty=first_duty(stress),
        known=_is_known(stress, part),
        room_year=room_year,
        room_eur=room,
        bearable_eur=stress.booked.bearable_loss_eur(),
        needed_eur=stress.booked.needed_gain_eur(),
        to_balance_eur=max(0.0, -float(part["result_eur"].min(skipna=False))),
        measures_eur=float(effect[-1]) if len(measures) else float("nan"),
    )


def _is_known(stress: OwnStress, part: pd.DataFrame) -> bool:
    if stress.rules.tests_deficit:
        return bool(part["duty"].notna().all())
    return stress.rules.has_ladder and bool(stress.plan["n2"].notna().all())


def first_duty(stress: OwnStress) -> Duty | None:
    """Return the first duty of a plan, None where there is none or it cannot be told."""
    if stress.rules.tests_deficit:
        return _first_reason(stress.plan)
    for row in stress.plan.to_dict("records"):
        crossed = [name for name in LINES_OF_LAW if row[name] is not pd.NA and row[name]]
        if crossed:
            dates = {name: str(row[f"{name}_arises"]) for name in crossed}
            early = [name for name in crossed if dates[name] == "budget"]
            line = (early or crossed)[0]
            again = bool(early) and stress.rules.duty_with_accounts
            return Duty(int(row["year"]), line, dates[line], again)
    return None


def _first_reason(plan: pd.DataFrame) -> Duty | None:
    """Return the first year whose budget calls for a consolidation plan, and why."""
    due = plan[plan["duty"].fillna(False)].to_dict("records")
    return (
        Duty(int(due[0]["year"]), next(one for one in REASONS if due[0][one] is True), "budget", False)
        if due
        else None
    )


def smallest_room(plan: pd.DataFrame, budget_year: int) -> tuple[int | None, float]:
    """Return the year and amount (EUR) of the smallest headroom of the plan years up to the lower line.

    Negative = that line is crossed; (None, NaN) where a year is unknown or no line holds.
    """
    rooms = plan.loc[plan["year"] >= budget_year].set_index("year")["headroom_n2_eur"]
    if rooms.empty or rooms.isna().any():
        return None, float("nan")
    return int(str(rooms.idxmin())), float(rooms.min())
