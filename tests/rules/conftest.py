from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from dewak_research.own.template import template_of
from dewak_research.rules import dated
from dewak_research.stress import scenarios

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
    template_of.cache_clear()
    scenarios._packaged.cache_clear()


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


@pytest.fixture
def added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """A function that writes a document into a folder that is read before the package's: a new one, or a change."""
    monkeypatch.setattr(dated, "FOLDERS", [tmp_path, *dated.FOLDERS])

    def write(name: str, text: str) -> None:
        path = tmp_path / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        forget()

    yield write
    monkeypatch.undo()
    forget()
