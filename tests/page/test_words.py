"""One word for one thing, one format for a date, no typed number: over every text that a reader of the report meets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from dewak_research.book.notebook import read_notebook
from dewak_research.language import LANGUAGES, Language, YamlLoader, read_yaml
from dewak_research.page.terms import terms
from dewak_research.paths import BOOK, ROOT

PACKAGE = ROOT / "src" / "dewak_research"
FILES = [
    *sorted((PACKAGE / "page" / "labels").glob("*.yaml")),
    *sorted((PACKAGE / "chapters").glob("*/texts.yaml")),
    *sorted((PACKAGE / "data" / "catalogue").glob("*.yaml")),
    *sorted((PACKAGE / "rules" / "scenarios").glob("*.yaml")),
    *sorted((PACKAGE / "rules" / "scorecards").glob("*.yaml")),
    *sorted((PACKAGE / "rules" / "land").glob("*/facts/*.yaml")),
    PACKAGE / "rules" / "sources.yaml",
]
#: What a table or a parameter holds is never typed in words.
TYPED = {
    "de": r"fünfzehn|sechzehn|neunzehn|zehntausend|\b[Ee]lf\b",
    "en": r"fifteen|(?<!The )sixteen|nineteen|ten thousand|[Ee]leven",
}
DATES = {
    "de": r"(?<!\d)\d{4}-\d{2}-\d{2}(?!-)|\d{1,2} (?:January|December)|(?<!\d)0\d\.\d{1,2}\.(?:19|20)\d\d",
    "en": r"(?<!\d)\d{4}-\d{2}-\d{2}(?!-)|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d"
    r"|\d{1,2} (?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec) ",
}
OWN_PLAN = re.compile(r"own_|today_budget")


def _spoken(found: Any, language: Language, where: str) -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        if set(LANGUAGES) <= set(found):
            yield where, str(found[language])
        for key, inner in found.items():
            yield from _spoken(inner, language, f"{where}: {key}")
    elif isinstance(found, list):
        for inner in found:
            yield from _spoken(inner, language, where)


def _prose(path: Path, language: Language) -> Iterator[tuple[str, str]]:
    for cell in read_notebook(path).cells:
        if cell.cell_type == "markdown" and language in cell.metadata.get("tags", []):
            yield path.name, re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", cell.source)


@cache
def texts(language: Language) -> list[tuple[str, str]]:
    """Every text of the report in one language, with where it stands."""
    found: list[tuple[str, str]] = []
    for path in FILES:
        found += _spoken(read_yaml(path.read_text(encoding="utf-8")), language, path.name)
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        found += _prose(path, language)
    for path in sorted((BOOK / language).glob("*.md")):
        text = re.sub(r"```.*?```|\{\{.*?\}\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        found.append((f"{language}/{path.name}", text))
    return [
        (where, re.sub(r"\{[a-z_]+\}", "{}", text)) for where, text in found if not OWN_PLAN.search(where)
    ]


#: What speaks of the workshop is no fault where a message tells a user which file or line to change.
MESSAGES_MAY = {"no_guess"}
#: Words of both languages stand side by side in a template, so only what no language may say is looked for.
TEMPLATES_MAY_NOT = (
    "threshold",
    "consolidation_plan",
    "certainty",
    "short",
    "how_to_read",
    "how_sure",
    "what_not",
)


def every_text(language: Language) -> Iterator[tuple[str, str]]:
    """Every text that a reader, a user of the own report or of a message meets, without its placeholders."""
    for path in sorted(PACKAGE.rglob("*.yaml")):
        if path.name != "terms.yaml":
            for document in yaml.load_all(path.read_text(encoding="utf-8"), Loader=YamlLoader):
                yield from _spoken(document, language, str(path.relative_to(PACKAGE)))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        yield from _prose(path, language)
    for path in sorted((BOOK / language).glob("*.md")):
        yield (
            f"{language}/{path.name}",
            re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL),
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_says_another_word_than_the_list(language: Language) -> None:
    faults = []
    for where, text in every_text(language):
        plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{[^{}]*\}", "{}", text)
        for term in terms().values():
            if term.key in MESSAGES_MAY and "messages.yaml" in where:
                continue
            faults += [
                f"{where}: {found!r}, say {term.word[language]!r}"
                for found in term.forbidden(plain, language)
            ]
    assert not faults, "\n".join(faults)


def test_no_template_says_another_word_than_the_list() -> None:
    faults = [
        f"{path.name}: {found}"
        for path in [*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.j2"), *(BOOK / "_templates").glob("*.html")]
        for key in TEMPLATES_MAY_NOT
        for language in LANGUAGES
        for found in terms()[key].forbidden(re.sub(r"\.\w+", "", path.read_text(encoding="utf-8")), language)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", [TYPED, DATES], ids=["typed", "dates"])
def test_texts_keep_to_the_words_of_the_house(rule: dict[Language, str], language: Language) -> None:
    faults = [
        f"{where}: {hit.group()}"
        for where, text in texts(language)
        for hit in re.finditer(rule[language], text)
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scale_of_certainty_stands_in_glossary_methods_and_registry(language: Language) -> None:
    registry = read_yaml((PACKAGE / "page" / "labels" / "core.yaml").read_text(encoding="utf-8"))
    methods = (BOOK / language / "methods.md").read_text(encoding="utf-8").lower()
    glossary = terms()["certainty"].said[language].lower()
    for step in ("certainty_read", "certainty_by_hand", "certainty_assumption", "no_data"):
        assert registry[step][language].lower() in glossary
        assert f"\n{registry[step][language].lower()}\n:" in methods


def test_the_english_catalogue_has_no_german_words() -> None:
    german = r"\b(?:vermutlich|keine|Lizenz|Gemeinden?|Stand|und|der|die|nur|Statistik\w*)\b"
    allowed = r"Landesdatenbank NRW"
    for path in sorted((PACKAGE / "data" / "catalogue").glob("*.yaml")):
        for where, text in _spoken(read_yaml(path.read_text(encoding="utf-8")), "en", path.name):
            if ": publisher" not in where and ": fields" not in where:
                assert not re.search(german, re.sub(allowed, "", text)), f"{where}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reversed_order_is_explained_where_it_is_shown(language: Language) -> None:
    cells = read_notebook(ROOT / "notebooks" / "20_fiscal_stress_test.ipynb").cells
    shown = next(n for n, cell in enumerate(cells) if "warning.ordering_table" in cell.source)
    why = {"de": "Warum verkehrt herum?", "en": "Why the wrong way round?"}[language]
    assert any(why in cell.source for cell in cells[shown + 1 : shown + 3])


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_said_to_rest_on_old_years_before_a_section_that_does_not(language: Language) -> None:
    cells = read_notebook(ROOT / "notebooks" / "20_fiscal_stress_test.ipynb").cells
    sections = "\n".join(cell.source for cell in cells if language in cell.metadata.get("tags", [])).split(
        "\n## "
    )
    everything = {"de": "Alles danach beruht", "en": "Everything after it rests"}[language]
    for place, section in enumerate(sections):
        if everything in section:
            assert not any("stress.today_" in later for later in sections[place + 1 :])
