from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dewak_research.rules import rule_set
from dewak_research.stress.book import Book
from dewak_research.stress.frontier import iso_line, margins, most_likely_breaking, unit_covariance
from dewak_research.stress.items import BLOCKS, KEYS, POSITION
from dewak_research.stress.reverse import (
    bearable_loss_eur,
    critical_size,
    crossed,
    level_direction,
    return_period_years,
    reverse_table,
)
from dewak_research.stress.simulation import Settings
from dewak_research.stress.what_if import Effects, effects_eur
from stress import engine_case as case

RULES = rule_set(2010)
ENGINE = Settings(RULES)


def toy(years: int) -> Book:
    """METHODS C.8: G = 100, A = 5, planned result −2."""
    one = case.book(years).only(1)
    flat = np.full((years, 1), -2.0)
    return replace(
        one,
        result_eur=flat,
        liquidity_flow_eur=flat,
        ausgleichsruecklage_eur=np.array([5.0]),
        allgemeine_ruecklage_eur=np.array([100.0]),
        exposed_eur=np.zeros((years, 1)),
    )


def crisis(book: Book) -> Effects:
    change = np.zeros((*book.result_eur.shape, len(KEYS)))
    change[:, :, POSITION["gewst"]] = -0.21
    change[:, :, POSITION["hzp"]] = 0.05
    change[:, :, POSITION["pers"]] = 0.05
    return effects_eur(book, change, ENGINE)


def single_year(book: Book, loss: float) -> Effects:
    effect = np.zeros(book.result_eur.shape)
    effect[0] = -loss
    return dict.fromkeys(BLOCKS, effect * 0) | {"taxes": effect}


def test_toy_passes_the_quarter_line_beyond_28() -> None:
    book = toy(1)
    found = critical_size(book, single_year(book, 10.0), ENGINE)
    assert found[0] * 10 == pytest.approx(28.0, abs=2e-3)
    assert found[0] * 10 > 28.0 - 1e-6


def test_toy_passes_the_twentieth_line_beyond_8_if_the_year_before_did_too() -> None:
    """q = 5 % in both years: the additional loss of the first year is 8, of the second 5 % of what is left."""
    book = toy(2)
    effect = np.array([[-1.0], [-1.0]])
    both = dict.fromkeys(BLOCKS, effect * 0) | {"taxes": effect}
    settings_ = Settings(RULES, borrowing_rate_share=0.0)
    found = critical_size(book, both, settings_)
    assert found[0] == pytest.approx(8.0, abs=2e-3)


@settings(max_examples=25, deadline=None)
@given(scale=st.floats(1e-2, 1e6))
def test_lambda_does_not_depend_on_the_unit_of_money(scale: float) -> None:
    small, large = case.book(), case.book(scale=scale)
    first = critical_size(small, crisis(small), ENGINE)
    second = critical_size(large, crisis(large), ENGINE)
    np.testing.assert_allclose(first, second, atol=2e-3)


def test_lambda_says_zero_infinite_and_unknown() -> None:
    broke = case.book(result=-100.0)
    assert critical_size(broke, crisis(broke), ENGINE)[4] == 0.0
    rich = case.book(result=1e5)
    assert np.isinf(critical_size(rich, crisis(rich), ENGINE)[4])
    assert np.isnan(critical_size(rich, crisis(rich), ENGINE)[3])


def test_the_line_lies_exactly_at_lambda() -> None:
    book = case.book()
    towards = crisis(book)
    table = reverse_table(list(case.UNITS), book, towards, "crisis", np.full(5, 100.0), ENGINE)
    finite = table[np.isfinite(table["lambda_star"]) & (table["lambda_star"] > 0)]
    assert len(finite) >= 3
    assert finite["trigger"].notna().all()
    assert table.loc[3, ["loss_total_eur"]].isna().all()


def test_bearable_loss_is_negative_where_relief_is_needed() -> None:
    fine, poor = case.book(), case.book(result=-60.0)
    assert bearable_loss_eur(fine, ENGINE)[4] > 0
    needed = bearable_loss_eur(poor, ENGINE)[4]
    assert needed < 0
    towards = level_direction(poor)
    around = [np.full(5, needed + step) for step in (-0.01, 0.01)]
    assert [crossed(poor, towards, size, ENGINE)[4] for size in around] == [False, True]


def test_return_period_is_counted() -> None:
    history = np.array([-0.3, -0.1, 0.0, 0.1, 0.2, 0.05, -0.05, 0.02, 0.01, 0.03])
    found = return_period_years(np.array([0.3, 0.1, 0.5, np.inf, np.nan, 0.0]), history)
    np.testing.assert_allclose(found, [10, 5, np.inf, np.inf, np.nan, 2.5])


def test_the_frontier_falls_with_social_growth() -> None:
    book = case.book()
    lines = iso_line(list(case.UNITS), book, crisis(book), np.array([0.0, 0.05, 0.1]), ENGINE)
    city = lines[lines["ags"] == "05101000"]["lambda_star"].to_numpy()
    assert (np.diff(city) < 0).all()


def test_most_likely_breaking_scenario_equals_the_closed_form_of_a_linear_line() -> None:
    """One year, one line: minimum of x'S^-1 x on a'x = b is S a b / (a'S a)."""
    book = toy(1)
    book.items_eur[0, 0] = 0.0
    book.items_eur[0, 0, [POSITION["gewst"], POSITION["pers"]]] = (50.0, 40.0)
    spread = np.array([[0.04, 0.002], [0.002, 0.01]])
    keys = ("gewst", "pers")
    found = most_likely_breaking(book, 0, spread, keys, ENGINE, np.random.default_rng(1))
    slope = np.array([50.0 * book.net_share[0], -40.0])
    expected = spread @ slope * (-28.0) / (slope @ spread @ slope)
    np.testing.assert_allclose(found.change[[0, POSITION["pers"]]], expected, rtol=2e-3)
    assert found.distance == pytest.approx(28.0 / np.sqrt(slope @ spread @ slope), rel=2e-3)


def test_breaking_scenario_is_zero_or_unknown_where_it_must_be() -> None:
    rng = np.random.default_rng(1)
    poor = case.book(result=-100.0)
    spread = np.eye(2) * 0.01
    assert most_likely_breaking(poor, 4, spread, ("gewst", "pers"), ENGINE, rng).distance == 0.0
    unknown = most_likely_breaking(poor, 3, spread, ("gewst", "pers"), ENGINE, rng)
    assert np.isnan(unknown.distance)


def test_margin_crosses_zero_where_the_trigger_does() -> None:
    book = toy(1)
    found = margins(book, np.array([[-27.99, -28.01, 0.0]]), ENGINE)
    assert found[0] < 0 < found[1]
    assert found[2] < found[0]


def test_own_shocks_add_to_the_common_covariance() -> None:
    common = np.diag([0.01, 0.01, 0.01, 0.02])
    book = case.book()
    moves = np.clip(0.2 * book.taxes.residuals[:, 0], -3.0, 2.0)
    own = book.taxes.covariance(1)
    np.testing.assert_allclose(own, np.cov(moves), rtol=1e-5)
    found = unit_covariance(common, own)
    assert found[0, 0] == pytest.approx(0.01 + np.var(moves[0], ddof=1), rel=1e-5)
    assert found[3, 3] == 0.02
    assert book.taxes.covariance(0) is None
    np.testing.assert_array_equal(unit_covariance(common, None), common)
