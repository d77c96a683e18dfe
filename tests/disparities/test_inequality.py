from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.disparities.decomposition import decompose
from dewak_research.disparities.inequality import (
    inequality,
    measures,
    stratified_counts,
    with_intervals,
)
from dewak_research.errors import InputError

Y = np.array([100.0, 200.0, 300.0, 400.0])
PAIRS = ["a", "a", "b", "b"]
amounts = st.lists(st.floats(1, 1e4), min_size=2, max_size=25)


def test_golden_values_of_the_method_chapter() -> None:
    found = inequality(Y)
    assert found["theil"] == pytest.approx(0.106440, abs=5e-7)
    assert found["mld"] == pytest.approx(0.121777, abs=5e-7)
    assert found["gini"] == pytest.approx(0.25, abs=1e-12)
    assert found["cv"] == pytest.approx(0.447214, abs=5e-7)
    # the sample formula of METHODS D.3 divides by n − 1
    assert found["cv"] * np.sqrt(4 / 3) == pytest.approx(0.516398, abs=5e-7)


def test_golden_values_with_weights() -> None:
    weights = np.array([10.0, 20, 30, 40])
    parts = decompose(Y, [PAIRS], weights)
    assert inequality(Y, weights)["mean"] == pytest.approx(300)
    assert parts["theil_total"][0] == pytest.approx(0.062748, abs=5e-7)
    assert parts["theil_within"][0] == pytest.approx(0.015418, abs=5e-7)
    assert parts["theil_between_1"][0] == pytest.approx(0.047330, abs=5e-7)


def test_golden_decomposition() -> None:
    parts = decompose(Y, [PAIRS])
    assert parts["theil_within"][0] == pytest.approx(0.024157, abs=5e-7)
    assert parts["theil_between_1"][0] == pytest.approx(0.082283, abs=5e-7)


@given(amounts, st.floats(0.01, 100))
def test_measures_do_not_depend_on_the_unit(values: list[float], factor: float) -> None:
    y = np.array(values)
    for name, value in inequality(y * factor).items():
        if name not in ("mean", "p90_p10", "above_1_5_mean_share"):
            assert value == pytest.approx(inequality(y)[name], abs=1e-7)


@given(amounts)
def test_a_weight_of_two_is_the_unit_twice(values: list[float]) -> None:
    y = np.array(values)
    weights = np.ones(len(y))
    weights[0] = 2
    twice = inequality(np.append(y, y[0]))
    for name, value in inequality(y, weights).items():
        assert value == pytest.approx(twice[name], abs=1e-7), name


@given(amounts)
def test_gini_equals_the_mean_difference_of_all_pairs(values: list[float]) -> None:
    y = np.array(values)
    pairs = np.abs(y[:, None] - y[None, :]).mean() / (2 * y.mean())
    assert inequality(y)["gini"] == pytest.approx(pairs, abs=1e-9)


@given(st.lists(st.tuples(st.floats(1, 1e4), st.integers(0, 3), st.integers(0, 1)), min_size=2, max_size=40))
def test_nested_components_add_up_and_are_not_negative(rows: list[tuple[float, int, int]]) -> None:
    y = np.array([r[0] for r in rows])
    levels = [[str(r[1]) for r in rows], [str(r[2]) for r in rows]]
    parts = decompose(y, levels)
    for index in ("theil", "mld"):
        pieces = [parts[f"{index}_{name}"][0] for name in ("between_1", "between_2", "within")]
        assert sum(pieces) == pytest.approx(parts[f"{index}_total"][0], abs=1e-9)
        assert min(pieces) > -1e-9


def test_a_group_with_one_member_has_no_inequality_within() -> None:
    parts = decompose(np.array([1.0, 5.0, 9.0]), [["a", "b", "c"]])
    assert parts["theil_within"][0] == pytest.approx(0, abs=1e-12)


def test_quantile_ratio_is_of_observed_values() -> None:
    y = np.arange(1.0, 11)
    assert inequality(y)["p90_p10"] == pytest.approx(9.0)


def test_missing_units_are_left_out() -> None:
    assert inequality(np.append(Y, np.nan)) == inequality(Y)


def test_zero_leaves_mld_unknown_but_theil_defined() -> None:
    found = inequality(np.array([0.0, 1.0]))
    assert np.isnan(found["mld"])
    assert found["theil"] == pytest.approx(np.log(2))


@pytest.mark.parametrize("values", [[np.nan, np.nan], [-1.0, 2.0]])
def test_unusable_values_are_explained(values: list[float]) -> None:
    with pytest.raises(InputError) as error:
        inequality(np.array(values))
    assert error.value.problems[0].what.de


def test_decomposition_refuses_missing_values() -> None:
    with pytest.raises(InputError):
        decompose(np.array([1.0, np.nan]), [["a", "b"]])


def test_bootstrap_keeps_every_stratum_and_is_reproducible() -> None:
    strata = ["a"] * 5 + ["b"] + ["c"] * 3
    counts = stratified_counts(strata, 50, 1)
    assert (counts[:, :5].sum(axis=1) == 5).all()
    assert (counts[:, 5] == 1).all()
    assert np.array_equal(counts, stratified_counts(strata, 50, 1))
    assert not np.array_equal(counts, stratified_counts(strata, 50, 2))


def test_a_stratum_does_not_disturb_another() -> None:
    one = stratified_counts(["a", "a", "b", "b"], 20, 1)
    other = stratified_counts(["b", "b", "a", "a"], 20, 1)
    assert np.array_equal(one[:, :2], other[:, 2:])


def test_vectorised_bootstrap_equals_resampling_one_by_one() -> None:
    counts = stratified_counts(PAIRS, 30, 5)
    drawn = measures(Y, counts)
    for draw, row in enumerate(counts.astype(int)):
        single = inequality(np.repeat(Y, row))
        for name in ("cv", "gini", "theil", "mld"):
            assert drawn[name][draw] == pytest.approx(single[name], abs=1e-10)


def test_interval_holds_the_middle_of_the_draws() -> None:
    counts = stratified_counts(["a"] * 4, 400, 1)
    table = with_intervals("measure", partial(measures, Y), counts).set_index("measure")
    assert table.loc["mean", "low"] < table.loc["mean", "value"] < table.loc["mean", "high"]
    drawn = np.quantile(measures(Y, counts)["gini"], [0.025, 0.975])
    assert table.loc["gini", ["low", "high"]].tolist() == pytest.approx(drawn.tolist())
    people = np.array([10.0, 20, 30, 40])
    weighted = with_intervals("measure", partial(measures, Y), counts, people).set_index("measure")
    assert weighted.loc["mean", "value"] == pytest.approx(300)


def test_a_group_that_was_not_drawn_is_as_if_it_were_not_there() -> None:
    values, groups = np.array([1.0, 3.0, 4.0, 8.0, 20.0]), ["a", "a", "b", "b", "c"]
    with_nobody = decompose(values, [groups], np.array([1.0, 2.0, 1.0, 3.0, 0.0]))
    without = decompose(values[:4], [groups[:4]], np.array([1.0, 2.0, 1.0, 3.0]))
    for name, value in without.items():
        np.testing.assert_allclose(with_nobody[name], value, atol=1e-12)


def test_counts_that_many_share_can_be_read_only() -> None:
    with pytest.raises(ValueError, match="read-only"):
        stratified_counts(["a", "a", "b"], 4, 1)[0, 0] = 9.0
