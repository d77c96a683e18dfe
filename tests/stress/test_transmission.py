import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.config import StressParams
from dewak_research.errors import InputError
from dewak_research.rules import value
from dewak_research.stress.run import gfg_of
from dewak_research.stress.transmission import (
    Gfg,
    Maturities,
    extra_interest_eur,
    passed_through_share,
    raised_umlage,
    refund_by_year,
)


def gfg(f=414.0):
    return Gfg(0.9, 35.0, f, (0.5, 0.5))


@pytest.mark.parametrize(
    ("h", "f", "now", "refund", "final"),
    [(480, 414, 0.927, 0.711, 0.216), (530, 414, 0.934, 0.644, 0.290), (450, 435, 0.922, 0.800, 0.122)],
)
def test_the_refund_table(h, f, now, refund, final):
    lost = gfg(f).net_loss_eur(1.0, h)
    back = gfg(f).refund_eur(1.0, h)
    assert (round(float(lost), 3), round(float(back), 3), round(float(lost - back), 3)) == (
        now,
        refund,
        final,
    )


def test_parameters_come_from_the_rules():
    assert Gfg.of_year(2022) == gfg(414.0)
    assert Gfg.of_year(2020).fictitious_multiplier_pct == 418
    with pytest.raises(InputError):
        Gfg.of_year(2004)


@pytest.mark.parametrize(
    ("year", "levy", "fictitious"),
    [(2010, 71, 403), (2011, 70, 411), (2012, 69, 411), (2018, 68.3, 417), (2021, 35, 418), (2023, 35, 416)],
)
def test_every_year_has_its_own_levy_and_fictitious_multiplier(year, levy, fictitious):
    found = Gfg.of_year(year)
    assert (found.levy_multiplier_pct, found.fictitious_multiplier_pct) == (levy, fictitious)


def test_a_run_uses_the_equalisation_of_its_first_year_unless_another_is_asked_for():
    assert gfg_of(StressParams(budget_year=2010)) == Gfg.of_year(2010)
    assert gfg_of(StressParams(budget_year=2010, equalisation_year=2022)) == gfg(414.0)


def test_negative_losses_are_gains_and_are_skimmed_alike():
    assert gfg().refund_eur(-1.0, 480) == -gfg().refund_eur(1.0, 480)


def test_the_refund_comes_in_the_two_following_years():
    lost = np.array([-10.0, 0.0, 0.0, -4.0, 0.0], np.float32)[:, None, None]
    paid = refund_by_year(lost, np.ones(1), gfg().refund_split, np.full((5, 1), 100.0))
    assert paid[:, 0, 0].tolist() == [0.0, 5.0, 5.0, 0.0, 2.0]


def test_an_uneven_split_is_paid_as_it_says():
    lost = np.array([-10.0, 0.0, 0.0, 0.0], np.float32)[:, None, None]
    paid = refund_by_year(lost, np.ones(1), (0.2, 0.3, 0.5), np.full((4, 1), 100.0))
    np.testing.assert_allclose(paid[:, 0, 0], [0.0, 2.0, 3.0, 5.0], rtol=1e-6)


@pytest.mark.parametrize(
    ("lag", "expected"), [(0, [5, 1, 0]), (1, [0, 5, 1]), (2, [0, 0, 5]), (3, [0, 0, 0])]
)
def test_the_levy_rises_by_the_loss_after_the_lag(lag, expected):
    lost = np.array([-10.0, -2.0, 0.0], np.float32)[:, None, None]
    assert raised_umlage(lost, 0.5, lag)[:, 0, 0].tolist() == expected


M = Maturities.of_year(2024)
HERTEN = value("land/05/facts/herten", "credit_taken_over_eur_m", 2026).value * 1e6


def test_defaults_and_the_law_agree():
    assert Maturities(0.25, 5, 12) == M
    ten = value("land/05/credit", "fixed_up_to_10_years_share", 2024).value
    five = value("land/05/credit", "fixed_up_to_5_years_share", 2024).value
    assert M.short_term_share == 1 - ten - five


def test_herten_three_points_more():
    first = extra_interest_eur(3.0, HERTEN, 0.0, 0, M)
    assert round(float(first) / 1e6, 2) == 1.15
    fully_short = extra_interest_eur(3.0, HERTEN, 0.0, 0, Maturities(1.0, 5, 12))
    assert round(float(fully_short) / 1e6, 2) == 4.61
    assert float(extra_interest_eur(3.0, HERTEN, 0.0, 5, M)) == pytest.approx(float(fully_short))
    assert extra_interest_eur(3.0, 0.0, 0.0, 5, M) == 0.0


def test_the_formula_after_one_year():
    after = np.array([0.0, 1.0, 2.0, 12.0, 20.0])
    liquidity = extra_interest_eur(3.0, 100.0, 0.0, after, M)
    assert liquidity.tolist() == pytest.approx([0.75, 0.75 + 0.45, 0.75 + 0.90, 3.0, 3.0])
    investment = extra_interest_eur(3.0, 0.0, 240.0, after, M)
    assert investment.tolist() == pytest.approx([0.0, 0.6, 1.2, 7.2, 7.2])
    both = extra_interest_eur(3.0, 100.0, 240.0, after, M)
    np.testing.assert_allclose(both, liquidity + investment)


def test_a_missing_stock_stays_missing():
    assert np.isnan(extra_interest_eur(3.0, np.nan, 0.0, 0, M))


@given(t=st.floats(-5, 50), m=st.floats(0.5, 30))
def test_pass_through_is_a_share(t, m):
    assert 0.0 <= float(passed_through_share(t, m)) <= 1.0
