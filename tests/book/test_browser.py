"""Every page in a browser: no other host, no error, usable by everybody, no wider than a phone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page
from pypdf import PdfReader
from tests.book.conftest import COUNCILS
from tests.book.tables import CUT
from tests.book.watched import PHONE, Watched

pytestmark = pytest.mark.browser
LOOKS: tuple[tuple[int, Literal["screen", "print"]], ...] = (
    (1280, "screen"),
    (390, "screen"),
    (695, "print"),
)
AXE = {"preload": False, "resultTypes": ["violations"]}
"""All rules; of what passes nothing but its name is collected."""


@pytest.fixture(scope="module")
def reading(browser: Browser) -> Iterator[BrowserContext]:
    """One reader of all pages: what they share is loaded once."""
    context = browser.new_context(viewport=PHONE)
    yield context
    context.close()


def settled(page: Page, script: str) -> list[str]:
    """Return what a script finds once the page has come to rest after its width has changed: at most two seconds on."""
    for _ in range(20):
        found: list[str] = page.evaluate(script)
        if not found:
            break
        page.wait_for_timeout(100)
    return found


def test_page_keeps_to_itself_fits_every_width_and_passes_axe(
    reading: BrowserContext, site: str, page_name: str
) -> None:
    """One load serves all checks: on a phone, on a wide screen, and on paper."""
    watched = Watched(reading, site)
    page = watched.page
    page.goto(site + page_name)
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(i => i.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = Axe().run(page, options=AXE).response["violations"]
    serious = [
        f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in ("serious", "critical")
    ]
    cut = {}
    for width, medium in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media=medium)
        assert page.evaluate("[innerWidth, matchMedia('print').matches]") == [width, medium == "print"]
        cut[width, medium] = settled(page, CUT)
    page.close()
    assert watched.foreign == []
    assert watched.errors == []
    assert wider <= 0
    assert serious == []
    assert [look for look, found in cut.items() if found] == []


@pytest.mark.parametrize(
    "name", ["index", "methods", "profiles", "20_fiscal_stress_test", "40_profile_05562020"]
)
def test_language_switch_stays_on_the_page(browser: Browser, site: str, name: str) -> None:
    watched = Watched(browser, site)
    watched.page.goto(f"{site}de/{name}.html")
    watched.page.click(".edition-switch")
    assert watched.page.url == f"{site}en/{name}.html"
    assert watched.page.get_attribute("html", "lang") == "en"
    watched.page.click(".edition-switch")
    assert watched.page.url == f"{site}de/{name}.html"
    assert watched.errors == []
    watched.close()


def test_finder_leads_to_a_town_by_keyboard(browser: Browser, site: str) -> None:
    watched = Watched(browser, site)
    page = watched.page
    page.goto(f"{site}de/profiles.html")
    page.get_by_label("Name oder Schlüssel der Kommune").fill("herte")
    visible = page.locator(".finder-group li:visible a")
    assert [link.inner_text() for link in visible.all()] == ["Herten"]
    page.get_by_label("Name oder Schlüssel der Kommune").press("Enter")
    page.wait_for_url(f"{site}de/profile/05562020.html")
    assert page.locator("h1").inner_text() == "Herten"
    watched.close()


@pytest.mark.parametrize(
    ("typed", "first"), [("köln", "Köln"), ("koeln", "Köln"), ("05914000", "Hagen"), ("xyz", None)]
)
def test_finder_understands_umlauts_keys_and_nonsense(
    browser: Browser, site: str, typed: str, first: str | None
) -> None:
    watched = Watched(browser, site)
    page = watched.page
    page.goto(f"{site}de/profiles.html")
    page.fill("#finder-search", typed)
    shown = [link.inner_text() for link in page.locator(".finder-group li:visible a").all()]
    said = page.inner_text("#finder-count")
    watched.close()
    assert (shown[0] if shown else None) == first
    assert ("Keine Kommune gefunden" in said) == (first is None)


def test_finder_lists_every_unit_without_a_script(browser: Browser, site: str) -> None:
    watched = Watched(browser, site, script=False)
    page = watched.page
    page.goto(f"{site}en/profiles.html")
    assert page.locator(".finder-group li:visible").count() == 396 + 347
    assert page.locator(".finder-group h2 a:visible").count() == 31
    assert page.locator(".finder-form").is_hidden()
    watched.close()


@pytest.mark.parametrize("language", ["de", "en"])
def test_main_page_of_the_stress_test_is_short_enough_for_a_council(
    browser: Browser, site: str, language: str
) -> None:
    watched = Watched(browser, site)
    page = watched.page
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{site}{language}/20_fiscal_stress_test.html")
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(i => i.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    nodes = page.evaluate("document.querySelectorAll('*').length")
    sections = page.evaluate(
        "[...document.querySelectorAll('article section > h2')].map(h => h.parentElement.offsetHeight)"
    )
    printed = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    watched.close()
    assert nodes <= 2500
    assert len(sections) > 5
    assert max(sections) <= 3 * 900
    assert len(re.findall(rb"/Type\s*/Page[^s]", printed)) <= 12


@pytest.mark.parametrize(
    "ags", ["05562020", "05914000", "05954", "05334", "05954008", "05382036", "14626", "11000", "09575"]
)
def test_profile_prints_on_one_sheet(browser: Browser, site: str, ags: str) -> None:
    watched = Watched(browser, site)
    watched.page.goto(f"{site}de/profile/{ags}.html")
    printed = watched.page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    watched.close()
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") <= 1
    assert b"/Count 1" in printed


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("ags", COUNCILS)
def test_summary_for_a_council_prints_on_two_sheets(
    browser: Browser, site: str, ags: str, language: str
) -> None:
    watched = Watched(browser, site)
    watched.page.goto(f"{site}{language}/council/{ags}.html")
    printed = watched.page.pdf(prefer_css_page_size=True, print_background=True)
    watched.close()
    assert len(PdfReader(io.BytesIO(printed)).pages) == 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_profile_outlines_its_town_in_the_light_and_in_the_dark(
    browser: Browser, site: str, scheme: str
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.goto(f"{site}de/profile/05562020.html")
    box = page.locator(".small-map").bounding_box()
    own = page.locator(".small-map .own").bounding_box()
    assert box and own and box["width"] <= 390
    assert own["x"] >= box["x"] and own["x"] + own["width"] <= box["x"] + box["width"]
    middle = "e => { const b = e.getBBox(); return [b.x + b.width / 2, b.y + b.height / 2]; }"
    x, y = page.locator(".small-map .own").evaluate(middle)
    under = page.locator(".small-map").evaluate(
        "(svg, [x, y]) => [...svg.querySelectorAll('path')].filter(p => p.querySelector('title')"
        " && p.isPointInFill(new DOMPoint(x, y))).map(p => p.textContent)",
        [x, y],
    )
    assert under == ["Herten"]
    assert page.locator(".map-key li").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 12
    page.close()


def test_a_profile_shows_the_parts_that_its_scales_share(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}de/profile/05562020.html")
    styles = page.evaluate(
        "['axis', 'mark'].map(id => getComputedStyle(document.getElementById(id)))"
        ".map(style => [style.stroke, style.fill])"
    )
    sheet = page.evaluate(
        "[...document.styleSheets].flatMap(s => [...s.cssRules]).map(r => r.selectorText ?? '').join(', ').split(', ')"
    )
    page.close()
    assert styles[0][0] != "none" and styles[1][1] != "rgb(0, 0, 0)"
    # what stands in a shared part matches no rule that names a parent
    assert {"#axis", "#mark"} <= set(sheet)
