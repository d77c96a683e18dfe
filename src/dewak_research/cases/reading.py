"""Read YAML so that every value keeps the line it stands on, and a mistake can be pointed at.

The only place in this wing that opens files: the inputs under ``cases/`` and a case file of a user.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dewak_research.errors import InputError, Problem
from dewak_research.language import Text

Key = tuple[str | int, ...]
AGAIN = Text(
    "Datei berichtigen, dann: dewak case check {file}", "mend the file, then: dewak case check {file}"
)


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

    def problem(self, key: Key, what: Text, right: Text) -> Problem:
        """Return a problem at the place of ``key``."""
        return Problem(what, self.where(key), right, AGAIN.format(file=self.path.name))


class _Loader(yaml.SafeLoader):
    """YAML 1.1 without dates: ``2018-11-29`` stays text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
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
    again = AGAIN.format(file=path.name)
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
        node = loader.get_single_node()
    except FileNotFoundError as error:
        what = Text(f"die Datei »{path.name}« gibt es nicht", f"there is no file “{path.name}”")
        right = Text("eine vorhandene Datei, etwa eine Kopie von cases/template.yaml",
                     "an existing file, for example a copy of cases/template.yaml")  # fmt: skip
        raise InputError(Problem(what, str(path.name), right, again)) from error
    except UnicodeDecodeError as error:
        what = Text("die Datei ist nicht in UTF-8 gespeichert", "the file is not stored as UTF-8")
        right = Text("Zeichenkodierung UTF-8", "character encoding UTF-8")
        raise InputError(Problem(what, path.name, right, again)) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}:{mark.line + 1}" if mark is not None else path.name
        detail = getattr(error, "problem", None) or "YAML"
        what = Text(f"kein gültiges YAML ({detail})", f"not valid YAML ({detail})")
        right = Text("Einrückung, Doppelpunkte und Klammern wie in cases/template.yaml",
                     "indentation, colons and brackets as in cases/template.yaml")  # fmt: skip
        raise InputError(Problem(what, place, right, again)) from error
    if not isinstance(node, yaml.MappingNode):
        what = Text("die Datei ist leer oder keine Zuordnung", "the file is empty or no mapping")
        right = Text("Inhalt wie in cases/template.yaml", "content as in cases/template.yaml")
        raise InputError(Problem(what, path.name, right, again))
    lines: dict[Key, int] = {}
    twice: list[Key] = []
    document = Document(path, _walk(node, (), loader, lines, twice), lines)
    if twice:
        raise InputError(
            document.problem(
                key,
                Text(f"der Schlüssel »{key[-1]}« steht zweimal da", f"the key “{key[-1]}” is given twice"),
                Text("jeder Schlüssel einmal", "every key once"),
            )
            for key in twice
        )
    return document
