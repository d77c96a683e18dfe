"""Two quantities of one model, its discounted net cost and its effect on the account, never go by one name."""

from __future__ import annotations

import json

import pytest

from dewak_research.errors import entries
from dewak_research.language import LANGUAGES, Language
from dewak_research.paths import ROOT

NAMES = {
    "de": ("abgezinste Nettokosten", "Wirkung auf die Kasse"),
    "en": ("discounted net cost", "effect on the account"),
}


def cell(name: str, key: str) -> str:
    cells = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return "".join(next(found["source"] for found in cells if found["id"] == key)).replace(
        "abgezinsten", "abgezinste"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_tables_of_both_chapters_name_what_they_show(language: Language) -> None:
    models = entries("dewak_research.chapters.cases", "texts.yaml")["models_compared"]
    options = entries("dewak_research.chapters.planning", "texts.yaml")["what_can_be_done"]
    ten, five = {"de": ("zehn Jahren", "fünf Jahren"), "en": ("ten years", "five years")}[language]
    assert (
        NAMES[language][0].lower() in models["caption"][language].lower() and ten in models["note"][language]
    )
    assert NAMES[language][1] in options["caption"][language] and five in options["caption"][language]
    assert {"de": "nicht abgezinst", "en": "not discounted"}[language] in options["note"][language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("chapter", "key"),
    [
        ("30_case_study_evaluation", "models-sure"),
        ("50_integrated_plan", "options-sure"),
        ("50_integrated_plan", "portfolios"),
    ],
)
def test_both_pages_tell_the_two_apart(chapter: str, key: str, language: Language) -> None:
    said = cell(chapter, f"{key}-{language}")
    for name in NAMES[language]:
        assert name in said
