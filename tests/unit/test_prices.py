"""The switch of a profile between nominal euro and prices of one year."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.unit.test_profile import profile

from dewak_research.language import LANGUAGES, Language
from dewak_research.paths import BOOK
from dewak_research.unit.prices import price_factors
from dewak_research.unit.sheet import leaflet

RISING = [
    {"year": year, "kdu_eur_pc": amount} for year, amount in ((2010, 88.1), (2020, 100.0), (2024, 119.3))
]
TAX = [{"year": year, "tax_capacity_eur_pc": amount, "trade_tax_eur_pc": float("nan")} for year, amount in
       ((2008, 500.0), (2009, float("nan")), (2010, 500.0))]  # fmt: skip


def test_years_without_an_index_have_no_factor() -> None:
    assert price_factors([2024, 2024, 1990, 2025]) == {"2024": 1.0}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_profile_is_nominal_without_a_script_and_says_so(language: Language) -> None:
    page = leaflet(profile(kdu=RISING), language)
    assert page.count('<span class="euro-of">nominal</span>') == 3
    assert re.search(r'<fieldset class="prices screen-only" hidden', page)
    assert 'data-first="2010" data-euro="88.1,,,,,,,,,,100,,,,119.3"' in page
    assert "prices" not in leaflet(profile(kdu=RISING), language, alone=True)


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    shutil.copytree(BOOK / "_static", tmp_path / "de" / "_static")
    file = tmp_path / "de" / "profile" / "05999999.html"
    file.parent.mkdir()
    file.write_text(leaflet(profile(kdu=RISING, tax=TAX), "de"), encoding="utf-8")
    made = browser.new_page()
    made.goto(file.as_uri())
    yield made
    made.close()


def texts(page: Page, place: int) -> list[str]:
    line = page.locator("svg[data-euro]").nth(place)
    return [
        line.locator("text:not([class])").text_content() or "",
        line.locator("text.first").text_content() or "",
    ]


@pytest.mark.browser
def test_series_are_drawn_at_prices_of_2024_and_back(page: Page) -> None:
    line = page.locator("svg[data-euro]").nth(1).locator(".curve")
    before = line.get_attribute("d")
    assert texts(page, 1) == ["119\u00a0€", "88\u00a0€"]
    page.get_by_label("in Preisen von 2024").check()
    # amounts that rise as consumer prices do (2010: 88.1, 2020: 100, 2024: 119.3) are level at prices of one year
    assert texts(page, 1) == ["119\u00a0€", "119\u00a0€"]
    assert len({y for _, y in re.findall(r"[ML](\S+) ([\d.]+)", line.get_attribute("d") or "")}) == 1
    # 500 euro of 2008 (index 86.9) and of 2010 (88.1)
    assert texts(page, 0) == [f"{500 * 119.3 / 88.1:.0f}\u00a0€", f"{500 * 119.3 / 86.9:.0f}\u00a0€"]
    assert page.locator(".euro-of").all_inner_texts() == ["in Preisen von 2024"] * 3
    alt = page.locator("svg[data-euro]").first.get_attribute("aria-label") or ""
    assert "686" in alt and "677" in alt and "500" not in alt and "in Preisen von 2024" in alt
    assert page.url.endswith("?prices=2024")
    assert page.locator("a.edition-switch").get_attribute("href").endswith("?prices=2024")  # type: ignore[union-attr]
    page.reload()
    assert texts(page, 1) == ["119\u00a0€", "119\u00a0€"]
    page.emulate_media(media="print")
    assert not page.locator(".prices").is_visible() and page.locator(".euro-of").first.is_visible()
    page.emulate_media(media="screen")
    page.get_by_label("nominal").check()
    assert line.get_attribute("d") == before and texts(page, 1) == ["119\u00a0€", "88\u00a0€"]
    assert page.locator(".euro-of").first.inner_text() == "nominal"
