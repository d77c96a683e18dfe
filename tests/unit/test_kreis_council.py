"""The one page for the council of a Kreis of another Land: values of the profile, nothing more than is known."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser
from tests.unit.test_kreis_sheet import opened as opened
from tests.unit.test_kreis_sheet import profile

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.unit.council import write_style
from dewak_research.unit.council_questions import rules, shown
from dewak_research.unit.kreis_council import kreis_council_context, kreis_council_page, seen_in_germany
from dewak_research.unit.view import ProfileTables

HEAVIEST = 8 * 1024
SHARE = 7  # every seventh Kreis: the build writes all
PLACEHOLDER = re.compile(r"\{[a-z_]+\}|\{\{|\bnan\b|\bNone\b", re.IGNORECASE)


def keys(opened: ProfileTables) -> list[str]:
    kreise = opened.stages["ingest"].table("kreis_register")
    return list(kreise.loc[kreise["land"] != "05", "ags"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_light_and_whole_and_asks(opened: ProfileTables, language: Language) -> None:
    said = {label(key, language) for key in ("kreis_no_bookings", "kreis_no_bookings_city")}
    for ags in (*keys(opened)[::SHARE], "11000"):
        page = kreis_council_page(profile(opened, ags), language)
        assert not PLACEHOLDER.search(re.sub(r"<[^>]+>", " ", page)), ags
        assert len(page.encode()) <= HEAVIEST, ags
        assert page.count("<li>") >= 2, f"{ags}: hardly a question"
        assert any(text in page for text in said), "it says that nothing booked is known"
        assert 'class="light' not in page and label("council_shock", language) not in page


def test_questions_follow_from_the_table_by_the_rules(
    opened: ProfileTables, tables: dict[str, pd.DataFrame]
) -> None:
    """The rules applied again, by hand, to the table of all Kreise."""
    compared = tables["kreis_comparison"]
    for ags in keys(opened)[::20]:
        own = compared[compared["ags"] == ags].set_index("indicator")
        expected: dict[str, str] = {}
        for rule in (rule for rule in rules() if rule.of == "germany"):
            if rule.figure == "german_bookings":
                number = 1.0
            else:
                column = {"place": "peer_percentile", "value": "value"}[rule.by]
                number = float(own.loc[rule.figure.removeprefix("kreis_"), column])
            if rule.least <= number <= rule.most:
                expected.setdefault(rule.topic, rule.key)
        found = kreis_council_context(profile(opened, ags), "de")["questions"]
        assert [one["key"] for one in found] == list(expected.values())[: shown()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_hold_no_sign_twice(opened: ProfileTables, language: Language) -> None:
    for key in keys(opened)[::20]:
        page = re.sub(
            r"<style.*?</style>|<[^>]+>", " ", kreis_council_page(profile(opened, key), language), flags=re.S
        )
        assert not re.search(r"::|,,|;;|\.\.(?!\.)|: :|\( | \)", page), key


def test_no_question_follows_from_what_is_unknown(opened: ProfileTables) -> None:
    figures = seen_in_germany(profile(opened, "11000"), "de")
    assert "kreis_core_debt_eur_pc" not in figures and "kreis_unemployment_pct" in figures
    context = kreis_council_context(profile(opened, "11000"), "de")
    assert not {"german_debt", "german_credit"} & {one["key"] for one in context["questions"]}
    assert "Ohne Angabe: Schulden der Kernhaushalte je Einwohner" in " ".join(context["unknown"])


def test_a_city_is_told_of_its_council_and_a_kreis_of_its_kreistag(opened: ProfileTables) -> None:
    assert "eine Seite für den Rat" in kreis_council_page(profile(opened, "09162"), "de")
    kreis = kreis_council_page(profile(opened, "14626"), "de")
    assert "eine Seite für den Kreistag" in kreis and "Gemeinden" in kreis
    rows = kreis_council_context(profile(opened, "14626"), "de")["rows"]
    assert len(rows) == 10 and all(row["year"] >= 2019 for row in rows)


def test_names_are_escaped(opened: ProfileTables) -> None:
    unit = profile(opened, "14626")
    strange = replace(unit, unit={**unit.unit, "name": "<script>alert(1)</script> & Co"})
    page = kreis_council_page(strange, "de")
    assert "<script>" not in page and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Co" in page


def test_signs_stay_with_their_numbers_as_on_every_page_of_a_unit(opened: ProfileTables) -> None:
    unit = profile(opened, "14626")
    page = kreis_council_page(replace(unit, unit={**unit.unit, "name": "Kreis mit 51 km²"}), "de")
    assert "51\N{NO-BREAK SPACE}km²" in page and "51 km²" not in page


@pytest.mark.browser
def test_each_is_printed_on_one_sheet(opened: ProfileTables, browser: Browser, tmp_path: Path) -> None:
    import io

    from pypdf import PdfReader

    write_style(tmp_path)
    page = browser.new_page()
    longest = max(keys(opened)[::SHARE], key=lambda ags: len(kreis_council_page(profile(opened, ags), "de")))
    for ags in ("14626", "11000", "09162", longest):
        for language in LANGUAGES:
            file = tmp_path / "page.html"
            file.write_text(kreis_council_page(profile(opened, ags), language, alone=True), encoding="utf-8")
            page.goto(file.as_uri())
            printed = page.pdf(prefer_css_page_size=True)
            assert len(PdfReader(io.BytesIO(printed)).pages) == 1, (ags, language)
    page.close()
