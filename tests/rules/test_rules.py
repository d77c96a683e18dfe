import json
from importlib.resources import files
from itertools import pairwise

import jsonschema
import pytest

from dewak_research import rules
from dewak_research.errors import InputError
from dewak_research.rules import (
    HOME,
    NEUTRAL,
    document,
    documents,
    land,
    lands,
    names,
    rule_set,
    sources,
    unverified,
    value,
    values,
)


def all_rule_sets():
    return tuple(name for key in lands() for name in land(key).rule_sets)


SCHEMA = json.loads((files(rules) / "schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("name", documents())
def test_every_document_fits_the_schema(name):
    assert [e.message for e in VALIDATOR.iter_errors(dict(document(name)))] == []


def test_the_schema_refuses_what_the_house_forbids():
    good = json.loads(json.dumps(dict(document("land/05/budget_law"))))
    entry = good["parameters"]["n1_share"]["values"][0]
    for damage in (
        {"source": []},
        {"source": ["somewhere"]},
        {"tag": "K", "verified": True},
        {"note": {"de": "nur deutsch"}},
        {"valid_from": "2005"},
    ):
        good["parameters"]["n1_share"]["values"] = [{**entry, **damage}]
        assert list(VALIDATOR.iter_errors(good)), damage


@pytest.mark.parametrize("name", documents())
def test_every_value_names_a_source_that_exists(name):
    for entry in values(name):
        assert entry.sources
        for found in entry.sources:
            assert found.name
            assert found.url is None or found.url.startswith("http")


def test_every_source_has_a_name_and_is_used():
    used = {s.id for n in documents() for v in values(n) for s in v.sources}
    used |= {i for key in lands() for period in land(key).rule_sets.values() for i in period.source}
    lists = [set(document(name)) for name in names() if name.endswith("sources")]
    assert sum(len(one) for one in lists) == len(set().union(*lists)), "an id stands in two lists"
    for source_id in set().union(*lists):
        assert sources()[source_id].name
    assert used <= set().union(*lists)


@pytest.mark.parametrize("name", documents())
def test_periods_of_a_parameter_do_not_overlap(name):
    for key in {v.key for v in values(name)}:
        spans = sorted((v.valid_from or 0, v.valid_to or 9999) for v in values(name) if v.key == key)
        for (_, end), (start, _) in pairwise(spans):
            assert end < start, key


def test_rule_sets_of_nrw_have_no_gap():
    spans = [(p.valid_from, p.valid_to) for p in land("05").rule_sets.values()]
    assert [a[1] + 1 for a in spans[:-1]] == [b[0] for b in spans[1:]]
    assert spans[-1][1] is None


@pytest.mark.parametrize(
    ("year", "name", "cap", "years", "share"),
    [
        (2005, "go_nrw_2005", "opening_amount", 0, 0.0),
        (2010, "go_nrw_2005", "opening_amount", 0, 0.0),
        (2011, "go_nrw_2011", "opening_amount", 0, 0.0),
        (2012, "go_nrw_2012", "third_of_equity", 0, 0.0),
        (2019, "go_nrw_2019", "general_reserve_floor", 0, 0.01),
        (2023, "go_nrw_2019", "general_reserve_floor", 0, 0.01),
        (2024, "go_nrw_2024", "no_cap", 3, 0.02),
        (2031, "go_nrw_2024", "no_cap", 3, 0.02),
    ],
)
def test_the_law_of_a_budget_year(year, name, cap, years, share):
    found = rule_set(year)
    assert found is rule_set(year)
    assert (found.name, found.reserve_cap, found.carry_forward_years) == (name, cap, years)
    assert found.minderaufwand_cap_share == share
    assert (found.n1_share, found.n2_share) == (0.25, 0.05)
    assert rule_set(name) == found


def test_wordings_of_n3_and_the_supervisor():
    assert rule_set(2023).n3_wording == "reserve_used_up"
    assert rule_set(2024).n3_wording == "deficit_not_covered"
    assert rule_set(2024).n4_supervisor_may_demand
    assert not rule_set(2023).n4_supervisor_may_demand
    assert rule_set(2024).restoration_years == 10


@pytest.mark.parametrize(
    ("year", "scope"), [(2010, "budget_year"), (2023, "budget_year"), (2024, "plan_year")]
)
def test_n1_tests_the_plan_year_alone_since_31_december_2023(year, scope):
    assert rule_set(year).n1_scope == scope
    assert rule_set(year).values["n1_scope"].verified


@pytest.mark.parametrize("year", [2010, 2023, 2024])
def test_n3_is_dated_and_verified_and_the_duty_arises_with_the_accounts_too(year):
    found = rule_set(year)
    assert found.values["n3_wording"].verified
    assert found.duty_with_accounts


@pytest.mark.parametrize(("year", "period"), [(2010, None), (2011, 10), (2012, 10), (2026, 10)])
def test_the_restoration_period_holds_since_june_2011(year, period):
    assert rule_set(year).restoration_years == period


def test_no_share_of_equity_caps_the_reserve_before_the_first_nkfwg():
    assert rule_set(2011).reserve_cap_equity_share is None
    assert rule_set(2012).reserve_cap_equity_share == pytest.approx(1 / 3)


def test_none_knows_no_ladder():
    none = rule_set("none")
    assert not none.has_ladder
    assert none.n1_share is None
    assert all_rule_sets()[-1] == "none"


def test_a_year_before_the_law_names_what_exists():
    with pytest.raises(InputError) as caught:
        rule_set(2004)
    for language in ("de", "en"):
        shown = caught.value.render(language)
        assert "2004" in shown
        assert all(name in shown for key in (HOME, NEUTRAL) for name in land(key).rule_sets)
        assert "nkomvg_2017" not in shown  # the law of another Land is no way out


def test_a_misspelt_rule_set_names_the_nearest():
    with pytest.raises(InputError) as caught:
        rule_set("go_nrw_2042")
    assert "go_nrw_2024" in caught.value.render("en")


def test_value_errors_name_periods_or_the_nearest_parameter():
    with pytest.raises(InputError, match="2019–2023"):
        value("land/05/budget_law", "general_reserve_floor_share", 2012)
    with pytest.raises(InputError, match="2005–2023, 2024–…"):
        value("land/05/budget_law", "n3_wording")
    with pytest.raises(InputError, match="n1_share"):
        value("land/05/budget_law", "n1_shar", 2012)


def test_unverified_lists_exactly_the_unverified():
    of_law = unverified("land/05/budget_law")
    assert {(v.key, v.certainty) for v in of_law} == {("n4_supervisor_may_demand", "certainty_by_hand")}
    assumed = [v for v in unverified("land/05/equalisation") if v.certainty == "certainty_assumption"]
    assert {v.key for v in assumed} == {
        "levy_multiplier_pct",
        "fictitious_multiplier_trade_tax_pct",
        "refund_split",
        "pot_share",
        "integration_assistance_share",
    }
    assert not any(v.verified for v in unverified())
    assert all(v.tag in "DKPV" for n in documents() for v in values(n))


def test_what_is_called_verified_rests_on_a_source_and_not_on_knowledge_or_choice() -> None:
    for name in documents():
        for value_ in values(name):
            if value_.verified:
                assert value_.tag in ("V", "D"), (name, value_.key)
                assert {source.id for source in value_.sources} - {"METHODS"}, (name, value_.key)


def test_a_value_keeps_the_range_it_was_read_with():
    read = {
        entry["value"]: tuple(entry["range"])
        for parameter in document("crises")["parameters"].values()
        for entry in parameter["values"]
        if "range" in entry
    }
    assert read and all(low < high for low, high in read.values())
    assert {v.value: v.range for v in values("crises") if v.range} == read


def test_a_source_is_cited_with_its_number_if_it_has_one():
    found = sources()
    assert found["S70"].cited("en").endswith(" (S70)")
    assert found["METHODS"].cited("en") == found["METHODS"].name["en"]
