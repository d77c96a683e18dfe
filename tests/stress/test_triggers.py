import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.rules import rule_set
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.triggers import headroom_eur, quota, triggers, walk

NEW = rule_set("go_nrw_2024")
OLD = rule_set("go_nrw_2019")
OSTBEVERN_RESERVE = np.array([39_046_664.0, 38_825_371.0, 37_182_843.0, 35_424_016.0])
OSTBEVERN_REDUCTION = np.array([221_293.0, 1_642_528.0, 1_758_827.0, 3_557_700.0])


def ostbevern(rules):
    closing = np.append(OSTBEVERN_RESERVE, OSTBEVERN_RESERVE[-1] - OSTBEVERN_REDUCTION[-1])
    return triggers(OSTBEVERN_REDUCTION, closing, closing[1:], rules)


@pytest.mark.parametrize("rules", [NEW, OLD])
def test_ostbevern_2026_to_2029(rules):
    found = ostbevern(rules)
    assert (found.quota * 100).round(3).tolist() == [0.567, 4.231, 4.730, 10.043]
    assert not found.any_year.any()
    assert found.first_year == -1
    assert found.which == 0


def test_ostbevern_headroom_to_n2_in_2028():
    room = headroom_eur(OSTBEVERN_REDUCTION, OSTBEVERN_RESERVE, 0.05)
    assert round(float(room[2])) == 100_315


def test_one_euro_more_than_the_headroom_triggers_n2_with_2029():
    reduction = OSTBEVERN_REDUCTION.copy()
    reduction[2] += 100_316.0
    closing = OSTBEVERN_RESERVE[0] - np.concatenate([[0.0], reduction.cumsum()])
    found = triggers(reduction, closing, closing[1:], NEW)
    assert found.n2.tolist() == [False, False, False, True]
    assert (found.first_year, found.which) == (3, 2)


def run(results, a, g, rules, approved=False):
    reserves = Reserves.opening(np.asarray(a, float), np.asarray(g, float))
    general, equity, reduction, carried = [reserves.allgemeine_ruecklage_eur], [], [], []
    for result in results:
        reserves, o = step(np.asarray(result, float), reserves, rules, carry_forward_approved=approved)
        general.append(reserves.allgemeine_ruecklage_eur)
        equity.append(reserves.equity_eur)
        reduction.append(o.reduction_eur)
        carried.append(o.carried_forward_eur)
    return triggers(np.array(reduction), np.array(general), np.array(equity), rules, np.array(carried))


@pytest.mark.parametrize(
    ("extra", "n1", "above_five"),
    [(8, False, False), (8.01, False, True), (28, False, True), (28.01, True, True)],
)
def test_the_lines_are_strict(extra, n1, above_five):
    found = run([-2 - extra], 5, 100, OLD)
    assert bool(found.n1[0]) is n1
    assert bool(found.quota[0] > 0.05) is above_five


def test_two_years_above_five_percent_count_in_the_second_year():
    found = run([-10, -10, -10], 0, 100, OLD)
    assert found.n2.tolist() == [False, True, True]
    assert (int(found.first_year), int(found.which)) == (1, 2)


def test_the_two_wordings_of_n3():
    # general reserve exactly used up: the older wording is met, equity is not negative
    older, newer = run([-100], 0, 100, OLD), run([-100], 0, 100, NEW)
    assert older.n3.tolist() == [True]
    assert newer.n3.tolist() == [False]
    assert run([-101], 0, 100, NEW).n3.tolist() == [True]
    # carried forward losses count against equity before they reach the general reserve
    carried = run([-101, 0], 0, 100, NEW, approved=True)
    assert carried.n3.tolist() == [True, True]
    assert carried.n4_possible.tolist() == [True, False]
    assert carried.quota.tolist() == [0, 0]


def test_a_used_up_reserve_has_no_finite_quota():
    assert quota(np.array([1.0, 0.0, np.nan]), np.array([0.0, -5.0, -5.0])).tolist()[:2] == [np.inf, 0.0]
    assert np.isnan(quota(np.array([np.nan]), np.array([-5.0]))).all()


def test_missing_numbers_claim_nothing():
    found = run([np.nan, -50], 5, 100, NEW)
    assert found.undefined.all()
    assert not found.any_year.any()


def test_the_neutral_set_has_no_trigger():
    assert not run([-1000, -1000], 0, 100, rule_set("none")).any_year.any()


def test_shapes_must_fit():
    with pytest.raises(ValueError, match="one year more"):
        triggers(np.zeros(3), np.zeros(3), np.zeros(3), NEW)


def test_which_works_for_many_draws():
    found = run([[-1, -30, -10, -100], [-1, 0, -10, 0]], np.zeros(4), np.full(4, 100.0), OLD)
    assert found.first_year.tolist() == [-1, 0, 1, 0]
    assert found.which.tolist() == [0, 1, 2, 1]


@pytest.mark.parametrize("rules", ["go_nrw_2005", "go_nrw_2012", "go_nrw_2019", "go_nrw_2024"])
@given(
    results=st.lists(st.integers(-60, 30), min_size=1, max_size=6),
    a=st.integers(0, 40),
    g=st.integers(-20, 200),
    shock=st.integers(0, 200),
    more=st.integers(0, 200),
    approved=st.booleans(),
)
def test_a_larger_shock_in_every_year_never_lifts_a_trigger(rules, results, a, g, shock, more, approved):
    mild = run([r - shock for r in results], a, g, rule_set(rules), approved)
    harsh = run([r - shock - more for r in results], a, g, rule_set(rules), approved)
    assert not (mild.any_year.any() and not harsh.any_year.any())


def satzung(results, a, g, rules, plan_year=0):
    reserves = Reserves.opening(np.asarray(a, float), np.asarray(g, float))
    general, equity, reduction = [reserves.allgemeine_ruecklage_eur], [], []
    for result in results:
        reserves, o = step(np.asarray(result, float), reserves, rules)
        general.append(reserves.allgemeine_ruecklage_eur)
        equity.append(reserves.equity_eur)
        reduction.append(o.reduction_eur)
    return triggers(
        np.array(reduction),
        np.array(general),
        np.array(equity),
        rules,
        plan_year=plan_year,
        equity_before_eur=a + g,
    )


def test_the_satzung_tests_n1_in_every_budget_year_until_2023_and_in_the_plan_year_since():
    results = [-30.0, 0.0, -30.0]
    assert satzung(results, 0, 100, OLD).n1.tolist() == [True, False, True]
    assert satzung(results, 0, 100, NEW).n1.tolist() == [True, False, False]
    assert satzung(results, 0, 100, NEW, plan_year=2).n1.tolist() == [False, False, True]
    assert satzung(results, 0, 100, OLD, plan_year=1).n1.tolist() == [False, False, True]
    assert run(results, 0, 100, NEW).n1.tolist() == [True, False, True]  # with the accounts of each year


def test_n3_of_2024_asks_at_the_satzung_for_a_balance_sheet_that_shows_it():
    assert satzung([-101.0, 0.0], 0, 100, NEW).n3.tolist() == [False, False]
    assert satzung([-101.0, 0.0], 0, 100, NEW, plan_year=1).n3.tolist() == [False, True]
    assert satzung([5.0, 0.0], 0, -10, NEW).n3.tolist() == [True, False]
    assert satzung([-50.0, -50.0], 0, 100, OLD).n3.tolist() == [False, True]  # used up within the plan


def test_a_walk_books_each_year_on_the_year_before_and_tests_what_it_booked():
    results = np.array([[-10.0, 4.0], [-2.0, -30.0], [3.0, -90.0]])
    start = Reserves.opening(np.array([5.0, 1.0]), np.array([100.0, 60.0]))
    found = walk(results, start, OLD)
    assert found.general_reserve_eur.tolist() == [[100, 60], [95, 60], [93, 35], [93, -55]]
    assert found.equity_eur.tolist() == [[95, 65], [93, 35], [96, -55]]
    np.testing.assert_array_equal(found.triggers.quota, [[0.05, 0], [2 / 95, 25 / 60], [0, 90 / 35]])
    assert found.triggers.n3.tolist() == [[False, False], [False, False], [False, True]]
    assert found.triggers.n1.tolist() == [[False, False], [False, True], [False, True]]


def test_a_walk_carries_a_loss_forward_only_where_that_was_approved():
    results, start = np.array([[-10.0]]), Reserves.opening(np.array([4.0]), np.array([100.0]))
    charged, carried = walk(results, start, NEW), walk(results, start, NEW, carry_forward_approved=True)
    assert (charged.general_reserve_eur[-1], carried.general_reserve_eur[-1]) == (94.0, 100.0)
    assert (charged.triggers.n4_possible.tolist(), carried.triggers.n4_possible.tolist()) == (
        [[False]],
        [[True]],
    )


@pytest.mark.parametrize(
    ("before", "first", "met"), [(0.06, 6.0, True), (0.05, 6.0, False), (0.06, 5.0, False), (0.0, 6.0, False)]
)
def test_the_year_before_the_first_counts_for_two_years_in_a_row(before, first, met):
    general = np.array([[100.0], [100.0 - first]])
    reduction = np.array([[first]])
    found = triggers(reduction, general, general[1:], OLD, quota_before=np.array([before]))
    assert found.n2.tolist() == [[met]]
    assert not triggers(reduction, general, general[1:], OLD).n2.any()
