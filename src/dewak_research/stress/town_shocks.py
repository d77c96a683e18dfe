"""Own shocks of a unit's taxes: residuals of towns of the same size, and the loss of the largest payer.

Source: METHODS C.7: ln(1 + g) = base + β F + u + J. Each unit has a random stream of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from dewak_research.stress.pool import TAXES, Pool
from dewak_research.stress.shocks import UNIT_STREAM, CommonShocks, block_indices, stream

Floats32 = NDArray[np.float32]
LEAVES_FOR_YEARS = 3


class UnitsOfBook(Protocol):
    """The part of a book that own shocks need."""

    @property
    def keys(self) -> NDArray[np.int64]:
        """Keys of the units."""

    @property
    def size_class(self) -> tuple[str | None, ...]:
        """Pools of the units."""

    @property
    def beta(self) -> NDArray[np.float64]:
        """Betas of the units, shape (n, 3)."""


@dataclass(frozen=True)
class TownShocks:
    """How own shocks are drawn.

    Parameters
    ----------
    residuals : dict of str to ndarray of float32, shape (3, M)
    follows : dict of str to ndarray of int
    block_length : float
        1 = independent years.
    leaving_probability : float
        Chance per year that the largest taxpayer leaves (for three years).
    leaving_share : float
        Part of the trade tax that goes with it.
    """

    residuals: dict[str, Floats32] = field(default_factory=dict)
    follows: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    block_length: float = 1.0
    leaving_probability: float = 0.0
    leaving_share: float = 0.0

    @classmethod
    def from_pool(
        cls, pool: Pool, block_length: float, leaving_probability: float, leaving_share: float
    ) -> TownShocks:
        """Take the residuals of a pool."""
        residuals = {k: np.ascontiguousarray(v.T, dtype=np.float32) for k, v in pool.residuals.items()}
        return cls(residuals, pool.follows, block_length, leaving_probability, leaving_share)

    def draw(
        self, book: UnitsOfBook, units: NDArray[np.int64], common: CommonShocks, seed: int
    ) -> Floats32 | None:
        """Log deviation of the level of own taxes, shape (3, T, c, D); None if no unit has own taxes."""
        if all(book.size_class[u] is None for u in units):
            return None
        out = np.zeros((len(TAXES), common.years, len(units), common.draws), np.float32)
        for c, unit in enumerate(units):
            for k in range(len(TAXES)):
                np.multiply(common.log_level[k], np.float32(book.beta[unit, k]), out=out[k, :, c])
            name = book.size_class[unit]
            if name is not None and name in self.residuals:
                rng = stream(seed, UNIT_STREAM, int(book.keys[unit]))
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
        for back in range(min(LEAVES_FOR_YEARS, years)):
            gone[back:] |= leaves[: years - back]
        lost = np.float32(np.log1p(-min(self.leaving_share, 0.999)))
        trade_tax += lost * gone
