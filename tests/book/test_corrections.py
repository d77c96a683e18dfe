"""The list of corrections, the page of changes and the feed: complete, dated by their entries, valid Atom."""

from __future__ import annotations

import re
import textwrap
from datetime import date
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
import yaml
from lxml import etree
from pydantic import ValidationError

from dewak_research import __version__
from dewak_research.book import changes, corrections
from dewak_research.book.corrections import Correction
from dewak_research.data import read_table
from dewak_research.data.catalogue import catalogue
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.terms import terms
from dewak_research.paths import BOOK, ROOT

FIRST_VERSION = date(2026, 11, 22)
ATOM = {"a": changes.ATOM}
PAGES = {
    *(path.stem for path in (BOOK / "de").glob("*.md")),
    *(path.stem for path in (ROOT / "notebooks").glob("*.ipynb")),
}


@pytest.fixture(scope="module")
def units() -> pd.DataFrame:
    named = read_table("towns")[["ags", "name"]]
    kreise = pd.DataFrame({"ags": ["05954"], "name": ["Ennepe-Ruhr-Kreis"]})
    return pd.concat([named, kreise], ignore_index=True)


def entry(**changed: object) -> dict[str, object]:
    said = {"de": "So", "en": "So"}
    return {
        "date": "2026-12-01",
        "what": said,
        "old": "1",
        "new": "2",
        "why": said,
        "pages": ["index"],
    } | changed


@pytest.mark.parametrize("key", list(corrections.corrections()))
def test_a_correction_is_dated_names_pages_and_says_something_else_than_before(
    key: str, units: pd.DataFrame
) -> None:
    one = corrections.corrections()[key]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)
    assert one.date >= FIRST_VERSION
    assert one.pages and set(one.pages) <= PAGES
    assert set(one.units) <= set(units["ags"])
    for language in LANGUAGES:
        assert one.old[language] != one.new[language]


@pytest.mark.parametrize(
    "broken",
    [{"date": "soon"}, {"why": {"de": "Nur deutsch"}}, {"pages": None}, {"units": [5334002]}, {"who": "x"}],
)
def test_a_correction_that_lacks_something_is_refused(broken: dict[str, object]) -> None:
    with pytest.raises((ValidationError, ValueError, TypeError)):
        Correction(**entry(**broken))


def test_the_file_stands_newest_first() -> None:
    text = (ROOT / "src/dewak_research/book/corrected.yaml").read_text(encoding="utf-8")
    days = re.findall(r'^  date: "(.+)"$', text, re.MULTILINE)
    assert days == sorted(days, reverse=True)
    assert len(days) == len(corrections.corrections()) > 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_every_correction_and_what_is_left_out_or_doubted(
    language: Language, units: pd.DataFrame
) -> None:
    page = corrections.corrections_page(units, "# Intro", language)
    anchors = re.findall(r'<dl class="facts" id="([^"]+)"', page)
    assert set(corrections.corrections()) <= set(anchors)
    assert len(anchors) == len(set(anchors))
    assert {"left-out-1", "doubted-05334002"} <= set(anchors)
    assert 'href="profile/05366012.html">Dahlem<' in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_keep_to_the_list_of_words(language: Language) -> None:
    for key, one in corrections.corrections().items():
        for text in (one.what, one.old, one.new, one.why):
            found = [word for term in terms().values() for word in term.forbidden(text[language], language)]
            assert not found, (key, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_is_valid_atom(language: Language) -> None:
    grammar = etree.RelaxNG(etree.parse(str(Path(__file__).parent / "atom.rng")))
    found = etree.fromstring(changes.feed(language).encode())
    assert grammar.validate(found), grammar.error_log
    ids = [one.text for one in found.iterfind(".//a:id", ATOM)]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"tag:[\w.-]+,\d{4}:[\w./-]+", one) for one in ids)


def test_the_grammar_refuses_a_feed_that_lacks_what_atom_requires() -> None:
    grammar = etree.RelaxNG(etree.parse(str(Path(__file__).parent / "atom.rng")))
    for path in ("a:updated", "a:entry/a:id", "a:author", "a:entry/a:title"):
        found = etree.fromstring(changes.feed("de").encode())
        gone = found.find(path, ATOM)
        gone.getparent().remove(gone)
        assert not grammar.validate(found), path


@pytest.mark.parametrize("language", LANGUAGES)
def test_feed_and_page_hold_the_same_and_no_time_of_a_build(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = changes.feed(language)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert changes.feed(language) == feed
    root = ElementTree.fromstring(feed)
    links = [one.attrib["href"] for one in root.findall("a:entry/a:link", ATOM)]
    assert re.findall(r'<li><a href="([^"]+)"', changes.changes_page("# x", language)) == links
    assert len(links) == len(corrections.corrections()) + len(catalogue()) + 1
    days = [one.text for one in root.findall("a:entry/a:updated", ATOM)]
    assert days == sorted(days, reverse=True)
    assert root.findtext("a:updated", None, ATOM) == days[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_the_day_and_the_words_of_every_entry_of_the_feed(language: Language) -> None:
    page = re.sub(r"\s+", " ", changes.changes_page("# x", language))
    found = etree.fromstring(changes.feed(language).encode())
    for entry in found.iterfind("a:entry", ATOM):
        title, updated, said = (
            entry.findtext(f"a:{part}", "", ATOM) for part in ("title", "updated", "summary")
        )
        name, words = (escape(" ".join(text.split())) for text in (title, said))
        pattern = rf'>{re.escape(name)}</a> \(<time datetime="{updated[:10]}">[^<]+</time>\)\. '
        assert re.search(pattern + re.escape(words), page), title


def test_a_table_says_since_when_it_is_in_the_report() -> None:
    from dewak_research.book.lists import sources_page

    page = sources_page("# x", "en")
    days = re.findall(r'<dt>In the report since</dt><dd><time datetime="([\d-]+)">', page)
    assert days == [one.taken.isoformat() for one in catalogue().values()]


def test_the_latest_version_of_the_changelog_is_that_of_the_package() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert changes.versions(text)[0] == (__version__, FIRST_VERSION)
    assert changes.versions("## Unreleased\n\n## 1.2.3 (2027-01-02)\n") == [("1.2.3", date(2027, 1, 2))]


def test_links_of_the_feed_lead_to_anchors(units: pd.DataFrame) -> None:
    from dewak_research.book.lists import sources_page

    pages = {
        "corrections.html": corrections.corrections_page(units, "# x", "de"),
        "sources.html": sources_page("# x", "de"),
    }
    for one in changes.changes("de"):
        page, _, anchor = one.link.partition("#")
        assert page == "cite.html" or f'id="{anchor}"' in pages[page], one.link


def test_the_recipe_adds_a_correction_to_page_and_feed(
    monkeypatch: pytest.MonkeyPatch, units: pd.DataFrame
) -> None:
    recipe = (
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("- **correction**")[1].split("\n- **")[0]
    )
    block = re.search(r"```yaml\n(.*?)  ```", recipe, re.DOTALL)
    assert block is not None
    added = yaml.safe_load(textwrap.dedent(block[1]))
    known = corrections.corrections()
    more = {key: Correction(**one) for key, one in added.items()} | known
    monkeypatch.setattr(corrections, "corrections", lambda: more)
    monkeypatch.setattr(changes, "corrections", lambda: more)
    assert 'id="example-rounded"' in corrections.corrections_page(units, "# x", "en")
    assert f"{changes.TAG}:en/correction/example-rounded" in changes.feed("en")
    assert "2026-12-01T00:00:00Z" in changes.feed("en")
