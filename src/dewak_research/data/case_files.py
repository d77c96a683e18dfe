"""Read the files under ``cases/`` so that every value keeps the line it stands on, and a mistake can be pointed at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from dewak_research.data.tables import read_table
from dewak_research.errors import InputError, Problem, messages
from dewak_research.language import YamlLoader
from dewak_research.paths import CASES

Key = tuple[str | int, ...]
LIBRARY_FILES = (
    "models",
    "criteria",
    "stakeholders",
    "qca",
    "documented",
    "unit_figures",
    "activation",
    "platforms",
)
TEMPLATE = "template"
EXAMPLES = "examples"
"""Folder of invented cases: shown as what they are, no part of the tables of cases."""
_problem = messages(__package__, "case_files.yaml")


@dataclass(frozen=True)
class Document:
    """One YAML file: its content, and the line of every value and key.

    Parameters
    ----------
    path : Path
        The file.
    data : Any
        Its content as dicts, lists and scalars; dates stay text.
    lines : dict
        Path of a value (keys and positions) → line, counted from 1. Keys of a mapping have their own line.
    """

    path: Path
    data: Any
    lines: dict[Key, int]

    def where(self, key: Key) -> str:
        """Return ``file:line`` of a value, or of the nearest level above that is known."""
        for length in range(len(key), -1, -1):
            if key[:length] in self.lines:
                return f"{self.path.name}:{self.lines[key[:length]]}"
        return self.path.name


@dataclass(frozen=True)
class CaseFiles:
    """What lies under ``cases/``: documents by file name without ending, what could not be read; consumer prices.

    Invented cases (``EXAMPLES``) stand apart.
    """

    documents: dict[str, Document]
    problems: list[Problem]
    prices: pd.DataFrame = field(default_factory=lambda: read_table("germany_cpi"))
    examples: dict[str, Document] = field(default_factory=dict)


class _Loader(YamlLoader):
    """YAML 1.1 without dates: ``2018-11-29`` stays text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in YamlLoader.yaml_implicit_resolvers.items()
}


def _walk(node: yaml.Node, key: Key, loader: _Loader, lines: dict[Key, int], twice: list[Key]) -> Any:
    lines.setdefault(key, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Any] = {}
        for name_node, value_node in node.value:
            name = str(name_node.value)
            lines[(*key, name)] = name_node.start_mark.line + 1
            if name in out:
                twice.append((*key, name))
            out[name] = _walk(value_node, (*key, name), loader, lines, twice)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_walk(item, (*key, i), loader, lines, twice) for i, item in enumerate(node.value)]
    return loader.construct_object(node)


def read_document(path: Path) -> Document:
    """Read a YAML file with the lines of its values.

    Raises
    ------
    InputError
        The file is missing, is no YAML, is empty, or names a key twice; with file and line.
    """

    def refused(key: str, where: str = path.name, **values: object) -> InputError:
        return InputError(_problem(key, where=where, file=path.name, **values))

    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
    except FileNotFoundError as error:
        raise refused("missing") from error
    except UnicodeDecodeError as error:
        raise refused("encoding") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}:{mark.line + 1}" if mark is not None else path.name
        raise refused("no_yaml", place, detail=getattr(error, "problem", None) or "YAML") from error
    if not isinstance(node, yaml.MappingNode):
        raise refused("empty")
    lines: dict[Key, int] = {}
    twice: list[Key] = []
    document = Document(path, _walk(node, (), loader, lines, twice), lines)
    if twice:
        raise InputError(
            _problem("twice", where=document.where(key), file=path.name, key=key[-1]) for key in twice
        )
    return document


def read_case_files(folder: Path = CASES) -> CaseFiles:
    """Read every input of the case studies: the library's files, and each further file as a case study.

    A file named ``template.yaml`` is no input. What cannot be read is kept as a problem, so that it is told
    together with the problems of the others.
    """
    cases = {path.stem for path in folder.glob("*.yaml")} - {TEMPLATE}
    invented = sorted(path.stem for path in (folder / EXAMPLES).glob("*.yaml"))
    documents: dict[str, Document] = {}
    examples: dict[str, Document] = {}
    problems: list[Problem] = []
    for into, place, names in (
        (documents, folder, sorted(cases | set(LIBRARY_FILES))),
        (examples, folder / EXAMPLES, invented),
    ):
        for name in names:
            try:
                into[name] = read_document(place / f"{name}.yaml")
            except InputError as error:
                problems += error.problems
    return CaseFiles(documents, problems, examples=examples)
