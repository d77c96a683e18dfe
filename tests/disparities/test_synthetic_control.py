"""Synthetic control: toys with known answers, and the Hessenkasse on the official figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from dewak_research.data.result import Result
from dewak_research.disparities.panel import build_panel, implausible
from dewak_research.disparities.synthetic_control import (
    QUESTIONS,
    TREATED,
    gaps,
    land_means,
    permutation,
    simplex_weights,
)


def _toy(effect: float, shift: float = 0.0) -> pd.DataFrame:
    """Ten years, eight donors on two common paths; t is 0.3 a + 0.7 b, and ``effect`` from year 7 on."""
    generator = np.random.default_rng(2)
    paths = generator.normal(0, 1, (10, 2)).cumsum(axis=0)
    donors = 50 + paths @ generator.normal(0, 1, (2, 8)) + generator.normal(0, 0.5, (10, 8))
    wide = pd.DataFrame(donors, columns=list("abcdefgh"), index=range(10))
    return wide.assign(t=0.3 * wide["a"] + 0.7 * wide["b"] + effect * (wide.index >= 7) + shift)


def test_weights_and_effect_that_were_built_in_are_found() -> None:
    weights, gap = gaps(_toy(5.0), "t", 7)
    assert weights[["a", "b"]].tolist() == pytest.approx([0.3, 0.7], abs=1e-8)
    assert weights.drop(["a", "b"]).abs().max() < 1e-8
    assert gap[gap.index < 7].abs().max() < 1e-7
    assert gap[gap.index >= 7].to_numpy() == pytest.approx(5.0, abs=1e-7)


def test_a_unit_above_all_others_needs_its_mean_taken_out() -> None:
    assert gaps(_toy(5.0, shift=100), "t", 7)[1][9] > 50
    weights, gap = gaps(_toy(5.0, shift=100), "t", 7, demeaned=True)
    assert weights[["a", "b"]].tolist() == pytest.approx([0.3, 0.7], abs=1e-8)
    assert gap[9] == pytest.approx(5.0, abs=1e-7)


@pytest.mark.parametrize("seed", range(5))
def test_weights_are_those_of_a_general_optimiser(seed: int) -> None:
    generator = np.random.default_rng(seed)
    target, donors = generator.normal(3, 1, 12), generator.normal(0, 2, (12, 6))
    found = simplex_weights(target, donors)
    assert found.min() >= 0
    assert found.sum() == pytest.approx(1)
    other = minimize(
        lambda w: float(((target - donors @ w) ** 2).sum()),
        np.full(6, 1 / 6),
        method="SLSQP",
        bounds=[(0, 1)] * 6,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        options={"ftol": 1e-15, "maxiter": 1000},
    )
    assert ((target - donors @ found) ** 2).sum() <= other.fun + 1e-9
    assert found == pytest.approx(other.x, abs=1e-5)


def test_the_treated_unit_is_no_donor_of_the_placebos() -> None:
    drawn = permutation(_toy(0.0), "t", 7).set_index(["land", "year"])["gap"]
    again = permutation(_toy(1e6), "t", 7).set_index(["land", "year"])["gap"]
    assert drawn.drop("t").to_numpy() == pytest.approx(again.drop("t").to_numpy())


def test_a_large_effect_ranks_first_among_the_placebos() -> None:
    table = permutation(_toy(50.0), "t", 7).groupby("land")["ratio"].first()
    assert table.idxmax() == "t"


def test_questions_leave_out_what_is_not_known(chapter: Result, tables: dict[str, pd.DataFrame]) -> None:
    panel = build_panel(tables["kreise"])
    for question in QUESTIONS:
        wide = land_means(panel, question)
        assert TREATED in wide
        assert not set(wide) & {"02", "04", "11"}
        assert wide.index.tolist() == list(range(question.first, question.last + 1))
        assert not wide.isna().any().any()
    assert chapter.tables["hessenkasse"]["donors"].min() >= 6


def test_figures_of_kreis_administrations_alone_are_no_investment_of_an_area(
    tables: dict[str, pd.DataFrame],
) -> None:
    """In 2019 the source gives for the Kreise of five Länder a tenth to a third of the usual."""
    found = implausible(tables["kreise"].sort_values(["ags", "year"])).query("rule == 'part_of_the_area'")
    seen = {(a[:2], y) for a, y in zip(found["ags"], found["year"], strict=True)}
    assert seen == {
        ("06", 2019), ("07", 2016), ("07", 2019), ("08", 2019), ("13", 2019), ("14", 2019), ("15", 2018)
    }  # fmt: skip
    # cities outside districts have no municipalities below them: of them only Rhineland-Palatinate 2016 is affected
    assert len(found) == 21 + 36 + 24 + 35 + 6 + 10 + 11
    panel = build_panel(tables["kreise"]).set_index(["ags", "year"])
    rows = pd.MultiIndex.from_frame(found[["ags", "year"]])
    assert panel.loc[rows, ["capital_spending_eur_pc", "capital_grants_eur_pc"]].isna().all().all()


def test_what_the_prose_says_of_the_hessenkasse(chapter: Result) -> None:
    table = chapter.tables["hessenkasse"].set_index(["outcome", "variant"]).sort_index()
    credit = table.loc[("liquidity_credit_eur_pc", "demeaned")]
    assert credit["effect"] < -700
    assert credit["verdict"] == "different"
    assert credit["p_value"] == credit["least_p_value"]
    rest = table.drop("liquidity_credit_eur_pc")
    assert set(rest["verdict"]) == {"cannot_be_told"}
    main = rest.xs("demeaned", level="variant")
    assert ((main["placebo_low"] < main["effect"]) & (main["effect"] < main["placebo_high"])).all()
