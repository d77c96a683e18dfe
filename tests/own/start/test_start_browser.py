"""The page in a browser, from choosing a town to the finished report, in its own processes; also without scripts."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Download, Page, expect
from tests.book.watched import Watched

from own import musterstadt, samples_small

pytestmark = pytest.mark.browser
LATE_MS = 300_000  # no test is timed: only a page that never comes fails
RUN = "from dewak_research.own.start.command import run_page; from pathlib import Path; import sys; "
RUN += "run_page(0, False, 'de', Path(sys.argv[1]))"
KEY = musterstadt.KEY


@dataclass
class Running:
    """The page in a process of its own: its address with the token, and its folder."""

    address: str
    own: Path

    @property
    def site(self) -> str:
        return self.address.split("?", maxsplit=1)[0]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    own = tmp_path_factory.mktemp("start") / "own"
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", RUN, str(own)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as page:
        assert page.stdout is not None
        yield Running(next(word for word in page.stdout.readline().split() if word.startswith("http")), own)
        page.terminate()
        page.wait(30)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return musterstadt.write(tmp_path_factory.mktemp("given"))


def opened(browser: Browser, running: Running, script: bool = True) -> Watched:
    watched = Watched(browser, running.site, script)
    watched.page.set_default_timeout(LATE_MS / 5)
    watched.page.set_default_navigation_timeout(LATE_MS / 3)
    watched.page.goto(running.address)
    watched.page.goto(f"{running.site}?language=de")
    return watched


def look(page: Page) -> None:
    """Find nothing with axe, and nothing wider than the page, on a phone and a screen, in the light and the dark."""
    for width, height in ((390, 844), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found = (
                Axe().run(page, options={"rules": {"target-size": {"enabled": True}}}).response["violations"]
            )
            assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == [], (page.url, width, scheme)
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert page.evaluate(wide) <= 0, (page.url, width)
    page.emulate_media(color_scheme="light")


def _book(download: Download) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(download.path().read_bytes()))


def test_from_choosing_the_town_to_the_finished_report(
    browser: Browser, running: Running, workbook: Path
) -> None:
    watched = opened(browser, running)
    page = watched.page
    page.get_by_label("Name oder Gemeindeschlüssel").fill("muenst")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Mappe für Münster (05515000) anlegen")).to_be_visible()
    look(page)
    page.get_by_label("Name der Kommune").fill("Musterstadt")
    page.get_by_label("Gemeindeschlüssel (8 Ziffern)").fill(KEY)
    page.locator("form.fields select[name=land]").select_option("05")
    page.locator("form.fields button").press("Enter")
    page.wait_for_url(f"**/town/{KEY}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Musterstadt")
    look(page)
    with page.expect_download() as empty:
        page.get_by_role("link", name="Mappe herunterladen").click()
    assert _book(empty.value)["Lies mich"] is not None
    book = openpyxl.load_workbook(workbook)
    book["Ergebnisplan"]["F7"] = "ungefähr 3 Mio."
    wrong = io.BytesIO()
    book.save(wrong)
    page.get_by_label("Dateien wählen").set_input_files(
        [{"name": "mappe.xlsx", "mimeType": "", "buffer": wrong.getvalue()}]
    )
    page.get_by_role("button", name="Hochladen", exact=True).click()
    page.wait_for_url("**/findings")
    expect(page.get_by_role("rowheader", name="F7")).to_be_visible()
    expect(page.get_by_role("button", name="Bericht erstellen")).to_have_count(0)
    look(page)
    with page.expect_download() as marked:
        page.get_by_role("link", name="Mappe mit markierten Zellen").click()
    assert _book(marked.value)["Ergebnisplan"]["F7"].comment is not None
    page.get_by_label("Berichtigte Mappe hochladen").set_input_files(workbook)
    page.get_by_role("button", name="Hochladen", exact=True).click()
    page.get_by_role("button", name="Bericht erstellen").click()
    page.wait_for_url("**/report")
    look(page)
    ready = page.get_by_role("heading", name="Der Bericht ist fertig")
    expect(ready).to_be_visible(timeout=LATE_MS)
    look(page)
    with page.context.expect_page() as opening:
        page.get_by_role("link", name="Bericht auf Deutsch lesen").click()
    report = opening.value
    report.on("console", lambda said: watched.errors.append(said.text) if said.type == "error" else None)
    report.reload()
    expect(report.get_by_role("heading", level=1)).to_contain_text("Musterstadt")
    assert report.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert (watched.errors, watched.foreign) == ([], [])
    watched.close()


def test_a_table_is_dropped_read_and_written(browser: Browser, running: Running) -> None:
    watched = opened(browser, running)
    page = watched.page
    page.goto(f"{running.site}?search=Herten")
    page.get_by_role("button", name="Mappe für Herten").click()
    page.wait_for_url("**/town/05562020")
    drop = """([form, text]) => {
        const data = new DataTransfer();
        data.items.add(new File([text], "plan.csv", {type: "text/csv"}));
        form.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
    }"""
    form = page.locator("form.drop").element_handle()
    page.evaluate(drop, [form, samples_small.RESULT_PLAN])
    page.wait_for_url("**/file/*")
    expect(page.get_by_role("heading", name="Das käme in die Mappe")).to_be_visible()
    look(page)
    page.get_by_role("button", name="In die Mappe schreiben").click()
    page.wait_for_url("**/findings")
    page.get_by_role("link", name="1. Zahlen").click()
    page.get_by_role("button", name="Jetzigen Stand festhalten").click()
    expect(page.get_by_role("link", name="herunterladen").last).to_be_visible()
    look(page)
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Versions of the plan")).to_be_visible()
    page.get_by_role("link", name="Deutsch").click()
    assert (watched.errors, watched.foreign) == ([], [])
    watched.close()


def test_everything_works_without_scripts(browser: Browser, running: Running, workbook: Path) -> None:
    watched = opened(browser, running, script=False)
    page = watched.page
    page.locator("form.fields [name=name]").fill("Musterstadt")
    page.locator("form.fields [name=key]").fill(KEY)
    page.locator("form.fields select[name=land]").select_option("05")
    page.locator("form.fields button").click()
    page.wait_for_url(f"**/town/{KEY}")
    page.set_input_files("#files", workbook)
    page.get_by_role("button", name="Hochladen", exact=True).click()
    page.wait_for_url("**/findings")
    page.get_by_role("button", name=re.compile("^Bericht (neu )?erstellen")).click()
    page.wait_for_url("**/report")
    expect(page.get_by_role("link", name="Bericht auf Englisch lesen")).to_be_visible(timeout=LATE_MS)
    watched.close()


def test_the_page_ends_from_the_browser(browser: Browser, tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path / "own")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        address = next(word for word in page.stdout.readline().split() if word.startswith("http"))
        watched = opened(browser, Running(address, tmp_path))
        watched.page.get_by_role("button", name="Beenden").click()
        expect(watched.page.get_by_role("heading", name="Beendet")).to_be_visible()
        watched.close()
        assert page.wait(60) == 0
