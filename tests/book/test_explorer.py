"""The page with map and ranking: the values of the profiles, and what the browser makes of them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from dewak_research.book.explorer import explorer_html, version_of, write_explorer, written
from dewak_research.book.explorer_data import (
    Level,
    classes_of,
    kreis_level,
    numbers_of,
    order_of,
    shade_of,
    town_level,
)
from dewak_research.data import read_boundaries
from dewak_research.language import LANGUAGES
from dewak_research.paths import BOOK
from dewak_research.unit.sheet_data import sheet_rows
from dewak_research.unit.view import ProfileTables, load_profile_tables, profile_of

HERTEN = "05562020"
TOWNS = (HERTEN, "05914000", "05334002", "05366012", "05111000")


@pytest.fixture(scope="module")
def tables(stages_run: Path) -> ProfileTables:
    return load_profile_tables(stages_run)


@pytest.fixture(scope="module")
def levels(tables: ProfileTables) -> list[Level]:
    return [
        town_level(tables, read_boundaries("towns")),
        kreis_level(tables, read_boundaries("kreise")),
    ]


def _shown(level: Level, indicator: str, ags: str, year: str | None = None, part: str = "values") -> Any:
    values = level.values[indicator]
    at = 0 if year is None else values["years"].index(year)
    return values[part][at][level.keys.index(ags)]


def test_unknown_values_stay_unknown_and_whole_numbers_are_short() -> None:
    assert numbers_of([1.0, float("nan"), None, 0.0, 2.3456789], 1) == [1, None, None, 0, 2.3457]
    assert numbers_of([0.44999], 1) == [0.44999]  # 0.45 would be shown as 0.5


@pytest.mark.parametrize("ags", TOWNS)
def test_marks_are_those_of_the_profile(tables: ProfileTables, levels: list[Level], ags: str) -> None:
    """``derived`` is said of the years of a series; what was carried over by hand is marked in both files."""
    towns = levels[0]
    rows = [row for row in sheet_rows(profile_of(tables, ags)) if row["section"] == "today"]
    compared = 0
    for row in rows:
        if row["key"] not in towns.values or row["value"] is None:
            continue
        values = towns.values[row["key"]]
        marks = values["marks"][values["years"].index(row["as_of"])]
        place = towns.keys.index(ags)
        assert [mark for mark, places in marks.items() if place in places] == [row["mark"]], row["key"]
        compared += 1
    assert compared >= 5


def test_ranks_classes_and_shades_of_known_values() -> None:
    values = [5.0, None, 1.0, 5.0, 3.0]
    assert order_of(values) == [1, None, 4, 1, 3]
    assert classes_of([float(n) for n in range(11)]) == [2.0, 4.0, 6.0, 8.0]
    assert classes_of([0.0, 0.0, 0.0, 0.0, 1.0]) == pytest.approx([0.0, 0.2])
    assert classes_of([None, None]) == []
    assert classes_of(values, range(1, 4)) == [2.0, 3.0]
    assert [shade_of(place, 5) for place in range(5)] == [0, 2, 3, 5, 6]


@pytest.mark.parametrize("ags", TOWNS)
def test_values_and_medians_are_those_of_the_profile(
    tables: ProfileTables, levels: list[Level], ags: str
) -> None:
    towns = levels[0]
    rows = {
        (row["section"], row["key"], str(row["as_of"]).split("-")[0]): row
        for row in sheet_rows(profile_of(tables, ags))
    }
    same = {"today": "{}", "comparison": "{}", "population": "population", "taxes": "panel_{}"}
    seen = set()
    for (section, key, year), row in rows.items():
        shown = same.get(section, "").format(key)
        if shown not in towns.values or (section == "comparison" and key.startswith("tax_capacity")):
            continue
        years = [None] if section in ("today", "comparison") else [year]
        if row["value"] is not None or section in ("today", "comparison"):
            found = _shown(towns, shown, ags, years[0])
            assert found == (row["value"] if row["value"] is None else pytest.approx(row["value"], abs=1e-3))
            seen.add(shown)
        if section in ("today", "comparison"):
            values = towns.values[shown]["values"][0]
            near = [values[at] for at in towns.peers[towns.keys.index(ags)]]
            known = [value for value in near if value is not None]
            expected = row["peer_median"]
            assert (statistics.median(known) if len(known) >= 5 else None) == (
                None if expected is None else pytest.approx(expected, abs=1e-3)
            )
    estimated = {one.key for one in towns.indicators if one.certainty in ("estimate", "estimate_band")}
    assert seen == {one.key for one in towns.indicators} - estimated


@pytest.mark.parametrize("ags", TOWNS)
def test_estimates_are_those_of_the_profile_with_their_band(
    tables: ProfileTables, levels: list[Level], ags: str
) -> None:
    profile, towns = profile_of(tables, ags), levels[0]
    by_age = {row["age"]: row for row in profile.people}
    assert _shown(towns, "people_80", ags) == pytest.approx(by_age["80+"]["change_pct"], abs=1e-3)
    assert _shown(towns, "people_80", ags, part="low") == pytest.approx(
        by_age["80+"]["change_low_pct"], abs=1e-3
    )
    needs = {row["service"]: row for row in profile.need_growth}
    assert _shown(towns, "need_care_allowance", ags, part="high") == pytest.approx(
        100 * needs["care_allowance"]["growth_high_share"], abs=1e-3
    )
    chance = profile.stress.probability
    assert _shown(towns, "stress_probability", ags) == (
        None if chance is None else pytest.approx(100 * chance, abs=1e-3)
    )


def test_doubted_and_derived_values_are_marked(levels: list[Level]) -> None:
    towns = levels[0]
    marks = towns.values["tax_capacity_eur_pc"]["marks"][0]
    assert [towns.keys[at] for at in marks["doubted"]] == ["05334002", "05366012"]
    counts = towns.values["population"]
    derived = {
        year for year, marked in zip(counts["years"], counts["marks"], strict=True) if "derived" in marked
    }
    assert {"2009", counts["years"][0]}.isdisjoint(derived)
    assert len(derived) == 6


def test_every_town_has_an_area_a_profile_and_fifteen_similar_ones(levels: list[Level]) -> None:
    towns = levels[0]
    assert len(towns.keys) == len(towns.names) == len(towns.paths) == 396
    assert all(path.startswith("M") for path in towns.paths)
    assert {len(near) for near in towns.peers} == {15}


@pytest.mark.parametrize("ags", ["05562", "14713", "02000", "11000"])
def test_values_and_medians_of_a_kreis_are_those_of_its_comparison(
    tables: ProfileTables, levels: list[Level], ags: str
) -> None:
    kreise = levels[1]
    assert len(kreise.keys) == 400
    compared = tables.stages["ingest"]["kreis_comparison"]
    seen = 0
    for row in compared[compared["ags"] == ags].itertuples():
        if row.indicator not in kreise.values or str(row.year) != kreise.values[row.indicator]["years"][0]:
            continue
        values = kreise.values[row.indicator]["values"][0]
        at = kreise.keys.index(ags)
        known = [value for near in kreise.peers[at] if (value := values[near]) is not None]
        median = statistics.median(known) if len(known) >= 5 else None
        for found, expected in ((values[at], row.value), (median, row.peer_median)):
            assert found == (None if pd.isna(expected) else pytest.approx(expected, abs=1e-3)), row.indicator
        seen += 1
    assert seen == len(kreise.indicators)


def test_a_kreis_that_is_a_city_leads_to_the_profile_of_the_city(levels: list[Level]) -> None:
    kreise = levels[1]
    assert kreise.profiles[kreise.keys.index("05914")] == "05914000"
    assert kreise.profiles[kreise.keys.index("05562")] == "05562"


def test_city_states_have_no_figures_of_municipal_budgets(levels: list[Level]) -> None:
    assert _shown(levels[1], "liquidity_credit_eur_pc", "11000", "2023") is None


def test_files_are_small(levels: list[Level], tmp_path: Path) -> None:
    write_explorer(levels, tmp_path)
    sizes = {path.relative_to(tmp_path).as_posix(): path.stat().st_size for path in tmp_path.rglob("*.js")}
    assert max(sizes.values()) < 120_000
    assert sizes["explorer/towns.js"] + sizes["explorer/towns/liquidity_credit_eur_pc.js"] < 60_000


def test_a_probability_is_never_rounded_to_certainty() -> None:
    assert written(99.99, ".1p", "de") == "über 99,9\N{NO-BREAK SPACE}%"
    assert written(0.01, ".1p", "en") == "under 0.1%"
    assert written(100.0, ".1p", "en") == "100.0%"
    assert written(None, ".1p", "de") == "keine Angabe"


@pytest.fixture(scope="module")
def folder(levels: list[Level], tmp_path_factory: pytest.TempPathFactory) -> Path:
    whole = tmp_path_factory.mktemp("explorer")
    write_explorer(levels, whole)
    for language in LANGUAGES:
        (whole / language).mkdir()
        for name in ("explorer.js", "explorer.css", "tables.js", "dewak.css"):
            shutil.copyfile(BOOK / "_static" / name, whole / language / name)
        head = (
            f'<!DOCTYPE html><html lang="{language}" data-theme="light"><meta charset="utf-8"><title>x</title>'
            '<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="dewak.css">'
            '<link rel="stylesheet" href="explorer.css"><script defer src="tables.js"></script>'
            '<script defer src="explorer.js"></script><main class="bd-article" style="max-width:46rem"><h1>x</h1>'
        )
        page = head + explorer_html(levels, language, compare=True) + "</main>"
        (whole / language / "explorer.html").write_text(page, encoding="utf-8")
    return whole


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert said == []


def _open(page: Page, folder: Path, asked: str = "", language: str = "de") -> None:
    page.goto((folder / language / "explorer.html").as_uri() + asked)
    page.wait_for_function("performance.getEntriesByName('explorer').length > 0")


def _names(page: Page) -> list[str]:
    return page.locator(".explorer-ranking button .explorer-who").all_inner_texts()


@pytest.mark.browser
def test_english_has_the_sign_of_the_euro_before_the_amount(page: Page, folder: Path) -> None:
    _open(page, folder, f"?unit={HERTEN}&indicator=liquidity_credit_eur_pc", "en")
    said = page.inner_text(".explorer-panel")
    assert re.search(r"€[\d,]+ per inhabitant", said) and not re.search(r"\d €", said)


@pytest.mark.browser
def test_what_is_chosen_stands_in_the_address_and_comes_back(page: Page, folder: Path) -> None:
    _open(page, folder)
    page.select_option("#explorer-indicator", "panel_trade_tax_eur_pc")
    page.wait_for_function("document.querySelector('#explorer-year').options.length === 25")
    page.select_option("#explorer-year", "2005")
    page.fill("#explorer-unit", "Herten")
    page.press("#explorer-unit", "Enter")
    page.locator("path.chosen").wait_for()
    page.locator(".explorer-ranking button[aria-pressed=true]").wait_for()
    address, ranking, value = page.url, _names(page), page.inner_text(".explorer-value")
    assert re.search(r"indicator=panel_trade_tax_eur_pc&year=2005&unit=05562020$", address)
    assert len(ranking) == 16
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_function("performance.getEntriesByName('explorer').length > 0")
    assert (_names(page), page.inner_text(".explorer-value")) == (ranking, value)
    assert page.input_value("#explorer-year") == "2005"
    page.click(".explorer-ranking li:not(.explorer-middle) button[aria-pressed=false] >> nth=0")
    page.wait_for_function("!location.search.includes('05562020')")
    page.go_back()
    page.wait_for_function("document.querySelector('#explorer-unit').value === 'Herten'")
    assert _names(page) == ranking


@pytest.mark.browser
def test_kreise_of_germany_are_the_other_level(page: Page, folder: Path) -> None:
    _open(page, folder, f"?unit={HERTEN}")
    page.select_option("#explorer-level", "kreise")
    page.wait_for_function("document.querySelectorAll('.explorer-areas path').length === 400")
    assert "level=kreise&indicator=kdu_eur_pc" in page.url
    assert "unit" not in page.url
    page.fill("#explorer-unit", "kreis recklinghausen")
    page.press("#explorer-unit", "Enter")
    page.locator(".explorer-ranking button[aria-pressed=true]").wait_for()
    assert len(_names(page)) == 16
    page.go_back()
    page.go_back()
    page.wait_for_function("document.querySelectorAll('.explorer-areas path').length === 396")
    assert page.input_value("#explorer-unit") == "Herten"


@pytest.mark.browser
def test_map_and_ranking_are_linked_and_name_the_median(
    page: Page, folder: Path, levels: list[Level]
) -> None:
    towns = levels[0]
    _open(page, folder)
    at = towns.keys.index(HERTEN)
    page.dispatch_event(f"path[data-place='{at}']", "pointerover")
    assert page.inner_text(".explorer-name") == "Herten"
    page.dispatch_event(f"path[data-place='{at}']", "click")
    pressed = page.locator(".explorer-ranking button[aria-pressed=true]")
    pressed.wait_for()
    assert pressed.locator(".explorer-who").inner_text() == "Herten"
    values = towns.values["liquidity_credit_eur_pc"]["values"][0]
    median = statistics.median([v for near in towns.peers[at] if (v := values[near]) is not None])
    said = page.inner_text(".explorer-panel")
    assert f"Mitte der 15 Ähnlichen: {written(median, ',.0f', 'de')} € je Einwohner" in said
    assert "31.12.2025" in said
    assert page.get_attribute(".explorer-panel a >> nth=0", "href") == "profile/05562020.html"
    # the word beside the coloured edge of the median begins clear of it
    edge, room = page.locator(".explorer-middle").evaluate(
        "one => [getComputedStyle(one).boxShadow, getComputedStyle(one).paddingLeft]"
    )
    assert "4.8px" in edge and float(room.removesuffix("px")) > 4.8
    others = ",".join([HERTEN, *(towns.keys[near] for near in towns.peers[at][:3])])
    assert page.get_attribute(".explorer-panel a >> nth=1", "href") == f"compare.html?units={others}"


@pytest.mark.browser
def test_keys_walk_from_area_to_area_choose_and_clear(page: Page, folder: Path) -> None:
    _open(page, folder, f"?unit={HERTEN}")
    page.focus("path.chosen")
    assert page.locator(".explorer-areas path[tabindex='0']").count() == 1
    page.keyboard.press("ArrowRight")
    beside = page.inner_text(".explorer-name")
    assert beside != "Herten"
    page.keyboard.press("Enter")
    page.wait_for_function("name => document.querySelector('#explorer-unit').value === name", arg=beside)
    assert page.evaluate("document.activeElement.classList.contains('chosen')")
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('unit')")
    assert page.locator("path.chosen").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_table_and_file_hold_the_values_as_the_profiles_write_them(
    page: Page, folder: Path, levels: list[Level], language: str
) -> None:
    towns = levels[0]
    for one in towns.indicators:
        _open(page, folder, f"?indicator={one.key}", language)
        told = page.evaluate(
            "[...document.querySelectorAll('.explorer-table tbody tr')].map(row =>"
            " [row.querySelector('a').getAttribute('href'), row.cells[2].textContent])"
        )
        shown = {re.findall(r"\d+", link)[0]: text.removesuffix(" †") for link, text in told}
        values = towns.values[one.key]["values"][0]
        if one.key == "budget_stage":
            shown = {key: text.split(":")[0] for key, text in shown.items()}
        expected = {
            key: written(value, one.spec, language)  # type: ignore[arg-type]
            for key, value in zip(towns.keys, values, strict=True)
        }
        assert shown == expected, one.key
    with page.expect_download() as download:
        page.click(".explorer-csv")
    lines = list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text(encoding="utf-8"))))
    assert len(lines) == 396
    held = {line["ags"]: line["value"] for line in lines}
    values = towns.values[one.key]["values"][0]
    assert held == {
        key: "" if value is None else repr(value) for key, value in zip(towns.keys, values, strict=True)
    }


@pytest.mark.browser
def test_without_scripts_a_picture_and_a_table_stand_there(
    browser: Browser, page: Page, folder: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto((folder / "de" / "explorer.html").as_uri())
    assert plain.locator(".explorer-areas path").count() == 396
    assert plain.locator("noscript tbody tr, .explorer table tbody tr").count() == 396
    assert plain.locator(".explorer-form").is_hidden()
    before = plain.eval_on_selector_all(
        ".explorer-areas path", "all => all.map(path => path.getAttribute('class'))"
    )
    legend = plain.locator(".explorer-legend li").all_inner_texts()
    context.close()
    _open(page, folder)
    after = page.eval_on_selector_all(
        ".explorer-areas path", "all => all.map(path => path.getAttribute('class'))"
    )
    assert before == after
    assert page.locator(".explorer-legend li").all_inner_texts() == legend


@pytest.mark.browser
def test_a_name_that_nobody_has_is_said(page: Page, folder: Path) -> None:
    _open(page, folder, "?indicator=none&year=1&unit=2&level=x")
    assert page.input_value("#explorer-indicator") == "liquidity_credit_eur_pc"
    page.fill("#explorer-unit", "Nirgendwo")
    page.press("#explorer-unit", "Enter")
    assert "Keine Kommune heißt so" in page.inner_text("#explorer-said")


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everybody_can_use_it(browser: Browser, folder: Path, width: int, theme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 844})
    _open(page, folder, f"?unit={HERTEN}")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    ground = {"light": "#fff", "dark": "#14181b"}[theme]
    page.add_style_tag(
        content=f"body{{background:{ground};color:var(--dewak-ink)}} a{{color:var(--dewak-link)}}"
    )
    found = Axe().run(page, options={"preload": False}).response["violations"]
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found] == []
    assert wider <= 0


def test_the_address_of_the_data_changes_with_them(levels: list[Level]) -> None:
    kreise = levels[1]
    key = kreise.indicators[0].key
    other = {**kreise.values, key: {**kreise.values[key], "years": ["2023"]}}
    assert version_of(levels) == version_of(list(levels))
    assert version_of(levels) != version_of([levels[0], replace(kreise, values=other)])


def test_the_page_says_what_the_script_needs(levels: list[Level]) -> None:
    html = explorer_html(levels, "en")
    told = json.loads(
        re.search(r'explorer-catalogue">(.*?)</script>', html, re.S)[1].replace("<\\/", "</")  # type: ignore[index]
    )
    shown = [one for group in told["levels"][0]["groups"] for one in group["indicators"]]
    assert {one["key"] for one in shown} == {one.key for one in levels[0].indicators}
    assert all(one["name"] and one["publishers"] and one["sure"] for one in shown)
    assert not told["compare"]
