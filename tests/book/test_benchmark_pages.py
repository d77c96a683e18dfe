"""The benchmark of the site measures every kind of page that a built report has."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
from playwright.sync_api import Browser
from tests.book.conftest import serving

from dewak_research.book.pdf import CHAPTERS
from dewak_research.paths import ROOT


@pytest.fixture
def site_benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    found = importlib.util.spec_from_file_location("site_benchmark", ROOT / "benchmarks" / "site.py")
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


@pytest.mark.browser
def test_every_kind_of_page_is_measured_and_there(site_benchmark: ModuleType, html: Path) -> None:
    measured = {name.partition("?")[0] for name in site_benchmark.PAGES}
    assert [name for name in measured if not (html / name).is_file()] == []
    folders = {page.parent.relative_to(html).as_posix() for page in (html / "de").rglob("*.html")} - {
        "de/_static"
    }
    assert len(folders) >= 5
    assert folders - {name.rpartition("/")[0] for name in measured} == set()
    assert {f"de/{name}.html" for name in CHAPTERS} <= measured


@pytest.mark.browser
def test_bytes_and_requests_are_those_of_the_server(
    site_benchmark: ModuleType, browser: Browser, tmp_path: Path
) -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg"/>' + " " * 300_000
    script = "location.hash = 'x';" + " " * 500_000
    page = (
        '<!DOCTYPE html><title>x</title><link rel="icon" href="data:,"><p>x</p><img src="a.svg"><img src="data:,">'
        '<script src="a.js"></script>'
    )
    for name, text in (("a.svg", picture), ("a.js", script), ("index.html", page)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    with serving(tmp_path, site_benchmark._Quiet) as address:
        requests, size, *_ = site_benchmark.measure(browser, f"{address}index.html")
    assert (requests, size) == (3, len(picture) + len(script) + len(page))
