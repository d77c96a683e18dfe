"""What if: given changes of the items without chance, the grid a council asks for, and another result in every draw.

Changes of items are shares of the unshocked path, so everything up to the interest on new debt is linear in their size.
A change of the result in euros leaves the shocks as they are, so that with and without it stand on the same draws.
Source: METHODS C.3, C.7, C.8; the grid follows a published request of a German council (S68).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, messages
from dewak_research.stress.book import Book
from dewak_research.stress.distribution import at_frequency
from dewak_research.stress.items import BLOCK_OF, BLOCKS, KEYS, POSITION, SIGNS
from dewak_research.stress.kreis_levy import YOUTH_OFFICE, Raised, passed_on
from dewak_research.stress.run import Run
from dewak_research.stress.simulation import Paths, Settings, book_paths, deviations, walked
from dewak_research.stress.transmission import refund_by_year

Floats = NDArray[np.float64]
Effects = dict[str, Floats]
NO_TRIGGER = "none"
REVENUE_ITEMS = ("est", "ust", "sz")
_problem = messages(__package__)


def with_change(book: Book, change_eur: Floats | float) -> Book:
    """Return the book with a change of the result, and of the cash, of every year.

    The shocks stay as they are. Interest that the change itself saves or costs is left out; see :func:`with_interest`.

    Parameters
    ----------
    change_eur : float or ndarray, shape (T,) or (T, n)
        EUR a year, negative = cost: the same for all, by year, or by year and unit.

    Raises
    ------
    InputError
        The path does not have one value for every year (and unit), or holds one that is missing.
    """
    change = np.asarray(change_eur, np.float64)
    fits = change.shape in ((), (book.years,), book.result_eur.shape)
    if not fits or not np.isfinite(change).all():
        known = f"{book.years}, {book.years} × {book.size}"
        shown = " × ".join(map(str, change.shape)) or "–"
        raise InputError(_problem("change_path", "change_eur", shape=shown, known=known))
    by_year = change[:, None] if change.ndim == 1 else change
    return replace(
        book, result_eur=book.result_eur + by_year, liquidity_flow_eur=book.liquidity_flow_eur + by_year
    )


def with_interest(change_eur: Floats, rate_share: float) -> Floats:
    """Return yearly changes of the result with the interest on the liquidity credit that they add or save before.

    As the engine does for shocks: credit less than on the path saves interest, whether or not there is cash.

    Parameters
    ----------
    change_eur : ndarray, shape (..., T)
    rate_share : float
        Rate on new liquidity credit, share.
    """
    out = np.array(change_eur, np.float64)
    for t in range(1, out.shape[-1]):
        out[..., t] += rate_share * out[..., :t].sum(axis=-1)
    return out


def trigger_probabilities(
    run: Run, books: Mapping[str, Book], draws: int, frequency: float | None = None
) -> pd.DataFrame:
    """Return the trigger probability of every unit under each book: ags, then one column per book.

    Parameters
    ----------
    books : mapping
        Books that differ from that of the run in the result alone; all are walked on the same draws.
    frequency : float, optional
        Crisis frequency by which the draws are weighted, as on the pages; without it all draws count alike.

    Returns
    -------
    DataFrame
        ags (sorted) and one column per book, 0–1: share of the draws with a trigger in any year; NaN without a
        balance sheet.
    """
    common = run.shocks(draws)
    group = common.crisis_years[-1][:, None] == np.arange(len(common.crisis_years) + 1)

    def chance(hit: NDArray[np.bool_]) -> Floats:
        if frequency is None:
            return np.asarray(hit.mean(axis=1))
        counts = np.rint(hit.astype(np.float64) @ group).astype(np.int64).T
        return at_frequency(counts, group.sum(axis=0), len(common.crisis_years), frequency)

    def shares(paths: Paths) -> tuple[NDArray[np.int64], dict[str, Floats]]:
        shocks = {**paths.block_eur, "interest": np.zeros_like(paths.block_eur["taxes"])}
        moved, *_ = deviations(run.book, paths.units, shocks, common.rate_points, run.settings)
        found = {}
        for name, book in books.items():
            result = book.result_eur[:, paths.units, None] + moved
            hit = walked(book, paths.units, result, run.settings).triggers.any_year
            found[name] = chance(np.asarray(hit.any(axis=0)))
        return paths.units, found

    keys = np.asarray(run.ags, dtype=object)
    frames = [pd.DataFrame({"ags": keys[units], **found}) for units, found in run.simulate(common, shares)]
    out = pd.concat(frames).set_index("ags").sort_index()
    return out.where(pd.Series(run.has_balance, index=run.ags).reindex(out.index)).reset_index()


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


def with_layers(book: Book, blocks: Effects, change: Floats, settings: Settings) -> Effects:
    """Let the Kreise pass their loss from ``change`` on to their towns by both levies; each block (T, n)."""
    kreise, youth = book.layers.kreise, [POSITION[key] for key in YOUTH_OFFICE]
    own = np.sum(list(blocks.values()), axis=0)[:, kreise, None].astype(np.float32)
    cost = (book.items_eur[:, kreise][:, :, youth] * change[:, kreise][:, :, youth]).sum(axis=2)
    passed = settings.pass_through_share, settings.pass_through_lag_years
    raised = Raised.by(own, -cost[:, :, None].astype(np.float32), *passed)
    towns = np.flatnonzero(~book.layers.member)
    umlagen = blocks["umlagen"].copy()
    umlagen[:, kreise] += raised.total_eur[:, :, 0]
    umlagen[:, towns] += passed_on(book, raised, towns)[:, :, 0]
    return {**blocks, "umlagen": umlagen}


def effects_eur(book: Book, change: Floats, settings: Settings, *, own_loss: bool = False) -> Effects:
    """Effect of given changes on all units by block, each (T, n), layers included."""
    return with_layers(book, own_effects_eur(book, change, settings, own_loss=own_loss), change, settings)


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
