"""What the stress test foresees, held against the past: forecasts of own taxes, early warnings, orderings.

Nothing here depends on what a run assumes of the future: it is a stage of its own, beside the test.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.data.result import Result
from dewak_research.engines import Engine
from dewak_research.stress.early_warning import early_warning
from dewak_research.stress.kreis_warning import kreis_warning
from dewak_research.stress.ordering import ordering
from dewak_research.stress.run import kreise_with_kdu, town_history
from dewak_research.stress.skill import backtest

RAW_TABLES = ("kreise_debt_2023",)


def run(
    inputs: Mapping[str, pd.DataFrame],
    horizon_years: int,
    draws: int,
    block_years: float,
    seed: int,
    engine: Engine | None = None,
) -> Result:
    """Hold forecasts, warnings and orderings of all past years against what came.

    Parameters
    ----------
    inputs : mapping
        units, tax_panel and kreise_panel of the stage ingest, official tables of ``RAW_TABLES``.
    horizon_years, draws, block_years
        See :func:`dewak_research.stress.skill.backtest`.
    seed : int
    engine : Engine, optional
        Where rolling origins and panels of noise are done; speed only.

    Returns
    -------
    Result
        Tables of ``skill.backtest`` and ``early_warning.early_warning``; kreis_warning, backtest_ordering.
    """
    towns = town_history(inputs)
    return Result(
        {
            **backtest(towns, horizon_years, draws, block_years, seed, engine),
            **early_warning(towns, seed, engine),
            "kreis_warning": kreis_warning(inputs, seed),
            "backtest_ordering": ordering(kreise_with_kdu(inputs["kreise_panel"]), seed),
        }
    )
