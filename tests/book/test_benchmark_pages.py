"""The benchmark of the site measures every kind of page that a built report has."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from dewak_research.book.pdf import CHAPTERS
from dewak_research.paths import ROOT


@pytest.fixture
def site_benchmark() -> ModuleType:
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
