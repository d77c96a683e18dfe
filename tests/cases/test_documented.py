"""Documented cases: every fact has its source, unknown stays unknown, and without contrast there is no solution."""

import shutil
from pathlib import Path

import pandas as pd
import pytest

from dewak_research.cases.check import problems_in
from dewak_research.cases.documented import (
    ASKED,
    contrast_frame,
    contrast_summary,
    documented_tables,
    readings_frame,
)
from dewak_research.cases.library import Library
from dewak_research.cases.qca import truth_table, without_variation
from dewak_research.data import read_boundaries
from dewak_research.documents import read_document
from dewak_research.errors import InputError
from dewak_research.paths import CASES


@pytest.fixture(scope="module")
def tables(library: Library) -> dict[str, pd.DataFrame]:
    return documented_tables(library)


def test_thirty_two_cases_twenty_six_of_them_german(tables: dict[str, pd.DataFrame]) -> None:
    cases = tables["documented"]
    assert len(cases) == 32 and (cases["country"] == "DE").sum() == 26
    facts = tables["documented_facts"]
    assert set(facts["documented"]) == set(cases["documented"]) and (facts["source"] != "").all()
    assert facts["year"].dropna().between(1990, 2026).all()


def test_german_keys_lie_in_a_kreis_of_the_map(tables: dict[str, pd.DataFrame]) -> None:
    known = set(read_boundaries("kreise")["ags"])
    assert set(tables["documented"]["kreis"].dropna()) <= known


def test_every_state_has_a_fact_or_is_unknown(tables: dict[str, pd.DataFrame]) -> None:
    read = tables["documented_conditions"]
    assert len(read) == 32 * len(ASKED)
    told = read["source"] != ""
    assert (read.loc[~told, "state"] == "unknown").all()
    assert (read.loc[told, ["why_de", "why_en"]] != "").all(axis=None)
    assert tables["contrast_summary"]["argued"].item() >= 12


def test_no_solution_from_our_cases(tables: dict[str, pd.DataFrame]) -> None:
    summary = tables["contrast_summary"].iloc[0]
    assert not summary["solvable"] and summary["ended"] >= 1
    assert set(summary["fixed"].split("; ")) == set(ASKED)
    assert not tables["contrast"]["varies"].any()


def readings(**states: str) -> pd.DataFrame:
    rows = [(f"c{i}", name, word) for name, text in states.items() for i, word in enumerate(text.split())]
    return pd.DataFrame(rows, columns=["documented", "condition", "state"])


def test_contrast_counts_only_where_the_outcome_is_known() -> None:
    table = readings(OUT="yes no unknown", POL="yes no no", TRAEGER="yes yes no", FIN="unknown unknown unknown",
                     RAUM="yes unknown no", NOHSK="no no no")  # fmt: skip
    found = contrast_frame(table).set_index("condition")
    assert found["varies"].to_dict() == {
        "POL": True,
        "TRAEGER": False,
        "FIN": False,
        "RAUM": False,
        "NOHSK": False,
    }
    assert found.loc["POL", ["yes", "no", "unknown", "yes_lasting", "no_ended"]].tolist() == [1, 2, 0, 1, 1]
    assert found.loc["RAUM", ["yes", "no", "unknown"]].tolist() == [1, 1, 1]


def test_enough_varied_complete_cases_could_be_solved() -> None:
    halves = {
        "OUT": "yes no",
        "POL": "yes no",
        "TRAEGER": "no yes",
        "FIN": "yes no",
        "RAUM": "no yes",
        "NOHSK": "yes no",
    }
    many = readings(**{name: " ".join([text] * 6) for name, text in halves.items()})
    assert contrast_summary(many)["solvable"]
    few = readings(**halves)
    assert not contrast_summary(few)["solvable"] and contrast_summary(few)["complete"] == 2


def test_cases_without_variation_have_no_truth_table() -> None:
    data = pd.DataFrame({"POL": [1.0, 0.9, 0.7], "TRAEGER": [0.2, 0.8, 0.6], "OUT": [1.0, 0.0, 0.9]})
    assert without_variation(data, ["POL", "TRAEGER"], "OUT") == ["POL"]
    for negate in (False, True):
        with pytest.raises(InputError, match="POL is the same in all cases"):
            truth_table(data, ["POL", "TRAEGER"], "OUT", negate=negate)
    assert truth_table(data, ["TRAEGER"], "OUT")["n"].sum() == 3
    with pytest.raises(InputError, match="OUT"):
        truth_table(data.assign(OUT=1.0), ["TRAEGER"], "OUT")
    assert without_variation(data.head(0), ["POL"], "OUT") == ["OUT", "POL"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("family: time_bank", "family: time_bnk", "time_bank"),
        ("unit: eur_hour", "unit: eur_huor", "eur_hour"),
        ("last_evidence: 2023", "last_evidence: 1990", "1990"),
        ("last_evidence: 2023", "last_evidence: 2099", "2099"),
        ("last_evidence: 2023", "last_evidence: 1992", "OUT is yes"),
        ("country: CH", 'ags: "08426097"\n    country: CH', "German municipality key"),
        ("source: S_RIED_3}", "source: S_RIED_9}", "S_RIED_9"),
        ("also: [S_RIED_7]", "also: [S_RIED_8]", "S_RIED_8"),
        (", source: S_RIED_3}", ", assumption: true}", "assumption"),
        ("  S_RIED_1: {", "  S_NEW: {title: x}\n  S_RIED_1: {", "supports nothing"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = Path(shutil.copy(CASES / "documented.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = problems_in(read_document(path))
    assert any(said in problem.render("en") for problem in problems), [p.render("en") for p in problems]


def test_readings_do_not_depend_on_the_order_of_conditions(library: Library) -> None:
    assert list(readings_frame(library.documented)["condition"].unique()) == list(ASKED)
