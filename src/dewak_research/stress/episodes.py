"""What named episodes do to every unit, and how many units they carry over a line or back.

Source: METHODS C.7 level 2.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.book import Book
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.scenarios import Scenario, changes
from dewak_research.stress.simulation import Settings
from dewak_research.stress.what_if import NO_TRIGGER, count_triggered, effects_eur, run_once, trigger_columns

Floats = NDArray[np.float64]


def episodes(
    table: pd.DataFrame, book: Book, rates: Floats, chosen: tuple[Scenario, ...], settings: Settings
) -> pd.DataFrame:
    """Run scenarios for all units.

    Parameters
    ----------
    table : DataFrame
        Baseline, in the order of the book.
    rates : ndarray, shape (n, 13)
        Growth of the unshocked path.

    Returns
    -------
    DataFrame
        One row per unit and scenario: ags, scenario, loss_worst_year_eur(_pc), loss_total_eur(_pc), total by block
        (``<block>_eur``, negative = burden), extra_credit_last_year_eur, trigger, trigger_year.
    """
    population = table["population"].to_numpy(float)
    frames = []
    for s in chosen:
        blocks = effects_eur(book, changes(s, rates, book.years), settings, own_loss=s.overlay.own_loss)
        paths = run_once(book, blocks, s.rate_points(book.years), settings)
        loss = -paths.deviation_eur[:, :, 0]
        worst = np.maximum(loss.max(axis=0), 0.0)
        columns = {
            "ags": table["ags"],
            "scenario": s.name,
            "loss_worst_year_eur": worst,
            "loss_worst_year_eur_pc": worst / population,
            "loss_total_eur": loss.sum(axis=0),
            "loss_total_eur_pc": loss.sum(axis=0) / population,
            **{f"{block}_eur": paths.block_eur[block][:, :, 0].sum(axis=0, dtype=float) for block in BLOCKS},
            "extra_credit_last_year_eur": paths.extra_credit_eur[-1, :, 0],
        }
        triggered = trigger_columns(paths, table["has_balance"].to_numpy(bool))
        frames.append(pd.DataFrame(columns).join(triggered))
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "scenario"], ignore_index=True)


def episode_counts(found: pd.DataFrame, unshocked: pd.Series) -> pd.DataFrame:
    """Count units over a threshold in every episode; those that join and those that leave are counted apart.

    Parameters
    ----------
    found : DataFrame
        Result of ``episodes``.
    unshocked : Series of str
        First trigger without any shock, "none" or missing; index ags.

    Returns
    -------
    DataFrame
        scenario, known, triggered, added (over a threshold only with the episode), freed (only without it: a
        recovery or key grants that follow leave more than the path without a shock).
    """
    before = found["ags"].map(unshocked).fillna(NO_TRIGGER) != NO_TRIGGER
    after = found["trigger"].fillna(NO_TRIGGER) != NO_TRIGGER
    moved = found[["scenario"]].assign(added=after & ~before, freed=before & ~after)
    return count_triggered(found, ["scenario"]).merge(
        moved.groupby("scenario", as_index=False).sum(), on="scenario"
    )


def episode_losses(found: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """Median loss per head of the worst year by episode and kind of unit (index ags).

    Returns
    -------
    DataFrame
        scenario, kind, loss_worst_year_median_eur_pc.
    """
    grouped = found.assign(kind=found["ags"].map(kind)).groupby(["scenario", "kind"], as_index=False)
    out: pd.DataFrame = grouped.agg(loss_worst_year_median_eur_pc=("loss_worst_year_eur_pc", "median"))
    return out
