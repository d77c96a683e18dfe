"""Draws of a run: what all units share, each unit's own taxes, and the streams of random numbers behind them.

Source: METHODS C.7: ln(1 + g) = base + β F + u + J. Levels are sums of growth: a shock stays until a later year takes
it back. Every unit has a stream of its own, so that results do not depend on which other units run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dewak_research.errors import InputError, messages
from dewak_research.stress.pool import TAXES, Pool
from dewak_research.stress.samplers import block_indices, cost_growth, sampler

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
COMMON_STREAM, UNIT_STREAM, COST_STREAM = 0, 1, 2
_problem = messages(__package__)


def stream(seed: int, kind: int, key: int = 0) -> np.random.Generator:
    """Generator of one purpose and unit: independent of chunks, workers and of which other units run."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy=seed, spawn_key=(kind, key))))


@dataclass(frozen=True)
class CommonShocks:
    """Draws that all units share.

    Parameters
    ----------
    log_level : ndarray of float32, shape (13, T, D)
        Log deviation of the level of each item from its baseline path (sum of growth deviations).
    rate_points : ndarray of float32, shape (T, D)
        Deviation of the interest rate, share (0.01 = one point).
    crisis_years : ndarray of int, shape (T, D)
        Number of crisis years up to and including year t.
    """

    log_level: Floats32
    rate_points: Floats32
    crisis_years: NDArray[np.int8]

    @property
    def draws(self) -> int:
        """Number of draws."""
        return int(self.log_level.shape[2])

    @property
    def years(self) -> int:
        """Number of years."""
        return int(self.log_level.shape[1])


def common_shocks(
    pool: Pool,
    sampler_name: str,
    years: int,
    draws: int,
    seed: int,
    *,
    block_length: float = 2.0,
    cost_spread: dict[str, float] | None = None,
    cost_correlation: float = 0.5,
    rate_spread_points: float = 0.0,
) -> CommonShocks:
    """Draw what all units share.

    Parameters
    ----------
    sampler_name : str
        "bootstrap" (default of the engine), "gaussian", "student_t" or "regime".
    rate_spread_points : float
        Standard deviation of the yearly change of the interest rate, share; the level adds up over the years.

    Raises
    ------
    InputError
        Unknown sampler; ``draws`` or ``years`` below 1.
    """
    counts = {"draws": draws, "horizon_years": years}
    small = [_problem("count", f"stress.{name}", value=n) for name, n in counts.items() if n < 1]
    if small:
        raise InputError(small)
    growth, crisis = sampler(sampler_name, block_length)(pool, years, draws, stream(seed, COMMON_STREAM))
    cost_rng = stream(seed, COST_STREAM)
    growth = growth + cost_growth(years, draws, cost_rng, cost_spread or {}, cost_correlation)
    rate = rate_spread_points * cost_rng.standard_normal((years, draws)).cumsum(axis=0)
    return CommonShocks(
        growth.cumsum(axis=1).astype(np.float32),
        rate.astype(np.float32),
        crisis.cumsum(axis=0).astype(np.int8),
    )


@dataclass(frozen=True)
class OwnTaxes:
    """What decides how the own taxes of n units are shocked.

    Parameters
    ----------
    keys : ndarray of int, shape (n,)
        Municipality key as a number; the seed of the unit's own stream.
    size_class : tuple of str or None
        Pool of the unit's own tax shocks; None = no own taxes (Kreis).
    beta : ndarray, shape (n, 3)
        Slope of the unit's taxes on the state's.
    """

    keys: NDArray[np.int64]
    size_class: tuple[str | None, ...]
    beta: Floats

    @classmethod
    def of(cls, ags: Iterable[str], size_class: Iterable[object], beta: Floats) -> OwnTaxes:
        """Take keys as text (a 1 before them keeps five and eight digits apart) and classes with gaps."""
        keys = np.array([int(f"1{key}") for key in ags], dtype=np.int64)
        return cls(keys, tuple(size if isinstance(size, str) else None for size in size_class), beta)


@dataclass(frozen=True)
class TownShocks:
    """How own shocks are drawn: residuals of towns of the same size, and the loss of the largest payer.

    Parameters
    ----------
    residuals : dict of str to ndarray of float32, shape (3, M)
    follows : dict of str to ndarray of int
    block_length : float
        1 = independent years.
    leaving_probability : float
        Chance per year that the largest taxpayer leaves; 0 = never.
    leaving_share : float
        Part of the trade tax that goes with it.
    leaving_years : int
        Years until the loss is made good, the first one included.
    """

    residuals: dict[str, Floats32] = field(default_factory=dict)
    follows: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    block_length: float = 1.0
    leaving_probability: float = 0.0
    leaving_share: float = 0.0
    leaving_years: int = 0

    @classmethod
    def from_pool(
        cls, pool: Pool, block_length: float, probability: float = 0.0, share: float = 0.0, years: int = 0
    ) -> TownShocks:
        """Take the residuals of a pool; ``probability``, ``share`` and ``years`` are those of leaving."""
        residuals = {k: np.ascontiguousarray(v.T, dtype=np.float32) for k, v in pool.residuals.items()}
        return cls(residuals, pool.follows, block_length, probability, share, years)

    def draw(
        self, taxes: OwnTaxes, units: NDArray[np.int64], common: CommonShocks, seed: int
    ) -> Floats32 | None:
        """Log deviation of the level of own taxes, shape (3, T, c, D); None if no unit has own taxes."""
        if all(taxes.size_class[u] is None for u in units):
            return None
        out = np.zeros((len(TAXES), common.years, len(units), common.draws), np.float32)
        for c, unit in enumerate(units):
            for k in range(len(TAXES)):
                np.multiply(common.log_level[k], np.float32(taxes.beta[unit, k]), out=out[k, :, c])
            name = taxes.size_class[unit]
            if name is not None and name in self.residuals:
                rng = stream(seed, UNIT_STREAM, int(taxes.keys[unit]))
                self._add_residuals(out[:, :, c], name, rng)
                self._add_leaving(out[0, :, c], rng)
        return out

    def _add_residuals(self, own: Floats32, name: str, rng: np.random.Generator) -> None:
        pool = self.residuals[name]
        _, years, draws = own.shape
        indices = block_indices(pool.shape[1], years, draws, rng, self.block_length, self.follows[name])
        for k in range(len(TAXES)):
            drawn = pool[k].take(indices)
            level = drawn[0]
            own[k, 0] += level
            for t in range(1, years):
                level += drawn[t]
                own[k, t] += level

    def _add_leaving(self, trade_tax: Floats32, rng: np.random.Generator) -> None:
        if self.leaving_probability <= 0.0 or self.leaving_share <= 0.0:
            return
        years, draws = trade_tax.shape
        leaves = rng.random((years, draws), dtype=np.float32) < np.float32(self.leaving_probability)
        gone = np.zeros((years, draws), bool)
        for back in range(min(self.leaving_years, years)):
            gone[back:] |= leaves[: years - back]
        lost = np.float32(np.log1p(-min(self.leaving_share, 0.999)))
        trade_tax += lost * gone
