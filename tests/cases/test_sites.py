"""Criteria C7 and C8: open without a site, scored and weighed with one, in every part of the comparison."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from dewak_research.cases.compare import compare, model_tables
from dewak_research.cases.library import Library, criteria_frame
from dewak_research.cases.mcda import additive, middle, ranks
from dewak_research.cases.site_comparison import site_tables
from dewak_research.cases.siting import site_scores
from dewak_research.cases.value_of_information import information_tables
from dewak_research.chapters.cases import sites, tables
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.results import Results

TOWN = "musterstadt"


def as_case(library: Library) -> Library:
    """The example in place of the cases."""
    return replace(library, cases=library.examples, examples={})


def recount(library: Library, place: str, reach: float, detour: float) -> tuple[float, float]:
    """Persons newly within reach of a place, and per cent of them in the two neediest fifths, from the file."""
    found = library.examples[TOWN]["sites"]
    districts, places = found["districts"], found["places"]

    def way(district: str, other: str) -> float:
        a, b = districts[district], places[other]
        return detour * math.hypot(a["east_km"] - b["east_km"], a["north_km"] - b["north_km"])

    total, upto, needy = sum(d["people"] for d in districts.values()), 0.0, set()
    for key in sorted(districts, key=lambda d: -districts[d]["need"]):
        if upto + districts[key]["people"] / 2 <= 0.4 * total:
            needy.add(key)
        upto += districts[key]["people"]
    old = [key for key, item in places.items() if item["exists"] == "yes"]
    new = [key for key in districts if way(key, place) <= reach < min(way(key, one) for one in old)]
    persons = sum(districts[key]["people"] for key in new)
    poor = sum(districts[key]["people"] for key in new if key in needy)
    return persons, 100 * poor / persons if persons else 0.0


def test_scores_recounted_from_the_file(library: Library) -> None:
    found = library.examples[TOWN]["sites"]
    for model, place in found["models"].items():
        scores = site_scores(library, TOWN, model)
        ends = [(r, d) for r in (0.67, 1.0, 1.25) for d in (1.2, 1.3, 1.4)]
        all_ends = np.array([recount(library, place, *end) for end in ends])
        middle_one = recount(library, place, 1.0, 1.3)
        for number, name in enumerate(("C7", "C8")):
            wanted = (all_ends[:, number].min(), middle_one[number], all_ends[:, number].max())
            assert scores[name] == pytest.approx(wanted), (model, name)


def test_a_higher_share_in_deprived_districts_can_be_the_same_number_of_people(library: Library) -> None:
    # chapter 60 says of these two that their shares differ and the people from deprived districts do not
    (field, field_share), (estate, estate_share) = (
        recount(library, place, 1.0, 1.3) for place in ("zeche", "siedlung")
    )
    assert field > estate and estate_share > field_share
    assert field * field_share == pytest.approx(estate * estate_share)


def test_without_a_site_both_criteria_stay_open(library: Library) -> None:
    for case in library.cases:
        assert site_scores(library, case, "A1") == {}
        frame = criteria_frame(library, case)
        assert not {"C7", "C8"} & set(frame.index) and frame["weight"].sum() == pytest.approx(1)


def test_with_a_site_all_twelve_weigh_the_same(library: Library) -> None:
    frame = criteria_frame(library, TOWN)
    assert list(frame.index) == [f"C{number}" for number in range(1, 13)]
    assert frame["weight"].tolist() == pytest.approx([1 / 12] * 12)


def test_ranking_with_and_without_recounted(library: Library) -> None:
    """With: the mean of the twelve values between their anchors; without: of the other ten."""
    comparison, _ = compare(library, TOWN, 300, 7)
    values = middle(comparison)
    assert values[:, 6] == pytest.approx(comparison.mode["C7"] / 5000)
    found = site_tables(library, 300, 300, 7)
    table = found["site_ranking"].set_index("model").loc[comparison.mode.index]
    ten = np.delete(values, [6, 7], axis=1)
    assert table["additive_score_with"].to_numpy() == pytest.approx(values.mean(axis=1))
    assert table["additive_score_without"].to_numpy() == pytest.approx(ten.mean(axis=1))
    before, after = (ranks(additive(v, np.full(v.shape[1], 1 / v.shape[1]))) for v in (ten, values))
    assert table["additive_rank_with"].tolist() == after.tolist()
    assert found["site_summary"].iloc[0]["moved"] == (before != after).sum() > 0
    assert found["site_summary"].iloc[0]["people"] == 15000


def test_site_criteria_enter_every_part_of_the_comparison(library: Library) -> None:
    one = as_case(library)
    found = model_tables(one, 100, 100, 1)
    for table, column in (("scores", "criterion"), ("weight_stability", "criterion")):
        assert {"C7", "C8"} <= set(found[table][column])
    assert found["verdict"]["criteria"].tolist() == [12]
    known = information_tables(one, 300, 1)["information"]
    worth = known[(known["rule"] == "value") & known["input"].isin(["C7", "C8"])]
    assert len(worth) == 22 and worth["evppi"].max() > 0


def test_an_example_is_no_case(library: Library) -> None:
    assert TOWN in library.examples and TOWN not in library.cases and TOWN not in library.towns


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_what_is_open_and_show_the_ranking(results: Results, language: Language) -> None:
    open_ones = tables.scores_table(results, language, "herten")
    words = {"de": "hängt vom Standort ab", "en": "depends on the site"}
    assert words[language] in (open_ones.note or "") and "C7" in (open_ones.note or "")
    shown = sites.ranking_table(results, language, TOWN)
    assert len(shown.frame) == 11 and "A8" in shown.html(language)
    assert {"de": "Werkssiedlung", "en": "Works Estate"}[language] in sites.gains_table(
        results, language, TOWN
    ).html(language)
