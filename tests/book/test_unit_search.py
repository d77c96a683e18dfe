"""The field on the start page and on every profile that finds a municipality and goes to its profile."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.unit.test_profile import profile

from dewak_research.book.light_pages import without_idle_files
from dewak_research.data.other_names import other_names
from dewak_research.language import LANGUAGES
from dewak_research.paths import BOOK
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.unit_names import KINDS_OF_NAMES

OWN = "05999999.html"


def site_of(folder: Path, processed: Path) -> Path:
    """The profile of an invented town among the names of all real units."""
    units = pd.read_parquet(processed / "ingest" / "units.parquet")
    named = [
        [u.ags, u.name, KINDS_OF_NAMES.index(u.kind), *other_names().get(u.ags, ())]
        for u in units[["ags", "name", "kind"]].itertuples(index=False)
    ]
    for language in LANGUAGES:
        target = folder / language / "profile"
        target.mkdir(parents=True)
        shutil.copytree(BOOK / "_static", folder / language / "_static")
        for ags, *_ in named:
            (target / f"{ags}.html").write_text(str(ags), encoding="utf-8")
        (target / OWN).write_text(leaflet(profile(), language), encoding="utf-8")
    names = folder / "profile_data" / "units.js"
    names.parent.mkdir()
    names.write_text(f"window.dewakUnits = {json.dumps(named)};", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, stages_run: Path) -> Path:
    return site_of(tmp_path_factory.mktemp("search"), stages_run)


@pytest.fixture
def page(browser: Browser, folder: Path) -> Iterator[Page]:
    made = browser.new_page()
    made.goto((folder / "de" / "profile" / OWN).as_uri())
    yield made
    made.close()


def ask(page: Page, typed: str) -> list[str]:
    page.fill("#unit-search", typed)
    page.wait_for_function("document.querySelector('.unit-search [role=status]').textContent !== ''")
    return page.locator("[role=option]").all_inner_texts()


def test_a_page_without_the_field_does_not_ask_for_its_script() -> None:
    tag = '<script src="_static/unit_search.js"></script>\n'
    assert without_idle_files(tag + "<p></p>") == "<p></p>"
    assert "unit_search.js" in without_idle_files(tag + '<form class="unit-search"></form>')


def test_the_own_report_has_no_field() -> None:
    assert "unit-search" not in leaflet(profile(), "de", alone=True)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Dortmnd", "05913000"),
        ("Mühlheim", "05117000"),
        ("Munster", "05515000"),
        ("koeln", "05315000"),
        ("Ennepe Rhur", "05954"),
        ("5562020", "05562020"),
        ("Essen", "05113000"),
        ("Cologne", "05315000"),
        ("EN-Kreis", "05954"),
        ("MK", "05962"),
        ("Wattenscheid", "05911000"),
    ],
)
def test_enter_goes_to_the_best_hit(page: Page, typed: str, key: str) -> None:
    ask(page, typed)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/de/profile/{key}.html")


@pytest.mark.browser
@pytest.mark.parametrize(
    "typed", ["<b>", "<img src=x onerror=alert(1)>", "???", "*", "Herten;", "\U0001f642"]
)
def test_what_no_name_has_finds_nothing_and_says_what_to_try(page: Page, typed: str) -> None:
    assert ask(page, typed) == []
    said = page.locator(".unit-search [role=status]").inner_text()
    assert said.startswith("Keine Kommune gefunden") and "Kfz-Kennzeichen" in said


@pytest.mark.browser
def test_arrows_choose_and_escape_closes(page: Page) -> None:
    hits = ask(page, "Bad")
    field, shown = page.locator("#unit-search"), page.locator("[role=listbox]")
    assert len(hits) > 3 and shown.is_visible() and field.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = field.get_attribute("aria-activedescendant")
    assert page.locator("[aria-selected=true]").get_attribute("id") == second
    assert page.locator(f"#{second}").inner_text() == hits[1]
    page.keyboard.press("Escape")
    assert not shown.is_visible() and field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{hits[-1].split()[-1]}.html")


@pytest.mark.browser
def test_names_are_loaded_when_the_field_is_used_and_a_wrong_name_says_so(
    browser: Browser, folder: Path
) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.goto((folder / "en" / "profile" / OWN).as_uri())
    page.wait_for_load_state("networkidle")
    assert not {"units.js", "finder.js"} & set(asked)
    assert ask(page, "Xqzwv Pflmq") == []
    assert {"units.js", "finder.js"} <= set(asked)
    assert page.locator(".unit-search [role=status]").inner_text().startswith("No municipality found")
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everybody_can_use_the_field(browser: Browser, folder: Path, width: int, colours: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=colours)  # type: ignore[arg-type]
    page.goto((folder / "de" / "profile" / OWN).as_uri())
    ask(page, "Bad")
    page.keyboard.press("ArrowDown")
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [v["id"] for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.close()
