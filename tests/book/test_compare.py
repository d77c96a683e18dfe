"""The page that sets two to four units side by side, with the data of real profiles and the words of the labels."""

from __future__ import annotations

import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.book.conftest import media, serving
from tests.book.tables import CUT
from tests.unit.test_profile import profile
from tests.unit.test_today import town

from dewak_research.book.compare import BLANKS, EXAMPLE, comparison, page_words
from dewak_research.book.light_pages import without_idle_files
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.values import number
from dewak_research.paths import BOOK
from dewak_research.unit.outlook import estimate
from dewak_research.unit.sheet import leaflet
from dewak_research.unit.sheet_data import sheet_rows
from dewak_research.unit.sheet_files import unit_data, write_data, write_tables
from dewak_research.unit.unit_names import write_names
from dewak_research.unit.words import placed

NEAR = [{"peer": f"059990{n:02}", "name": f"Ort {n}", "rank": n, "distance": float(n)} for n in range(1, 16)]
#: Places among 15: 13 below and 1 level, 1 below and 2 level, all below.
PLACES = ((90.0, 2), (100 * 2 / 15, 13), (100.0, 1))
TODAY = [
    {**row, "peer_percentile": percentile, "rank": rank}
    for row, (percentile, rank) in zip(town().today, itertools.cycle(PLACES), strict=False)
]
HEAD = (
    '<!DOCTYPE html><html lang="{}"><head><meta charset="utf-8"><title>Vergleich</title><link rel="icon" href="data:,">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="stylesheet" href="_static/dewak.css">'
    '<script src="_static/unit_search.js" defer></script><script src="_static/compare.js" defer></script></head>'
    '<body><main class="bd-article"><h1>Vergleich</h1>{}</main></body></html>'
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_data_and_every_publisher_has_words(language: Language) -> None:
    words = page_words(language)
    assert all(blank in BLANKS for text in words["said"].values() for blank in re.findall(r"\{(\w+)\}", text))
    for one in (profile(), town(), profile(kind="kreis")):
        for row in sheet_rows(one):
            assert row["section"] in words["sections"]
            assert set(row["sources"].split()) <= set(words["publishers"])
            assert row["mark"] is None or row["mark"] in words["signs"]
    assert words["most"] == 4


def test_the_page_without_a_script_says_where_the_figures_stand() -> None:
    page = comparison("en")
    assert re.search(r'<noscript>.*JavaScript.*href="profiles.html"', page, re.DOTALL)
    inside = page.split('class="compare-words">', 1)[1].split("</script>", 1)[0]
    assert json.loads(inside) == json.loads(json.dumps(page_words("en")))


def test_a_profile_leads_to_the_comparison_with_the_two_nearest() -> None:
    page = leaflet(profile(neighbours=NEAR), "de")
    assert 'href="../compare.html?units=05999999,05999001,05999002">vergleichen mit Ort 1, Ort 2</a>' in page
    assert "compare.html" not in leaflet(profile(neighbours=NEAR), "de", alone=True)
    assert len(EXAMPLE) == 3


def test_other_pages_do_not_ask_for_its_script() -> None:
    assert without_idle_files('<script src="_static/compare.js"></script>\n<p></p>') == "<p></p>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("compare")
    for language in LANGUAGES:
        shutil.copytree(BOOK / "_static", made / language / "_static")
        text = HEAD.format(language, comparison(language))
        (made / language / "compare.html").write_text(text, encoding="utf-8")
    unit = town().unit
    kinds = {"05999001": "kreisangehoerige_gemeinde", "05998000": "kreisfreie_stadt", "05997": "kreis"}
    shown = [replace(town(), neighbours=NEAR, today=TODAY)]
    for ags, kind in kinds.items():
        own = {**unit, "ags": ags, "name": f"Neu<b>-{ags}", "kind": kind}
        shown.append(profile(kind=kind, unit=own, neighbours=NEAR))
    kdu = [
        {"year": year, "kdu_eur_pc": amount} for year, amount in ((2010, 100.0), (2020, 100.0), (2024, 100.0))
    ]
    shown.append(profile(unit={**unit, "ags": "09999000", "name": "Fernstadt"}, kdu=kdu))
    data = [unit_data(one) for one in shown]
    write_tables(data, made / "profile_data")
    write_data(data, made / "profile_data")
    invented = [{"ags": ags, "name": f"Kreis {ags}", "kind": "kreis"} for ags in ("05996", "14999")]
    write_names([*(one.unit for one in shown), *invented], made)
    rounded_and_named(made / "profile_data")
    return made


def as_written(figures: list[dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return figures as a file of a unit has them: values, and what is said of them, by section and key."""
    made: dict[str, dict[str, dict[str, Any]]] = {"figures": {}, "differs": {}}
    for figure in figures:
        said = {name: text for name, text in figure.items() if name not in ("section", "key", "values")}
        made["figures"].setdefault(figure["section"], {})[figure["key"]] = figure["values"]
        made["differs"].setdefault(figure["section"], {})[figure["key"]] = said
    return made


def rounded_and_named(folder: Path) -> None:
    """Two Kreise: names of one series with and without their prices, and values that lie on an edge of rounding."""

    def figure(
        section: str, key: str, name: str, unit: str | None, *values: dict[str, object]
    ) -> dict[str, Any]:
        named = {"section": section, "key": key, "name_de": name, "name_en": name, "sources": "kreise_panel"}
        return {**named, **({"unit": unit} if unit else {}), "values": list(values)}

    years = [{"as_of": str(year), "value": 100.0 + year} for year in (2017, 2018, 2019)]
    euro = "eur_per_inhabitant"
    for ags, price, more in (("05996", ", nominal", ": Kreis A"), ("14999", "", ", geschätzt")):
        kdu = f"Unterkunft je Einwohner{price}{more}"
        figures = [
            figure("taxes", "tax_capacity_eur_pc", f"Steuerkraft je Einwohner{price}", euro, *years),
            figure("kdu", "kdu_eur_pc", kdu, euro, *years),
            figure("people", "3-5", "Kinder", "persons", {"as_of": "2024", "value": 8685, "mark": "estimate"}),
            figure("germany", "density_per_km2", "Dichte", "per_km2", {"as_of": "2024", "value": 2.5}),
            figure("stress", "bearable_eur_pc", "Verlust", euro, {"as_of": "2010", "value": -0.4 if price else 0.4}),
            figure("place", "quadrant_by_minutes", "Bedarf und Erreichbarkeit", None, {"value": None, "text": "x"}),
            figure("place", "quadrant_by_schools", "Bedarf und Erreichbarkeit", None, {"value": None, "text": "x"}),
            figure(
                "today", "over_indebtedness", "Überschuldung (0 keine, 1 bis 3 Stufen der Quelle)", None,
                {"as_of": "2025-12-31", "value": 2, "peer_median": 0, "peer_percentile": 80},
            ),
        ]  # fmt: skip
        data = json.loads((folder / "05997.json").read_text(encoding="utf-8"))
        data["unit"].update(ags=ags, name=f"Kreis {ags}", kind="kreis")
        (folder / f"{ags}.json").write_text(json.dumps({**data, **as_written(figures)}), encoding="utf-8")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    with serving(folder) as address:
        yield address


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, served: str) -> Iterator[Open]:
    made: list[Page] = []

    def open_page(units: str, language: Language = "de", more: str = "", **context: object) -> Page:
        page = browser.new_page(**context)  # type: ignore[arg-type]
        made.append(page)
        page.goto(f"{served}{language}/compare.html?units={units}{more}")
        page.wait_for_load_state("networkidle")
        return page

    yield open_page
    for page in made:
        page.close()


def cells(page: Page, head: str) -> list[str]:
    row = page.locator(".compare-table tbody tr", has=page.locator("th", has_text=head)).first
    return [text.split("\n")[0] for text in row.locator("td").all_inner_texts()]


@pytest.mark.browser
def test_figures_stand_beside_each_other_with_year_and_source(opened: Open) -> None:
    page = opened("05999999,05999001")
    assert page.locator("thead").first.locator("th").all_inner_texts() == [
        "Kennzahl",
        "Musterstadt",
        "Neu<b>-05999001",
    ]
    by_key = {(row["section"], row["key"]): row for row in sheet_rows(town())}
    credit = by_key["today", "liquidity_credit_eur_pc"]["value"]
    written = f"{credit:,.0f}".replace(",", ".")
    own, other = cells(page, "Liquiditätskredite")
    assert own.startswith(f"{written}\u00a0€") and other == "hier nicht berechnet"
    row = page.locator("tbody th", has_text="Liquiditätskredite").first.inner_text()
    assert "31.12.2025" in row and "Quelle: " in row and "debt_today" not in row
    assert "{" not in page.locator(".compare-tables").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_places_are_counted_and_said_as_on_the_profile(opened: Open, language: Language) -> None:
    said = [placed(row, language) for row in TODAY if row["measure"] == "core_debt_eur_pc"]
    assert ", 2 " in said[0] and said[0].startswith("1 "), "a place with level ones, and one below"
    page = opened("05999999", language)
    shown = set(page.locator(".compare-table td .compare-small").all_inner_texts())
    known = [row for row in TODAY if row["measure"] != "over_indebtedness" and not np.isnan(row["value"])]
    assert {placed(row, language) for row in known} <= shown
    assert not any("von 100" in text or "of 100" in text for text in shown)


@pytest.mark.browser
def test_the_address_holds_the_choice_and_the_back_button_restores_it(opened: Open) -> None:
    page = opened("05999999")
    page.locator(".compare-peers summary").click()
    offered = page.locator(".compare-peers li").all_inner_texts()
    assert offered == [f"+ Ort {n}" for n in range(1, 16)]
    page.locator(".compare-peers button").first.click()
    page.wait_for_function("document.querySelectorAll('.compare-chosen li').length === 2")
    assert page.url.endswith("?units=05999999,05999001")
    page.get_by_role("button", name="Musterstadt entfernen").click()
    page.wait_for_function("document.querySelectorAll('.compare-chosen li').length === 1")
    assert page.url.endswith("?units=05999001")
    page.go_back()
    page.wait_for_function("document.querySelectorAll('.compare-chosen li').length === 2")
    page.reload()
    page.wait_for_function("document.querySelectorAll('.compare-chosen li').length === 2")
    assert page.title().startswith("Musterstadt, Neu")


@pytest.mark.browser
def test_a_misspelt_name_is_found_and_a_fifth_unit_refused(opened: Open) -> None:
    page = opened("05999999,05999001,05998000")
    page.fill(".unit-search input", "Fernstat")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('.compare-chosen li').length === 4")
    assert page.url.endswith(",09999000")
    page.fill(".unit-search input", "05997")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('.compare-status').textContent.includes('Mehr als 4')")
    assert page.locator(".compare-chosen li").count() == 4


@pytest.mark.browser
@pytest.mark.parametrize(
    ("units", "told"),
    [
        ("05999999,05999001", []),
        ("05999999,05997", ["Kreise"]),
        ("05999999,05998000", ["Kreisfreie"]),
        ("05999999,09999000", ["Ländern"]),
        ("05997,05998000,09999000", ["Kreise", "Kreisfreie", "Ländern"]),
    ],
)
def test_units_that_should_not_be_compared_are_told(opened: Open, units: str, told: list[str]) -> None:
    said = opened(units).locator(".compare-warning").all_inner_texts()
    assert len(said) == len(told)
    assert all(word in text for word, text in zip(told, said, strict=True))


def heads(page: Page, section: str) -> list[str]:
    table = page.locator(".compare-tables h2", has_text=section).first.locator(
        "xpath=ancestor::details//table"
    )
    return [
        str(text)
        for text in table.locator("tbody th").evaluate_all("all => all.map(one => one.firstChild.data)")
    ]


@pytest.mark.browser
def test_names_of_one_series_are_cut_at_whole_words_and_never_at_their_prices(opened: Open) -> None:
    page = opened("05996,14999")
    assert heads(page, "Steuern") == ["Steuerkraft je Einwohner"]
    assert heads(page, "Raum") == [
        "Bedarf und Erreichbarkeit, nach Fahrzeit",
        "Bedarf und Erreichbarkeit, nach Schulen je Kind",
    ]
    assert heads(page, "Kosten der Unterkunft") == ["Unterkunft je Einwohner"]
    row = page.locator("tbody tr", has=page.locator("th", has_text="Unterkunft je")).locator(
        "td .compare-small"
    )
    assert [text.split("; ")[1] for text in row.all_inner_texts()] == ["Kreis A", "geschätzt"]


@pytest.mark.browser
def test_figures_are_rounded_as_on_the_profiles_and_nothing_is_said_of_a_place_between_yes_and_no(
    opened: Open,
) -> None:
    page = opened("05996,14999")
    assert cells(page, "Kinder")[0].startswith(number(estimate(8685), "de"))
    assert cells(page, "Dichte") == [number(2.5, "de")] * 2 == ["3", "3"]
    loss = cells(page, "Verlust")
    assert "weniger als 1\u00a0€ müsste" in loss[0] and loss[1] == "weniger als 1\u00a0€"
    row = page.locator("tbody tr", has=page.locator("th", has_text="Überschuldung"))
    assert row.locator("td").all_inner_texts() == ["Stufe 2", "Stufe 2"]
    assert heads(page, "Heute") == ["Überschuldung nach der Quelle"]


@pytest.fixture
def across_lands(folder: Path) -> Iterator[str]:
    """Two Kreise of two Länder: one has figures of both sets of similar ones, one without a value, and one alone."""
    peers = {"peer_median": 7, "peer_percentile": 50, "peers_known": 15}

    def figure(section: str, key: str, name: str, value: float | None, **more: object) -> dict[str, Any]:
        named = {"section": section, "key": key, "name_de": name, "name_en": name, "sources": "kreise_panel"}
        return {**named, "values": [{"as_of": "2024", "value": value, **more}]}

    rate = figure("germany", "sgb2_rate_pct", "Quote", 8, **peers)
    files = {
        "05991": [
            rate, figure("comparison", "sgb2_rate_pct", "Quote", 8, **peers),
            figure("comparison", "equity_ratio_pct", "Eigenkapital", None, peer_median=3),
            figure("germany", "core_debt_eur_pc", "Schulden", 5), figure("today", "settled", "Ausgleich", 1),
        ],
        "14991": [rate, figure("germany", "core_debt_eur_pc", "Schulden", None)],
    }  # fmt: skip
    for ags, figures in files.items():
        data = json.loads((folder / "profile_data" / "05997.json").read_text(encoding="utf-8"))
        data["unit"].update(ags=ags, name=f"Kreis {ags}", kind="kreis")
        whole = json.dumps({**data, **as_written(figures)})
        (folder / "profile_data" / f"{ags}.json").write_text(whole, encoding="utf-8")
    yield ",".join(files)
    for ags in files:
        (folder / "profile_data" / f"{ags}.json").unlink()


@pytest.mark.browser
def test_across_lands_what_is_not_computed_is_not_called_unreported(opened: Open, across_lands: str) -> None:
    page = opened(across_lands)
    assert cells(page, "Ausgleich")[1] == "hier nicht berechnet"
    assert cells(page, "Schulden")[1] == "keine Angabe"
    assert page.locator("tbody th", has_text="Eigenkapital").count() == 0, (
        "a row without any value is left out"
    )
    english = opened(across_lands, "en")
    assert cells(english, "Ausgleich")[1] == "not computed here"
    assert cells(english, "Schulden")[1] == "no data"


@pytest.mark.browser
def test_two_sets_of_similar_ones_are_told_apart_in_the_name_of_the_row(
    opened: Open, across_lands: str
) -> None:
    both, one = opened(across_lands), opened("14991")
    assert heads(both, "Kennzahlen") == ["Quote, unter Ähnlichen in NRW"]
    assert "Quote, unter Ähnlichen in Deutschland" in heads(both, "Unter allen Kreisen")
    assert heads(one, "Unter allen Kreisen") == ["Quote"]


@pytest.mark.browser
def test_an_unknown_key_is_told(opened: Open) -> None:
    page = opened("05999999,05000000")
    assert "05000000" in page.locator(".compare-status").inner_text()
    assert page.locator(".compare-chosen li").count() == 1


@pytest.mark.browser
def test_prices_of_2024_stand_in_the_address_and_in_the_row(opened: Open) -> None:
    page = opened("09999000")
    assert "2010: 100\u00a0€, 2024: 100\u00a0€" in page.locator("td", has_text="2010: 100").inner_text()
    page.get_by_label("in Preisen von 2024").check()
    page.wait_for_function("location.search.includes('prices=2024')")
    row = page.locator("tbody tr", has=page.locator("th", has_text="Kosten der Unterkunft")).first
    # index 88.1 in 2010 and 119.3 in 2024: 100 euro of 2010 are 135.41 of 2024
    assert "2010: 135\u00a0€, 2024: 100\u00a0€" in row.locator("td").inner_text()
    head = row.locator("th").inner_text()
    assert "in Preisen von 2024" in head and "nominal" not in head
    page.go_back()
    page.wait_for_function("!location.search.includes('prices')")
    assert page.get_by_label("nominal").is_checked()


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("colours", ["light", "dark"])
def test_everybody_can_use_the_page(opened: Open, width: int, colours: str) -> None:
    page = opened(
        "05999999,05999001,05998000,05997", viewport={"width": width, "height": 900}, color_scheme=colours
    )
    page.evaluate("theme => { document.documentElement.dataset.theme = theme }", colours)
    page.add_style_tag(
        content="body { background: var(--dewak-paper); color: var(--dewak-ink) } a { color: var(--dewak-link) }"
    )
    found = Axe().run(page, options={"preload": False}).response["violations"]
    assert [v["id"] for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.browser
@pytest.mark.parametrize("width", [695, 1020])
def test_nothing_is_cut_in_print_upright_or_sideways(opened: Open, width: int) -> None:
    page = opened("05999999,05999001,05998000,05997", viewport={"width": width, "height": 900})
    page.emulate_media(media="print")
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert (
        page.locator(".compare-table thead").first.is_visible()
        and not page.locator(".unit-search").is_visible()
    )


@pytest.mark.browser
def test_from_a_folder_and_without_a_script_the_page_says_what_to_do(browser: Browser, folder: Path) -> None:
    address = (folder / "de" / "compare.html").as_uri()
    page = browser.new_page()
    page.goto(address + "?units=05999999")
    assert "dewak serve" in page.locator(".compare-file").inner_text()
    page.close()
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    assert "JavaScript" in page.locator("noscript").inner_text()
    page.context.close()


def folds(page: Page) -> dict[str, bool]:
    found = page.locator(".compare-subject").evaluate_all(
        "all => all.map(one => [one.dataset.section, one.open])"
    )
    return {str(section): bool(is_open) for section, is_open in found}


@pytest.mark.browser
def test_on_a_phone_subjects_are_folded_and_opened_by_keyboard(opened: Open) -> None:
    wide = folds(opened("05996,14999"))
    assert len(wide) > 3 and all(wide.values()), "room enough: nothing is folded"
    page = opened("05996,14999", viewport={"width": 390, "height": 844})
    assert [section for section, is_open in folds(page).items() if is_open] == ["today"]
    whole = page.evaluate("document.documentElement.scrollHeight")
    summary = page.locator(".compare-subject[data-section=kdu] summary")
    summary.press("Enter")
    assert folds(page)["kdu"] and page.locator("[data-section=kdu] table").is_visible()
    assert page.evaluate("document.documentElement.scrollHeight") > whole
    page.get_by_label("in Preisen von 2024").check()
    page.wait_for_function("location.search.includes('prices=2024')")
    assert folds(page)["kdu"], "what a reader opened stays open"


@pytest.mark.browser
def test_printed_from_a_phone_every_subject_is_open_and_folds_again(opened: Open) -> None:
    page = opened("05996,14999", viewport={"width": 390, "height": 844})
    before = folds(page)
    media(page, "print")
    assert all(folds(page).values())
    media(page, "screen")
    assert folds(page) == before
