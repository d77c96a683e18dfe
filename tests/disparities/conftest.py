"""A small known panel, and the chapter on the official figures with few draws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import DisparityParams
from dewak_research.data.result import Result
from dewak_research.disparities.panel import build_panel
from dewak_research.page.results import find_row

SEED = 7
FEW = DisparityParams(
    bootstrap_draws=100, wild_draws=199, permutations=199, placebo_draws=10, specification_draws=19
)


@pytest.fixture
def toy_panel() -> pd.DataFrame:
    """Forty Kreise in eight Länder over six years with known relations and a few gaps."""
    generator = np.random.default_rng(3)
    rows = []
    for kreis in range(40):
        land = f"{kreis % 8 + 1:02d}"
        level, density = generator.normal(), generator.normal(5, 1)
        for year in range(2010, 2016):
            x = generator.normal(6, 2) + level
            z = generator.normal(20, 3) + 0.3 * x
            y = 0.1 * x - 0.05 * z + 0.2 * level + 0.1 * density + generator.normal(0, 0.2)
            rows.append((f"{land}{kreis:03d}", land, year, f"{land}-{year}", x, z, density, y))
    columns = [
        "ags",
        "land",
        "year",
        "land_year",
        "unemployment_pct",
        "age_65plus_pct",
        "ln_density",
        "ln_kdu",
    ]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def gappy_panel(toy_panel: pd.DataFrame) -> pd.DataFrame:
    """The same panel, unbalanced: ten records are missing, one Kreis has a single year."""
    drop = np.random.default_rng(4).choice(len(toy_panel), 10, replace=False)
    kept = toy_panel.drop(index=toy_panel.index[drop])
    alone = kept["ags"].iloc[0]
    return kept[(kept["ags"] != alone) | (kept["year"] == kept.loc[kept["ags"] == alone, "year"].min())]


@pytest.fixture(scope="module")
def panel(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """The official panel of all Kreise; nobody changes it."""
    return build_panel(tables["kreise"])


def row(result: Result, table: str, **keys: object) -> dict[str, Any]:
    """Return the one row of a result table whose key columns hold the given values, as prose addresses it."""
    return dict(find_row(result.tables[table], table, keys))


@pytest.fixture(scope="session")
def chapter(disparities: Result) -> Result:
    """The chapter on the official figures with few draws."""
    return disparities
