"""A page with Musterstadt behind it; the work runs in this process, so that a test sees what fails."""

from __future__ import annotations

import importlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from dewak_research.own.start import office as offices
from dewak_research.own.start.app import application
from dewak_research.own.start.guard import Door
from dewak_research.own.start.office import Office
from own import musterstadt

PORT = 8_765
HOST = f"127.0.0.1:{PORT}"
ORIGIN = f"http://{HOST}"


class Here:
    """Does in this process what a worker does in its own."""

    def __init__(self, module: str, most_bytes: int = 0) -> None:
        self._module = module

    def start(self) -> None:
        return None

    stop = start

    def call(
        self, work: str, *given: object, seconds: float, heard: Callable[[str], None] | None = None
    ) -> Any:
        done = getattr(importlib.import_module(self._module), work)
        return done(*given) if heard is None else done(*given, say=heard)


@dataclass
class Page:
    """The page as a browser on this computer sees it that has opened the address once."""

    client: TestClient
    office: Office
    door: Door
    own: Path

    def get(self, path: str, **given: Any) -> Any:
        return self.client.get(path, **given)

    def post(self, path: str, **given: Any) -> Any:
        return self.client.post(path, headers={"origin": ORIGIN}, **given)

    def upload(self, *files: tuple[str, bytes], key: str = musterstadt.KEY) -> Any:
        sent = [("files", (name, content, "application/octet-stream")) for name, content in files]
        return self.post(f"/town/{key}/files", files=sent)


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """The page before its address was opened."""
    monkeypatch.setattr(offices, "Worker", Here)
    door = Door(PORT)
    app, office = application(tmp_path / "own", door)
    with TestClient(app, base_url=ORIGIN, follow_redirects=False) as client:
        yield Page(client, office, door, tmp_path / "own")
    office.close()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of own figures with the workbook of Musterstadt, written once."""
    own = tmp_path_factory.mktemp("written") / "own"
    musterstadt.write(own)
    return own


@pytest.fixture
def page(closed: Page, written: Path) -> Page:
    """The page, opened, with the workbook of Musterstadt."""
    shutil.copytree(written, closed.own)
    assert closed.get("/", params={"token": closed.door.token}).status_code == 303
    return closed
