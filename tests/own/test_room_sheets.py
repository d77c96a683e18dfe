# ruff: noqa: E501  (a table of cases, one a line)
"""The sheets of shared rooms: what they take, what they refuse with sheet and cell, and the tables they become."""

from __future__ import annotations

import datetime
from datetime import date
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
from tests.own.older_workbook import without_sheets
from tests.space.example import data

from dewak_research.errors import InputError
from dewak_research.own.ages_and_dates import read_time
from dewak_research.own.check import check_workbook, load_own
from dewak_research.own.contents import Contents
from dewak_research.own.form import check_lists
from dewak_research.own.opening_hours import read_opening
from dewak_research.own.room_case import PRESETS, case_of
from dewak_research.own.room_sheets import own_rooms
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook
from dewak_research.own.template import ROOM_LISTS, load_template
from dewak_research.own.workbook import contents_of, new_workbook, read_workbook
from dewak_research.page.labels import label
from dewak_research.space.pooling import pool
from dewak_research.space.room_case import week_of
from dewak_research.space.rooms import EQUIPMENT
from own import musterstadt
from own.shared_rooms import (
    ADVICE,
    ADVISING,
    CARRIERS,
    CHOIR,
    COOKING,
    GROUP,
    HALL,
    KITCHEN,
    MEAL,
    SINGING,
    Rows,
    sheets,
)  # fmt: skip
from own.test_planning_sheets import found_in, reading_of

KEY = musterstadt.KEY
SETTING = {"setting": "detour", "value": 1.2, "source": "Stadtplan"}
BAD: list[tuple[str, dict[str, Rows], str, str, str, str]] = [
    # what is wrong, rows, code of the finding, sheet, cell, part of the German message
    ("room twice", sheets(rooms=[HALL, GROUP, KITCHEN, {**KITCHEN, "seats": 31}]), "entry_twice", "Räume", "B9", "»Küche Nord« steht schon in Zeile 8"),
    ("no date", sheets(rooms=[{**HALL, "as_of": None}, GROUP, KITCHEN]), "rooms_date_missing", "Räume", "O6", "Stand der Räume fehlt"),
    ("two dates", sheets(rooms=[HALL, {**GROUP, "as_of": "2026-10-01"}, KITCHEN]), "rooms_dates_differ", "Räume", "O7", "2026-10-01"),
    ("capacity 0", sheets(rooms=[HALL, GROUP, {**KITCHEN, "seats": 0}]), "shared_rooms", "Räume", "H8", "0 ist keine Zahl über 0"),
    ("area below 0", sheets(rooms=[HALL, {**GROUP, "area_m2": -4}, KITCHEN]), "list_range", "Räume", "G7", "-4 ist als"),
    ("coordinates swapped", sheets(rooms=[HALL, GROUP, {**KITCHEN, "longitude": 51.61, "latitude": 7.12}]), "room_coordinates", "Räume", "E8", "vertauscht (Zeilen 8"),
    ("coordinates in metres", sheets(rooms=[HALL, {**GROUP, "longitude": 362_000, "latitude": 5_715_000}, KITCHEN]), "room_coordinates", "Räume", "E7", "in Metern (Zeilen 7"),
    ("half a place", sheets(rooms=[HALL, {**GROUP, "latitude": None}, KITCHEN]), "room_coordinates", "Räume", "E7", "fehlen Koordinaten (Zeilen 7)"),
    ("equipment unknown", sheets(rooms=[HALL, {**GROUP, "equipment": "Sauna, Küche"}, KITCHEN]), "list_choice", "Räume", "I7", "»Sauna, Küche« gibt es"),
    ("unknown owner", sheets(rooms=[HALL, {**GROUP, "owner": "Verien"}, KITCHEN]), "shared_rooms", "Räume", "C7", "»Verein«"),
    ("markup in a name", sheets(rooms=[HALL, {**GROUP, "district": "<script>"}, KITCHEN]), "shared_rooms", "Räume", "D7", "spitze Klammern"),
    ("half a month of notice", sheets(rooms=[HALL, {**GROUP, "notice_months": 0.5}, KITCHEN]), "not_whole", "Räume", "M7", "0,50 ist keine ganze Zahl"),
    ("a person as contact", sheets(carriers=[*CARRIERS[:2], {"carrier": "Kirche", "contact": "anna.muster@kirche.example"}]), "shared_rooms", "Träger", "C8", "sieht nach einer Person aus"),
    ("carrier twice", sheets(carriers=[*CARRIERS, {"carrier": "Stadt"}]), "entry_twice", "Träger", "B9", "»Stadt«"),
    ("carrier of an offer unknown", sheets(offers=[{**CHOIR, "carrier": "Verien"}, ADVICE, COOKING]), "shared_rooms", "Angebote", "C6", "kein Träger der Liste"),
    ("offer twice", sheets(offers=[CHOIR, ADVICE, COOKING, {**ADVICE, "times": 1}]), "entry_twice", "Angebote", "B9", "»Beratung«"),
    ("half a session", sheets(offers=[{**CHOIR, "times": 0.5}, ADVICE, COOKING]), "not_whole", "Angebote", "G6", "0,50"),
    ("nobody comes", sheets(offers=[{**CHOIR, "persons": 0}, ADVICE, COOKING]), "shared_rooms", "Angebote", "E6", "über 0"),
    ("no room is large enough", sheets(offers=[{**CHOIR, "persons": 500}, ADVICE, COOKING]), "shared_rooms", "Angebote", "B6", "kein Raum hat genug Plätze für »Chor«"),
    ("no room has computers", sheets(offers=[{**CHOIR, "needs": "Computer"}, ADVICE, COOKING]), "shared_rooms", "Angebote", "B6", "Ausstattung"),
    ("day unknown", sheets(offers=[{**CHOIR, "days": "Mo, Feiertag"}, ADVICE, COOKING]), "list_choice", "Angebote", "J6", "»Mo, Feiertag«"),
    ("room unknown", sheets(bookings=[{**SINGING, "room": "Sal"}, ADVISING, MEAL]), "shared_rooms", "Belegung", "B6", "kein Raum der Liste"),
    ("offer unknown", sheets(bookings=[{**SINGING, "offer": "Kor"}, ADVISING, MEAL]), "shared_rooms", "Belegung", "G6", "kein Angebot der Liste"),
    ("over midnight", sheets(bookings=[{**SINGING, "begins": "22:00", "ends": "02:00"}, ADVISING, MEAL]), "shared_rooms", "Belegung", "D6", "von 22:00 bis 02:00 Uhr"),
    ("opening hours unclear", sheets(rooms=[HALL, {**GROUP, "opening": "werktags"}, KITCHEN]), "opening_unclear", "Räume", "P7", "»werktags« sind keine Öffnungszeiten"),
    ("booking while closed", sheets(rooms=[{**HALL, "opening": "Mo-Fr 8-18"}, GROUP, KITCHEN]), "shared_rooms", "Belegung", "D6", "außerhalb der Öffnungszeiten von »Saal«"),
    ("open never long enough", sheets(rooms=[HALL, GROUP, {**KITCHEN, "opening": "Di 14-17"}]), "shared_rooms", "Angebote", "B8", "alle zugleich keiner"),
    ("no time", sheets(bookings=[{**SINGING, "begins": "abends"}, ADVISING, MEAL]), "time_unclear", "Belegung", "D6", "»abends« ist keine Uhrzeit"),
    ("two at once", sheets(bookings=[SINGING, ADVISING, MEAL, {**SINGING, "begins": "19:00", "ends": "21:00"}]), "bookings_at_once", "Belegung", "D9", "(Montag) schon belegt, in Zeile 6"),
    ("dates the wrong way round", sheets(bookings=[SINGING, {**ADVISING, "valid_until": "31.12.2025"}, MEAL]), "shared_rooms", "Belegung", "I7", "liegt vor"),
    ("a room without a cost", sheets(rooms=[HALL, {**GROUP, "cost_eur": None}, KITCHEN]), "room_without_cost", "Räume", "K7", "ohne Kosten: Gruppenraum"),
    ("a booking without an offer", sheets(bookings=[SINGING, ADVISING, {**MEAL, "offer": None}]), "booking_without_offer", "Belegung", "G8", "Belegungen ohne Angebot in: Küche Nord"),
    ("names alike", sheets(rooms=[HALL, GROUP, KITCHEN, {**KITCHEN, "room": "küche nord"}]), "shared_rooms", "Räume", "B9", "unterscheiden sich nur"),
    ("carriers alike", sheets(carriers=[*CARRIERS, {"carrier": "STADT"}]), "shared_rooms", "Träger", "B9", "unterscheiden sich nur"),
    ("name twice over two lines", sheets(rooms=[HALL, GROUP, KITCHEN, {**KITCHEN, "room": "Küche\nNord"}]), "entry_twice", "Räume", "B9", "»Küche Nord« steht schon in Zeile 8"),
    ("a telephone number as contact", sheets(carriers=[*CARRIERS[:2], {"carrier": "Kirche", "contact": "02366 / 12345"}]), "shared_rooms", "Träger", "C8", "keine Mailadresse"),
    ("a header in a contact", sheets(carriers=[*CARRIERS[:2], {"carrier": "Kirche", "contact": "raum@x.example?bcc=chef@y.example"}]), "shared_rooms", "Träger", "C8", "keine Mailadresse"),
    ("no end as a date", sheets(bookings=[SINGING, ADVISING, {**MEAL, "valid_until": "31.12.9999"}]), "room_date_far", "Belegung", "I8", "9999-12-31 ist als"),
    ("a lease without an end as a date", sheets(rooms=[HALL, {**GROUP, "lease_end": "31.12.9999"}, KITCHEN]), "room_date_far", "Räume", "L7", "leer, wenn es keinen gibt"),
    ("a lease that has ended", sheets(rooms=[HALL, {**GROUP, "lease_end": "30.06.2020"}, KITCHEN]), "lease_over", "Räume", "L7", "2020-06-30 liegt vor dem Stand 2026-11-01"),
    ("more sessions than days", sheets(offers=[{**CHOIR, "times": 7}, ADVICE, COOKING]), "times_over_days", "Angebote", "G6", "7 Termine je Woche an 5 Tagen"),
    ("hours as a part of a day", sheets(offers=[{**CHOIR, "hours": 2 / 24}, ADVICE, COOKING]), "list_range", "Angebote", "F6", "0,08 ist als"),
    ("hours from and to", sheets(offers=[{**CHOIR, "hours": "18-20 Uhr"}, ADVICE, COOKING]), "not_a_number", "Angebote", "F6", "»18-20 Uhr« ist keine Zahl"),
    ("an offer in a room that lacks what it needs", sheets(offers=[{**CHOIR, "needs": "Küche", "persons": 20}, ADVICE, COOKING]), "offer_in_unfit_room", "Belegung", "B6", "Chor (Saal)"),
    ("an offer in a room with steps", sheets(offers=[CHOIR, {**ADVICE, "barrier_free": "ja"}, COOKING]), "offer_in_unfit_room", "Belegung", "B7", "Beratung (Gruppenraum)"),
    ("no detour", {**sheets(), "room_settings": [{**SETTING, "value": 0.9}]}, "list_range", "Annahmen zu Räumen", "C6", "0,90 ist als »Weg geteilt durch Luftlinie«"),
    ("setting twice", {**sheets(), "room_settings": [SETTING, {**SETTING, "value": 1.4}]}, "entry_twice", "Annahmen zu Räumen", "B7", "steht schon in Zeile 6"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "code", "sheet", "cell", "message"), [case[1:] for case in BAD], ids=[case[0] for case in BAD]
)
def test_each_mistake_has_one_message_with_its_cell(
    lists: dict[str, Rows], code: str, sheet: str, cell: str, message: str
) -> None:
    found = found_in(lists)
    assert [(one.code, one.sheet, one.cell) for one in found] == [(code, sheet, cell)], found
    text = found[0].problem
    assert message in f"{text.what.de} {text.right.de}", text
    assert text.where == f"{sheet}!{cell}"


def test_good_sheets_have_no_finding_and_become_the_tables() -> None:
    reading = reading_of(sheets())
    assert list(check_lists(reading)) == []
    own, wanted = own_rooms(reading), data()
    assert own.as_of == date(2026, 11, 1) and own.carriers == ["Stadt", "Verein", "Kirche"] and own.filled
    kitchen = {"Küche": "Küche Nord"}
    pd.testing.assert_frame_equal(
        own.data.rooms.drop(columns=["equipment", "opening"]),
        wanted.rooms.drop(columns="equipment").replace({"room": kitchen}),
        check_dtype=False,
    )
    assert own.data.rooms["equipment"].tolist() == [
        frozenset({"stage", "projector"}),
        frozenset(),
        frozenset({"kitchen"}),
    ]
    pd.testing.assert_frame_equal(
        own.data.offers.drop(columns="district"), wanted.offers.drop(columns="district"), check_dtype=False
    )
    pd.testing.assert_frame_equal(
        own.data.bookings, wanted.bookings.replace({"room": kitchen}), check_dtype=False
    )


def test_presets_are_assumptions_until_somebody_says_otherwise() -> None:
    reading = reading_of({"room_settings": [dict(SETTING)]})
    list(check_lists(reading))
    settings = own_rooms(reading).settings.set_index("setting")
    assert settings.loc["detour", ["value", "source", "assumed"]].tolist() == [1.2, "Stadtplan", False]
    assert settings["assumed"].sum() == len(PRESETS) - 1
    assert settings.loc["weeks", "value"] == PRESETS["weeks"]


def test_what_is_not_known_stays_where_it_is_and_is_said() -> None:
    reading = reading_of(
        sheets(
            rooms=[HALL, {**GROUP, "cost_eur": None}, KITCHEN],
            bookings=[SINGING, ADVISING, {**MEAL, "offer": None}],
        )
    )
    assert [(one.code, one.severity) for one in check_lists(reading)] == [
        ("room_without_cost", "note"),
        ("booking_without_offer", "note"),
    ]
    _, case = case_of(own_rooms(reading))
    assert case.rooms["ends"].isna().all()
    kitchen = case.free[2, 1]  # from 14:00 to 16:30 on Tuesday
    assert kitchen.tolist() == [True, False, True] and case.free.sum() == case.free.size - 1


def test_an_evening_ends_at_midnight_however_it_is_written() -> None:
    late = [{**SINGING, "begins": "22:00", "ends": end} for end in ("0:00", "24:00", datetime.time(0, 0))]
    found = []
    for row in late:
        reading = reading_of(sheets(bookings=[row, ADVISING, MEAL]))
        assert list(check_lists(reading)) == []
        found.append(own_rooms(reading).data.bookings["ends"][0])
    assert found == [24.0, 24.0, 24.0]


@pytest.mark.parametrize(
    "written", [2, "2 h", "2 Std.", "120 min", "2:00", "2,0 Stunden", datetime.time(2, 0)]
)
def test_the_length_of_a_session_is_read_as_people_write_it(written: object) -> None:
    reading = reading_of(sheets(offers=[{**CHOIR, "hours": written}, ADVICE, COOKING]))
    assert list(check_lists(reading)) == []
    assert own_rooms(reading).data.offers["hours"][0] == 2.0


def test_a_name_over_two_lines_is_one_name_everywhere() -> None:
    reading = reading_of(
        sheets(
            rooms=[{**HALL, "room": "Saal\nMitte"}, GROUP, KITCHEN],
            bookings=[{**SINGING, "room": "Saal  Mitte"}, ADVISING, MEAL],
        )
    )
    assert list(check_lists(reading)) == []
    assert own_rooms(reading).data.rooms["room"][0] == "Saal Mitte"


def test_the_week_has_the_days_that_somebody_names() -> None:
    reading = reading_of(sheets(bookings=[{**SINGING, "day": "Samstag"}, ADVISING, MEAL]))
    assert list(check_lists(reading)) == []
    own = own_rooms(reading)
    assert week_of(own.data).days == ("mo", "tu", "we", "th", "fr", "sa")
    data, case = case_of(own)
    assert not case.allowed[0, 5].any() and case.allowed[0, :5, 2].all()
    assert data.bookings["day"].tolist() == ["sa", "tu", "tu"]


def test_a_room_may_be_called_by_its_number() -> None:
    lists = sheets(
        rooms=[{**HALL, "room": 101.0}, GROUP, KITCHEN], bookings=[{**SINGING, "room": 101}, ADVISING, MEAL]
    )
    reading = reading_of(lists)
    assert list(check_lists(reading)) == []
    assert own_rooms(reading).data.rooms["room"][0] == own_rooms(reading).data.bookings["room"][0] == "101"
    found = found_in(
        sheets(rooms=[{**HALL, "room": 101}, {**GROUP, "room": "101"}, KITCHEN], bookings=[MEAL])
    )
    assert [(one.code, one.cell) for one in found] == [("entry_twice", "B7")]


def test_a_booking_that_has_ended_counts_no_more() -> None:
    ended = {**SINGING, "day": "Mi", "valid_until": "30.09.2026"}
    reading = reading_of(sheets(bookings=[SINGING, ADVISING, MEAL, ended]))
    assert list(check_lists(reading)) == []
    data, _ = case_of(own_rooms(reading))
    assert len(data.bookings) == 3


@pytest.mark.parametrize(
    ("written", "hours"),
    [
        ("18:00", 18.0), ("18.30 Uhr", 18.5), ("9", 9.0), ("08:15:00", 8.25), ("0,75", 18.0), ("0.8333333333", 20.0), ("0.5", 12.0), ("0.30", 0.5), ("0,30", None), ("24:00", 24.0), (0.75, 18.0), (18, 18.0), (0, 0.0),
        (datetime.time(20, 45), 20.75), (datetime.datetime(1900, 1, 1), 24.0), (datetime.timedelta(hours=7, minutes=30), 7.5),
        ("24:30", None), ("18:75", None), ("abends", None), (18.3, None), (-1, None), (True, None), (datetime.datetime(2026, 5, 3), None),
    ],
)  # fmt: skip
def test_times_are_read_as_people_and_spreadsheets_write_them(written: object, hours: float | None) -> None:
    assert read_time(written) == hours


def test_every_word_of_the_lists_exists_in_both_languages() -> None:
    options = load_template().options
    for name in EQUIPMENT:
        for language in ("de", "en"):
            assert options[name][language] == label(f"equipment_{name}", language)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write Musterstadt with all sheets of shared rooms."""
    own = tmp_path_factory.mktemp("rooms")
    contents = musterstadt.contents()
    lists = {**contents.lists, **sheets(), "room_settings": [dict(SETTING)]}
    save_workbook(
        Contents("de", contents.form, contents.figures, contents.years, lists), own / KEY / FILE_NAME
    )
    return own


def test_the_sheets_survive_writing_and_reading_in_both_languages(filled: Path, tmp_path: Path) -> None:
    own = load_own(KEY, filled).rooms
    assert own.data.bookings["begins"].tolist() == [18.0, 9.0, 14.0]
    known = contents_of(
        read_workbook(filled / KEY / FILE_NAME, KEY),
        pd.DataFrame(columns=["sheet", "line", "year", "kind", "value"]),
    )
    assert known.lists["offers"][2]["days"] == "tu, th"
    english = Contents("en", known.form, known.figures, known.years, known.lists)
    save_workbook(english, tmp_path / KEY / FILE_NAME)
    sheet = openpyxl.load_workbook(tmp_path / KEY / FILE_NAME)["Bookings"]
    assert [sheet.cell(6, column).value for column in (3, 4, 5)] == ["Monday", "18:00", "20:00"]
    again = load_own(KEY, tmp_path).rooms
    for name in ("rooms", "carriers", "offers", "bookings"):
        pd.testing.assert_frame_equal(getattr(again.data, name), getattr(own.data, name))
    save_workbook(english, tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == (tmp_path / KEY / FILE_NAME).read_bytes()


def test_times_of_a_spreadsheet_are_times(filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled / KEY / FILE_NAME)
    book["Belegung"]["D6"] = datetime.time(18, 30)
    book["Belegung"]["D6"].number_format = "hh:mm"
    (tmp_path / KEY).mkdir()
    book.save(tmp_path / KEY / FILE_NAME)
    assert load_own(KEY, tmp_path).rooms.data.bookings["begins"][0] == 18.5


def test_all_mistakes_come_at_once_and_nothing_is_loaded(filled: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled / KEY / FILE_NAME)
    changes = {
        ("Räume", "H6"): 0, ("Räume", "C7"): "Verien", ("Träger", "C6"): "anna.muster@stadt.example",
        ("Angebote", "H8"): "Sauna", ("Belegung", "E8"): "13:00", ("Belegung", "B6"): "Sal",
    }  # fmt: skip
    for (sheet, cell), value in changes.items():
        book[sheet][cell] = value
    (tmp_path / KEY).mkdir()
    book.save(tmp_path / KEY / FILE_NAME)
    places = {(found.sheet, found.cell) for found in check_workbook(KEY, tmp_path).errors}
    assert places == {*changes} - {("Belegung", "E8")} | {("Belegung", "D8")}
    with pytest.raises(InputError) as error:
        load_own(KEY, tmp_path)
    assert len(error.value.problems) == len(changes)


def test_an_older_workbook_without_these_sheets_is_read(filled: Path, tmp_path: Path) -> None:
    without_sheets(filled / KEY / FILE_NAME, ROOM_LISTS, tmp_path / KEY / FILE_NAME)
    assert {found.code for found in check_workbook(KEY, tmp_path).findings} == {"key_unregistered"}
    own = load_own(KEY, tmp_path).rooms
    assert not own.filled and own.data.rooms.empty and own.settings["assumed"].all()


def test_a_new_workbook_offers_the_presets(tmp_path: Path) -> None:
    path = new_workbook("05562020", "en", 2026, own=tmp_path)
    sheet = openpyxl.load_workbook(path)["Assumptions on rooms"]
    assert [sheet.cell(row, 3).value for row in range(6, 10)] == [*PRESETS.values()]
    reading = read_workbook(path, "05562020")
    assert not list(check_lists(reading))
    assert own_rooms(reading).settings["assumed"].all()
    assert np.isclose(own_rooms(reading).setting("reach_km"), 3.0)


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mo-Fr 8-18", [(day, 8.0, 18.0) for day in ("mo", "tu", "we", "th", "fr")]),
        ("Mo–Di: 08:30 – 12:00 Uhr, 14 bis 18 Uhr", [(d, *t) for d in ("mo", "tu") for t in ((8.5, 12.0), (14.0, 18.0))]),
        ("Sa und So 10-14\nMi 9-12", [("we", 9.0, 12.0), ("sa", 10.0, 14.0), ("su", 10.0, 14.0)]),
        ("Tue, Thu 18-24", [("tu", 18.0, 24.0), ("th", 18.0, 24.0)]),
        ("täglich 7-22", [(day, 7.0, 22.0) for day in ("mo", "tu", "we", "th", "fr", "sa", "su")]),
        ("Mo 8-12; Mo 12-14; Mo 13-15", [("mo", 8.0, 15.0)]),
        ("werktags", None), ("8-18", None), ("Mo", None), ("Mo 18-8", None), ("Fr-Mo 8-18", None), ("Mo 8-25", None),
        ("Mo 8", None), ("Xy 8-12", None), ("", None),
    ],
)  # fmt: skip
def test_opening_hours_as_people_write_them(text: str, spans: list[tuple[str, float, float]] | None) -> None:
    assert read_opening(text) == (None if spans is None else tuple(spans))


def test_opening_hours_reach_the_case_and_no_session_lies_outside() -> None:
    opening = {"opening": "Mo-Di 8-12; Do 17-21"}
    reading = reading_of(
        sheets(rooms=[HALL, {**GROUP, **opening}, {**KITCHEN, "opening": "Do 8-18"}], bookings=[SINGING])
    )
    assert list(check_lists(reading)) == []
    _, case = case_of(own_rooms(reading))
    hours = case.open_hours
    assert hours[0].tolist() == [[4.5, 4.5, 4.0]] * 5  # not stated
    assert hours[1].tolist() == [[4, 0, 0], [4, 0, 0], [0, 0, 0], [0, 0, 4], [0, 0, 0]]
    assert hours[2].tolist() == [[0] * 3] * 3 + [[4.5, 4.5, 1]] + [[0] * 3]
    plan = pool(case)
    place = {name: i for i, name in enumerate(case.rooms["room"])}
    for room, day, part in plan.timetable[["room", "day", "part"]].itertuples(index=False):
        assert hours[place[room], case.week.days.index(day), case.week.parts.index(part)] > 0
    assert len(plan.timetable) + plan.hired["sessions"].sum() == case.times.sum()


def test_a_workbook_without_the_column_of_opening_hours_is_read(tmp_path: Path) -> None:
    contents = musterstadt.contents()
    contents.lists.update(sheets())
    path = tmp_path / KEY / FILE_NAME
    save_workbook(contents, path)
    book = openpyxl.load_workbook(path)
    sheet = book["Räume"]
    assert sheet["P4"].value == "column:opening"
    sheet.delete_cols(16)
    book.save(path)
    assert not check_workbook(KEY, tmp_path).errors
    assert load_own(KEY, tmp_path).rooms.data.rooms["opening"].tolist() == [()] * 3


def test_opening_hours_come_back_from_a_workbook(tmp_path: Path) -> None:
    contents = musterstadt.contents()
    contents.lists.update(sheets(rooms=[{**HALL, "opening": "Mo-So 8-22"}, GROUP, KITCHEN]))
    save_workbook(contents, tmp_path / KEY / FILE_NAME)
    spans = load_own(KEY, tmp_path).rooms.data.rooms["opening"]
    assert len(spans[0]) == 7 and spans[1] == ()
    again = contents_of(
        read_workbook(tmp_path / KEY / FILE_NAME, KEY),
        pd.DataFrame(columns=["sheet", "line", "year", "kind", "value"]),
    )
    assert again.lists["rooms"][0]["opening"] == "Mo-So 8-22"
