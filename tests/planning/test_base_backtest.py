"""The estimate of ages, tried on the Kreise: better than either of its two halves."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.planning.base_backtest import base_backtest
from dewak_research.planning.outlook import TOWN_AGE_YEAR, Outlook


@pytest.fixture(scope="module")
def table(outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return base_backtest(
        outlook.base,
        TOWN_AGE_YEAR,
        outlook.kreis,
        outlook.q,
        planning_inputs["kreise_age"],
        planning_inputs["germany_fertility_1972_2023"],
    )


def test_the_plan_misses_less_than_shares_or_cohorts_alone(table: pd.DataFrame) -> None:
    total = table[table["age"] == "total"].set_index("method")["mape_pct"]
    assert total["plan"] < 3.0
    assert total["plan"] < 0.7 * min(total["share"], total["cohort"])


def test_every_method_and_age_stands_once(table: pd.DataFrame) -> None:
    assert len(table) == 3 * 18
    assert set(table["n"]) == {106}
    assert (table["worst_pct"] >= table["mape_pct"]).all()


def test_the_aged_are_rolled_forward_and_the_young_keep_their_share(table: pd.DataFrame) -> None:
    wide = table.pivot_table(index="age", columns="method", values="mape_pct")
    assert wide.loc["55-59", "plan"] < wide.loc["55-59", "share"] / 2
    assert wide.loc["20-24", "plan"] < wide.loc["20-24", "cohort"] / 2
