"""Cost per case that grows faster than the budget: by hand, and what published figures say it did."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from stress import engine_case as case

from dewak_research.data import read_table
from dewak_research.data.result import Result
from dewak_research.planning.booked import RAISING_AGES
from dewak_research.planning.cost_growth import PARTS, at_growth, growth_paths, observed_growth
from dewak_research.planning.with_and_without import by_growth, by_scenario
from dewak_research.stress.one_unit import unit_shocks

COST = pd.DataFrame(
    {"ags": "05911000", "year": [2024, 2025, 2026], "service": "childcare_u3",
     **{part: [100.0, 102.0, 104.04] for part in PARTS}}
)  # fmt: skip


def test_the_first_year_stays_and_later_ones_grow_at_the_rate_that_is_tried() -> None:
    """100 today, need unchanged: 104 and 108.16 at 4 %, of which the budget at 2 % holds 102 and 104.04."""
    assert at_growth(COST, 0.02)["net_eur"].tolist() == pytest.approx([100.0, 102.0, 104.04])
    assert at_growth(COST, 0.04)["net_eur"].tolist() == pytest.approx([100.0, 104.0, 108.16])
    paths = growth_paths(COST, (0.02, 0.04), 0.02).set_index(["cost_growth_share", "year"])["net_eur"]
    assert paths[0.02].tolist() == pytest.approx([0.0, 0.0])
    assert paths[0.04].tolist() == pytest.approx([2.0, 4.12])


def test_spending_per_person_grew_as_the_published_figures_say(
    planning_inputs: dict[str, pd.DataFrame],
) -> None:
    """Integration help: 6,020.301 million for 258,405 persons in 2022, 6,588.748 for 260,750 in 2023."""
    found = observed_growth(planning_inputs).set_index("service")
    grown = (6_588_748 / 260_750) / (6_020_301 / 258_405) - 1
    assert found.loc["integration_help", "yearly_growth_share"] == pytest.approx(grown)
    first, last = (int(end) for end in RAISING_AGES.split("-"))

    def young(ages: pd.DataFrame) -> float:
        ends = (
            ages["age"].str.replace("+", "-200").str.split("-").map(lambda pair: [int(end) for end in pair])
        )
        return float(ages.loc[[first <= low and high <= last for low, high in ends], "persons"].sum())

    now = read_table("kreise_age").query("year == 2024 and ags.str.startswith('05')")
    spent = read_table("youth_welfare").set_index("year")["individual_and_group_keur"]
    each = spent[2024] / young(now), spent[2015] / young(read_table("town_age"))
    yearly = found.loc["child_raising_help", "yearly_growth_share"]
    assert yearly == pytest.approx((each[0] / each[1]) ** (1 / 9) - 1)
    assert 0.04 < found.loc["childcare", "yearly_growth_share"] < (9_598_315 / 5_006_265) ** (1 / 9) - 1


def test_at_the_assumed_growth_a_unit_is_that_of_its_scenario_and_worse_above(
    planning_inputs: dict[str, pd.DataFrame],
) -> None:
    unit, prices = unit_shocks(case.run(), "05101000"), planning_inputs["germany_cpi"]
    years = range(2025, 2041)
    path = pd.DataFrame({"year": years, "net_eur": np.linspace(1.0, 16.0, 16)})
    steep = path.assign(net_eur=path["net_eur"] + np.arange(16))
    paths = pd.concat([path.assign(cost_growth_share=0.02), steep.assign(cost_growth_share=0.04)])
    found = by_growth(unit, paths, 2010, prices).set_index("cost_growth_share")
    same = by_scenario(unit, path.assign(scenario="constant"), 2010, prices)["with_and_without"].iloc[1]
    for name in ("end_equity_eur", "probability", "price_factor", "plan_last_year"):
        np.testing.assert_array_equal(found.loc[0.02, name], same[name])
    assert found["net_tested_eur"].tolist() == [5.0, 9.0] and found["net_last_eur"].tolist() == [16.0, 31.0]
    assert found.loc[0.04, "end_equity_eur"] < found.loc[0.02, "end_equity_eur"]
    assert by_growth(unit, paths.query("year < 2027"), 2010, prices).empty


def test_the_stage_says_what_grew_faster_than_assumed(plan: Result) -> None:
    found = plan.tables["cost_growth_observed"]
    assert found["service"].tolist() == ["childcare", "child_raising_help", "integration_help"]
    assert (found["yearly_growth_share"] > 0.02).all()
