"""An own case study in the own report: what its file states beside the others, cost beside the room, nothing rated."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from dewak_research.cases.compare import model_ranges
from dewak_research.cases.cost import expected_cost
from dewak_research.cases.library import Library, library_of
from dewak_research.data.case_files import read_case_files
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES
from dewak_research.own.case_page import case_page
from dewak_research.own.case_study import CONDITIONS, NEEDS, OwnCase, own_case
from dewak_research.own.plan import plan_frame
from dewak_research.own.plan_overview import Overview, overview
from dewak_research.own.report import build_own_report
from dewak_research.own.safety import CASE_NAME
from dewak_research.own.stress import run_own_stress
from dewak_research.paths import CASES
from dewak_research.rules import rule_set
from own import musterstadt

KEY = musterstadt.KEY
EXAMPLE = (CASES / "examples" / "musterstadt.yaml").read_text(encoding="utf-8")
RATING = ("Rang ", "Punktzahl", "empfehl", "am besten", "recommend", "score")
RULES = rule_set("go_nrw_2024")


@pytest.fixture(scope="module")
def library() -> Library:
    return library_of(read_case_files())


def put(own: Path, *changes: tuple[str, str], key: str = KEY) -> Path:
    """Put the example beside the workbook, as this town's."""
    text = EXAMPLE.replace('ags: "00000000"', f'ags: "{key}"')
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    path = own / key / CASE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(library: Library, tmp_path_factory: pytest.TempPathFactory) -> OwnCase:
    own = tmp_path_factory.mktemp("own")
    put(own)
    study = own_case(KEY, library, 2_000, 7, own)
    assert study is not None
    return study


@pytest.fixture(scope="module")
def plan() -> Overview:
    contents = musterstadt.contents()
    frame = plan_frame(contents.figures)
    seen = overview(frame, run_own_stress(frame, "nrw"), load_none())
    assert seen is not None
    return seen


def load_none():  # type: ignore[no-untyped-def]
    import pandas as pd

    return pd.DataFrame(columns=["name", "amount_eur", "first_year", "full_year"])


def test_needs_and_conditions_are_those_of_the_files(found: OwnCase) -> None:
    files = {"own": yaml.safe_load(EXAMPLE)}
    files |= {
        name: yaml.safe_load((CASES / f"{name}.yaml").read_text("utf-8"))
        for name in ("herten", "grundschoettel")
    }
    assert set(found.towns) == set(files) and next(iter(found.towns)) == "own"
    needs = found.needs.set_index(["case", "need"])
    states = found.conditions.set_index(["case", "condition"])["state"]
    for case, file in files.items():
        for need in NEEDS:
            item = file["resources"][need]
            assert needs.loc[(case, need), ["low", "value", "high"]].tolist() == [
                item["low"],
                item["value"],
                item["high"],
            ]
            assert needs.loc[(case, need), "assumed"] == ("assumption" in item)
        assert [states[case, name] for name in CONDITIONS] == [
            file["conditions"][n]["state"] for n in CONDITIONS
        ]


def test_cost_of_each_model_is_that_of_the_chapter_on_the_own_needs(library: Library, found: OwnCase) -> None:
    """The example is in the library, too: the modal cost lies within the range, and the order is that of the models."""
    assert found.costs["model"].tolist() == list(library.models["models"])
    for row in found.costs.to_dict("records"):
        usual = expected_cost(model_ranges(library, "musterstadt", row["model"]))
        assert (
            row["low_eur"] < usual < row["high_eur"] and row["low_eur"] < row["value_eur"] < row["high_eur"]
        )
    staff, rooms = 1.0, 200 * 120
    price = library.criteria["prices"]["fte_cost_eur"]["value"]
    first = library.models["models"]["A1"]["inputs"]
    by_hand = staff * price + rooms * first["room_share"]["value"] + 12_000 + first["overhead_eur"]["value"]
    assert found.costs.loc[0, "value_eur"] == pytest.approx(by_hand, rel=0.25)


@pytest.mark.parametrize("language", ["de", "en"])
def test_cost_stands_per_head_beside_what_the_plan_bears(found: OwnCase, plan: Overview, language) -> None:  # type: ignore[no-untyped-def]
    part = case_page(found, plan, RULES, language)["case_parts"][2]
    value = found.costs.loc[0, "value_eur"]
    each = f"{value / musterstadt.HEADS[2024]:.2f}"
    assert part["rows"][0][3] == (each.replace(".", ",") if language == "de" else each)
    assert part["rows"][0][4].startswith(f"{100 * value / plan.bearable_eur:.0f}")
    worse = replace(plan, bearable_eur=0.0)
    shown = case_page(found, worse, RULES, language)["case_parts"][2]
    assert shown["rows"][0][4] == "–" and ("nichts" in shown["lines"][1] or "nothing" in shown["lines"][1])
    unknown = case_page(found, replace(plan, bearable_eur=float("nan"), heads=float("nan")), RULES, language)[
        "case_parts"
    ][2]
    assert len(unknown["head"]) == 4 and unknown["rows"][0][3] == "–"
    assert not any(word in str(case_page(found, None, RULES, language)) for word in RATING)


def test_a_town_of_the_library_stands_beside_the_others_only(library: Library) -> None:
    herten = own_case("05562020", library, 200, 7, Path("/nonexistent"))
    assert herten is not None and list(herten.towns) == ["own", "grundschoettel"]
    assert herten.content["id"] == "herten"
    assert own_case("05911000", library, 200, 7, Path("/nonexistent")) is None


def test_an_unknown_need_leaves_out_the_cost_and_says_so(library: Library, tmp_path: Path) -> None:
    put(tmp_path, ("rooms_m2: {low: 150, value: 200, high: 260,", "rooms_m2: {value: null,"))
    study = own_case(KEY, library, 200, 7, tmp_path)
    assert study is not None and study.costs.empty and np.isnan(study.needs.loc[1, "value"])
    parts = case_page(study, None, RULES, "de")["case_parts"]
    assert (
        parts[2]["rows"] == []
        and "nicht bekannt" in parts[2]["lines"][0]
        and parts[0]["rows"][1][1] == "keine Angabe"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ((f'ags: "{KEY}"', 'ags: "05562020"'), "05562020"),
        (("actors:", "akteure:"), "akteure"),
        (("kind: case", "kind: criteria"), ""),
    ],
)
def test_a_wrong_file_is_named_with_its_line(
    library: Library, tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    put(tmp_path, change)
    with pytest.raises(InputError) as refused:
        own_case(KEY, library, 200, 7, tmp_path)
    shown = " ".join(f"{one.where} {one.what.de}" for one in refused.value.problems)
    assert said in shown and f"{CASE_NAME}" in shown


def test_an_address_that_is_none_of_the_web_is_no_link(found: OwnCase) -> None:
    sources = {
        "S1": {"title": "<b>x</b>", "link": "javascript:alert(1)"},
        "S2": {"title": "y", "link": "https://a.de"},
    }
    page = case_page(replace(found, content={**found.content, "sources": sources}), None, RULES, "de")
    assert page["case_sources"] == [("S1", "<b>x</b>", ""), ("S2", "y", "https://a.de")]


def test_the_report_has_the_page_only_with_a_file(tmp_path: Path) -> None:
    musterstadt.write(tmp_path)
    folder = build_own_report(KEY, own=tmp_path).parents[1]
    assert not (folder / "de" / "case.html").exists()
    assert "case.html" not in (folder / "de" / "index.html").read_text("utf-8")
    put(tmp_path)
    build_own_report(KEY, own=tmp_path)
    for language, words in (("de", "Was der Ort braucht"), ("en", "What the place needs")):
        html = (folder / language / "case.html").read_text("utf-8")
        assert words in html and "Herten" in html and 'href="transfer.html"' in html
        assert 'href="case.html"' in (folder / language / "transfer.html").read_text("utf-8")
    assert (folder / "tables" / "case_costs.csv").is_file()


@pytest.mark.parametrize(("law", "foreign"), [("nkomvg_2017", True), ("none", True), ("go_nrw_2024", False)])
def test_the_cost_stands_beside_the_room_in_the_words_of_the_law(
    found: OwnCase, plan: Overview, law: str, foreign: bool
) -> None:
    """Lower Saxony has no threshold; without a law nothing is borne up to one."""
    bearable = float("nan") if law == "none" else 0.0
    for language in LANGUAGES:
        page = case_page(found, replace(plan, bearable_eur=bearable), rule_set(law), language)
        part = page["case_parts"][2]
        said = " ".join([*part["lines"], part["note"]])
        assert bool(re.search("Schwelle|threshold", said)) != foreign
