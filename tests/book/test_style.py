"""The style sheet on a phone and in the dark: what heads a row stays, what is written can be read."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser, Page
from tests.book.conftest import media
from tests.book.tables import CUT

from dewak_research.book.first_rows import with_first_rows
from dewak_research.page.figure import Table
from dewak_research.paths import BOOK

pytestmark = pytest.mark.browser
STYLE = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
#: Background of the theme in the dark.
DARK = (20, 24, 30)


#: What the theme does to outputs of notebooks in the dark.
THEME = (
    "html[data-theme=dark] .bd-content div.cell_output .text_html:not(:has(table.dataframe))"
    " { background: #ced6dd }"
)


def _page(browser: Browser, body: str, theme: str = "light", width: int = 390) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 844})
    page.set_content(
        f'<html data-theme="{theme}"><head><style>{THEME}</style><style>{STYLE}</style></head>'
        f'<body class="bd-content" style="margin:0"><div class="bd-article">{body}</div></body></html>'
    )
    return page


def _wide_table() -> str:
    frame = pd.DataFrame(
        {"name": [f"Kreis {i}" for i in range(40)]}
        | {f"column_{j}": [f"a_long_cell_{j}"] * 40 for j in range(10)}
        | {"euro": [1234567.0] * 40, "share": [0.5] * 40}
    )
    table = Table(
        frame,
        name="wide",
        caption="Eine breite Tabelle",
        language="de",
        labels=False,
        said="Quelle",
        sources=(),
    )
    return table.html("de")


@pytest.mark.parametrize(("width", "medium"), [(1280, "screen"), (390, "screen"), (695, "print")])
def test_a_table_shows_every_row_and_column(browser: Browser, width: int, medium: str) -> None:
    page = _page(browser, _wide_table(), width=width)
    page.emulate_media(media="print" if medium == "print" else "screen")
    cut = page.evaluate(CUT)
    cells = page.locator("tbody td").count()
    page.close()
    assert cut == []
    assert cells == 40 * 12


def test_rows_are_cards_on_a_phone_with_the_heads_before_their_cells(browser: Browser) -> None:
    page = _page(browser, _wide_table())
    left = page.locator("tbody tr").first.locator("th, td").evaluate_all(
        "cells => cells.map(c => c.getBoundingClientRect().left)"
    )  # fmt: skip
    heads = page.locator("tbody tr").first.locator("td").evaluate_all(
        "cells => cells.map(c => getComputedStyle(c, '::before').content)"
    )  # fmt: skip
    page.close()
    assert len(set(left)) == 1
    assert heads == [f'"{head}"' for head in (*(f"column_{j}" for j in range(10)), "euro", "share")]


def test_a_picture_on_a_phone_keeps_its_words_readable_and_the_page_its_width(browser: Browser) -> None:
    picture = (
        '<figure class="dewak-figure"><img width="640" height="400" alt=""><a href="#">data</a></figure>'
    )
    page = _page(browser, picture)
    assert page.locator("img").evaluate("e => e.clientWidth") == 34 * 16
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.close()


TABLES = (BOOK / "_static" / "tables.js").read_text(encoding="utf-8")
NAMES = ["Ölde", "Zülpich", "Ahlen", "Oelde", "Straßen", "Werl"]


def _long_table(browser: Browser, width: int = 1280, script: bool = True) -> Page:
    values = [12.5, -3.0, None, 1234.5, 100.0, 7.0]
    frame = pd.DataFrame(
        {
            "name": [*NAMES, *(f"Stadt {i}" for i in range(94))],
            "value": [*values, *(50.0 + i for i in range(94))],
            "note": ["wie gemeldet"] * 100,
            "a_further_column": ["ein weiteres Wort"] * 100,
        }
    )
    made = Table(frame, name="long", caption="Lang", language="de", labels=False, said="Quelle", sources=())
    page = browser.new_context(
        viewport={"width": width, "height": 900}, java_script_enabled=script
    ).new_page()
    page.set_content(
        f'<html lang="de" data-theme="light"><head><style>{STYLE}</style>'
        f"<script>{TABLES}</script></head><body><div class='bd-article'>{made.html('de')}</div></body></html>"
    )
    return page


def _shown(page: Page, column: int = 0) -> list[str]:
    cells = page.locator(f"tbody tr:visible > :nth-child({column + 1})")
    return [text.strip() for text in cells.all_inner_texts()]


def test_without_a_script_a_long_table_is_whole(browser: Browser) -> None:
    page = _long_table(browser, script=False)
    assert len(_shown(page)) == 100
    assert page.locator("button, input").count() == 0
    page.close()


def test_a_long_table_shows_all_its_rows_on_demand_and_in_print(browser: Browser) -> None:
    page = _long_table(browser)
    assert len(_shown(page)) == 25
    assert page.locator(".dewak-status").inner_text() == "25 von 100 Zeilen"
    media(page, "print")
    assert len(_shown(page)) == 100
    media(page, "screen")
    page.get_by_role("button", name="Alle 100 Zeilen zeigen").press("Enter")
    assert len(_shown(page)) == 100
    page.close()


def test_heads_sort_by_key_numbers_as_numbers_and_missing_last(browser: Browser) -> None:
    page = _long_table(browser)
    head = page.get_by_role("columnheader", name="value")
    button = head.get_by_role("button")
    button.press("Enter")
    assert head.get_attribute("aria-sort") == "ascending"
    assert _shown(page, 1)[:4] == ["−3,00", "7,00", "12,50", "50,00"]
    button.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert _shown(page, 1)[:2] == ["1.234,50", "143,00"]
    page.get_by_role("button", name="Alle 100 Zeilen zeigen").click()
    assert _shown(page, 1)[-1] == "keine Angabe"
    page.get_by_role("columnheader", name="name").get_by_role("button").click()
    assert head.get_attribute("aria-sort") is None
    assert [name for name in _shown(page) if name in NAMES] == [
        "Ahlen",
        "Oelde",
        "Ölde",
        "Straßen",
        "Werl",
        "Zülpich",
    ]
    page.close()


@pytest.mark.parametrize(
    ("typed", "found"),
    [("olde", ["Ölde"]), ("OELDE", ["Ölde", "Oelde"]), ("strasse", ["Straßen"]), ("xyz", [])],
)
def test_a_long_table_is_searched_whatever_the_umlauts(
    browser: Browser, typed: str, found: list[str]
) -> None:
    page = _long_table(browser)
    page.get_by_label("In dieser Tabelle suchen").fill(typed)
    assert _shown(page) == found
    assert page.locator(".dewak-status").inner_text() == f"{len(found)} von 100 Zeilen"
    page.close()


def test_a_phone_sorts_the_cards_by_a_list_of_heads(browser: Browser) -> None:
    page = _long_table(browser, width=390)
    page.get_by_label("Sortieren nach").select_option("value, absteigend")
    assert "1.234,50" in page.locator("tbody tr:visible").first.inner_text()
    assert page.locator("thead button").evaluate_all("all => all.map(b => b.tabIndex)") == [-1] * 4
    assert page.evaluate(CUT) == []
    page.close()


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    def light(colour: tuple[int, int, int]) -> float:
        parts = [
            c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _rgb(value: str) -> tuple[int, int, int]:
    red, green, blue = (int(float(part)) for part in re.findall(r"[\d.]+", value)[:3])
    return red, green, blue


THINGS = {
    "logo": '<a class="navbar-brand logo"><span class="logo-name" id="it">Report</span></a>',
    "language": '<a class="edition-switch" id="it">English</a>',
    "note": '<p class="dewak-note" id="it">Note</p>',
    "caption": '<p class="dewak-caption" id="it">Caption</p>',
    "source": '<details class="dewak-source" open><summary id="it">Source</summary></details>',
    "assumption": '<div class="assumption" id="it">Assumption</div>',
    "output": '<div class="cell_output"><div class="text_html" id="it"><p class="dewak-note">Note</p></div></div>',
    "tag": '<span class="tag" id="it">assumption</span>',
}


@pytest.mark.parametrize(("theme", "thing"), product(("light", "dark"), THINGS))
def test_what_is_written_can_be_read_in_the_light_and_in_the_dark(
    browser: Browser, theme: str, thing: str
) -> None:
    page = _page(browser, THINGS[thing], theme)
    colour = _rgb(page.locator("#it").evaluate("e => getComputedStyle(e).color"))
    own = page.locator("#it").evaluate("e => getComputedStyle(e).backgroundColor")
    page.close()
    behind = (255, 255, 255) if theme == "light" else DARK
    assert _contrast(colour, behind if own in ("rgba(0, 0, 0, 0)", "transparent") else _rgb(own)) >= 4.5


def _first_rows(browser: Browser, rows: int, script: bool = True) -> Page:
    frame = pd.DataFrame({"name": [f"Zeile {n}" for n in range(1, rows + 1)], "value": range(rows)})
    made = Table(frame, name="t", caption="Tabelle", language="de", labels=False, said="Quelle", sources=())
    html = with_first_rows(made.html("de", "_figures/x"), "de")
    page = browser.new_context(viewport={"width": 1280, "height": 900}, java_script_enabled=script).new_page()
    page.set_content(
        f'<html lang="de" data-theme="light"><head><style>{STYLE}</style><script>{TABLES}</script></head>'
        f"<body><div class='bd-article'><div style='height:4000px'></div>{html}</div></body></html>"
    )
    return page


@pytest.mark.parametrize(("rows", "first"), [(30, 5), (100, 10)])
def test_without_a_script_the_first_rows_stand_and_lead_to_all(
    browser: Browser, rows: int, first: int
) -> None:
    page = _first_rows(browser, rows, script=False)
    assert _shown(page) == [f"Zeile {n}" for n in range(1, first + 1)]
    assert page.locator(".dewak-rest").inner_text() == f"{first} von {rows} Zeilen; alle Zeilen: CSV"
    assert page.locator(".dewak-rest a").get_attribute("href") == "_figures/x/t.csv"
    page.close()


def test_a_moderate_table_is_whole_before_a_reader_or_the_printer_comes(browser: Browser) -> None:
    page = _first_rows(browser, 30)
    assert page.locator("tbody tr").count() == 5, "far below: the page stays light"
    page.locator(".dewak-rest").scroll_into_view_if_needed()
    page.wait_for_function("document.querySelectorAll('tbody tr').length === 30")
    assert page.locator(".dewak-rest").count() == 0
    page.close()
    for asks in ("print", "Control+f"):
        page = _first_rows(browser, 30)
        if asks == "print":
            page.emulate_media(media="print")
        else:
            page.keyboard.press(asks)
        page.wait_for_function("document.querySelectorAll('tbody tr').length === 30")
        page.close()


def test_a_long_table_for_checking_is_printed_whole_only_when_opened(browser: Browser) -> None:
    page = _first_rows(browser, 100)
    assert page.locator(".dewak-status").inner_text() == "10 von 100 Zeilen"
    media(page, "print")
    assert len(_shown(page)) == 10 and page.locator(".dewak-rest").is_visible()
    media(page, "screen")
    page.get_by_role("button", name="Alle 100 Zeilen zeigen").press("Enter")
    assert len(_shown(page)) == 100 and page.locator(".dewak-rest").count() == 0
    assert page.evaluate("document.activeElement.textContent") == "Zeile 11"
    media(page, "print")
    assert len(_shown(page)) == 100
    page.close()


def test_a_search_looks_through_the_rows_that_wait(browser: Browser) -> None:
    page = _first_rows(browser, 100)
    page.get_by_label("In dieser Tabelle suchen").fill("Zeile 100")
    assert _shown(page) == ["Zeile 100"]
    assert page.locator(".dewak-status").inner_text() == "1 von 100 Zeilen"
    page.close()


def _written_selectors(css: str) -> list[str]:
    """Return the heads of all rules as they are written, those inside of @media and @supports too."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    bare = re.sub(r"\"[^\"\n]*\"|'[^'\n]*'", '""', bare)
    heads = [head.strip() for head in re.findall(r"([^{};]+)\{", bare)]
    return [head for head in heads if not head.startswith("@") and head not in {"from", "to"}]


@pytest.mark.parametrize("sheet", sorted((BOOK / "_static").rglob("*.css")), ids=lambda sheet: sheet.name)
def test_the_browser_drops_no_rule_and_no_part_of_a_selector_as_invalid(
    browser: Browser, sheet: Path
) -> None:
    """``:is()`` and ``:where()`` forgive: what is invalid in them is left out, and the rule stays without effect."""
    page = browser.new_page()
    dropped = page.evaluate(
        "heads => heads.filter(head => { const one = new CSSStyleSheet(); one.replaceSync(`${head} {}`);"
        " const parts = text => text.split(',').length;"
        " return one.cssRules.length !== 1 || parts(one.cssRules[0].selectorText) !== parts(head); })",
        _written_selectors(sheet.read_text(encoding="utf-8")),
    )
    page.close()
    assert dropped == []


def test_what_stands_in_one_line_of_the_comparison_on_a_phone_is_parted(browser: Browser) -> None:
    small = '<span class="compare-small">15 von 15</span>'
    row = f"<tr><th>Steuern{small}</th><td><strong>1.543 €</strong>{small}</td></tr>"
    body = f'<table class="compare-table"><tbody>{row}</tbody></table>'
    said = []
    for width in (390, 1280):
        page = _page(browser, body, width=width)
        said.append(page.locator(".compare-small").evaluate_all(
            "all => all.map(one => getComputedStyle(one, '::before').content)"
        ))  # fmt: skip
        page.close()
    assert said == [['" · "'] * 2, ["none"] * 2]
