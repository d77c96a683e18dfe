"""With and without the plan's net cost: without is what the tests of the budget say, with is worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from own import musterstadt
from stress import engine_case as case

from dewak_research.errors import InputError
from dewak_research.own.check import load_own
from dewak_research.own.plan import plan_frame
from dewak_research.own.plan_cost import plan_cost_tables
from dewak_research.own.probability import OwnProbability
from dewak_research.own.stress import run_own_stress
from dewak_research.planning.with_and_without import beside, of_plan, of_unit, path_of
from dewak_research.rules import rule_set
from dewak_research.stress.booked_plan import BookedPlan, first_trigger
from dewak_research.stress.distribution import count_hits, probability_table
from dewak_research.stress.one_unit import unit_shocks
from dewak_research.stress.run import Run
from dewak_research.stress.what_if import run_once, trigger_columns

YEARS = [2026, 2027, 2028, 2029, 2030]
UNKNOWN = np.full(5, np.nan)


def plan(result: float = -4.0, own: float = 0.0) -> BookedPlan:
    path = pd.DataFrame({"year": YEARS, "result_eur": result})
    return BookedPlan(path, (own, 100.0), rule_set("go_nrw_2024"), YEARS)


def cost(*amounts: float) -> pd.Series:
    return pd.Series(amounts, index=YEARS[: len(amounts)], dtype=float)


def test_a_small_deficit_becomes_a_trigger_by_hand() -> None:
    """4 of 100 a year stays below 5 %; with 2 more 6/100 and 6/94 lie above it in two years running."""
    tables = of_plan(plan(), cost(-2, -2, -2, -2, -2), UNKNOWN, 0.0)
    found = tables["with_and_without"].set_index("variant")
    assert found.loc["without", "first_trigger_year"] is pd.NA
    assert found.loc["with", "first_trigger_year"] == 2027
    assert found["end_allgemeine_ruecklage_eur"].to_dict() == {"without": 80.0, "with": 70.0}
    assert found["end_year"].unique().tolist() == [2030]
    assert found[["critical_fall_share", "probability"]].isna().all(axis=None), "nothing entered, no engine"
    years = tables["with_and_without_years"].query("variant == 'with'")
    assert years["result_eur"].tolist() == [-6.0] * 5 and years["net_eur"].tolist() == [-2.0] * 5
    assert years["triggered"].tolist() == [False, True, True, True, True]


def test_the_ausgleichsruecklage_takes_the_cost_first_and_interest_comes_on_top() -> None:
    found = of_plan(plan(0.0, own=30.0), cost(-10, 0, 0, 0, 0), UNKNOWN, 0.03)["with_and_without"]
    spent = 10 * 1.03**4
    assert found["end_ausgleichsruecklage_eur"].tolist() == [30.0, pytest.approx(30.0 - spent)]
    assert found["end_allgemeine_ruecklage_eur"].tolist() == [100.0, 100.0]
    assert found["end_equity_eur"].tolist() == [130.0, pytest.approx(130.0 - spent)]


def test_the_critical_fall_shrinks_by_what_the_plan_costs() -> None:
    """One year, tax 20: the plan year alone may lose 25 of 100; 40 more in reserve are out of reach."""
    booked = BookedPlan(
        pd.DataFrame({"year": [2026], "result_eur": [-10.0]}), (0.0, 100.0), rule_set("go_nrw_2024"), [2026]
    )
    found = of_plan(booked, cost(-5), np.array([20.0]), 0.0)["with_and_without"]
    assert found["critical_fall_share"].tolist() == pytest.approx([0.75, 0.5], abs=1e-6)
    assert booked.critical_fall_share(np.array([14.0])) == np.inf
    assert booked.critical_fall_share(np.array([20.0]), -16.0) == 0.0
    assert np.isnan(booked.critical_fall_share(np.array([np.nan])))


def test_a_missing_year_and_a_double_one_are_said_at_once() -> None:
    path = pd.Series([-1.0, -1.0, np.nan, -1.0], index=[2026, 2026, 2028, 2029])
    with pytest.raises(InputError) as error:
        path_of(path, YEARS)
    assert len(error.value.problems) == 2 and "2027, 2028, 2030" in error.value.render("de")
    assert "2026" in error.value.render("en")
    longer = pd.Series(-1.0, index=range(2024, 2041))
    assert path_of(longer, YEARS).tolist() == [-1.0] * 5, "what lies outside the test stays outside"


def test_what_comes_later_stands_beside() -> None:
    path = pd.Series([-1.0, np.nan, -3.0, -2.0], index=[2039, 2041, 2040, 2038])
    table = beside(path, 2038)
    assert table["year"].tolist() == [2038, 2039, 2040, 2041]
    assert table["tested"].tolist() == [True, False, False, False]
    np.testing.assert_array_equal(table["cumulated_eur"], [-2.0, -3.0, -6.0, np.nan])


@pytest.fixture(scope="module")
def run() -> Run:
    return case.run()


@pytest.mark.parametrize("ags", case.UNITS)
def test_a_published_unit_without_the_plan_is_that_of_the_chapter(run: Run, ags: str) -> None:
    unit, position = unit_shocks(run, ags), run.ags.index(ags)
    first = run.params.budget_year
    found = of_unit(unit, np.zeros(5), first)["with_and_without"]
    assert found.iloc[0].drop("variant").equals(found.iloc[1].drop("variant"))
    row = found.iloc[0]
    common = run.shocks()
    hits = run.simulate(common, lambda paths: count_hits(paths, common.crisis_years))
    table = probability_table(hits, run.ags, run.has_balance, first)
    engine = table.query("trigger == 'any' and ags == @ags").sort_values("year").iloc[-1]
    for name in ("probability", "frequency_low", "frequency_high"):
        np.testing.assert_array_equal(row[name], engine[name])
    paths = run_once(
        run.book, dict.fromkeys(("taxes", "interest"), np.zeros((5, 5))), np.zeros(5), run.settings
    )
    year = trigger_columns(paths, run.has_balance)["trigger_year"].iloc[position]
    assert (row["first_trigger_year"] is pd.NA and year is pd.NA) or row[
        "first_trigger_year"
    ] == first - 1 + year
    np.testing.assert_array_equal(row["end_equity_eur"], paths.equity_eur[-1, position, 0])


def test_a_published_unit_with_a_cost_is_worse_off_year_by_year(run: Run) -> None:
    unit = unit_shocks(run, "05101000")
    tables = of_unit(unit, np.array([0.0, -5.0, -10.0, -20.0, -30.0]), 2010)
    without, bearing = (part for _, part in tables["with_and_without_years"].groupby("variant", sort=False))
    assert without["net_eur"].eq(0).all() and bearing["net_eur"].iloc[2] == pytest.approx(-10.15)
    difference = bearing["equity_eur"].to_numpy() - without["equity_eur"].to_numpy()
    assert difference == pytest.approx(np.cumsum(bearing["net_eur"]))
    found = tables["with_and_without"].set_index("variant")
    assert found.loc["with", "probability"] > found.loc["without", "probability"]
    assert found.loc["with", "critical_fall_share"] < found.loc["without", "critical_fall_share"]
    with pytest.raises(InputError):
        of_unit(unit, np.zeros(4), 2010)


def test_an_own_plan_without_the_path_is_that_of_the_own_report(tmp_path: object) -> None:
    musterstadt.write(tmp_path)  # type: ignore[arg-type]
    figures = load_own(musterstadt.KEY, tmp_path)  # type: ignore[arg-type]
    frame = plan_frame(figures.figures)
    stress = run_own_stress(frame, "nrw")
    nothing = pd.Series(0.0, index=range(2025, 2041))
    tables = plan_cost_tables(frame, stress, OwnProbability("no_pipeline"), nothing, 0.03)
    without, same = (row for _, row in tables["with_and_without"].iterrows())
    assert without["critical_fall_share"] == stress.critical_fall_share == same["critical_fall_share"]
    assert without["first_trigger_year"] is pd.NA and first_trigger(stress.plan) is None
    last = stress.plan.iloc[-1]
    assert without["end_ausgleichsruecklage_eur"] == last["ausgleichsruecklage_eur"]
    assert (
        tables["with_and_without_beside"]["tested"].sum() == 5
        and len(tables["with_and_without_beside"]) == 16
    )
    heavy = plan_cost_tables(frame, stress, OwnProbability("no_pipeline"), nothing - 15e6, 0.03)
    bearing = heavy["with_and_without"].iloc[1]
    assert (
        bearing["critical_fall_share"] < stress.critical_fall_share
        or bearing["first_trigger_year"] is not pd.NA
    )
