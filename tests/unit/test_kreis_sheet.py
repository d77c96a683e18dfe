"""The page and the data of every Kreis of Germany: whole, in both languages, said no more than is known."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from jsonschema import Draft202012Validator

from dewak_research.data.result import Result
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.page.results import Results
from dewak_research.unit.kreis_sheet import kreis_sheet, kreise_elsewhere, write_kreis_sheets
from dewak_research.unit.kreis_view import KreisProfile, kreis_profile_of
from dewak_research.unit.kreis_words import at_a_glance, german_rows
from dewak_research.unit.report import KREIS_PAGE, write_kreis_report
from dewak_research.unit.sheet_data import schema
from dewak_research.unit.sheet_files import write_data, write_tables
from dewak_research.unit.sheet_places import DATA_FOLDER
from dewak_research.unit.view import ProfileTables
from dewak_research.written import write_result

pytestmark = pytest.mark.slow  # the pages of all Kreise are written

MAX_PAGE, MAX_DATA = 20_000, 16_000
TABLES = ("kreis_register", "kreis_indicators", "kreis_comparison", "kreis_peers", "kreise")


@pytest.fixture(scope="module")
def opened(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> ProfileTables:
    folder = tmp_path_factory.mktemp("processed")
    write_result(Result({name: tables[name] for name in TABLES}), "ingest", folder)
    return ProfileTables({"ingest": Results(folder / "ingest")})


@pytest.fixture(scope="module")
def site(opened: ProfileTables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    html = tmp_path_factory.mktemp("html")
    for language in LANGUAGES:
        (html / language / "profile").mkdir(parents=True)
    data = write_kreis_sheets(opened, kreise_elsewhere(opened), html, LANGUAGES)
    write_tables(data, html / DATA_FOLDER)
    write_data(data, html / DATA_FOLDER)
    assert len([*html.glob("*/profile/*.html")]) == 2 * 347
    return html


def profile(opened: ProfileTables, ags: str) -> KreisProfile:
    return kreis_profile_of(opened.rows, ags)


def test_every_kreis_has_a_page_in_both_languages_and_every_link_to_another_holds(
    site: Path, tables: dict[str, pd.DataFrame]
) -> None:
    keys = set(tables["units"]["ags"]) | set(tables["kreis_register"].query("land != '05'")["ags"])
    assert len(keys) == 427 + 347
    for language in LANGUAGES:
        pages = sorted((site / language / "profile").glob("*.html"))
        assert [page.stem for page in pages] == sorted(set(keys) - set(tables["units"]["ags"]))
        for page in pages:
            text = page.read_text(encoding="utf-8")
            assert set(re.findall(r'href="(\d+)\.html"', text)) <= keys, page
            assert len(set(re.findall(r'href="(\d+)\.html"', text))) == 6, page
            assert f'href="../../{"en" if language == "de" else "de"}/profile/{page.name}"' in text
            assert len(text.encode()) <= MAX_PAGE, page


def test_no_page_shows_a_stress_light_and_each_says_why(site: Path) -> None:
    for language in LANGUAGES:
        said = label("kreis_not_title", language)
        for page in (site / language / "profile").glob("*.html"):
            text = page.read_text(encoding="utf-8")
            assert 'class="light' not in text and said in text and "your_municipality.html" in text


def test_the_data_keep_the_schema_of_all_profiles(site: Path) -> None:
    check = Draft202012Validator(schema())
    files = sorted((site / DATA_FOLDER).glob("[01]*.json"))
    assert len(files) == 347
    for file in files:
        found = json.loads(file.read_text(encoding="utf-8"))
        check.validate(found)
        assert file.stat().st_size <= MAX_DATA
        table = pd.read_csv(file.with_suffix(".csv"), dtype={"as_of": str, "key": str})
        assert len(table) == sum(len(v) for one in found["figures"].values() for v in one.values())
        assert file.with_suffix(".csv").stat().st_size <= MAX_DATA


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_value_median_and_place(
    opened: ProfileTables, tables: dict[str, pd.DataFrame], language: Language
) -> None:
    rows = {
        row["key"]: row
        for subject in german_rows(profile(opened, "14626"), language)
        for row in subject["rows"]
    }
    row = rows["kreis_unemployment_pct"]
    values = (
        tables["kreis_indicators"]
        .query("indicator == 'unemployment_pct' and year == 2025")
        .set_index("ags")["value"]
    )
    place = 1 + int((values > values["14626"]).sum())
    assert row["value"].replace(",", ".") == f"{values['14626']:.1f}" and row["year"] == 2025
    assert row["among"] == label("kreis_place", language, place=str(place), of="400")
    peers = tables["kreis_peers"].query("ags == '14626'")["peer"]
    assert row["median"].replace(",", ".") == f"{values[peers].median():.1f}"


def test_what_a_city_state_does_not_show_is_named_and_left_out(opened: ProfileTables) -> None:
    berlin = profile(opened, "11000")
    assert {"core_debt_eur_pc", "liquidity_credit_eur_pc"} <= set(berlin.unknown)
    page = kreis_sheet(berlin, "de")
    assert "Ohne Angabe: Schulden der Kernhaushalte je Einwohner" in page
    assert "kreisfreie Stadt und Land" in page
    assert not [said for said in at_a_glance(berlin, "de") if "Schulden" in said]
    assert "core_debt" not in " ".join(profile(opened, "14626").unknown)


@pytest.mark.parametrize(("ags", "word"), [("03159", "Osterode"), ("16063", "Eisenach")])
def test_a_kreis_of_a_reform_says_what_it_includes(opened: ProfileTables, ags: str, word: str) -> None:
    for language in LANGUAGES:
        assert word in kreis_sheet(profile(opened, ags), language)
        assert word not in kreis_sheet(profile(opened, "06633"), language)


def test_town_and_kreis_of_one_name_are_told_apart(opened: ProfileTables) -> None:
    town, kreis = kreis_sheet(profile(opened, "06611"), "de"), kreis_sheet(profile(opened, "06633"), "de")
    assert "<h1>Kassel</h1>" in town and "kreisfreie Stadt in Hessen" in town
    assert "<h1>Landkreis Kassel</h1>" in kreis and "Kreis in Hessen" in kreis
    assert all(
        row["unit"] == "05113000" or len(row["unit"]) in (5, 8) for row in profile(opened, "06611").neighbours
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_city_is_not_said_to_have_towns_within_it(opened: ProfileTables, language: Language) -> None:
    together, city = label("kreis_theme_money", language), label("kreis_theme_money_city", language)
    for ags, title in (("09162", city), ("02000", city), ("14626", together)):
        titles = [subject["title"] for subject in german_rows(profile(opened, ags), language)]
        assert titles[-1] == title


def test_an_area_has_marks_between_thousands(opened: ProfileTables) -> None:
    page = kreis_sheet(profile(opened, "14626"), "de")
    assert re.search(r"\b2\.111,4\b", page) and "2111,4" not in page


def test_figures_at_a_glance_are_written_as_the_language_writes_them(opened: ProfileTables) -> None:
    german, english = (" ".join(at_a_glance(profile(opened, "14626"), language)) for language in ("de", "en"))
    assert "8,9\N{NO-BREAK SPACE}%" in german and "132\N{NO-BREAK SPACE}€" in german
    assert "8.9%" in english and "€132" in english and not re.search(r"\s[%€](?!\d)", english)


def test_the_land_is_named_with_its_article(opened: ProfileTables) -> None:
    assert "Kreis im Saarland ·" in kreis_sheet(profile(opened, "10041"), "de")
    assert "Kreis in Saarland ·" in kreis_sheet(profile(opened, "10041"), "en")
    assert "Kreis in Sachsen ·" in kreis_sheet(profile(opened, "14626"), "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_series_in_euro_are_nominal_and_say_so_and_can_be_had_at_prices_of_2024(
    opened: ProfileTables, language: Language
) -> None:
    page = kreis_sheet(profile(opened, "14626"), language)
    assert page.count('<span class="euro-of">nominal</span>') == page.count("data-euro=") == 2
    assert re.search(r'<fieldset class="prices screen-only" hidden', page)
    alone = kreis_sheet(profile(opened, "14626"), language, alone=True)
    assert "<fieldset" not in alone and not re.search(r'href="(?!_static/|#|https:|council\.html)', alone)


def test_every_year_of_a_series_in_euro_has_a_price_factor_in_the_data(site: Path) -> None:
    own, shared = (
        json.loads((site / DATA_FOLDER / name).read_text(encoding="utf-8"))
        for name in ("14626.json", "figures.json")
    )
    series = {
        (section, key): values
        for section in ("taxes", "kdu", "debt")
        for key, values in own["figures"][section].items()
    }
    euro = [(s, k) for s, k in series if shared["figures"][s][k]["unit"] == "eur_per_inhabitant"]
    years = {value["as_of"] for one in euro for value in series[one]}
    assert len(series) == 4 and years <= set(shared["prices"]["factors"])


def test_the_report_of_a_kreis_of_another_land_is_its_profile(opened: ProfileTables, tmp_path: Path) -> None:
    first = write_kreis_report(opened, "14626", tmp_path / "14626", LANGUAGES)
    assert first == tmp_path / "14626" / "de" / KREIS_PAGE and first.is_file()
    for language in LANGUAGES:
        folder = tmp_path / "14626" / language
        assert not (folder / "index.html").exists()
        for page in folder.glob("*.html"):
            for address in re.findall(r'(?:href|src)="(?!https:)([^"#]+)"', page.read_text(encoding="utf-8")):
                assert (folder / address).is_file(), address
