"""Pages ask only for what they use, and look as before."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from playwright.sync_api import Browser, Page

from dewak_research.book.light_pages import lighten, names_on, used_rules, without_idle_files

SHEET = """/*! licence */ /* gone */
.kept,.gone{color:red}
.gone{color:blue}
a.kept:not(.gone):hover>#there{color:green}
#elsewhere{color:green}
@media (min-width:10px){.gone{top:0}.kept{top:1px}}
@media print{.gone{top:0}}
p::before,[data-x="1"]{content:"}"}
.kept{}
:is(.gone,.kept) li{margin:0}
@supports (display:grid){p{display:grid}}
@font-face{font-family:X;src:url(x.woff)}
"""


def test_rules_stay_where_they_can_apply() -> None:
    assert used_rules(SHEET, {"kept", "there"}).split("\n") == [
        "/*! licence */",
        ".kept{color:red}",
        "a.kept:not(.gone):hover>#there{color:green}",
        "@media (min-width:10px){.kept{top:1px}",
        "}",
        'p::before,[data-x="1"]{content:"}"}',
        ":is(.gone,.kept) li{margin:0}",
        "@supports (display:grid){p{display:grid}",
        "}",
        "@font-face{font-family:X;src:url(x.woff)}",
        "",
    ]


def test_nothing_more_goes_the_second_time() -> None:
    once = used_rules(SHEET, {"kept", "there"})
    assert used_rules(once, {"kept", "there"}) == once


def test_a_page_keeps_only_the_files_that_find_something_to_do() -> None:
    page = (
        '<link rel="preload" as="script" href="_static/scripts/bootstrap.js?digest=1" />\n'
        '<link href="_static/pygments.css?v=1" rel="stylesheet" />\n<link href="_static/own.css" rel="stylesheet" />\n'
        '<script src="_static/searchtools.js"></script>\n<script src="searchindex.js"></script>\n'
        '<script defer src="_static/scripts/fontawesome.js?digest=1"></script>\n'
        '<script src="_static/doctools.js"></script>\n'
    )
    assert without_idle_files(page) == (
        '<link href="_static/own.css" rel="stylesheet" />\n<script defer src="_static/doctools.js"></script>\n'
    )
    searching = without_idle_files(f'{page}<div id="search-results" class="a  highlight"></div>')
    assert re.findall(r"[\w-]+\.(?:js|css)", searching) == [
        "pygments.css", "own.css", "searchtools.js", "searchindex.js", "doctools.js",
    ]  # fmt: skip
    assert '<script src="_static/doctools.js">' in searching
    assert names_on('<p class="a  b" id="c">class="d"</p>') == {"a", "b", "c"}


def first_view(page: Page, address: str) -> tuple[int, int]:
    """Requests and uncompressed bytes of what a page asks for before anybody scrolls."""
    seen: list[int] = []
    page.on("response", lambda answer: seen.append(len(answer.body()) if answer.ok else 0))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    return len(seen), sum(seen)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "name", ["index", "10_social_spending_disparities", "20_fiscal_stress_test", "60_space"]
)
def test_the_first_view_of_a_page_is_light(browser: Browser, site: str, language: str, name: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    requests, size = first_view(page, f"{site}{language}/{name}.html")
    page.close()
    assert requests <= 20
    assert size <= 600 * 1024


@pytest.mark.browser
@pytest.mark.parametrize("name", ["00_data", "10_social_spending_disparities", "20_fiscal_stress_test"])
def test_the_main_page_of_a_chapter_has_few_elements(browser: Browser, site: str, name: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}de/{name}.html")
    elements = page.evaluate("document.querySelectorAll('*').length")
    page.close()
    assert elements <= 2_500


@pytest.mark.browser
def test_the_icons_of_a_page_are_in_its_font(browser: Browser, site: str, html: Path) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}de/index.html")
    shown = page.evaluate(
        "() => [...document.querySelectorAll('i[class*=fa-]')]"
        ".map(i => getComputedStyle(i, '::before').content.codePointAt(1))"
    )
    page.close()
    font = TTFont(html / "de" / "_static" / "vendor" / "fontawesome" / "webfonts" / "icons.woff")
    assert shown
    assert set(shown) <= set(font.getBestCmap())


@pytest.mark.browser
@pytest.mark.parametrize(("language", "word"), [("de", "Haushalt"), ("en", "budget")])
def test_a_search_from_any_page_finds_pages(browser: Browser, site: str, language: str, word: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}{language}/methods.html")
    page.locator(".search-button__button:visible").first.click()
    page.locator("#pst-search-dialog input").fill(word)
    page.locator("#pst-search-dialog input").press("Enter")
    page.wait_for_url("**/search.html?q=*")
    page.locator("#search-results li a").first.wait_for()
    page.close()


@pytest.mark.browser
def test_the_sidebar_opens_and_closes(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}de/methods.html")
    contents = page.locator("nav.bd-links").first
    assert contents.is_visible()
    page.locator(".sidebar-toggle.primary-toggle:visible").click()
    contents.wait_for(state="hidden")
    page.locator(".sidebar-toggle.primary-toggle:visible").click()
    contents.wait_for(state="visible")
    page.close()


def test_an_edition_is_lightened_the_same_way_every_time(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        folder = tmp_path / name
        (folder / "_static" / "styles").mkdir(parents=True)
        (folder / "_static" / "styles" / "pydata-sphinx-theme.css").write_text(SHEET)
        (folder / "_static" / "scripts").mkdir()
        (folder / "_static" / "scripts" / "fontawesome.js").write_text("gone")
        (folder / "_static" / "theme.js").write_text('e.classList.add("there")')
        (folder / "page.html").write_text(
            '<link rel="stylesheet" href="_static/styles/pydata-sphinx-theme.css?digest=1" />'
            '<script src="_static/scripts/fontawesome.js"></script><script src="_static/theme.js"></script>'
            '<p class="kept"></p>'
        )
        lighten(folder)
        assert not (folder / "_static" / "scripts" / "fontawesome.js").exists()
        style = (folder / "_static" / "styles" / "pydata-sphinx-theme.css").read_text()
        assert style == used_rules(SHEET, {"kept", "there"})
        texts.append((folder / "page.html").read_text())
    assert texts[0] == texts[1]
    assert re.search(r'pydata-sphinx-theme\.css\?v=[0-9a-f]{8}"', texts[0])
    assert "fontawesome" not in texts[0]


def test_the_script_of_profiles_stays_for_them_and_no_page_of_the_edition_asks_for_it(tmp_path: Path) -> None:
    static = tmp_path / "_static"
    static.mkdir()
    (static / "sheet.js").write_text("1;\n", encoding="utf-8")
    page = tmp_path / "index.html"
    page.write_text('<script src="_static/sheet.js"></script>\n<p class="small"></p>', encoding="utf-8")
    lighten(tmp_path)
    assert page.read_text(encoding="utf-8") == '<p class="small"></p>'
    assert (static / "sheet.js").is_file()
