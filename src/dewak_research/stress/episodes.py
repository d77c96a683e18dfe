"""Named episodes for every unit: what a year like 2009, 2020 or 2024 would do (METHODS C.7 level 2)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.book import Book
from dewak_research.stress.council_grid import trigger_columns
from dewak_research.stress.deterministic import run_changes
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.scenarios import Scenario, changes
from dewak_research.stress.simulation import Settings

Floats = NDArray[np.float64]


def episodes(
    table: pd.DataFrame,
    book: Book,
    rates: Floats,
    chosen: tuple[Scenario, ...],
    rules: RuleSet,
    settings: Settings,
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
    years = book.result_eur.shape[0]
    population = table["population"].to_numpy(float)
    frames = []
    for scenario in chosen:
        change = changes(scenario, rates, years)
        points = scenario.rate_points(years)
        paths = run_changes(book, change, points, rules, settings, own_loss=scenario.overlay.own_loss)
        loss = -paths.deviation_eur[:, :, 0]
        frame = pd.DataFrame(
            {
                "ags": table["ags"],
                "scenario": scenario.name,
                "loss_worst_year_eur": np.maximum(loss.max(axis=0), 0.0),
                "loss_worst_year_eur_pc": np.maximum(loss.max(axis=0), 0.0) / population,
                "loss_total_eur": loss.sum(axis=0),
                "loss_total_eur_pc": loss.sum(axis=0) / population,
                **{
                    f"{block}_eur": paths.block_eur[block][:, :, 0].sum(axis=0, dtype=float)
                    for block in BLOCKS
                },
                "extra_credit_last_year_eur": paths.extra_credit_eur[-1, :, 0],
            }
        )
        frames.append(frame.join(trigger_columns(paths, table["has_balance"].to_numpy(bool))))
    return pd.concat(frames, ignore_index=True).sort_values(["ags", "scenario"], ignore_index=True)


def register(chosen: tuple[Scenario, ...]) -> pd.DataFrame:
    """Title, reference, author and status of each scenario, one row each."""
    rows = [
        {
            "scenario": s.name,
            "title_de": s.title.de,
            "title_en": s.title.en,
            "reference_de": s.reference.de,
            "reference_en": s.reference.en,
            "author": s.overlay.author,
            "sources": ", ".join(s.overlay.source),
            "tag": s.overlay.tag,
            "verified": s.overlay.verified,
        }
        for s in chosen
    ]
    return pd.DataFrame(rows).sort_values("scenario", ignore_index=True)
