"""The estimate of ages, tried on the Kreise: better than either of its two halves."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning.ages import bounds
from dewak_research.planning.base_backtest import base_backtest, tried
from dewak_research.planning.outlook import TOWN_AGE_YEAR, Outlook


@pytest.fixture(scope="module")
def table(outlook: Outlook, planning_inputs: dict[str, pd.DataFrame], whole_stage: None) -> pd.DataFrame:
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


def test_ages_that_keep_their_share_are_fitted_again_by_hand(
    table: pd.DataFrame, outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    """Ages of 2015 in the Kreise, scaled in turn to the ages of the Land and the people of the Kreise (IPF)."""
    frame = planning_inputs["kreise_age"]
    fertility = planning_inputs["germany_fertility_1972_2023"]
    groups, truth, found = tried(outlook.base, TOWN_AGE_YEAR, outlook.kreis, outlook.q, frame, fertility)
    kreise = sorted({town[:5] for town in outlook.base.towns})
    now = frame[frame["year"] == 2024].set_index(["ags", "sex", "age"])["persons"].sort_index()
    counted = np.array(
        [[[now[k, sex, g] for g in groups] for sex in ("male", "female")] for k in kreise], float
    )
    np.testing.assert_array_equal(truth, counted)
    fitted = np.zeros_like(counted)
    for town, persons in zip(outlook.base.towns, outlook.base.before, strict=True):
        for g, (first, last) in enumerate(map(bounds, groups)):
            fitted[kreise.index(town[:5]), :, g] += persons[:, first : last + 1].sum(axis=1)
    for _ in range(200):
        fitted *= counted.sum(axis=0) / fitted.sum(axis=0)
        fitted *= (counted.sum(axis=(1, 2)) / fitted.sum(axis=(1, 2)))[:, None, None]
    np.testing.assert_allclose(found["share"], fitted, rtol=1e-6)
    for method in ("plan", "cohort"):
        np.testing.assert_allclose(found[method].sum(axis=0), counted.sum(axis=0), rtol=1e-6)
        np.testing.assert_allclose(found[method].sum(axis=(1, 2)), counted.sum(axis=(1, 2)), rtol=1e-6)
    off = 100 * np.abs(fitted - counted) / counted
    of_method = table[table["method"] == "share"].set_index("age")
    for g, group in enumerate(groups):
        by_hand = [off[..., g].mean(), off[..., g].max()]
        assert of_method.loc[group, ["mape_pct", "worst_pct"]].tolist() == pytest.approx(by_hand, rel=1e-5)
    weighted = sum(off[..., g].mean() * counted[..., g].sum() for g in range(len(groups))) / counted.sum()
    assert of_method.loc["total", "mape_pct"] == pytest.approx(weighted, rel=1e-5)
