"""The built report and a browser to read it with."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from tests.conftest import missing

from dewak_research.paths import BOOK

if TYPE_CHECKING:
    from playwright.sync_api import Page

HTML = Path(os.environ.get("DEWAK_BOOK", BOOK / "_build" / "html"))
PROFILES = (
    "05562020", "05954", "05914000", "05954036", "05911000", "05111000", "05334", "05334020", "05766", "05315000",
    "05958048", "05370", "14626", "06611", "11000", "16063",
)  # fmt: skip
COUNCILS = ("05562020", "05954", "05378024", "05334002", "05170052")
COUNCILS_OF_ONE_PAGE = ("14626", "11000")


def pages() -> list[str]:
    """Every page of both editions, and the profiles that are looked at closely."""
    if not HTML.is_dir():
        return []
    found = [*HTML.glob("*.html"), *HTML.glob("*/*.html"), *HTML.glob("*/notebooks/00_data.html")]
    names = sorted(page.relative_to(HTML).as_posix() for page in found)
    beside = [f"profile/{ags}.html" for ags in PROFILES] + [
        f"council/{ags}.html" for ags in (*COUNCILS, *COUNCILS_OF_ONE_PAGE)
    ]
    return names + [f"{language}/{page}" for language in ("de", "en") for page in beside]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "page_name" in metafunc.fixturenames:
        metafunc.parametrize("page_name", pages() or ["index.html"])


def media(page: Page, name: Literal["print", "screen"]) -> None:
    """Change the medium and wait until the page has been told of it."""
    told = "new Promise(told => matchMedia('print').addEventListener('change', told, { once: true }))"
    page.evaluate(f"window.told = {told}; 0")
    page.emulate_media(media=name)
    page.evaluate("() => window.told.then(() => new Promise(requestAnimationFrame))")


@pytest.fixture(scope="session")
def html() -> Path:
    if not (HTML / "index.html").is_file():
        missing(f"no built report in {HTML.name}: run make report first")
    return HTML


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def serving(folder: Path, answers: type[http.server.SimpleHTTPRequestHandler] = Quiet) -> Iterator[str]:
    """Serve a folder on this computer as long as it is needed, and name its address."""
    handler = functools.partial(answers, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def site(html: Path) -> Iterator[str]:
    """Address of the report on this computer."""
    with serving(html) as address:
        yield address
