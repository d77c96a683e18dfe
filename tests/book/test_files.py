"""The finished pages as files: links, languages, placeholders, what each profile says."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dewak_research.book.site import broken_links, is_foreign, read_page
from dewak_research.book.static_host import write_site

pytestmark = pytest.mark.browser
ALSO_GERMAN = re.compile(r"\bam Main\b|\bMain-(?=[A-Z])|^Version$")  # a river, and a word of both languages
ENGLISH = re.compile(
    r"\b(the|and|this|search|toggle|show|hide|skip|link to|next|previous|contents|home|page|main|back|download|"
    r"click|copy|version|sidebar|code cell)\b",
    re.IGNORECASE,
)
# "undefined, because …" and "makes a ratio undefined;" are sentences of the report about ratios.
LEFT = re.compile(r"\{\{|\}\}|\{%|\bundefined\b(?!, because|;)|\bNaN\b|\bnan\b|\bNone\b|Traceback")


class _Words(HTMLParser):
    """Collects the words a reader is told: titles, labels, and text outside of the article."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.text: list[str] = []
        self.within: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        foreign = given.get("lang") == "en"
        if (
            tag in ("article", "script", "style", "pre", "code")
            or foreign
            or (self.within and tag == self.within[-1])
        ):
            self.within.append(tag)
        if not foreign and "article" not in self.within:
            self.said += [
                str(given[name]) for name in ("title", "aria-label", "placeholder") if given.get(name)
            ]

    def handle_endtag(self, tag: str) -> None:
        if self.within and self.within[-1] == tag:
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if not self.within and data.strip():
            self.said.append(data.strip())
        if not {"script", "style", "pre", "code"} & set(self.within):
            self.text.append(data)


def words(page: Path) -> _Words:
    parser = _Words()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


def test_every_link_and_anchor_leads_somewhere(html: Path) -> None:
    assert broken_links(html) == []


def test_pages_load_nothing_from_another_host(html: Path) -> None:
    loads = re.compile(
        r"<(?:script|img|link|iframe|source)\b[^>]*?(?:src|href)=\"(https?:)?//", re.IGNORECASE
    )
    found = [
        page.relative_to(html).as_posix()
        for page in sorted(html.rglob("*.html"))
        if loads.search(page.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_both_editions_have_the_same_pages(html: Path) -> None:
    editions = {
        language: {page.relative_to(html / language).as_posix() for page in (html / language).rglob("*.html")}
        for language in ("de", "en")
    }
    assert editions["de"] == editions["en"]
    assert (
        len([page for page in editions["de"] if page.startswith("profile/0") or page.startswith("profile/1")])
        == 427 + 347
    )


def test_every_page_names_its_other_language(html: Path) -> None:
    for language, other in (("de", "en"), ("en", "de")):
        for page in sorted((html / language).glob("*.html")):
            text = page.read_text(encoding="utf-8")
            assert f'<html lang="{language}"' in text, page.name
            assert f'hreflang="{other}"' in text, page.name


def test_german_edition_speaks_german(html: Path) -> None:
    left: dict[str, list[str]] = {}
    for page in sorted((html / "de").glob("*.html")):
        found = sorted({said for said in words(page).said if ENGLISH.search(ALSO_GERMAN.sub("", said))})
        if found:
            left[page.name] = found
    assert left == {}


def test_no_placeholder_or_missing_number_is_left_in_the_text(html: Path) -> None:
    left = {}
    for page in sorted(html.rglob("*.html")):
        if "_static" in page.relative_to(html).parts:
            continue
        found = LEFT.findall(" ".join(words(page).text))
        if found:
            left[page.relative_to(html).as_posix()] = found[:3]
    assert left == {}


def test_hagen_says_what_is_missing_and_shows_what_there_is(html: Path) -> None:
    page = (html / "de" / "profile" / "05914000.html").read_text(encoding="utf-8")
    assert "in keinem der Jahre 2009 bis 2011" in page
    assert "keine Bilanz (31.12.2008 oder 1.1.2009)" in page
    assert "keine Angabe" in page
    assert len(re.findall(r'<svg\b[^>]*\bclass="line"', page)) == 4


def test_pages_carry_pictures_with_words(html: Path) -> None:
    for page in sorted(html.glob("*/*.html")):
        text = page.read_text(encoding="utf-8")
        for picture in re.findall(r"<img\b[^>]*>", text):
            assert "alt=" in picture, (page.name, picture)


def test_no_page_points_to_this_machine(html: Path) -> None:
    for page in sorted(html.glob("*/*.html")):
        targets, _ = read_page(page)
        wrong = [t for t in targets if t.startswith(("file:", "/")) or (is_foreign(t) and "localhost" in t)]
        assert wrong == [], page.name


def test_the_report_can_be_published(html: Path, tmp_path: Path) -> None:
    site = write_site(html, tmp_path / "site")
    assert broken_links(site) == []
    assert not [path for path in site.rglob("*") if path.is_symlink() or path.suffix == ".doctree"]
