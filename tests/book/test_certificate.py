"""The page that says what `dewak verify` has found: in both languages, of this very report, with a way to check it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from dewak_research.book.certificate import FILE, offer_certificate, write_certificate
from dewak_research.proof import hash_of


@pytest.fixture
def html(tmp_path: Path) -> Path:
    for language in ("de", "en"):
        (tmp_path / "html" / language).mkdir(parents=True)
        (tmp_path / "html" / language / "rerun.html").write_text("<h1>again</h1><p>x</p>", encoding="utf-8")
    return tmp_path / "html"


def facts(html: Path, **other: Any) -> dict[str, Any]:
    said = {"de": "Gleiche Bytes: alle 2", "en": "Same bytes: all 2 <outputs>"}
    outputs = {"book/_build/html": "1a", "data/processed/stress": "2b.dir"}
    return {
        "day": "2026-11-26", "commit": "c0ffee", "clean": True, "computed_again": True, "holds": True, "said": said,
        "versions": {"Python": "3.12.1"}, "machine": "Linux, x86_64", "lock": "ab", "outputs": outputs,
        "report": hash_of(html), **other,
    }  # fmt: skip


def test_it_names_commit_versions_hashes_and_how_to_check(html: Path, tmp_path: Path) -> None:
    given = facts(html)
    assert json.loads(write_certificate(given, tmp_path / "made").read_text(encoding="utf-8")) == given
    german = (tmp_path / "made" / "de" / "certificate.html").read_text(encoding="utf-8")
    needed = (
        "Bestätigt.", "26.11.2026", "noch einmal gerechnet", "git checkout c0ffee", "verify --built", "2b.dir",
        "3.12.1", "Gleiche Bytes",
    )  # fmt: skip
    assert [text for text in needed if text not in german] == []
    english = (tmp_path / "made" / "en" / "certificate.html").read_text(encoding="utf-8")
    assert "Confirmed." in english and "Same bytes: all 2 &lt;outputs&gt;" in english


def test_what_was_not_confirmed_is_said(html: Path, tmp_path: Path) -> None:
    write_certificate(facts(html, holds=False, clean=False, computed_again=False), tmp_path / "made")
    english = (tmp_path / "made" / "en" / "certificate.html").read_text(encoding="utf-8")
    assert (
        "Not confirmed." in english
        and "nothing was computed again" in english
        and "not in the repository" in english
    )


def test_a_site_offers_the_certificate_of_its_own_report_only(
    html: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "site"
    for language in ("de", "en"):
        (site / language).mkdir(parents=True)
        (site / language / "rerun.html").write_text("<h1>again</h1><p>x</p>", encoding="utf-8")
    assert not offer_certificate(None, html, site) and not offer_certificate(tmp_path / "none", html, site)
    write_certificate(facts(html, report="of another"), tmp_path / "made")
    assert not offer_certificate(tmp_path / "made", html, site) and "another build" in capsys.readouterr().err
    assert not (site / FILE).exists()
    write_certificate(facts(html), tmp_path / "made")
    assert offer_certificate(tmp_path / "made", html, site)
    assert '</h1>\n<p><a href="certificate.html">Nachweis' in (site / "de" / "rerun.html").read_text(
        encoding="utf-8"
    )
    assert (site / "en" / "certificate.html").is_file() and (site / FILE).is_file()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_it(browser: Browser, html: Path, tmp_path: Path, width: int, scheme: Any) -> None:
    write_certificate(facts(html, commit="c0ffee" * 7, lock="ab" * 32), tmp_path / "made")
    tab = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    tab.goto((tmp_path / "made" / "de" / "certificate.html").as_uri())
    tab.locator("summary").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert [one["id"] for one in Axe().run(tab).response["violations"]] == []
    tab.close()
