"""A plan under a law that asks whether a deficit is covered (``deficit_test``): tested as it is and with any effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.booked_plan import BookedPlan
from dewak_research.stress.deficit_test import Cover, Floats, Stocks, Tested, deficit_test
from dewak_research.stress.plan_test import plan_test

REASONS = ("not_balanced", "overindebted", "about_to_be")  #: of a duty, in the order in which they are named
STOCKS = ("ordinary_reserve_eur", "extraordinary_reserve_eur", "carried_eur", "net_position_eur")


@dataclass(frozen=True)
class DeficitPlan(BookedPlan):
    """What an effect is tested on; effects act on the ordinary result (assumption).

    Parameters
    ----------
    extraordinary_eur : ndarray
        Extraordinary result by year of the path; the rest of the result is the ordinary one.
    before : Stocks
        Of the end of the year before the path; NaN = unknown.
    """

    extraordinary_eur: Floats
    before: Stocks

    def tested(self, effect: Floats) -> pd.DataFrame:
        """Test every year of the path with an effect on the result by year of ``years`` (EUR).

        Returns
        -------
        DataFrame
            As ``plan_test`` without a ladder (its triggers are NA), and: ordinary_eur, extraordinary_eur, status (name
            of :class:`Cover`, lower case), left_open (whether only the end of the plan keeps a deficit from being
            made up for), ``STOCKS`` at the end of the year, not_balanced, overindebted, about_to_be, duty (boolean, NA
            = unknown; no duty before the budget year, whose years only have accounts).
        """
        shocked = self._with(effect[:, None])[:, 0]
        path = self.path.assign(result_eur=shocked)
        table = plan_test(path, self.rules, *self.reserves, plan_year=self.years[0] if self.years else None)
        ordinary = shocked - self.extraordinary_eur
        found = deficit_test(ordinary, self.extraordinary_eur, self.before, self.rules)
        unknown = found.undefined & ~found.duty
        flags = {name: pd.arrays.BooleanArray(getattr(found, name).copy(), unknown) for name in REASONS}
        budget = (self.path["year"] >= self.years[0]).to_numpy() if self.years else np.zeros(len(path), bool)
        return table.assign(
            ordinary_eur=ordinary,
            extraordinary_eur=self.extraordinary_eur,
            status=[Cover(code).name.lower() for code in found.cover],
            left_open=found.plan_ends,
            **{name: [float(getattr(stock, name)) for stock in found.stocks] for name in STOCKS},
            **flags,
            duty=pd.arrays.BooleanArray(found.duty & budget, unknown & budget),
        )

    def duty(self, tested: pd.DataFrame) -> pd.Series[bool]:
        """Return by row whether a consolidation plan is due; NA = unknown."""
        return tested["duty"]

    @property
    def _is_known(self) -> bool:
        stocks = [getattr(self.before, name) for name in STOCKS]
        known = (self.path["result_eur"], self.extraordinary_eur, np.array(stocks, float))
        return not any(np.isnan(np.asarray(part, float)).any() for part in known)

    def crossed_by(self, effects_eur: Floats) -> NDArray[np.bool_]:
        """Whether a consolidation plan is due in any year of ``years`` with each of several effects.

        Parameters
        ----------
        effects_eur : ndarray, shape (len(years), n)
            Effects on the ordinary result, EUR.
        """
        found = self.found(self._with(effects_eur))
        asked = np.isin(self.path["year"].to_numpy(int), self.years)
        return np.asarray((found.duty & ~found.undefined)[asked].any(axis=0))

    def found(self, result_eur: Floats) -> Tested:
        """Test results of the path, shape (years of the path, n)."""
        apart = self.extraordinary_eur[:, None]
        stocks = (np.full(result_eur.shape[1], float(getattr(self.before, name))) for name in STOCKS)
        return deficit_test(
            result_eur - apart, np.broadcast_to(apart, result_eur.shape), Stocks(*stocks), self.rules
        )

    def _with(self, effects_eur: Floats) -> Floats:
        span = self.path["year"].to_numpy(int)
        results = np.repeat(
            self.path["result_eur"].to_numpy(np.float64)[:, None], effects_eur.shape[1], axis=1
        )
        results[np.searchsorted(span, self.years)] += effects_eur
        return results


def recovery(tested: pd.DataFrame, rules: RuleSet) -> pd.DataFrame:
    """Return what a consolidation plan has to reach by when, and how far the plan gets (circular of Lower Saxony, 2.1).

    Parameters
    ----------
    tested : DataFrame
        Result of :meth:`DeficitPlan.tested`.

    Returns
    -------
    DataFrame
        One row, none without a duty: duty_year, last_year, balanced_year (first year from which the plan is balanced,
        or counts as balanced, to its end; NA = not in the last), carried_eur (deficits carried at the end of the plan),
        carried_by_years (years after their establishment by which they should be covered).
    """
    due = tested["duty"].fillna(False).to_numpy(bool)
    if not due.any():
        return pd.DataFrame()
    years, at = tested["year"].to_numpy(int), int(due.argmax())
    met = tested["status"].isin(["balanced", "covered", "cross_covered", "covered_later"]).to_numpy()
    lost = np.flatnonzero(~met)
    start = max(at, int(lost[-1]) + 1 if lost.size else 0)
    row = {
        "duty_year": int(years[at]),
        "last_year": int(years[-1]),
        "balanced_year": int(years[start]) if start < len(years) else None,
        "carried_eur": float(tested["carried_eur"].iloc[-1]),
        "carried_by_years": rules.carried_cover_years,
    }
    return pd.DataFrame([row]).astype({"balanced_year": "Int64", "carried_by_years": "Int64"})
