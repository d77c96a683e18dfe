from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

from dewak_research.rules import dated

laender = import_module("dewak_research.rules.land")  # its name is also that of a function of the package


def forget() -> None:
    """Empty what was read once: the next call reads again."""
    for cached in (
        dated.document,
        dated.values,
        dated.sources,
        laender.lands,
        laender.land,
        laender._resolved,
    ):
        cached.cache_clear()


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, object], None]]:
    """A function that gives a parameter another value for the length of a test, in a copy of its document."""
    read = dated.document
    copies: dict[str, Any] = {}

    def set_value(name: str, key: str, new: object) -> None:
        document = copies.setdefault(name, copy.deepcopy(dict(read(name))))
        for entry in document["parameters"][key]["values"]:
            entry["value"] = new
        monkeypatch.setattr(dated, "document", lambda n: copies[n] if n in copies else read(n))
        dated.values.cache_clear()
        laender._resolved.cache_clear()

    yield set_value
    monkeypatch.undo()
    forget()
