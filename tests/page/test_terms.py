"""The list of words: whole, in both languages, every entry found by its own pattern."""

from __future__ import annotations

import re

import pytest

from dewak_research.errors import entries
from dewak_research.language import LANGUAGES, Language, Text
from dewak_research.page.terms import Term, glossary, terms

#: What a reader who is no statistician meets in the report and has to find explained.
TECHNICAL = [
    *("Gini", "Theil", "Variationskoeffizient", "Moran", "Durbin", "Oster", "Bootstrap", "AUC", "Brier", "PIT", "CRPS"),
    *("Median", "P05", "P95", "Shapley", "TOPSIS", "PROMETHEE", "Kendall", "AHP", "Best-Worst", "QCA", "PRI", "Oaxaca"),
    *("LMDI", "GISD", "NKF", "HSK", "2SFCA", "Mundlak", "Mahalanobis", "Nutzwert", "Kalibrierung", "Gegenprobe"),
]  # fmt: skip


@pytest.mark.parametrize("word", TECHNICAL)
def test_every_technical_word_has_an_entry(word: str) -> None:
    assert [t.key for t in terms().values() if t.group and re.search(t.find.get("de", "$^"), word)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_entry_is_explained_in_one_to_four_sentences_and_found_by_its_own_word(language: Language) -> None:
    for term in terms().values():
        assert term.said[language].rstrip("*").endswith((".", "?", "“")), term.key
        if language in term.find:
            assert re.search(term.find[language], term.word[language]), (term.key, language)
    for _, members in glossary(language):
        words = [term.word[language] for term in members]
        assert words
        assert len(words) == len(set(words))


def test_the_glossary_holds_every_term_of_a_group_in_both_languages() -> None:
    grouped = {term.key for term in terms().values() if term.group}
    for language in LANGUAGES:
        assert {term.key for _, members in glossary(language) for term in members} == grouped
    assert {t.group for t in terms().values() if t.group} == set(
        entries("dewak_research.page", "terms.yaml")["groups"]
    )


def test_a_given_up_word_is_found_but_not_where_it_means_something_else() -> None:
    term = Term(
        key="x",
        word=Text("Schwelle", "threshold"),
        said=Text("a.", "a."),
        never={"de": "Linie"},
        but={"de": "Linie der Karte"},
    )
    assert list(term.forbidden("die Linie des Gesetzes, die Linie der Karte", "de")) == ["Linie"]
    assert list(term.forbidden("Linie", "en")) == []


def test_every_text_and_pattern_is_one() -> None:
    for entry in entries("dewak_research.page", "terms.yaml")["terms"].values():
        assert set(entry["word"]) == set(entry["said"]) == set(LANGUAGES)
    for term in terms().values():
        for patterns in (term.find, term.never, term.but):
            for pattern in patterns.values():
                re.compile(pattern)
