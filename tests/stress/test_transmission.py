import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from dewak_research.errors import InputError
from dewak_research.stress.transmission import (
    Gfg,
    base_amount_eur,
    idiosyncratic_refund_eur,
    key_grant_eur,
    kreisumlage_relief_eur,
    net_loss_eur,
    pot_change_eur,
    spread_refund_eur,
    systemic_refund_eur,
    systemic_refund_linear_eur,
    tax_power_loss_eur,
)


def gfg(f=414.0):
    return Gfg(0.9, 35.0, f, (0.5, 0.5))


@pytest.mark.parametrize(
    ("h", "f", "now", "refund", "final"),
    [(480, 414, 0.927, 0.711, 0.216), (530, 414, 0.934, 0.644, 0.290), (450, 435, 0.922, 0.800, 0.122)],
)
def test_the_refund_table(h, f, now, refund, final):
    lost = net_loss_eur(1.0, h, gfg(f))
    back = idiosyncratic_refund_eur(1.0, h, gfg(f))
    assert (round(float(lost), 3), round(float(back), 3), round(float(lost - back), 3)) == (
        now,
        refund,
        final,
    )


def test_parameters_come_from_the_rules():
    assert Gfg.of_year(2024) == gfg(414.0)
    assert Gfg.of_year(2020).fictitious_multiplier_pct == 418
    with pytest.raises(InputError):
        Gfg.of_year(2012)


def test_abundant_towns_get_nothing_and_a_crossing_counts_in_part():
    loss, h = 100.0, 480.0
    fall = float(tax_power_loss_eur(loss, h, gfg()))
    assert idiosyncratic_refund_eur(loss, h, gfg(), 1000.0, 1001.0 + fall) == 0.0
    assert idiosyncratic_refund_eur(loss, h, gfg(), 1000.0, 1000.0 + fall / 4) == pytest.approx(
        0.9 * fall * 3 / 4
    )
    assert idiosyncratic_refund_eur(loss, h, gfg(), 1000.0, 500.0) == pytest.approx(0.9 * fall)


@given(loss=st.floats(0, 1e6), need=st.floats(0, 1e7), power=st.floats(0, 1e7))
def test_refund_lies_between_zero_and_ninety_percent_and_equals_the_piecewise_integral(loss, need, power):
    refund = float(idiosyncratic_refund_eur(loss, 450.0, gfg(), need, power))
    fall = float(tax_power_loss_eur(loss, 450.0, gfg()))
    below = max(0.0, min(fall, need - (power - fall)))  # part of the fall that lies under the AMZ
    assert refund == pytest.approx(0.9 * below, abs=1e-6)
    if power - fall >= need:
        assert refund == 0.0


weights = st.lists(st.floats(0.5, 50), min_size=2, max_size=12)


@given(w=weights, seed=st.integers(0, 1000), pot=st.floats(1, 1e4))
def test_the_base_amount_pays_out_the_pot_and_agrees_with_root_finding(w, seed, pot):
    weight = np.array(w)
    power = weight * np.random.default_rng(seed).uniform(10, 200, len(w))
    b = base_amount_eur(weight, power, pot, gfg())
    assert key_grant_eur(weight * b, power, gfg()).sum() == pytest.approx(pot, rel=1e-9)
    root = brentq(lambda x: float(key_grant_eur(weight * x, power, gfg()).sum()) - pot, 0, 1e6, xtol=1e-10)
    assert b == pytest.approx(root, rel=1e-6)


@given(seed=st.integers(0, 1000))
def test_a_systemic_loss_is_only_shifted_between_towns(seed):
    rng = np.random.default_rng(seed)
    weight = rng.uniform(1, 30, 20)
    power = weight * rng.uniform(50, 150, 20)
    loss = power * rng.uniform(0, 0.3, 20)
    change = systemic_refund_eur(loss, np.full(20, 450.0), weight, power, 500.0, gfg())
    assert change.sum() == pytest.approx(0.0, abs=1e-6)


def test_a_uniform_loss_brings_no_refund_at_all():
    weight, power = np.array([10.0, 20.0, 30.0]), np.array([500.0, 1000.0, 1500.0])
    loss = 0.2 * power
    change = systemic_refund_eur(loss, np.full(3, 450.0), weight, power, 900.0, gfg())
    np.testing.assert_allclose(change, 0.0, atol=1e-9)


def test_the_linear_form_is_exact_while_nobody_crosses():
    weight, power = np.array([10.0, 12.0, 30.0, 1.0]), np.array([500.0, 500.0, 1500.0, 5000.0])
    loss, h = np.array([5.0, 0.0, 9.0, 50.0]), np.full(4, 450.0)
    exact = systemic_refund_eur(loss, h, weight, power, 900.0, gfg())
    fall = tax_power_loss_eur(loss, h, gfg())
    receives = np.array([True, True, True, False])
    np.testing.assert_allclose(systemic_refund_linear_eur(fall, weight, receives, gfg()), exact, atol=1e-9)
    many = np.stack([fall, 2 * fall])
    both = systemic_refund_linear_eur(many, weight, receives, gfg(), unit_axis=1)
    np.testing.assert_allclose(both[1], 2 * exact, atol=1e-9)


def test_missing_tax_power_or_an_empty_pot_is_refused():
    with pytest.raises(ValueError, match="positive"):
        base_amount_eur(np.array([1.0, 1.0]), np.array([1.0, np.nan]), 5.0, gfg())
    with pytest.raises(ValueError, match="positive"):
        base_amount_eur(np.array([1.0, 1.0]), np.array([1.0, 2.0]), 0.0, gfg())


def test_the_refund_comes_in_the_two_following_years():
    paid = spread_refund_eur(np.array([[10.0], [0.0], [0.0], [4.0], [0.0]]), gfg())
    assert paid[:, 0].tolist() == [0.0, 5.0, 5.0, 0.0, 2.0]


def test_kreisumlage_relief_is_small():
    fall = tax_power_loss_eur(1.0, 480, gfg())
    relief = kreisumlage_relief_eur(fall, 0.9 * fall, 0.4413)
    assert 0.03 <= float(relief) <= 0.04


def test_pot_shock():
    assert pot_change_eur(20.0, -0.1) == -2.0


def test_negative_losses_are_gains_and_are_skimmed_alike():
    assert idiosyncratic_refund_eur(-1.0, 480, gfg()) == -idiosyncratic_refund_eur(1.0, 480, gfg())
