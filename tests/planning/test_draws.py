"""Draws of populations: widths from past misses, one mean, sums that hold, and the projection itself as the judge."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.planning import draws
from dewak_research.planning.age_misses import AgeMisses
from dewak_research.planning.ages import GROUPS, membership
from dewak_research.planning.population import Rates, step
from dewak_research.planning.spread import Spread, Spreads

AGS = ["05111000", "05154004", "05154008", "05154012"]
KREIS = np.array([0, 1, 1, 1])
PERSONS = np.array([50_000.0, 4_000.0, 16_000.0, 80_000.0])
WIDE = Spreads(Spread(0.002, 0.001), Spread(0.003, 0.0), Spread(0.001, 0.004, 0.4))


def test_deviations_have_mean_zero_and_the_width_they_should() -> None:
    deviation = draws.deviations(WIDE, AGS, KREIS, PERSONS, 4000, 10, 7)
    assert deviation.shape == (4000, 10, 4)
    assert np.abs(deviation.mean(axis=0)).max() < 1e-8
    level = deviation[:, :, 0].mean(axis=1).std()
    assert level == pytest.approx(np.sqrt(0.002**2 + 0.001**2 / 10 + 0.003**2), rel=0.05)


def test_towns_deviate_from_their_kreis_by_nothing_in_sum() -> None:
    deviation = draws.deviations(WIDE, AGS, KREIS, PERSONS, 60, 5, 7).astype(float)
    alone = draws.deviations(replace(WIDE, town=Spread(0, 0)), AGS, KREIS, PERSONS, 60, 5, 7).astype(float)
    of_kreis = deviation[:, :, 1:] @ PERSONS[1:] / PERSONS[1:].sum()
    assert of_kreis == pytest.approx(alone[:, :, 1], abs=1e-8)
    assert np.abs(deviation[:, :, 1] - alone[:, :, 1]).max() > 1e-3


def test_a_town_is_drawn_alike_with_and_without_other_kreise() -> None:
    all_towns = draws.deviations(WIDE, AGS, KREIS, PERSONS, 10, 3, 7)
    kreis_only = draws.deviations(WIDE, AGS[1:], KREIS[1:] - 1, PERSONS[1:], 10, 3, 7)
    assert np.array_equal(all_towns[:, :, 1:], kreis_only)
    assert not np.array_equal(all_towns, draws.deviations(WIDE, AGS, KREIS, PERSONS, 10, 3, 8))


def test_a_kreis_is_not_surer_than_its_own_past() -> None:
    deviation = draws.deviations(WIDE, AGS, KREIS, PERSONS, 3000, 8, 1).astype(float)
    of_kreis = (deviation[:, :, 1:] @ PERSONS[1:] / PERSONS[1:].sum()).mean(axis=1)
    assert of_kreis.std() == pytest.approx(np.sqrt(0.002**2 + 0.001**2 / 8 + 0.003**2), rel=0.05)


@pytest.mark.parametrize(("count", "years", "wrong"), [(0, 3, 1), (0, 0, 2)])
def test_counts_below_one_are_named(count: int, years: int, wrong: int) -> None:
    with pytest.raises(InputError) as error:
        draws.deviations(WIDE, AGS, KREIS, PERSONS, count, years, 1)
    assert len(error.value.problems) == wrong


def _rates(years: int) -> tuple[np.ndarray, list[Rates], np.ndarray]:
    rng = np.random.default_rng(6)
    base = rng.uniform(40, 60, (4, 2, 101)) * PERSONS[:, None, None] / 10_000
    survival = np.full((2, 101), 0.99)
    survival[:, -1] = 0.6
    births = np.zeros((4, 101))
    births[:, 20:40] = 0.06
    moved = rng.normal(0, 0.1, (4, 2, 101))
    rates = [
        Rates(survival, births * (1 + 0.01 * y), moved * (1 - 0.02 * y), np.array([0.51, 0.485]))
        for y in range(years)
    ]
    ages = np.zeros((2, 101))
    ages[:, 15:45] = 1 / 60
    return base, rates, ages


def test_draws_are_what_projecting_each_draw_gives() -> None:
    years = 6
    base, rates, ages = _rates(years)
    deviation = draws.deviations(WIDE, AGS, KREIS, PERSONS, 8, years, 3)
    react = draws.reaction(base, rates, ages)
    drawn = {tuple(keys): found for keys, found in draws.group_draws(react, deviation, AGS, KREIS)}
    assert list(drawn) == [("05111000",), (*AGS[1:], "05154")]
    people = base.sum(axis=(1, 2))
    for draw in range(8):
        now = base.copy()
        for year in range(years):
            r = rates[year]
            more = r.net_migration + (deviation[draw, year] * people)[:, None, None] * ages
            now = step(now, r.survival, r.births, more, r.newborn)
            expected = now @ membership()
            several = drawn[(*AGS[1:], "05154")][draw, year + 1]
            assert drawn[("05111000",)][draw, year + 1, 0] == pytest.approx(expected[0], rel=2e-5, abs=0.02)
            assert several[:3] == pytest.approx(expected[1:], rel=2e-5, abs=0.02)
            assert several[3] == pytest.approx(expected[1:].sum(axis=0), rel=2e-5, abs=0.05)


def test_the_land_and_its_kreise_deviate_by_people_of_their_own_ages() -> None:
    years = 5
    base, rates, land = _rates(years)
    families = np.zeros((2, 101))
    families[:, :10], families[:, 30:40] = 1 / 40, 1 / 40
    react = draws.reaction(base, rates, land, families)
    both = draws.deviations(WIDE, AGS, KREIS, PERSONS, 6, years, 3, apart=True)
    assert both.shape == (6, 2 * years, 4)
    together = draws.deviations(WIDE, AGS, KREIS, PERSONS, 6, years, 3)
    assert both[:, :years] + both[:, years:] == pytest.approx(together, abs=1e-7)
    people = base.sum(axis=(1, 2))
    drawn = [found for _, found in draws.group_draws(react, both, AGS, KREIS)]
    for draw in range(6):
        now = base.copy()
        for year in range(years):
            r = rates[year]
            more = (both[draw, year] * people)[:, None, None] * land
            more = more + (both[draw, years + year] * people)[:, None, None] * families
            now = step(now, r.survival, r.births, r.net_migration + more, r.newborn)
        expected = now @ membership()
        assert drawn[0][draw, years, 0] == pytest.approx(expected[0], rel=2e-5, abs=0.02)
        assert drawn[1][draw, years, :3] == pytest.approx(expected[1:], rel=2e-5, abs=0.02)


def test_drawn_ages_move_against_one_another_and_leave_totals_and_sums_alone() -> None:
    base, rates, ages = _rates(4)
    deviation = draws.deviations(WIDE, AGS, KREIS, PERSONS, 30, 4, 3)
    react = draws.reaction(base, rates, ages)
    misses = AgeMisses(np.full(len(GROUPS), 0.01), np.full(len(GROUPS), 0.02))
    plain = draws.group_draws(react, deviation, AGS, KREIS)
    moved = draws.group_draws(react, deviation, AGS, KREIS, misses, 3)
    for (_, before), (keys, after) in zip(plain, moved, strict=True):
        assert after[:, 0] == pytest.approx(before[:, 0])
        assert after.sum(axis=(3, 4)) == pytest.approx(before.sum(axis=(3, 4)), rel=1e-4)
        assert np.abs(after[:, 4] / before[:, 4] - 1).max() > 0.02
        if len(keys) > 1:
            assert after[:, :, -1] == pytest.approx(after[:, :, :-1].sum(axis=2), rel=1e-5)


def test_nobody_leaves_who_is_not_there() -> None:
    base, rates, ages = _rates(3)
    react = draws.reaction(base, rates, ages)
    flood = np.full((1, 3, 4), -5.0, dtype=np.float32)
    for _, found in draws.group_draws(react, flood, AGS, KREIS):
        assert found.min() == 0


def test_ranges_are_the_percentiles_of_the_draws() -> None:
    rng = np.random.default_rng(8)
    drawn = rng.uniform(0, 10, (41, 2, 1, 2, len(GROUPS))).astype(np.float32)
    table = draws.range_table(drawn, ["05111000"], 2024).set_index(["ags", "year", "age"])
    assert len(table) == 2 * (len(draws.COARSE) + 1)
    row = table.loc[("05111000", 2025, "10-17")]
    both = drawn[:, 1, 0].sum(axis=1)
    wanted = both[:, GROUPS.index("10-14")] + both[:, GROUPS.index("15-17")]
    assert row.tolist() == pytest.approx(np.percentile(wanted, [5, 50, 95]).tolist(), rel=1e-5)
    total = table.loc[("05111000", 2025, "total")]
    assert total.tolist() == pytest.approx(np.percentile(both.sum(axis=1), [5, 50, 95]).tolist(), rel=1e-5)
