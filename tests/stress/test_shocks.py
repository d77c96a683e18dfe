from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from dewak_research.data import read_table
from dewak_research.errors import InputError
from dewak_research.stress.items import POSITION
from dewak_research.stress.pool import OBSERVED, build_pool
from dewak_research.stress.run import kreise_with_kdu
from dewak_research.stress.samplers import (
    SAMPLERS,
    RegimeSettings,
    block_indices,
    block_weights,
    bootstrap,
    covariance,
    full_covariance,
    regime,
)
from dewak_research.stress.shocks import common_shocks, stream
from stress import engine_case as case


@pytest.fixture(scope="module")
def real_pool():
    panel = read_table("tax_panel")
    people = read_table("town_population").query("year == 2009").set_index("ags")["population"]
    return build_pool(panel, kreise_with_kdu(read_table("kreise_panel")), people)


def test_one_year_of_history_reproduces_that_year() -> None:
    whole = case.pool()
    one = replace(whole, years=whole.years[3:4], factors=whole.factors[3:4], filled=whole.filled[3:4])
    shocks = common_shocks(one, "bootstrap", 4, 50, 1)
    drawn, _, mean_log = bootstrap(one, 4, 50, np.random.default_rng(1))
    for t in range(4):
        np.testing.assert_allclose(drawn[:, t], np.repeat(whole.factors[3][:, None], 50, axis=1))
        np.testing.assert_allclose(mean_log[:, t], (t + 1) * whole.factors[3])
    np.testing.assert_allclose(
        shocks.log_level, 0.0, atol=1e-6
    )  # a certain year is no deviation from the mean


def test_bootstrap_draws_whole_years_so_that_items_stay_together() -> None:
    pool = case.pool()
    shocks = common_shocks(pool, "bootstrap", 1, 500, 3)
    mean_log = bootstrap(pool, 1, 1, np.random.default_rng(0))[2][:, 0]
    rows = {tuple(row) for row in np.round(pool.factors - mean_log, 5)}
    assert {tuple(row) for row in np.round(shocks.log_level[:, 0].T.astype(float), 5)} <= rows


def test_blocks_have_the_expected_length() -> None:
    indices = block_indices(100, 200, 300, np.random.default_rng(0), 2.0)
    follows = (indices[1:] == (indices[:-1] + 1) % 100).mean()
    assert follows == pytest.approx(0.5 + 0.5 / 100, abs=0.01)


def test_a_block_ends_where_a_town_ends() -> None:
    after = np.array([1, -1, 3, -1])
    indices = block_indices(4, 50, 400, np.random.default_rng(0), 1e9, after)
    from_one = indices[1:][indices[:-1] == 1]
    assert set(np.unique(from_one)) == {0, 1, 2, 3}
    assert (indices[1:][indices[:-1] == 0] == 1).mean() > 0.999


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_every_sampler_speaks_the_same_interface(sampler: str) -> None:
    shocks = common_shocks(case.pool(), sampler, 5, 400, 2, cost_spread={"pers": 0.02})
    assert shocks.log_level.shape == (13, 5, 400)
    assert np.isfinite(shocks.log_level).all()
    assert shocks.crisis_years.shape == (5, 400)
    assert (np.diff(shocks.crisis_years.astype(int), axis=0) >= 0).all()
    again = common_shocks(case.pool(), sampler, 5, 400, 2, cost_spread={"pers": 0.02})
    np.testing.assert_array_equal(shocks.log_level, again.log_level)


def test_parametric_samplers_keep_the_covariance() -> None:
    pool = case.pool(years=40)
    columns = [POSITION[key] for key in OBSERVED]
    for sampler in ("gaussian", "student_t"):
        drawn = common_shocks(pool, sampler, 1, 60_000, 4).log_level[columns, 0]
        np.testing.assert_allclose(np.cov(drawn), covariance(pool), atol=6e-4)


def test_regime_mixes_crisis_and_normal_years() -> None:
    growth, crisis, _ = regime(case.pool(), 1, 100_000, np.random.default_rng(1), RegimeSettings())
    assert crisis.mean() == pytest.approx(0.105, abs=0.004)
    trade_tax = growth[POSITION["gewst"], 0]
    gap = trade_tax[crisis[0] == 0].mean() - trade_tax[crisis[0] == 1].mean()
    assert gap == pytest.approx(np.log(1.076) - np.log(0.8), abs=0.01)


def test_signs_of_the_real_correlations(real_pool) -> None:
    """METHODS C.7: gewst-est +; gewst-sz of the same year about 0; staff and goods move together."""
    factors = real_pool.factors
    trade, income, grants = (factors[:, POSITION[k]] for k in ("gewst", "est", "sz"))
    assert np.corrcoef(trade, income)[0, 1] > 0
    assert abs(np.corrcoef(trade, grants)[0, 1]) < 0.4
    costs = common_shocks(real_pool, "bootstrap", 1, 20_000, 1, cost_spread={"pers": 0.02, "sach": 0.03})
    drawn = costs.log_level[[POSITION["pers"], POSITION["sach"]], 0]
    assert np.corrcoef(drawn)[0, 1] > 0.3


def test_real_pool_holds_2009_uncut(real_pool) -> None:
    at = list(real_pool.years).index(2009)
    growth = np.expm1(real_pool.factors[at, 0] + real_pool.mean_growth[0])
    assert growth == pytest.approx(-0.195, abs=0.02)
    assert real_pool.crisis_years[at]
    assert len(real_pool.years) == 24


def test_what_was_not_known_then_is_not_in_the_pool() -> None:
    panel = read_table("tax_panel")
    people = read_table("town_population").query("year == 2009").set_index("ags")["population"]
    early = build_pool(panel, kreise_with_kdu(read_table("kreise_panel")), people, last_year=2008)
    assert early.years.max() == 2008
    assert not early.crisis_years.any()
    with pytest.raises(InputError, match="1995"):
        build_pool(panel, kreise_with_kdu(read_table("kreise_panel")), people, last_year=1995)


def test_streams_of_units_are_independent_and_stable() -> None:
    first, second = stream(1, 1, 105911000), stream(1, 1, 105911001)
    assert first.random() != second.random()
    assert stream(1, 1, 42).random() == stream(1, 1, 42).random()


@pytest.mark.parametrize("draws", [0, -3])
def test_no_draws_is_one_clear_error(draws: int) -> None:
    with pytest.raises(InputError, match=r"stress\.draws"):
        common_shocks(case.pool(), "bootstrap", 5, draws, 1)


def test_unknown_sampler_names_the_nearest() -> None:
    with pytest.raises(InputError, match="bootstrap"):
        common_shocks(case.pool(), "bootstrp", 5, 10, 1)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_draws_keep_the_mean_of_every_item_in_every_year(sampler: str) -> None:
    """A pure-noise run has no effect on average: the expectation of every level is one."""
    spread = {"pers": 0.05, "sach": 0.03}
    shocks = common_shocks(
        case.pool(years=24), sampler, 5, 40_000, 8, crisis_frequency=0.105, cost_spread=spread
    )
    level = np.exp(shocks.log_level.astype(float))
    error = level.std(axis=2) / np.sqrt(shocks.draws)
    assert (np.abs(level.mean(axis=2) - 1.0) <= 4.5 * error + 1e-6).all()


def test_own_taxes_keep_the_mean_of_every_unit() -> None:
    book, common = case.book(), case.common(draws=40_000)
    drawn = book.taxes.draw(np.arange(1, 5), common, 3)
    assert drawn is not None
    level = np.exp(drawn.astype(float))
    error = level.std(axis=3) / np.sqrt(common.draws)
    assert (np.abs(level.mean(axis=3) - 1.0) <= 5.0 * error).all()


def test_the_mean_of_block_draws_is_that_of_the_chain_of_years() -> None:
    """Independent check: all sequences of years with their probabilities, added up one by one."""
    pool, length, years = case.pool(years=4), 2.0, 3
    weights = block_weights(pool, length, 0.3)
    stays, total = 1 - 1 / length, np.zeros(13)
    for first, second, third in product(range(4), repeat=3):
        chance = weights[first]
        for before, now in ((first, second), (second, third)):
            chance *= (1 - stays) * weights[now] + stays * (now == (before + 1) % 4)
        total += chance * np.exp(pool.factors[[first, second, third]].sum(axis=0))
    mean_log = bootstrap(pool, years, 5, np.random.default_rng(0), length, 0.3)[2]
    np.testing.assert_allclose(np.exp(mean_log[:, -1]), total, rtol=1e-12)


@pytest.mark.parametrize(("length", "frequency"), [(1.0, 0.105), (2.0, 0.105), (4.0, 0.2)])
def test_crises_come_up_as_often_as_they_are_said_to(length: float, frequency: float) -> None:
    pool = case.pool(years=24)
    _, crisis, _ = bootstrap(pool, 40, 4_000, np.random.default_rng(2), length, frequency)
    assert crisis[20:].mean() == pytest.approx(frequency, abs=0.01)


def test_a_pool_without_a_crisis_draws_every_year_alike() -> None:
    calm = replace(case.pool(), factors=case.pool().factors.clip(-0.1))
    np.testing.assert_allclose(block_weights(calm, 2.0, 0.105), 1 / 12)


@pytest.mark.parametrize(("frequency", "of_crises"), [(0.0, 0.0), (0.999, 1.0)])
def test_a_frequency_that_blocks_cannot_reach_takes_the_nearest_they_can(frequency, of_crises) -> None:
    pool = case.pool()
    weights = block_weights(pool, 3.0, frequency)
    assert weights[pool.crisis_years].sum() == pytest.approx(of_crises)
    assert weights.sum() == pytest.approx(1.0) and (weights >= 0).all()


def test_the_covariance_of_all_items_by_hand() -> None:
    pool, width = case.pool(), {"egh": 0.03, "pers": 0.02, "hzp": 0.0}
    keys, found = full_covariance(pool, width, 0.25)
    assert keys == (*OBSERVED, "egh", "pers")
    np.testing.assert_allclose(found[:6, :6], covariance(pool))
    np.testing.assert_allclose(found[6:, 6:], [[0.0009, 0.25 * 0.0006], [0.25 * 0.0006, 0.0004]])
    assert not found[:6, 6:].any() and not found[6:, :6].any()
