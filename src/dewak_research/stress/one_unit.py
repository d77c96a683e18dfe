"""One unit whose shocks are kept: after one pass of the engine another result costs one walk up the ladder.

The pass simulates the unit and the Kreise alone. What is kept are the deviations from the path, which do not depend on
the path; a change of the result is added to the path, so that with and without it stand on the same draws and a change
of zero gives what the engine gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.stress.book import Book
from dewak_research.stress.distribution import at_frequency
from dewak_research.stress.items import BLOCKS, POSITION
from dewak_research.stress.reverse import LARGEST, smallest_size
from dewak_research.stress.run import Run
from dewak_research.stress.simulation import Paths, Settings, deviations, walked
from dewak_research.stress.triggers import Walk
from dewak_research.stress.what_if import with_change

Floats = NDArray[np.float64]
AT_ONCE = 100_000
"""Draws times changes that are walked together: few enough to stay in fast memory."""
TOLERANCE = 1e-6
_UNIT = np.zeros(1, np.int64)
_problem = messages(__package__)


@dataclass(frozen=True)
class UnitShocks:
    """The shocked deviations of one unit.

    Parameters
    ----------
    ags : str
    book : Book
        Of this unit alone.
    moved_eur : ndarray, shape (T, 1, D)
        Deviation of the result from the path in every draw, interest included.
    crisis_years : ndarray of int, shape (T, D)
        Crisis years up to and including year t.
    frequencies : (float, float, float)
        Crisis frequency and its interval, by which the draws are weighted.
    settings : Settings
    """

    ags: str
    book: Book
    moved_eur: Floats
    crisis_years: NDArray[np.int8]
    frequencies: tuple[float, float, float]
    settings: Settings

    @property
    def has_triggers(self) -> bool:
        """Whether a trigger can be told at all: there is a balance sheet, and the law knows triggers."""
        return bool(np.isfinite(self.book.allgemeine_ruecklage_eur[0]) and self.settings.rules.has_ladder)

    def walk(self, change_eur: ArrayLike = 0.0) -> Walk:
        """Book every draw with a change of the result, EUR: one number or shape (T,); arrays (T, 1, D)."""
        changed = with_change(self.book, np.asarray(change_eur, np.float64))
        return walked(changed, _UNIT, changed.result_eur[:, :, None] + self.moved_eur, self.settings)

    def probabilities(self, changes_eur: ArrayLike) -> Floats:
        """Probability of a trigger in any year under each of k changes of the result; NaN where none can be told.

        Weighted by the crisis frequency as on the pages.

        Parameters
        ----------
        changes_eur : array, shape (k,) or (k, T)
            EUR a year, negative = cost.

        Returns
        -------
        ndarray, shape (k,)

        Raises
        ------
        InputError
            A change has no value for every year, or one that is missing.
        """
        return np.asarray(self.at_frequencies(changes_eur, self.frequencies[:1])[0])

    def at_frequencies(self, changes_eur: ArrayLike, frequencies: tuple[float, ...]) -> Floats:
        """The same at given crisis frequencies, shape (frequencies, k)."""
        results = self._results(changes_eur)
        if not self.has_triggers:
            return np.full((len(frequencies), results.shape[1]), np.nan)
        years, draws = self.crisis_years.shape
        groups = self.crisis_years[-1][:, None] == np.arange(years + 1)
        member = groups.astype(np.float32)  # sums of ones: exact in any order
        hits = [self._hit(part).astype(np.float32) @ member for part in _parts(results, draws)]
        counts, total = np.rint(np.concatenate(hits)).astype(np.int64).T, groups.sum(axis=0)
        return np.stack([at_frequency(counts, total, years, frequency) for frequency in frequencies])

    def probability(self, change_eur: ArrayLike = 0.0) -> float:
        """Probability of a trigger in any year under one change: one number or shape (T,)."""
        return float(self.probabilities(np.asarray(change_eur, np.float64)[None])[0])

    def unshocked(self, change_eur: ArrayLike = 0.0) -> Walk:
        """Book the path itself with a change, without chance; arrays (T, 1, 1)."""
        changed = with_change(self.book, np.asarray(change_eur, np.float64))
        return walked(changed, _UNIT, changed.result_eur[:, :, None], self.settings)

    def bearable_loss_eur(self, changes_eur: ArrayLike = (0.0,)) -> Floats:
        """Loss a year, every year, that just crosses a line beside each of k changes; shape (k,), no chance in it.

        As :func:`dewak_research.stress.reverse.bearable_loss_eur`: negative = relief needed, NaN = no balance sheet.
        """
        results = self._results(changes_eur)
        reserves = (self.book.allgemeine_ruecklage_eur, self.book.ausgleichsruecklage_eur)
        general, own = (float(np.nan_to_num(stock)[0]) for stock in reserves)
        reach = np.abs(general) + own + 2.0 * np.abs(results).max(axis=0) + 1.0
        found = self._smallest(results, np.ones(len(results)), -reach, reach)
        return np.where(np.isinf(found), np.nan, found)

    def critical_fall_share(self, changes_eur: ArrayLike = (0.0,)) -> Floats:
        """Smallest lasting fall of the trade tax that crosses a line beside each of k changes, share, shape (k,).

        0 = crossed without it, inf = not even by a complete loss, NaN = no balance sheet or no trade tax (a Kreis).
        """
        results = self._results(changes_eur)
        left = self.book.items_eur[:, 0, POSITION["gewst"]] * self.book.net_share[0]
        low = np.zeros(results.shape[1])
        if not (left > 0).any():
            return low + np.nan
        return self._smallest(results, left, low, low + 1.0)

    def _smallest(self, results: Floats, loss_eur: Floats, low: Floats, high: Floats) -> Floats:
        """Smallest multiple of a loss by year, shape (T,), that crosses a line on each of k results (T, k)."""
        if not self.has_triggers:
            return np.full(results.shape[1], np.nan)
        nothing = np.zeros((len(results), 1, results.shape[1]), np.float32)

        def crossed(size: Floats) -> NDArray[np.bool_]:
            lost = (-loss_eur[:, None, None] * size).astype(np.float32)
            blocks = dict.fromkeys(BLOCKS, nothing) | {"taxes": lost}
            moved, *_ = deviations(self.book, _UNIT, blocks, nothing[:, 0], self.settings)
            flags = walked(self.book, _UNIT, results[:, None, :] + moved, self.settings).triggers.any_year
            return np.asarray(flags[:, 0].any(axis=0))

        return smallest_size(crossed, low, high, int(np.ceil(np.log2(LARGEST / TOLERANCE))))

    def _results(self, changes_eur: ArrayLike) -> Floats:
        """Results of the path under each change, shape (T, k)."""
        books = [with_change(self.book, change) for change in np.asarray(changes_eur, np.float64)]
        return np.concatenate([book.result_eur for book in books], axis=1)

    def _hit(self, results: Floats) -> NDArray[np.bool_]:
        """Whether there is a trigger in any year, shape (k, D), for results (T, k) walked together."""
        result = (results[:, :, None] + self.moved_eur).reshape(len(results), 1, -1)
        any_year = walked(self.book, _UNIT, result, self.settings).triggers.any_year
        return any_year.any(axis=0).reshape(results.shape[1], -1)


def _parts(results: Floats, draws: int) -> list[Floats]:
    each = max(1, AT_ONCE // draws)
    return [results[:, i : i + each] for i in range(0, results.shape[1], each)]


def unit_shocks(run: Run, ags: str, draws: int | None = None) -> UnitShocks:
    """Pass the engine once and keep what the shocks do to one unit.

    Parameters
    ----------
    draws : int, optional
        In place of those of the run's parameters.

    Raises
    ------
    InputError
        The unit is not in the run.
    """
    if ags not in run.ags:
        raise InputError(_problem("unit_not_in_run", ags, right=nearest_or(ags, run.ags)))
    unit = run.ags.index(ags)
    common = run.shocks(draws)

    def kept(paths: Paths) -> Floats | None:
        if unit not in paths.units:
            return None
        shocks = {**paths.block_eur, "interest": np.zeros_like(paths.block_eur["taxes"])}
        moved, *_ = deviations(run.book, paths.units, shocks, common.rate_points, run.settings)
        return np.ascontiguousarray(moved[:, paths.units == unit])

    parts = run.simulate(common, kept, units=np.array([unit]), chunk_size=1)
    moved = next(part for part in parts if part is not None)
    return UnitShocks(ags, run.book.only(unit), moved, common.crisis_years, run.frequencies, run.settings)
