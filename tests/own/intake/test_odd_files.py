# ruff: noqa: E501  (tables of cases)
"""Files of treasurers that were read wrongly without a word: hidden columns, two towns, companies, debit and credit."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.errors import InputError
from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.mapping import dump_map
from dewak_research.own.intake.understood import Understood, understand
from own.intake.reading import KEY, found, read
from own.intake.town_plans import as_xlsx
from own.intake.town_tables import EURO, NAMES, german, plan, values


def said(understood: Understood) -> str:
    return "\n".join(note.en for note in understood.notes)


def changed(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> bytes:
    """Return a workbook with an older plan beside the plan of 2026, changed."""
    rows: list[list[object]] = [["Zeile", "Plan 2025", "Plan 2026"]]
    rows += [[f"{n} {NAMES[n]}", v * 2, v] for n, v in EURO.items()]
    made = openpyxl.load_workbook(io.BytesIO(as_xlsx(("Plan", rows))))
    change(made["Plan"])
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def test_hidden_columns_are_left_out_and_named(tmp_path: Path) -> None:
    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet.column_dimensions["B"].hidden = True

    taken = read(tmp_path, changed(hide), suffix="xlsx")
    assert found(taken) == values(2026) and "hidden columns are left out: Plan 2025" in said(taken)


def test_a_table_whose_columns_are_all_hidden_is_read(tmp_path: Path) -> None:
    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for column in ("B", "C"):
            sheet.column_dimensions[column].hidden = True

    taken = read(tmp_path, changed(hide), suffix="xlsx")
    assert {year for _, year, _ in found(taken)} == {2025, 2026}


def test_hidden_rows_are_read_and_counted(tmp_path: Path) -> None:
    def hide(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for row in (4, 5):
            sheet.row_dimensions[row].hidden = True

    taken = read(tmp_path, changed(hide), suffix="xlsx")
    assert len(found(taken)) == 2 * len(EURO) and "hidden rows that were read, too: 2" in said(taken)


@pytest.mark.parametrize("heading", ["Kommune", "Gemeinde", "Stadt", "Körperschaft", "Mitgliedsgemeinde"])
def test_two_towns_are_never_added(heading: str, tmp_path: Path) -> None:
    rows = [
        f"{town};{n} {NAMES[n]};{german(v * share)}"
        for town, share in (("Musterstadt", 1), ("Nachbarstadt", 2))
        for n, v in EURO.items()
    ]
    text = "\n".join([f"{heading};Zeile;Plan 2026", *rows])
    assert [q.key for q in read(tmp_path, text).questions] == ["rows_1"]
    assert found(read(tmp_path, text, {"rows_1": "Musterstadt"})) == values()


def test_a_column_of_consolidated_accounts_is_asked_about(tmp_path: Path) -> None:
    text = plan("Zeile;Gesamtabschluss 2024;Plan 2026", lambda n, v: f"{german(v * 2)};{german(v)}")
    (question,) = read(tmp_path, text).questions
    assert question.key == "heading_1" and "Gesamtabschluss 2024" in question.text.de
    assert found(read(tmp_path, text, {"heading_1": "none"})) == values()


def test_a_table_that_calls_itself_consolidated_is_asked_about(tmp_path: Path) -> None:
    text = plan("Zeile;Ergebnis 2024", before="Gesamtabschluss 2024 des Konzerns Musterstadt")
    assert [q.key for q in read(tmp_path, text).questions] == ["consolidated"]
    assert found(read(tmp_path, text, {"consolidated": "core"})) == values(2024, "actual")
    with pytest.raises(InputError, match="companies and not the municipality alone"):
        read(tmp_path, text, {"consolidated": "group"})
    assert [q.key for q in read(tmp_path, plan(), name="Konzernbilanz").questions] == ["consolidated"]
    assert not read(tmp_path, plan(before="Gesamtergebnisplan 2026")).questions


BOOKED = [
    ("401200", "H", 3),
    ("401200", "S", 1),
    ("401300", "H", 20),
    ("411100", "H", 15),
    ("501200", "S", 18),
    ("501200", "H", 1),
]


@pytest.mark.parametrize(("debit", "credit"), [("S", "H"), ("Soll", "Haben"), ("Debit", "Credit")])
def test_a_column_of_debit_and_credit_gives_the_sign(debit: str, credit: str, tmp_path: Path) -> None:
    words = {"S": debit, "H": credit}
    rows = [f"{account};{words[side]};{value}.000.000" for account, side, value in BOOKED]
    taken = read(tmp_path, "\n".join(["Konto;S/H;Ist 2024", *rows]))
    right = {("01", 2024, "actual"): 22e6, ("02", 2024, "actual"): 15e6, ("11", 2024, "actual"): 17e6}
    assert found(taken) == right and "debit and credit from the column “S/H”" in said(taken)
    assert taken.mapping is not None
    (tmp_path / "m.yaml").write_text(dump_map(taken.mapping), encoding="utf-8")
    assert found(understand(tmp_path / "plan.csv", KEY, tmp_path / "m.yaml")) == right


def test_signs_that_are_there_already_are_not_turned_again(tmp_path: Path) -> None:
    rows = [
        f"{account};{side};{'-' if side == 'H' else ''}{value}.000.000" for account, side, value in BOOKED
    ]
    assert found(read(tmp_path, "\n".join(["Konto;S/H;Ist 2024", *rows])))["01", 2024, "actual"] == 22e6


def test_columns_of_debit_and_credit_are_refused_with_the_reason(tmp_path: Path) -> None:
    text = "Konto;Bezeichnung;Soll 2024;Haben 2024\n401300;Gewerbesteuer;1.000;20.000\n411100;Zuweisung;0;15.000\n501200;Bezüge;18.000;1.000"
    with pytest.raises(InputError, match="debit and credit stand in columns of their own") as refused:
        read(tmp_path, text)
    assert "Salden der Konten" in refused.value.problems[0].next_step.de
    assert not read(tmp_path, plan("Zeile;Soll 2026")).questions


@pytest.mark.parametrize(
    "month",
    [
        "Mrz 2026",
        "Apr 2026",
        "Jun 2026",
        "July 2026",
        "March 2026",
        "Plan 2026 pro Monat",
        "Plan 1. Halbjahr 2026",
        "Plan 2026 Q1",
    ],
)
def test_parts_of_a_year_are_no_years(month: str) -> None:
    assert read_heading(month).role == "part_of_year"


@pytest.mark.parametrize("suffix", ["xls", "xlsx"])
def test_text_with_the_name_of_a_workbook_is_read(suffix: str, tmp_path: Path) -> None:
    assert found(read(tmp_path, plan(), suffix=suffix)) == values()
    assert found(read(tmp_path, plan().replace(";", "\t").encode("cp1252"), suffix=suffix)) == values()


@pytest.mark.parametrize(
    "page", ["<html><table><tr><td>Zeile</td></tr></table></html>", '\ufeff<?xml version="1.0"?><Workbook/>']
)
def test_a_page_with_the_name_of_a_workbook_is_called_so(page: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="web page or XML") as refused:
        read(tmp_path, page, suffix="xls")
    assert ".xlsx" in refused.value.problems[0].next_step.en


@pytest.mark.parametrize("blank", [False, True])
def test_plan_and_actual_in_rows_are_not_added(blank: bool, tmp_path: Path) -> None:
    rows = []
    for n, v in EURO.items():
        rows.append(f"{n} {NAMES[n]};Plan;{german(v)};{german(v + 1)}")
        rows.append(f"{'' if blank else f'{n} {NAMES[n]}'};Ist;{german(v + 2)};{german(v + 3)}")
    taken = read(tmp_path, "\n".join(["Zeile;Art;2024;2025", *rows]))
    right = {
        (n, y, kind): v + more
        for n, v in EURO.items()
        for y, kind, more in ((2024, "plan", 0), (2025, "plan", 1), (2024, "actual", 2), (2025, "actual", 3))
    }
    assert not taken.questions and found(taken) == right


def test_plan_and_actual_in_rows_of_products_and_a_workbook(tmp_path: Path) -> None:
    rows: list[list[object]] = [["Produkt", "Zeile", "Wertart", 2024]]
    rows += [
        [p, f"{n} {NAMES[n]}", kind, v * share]
        for p in ("0101", "0102")
        for n, v in EURO.items()
        for kind, share in (("Plan", 1), ("Ist", 2))
    ]
    taken = found(read(tmp_path, as_xlsx(("P", rows)), suffix="xlsx"))
    assert (taken["01", 2024, "plan"], taken["01", 2024, "actual"]) == (2 * EURO["01"], 4 * EURO["01"])


def test_a_unit_on_the_cover_only_is_asked_about(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Zeile", "Plan 2026"],
        *([f"{n} {NAMES[n]}", v / 1000] for n, v in EURO.items()),
    ]
    data = as_xlsx(("Deckblatt", [["Haushalt 2026"], ["Alle Angaben in T€"]]), ("Ergebnisplan", rows))
    (question,) = read(tmp_path, data, suffix="xlsx").questions
    assert question.key == "unit" and "»Deckblatt«: Alle Angaben in T€" in question.text.de
    assert found(read(tmp_path, data, {"unit": "1000"}, "xlsx")) == pytest.approx(values())
    own = as_xlsx(("Deckblatt", [["Alle Angaben in T€"]]), ("Ergebnisplan", [["in T€"], *rows]))
    assert not read(tmp_path, own, suffix="xlsx").questions
    euro = as_xlsx(("Deckblatt", [["Alle Angaben in Euro"]]), ("Ergebnisplan", rows))
    assert not read(tmp_path, euro, suffix="xlsx").questions


@pytest.mark.parametrize(
    "title", ["Wirtschaftsplan 2026 Abwasserbetrieb", "Zweckverband Musterland", "Stadtwerke GmbH"]
)
def test_the_plan_of_a_company_is_asked_about(title: str, tmp_path: Path) -> None:
    assert [q.key for q in read(tmp_path, plan(before=title)).questions] == ["consolidated"]


def test_numbers_that_are_shown_as_percentages_are_no_amounts(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.append(["Zeile", "Plan 2025", "Plan 2026"])
    for n, v in EURO.items():
        sheet.append([f"{n} {NAMES[n]}", v, 1.025])
    for (cell,) in sheet.iter_rows(min_row=2, min_col=3):
        cell.number_format = "0.0%" if cell.row % 2 else "0%"
    target = io.BytesIO()
    made.save(target)
    taken = read(tmp_path, target.getvalue(), suffix="xlsx")
    assert found(taken) == values(2025) and "102,5 %" in said(taken)


@pytest.mark.parametrize(
    ("before", "after"), [("EUR ", ""), ("€ ", ""), ("", ",--"), ("", ",-"), ("", ",– €")]
)
def test_currency_before_and_dashes_for_cents(before: str, after: str, tmp_path: Path) -> None:
    text = plan(row=lambda n, v: "-,--" if n == "03" else f"{before}{german(v)}{after}")
    assert found(read(tmp_path, text)) == {
        key: 0 if key[0] == "03" else value for key, value in values().items()
    }
