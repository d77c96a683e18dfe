"""A Land is one folder: what it takes (recipe of CONTRIBUTING), what it gives, what is said if it does not fit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from dewak_research.data.catalogue import catalogue, table
from dewak_research.errors import InputError
from dewak_research.own.template import load_template
from dewak_research.paths import ROOT
from dewak_research.rules import (
    HOME,
    NEUTRAL,
    land,
    land_of,
    land_with,
    lands,
    rule_set,
    values,
)
from dewak_research.stress.deficit_test import Stocks, deficit_test
from dewak_research.stress.plan_test import plan_test
from dewak_research.stress.transmission import Gfg, Maturities


def all_rule_sets():
    return tuple(name for key in lands() for name in land(key).rule_sets)


INDEX = """
key: "99"
rules: toy
title: {de: Spielland, en: Toyland}
levels: [gemeinde, kreis]
associations: {}
tables: {tax_panel: kreise_panel}
layout: "99"
rule_sets:
  toy_2020: {valid_from: 2020, valid_to: null, law: budget_law, source: [T1], tag: V, verified: true,
    title: {de: "Spielordnung", en: "Toy code"}}
"""
SOURCES = 'T1: {kind: law, name: "Spielordnung", url: null}\n'
LAW = """
subject: budget_law
title: {de: "Haushaltsrecht Spielland", en: "Budget law of Toyland"}
parameters:
  reserve_cap:
    title: {de: "Obergrenze", en: "Cap"}
    unit: kind
    values: [{valid_from: 2020, valid_to: null, value: no_cap, source: [T1], tag: V, verified: true}]
  n1_share:
    title: {de: "Schwelle eines Jahres", en: "Line of one year"}
    unit: share
    values: [{valid_from: 2020, valid_to: null, value: 0.4, source: [T1], tag: V, verified: true}]
  n2_share:
    title: {de: "Schwelle zweier Jahre", en: "Line of two years"}
    unit: share
    values: [{valid_from: 2020, valid_to: null, value: 0.1, source: [T1], tag: V, verified: true}]
"""
LINES = """
result_plan:
  unit: EUR
  lines:
    - {id: "01", de: Erträge, en: Income, need: required}
    - {id: "02", de: Aufwendungen, en: Costs, need: required}
    - {id: "03", de: Ergebnis, en: Result, need: sum, sign: any, plus: ["01"], minus: ["02"]}
finance_plan: {unit: EUR, lines: [{id: "01", de: Einzahlungen, en: Receipts, need: optional}]}
balance: {unit: EUR, lines: [{id: allgemeine_ruecklage, de: Rücklage, en: Reserve, need: required, sign: any}]}
"""
FILES = {"land": INDEX, "sources": SOURCES, "budget_law": LAW, "lines": LINES}


@pytest.fixture
def toyland(added: Callable[[str, str], None]) -> Callable[[str, str], None]:
    """The four files of the recipe, in a folder outside the package; returns a function that changes one."""
    for name, text in FILES.items():
        added(f"land/99/{name}", text)
    return added


def test_the_recipe_of_a_new_land_takes_one_folder(toyland):
    assert lands()[-2:] == ("99", NEUTRAL)
    assert set(lands()) > {HOME, "99", NEUTRAL}
    assert land("99").title.de == "Spielland"
    assert "toy_2020" in all_rule_sets()
    assert land_of("99123456").key == land_of("99123").key == land_with("toy").key == "99"


def test_a_plan_is_tested_by_the_law_of_the_new_land(toyland):
    plan = pd.DataFrame({"year": [2026, 2027, 2028], "result_eur": [-30.0, -12.0, -8.0]})
    rules = land("99").rule_set(2026)
    tested = plan_test(plan, rules, 0.0, 100.0)
    assert tested["n1"].tolist() == [False, False, False]
    assert tested["n2"].tolist() == [False, True, True]
    at_home = plan_test(plan, land(HOME).rule_set(2026), 0.0, 100.0)
    assert at_home["n1"].tolist() == [True, False, False]
    assert rules is rule_set("toy_2020")
    assert rules.values["n1_share"].sources[0].name["en"] == "Spielordnung"


def test_the_workbook_has_the_lines_and_the_law_of_the_new_land(toyland):
    template = load_template("99")
    assert list(template.grids["result_plan"]) == ["01", "02", "03"]
    assert template.grids["result_plan"]["03"].minus == ("02",)
    assert "einwohner" in template.grids["population"]
    assert template.rules_of("Toyland") == "toy"
    assert list(load_template().grids["result_plan"])[:2] == ["01", "02"]
    assert len(load_template().grids["result_plan"]) > 26


DEFICIT_LAW = """
subject: budget_law
title: {de: "Haushaltsrecht Spielland", en: "Budget law of Toyland"}
parameters:
  each_result_balanced:
    title: {de: "Beide Ergebnisse ausgeglichen", en: "Both results balanced"}
    unit: flag
    values: [{valid_from: 2020, valid_to: null, value: true, source: [T1], tag: V, verified: true}]
  later_cover_years:
    title: {de: "Ausgleich nach Jahren", en: "Made up for within years"}
    unit: years
    values: [{valid_from: 2020, valid_to: null, value: 1, source: [T1], tag: V, verified: true}]
"""


def test_a_law_that_asks_whether_a_deficit_is_covered_takes_the_same_folder(toyland):
    toyland("land/99/budget_law", DEFICIT_LAW)
    rules = land("99").rule_set(2026)
    assert (rules.tests_deficit, rules.has_ladder, rules.knows_duty) == (True, False, True)
    assert not rules.cross_cover and not rules.hsk_if_overindebted
    path, before = np.array([-2.0, 1.0, 1.0]), Stocks.of(0.0, 5.0, 0.0, 100.0)
    found = deficit_test(path, np.zeros(3), before, rules)
    # one year is too short, and the other reserve does not help
    assert found.not_balanced.tolist() == [True, False, False]
    toyland("land/99/budget_law", DEFICIT_LAW.replace("value: 1,", "value: 2,"))
    assert not deficit_test(path, np.zeros(3), before, land("99").rule_set(2026)).not_balanced.any()


def test_a_sheet_may_stand_for_that_of_another_land(toyland):
    toyland(
        "land/99/lines",
        LINES.split("finance_plan")[0] + 'finance_plan: {unit: EUR, like: "05", numbered: false}',
    )
    toyland("land/99/land", INDEX.replace('layout: "99"', 'layout: "99"\nlike: "05"'))
    lines = load_template("99").grids["finance_plan"]
    assert list(lines) == list(load_template().grids["finance_plan"])
    assert {line.number for line in lines.values()} == {""}
    assert land("99").part("accounts") == land(HOME).part("accounts")
    assert load_template("99").grids["result_plan"]["01"].number == "01"


def test_the_thresholds_of_nrw_are_in_no_other_law():
    for key in set(lands()) - {HOME}:
        for name in land(key).rule_sets:
            rules = land(key).rule_set(name)
            assert (rules.n1_share, rules.n2_share, rules.reserve_cap) == (None, None, None)


def test_what_a_new_land_does_not_state_comes_from_the_neutral_set(toyland):
    assert Maturities.of_year(2026, "99") == Maturities.of_year(2026, NEUTRAL)
    with pytest.raises(InputError, match="equalisation"):
        Gfg.of_year(2026, "99")
    with pytest.raises(InputError, match=r"land/99/accounts\.yaml"):
        land("99").part("accounts")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (("levels", "levls"), "levls"),
        (('key: "99"', "key: 99"), "land/99/land.yaml: key"),
        (('key: "99"', 'key: "98"'), "called “99”"),
        (("rules: toy", "rules: Toy 1"), "land/99/land.yaml: rules"),
        (("[gemeinde, kreis]", "[gemeinde, dorf]"), "levels"),
        (("[gemeinde, kreis]", "[]"), "levels"),
        (("en: Toyland", "fr: Jouet"), "title"),
    ],
)
def test_an_index_that_does_not_fit_is_one_clear_error(toyland, damage, said):
    toyland("land/99/land", INDEX.replace(*damage))
    with pytest.raises(InputError) as caught:
        land("99")
    assert said in caught.value.render("en")
    assert caught.value.render("de") != caught.value.render("en")


def test_a_land_that_is_not_stored_is_named():
    with pytest.raises(InputError, match=", ".join(lands())):
        land("16")
    assert land_of("16077001").key == NEUTRAL
    assert land_of("musterstadt").key == NEUTRAL


def test_the_neutral_set_knows_cash_and_debt_only():
    neutral = land(NEUTRAL)
    assert neutral.rule_set(1999) is neutral.rule_set(2030) is rule_set("none")
    tested = plan_test(pd.DataFrame({"year": [2026], "result_eur": [-50.0]}), rule_set("none"), 0.0, 100.0)
    assert tested["n1"].isna().all()
    assert tested["allgemeine_ruecklage_eur"].tolist() == [50.0]
    assert Maturities.of_year(2026, NEUTRAL) == Maturities.of_year(2026)


def test_names_are_unique_across_laender_and_every_index_fits():
    assert len(set(all_rule_sets())) == len(all_rule_sets())
    assert len({land(key).rules for key in lands()}) == len(lands())
    for key in lands():
        assert all(land(key).part(part) for part in ("accounts", "lines", "line_accounts"))
        for name in land(key).rule_sets:
            assert land(key).rule_set(name).name == name


def test_the_tables_of_a_land_are_in_the_catalogue():
    assert set(land(HOME).tables.values()) <= set(catalogue())
    assert not set(land(HOME).tables) & set(catalogue())


def test_code_asks_for_what_a_table_holds_and_the_land_says_which_it_is(toyland, monkeypatch):
    assert table("tax_panel").name == table("nrw_tax_panel").name == "nrw_tax_panel"
    assert table("nrw_tax_panel").role == "tax_panel"
    monkeypatch.setattr("dewak_research.data.catalogue.HOME", "99")
    assert table("tax_panel").name == "kreise_panel"
    assert table("kreise_panel").role == "tax_panel"
    with pytest.raises(InputError, match="town_age"):
        table("town_age")


def test_no_module_names_a_table_of_a_land():
    named = "|".join(map(re.escape, land(HOME).tables.values()))
    modules = sorted((ROOT / "src").rglob("*.py"))
    assert modules
    assert not [
        path.name for path in modules if re.search(rf"\b({named})\b", path.read_text(encoding="utf-8"))
    ]


def test_the_units_of_the_register_are_levels_of_the_land():
    from dewak_research.data.register import KINDS

    assert set(KINDS) < set(land(HOME).levels)


def test_a_parameter_of_a_land_is_found_by_subject():
    home = land(HOME)
    assert home.value("budget_law", "n1_share", 2024).value == 0.25
    assert home.values("no_such_subject") == ()
    assert home.values("budget_law") == values("land/05/budget_law")
    assert np.isclose(sum(home.value("equalisation", "refund_split", 2024).value), 1.0)


def test_what_a_law_does_not_state_it_does_not_ask(toyland):
    found = rule_set("toy_2020")
    about = {"name", "title", "valid_from", "valid_to", "has_ladder", "values", "law"}
    stated = {"reserve_cap": "no_cap", "n1_share": 0.4, "n2_share": 0.1}
    for field in fields(found):
        if field.name not in about:
            unstated = (None, False, 0, ())
            asked = getattr(found, field.name)
            assert asked == stated[field.name] if field.name in stated else asked in unstated, field.name
