"""The page of shared rooms: whole without a script, same bytes, nothing unescaped, calendars and data that hold."""

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar
from tests.book.town import AS_OF, WHERE, larger, town

from dewak_research.book.room_calendar import calendar_text, first_day, moment
from dewak_research.book.room_data import duration, open_data
from dewak_research.book.room_map import room_map
from dewak_research.book.room_view import clock, keys_of, mail_to, span
from dewak_research.book.rooms import PAGE, platform_files, room_page, write_example
from dewak_research.book.site import broken_links
from dewak_research.errors import InputError
from dewak_research.language import LANGUAGES, Language
from dewak_research.page.labels import label
from dewak_research.space.free_hours import free_hours, not_ended
from dewak_research.space.rooms import Rooms
from dewak_research.space.week import DAYS, Week

LIMIT_BYTES = 200_000


@pytest.fixture(scope="module")
def files() -> dict[Language, dict[str, str]]:
    return {language: platform_files(town(), WHERE, language) for language in LANGUAGES}


def _bare(page: str) -> str:
    """Text of the page without its script and its data."""
    body = re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_stands_on_the_page_without_its_script(
    files: dict[Language, dict[str, str]], language: Language
) -> None:
    text, data = _bare(files[language][PAGE]), town()
    for name in [*data.rooms["room"], *data.carriers["carrier"], *data.carriers["contact"].dropna()]:
        assert name in text
    for booking in not_ended(data.bookings, AS_OF).itertuples():
        named = {"de": "belegt", "en": "taken"}[language] if pd.isna(booking.offer) else booking.offer
        assert f"{span(booking.begins, booking.ends)} {named}" in text
    free = free_hours(data, AS_OF, Week(days=DAYS))
    weeks = re.findall(r'<td class="free">(.*?)</td>', files[language][PAGE])
    assert len(weeks) == len(data.rooms) * 7
    assert sum(week.count("<span>") for week in weeks) == len(free)
    assert "None" not in text and not re.search(r"\bnan\b|NaT|<NA>", text)


def test_it_says_that_it_does_not_book_how_old_it_is_and_that_the_town_is_invented(
    files: dict[Language, dict[str, str]],
) -> None:
    for language, said in {
        "de": ("Diese Seite bucht nicht.", "Stand: 2.11.2026", "Musterstadt ist erfunden"),
        "en": ("This page does not book.", "As of 2 November 2026", "Musterstadt is invented"),
    }.items():
        text = _bare(files[language][PAGE])
        assert all(words in text for words in said)


def test_two_runs_write_the_same_bytes(files: dict[Language, dict[str, str]]) -> None:
    for language in LANGUAGES:
        assert platform_files(town(), WHERE, language) == files[language]


def test_it_stays_small_with_sixty_offers() -> None:
    data = larger(2)
    assert len(data.offers) >= 60 and len(data.rooms) == 28
    for language in LANGUAGES:
        assert len(room_page(data, WHERE, language).encode("utf-8")) < LIMIT_BYTES


def test_a_script_in_a_name_is_refused_and_would_be_escaped() -> None:
    bad = '<script>alert("1")</script>&\'</script>'
    rooms, bookings = town().rooms, town().bookings
    old = rooms["room"].iloc[0]
    data = town(
        rooms=rooms.assign(room=rooms["room"].replace(old, bad), district=bad),
        bookings=bookings.assign(room=bookings["room"].replace(old, bad), offer=bad),
    )
    with pytest.raises(InputError):
        platform_files(data, WHERE, "de")
    page = room_page(data, WHERE, "de")
    assert "<script>alert" not in page and 'alert("1")' not in page
    assert page.count("<script") == page.count("</script>") == 2
    assert json.loads(page.split('id="facts">')[1].split("</script>")[0])["rooms"][0]["name"] == bad


def test_a_person_as_contact_is_refused() -> None:
    carriers = town().carriers
    carriers.loc[0, "contact"] = "anna.muster@stadt.example"
    with pytest.raises(InputError, match=r"Person|person"):
        platform_files(town(carriers=carriers), WHERE, "de")


def test_the_script_has_every_text_that_it_says(files: dict[Language, dict[str, str]]) -> None:
    page = files["de"][PAGE]
    texts = json.loads(page.split('id="facts">')[1].split("</script>")[0])["texts"]
    said = {key for call in re.findall(r"say\((.*?)[,{)]", page) for key in re.findall(r'"(\w+)"', call)}
    assert {"booked", "unclear_one", "hits"} <= said <= set(texts)


def test_half_a_place_is_refused_and_would_be_no_number() -> None:
    rooms = town().rooms
    half = town(rooms=rooms.assign(latitude=rooms["latitude"].where(rooms.index > 0)))
    with pytest.raises(InputError, match=r"Koordinaten|coordinates"):
        platform_files(half, WHERE, "de")
    keys = keys_of([*rooms["room"]], "room")
    held = open_data(half, keys, "Musterstadt", AS_OF, Week(days=DAYS), "de")
    assert "NaN" not in held and "geo" not in json.loads(held)["facilityUses"][0]["location"]


@pytest.mark.parametrize("name", ["bürgersaal", "Bürgersaal ", "Saal\rEND:VEVENT", "Saal\nMitte"])
def test_names_that_would_lead_astray_are_refused(name: str) -> None:
    rooms = town().rooms
    more = pd.concat([rooms, rooms.iloc[[1]].assign(room=name)], ignore_index=True)
    with pytest.raises(InputError):
        platform_files(town(rooms=more), WHERE, "de")


@pytest.mark.parametrize("ending", ["\r", "\n", "\r\n", "\x0b", "\x85", "\u2028"])
def test_no_text_begins_a_line_of_a_calendar(ending: str) -> None:
    bad = f"Saal, Mitte; 1{ending}END:VEVENT{ending}BEGIN:VALARM"
    bookings = town().bookings.iloc[[0]].assign(room=bad, carrier=bad, offer=bad)
    text = calendar_text(bookings, bad, {bad: bad}, AS_OF, "de")
    assert not re.search(r"(?m)^(END:VEVENT|BEGIN:VALARM)", text.replace("END:VEVENT\r\nEND:VCALENDAR", ""))
    lines = re.sub("\r\n ", "", text).split("\r\n")
    assert all(len(line.splitlines()) <= 1 for line in lines)
    assert "X-WR-CALNAME:Saal\\, Mitte\\; 1 END:VEVENT BEGIN:VALARM" in lines
    assert len(Calendar.from_ical(text).walk("VEVENT")) == 1


def test_an_event_keeps_its_time_when_the_clocks_change() -> None:
    booking = town().bookings.iloc[[0]].assign(
        day="mo", begins=18.0, ends=20.0, valid_from=pd.Timestamp("2027-03-15"), valid_until=pd.Timestamp("2027-04-05")
    )  # fmt: skip
    text = calendar_text(booking, "x", {str(booking["room"].iloc[0]): "x"}, AS_OF, "de")
    event = Calendar.from_ical(text).walk("VEVENT")[0]
    rule = event["RRULE"].to_ical().decode()
    found = [*rrulestr(rule, dtstart=event.decoded("DTSTART"))]
    assert [day.isoformat() for day in found] == [
        "2027-03-15T18:00:00+01:00",
        "2027-03-22T18:00:00+01:00",
        "2027-03-29T18:00:00+02:00",
        "2027-04-05T18:00:00+02:00",
    ]


def test_one_room_of_one_carrier_is_said_in_the_singular() -> None:
    data = town()
    rooms = data.rooms.iloc[[0]].assign(seats=1.0, owner_hours=1.0)
    alone = Rooms(rooms, data.carriers.iloc[[0]], data.offers.iloc[:0], data.bookings.iloc[:0])
    german, english = (_bare(platform_files(alone, WHERE, language)[PAGE]) for language in LANGUAGES)
    assert "1 Raum von einem Träger: wann belegt" in german and "1 Stunde je Woche" in german
    assert "1 room of one carrier: when taken" in english and "1 hour a week" in english


def test_a_long_name_makes_no_long_file() -> None:
    keys = keys_of(["x" * 400, "x" * 401, "Клуб"], "room")
    assert len(set(keys.values())) == 3 and max(map(len, keys.values())) < 90


def test_swapped_coordinates_are_refused() -> None:
    rooms = town().rooms
    swapped = rooms.assign(longitude=rooms["latitude"], latitude=rooms["longitude"])
    with pytest.raises(InputError, match=r"swapped|vertauscht"):
        platform_files(town(rooms=swapped), WHERE, "de")


def test_nothing_is_loaded_or_sent(files: dict[Language, dict[str, str]]) -> None:
    page = files["de"][PAGE]
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert "fetch(" not in page and "XMLHttpRequest" not in page and "localStorage" not in page
    assert "connect-src 'none'" in page and "unsafe-inline'; script-src 'sha256-" in page


def test_links_hold_in_both_editions(tmp_path: Path) -> None:
    for language in LANGUAGES:
        write_example(tmp_path / language, language, LANGUAGES)
        (tmp_path / language / "activation.html").write_text('<h2 id="platforms"></h2>', encoding="utf-8")
    assert broken_links(tmp_path) == []
    for page in tmp_path.glob(f"*/{PAGE}"):
        ids = re.findall(r'\sid="([^"]+)"', page.read_text(encoding="utf-8"))
        assert len(ids) == len(set(ids))


def test_one_edition_alone_links_to_no_other(tmp_path: Path) -> None:
    write_example(tmp_path / "de", "de", ["de"])
    assert "hreflang" not in (tmp_path / "de" / PAGE).read_text(encoding="utf-8")


def test_every_booking_is_a_weekly_event_that_says_the_same(files: dict[Language, dict[str, str]]) -> None:
    found: dict[tuple[str, str, str], set[str]] = {}
    for name, text in files["de"].items():
        if not name.endswith(".ics"):
            continue
        assert "\r\n" in text and all(len(line.encode()) <= 75 for line in text.split("\r\n"))
        calendar = Calendar.from_ical(text)
        assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
        for event in calendar.walk("VEVENT"):
            begins = event.decoded("DTSTART")
            assert event["RRULE"]["FREQ"] == ["WEEKLY"]
            assert event.decoded("DTSTAMP") == datetime(2026, 11, 2, tzinfo=UTC)
            assert DAYS.index(event["RRULE"]["BYDAY"][0].lower()) == begins.weekday()
            kind = name.split("/")[1].split("-")[0]
            key = (kind, str(event["LOCATION"]).split(",")[0], begins.strftime("%w %H:%M"))
            found.setdefault(key, set()).add(str(event["UID"]))
    bookings = not_ended(town().bookings, AS_OF)
    for kind in ("room", "carrier"):
        assert sum(len(uids) for (k, *_), uids in found.items() if k == kind) == len(bookings)
    rooms = {uid for (k, *_), uids in found.items() if k == "room" for uid in uids}
    carriers = {uid for (k, *_), uids in found.items() if k == "carrier" for uid in uids}
    assert rooms == carriers and len(rooms) == len(bookings)


def test_an_event_begins_and_ends_with_its_validity(files: dict[Language, dict[str, str]]) -> None:
    calendar = Calendar.from_ical(files["de"]["rooms/room-kursraum-1.ics"])
    course = next(e for e in calendar.walk("VEVENT") if e["SUMMARY"] == "Computerkurs")
    assert course.decoded("DTSTART").isoformat() == "2027-01-12T14:00:00+01:00"
    assert "UNTIL" not in course["RRULE"]
    german = next(e for e in calendar.walk("VEVENT") if e["SUMMARY"] == "Deutschkurs A1")
    assert (
        german.decoded("DTSTART").isoformat() == "2026-09-07T09:00:00+02:00"
    )  # the first Monday, summer time
    assert german["RRULE"]["UNTIL"] == [datetime(2027, 1, 29, 22, 59, 59, tzinfo=UTC)]


def test_a_later_stamp_keeps_the_identity_of_an_event() -> None:
    def uids(text: str) -> list[str]:
        return re.findall(r"UID:(\S+)", text)

    name = "rooms/room-kursraum-1.ics"
    later = WHERE.__class__("Musterstadt", date(2026, 11, 9))
    first, second = (platform_files(town(), where, "de")[name] for where in (WHERE, later))
    assert uids(first) == uids(second) and first != second


def test_midnight_ends_on_the_next_day() -> None:
    assert moment(date(2026, 11, 2), 24).isoformat() == "2026-11-03T00:00:00+01:00"
    assert first_day("mo", AS_OF) == AS_OF and first_day("su", AS_OF) == date(2026, 11, 8)


def test_open_data_names_free_and_taken_times_of_a_week(files: dict[Language, dict[str, str]]) -> None:
    held = json.loads(files["de"]["rooms/rooms.json"])
    assert "OpenActive" in held["note"] and "nicht geprüft" in held["note"]
    assert [use["name"] for use in held["facilityUses"]] == [*town().rooms["room"]]
    for use in held["facilityUses"]:
        begins = [datetime.fromisoformat(slot["startDate"]) for slot in use["event"]]
        ends = [datetime.fromisoformat(slot["endDate"]) for slot in use["event"]]
        assert begins == sorted(begins)
        assert all(last <= first for last, first in zip(ends, begins[1:], strict=False))
        inside = sum((last - first for first, last in zip(begins, ends, strict=True)), timedelta())
        assert inside <= timedelta(hours=7 * 13)
        assert {slot["remainingUses"] for slot in use["event"]} <= {0, 1}
    course = held["facilityUses"][3]
    assert course["name"] == "Kursraum 1"
    assert "Computerkurs" not in {slot.get("name") for slot in course["event"]}  # begins in January
    assert "geo" not in held["facilityUses"][12]["location"]  # place not stated


def test_tables_can_be_taken_away(files: dict[Language, dict[str, str]]) -> None:
    bookings = pd.read_csv(StringIO(files["en"]["rooms/bookings.csv"]), dtype=str)
    assert len(bookings) == len(town().bookings)
    assert bookings.loc[0, "begins"] == "19:00"


def test_costs_and_leases_stand_nowhere() -> None:
    rooms = town().rooms.assign(cost_eur=98765.0, lease_end=pd.Timestamp("2031-12-24"), notice_months=77.0)
    for text in platform_files(town(rooms=rooms), WHERE, "de").values():
        assert not re.search("98765|98.765|2031-12-24|24.12.2031|cost_eur|lease_end|notice_months", text)


def test_little_is_known_and_it_is_said() -> None:
    data = town()
    gaps = {
        "district": None,
        "longitude": float("nan"),
        "latitude": float("nan"),
        "owner_hours": float("nan"),
    }
    bare = Rooms(
        data.rooms.assign(**gaps).astype({"district": object}),
        data.carriers.assign(contact=None),
        data.offers.iloc[:0],
        data.bookings.iloc[:0],
    )
    for language in LANGUAGES:
        files = platform_files(bare, WHERE, language)
        text = _bare(files[PAGE])
        assert text.count(label("no_data", language)) >= 2 * len(data.rooms)
        assert "None" not in text and not re.search(r"\bnan\b", text)
        assert "mailto:" not in files[PAGE].split("<script")[0]
        assert "None" not in files["rooms/rooms.json"] and "NaN" not in files["rooms/rooms.json"]


@pytest.mark.parametrize(("hours", "text"), [(8.0, "8"), (12.5, "12:30"), (9.25, "9:15"), (24.0, "24")])
def test_hours_in_words(hours: float, text: str) -> None:
    assert clock(hours) == text


def test_durations_keys_and_addresses() -> None:
    assert [duration(h) for h in (2.0, 0.5, 2.5)] == ["PT2H", "PT30M", "PT2H30M"]
    assert keys_of(["Saal", "Sääl 1", "SAAL", "saal!"], "room") == {
        "Saal": "room-saal",
        "Sääl 1": "room-saeael-1",
        "SAAL": "room-saal--2",
        "saal!": "room-saal--3",
    }
    assert (
        mail_to("a@b.example", "Wer? & was", "x\ny")
        == "mailto:a@b.example?subject=Wer%3F%20%26%20was&body=x%0D%0Ay"
    )
    assert mail_to("", "a", "b") == ""


def test_the_map_keeps_distances() -> None:
    rooms = town().rooms
    drawn = room_map(rooms)
    assert drawn is not None
    placed = {number: marker for marker in drawn.markers for number in marker.numbers}
    assert sorted(placed) == [n for n in range(1, 15) if n != 13]  # number 13 has no place
    dx, dy = (float(getattr(placed[3], c)) - float(getattr(placed[8], c)) for c in "xy")
    assert dx == 0.0
    per_km = drawn.bar / drawn.bar_km
    assert abs(dy) / per_km == pytest.approx((51.0165 - 50.9840) * 111.195, rel=0.02)
    assert room_map(rooms.assign(longitude=float("nan"))) is None
    assert room_map(rooms.iloc[:1]) is not None


def test_opening_hours_stand_on_the_page_and_bound_what_is_free() -> None:
    data, spans = town(), (("mo", 8.0, 12.5), ("tu", 8.0, 12.5), ("sa", 10.0, 14.0))
    name = data.rooms["room"].iloc[0]
    quiet = data.bookings[data.bookings["room"] != name]
    stated = pd.Series([spans, *[()] * (len(data.rooms) - 1)], dtype="object")
    files = platform_files(town(rooms=data.rooms.assign(opening=stated), bookings=quiet), WHERE, "de")
    text = _bare(files[PAGE])
    assert text.count("Geöffnet Mo–Di 8–12:30; Sa 10–14") == 1 and "zählen nur diese" in text
    weeks = re.findall(r'<td class="free">(.*?)</td>', files[PAGE])[:7]
    assert [re.findall(r"<span>(.*?)</span>", week) for week in weeks] == [
        ["8–12:30"], ["8–12:30"], [], [], [], ["10–14"], [],
    ]  # fmt: skip
    assert "Geöffnet" not in _bare(platform_files(data, WHERE, "de")[PAGE])
