"""One run of a few stages, without a network, for all tests of this folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import Once

from .small import copied, dewak, hashes, locked, run, without_network


@dataclass(frozen=True)
class Built:
    """A copy that has computed, what it made, and how long that took."""

    folder: Path
    hashes: dict[str, str]
    locked: dict[str, dict[str, str]]
    seconds: float


@pytest.fixture(scope="session")
def built(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A few stages, computed once where no other computer can be reached; tests leave it as it is."""

    def build() -> Built:
        folder = copied(tmp_path_factory.mktemp("small") / "project")
        began = time.monotonic()
        run(folder, without_network(dewak("run")))
        return Built(folder, hashes(folder), locked(folder), time.monotonic() - began)

    found: Built = once("built", build)
    return found


@pytest.fixture(autouse=True)
def only_this_computer_is_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    yield
