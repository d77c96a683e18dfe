"""One given path of changes through the same identity, without chance; and the grid a council asks for.

Changes are shares of the unshocked path, so everything up to the interest on new debt is linear in their size.
Source: METHODS C.3, C.7, C.8; the grid follows a published request of a German council (S68).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.book import Book, passed_on
from dewak_research.stress.items import BLOCK_OF, BLOCKS, KEYS, POSITION, SIGNS
from dewak_research.stress.simulation import Paths, Settings, book_paths
from dewak_research.stress.transmission import raised_umlage, refund_by_year

Floats = NDArray[np.float64]
Effects = dict[str, Floats]
NO_TRIGGER = "none"
REVENUE_ITEMS = ("est", "ust", "sz")


def own_effects_eur(book: Book, change: Floats, settings: Settings, *, own_loss: bool = False) -> Effects:
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
        key_grants = book.items_eur[:, :, POSITION["sz"]] * (1.0 + change[:, :, POSITION["sz"]])
        blocks["transfers"] += refund_by_year(lost, book.refund_share, book.refund_split, key_grants)[:, :, 0]
    return blocks


def with_layers(book: Book, blocks: Effects, settings: Settings) -> Effects:
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


def effects_eur(book: Book, change: Floats, settings: Settings, *, own_loss: bool = False) -> Effects:
    """Effect of given changes on all units by block, each (T, n), layers included."""
    return with_layers(book, own_effects_eur(book, change, settings, own_loss=own_loss), settings)


def run_scaled(
    book: Book,
    units: NDArray[np.int64],
    blocks: Effects,
    rate_points: Floats,
    scale: Floats,
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
    return book_paths(book, units, scaled, rates, settings)


def run_once(book: Book, blocks: Effects, rate_points: Floats, settings: Settings) -> Paths:
    """All units through the given effects; arrays of the result have one draw."""
    return run_scaled(book, np.arange(book.size), blocks, rate_points, np.ones((book.size, 1)), settings)


def trigger_columns(paths: Paths, known: NDArray[np.bool_]) -> pd.DataFrame:
    """First trigger and its year of one-draw paths.

    Parameters
    ----------
    known : ndarray of bool
        Units of which a trigger can be said (with a balance sheet).

    Returns
    -------
    DataFrame
        trigger: "N1", "N2", "N3", "none", or NA where unknown; trigger_year: 1 = first year, NA = never.
    """
    first = paths.triggers.first_year[:, 0].astype(int)
    which = paths.triggers.which[:, 0].astype(int)
    names = pd.Series([f"N{number}" if number else NO_TRIGGER for number in which], dtype="string")
    year = pd.Series(first + 1, dtype="Int64").where(first >= 0)
    return pd.DataFrame({"trigger": names.where(known), "trigger_year": year.where(known)})


def count_triggered(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Count units over a line by ``keys``: known (units with a balance sheet), triggered."""
    known = table["trigger"].notna()
    flags = table.assign(known=known, triggered=known & (table["trigger"] != NO_TRIGGER))
    return flags.groupby(keys, as_index=False)[["known", "triggered"]].sum()


def revenue_eur(book: Book, umlagen_received_eur: Floats) -> Floats:
    """Taxes (net of the trade-tax levy), key grants and, for a Kreis, the Kreisumlage it receives; shape (T, n)."""
    total = book.items_eur[:, :, POSITION["gewst"]] * book.net_share
    for key in REVENUE_ITEMS:
        total = total + book.items_eur[:, :, POSITION[key]]
    is_kreis = np.zeros(book.size)
    is_kreis[book.layers.kreise] = 1.0
    return np.asarray(total + umlagen_received_eur * is_kreis)


def council_grid(
    table: pd.DataFrame,
    book: Book,
    falls_share: tuple[float, ...],
    rises_pp: tuple[float, ...],
    settings: Settings,
) -> pd.DataFrame:
    """What if revenue falls and interest rises, whatever the cause.

    Each unit by itself: nothing is passed on and nothing refunded, the fall lasts for all years.

    Parameters
    ----------
    table : DataFrame
        Baseline, in the order of the book.

    Returns
    -------
    DataFrame
        One row per unit, fall and rise (and the unshocked path: 0, 0): ags, revenue_fall_share, interest_rise_pp,
        loss_first_year_eur, loss_total_eur, loss_total_eur_pc, result_last_year_eur, extra_credit_last_year_eur,
        trigger, trigger_year. Losses are positive.
    """
    base = revenue_eur(book, table["umlagen_received_eur"].to_numpy(float))
    population = table["population"].to_numpy(float)
    has_balance = table["has_balance"].to_numpy(bool)
    nothing = np.zeros_like(base)
    rows = []
    for fall, rise in [(0.0, 0.0), *((f, r) for f in falls_share for r in rises_pp)]:
        blocks = dict.fromkeys(BLOCKS, nothing) | {"taxes": -fall * base}
        paths = run_once(book, blocks, np.full(base.shape[0], rise / 100.0), settings)
        loss = -paths.deviation_eur[:, :, 0]
        frame = pd.DataFrame(
            {
                "ags": table["ags"],
                "revenue_fall_share": fall,
                "interest_rise_pp": rise,
                "loss_first_year_eur": loss[0],
                "loss_total_eur": loss.sum(axis=0),
                "loss_total_eur_pc": loss.sum(axis=0) / population,
                "result_last_year_eur": paths.result_eur[-1, :, 0],
                "extra_credit_last_year_eur": paths.extra_credit_eur[-1, :, 0],
            }
        )
        rows.append(frame.join(trigger_columns(paths, has_balance)))
    grid = pd.concat(rows, ignore_index=True)
    return grid.sort_values(["ags", "revenue_fall_share", "interest_rise_pp"], ignore_index=True)


def grid_counts(grid: pd.DataFrame) -> pd.DataFrame:
    """Count units over a line in every cell of the council grid.

    Returns
    -------
    DataFrame
        revenue_fall_share, interest_rise_pp (0, 0 = the unshocked path), known (units with a balance sheet),
        triggered, triggered_share, loss_total_median_eur_pc (over all years, all units).
    """
    keys = ["revenue_fall_share", "interest_rise_pp"]
    out = count_triggered(grid, keys)
    median = grid.groupby(keys, as_index=False)["loss_total_eur_pc"].median()["loss_total_eur_pc"]
    return out.assign(triggered_share=out["triggered"] / out["known"], loss_total_median_eur_pc=median)
