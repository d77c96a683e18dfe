"""The finder of municipalities: misspelt names, German order, choices; and the profiles on the search page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from playwright.sync_api import Browser, Page
from shapely.geometry import box

from dewak_research.book.lists import finder_list, german_order, profiles_on_search, search_list, search_words
from dewak_research.paths import BOOK

HEAD = (
    '<!DOCTYPE html><html lang="de"><meta charset="utf-8"><title>x</title>'
    '<link rel="stylesheet" href="dewak.css"><script src="finder.js"></script>'
)
MUENSTER = ["Münster", "Bad Münstereifel", "Marienmünster"]


def test_names_are_sorted_as_in_a_german_dictionary() -> None:
    names = [
        "Zülpich",
        "Öbach",
        "Ochtrup",
        "Oelde",
        "Mühl",
        "Muster",
        "Mülheim",
        "Groß B",
        "Gross A",
        "Bad Z",
        "Bade",
    ]
    assert sorted(names, key=german_order) == [
        "Bad Z", "Bade", "Gross A", "Groß B", "Mühl", "Mülheim", "Muster", "Öbach", "Ochtrup", "Oelde", "Zülpich",
    ]  # fmt: skip


def test_a_name_is_found_in_every_spelling() -> None:
    assert search_words("Mülheim (Ruhr)", "05117000") == (
        "muelheim ruhr mulheim ruhr muelheimruhr mulheimruhr 05117000"
    )
    assert search_words("Soest", "05974040") == "soest 05974040"
    assert search_words("Köln", "05315000").split()[:4] == ["koeln", "koln", "05315000", "cologne"]


def test_a_search_page_without_a_place_for_results_is_an_error() -> None:
    with pytest.raises(ValueError, match="search-results"):
        profiles_on_search("<main></main>", "")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory, stages_run: Path) -> Path:
    units, kreise = (
        pd.read_parquet(stages_run / "ingest" / f"{table}.parquet") for table in ("units", "kreis_register")
    )
    towns = units[units["kind"] != "kreis"]
    areas = [box(6, 51, 6.1, 51.1)] * len(towns)
    boundaries = gpd.GeoDataFrame({"ags": towns["ags"].to_numpy()}, geometry=areas, crs="EPSG:4326")
    folder = tmp_path_factory.mktemp("finder")
    for name in ("finder.js", "dewak.css"):
        shutil.copyfile(BOOK / "_static" / name, folder / name)
    (folder / "profiles.html").write_text(
        HEAD + finder_list(units, kreise, boundaries, "de"), encoding="utf-8"
    )
    search = profiles_on_search('<div id="search-results"></div>', search_list(units, kreise, "de"))
    (folder / "search.html").write_text(HEAD + search, encoding="utf-8")
    (folder / "profile").mkdir()
    for ags in [*units["ags"], *kreise["ags"]]:
        (folder / "profile" / f"{ags}.html").write_text(ags, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def finder(browser: Browser, pages: Path) -> Iterator[Page]:
    page = browser.new_page()
    page.goto((pages / "profiles.html").as_uri())
    yield page
    page.close()


def shown(page: Page) -> list[str]:
    return page.evaluate(
        "[...document.querySelectorAll('.finder li')].filter(i => i.checkVisibility())"
        ".map(i => i.querySelector('a').textContent)"
    )  # type: ignore[no-any-return]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Dortmnd", ["Dortmund"]),
        ("Dortmudn", ["Dortmund"]),
        ("Mühlheim", ["Mülheim an der Ruhr"]),
        ("Muhlheim Ruhr", ["Mülheim an der Ruhr"]),
        ("mulheim", ["Mülheim an der Ruhr"]),
        ("Munster", [*MUENSTER, "Neumünster"]),
        ("Muenster", [*MUENSTER, "Neumünster"]),
        ("Mu\u0308nster", [*MUENSTER, "Neumünster"]),
        ("Köl", ["Köln"]),
        ("Grefrat", ["Grefrath"]),
        ("Kölln", ["Köln"]),
        ("Gelsenkrichen", ["Gelsenkirchen"]),
        ("Wuppertahl", ["Wuppertal"]),
        ("Oer Erkenschwik", ["Oer-Erkenschwick"]),
        ("oererkenschwick", ["Oer-Erkenschwick"]),
        ("erkensch", ["Oer-Erkenschwick"]),
        ("Pulhiem", ["Pulheim"]),
        ("Hertn", ["Herten"]),
        ("05562020", ["Herten"]),
        ("05 562 020", ["Herten"]),
        ("5562020", ["Herten"]),
        ("055620020020", ["Herten"]),
        ("05911", ["Bochum"]),
        ("05562029", []),
        ("xyz", []),
        ("Kassel", ["Niederkassel", "Kassel", "Landkreis Kassel"]),
        ("Landkreis Kassel", ["Landkreis Kassel"]),
        ("Muenchen", ["Landkreis München", "München"]),
        ("Görlitz", ["Landkreis Görlitz"]),
        ("Goerlitz", ["Landkreis Görlitz"]),
        ("Görliz", ["Landkreis Görlitz"]),
        ("14626", ["Landkreis Görlitz"]),
        ("Eisenach", ["Wartburgkreis"]),
        ("Cologne", ["Köln"]),
        ("Colonge", ["Köln"]),
        ("Munich", ["München"]),
        ("Aix la Chapelle", ["Aachen"]),
        ("Aix-la-Chapelle", ["Aachen"]),
        ("wanne-eickel", ["Herne"]),
        ("<b>", []),
        ("<script>alert(1)</script>", []),
        ("???", []),
        ("%", []),
        ("Herten \U0001f642", []),
        ("Quatschdorfhausen", []),
    ],
)
def test_a_town_is_offered_for_what_is_typed(finder: Page, typed: str, expected: list[str]) -> None:
    finder.fill("#finder-search", typed)
    found = shown(finder)
    assert found == expected
    said = finder.inner_text("#finder-count")
    assert ("Keine Kommune gefunden" in said) == (not expected)


@pytest.mark.browser
def test_a_misspelt_name_is_called_similar_and_a_right_one_found(finder: Page) -> None:
    finder.fill("#finder-search", "Dortmnd")
    assert finder.inner_text("#finder-count") == "So heißt keine Kommune. Mit ähnlichem Namen: 1"
    finder.fill("#finder-search", "Dortmund")
    assert finder.inner_text("#finder-count") == "1 gefunden"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "ags"),
    [
        ("Ennepe-Ruhr-Kreis", "05954"),
        ("05954", "05954"),
        ("05954000", "05954"),
        ("kreis kleve", "05154"),
        ("Düren", "05358008"),
        ("Dortmnd", "05913000"),
        ("Cösfeld", "05558012"),
        ("Reklinghausen", "05562032"),
        ("Kassel", "06611"),
        ("landkreis kassel", "06633"),
        ("Görlitz", "14626"),
        ("16063", "16063"),
        ("EN-Kreis", "05954"),
        ("en kreis", "05954"),
        ("EN", "05954"),
        ("MK", "05962"),
        ("hsk", "05958"),
        ("K", "05315000"),
        ("Kreis Neuss", "05162"),
        ("Bruswick", "03101"),
    ],
)
def test_enter_opens_what_is_named(browser: Browser, pages: Path, typed: str, ags: str) -> None:
    page = browser.new_page()
    page.goto((pages / "profiles.html").as_uri())
    page.fill("#finder-search", typed)
    page.press("#finder-search", "Enter")
    page.wait_for_url(f"**/profile/{ags}.html")
    page.close()


@pytest.mark.browser
def test_the_list_is_sorted_and_chosen_from(browser: Browser, pages: Path, stages_run: Path) -> None:
    page = browser.new_page()
    page.goto((pages / "profiles.html").as_uri())
    before = shown(page)
    assert len(before) == 396 + 347
    page.get_by_label("Reihenfolge").select_option("nach Namen")
    names = shown(page)
    assert len(names) == 427 + 347
    assert names == page.evaluate(
        "names => [...names].sort(new Intl.Collator('de', {numeric: true}).compare)", names
    )
    assert names.index("Münster") < names.index("Nettersheim") < names.index("Ochtrup") < names.index("Oelde")
    page.get_by_label("Reihenfolge").select_option("nach Schlüssel")
    assert shown(page)[:2] == ["Flensburg", "Kiel"]
    page.get_by_label("Zeigen").select_option("Kreise")
    assert len(shown(page)) == 294
    assert page.inner_text("#finder-count") == "294 gefunden"
    page.get_by_label("Reihenfolge").select_option("nach Kreisen und Ländern")
    assert (len(shown(page)), page.locator(".finder-group h2 a:visible").count()) == (294 - 31, 31)
    page.get_by_label("Zeigen").select_option("kreisfreie Städte")
    assert len(shown(page)) == 106
    units = pd.read_parquet(stages_run / "ingest" / "units.parquet")
    page.get_by_label("Zeigen").select_option("ohne Meldung")
    page.get_by_label("Reihenfolge").select_option("nach Namen")
    assert len(shown(page)) == int((~units["reported_any"]).sum())
    page.get_by_label("Zeigen").select_option("alle")
    page.get_by_label("Reihenfolge").select_option("nach Kreisen und Ländern")
    assert shown(page) == before
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("Herten", ["Herten"]),
        ("herten+haushalt", []),
        ("Dortmnd", ["Dortmund"]),
        ("M%C3%BCnster", sorted(MUENSTER[:2])),
        ("05562020", ["Herten"]),
        ("Haushalt", []),
        ("Kosten", []),
        ("Schwelle", []),
        ("Cologne", ["Köln"]),
        ("EN-Kreis", ["Ennepe-Ruhr-Kreis"]),
        ("MK", ["Märkischer Kreis"]),
        ("%3Cb%3E", []),
        ("", []),
    ],
)
def test_the_search_page_leads_to_profiles(
    browser: Browser, pages: Path, asked: str, expected: list[str]
) -> None:
    page = browser.new_page()
    page.goto(f"{(pages / 'search.html').as_uri()}?q={asked}")
    assert shown(page) == expected
    if expected:
        page.get_by_role("link", name=expected[0], exact=True).click()
        page.wait_for_url("**/profile/*.html")
    page.close()
