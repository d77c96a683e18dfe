"""The page of shared rooms in a browser: with and without its script, by keyboard, on a phone and on a screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from tests.book.conftest import serving
from tests.book.town import WHERE, town
from tests.book.watched import Watched

from dewak_research.book.rooms import room_page, write_example
from dewak_research.language import LANGUAGES

pytestmark = pytest.mark.browser
SEARCH = "?day=tu&part=evening&persons=20&with=kitchen&free=1&near=Altstadt&km=2"


@pytest.fixture(scope="module")
def rooms_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder: Path = tmp_path_factory.mktemp("rooms")
    for language in LANGUAGES:
        write_example(folder / language, language, LANGUAGES)
    with serving(folder) as address:
        yield address


@pytest.fixture
def watched(browser: Browser, rooms_site: str) -> Iterator[Watched]:
    found = Watched(browser, rooms_site)
    yield found
    assert found.errors == []
    assert found.foreign == []
    found.close()


def _weeks(page: Page) -> list[str]:
    return [text.replace("✓ ", "") for text in page.locator(".week tbody tr").all_inner_texts()]


@pytest.mark.parametrize(
    ("width", "scheme", "search", "language"),
    [
        (390, "light", "", "de"),
        (390, "dark", SEARCH, "en"),
        (1280, "light", SEARCH, "de"),
        (1280, "dark", "", "en"),
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    watched: Watched, rooms_site: str, width: int, scheme: str, search: str, language: str
) -> None:
    page = watched.page
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"{rooms_site}{language}/rooms.html{search}")
    found = (
        Axe()
        .run(page, options={"preload": False, "rules": {"target-size": {"enabled": True}}})
        .response["violations"]
    )
    assert [(v["id"], v["nodes"][0]["html"][:160]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def test_everything_is_there_without_a_script(browser: Browser, rooms_site: str) -> None:
    plain, scripted = Watched(browser, rooms_site, script=False), Watched(browser, rooms_site)
    for one in (plain, scripted):
        one.page.goto(f"{rooms_site}de/rooms.html")
    assert plain.page.locator("#search").is_hidden()
    assert plain.page.locator("noscript").first.inner_text().startswith("Die Suche braucht ein Skript")
    assert plain.page.locator(".room:visible").count() == 14
    assert _weeks(plain.page) == _weeks(scripted.page)
    text = ".all tbody tr"
    assert plain.page.locator(text).all_inner_texts() == scripted.page.locator(text).all_inner_texts()
    for one in (plain, scripted):
        one.close()
        assert one.errors == []


def test_the_question_of_the_brief_by_keyboard_alone(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html")
    page.locator("#day").focus()
    page.keyboard.type("Dienstag")
    page.keyboard.press("Tab")
    page.keyboard.type("abends")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.type("20")
    page.keyboard.press("Tab")
    page.keyboard.type("Altstadt")
    page.keyboard.press("Tab")
    assert page.locator("#km").input_value() == "2"
    for box in ("Küche", "barrierefrei"):
        while page.evaluate("document.activeElement.parentElement.textContent.trim()") != box:
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
    asked = {key: value[0] for key, value in parse_qs(page.evaluate("location.search.slice(1)")).items()}
    assert asked == {
        "day": "tu",
        "part": "evening",
        "persons": "20",
        "with": "kitchen",
        "free": "1",
        "near": "Altstadt",
        "km": "2",
    }
    assert page.locator("#address").input_value() == page.evaluate("location.href")
    names = page.locator(".card:not(.open) h3").all_inner_texts()
    # By hand from the tables: a kitchen, 20 seats, known to be barrier-free, at most 2 km from the old town, and at
    # least an hour free on Tuesday from 17 to 21. The youth cellar has steps, of two rooms a statement is missing.
    assert names == [
        "Bürgersaal",
        "Gemeindesaal",
        "Quartierstreff Nord",
        "Seniorentreff",
        "Gruppenraum Linde",
    ]
    assert page.locator(".card.open h3").all_inner_texts() == ["Vereinsheim"]
    assert (
        page.locator("#count").inner_text()
        == "5 Räume passen, freie Stunden zusammen: 18. Bei einem weiteren fehlt eine Angabe."
    )
    assert page.locator(".room:visible").count() == 6
    assert page.locator(".marker.on").count() == 5
    assert page.locator(".all .hit").count() == 6


def test_the_link_leads_another_reader_to_the_same(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}en/rooms.html{SEARCH}")
    assert page.locator("#day").input_value() == "tu"
    assert page.locator("[name=with]:checked").count() == 1
    assert page.locator("#count").inner_text().startswith("5 rooms fit, free hours together: 18.")
    mail = page.locator(".card a[href^=mailto]").first.get_attribute("href") or ""
    assert mail.startswith(
        "mailto:raeume@stadt-musterstadt.example?subject=Enquiry%3A%20B%C3%BCrgersaal%2C%20Tuesday%2017"
    )
    page.locator("button[type=reset]").click()
    page.wait_for_function("document.querySelectorAll('.card').length === 0")
    assert page.evaluate("location.search.slice(1)") == ""
    assert page.locator(".room:visible").count() == 14


def test_nonsense_in_the_address_is_nobody(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(
        f"{rooms_site}de/rooms.html?day=xx&near=<script>alert(1)</script>&persons=zwei&with=nichts&km=-1"
    )
    assert page.locator("#count").inner_text() == "14 Räume. Wählen Sie, was Sie brauchen."


def test_a_point_of_ones_own_by_typing_and_on_the_map(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html")
    page.select_option("#near", "*")
    page.fill("#point", "50,9840, 10,0060")
    page.fill("#km", "0.5")
    assert page.locator(".card:not(.open) h3").all_inner_texts() == ["Seniorentreff", "Beratungszimmer"]
    assert page.locator("#point-mark").count() == 1
    page.locator("#drawing .marker").nth(0).click()
    north, east = (float(part) for part in page.locator("#point").input_value().split(","))
    assert north == pytest.approx(51.0, abs=0.001) and east == pytest.approx(10.0, abs=0.001)


def test_hits_go_out_as_csv(watched: Watched, rooms_site: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html{SEARCH}")
    with page.expect_download() as caught:
        page.locator("#save").click()
    caught.value.save_as(tmp_path / "hits.csv")
    lines = (tmp_path / "hits.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "room,owner,district,seats,day,begins,ends,km"
    assert lines[1].startswith("Bürgersaal,Stadt Musterstadt,Altstadt,120,tu,17:00,21:00,0.1")
    assert len(lines) == 6


def test_bookings_of_ones_own_come_in_and_go_again(watched: Watched, rooms_site: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html")
    before = _weeks(page)
    own = tmp_path / "own.csv"
    own.write_text(
        'room;day;begins;ends;carrier;offer\nBürgersaal;Di;9:30;12;"Verein; neu";"<img src=x onerror=alert(1)>"\n'
        "Palast;mo;9;10;;\nBürgersaal;mo;12;9;;\n",
        encoding="utf-8",
    )
    page.set_input_files("#file", own)
    said = page.locator("#file-said")
    said.get_by_text("Gezeigt wird die Belegung aus own.csv (Zeilen: 1)").wait_for()
    assert said.locator("li").all_inner_texts() == [
        "Zeile 3: Raum, Tag, Uhrzeit oder Datum nicht erkannt",
        "Zeile 4: Raum, Tag, Uhrzeit oder Datum nicht erkannt",
    ]
    tuesday = page.locator("#room-buergersaal .week tbody tr").nth(1)
    assert "9:30–12 <img src=x onerror=alert(1)> (Verein; neu)" in tuesday.inner_text()
    assert tuesday.locator(".free span").all_inner_texts() == ["8–9:30", "12–21"]
    assert page.locator("#list tbody tr").count() == 1
    page.locator("#published").click()
    assert _weeks(page) == before
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("a,b\n1,2\n", encoding="utf-8")
    page.set_input_files("#file", wrong)
    said.get_by_text("Es fehlen die Spalten room, day, begins, ends.").wait_for()
    assert _weeks(page) == before


def _from_excel(text: str, between: str) -> str:
    """A CSV file as a German Excel writes it back."""
    german = re.sub(r"(\d{4})-(\d\d)-(\d\d)", r"\3.\2.\1", text.replace(",", between))
    return german.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("between", "encoding"),
    [(",", ""), (";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16"), (";", "sep")],
)
def test_published_bookings_go_out_through_excel_and_come_back_the_same(
    watched: Watched, rooms_site: str, tmp_path: Path, between: str, encoding: str
) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html")
    before, listed = _weeks(page), page.locator("#list tbody tr").all_inner_texts()
    with page.expect_download() as caught:
        page.get_by_role("link", name="Belegung (CSV)").click()
    text = caught.value.path().read_text(encoding="utf-8")
    given = _from_excel(text, between) if encoding else text
    given = f"sep=;\r\n{given}" if encoding == "sep" else given
    own = tmp_path / "own.csv"
    own.write_bytes(given.encode("utf-8" if encoding in ("", "sep") else encoding))
    page.set_input_files("#file", own)
    said = page.locator("#file-said")
    said.get_by_text(f"Gezeigt wird die Belegung aus own.csv (Zeilen: {len(listed)})").wait_for()
    assert said.locator("li").count() == 0
    assert _weeks(page) == before
    assert page.locator("#list tbody tr").all_inner_texts() == listed


def test_odd_rows_of_a_file_are_read_or_named(watched: Watched, rooms_site: str, tmp_path: Path) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html")
    own = tmp_path / "own.csv"
    own.write_text(
        "room;day;begins;ends;offer;valid_from;valid_until\n"
        'bürgersaal ;Mo.;18 Uhr;20:00:00;5" Rohr;;01.02.2027\n'
        "\n"
        "Bürgersaal;Diens;22:00;0:00;'=1+1;;\n"
        "Bürgersaal;Mi;9;10;;;31.12.2025\n"
        "Bürgersaal;Mi;9;10;;morgen;\n"
        "Bürgersaal;Mi;9;10;;1.5.2027;1.4.2027\n"
        "Bürgersaal;Mi;18-20;20;;;\n",
        encoding="utf-8",
    )
    page.set_input_files("#file", own)
    said = page.locator("#file-said")
    said.get_by_text("(Zeilen: 2)").wait_for()
    assert [text.split(":")[0] for text in said.locator("li").all_inner_texts()] == [
        "Zeile 6",
        "Zeile 7",
        "Zeile 8",
    ]
    assert page.locator("#list tbody tr").all_text_contents() == [
        'Montag18–205" Rohr bis 1.2.2027Bürgersaal',
        "Dienstag22–24=1+1Bürgersaal",
    ]


def test_a_file_of_a_hundred_thousand_rows_is_refused_at_once(
    watched: Watched, rooms_site: str, tmp_path: Path
) -> None:
    page = watched.page
    page.goto(f"{rooms_site}en/rooms.html")
    before = _weeks(page)
    own = tmp_path / "own.csv"
    own.write_text("room,day,begins,ends\n" + "Bürgersaal,mo,9,10\n" * 100_000, encoding="utf-8")
    page.set_input_files("#file", own)
    page.get_by_text("own.csv holds more than 5,000 bookings").wait_for(timeout=10_000)
    assert _weeks(page) == before


@pytest.mark.parametrize(
    "search",
    ["?day=__proto__&part=constructor&near=toString", "?day=.*%2B(&hours=-5&persons=1e999&with=(", "?near=%E0%A4%A"],
)  # fmt: skip
def test_values_that_no_field_takes_leave_the_fields_empty(
    watched: Watched, rooms_site: str, search: str
) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html{search}")
    assert page.locator("#count").inner_text() == "14 Räume. Wählen Sie, was Sie brauchen."
    assert page.locator("select").evaluate_all("(all) => all.map((one) => one.selectedIndex)") == [0, 0, 0]
    assert page.locator("#hours").input_value() == ""


def test_copying_the_link_leaves_the_answer_where_it_is(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html{SEARCH}")
    before = page.locator("#count").inner_text()
    page.locator("#copy").click()
    page.locator("#copied", has_text="Link").wait_for()
    assert page.locator("#count").inner_text() == before


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_long_words_make_no_page_wider(browser: Browser, rooms_site: str, tmp_path: Path, width: int) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenaufbewahrungsraum"
    data = town()
    old = data.rooms["room"].iloc[0]
    odd = town(
        rooms=data.rooms.replace({"room": {old: long}, "district": {"Altstadt": long}}),
        bookings=data.bookings.replace({"room": {old: long}}),
    )
    (tmp_path / "rooms.html").write_text(room_page(odd, WHERE, "de"), encoding="utf-8")
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{(tmp_path / 'rooms.html').as_uri()}?persons=20")
    assert page.locator(".card").count() > 5
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.close()


@pytest.mark.parametrize(("today", "warned"), [("2027-01-30", False), ("2027-02-05", True)])
def test_old_figures_are_warned_of(watched: Watched, rooms_site: str, today: str, warned: bool) -> None:
    page = watched.page
    page.clock.set_fixed_time(f"{today}T12:00:00Z")
    page.goto(f"{rooms_site}de/rooms.html")
    assert page.locator("#stale").is_visible() is warned
    if warned:
        assert "95 Tage alt" in page.locator("#stale").inner_text()


def test_one_room_prints_on_one_sheet(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html#room-kursraum-1")
    printed = page.pdf(format="A4", print_background=False)
    assert b"/Count 1" in printed
    page.evaluate("window.print = () => {}")
    page.locator("#room-seniorentreff .print").click()
    page.emulate_media(media="print")
    assert page.locator(".room:visible h3").all_inner_texts() == ["8 Seniorentreff"]


def test_the_other_language_is_one_link_away(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html")
    page.get_by_role("link", name="English").click()
    assert page.url == f"{rooms_site}en/rooms.html"
    assert page.get_attribute("html", "lang") == "en"


def test_the_other_language_keeps_the_search(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html{SEARCH}")
    page.get_by_role("link", name="English").click()
    page.get_by_text("5 rooms fit, free hours together: 18.").wait_for()
    assert page.url == f"{rooms_site}en/rooms.html{SEARCH}"


def test_every_link_says_of_which_room_or_carrier_it_is(watched: Watched, rooms_site: str) -> None:
    page = watched.page
    page.goto(f"{rooms_site}de/rooms.html{SEARCH}")
    named = page.locator("a[href]").evaluate_all(
        "(all) => all.map((a) => [a.getAttribute('aria-label') || a.textContent.trim(), a.getAttribute('href')])"
    )
    # a mail of a hit says a time, that of its room below does not; both begin with what is to be seen
    calendars = [name for name, href in named if href.endswith(".ics")]
    mails = [name for name, href in named if href.startswith("mailto:")]
    assert len(calendars) == len(set(calendars)) == 22
    assert len(mails) == len(set(mails))
    assert all(name.startswith("Kalender (iCal): ") for name in calendars)


def test_the_script_keeps_to_opening_hours(browser: Browser, tmp_path: Path) -> None:
    data = town()
    name = data.rooms["room"].iloc[0]
    spans = (("mo", 8.0, 12.0), ("mo", 13.0, 20.0), ("sa", 10.0, 14.0))
    stated = pd.Series([spans, *[()] * (len(data.rooms) - 1)], dtype="object")
    odd = town(rooms=data.rooms.assign(opening=stated), bookings=data.bookings[data.bookings["room"] != name])
    (tmp_path / "rooms.html").write_text(room_page(odd, WHERE, "de"), encoding="utf-8")
    found = []
    for script in (False, True):
        page = browser.new_page(java_script_enabled=script)
        page.goto(f"{(tmp_path / 'rooms.html').as_uri()}?day=mo&hours=2")
        found.append(_weeks(page)[:7])
        page.close()
    assert found[0] == found[1]
    assert "8–12" in found[1][0] and "13–20" in found[1][0] and "10–14" in found[1][5]
