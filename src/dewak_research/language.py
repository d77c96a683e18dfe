"""The languages of the house, text that exists in them, and the check that names every missing text.

A further language is a name in ``Language`` and a field ``fr: str = ""`` of ``Text`` and ``Named``. From then on all
runs in it, English where a text is missing; ``python -m dewak_research.language fr`` names what is missing.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, Field

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
REQUIRED: tuple[Language, ...] = (
    "de",
    "en",
)  #: no text without these; a further language falls back to English


class YamlLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The safe loader; that of libyaml, ten times as fast, where PyYAML was built with it."""


def read_yaml(text: str) -> Any:
    """Read a YAML file of the house."""
    return yaml.load(text, Loader=YamlLoader)


@dataclass(frozen=True)
class Text:
    """A sentence or label in German and English; as a field of a data model it is read from ``{de: ..., en: ...}``.

    Parameters
    ----------
    de, en : str
        The same statement in both languages; neither may be empty.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    de: str
    en: str

    def __post_init__(self) -> None:
        if not all(getattr(self, language).strip() for language in REQUIRED):
            raise ValueError(f"a text needs both languages: {self!r}")

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Text:
        """Read a text from its entry in a data file; keys that are no language are left alone."""
        return cls(**{language: entry[language] for language in LANGUAGES if language in entry})

    def __getitem__(self, language: Language) -> str:
        return str(getattr(self, language) or self.en)

    def format(self, **values: object) -> Text:
        """Fill the same placeholders in all languages."""
        return Text(*(getattr(self, language).format(**values) for language in LANGUAGES))


class Named(BaseModel):
    """An entry of a data file that has a name in both languages beside its other fields.

    Parameters
    ----------
    de, en : str
        The name; neither may be empty.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    de: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @property
    def text(self) -> Text:
        """The name as a text."""
        return Text(*(getattr(self, language) for language in LANGUAGES))


def _in_data(found: object, language: str, where: str) -> Iterator[str]:
    if isinstance(found, dict):
        if set(REQUIRED) <= set(found) and language not in found:
            yield where
        for key, inner in found.items():
            yield from _in_data(inner, language, f"{where}.{key}")
    elif isinstance(found, list):
        for position, inner in enumerate(found):
            yield from _in_data(inner, language, f"{where}[{position}]")


def _in_code(tree: ast.AST, language: str, where: str) -> Iterator[str]:
    words = LANGUAGES.index(language) + 1 if language in LANGUAGES else len(LANGUAGES) + 1
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Text":
            spread = any(isinstance(given, ast.Starred) for given in node.args)
            if (
                not spread
                and len(node.args) < words
                and not {language, None} & {k.arg for k in node.keywords}
            ):
                yield f"{where}:{node.lineno}"


def missing(language: str, root: Path) -> list[str]:
    """Return where a text has no words in a language yet: data files, code, notebooks, pages of the book.

    Parameters
    ----------
    language : str
        Its two letters, known already or not.
    root : Path
        The repository.

    Returns
    -------
    list of str
        ``file: key`` of a data file, ``file:line`` of a module, ``file: cell`` of a notebook (a cell of prose in German
        with none in the language after it), or the page that is not there.
    """
    found: list[str] = []
    for folder in ("src", "cases", "scenarios"):
        for path in sorted((root / folder).rglob("*.yaml")):
            name = str(path.relative_to(root))
            document = read_yaml(path.read_text(encoding="utf-8"))
            found += (entry.replace(":.", ": ", 1) for entry in _in_data(document, language, f"{name}:"))
    for path in sorted((root / "src").rglob("*.py")):
        found += _in_code(ast.parse(path.read_text(encoding="utf-8")), language, str(path.relative_to(root)))
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        tags = [
            cell["metadata"].get("tags", []) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        ]
        for at, tag in enumerate(tags):
            block = tags[at : next((i for i in range(at + 1, len(tags)) if "de" in tags[i]), len(tags))]
            if "de" in tag and not any(language in other for other in block):
                found.append(f"{path.relative_to(root)}: cell {at + 1}")
    pages = root / "book" / REQUIRED[0]
    other = root / "book" / language
    for page in sorted(pages.rglob("*.md")):
        if not (other / page.relative_to(pages)).exists():
            found.append(str((other / page.relative_to(pages)).relative_to(root)))
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    for line in (listed := missing(sys.argv[1], Path(*sys.argv[2:] or ["."]))):
        print(line)
    sys.exit(bool(listed))
