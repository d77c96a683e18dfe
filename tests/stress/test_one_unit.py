"""One unit after one pass: a change of zero is the engine, any other change what the whole engine would say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.rules import rule_set
from dewak_research.stress.distribution import count_hits, probability_table
from dewak_research.stress.one_unit import UnitShocks, unit_shocks
from dewak_research.stress.reverse import bearable_loss_eur
from dewak_research.stress.run import Run
from dewak_research.stress.what_if import trigger_probabilities, with_change, with_interest
from stress import engine_case as case

PATH = np.array([4.0, -3.0, 0.0, 2.5, -6.0])


@pytest.fixture(scope="module")
def run() -> Run:
    return case.run()


@pytest.fixture(scope="module")
def kept(run: Run) -> dict[str, UnitShocks]:
    return {ags: unit_shocks(run, ags) for ags in run.ags}


def published(run: Run, units_run: Run) -> pd.Series:
    common = units_run.shocks()
    hits = units_run.simulate(common, lambda paths: count_hits(paths, common.crisis_years))
    table = probability_table(hits, run.ags, run.has_balance, run.params.budget_year)
    last = table[(table["trigger"] == "any") & (table["year"] == table["year"].max())]
    return last.set_index("ags")["probability"]


@pytest.mark.parametrize("ags", case.UNITS)
def test_no_change_is_the_engine_to_the_last_digit(run: Run, kept: dict[str, UnitShocks], ags: str) -> None:
    engine = published(run, run)
    np.testing.assert_array_equal(kept[ags].probability(), engine[ags])
    np.testing.assert_array_equal(kept[ags].probability(np.zeros(5)), engine[ags])


@pytest.mark.parametrize("ags", case.UNITS)
def test_a_change_is_what_the_whole_engine_says(run: Run, kept: dict[str, UnitShocks], ags: str) -> None:
    changed = replace(run, book=with_change(run.book, PATH))
    # what a Kreis passes on follows its deviation from the path, not the path: nothing else moves
    np.testing.assert_array_equal(kept[ags].probability(PATH), published(run, changed)[ags])
    shares = trigger_probabilities(run, {"without": run.book, "with": changed.book}, run.params.draws)
    expected = shares.set_index("ags").loc[ags, "with"]
    if kept[ags].has_triggers:
        assert kept[ags].walk(PATH).triggers.any_year.any(axis=0).mean() == expected
    else:
        assert np.isnan(expected) and np.isnan(kept[ags].probability(PATH))


def test_with_and_without_stand_on_the_same_draws(kept: dict[str, UnitShocks]) -> None:
    better = np.linspace(0, 60, 30)
    found = kept["05001001"].probabilities(np.repeat(better[:, None], 5, axis=1))
    assert (np.diff(found) <= 0).all() and found[0] > found[-1]
    worse, same = (kept["05001001"].walk(x).triggers.any_year.any(axis=0) for x in (-5.0, 0.0))
    assert (worse | ~same).all(), "a draw that had a trigger keeps it when the result is worse"


def test_many_changes_at_once_are_each_by_itself(
    kept: dict[str, UnitShocks], monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = np.random.default_rng(1).normal(0, 10, (7, 5))
    unit = kept["05101000"]
    monkeypatch.setattr("dewak_research.stress.one_unit.AT_ONCE", 3 * 200)
    together = unit.probabilities(changes)
    np.testing.assert_array_equal(together, [unit.probability(change) for change in changes])
    assert len(np.unique(together)) > 1


@pytest.mark.parametrize("ags", case.UNITS)
def test_headroom_is_that_of_the_reverse_test(run: Run, kept: dict[str, UnitShocks], ags: str) -> None:
    unit = run.ags.index(ags)
    changes = np.stack([np.zeros(5), PATH, with_interest(np.full(5, 3.0), 0.03)])
    expected = [bearable_loss_eur(with_change(run.book, change), run.settings)[unit] for change in changes]
    np.testing.assert_array_equal(kept[ags].bearable_loss_eur(changes), expected)
    if kept[ags].has_triggers:
        assert expected[2] - expected[0] == pytest.approx(3.0, abs=1e-3), "a loss of 3 that is made good"


def test_the_fall_of_the_trade_tax_is_the_edge(run: Run) -> None:
    rich = replace(run.book, allgemeine_ruecklage_eur=np.array([40.0, 150, 200, np.nan, 450]))
    unit = unit_shocks(replace(run, book=rich), "05001001")
    for change, share in zip((0.0, 2.0), unit.critical_fall_share([0.0, 2.0]), strict=True):
        assert 0 < share < 1
        for factor, crossed in ((1.001, True), (0.999, False)):
            loss = -factor * share * rich.items_eur[:, 1, 0] * rich.net_share[1]
            lost = with_interest(loss, run.settings.borrowing_rate_share) + change
            assert bool(unit.unshocked(lost).triggers.any_year.any()) == crossed
    assert unit.critical_fall_share([0.0, 2.0])[1] > unit.critical_fall_share()[0]


def test_a_kreis_has_no_trade_tax_and_other_law_no_trigger(run: Run, kept: dict[str, UnitShocks]) -> None:
    assert np.isnan(kept["05001"].critical_fall_share()).all()
    free = replace(run, settings=replace(run.settings, rules=rule_set("none")))
    unit = unit_shocks(free, "05101000")
    assert np.isnan(unit.probability()) and np.isnan(unit.bearable_loss_eur()).all()


def test_a_change_bears_interest_like_a_loss() -> None:
    loss = np.array([[10.0, 0.0, 0.0], [1.0, 1.0, 1.0]])
    expected = [[10.0, 0.3, 0.309], [1.0, 1.03, 1.0609]]
    np.testing.assert_allclose(with_interest(loss, 0.03), expected)
    np.testing.assert_array_equal(with_interest(loss, 0.0), loss)
    assert loss[0, 1] == 0.0, "the change itself stays as it is"


def test_a_change_by_year_and_unit_reaches_its_year_and_unit(run: Run) -> None:
    book = run.book
    by_year = with_change(book, PATH)
    np.testing.assert_array_equal(by_year.result_eur - book.result_eur, np.repeat(PATH[:, None], 5, axis=1))
    each = np.arange(25.0).reshape(5, 5)
    np.testing.assert_array_equal(with_change(book, each).liquidity_flow_eur - book.liquidity_flow_eur, each)


@pytest.mark.parametrize(
    "change", [np.zeros(4), np.zeros((5, 4)), np.array([0, 0, np.nan, 0, 0]), np.zeros((1, 5, 5))]
)
def test_a_path_of_wrong_length_or_with_a_gap_is_one_message(run: Run, change: np.ndarray) -> None:
    with pytest.raises(InputError) as error:
        with_change(run.book, change)
    assert len(error.value.problems) == 1
    assert "one a year" in error.value.render("en") and "einer je Jahr" in error.value.render("de")


def test_an_unknown_unit_is_one_message(run: Run) -> None:
    with pytest.raises(InputError, match="05001009"):
        unit_shocks(run, "05001009")
