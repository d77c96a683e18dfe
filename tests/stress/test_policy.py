"""What closes a gap: steps by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.rules import rule_set
from dewak_research.stress.plan_outcomes import unshocked
from dewak_research.stress.policy import (
    Measure,
    gaps_eur,
    measures_effect_eur,
    minderaufwand_eur,
    multiplier_steps,
    points,
    step_counts,
    with_improvement,
    with_items,
)
from stress import engine_case as case

YEARS = (2026, 2027, 2028, 2029)


def test_a_measure_grows_in_equal_steps_to_its_full_year() -> None:
    np.testing.assert_allclose(Measure("x", 900.0, 2026, 2028).effect_eur(YEARS), [300, 600, 900, 900])
    np.testing.assert_allclose(Measure("x", 900.0, 2028, 2028).effect_eur(YEARS), [0, 0, 900, 900])
    np.testing.assert_allclose(Measure("x", -50.0, 2020, 2022).effect_eur(YEARS), [-50] * 4)
    both = (Measure("a", 900.0, 2026, 2028), Measure("b", 100.0, 2029, 2029))
    np.testing.assert_allclose(measures_effect_eur(both, YEARS), [300, 600, 900, 1000])
    np.testing.assert_array_equal(measures_effect_eur((), YEARS), np.zeros(4))


@pytest.mark.parametrize(("year", "share"), [(2015, 0.0), (2020, 0.01), (2026, 0.02)])
def test_the_lump_cut_keeps_to_the_cap_of_its_year_and_to_the_deficit(year: int, share: float) -> None:
    result, costs = np.array([-1.0, -50.0, 5.0]), np.array([1000.0, 1000.0, 1000.0])
    found = minderaufwand_eur(result, costs, rule_set(year))
    np.testing.assert_allclose(found, np.minimum([1.0, 50.0, 0.0], 1000 * share))


def test_an_unknown_expense_gives_an_unknown_cut() -> None:
    assert np.isnan(minderaufwand_eur(np.array([-1.0]), np.array([np.nan]), rule_set(2026)))[0]


def test_points_are_the_gap_by_what_a_point_brings() -> None:
    assert points(1_000.0, 8_000.0, 400.0) == pytest.approx(50)  # a point brings 20
    assert np.isnan(points(1_000.0, 0.0, 400.0)) and np.isnan(points(1_000.0, 8_000.0, np.nan))
    assert points(0.0, 8_000.0, 400.0) == 0


def test_gaps_are_those_of_the_last_year_and_never_negative() -> None:
    paths = unshocked(case.run())
    spread = np.linspace(-1.0, 1.0, 101)
    shocked = replace(paths, result_eur=paths.result_eur * 0 + spread)
    np.testing.assert_allclose(gaps_eur(shocked), [[0.0] * 5, [0.6] * 5], atol=1e-6)


def test_an_improvement_reaches_the_result_and_the_cash_of_the_last_unit_alone() -> None:
    run = case.run()
    better = with_improvement(run, np.arange(5.0))
    change = better.book.result_eur - run.book.result_eur
    assert not change[:, :-1].any()
    np.testing.assert_array_equal(change[:, -1], np.arange(5.0))
    np.testing.assert_array_equal(
        (better.book.liquidity_flow_eur - run.book.liquidity_flow_eur)[:, -1], np.arange(5)
    )


def test_other_amounts_of_the_last_unit_leave_its_results_and_the_others_as_they_are() -> None:
    run = case.run()
    change = np.ones((run.book.years, run.book.items_eur.shape[2]))
    moved = with_items(run, change)
    np.testing.assert_array_equal(moved.book.items_eur[:, -1] - run.book.items_eur[:, -1], change)
    np.testing.assert_array_equal(moved.book.items_eur[:, :-1], run.book.items_eur[:, :-1])
    np.testing.assert_array_equal(moved.book.result_eur, run.book.result_eur)


def test_steps_close_the_gap_of_each_town_and_leave_the_kreise_out() -> None:
    run = replace(case.run(), table=case.table().assign(gewst_eur=[0.0, 20, 40, 60, 90]))
    rates = pd.DataFrame(
        {"ags": case.UNITS[1:], "trade_tax_multiplier_pct": 400.0, "land_tax_b_multiplier_pct": 500.0}
    )
    booked = pd.DataFrame({"ags": case.UNITS[1], "year": [2010, 2011], "product_group": "999", "account": "6012",
                           "amount_eur": [4.0, 5.0]})  # fmt: skip
    gaps = [
        (np.array([0]), np.array([[9.0], [9.0]])),
        (np.arange(1, 5), np.array([[2.0, 0, 1, 3], [4.0, 0, 2, 6]])),
    ]
    steps = multiplier_steps(run, gaps, {"multipliers": rates, "payments": booked}).set_index("ags")
    town = steps.loc[case.UNITS[1]]
    assert town["trade_tax_points_median"] == pytest.approx(2 / (20 / 400))
    assert town["land_tax_b_points_safe"] == pytest.approx(4 / (5 / 500))  # the last booked year
    assert np.isnan(steps.loc[case.UNITS[2], "land_tax_b_points_safe"])  # nothing booked: not guessed
    assert steps.loc[case.UNITS[0], ["trade_tax_points_median", "land_tax_b_points_median"]].isna().all()
    kind = case.table().set_index("ags")["kind"]
    counts = step_counts(steps.reset_index(), kind).set_index(["kind", "gap"])
    towns = counts.loc[("kreisangehoerige_gemeinde", "median")]
    assert (towns["towns"], towns["with_gap"]) == (3, 2)
    assert towns["trade_tax_points"] == pytest.approx(np.median([40, 1 / (60 / 400)]))
    assert "kreis" not in counts.index.get_level_values("kind")
