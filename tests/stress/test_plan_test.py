import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.rules import rule_set, values
from dewak_research.stress.plan_test import (
    en_kreis_answers,
    equivalents,
    herten_rates,
    ostbevern_plan,
    plan_test,
    restoration,
)


def published_plan():
    reduction = {v.valid_from: v.value for v in values("land/05/facts/ostbevern") if v.key == "reduction_eur"}
    before = {
        v.valid_from: v.value
        for v in values("land/05/facts/ostbevern")
        if v.key == "allgemeine_ruecklage_before_eur"
    }
    plan = pd.DataFrame({"year": list(reduction), "result_eur": [-float(r) for r in reduction.values()]})
    return plan, before


def test_ostbevern_as_published():
    plan, before = published_plan()
    table = plan_test(plan, rule_set(2026), 0.0, float(before[2026]))
    assert table["allgemeine_ruecklage_eur"].tolist()[:3] == [before[2027], before[2028], before[2029]]
    assert (table["quota_share"] * 100).round(3).tolist() == [0.567, 4.231, 4.730, 10.043]
    assert not table[["n1", "n2", "n3"]].any(axis=None)
    assert table.set_index("year").loc[2028, "headroom_n2_eur"] == pytest.approx(100_315, abs=0.5)
    assert set(table["status"]) == {"reduced"}


def test_ostbevern_one_euro_past_the_headroom():
    plan, before = published_plan()
    plan.loc[plan["year"] == 2028, "result_eur"] -= 100_316
    table = plan_test(plan, rule_set(2026), 0.0, float(before[2026])).set_index("year")
    assert table["n2"].tolist() == [False, False, False, True]


def test_order_of_rows_does_not_matter():
    plan, before = published_plan()
    forward = plan_test(plan, rule_set(2026), 0.0, float(before[2026]))
    backward = plan_test(plan.iloc[::-1], rule_set(2026), 0.0, float(before[2026]))
    pd.testing.assert_frame_equal(forward, backward)


def test_headroom_counts_what_is_left_of_the_ausgleichsruecklage():
    plan = pd.DataFrame({"year": [2026], "result_eur": [-2.0]})
    table = plan_test(plan, rule_set(2026), 5.0, 100.0)
    assert table.loc[0, "headroom_n2_eur"] == 8.0
    assert table.loc[0, "headroom_n1_eur"] == 28.0


def test_the_headroom_is_exact():
    for extra, hit in ((28.0, False), (28.001, True)):
        plan = pd.DataFrame({"year": [2026], "result_eur": [-2.0 - extra]})
        assert bool(plan_test(plan, rule_set(2026), 5.0, 100.0).loc[0, "n1"]) is hit


def of(results, start=2026):
    return pd.DataFrame({"year": range(start, start + len(results)), "result_eur": results})


def test_the_plan_says_on_which_of_the_two_dates_a_trigger_arises():
    found = plan_test(of([-30.0, 0.0, -30.0]), rule_set(2026), 0.0, 100.0)
    assert found["n1"].tolist() == [True, False, True]
    assert found["n1_arises"].fillna("–").tolist() == ["budget", "–", "accounts"]
    before = plan_test(of([-30.0, 0.0, -30.0], 2021), rule_set(2021), 0.0, 100.0)
    assert before["n1_arises"].fillna("–").tolist() == ["budget", "–", "budget"]


def test_two_planned_years_above_five_percent_arise_with_the_budget():
    found = plan_test(of([0.0, -6.0, -6.0]), rule_set(2026), 0.0, 100.0)
    assert found["n2_arises"].fillna("–").tolist() == ["–", "–", "budget"]


def test_a_planned_overindebtedness_arises_with_the_accounts_that_show_it():
    found = plan_test(of([-60.0, -60.0]), rule_set(2026), 0.0, 100.0)
    assert found["n3_arises"].fillna("–").tolist() == ["–", "accounts"]
    shown = plan_test(of([0.0]), rule_set(2026), 0.0, -5.0)
    assert shown["n3_arises"].tolist() == ["budget"]


def test_years_before_the_plan_year_only_have_accounts():
    found = plan_test(of([-30.0, -30.0, 0.0], 2025), rule_set(2026), 0.0, 100.0, plan_year=2026)
    assert found["n1_arises"].fillna("–").tolist() == ["accounts", "budget", "–"]


def test_an_unknown_trigger_arises_on_no_date():
    found = plan_test(of([-1.0]), rule_set(2026))
    assert found["n1_arises"].isna().all()
    assert plan_test(of([-1.0]), rule_set("none"), 0.0, 1.0)["n1_arises"].isna().all()


def test_balance_must_be_back_in_the_tenth_year():
    found = restoration(
        plan_test(of([-30.0, -1.0, 0.0, 2.0]), rule_set(2026), 0.0, 100.0), rule_set(2026)
    ).iloc[0]
    assert (found["duty_year"], found["arises"]) == (2026, "budget")
    assert (found["balanced_by_year"], found["balanced_year"], found["within_period"]) == (2036, 2028, True)
    late = restoration(plan_test(of([-30.0] + [-1.0] * 11), rule_set(2026), 0.0, 100.0), rule_set(2026)).iloc[
        0
    ]
    assert late["within_period"] is np.False_ or not late["within_period"]
    assert pd.isna(late["balanced_year"])
    open_ = restoration(plan_test(of([-30.0, -1.0]), rule_set(2026), 0.0, 100.0), rule_set(2026))
    assert open_["within_period"].isna().all()
    assert restoration(plan_test(of([1.0]), rule_set(2026), 0.0, 100.0), rule_set(2026)).empty


def test_an_overindebted_kreis_must_clear_it_in_the_same_period():
    plan = plan_test(of([-120.0] + [0.0] * 10), rule_set(2026), 0.0, 100.0)
    town = restoration(plan, rule_set(2026)).iloc[0]
    kreis = restoration(plan, rule_set(2026), kreis=True).iloc[0]
    assert (town["must_clear"], town["balanced_year"], town["within_period"]) == (False, 2027, True)
    assert (kreis["must_clear"], kreis["balanced_year"]) == (True, 2027)
    assert pd.isna(kreis["cleared_year"])
    assert not kreis["within_period"]
    cleared = plan_test(of([-120.0, 0.0, 30.0]), rule_set(2026), 0.0, 100.0)
    assert restoration(cleared, rule_set(2026), kreis=True)["cleared_year"].tolist() == [2028]


def test_en_kreis_golden_answers():
    answers = en_kreis_answers().set_index("measure")["value"]
    assert round(answers["buffer_of_expenses"] * 100, 2) == 0.23
    assert round(answers["landschaftsumlage_points"], 2) == 0.28
    assert round(answers["care_assistance_rise"] * 100, 1) == 9.3
    assert round(answers["kreisumlage_fall"] * 100, 2) == 0.65


def test_en_kreis_facts_fit_together():
    fact = {v.key: v.value for v in values("land/05/facts/en_kreis")}
    assert fact["expense_eur_m"] - fact["income_eur_m"] == pytest.approx(fact["deficit_eur_m"])
    cover = fact["ausgleichsruecklage_used_eur_m"] + fact["minderaufwand_eur_m"]
    assert cover == pytest.approx(fact["deficit_eur_m"])
    assert round(fact["minderaufwand_eur_m"] / fact["expense_eur_m"] * 100, 2) == 1.02
    assert fact["kreisumlage_eur_m"] / fact["kreisumlage_rate_share"] == pytest.approx(
        fact["umlage_base_eur_m"], abs=0.1
    )
    assert equivalents(1.8, 783.7, 279, 632.2, 19.4)["value"].notna().all()


def test_en_kreis_plan_through_the_ladder():
    plan = pd.DataFrame({"year": [2025], "result_eur": [-30.9e6], "ordinary_expenses_eur": [783.7e6]})
    table = plan_test(plan, rule_set(2025), 24.7e6, np.nan, minderaufwand_share=8.0 / 783.7)
    assert table.loc[0, "ausgleichsruecklage_eur"] == pytest.approx(1.8e6)
    assert table.loc[0, "status"] == "covered"
    assert table["n1"].isna().all()


def test_without_a_balance_sheet_only_liquidity_can_be_asked():
    table = plan_test(pd.DataFrame({"year": [2026], "result_eur": [-1.0]}), rule_set(2026))
    assert table.loc[0, "status"] == "undefined"
    assert table[["n1", "n2", "n3", "headroom_n1_eur"]].isna().all(axis=None)


def test_an_unknown_year_makes_the_following_unknown():
    plan = pd.DataFrame({"year": [2026, 2027], "result_eur": [np.nan, -1.0]})
    table = plan_test(plan, rule_set(2026), 5.0, 100.0)
    assert table["status"].tolist() == ["undefined", "undefined"]
    assert table["n1"].isna().all()


def test_a_surplus_plan_is_balanced():
    table = plan_test(pd.DataFrame({"year": [2026], "result_eur": [3.0]}), rule_set(2026), 0.0, 100.0)
    assert table.loc[0, ["status", "ausgleichsruecklage_eur"]].tolist() == ["balanced", 3.0]


def test_the_neutral_set_judges_nothing():
    table = plan_test(pd.DataFrame({"year": [2026], "result_eur": [-3.0]}), rule_set("none"), 0.0, 100.0)
    assert table.loc[0, "status"] == "no_rule"
    assert table[["n1", "n2", "n3", "headroom_n1_eur"]].isna().all(axis=None)


@pytest.mark.parametrize("years", [[2026, 2028], [2026, 2026], []])
def test_missing_or_doubled_years_are_one_clear_error(years):
    plan = pd.DataFrame({"year": years, "result_eur": [-1.0] * len(years)})
    with pytest.raises(InputError) as caught:
        plan_test(plan, rule_set(2026), 5.0, 100.0)
    if years == [2026, 2028]:
        assert "2027" in caught.value.render("de")


def test_herten_before_and_after():
    cost = herten_rates().set_index("state")["first_year_eur"] / 1e6
    assert cost.round(2).to_dict() == {"before": 1.15, "before_fully_short": 4.61, "after": 0.0}


def test_ostbevern_hits_no_trigger():
    plan = ostbevern_plan()
    assert plan["year"].tolist() == [2026, 2027, 2028, 2029]
    assert not plan[["n1", "n2", "n3"]].any(axis=None)


def test_published_figures_carry_their_sources():
    for name in ("herten", "en_kreis", "ostbevern"):
        found = values(f"land/05/facts/{name}")
        assert all(v.sources and all(s.name for s in v.sources) for v in found)
        assert all(v.verified or v.retold for v in found)
    herten = {v.key: v.value for v in values("land/05/facts/herten")}
    assert herten["credit_taken_over_eur_m"] == 153.6
    assert herten["budget_freeze_date"] == "2025-12-10"
