from __future__ import annotations

import string
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import dewak_research
from dewak_research.errors import InputError, Problem, messages, nearest, nearest_or, texts
from dewak_research.language import LANGUAGES, Text, YamlLoader, read_yaml

PACKAGE = Path(dewak_research.__file__).parent
WORDINGS = sorted(
    path for pattern in ("messages.yaml", "*_messages.yaml", "texts.yaml") for path in PACKAGE.rglob(pattern)
)


def _problem(number: int) -> Problem:
    text = Text(f"falsch {number}", f"wrong {number}")
    return Problem(text, f"file, row {number}", Text("so", "this"), Text("dies tun", "do this"))


def test_a_message_says_what_where_right_and_next() -> None:
    message = InputError(_problem(7)).render("en")
    assert message.splitlines() == [
        "1 problem(s) found:",
        "  file, row 7: wrong 7",
        "    Right would be: this",
        "    Next step: do this",
    ]


def test_up_to_twenty_problems_are_shown_and_the_rest_counted() -> None:
    message = InputError(_problem(n) for n in range(25)).render("de")
    assert message.count("falsch") == 20
    assert message.endswith("… und 5 weitere.")


def test_an_error_without_a_problem_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one"):
        InputError([])


def test_a_text_needs_both_languages() -> None:
    with pytest.raises(ValueError, match="both"):
        Text("nur deutsch", " ")


def test_nearest_word() -> None:
    assert nearest("tres", ["stress", "cases"]) == "stress"
    assert nearest("zzz", ["stress", "cases"]) is None


def test_what_would_be_right_is_the_nearest_word_or_what_is_known() -> None:
    assert nearest_or("Hertn", ["Herten", "Witten"])["en"] == "“Herten”"
    assert nearest_or("xyz", ["Herten", "Witten"])["de"] == "eines von: Herten, Witten"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    folder = tmp_path / "toy_wordings"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "messages.yaml").write_text(
        "gone:\n"
        "  what: {de: '»{name}« fehlt', en: '“{name}” is missing'}\n"
        "  right: {de: '»{near}«', en: '“{near}”'}\n"
        "  next: dewak run\n",
        encoding="utf-8",
    )
    (folder / "texts.yaml").write_text("n_units: {de: '{n} Orte', en: '{n} places'}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder.name
    sys.modules.pop(folder.name, None)


def test_the_wording_of_a_problem_is_data_beside_its_package(package: str) -> None:
    found = messages(package)("gone", "plan.csv", name="Jahr", near=Text("Haushaltsjahr", "budget year"))
    assert found.render("en").splitlines()[0] == "plan.csv: “Jahr” is missing"
    assert found.right == Text("»Haushaltsjahr«", "“budget year”")
    assert found.next_step["de"] == "dewak run"
    assert texts(package)("n_units", n=3)["de"] == "3 Orte"
    with pytest.raises(KeyError):
        messages(package)("no_such_key", "plan.csv")


def _pairs(node: Any, where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict) and set(node) & set(LANGUAGES):
        yield where, node
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from _pairs(value, f"{where}.{key}")
    elif isinstance(node, list):
        for value in node:
            yield from _pairs(value, where)


@pytest.mark.parametrize("path", WORDINGS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_every_wording_has_both_languages_and_the_same_placeholders(path: Path) -> None:
    wrong = []
    for where, pair in _pairs(read_yaml(path.read_text(encoding="utf-8")), path.stem):
        if set(pair) - {"unit"} != set(LANGUAGES):
            wrong.append(f"{where}: languages {sorted(pair)}")
            continue
        named = [
            {name for _, name, _, _ in string.Formatter().parse(str(pair[language])) if name}
            for language in LANGUAGES
        ]
        if named[0] != named[1]:
            wrong.append(f"{where}: {named[0] ^ named[1]} in one language only")
    assert not wrong


def _twice(node: yaml.Node | None, at: str) -> Iterator[str]:
    """Yield every key that stands twice in one mapping of a document."""
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value]
        yield from (f"{at}: {key}" for key in {key for key in keys if keys.count(key) > 1})
        for _, below in node.value:
            yield from _twice(below, at)
    elif isinstance(node, yaml.SequenceNode):
        for below in node.value:
            yield from _twice(below, at)


@pytest.mark.parametrize("path", WORDINGS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_of_wordings_gives_a_key_twice(path: Path) -> None:
    """The later one would take the place of the first without a word."""
    document = yaml.compose(path.read_text(encoding="utf-8"), Loader=YamlLoader)
    assert [*_twice(document, path.name)] == []
