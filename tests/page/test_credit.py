"""A source line says of what kinds its sources are, and a page says what all of them together are."""

from __future__ import annotations

import pytest

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.credit import ORDER, credit, kinds_of_page, rests_on, table_kinds
from dewak_research.page.labels import label
from dewak_research.rules.dated import KINDS


def test_a_table_is_official_and_from_the_press_where_the_catalogue_says_so() -> None:
    assert table_kinds("kreise_panel") == ["official"]
    assert table_kinds("nrw_series") == ["official", "press"]
    assert table_kinds("no_such_table") == []


def test_a_source_line_carries_the_kinds_of_its_sources() -> None:
    assert 'data-kinds="press law assumption"' in credit(["S108", "S30", "METHODS"], "de")
    assert 'data-kinds="official"' in credit(["kreise_panel"], "en")
    assert 'data-kinds="assumption"' in credit([], "de", "eigene Eingaben")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_names_every_kind_it_uses_and_no_other(language: Language) -> None:
    page = credit(["kreise_panel", "S30"], language) + "<p>x</p>" + credit(["S108"], language)
    assert kinds_of_page(page, language) == ("official", "law", "press")
    said = rests_on(kinds_of_page(page, language), language)
    for kind in ORDER:
        named = label(f"rests_on_{kind}", language) in said
        assert named == (kind in ("official", "law", "press"))


def test_marks_beside_values_count_as_well() -> None:
    page = credit(["kreise_panel"], "de")
    assert kinds_of_page(page + "Annahme", "de") == ("official", "assumption")
    assert kinds_of_page(page + "von Hand übernommen, zu bestätigen", "de") == ("official", "by_hand")
    assert kinds_of_page(page.replace('"', '\\"'), "de") == ("official",), "as a notebook writes it"


def test_a_page_without_a_source_line_claims_nothing() -> None:
    assert kinds_of_page("Eine Annahme, zu bestätigen.", "de") == ()
    assert rests_on((), "de") == ""


def test_every_kind_of_source_has_its_place_in_the_order() -> None:
    assert set(KINDS) <= set(ORDER)
