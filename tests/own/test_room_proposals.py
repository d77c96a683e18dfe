"""Rows of the older sheet of services become proposals; what is a room and an offer at once is asked about."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from dewak_research.cli import app
from dewak_research.own.contents import Contents
from dewak_research.own.room_proposals import Kind, Row, kind_of_row, with_proposals
from dewak_research.own.safety import FILE_NAME
from dewak_research.own.sheets import save_workbook
from dewak_research.own.workbook import read_contents
from own import musterstadt

KEY = musterstadt.KEY
HALL: Row = {"name": "Saal", "kind": "culture", "district": "Mitte", "area_m2": 120, "cost_eur": 20_000}
ADVICE: Row = {"name": "Beratung", "kind": "advice", "hours_per_week": 12, "users_per_week": 40}
MEETING: Row = {"name": "Treff", "kind": "meeting_place", "area_m2": 80, "users_per_week": 200}
UNKNOWN: Row = {"name": "Haus", "kind": "other"}
SERVICES = [HALL, ADVICE, MEETING, UNKNOWN]


@pytest.mark.parametrize(
    ("row", "kind"), [(HALL, "room"), (ADVICE, "offer"), (MEETING, "both"), (UNKNOWN, "neither")]
)
def test_what_a_row_describes(row: Row, kind: Kind) -> None:
    assert kind_of_row(row) == kind


def test_plain_rows_are_copied_once_and_the_others_asked_about() -> None:
    asked: list[tuple[str, Kind]] = []

    def decide(row: Row, kind: Kind) -> Kind:
        asked.append((str(row["name"]), kind))
        return "both" if kind == "both" else "neither"

    before = {"services": SERVICES, "rooms": [], "offers": []}
    found, added = with_proposals(before, decide)
    assert asked == [("Treff", "both"), ("Haus", "neither")]
    assert added == [("rooms", "Saal"), ("offers", "Beratung"), ("rooms", "Treff"), ("offers", "Treff")]
    assert found["rooms"][0] == {"room": "Saal", "district": "Mitte", "area_m2": 120, "cost_eur": 20_000}
    assert found["offers"][0] == {
        "offer": "Beratung",
        "district": None,
    }  # hours of a week are not of a session
    assert before["rooms"] == []
    again, none = with_proposals(found, lambda row, kind: "neither")
    assert none == [] and again == found


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("dewak_research.own.safety.OWN", tmp_path)
    contents = musterstadt.contents()
    lists = {**contents.lists, "services": SERVICES}
    written = Contents("de", contents.form, contents.figures, contents.years, lists)
    save_workbook(written, tmp_path / KEY / FILE_NAME)
    return tmp_path


def test_the_command_asks_writes_and_keeps_the_old_workbook(own: Path) -> None:
    said = CliRunner().invoke(app, ["rooms", KEY], input="vielleicht\nRaum\nkeins\ny\n")
    assert said.exit_code == 0, said.output
    assert "»Treff« nennt eine Fläche" in said.output and "Räume: Saal" in said.output
    lists = read_contents(KEY, own).lists
    assert [row["room"] for row in lists["rooms"]] == ["Saal", "Treff"]
    assert [row["offer"] for row in lists["offers"]] == ["Beratung"] and len(lists["services"]) == 4
    assert (own / KEY / "eingabe.sicherung-1.xlsx").is_file()


def test_without_questions_only_what_is_plain_is_copied(own: Path) -> None:
    said = CliRunner().invoke(app, ["rooms", KEY, "--yes", "--language", "en"])
    assert said.exit_code == 0 and "Treff, Haus" in said.output
    book = openpyxl.load_workbook(own / KEY / FILE_NAME)
    assert [book["Räume"].cell(row, 2).value for row in (6, 7)] == ["Saal", None]


def test_no_means_nothing_written(own: Path) -> None:
    before = (own / KEY / FILE_NAME).read_bytes()
    said = CliRunner().invoke(app, ["rooms", KEY], input="beides\nkeins\nn\n")
    assert "Nichts geschrieben" in said.output
    assert (own / KEY / FILE_NAME).read_bytes() == before and len([*(own / KEY).iterdir()]) == 1
