"""The published figures of a unit, put in as its own plan, come out of the engine as in the chapter."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.rules import rule_set
from dewak_research.stress import plan_outcomes, single_plan
from dewak_research.stress.distribution import count_hits, probability_table
from dewak_research.stress.items import POSITION
from dewak_research.stress.plan_outcomes import light_of, outcomes, plan_line, shares, simulated, unshocked
from dewak_research.stress.run import Run
from dewak_research.stress.single_plan import MunicipalPlan, plan_params, plan_run
from dewak_research.stress.transmission import Gfg, Maturities
from stress import engine_case as case

GFG = Gfg(0.9, 35.0, 414.0, (0.5, 0.5))
SHORT = Maturities(1.0, 1.0, 1.0)


@pytest.fixture
def chapter(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(single_plan, "own_moves", lambda towns, years, others: case.moves(years))
    return case.run()


def plan_of(run: Run, unit: int) -> MunicipalPlan:
    book, row = run.book, run.table.iloc[unit]
    years = tuple(range(run.params.budget_year, run.params.budget_year + book.years))
    return MunicipalPlan(
        row["ags"], row["kind"], "small", float(row["population"]), years, book.items_eur[:, unit],
        book.result_eur[:, unit], book.liquidity_flow_eur[:, unit], float(row["receipts_eur"]),
        float(book.ausgleichsruecklage_eur[unit]), float(book.allgemeine_ruecklage_eur[unit]), np.nan,
        0.0, 0.0, 0.0, float(book.net_share[unit]), 480.0,
    )  # fmt: skip


def own_run(chapter: Run, unit: int, **other: object) -> Run:
    plan = replace(plan_of(chapter, unit), **other)  # type: ignore[arg-type]
    made = plan_run(plan, rule_set(2010), None, chapter.pool, chapter.params, chapter.seed, SHORT,
                    gfg=GFG, chapter=chapter)  # type: ignore[arg-type]  # fmt: skip
    exposed = made.book.exposed_eur.copy()
    exposed[:, -1] = chapter.book.exposed_eur[:, unit]  # the made-up Land states exposures, no stocks
    return replace(made, book=replace(made.book, exposed_eur=exposed))


@pytest.mark.parametrize("unit", [0, 1, 2, 3, 4])
def test_same_figures_same_probabilities(chapter: Run, unit: int) -> None:
    common = chapter.shocks()
    hits = chapter.simulate(common, lambda paths: count_hits(paths, common.crisis_years))
    ags, balance = chapter.ags, chapter.has_balance
    whole = probability_table(hits, ags, balance, chapter.params.budget_year)
    expected = whole[whole["ags"] == ags[unit]].drop(columns="ags").reset_index(drop=True)
    found = simulated(own_run(chapter, unit))["probability"]
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize("unit", [1, 4])
def test_without_a_shock_the_plan_comes_back_exactly(chapter: Run, unit: int) -> None:
    run = own_run(chapter, unit)
    paths = unshocked(run)
    np.testing.assert_array_equal(paths.result_eur[:, -1, 0], chapter.book.result_eur[:, unit])
    fan = simulated(run)["fan"]
    plan = fan[fan["measure"] == "result"]["plan_eur"]
    np.testing.assert_array_equal(plan, chapter.book.result_eur[:, unit])


def test_a_larger_kreisumlage_of_the_plan_pays_more_of_the_rise(chapter: Run) -> None:
    items = chapter.book.items_eur[:, 1].copy()
    items[:, POSITION["uml"]] *= 2
    double = own_run(chapter, 1, items_eur=items)
    assert double.book.layers.share[-1] == pytest.approx(2 * chapter.book.layers.share[1])


def test_a_used_up_year_before_the_plan_counts_for_two_years_in_a_row(chapter: Run) -> None:
    plan = {"result_eur": np.array([-20.0, 0.0, 0.0, 0.0, 0.0]), "ausgleichsruecklage_eur": 0.0}
    for before, expected in ((0.06, True), (0.04, False), (np.nan, False)):
        paths = unshocked(own_run(chapter, 1, quota_before=before, **plan))
        assert paths.triggers.n2[0, -1, 0] == expected


def test_unknown_items_take_no_shock_and_unknown_reserves_no_trigger(chapter: Run) -> None:
    items = chapter.book.items_eur[:, 1].copy()
    items[:, POSITION["sgb8"]] = np.nan
    run = own_run(chapter, 1, items_eur=items)
    assert shares(run).set_index("block")["share"]["social"] == pytest.approx(0, abs=1e-12)
    bare = own_run(chapter, 1, allgemeine_ruecklage_eur=np.nan, ausgleichsruecklage_eur=np.nan)
    found = outcomes(bare, pd.DataFrame())
    assert found["probability"]["probability"].isna().all() and found["reverse"].empty
    assert found["light"]["light"].iloc[0] == "no_data"
    events = found["events"].set_index("trigger")["probability"]
    assert events["equity_below_zero"].isna().all() and events["deficit"].notna().all()


def test_neutral_rules_say_what_needs_no_law(chapter: Run) -> None:
    run = own_run(chapter, 4)
    free = replace(run, settings=replace(run.settings, rules=rule_set("none")))
    found = outcomes(free, pd.DataFrame())
    assert found["probability"]["probability"].isna().all() and found["events"]["probability"].notna().all()
    assert found["fan"].query("measure == 'equity'")["p50_eur"].notna().all()


def test_a_plan_of_one_year_runs(chapter: Run) -> None:
    plan = plan_of(chapter, 4)
    one = replace(plan, years=plan.years[:1], items_eur=plan.items_eur[:1], result_eur=plan.result_eur[:1],
                  liquidity_flow_eur=plan.liquidity_flow_eur[:1])  # fmt: skip
    run = plan_run(one, rule_set(2010), None, chapter.pool, chapter.params, 3, SHORT)  # type: ignore[arg-type]
    assert len(simulated(run)["fan"].query("measure == 'result'")) == 1 and not one.growth.any()


def test_shares_add_up_and_the_tornado_starts_where_the_same_draws_are(chapter: Run) -> None:
    found = outcomes(own_run(chapter, 4), pd.DataFrame({"ags": [], "year": [], "trade_tax_eur_pc": []}))
    assert found["shares"]["share"].sum() == pytest.approx(1)
    assert (found["tornado"]["swing_share"] > 0).all()
    assert plan_outcomes.TORNADO_DRAWS >= 200
    last = found["probability"].query("trigger == 'any'")["probability"].iloc[-1]
    assert found["tornado"]["probability"].eq(last).all()


def test_the_line_of_the_plan_is_the_plan_and_its_equity_what_it_leaves(chapter: Run) -> None:
    run = own_run(chapter, 4)
    line = plan_line(run, unshocked(run)).set_index(["measure", "year"])["plan_eur"]
    equity = float(chapter.book.ausgleichsruecklage_eur[4] + chapter.book.allgemeine_ruecklage_eur[4])
    for t, year in enumerate(range(2010, 2015)):
        assert line["result", year] == chapter.book.result_eur[t, 4]
        equity += chapter.book.result_eur[t, 4]
        assert line["equity", year] == pytest.approx(equity)
    assert len(line) == 2 * 5


def test_the_light_of_a_plan_follows_from_its_probability_in_the_last_year(chapter: Run) -> None:
    run = own_run(chapter, 4)
    years, ends = [2010, 2014, 2014], ["any", "any", "n1"]
    for probability, said in ((0.1, "green"), (0.3, "amber"), (0.31, "red")):
        table = pd.DataFrame({"year": years, "trigger": ends, "probability": [0.0, probability, 0.9],
                              "frequency_low": 0.05, "frequency_high": 0.9})  # fmt: skip
        row = light_of(table, run).iloc[0]
        assert (row["ags"], row["light"], row["light_low"], row["light_high"]) == (
            chapter.ags[4],
            said,
            "green",
            "red",
        )


def test_the_parts_of_the_blocks_are_those_of_the_variance_of_all_draws(chapter: Run) -> None:
    """The taxes' Shapley part by definition: over all orders, what they add to the variance of the summed loss."""
    run = own_run(chapter, 4)
    common = run.shocks(run.params.shapley_draws)
    [blocks] = [
        p.block_eur for p in run.simulate(common, lambda paths: paths) if run.book.size - 1 in p.units
    ]
    total = {name: part[:, -1].astype(float).sum(axis=0) for name, part in blocks.items()}
    added = []
    for order in itertools.permutations(total):
        before = [total[name] for name in order[: order.index("taxes")]]
        without = np.sum(before, axis=0) if before else np.zeros(1)
        added.append(np.var(without + total["taxes"]) - np.var(without))
    found = shares(run).set_index("block")["share"]
    assert found["taxes"] == pytest.approx(np.mean(added) / np.var(sum(total.values())), rel=1e-4)
    assert found.sum() == pytest.approx(1.0)


def test_a_run_takes_years_and_law_of_the_plan_and_nothing_else(chapter: Run) -> None:
    plan = replace(plan_of(chapter, 4), years=(2026, 2027, 2028))
    given = chapter.params.model_copy(
        update={"equalisation_year": 2019, "rule_set": "none", "cost_correlation": 0.4}
    )
    found = plan_params(given, plan, rule_set(2025)).model_dump()
    changed = {name: value for name, value in found.items() if value != given.model_dump()[name]}
    assert changed == {"horizon_years": 3, "budget_year": 2026, "equalisation_year": None,
                       "rule_set": rule_set(2025).name}  # fmt: skip
