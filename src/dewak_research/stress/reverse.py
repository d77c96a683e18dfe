"""Reverse stress test: the size of a shock at which a line of § 76 GO NRW is crossed.

Source: METHODS C.8. Bisection for all units at once; 0 = the line is crossed without a shock, inf = not even ten times
the episode crosses it, NaN = no balance sheet.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.book import Book
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.run import Run
from dewak_research.stress.scenarios import COST_YEAR, CRISIS, Scenario, changes, scenario
from dewak_research.stress.simulation import Paths, Settings
from dewak_research.stress.what_if import Effects, effects_eur, run_scaled, trigger_columns

Floats = NDArray[np.float64]
LARGEST = 10.0
TOLERANCE = 1e-4
DIRECTIONS = (CRISIS, COST_YEAR)


def episode_direction(run: Run, episode: Scenario) -> Effects:
    """Effects of a named episode on all units of a run, each (T, n): the shock of size one."""
    return effects_eur(run.book, changes(episode, run.rates, run.book.years), run.settings)


def level_direction(book: Book) -> Effects:
    """One euro less in every year, for every unit."""
    nothing: Floats = np.zeros(book.result_eur.shape)
    return dict.fromkeys(BLOCKS, nothing) | {"taxes": nothing - 1.0}


def paths_at(book: Book, towards: Effects, size: Floats, settings: Settings) -> Paths:
    """Paths at the given size of the shock, one column per unit, shape of ``size``: (n,)."""
    return run_scaled(book, np.arange(book.size), towards, np.zeros(book.years), size[:, None], settings)


def crossed(book: Book, towards: Effects, size: Floats, settings: Settings) -> NDArray[np.bool_]:
    """Whether N1, N2 or N3 holds in any year at the given size, shape (n,)."""
    flags = paths_at(book, towards, size, settings).triggers.any_year
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
    towards: Effects,
    settings: Settings,
    low: Floats | float = 0.0,
    high: Floats | float = LARGEST,
    tolerance: float = TOLERANCE,
) -> Floats:
    """λ*: smallest size at which the line is crossed, shape (n,).

    Parameters
    ----------
    towards : dict of ndarray, shape (T, n)
        Effect on the result of a shock of size one by block, EUR.
    low, high : array or float
        Search between these sizes; ``low`` is returned if the line is crossed there, inf if not at ``high``.
    tolerance : float
        Width at which the search ends, as part of ``high − low`` divided by ten.
    """
    lower, upper = (np.broadcast_to(np.asarray(end, float), (book.size,)).copy() for end in (low, high))
    steps = int(np.ceil(np.log2(LARGEST / tolerance)))
    found = smallest_size(lambda size: crossed(book, towards, size, settings), lower, upper, steps)
    return np.where(np.isnan(book.allgemeine_ruecklage_eur), np.nan, found)


def bearable_loss_eur(book: Book, settings: Settings) -> Floats:
    """Loss per year, every year, that just crosses the line, EUR; negative = relief needed; NaN = no balance."""
    general, own = (np.nan_to_num(r) for r in (book.allgemeine_ruecklage_eur, book.ausgleichsruecklage_eur))
    reach = np.abs(general) + own + 2.0 * np.abs(book.result_eur).max(axis=0) + 1.0
    found = critical_size(book, level_direction(book), settings, -reach, reach, tolerance=1e-6)
    return np.where(np.isinf(found), np.nan, found)


def reverse_table(
    ags: list[str], book: Book, towards: Effects, name: str, receipts_eur: Floats, settings: Settings
) -> pd.DataFrame:
    """λ* of one direction for every unit with what it means.

    Returns
    -------
    DataFrame
        ags, direction, lambda_star, loss_worst_year_eur, loss_total_eur, loss_worst_year_share (of receipts),
        trigger, trigger_year. Amounts are NaN where λ* is not finite, 0 where the line is crossed unshocked.
    """
    star = critical_size(book, towards, settings)
    finite = np.isfinite(star)
    paths = paths_at(book, towards, np.where(finite, star, 0.0), settings)
    loss = np.where(finite, -paths.deviation_eur[:, :, 0], np.nan)
    worst = np.where(finite, np.maximum(loss.max(axis=0), 0.0), np.nan)
    frame = pd.DataFrame(
        {
            "ags": ags,
            "direction": name,
            "lambda_star": star,
            "loss_worst_year_eur": worst,
            "loss_total_eur": loss.sum(axis=0),
            "loss_worst_year_share": worst / receipts_eur,
        }
    )
    crossing = finite & (paths.triggers.which[:, 0] > 0)
    return frame.join(trigger_columns(paths, crossing))


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


def town_falls(tax_panel: pd.DataFrame, size_class: pd.Series) -> dict[str, Floats]:
    """Yearly growth of the trade tax of all towns of a size class (index ags), where the level before is positive."""
    panel = tax_panel.sort_values(["ags", "year"])
    levels = panel["trade_tax_eur_pc"]
    before = levels.groupby(panel["ags"]).shift()
    growth = (levels / before - 1.0).where(before > 0)
    classes = panel["ags"].map(size_class)
    return {str(name): part.dropna().to_numpy(float) for name, part in growth.groupby(classes)}


def reverse(run: Run, tax_panel: pd.DataFrame) -> pd.DataFrame:
    """λ* in the direction of 2009 and of 2024 for every unit, with what it means.

    Returns
    -------
    DataFrame
        Columns of ``reverse_table``; bearable_eur, bearable_eur_pc (loss per year, every year, that just crosses
        the line; negative = relief needed); for GFK2009 trade_tax_fall_share (first year) and
        return_period_years among towns of the same size.
    """
    receipts = run.table["receipts_eur"].to_numpy(float)
    bearable = bearable_loss_eur(run.book, run.settings)
    frames = []
    for name in DIRECTIONS:
        towards = episode_direction(run, scenario(name))
        frame = reverse_table(run.ags, run.book, towards, name, receipts, run.settings)
        frame["bearable_eur"] = bearable
        frame["bearable_eur_pc"] = bearable / run.table["population"].to_numpy(float)
        if name == CRISIS:
            sizes = run.table["size_class"].to_numpy(dtype=object)
            fall = np.where(
                run.book.taxes.known, scenario(name).first_fall_share * frame["lambda_star"], np.nan
            )
            period = np.full(len(frame), np.nan)
            for size, growth in town_falls(tax_panel, run.table.set_index("ags")["size_class"]).items():
                period[sizes == size] = return_period_years(fall[sizes == size], growth)
            frame["trade_tax_fall_share"], frame["return_period_years"] = fall, period
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).sort_values(["direction", "ags"], ignore_index=True)


def reverse_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Count units by how large a shock they bear.

    Returns
    -------
    DataFrame
        direction, known, unshocked (λ* = 0: over a line without a shock), within_one (0 < λ* ≤ 1), never (λ* = inf),
        lambda_star_median.
    """
    rows = []
    for name, group in table.groupby("direction"):
        star = group["lambda_star"].dropna()
        counts = {
            "known": len(star),
            "unshocked": int((star == 0).sum()),
            "within_one": int(((star > 0) & (star <= 1)).sum()),
            "never": int(np.isinf(star).sum()),
        }
        rows.append({"direction": name, **counts, "lambda_star_median": float(star.median())})
    return pd.DataFrame(rows)
