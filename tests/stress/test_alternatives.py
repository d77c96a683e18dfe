"""Choices of the engine made differently: each does what it says, and nothing that was not known then enters it."""

from __future__ import annotations

import numpy as np
import pytest

from dewak_research.config import StressParams
from dewak_research.rules import rule_set
from dewak_research.stress.alternatives import (
    ALTERNATIVES,
    as_known_then,
    by_law_of_each_year,
    expected_return,
    levy_relief_share,
    lights_by_alternative,
    with_levy_relief,
    with_own_return,
)
from dewak_research.stress.items import POSITION
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


def test_an_expected_return_of_taxes_moves_the_path_of_who_gets_no_refund_by_itself(
    run, stress_inputs
) -> None:
    change, book = expected_return(run, stress_inputs), run.book
    found = with_own_return(run, stress_inputs).book
    np.testing.assert_allclose(found.items_eur, book.items_eur * (1 + change))
    gained = sum(
        book.items_eur[:, :, POSITION[key]] * change[:, :, POSITION[key]] * factor
        for key, factor in (("gewst", book.net_share), ("est", 1.0), ("ust", 1.0))
    )
    alone = book.refund_share == 0
    assert alone.sum() > 50 and (change[4, alone] != 0).any()
    for name in ("result_eur", "liquidity_flow_eur"):
        moved = getattr(found, name) - getattr(book, name)
        np.testing.assert_allclose(moved[:, alone], gained[:, alone], rtol=1e-6, atol=1.0)
        some = ~alone & (np.abs(gained[3]) > 1e5)
        assert (np.abs(moved[4, some]) < np.abs(gained[4, some])).mean() > 0.5  # key grants work against it


def test_what_was_known_then_holds_no_later_year(run, stress_inputs) -> None:
    found = as_known_then(run, stress_inputs)
    assert found.pool.years.max() == 2011 < run.pool.years.max() == 2019
    panel = stress_inputs["tax_panel"]
    late = panel["year"] > 2011
    columns = ["trade_tax_eur_pc", "income_tax_share_eur_pc", "vat_share_eur_pc"]
    wild = panel.assign(**{name: panel[name].where(~late, 7 * panel[name]) for name in columns})
    again = as_known_then(run, {**stress_inputs, "tax_panel": wild})
    np.testing.assert_array_equal(found.book.taxes.scale, again.book.taxes.scale)
    np.testing.assert_array_equal(found.pool.factors[:, 0], again.pool.factors[:, 0])
    assert (found.book.taxes.scale != run.book.taxes.scale).any()


def test_a_falling_levy_narrows_the_results_of_the_towns_it_reaches(run, stress_inputs) -> None:
    relieved = with_levy_relief(run, stress_inputs)
    share = levy_relief_share(run)
    town, city = int(np.argmax(share)), int(np.flatnonzero(run.book.layers.member & run.book.taxes.known)[0])
    spread = {}
    for name, one in (("engine", run), ("relieved", relieved)):
        common, chosen = one.shocks(), np.array([town, city])
        paths = one.simulate(common, lambda paths: paths, units=chosen, workers=1)
        spread[name] = {int(u): p.result_eur[-1, c].std() for p in paths for c, u in enumerate(p.units)}
    assert spread["relieved"][town] < 0.95 * spread["engine"][town]
    assert spread["relieved"][city] == pytest.approx(spread["engine"][city])
