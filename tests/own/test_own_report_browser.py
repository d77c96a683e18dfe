"""The pages of a report on own figures as a council member sees them: on a phone, on a wide page and on paper."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from dewak_research.own.report import build_own_report
from dewak_research.own.sheets import save_workbook
from own import heidestadt, musterstadt

pytestmark = pytest.mark.browser
WIDTHS = (1280, 390, 320)
#: Elements that stick out of the column of the page; what scrolls in its own frame may be wider than that frame.
WIDER = """() => {
  const own = getComputedStyle(document.querySelector('main'));
  const end = document.querySelector('main').getBoundingClientRect().right - parseFloat(own.paddingRight) + 0.5;
  const scrolls = e => { const f = e.closest('.scroll'); return f && getComputedStyle(e).display.startsWith('table'); };
  return [...document.querySelectorAll('main :is(p, li, h1, h2, figure, svg, td, td span, ul)')]
    .filter(e => !scrolls(e) && !e.closest('table svg'))
    .filter(e => e.closest('.stacked') ? innerWidth < 768 : !e.closest('.scroll'))
    .filter(e => e.getBoundingClientRect().right > end || (e.closest('figure') &&
      e.getBoundingClientRect().right > e.closest('figure').getBoundingClientRect().right + 0.5))
    .map(e => e.tagName + ': ' + e.textContent.trim().slice(0, 60));
}"""
#: Numbers that stand on two lines, and numbers that their own label runs into.
BROKEN = """() => [...document.querySelectorAll('.stacked td.number > span')].filter(e => {
    const text = e.textContent.trim(), lines = new Set([...e.getClientRects()].map(r => Math.round(r.top)));
    const inner = document.createRange(); inner.selectNodeContents(e);
    const tops = new Set([...inner.getClientRects()].map(r => Math.round(r.top)));
    return text && !/\\s/.test(text) && (tops.size > 1 || lines.size > 1);
  }).map(e => e.parentElement.dataset.label + ': ' + e.textContent)"""
CROWDED = """() => [...document.querySelectorAll('.stacked td[data-label]:not(:first-child)')].filter(e =>
    getComputedStyle(e, '::before').whiteSpace === 'nowrap' && innerWidth < 768).map(e => e.dataset.label)"""


@pytest.fixture(scope="module", params=["heidestadt", "musterstadt"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with own measures on lines and two versions of the plan, of each of the two Länder."""
    own = tmp_path_factory.mktemp("own")
    if request.param == "musterstadt":
        musterstadt.write(own)
        earlier = musterstadt.contents()
        key = musterstadt.KEY
    else:
        heidestadt.write(own, measures=heidestadt.ON_LINES)
        earlier = heidestadt.contents(ordinary=heidestadt.ORDINARY | {2026: -2.4e6})
        key = heidestadt.KEY
    draft = own / key / "fassungen" / "entwurf-2026.xlsx"
    draft.parent.mkdir()
    save_workbook(earlier, draft)
    return build_own_report(key, own=own, against=draft).parents[1]


def pages(browser: Browser, built: Path, languages: str = "??", scheme: str = "light") -> Iterator[Page]:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]
    for file in sorted(built.glob(f"{languages}/*.html")):
        page.goto(file.as_uri())
        yield page
    page.close()


def test_nothing_sticks_out_and_no_number_is_broken(browser: Browser, built: Path) -> None:
    for page in pages(browser, built):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            name = (page.url.rpartition("/")[2], width)
            assert not page.evaluate("() => document.documentElement.scrollWidth > innerWidth"), name
            assert page.evaluate(WIDER) == [], name
            assert page.evaluate(BROKEN) == [], name
            assert page.evaluate(CROWDED) == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, built: Path, scheme: str) -> None:
    for page in pages(browser, built, "de", scheme):
        page.set_viewport_size({"width": 390, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], page.url


def test_on_paper_no_sheet_holds_a_foot_alone(browser: Browser, built: Path) -> None:
    for page in pages(browser, built, scheme="dark"):
        sheets = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
        assert len(sheets) == 1 or not page.url.endswith("leaflet.html"), page.url
        last = re.sub(r"\s+", " ", sheets[-1].extract_text())
        below = page.evaluate("() => [...document.querySelectorAll('.note')].at(-1)?.textContent ?? ''")
        foot = re.sub(r"\s+", " ", below).strip()
        if len(sheets) > 1 and foot and foot[:30] in last:
            assert len(last) > len(foot) + 60, (page.url, last)


def test_a_sign_stays_with_its_number(built: Path) -> None:
    for file in sorted(built.glob("de/*.html")):
        text = re.sub(r"<style.*?</style>|<[^>]+>", "", file.read_text(encoding="utf-8"), flags=re.S)
        assert re.findall(r"\d[ \n](?:%|€|Mio\.)", text) == [], file.name
