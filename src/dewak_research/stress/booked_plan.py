"""A plan booked on its reserves: what any effect on its results does to the triggers, and the fall it just bears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.plan_test import plan_test
from dewak_research.stress.reverse import smallest_size

Floats = NDArray[np.float64]
LARGEST_FALL, STEPS = 1.0, 30


@dataclass(frozen=True)
class BookedPlan:
    """What an effect is booked on.

    Parameters
    ----------
    path : DataFrame
        year (consecutive), result_eur; may begin before the plan.
    reserves : (float, float)
        Ausgleichsrücklage and allgemeine Rücklage before the path; NaN = unknown.
    rules : RuleSet
    years : list of int
        Years an effect can touch: the budget year and those after it.
    """

    path: pd.DataFrame
    reserves: tuple[float, float]
    rules: RuleSet
    years: list[int]

    def tested(self, effect: Floats) -> pd.DataFrame:
        """Book the path with an effect on the result by year (EUR) and test the triggers; see ``plan_test``."""
        added = self.path["year"].map(dict(zip(self.years, effect, strict=True))).fillna(0.0)
        shocked = self.path.assign(result_eur=self.path["result_eur"] + added)
        return plan_test(shocked, self.rules, *self.reserves, plan_year=self.years[0] if self.years else None)

    def critical_fall_share(self, tax_eur: Floats, effect: Floats | float = 0.0) -> float:
        """Smallest lasting fall of a tax that crosses a line.

        Parameters
        ----------
        tax_eur : ndarray
            What is left of the tax by year of ``years``, EUR.
        effect : ndarray or float
            Further effect on the result by year, EUR.

        Returns
        -------
        float
            Share; 0 = crossed without it, inf = not even by a complete loss, NaN = unknown.
        """
        known = (tax_eur, self.reserves, self.path["result_eur"])
        if not self.rules.has_ladder or any(np.isnan(np.asarray(part, float)).any() for part in known):
            return float("nan")

        def crossed(shares: Floats) -> NDArray[np.bool_]:
            return np.array(
                [first_trigger(self.tested(effect - share * tax_eur)) is not None for share in shares]
            )

        return float(smallest_size(crossed, np.zeros(1), np.full(1, LARGEST_FALL), STEPS)[0])


def first_trigger(tested: pd.DataFrame) -> int | None:
    """Return the first year in which N1, N2 or N3 holds, or None."""
    hit = tested[["n1", "n2", "n3"]].fillna(False).any(axis=1)
    return int(tested.loc[hit, "year"].iloc[0]) if hit.any() else None
