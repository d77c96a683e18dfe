"""Reverse stress test: the size of a shock at which a line of § 76 GO NRW is crossed.

Source: METHODS C.8. Bisection for all units at once; 0 = the line is crossed without a shock, inf = not even ten times
the episode crosses it, NaN = no balance sheet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.book import Book
from dewak_research.stress.deterministic import own_effects_eur, run_scaled, with_layers
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.simulation import Paths, Settings

Floats = NDArray[np.float64]
LARGEST = 10.0
TOLERANCE = 1e-4


@dataclass(frozen=True)
class Direction:
    """A shock of size one.

    Parameters
    ----------
    blocks : dict of ndarray, shape (T, n)
        Effect on the result, EUR.
    rate_points : ndarray, shape (T,)
        Rise of the interest rate that is there at any size, share.
    """

    blocks: dict[str, Floats]
    rate_points: Floats


def direction(book: Book, change: Floats, settings: Settings, rate_points: Floats | None = None) -> Direction:
    """Direction from relative changes (T, n, 13), passed through the layers."""
    blocks = with_layers(book, own_effects_eur(book, change, settings), settings)
    rates = np.zeros(len(change)) if rate_points is None else rate_points
    return Direction(blocks, rates)


def level_direction(book: Book) -> Direction:
    """One euro less in every year, for every unit."""
    nothing: Floats = np.zeros(book.result_eur.shape)
    return Direction(dict.fromkeys(BLOCKS, nothing) | {"taxes": nothing - 1.0}, np.zeros(len(nothing)))


def paths_at(book: Book, towards: Direction, size: Floats, rules: RuleSet, settings: Settings) -> Paths:
    """Paths at the given size of the shock, one column per unit, shape of ``size``: (n,)."""
    units = np.arange(book.size)
    return run_scaled(book, units, towards.blocks, towards.rate_points, size[:, None], rules, settings)


def crossed(
    book: Book, towards: Direction, size: Floats, rules: RuleSet, settings: Settings
) -> NDArray[np.bool_]:
    """Whether N1, N2 or N3 holds in any year at the given size, shape (n,)."""
    flags = paths_at(book, towards, size, rules, settings).triggers.any_year
    return np.asarray(flags[:, :, 0].any(axis=0))


def smallest_size(
    crossed_at: Callable[[Floats], NDArray[np.bool_]], low: Floats, high: Floats, steps: int
) -> Floats:
    """Smallest size at which a line is crossed, found by halving the interval for all units at once.

    Parameters
    ----------
    crossed_at : callable
        Sizes (n,) → whether the line is crossed there (n,); once crossed, it stays crossed for larger sizes.
    low, high : ndarray, shape (n,)
        Search between these sizes.
    steps : int
        Number of halvings.

    Returns
    -------
    ndarray, shape (n,)
        ``low`` where the line is crossed there already, inf where it is not at ``high``.
    """
    at_low, at_high = crossed_at(low), crossed_at(high)
    lower, upper = low, high
    for _ in range(steps):
        middle = 0.5 * (lower + upper)
        hit = crossed_at(middle)
        upper = np.where(hit, middle, upper)
        lower = np.where(hit, lower, middle)
    return np.where(at_low, low, np.where(at_high, upper, np.inf))


def critical_size(
    book: Book,
    towards: Direction,
    rules: RuleSet,
    settings: Settings,
    low: Floats | float = 0.0,
    high: Floats | float = LARGEST,
    tolerance: float = TOLERANCE,
) -> Floats:
    """λ*: smallest size at which the line is crossed, shape (n,).

    Parameters
    ----------
    low, high : array or float
        Search between these sizes; ``low`` is returned if the line is crossed there, inf if not at ``high``.
    tolerance : float
        Width at which the search ends, as part of ``high − low`` divided by ten.
    """
    lower = np.broadcast_to(np.asarray(low, float), (book.size,)).copy()
    upper = np.broadcast_to(np.asarray(high, float), (book.size,)).copy()
    steps = int(np.ceil(np.log2(LARGEST / tolerance)))
    found = smallest_size(lambda size: crossed(book, towards, size, rules, settings), lower, upper, steps)
    return np.where(np.isnan(book.allgemeine_ruecklage_eur), np.nan, found)


def bearable_loss_eur(book: Book, rules: RuleSet, settings: Settings) -> Floats:
    """Loss per year, every year, that just crosses the line, EUR; negative = relief needed; NaN = no balance."""
    reserves = np.abs(np.nan_to_num(book.allgemeine_ruecklage_eur)) + np.nan_to_num(
        book.ausgleichsruecklage_eur
    )
    reach = reserves + 2.0 * np.abs(book.result_eur).max(axis=0) + 1.0
    found = critical_size(book, level_direction(book), rules, settings, -reach, reach, tolerance=1e-6)
    return np.where(np.isinf(found), np.nan, found)


def reverse_table(
    ags: list[str],
    book: Book,
    towards: Direction,
    name: str,
    receipts_eur: Floats,
    rules: RuleSet,
    settings: Settings,
) -> pd.DataFrame:
    """λ* of one direction for every unit with what it means.

    Returns
    -------
    DataFrame
        ags, direction, lambda_star, loss_worst_year_eur, loss_total_eur, loss_worst_year_share (of receipts),
        trigger, trigger_year. Amounts are NaN where λ* is not finite, 0 where the line is crossed unshocked.
    """
    star = critical_size(book, towards, rules, settings)
    finite = np.isfinite(star)
    paths = paths_at(book, towards, np.where(finite, star, 0.0), rules, settings)
    loss = np.where(finite, -paths.deviation_eur[:, :, 0], np.nan)
    first = paths.triggers.first_year[:, 0].astype(int)
    which = paths.triggers.which[:, 0].astype(int)
    names = pd.Series([f"N{number}" for number in which], dtype="string").where(finite & (which > 0))
    worst = np.where(finite, np.maximum(loss.max(axis=0), 0.0), np.nan)
    return pd.DataFrame(
        {
            "ags": ags,
            "direction": name,
            "lambda_star": star,
            "loss_worst_year_eur": worst,
            "loss_total_eur": loss.sum(axis=0),
            "loss_worst_year_share": worst / receipts_eur,
            "trigger": names,
            "trigger_year": pd.Series(first + 1, dtype="Int64").where(finite & (first >= 0)),
        }
    )


def return_period_years(fall_share: Floats, history_growth: Floats) -> Floats:
    """Years between falls at least that large in history; inf = never happened, NaN stays NaN.

    Parameters
    ----------
    fall_share : ndarray
        Fall of the item, positive (0.21 = 21 %); inf allowed.
    history_growth : ndarray
        Observed yearly growth, share; the frequency is counted, not fitted.
    """
    ordered = np.sort(-history_growth[np.isfinite(history_growth)])
    at_least = len(ordered) - np.searchsorted(ordered, np.asarray(fall_share, float), side="left")
    with np.errstate(divide="ignore"):
        period = len(ordered) / at_least
    return np.where(np.isnan(fall_share), np.nan, period)
