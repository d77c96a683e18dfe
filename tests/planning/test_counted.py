"""The count of the first year is met, in every variant, and the draws know it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning import draws
from dewak_research.planning.ages import GROUPS
from dewak_research.planning.counted import compensation, rates_for_count
from dewak_research.planning.history import judged
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Rates, project
from dewak_research.planning.population_range import drawn_population
from dewak_research.planning.single_unit import unit_population
from dewak_research.planning.spread import Spread, Spreads


def test_towns_have_the_people_that_were_counted(
    outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    counted = planning_inputs["town_population_today"].set_index("ags")["population"]
    wanted = counted.loc[list(outlook.base.towns)].to_numpy(float)
    assert wanted.sum() == 17_986_214
    for variant in ("low", "base", "high"):
        assert outlook.path(variant)[1].sum(axis=(1, 2)) == pytest.approx(wanted, rel=1e-9)
    later = [rate.net_migration.sum() for rate in outlook.rates["base"][1:3]]
    assert later == pytest.approx([rate.net_migration.sum() for rate in outlook.uncounted[1:3]])


def test_more_years_before_the_count_share_its_moves_and_later_ones_stay() -> None:
    base = np.full((2, 2, 101), 50.0)
    rates = [Rates(np.full((2, 101), 0.98), np.zeros((2, 101)), np.zeros((2, 2, 101)), np.ones(2))] * 4
    ages = np.zeros((2, 101))
    ages[:, 20:30] = 1 / 20
    wanted = np.array([9_800.0, 9_500.0])
    found = rates_for_count(base, rates, ages, wanted, 2)
    assert project(base, found, 4)[2].sum(axis=(1, 2)) == pytest.approx(wanted)
    assert np.array_equal(found[0].net_migration, found[1].net_migration)
    assert found[2] is rates[2] and found[3] is rates[3]
    assert rates_for_count(base, rates, ages, wanted, 0) == rates


def test_the_moves_of_2025_are_what_the_count_leaves(plan: Result) -> None:
    row = plan.tables["count_check"].set_index("year").loc[2025]
    assert row["persons"] == pytest.approx(17_986_214)
    assert row["net_migration"] == pytest.approx(17_986_214 - 18_034_454 - row["natural_change"])
    assert 15_000 < row["net_migration"] < 35_000 < row["expected_net_migration"]
    band = plan.tables["population_range"].query("year == 2025 and age == 'total'")
    assert ((band["p95"] - band["p05"]) / band["p50"]).max() < 1e-6


def test_moves_of_counted_years_do_not_deviate() -> None:
    wide = Spreads(Spread(0.002, 0.001), Spread(0.003, 0.0), Spread(0.001, 0.004, 0.4))
    ags, kreis = ["05111000", "05154004", "05154008"], np.array([0, 1, 1])
    people = np.array([50_000.0, 4_000.0, 16_000.0])
    some = draws.deviations(wide, ags, kreis, people, 10, 4, 7, counted_years=1)
    every = draws.deviations(wide, ags, kreis, people, 10, 4, 7)
    assert (some[:, 0] == 0).all()
    assert np.array_equal(some[:, 1:], every[:, 1:])
    apart = draws.deviations(wide, ags, kreis, people, 10, 4, 7, counted_years=1, apart=True)
    assert (apart[:, [0, 4]] == 0).all() and np.abs(apart[:, [1, 5]]).max() > 0


@pytest.mark.parametrize("counted", [1, 2])
def test_every_draw_has_the_counted_people_and_ages_stay_unsure(counted: int) -> None:
    rng = np.random.default_rng(4)
    years, ags, kreis = 4, ["05111000", "05154004", "05154008"], np.array([0, 1, 1])
    base, births, ages = rng.uniform(20, 30, (3, 2, 101)), np.zeros((3, 101)), np.zeros((2, 101))
    births[:, 20:40], ages[:, 15:45] = 0.06, 1 / 60
    newborn = np.array([0.51, 0.485])
    rates = [Rates(np.full((2, 101), 0.98), births, np.zeros((3, 2, 101)), newborn)] * years
    react = draws.reaction(base, rates, ages, births=True, base_ages=True)
    off = rng.normal(0, 0.02, (12, 2 * years + len(GROUPS), 3)).astype(np.float32)
    off[:, :counted] = 0
    count = project(base, rates, years)[counted].sum(axis=(1, 2))
    moves = compensation(react, off, counted)
    assert moves.shape == (12, 1, 3)
    met = off.copy()
    met[:, :counted] += moves
    for (_, before), (keys, after) in zip(
        draws.group_draws(react, off, ags, kreis), draws.group_draws(react, met, ags, kreis), strict=True
    ):
        places = [ags.index(key) for key in keys if key in ags]
        wanted = [*count[places], *([count[places].sum()] if len(keys) > 1 else [])]
        total = after[:, counted].sum(axis=(2, 3))
        assert total == pytest.approx(np.broadcast_to(wanted, total.shape), rel=1e-6)
        assert before[:, counted].sum(axis=(2, 3)).std(axis=0).min() > 1
        assert after[:, counted].std(axis=0).max() > 1
        assert after[:, counted + 1].sum(axis=(2, 3)).std(axis=0).min() > 1
        assert np.array_equal(after[:, 0], before[:, 0])
    # projecting a draw with so many more who move, and births and ages as drawn, gives the count
    people = base.sum(axis=(1, 2))
    only = np.zeros_like(off[:1])
    only[:, years : 2 * years] = off[:1, years : 2 * years]
    extra = (people * compensation(react, only, counted)[0, 0])[:, None, None] * ages
    drawn = [
        Rates(rate.survival, births * (1 + only[0, years + year, :, None]), extra, newborn)
        for year, rate in enumerate(rates)
    ]
    assert project(base, drawn, counted)[counted].sum(axis=(1, 2)) == pytest.approx(count, rel=1e-5)
    assert not compensation(react, off, 0).any()


def test_the_towns_of_the_land_are_as_many_as_counted_in_every_draw(
    outlook: Outlook, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    _, misses = judged(planning_inputs, outlook.base, outlook.profile, outlook.history, 20, 7)
    counted = planning_inputs["town_population_today"].set_index("ags")["population"]
    children = GROUPS.index("0-2")
    for keys, drawn in drawn_population(outlook, misses, 20, 2027, 7):
        wanted = np.array([counted[counted.index.str.startswith(key)].sum() for key in keys], dtype=float)
        total = drawn[:, 1].sum(axis=(2, 3), dtype=float)
        assert total == pytest.approx(np.broadcast_to(wanted, total.shape), rel=1e-6)
        assert drawn[:, 1, :, :, children].std(axis=0).min() > 0
    found = unit_population(
        outlook, misses, "05562", persons=None, first_year=2024, last_year=2027, draws=20, seed=7
    )
    total = found.drawn[:, 1].sum(axis=(1, 2), dtype=float)
    assert total == pytest.approx(np.full(20, found.path[1].sum()), rel=1e-6)
