"""Instruments: every number has its source or is called an assumption, names what it says, and bad input is told."""

import re
import shutil
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from dewak_research import cli
from dewak_research.cases.activation import COLUMNS, activation_tables, reference_problems
from dewak_research.cases.check import problems_in
from dewak_research.cases.library import Library, library_of
from dewak_research.cases.platforms import platform_tables
from dewak_research.data.case_files import read_case_files
from dewak_research.documents import read_document
from dewak_research.paths import CASES
from dewak_research.planning.rates import SERVICES

CONTRIBUTING = Path(__file__).resolve().parents[2] / "CONTRIBUTING.md"


@pytest.fixture(scope="module")
def tables(library: Library) -> dict[str, pd.DataFrame]:
    return activation_tables(library)


def test_instruments_named_in_the_plan_are_there(tables: dict[str, pd.DataFrame]) -> None:
    wanted = {"citizen_budget", "disposition_fund", "volunteer_agency", "time_bank", "district_manager", "repair_cafe",
              "learning_support", "community_foundation", "sponsoring", "ppp", "impact_bond"}  # fmt: skip
    assert wanted <= set(tables["activation"]["instrument"]) and tables["activation"]["instrument"].is_unique


def test_every_fact_is_published_or_an_assumption(tables: dict[str, pd.DataFrame]) -> None:
    facts = tables["activation_facts"]
    published = (facts[["source", "case", "figure"]] != "").any(axis=1)
    assert (published != facts["assumed"]).all()
    assert (facts[["text_de", "text_en"]] != "").all(axis=None)
    summary = tables["activation_summary"].iloc[0]
    assert summary["published"] + summary["assumed"] == summary["facts"] == len(facts)


def test_money_and_hours_are_never_assumed(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["activation"]
    assert not table[["cost_assumed", "eur_assumed", "hours_assumed", "persons_assumed"]].any(axis=None)
    judged = table["hsk_compatible"] != "unknown"
    assert (table.loc[judged, ["hsk_why_de", "hsk_why_en"]] != "").all(axis=None)
    assert table["sector_assumed"].all() and table.loc[judged, "hsk_assumed"].sum() >= judged.sum() - 1


def test_notional_hours_of_grant_law_are_no_money(tables: dict[str, pd.DataFrame]) -> None:
    row = tables["activation"].set_index("instrument").loc["grant_hours"]
    assert np.isnan(row["eur_mobilised"]) and np.isnan(row["hours_mobilised"]) and row["eur_per"] == ""


def test_ranges_and_single_numbers(tables: dict[str, pd.DataFrame]) -> None:
    table = tables["activation"].set_index("instrument")
    assert table.loc["volunteer_agency", list(COLUMNS["cost"])].tolist() == [50_000, 50_000, 50_000]
    assert table.loc["action_fund", list(COLUMNS["cost"])].tolist() == [5_000, 10_000, 10_000]
    assert np.isnan(table.loc["citizens_shares", "eur_mobilised"])
    assert table.loc["citizens_shares", "lead_time_years"] == 3  # only a range is published: the longer end
    assert table.loc["ppp", ["lead_time_years", "cost_eur"]].isna().all()
    for low, middle, high in COLUMNS.values():
        known = table[[low, middle, high]].dropna()
        assert (known[low] <= known[middle]).all() and (known[middle] <= known[high]).all()


def test_a_figure_brings_its_own_words_number_and_source(
    library: Library, tables: dict[str, pd.DataFrame]
) -> None:
    figure = library.unit_figures["figures"]["fa_budget_median"]
    facts = tables["activation_facts"].query("block == 'cost'").set_index("instrument")
    cost = facts.loc["volunteer_agency"]
    assert (cost["text_de"], cost["value"], cost["unit_de"]) == (figure["what"]["de"], figure["value"], "€/a")
    assert (cost["title"], cost["year"]) == (figure["title"], figure["year"])


def test_services_are_those_of_the_plan(tables: dict[str, pd.DataFrame]) -> None:
    listed = tables["activation_services"]["service"]
    assert set(listed) <= set(SERVICES)
    named = set("; ".join(tables["activation"]["services"]).split("; ")) - {""}
    assert named == set(listed)
    assert tables["activation"].set_index("instrument").loc["ppp", "services"] == ""


def test_names_agree_with_the_financing_instruments(library: Library) -> None:
    own = {key: entry["name"] for key, entry in library.activation["instruments"].items()}
    other = {item["id"]: item["name"] for item in library.models["instruments"]}
    shared = set(own) & set(other)
    assert {"disposition_fund", "community_foundation", "time_bank", "rooms_in_kind", "ppp"} <= shared
    for key in shared:
        assert own[key]["de"].casefold() == other[key]["de"].casefold(), key


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("low: 0.5, value: 1, high: 2, unit: years", "low: -0.5, value: 1, high: 2, unit: years", "0 or more"),
        ("low: 0.5, value: 1, high: 2, unit: years", "low: 3, value: 1, high: 2, unit: years", "not in order"),
        ("[market, citizens, state]", "[market, citizen, state]", "one of: 'citizens'"),
        ("case: samtweberei}", "case: samtweberi}", "“samtweberei”"),
        ("cases: [samtweberei]", "cases: [samtwebere]", "“samtweberei”"),
        ("{figure: fa_cost_per_placement}", "{figure: fa_cost_placement}", "fa_cost_per_placement"),
        ("{figure: disposition_fund_share}", "{figure: disposition_fund_share, value: 3}", "of its own"),
        ("{figure: fa_budget_median, unit: eur_year}", "{figure: fa_placements, unit: eur_year}", "Personen"),
        ("value: 2500, unit: hours_year", "value: 2600, unit: hours_year", "does not state the number 2600"),
        ("value: 11925, ", "", "without a number"),
        ("unit: weeks", "unit: week", "weeks"),
        ("serves: {meets: [youth_work, open_elderly]", "serves: {meets: [youth_wrk, open_elderly]", "youth_work"),
        ("law: {state: depends", "law: {state: maybe", "'depends'"),
        (", source: I3}", "}", "not marked as an assumption"),
        ("source: I5}", "source: I6}", "I6"),
        ("  I41: {", "  I42: {title: x}\n  I41: {", "supports nothing"),
        ("lasting: {text", "lastin: {text", "“lasting”"),
    ],
)  # fmt: skip
def test_mistakes_are_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    path = Path(shutil.copy(CASES / "activation.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    done = CliRunner().invoke(cli.app, ["case", "check", str(path)])
    problems = done.exception.render("en") if hasattr(done.exception, "render") else done.output
    assert done.exit_code != 0 and said in problems
    assert re.search(rf"activation\.yaml:({line}|{line - 1}|{line + 1})\b", problems), problems


def test_a_platform_field_that_is_not_listed_is_told(tmp_path: Path) -> None:
    path = Path(shutil.copy(CASES / "platforms.yaml", tmp_path))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("fields: {room_area:", "fields: {room_aera:", 1), encoding="utf-8")
    (problem,) = problems_in(read_document(path))
    assert "“room_area”" in problem.render("en")


def test_platforms_hold_facts_with_sources_and_name_the_fields(library: Library) -> None:
    tables = platform_tables(library.platforms)
    assert len(tables["platforms"]) == 8
    assert set(tables["platform_facts"]["platform"]) == set(tables["platforms"]["platform"])
    assert (tables["platform_facts"]["source"] != "").all()
    respa = tables["platform_fields"].query("platform == 'respa_6aika'").set_index("field")["theirs"]
    assert respa["room_seats"] == "people_capacity" and "room_place" not in respa


def test_one_entry_makes_an_instrument(tmp_path: Path) -> None:
    recipe = CONTRIBUTING.read_text(encoding="utf-8").split("- **instrument**")[1].split("\n- **")[0]
    (entry,) = (textwrap.dedent(block) for block in re.findall(r"```yaml\n(.*?)  ```", recipe, re.DOTALL))
    shutil.copytree(CASES, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "activation.yaml"
    path.write_text(path.read_text(encoding="utf-8") + textwrap.indent(entry, "  "), encoding="utf-8")
    library = library_of(read_case_files(tmp_path))
    assert list(reference_problems(library)) == []
    table = activation_tables(library)["activation"]
    row = table.iloc[-1]
    assert len(table) == 26 and row["lead_time_assumed"] and row["hsk_compatible"] == "depends"
    assert row["cases"] == "eichstetten" and row["not_known_en"] != ""
