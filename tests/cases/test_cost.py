"""The relief equation and the cost of a model."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.cases.compare import budget_law, checklist_frame, compare, hsk_compatible, model_ranges
from dewak_research.cases.cost import (
    INPUTS,
    ITEMS,
    annual_cost,
    break_even_substitution,
    cost_path,
    expected_cost,
    joint_uncertainty,
    relief,
    simulate,
    substitution_curve,
    tornado,
    volunteer_values,
)
from dewak_research.cases.library import Library, drawn

GOLDEN = {**dict.fromkeys(ITEMS, 0.0), "volunteer_hours": 2000.0, "wage_eur_per_hour": 16.0,
          "substitution_share": 0.25, "coordination_eur": 12_000.0, "room_support_eur": 3_000.0}  # fmt: skip


def test_golden() -> None:
    assert relief(GOLDEN) == pytest.approx(-7_000)
    assert relief({**GOLDEN, "substitution_share": 1.0}) == pytest.approx(32_000 - 15_000)
    assert break_even_substitution(GOLDEN) == pytest.approx(0.469, abs=5e-4)


@given(st.floats(1, 5000), st.floats(1, 40), st.floats(0, 50_000))
def test_break_even_is_where_the_effect_is_zero(hours: float, wage: float, cost: float) -> None:
    inputs = {**GOLDEN, "volunteer_hours": hours, "wage_eur_per_hour": wage, "coordination_eur": cost}
    share = break_even_substitution(inputs)
    assert relief({**inputs, "substitution_share": share}) == pytest.approx(0, abs=1e-6)


def test_no_hours_never_break_even() -> None:
    assert break_even_substitution({**GOLDEN, "volunteer_hours": 0.0}) == np.inf


def test_every_term_counts_with_its_sign() -> None:
    base = {**dict.fromkeys(ITEMS, 1.0), "fundraising_cost_share": 0.5}
    assert relief(base) == pytest.approx(1 + 0.5 + 1 + 1 - 4)


def test_four_valuations() -> None:
    found = volunteer_values(100, 13.9, 24, 0.21, 20, 15)
    assert found == pytest.approx(
        {"generalist_eur": 1390, "specialist_eur": 2904, "opportunity_eur": 2000, "grant_eur": 1500}
    )


def ranges() -> pd.DataFrame:
    frame = pd.DataFrame({"low": GOLDEN, "mode": GOLDEN, "high": GOLDEN}).loc[list(ITEMS)]
    frame.loc["substitution_share"] = [0.0, 0.25, 0.5]
    frame.loc["coordination_eur"] = [10_000.0, 12_000.0, 20_000.0]
    return frame


def test_tornado_moves_one_input_at_a_time() -> None:
    table = tornado(ranges()).set_index("item")
    assert table.loc["substitution_share", ["at_low_eur", "at_high_eur"]].tolist() == [-15_000, 1_000]
    assert table.loc["coordination_eur", "swing_eur"] == 10_000
    assert (table["swing_eur"] > 0).sum() == 2 and table.index[0] == "substitution_share"


def test_joint_uncertainty_is_reproducible_and_centred() -> None:
    first, again = (joint_uncertainty(ranges(), 20_000, 5) for _ in range(2))
    assert first == again
    mean = 32_000 * 0.25 - 3_000 - (10_000 + 12_000 + 20_000) / 3
    assert first["mean_eur"] == pytest.approx(mean, abs=60)
    assert first["p05_eur"] < first["p50_eur"] < first["p95_eur"] and 0 <= first["relief_share"] <= 1


def test_range_out_of_order() -> None:
    bad = ranges()
    bad.loc["wage_eur_per_hour"] = [20.0, 16.0, 24.0]
    with pytest.raises(ValueError, match="wage_eur_per_hour"):
        drawn(bad, 10, np.random.default_rng(1))


def test_curve_is_linear() -> None:
    curve = substitution_curve(GOLDEN, 3)
    assert curve["effect_eur"].tolist() == [-15_000, 1_000, 17_000]


PLAIN = {
    **dict.fromkeys(INPUTS, 0.0),
    "staff_fte": 1.0,
    "fte_cost_eur": 70_000.0,
    "municipal_staff_share": 0.5,
    "rooms_m2": 100.0,
    "room_cost_eur_m2": 120.0,
    "room_share": 0.5,
    "activity_eur": 5_000.0,
    "overhead_eur": 2_000.0,
    "third_party_eur": 10_000.0,
    "renewal_share": 1.0,
    "capital_eur": 20_000.0,
}


def plain(**change: float) -> pd.DataFrame:
    values = pd.Series({**PLAIN, **change})
    return pd.DataFrame({"low": values, "mode": values, "high": values})


def test_cost_by_hand() -> None:
    """35,000 staff + 6,000 rooms + 5,000 + 2,000 − 10,000 a year, plus 20,000 once: no growth, no discount."""
    assert expected_cost(plain()) == pytest.approx(38_000 + 2_000)
    assert expected_cost(plain(renewal_share=0.0)) == pytest.approx(40_000 + 9_000)


def test_present_value() -> None:
    path = np.array([[1000.0, *[100.0] * 10]])
    factors = [1.03**-t for t in range(1, 11)]
    assert annual_cost(path, np.array([0.03]))[0] == pytest.approx((1000 + 100 * sum(factors)) / 10)


def test_path_has_capital_first_and_wages_growing() -> None:
    inputs = {name: np.array([value]) for name, value in {**PLAIN, "staff_cost_growth": 0.01}.items()}
    path = cost_path(inputs, np.ones((1, 10)))
    assert path[0, 0] == 20_000 and path[0, 1] == pytest.approx(38_000)
    assert path[0, 2] - path[0, 1] == pytest.approx(350)


def test_certain_inputs_have_no_risk() -> None:
    result = simulate(plain(), 200, 1)
    assert result.risk_eur == pytest.approx(0) and result.annual_eur == pytest.approx(40_000)


def test_money_that_may_end_is_a_risk() -> None:
    result = simulate(plain(renewal_share=0.7), 4000, 1)
    assert result.risk_eur > 0
    assert result.annual_eur.mean() == pytest.approx(expected_cost(plain(renewal_share=0.7)), rel=0.01)


def test_comparison_of_the_library(library: Library) -> None:
    comparison, costs = compare(library, "herten", 500, 1)
    assert list(comparison.mode.index) == [f"A{i}" for i in range(1, 12)]
    assert "C7" not in comparison.mode.columns and comparison.weights.sum() == pytest.approx(1)
    again, _ = compare(library, "herten", 500, 1)
    pd.testing.assert_frame_equal(comparison.mode, again.mode)
    row = costs.set_index("model").loc["A9"]
    assert row["annual_eur"] == pytest.approx(expected_cost(model_ranges(library, "herten", "A9")))
    assert (costs["p05_eur"] < costs["p95_eur"]).all()


def test_budget_law_gives_reasons(library: Library) -> None:
    law, asked = budget_law(library), checklist_frame(library)
    assert law.groupby("model").size().eq(4).all() and set(law["question"]) == set(asked["question"])
    assert asked["reason_de"].str.len().gt(20).all() and not asked["verified"].any()
    answers = law[law["model"] == "A1"].set_index("question")["answer"]
    assert answers.to_dict() == {
        "termination": False,
        "funded": False,
        "no_own_staff": False,
        "no_participation": True,
    }
    assert hsk_compatible(library, "A8") == "conditional"
    assert hsk_compatible(library, "A1") == "no"


@pytest.mark.parametrize(
    ("answers", "compatible"),
    [
        ({}, "conditional"),
        ({"funded": "yes"}, "yes"),
        ({"termination": "no"}, "no"),
        ({"no_own_staff": "no"}, "no"),
        ({"no_participation": "no"}, "no"),
        ({"no_participation": "no", "funded": "yes"}, "yes"),
    ],
)
def test_each_tie_to_the_budget_counts(library: Library, answers: dict[str, str], compatible: str) -> None:
    models = {"models": {"A8": {"budget_law": {**library.models["models"]["A8"]["budget_law"], **answers}}}}
    assert hsk_compatible(replace(library, models=models), "A8") == compatible
