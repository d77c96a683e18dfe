"""Samplers of joint shocks behind one interface, and the streams of random numbers behind them.

Source: METHODS C.7. Default is the year-vector bootstrap: one historical year supplies all items, so that the
covariance is kept without estimating it. Levels are sums of growth: a shock stays until a later year takes it back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.covariance import LedoitWolf

from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.pool import OBSERVED, Pool

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Indices = NDArray[np.int64]
ASSUMED = ("hzp", "egh", "sgb8", "pers", "sach")
COMMON_STREAM, UNIT_STREAM, COST_STREAM = 0, 1, 2


@dataclass(frozen=True)
class RegimeSettings:
    """Two-state Markov regime of the trade tax (METHODS C.7 [D/P])."""

    crisis_probability: float = 0.105
    crisis_mean_share: float = -0.20
    normal_mean_share: float = 0.076
    spread_share: float = 0.076


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


def stream(seed: int, kind: int, key: int = 0) -> np.random.Generator:
    """Generator of one purpose and unit: independent of chunks, workers and of which other units run."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(entropy=seed, spawn_key=(kind, key))))


def require_draws(draws: int, years: int) -> None:
    """Refuse a run without draws or years.

    Raises
    ------
    InputError
        ``draws`` or ``years`` is below 1.
    """
    problems = [
        Problem(
            Text(f"{value} ist zu klein", f"{value} is too small"),
            f"stress.{name}",
            Text("eine ganze Zahl ab 1", "a whole number from 1"),
            Text("params.yaml berichtigen", "correct params.yaml"),
        )
        for name, value in (("draws", draws), ("horizon_years", years))
        if value < 1
    ]
    if problems:
        raise InputError(problems)


def block_indices(
    size: int, years: int, draws: int, rng: np.random.Generator, length: float, follows: Indices | None = None
) -> Indices:
    """Row indices of a stationary bootstrap (Politis & Romano 1994).

    Parameters
    ----------
    size : int
        Rows in the pool.
    length : float
        Expected block length ≥ 1; 1 = independent rows.
    follows : ndarray of int, shape (size,), optional
        Row that comes after each row, −1 = none (a new block starts). Default: the next row, cyclic.

    Returns
    -------
    ndarray of int, shape (years, draws)
    """
    indices = rng.integers(0, size, size=(years, draws), dtype=np.int32).astype(np.int64)
    if length <= 1.0:
        return indices
    after = np.roll(np.arange(size), -1) if follows is None else follows
    stays = rng.random((years, draws), dtype=np.float32) < np.float32(1.0 - 1.0 / length)
    for t in range(1, years):
        following = after[indices[t - 1]]
        keep = stays[t] & (following >= 0)
        indices[t] = np.where(keep, following, indices[t])
    return indices


def bootstrap(
    pool: Pool, years: int, draws: int, rng: np.random.Generator, length: float
) -> tuple[Floats, Floats]:
    """Year vectors of history in blocks; growth deviations (13, T, D) and crisis flags (T, D)."""
    indices = block_indices(len(pool.years), years, draws, rng, length)
    return np.moveaxis(pool.factors[indices], -1, 0), pool.crisis_years[indices].astype(float)


def covariance(pool: Pool) -> Floats:
    """Ledoit–Wolf covariance of the observed items, shape (6, 6)."""
    columns = [POSITION[key] for key in OBSERVED]
    return np.asarray(LedoitWolf(assume_centered=True).fit(pool.factors[:, columns]).covariance_, float)


def _spread_out(observed: Floats) -> Floats:
    """Put (T, D, 6) draws of the observed items into the vector of thirteen, (13, T, D)."""
    out = np.zeros((len(KEYS), *observed.shape[:2]))
    for position, key in enumerate(OBSERVED):
        out[POSITION[key]] = observed[..., position]
    return out


def _crisis(growth: Floats, pool: Pool) -> Floats:
    position = POSITION["gewst"]
    falls = np.expm1(growth[position] + pool.mean_growth[position]) <= -0.15
    return np.asarray(falls, float)


def gaussian(pool: Pool, years: int, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Multivariate normal with Ledoit–Wolf covariance."""
    root = np.linalg.cholesky(covariance(pool) + 1e-12 * np.eye(len(OBSERVED)))
    growth = _spread_out(rng.standard_normal((years, draws, len(OBSERVED))) @ root.T)
    return growth, _crisis(growth, pool)


def student_t(
    pool: Pool, years: int, draws: int, rng: np.random.Generator, freedom: float = 4.0
) -> tuple[Floats, Floats]:
    """Multivariate Student t with the same covariance; one mixing variable per year keeps tails joint."""
    root = np.linalg.cholesky(covariance(pool) + 1e-12 * np.eye(len(OBSERVED)))
    normal = rng.standard_normal((years, draws, len(OBSERVED))) @ root.T
    mixing = np.sqrt((freedom - 2.0) / rng.chisquare(freedom, (years, draws, 1)))
    growth = _spread_out(np.asarray(normal * mixing))
    return growth, _crisis(growth, pool)


def regime(
    pool: Pool,
    years: int,
    draws: int,
    rng: np.random.Generator,
    settings: RegimeSettings = RegimeSettings(),
) -> tuple[Floats, Floats]:
    """Two states for the trade tax; the other items follow by their covariance with it."""
    crisis = (rng.random((years, draws)) < settings.crisis_probability).astype(float)
    p, spread = settings.crisis_probability, np.log1p(settings.spread_share)
    low, high = np.log1p(settings.crisis_mean_share), np.log1p(settings.normal_mean_share)
    centre = p * low + (1 - p) * high
    trade_tax = np.where(crisis > 0, low, high) - centre + spread * rng.standard_normal((years, draws))
    sigma = covariance(pool)
    slopes = sigma[0] / sigma[0, 0]
    rest = sigma - np.outer(sigma[0], sigma[0]) / sigma[0, 0]
    rest[0, :] = rest[:, 0] = 0.0
    values, vectors = np.linalg.eigh(rest)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    observed = trade_tax[..., None] * slopes + rng.standard_normal((years, draws, len(OBSERVED))) @ root.T
    return _spread_out(observed), crisis


SAMPLERS: dict[str, Callable[[Pool, int, int, np.random.Generator], tuple[Floats, Floats]]] = {
    "gaussian": gaussian,
    "student_t": student_t,
    "regime": regime,
}
SAMPLER_NAMES = ("bootstrap", *SAMPLERS)


def cost_growth(
    years: int, draws: int, rng: np.random.Generator, spread: dict[str, float], correlation: float
) -> Floats:
    """Growth deviations of the items without a series: normal, with one common price and tariff factor.

    Spread and correlation are assumptions (METHODS C.4 gives magnitudes, C.7 the signs) [P].

    Returns
    -------
    ndarray, shape (13, T, D)
    """
    out = np.zeros((len(KEYS), years, draws))
    shared = rng.standard_normal((years, draws))
    for key in ASSUMED:
        own = rng.standard_normal((years, draws))
        joint = np.sqrt(correlation) * shared + np.sqrt(1.0 - correlation) * own
        out[POSITION[key]] = spread.get(key, 0.0) * joint
    return out


def full_covariance(
    pool: Pool, spread: dict[str, float], correlation: float
) -> tuple[tuple[str, ...], Floats]:
    """Covariance of one year's growth: estimated for the observed items, assumed for the others, no link between.

    Returns
    -------
    keys : tuple of str
    covariance : ndarray, shape (items, items)
    """
    keys = tuple(key for key in ASSUMED if spread.get(key, 0.0) > 0.0)
    out = np.zeros((len(OBSERVED) + len(keys),) * 2)
    out[: len(OBSERVED), : len(OBSERVED)] = covariance(pool)
    widths = np.array([spread[key] for key in keys])
    linked = np.full((len(keys), len(keys)), correlation)
    np.fill_diagonal(linked, 1.0)
    out[len(OBSERVED) :, len(OBSERVED) :] = linked * np.outer(widths, widths)
    return (*OBSERVED, *keys), out


def common_shocks(
    pool: Pool,
    sampler: str,
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
    sampler : str
        "bootstrap" (default of the engine), "gaussian", "student_t" or "regime".
    rate_spread_points : float
        Standard deviation of the yearly change of the interest rate, share; the level adds up over the years.

    Raises
    ------
    InputError
        Unknown sampler; no draws or years.
    """
    require_draws(draws, years)
    rng = stream(seed, COMMON_STREAM)
    if sampler == "bootstrap":
        growth, crisis = bootstrap(pool, years, draws, rng, block_length)
    elif sampler in SAMPLERS:
        growth, crisis = SAMPLERS[sampler](pool, years, draws, rng)
    else:
        near = nearest(sampler, SAMPLER_NAMES) or ", ".join(SAMPLER_NAMES)
        raise InputError(
            Problem(
                Text(f"unbekannte Ziehung »{sampler}«", f"unknown sampler “{sampler}”"),
                "stress.sampler",
                Text(near, near),
                Text("params.yaml berichtigen", "correct params.yaml"),
            )
        )
    cost_rng = stream(seed, COST_STREAM)
    growth = growth + cost_growth(years, draws, cost_rng, cost_spread or {}, cost_correlation)
    rate = rate_spread_points * cost_rng.standard_normal((years, draws)).cumsum(axis=0)
    return CommonShocks(
        growth.cumsum(axis=1).astype(np.float32),
        rate.astype(np.float32),
        crisis.cumsum(axis=0).astype(np.int8),
    )
