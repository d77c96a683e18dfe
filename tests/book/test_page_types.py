"""One page of every type: nothing found by axe in the light and in the dark, nothing cut on paper, chapters light."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.conftest import missing

from dewak_research.paths import PROCESSED, ROOT
from dewak_research.unit.report import write_unit_report
from dewak_research.unit.view import load_profile_tables

pytestmark = pytest.mark.browser
A4_PIXELS = 695
"""Width of what stands between the margins of an A4 page, at 96 pixels an inch."""
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"preload": False, "runOnly": {"type": "tag", "values": TAGS}}
OWN = "05562020"
NIGHT = "localStorage.setItem('mode', 'dark'); localStorage.setItem('theme', 'dark')"


@dataclass(frozen=True)
class Kind:
    """A type of page by its example.

    Parameters
    ----------
    name : str
        What it is.
    address : str
        Where its example lies in the report.
    sheets : int, optional
        A4 pages it may print on.
    """

    name: str
    address: str
    sheets: int | None = None


CHAPTERS = {
    "00_data": 12, "10_social_spending_disparities": 12, "20_fiscal_stress_test": 12,
    "30_case_study_evaluation": 12, "50_integrated_plan": 12, "60_space": 12,
}  # fmt: skip
KINDS = (
    Kind("entrance", "index.html", 1),
    Kind("not found", "404.html", 1),
    Kind("start", "de/index.html"),
    Kind("chapter", "de/20_fiscal_stress_test.html"),
    Kind("check", "de/60_space_check.html"),
    Kind("code", "de/notebooks/60_space.html"),
    Kind("profile in the report", "de/40_profile_05562020.html"),
    Kind("profile of a town", "de/profile/05562020.html", 1),
    Kind("profile of a city", "en/profile/05914000.html", 1),
    Kind("profile of a Kreis", "de/profile/05954.html", 1),
    Kind("profile of a special unit", "de/profile/05334002.html", 1),
    Kind("sources of the profiles", "en/profile/sources.html"),
    Kind("map and ranking", "de/explorer.html"),
    Kind("map and ranking of a town", "de/explorer.html?unit=05562020"),
    Kind("map and ranking of Kreise", "en/explorer.html?level=kreise&unit=05562"),
    Kind("finder", "de/profiles.html"),
    Kind("search", "de/search.html"),
    Kind("glossary", "de/glossary.html"),
    Kind("sources", "de/sources.html"),
    Kind("rooms", "de/rooms.html"),
    Kind("instruments", "de/activation.html"),
    Kind("documented cases", "de/documented_cases.html"),
    Kind("text", "en/limitations.html"),
    Kind("how to cite", "en/cite.html"),
    Kind("own figures", "de/own_figures.html"),
    Kind("map and ranking", "de/explorer.html"),
    Kind("side by side", "de/compare.html?units=05562020,05914000,05954"),
    Kind("two pages for a council", "de/council/05562020.html", 2),
    Kind("one page for a council elsewhere", "de/council/14626.html", 1),
    Kind("questions of councils", "de/council_questions.html"),
    Kind("profile of a Kreis elsewhere", "de/profile/14626.html", 1),
    Kind("chart to embed", "de/embed/20_fiscal_stress_test_today_map.html", 1),
    Kind("corrections", "de/corrections.html"),
    Kind("changes", "en/changes.html"),
)
CUT_ON_PAPER = """() => { const page = document.documentElement.clientWidth + 1;
  return [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || !box.height || style.position === 'absolute' || style.visibility === 'hidden') return false;
    if (e.closest('svg') && e.tagName !== 'svg' || e.closest('math, mjx-container')) return false;
    if (box.right > page) return true;
    return /auto|scroll|hidden/.test(style.overflowX) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 20;
  }).slice(0, 5).map(e => e.outerHTML.slice(0, 120)); }"""


def opened(browser: Browser, address: str, width: int, scheme: str = "light") -> Page:
    page = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    ).new_page()
    if scheme == "dark":
        page.add_init_script(NIGHT)
    page.goto(address)
    page.evaluate("document.querySelectorAll('img[loading=lazy]').forEach(i => i.loading = 'eager')")
    page.wait_for_load_state("networkidle")
    return page


def named(kind: Kind) -> str:
    return kind.name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_axe_finds_nothing(browser: Browser, site: str, kind: Kind, scheme: str) -> None:
    page = opened(browser, site + kind.address, 1280, scheme)
    found = []
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found += Axe().run(page, options=OPTIONS).response["violations"]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [{"id": f"wider than {width}", "nodes": [{"html": kind.address}]}] if wider > 0 else []
    page.context.close()
    assert [(one["id"], len(one["nodes"]), one["nodes"][0]["html"][:200]) for one in found] == []


@pytest.fixture(scope="module")
def own_report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not (PROCESSED / "notebooks" / "de" / f"40_profile_{OWN}.ipynb").is_file():
        missing("the profile notebooks have not run: run make report first")
    folder = tmp_path_factory.mktemp("own")
    write_unit_report(load_profile_tables(PROCESSED), OWN, PROCESSED / "notebooks", folder)
    return folder


@pytest.mark.parametrize("name", ["index.html", "sheet.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_report_of_one_unit(
    browser: Browser, own_report: Path, name: str, scheme: str
) -> None:
    page = opened(browser, (own_report / "de" / name).as_uri(), 1280, scheme)
    found = {}
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = Axe().run(page, options=OPTIONS).response["violations"]
    page.context.close()
    assert {width: [one["id"] for one in each] for width, each in found.items()} == {1280: [], 390: []}


@pytest.mark.parametrize("kind", KINDS, ids=named)
def test_nothing_is_cut_on_paper(browser: Browser, site: str, kind: Kind) -> None:
    page = opened(browser, site + kind.address, A4_PIXELS)
    page.emulate_media(media="print")
    cut = page.evaluate(CUT_ON_PAPER)
    sheets = printed(page) if kind.sheets else 0
    page.context.close()
    assert cut == []
    assert sheets <= (kind.sheets or 0)


def printed(page: Page) -> int:
    """Return on how many A4 pages it prints."""
    pdf = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
    return len(re.findall(rb"/Type\s*/Page[^s]", pdf))


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_main_page_of_a_chapter_is_short_enough_for_a_council(
    browser: Browser, site: str, language: str, chapter: str
) -> None:
    page = opened(browser, f"{site}{language}/{chapter}.html", 1280)
    nodes = page.evaluate("document.querySelectorAll('*').length")
    sections = page.evaluate(
        "[...document.querySelectorAll('article section > h2')].map(h => h.parentElement.offsetHeight)"
    )
    sheets = printed(page)
    page.context.close()
    assert nodes <= 2500
    assert len(sections) > 1
    assert max(sections) <= 3 * 900
    assert sheets <= CHAPTERS[chapter]


PDFS = ROOT / "dist" / "pdf"
"""Where `dewak pdf` writes by default."""


def test_the_whole_report_is_light_enough(html: Path) -> None:
    files = [*html.rglob("*"), *PDFS.rglob("*.pdf")]
    assert sum(file.stat().st_size for file in files if file.is_file()) <= 120_000_000


def test_profiles_stay_light(html: Path) -> None:
    sizes = {
        page.relative_to(html).as_posix(): page.stat().st_size
        for language in ("de", "en")
        for page in (html / language / "profile").glob("0*.html")
    }
    assert len(sizes) >= 2 * 427
    assert max(sizes.values()) <= 50_000 and sum(sizes.values()) / len(sizes) <= 35 * 1024, max(
        sizes, key=sizes.get
    )
    assert max((html / language / "profiles.html").stat().st_size for language in ("de", "en")) <= 600 * 1024
