"""A problem at its place of a document under ``cases/``, and every block of a document with its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dewak_research.documents import Document, Key
from dewak_research.errors import Problem, messages

_problem = messages(__package__)


def problem_at(document: Document, place: Key, message: str, **values: object) -> Problem:
    """Return a problem at a place of a document, worded in ``messages.yaml``."""
    return _problem(message, where=document.where(place), file=document.path.name, **values)


def mappings(data: Any, key: Key = ()) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Yield place and content of every block with names, from the outside in."""
    if isinstance(data, dict):
        yield key, data
        for name, value in data.items():
            yield from mappings(value, (*key, name))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from mappings(value, (*key, i))
