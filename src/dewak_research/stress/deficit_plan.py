"""A plan under a law that asks whether a deficit is covered (``deficit_test``): tested as it is and with any effect."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.booked_plan import BookedPlan
from dewak_research.stress.deficit_test import MET, Cover, Floats, Stocks, Tested, deficit_test
from dewak_research.stress.plan_test import plan_test

#: Tests that may not be met, in the order in which they are named.
REASONS = ("not_balanced", "redemption_not_covered", "overindebted", "about_to_be")
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
    cash_eur : ndarray
        Balance of current administration less the redemption of loans by year of the path, where the law asks for it;
        an effect on the result is one on cash, too (assumption). NaN = unknown.
    offset_eur : ndarray
        What the plan sets against the base capital by year of the path.
    """

    extraordinary_eur: Floats
    before: Stocks
    cash_eur: Floats | float = 0.0
    offset_eur: Floats | float = 0.0

    def tested(self, effect: Floats) -> pd.DataFrame:
        """Test every year of the path with an effect on the result by year of ``years`` (EUR).

        Returns
        -------
        DataFrame
            As ``plan_test`` without a ladder (its triggers are NA), and: ordinary_eur, extraordinary_eur, status (name
            of :class:`Cover`, lower case), left_open (whether only the end of the plan keeps a deficit from being
            made up for), ``STOCKS`` at the end of the year, cash_eur (current administration less redemption),
            written_off_eur (charged to the base capital), ``REASONS``, duty (boolean, NA = unknown; no duty before the
            budget year, whose years only have accounts).
        """
        shocked = self._with(effect[:, None])[:, 0]
        path = self.path.assign(result_eur=shocked)
        table = plan_test(path, self.rules, *self.reserves, plan_year=self.years[0] if self.years else None)
        ordinary = shocked - self.extraordinary_eur
        effects = shocked - self.path["result_eur"].to_numpy(np.float64)
        cash = self.cash_eur + np.where(np.isnan(effects), 0.0, effects)
        found = deficit_test(ordinary, self.extraordinary_eur, self.before, self.rules, self.offset_eur, cash)
        unknown = found.undefined & ~found.duty
        unsaid = {
            "not_balanced": found.cover == Cover.UNDEFINED,
            "redemption_not_covered": found.cash_unknown,
        }
        flags = {
            name: pd.arrays.BooleanArray(getattr(found, name).copy(), unsaid.get(name, found.net_unknown))
            for name in REASONS
        }
        budget = (self.path["year"] >= self.years[0]).to_numpy() if self.years else np.zeros(len(path), bool)
        return table.assign(
            ordinary_eur=ordinary,
            extraordinary_eur=self.extraordinary_eur,
            status=[Cover(code).name.lower() for code in found.cover],
            left_open=found.plan_ends,
            **{name: [float(getattr(stock, name)) for stock in found.stocks] for name in STOCKS},
            cash_eur=cash,
            written_off_eur=found.written_off_eur,
            **flags,
            duty=pd.arrays.BooleanArray(found.duty & budget, unknown & budget),
        )

    def duty(self, tested: pd.DataFrame) -> pd.Series[bool]:
        """Return by row whether a consolidation plan is due; NA = unknown."""
        return tested["duty"]

    @property
    def is_known(self) -> bool:
        """Whether results, stocks and, where the law asks for it, cash are known."""
        stocks = [getattr(self.before, name) for name in STOCKS]
        asked = np.broadcast_to(self.cash_eur, len(self.path))[self._asked]
        known = (self.path["result_eur"], self.extraordinary_eur, np.array(stocks, float), asked)
        return not any(np.isnan(np.asarray(part, float)).any() for part in known)

    def crossed_by(self, effects_eur: Floats) -> NDArray[np.bool_]:
        """Whether a consolidation plan is due in any year of ``years`` with each of several effects.

        Parameters
        ----------
        effects_eur : ndarray, shape (len(years), n)
            Effects on the ordinary result, EUR.
        """
        found = self.found(self._with(effects_eur))
        return np.asarray((found.duty & ~found.undefined)[self._asked].any(axis=0))

    @property
    def _asked(self) -> NDArray[np.bool_]:
        return np.isin(self.path["year"].to_numpy(int), self.years)

    def found(self, result_eur: Floats) -> Tested:
        """Test results of the path, shape (years of the path, n)."""
        apart, planned = (
            self.extraordinary_eur[:, None],
            self.path["result_eur"].to_numpy(np.float64)[:, None],
        )
        span = (len(self.path), 1)
        offset, cash = (
            np.broadcast_to(one, len(self.path)).reshape(span) for one in (self.offset_eur, self.cash_eur)
        )
        stocks = (np.full(result_eur.shape[1], float(getattr(self.before, name))) for name in STOCKS)
        return deficit_test(
            result_eur - apart, np.broadcast_to(apart, result_eur.shape), Stocks(*stocks), self.rules,
            np.broadcast_to(offset, result_eur.shape), cash + result_eur - planned,
        )  # fmt: skip

    def _with(self, effects_eur: Floats) -> Floats:
        span = self.path["year"].to_numpy(int)
        results = np.repeat(
            self.path["result_eur"].to_numpy(np.float64)[:, None], effects_eur.shape[1], axis=1
        )
        results[np.searchsorted(span, self.years)] += effects_eur
        return results


def recovery(tested: pd.DataFrame, rules: RuleSet) -> pd.DataFrame:
    """Return what a consolidation plan has to reach by when, and how far the plan gets.

    Parameters
    ----------
    tested : DataFrame
        Result of :meth:`DeficitPlan.tested`.

    Returns
    -------
    DataFrame
        One row, none without a duty: duty_year, last_year, balanced_year (first year from which the plan is balanced,
        or counts as balanced, to its end; NA = not in the last), carried_eur (deficits carried at the end of the plan),
        carried_by_years (years after their establishment by which they should be covered; NA = the law states none).
    """
    due = tested["duty"].fillna(False).to_numpy(bool)
    if not due.any():
        return pd.DataFrame()
    years, at = tested["year"].to_numpy(int), int(due.argmax())
    met = tested["status"].isin(MET).to_numpy() & ~tested["redemption_not_covered"].fillna(False).to_numpy(
        bool
    )
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
