"""One given path of changes through the same identity: for named episodes, the council grid, the reverse test.

Changes are shares of the unshocked path, so everything up to the interest on new debt is linear in their size.
Source: METHODS C.3, C.7, C.8.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.book import Book
from dewak_research.stress.items import BLOCK_OF, BLOCKS, KEYS, POSITION, SIGNS
from dewak_research.stress.layers import raised_umlage
from dewak_research.stress.simulation import (
    Paths,
    Settings,
    book_paths,
    passed_on,
    refund,
)

Floats = NDArray[np.float64]


def own_effects_eur(
    book: Book, change: Floats, settings: Settings, *, own_loss: bool = False
) -> dict[str, Floats]:
    """Effect of given changes on the units' own results by block, each (T, n), before any layer passes it on.

    Parameters
    ----------
    change : ndarray, shape (T, n, 13)
        Deviation from the path, share.
    own_loss : bool
        The trade-tax change hits the unit alone: key grants refund part of it, with lag. Otherwise all units
        are hit alike, the pot is fixed, nothing is refunded.
    """
    blocks = {block: np.zeros(change.shape[:2]) for block in BLOCKS}
    for position, key in enumerate(KEYS):
        if key in ("egh", "uml"):
            continue
        effect = SIGNS[position] * book.items_eur[:, :, position] * change[:, :, position]
        if key == "gewst":
            effect = effect * book.net_share
        blocks[BLOCK_OF[key]] += effect
    paid = book.items_eur[:, :, POSITION["uml"]] * book.layers.member
    relative = (
        settings.landschaft_pass_through_share
        * settings.integration_assistance_share
        * change[:, :, POSITION["egh"]]
        + change[:, :, POSITION["uml"]]
    )
    blocks["umlagen"] = -paid * relative
    if own_loss:
        lost = (book.items_eur[:, :, 0] * change[:, :, 0])[:, :, None].astype(np.float32)
        grants = book.items_eur[:, :, POSITION["sz"]]
        blocks["transfers"] += refund(lost, book.refund_share, book.refund_split, grants)[:, :, 0]
    return blocks


def with_layers(book: Book, blocks: dict[str, Floats], settings: Settings) -> dict[str, Floats]:
    """Let the Kreise pass their loss on to their towns; each block (T, n)."""
    kreise = book.layers.kreise
    own = np.sum(list(blocks.values()), axis=0)
    raised = raised_umlage(
        own[:, kreise, None].astype(np.float32), settings.pass_through_share, settings.pass_through_lag_years
    )
    towns = np.flatnonzero(~book.layers.member)
    umlagen = blocks["umlagen"].copy()
    umlagen[:, kreise] += raised[:, :, 0]
    umlagen[:, towns] += passed_on(book, raised, towns)[:, :, 0]
    return {**blocks, "umlagen": umlagen}


def run_scaled(
    book: Book,
    units: NDArray[np.int64],
    blocks: dict[str, Floats],
    rate_points: Floats,
    scale: Floats,
    rules: RuleSet,
    settings: Settings,
) -> Paths:
    """Walk c units through ``scale`` times the given effects.

    Parameters
    ----------
    blocks : dict of ndarray, shape (T, n)
    rate_points : ndarray, shape (T,)
        Rise of the interest rate, not scaled.
    scale : ndarray, shape (c, D)
        One column per variant.
    """
    scaled = {name: (part[:, units, None] * scale[None]).astype(np.float32) for name, part in blocks.items()}
    rates = np.broadcast_to(rate_points[:, None], (len(rate_points), scale.shape[1])).astype(np.float32)
    return book_paths(book, units, scaled, rates, rules, settings)


def run_changes(
    book: Book,
    change: Floats,
    rate_points: Floats,
    rules: RuleSet,
    settings: Settings,
    *,
    own_loss: bool = False,
    layered: bool = True,
) -> Paths:
    """All units through one path of changes; arrays of the result have one draw."""
    blocks = own_effects_eur(book, change, settings, own_loss=own_loss)
    if layered:
        blocks = with_layers(book, blocks, settings)
    units = np.arange(book.size)
    return run_scaled(book, units, blocks, rate_points, np.ones((book.size, 1)), rules, settings)
