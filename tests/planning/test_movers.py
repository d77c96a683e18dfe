"""Who sets a Kreis apart: slopes by hand, and ages that give the shares which were put in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning.movers import movers, shares_of_miss
from dewak_research.planning.population import Rates, project

GROUPS = ("0-17", "18-29", "30-44", "45+")


def _table(miss: np.ndarray) -> pd.DataFrame:
    rows = [
        (f"05{i:03d}", age, 100.0 + found, 100.0)
        for i, of_kreis in enumerate(miss)
        for age, found in zip(GROUPS, of_kreis, strict=True)
    ]
    table = pd.DataFrame(rows, columns=["ags", "age", "truth", "shrunk"])
    whole = table.groupby("ags")[["truth", "shrunk"]].sum().reset_index().assign(age="total")
    return pd.concat([table, whole], ignore_index=True)


def test_shares_are_slopes_over_the_kreise_and_a_common_miss_is_none() -> None:
    total = np.array([-0.4, -0.1, 0, 0.2, 0.3])
    shares = np.array([0.4, 0.0, 0.5, 0.1])
    common = np.array([0.9, 0.9, 0.9, -2.7])
    found = shares_of_miss(_table(total[:, None] * shares + common), "shrunk")
    assert list(found.index) == list(GROUPS)
    assert found.sum() == pytest.approx(1)
    assert found.to_numpy() == pytest.approx(shares, abs=0.01)


def _setting() -> tuple[np.ndarray, list[Rates], np.ndarray]:
    survival = np.full((2, 101), 0.995)
    survival[:, -1] = 0.6
    births = np.zeros((3, 101))
    births[:, 22:40] = 0.05
    rates = [Rates(survival, births, np.zeros((3, 2, 101)), np.array([0.5, 0.48]))] * 9
    land = np.zeros((2, 101))
    land[:, :18], land[:, 18:30], land[:, 30:45] = 0.2 / 36, 0.6 / 24, 0.2 / 30
    return np.full((3, 2, 101), 50.0), rates, land


@pytest.mark.parametrize("true", [(0.3, 0.1, 0.5, 0.1), (0.0, 1.0, 0.0, 0.0), (0.2, 0.2, 0.2, 0.4)])
def test_ages_that_were_put_in_are_found_again(true: tuple[float, ...]) -> None:
    base, rates, land = _setting()
    put_in = np.zeros((2, 101))
    for share, (first, end) in zip(true, ((0, 18), (18, 30), (30, 45), (45, 101)), strict=True):
        put_in[:, first:end] = share / (2 * (end - first))
    more = [replace(r, net_migration=put_in * np.ones((3, 1, 1))) for r in rates]
    moved = (project(base, more, 9)[-1] - project(base, rates, 9)[-1]).sum(axis=(0, 1))
    by_group = np.array([moved[:18].sum(), moved[18:30].sum(), moved[30:45].sum(), moved[45:].sum()])
    found = movers(pd.Series(by_group / by_group.sum(), index=list(GROUPS)), base, rates, land)
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    of_stage = [found[:, a:b].sum() for a, b in ((0, 18), (18, 30), (30, 45), (45, 101))]
    assert of_stage == pytest.approx(list(true), abs=0.05)


def test_families_set_the_kreise_of_the_land_apart_and_those_in_training_do_not(plan: Result) -> None:
    table = plan.tables["migration_ages"].set_index("age")
    assert table[["land_pct", "apart_pct"]].sum().to_numpy() == pytest.approx(100)
    families = ["0-2", "3-5", "6-9", "10-14", "15-17", "30-34", "35-39", "40-44"]
    assert table.loc[families, "apart_pct"].sum() > 60
    young = ["18-19", "20-24", "25-29"]
    assert table.loc[young, "apart_pct"].sum() < 20 < table.loc[young, "land_pct"].sum()
