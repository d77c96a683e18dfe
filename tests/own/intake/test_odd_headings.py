# ruff: noqa: E501  (tables of cases)
"""Columns whose headings say something else than a year and a kind: asked about, or left out and named."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.errors import InputError
from dewak_research.own.intake.headings import read_heading
from own.intake.reading import found, read
from own.intake.town_plans import as_xlsx
from own.intake.town_tables import EURO, german, plan, values
from own.intake.town_tables import cells as plan_cells


def beside(heading: str) -> str:
    """Return a plan of 2025 with another column of half the amounts."""
    return plan(f"Zeile;Plan 2025;{heading}", lambda n, v: f"{german(v)};{german(v / 2)}")


@pytest.mark.parametrize("heading", ["Sonstwas 2026", "Bedarf 2026", "2026 Anmeldung FB", "Whatever 2026"])
def test_a_year_with_words_that_nobody_knows_is_asked_about(heading: str, tmp_path: Path) -> None:
    asked = read(tmp_path, beside(heading))
    (question,) = asked.questions
    assert (question.key, question.default) == ("heading_1", None) and asked.figures.empty
    assert heading in question.text.de and heading in question.text.en
    first = values(2025)
    half = {line: value / 2 for line, value in EURO.items()}
    for answer, kind in (("plan", "plan"), ("actual", "actual"), ("year", "plan")):
        taken = found(read(tmp_path, beside(heading), {"heading_1": answer}))
        assert taken == pytest.approx({**first, **{(n, 2026, kind): v for n, v in half.items()}})
    left = read(tmp_path, beside(heading), {"heading_1": "none"})
    assert found(left) == first
    assert any(heading in note.en and "left out" in note.en for note in left.notes)


def test_a_word_over_several_years_is_asked_about_once(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Zeile", "Plan", "Sonstwas", None], [None, 2025, 2026, 2027]]
    rows += [[label, v, v, v] for label, v in plan_cells()[1:]]
    data = as_xlsx(("Plan", rows), merged=("C1:D1",))
    (question,) = read(tmp_path, data, suffix="xlsx").questions
    assert "Sonstwas 2026, Sonstwas 2027" in question.text.en
    taken = read(tmp_path, data, {"heading_1": "none"}, "xlsx")
    assert {key[1:] for key in found(taken)} == {(2025, "plan")}


@pytest.mark.parametrize(
    "heading",
    ["2026", "2026 EUR", "in T€ 2026", "Jahr 2026", "Betrag 2026", "Ansatz 2026", "Beschluss 2026", "MFP 2026", "Satzung 2026"],
)  # fmt: skip
def test_known_words_beside_a_year_stay_without_a_question(heading: str) -> None:
    assert read_heading(heading).role == "amount" and not read_heading(heading).unknown


@pytest.mark.parametrize("heading", ["Prognose X 2026", "Hochrechnung 2026"])
def test_a_forecast_of_any_name_is_left_out(heading: str, tmp_path: Path) -> None:
    taken = read(tmp_path, beside(heading))
    assert found(taken) == values(2025) and any(heading in note.de for note in taken.notes)


@pytest.mark.parametrize(
    "heading",
    ["Mittelwert", "Average", "Durchschnitt 2021-2024", "Ø 2021-2024", "Mittel 2021–2024", "Plan Durchschnitt 2026", "avg 2026"],
)  # fmt: skip
def test_a_mean_is_left_out_and_named(heading: str, tmp_path: Path) -> None:
    taken = read(tmp_path, beside(heading))
    assert not taken.questions and found(taken) == values(2025)
    assert any("means are neither" in note.en and heading in note.en for note in taken.notes)
    assert any("Mittelwerte sind weder" in note.de and heading in note.de for note in taken.notes)


def hidden(only: bool) -> bytes:
    """Return a workbook with the plan and a hidden sheet of other amounts, or with the hidden one only."""
    made = openpyxl.load_workbook(io.BytesIO(as_xlsx(("Plan", plan_cells()))))
    sheet = made.copy_worksheet(made["Plan"])
    sheet.title, sheet.sheet_state = "Entwurf alt", "hidden"
    if only:
        for row in made["Plan"].iter_rows():
            for cell in row:
                cell.value = None
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def test_hidden_sheets_are_named(tmp_path: Path) -> None:
    taken = read(tmp_path, hidden(only=False), suffix="xlsx")
    assert found(taken) == values()
    assert any("hidden and not read: Entwurf alt" in note.en for note in taken.notes)
    with pytest.raises(InputError, match=r"all sheets with figures are hidden \(Entwurf alt\)"):
        read(tmp_path, hidden(only=True), suffix="xlsx")
