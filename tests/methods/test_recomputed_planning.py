"""Parts of the projection on made-up towns: each computed again by hand or in a plain loop over its cases."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from dewak_research.planning.age_misses import kreis_births
from dewak_research.planning.ages import GROUPS, bounds
from dewak_research.planning.backtest_ages import drawn_kreise
from dewak_research.planning.base import children_levels, mixed
from dewak_research.planning.birth_misses import LEAD, BirthMisses
from dewak_research.planning.draws import reaction
from dewak_research.planning.fertility import expected_children
from dewak_research.planning.known import Known
from dewak_research.planning.migration import Weights
from dewak_research.planning.outlook import year_residuals
from dewak_research.planning.past import mean_natural
from dewak_research.planning.population import Rates, project, step
from dewak_research.planning.single_unit import places_of
from dewak_research.planning.trials import flat, trials

TOWNS = ("05111000", "05154004", "05154008")
KREIS = np.array([0, 1, 1])
NEWBORN = np.array([0.51, 0.485])


def people(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).uniform(50, 90, (3, 2, 101))


def births() -> np.ndarray:
    found = np.zeros(101)
    found[20:40] = np.linspace(0.02, 0.1, 20)
    return found


def test_movers_keep_their_share_children_half_of_it_and_all_others_are_rolled_forward() -> None:
    before, rolled = people(), people(2)
    found = mixed(before, rolled)
    for age in range(101):
        one, other = before[1, 0, age], rolled[1, 0, age]
        by_hand = math.sqrt(one * other) if age < 10 else one if 18 <= age < 45 else other
        assert found[1, 0, age] == pytest.approx(by_hand)


def test_levels_of_births_give_every_kreis_the_children_it_has() -> None:
    persons, ratio = people(), np.array([1.0, 0.9, 1.2])
    level = children_levels(persons, TOWNS, births(), NEWBORN, ratio)
    women = persons[:, 1]
    for kreis in (0, 1):
        mothers = sum(
            births()[a] * (women[t, a + ago] + women[t, a + ago + 1]) / 2 * NEWBORN.sum() * level[t]
            for t in np.flatnonzero(kreis == KREIS) for a in range(20, 40) for ago in range(3)
        )  # fmt: skip
        assert mothers == pytest.approx(persons[kreis == KREIS, :, :3].sum())
    assert level[1] / level[2] == pytest.approx(0.9 / 1.2)
    assert level[0] == pytest.approx(
        persons[0, :, :3].sum() / expected_children(persons[0], births(), NEWBORN)
    )


def test_what_sets_kreise_apart_in_their_children_is_the_spread_of_their_shares() -> None:
    """Misses of the share of 0-2 by hand; a yearly width of 1 whose whole miss stays comes to the root below."""
    truth = {"05111": (110.0, 900.0), "05154": (95.0, 905.0), "05158": (100.0, 940.0)}
    rows = []
    for ags, (young, rest) in truth.items():
        ages = (("0-2", young, 100.0), ("3-5", rest, 900.0), ("total", young + rest, 1000.0))
        rows += [(ags, age, 2015, 2024, came, said) for age, came, said in ages]
    table = pd.DataFrame(rows, columns=["ags", "age", "origin", "target", "truth", "plan"])
    found = kreis_births(table, "plan", BirthMisses(1.0, 0.02))
    miss = [math.log(young / (young + rest) / 0.1) for young, rest in truth.values()]
    # born in the last three of nine years: 7 + LEAD earlier parts in all of them, one in two, one in the last
    yearly = math.sqrt(7 + LEAD + (2 / 3) ** 2 + (1 / 3) ** 2)
    assert found.kreis == pytest.approx(np.std(miss, ddof=1) / yearly)
    assert (found.land, found.kept) == (0.02, 1.0)


def test_towns_of_a_key() -> None:
    assert places_of(TOWNS, "05154") == [1, 2] and places_of(TOWNS, "05154008") == [2]
    assert places_of(TOWNS, "05111") == [0] and places_of(TOWNS, "05158") == places_of(TOWNS, "0515") == []


def test_movers_without_ages_of_their_own_have_those_of_the_people() -> None:
    found = flat(people(), 2)
    for sex, age in ((0, 0), (1, 33), (0, 100)):
        assert found.land[sex, age] == pytest.approx(people()[:, sex, age].sum() / people().sum())
    assert found.kreise.shape == (2, 2, 101) and not found.kreise.any()


def test_trials_know_of_towns_that_grow_evenly_what_they_grow_by() -> None:
    rates, start = np.array([0.004, 0.001, -0.002]), np.array([1000.0, 200.0, 500.0])
    counts = {year: start * np.exp(rates * (year - 2011)) for year in range(2011, 2023)}
    persons = pd.DataFrame(counts, index=list(TOWNS))
    known = Known(persons, (), 0.97 * persons[2022], 0.99 * persons[2022])
    natural = pd.DataFrame({year: [-0.003, -0.004, 0.001] for year in range(2012, 2026)}, index=list(TOWNS))
    own = rates + np.array([0.003, 0.004, -0.001])
    before, after = trials(known, natural, natural)
    assert (before.origin, before.target, before.years) == (2015, 2021, 6) and not before.break_removed
    for trial in (before, after):
        np.testing.assert_allclose(trial.own, own)
        np.testing.assert_allclose(trial.trend, rates)
    np.testing.assert_allclose(before.truth, start * np.exp(rates * 10))
    np.testing.assert_allclose(before.forecast(Weights(1.0, 1.0)), before.truth)
    np.testing.assert_allclose(after.truth / after.start, 0.99 / 0.97)
    assert after.break_removed and after.years == pytest.approx(3 + 231 / 365)
    assert mean_natural(natural * [*range(14)], 2013, 2015).tolist() == (
        pytest.approx([2 * -0.003, 2 * -0.004, 2 * 0.001])
    )


def test_moves_of_a_year_are_found_again_where_all_ages_move_alike() -> None:
    survival = np.full((2, 101), 0.99)
    start, share = people()[:2], np.array([0.03, -0.01])
    rates = Rates(survival, np.tile(births(), (2, 1)), np.zeros((1, 2, 101)), NEWBORN)
    stayed = step(start, survival, rates.births, np.zeros((2, 2, 101)), NEWBORN)
    end = stayed * (1 + share[:, None, None])
    ends = [np.array([bounds(g)[0] for g in GROUPS]), np.array([bounds(g)[1] + 1 for g in GROUPS])]

    def grouped(of: np.ndarray) -> np.ndarray:
        return np.stack([of[..., a:b].sum(axis=-1) for a, b in zip(*ends, strict=True)], axis=-1)

    found = year_residuals(end, grouped(start), grouped(end), GROUPS, rates)
    young = ends[0] < 45
    np.testing.assert_allclose(
        found[..., young], (share[:, None, None] * grouped(stayed))[..., young], rtol=1e-6
    )
    np.testing.assert_allclose(found[..., ~young].sum(axis=0), 0.0, atol=1e-9)  # only what sets a Kreis apart
    assert (found[0][:, ~young] > 0).all()


def test_drawn_kreise_are_those_of_a_projection_with_as_many_movers_more() -> None:
    base, ages = people(), np.full((2, 101), 1 / 202)
    rates = [Rates(np.full((2, 101), 0.98), np.tile(births(), (3, 1)), np.zeros((3, 2, 101)), NEWBORN)] * 2
    off = np.random.default_rng(5).normal(0, 0.01, (4, 2, 3)).astype(np.float32)
    found = drawn_kreise(reaction(base, rates, ages), off, TOWNS, KREIS, 2, ("0-64", "65+"))
    for draw in range(4):
        more = [(base.sum(axis=(1, 2)) * off[draw, year])[:, None, None] * ages for year in range(2)]
        drawn = [Rates(r.survival, r.births, m, NEWBORN) for r, m in zip(rates, more, strict=True)]
        later = project(base, drawn, 2)[2]
        for kreis in (0, 1):
            own = later[kreis == KREIS].sum(axis=(0, 1))
            by_hand = [own[:65].sum(), own[65:].sum(), own.sum()]
            assert found[draw, kreis] == pytest.approx(by_hand, rel=1e-4)
