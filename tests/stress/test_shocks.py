from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.errors import InputError
from dewak_research.stress.items import POSITION
from dewak_research.stress.pool import OBSERVED, TAXES, _betas, build_pool, shrunk_beta
from dewak_research.stress.run import kreise_with_kdu
from dewak_research.stress.samplers import SAMPLERS, RegimeSettings, block_indices, covariance, regime
from dewak_research.stress.shocks import common_shocks, stream
from stress import engine_case as case


@pytest.fixture(scope="module")
def real_pool():
    panel = read_table("nrw_tax_panel")
    people = read_table("nrw_population").query("year == 2009").set_index("ags")["population"]
    size = (people > 25_000).map({True: "large", False: "small"})
    return build_pool(panel, kreise_with_kdu(read_table("kreise_panel")), people, size)


def test_one_year_of_history_reproduces_that_year() -> None:
    whole = case.pool()
    one = replace(whole, years=whole.years[3:4], factors=whole.factors[3:4], filled=whole.filled[3:4])
    shocks = common_shocks(one, "bootstrap", 4, 50, 1)
    for t in range(4):
        expected = (t + 1) * whole.factors[3]
        np.testing.assert_allclose(
            shocks.log_level[:, t], np.repeat(expected[:, None], 50, axis=1), rtol=1e-6
        )


def test_bootstrap_draws_whole_years_so_that_items_stay_together() -> None:
    pool = case.pool()
    shocks = common_shocks(pool, "bootstrap", 1, 500, 3)
    rows = {tuple(np.round(row, 6)) for row in pool.factors.astype(np.float32)}
    assert {tuple(np.round(row, 6)) for row in shocks.log_level[:, 0].T} <= rows


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
    growth, crisis = regime(case.pool(), 1, 100_000, np.random.default_rng(1), RegimeSettings())
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
    assert real_pool.dropped_town_years == 12


def test_what_was_not_known_then_is_not_in_the_pool() -> None:
    panel = read_table("nrw_tax_panel")
    people = read_table("nrw_population").query("year == 2009").set_index("ags")["population"]
    size = people.map(lambda _: "all")
    early = build_pool(panel, kreise_with_kdu(read_table("kreise_panel")), people, size, last_year=2008)
    assert early.years.max() == 2008
    assert not early.crisis_years.any()
    with pytest.raises(InputError, match="1995"):
        build_pool(panel, kreise_with_kdu(read_table("kreise_panel")), people, size, last_year=1995)


def test_beta_is_shrunk_to_one() -> None:
    assert shrunk_beta(3.0, 15) == pytest.approx((15 * 3 + 5) / 20)
    assert shrunk_beta(3.0, 0) == 1.0


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


def test_the_largest_payer_is_gone_for_three_years() -> None:
    town = replace(case.town_shocks(leaving=1.0), residuals={"small": np.zeros((3, 1), np.float32)})
    town = replace(town, follows={"small": np.array([-1])})
    book = case.book()
    shocks = common_shocks(replace(case.pool(), factors=case.pool().factors * 0), "bootstrap", 5, 3, 1)
    drawn = town.draw(book.taxes, np.array([1]), shocks, 9)
    assert drawn is not None
    np.testing.assert_allclose(np.expm1(drawn[0, :, 0]), -0.2, atol=1e-6)


class LeavesInTheFirstYear:
    """Draws in which the largest payer leaves in the first year and in no other."""

    def random(self, size: tuple[int, int], dtype: type) -> np.ndarray:
        out = np.ones(size, dtype)
        out[0] = 0.0
        return out


@pytest.mark.parametrize("years", [1, 2, 3])
def test_the_loss_of_the_largest_payer_lasts_as_long_as_it_is_said_to(years: int) -> None:
    trade_tax = np.zeros((5, 2), np.float32)
    case.town_shocks(years=years)._add_leaving(trade_tax, LeavesInTheFirstYear())
    np.testing.assert_allclose(np.expm1(trade_tax[:years]), -0.2, atol=1e-6)
    assert not trade_tax[years:].any()


def test_beta_counts_the_years_that_both_series_know() -> None:
    """Twenty years of twice the state's growth, five more unknown: shrunk by 20 years, not by 25 or 5."""
    years = np.arange(1995, 2021)
    state = pd.DataFrame({key: np.random.default_rng(4).normal(0, 0.1, 25) for key in TAXES}, index=years[1:])
    town = 2.0 * state
    town.iloc[20:] = np.nan
    growth = town.rename_axis("year").reset_index().assign(ags="05001001")
    beta = _betas(growth, state)
    np.testing.assert_allclose(beta.to_numpy(), (20 * 2.0 + 5) / 25)
