"""Own measures booked on the lines of the result plan that they change: income rises, costs fall, sums follow once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.own.bookable_lines import SHEET, is_cost, moved_with
from dewak_research.own.roles import line_for
from dewak_research.stress.policy import Measure

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class EnteredMeasure(Measure):
    """A measure of the workbook; ``line`` is the line of the result plan that it changes, None = not told."""

    line: str | None = None


def changes_by_line(measures: Sequence[EnteredMeasure], years: Sequence[int]) -> dict[str, Floats]:
    """Return by how much every line of the result plan changes through the measures that name one.

    Returns
    -------
    dict
        line → change of its amount by year, EUR, shape (T,): of the lines named, the lines they are part of and every
        sum above, each measure once.
    """
    found: dict[str, Floats] = {}
    for measure in measures:
        if measure.line is None:
            continue
        effect = measure.effect_eur(tuple(years))
        moved = {line: sign * (-1.0 if is_cost(measure.line) else 1.0)
                 for line, sign in moved_with(measure.line).items()}  # fmt: skip
        if (
            line_for(SHEET, "annual_result") not in moved
        ):  # printed for information: the result moves all the same
            moved |= dict.fromkeys(moved_with(line_for(SHEET, "annual_result")), 1.0)
        for line, sign in moved.items():
            found[line] = found.get(line, np.zeros(len(years))) + sign * effect
    return found


def booked_frame(
    frame: pd.DataFrame, measures: Sequence[EnteredMeasure], years: Sequence[int]
) -> pd.DataFrame:
    """Return the plan with the measures on their lines; lines without an amount stay unknown, sums move all the same.

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    years : sequence of int
        Years of the plan that measures touch.
    """
    booked = frame.copy()
    changes, place = changes_by_line(measures, years), {year: t for t, year in enumerate(years)}
    rows = (booked["sheet"] == SHEET) & (booked["kind"] == "plan") & booked["year"].isin(list(place))
    for index, line, year in booked.loc[rows, ["line", "year"]].itertuples(name=None):
        if line in changes:
            booked.loc[index, "value"] += changes[line][place[year]]
    return booked
