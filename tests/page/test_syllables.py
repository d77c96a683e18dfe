"""Where narrow columns may break long words: parts that make the word again, and no part of one letter."""

from __future__ import annotations

import pytest

from dewak_research.page.syllables import SOFT, with_soft_hyphens


def test_every_word_stands_once_and_has_parts_of_two_letters_and_more() -> None:
    assert len({word.replace("|", "") for word in SOFT}) == len(SOFT)
    assert all(len(part) >= 2 for word in SOFT for part in word.split("|"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Steuereinnahmekraft (€)", "Steuer|einnahme|kraft (€)"),
        ("Mitte der Ähnlichen", "Mitte der Ähn|lichen"),
        ("Schulden des Kernhaushalts", "Schulden des Kern|haushalts"),
        ("in Kindertagesbetreuung", "in Kinder|tages|betreuung"),
        ("Wert", "Wert"),
    ],
)
def test_the_longest_known_word_gets_its_hyphens(text: str, parts: str) -> None:
    assert with_soft_hyphens(text) == parts.replace("|", "\N{SOFT HYPHEN}")
