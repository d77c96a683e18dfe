"""The names of things in charts and tables, in German and English, from one registry.

Every YAML file beside this module belongs to it: ``key: {de: ..., en: ..., unit: ...}``. A key stands in one
file only; a unit is one text or ``{de: ..., en: ...}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from dewak_research.errors import InputError, messages, nearest_or
from dewak_research.language import LANGUAGES, REQUIRED, Language, Text, YamlLoader

FOLDER = Path(__file__).resolve().parent

_problem = messages("dewak_research.page")


@dataclass(frozen=True)
class Label:
    """A name in both languages and, where it measures something, its unit."""

    text: Text
    unit: Text | None = None


class _UniqueKeys(YamlLoader):
    """A safe loader that keeps every pair of the top level, so that a repeated key is seen."""


def _pairs(path: Path) -> list[tuple[object, object]]:
    loader = _UniqueKeys(path.read_text(encoding="utf-8"))
    try:
        node = loader.get_single_node()
        if node is None:
            return []
        if not isinstance(node, yaml.MappingNode):
            raise InputError(_problem("labels_no_mapping", f"labels/{path.name}"))
        return [
            (loader.construct_object(key), loader.construct_object(value, deep=True))
            for key, value in node.value
        ]
    except yaml.MarkedYAMLError as error:
        line = f": {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InputError(
            _problem("labels_no_yaml", f"labels/{path.name}{line}", problem=error.problem)
        ) from error
    finally:
        loader.dispose()


def _text(value: object) -> Text | None:
    if isinstance(value, str) and value.strip():
        return Text(value, value)
    if not (isinstance(value, Mapping) and set(REQUIRED) <= set(value) <= set(LANGUAGES)):
        return None
    words = all(isinstance(word, str) and word.strip() for word in value.values())
    return Text.of(value) if words else None


def _label(entry: object) -> Label | None:
    if not isinstance(entry, Mapping) or not set(entry) <= {*LANGUAGES, "unit"}:
        return None
    text = _text({key: entry[key] for key in LANGUAGES if key in entry})
    unit = _text(entry["unit"]) if "unit" in entry else None
    if text is None or ("unit" in entry and unit is None):
        return None
    return Label(text, unit)


def load_labels(folder: Path = FOLDER, files: str = "*.yaml") -> dict[str, Label]:
    """Read all label files of a folder, or those whose names fit.

    Raises
    ------
    InputError
        Lists every key that stands twice, lacks a language or has another shape.
    """
    labels: dict[str, Label] = {}
    home: dict[str, str] = {}
    problems = []
    for path in sorted(folder.glob(files)):
        for key, entry in _pairs(path):
            where = f"labels/{path.name}: {key}"
            if not isinstance(key, str):
                problems.append(_problem("labels_no_text", where))
                continue
            if key in home:
                problems.append(_problem("labels_twice", where, home=home[key]))
                continue
            home[key] = path.name
            found = _label(entry)
            if found is None:
                problems.append(_problem("labels_shape", where))
            else:
                labels[key] = found
    if problems:
        raise InputError(problems)
    return labels


@lru_cache(maxsize=1)
def _registry() -> dict[str, Label]:
    return load_labels()


def find_label(key: str, registry: Mapping[str, Label] | None = None) -> Label:
    """Return the label of a key.

    Raises
    ------
    InputError
        The key is unknown; the nearest known one is named.
    """
    known = _registry() if registry is None else registry
    if key in known:
        return known[key]
    raise InputError(_problem("unknown_label", "page/labels/*.yaml", key=key, right=nearest_or(key, known)))


def is_known(key: str) -> bool:
    """Tell whether the registry has a label of this key."""
    return key in _registry()


def label(key: str, language: Language, with_unit: bool = False, **values: Any) -> str:
    """Return the name of ``key`` in one language.

    Parameters
    ----------
    key : str
        Key of the registry.
    language : {"de", "en"}
        Language of the name.
    with_unit : bool
        Add the unit in brackets, where the key has one.
    **values
        Fill the placeholders of the text, as ``label("n_units", "en", n=400)``.
    """
    found = find_label(key)
    text = found.text[language].format(**values) if values else found.text[language]
    return f"{text} ({found.unit[language]})" if with_unit and found.unit is not None else text
