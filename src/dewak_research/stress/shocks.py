"""Draws of a run: what all units share, each unit's own taxes, and the streams of random numbers behind them.

Levels of the shared items are sums of growth: a shock stays until a later year takes it back. A town's own taxes move
with the Land's and, drawn from ``own_taxes``, against it. All draws keep the mean: the expectation of every level is
one, so that "deviation from the path" means what it says. Every unit has a stream of its own, so that results do not
depend on which other units run. Source: METHODS C.7.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from dewak_research.errors import InputError, messages
from dewak_research.stress.items import KEYS
from dewak_research.stress.own_taxes import OwnMoves
from dewak_research.stress.pool import TAXES, Pool
from dewak_research.stress.samplers import ASSUMED, cost_growth, sampler

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
COMMON_STREAM, UNIT_STREAM, COST_STREAM = 0, 1, 2
_problem = messages(__package__)


def stream(seed: int, kind: int, key: int = 0) -> np.random.Generator:
    """Generator of one purpose and unit: independent of chunks, workers and of which other units run."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy=seed, spawn_key=(kind, key))))


def _number(key: str) -> int:
    """A unit's key as a number: a 1 before it keeps five and eight digits apart; an own identifier by its letters."""
    return int(f"1{key}") if key.isdigit() else 10**12 + crc32(key.encode())


@dataclass(frozen=True)
class CommonShocks:
    """Draws that all units share.

    Parameters
    ----------
    log_level : ndarray of float32, shape (13, T, D)
        Log deviation of the level of each item from its baseline path; the mean of its exponential is one.
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
    crisis_frequency: float | None = None,
    cost_spread: dict[str, float] | None = None,
    cost_correlation: float = 0.5,
    rate_spread_points: float = 0.0,
) -> CommonShocks:
    """Draw what all units share.

    Parameters
    ----------
    sampler_name : str
        "bootstrap" (default of the engine), "gaussian", "student_t" or "regime".
    block_length, crisis_frequency : float
        Of the bootstrap: expected years in a block, crises per year (by default as often as in the pool).
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
    draw = sampler(sampler_name, block_length, crisis_frequency)
    growth, crisis, mean_log = draw(pool, years, draws, stream(seed, COMMON_STREAM))
    cost_rng, spread = stream(seed, COST_STREAM), cost_spread or {}
    growth = growth + cost_growth(years, draws, cost_rng, spread, cost_correlation)
    half = np.array([0.5 * spread.get(key, 0.0) ** 2 if key in ASSUMED else 0.0 for key in KEYS])
    mean_log = mean_log + np.outer(half, np.arange(1, years + 1))
    rate = rate_spread_points * cost_rng.standard_normal((years, draws)).cumsum(axis=0)
    return CommonShocks(
        (growth.cumsum(axis=1) - mean_log[:, :, None]).astype(np.float32),
        rate.astype(np.float32),
        crisis.cumsum(axis=0).astype(np.int8),
    )


@dataclass(frozen=True)
class OwnTaxes:
    """How the own taxes of n units are drawn against the Land's.

    Parameters
    ----------
    keys : ndarray of int, shape (n,)
        Municipality key as a number; the seed of the unit's own stream.
    scale, mean_log : ndarray of float32, shape (3, T, n)
        Width of the moves, and log of the mean of their exponential, which is taken off; NaN = no own taxes (Kreis).
    residuals : ndarray of float32, shape (3, T, M)
        Standardised residuals of all towns; a draw takes one column.
    widest : ndarray of float32, shape (3, T, 2)
        No draw goes further.
    """

    keys: NDArray[np.int64]
    scale: Floats32
    mean_log: Floats32
    residuals: Floats32
    widest: Floats32

    @classmethod
    def of(cls, ags: Iterable[str], moves: OwnMoves) -> OwnTaxes:
        """Take the moves of the units that have own taxes."""
        units = list(ags)
        position = {key: i for i, key in enumerate(moves.ags)}
        columns = np.array([position.get(key, -1) for key in units])
        known = columns >= 0

        def placed(values: Floats) -> Floats32:
            out = np.full((*values.shape[:2], len(units)), np.nan, np.float32)
            out[:, :, known] = values[:, :, columns[known]]
            return out

        keys = np.array([_number(key) for key in units], dtype=np.int64)
        return cls(
            keys,
            placed(moves.scale),
            placed(moves.log_mean),
            moves.residuals,
            moves.widest.astype(np.float32),
        )

    @property
    def known(self) -> NDArray[np.bool_]:
        """Units with own taxes, shape (n,)."""
        return np.asarray(np.isfinite(self.scale[0, 0]))

    def only(self, unit: int) -> OwnTaxes:
        """The draws of one unit."""
        one = slice(unit, unit + 1)
        return OwnTaxes(
            self.keys[one], self.scale[:, :, one], self.mean_log[:, :, one], self.residuals, self.widest
        )

    def draw(self, units: NDArray[np.int64], common: CommonShocks, seed: int) -> Floats32 | None:
        """Log deviation of the level of own taxes, shape (3, T, c, D); None if no unit has own taxes."""
        known = self.known
        if not known[units].any():
            return None
        out = np.zeros((len(TAXES), common.years, len(units), common.draws), np.float32)
        out += common.log_level[: len(TAXES), :, None, :]
        for c, unit in enumerate(units):
            if not known[unit]:
                continue
            rows = stream(seed, UNIT_STREAM, int(self.keys[unit])).integers(
                0, self.residuals.shape[2], size=common.draws, dtype=np.int32
            )
            for k in range(len(TAXES)):
                for t in range(common.years):
                    move = self.residuals[k, t].take(rows)
                    move *= self.scale[k, t, unit]
                    np.clip(move, *self.widest[k, t], out=move)
                    move -= self.mean_log[k, t, unit]
                    out[k, t, c] += move
        return out

    def covariance(self, unit: int) -> Floats | None:
        """Covariance of the first year's moves of one unit, shape (3, 3); None without own taxes."""
        if not self.known[unit]:
            return None
        moves = np.clip(self.scale[:, 0, unit, None] * self.residuals[:, 0], *self.widest[:, 0].T[:, :, None])
        return np.cov(moves.astype(float))
