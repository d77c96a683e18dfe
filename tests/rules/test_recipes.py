"""The recipes of CONTRIBUTING for a rule year and an episode, carried out: at most three files each."""

from __future__ import annotations

from importlib.resources import files

import numpy as np
import pytest

from dewak_research.errors import InputError
from dewak_research.rules import land, lands, rule_set
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.scenarios import changes, scenarios


def all_rule_sets():
    return tuple(name for key in lands() for name in land(key).rule_sets)


def text_of(name: str) -> str:
    return (files("dewak_research.rules") / f"{name}.yaml").read_text(encoding="utf-8")


def replaced(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def test_a_rule_year_takes_values_rule_set_and_source(added):
    law = text_of("land/05/budget_law")
    law = replaced(
        law,
        "{valid_from: 2024, valid_to: null, value: 3, source: [S30, S34, S35], tag: V, verified: true,",
        "{valid_from: 2027, valid_to: null, value: 5, source: [S900], tag: V, verified: true}\n"
        "      - {valid_from: 2024, valid_to: 2026, value: 3, source: [S30, S34, S35], tag: V, verified: true,",
    )
    index = replaced(
        text_of("land/05/land"), "{valid_from: 2024, valid_to: null,", "{valid_from: 2024, valid_to: 2026,"
    )
    index += (
        "  go_nrw_2027: {valid_from: 2027, valid_to: null, law: budget_law, source: [S900], tag: V, verified: true,\n"
        '    title: {de: "GO NRW ab 2027", en: "GO NRW from 2027"}}\n'
    )
    added("land/05/budget_law", law)
    added("land/05/land", index)
    added("land/05/sources", text_of("land/05/sources") + 'S900: {kind: law, name: "4. NKFWG", url: null}\n')
    assert rule_set(2026).name == "go_nrw_2024"
    assert (rule_set(2027).name, rule_set(2027).carry_forward_years) == ("go_nrw_2027", 5)
    assert (rule_set(2026).carry_forward_years, rule_set(2027).n1_share) == (3, 0.25)
    assert rule_set(2027).values["carry_forward_years"].sources[0].name["de"] == "4. NKFWG"
    assert {"go_nrw_2027", "none"} < set(all_rule_sets())
    assert [v.value for v in land("05").values("budget_law") if v.key == "carry_forward_years"] == [0, 5, 3]


def test_an_episode_takes_one_file(added):
    before = {s.name for s in scenarios()}
    added(
        "scenarios/DROUGHT2030",
        "extends: GFK2009\n"
        'title: {de: "Dürre 2030", en: "Drought of 2030"}\n'
        'reference: {de: "erdacht", en: "made up"}\n'
        'source: ["METHODS"]\n'
        "tag: P\nverified: false\n"
        "level:\n  sach: [0.1]\n",
    )
    found = {s.name: s for s in scenarios()}
    assert set(found) - before == {"DROUGHT2030"}
    drought = found["DROUGHT2030"]
    assert not drought.own
    change = changes(drought, np.zeros((1, len(KEYS))), 3)
    assert change[:, 0, POSITION["sach"]].tolist() == [0.1, 0.1, 0.1]
    assert change[0, 0, POSITION["gewst"]] == pytest.approx(-0.21)


def test_an_episode_with_a_fault_is_one_clear_error(added):
    added(
        "scenarios/FAULTY",
        'title: {de: "x", en: "x"}\nreference: {de: "x", en: "x"}\nauthor: me\nsource: ["METHODS"]\n'
        "tag: P\nverified: false\nlevel:\n  gewts: [0.1]\n",
    )
    with pytest.raises(InputError, match="gewts"):
        scenarios()
