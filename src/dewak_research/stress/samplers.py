"""Samplers of what all units share: growth of the thirteen items and crisis years, behind one interface.

A sampler is a function ``(pool, years, draws, rng) → (growth deviations (13, T, D), crisis flags (T, D), log of the
mean level (13, T))``; a new one is one entry of ``SAMPLERS``. The mean level is the expectation of exp(sum of growth)
over the sampler's own distribution: taken off, the draws keep the mean. Source: METHODS C.7. Default is the
year-vector bootstrap: one historical year supplies all items, so that the covariance is kept without estimating it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.pool import CRISIS_GROWTH_SHARE, OBSERVED, Pool

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Drawn = tuple[Floats, Floats, Floats]
Sampler = Callable[[Pool, int, int, np.random.Generator], Drawn]
ASSUMED = ("hzp", "egh", "sgb8", "pers", "sach")
_problem = messages(__package__)


@dataclass(frozen=True)
class RegimeSettings:
    """Two-state Markov regime of the trade tax (METHODS C.7 [D/P])."""

    crisis_probability: float = 0.105
    crisis_mean_share: float = -0.20
    normal_mean_share: float = 0.076
    spread_share: float = 0.076


def block_indices(
    size: int,
    years: int,
    draws: int,
    rng: np.random.Generator,
    length: float,
    follows: Indices | None = None,
    weights: Floats | None = None,
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
    weights : ndarray, shape (size,), optional
        Chance of each row to begin a block; default: all the same.

    Returns
    -------
    ndarray of int, shape (years, draws)
    """
    if weights is None:
        indices = rng.integers(0, size, size=(years, draws), dtype=np.int32).astype(np.int64)
    else:
        steps = np.cumsum(weights) / np.sum(weights)
        indices = np.minimum(np.searchsorted(steps, rng.random((years, draws)), side="right"), size - 1)
    if length <= 1.0:
        return indices
    after = np.roll(np.arange(size), -1) if follows is None else follows
    stays = rng.random((years, draws), dtype=np.float32) < np.float32(1.0 - 1.0 / length)
    for t in range(1, years):
        following = after[indices[t - 1]]
        keep = stays[t] & (following >= 0)
        indices[t] = np.where(keep, following, indices[t])
    return indices


def block_weights(pool: Pool, length: float, crisis_frequency: float | None) -> Floats:
    """Chance of each year of the pool to begin a block, so that crisis years come up with the given frequency.

    The pool holds few crises; their frequency is estimated from a longer series. Inside a block one year follows the
    other, so the chance to begin with a crisis differs from the frequency of crises: the frequency is linear in it.
    Without a crisis in the pool, or without a frequency, all years have the same chance.

    Parameters
    ----------
    length : float
        Expected block length.
    crisis_frequency : float, optional
        Crises per year, 0–1.
    """
    crisis = pool.crisis_years
    even = np.full(len(crisis), 1.0 / len(crisis))
    if crisis_frequency is None or not crisis.any() or crisis.all():
        return even

    def frequency(share: float) -> float:
        weights = np.where(crisis, share / crisis.sum(), (1.0 - share) / (~crisis).sum())
        visits, stays = weights.copy(), 1.0 - 1.0 / max(length, 1.0)
        for _ in range(200):  # power iteration: converges with the rate of staying in a block
            visits = (1.0 - stays) * weights + stays * np.roll(visits, 1)
        return float(visits[crisis].sum())

    none, all_ = frequency(0.0), frequency(1.0)
    share = float(np.clip((crisis_frequency - none) / (all_ - none), 0.0, 1.0))
    return np.asarray(np.where(crisis, share / crisis.sum(), (1.0 - share) / (~crisis).sum()))


def bootstrap(
    pool: Pool,
    years: int,
    draws: int,
    rng: np.random.Generator,
    length: float = 2.0,
    crisis_frequency: float | None = None,
) -> Drawn:
    """Year vectors of history in blocks of ``length`` expected years; the mean level is exact, by the chain."""
    weights = block_weights(pool, length, crisis_frequency)
    indices = block_indices(len(pool.years), years, draws, rng, length, weights=weights)
    growth = np.exp(pool.factors)
    stays = 1.0 - 1.0 / max(length, 1.0)
    reached = weights[:, None] * growth
    mean = [reached.sum(axis=0)]
    for _ in range(1, years):
        reached = growth * ((1.0 - stays) * weights[:, None] * mean[-1] + stays * np.roll(reached, 1, axis=0))
        mean.append(reached.sum(axis=0))
    crisis = pool.crisis_years[indices].astype(float)
    return np.moveaxis(pool.factors[indices], -1, 0), crisis, np.log(np.stack(mean, axis=1))


def covariance(pool: Pool) -> Floats:
    """Ledoit–Wolf covariance of the observed items, shape (6, 6)."""
    from sklearn.covariance import LedoitWolf  # a second to load, which few callers need

    columns = [POSITION[key] for key in OBSERVED]
    return np.asarray(LedoitWolf(assume_centered=True).fit(pool.factors[:, columns]).covariance_, float)


def _spread_out(observed: Floats) -> Floats:
    """Put (T, D, 6) draws of the observed items into the vector of thirteen, (13, T, D)."""
    out = np.zeros((len(KEYS), *observed.shape[:2]))
    for position, key in enumerate(OBSERVED):
        out[POSITION[key]] = observed[..., position]
    return out


def _mean_of_draws(growth: Floats) -> Floats:
    """Log of the mean level over the draws themselves, (13, T), where no expectation exists or is known."""
    return np.asarray(np.log(np.exp(growth.cumsum(axis=1)).mean(axis=2)))


def _elliptical(pool: Pool, normal: Floats, mixing: Floats | float = 1.0) -> tuple[Floats, Floats]:
    """Correlate standard normals (T, D, 6), stretched by ``mixing``; a crisis is a fall as deep as in the pool."""
    root = np.linalg.cholesky(covariance(pool) + 1e-12 * np.eye(len(OBSERVED)))
    growth = _spread_out(np.asarray(normal @ root.T * mixing))
    trade_tax = POSITION["gewst"]
    crisis = np.expm1(growth[trade_tax] + pool.mean_growth[trade_tax]) <= CRISIS_GROWTH_SHARE
    return growth, np.asarray(crisis, float)


def gaussian(pool: Pool, years: int, draws: int, rng: np.random.Generator) -> Drawn:
    """Multivariate normal with Ledoit–Wolf covariance; the mean level grows by half the variance a year."""
    growth, crisis = _elliptical(pool, rng.standard_normal((years, draws, len(OBSERVED))))
    half = _spread_out(0.5 * np.diag(covariance(pool))[None, None, :])[:, 0, 0]
    return growth, crisis, np.outer(half, np.arange(1, years + 1))


def student_t(pool: Pool, years: int, draws: int, rng: np.random.Generator, freedom: float = 4.0) -> Drawn:
    """Multivariate Student t with the same covariance; one mixing variable per year keeps tails joint.

    The exponential of a Student t has no finite mean: the mean of the draws is taken off.
    """
    normal = rng.standard_normal((years, draws, len(OBSERVED)))
    growth, crisis = _elliptical(
        pool, normal, np.sqrt((freedom - 2.0) / rng.chisquare(freedom, (years, draws, 1)))
    )
    return growth, crisis, _mean_of_draws(growth)


def regime(
    pool: Pool,
    years: int,
    draws: int,
    rng: np.random.Generator,
    settings: RegimeSettings = RegimeSettings(),
) -> Drawn:
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
    growth = _spread_out(observed)
    return growth, crisis, _mean_of_draws(growth)


SAMPLERS: dict[str, Sampler] = {
    "bootstrap": bootstrap,
    "gaussian": gaussian,
    "student_t": student_t,
    "regime": regime,
}


def sampler(name: str, block_length: float = 2.0, crisis_frequency: float | None = None) -> Sampler:
    """Return a sampler by name; ``block_length`` (expected years) and ``crisis_frequency`` are the bootstrap's.

    Raises
    ------
    InputError
        No such sampler; the nearest name is offered.
    """
    if name not in SAMPLERS:
        raise InputError(_problem("sampler", "stress.sampler", name=name, known=nearest_or(name, SAMPLERS)))
    if name == "bootstrap":
        return lambda pool, years, draws, rng: bootstrap(
            pool, years, draws, rng, block_length, crisis_frequency
        )
    return SAMPLERS[name]


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
