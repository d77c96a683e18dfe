"""What relief of so many euros per inhabitant and year changes: for one unit, and for all units by kind.

The deficit of a town is mostly far from what such relief brings: its trigger probability hardly moves. A budget that
lies close to a threshold by itself, as that of some Kreise, moves more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from dewak_research.stress.one_unit import UnitShocks
from dewak_research.stress.run import Run
from dewak_research.stress.what_if import trigger_probabilities, with_change, with_interest

STEPS_EUR_PC = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
EVERYWHERE_EUR_PC = (2.0, 10.0)
POINTS = 100.0


def relief_steps(
    unit: UnitShocks, population: float, steps: Sequence[float] = STEPS_EUR_PC, price_factor: float = 1.0
) -> pd.DataFrame:
    """Return what relief of so many euros per inhabitant, every year, changes; the first row is none.

    Parameters
    ----------
    price_factor : float
        Euros of the unit's budget per euro of relief.

    Returns
    -------
    DataFrame
        relief_eur_pc, relief_eur (a year), headroom_eur (both in euros of the relief), probability,
        probability_change (share; same draws).
    """
    per_head = np.array([0.0, *steps])
    yearly = np.repeat(per_head[:, None] * population, unit.book.years, axis=1)
    paths = with_interest(price_factor * yearly, unit.settings.borrowing_rate_share)
    chance = unit.probabilities(paths)
    return pd.DataFrame(
        {
            "relief_eur_pc": per_head,
            "relief_eur": yearly[:, 0],
            "headroom_eur": unit.bearable_loss_eur(paths) / price_factor,
            "probability": chance,
            "probability_change": chance - chance[0],
        }
    )


def relief_everywhere(
    run: Run,
    steps: Sequence[float] = EVERYWHERE_EUR_PC,
    draws: int | None = None,
    price_factor: float = 1.0,
) -> pd.DataFrame:
    """Return what the same relief changes in the units of a run, by kind of unit.

    Parameters
    ----------
    run : Run
        Each unit is relieved by itself: what a Kreis gains is not passed on to its towns.
    steps : sequence of float
        EUR per inhabitant and year.
    draws : int, optional
        By default those of the run, so that a unit has the same number here as among :func:`relief_steps`.
    price_factor : float
        Euros of the budgets of the run per euro of relief.

    Returns
    -------
    DataFrame
        kind, relief_eur_pc, units (with a balance sheet), fall_median_points, fall_largest_points (of the trigger
        probability, percentage points, same draws), one_point_units (units whose probability falls by a point or more).
    """
    people = run.table["population"].to_numpy(float)
    books = {"without": run.book}
    for step in steps:
        yearly = np.repeat((price_factor * step * people)[:, None], run.book.years, axis=1)
        change = with_interest(yearly, run.settings.borrowing_rate_share).T
        books[str(step)] = with_change(run.book, change)
    number = run.params.draws if draws is None else draws
    chance = trigger_probabilities(run, books, number, run.frequencies[0]).set_index("ags").dropna()
    kind = run.table.set_index("ags")["kind"].reindex(chance.index)
    rows = []
    for step in steps:
        fall = POINTS * (chance["without"] - chance[str(step)])
        found = fall.groupby(kind).agg(
            units="size",
            fall_median_points="median",
            fall_largest_points="max",
            one_point_units=lambda part: int((part >= 1.0 - 1e-9).sum()),
        )
        rows.append(found.reset_index().assign(relief_eur_pc=step))
    table = pd.concat(rows, ignore_index=True)
    columns = [
        "kind",
        "relief_eur_pc",
        "units",
        "fall_median_points",
        "fall_largest_points",
        "one_point_units",
    ]
    return table[columns].sort_values(["relief_eur_pc", "kind"], ignore_index=True)
