"""What a booked plan bears in every year: by hand, and as the test of every single effect says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.rules import rule_set
from dewak_research.stress.booked_plan import BookedPlan, first_trigger

YEARS = [2026, 2027, 2028, 2029, 2030]


def plan(result: float, own: float = 0.0, rules: str = "go_nrw_2024") -> BookedPlan:
    path = pd.DataFrame({"year": YEARS, "result_eur": result})
    return BookedPlan(path, (own, 100.0), rule_set(rules), YEARS)


def test_a_lasting_loss_is_borne_up_to_a_twentieth_of_what_is_left_by_hand() -> None:
    """100 less d a year: the fourth and the fifth year lie above 5 % once d > 0.05 · (100 − 3d)."""
    edge = 5.0 / 1.15
    assert plan(0.0).bearable_loss_eur() == pytest.approx(edge, rel=1e-6)
    assert plan(-6.0).needed_gain_eur() == pytest.approx(6.0 - edge, rel=1e-6)


def test_what_is_crossed_or_unknown_is_said_so() -> None:
    assert plan(-6.0).bearable_loss_eur() == 0.0 and plan(-1.0).needed_gain_eur() == 0.0
    assert np.isnan(plan(float("nan")).bearable_loss_eur()) and np.isnan(
        plan(0.0, rules="none").needed_gain_eur()
    )
    late = BookedPlan(plan(-30.0).path, (0.0, 100.0), rule_set("go_nrw_2024"), YEARS[1:])
    assert late.needed_gain_eur() == np.inf, "the accounts of the year before cross a line already"


@pytest.mark.parametrize("rules", ["go_nrw_2024", "go_nrw_2019", "go_nrw_2005", "none"])
@pytest.mark.parametrize("own", [0.0, 25.0])
def test_many_effects_at_once_say_what_each_says_alone(rules: str, own: float) -> None:
    effects = np.random.default_rng(15).normal(-4.0, 9.0, (5, 40))
    booked = plan(-1.0, own, rules)
    alone = [first_trigger(booked.tested(effect)) is not None for effect in effects.T]
    assert booked.crossed_by(effects).tolist() == alone
    assert any(alone) == (rules != "none") and not all(alone)
