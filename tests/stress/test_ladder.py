import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from dewak_research.rules import rule_set
from dewak_research.stress.ladder import Reserves, Status, step

OLD = rule_set("go_nrw_2019")
NEW = rule_set("go_nrw_2024")
NRW = ["go_nrw_2005", "go_nrw_2011", "go_nrw_2012", "go_nrw_2019", "go_nrw_2024"]


def arr(*values):
    return np.array(values, dtype=float)


def plan(results, a, g, rules, **options):
    reserves = Reserves.opening(a, g)
    rows = []
    for result in results:
        before = reserves
        reserves, outcome = step(arr(result), reserves, rules, **options)
        rows.append((before, reserves, outcome))
    return rows


def test_five_years_of_minus_two_give_the_published_quotas():
    rows = plan([-2.0] * 5, arr(5.0), arr(100.0), OLD)
    q = [o.reduction_eur[0] / b.allgemeine_ruecklage_eur[0] for b, _, o in rows]
    assert q == pytest.approx([0, 0, 0.01, 2 / 99, 2 / 97])
    assert [round(x, 4) for x in q] == [0, 0, 0.01, 0.0202, 0.0206]
    assert [int(o.status[0]) for _, _, o in rows] == [1, 1, 3, 3, 3]


@pytest.mark.parametrize(("extra", "covered", "reduction"), [(3, 5, 0), (8, 5, 5), (28, 5, 25)])
def test_toy_ladder(extra, covered, reduction):
    _, outcome = step(arr(-2.0 - extra), Reserves.opening(arr(5.0), arr(100.0)), OLD)
    assert (outcome.covered_eur[0], outcome.reduction_eur[0]) == (covered, reduction)


def test_statuses_in_the_order_of_the_law():
    results = arr(1.0, 0.0, -5.0, -6.0, -200.0, np.nan)
    _, outcome = step(results, Reserves.opening(np.full(6, 5.0), np.full(6, 100.0)), OLD)
    assert outcome.status.dtype == np.int8
    assert [Status(s) for s in outcome.status] == [
        Status.BALANCED,
        Status.BALANCED,
        Status.COVERED,
        Status.REDUCED,
        Status.OVERINDEBTED,
        Status.UNDEFINED,
    ]


def test_unknown_stays_unknown():
    after, outcome = step(arr(np.nan, -1.0), Reserves.opening(arr(5.0, np.nan), arr(100.0, 100.0)), NEW)
    assert np.isnan(after.ausgleichsruecklage_eur).all()
    assert np.isnan(after.allgemeine_ruecklage_eur).all()
    assert np.isnan(outcome.reduction_eur).all()
    assert (outcome.status == Status.UNDEFINED).all()


def test_an_approved_loss_is_carried_three_years_and_then_charged():
    rows = plan([-8.0, 0.0, 0.0, 0.0, 0.0], arr(5.0), arr(100.0), NEW, carry_forward_approved=True)
    assert rows[0][2].status[0] == Status.CARRIED_FORWARD
    assert rows[0][2].carried_forward_eur[0] == 3.0
    assert [o.reduction_eur[0] for _, _, o in rows] == [0, 0, 0, 3, 0]
    assert [r.equity_eur[0] for _, r, _ in rows] == [97.0] * 5


def test_surplus_offsets_the_oldest_loss_first():
    reserves = Reserves(arr(0.0), arr(100.0), np.array([[10.0, 20.0, 30.0]]))
    after, outcome = step(arr(35.0), reserves, NEW, carry_forward_approved=True)
    assert after.carried_eur.tolist() == [[0.0, 10.0, 15.0]]
    assert outcome.reduction_eur[0] == 0.0
    after, outcome = step(arr(12.0), reserves, NEW)
    assert outcome.reduction_eur[0] == 18.0
    assert after.carried_eur.tolist() == [[0.0, 10.0, 20.0]]


def test_without_approval_the_rules_of_2024_charge_the_general_reserve():
    _, outcome = step(arr(-8.0), Reserves.opening(arr(5.0), arr(100.0)), NEW)
    assert outcome.reduction_eur[0] == 3.0
    assert outcome.status[0] == Status.REDUCED


def test_older_rules_know_no_carry_forward():
    _, outcome = step(arr(-8.0), Reserves.opening(arr(5.0), arr(100.0)), OLD, carry_forward_approved=True)
    assert outcome.carried_forward_eur[0] == 0.0
    assert outcome.reduction_eur[0] == 3.0


def surplus_split(rules, result, a, g, **options):
    after, _ = step(arr(result), Reserves.opening(arr(a), arr(g)), rule_set(rules), **options)
    return after.ausgleichsruecklage_eur[0], after.allgemeine_ruecklage_eur[0]


def test_caps_of_the_older_rules():
    assert surplus_split("go_nrw_2024", 50.0, 10.0, 80.0) == (60.0, 80.0)
    assert surplus_split("go_nrw_2012", 50.0, 10.0, 80.0) == (30.0, 110.0)
    assert surplus_split("go_nrw_2019", 50.0, 10.0, 80.0, balance_sheet_total_eur=1000.0) == (60.0, 80.0)
    assert surplus_split("go_nrw_2019", 50.0, 10.0, 80.0, balance_sheet_total_eur=9000.0) == (10.0, 130.0)


def test_before_the_first_nkfwg_the_reserve_is_refilled_to_the_fixed_opening_amount():
    """Neither a third of today's equity nor more than what the opening balance sheet set."""
    assert surplus_split("go_nrw_2005", 50.0, 10.0, 80.0) == (10.0, 130.0)
    rows = plan([-8.0, 5.0, 5.0], arr(10.0), arr(80.0), rule_set("go_nrw_2005"))
    assert [r.ausgleichsruecklage_eur[0] for _, r, _ in rows] == [2.0, 7.0, 10.0]
    assert [r.allgemeine_ruecklage_eur[0] for _, r, _ in rows] == [80.0, 80.0, 82.0]
    used = Reserves.opening(arr(4.0), arr(80.0), opening_amount_eur=12.0)
    after, _ = step(arr(20.0), used, rule_set("go_nrw_2011"))
    assert (after.ausgleichsruecklage_eur[0], after.allgemeine_ruecklage_eur[0]) == (12.0, 92.0)


def test_a_reserve_above_the_cap_is_not_cut():
    assert surplus_split("go_nrw_2012", 6.0, 60.0, 30.0) == (60.0, 36.0)


@pytest.mark.parametrize(
    ("rules", "planned"), [("go_nrw_2012", 0.0), ("go_nrw_2019", 1.0), ("go_nrw_2024", 2.0)]
)
def test_globaler_minderaufwand_is_capped_by_the_law(rules, planned):
    reserves = Reserves.opening(arr(0.0), arr(100.0))
    _, outcome = step(arr(-5.0), reserves, rule_set(rules), arr(100.0), minderaufwand_share=0.03)
    assert outcome.minderaufwand_eur[0] == planned
    assert outcome.reduction_eur[0] == 5.0 - planned


def test_minderaufwand_needs_expenses():
    with pytest.raises(ValueError, match="ordinary expenses"):
        step(arr(-5.0), Reserves.opening(arr(0.0), arr(1.0)), NEW, minderaufwand_share=0.01)


def test_negative_equity_goes_deeper_and_is_named():
    after, outcome = step(arr(-5.0), Reserves.opening(arr(0.0), arr(-10.0)), OLD)
    assert after.allgemeine_ruecklage_eur[0] == -15.0
    assert outcome.status[0] == Status.OVERINDEBTED


def test_the_neutral_set_only_books_equity():
    after, outcome = step(arr(-5.0, 3.0), Reserves.opening(arr(2.0, 2.0), arr(10.0, 10.0)), rule_set("none"))
    assert after.allgemeine_ruecklage_eur.tolist() == [5.0, 13.0]
    assert (outcome.status == Status.NO_RULE).all()


money = st.integers(-10_000_000, 10_000_000).map(float)
stock = st.integers(0, 10_000_000).map(float)


@pytest.mark.parametrize("rules", NRW)
@given(
    results=arrays(np.float64, (5, 3), elements=money),
    a=arrays(np.float64, 3, elements=stock),
    g=arrays(np.float64, 3, elements=money),
    approved=st.booleans(),
)
def test_every_euro_is_found_again(rules, results, a, g, approved):
    reserves = Reserves.opening(a, g)
    for result in results:
        before = reserves
        reserves, o = step(
            result, reserves, rule_set(rules), 1e6, carry_forward_approved=approved, minderaufwand_share=0.02
        )
        np.testing.assert_allclose(
            reserves.equity_eur, before.equity_eur + result + o.minderaufwand_eur, atol=1e-3
        )
        charged = o.reduction_eur - (before.carried_eur[..., -1:].sum(axis=-1) if not approved else 0)
        found = o.minderaufwand_eur + o.covered_eur + o.carried_forward_eur
        deficit = np.maximum(-result, 0)
        if not approved:
            np.testing.assert_allclose(found + charged, deficit, atol=1e-3)
        else:
            np.testing.assert_allclose(
                found,
                deficit if rule_set(rules).carry_forward_years else deficit - o.reduction_eur,
                atol=1e-3,
            )
        assert (reserves.ausgleichsruecklage_eur >= 0).all()
        assert (reserves.carried_eur >= 0).all()


@pytest.mark.parametrize("rules", NRW)
@given(results=arrays(np.float64, (4, 6), elements=money), a=stock, g=money)
def test_arrays_of_any_shape_give_what_single_numbers_give(rules, results, a, g):
    together = Reserves.opening(np.full((2, 3), a), np.full((2, 3), g))
    single = [Reserves.opening(arr(a), arr(g)) for _ in range(6)]
    for result in results:
        together, outcome = step(result.reshape(2, 3), together, rule_set(rules), carry_forward_approved=True)
        for i in range(6):
            single[i], one = step(arr(result[i]), single[i], rule_set(rules), carry_forward_approved=True)
            assert outcome.status.flat[i] == one.status[0]
            assert together.allgemeine_ruecklage_eur.flat[i] == single[i].allgemeine_ruecklage_eur[0]


def test_without_a_ladder_a_surplus_reduces_nothing():
    _, outcome = step(arr(3.0), Reserves.opening(arr(0.0), arr(1.0)), rule_set("none"))
    assert outcome.reduction_eur.tolist() == [0.0]


def test_equity_takes_off_losses_carried_forward_whatever_the_shape():
    for shape in ((), (2,), (2, 4)):
        carried = np.broadcast_to(arr(1.0, 2.0, 4.0), (*shape, 3))
        reserves = Reserves(np.full(shape, 5.0), np.full(shape, 100.0), carried, None)
        assert np.all(reserves.equity_eur == 98.0) and reserves.equity_eur.shape == shape
        assert np.all(Reserves.opening(np.full(shape, 5.0), np.full(shape, 100.0)).equity_eur == 105.0)


@pytest.mark.parametrize(("general", "filled"), [(2.5, 0.0), (3.0, 7.0), (3.5, 7.0)])
def test_the_reserve_of_2019_is_filled_from_three_percent_of_the_balance_sheet_on(general, filled):
    after, _ = step(arr(7.0), Reserves.opening(arr(0.0), arr(general)), OLD, balance_sheet_total_eur=100.0)
    assert after.ausgleichsruecklage_eur.tolist() == [filled]
    assert after.allgemeine_ruecklage_eur.tolist() == [general + 7.0 - filled]
