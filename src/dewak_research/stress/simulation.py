"""The engine: joint shocks through one budget identity per year, units × draws × years × items.

Per year: items → result → ladder of § 75 GO NRW → reserves → triggers of § 76; cash → liquidity credit → interest.
Kreise first, then their towns with what the Kreis passes on. Shocks are deviations from the unshocked path.
Draws are float32 (seven digits, far below the error of any proxy here); reserves are kept in float64.
Source: METHODS C.1, C.3, C.5, C.7, B.4.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.book import Book
from dewak_research.stress.items import BLOCKS, POSITION
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.layers import raised_umlage
from dewak_research.stress.paths import Paths, Settings, total_of
from dewak_research.stress.shocks import CommonShocks
from dewak_research.stress.town_shocks import TownShocks
from dewak_research.stress.triggers import triggers

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
__all__ = ["Paths", "Settings", "book_paths", "own_effects", "passed_on", "refund", "simulate", "total_of"]
Summary = TypeVar("Summary")


def _taxes(
    book: Book, units: NDArray[np.int64], own: Floats32, shared: Floats32
) -> tuple[Floats32, Floats32]:
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


def refund(
    idiosyncratic_eur: Floats32, refund_share: Floats, refund_split: tuple[float, ...], key_grants_eur: Floats
) -> Floats32:
    """Key grants that follow an own change of the trade tax, a part in each of the years after it.

    Parameters
    ----------
    idiosyncratic_eur : ndarray, shape (T, c, D)
        Own change of the gross trade tax; negative = loss.
    refund_share : ndarray, shape (c,)
    refund_split : tuple of float
        Part paid one, two … years after the loss (``equalisation``: refund_split).
    key_grants_eur : ndarray, shape (T, c)
        A gain cannot cost more than the grants there are.
    """
    out = np.zeros_like(idiosyncratic_eur)
    parts = [(-part * refund_share).astype(np.float32)[:, None] for part in refund_split]
    for t in range(1, out.shape[0]):
        for lag, part in enumerate(parts[:t], start=1):
            out[t] += part * idiosyncratic_eur[t - lag]
        np.maximum(out[t], -key_grants_eur[t].astype(np.float32)[:, None], out=out[t])
    return out


def _shared_effect(
    book: Book, units: NDArray[np.int64], shares: dict[str, Floats32], keys: tuple[str, ...]
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


_BLOCK_ITEMS = {
    "transfers": ("sz",),
    "social": ("kdu", "hzp", "sgb8", "asyl"),
    "staff_goods": ("pers", "sach"),
}


def own_effects(
    book: Book,
    units: NDArray[np.int64],
    common: CommonShocks,
    town: TownShocks,
    seed: int,
    settings: Settings,
    shares: dict[str, Floats32],
) -> dict[str, Floats32]:
    """Effect on the result of c units by block, before interest and before what a Kreis passes on."""
    blocks: dict[str, Floats32] = {}
    shape = (common.years, len(units), common.draws)
    wanted = settings.blocks
    if "taxes" in wanted or "transfers" in wanted:
        own = town.draw(book, units, common, seed)
        if own is not None:
            effect, idiosyncratic = _taxes(book, units, own, common.log_level[POSITION["gewst"]])
            blocks["taxes"] = effect
            blocks["transfers"] = refund(
                idiosyncratic,
                book.refund_share[units],
                book.refund_split,
                book.items_eur[:, units, POSITION["sz"]],
            )
    for block, keys in _BLOCK_ITEMS.items():
        part = _shared_effect(book, units, shares, keys)
        if part is not None:
            blocks[block] = blocks[block] + part if block in blocks else part
    if book.layers.member[units].any():
        weight = settings.landschaft_pass_through_share * settings.integration_assistance_share
        paid = book.items_eur[:, units, POSITION["uml"]] * book.layers.member[units]
        blocks["umlagen"] = (-weight * paid).astype(np.float32)[:, :, None] * shares["egh"][:, None, :]
    zero = np.zeros(shape, np.float32)
    return {block: blocks.get(block, zero) if block in wanted else zero for block in BLOCKS}


def book_paths(
    book: Book,
    units: NDArray[np.int64],
    blocks: dict[str, Floats32],
    rate_points: Floats32,
    rules: RuleSet,
    settings: Settings,
) -> Paths:
    """Walk the years: result, ladder, reserves, liquidity credit, interest on it next year."""
    years, size, draws = blocks["taxes"].shape
    before_interest = total_of(blocks)
    with_interest = "interest" in settings.blocks
    interest = np.zeros((years, size, draws), np.float32)
    result = np.empty((years, size, draws))
    general = np.empty((years + 1, size, draws))
    equity, extra_credit = np.empty_like(result), np.empty_like(result)
    reduction, carried = np.empty_like(result), np.zeros_like(result)
    reserves = Reserves.opening(
        np.broadcast_to(book.ausgleichsruecklage_eur[units][:, None], (size, draws)),
        np.broadcast_to(book.allgemeine_ruecklage_eur[units][:, None], (size, draws)),
    )
    general[0] = reserves.allgemeine_ruecklage_eur
    extra = np.zeros((size, draws))
    for t in range(years):
        deviation = before_interest[t].astype(np.float64)
        if with_interest:
            rate = rate_points[t].astype(np.float64)[None, :]
            paid = book.exposed_eur[t, units][:, None] * rate + extra * (settings.borrowing_rate_share + rate)
            interest[t] = -paid
            deviation -= paid
        result[t] = book.result_eur[t, units][:, None] + deviation
        extra = extra - deviation
        extra_credit[t] = extra
        reserves, outcome = step(
            result[t], reserves, rules, carry_forward_approved=settings.carry_forward_approved
        )
        general[t + 1] = reserves.allgemeine_ruecklage_eur
        equity[t] = reserves.equity_eur
        reduction[t] = outcome.reduction_eur
        carried[t] = outcome.carried_forward_eur
    planned = book.liquidity_credit_eur[units] - np.cumsum(book.liquidity_flow_eur[:, units], axis=0)
    found = triggers(reduction, general, equity, rules, carried)
    named = {**blocks, "interest": blocks["interest"] + interest}
    return Paths(units, named, result, equity, general, extra_credit, planned, found)


def _relative(common: CommonShocks, settings: Settings) -> dict[str, Floats32]:
    """Relative change of the items all units share, each (T, D); computed once for all units."""
    out: dict[str, Floats32] = {}
    for block, keys in (*_BLOCK_ITEMS.items(), ("umlagen", ("egh",))):
        if block not in settings.blocks:
            continue
        for key in keys:
            level = common.log_level[POSITION[key]]
            if key == "egh" or level.any():
                out[key] = np.exp(level, dtype=np.float32) - np.float32(1.0)
    return out


def passed_on(book: Book, raised_eur: Floats32, units: NDArray[np.int64]) -> Floats32:
    """What the Kreis layer costs c towns, (T, c, D): their share of the rise; the mean rise where it is unknown."""
    layers = book.layers
    if not raised_eur.shape[1]:
        return np.zeros((raised_eur.shape[0], len(units), raised_eur.shape[2]), np.float32)
    kreise = layers.kreis_of[units]
    known = kreise >= 0
    share = np.where(known, layers.share[units], 0.0).astype(np.float32)
    cost = -share[None, :, None] * raised_eur[:, np.maximum(kreise, 0), :]
    if layers.estimated[units].any():
        received = book.items_eur[:, layers.kreise, POSITION["uml"]].sum(axis=1)
        mean = raised_eur.sum(axis=1) / np.maximum(received, 1.0)[:, None].astype(np.float32)
        paid = (book.items_eur[:, units, POSITION["uml"]] * layers.estimated[units]).astype(np.float32)
        cost = cost - paid[:, :, None] * mean[:, None, :]
    return np.asarray(cost, np.float32)


def simulate(
    book: Book,
    common: CommonShocks,
    town: TownShocks,
    rules: RuleSet,
    settings: Settings,
    seed: int,
    summarise: Callable[[Paths], Summary],
    *,
    chunk_size: int = 4,
    workers: int = 2,
) -> list[Summary]:
    """Run all units and summarise each chunk.

    Parameters
    ----------
    summarise : callable
        Gets the ``Paths`` of a chunk; what it returns is listed in the order of the units.
    chunk_size, workers : int
        Speed and memory only: every unit draws from a stream of its own, so results do not depend on them.

    Returns
    -------
    list
        One summary per chunk: first the Kreise, then all other units, each in the order of the book.
    """
    shares = _relative(common, settings)
    shares.setdefault("egh", np.zeros((common.years, common.draws), np.float32))
    is_kreis = np.zeros(book.size, bool)
    is_kreis[book.layers.kreise] = True
    raised = np.zeros((common.years, len(book.layers.kreise), common.draws), np.float32)
    kreis_position = {int(unit): i for i, unit in enumerate(book.layers.kreise)}

    def kreise(units: NDArray[np.int64]) -> Summary:
        blocks = own_effects(book, units, common, town, seed, settings, shares)
        if "umlagen" in settings.blocks:
            passed = raised_umlage(
                total_of(blocks), settings.pass_through_share, settings.pass_through_lag_years
            )
            raised[:, [kreis_position[int(u)] for u in units]] = passed
            blocks["umlagen"] = blocks["umlagen"] + passed
        return summarise(book_paths(book, units, blocks, common.rate_points, rules, settings))

    def others(units: NDArray[np.int64]) -> Summary:
        blocks = own_effects(book, units, common, town, seed, settings, shares)
        if "umlagen" in settings.blocks and not book.layers.member[units].all():
            blocks["umlagen"] = blocks["umlagen"] + passed_on(book, raised, units)
        return summarise(book_paths(book, units, blocks, common.rate_points, rules, settings))

    summaries: list[Summary] = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for work, chosen in ((kreise, np.flatnonzero(is_kreis)), (others, np.flatnonzero(~is_kreis))):
            chunks = [chosen[i : i + chunk_size] for i in range(0, len(chosen), chunk_size)]
            summaries.extend(pool.map(work, chunks))
    return summaries
