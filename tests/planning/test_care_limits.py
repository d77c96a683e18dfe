"""Where the kinds of care would hold more people than there are: counted a second way."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning.care import kreis_rates
from dewak_research.planning.care_limits import care_limits, factors_of
from dewak_research.planning.rates import RAW_TABLES


def test_the_kinds_are_reduced_in_proportion_and_only_where_they_must() -> None:
    level = pd.DataFrame({"service": ["a", "b", "a"], "age": ["90+", "90+", "85-89"], "year": 2023,
                          "rate": [0.6, 0.3, 0.3]})  # fmt: skip
    factors = pd.DataFrame({"kreis": ["05111", "05111", "05112", "05112"], "service": ["a", "b"] * 2,
                            "factor": [1.5, 1.0, 1.0, 1.0]})  # fmt: skip
    found = kreis_rates(level, factors).set_index(["kreis", "service", "age"])
    assert found.loc[("05111", "a", "90+"), "together"] == pytest.approx(1.2)
    assert found.loc[("05111", "a", "90+"), "rate"] == pytest.approx(0.75)
    assert found.loc[("05111", "b", "90+"), "rate"] == pytest.approx(0.25)
    assert found.loc[("05112", "a", "90+"), "rate"] == 0.6
    assert found.loc[("05111", "a", "85-89"), "rate"] == pytest.approx(0.45)


def test_four_kreise_stand_at_the_limit_today_and_more_on_the_trend(
    plan: Result, planning_inputs: dict[str, pd.DataFrame]
) -> None:
    table = plan.tables["care_limits"]
    today = table[table["scenario"] == "constant"].iloc[0]
    newest, factors = factors_of({name: planning_inputs[name] for name in RAW_TABLES})
    oldest = newest[newest["age"] == "90+"].set_index("service")["rate"]
    wide = factors.pivot_table(index="kreis", columns="service", values="factor")
    sums = (wide * oldest).sum(axis=1)
    assert today["kreise"] == (sums > 1).sum() == 4
    assert today["highest"] == pytest.approx(sums.max())
    assert (today["of_kreise"], today["ages"]) == (53, "90+")
    damped = table[table["scenario"] == "damped"].set_index("year")
    assert damped["kreise"].is_monotonic_increasing
    assert 20 <= damped.loc[2040, "kreise"] <= 30


def test_a_plan_without_crowds_says_so(plan: Result, planning_inputs: dict[str, pd.DataFrame]) -> None:
    rates = plan.tables["rates"]
    few = rates.assign(rate=rates["rate"].where(~rates["service"].str.startswith("care"), rates["rate"] / 10))
    units = planning_inputs["units"]
    found = care_limits(planning_inputs, few, units, [2024, 2025]).query("scenario == 'damped'")
    assert found["kreise"].tolist() == [0, 0] and found["ages"].tolist() == ["", ""]


def test_the_limit_takes_little_from_the_land(plan: Result, planning_inputs: dict[str, pd.DataFrame]) -> None:
    table = plan.tables["care_limits_land"].set_index("service")
    need = plan.tables["need"].query("year == 2024 and variant == 'base' and scenario == 'constant'")
    units = planning_inputs["units"]
    kreise = units[units["kind"] != "kreisangehoerige_gemeinde"].set_index("ags")["kreis"]
    of_land = need[need["ags"].isin(kreise.index)].groupby("service")["need"].sum()
    newest, factors = factors_of({name: planning_inputs[name] for name in RAW_TABLES})
    people = plan.tables["population"].query("year == 2024 and variant == 'base'")
    oldest = people[people["age"].isin(["90-94", "95+"]) & people["ags"].isin(kreise.index)]
    oldest = oldest.groupby(oldest["ags"].map(kreise))["persons"].sum()
    rate = newest[newest["age"] == "90+"].set_index("service")["rate"]
    wide = factors.pivot_table(index="kreis", columns="service", values="factor") * rate
    over = wide[wide.sum(axis=1) > 1]
    taken = over.sub(over.div(over.sum(axis=1), axis=0)).mul(oldest, axis=0).dropna().sum()
    assert len(over) == 4
    for service, row in table.iterrows():
        assert row["persons"] == pytest.approx(of_land[service], rel=1e-6)
        assert row["free_persons"] - row["persons"] == pytest.approx(taken[service], rel=1e-3)
        assert row["lowered_pct"] == pytest.approx(100 * taken[service] / row["free_persons"], rel=1e-3)
    assert 0 < table["lowered_pct"].max() < 0.2
