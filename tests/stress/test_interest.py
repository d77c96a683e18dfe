import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.rules import value
from dewak_research.stress.interest import (
    Maturities,
    effective_rate_share,
    extra_interest_eur,
    least_relief_eur,
    next_liquidity_credit_eur,
    passed_through_share,
    refinancing_cost_eur,
)

M = Maturities.of_year(2024)
HERTEN = value("land/05/facts/herten", "credit_taken_over_eur_m", 2026).value * 1e6


def test_defaults_and_the_law_agree():
    assert Maturities(0.25, 5, 12) == M
    ten = value("land/05/credit", "fixed_up_to_10_years_share", 2024).value
    five = value("land/05/credit", "fixed_up_to_5_years_share", 2024).value
    assert M.short_term_share == 1 - ten - five


def test_herten_three_points_more():
    first = extra_interest_eur(3.0, HERTEN, 0.0, 0, M)
    assert round(float(first.total_eur) / 1e6, 2) == 1.15
    fully_short = extra_interest_eur(3.0, HERTEN, 0.0, 0, Maturities(1.0, 5, 12))
    assert round(float(fully_short.total_eur) / 1e6, 2) == 4.61
    assert float(extra_interest_eur(3.0, HERTEN, 0.0, 5, M).total_eur) == pytest.approx(
        float(fully_short.total_eur)
    )
    assert extra_interest_eur(3.0, 0.0, 0.0, 5, M).total_eur == 0.0


def test_the_formula_after_one_year():
    found = extra_interest_eur(3.0, 100.0, 240.0, np.array([1.0, 2.0, 12.0, 20.0]), M)
    assert found.short_term_eur == pytest.approx(0.75)
    assert found.fixed_eur.tolist() == pytest.approx([0.45, 0.90, 2.25, 2.25])
    assert found.investment_eur.tolist() == pytest.approx([0.6, 1.2, 7.2, 7.2])


def test_herten_effective_rate():
    relief = value("land/05/facts/herten", "interest_relief_eur_m", 2026).value * 1e6
    assert effective_rate_share(relief, HERTEN) == pytest.approx(
        value("land/05/facts/herten", "implied_rate_share", 2026).value, abs=5e-6
    )
    assert np.isnan(effective_rate_share(1.0, 0.0))


def test_gelsenkirchen():
    stock = value("land/05/credit", "gelsenkirchen_stock_eur_m", 2015).value
    interest = value("land/05/credit", "gelsenkirchen_interest_eur_m", 2015).value
    assert round(effective_rate_share(interest, stock) * 100, 2) == 0.97
    assert round(refinancing_cost_eur(stock, interest, 0.03), 1) == 15.9


def test_a_missing_stock_stays_missing():
    assert np.isnan(extra_interest_eur(3.0, np.nan, 0.0, 0, M).total_eur)


@given(t=st.floats(-5, 50), m=st.floats(0.5, 30))
def test_pass_through_is_a_share(t, m):
    assert 0.0 <= float(passed_through_share(t, m)) <= 1.0


@given(credit=st.floats(0, 1e9), cash=st.floats(0, 1e9), result=st.floats(-1e9, 1e9))
def test_cash_results_are_found_again_in_credit_or_cash(credit, cash, result):
    new_credit, new_cash = next_liquidity_credit_eur(credit, result, cash)
    assert float((new_cash - new_credit) - (cash - credit)) == pytest.approx(result, abs=1e-5)
    assert new_credit >= 0
    assert new_cash >= 0
    assert min(float(new_credit), float(new_cash)) == 0.0


def test_smallest_relief_of_old_debt():
    people = 1000.0
    assert least_relief_eur(90.0 * people, people, 2025) == 0.0
    assert least_relief_eur(1100.0 * people, people, 2025) == pytest.approx(411.0 * people)
    assert least_relief_eur(4000.0 * people, people, 2025) == pytest.approx(2500.0 * people)
