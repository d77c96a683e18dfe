"""Documented cases, instruments and platforms from a file of a few lines, every cell known beforehand."""

from __future__ import annotations

import math
from typing import Any

from dewak_research.cases.activation import activation_frame, facts_of_activation
from dewak_research.cases.documented import documented_frame, facts_of_documented, readings_frame
from dewak_research.cases.facts import number_of, sources_frame
from dewak_research.cases.platforms import platform_tables


def both(text: str) -> dict[str, str]:
    return {"de": text, "en": f"{text} (en)"}


SOURCES = {
    "A": {"title": "first", "publisher": "house", "year": 2020, "link": "https://a.example"},
    "B": {"title": "second"},
}


def test_a_number_that_is_not_published_is_missing_and_never_0() -> None:
    assert number_of({"value": 3, "low": 0}, "value") == 3.0 and number_of({"low": 0}, "low") == 0.0
    assert all(math.isnan(number_of(item, "value")) for item in ({}, {"value": None}))


def test_sources_without_year_and_link() -> None:
    found = sources_frame({"sources": SOURCES})
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == [
        ["A", "first", "house", 2020, "https://a.example"],
        ["B", "second", "", None, ""],
    ]


DOCUMENTED: dict[str, Any] = {
    "sources": SOURCES,
    "families": {"bank": both("time bank")},
    "units": {"eur": both("€")},
    "cases": {
        "one": {
            "name": both("One"), "place": both("Here"), "family": "bank", "country": "DE", "ags": "05111000",
            "start": 1991, "last_evidence": 2020, "ended": {"text": both("over"), "source": "A"},
            "funding": [
                {"what": both("grant"), "value": 5, "unit": "eur", "year": 2019, "source": "A", "also": ["B"]},
                {"what": both("gift"), "low": 1, "high": 2, "unit": "eur", "source": "B"},
            ],
            "conditions": {
                "OUT": {"state": "no", "why": both("ended"), "source": "A"},
                "FIN": {"state": "yes", "why": both("gifts"), "source": "B", "also": ["A"]},
            },
        },
        "other": {
            "name": both("Other"), "place": both("There"), "family": "bank", "country": "CH",
            "legal_form": both("association"),
        },
    },
}  # fmt: skip


def test_documented_cases_cell_by_cell() -> None:
    found = documented_frame(DOCUMENTED).set_index("documented")
    shown = ["name_en", "family_de", "family", "country", "ags", "kreis", "start", "ended", "outcome"]
    assert found.loc["one", shown].tolist() == [
        "One (en)", "time bank", "bank", "DE", "05111000", "05111", 1991, True, "no",
    ]  # fmt: skip
    other = found.loc["other"]
    assert (other["legal_form_en"], other["outcome"], other["ended"]) == (
        "association (en)",
        "unknown",
        False,
    )
    assert other[["ags", "kreis", "start", "last_evidence"]].isna().all()
    assert found.loc["one", "legal_form_de"] == ""


def test_published_facts_stand_in_the_order_of_their_blocks() -> None:
    found = facts_of_documented(DOCUMENTED)
    assert found[["documented", "block", "text_de"]].to_numpy().tolist() == [
        ["one", "funding", "grant"], ["one", "funding", "gift"], ["one", "ended", "over"],
    ]  # fmt: skip
    assert found["source"].tolist() == ["A; B", "B", "A"] and found["unit_en"].tolist() == [
        "€ (en)",
        "€ (en)",
        "",
    ]
    assert found["value"].fillna(-1).tolist() == [5, -1, -1] and found["high"].fillna(-1).tolist() == [
        -1,
        2,
        -1,
    ]


def test_what_no_fact_tells_is_unknown() -> None:
    found = readings_frame(DOCUMENTED).set_index(["documented", "condition"])
    assert len(found) == 12
    assert found.loc[("one", "FIN"), ["state", "why_de", "source"]].tolist() == ["yes", "gifts", "B; A"]
    untold = found.drop([("one", "OUT"), ("one", "FIN")])
    assert set(untold["state"]) == {"unknown"} and set(untold["source"]) == {""}


FIGURES = {
    "agency": {"what": both("budget"), "value": 50, "unit": both("€/a"), "year": 2019, "title": "survey",
               "publisher": "office", "computed": True},
}  # fmt: skip
INSTRUMENTS: dict[str, Any] = {
    "sources": SOURCES,
    "units": {"eur_year": both("€"), "years": both("years")},
    "instruments": {
        "bank": {
            "name": both("bank"), "does": both("swaps"),
            "sector": {"sectors": ["citizens", "state"], "assumption": True},
            "serves": {"meets": ["youth_work", "open_elderly"], "source": "A"},
            "law": {"state": "no", "why": both("binds"), "assumption": True},
            "lead_time": {"what": both("until"), "low": 1, "high": 3, "unit": "years", "assumption": True},
            "cost": {"figure": "agency", "unit": "eur_year"},
            "cases": ["one", "other"],
        },
        "fund": {"name": both("fund"), "does": both("gives"), "sector": {"sectors": ["market"], "source": "B"}},
    },
}  # fmt: skip


def test_instruments_cell_by_cell() -> None:
    found = activation_frame(INSTRUMENTS, FIGURES).set_index("instrument")
    bank = found.loc["bank"]
    assert (bank["sector"], bank["sectors"], bank["services"]) == (
        "citizens", "citizens; state", "youth_work; open_elderly",
    )  # fmt: skip
    assert bank[["lead_time_low_years", "lead_time_years", "lead_time_high_years"]].tolist() == [1, 3, 3]
    assert bank[["cost_low_eur", "cost_eur", "cost_high_eur"]].tolist() == [50, 50, 50]
    assert (bank["cost_per"], bank["cost_year"], bank["cost_assumed"]) == ("year", 2019, False)
    assert (bank["hsk_compatible"], bank["hsk_assumed"], bank["services_assumed"]) == ("no", True, False)
    fund = found.loc["fund"]
    assert (fund["hsk_compatible"], fund["cost_per"], fund["cases"]) == ("unknown", "", "")
    assert fund[["cost_eur", "lead_time_years", "hours_mobilised", "cost_year"]].isna().all()
    assert not fund[["sector_assumed", "hsk_assumed", "lead_time_assumed"]].any()


def test_facts_of_instruments_name_their_figure() -> None:
    found = facts_of_activation(INSTRUMENTS, FIGURES).set_index("block")
    assert list(found.index) == ["lead_time", "cost"]
    assert found.loc["cost", ["text_de", "value", "unit_de", "title", "figure"]].tolist() == [
        "budget", 50, "€/a", "survey", "agency",
    ]  # fmt: skip
    assert found["assumed"].to_dict() == {"lead_time": True, "cost": False}
    assert found["computed"].to_dict() == {"lead_time": False, "cost": True}


def test_platforms_by_the_names_of_their_fields() -> None:
    found = platform_tables(
        {
            "sources": SOURCES,
            "fields": {"seats": both("seats"), "place": both("place")},
            "platforms": {
                "p": {"name": both("P"), "place": both("X"), "facts": [{"text": both("free"), "source": "A"}],
                      "calls": {"fields": {"place": "ort"}, "source": "B"}},
                "q": {"name": both("Q"), "place": both("Y"), "facts": []},
            },
        }
    )  # fmt: skip
    assert found["platform_fields"][["field", "platform", "theirs", "source"]].to_numpy().tolist() == [
        ["place", "p", "ort", "B"]
    ]
    assert found["platforms"]["platform"].tolist() == ["p", "q"] and found["platform_facts"][
        "title"
    ].tolist() == ["first"]
