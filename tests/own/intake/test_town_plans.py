"""Ten whole plans in the layouts that towns print enter without handwork, with the amounts they hold."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.own.intake.understood import understand
from own.intake.town_plans import ORDER, PLANS, WHOLE, YEARS

KEY = "05999000"
RIGHT = {(line, year, kind): WHOLE[line][year] for line in ORDER for year, kind in YEARS}


@pytest.mark.parametrize("name", PLANS)
def test_a_whole_plan_enters_without_handwork(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"plan.{PLANS[name].suffix}"
    path.write_bytes(PLANS[name].made())
    read = understand(path, KEY)
    assert [question.key for question in read.questions] == list(PLANS[name].asked)
    own = read.figures[read.figures["sheet"] == "result_plan"]
    found = own.set_index(["line", "year", "kind"])["value"].to_dict()
    assert {key: value for key, value in found.items() if value} == pytest.approx(
        {key: value for key, value in RIGHT.items() if value}
    )
    assert not [check for check in read.sums if check.state == "fails"]


def test_a_workbook_of_three_sheets_fills_all_three(tmp_path: Path) -> None:
    path = tmp_path / "haushalt.xlsx"
    path.write_bytes(PLANS["three sheets"].made())
    read = understand(path, KEY)
    found = read.figures.set_index(["sheet", "line", "year", "kind"])["value"]
    assert (
        found["finance_plan", "17", 2026, "plan"] == 4e6
        and found["finance_plan", "14", 2024, "actual"] == 44e6
    )
    assert found["balance", "allgemeine_ruecklage", 2024, "actual"] == 78e6
    assert any("“Deckblatt” not read" in note.en for note in read.notes)
