"""A plan booked on its reserves: what any effect on its results does to the triggers, and the fall it just bears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.plan_test import plan_test
from dewak_research.stress.reverse import smallest_size
from dewak_research.stress.triggers import triggers

Floats = NDArray[np.float64]
LARGEST_FALL, STEPS = 1.0, 30
LINES_OF_LAW = ("n1", "n2", "n3")  #: triggers of a duty, columns of a tested plan


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

    def duty(self, tested: pd.DataFrame) -> pd.Series[bool]:
        """Return by row of a tested path whether a line of the law is crossed; NA = unknown."""
        return tested[list(LINES_OF_LAW)].any(axis=1, skipna=False).astype("boolean")

    def first_crossed(self, tested: pd.DataFrame) -> int | None:
        """Return the first year in which a line of the law is crossed, or None."""
        hit = self.duty(tested).fillna(False)
        return int(tested.loc[hit, "year"].iloc[0]) if hit.any() else None

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
        if not self.is_known or np.isnan(tax_eur).any():
            return float("nan")
        base: Floats = np.zeros(len(self.years)) + effect
        return self._smallest(lambda shares: self.crossed_by(base[:, None] - tax_eur[:, None] * shares))

    def bearable_loss_eur(self) -> float:
        """Return the lasting loss a year, the same in every year of ``years``, from which a line is crossed, EUR.

        Returns
        -------
        float
            0 = crossed without it, NaN = unknown. All years count together: what one year takes from the
            Ausgleichsrücklage is gone in the next.
        """
        return self._lasting_eur(-1.0)

    def needed_gain_eur(self) -> float:
        """Return the lasting improvement a year with which no line is crossed, EUR.

        Returns
        -------
        float
            0 = none is needed, inf = the line is crossed before an improvement begins, NaN = unknown.
        """
        return self._lasting_eur(1.0)

    def _lasting_eur(self, sign: float) -> float:
        if not self.is_known:
            return float("nan")
        most = float(np.abs(self.path["result_eur"]).sum() + np.abs(self.reserves).sum()) + 1.0
        every = sign * most * np.ones((len(self.years), 1))
        share = self._smallest(lambda sizes: self.crossed_by(every * sizes) == (sign < 0))
        return most * share if np.isfinite(share) else share

    @property
    def is_known(self) -> bool:
        """Whether every number is known that tells of any effect whether a line of the law is crossed."""
        known = (self.reserves, self.path["result_eur"])
        return self.rules.has_ladder and not any(np.isnan(np.asarray(part, float)).any() for part in known)

    def _smallest(self, reached: Callable[[Floats], NDArray[np.bool_]]) -> float:
        return float(smallest_size(reached, np.zeros(1), np.full(1, LARGEST_FALL), STEPS)[0])

    def crossed_by(self, effects_eur: Floats) -> NDArray[np.bool_]:
        """Whether the plan crosses a line in any year, on either date of § 76(1), with each of several effects.

        Parameters
        ----------
        effects_eur : ndarray, shape (len(years), n)
            Effects on the result, EUR.

        Returns
        -------
        ndarray of bool, shape (n,)
            As ``first_trigger(self.tested(effect)) is not None`` for each column.
        """
        span = self.path["year"].to_numpy(int)
        results = np.repeat(
            self.path["result_eur"].to_numpy(np.float64)[:, None], effects_eur.shape[1], axis=1
        )
        results[np.searchsorted(span, self.years)] += effects_eur
        reserves = Reserves.opening(*(np.full(effects_eur.shape[1], stock) for stock in self.reserves))
        before = reserves.equity_eur
        general, equity, reduction = [reserves.allgemeine_ruecklage_eur], [], []
        for result in results:
            reserves, outcome = step(result, reserves, self.rules)
            general.append(reserves.allgemeine_ruecklage_eur)
            equity.append(reserves.equity_eur)
            reduction.append(outcome.reduction_eur)
        figures = (np.array(reduction), np.array(general), np.array(equity), self.rules)
        year = int(np.searchsorted(span, self.years[0])) if self.years else 0
        drawn_up = triggers(*figures, plan_year=year, equity_before_eur=before)
        confirmed = triggers(*figures)
        hit = drawn_up.any_year | (confirmed.any_year & self.rules.duty_with_accounts)
        return np.asarray((hit & ~confirmed.undefined).any(axis=0))


def first_trigger(tested: pd.DataFrame) -> int | None:
    """Return the first year in which N1, N2 or N3 holds, or None."""
    hit = tested[["n1", "n2", "n3"]].fillna(False).any(axis=1)
    return int(tested.loc[hit, "year"].iloc[0]) if hit.any() else None
