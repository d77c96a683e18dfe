"""Inputs, origins, actors and lights from a few lines, every cell known beforehand."""

from __future__ import annotations

import math
from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest, triang

from dewak_research.cases.cost import INPUTS, cost_of
from dewak_research.cases.feasibility import feasibility_counts
from dewak_research.cases.library import (
    Library,
    drawn,
    instruments_frame,
    models_frame,
    names_frame,
    ranges,
    studies_frame,
)
from dewak_research.cases.origin import origin_tables
from dewak_research.cases.published import calibrated, own_cases
from dewak_research.cases.stakeholders import actors_frame, best_worst_frame, stakeholder_tables
from dewak_research.cases.unit_figures import gross_frame, yardsticks
from dewak_research.data.result import Result
from dewak_research.language import read_yaml
from dewak_research.paths import CASES

from .test_facts_by_hand import both


def test_ranges_and_draws_are_those_of_the_triangle() -> None:
    spans = ranges({"a": {"value": 2, "low": 1, "high": 6}, "b": {"value": 5}})
    assert spans.loc["a"].tolist() == [1, 2, 6] and spans.loc["b"].tolist() == [5, 5, 5]
    found = drawn(spans, 4_000, np.random.default_rng(3))
    assert list(found) == ["a", "b"] and set(found["b"]) == {5.0}
    assert kstest(found["a"], triang(c=(2 - 1) / (6 - 1), loc=1, scale=5).cdf).pvalue > 0.01


def test_models_list_the_risks_that_are_open() -> None:
    model = {"legal_form": both("club"), "needs": both("members")}
    models = {
        "risk_list": {"vat": both("VAT"), "aid": both("state aid")},
        "models": {
            "A": {**model, "risks": {"vat": "yes", "aid": "yes"}},
            "B": {**model, "risks": {"vat": "no", "aid": "no"}},
        },
        "instruments": [
            {"id": "x", "lasting": "yes", "in_kind": "no", "earmarked": "no", "co_funding": "yes",
             "horizon_years": 3, "effort": 2, "source": "A"},
            {"id": "y", "lasting": "no", "in_kind": "no", "earmarked": "no", "co_funding": "no",
             "horizon_years": 1, "effort": 5, "assumption": True},
        ],
    }  # fmt: skip
    library: Any = SimpleNamespace(models=models)
    found = models_frame(library).set_index("model")
    assert found["open_risks"].to_dict() == {"A": 2, "B": 0}
    assert found.loc["A", "risks_en"] == "VAT (en); state aid (en)" and found.loc["B", "risks_de"] == ""
    table = instruments_frame(library).set_index("instrument")
    assert table["origin"].to_dict() == {"x": "A", "y": "assumption"}
    assert table["horizon_years"].to_dict() == {"x": 3, "y": 1}


def test_every_file_of_a_case_is_in_the_library_and_named(library: Library) -> None:
    files = {path.stem: read_yaml(path.read_text(encoding="utf-8")) for path in CASES.glob("*.yaml")}
    cases = {
        found["id"]: found for name, found in files.items() if found["kind"] == "case" and name != "template"
    }
    assert library.cases == dict(sorted(cases.items(), key=lambda item: item[1]["ags"]))
    assert all(
        getattr(library, kind) == files[kind] for kind in ("models", "criteria", "documented", "activation")
    )
    assert studies_frame(library).to_numpy().tolist() == [[c, library.cases[c]["ags"]] for c in library.cases]
    names = names_frame(library)
    assert not names.duplicated(["kind", "key"]).any() and (names[["de", "en"]] != "").all(axis=None)
    shown = names[names["kind"] == "model"].set_index("key")["en"].to_dict()
    assert shown == {key: model["name"]["en"] for key, model in files["models"]["models"].items()}


def count(content: Any, mark: str) -> int:
    """Entries below that hold a mark."""
    inner = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return int(isinstance(content, dict) and mark in content) + sum(count(one, mark) for one in inner)


def test_origins_are_counted_by_their_marks(library: Library) -> None:
    found = origin_tables(library)["origin"].set_index("block")
    models = library.models["models"].values()
    for block, content in (
        ("prices", [library.criteria["prices"], library.criteria["wages"]]),
        ("relief_inputs", [library.criteria["relief"]]),
        ("model_inputs", [model["inputs"] for model in models]),
    ):
        assumed = sum(count(part, "assumption") for part in content)
        entries = sum(count(part, "value") for part in content)
        assert found.loc[block, ["sourced", "assumption"]].tolist() == [entries - assumed, assumed], block
    raters = [len(r) for group in library.stakeholders["places"].values() for r in group["ratings"].values()]
    assert found.loc["actor_ratings", ["sourced", "assumption"]].tolist() == [0, 3 * sum(raters)]


def test_memberships_are_logistic_in_the_distance_to_the_crossover() -> None:
    raw = pd.DataFrame({"X": [2.0, 10.0, 18.0, 30.0]}, index=list("abcd"))
    anchors = {"X": (0.0, 10.0, 30.0)}
    log_odds = np.log(calibrated(raw, anchors)["X"] / (1 - calibrated(raw, anchors)["X"]))
    full = log_odds["d"]
    assert 1 / (1 + math.exp(-full)) == pytest.approx(0.95, abs=0.01)
    assert log_odds.to_numpy() / full == pytest.approx([-0.8, 0.0, 0.4, 1.0])
    stricter = calibrated(raw, anchors, shift=0.4)[
        "X"
    ]  # the crossover goes four tenths of the way from 10 to 30
    assert stricter["c"] == pytest.approx(0.5) and stricter["b"] < 0.5
    laxer = calibrated(raw, anchors, shift=-0.8)["X"]
    assert laxer["a"] == pytest.approx(0.5)
    assert calibrated(raw, None) is raw


def test_actors_by_their_ratings_classes_and_links() -> None:
    group = {
        "ratings": {"a": {"r": [8, 8, 1], "s": [6, 8, 1]}, "b": {"r": [2, 4, 0], "s": [2, 4, 0]},
                    "c": {"r": [1, 1, 0]}},
        "salience": {"a": ["yes", "yes", "yes"], "b": ["no", "yes", "unknown"], "c": ["no", "no", "no"]},
        "influence": [["a", "b", 2], ["b", "c", 3]],
    }  # fmt: skip
    found = actors_frame(group).set_index("actor")
    assert found["power_mean"].tolist() == [7, 2, 1] and found["quadrant"].tolist() == [
        "manage_closely",
        "manage_closely",
        "monitor",
    ]
    assert found.loc["a", "salience"] == "definitive" and pd.isna(found.loc["b", "salience"])
    assert found.loc["c", "salience"] == "none"
    assert found["influence_out"].tolist() == [2, 3, 0] and found["influence_in"].tolist() == [0, 2, 3]
    assert found["betweenness"].tolist() == [0, 0.5, 0]  # one of the two ordered pairs without b goes by b


def test_best_worst_weights_stand_beside_their_criteria() -> None:
    """The answers of `test_best_worst.test_solved_by_hand`, whose weights are 9, 5 and 2 sixteenths."""
    said = {"best": "x", "worst": "z", "best_to_others": [1, 2, 4], "others_to_worst": [4, 3, 1]}
    found = best_worst_frame({"one": said}, ["x", "y", "z"])
    assert found["criterion"].tolist() == ["x", "y", "z"]
    assert found["weight"].tolist() == pytest.approx([9 / 16, 5 / 16, 2 / 16])
    assert found["deviation"].tolist() == pytest.approx([1 / 16] * 3)
    assert found["consistency_ratio"].tolist() == pytest.approx([2 / 12] * 3)  # |2·3 − 4| of 4·4 − 4


def test_units_are_counted_by_light_and_reason() -> None:
    rows = [
        ("p", "red", "law", 1),
        ("p", "red", "law", 3),
        ("p", "red", "too_dear", 0),
        ("q", "green", "bears", 4),
    ]
    columns = ["case", "feasibility_light", "feasibility_reason", "models_possible"]
    table = pd.DataFrame(rows, columns=columns).assign(ags=list("abcd"))
    assert feasibility_counts(table).to_numpy().tolist() == [
        ["p", "red", "law", 2, 1, 3],
        ["p", "red", "too_dear", 1, 0, 0],
        ["q", "green", "bears", 1, 4, 4],
    ]


def test_cost_walked_through_year_by_year() -> None:
    rng = np.random.default_rng(4)
    inputs = {name: rng.uniform(0.1, 0.9, 5) for name in INPUTS}
    chance = rng.random((5, 9))
    found = cost_of(inputs, chance)
    for draw in range(5):
        g = {name: values[draw] for name, values in inputs.items()}
        worth, flowing, received = g["capital_eur"], True, 0.0
        for year in range(10):
            flowing = flowing and (year == 0 or chance[draw, year - 1] < g["renewal_share"])
            staff = g["staff_fte"] * g["fte_cost_eur"] * g["municipal_staff_share"]
            cost = staff * (1 + g["staff_cost_growth"]) ** year
            cost += (
                g["rooms_m2"] * g["room_cost_eur_m2"] * g["room_share"]
                + g["activity_eur"]
                + g["overhead_eur"]
            )
            cost -= flowing * g["third_party_eur"]
            received += flowing * g["third_party_eur"] / 10
            worth += cost / (1 + g["discount_rate"]) ** (year + 1)
        assert found.annual_eur[draw] == pytest.approx(worth / 10)
        assert found.third_party_eur[draw] == pytest.approx(received)
        assert found.volunteer_hours[draw] == g["volunteer_hours"] * g["volunteer_factor"]
    assert (chance < inputs["renewal_share"][:, None]).any() and not np.allclose(
        found.third_party_eur, inputs["third_party_eur"]
    )


def test_gross_cost_spans_the_models_of_a_case() -> None:
    parts = {
        "staff_eur": [10, 20, 5],
        "rooms_eur": [1, 2, 3],
        "activity_eur": [1, 1, 1],
        "overhead_eur": [0, 4, 0],
    }
    costs = pd.DataFrame({"case": ["q", "q", "p"], **parts, "third_party_eur": -99, "capital_eur": 99})
    assert gross_frame(costs).to_numpy().tolist() == [["q", 12, 27], ["p", 9, 9]]


def test_whole_places_are_the_figures_marked_as_yardsticks(result: Result, library: Library) -> None:
    figures = library.unit_figures["figures"]
    marked = {key: item for key, item in figures.items() if item.get("yardstick")}
    found = yardsticks(result.tables["unit_figures"]).set_index("figure")
    assert found["value"].to_dict() == {key: float(item["value"]) for key, item in marked.items()}
    assert len(marked) > 2 and found["publisher"].tolist() == [item["publisher"] for item in marked.values()]


def test_unit_figures_are_summed_up_as_they_are_listed(result: Result, library: Library) -> None:
    summary = result.tables["unit_figure_summary"].iloc[0]
    listed = [count(content, "figures") for content in (
        {case: content["resources"] for case, content in library.cases.items()},
        {model: content["inputs"] for model, content in library.models["models"].items()},
        [library.criteria[block] for block in ("prices", "relief", "wages")],
    )]  # fmt: skip
    assert summary["used"] == sum(listed) == len(result.tables["inputs_published"])
    assert summary["figures"] == len(library.unit_figures["figures"])
    used = result.tables["inputs_published"]
    assert used["value"].to_numpy() == pytest.approx(used["published"].to_numpy(), rel=0.01)


def test_lights_and_nearest_towns_are_those_of_their_parts(result: Result, library: Library) -> None:
    transfer, peers = result.tables["transfer"], result.tables["peers"]
    models = set(library.towns.values())
    near = transfer[transfer["case"] == "herten"].set_index("ags")["nearest"].dropna()
    for ags in ("05111000", "05954024", "05370032"):
        listed = [
            peer for peer in peers[peers["ags"] == ags].sort_values("rank")["peer"] if peer not in models
        ]
        assert near[ags].split("; ") == listed[:3]
    counted = result.tables["feasibility_counts"]
    by_hand = Counter(
        zip(transfer["case"], transfer["feasibility_light"], transfer["feasibility_reason"], strict=True)
    )
    assert {(r.case, r.light, r.reason): r.units for r in counted.itertuples()} == by_hand
    winners = result.tables["verdict"].set_index("case")["base_winner"]
    assert (transfer["model"] == transfer["case"].map(winners)).all()


def test_the_example_of_actors_is_summed_up_from_its_own_tables(library: Library) -> None:
    found = stakeholder_tables(library.stakeholders)
    for place, group in library.stakeholders["places"].items():
        summary = found["stakeholder_summary"].set_index("case").loc[place]
        assert summary["actors"] == len(group["ratings"])
        weights = found["preference_weights"].query("case == @place and actor in @group['judgements']")
        ranks = weights.pivot_table(index="actor", columns="criterion", values="weight").rank(axis=1)
        m, n = ranks.shape
        spread = ((ranks.sum() - ranks.sum().mean()) ** 2).sum()
        ties = sum(k**3 - k for _, row in ranks.iterrows() for k in Counter(row).values())
        assert summary["kendalls_w"] == pytest.approx(12 * spread / (m**2 * (n**3 - n) - m * ties))
        links = pd.DataFrame(group["influence"], columns=["source", "target", "weight"])
        sent = found["actors"].query("case == @place").set_index("actor")["influence_out"]
        assert sent[sent > 0].to_dict() == links.groupby("source")["weight"].sum().to_dict()


def test_own_cases_hold_every_condition_as_the_files_state_it(library: Library) -> None:
    found = own_cases(library).set_index(["case", "condition"])
    stated = {
        (c, name): item
        for c, content in library.cases.items()
        for name, item in content["conditions"].items()
    }
    assert found["state"].to_dict() == {key: item["state"] for key, item in stated.items()}
    assert found["source"].dropna().to_dict() == {
        key: item["source"] for key, item in stated.items() if "source" in item
    }
