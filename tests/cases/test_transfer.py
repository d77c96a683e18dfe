"""Three lights with reasons, never one number; unknown stays unknown."""

import numpy as np
import pandas as pd
import pytest

from dewak_research.cases.feasibility import feasibility
from dewak_research.cases.transfer import (
    condition_states,
    context_fit,
    context_stability,
    mechanism_fit,
)


def context(rows: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.normal(size=(rows, 3)), columns=["a", "b", "c"])
    frame.insert(0, "ags", [f"05{i:06d}" for i in range(rows)])
    return frame.assign(kind="kreisangehoerige_gemeinde")


def test_share_of_towns_that_are_nearer() -> None:
    fit = context_fit(context(), "05000007").set_index("ags")
    assert fit.loc["05000007", ["distance", "closer_share"]].tolist() == [0, 0]
    others = fit.drop(index="05000007").sort_values("distance")
    assert others["closer_share"].to_numpy() == pytest.approx(np.arange(59) / 59)
    assert others["context_light"].iloc[0] == "green" and others["context_light"].iloc[-1] == "red"
    assert (fit["context_light"] == "green").sum() == 7  # the model and the six within a tenth
    assert (fit["context_light"] == "amber").sum() == 14  # up to a third


def test_unknown_distance_is_an_unknown_light() -> None:
    frame = context()
    frame.loc[3, ["a", "b", "c"]] = np.nan
    fit = context_fit(frame, "05000007").set_index("ags")
    assert fit.loc["05000003", "context_light"] == "unknown" and np.isnan(fit.loc["05000003", "closer_share"])


def test_stability_spans_the_base_and_is_a_share() -> None:
    firm = context_stability(context(), "05000007").set_index("ags")
    assert firm["same_light_share"].between(0, 1).all()
    without = [context_fit(context().drop(columns=factor), "05000007").set_index("ags") for factor in "abc"]
    shares = pd.concat([fit["closer_share"] for fit in without], axis=1)
    assert firm["closer_low"].to_numpy() == pytest.approx(shares.min(axis=1).to_numpy())
    assert firm["closer_high"].to_numpy() == pytest.approx(shares.max(axis=1).to_numpy())
    assert firm.loc["05000007", "same_light_share"] == 1


UNITS = pd.DataFrame(
    {"ags": ["05000001", "05000002", "05000003", "05000004"], "population": [10_000, 20_000, 5_000, 8_000]}
)


def test_conditions_are_unknown_where_nobody_answered() -> None:
    states = condition_states(
        UNITS, {"05000001": {"POL": "yes", "TRAEGER": "yes"}, "05000002": {"POL": "no"}}
    )
    fit = mechanism_fit(states).set_index("ags")
    assert fit["mechanism_light"].tolist() == ["green", "red", "unknown", "unknown"]
    assert (
        fit.loc["05000003", "open_conditions"] == "POL; TRAEGER"
        and fit.loc["05000003", "conditions_known"] == 0
    )


COSTS = pd.DataFrame(
    {
        "model": ["bound", "free", "paid"],
        "annual_eur": [40_000.0] * 3,
        "hsk_compatible": ["no", "conditional", "yes"],
    }
)


def room(*headroom: float) -> pd.DataFrame:
    return pd.DataFrame({"ags": UNITS["ags"], "headroom_eur": headroom})


def status(*stages: int) -> pd.DataFrame:
    return pd.DataFrame({"ags": UNITS["ags"].iloc[: len(stages)], "budget_stage": stages})


def test_net_cost_is_held_against_the_headroom() -> None:
    found = feasibility(UNITS, COSTS, "free", room(1e6, 200_000, 30_000, np.nan), None)
    assert found["feasibility_reason"].tolist() == ["bears", "tight", "too_dear", "unknown"]
    assert found["feasibility_light"].tolist() == ["green", "amber", "red", "unknown"]
    assert found["cost_share"].iloc[1] == 0.2 and found["cost_share"].isna().iloc[3]
    assert found["cost_eur_pc"].tolist() == [4, 2, 8, 5]
    assert found["models_possible"].tolist()[:3] == [3, 3, 0] and found["models_possible"].isna().iloc[3]


def test_law_counts_where_a_threshold_is_crossed_or_the_town_is_under_consolidation() -> None:
    given = room(-5_000, 1e6, 1e6, 1e6), status(2, 5, 4, 7)
    free, bound, paid = (feasibility(UNITS, COSTS, model, *given) for model in ("free", "bound", "paid"))
    assert free["feasibility_reason"].tolist() == ["compensate", "compensate", "bears", "compensate"]
    assert bound["feasibility_reason"].tolist() == ["law", "law", "bears", "law"]
    assert bound["feasibility_light"].tolist() == ["red", "red", "green", "red"]
    assert paid["feasibility_reason"].tolist()[1:] == ["bears", "bears", "bears"]
    assert free["models_possible"].tolist() == [2, 2, 3, 2]
    assert free["consolidation"].tolist() == [False, True, False, True]


def test_a_kreis_without_a_status_is_judged_by_its_headroom() -> None:
    found = feasibility(UNITS, COSTS, "bound", room(1e6, 1e6, 1e6, 1e6), status(7))
    assert found["feasibility_reason"].tolist() == ["law", "bears", "bears", "bears"]
    assert found["consolidation"].isna().tolist() == [False, True, True, True]


def test_without_a_headroom_nothing_is_claimed() -> None:
    found = feasibility(UNITS, COSTS, "paid", None, None)
    assert set(found["feasibility_light"]) == {"unknown"}


def test_the_light_is_not_the_light_of_the_stress_test() -> None:
    """Two towns with the same headroom differ by law, two with the same status by cost."""
    found = feasibility(UNITS, COSTS, "bound", room(1e6, 1e6, 30_000, 200_000), status(2, 6, 2, 2))
    assert found["feasibility_reason"].tolist() == ["bears", "law", "too_dear", "tight"]
