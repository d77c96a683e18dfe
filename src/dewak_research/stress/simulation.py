"""The engine: joint shocks through one budget identity per year, units × draws × years × items.

Per year: items → result → ladder of § 75 GO NRW → reserves → triggers of § 76; cash → liquidity credit → interest.
Shocks are deviations from the unshocked path.
Draws are float32 (seven digits, far below the error of any proxy here); reserves are kept in float64.
Source: METHODS C.1, C.3, C.5, C.7, B.4.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import HOME, RuleSet, land
from dewak_research.stress.book import Book
from dewak_research.stress.items import BLOCKS, POSITION
from dewak_research.stress.ladder import Reserves
from dewak_research.stress.shocks import CommonShocks
from dewak_research.stress.transmission import refund_by_year
from dewak_research.stress.triggers import Triggers, Walk, walk

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Units = NDArray[np.int64]
_BLOCK_ITEMS = {
    "transfers": ("sz",),
    "social": ("kdu", "hzp", "sgb8", "asyl"),
    "staff_goods": ("pers", "sach"),
}


def integration_assistance_share() -> float:
    """Part of the Landschaftsumlage that pays integration assistance (``equalisation``)."""
    return float(land(HOME).value("equalisation", "integration_assistance_share").value)


@dataclass(frozen=True)
class Settings:
    """The law and the behaviour of the engine; all shares 0–1.

    ``rules`` holds for all years; with ``ladder_by_year`` the ladder follows the law of each year instead.
    """

    rules: RuleSet
    pass_through_share: float = 1.0
    pass_through_lag_years: int = 1
    landschaft_pass_through_share: float = 1.0
    integration_assistance_share: float = field(default_factory=integration_assistance_share)
    borrowing_rate_share: float = 0.03
    carry_forward_approved: bool = False
    ladder_by_year: tuple[RuleSet, ...] = ()


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

    units: Units
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


def total_of(blocks: dict[str, Floats32]) -> Floats32:
    """Add the blocks up, always in the same order."""
    parts = list(blocks.values())
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def deviations(
    book: Book, units: Units, blocks: dict[str, Floats32], rate_points: Floats32, settings: Settings
) -> tuple[Floats, Floats32, Floats]:
    """What shocks move the result away from the path, whatever the path is; arrays (T, c, D).

    Returns
    -------
    tuple
        Deviation of the result with interest; interest alone, on old debt and on last year's new credit (negative =
        paid); liquidity credit beyond the path at the year's end.
    """
    moved = total_of(blocks).astype(np.float64)
    interest, extra_credit = np.zeros(moved.shape, np.float32), np.empty(moved.shape)
    extra = np.zeros(moved.shape[1:])
    for t in range(len(moved)):
        rate = rate_points[t].astype(np.float64)[None, :]
        paid = book.exposed_eur[t, units][:, None] * rate + extra * (settings.borrowing_rate_share + rate)
        interest[t] = -paid
        moved[t] -= paid
        extra = extra - moved[t]
        extra_credit[t] = extra
    return moved, interest, extra_credit


def walked(book: Book, units: Units, result_eur: Floats, settings: Settings) -> Walk:
    """Book results of c units, shape (T, c, D), on their reserves and test the triggers."""
    _, size, draws = result_eur.shape
    reserves = Reserves.opening(
        np.broadcast_to(book.ausgleichsruecklage_eur[units][:, None], (size, draws)),
        np.broadcast_to(book.allgemeine_ruecklage_eur[units][:, None], (size, draws)),
        None if book.opening_amount_eur is None else book.opening_amount_eur[units][:, None],
    )
    return walk(
        result_eur,
        reserves,
        settings.rules,
        carry_forward_approved=settings.carry_forward_approved,
        quota_before=None if book.quota_before is None else book.quota_before[units][:, None],
        ladder_by_year=settings.ladder_by_year,
    )


def book_paths(
    book: Book, units: Units, blocks: dict[str, Floats32], rate_points: Floats32, settings: Settings
) -> Paths:
    """Walk the years: result, liquidity credit, interest on it next year; then ladder, reserves, triggers."""
    result, interest, extra_credit = deviations(book, units, blocks, rate_points, settings)
    result += book.result_eur[:, units, None]
    booked = walked(book, units, result, settings)
    planned = book.liquidity_credit_eur[units] - np.cumsum(book.liquidity_flow_eur[:, units], axis=0)
    named = {**blocks, "interest": blocks["interest"] + interest}
    return Paths(
        units,
        named,
        result,
        booked.equity_eur,
        booked.general_reserve_eur,
        extra_credit,
        planned,
        booked.triggers,
    )


def _taxes(book: Book, units: Units, own: Floats32, shared: Floats32) -> tuple[Floats32, Floats32]:
    """Effect of own taxes (net) and the idiosyncratic part of the trade tax, each (T, c, D)."""
    amounts = book.items_eur[:, units, :3].astype(np.float32)
    trade_tax_level = np.exp(own[0], dtype=np.float32)
    idiosyncratic = amounts[:, :, 0, None] * (trade_tax_level - np.exp(shared, dtype=np.float32)[:, None, :])
    trade_tax_level -= np.float32(1.0)
    net = (amounts[:, :, 0] * book.net_share[units].astype(np.float32))[:, :, None]
    effect = net * trade_tax_level
    for position in (1, 2):
        level = np.exp(own[position], dtype=np.float32)
        level -= np.float32(1.0)
        level *= amounts[:, :, position, None]
        effect += level
    return effect, idiosyncratic


def shared_effect(
    book: Book, units: Units, shares: dict[str, Floats32], keys: tuple[str, ...]
) -> Floats32 | None:
    """Add up items whose relative change all units share; one item after the other, so that no order varies."""
    total: Floats32 | None = None
    for key in keys:
        if key not in shares:
            continue
        amounts = book.items_eur[:, units, POSITION[key]].astype(np.float32)
        if not amounts.any():
            continue
        sign = np.float32(1.0 if key == "sz" else -1.0)
        part = (sign * amounts)[:, :, None] * shares[key][:, None, :]
        total = part if total is None else np.add(total, part, out=total)
    return total


def own_effects(
    book: Book,
    units: Units,
    common: CommonShocks,
    seed: int,
    settings: Settings,
    shares: dict[str, Floats32],
) -> dict[str, Floats32]:
    """Effect on the result of c units by block, before interest and before what a Kreis passes on."""
    blocks: dict[str, Floats32] = {}
    own = book.taxes.draw(units, common, seed)
    if own is not None:
        blocks["taxes"], idiosyncratic = _taxes(book, units, own, common.log_level[0])
        grants = book.items_eur[:, units, POSITION["sz"]].astype(np.float32)[:, :, None]
        if "sz" in shares:
            grants = grants * (np.float32(1.0) + shares["sz"][:, None, :])
        blocks["transfers"] = refund_by_year(
            idiosyncratic, book.refund_share[units], book.refund_split, grants, keep_mean=True
        )
        if book.levy_relief_share is not None:
            endless = np.full_like(grants, np.inf)
            blocks["umlagen"] = refund_by_year(
                idiosyncratic, book.levy_relief_share[units], book.refund_split, endless
            )
    for block, keys in _BLOCK_ITEMS.items():
        part = shared_effect(book, units, shares, keys)
        if part is not None:
            blocks[block] = blocks[block] + part if block in blocks else part
    if book.layers.member[units].any():
        weight = settings.landschaft_pass_through_share * settings.integration_assistance_share
        paid = book.items_eur[:, units, POSITION["uml"]] * book.layers.member[units]
        part = (-weight * paid).astype(np.float32)[:, :, None] * shares["egh"][:, None, :]
        blocks["umlagen"] = blocks["umlagen"] + part if "umlagen" in blocks else part
    zero = np.zeros((common.years, len(units), common.draws), np.float32)
    return {block: blocks.get(block, zero) for block in BLOCKS}


def relative(common: CommonShocks) -> dict[str, Floats32]:
    """Relative change of the items all units share, each (T, D); computed once for all units."""
    out = {"egh": np.zeros((common.years, common.draws), np.float32)}
    for key in (*(key for keys in _BLOCK_ITEMS.values() for key in keys), "egh"):
        level = common.log_level[POSITION[key]]
        if level.any():
            out[key] = np.exp(level, dtype=np.float32) - np.float32(1.0)
    return out
