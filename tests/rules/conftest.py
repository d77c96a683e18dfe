from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from dewak_research import rules


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch):
    """A function that gives a parameter another value for the length of a test, in a copy of its document."""
    read = rules.document
    copies: dict[str, Any] = {}

    def forget() -> None:
        rules.values.cache_clear()
        rules.rule_set.cache_clear()

    def set_value(name: str, key: str, new: object) -> None:
        document = copies.setdefault(name, copy.deepcopy(dict(read(name))))
        for entry in document["parameters"][key]["values"]:
            entry["value"] = new
        monkeypatch.setattr(rules, "document", lambda n: copies[n] if n in copies else read(n))
        forget()

    give: Callable[[str, str, object], None] = set_value
    yield give
    monkeypatch.undo()
    forget()
