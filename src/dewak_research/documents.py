"""Read a YAML file so that every value keeps the line it stands on, and a mistake can be pointed at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from dewak_research.errors import InputError, messages
from dewak_research.language import YamlLoader

Key = tuple[str | int, ...]
DEEPEST, MOST_VALUES, LARGEST_BYTES = 40, 100_000, 5_000_000
"""What no file of the project comes near: what goes further was made to exhaust a computer."""
_problem = messages(__package__, "documents.yaml")


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


class _Loader(YamlLoader):
    """YAML 1.1 without dates: ``2018-11-29`` stays text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in YamlLoader.yaml_implicit_resolvers.items()
}


class _TooMuchError(Exception):
    """The content is deeper or larger than any file of the project, a value that refers to itself included."""


@dataclass
class _Walk:
    """What is found on the way through a file."""

    loader: _Loader
    lines: dict[Key, int] = field(default_factory=dict)
    twice: list[Key] = field(default_factory=list)
    values: int = 0

    def content(self, node: yaml.Node, key: Key = ()) -> Any:
        self.values += 1
        if len(key) > DEEPEST or self.values > MOST_VALUES:
            raise _TooMuchError
        self.lines.setdefault(key, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            out: dict[str, Any] = {}
            for name_node, value_node in node.value:
                name = str(name_node.value)
                self.lines[(*key, name)] = name_node.start_mark.line + 1
                if name in out:
                    self.twice.append((*key, name))
                out[name] = self.content(value_node, (*key, name))
            return out
        if isinstance(node, yaml.SequenceNode):
            return [self.content(item, (*key, i)) for i, item in enumerate(node.value)]
        return self.loader.construct_object(node)


def read_document(
    path: Path, like: str = "cases/template.yaml", again: str = "dewak case check {file}", empty: bool = False
) -> Document:
    """Read a YAML file with the lines of its values.

    Parameters
    ----------
    path : Path
        The file.
    like : str
        A file that shows what would be right.
    again : str
        Command to give once the file is mended; ``{file}`` stands for its name.
    empty : bool
        A file without content is an empty mapping.

    Raises
    ------
    InputError
        The file is missing, no file, cannot be read, is no UTF-8, no YAML, empty, too large or too deep, or names a key
        twice; with file and line.
    """

    def refused(key: str, where: str = path.name, **values: object) -> InputError:
        told = {"file": path.name, "like": like, "again": again.format(file=path.name)}
        return InputError(_problem(key, where, **told, **values))

    try:
        if path.is_file() and path.stat().st_size > LARGEST_BYTES:
            raise refused("too_much")
        loader = _Loader(path.read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is None and empty:
            return Document(path, {}, {})
        if not isinstance(node, yaml.MappingNode):
            raise refused("empty")
        walk = _Walk(loader)
        document = Document(path, walk.content(node), walk.lines)
    except FileNotFoundError as error:
        raise refused("missing") from error
    except OSError as error:
        raise refused("unreadable", detail=error.strerror or type(error).__name__) from error
    except UnicodeDecodeError as error:
        raise refused("encoding") from error
    except (_TooMuchError, RecursionError) as error:
        raise refused("too_much") from error
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{path.name}:{mark.line + 1}" if mark is not None else path.name
        raise refused("no_yaml", place, detail=getattr(error, "problem", None) or "YAML") from error
    if walk.twice:
        raise InputError(
            problem
            for key in walk.twice
            for problem in refused("twice", document.where(key), name=key[-1]).problems
        )
    return document
