"""The base is an estimate: towns have an error of their own, their Kreis has none, and it goes on with the cohorts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning import draws
from dewak_research.planning.ages import GROUPS, membership
from dewak_research.planning.base_misses import (
    BaseMisses,
    base_deviations,
    base_misses,
    census_misses,
    census_widths,
    root_of,
)
from dewak_research.planning.population import Rates, step
from dewak_research.planning.spread import Spread

AGS = ["05111000", "05154004", "05154008", "05154012"]
KREIS = np.array([0, 1, 1, 1])
PERSONS = np.array([50_000.0, 6_000.0, 16_000.0, 80_000.0])[:, None] * np.full(len(GROUPS), 1 / len(GROUPS))
WIDE = BaseMisses(0.05 * np.eye(len(GROUPS)), Spread(1.0, 0.0, 0.25))


def test_errors_of_towns_add_up_to_nobody() -> None:
    off = base_deviations(WIDE, AGS, KREIS, PERSONS, 400, 1).astype(float) * PERSONS.T
    assert np.abs(off[:, :, 0]).max() == 0  # alone in its Kreis: counted
    assert np.abs(off.sum(axis=2)).max() < 0.05
    assert np.abs(off.sum(axis=1)).max() < 0.05
    assert np.abs(off.mean(axis=0)).max() < 1e-3


def test_small_towns_are_less_sure_and_widths_are_those_asked_for() -> None:
    width = base_deviations(WIDE, AGS, KREIS, PERSONS, 4000, 1).astype(float).std(axis=0).mean(axis=0)
    assert width[1] > width[2] > width[3] > width[0] == 0
    assert width[1] == pytest.approx(0.05 * (6_000 / 20_000) ** -0.25, rel=0.1)


def test_the_root_gives_the_covariance_of_the_misses_back() -> None:
    rng = np.random.default_rng(4)
    groups = ("0-17", "18-64", "65+")
    miss = rng.multivariate_normal([0, 0, 0], 1e-3 * np.array([[4, -1, 0], [-1, 1, 0], [0, 0, 2]]), 5000)
    root = root_of(np.full((5000, 3), 100.0) * np.exp(miss), np.full((5000, 3), 100.0), groups)
    found = root @ root.T
    at = [GROUPS.index(group) for group in ("3-5", "25-29", "80-84")]
    assert found[np.ix_(at, at)] == pytest.approx(
        1e-3 * np.array([[4, -1, 0], [-1, 1, 0], [0, 0, 2]]), abs=2e-4
    )
    assert found[0, 0] == pytest.approx(found[1, 1])  # finer groups are off as the one they lie in


def test_misses_of_the_census_are_beside_the_kreis() -> None:
    persons = np.ones((4, 2, 101))
    share = np.array([16.0, 16.0, 17.0, 15.5]) * 100 / 101
    census = pd.DataFrame({"age_under16_pct": share, "age_67plus_pct": np.full(4, np.nan)})
    found = census_misses(persons, KREIS, census)
    logs = np.log(share[1:])
    assert found[:, 0].tolist() == pytest.approx([0, *(logs - logs.mean())])
    assert np.isnan(found[:, 1]).all()


def test_widths_of_towns_are_learned_from_the_census() -> None:
    rng = np.random.default_rng(3)
    kreis = np.repeat(np.arange(40), 25)
    people = rng.uniform(5_000, 100_000, 1000)
    persons = people[:, None] * np.full(len(GROUPS), 1 / len(GROUPS))
    of_kreise = census_widths(WIDE.root, persons.sum(axis=0))
    true = 0.8 * (people / 20_000) ** -0.2
    found = base_misses(WIDE.root, rng.standard_normal((1000, 2)) * true[:, None] * of_kreise, persons, kreis)
    assert found.scale(np.array([20_000.0]))[0] == pytest.approx(0.8, rel=0.1)
    assert found.town.size == pytest.approx(0.2, abs=0.06)


def test_an_error_of_the_base_grows_older_with_its_people() -> None:
    rng = np.random.default_rng(1)
    base = rng.uniform(200, 300, (4, 2, 101))
    survival, births = np.full((2, 101), 0.99), np.zeros((4, 101))
    births[:, 20:40] = 0.06
    rates = [Rates(survival, births, np.zeros((4, 2, 101)), np.array([0.51, 0.485]))] * 5
    react = draws.reaction(base, rates, np.full((2, 101), 1 / 202), base_ages=True)
    share = base_deviations(WIDE, AGS, KREIS, base.sum(axis=1) @ membership(), 2, 1)
    none = np.zeros((2, 5, 4), dtype=np.float32)
    found = list(draws.group_draws(react, np.concatenate([none, share], axis=1), AGS, KREIS))
    now = base * (1 + np.einsum("ag,gt->ta", membership(), share[0])[:, None, :])
    for _ in range(5):
        now = step(now, survival, births, np.zeros((4, 2, 101)), np.array([0.51, 0.485]))
    assert found[1][1][0, 5, :3] == pytest.approx((now @ membership())[1:], rel=1e-4)


def test_a_town_is_unsure_in_the_base_year_and_its_kreis_is_not(plan: Result) -> None:
    band = plan.tables["population_range"].query("year == 2024 and age in ['0-2', '80+', 'total']")
    band = band.assign(width=(band["p95"] - band["p05"]) / band["p50"])
    width = band.pivot_table(index="ags", columns="age", values="width")
    town = width.index.str.len() == 8
    alone = width.index.str.endswith("000")
    assert (width.loc[town & ~alone, ["0-2", "80+"]] > 0.01).all(axis=None)
    assert width.loc[~town].max(axis=None) < 1e-4
    assert width.loc[alone].max(axis=None) < 1e-4
    assert width["total"].max() < 1e-3


def test_bands_of_the_base_hold_the_census_where_they_were_not_learned(plan: Result) -> None:
    table = plan.tables["base_coverage"]
    mean = np.average(table["coverage_pct"], weights=table["n"])
    assert 84 <= mean <= 95
    assert table["n"].sum() == 2 * 374
    spread = plan.tables["base_spread"].set_index(["age", "size_from"])["spread_pct"]
    assert spread.loc[("0-2", 0.0)] > spread.loc[("0-2", 20_000.0)] > spread.loc[("0-2", 100_000.0)] > 0
    assert spread.loc[("20-24", 10_000.0)] > spread.loc[("50-54", 10_000.0)]
