"""Every unit of a case's file is written in the language of the page; one without words stops the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from dewak_research.chapters.cases.facts import unit_word
from dewak_research.language import LANGUAGES
from dewak_research.page.results import open_results


@pytest.mark.parametrize(
    ("unit", "german", "english"),
    [
        ("VZÄ", "Vollzeitstellen", "full-time posts"),
        ("Anteil", "Anteil (0–1)", "share (0–1)"),
        ("€ je VZÄ und Jahr", "Euro je Vollzeitstelle und Jahr", "euros per full-time post and year"),
        (None, "", ""),
    ],
)
def test_a_unit_is_said_in_both_languages(unit: str | None, german: str, english: str) -> None:
    assert (unit_word(unit, "de"), unit_word(unit, "en")) == (german, english)


def test_a_unit_without_words_raises() -> None:
    with pytest.raises(KeyError):
        unit_word("Kilometer je Woche", "en")


def test_every_unit_shown_has_words(stages_run: Path) -> None:
    results = open_results("cases", stages_run)
    for table in ("facts", "inputs_published"):
        for unit in results[table]["unit"].dropna().unique():
            assert all(unit_word(unit, language) for language in LANGUAGES)
