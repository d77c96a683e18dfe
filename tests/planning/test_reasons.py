"""Why the plan differs from the official projection: parts that add up, each with the sign it must have."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data.result import Result
from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import project


def test_parts_add_up_to_the_difference(plan: Result) -> None:
    land, kreise = plan.tables["projection_reasons"], plan.tables["projection_kreise_reasons"]
    parts = land[["count_pct", "births_pct", "land_moves_pct", "rest_pct"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(land["difference_pct"].to_numpy(), abs=1e-9)
    check = plan.tables["projection_check"].query("variant == 'base'").set_index(["year", "age"])
    assert land.set_index(["year", "age"])["difference_pct"].to_numpy() == pytest.approx(
        check["difference_pct"].reindex(pd.MultiIndex.from_frame(land[["year", "age"]])).to_numpy()
    )
    names = ["count_points", "births_points", "land_moves_points", "kreis_points"]
    assert kreise[names].sum(axis=1).to_numpy() == pytest.approx(kreise["difference_points"].to_numpy())
    own = kreise["plan_kreis_points"] - kreise["official_kreis_points"]
    assert own.to_numpy() == pytest.approx(kreise["kreis_points"].to_numpy())
    known = plan.tables["projection_kreise_check"].set_index("ags")["difference_points"]
    assert kreise.set_index("ags")["difference_points"].to_dict() == pytest.approx(known.to_dict())


def test_what_births_and_moves_leave_of_the_ages_is_small(plan: Result) -> None:
    land = plan.tables["projection_reasons"].set_index(["year", "age"])
    assert land.xs(2035)["rest_pct"].abs().max() < 3
    assert land.xs("total", level="age")["rest_pct"].loc[2025:].abs().max() < 0.01
    # the children of 2035 lack births first of all, and those of 2025 who did not come
    children = land.xs(2035).loc[["0-2", "3-5", "6-9"]]
    assert (children["births_pct"] < -3).all() and (children["count_pct"] < 0).all()
    assert (land.xs(2035).loc[["65-79", "80+"], ["count_pct", "births_pct"]].abs() < 0.05).all(axis=None)


def test_the_part_of_the_count_is_the_plan_without_it(plan: Result, outlook: Outlook) -> None:
    path = project(outlook.base.persons, outlook.uncounted, 26)[26]
    at = [i for i, town in enumerate(outlook.base.towns) if town.startswith("05566")]
    kreise = plan.tables["projection_kreise_reasons"].set_index("ags")
    check = plan.tables["projection_kreise_check"].set_index("ags").loc["05566"]
    population = check["persons"] / (1 + check["change_pct"] / 100)
    assert kreise.loc["05566", "count_points"] == pytest.approx(
        100 * (check["persons"] - path[at].sum()) / population
    )
