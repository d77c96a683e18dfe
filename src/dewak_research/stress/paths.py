"""What goes into a run of the engine besides the book, and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import HOME, land
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.triggers import Triggers

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]


def integration_assistance_share() -> float:
    """Part of the Landschaftsumlage that pays integration assistance (``equalisation``)."""
    return float(land(HOME).value("equalisation", "integration_assistance_share").value)


@dataclass(frozen=True)
class Settings:
    """Behaviour of the engine; all shares 0–1."""

    pass_through_share: float = 1.0
    pass_through_lag_years: int = 1
    landschaft_pass_through_share: float = 1.0
    integration_assistance_share: float = field(default_factory=integration_assistance_share)
    borrowing_rate_share: float = 0.03
    blocks: tuple[str, ...] = BLOCKS
    carry_forward_approved: bool = False


def total_of(blocks: dict[str, Floats32]) -> Floats32:
    """Add the blocks up, always in the same order."""
    parts = list(blocks.values())
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


@dataclass(frozen=True)
class Paths:
    """Shocked paths of c units; arrays (T, c, D) in EUR unless said otherwise.

    Parameters
    ----------
    units : ndarray of int, shape (c,)
        Positions in the book.
    block_eur : dict
        Deviation of the result from the path by block (interest includes that on new debt).
    result_eur, equity_eur, general_reserve_eur : ndarray
    extra_credit_eur : ndarray
        Liquidity credit beyond the unshocked path at the year's end.
    planned_credit_eur : ndarray, shape (T, c)
        Liquidity credit of the unshocked path less cash; NaN where the opening stock is unknown.
    triggers : Triggers
    """

    units: NDArray[np.int64]
    block_eur: dict[str, Floats32]
    result_eur: Floats
    equity_eur: Floats
    general_reserve_eur: Floats
    extra_credit_eur: Floats
    planned_credit_eur: Floats
    triggers: Triggers

    @property
    def liquidity_credit_eur(self) -> Floats:
        """Liquidity credit at the year's end; 0 while there is cash; NaN where the opening stock is unknown."""
        return np.maximum(self.planned_credit_eur[:, :, None] + self.extra_credit_eur, 0.0)

    @property
    def deviation_eur(self) -> Floats:
        """Total deviation of the result from the unshocked path."""
        return total_of(self.block_eur).astype(np.float64)
