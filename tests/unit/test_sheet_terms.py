"""A sheet leads to the glossary once for a word, at little weight, and no sign leaves its number in German."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.test_profile import profile
from tests.unit.test_today import town

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.terms import anchor, terms
from dewak_research.unit.council import council_page
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.sheet_files import unit_data, write_data, write_tables
from dewak_research.unit.sheet_terms import MOST, with_terms

LINK = re.compile(r'<a class="term" href="\.\./glossary\.html#([\w-]+)">([^<]+)</a>')


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_uses_lead_to_the_glossary_and_cost_half_a_kilobyte_at_most(language: Language) -> None:
    for one in (profile(), town(), profile(kind="kreis")):
        page = leaflet(one, language)
        found = [target for target, _ in LINK.findall(page)]
        assert 0 < len(found) <= MOST
        assert len(found) == len(set(found))
        assert set(found) <= {anchor(term) for term in terms().values() if term.group is not None}
        plain = LINK.sub(r"\2", page)
        assert len(page.encode()) - len(plain.encode()) <= 512
        explained = re.findall(r'class="what[^"]*" href="\.\./glossary\.html#([\w-]+)"', page)
        assert not set(found) & set(explained)


def test_a_report_that_lies_alone_leads_to_no_glossary() -> None:
    assert "glossary.html" not in leaflet(profile(), "de", alone=True)


def test_links_headings_and_the_tools_stay_as_they_are() -> None:
    html = (
        '<h2>Stresstest</h2><p><a href="x">Stresstest</a> und <b>Stresstest</b></p><p>Stresstest</p>'
        '<section class="tools screen-only"><p>Kreisumlage</p></section>'
    )
    found = with_terms(html, "de")
    assert LINK.findall(found) == [("term-stress-test", "Stresstest")]
    assert "<b><a " in found


def test_no_sign_leaves_its_number_and_files_for_machines_have_none(tmp_path: Path) -> None:
    for one in (profile(), town(), profile(kind="kreis")):
        for page in (
            leaflet(one, "de"),
            leaflet(one, "en"),
            council_page(one, "de"),
            council_page(one, "en"),
        ):
            assert not re.findall(r"\d\s(?<!\N{NO-BREAK SPACE})(?:[%€]|Mio\.|Mrd\.|million|k?m²)", page)
        write_tables([unit_data(one)], tmp_path)
        write_data([unit_data(one)], tmp_path)
        for file in tmp_path.iterdir():
            assert "\N{NO-BREAK SPACE}" not in file.read_text(encoding="utf-8"), file.name
