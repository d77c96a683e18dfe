"""The question a council asks: what if revenue falls and interest rises, by how much whatever the cause.

Deterministic, each unit by itself: nothing is passed on and nothing refunded, the fall lasts for all years.
Source: METHODS C.7 level 1, after a published request of a German council (S68).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.book import Book
from dewak_research.stress.deterministic import run_scaled
from dewak_research.stress.items import BLOCKS, POSITION
from dewak_research.stress.simulation import Paths, Settings

Floats = NDArray[np.float64]
NO_TRIGGER = "none"
REVENUE_ITEMS = ("est", "ust", "sz")


def trigger_columns(paths: Paths, has_balance: NDArray[np.bool_]) -> pd.DataFrame:
    """First trigger and its year of one-draw paths.

    Returns
    -------
    DataFrame
        trigger: "N1", "N2", "N3", "none", or NA without a balance sheet; trigger_year: 1 = first year, NA = never.
    """
    first = paths.triggers.first_year[:, 0].astype(int)
    which = paths.triggers.which[:, 0].astype(int)
    names = pd.Series([f"N{number}" if number else NO_TRIGGER for number in which], dtype="string")
    year = pd.Series(first + 1, dtype="Int64").where(first >= 0)
    known = pd.Series(has_balance)
    return pd.DataFrame({"trigger": names.where(known), "trigger_year": year.where(known)})


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
    rules: RuleSet,
    settings: Settings,
) -> pd.DataFrame:
    """Answer the grid for every unit.

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
    units = np.arange(book.size)
    population = table["population"].to_numpy(float)
    has_balance = table["has_balance"].to_numpy(bool)
    nothing = np.zeros_like(base)
    rows = []
    for fall, rise in [(0.0, 0.0), *((f, r) for f in falls_share for r in rises_pp)]:
        blocks = dict.fromkeys(BLOCKS, nothing) | {"taxes": -fall * base}
        rates = np.full(base.shape[0], rise / 100.0)
        paths = run_scaled(book, units, blocks, rates, np.ones((book.size, 1)), rules, settings)
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
