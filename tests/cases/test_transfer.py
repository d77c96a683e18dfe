"""Three lights with reasons, never one number; unknown stays unknown."""

import numpy as np
import pandas as pd
import pytest

from dewak_research.cases.transfer import (
    condition_states,
    context_fit,
    context_stability,
    feasibility,
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


def stress(**lights: str) -> pd.DataFrame:
    return pd.DataFrame({"ags": UNITS["ags"], "light": [lights[k] for k in ("a", "b", "c", "d")]})


def test_feasibility_with_reasons() -> None:
    table = stress(a="green", b="amber", c="red", d="no_data")
    found = feasibility(UNITS, 40_000, "conditional", table)
    assert found["feasibility_light"].tolist() == ["green", "amber", "amber", "unknown"]
    assert found["feasibility_reason"].tolist() == ["bears", "tight", "compensate", "unknown"]
    assert found["cost_eur_pc"].tolist() == [4, 2, 8, 5]
    forbidden = feasibility(UNITS, 40_000, "no", table)
    assert (
        forbidden["feasibility_reason"].iloc[2] == "law" and forbidden["feasibility_light"].iloc[2] == "red"
    )


def test_headroom_decides_where_it_is_known() -> None:
    table = stress(a="green", b="green", c="green", d="amber").assign(
        headroom_eur=[50_000, 30_000, np.nan, 50_000]
    )
    found = feasibility(UNITS, 40_000, "conditional", table)
    assert found["feasibility_reason"].tolist() == ["bears", "too_dear", "bears", "tight"]


def test_without_a_stress_test_nothing_is_claimed() -> None:
    found = feasibility(UNITS, 40_000, "yes", None)
    assert set(found["feasibility_light"]) == {"unknown"}
