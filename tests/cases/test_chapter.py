"""The chapter on the real figures: complete, reproducible, honest about what is unknown."""

import statistics

import numpy as np
import pandas as pd
import pytest

from dewak_research.cases.compare import compare
from dewak_research.cases.library import CONDITIONS, Library
from dewak_research.cases.mcda import agreement
from dewak_research.cases.sensitivity import leave_one_out, rank_reversal
from dewak_research.config import CaseParams, StressParams
from dewak_research.data.result import Result
from dewak_research.stress.run import prepare
from dewak_research.stress.what_if import with_change

from .conftest import FEW, SEED, evaluated

CASES = ("herten", "grundschoettel")


def without_budgets(inputs: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return {name: table for name, table in inputs.items() if name not in ("payments", "balance")}


def test_every_unit_has_three_lights_for_each_case(result: Result) -> None:
    table = result.tables["transfer"]
    assert table.groupby("case").size().to_dict() == {"herten": 427, "grundschoettel": 427}
    lights = table[["context_light", "mechanism_light", "feasibility_light"]]
    assert lights.isin(["green", "amber", "red", "unknown"]).all(axis=None)
    assert not any("score" in column or "total" in column for column in table)


def test_model_towns_are_their_own_nearest(result: Result) -> None:
    table = result.tables["transfer"].set_index(["case", "ags"])
    for case, ags in (("herten", "05562020"), ("grundschoettel", "05954032")):
        assert table.loc[(case, ags), "distance"] == 0
        assert table.loc[(case, ags[:5]), "distance"] == 0


def test_hagen_has_a_context_but_no_headroom(result: Result) -> None:
    row = result.tables["transfer"].set_index(["case", "ags"]).loc[("herten", "05914000")]
    assert row["feasibility_reason"] == "unknown" and row["context_light"] in {"green", "amber", "red"}


def test_conditions_of_other_towns_stay_unknown(result: Result) -> None:
    table = result.tables["transfer"]
    others = table[~table["ags"].isin(["05562020", "05954032"])]
    assert (others["mechanism_light"] == "unknown").all() and (others["conditions_known"] == 0).all()


def test_nearest_towns_are_towns_without_the_model(result: Result) -> None:
    near = result.tables["transfer"]["nearest"].str.split("; ").explode()
    assert not near.isin(["05562020", "05954032"]).any()


def test_published_solutions_are_found(result: Result) -> None:
    table = result.tables["qca_agreement"]
    assert table["same"].all() and table["dataset"].nunique() == 3 and len(table) == 8


def test_own_cases_are_too_few_for_a_solution(result: Result) -> None:
    assert result.tables["qca_summary"]["own_too_few"].item()
    assert set(result.tables["qca_fit"]["dataset"]).isdisjoint(CASES)
    assert len(result.tables["qca_own_cases"]) == 2 * len(CONDITIONS)


def test_what_carries_the_decision_is_assumed_but_for_published_figures(result: Result) -> None:
    origin = result.tables["origin"].set_index("block")
    sums = result.tables["origin_sums"].set_index("scope")
    blocks = ["case_resources", "model_inputs", "expert_scores", "prices"]
    assert sums.loc["decision", ["sourced", "assumption"]].tolist() == origin.loc[
        blocks, ["sourced", "assumption"]
    ].sum().tolist()  # fmt: skip
    on_figures = result.tables["inputs_published"]["part"].isin(["case", "model", "price", "wage"]).sum()
    assert sums.loc["decision", "sourced"] == on_figures and sums.loc["decision", "assumption_share"] > 0.9
    assert origin.loc["expert_scores", "sourced"] == 0
    assert origin.loc["case_facts", "assumption"] == 0 and origin.loc["case_facts", "sourced"] > 40
    assert sums.loc["all", "sourced"] == origin["sourced"].sum()


def test_ranks_add_up(result: Result) -> None:
    shares = result.tables["rank_share"]
    assert shares.groupby(["case", "model"])["share"].sum().to_numpy() == pytest.approx(1)
    assert shares.groupby(["case", "rank"])["share"].sum().to_numpy() == pytest.approx(1)


def test_the_verdict_can_be_told(result: Result) -> None:
    """The sentence of the chapter: who leads for how many weightings, and which change of one weight ends it."""
    table, names = result.tables["verdict"].set_index("case"), result.tables["names"]
    ranking = result.tables["ranking"].set_index(["case", "model"])
    models = set(names.loc[names["kind"] == "model", "key"])
    criteria = set(names.loc[names["kind"] == "criterion", "key"])
    assert list(table.index) == list(CASES)
    for case, row in table.iterrows():
        assert {row["best"], row["runner_up"], row["base_winner"]} <= models
        assert row["first_share"] == ranking["first_share"].xs(case).max() >= row["runner_up_share"]
        assert ranking.loc[(case, row["base_winner"]), "additive_rank"] == 1
        if row["side"] != "never":
            assert row["rival"] in models and row["criterion"] in criteria
            assert (row["threshold"] > row["weight"]) == (row["side"] == "above")


def test_every_criterion_counts_in_its_direction(result: Result, library: Library) -> None:
    for (case, criterion), rows in result.tables["scores"].groupby(["case", "criterion"]):
        stated = library.criteria["criteria"][criterion]
        rising = rows.sort_values("score")["value"]
        assert rows["value"].between(0, 1).all(), (case, criterion)
        if stated["direction"] == "cost":
            assert rising.is_monotonic_decreasing and stated["best"] < stated["worst"]
        else:
            assert rising.is_monotonic_increasing and stated["best"] > stated["worst"]


def test_checklists_become_scores(result: Result) -> None:
    """A1 meets one of four conditions of budget law and leaves no legal question open, A2 none and one."""
    score = result.tables["scores"].set_index(["case", "model", "criterion"])["score"]
    assert [score["herten", model, "C4"] for model in ("A1", "A2")] == [1, 0]
    assert [score["herten", model, "C11"] for model in ("A1", "A2")] == [1, 2]


def test_the_verdict_sums_up_what_its_methods_say(result: Result, library: Library) -> None:
    costs = result.tables["costs"].set_index(["case", "model"])["annual_eur"]
    for case, row in result.tables["verdict"].set_index("case").iterrows():
        comparison, _ = compare(library, str(case), FEW.cost_draws, SEED)
        reversal, without = rank_reversal(comparison), leave_one_out(comparison)
        assert row["kendall_tau_low"] == agreement(comparison)["kendall_tau"].min()
        assert (row["reversals"], row["reversal_checks"]) == (reversal["winner_changes"].sum(), len(reversal))
        assert (row["same_without_criterion"], row["criteria"]) == (without["same"].sum(), len(without))
        assert row["winner_cost_eur"] == costs[case, row["base_winner"]]
        assert (row["cost_min_eur"], row["cost_max_eur"]) == (costs[case].min(), costs[case].max())


def test_the_broker_stands_between_most_others(result: Result) -> None:
    actors = result.tables["actors"].set_index(["case", "actor"])["betweenness"]
    for case, broker in result.tables["stakeholder_summary"].set_index("case")["broker"].items():
        assert actors[case, broker] == actors[case].max()


def test_relief_is_summed_up_from_its_curve_and_swings(result: Result) -> None:
    summary = result.tables["relief_summary"].iloc[0]
    curve = result.tables["relief_curve"]
    at = np.interp([0.0, 0.5, summary["break_even_share"]], curve["substitution_share"], curve["effect_eur"])
    assert at == pytest.approx([summary["base_eur"], summary["half_substitution_eur"], 0.0], abs=1e-6)
    swings = result.tables["relief_tornado"].set_index("item")["swing_eur"]
    assert swings[summary["largest_item"]] == swings.max()
    variant = result.tables["resilience"].set_index("variant")["change_eur"]["relief"]
    assert (variant == summary["half_substitution_eur"]).all()


def test_cost_lowers_resilience_and_relief_raises_it(result: Result) -> None:
    effect = result.tables["resilience"].dropna(subset=["probability_change"])
    cost = effect[effect["variant"].isin(CASES)]
    assert (cost["probability_change"] >= 0).all() and (cost["distance_change"].dropna() <= 1e-9).all()
    gain = effect[effect["variant"] == "relief"]
    assert (gain["probability_change"] <= 0).all() and (gain["distance_change"].dropna() >= -1e-9).all()
    assert cost["probability_change"].max() > 0


def test_no_balance_no_claim(result: Result) -> None:
    effect = result.tables["resilience"].set_index(["ags", "variant"])
    wetter = effect.loc[("05954032", "grundschoettel")]
    assert np.isnan(wetter["probability_with"]) and np.isnan(wetter["distance_with"])
    shown = result.tables["resilience_shown"].set_index("ags")
    assert np.isnan(shown.loc["05954032", "probability_without"])
    known = effect["probability_change"].notna().groupby("variant").sum()
    summary = result.tables["resilience_summary"].set_index("variant")
    assert summary["units"].to_dict() == known.to_dict()
    change = 100 * effect["probability_change"].abs().groupby("variant").max()
    assert summary["change_max_pp"].to_dict() == pytest.approx(change.to_dict())


def test_the_row_of_the_median_names_changes_only(result: Result) -> None:
    shown = result.tables["resilience_shown"].query("ags == ''").set_index("variant")
    effect = result.tables["resilience"].dropna(subset=["probability_change"]).set_index("variant")
    assert set(shown.index) == {*CASES, "relief"}
    before_and_after = [
        f"{what}_{when}" for what in ("probability", "distance") for when in ("without", "with")
    ]
    assert shown[before_and_after].isna().all(axis=None)
    for variant, row in shown.iterrows():
        mine = effect.loc[variant]
        change = mine["probability_with"] - mine["probability_without"]
        assert row["probability_change"] == pytest.approx(statistics.median(change))
    apart = (
        effect["probability_with"].groupby("variant").median()
        - effect["probability_without"].groupby("variant").median()
    )
    assert not np.allclose(apart, shown["probability_change"].reindex(apart.index))


def test_a_change_moves_result_and_cash_alike(inputs: dict[str, pd.DataFrame]) -> None:
    book = prepare(inputs, StressParams(), SEED).book
    other = with_change(book, -5_000.0)
    assert np.allclose(book.result_eur - other.result_eur, 5_000)
    assert np.allclose(book.liquidity_flow_eur - other.liquidity_flow_eur, 5_000)


@pytest.mark.slow
def test_same_seed_same_result(inputs: dict[str, pd.DataFrame], library: Library) -> None:
    few = CaseParams(weightings=200, cost_draws=200, bootstrap_draws=10)
    units = without_budgets(inputs)
    first, again = (evaluated(units, library, few) for _ in range(2))
    for name, frame in first.tables.items():
        pd.testing.assert_frame_equal(frame, again.tables[name])
    shuffled = evaluated({**units, "units": inputs["units"].sample(frac=1, random_state=1)}, library, few)
    pd.testing.assert_frame_equal(first.tables["transfer"], shuffled.tables["transfer"])


def test_without_stress_and_payments_the_chapter_still_stands(
    inputs: dict[str, pd.DataFrame], library: Library, whole_stage: None
) -> None:
    few = CaseParams(weightings=200, cost_draws=200, bootstrap_draws=10)
    found = evaluated(without_budgets(inputs), library, few)
    assert set(found.tables["transfer"]["feasibility_light"]) == {"unknown"}
    assert "resilience" not in found.tables


def test_facts_are_those_of_the_files(result: Result) -> None:
    facts = result.tables["facts"].set_index(["case", "key"])
    assert facts.loc[("herten", "liquidity_credit_taken_over"), "value"] == 153_600_000
    assert facts.loc[("grundschoettel", "kreis_levy_rate"), "source"] == "S108"
    assert facts["source"].notna().all()
    interest = facts.loc[("herten", "interest_relief"), "value"]
    assert interest / 153_600_000 == pytest.approx(0.02995, abs=5e-6)


def test_weights_of_all_cases_are_consistent(result: Result) -> None:
    weights = result.tables["preference_weights"]
    assert weights.groupby(["case", "actor"])["weight"].sum().to_numpy() == pytest.approx(1)
    assert (weights["consistency_ratio"].dropna() < 0.10).all()
    summary = result.tables["stakeholder_summary"].set_index("case")
    assert summary["fictitious"].all() and summary["kendalls_w"].between(0, 1).all()
