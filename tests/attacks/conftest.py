"""One run of a few stages, without a network, for all tests of this folder."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Once

from dewak_research.processes import EVERY_S

from .small import STAGES, copied, dewak, hashes, locked, run, without_network


@dataclass(frozen=True)
class Built:
    """A copy that has computed, what it made, and how long it took until each further stage was done."""

    folder: Path
    hashes: dict[str, str]
    locked: dict[str, dict[str, str]]
    seconds: tuple[float, ...]


@pytest.fixture(scope="session")
def built(once: Once, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A few stages, computed once where no other computer can be reached; tests leave it as it is."""

    def build() -> Built:
        folder = copied(tmp_path_factory.mktemp("small") / "project")
        with ThreadPoolExecutor(1) as beside:
            running = beside.submit(run, folder, without_network(dewak("run")))
            ends = [time.monotonic()]
            while not running.done():
                if len(locked(folder)) >= len(ends):
                    ends.append(time.monotonic())
                time.sleep(EVERY_S)
        running.result()
        assert len(ends) == len(STAGES) + 1
        return Built(folder, hashes(folder), locked(folder), tuple(b - a for a, b in pairwise(ends)))

    found: Built = once("built", build)
    return found


@pytest.fixture(autouse=True)
def only_this_computer_is_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    yield
