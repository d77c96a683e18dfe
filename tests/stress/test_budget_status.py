"""The association of debt, circumstances and light with the budget status: against ranks and towns made for it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from dewak_research.data import read_table
from dewak_research.stress.budget_status import association, budget_status, by_light, towns_of

TABLES = (
    "budget_status",
    "debt_today",
    "integrated_debt",
    "town_population_today",
    "unemployment",
)


@pytest.fixture(scope="module")
def inputs() -> dict[str, pd.DataFrame]:
    return {name: read_table(name) for name in TABLES}


@pytest.fixture(scope="module")
def lights(inputs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Lights that say nothing: drawn at random."""
    ags = sorted(inputs["budget_status"]["ags"])
    chance = np.random.default_rng(0).random(len(ags))
    names = np.select([chance < 0.1, chance < 0.3], ["green", "amber"], "red")
    return pd.DataFrame({"ags": ags, "light": names, "probability": chance})


def test_debt_goes_with_the_status_and_a_light_by_chance_does_not(inputs, lights) -> None:
    towns = towns_of(inputs, lights)
    found = association(towns, 1).set_index(["status", "predictor"])
    debt = found.loc[("consolidation", "liquidity_credit")]
    event = towns["budget_stage"] >= 5
    assert debt["events"] == 53
    assert found.loc[("reserve_used", "liquidity_credit"), "events"] == 143
    assert debt["auc"] == pytest.approx(roc_auc_score(event, towns["liquidity_credit_eur_pc"]))
    assert debt["auc"] == pytest.approx(0.82, abs=0.03)
    assert debt["auc_low"] > 0.7
    chance = found.loc[("consolidation", "light")]
    assert chance["auc_low"] < 0.5 < chance["auc_high"]
    without = found.loc[("consolidation", "without_debt")]
    assert without["auc_low"] > 0.5 and without["auc"] < debt["auc"]


def test_every_town_with_a_light_is_counted_once(inputs, lights) -> None:
    counted = by_light(towns_of(inputs, lights))
    assert counted["towns"].sum() == 396
    assert counted["consolidation"].sum() == 53


def test_the_unconfirmed_debt_can_be_left_out(inputs, lights) -> None:
    found = budget_status(inputs, lights, 1, with_unconfirmed=False)["budget_status_association"]
    assert "liquidity_credit" not in set(found["predictor"]) and len(found) == 4
