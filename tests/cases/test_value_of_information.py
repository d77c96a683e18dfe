"""Value of information against closed forms, brute force and cases with a known answer."""

import numpy as np
import pytest
from scipy.stats import norm

from dewak_research.cases.library import Library
from dewak_research.cases.value_of_information import (
    evpi,
    evppi,
    expected_given,
    information_tables,
    joint_draws,
)

DRAWS = 200_000


def loss(mean: float, sd: float) -> float:
    """E[max(0, X)] − max(0, E[X]) of a normal X."""
    return float(sd * norm.pdf(mean / sd) - abs(mean) * norm.cdf(-abs(mean) / sd))


def pair(mean: float, first: float, second: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    a, b = first * rng.standard_normal(DRAWS), second * rng.standard_normal(DRAWS)
    return np.column_stack([np.zeros(DRAWS), mean + a + b]), a, b


@pytest.mark.parametrize("mean", [-1.0, 0.0, 0.4])
def test_closed_form_of_the_normal_case(mean: float) -> None:
    benefit, a, b = pair(mean, 1.0, 0.5)
    assert evpi(benefit) == pytest.approx(loss(mean, np.hypot(1.0, 0.5)), abs=0.005)
    assert evppi(benefit, a)[0] == pytest.approx(loss(mean, 1.0), abs=0.005)
    assert evppi(benefit, b)[0] == pytest.approx(loss(mean, 0.5), abs=0.005)


def test_share_of_changed_choices_of_the_normal_case() -> None:
    benefit, a, _ = pair(-1.0, 1.0, 0.5)
    assert evppi(benefit, a)[1] == pytest.approx(norm.cdf(-1.0), abs=0.01)


def test_brute_force_on_a_curved_case() -> None:
    """Three alternatives, one benefit curved in the input: an outer and an inner loop against the regression."""
    rng = np.random.default_rng(2)

    def benefit(x: np.ndarray, e: np.ndarray) -> np.ndarray:
        return np.stack([np.sin(3 * x) + e, x**2 - 0.4 + 2 * e, np.full_like(x + e, 0.2)], axis=-1)

    outer = (np.arange(4000) + 0.5) / 2000 - 1
    inner = 0.5 * norm.ppf((np.arange(500) + 0.5) / 500)
    nested = benefit(outer[:, None], inner[None, :]).mean(axis=1)
    brute = nested.max(axis=1).mean() - nested.mean(axis=0).max()
    x, e = rng.uniform(-1, 1, 50_000), rng.normal(0, 0.5, 50_000)
    assert evppi(benefit(x, e), x)[0] == pytest.approx(brute, rel=0.03)


def test_what_does_not_matter_is_worth_nothing() -> None:
    benefit, a, _ = pair(0.4, 1.0, 0.5)
    unrelated = np.random.default_rng(3).random(DRAWS)
    assert evppi(benefit, unrelated)[0] < 1e-3 < evppi(benefit, a)[0]
    constant = np.full(DRAWS, 7.0)
    assert evppi(benefit, constant) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert expected_given(benefit, constant)[0] == pytest.approx(benefit.mean(axis=0))


def test_knowing_one_input_is_never_worth_more_than_knowing_all(library: Library) -> None:
    found = information_tables(library, 1000, 1)
    table, summary = found["information"], found["information_summary"]
    assert len(summary) == 4 and (table["evppi"] >= 0).all()
    whole = summary.set_index(["case", "rule"])["evpi"]
    for (case, rule), part in table.groupby(["case", "rule"]):
        assert part["evppi"].max() <= whole[(case, rule)] * 1.02
        assert part["evppi"].is_monotonic_decreasing and len(part) == 8 + 11 * 10
    assert (table.loc[~table["above_noise"], "evpi_share"] < 0.1).all()


def test_shared_inputs_are_the_same_for_all_models(library: Library) -> None:
    found = joint_draws(library, "herten", 50, 1)
    assert {owner for owner, _ in found.inputs} == {"", *found.models}
    assert found.benefit["cost"].shape == (50, len(found.models)) and (found.benefit["cost"] < 0).all()
    assert ((found.benefit["value"] > 0) & (found.benefit["value"] < 1)).all()
