# ruff: noqa: E501  (tables of cases)
"""Tables with years in rows and lines in columns: read where it is clear, else refused with the true reason."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.errors import InputError
from own.intake.reading import found, read
from own.intake.town_plans import ORDER, WHOLE, YEARS, as_xlsx
from own.intake.town_tables import EURO, NAMES, german, plan, values

NAMED = ";".join(f"{n} {NAMES[n]}" for n in EURO)
AMOUNTS = ";".join(map(german, EURO.values()))


@pytest.mark.parametrize(
    "rows",
    [
        [f"Jahr;{NAMED}", f"Ergebnis 2024;{AMOUNTS}", f"Ansatz 2026;{AMOUNTS}"],
        [f"Jahr;Art;{NAMED}", f"2024;Ergebnis;{AMOUNTS}", f"2026;Plan;{AMOUNTS}"],
        [f";{';'.join(EURO)}", f";{';'.join(NAMES[n] for n in EURO)}", f"Ist 2024;{AMOUNTS}", f"Plan 2026;{AMOUNTS}"],
        ["Stadt Musterhausen", "", f"Jahr;{NAMED}", f"Ist 2024;{AMOUNTS}", f"Plan 2026;{AMOUNTS}", "", "Quelle: Kämmerei"],
    ],
)  # fmt: skip
def test_years_in_rows_are_read(rows: list[str], tmp_path: Path) -> None:
    taken = read(tmp_path, "\n".join(rows))
    assert not taken.questions
    assert found(taken) == {**values(2024, "actual"), **values(2026)}
    assert any("the table was turned" in note.en for note in taken.notes)
    assert any("die Tabelle wurde gedreht" in note.de for note in taken.notes)


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    rows = [f"Jahr;{NAMED}", f"Ergebnis 2024;{AMOUNTS}", f"Ansatz 2026;{AMOUNTS}"]
    used = read(tmp_path, "\n".join(rows)).rows
    assert list(used["where"][:2]) == ["plan.csv: Spalte B, Zeile 2", "plan.csv: Spalte C, Zeile 2"]
    with pytest.raises(InputError) as refused:
        read(tmp_path, "\n".join(rows).replace("30.000.000", "dreißig", 1))
    assert [problem.where for problem in refused.value.problems] == ["plan.csv: Spalte C, Zeile 2"]


def test_a_whole_plan_in_a_workbook_unit_and_mean_row(tmp_path: Path) -> None:
    from own.intake.town_plans import LABELS

    head: list[object] = ["in TEUR", *(f"{line} {LABELS[line]}" for line in ORDER)]
    rows: list[list[object]] = [
        [
            f"{'Ergebnis' if kind == 'actual' else 'Plan'} {year}",
            *(WHOLE[line][year] / 1000 for line in ORDER),
        ]
        for year, kind in YEARS
    ]
    mean: list[object] = ["Mittelwert", *([1.0] * len(ORDER))]
    taken = read(tmp_path, as_xlsx(("Plan", [head, *rows, mean])), suffix="xlsx")
    right = {(line, year, kind): WHOLE[line][year] for line in ORDER for year, kind in YEARS}
    got = found(taken)
    assert {key: value for key, value in got.items() if value} == pytest.approx(
        {key: value for key, value in right.items() if value}
    )
    assert not [check for check in taken.sums if check.state == "fails"]
    assert any("means are neither" in note.en for note in taken.notes)


def test_accounts_and_balance_sheets_turned(tmp_path: Path) -> None:
    text = "Jahr;401200;401300;411100;501200\nPlan 2025;3;20;15;18\nPlan 2026;3;21;16;19"
    assert found(read(tmp_path, text))["01", 2026, "plan"] == 24
    text = "Stichtag;Anlagevermögen;Umlaufvermögen;Allgemeine Rücklage;Verbindlichkeiten\n31.12.2023;100;20;60;60\n31.12.2024;110;20;70;60"
    assert found(read(tmp_path, text))["anlagevermoegen", 2024, "actual"] == 110


def test_products_in_rows_are_refused_with_the_reason(tmp_path: Path) -> None:
    rows = [f"Plan {year};{product};{AMOUNTS}" for year in (2025, 2026) for product in ("0101", "0102")]
    with pytest.raises(InputError, match="several times, told apart by Produkt") as refused:
        read(tmp_path, "\n".join([f"Jahr;Produkt;{NAMED}", *rows]))
    assert "Transponieren" in refused.value.problems[0].next_step.de


def test_bare_years_in_rows_are_asked_about(tmp_path: Path) -> None:
    text = "\n".join([f"Jahr;{NAMED}", f"2024;{AMOUNTS}", f"2025;{AMOUNTS}"])
    assert [q.key for q in read(tmp_path, text).questions] == ["last_result"]
    assert found(read(tmp_path, text, {"last_result": "2024"})) == {**values(2024, "actual"), **values(2025)}


def test_amounts_that_look_like_accounts_are_none(tmp_path: Path) -> None:
    text = "Jahr;Rathaus;Bauhof;Schwimmbad\nPlan 2025;350000;412000;501000\nPlan 2026;360000;420000;510000"
    with pytest.raises(InputError):
        read(tmp_path, text)


def test_tables_that_stand_upright_stay(tmp_path: Path) -> None:
    taken = read(tmp_path, plan())
    assert found(taken) == values() and not any("turned" in note.en for note in taken.notes)
