# ruff: noqa: E501  (tables of cases)
"""Kinds of tables that would be read wrongly by what meets the eye: each is read rightly, asked about or refused."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.errors import InputError
from dewak_research.own.intake.folder import understand_folder
from dewak_research.own.intake.showing import from_to
from dewak_research.own.intake.tables import read_tables
from own.intake.reading import KEY, found, read
from own.intake.town_plans import PLANS, WHOLE, as_xlsx
from own.intake.town_tables import EURO, INCOME, NAMES, german, plan, sheet_of, values


@pytest.mark.parametrize("group", ["4000;Summe Steuern", "4010;Realsteuern"])
def test_a_group_account_is_not_added_to_its_accounts(group: str, tmp_path: Path) -> None:
    rows = ["4011;Grundsteuer A;1.000.000", "4012;Grundsteuer B;3.000.000", "4013;Gewerbesteuer;20.000.000"]
    text = "\n".join(
        [
            "Konto;Bezeichnung;Ansatz 2026",
            f"{group};24.000.000",
            *rows,
            "4111;Zuweisungen;15.000.000",
            "5011;Bezüge;9.000.000",
        ]
    )
    assert found(read(tmp_path, text))["01", 2026, "plan"] == 24e6
    if "Summe" in group:
        with pytest.raises(InputError, match="calls itself a total"):
            read(tmp_path, text.replace(";24.000.000", ";25.000.000"))


@pytest.mark.parametrize(("last", "right"), [(1.0, True), (0.9, False)])
def test_the_whole_town_is_not_added_to_its_areas(last: float, right: bool, tmp_path: Path) -> None:
    parts = (("Innere Verwaltung", 0.3), ("Soziales", 0.7), ("Gesamt", last))
    rows = [f"{area};{n} {NAMES[n]};{german(v * share)}" for area, share in parts for n, v in EURO.items()]
    text = "\n".join(["Bereich;Zeile;Ansatz 2026", *rows])
    if right:
        assert found(read(tmp_path, text)) == pytest.approx(values())
    else:
        with pytest.raises(InputError, match="“Gesamt” calls itself a total"):
            read(tmp_path, text)


def test_areas_beside_each_other_and_their_total(tmp_path: Path) -> None:
    head = "Zeile;Kernhaushalt Plan 2026;Eigenbetrieb Plan 2026;Gesamt Plan 2026"
    text = plan(head, lambda n, v: f"{german(v * 0.9)};{german(v * 0.1)};{german(v)}")
    assert found(read(tmp_path, text)) == pytest.approx(values())


def test_a_sum_of_years_is_left_out_where_the_years_stand_beside_it(tmp_path: Path) -> None:
    text = plan(
        "Zeile;Plan 2025;Plan 2026;Plan 2025/2026", lambda n, v: f"{german(v)};{german(v)};{german(2 * v)}"
    )
    assert found(read(tmp_path, text)) == pytest.approx({**values(2025), **values(2026)})


@pytest.mark.parametrize(
    "head",
    [
        "RE 24;HA 25;Plan 26",
        "2024 (Ist);2025 (Plan);2026 (Plan)",
        "Ist-Ergebnis 2024;Ansatz\n2025;Haushalts-\nansatz 2026",
    ],
)
def test_headings_with_short_years_brackets_and_line_breaks(head: str, tmp_path: Path) -> None:
    quoted = ";".join(f'"{cell}"' for cell in head.split(";"))
    text = plan(f"Zeile;{quoted}", lambda n, v: ";".join([german(v)] * 3))
    assert {key[1:] for key in found(read(tmp_path, text))} == {
        (2024, "actual"),
        (2025, "plan"),
        (2026, "plan"),
    }


def test_two_versions_of_one_year_are_a_question(tmp_path: Path) -> None:
    text = plan("Zeile;Entwurf 2026;Beschluss Plan 2026", lambda n, v: f"{german(v)};{german(v + 5)}")
    (question,) = read(tmp_path, text).questions
    assert question.key == "column_plan_2026" and question.default is None
    assert found(read(tmp_path, text, {question.key: "2"}))["01", 2026, "plan"] == EURO["01"] + 5


def test_contradicting_units_are_a_question_and_thresholds_are_none(tmp_path: Path) -> None:
    text = plan("Zeile;Plan 2026 (EUR)", before="Angaben in TEUR")
    asked = read(tmp_path, text)
    assert [q.key for q in asked.questions] == ["unit"] and asked.figures.empty
    assert "Verschiedenes" in asked.questions[0].text.de
    assert found(read(tmp_path, text, {"unit": "1"})) == values()
    assert (
        found(read(tmp_path, plan(before="Wertgrenze 50 TEUR", after="Investitionen ab 100 TEUR")))
        == values()
    )


def test_all_costs_with_a_minus_are_one_question_and_sums_answer_it(tmp_path: Path) -> None:
    text = plan(row=lambda n, v: german(v if n in INCOME else -v))
    assert [q.key for q in read(tmp_path, text).questions] == ["signs_costs"]
    assert found(read(tmp_path, text, {"signs_costs": "turned"})) == values()
    sums = "10 Ordentliche Erträge;100.000.000\n17 Ordentliche Aufwendungen;-102.000.000\n18 Ordentliches Ergebnis;-2.000.000"
    settled = read(tmp_path, f"{text}\n{sums}")
    assert not settled.questions and found(settled)["18", 2026, "plan"] == -2e6


def test_one_line_against_the_signs_is_named_by_the_sums(tmp_path: Path) -> None:
    text = plan(
        row=lambda n, v: german(-v if n == "12" else v), after="17 Ordentliche Aufwendungen;102.000.000"
    )
    assert any("12 " in note.en and "other sign" in note.en for note in read(tmp_path, text).notes)


def test_income_and_costs_in_columns_of_their_own(tmp_path: Path) -> None:
    rows = [
        "4013;Gewerbesteuer;20.000.000;;20.000.000",
        "4111;Zuweisungen;15.000.000;;15.000.000",
        "5011;Bezüge;;9.000.000;-9.000.000",
    ]
    got = found(
        read(
            tmp_path,
            "\n".join(
                ["Konto;Bezeichnung;Ansatz 2026 Erträge;Ansatz 2026 Aufwendungen;Ansatz 2026 Saldo", *rows]
            ),
        )
    )
    assert got == {("01", 2026, "plan"): 20e6, ("02", 2026, "plan"): 15e6, ("11", 2026, "plan"): 9e6}
    text = "Produkt;Erträge 2026;Aufwendungen 2026\n0101 Rat;1.000;5.000\n0102 Amt;2.000;7.000\n"
    with pytest.raises(InputError, match="income and costs only by product"):
        read(tmp_path, text)


def test_a_budget_year_that_is_nowhere_is_a_question(tmp_path: Path) -> None:
    text = plan("Zeile;Ansatz")
    assert [q.key for q in read(tmp_path, text).questions] == ["budget_year"]
    assert found(read(tmp_path, text, {"budget_year": "2026"})) == values()
    assert found(read(tmp_path, plan("Zeile;Ansatz", before="Haushaltsplan 2026 der Stadt"))) == values()


def test_an_amendment_beside_the_first_amount_is_a_question(tmp_path: Path) -> None:
    text = plan("Zeile;Ansatz 2026;Nachtrag 2026", lambda n, v: f"{german(v)};1.000")
    assert [q.key for q in read(tmp_path, text).questions] == ["amendment_2026"]
    assert found(read(tmp_path, text, {"amendment_2026": "add"}))["01", 2026, "plan"] == EURO["01"] + 1000
    assert found(read(tmp_path, text, {"amendment_2026": "none"})) == values()


def test_a_table_may_begin_anywhere_on_a_sheet(tmp_path: Path) -> None:
    rows: list[list[object]] = [[], [], [None, None, "Zeile", "Ansatz 2026"]]
    rows += [[None, None, f"{n} {NAMES[n]}", v] for n, v in EURO.items()]
    understood = read(tmp_path, sheet_of(rows), suffix="xlsx")
    assert found(understood) == values()
    assert understood.rows["where"].iloc[0] == "plan.xlsx: Sheet: Zeile 4, Spalte Ansatz 2026"


@pytest.mark.parametrize(
    ("data", "suffix", "says"),
    [(b"%PDF-1.7 x", "pdf", "no PDF or is damaged"), (b"\xd0\xcf\x11\xe0" + bytes(900), "xls", "damaged or none"),
     (b"PK\x03\x04" + bytes(90), "ods", "no workbook or damaged"),
     ("Haushaltsstelle;Bezeichnung;Ansatz 2026\n1.0.4;Verwaltungshaushalt;5\n2.0.3;Vermögenshaushalt;6\n".encode(), "csv", "cameral")],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_for_its_true_reason(
    data: bytes, suffix: str, says: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=says):
        read(tmp_path, data, suffix=suffix)


def test_several_files_at_once(tmp_path: Path) -> None:
    (tmp_path / "ergebnis.csv").write_text(
        plan(row=lambda n, v: german(-v if n in INCOME else v)), encoding="utf-8"
    )
    (tmp_path / "haushalt.xlsx").write_bytes(PLANS["three sheets"].made())
    (tmp_path / "lies mich.txt").write_text("kein Plan", encoding="utf-8")
    asked = understand_folder(tmp_path, KEY)
    assert "ergebnis:signs_income" in [q.key for q in asked.questions] and asked.figures.empty
    answers = {"ergebnis:signs_income": "turned", "part_result_plan": "2"}
    known = understand_folder(tmp_path, KEY, answers)
    assert not known.questions and set(known.figures["sheet"]) == {"result_plan", "finance_plan", "balance"}
    own = known.figures[known.figures["sheet"] == "result_plan"].set_index(["line", "year"])["value"]
    assert own["01", 2024] in (WHOLE["01"][2024], EURO["01"])
    assert any("lies mich.txt not read" in note.en for note in known.notes)
    empty = tmp_path / "leer"
    empty.mkdir()
    with pytest.raises(InputError, match="holds 0 files"):
        understand_folder(empty, KEY)


def test_sheets_that_are_hidden_are_not_read(tmp_path: Path) -> None:
    import openpyxl

    path = tmp_path / "plan.xlsx"
    path.write_bytes(sheet_of([["Zeile", "Plan 2026"], *([f"{n} {NAMES[n]}", v] for n, v in EURO.items())]))
    book = openpyxl.load_workbook(path)
    book.create_sheet("alt").append(["Zeile", "Plan 2026"])
    book["alt"].sheet_state = "hidden"
    book.save(path)
    assert [table.title for table in read_tables(path)] == ["Sheet"]


def test_what_was_understood_is_shown_as_a_table(tmp_path: Path) -> None:
    from rich.console import Console

    understood = read(
        tmp_path,
        "Konto;Bezeichnung;Ansatz 2026\n4013;[red]Gewerbesteuer;20.000.000\n4012;Grundsteuer;3.000.000\n5011;Bezüge;9.000.000\n",
    )
    (table,) = from_to(understood.rows, "de")
    console = Console(record=True, width=120, highlight=False)
    console.print(table)
    said = console.export_text()
    assert "01 Steuern und ähnliche Abgaben" in said and "23.000.000" in said and "4013 und 1 weitere" in said


def test_a_part_of_a_plan_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    text = plan(before="Teilergebnisplan Produktbereich 05")
    assert [q.key for q in read(tmp_path, text).questions] == ["part_only"]
    assert found(read(tmp_path, text, {"part_only": "whole"})) == values()
    with pytest.raises(InputError, match="only a part of the municipality"):
        read(tmp_path, text, {"part_only": "part"})


def test_a_total_that_a_balance_sheet_prints_twice_counts_once(tmp_path: Path) -> None:
    rows = [
        "1. Anlagevermögen;250",
        "2. Umlaufvermögen;21",
        "Bilanzsumme;271",
        "1.1 Allgemeine Rücklage;200",
        "4. Verbindlichkeiten;71",
        "Bilanzsumme;271",
    ]
    text = "\n".join(["Bilanz in T€", "Position;31.12.2024", *rows])
    assert found(read(tmp_path, text))["bilanzsumme_aktiva", 2024, "actual"] == 271_000
    with pytest.raises(InputError, match="occurs more than once"):
        read(tmp_path, text.removesuffix("271") + "272")


def test_a_year_in_the_name_of_the_sheet_is_the_budget_year(tmp_path: Path) -> None:
    own = {
        y: [["Zeile", "Ansatz"], *([f"{n} {NAMES[n]}", v + y] for n, v in EURO.items())] for y in (2026, 2027)
    }
    got = found(read(tmp_path, as_xlsx(*((str(y), rows) for y, rows in own.items())), suffix="xlsx"))
    assert got["01", 2026, "plan"] == EURO["01"] + 2026 and got["01", 2027, "plan"] == EURO["01"] + 2027


@pytest.mark.parametrize("encoding", ["cp850", "mac_roman", "utf-16-le", "cp1252"])
def test_old_encodings(encoding: str, tmp_path: Path) -> None:
    assert found(read(tmp_path, plan().encode(encoding))) == values()


def test_names_over_two_rows_and_totals_on_two_levels(tmp_path: Path) -> None:
    wrapped = plan().replace(
        "13 Aufwendungen für Sach- und Dienstleistungen;", "13 Aufwendungen für Sach-;\nund Dienstleistungen;"
    )
    assert found(read(tmp_path, wrapped)) == values()
    parts = (
        ("01", "0101", 0.25),
        ("01", "0102", 0.25),
        ("01", "", 0.5),
        ("05", "0501", 0.5),
        ("05", "", 0.5),
        ("", "Gesamt", 1),
    )
    rows = [
        f"{area};{product};{n} {NAMES[n]};{german(v * share)}"
        for n, v in EURO.items()
        for area, product, share in parts
    ]
    assert found(read(tmp_path, "\n".join(["Produktbereich;Produkt;Zeile;Plan 2026", *rows]))) == values()


def test_rows_of_sums_without_an_account_are_left_out(tmp_path: Path) -> None:
    rows = [
        "401300;Gewerbesteuer;20.000.000",
        ";Summe Erträge;20.000.000",
        "501100;Bezüge;9.000.000",
        ";Saldo;11.000.000",
    ]
    got = found(read(tmp_path, "\n".join(["Konto;Bezeichnung;Plan 2026", *rows])))
    assert got == {("01", 2026, "plan"): 20e6, ("11", 2026, "plan"): 9e6}


def test_printed_sums_that_disagree_are_a_question(tmp_path: Path) -> None:
    text = (
        plan().replace("44.000.000", "40.000.000")
        + "\n10 Ordentliche Erträge;100.000.000\n17 Ordentliche Aufwendungen;102.000.000\n18 Ordentliches Ergebnis;-2.500.000"
    )
    assert [q.key for q in read(tmp_path, text).questions] == ["sums"]
    assert found(read(tmp_path, text, {"sums": "take"}))["17", 2026, "plan"] == 102e6
    with pytest.raises(InputError, match="printed sums disagree"):
        read(tmp_path, text, {"sums": "stop"})


def test_years_of_which_nothing_is_said_may_all_be_of_the_plan(tmp_path: Path) -> None:
    text = plan("Zeile;2025;2026", lambda n, v: f"{german(v)};{german(v + 5)}")
    (question,) = read(tmp_path, text).questions
    assert question.key == "last_result" and [key for key, _ in question.options] == ["2024", "2025", "2026"]
    kinds = {
        answer: {year: kind for _, year, kind in found(read(tmp_path, text, {"last_result": answer}))}
        for answer in ("2024", "2025", "2026")
    }
    assert kinds["2024"] == {2025: "plan", 2026: "plan"}
    assert kinds["2025"] == {2025: "actual", 2026: "plan"}
    assert kinds["2026"] == {2025: "actual", 2026: "actual"}
