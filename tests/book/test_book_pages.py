"""Finished pages: links, other hosts, leftovers, the lists of sources."""

from __future__ import annotations

import importlib.util
import re
import shutil
from pathlib import Path

import pytest

from dewak_research.book.lists import read_references, references_page, sources_page
from dewak_research.book.site import (
    bring_mathjax,
    broken_links,
    is_foreign,
    tidy_edition,
    tidy_page,
    write_entrance,
)
from dewak_research.data.catalogue import catalogue
from dewak_research.language import LANGUAGES, Language
from dewak_research.paths import BOOK

THEBE = '<script>const THEBE_JS_URL = "https://unpkg.com/thebe"; const x = 1</script>'


def test_thebe_goes_however_often_it_is_there() -> None:
    page = f"<head>\n{THEBE}\n{THEBE}<script async='async'></script></head>"
    assert "unpkg" not in tidy_page(page, "de")
    assert tidy_page(page, "en").count("<script") == 1


@pytest.mark.parametrize(
    "english",
    [
        'title="Link to this heading"',
        'title="Toggle primary sidebar"',
        'title="Toggle secondary sidebar"',
        'aria-label="Toggle hidden content"',
        'aria-label="Main"',
    ],
)
def test_words_of_the_theme_are_german_in_the_german_edition(english: str) -> None:
    assert english not in tidy_page(f"<a {english}></a>", "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_opens_a_part_of_the_contents_has_a_name(language: Language) -> None:
    page = '<summary><span class="toctree-toggle" role="presentation"><i></i></span></summary>'
    assert tidy_page(page, language).startswith('<summary aria-label="')


def test_a_page_is_tidied_once_and_for_all() -> None:
    page = f'<html>{THEBE}<button title="Toggle primary sidebar"></button></html>'
    once = tidy_page(page, "de")
    assert tidy_page(once, "de") == once


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_links_to_missing_files_anchors_and_outside_are_found(tmp_path: Path) -> None:
    write(
        tmp_path,
        "a.html",
        '<a href="b.html#here"></a><a href="b.html#gone"></a><img src="no.svg"><a id="top"></a>',
    )
    write(
        tmp_path,
        "b.html",
        '<p id="here"></p><a href="#top"></a><a href="a.html#top"></a><a href="../out.html"></a>',
    )
    (tmp_path.parent / "out.html").write_text("")
    assert broken_links(tmp_path) == [
        "a.html: b.html#gone",
        "a.html: no.svg",
        "b.html: #top",
        "b.html: ../out.html",
    ]


def test_links_may_lead_to_folders_other_hosts_and_escaped_names(tmp_path: Path) -> None:
    write(tmp_path, "x/index.html", "")
    write(tmp_path, "größe 1.html", '<p id="ä"></p>')
    links = (
        "x/",
        "gr%C3%B6%C3%9Fe%201.html#%C3%A4",
        "https://example.org/x",
        "mailto:a@example.org",
        "data:,x",
    )
    write(tmp_path, "a.html", "".join(f'<a href="{link}"></a>' for link in links))
    assert broken_links(tmp_path) == []


@pytest.mark.parametrize(
    ("target", "foreign"),
    [
        ("//cdn.example.org/x.js", True),
        ("https://example.org", True),
        ("a.html", False),
        ("#x", False),
        ("/x", False),
    ],
)
def test_foreign_targets_are_told_from_own_ones(target: str, foreign: bool) -> None:
    assert is_foreign(target) is foreign


def test_entrance_leads_to_both_editions_without_a_script(tmp_path: Path) -> None:
    write_entrance(tmp_path, BOOK / "_static")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'href="de/index.html"' in page
    assert 'href="en/index.html"' in page
    without = re.sub(r"<script\b.*?</script>|<form\b[^>]* hidden .*?</form>", "", page, flags=re.DOTALL)
    assert (
        "<script" not in without and "<form" not in without
    )  # a field that needs its script is hidden without it
    for name in ("index", "profiles"):
        assert all(f'href="{language}/{name}.html"' in without for language in ("de", "en"))
    assert "http-equiv" not in page


def test_mathjax_comes_from_the_installed_package_with_its_fonts(tmp_path: Path) -> None:
    bring_mathjax(tmp_path)
    assert (tmp_path / "tex-chtml.js").stat().st_size > 100_000
    assert list(tmp_path.rglob("*.woff"))


def test_mathjax_lies_once_above_both_editions_where_a_page_asks_for_it(tmp_path: Path) -> None:
    script = tmp_path / "_static" / "mathjax" / "tex-chtml.js"
    write_entrance(tmp_path, BOOK / "_static")
    assert not script.exists()
    for name, up in (("methods.html", ""), ("notebooks/x.html", "../")):
        page = tmp_path / "de" / name
        page.parent.mkdir(parents=True, exist_ok=True)
        html = tidy_page(f'<script defer="defer" src="{up}_static/mathjax/tex-chtml.js"></script>', "de")
        page.write_text(html, encoding="utf-8")
        target = re.search(r'src="([^"]+)"', html)[1]  # type: ignore[index]
        assert (page.parent / target).resolve() == script.resolve()
    write_entrance(tmp_path, BOOK / "_static")
    assert script.is_file()


@pytest.mark.parametrize("language", ["de", "en"])
def test_sources_page_names_publisher_licence_link_and_change_of_every_table(language: str) -> None:
    page = sources_page("# Titel", "de" if language == "de" else "en")
    for table in catalogue().values():
        assert f'id="{table.name}"' in page
        assert table.licence.url in page
        assert table.link.replace("&", "&amp;") in page


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_number_cited_in_the_methods_is_in_the_references(language: str) -> None:
    import re

    cited = set(re.findall(r"\bS\d+[bc]?\b", (BOOK / language / "methods.md").read_text(encoding="utf-8")))
    listed = {key for group in read_references(BOOK) for key in group["items"]}
    assert cited
    assert cited <= listed


def test_references_are_escaped_and_anchored() -> None:
    group = {
        "title": {"de": "G", "en": "G"},
        "items": {"S1": {"text": "A & <b>", "url": "https://x.org/?a=1&b=2"}},
    }
    page = references_page([group], "# R", "en")
    assert '<dt id="s1">S1</dt>' in page
    assert "A &amp; &lt;b&gt;" in page
    assert "a=1&amp;b=2" in page


def test_no_template_of_the_theme_is_published(tmp_path: Path) -> None:
    """Whatever HTML the installed themes bring along in their folder of static files is a template, not a page."""
    static = tmp_path / "_static"
    static.mkdir()
    templates = [
        file
        for theme in ("pydata_sphinx_theme", "sphinx_book_theme")
        for package in importlib.util.find_spec(theme).submodule_search_locations  # type: ignore[union-attr]
        for file in Path(package).rglob("static/*.html")
    ]
    assert len(templates) >= 2
    for file in templates:
        shutil.copyfile(file, static / file.name)
    tidy_edition(tmp_path, "de")
    assert list(static.glob("*.html")) == []
