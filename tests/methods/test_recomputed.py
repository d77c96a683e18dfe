"""Functions that no other test holds against a second computation: each is computed again here, by other means."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from dewak_research.cases.library import bounds, triangular
from dewak_research.cases.mcda import topsis
from dewak_research.cases.stakeholders import pairwise_matrix
from dewak_research.config import StressParams
from dewak_research.disparities.drivers import cross_section
from dewak_research.disparities.panel import wide
from dewak_research.planning.mortality import table_middle
from dewak_research.planning.population import births_a_year
from dewak_research.planning.warning import largest_gap
from dewak_research.stress.discrimination import block_counts, ends_95, fitted_probability
from dewak_research.stress.distribution import at_frequency, count_flags
from dewak_research.stress.early_warning import calibration
from dewak_research.stress.items import KEYS
from dewak_research.stress.light import CLASSES, light_changes
from dewak_research.stress.opening import yearly_flows
from dewak_research.stress.pool import fill_nearest
from dewak_research.stress.reverse import town_falls
from dewak_research.stress.samplers import ASSUMED, cost_growth
from dewak_research.stress.what_if import count_triggered

RNG = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every test draw the same numbers in whatever order they run."""
    monkeypatch.setitem(globals(), "RNG", np.random.default_rng(7))


def test_topsis_is_the_distance_to_the_worst_by_both_distances() -> None:
    values, weights = RNG.random((6, 4)), np.array([0.4, 0.3, 0.2, 0.1])
    for row, found in zip(values, topsis(values, weights), strict=True):
        to_best = math.sqrt(sum((w * (1 - v)) ** 2 for w, v in zip(weights, row, strict=True)))
        to_worst = math.sqrt(sum((w * v) ** 2 for w, v in zip(weights, row, strict=True)))
        assert found == pytest.approx(to_worst / (to_best + to_worst))


def test_triangular_draws_have_mean_and_variance_of_their_distribution() -> None:
    low, mode, high = 2.0, 3.0, 7.0
    drawn = triangular(low, mode, high, (200_000,), np.random.default_rng(1))
    variance = (low**2 + mode**2 + high**2 - low * mode - low * high - mode * high) / 18
    assert drawn.mean() == pytest.approx((low + mode + high) / 3, abs=0.01)
    assert drawn.var() == pytest.approx(variance, rel=0.02)
    assert low <= drawn.min() and drawn.max() <= high
    assert triangular([4.0], [4.0], [4.0], (3, 1), RNG).tolist() == [[4.0]] * 3
    with pytest.raises(ValueError, match="low ≤ mode ≤ high"):
        triangular(2.0, 1.0, 3.0, (1,), RNG)


def test_bounds_of_an_input() -> None:
    assert bounds({"value": 2, "low": 1, "high": 5}) == (1.0, 2.0, 5.0)
    assert bounds({"value": 2, "low": None}) == (2.0, 2.0, 2.0)
    assert all(math.isnan(end) for end in bounds({"value": None}))


def test_judgements_of_pairs_become_a_matrix_whose_opposites_multiply_to_one() -> None:
    found = pairwise_matrix([2.0, 4.0, 8.0, 3.0, 5.0, 7.0], 4)
    upper = dict(zip(itertools.combinations(range(4), 2), (2, 4, 8, 3, 5, 7), strict=True))
    for i, j in itertools.product(range(4), repeat=2):
        assert found[i, j] == (1 if i == j else upper[i, j] if i < j else float(Fraction(1, upper[j, i])))


def test_means_over_years_are_of_units_with_every_column() -> None:
    frame = pd.DataFrame(
        [("a", 2010, 1.0, 5.0), ("a", 2011, 3.0, None), ("a", 2013, 90.0, 90.0), ("b", 2010, 1.0, None)],
        columns=["ags", "year", "x", "y"],
    ).assign(land="05", settlement="town")
    found = cross_section(frame, ["x", "y"], (2010, 2012))
    assert found[["ags", "land", "settlement", "x", "y"]].values.tolist() == [["a", "05", "town", 2.0, 5.0]]
    turned = wide(frame, "x")
    assert turned.loc["a"].tolist() == [1.0, 3.0, 90.0] and list(turned.index) == ["a", "b"]


def test_births_are_counted_over_women_alone() -> None:
    persons, births = RNG.random((3, 2, 5)), RNG.random((3, 5))
    by_hand = [sum(persons[i, 1, age] * births[i, age] for age in range(5)) for i in range(3)]
    np.testing.assert_allclose(births_a_year(persons, births), by_hand)


def test_the_middle_of_the_years_of_the_last_table() -> None:
    assert table_middle(pd.DataFrame({"period": ["2010-2012", "2021-2023", "2015-2017"]})) == 2022


def test_the_largest_gap_is_of_any_year_and_never_negative() -> None:
    need, places = np.array([[5.0, 1.0], [9.0, 2.0], [6.0, 3.0]]), np.array([[6.0, 4.0]] * 3)
    assert largest_gap(need, places).tolist() == [3.0, 0.0]


def test_blocks_are_drawn_round_the_circle_and_every_group_as_often() -> None:
    found = block_counts(5, 3, 20_000, np.random.default_rng(3))
    assert (found.sum(axis=1) == 5).all()
    np.testing.assert_allclose(found.mean(axis=0), 1.0, atol=0.03)
    possible = {
        tuple(np.bincount([*((a + k) % 5 for k in range(3)), *((b + k) % 5 for k in range(2))], minlength=5))
        for a, b in itertools.product(range(5), repeat=2)
    }
    assert {tuple(row.astype(int)) for row in found} == possible


def test_ends_of_the_middle_95_percent_leave_unknown_draws_out() -> None:
    low, high = ends_95(np.append(np.arange(201.0), np.nan))
    assert (low, high) == pytest.approx((5.0, 195.0))


def test_the_classifier_is_standardised_ridge_logistic_regression() -> None:
    seen = RNG.normal([3.0, -1.0], [10.0, 0.1], (80, 2))
    happened = seen[:, 0] + RNG.normal(0, 5, 80) > 3
    now = RNG.normal([3.0, -1.0], [10.0, 0.1], (7, 2))
    mean, spread = seen.mean(axis=0), seen.std(axis=0)
    z, labels = (seen - mean) / spread, np.where(happened, 1.0, -1.0)
    w = np.zeros(3)  # Newton's method on the penalised likelihood; the constant bears no penalty
    design, ridge = np.column_stack([z, np.ones(80)]), np.diag([1.0, 1.0, 0.0])
    for _ in range(50):
        p = 1 / (1 + np.exp(-design @ w))
        gradient = design.T @ (p - (labels + 1) / 2) + ridge @ w
        w -= np.linalg.solve(design.T @ (design * (p * (1 - p))[:, None]) + ridge, gradient)
    by_hand = 1 / (1 + np.exp(-np.column_stack([(now - mean) / spread, np.ones(7)]) @ w))
    np.testing.assert_allclose(fitted_probability(seen, happened, now), by_hand, atol=5e-4)
    other = LogisticRegression(C=1.0, solver="lbfgs", tol=1e-10).fit(z, happened)
    np.testing.assert_allclose(by_hand, other.predict_proba((now - mean) / spread)[:, 1], atol=1e-5)


def test_a_probability_at_a_frequency_weighs_groups_by_the_binomial_of_crisis_years() -> None:
    hits, draws = np.array([[2], [6], [0]]), np.array([40, 20, 0])
    chance = [math.comb(2, k) * 0.3**k * 0.7 ** (2 - k) for k in range(3)]
    by_hand = (chance[0] * 2 / 40 + chance[1] * 6 / 20) / (chance[0] + chance[1])
    assert at_frequency(hits, draws, 2, 0.3).tolist() == pytest.approx([by_hand])


def test_flags_are_counted_one_by_one() -> None:
    flag = RNG.random((3, 2, 30)) < 0.2
    crises = np.cumsum(RNG.random((3, 30)) < 0.4, axis=0).astype(np.int8)
    found = count_flags(np.array([4, 9]), {"x": flag}, crises)
    for t, group, unit in itertools.product(range(3), range(4), range(2)):
        of_group = [d for d in range(30) if crises[t, d] == group]
        assert found.draws[t, group] == len(of_group)
        assert found.hits["x"][t, group, unit] == sum(flag[: t + 1, unit, d].any() for d in of_group)


def test_calibration_splits_into_five_classes_of_equal_size() -> None:
    table = pd.DataFrame({"predictors": "p", "probability": RNG.random(50), "event": RNG.random(50) < 0.5})
    found = calibration(table)
    ordered = table.sort_values("probability").reset_index(drop=True)
    for k, row in enumerate(found.itertuples()):
        part = ordered.iloc[10 * k : 10 * k + 10]
        assert (row.n, row.probability) == (10, pytest.approx(part["probability"].mean()))
        assert row.event_share == part["event"].mean()
    assert len(found) == 5


def test_lights_then_and_now_are_counted_pair_by_pair() -> None:
    lights = pd.DataFrame({"ags": list("abcdef"), "light": [*CLASSES[:3], *CLASSES[:3]]})
    before = dict.fromkeys(CLASSES, "") | {CLASSES[0]: "a b", CLASSES[1]: "c d", CLASSES[2]: "e"}
    found = light_changes(lights, before).set_index("before")
    pairs = [(CLASSES[0], CLASSES[0]), (CLASSES[0], CLASSES[1]), (CLASSES[1], CLASSES[2]), (CLASSES[1], CLASSES[0]),
             (CLASSES[2], CLASSES[1]), (CLASSES[3], CLASSES[2])]  # fmt: skip
    for then, now in itertools.product(CLASSES, repeat=2):
        assert found.loc[then, now] == pairs.count((then, now))
    assert found.loc["all", ["units", "changed"]].tolist() == [6, 5]


def test_a_short_series_takes_the_year_whose_trade_tax_grew_most_alike() -> None:
    growth = pd.DataFrame({"gewst": [0.1, -0.2, 0.08, -0.15], "x": [1.0, 2.0, None, None], "y": [None] * 4})
    filled, missing = fill_nearest(growth.astype(float))
    assert filled["x"].tolist() == [1.0, 2.0, 1.0, 2.0] and not filled["y"].any()
    assert missing["x"].tolist() == [False, False, True, True]


def test_growth_of_the_trade_tax_needs_a_level_above_zero() -> None:
    panel = pd.DataFrame({"ags": list("aaabb"), "year": [2011, 2010, 2012, 2010, 2011],
        "trade_tax_eur_pc": [150.0, 100.0, 75.0, -5.0, 10.0]})  # fmt: skip
    found = town_falls(panel, pd.Series({"a": "small", "b": "small"}))
    assert found["small"].tolist() == pytest.approx([0.5, -0.5])


def test_cost_growth_has_its_spread_and_one_common_part() -> None:
    spread = {key: 0.01 * (place + 1) for place, key in enumerate(ASSUMED)}
    drawn = cost_growth(4, 60_000, np.random.default_rng(2), spread, 0.25)
    for key in KEYS:
        assert drawn[KEYS.index(key)].std() == pytest.approx(spread.get(key, 0.0), rel=0.02)
    one, other = (drawn[KEYS.index(key)].ravel() for key in ASSUMED[:2])
    assert np.corrcoef(one, other)[0, 1] == pytest.approx(0.25, abs=0.02)
    assert StressParams().draws > 0 and not cost_growth(1, 5, RNG, {}, 0.5).any()


def test_units_over_a_line_are_counted_among_those_that_are_known() -> None:
    table = pd.DataFrame({"kind": ["town"] * 4 + ["kreis"], "trigger": ["N1", "none", None, "N3", "none"]})
    found = count_triggered(table, ["kind"]).set_index("kind")
    assert found.loc["town", ["known", "triggered"]].tolist() == [3, 2]
    assert found.loc["kreis", ["known", "triggered"]].tolist() == [1, 0]


def test_the_flow_that_credit_did_not_pay_for() -> None:
    booked = {"liquidity_credit_receipts": 7, "liquidity_credit_repaid": 2, "investment_credit_receipts": 4,
        "investment_credit_repaid": 9, "current_receipts": 100, "current_payments": 120, "gross_receipts": 150,
        "gross_payments": 130, "umlagen_received": 11}  # fmt: skip
    amounts = {f"{name}_eur": value for name, value in booked.items()}
    totals = pd.DataFrame([{"ags": "a", "year": 2010, **amounts}])
    found = yearly_flows(totals).iloc[0]
    assert (found["result_eur"], found["liquidity_credit_flow_eur"], found["investment_credit_flow_eur"]) == (
        -20,
        5,
        -5,
    )
    assert found["liquidity_flow_eur"] == 150 - 130 - 5
    assert (found["receipts_eur"], found["payments_eur"], found["umlagen_received_eur"]) == (100, 120, 11)
