"""Choices of the engine made differently: each does what it says, and nothing that was not known then enters it."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.config import StressParams
from dewak_research.rules import rule_set
from dewak_research.stress.alternatives import (
    ALTERNATIVES,
    by_law_of_each_year,
    expected_return,
    levy_relief_share,
    lights_by_alternative,
)
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.run import prepare
from dewak_research.stress.triggers import walk


@pytest.fixture(scope="module")
def run(stress_inputs):
    return prepare(stress_inputs, StressParams(draws=60), 5)


def test_the_expected_return_begins_after_the_booked_years_and_looks_no_further(run, stress_inputs) -> None:
    found = expected_return(run, stress_inputs)
    ahead = np.arange(2010, 2015)[:, None] - run.table["last_year_booked"].to_numpy(int)
    assert not found[ahead <= 0].any() and not found[:, :, 3:].any()
    assert found[4][run.book.taxes.known][:, 0].all()
    later = stress_inputs["tax_panel"].copy()
    later.loc[later["year"] > 2011, "trade_tax_eur_pc"] *= 3.0
    np.testing.assert_array_equal(expected_return(run, {**stress_inputs, "tax_panel": later}), found)


def test_a_town_without_key_grants_gets_a_third_of_an_own_loss_back_through_the_kreisumlage(run) -> None:
    share, book = levy_relief_share(run), run.book
    pays = book.taxes.known & ~book.layers.member
    assert not share[~pays].any()
    abundant = pays & (book.refund_share == 0)
    assert np.median(share[abundant]) == pytest.approx(0.31, abs=0.03)
    assert np.median(share[pays & ~abundant]) == pytest.approx(0.03, abs=0.01)


def test_the_ladder_can_follow_the_law_of_each_year(run, stress_inputs) -> None:
    laws = by_law_of_each_year(run, stress_inputs).settings.ladder_by_year
    assert [law.reserve_cap for law in laws] == ["opening_amount"] * 2 + ["third_of_equity"] * 3
    results = np.array([[-5.0], [4.0], [30.0]])
    start = Reserves.opening(np.array([10.0]), np.array([100.0]))
    booked, reserves = walk(results, start, laws[0], ladder_by_year=laws[:3]), start
    for t, result in enumerate(results):
        reserves, _ = step(result, reserves, laws[t])
        assert booked.general_reserve_eur[t + 1] == reserves.allgemeine_ruecklage_eur
    assert booked.general_reserve_eur[-1] < walk(results, start, rule_set(2010)).general_reserve_eur[-1]


def test_every_choice_is_counted_against_the_engine_with_the_same_draws(run, stress_inputs) -> None:
    found = lights_by_alternative(run, stress_inputs).set_index("alternative")
    assert list(found.index) == ["engine", *ALTERNATIVES]
    assert (found[["green", "amber", "red"]].sum(axis=1) == run.has_balance.sum()).all()
    assert (found["changed"] == found["better"] + found["worse"]).all()
    assert not found.loc["engine", ["changed", "probability_change"]].any()
    assert found.loc[list(ALTERNATIVES), "probability_change"].all()
