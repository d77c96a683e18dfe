"""What the plan is held against: the migration that would explain the difference does explain it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning.checks import migration_check
from dewak_research.planning.outlook import Outlook


def test_the_migration_left_over_explains_the_official_change(
    outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    path = outlook.path("base")
    table = migration_check(path, outlook.rates["base"], planning_inputs["projection"], 2024)
    assert table["first_year"].tolist() == [2024, 2025, 2030, 2035, 2040, 2045]
    natural = table["births"] - table["deaths"]
    assert (natural + table["net_migration"]).to_numpy() == pytest.approx(table["change"].to_numpy())
    assert (natural + table["official_net_migration"]).to_numpy() == pytest.approx(
        table["official_change"].to_numpy()
    )
    whole = np.average(table["change"], weights=table["last_year"] - table["first_year"]) * 26
    assert whole == pytest.approx(path[-1].sum() - path[0].sum())


def test_an_official_projection_equal_to_ours_leaves_our_migration(outlook: Outlook) -> None:
    path = outlook.path("base")
    ours = pd.DataFrame(
        {"year": [2024, 2030, 2040], "age": "total", "persons": path[[0, 6, 16]].sum(axis=(1, 2, 3))}
    )
    table = migration_check(path, outlook.rates["base"], ours, 2024)
    assert table["net_migration_difference"].abs().max() < 1e-6
