"""Shared use of own rooms: results computed by hand, the page, its files, and when the split is left out."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dewak_research.data.room_files import read_room_files
from dewak_research.own.contents import Contents
from dewak_research.own.form import check_lists
from dewak_research.own.report import build_own_report
from dewak_research.own.room_case import OwnRooms
from dewak_research.own.room_page import SHOWN_GROUPS, options_on_rooms, sharing_page
from dewak_research.own.room_sharing import RoomSharing, room_sharing, split_state
from dewak_research.own.room_sheets import own_rooms
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook
from dewak_research.space.rooms import Rooms as RoomTables
from own import musterstadt
from own.shared_rooms import ADVISING, CARRIERS, COOKING, GROUP, HALL, KITCHEN, MEAL, SINGING, Rows, sheets
from own.test_planning_sheets import reading_of

KEY = musterstadt.KEY


def shared(lists: dict[str, Rows], *, asked: bool = False) -> RoomSharing:
    reading = reading_of(lists)
    assert not [one for one in check_lists(reading) if one.severity == "error"]
    return room_sharing(own_rooms(reading), asked)


@pytest.fixture(scope="module")
def found() -> RoomSharing:
    return shared(sheets())


def test_what_is_saved_is_what_the_hand_computes(found: RoomSharing) -> None:
    # the choir stays in the hall, the advice joins it; hiring a kitchen costs 4 h x 25 EUR x 40 weeks = 4,000 EUR
    summary = found.tables["rooms_summary"].iloc[0]
    assert summary[["rooms", "given_up", "area_m2", "saved_eur", "hired_eur", "net_eur"]].tolist() == [
        3, 2, 100.0, 15_000.0, 4_000.0, 11_000.0,
    ]  # fmt: skip
    use = found.tables["rooms_use"].set_index("room")
    assert use.loc["Saal", ["hours_before", "hours_after", "open_hours"]].tolist() == [2.0, 11.0, 65.0]
    years = found.tables["rooms_years"].set_index("year")
    assert years.loc[2027, "saved_eur"] == pytest.approx(9_000 * 61 / 365)  # November and December
    assert years.loc[2028, "saved_eur"] == pytest.approx(9_000 + 6_000 * 185 / 366)
    assert years.loc[2029, ["area_m2", "net_eur"]].tolist() == [100.0, 11_000.0]
    assert years.loc[2026, "hired_eur"] == 0.0


def test_the_split_is_what_the_hand_computes(found: RoomSharing) -> None:
    # alone: the town saves nothing, the club gives up 6,000 EUR and hires 2 h x 1,000 EUR, the church 9,000 - 4,000;
    # town and club together 6,000, with the church always 5,000 more
    split = found.tables["rooms_split"].set_index("carrier")
    assert split["alone_eur"].to_dict() == {"Stadt": 0.0, "Verein": 4_000.0, "Kirche": 5_000.0}
    assert split["shapley_eur"].round(6).to_dict() == {"Stadt": 1_000.0, "Verein": 5_000.0, "Kirche": 5_000.0}
    assert split["shapley_eur"].sum() == pytest.approx(found.tables["rooms_summary"]["net_eur"][0])
    assert found.tables["rooms_leaving"].empty and not found.core_empty


def test_what_falls_to_every_carrier_is_what_the_hand_computes(found: RoomSharing) -> None:
    # the club gives up 40 m² for 6,000 EUR, the church 60 m² for 9,000 and hires a kitchen for 4,000; the town keeps
    table = found.tables["rooms_carriers"].set_index("carrier")
    assert table.loc["Verein", ["freed_m2", "net_eur", "eur_m2"]].tolist() == [40, 6_000, 150]
    assert table.loc["Kirche", ["freed_m2", "saved_eur", "hired_eur", "net_eur"]].tolist() == [
        60, 9_000, 4_000, 5_000,
    ]  # fmt: skip
    assert table.loc["Kirche", "eur_m2"] == pytest.approx(5_000 / 60)
    assert table.loc["Stadt", "freed_m2"] == 0 and pd.isna(table.loc["Stadt", "eur_m2"])


def test_floor_space_is_offered_once_and_never_beside_an_option_that_holds_it(found: RoomSharing) -> None:
    def line(counted: list[str]) -> str:
        parts = {p["title"]: p for p in sharing_page(found, KEY, "b.xlsx", "en", counted)["sharing_parts"]}
        return str(parts["What falls to whom"]["lines"][0])

    assert "not assumed" in line([]) and "No option of the plan counts it already" in line([])
    assert "draw on shared rooms already: Treff" in line(["Treff"]) and "count twice" in line(["Treff"])
    options = pd.DataFrame(
        [
            {"name": "Räume teilen", "kind": "pooled_rooms", "sources": None},
            {"name": "Verein", "kind": "organisation_model", "sources": "pooled_rooms, volunteers"},
            {"name": "Ehrenamt", "kind": "volunteers", "sources": "volunteers"},
        ]
    )
    assert options_on_rooms(options) == ["Räume teilen", "Verein"]
    assert options_on_rooms(options.iloc[:0]) == []


def test_bookings_without_an_offer_stay_in_the_hours() -> None:
    found = shared(sheets(bookings=[SINGING, ADVISING, {**MEAL, "offer": None}]))
    use = found.tables["rooms_use"].set_index("room")
    assert use.loc["Küche Nord", ["kept", "hours_before", "hours_after"]].tolist() == [True, 2.5, 6.5]
    assert found.tables["rooms_freed"]["room"].tolist() == ["Gruppenraum"]


def test_nothing_can_be_given_up_is_said() -> None:
    rooms = [{**room, "lease_end": None, "notice_months": None} for room in (HALL, GROUP, KITCHEN)]
    found = shared(sheets(rooms=rooms))
    assert found.tables["rooms_freed"].empty and found.tables["rooms_years"]["net_eur"].tolist() == [0.0]
    parts = {part["title"]: part for part in sharing_page(found, KEY, "b.xlsx", "de")["sharing_parts"]}
    assert "Kein Raum" in parts["Was wann frei wird"]["lines"][0]


@pytest.mark.parametrize(
    ("carriers", "asked", "state"),
    [
        (1, True, "one"), (2, False, "yes"), (6, False, "yes"), (7, False, "asked"), (10, True, "yes"),
        (11, True, "many"),
    ],
)  # fmt: skip
def test_many_carriers_are_split_on_request_only(carriers: int, asked: bool, state: str) -> None:
    assert split_state(carriers, asked) == state


def test_seven_carriers_are_told_how_long_it_takes() -> None:
    more: Rows = [{"carrier": f"Träger {n}"} for n in range(4)]
    offers: Rows = [
        {**COOKING, "offer": f"Kurs {n}", "carrier": f"Träger {n}", "needs": None} for n in range(4)
    ]
    found = shared(sheets(carriers=[*CARRIERS, *more], offers=[*sheets()["offers"], *offers]))
    assert "rooms_split" not in found.tables
    parts = {part["title"]: part for part in sharing_page(found, KEY, "b.xlsx", "de")["sharing_parts"]}
    line = parts["Teilung der Ersparnis"]["lines"][0]
    assert "127 mögliche Gruppen" in line and "rund 4 Minuten" in line and f"{KEY} --room-shares" in line


def test_empty_sheets_leave_one_sentence() -> None:
    found = room_sharing(own_rooms(reading_of({})))
    page = sharing_page(found, KEY, "b.xlsx", "en")
    assert page["sharing_parts"] == [] and "not filled" in page["sharing_lines"][0]


@pytest.mark.slow
def test_the_invented_town_of_eight_carriers_is_split_on_request_and_few_groups_are_shown() -> None:
    files = read_room_files()
    presets = own_rooms(reading_of({})).settings
    own = OwnRooms(RoomTables(**files.tables), files.as_of, presets)
    assert room_sharing(own).split == "asked"
    found = room_sharing(own, asked=True)
    net = found.tables["rooms_summary"]["net_eur"][0]
    assert found.tables["rooms_split"]["shapley_eur"].sum() == pytest.approx(net)
    page = sharing_page(found, KEY, "b.xlsx", "de")
    parts = {part["title"]: part for part in page["sharing_parts"]}
    groups = parts["Gruppen mit einem Grund auszuscheren"]
    assert len(groups["rows"]) == SHOWN_GROUPS < len(found.tables["rooms_leaving"])
    assert str(len(found.tables["rooms_leaving"])) in groups["lines"][0]
    assert "−0\xa0€" not in str(page) and "Kein anderer Plan kostet weniger." in page["sharing_lines"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the report of Musterstadt with shared rooms; one name holds what HTML would take for a tag."""
    own = tmp_path_factory.mktemp("sharing")
    contents = musterstadt.contents()
    lists = {**contents.lists, **sheets(carriers=[*CARRIERS, {"carrier": "A & B"}])}
    lists["offers"] = [*lists["offers"], {**COOKING, "offer": "Kaffee & Kuchen", "carrier": "A & B"}]
    written = Contents("de", contents.form, contents.figures, contents.years, lists)
    save_workbook(written, own / KEY / FILE_NAME)
    return build_own_report(KEY, own=own).parents[1]


def test_the_report_shows_it_in_both_languages_and_gives_it_away(folder: Path, found: RoomSharing) -> None:
    german, english = (
        (folder / language / "sharing.html").read_text(encoding="utf-8") for language in ("de", "en")
    )
    assert (
        "Räume gemeinsam nutzen" in german and "Gruppenraum" in german and "Annahme dieses Projekts" in german
    )
    assert "Sharing rooms" in english and "Kaffee &amp; Kuchen" in english
    table = pd.read_csv(folder / "tables" / "rooms_freed.csv")
    assert set(table["room"]) <= set(found.tables["rooms_use"]["room"])
    book = openpyxl.load_workbook(folder / "de" / f"raeume_{KEY}.xlsx")
    assert "Teilung der Ersparnis" in book.sheetnames and book["Was wann frei wird"]["C4"].value is not None


def test_the_page_for_everybody_lies_beside_it_without_costs(folder: Path) -> None:
    assert 'href="rooms.html"' in (folder / "de" / "sharing.html").read_text(encoding="utf-8")
    files = [path for path in (folder / "en").rglob("*") if path.suffix in (".html", ".ics", ".json", ".csv")]
    platform = [path for path in files if path.name == "rooms.html" or path.parent != folder / "en"]
    assert {path.suffix for path in platform} == {".html", ".ics", ".json", ".csv"}
    text = "".join(path.read_text(encoding="utf-8") for path in platform)
    assert "Gruppenraum" in text and "sharing.html" not in text
    assert not re.search(r"\b(20[.,]?000|2028-06-30|30\.6\.2028)\b", text)


def test_the_same_bytes_twice(folder: Path, tmp_path: Path) -> None:
    (tmp_path / KEY).mkdir()
    (tmp_path / KEY / FILE_NAME).write_bytes((folder.parent / FILE_NAME).read_bytes())
    again = build_own_report(KEY, own=tmp_path).parents[1]
    for name in (
        "de/sharing.html",
        f"de/raeume_{KEY}.xlsx",
        "en/sharing.html",
        "de/rooms.html",
        "tables/rooms_split.csv",
    ):
        assert (again / name).read_bytes() == (folder / name).read_bytes(), name
