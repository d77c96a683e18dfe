"""Is a deficit covered? Cases of § 110 NKomVG computed by hand, and what must hold of any plan."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.rules import land, rule_set
from dewak_research.stress.deficit_plan import DeficitPlan, recovery
from dewak_research.stress.deficit_test import CENT, Cover, Stocks, deficit_test, settle

RULES = land("03").rule_set(2026)
FAR = 1e9  #: a net position that no case uses up


@dataclass(frozen=True)
class Case:
    """Results by year, what stood before (both reserves, carried, net position), what is expected."""

    ordinary: list[float]
    extraordinary: list[float]
    before: tuple[float, float, float, float]
    cover: list[str]
    left: tuple[float, float, float, float]
    duty: list[bool]


#: Computed by hand with § 110(4), (5), (8) NKomVG and § 24 KomHKVO, in million euro.
CASES = {
    "both results balanced": Case([2.0], [0.0], (0, 0, 0, FAR), ["balanced"], (2, 0, 0, FAR + 2), [False]),
    "result of exactly zero": Case([0.0], [0.0], (0, 0, 0, FAR), ["balanced"], (0, 0, 0, FAR), [False]),
    "own reserve covers": Case([-3.0], [0.0], (5, 0, 0, FAR), ["covered"], (2, 0, 0, FAR - 3), [False]),
    "own reserve to the last euro": Case([-5.0], [0.0], (5, 0, 0, FAR), ["covered"], (0, 0, 0, FAR - 5), [False]),
    "surplus of the other result": Case([-3.0], [4.0], (1, 0, 0, FAR), ["cross_covered"], (0, 2, 0, FAR + 1), [False]),
    "reserve of the other result": Case([-3.0], [0.0], (1, 2, 0, FAR), ["cross_covered"], (0, 0, 0, FAR - 3), [False]),
    "extraordinary deficit, ordinary surplus": Case([3.0], [-2.0], (0, 0, 0, FAR),
        ["cross_covered"], (1, 0, 0, FAR + 1), [False]),
    "ordinary first, extraordinary gets the rest": Case([-3.0], [-2.0], (4, 0, 0, FAR),
        ["not_balanced"], (0, 0, 1, FAR - 5), [True]),
    "made up for in the second year": Case([-3.0, 1.0, 2.0], [0, 0, 0], (0, 0, 0, FAR),
        ["covered_later", "balanced", "balanced"], (0, 0, 0, FAR), [False, False, False]),
    "made up for in the third year only": Case([-3.0, 1.0, 1.0, 1.0], [0] * 4, (0, 0, 0, FAR),
        ["not_balanced", "balanced", "balanced", "balanced"], (0, 0, 0, FAR), [True, False, False, False]),
    "a new deficit delays the older one": Case([-2.0, -1.0, 2.0, 1.0], [0] * 4, (0, 0, 0, FAR),
        ["covered_later", "covered_later", "balanced", "balanced"], (0, 0, 0, FAR), [False] * 4),
    "older deficits count as well": Case([-1.0, 0.0, 3.0], [0] * 3, (0, 0, 4, FAR),
        ["not_balanced", "balanced", "balanced"], (0, 0, 2, FAR + 2), [True, False, False]),
    "not covered, and the plan ends": Case([-3.0], [0.0], (1, 1, 0, FAR), ["not_balanced"], (0, 0, 1, FAR - 3), [True]),
    "a surplus makes up before it fills a reserve": Case([3.0], [0.0], (0, 0, 2, FAR),
        ["balanced"], (1, 0, 0, FAR + 3), [False]),
    "negative net position, balanced": Case([1.0], [0.0], (0, 0, 8, -5), ["balanced"], (0, 0, 7, -4), [True]),
    "net position gone within the plan": Case([0.0, -4.0], [0, 0], (4, 0, 0, 3),
        ["balanced", "covered"], (0, 0, 0, -1), [True, True]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_case_computed_by_hand(name: str) -> None:
    case = CASES[name]
    found = deficit_test(
        np.array(case.ordinary), np.array(case.extraordinary), Stocks.of(*case.before), RULES
    )
    assert [Cover(code).name.lower() for code in found.cover] == case.cover
    last = found.stocks[-1]
    stocks = (
        last.ordinary_reserve_eur,
        last.extraordinary_reserve_eur,
        last.carried_eur,
        last.net_position_eur,
    )
    assert tuple(float(stock) for stock in stocks) == pytest.approx(case.left)
    assert found.duty.tolist() == case.duty


def test_the_end_of_the_plan_is_told_apart() -> None:
    found = deficit_test(np.array([-1.0, -1.0, 0.0, -1.0]), np.zeros(4), Stocks.of(0, 0, 0, FAR), RULES)
    assert found.not_balanced.tolist() == [True, True, False, True]
    assert found.plan_ends.tolist() == [False, False, False, True]


def test_about_to_be_is_not_yet_over_indebted() -> None:
    found = deficit_test(np.array([1.0, -3.0, 3.0]), np.zeros(3), Stocks.of(3, 0, 0, 1), RULES)
    assert found.overindebted.tolist() == [False, True, False]
    assert found.about_to_be.tolist() == [True, False, False]


def test_what_is_unknown_stays_unknown_but_a_surplus_needs_no_reserve() -> None:
    unknown = Stocks.of(*[float("nan")] * 4)
    found = deficit_test(np.array([1.0, -1.0]), np.zeros(2), unknown, RULES)
    assert [Cover(code).name for code in found.cover] == ["BALANCED", "UNDEFINED"]
    assert found.undefined.all() and not found.duty.any()


def test_without_cross_cover_the_other_result_does_not_help() -> None:
    alone = replace(RULES, cross_cover=False)
    found = deficit_test(np.array([-3.0]), np.array([4.0]), Stocks.of(1, 0, 0, FAR), alone)
    assert found.not_balanced.tolist() == [True]


def test_a_law_with_shares_of_a_reserve_is_refused() -> None:
    with pytest.raises(ValueError, match="go_nrw_2024"):
        deficit_test(np.array([1.0]), np.array([0.0]), Stocks.of(0, 0, 0, 0), rule_set("go_nrw_2024"))


amounts = st.integers(-50, 50).map(float)
stocks = st.integers(0, 50).map(float)


@given(amounts, amounts, stocks, stocks, stocks)
def test_every_euro_is_somewhere(
    ordinary: float, extraordinary: float, own: float, other: float, carried: float
) -> None:
    before = Stocks.of(own, other, carried, 0.0)
    after, did = settle(ordinary, extraordinary, before, RULES)
    deficit = max(-ordinary, 0.0) + max(-extraordinary, 0.0)
    assert float(did.own_eur + did.cross_eur + did.left_eur) == pytest.approx(deficit)
    kept = [
        float(s.ordinary_reserve_eur + s.extraordinary_reserve_eur - s.carried_eur) for s in (before, after)
    ]
    assert kept[1] - kept[0] == pytest.approx(ordinary + extraordinary)
    least = (after.ordinary_reserve_eur, after.extraordinary_reserve_eur, after.carried_eur)
    assert min(float(part) for part in least) >= 0


@given(st.lists(amounts, min_size=4, max_size=4), st.floats(0, 60), stocks, stocks)
def test_more_money_never_makes_it_worse(
    results: list[float], gain: float, own: float, carried: float
) -> None:
    path, before = np.array(results), Stocks.of(own, 0.0, carried, 100.0)
    tested = [deficit_test(path + more, np.zeros(4), before, RULES).duty for more in (0.0, gain)]
    assert not (tested[1] & ~tested[0]).any()


def plan_of(
    results: list[float], *, carried: float = 0.0, net: float = 100.0, first: int = 2026
) -> DeficitPlan:
    years = list(range(first, first + len(results)))
    path = pd.DataFrame({"year": years, "result_eur": results, "ordinary_expenses_eur": np.nan})
    return DeficitPlan(
        path, (0.0, net), RULES, years, np.zeros(len(years)), Stocks.of(0.0, 0.0, carried, net)
    )


def test_an_effect_on_a_plan_and_what_it_bears() -> None:
    plan = plan_of([-2.0, 0.5, 2.5, 0.0])
    tested = plan.tested(np.zeros(4))
    assert tested["status"].tolist() == ["covered_later", "balanced", "balanced", "balanced"]
    assert plan.first_crossed(tested) is None
    # by hand: with L less a year 2028 leaves 0.5 − L + 2.5 − L − (2 + L) = 1 − 3 L, which covers the L of 2029
    assert plan.bearable_loss_eur() == pytest.approx(0.25, abs=CENT)
    assert plan.needed_gain_eur() == 0.0
    assert plan.first_crossed(plan.tested(np.array([-2.0, 0, 0, 0]))) == 2026
    worse = plan_of([-2.0, 0.5, 0.5, 1.0])
    assert worse.needed_gain_eur() == pytest.approx(1 / 3, abs=CENT)  # by hand: 2 − g = (0.5 + g) + (0.5 + g)
    assert worse.critical_fall_share(np.ones(4)) == 0.0


def test_every_column_of_effects_is_tested_like_one() -> None:
    plan = plan_of([-2.0, 1.0, 1.5, 0.5], net=4.0)
    effects = np.array([[0.0, -1.0, -3.0, 1.0]] * 4)
    one_by_one = [plan.first_crossed(plan.tested(effects[:, i])) is not None for i in range(4)]
    assert plan.crossed_by(effects).tolist() == one_by_one


def test_years_before_the_budget_year_have_accounts_but_no_duty() -> None:
    plan = replace(plan_of([-2.0, 0.0, 0.0, 3.0]), years=[2027, 2028, 2029])
    tested = plan.tested(np.zeros(3))
    assert tested["not_balanced"].tolist()[:2] == [True, False]
    assert tested["duty"].tolist() == [False] * 4


def test_what_a_concept_has_to_reach() -> None:
    plan = plan_of([-3.0, -1.0, 0.5, 0.5])
    found = recovery(plan.tested(np.zeros(4)), RULES).to_dict("records")[0]
    assert (found["duty_year"], found["balanced_year"], found["last_year"]) == (2026, 2028, 2029)
    assert found["carried_eur"] == pytest.approx(3.0) and found["carried_by_years"] == 6
    assert recovery(plan_of([1.0, 1.0]).tested(np.zeros(2)), RULES).empty


def test_a_result_of_zero_needs_no_reserve_that_is_known() -> None:
    found = deficit_test(np.zeros(1), np.zeros(1), Stocks.of(*[float("nan")] * 4), RULES)
    assert [Cover(code).name for code in found.cover] == ["BALANCED"]


def test_half_a_euro_of_net_position_is_not_over_indebted() -> None:
    found = deficit_test(np.array([-1.0, -0.5, -0.5]), np.zeros(3), Stocks.of(5, 0, 0, 1.5), RULES)
    assert found.overindebted.tolist() == [False, False, True]
    assert found.about_to_be.tolist() == [True, True, False]


def test_many_plans_at_once_give_what_each_gives_alone() -> None:
    names = [name for name, case in CASES.items() if len(case.ordinary) >= 3]
    cases = [CASES[name] for name in names]
    before = Stocks.of(
        *(np.array(stock, float) for stock in zip(*(case.before for case in cases), strict=True))
    )
    results = [
        np.array([getattr(case, one)[:3] for case in cases]).T for one in ("ordinary", "extraordinary")
    ]
    together = deficit_test(*results, before, RULES)
    for column, case in enumerate(cases):
        alone = deficit_test(*(result[:, column] for result in results), Stocks.of(*case.before), RULES)
        for part in ("cover", "plan_ends", "overindebted", "about_to_be", "written_off_eur", "duty"):
            assert getattr(together, part)[:, column].tolist() == getattr(alone, part).tolist(), (
                names[column],
                part,
            )


def test_what_the_plan_sets_against_the_base_capital_comes_before_a_reserve() -> None:
    found = deficit_test(
        np.array([-3.0, -3.0]), np.zeros(2), Stocks.of(5, 0, 0, FAR), RULES, np.array([3.0, 1.0])
    )
    assert [Cover(code).name.lower() for code in found.cover] == ["offset", "covered"]
    assert float(found.stocks[-1].ordinary_reserve_eur) == 3.0
