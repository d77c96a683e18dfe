"""Budget files become lines of the workbook through a mapping that is data."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[2]))

from dewak_research.data.genesis import read_genesis
from dewak_research.data.text_files import (
    decode,
    detect_convention,
    guess_separator,
    parse_number,
    split_rows,
)
from dewak_research.errors import InputError
from dewak_research.own.contents import figures_from
from dewak_research.own.intake.applying import apply_map
from dewak_research.own.intake.headings import read_heading
from dewak_research.own.intake.mapping import dump_map, load_map
from dewak_research.own.intake.proposal import draft_of, propose
from dewak_research.own.intake.tables import table_of_text
from dewak_research.own.intake.understood import understand
from dewak_research.own.official import differences, own_lines
from dewak_research.own.template import cost_lines, load_template
from own import samples_small


def rows_of(text: str | bytes) -> list[list[str]]:
    data = text if isinstance(text, bytes) else text.encode()
    decoded = decode(data, "test.csv").text
    return split_rows(decoded, guess_separator(decoded), "test.csv")


def table(figures: pd.DataFrame) -> dict[tuple[str, int, str], float]:
    keys = zip(figures["line"], figures["year"], figures["kind"], strict=True)
    return dict(zip(keys, figures["value"], strict=True))


def test_result_plan_in_official_lines() -> None:
    rows = rows_of(samples_small.RESULT_PLAN)
    mapping = propose(rows, "plan.csv")
    assert (mapping.kind, mapping.sheet, mapping.numbers, mapping.factor) == ("lines", "result_plan", "de", 1)
    assert sorted(mapping.lines.values()) == [f"{number:02d}" for number in range(1, 27)]
    imported = apply_map(rows, mapping, "plan.csv")
    values = table(imported.figures)
    assert values["01", 2023, "actual"] == 61_200_000 and values["26", 2025, "plan"] == -2_866_494
    assert len(values) == 26 * 3 and imported.unmapped.empty
    assert {check.state for check in imported.sums if check.given is not None} == {"ok"}


def test_finance_plan_is_told_from_result_plan() -> None:
    rows = rows_of(samples_small.FINANCE_PLAN)
    mapping = propose(rows, "plan.csv")
    assert mapping.sheet == "finance_plan"
    assert {
        check.state for check in apply_map(rows, mapping, "plan.csv").sums if check.given is not None
    } <= {"ok", "not_checkable"}


def test_product_areas_are_added_up() -> None:
    rows = rows_of(samples_small.BY_AREA)
    mapping = propose(rows, "areas.csv")
    assert mapping.group_columns == ("Produktbereich", "PB_BEZ")
    assert table(apply_map(rows, mapping, "areas.csv").figures)["15", 2024, "plan"] == 9_600_000


def test_accounts_with_negative_income_in_windows_1252() -> None:
    rows = rows_of(samples_small.ACCOUNTS.encode("cp1252"))
    mapping = propose(rows, "konten.csv")
    assert (mapping.kind, mapping.income, mapping.costs) == ("accounts", "turned", "as_printed")
    assert "VE 2025" not in mapping.columns
    imported = apply_map(rows, mapping, "konten.csv")
    values = table(imported.figures)
    assert values["01", 2023, "actual"] == 21_400_000 and values["11", 2023, "actual"] == 9_800_000
    assert values["06", 2023, "actual"] == 3_100_000.50 and values["20", 2024, "plan"] == 1_287_500
    assert list(imported.unmapped.index) == ["48110000", "58110000", "98110000"]
    notes = " ".join(note.en for note in imported.notes)
    assert (
        "signs: class 4 turned, class 5 as printed" in notes and "agrees" in notes and "differs" not in notes
    )


@pytest.mark.parametrize(
    ("income", "costs", "expected"),
    [(1, 1, ("as_printed", "as_printed")), (1, -1, ("as_printed", "turned")), (-1, 1, ("turned", "as_printed")),
     (-1, -1, ("turned", "turned"))],
)  # fmt: skip
def test_sign_convention_is_recognised(income: int, costs: int, expected: tuple[str, str]) -> None:
    header = "Konto;Bezeichnung;Ist 2023"
    lines = [f"4011{i}000;Steuer;{income * (1_000_000 + i)},00" for i in range(9)]
    lines += [f"5311{i}000;Transfer;{costs * (900_000 + i)},00" for i in range(9)]
    rows = rows_of("\n".join([header, *lines]))
    mapping = propose(rows, "x.csv")
    assert (mapping.income, mapping.costs) == expected
    values = table(apply_map(rows, mapping, "x.csv").figures)
    assert values["01", 2023, "actual"] == 9_000_036 and values["15", 2023, "actual"] == 8_100_036


def test_mixed_signs_are_not_guessed() -> None:
    lines = [f"4011{i}000;Steuer;{(-1) ** i * 1_000_000},00" for i in range(8)]
    with pytest.raises(InputError, match="signs of account class 4 are mixed"):
        propose(rows_of("\n".join(["Konto;Bezeichnung;Ist 2023", *lines])), "x.csv")


def test_mapping_survives_yaml_and_keeps_zeros() -> None:
    mapping = propose(rows_of(samples_small.RESULT_PLAN), "plan.csv")
    text = dump_map(mapping)
    assert load_map(text, "map.yaml") == mapping
    assert ": '08'" in text and ": '01'" in text


def test_own_mapping_decides() -> None:
    rows = rows_of(samples_small.ACCOUNTS)
    mapping = propose(rows, "konten.csv")
    changed = load_map(dump_map(mapping).replace("'448': '06'", "'448': '05'"), "map.yaml")
    values = table(apply_map(rows, changed, "konten.csv").figures)
    assert ("06", 2023, "actual") not in values and values["05", 2023, "actual"] == 3_100_000.50


def test_unit_in_the_heading() -> None:
    text = (
        samples_small.RESULT_PLAN.replace("Wert;", "Angaben in T€;")
        .replace(".000;", ";")
        .replace(".000\n", "\n")
    )
    mapping = propose(rows_of(text), "plan.csv")
    assert mapping.factor == 1000
    assert table(apply_map(rows_of(text), mapping, "plan.csv").figures)["01", 2023, "actual"] == 61_200_000


def test_genuine_result_plan(samples: Path) -> None:
    rows = rows_of((samples / "budgets" / "koeln" / "gesamtergebnisplan.csv").read_bytes())
    imported = apply_map(rows, propose(rows, "k.csv"), "k.csv")
    assert table(imported.figures)["01", 2010, "actual"] == 1_596_852_249
    assert len(imported.figures) == 26 * 6
    fails = {(check.line, check.year) for check in imported.sums if check.state == "fails"}
    assert fails == {("21", 2011), ("22", 2011)}  # the printed sign of line 21 in 2011 is wrong


def test_genuine_finance_plan(samples: Path) -> None:
    rows = rows_of((samples / "budgets" / "koeln" / "gesamtfinanzplan.csv").read_bytes())
    imported = apply_map(rows, propose(rows, "k.csv"), "k.csv")
    assert len(imported.figures) == 36 * 6
    assert {check.state for check in imported.sums if check.given is not None} == {"ok", "rounded"}


def test_genuine_accounts(samples: Path) -> None:
    data = (samples / "budgets" / "wesel" / "hhplan2017.csv").read_bytes()
    assert decode(data, "w").encoding == "cp1252"
    rows = rows_of(data)
    mapping = propose(rows, "w.csv")
    assert (mapping.income, mapping.costs) == ("turned", "as_printed")
    assert not {name for name in mapping.columns if name.startswith("VE")}
    read = understand(samples / "budgets" / "wesel" / "hhplan2017.csv", "05170")
    notes = " ".join(note.en for note in read.notes)
    assert notes.count("line 26") == 7 and notes.count("agrees") >= 7
    assert "finance accounts only of investments or loans" in notes


def heading_of(cell: str) -> tuple[int, str] | None:
    """Return (year, kind) of a heading over figures of one year, or None."""
    found = read_heading(cell)
    if found.role != "amount" or found.year is None or found.kind is None:
        return None
    return found.year, found.kind


def test_genesis_figures_and_differences() -> None:
    line = read_genesis(samples_small.GENESIS_LINE.encode())
    figures = figures_from(
        own_lines(line, "05999000", "t").assign(sheet="population", kind="actual", origin="imported")
    )
    assert table(figures)["gewerbesteuer_ist", 2023, "actual"] == 21_400_000
    assert table(figures)["hebesatz_gewerbesteuer", 2023, "actual"] == 450
    columns = read_genesis(samples_small.GENESIS_COLUMNS.encode())
    embedded = pd.DataFrame(
        {
            "key": ["05999000"] * 2,
            "line": ["einwohner"] * 2,
            "year": [2022, 2023],
            "value": [48310.0, 48450.0],
        }
    )
    compared, off = differences(columns, embedded)
    assert compared == 2 and off[["year", "value", "embedded"]].to_numpy().tolist() == [[2023, 48455, 48450]]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Ergebnis 2010", (2010, "actual")), ("Plan 2011", (2011, "plan")), ("Ist 2015", (2015, "actual")),
     ("2024 Ansatz", (2024, "plan")), ("Ansatz 2025 in €", (2025, "plan")), ("VE 2018", None), ("Wert", None),
     ("Rechnungsergebnis 2023", (2023, "actual")), ("HH-Ansatz 2026", (2026, "plan")), ("Kontostand", None)],
)  # fmt: skip
def test_headings(cell: str, expected: tuple[int, str] | None) -> None:
    assert heading_of(cell) == expected


@given(
    value=st.integers(-(10**12), 10**12), cents=st.integers(0, 99), convention=st.sampled_from(["de", "en"])
)
def test_written_numbers_are_read_back(value: int, cents: int, convention: str) -> None:
    english = f"{abs(value):,}.{cents:02d}"
    text = english if convention == "en" else english.translate(str.maketrans(",.", ".,"))
    expected = abs(value) + cents / 100
    for shape, sign in (
        (f"{text}", 1),
        (f"-{text}", -1),
        (f"{text}-", -1),
        (f"({text})", -1),
        (f"\u2212{text}", -1),
    ):
        number = parse_number(shape, convention)  # type: ignore[arg-type]
        assert number.status == "value" and number.value == pytest.approx(sign * expected)
    assert detect_convention([text, "12", "1.234"]) == convention


@given(st.integers(1_000, 999_999))
def test_a_single_mark_is_ambiguous_without_a_convention(value: int) -> None:
    text = f"{value:,}"
    assert parse_number(text).status == "ambiguous"
    assert parse_number(text, "en").value == value
    assert parse_number(text.replace(",", "."), "de").value == value


@settings(max_examples=40, deadline=None)
@given(
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]), newline=st.sampled_from(["\n", "\r\n"]),
    separator=st.sampled_from([";", "\t", "|"]), quoted=st.booleans(), preamble=st.integers(0, 4),
    trailing=st.integers(0, 3), swap=st.booleans(), english=st.booleans(),
)  # fmt: skip
def test_any_layout_of_a_result_plan(
    encoding, newline, separator, quoted, preamble, trailing, swap, english
) -> None:  # type: ignore[no-untyped-def]
    lines = samples_small.RESULT_PLAN.strip().split("\n")
    table_rows = [line.split(";") for line in lines]
    if swap:
        table_rows[0] = [" ".join(reversed(c.split())) if c[-1].isdigit() else c for c in table_rows[0]]
    if english:
        table_rows[1:] = [[r[0], *(c.replace(".", ",") for c in r[1:])] for r in table_rows[1:]]
    width = len(table_rows[0]) + trailing
    filled = [["Haushaltsplan der Stadt"] + [""] * (width - 1) for _ in range(preamble)]
    filled += [r + [""] * (width - len(r)) for r in table_rows]
    text = newline.join(separator.join(f'"{c}"' if quoted else c for c in r) for r in filled)
    rows = rows_of(text.encode(encoding))
    imported = apply_map(rows, propose(rows, "x.csv"), "x.csv")
    assert table(imported.figures)["26", 2025, "plan"] == -2_866_494
    assert {check.state for check in imported.sums if check.given is not None} == {"ok"}


def test_lines_that_hold_costs_follow_from_the_sums() -> None:
    grids = load_template().grids
    assert cost_lines(grids["result_plan"]) == {
        "11", "12", "13", "14", "15", "16", "17", "20", "24", "31", "32",
        "gewerbesteuerumlage", "kreisumlage", "soziale_leistungen", "landschaftsumlage", "sozialhilfe", "jugendhilfe",
        "asylleistungen",
    }  # fmt: skip
    assert cost_lines(grids["finance_plan"]) == {str(n) for n in (*range(10, 17), *range(24, 31), 35, 36)}


def test_workbook_and_imported_file_know_the_same_words_for_actuals_and_plan() -> None:
    for word, kind in load_template().kind_words.items():
        assert load_template().kind_of(word.title()) == kind
        assert heading_of(f"{word} 2024") == heading_of(f"2024 {word}") == (2024, kind)


def plan_of(heading: str, factor: float = 1, shape: str = "{}", before: str = "") -> str:
    """Return a result plan with one column of amounts; income and costs of the small sample of 2023."""
    lines = [line.split(";")[:2] for line in samples_small.RESULT_PLAN.strip().split("\n")[1:]]
    cells = [f"{label};{shape.format(round(float(cell.replace('.', '')) * factor))}" for label, cell in lines]
    return "\n".join([*([before] if before else []), f"Zeile;{heading}", *cells])


@pytest.mark.parametrize("heading", ["Plan 2025/2026", "Ansatz 2025/26", "Plan 2025-2027"])
def test_two_years_are_no_year(heading: str) -> None:
    text = samples_small.RESULT_PLAN.replace("Plan 2025", heading)
    with pytest.raises(InputError, match=f"the column “{heading}” is not one whole year"):
        propose(rows_of(text), "plan.csv")


@pytest.mark.parametrize("heading", ["Ist 2025 bis 30.09.", "Ist 30.09.2025", "Ergebnis 1. Halbjahr 2025"])
def test_a_part_of_a_year_is_no_actual_and_alone_no_plan(heading: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(samples_small.RESULT_PLAN.replace("Plan 2025", heading), encoding="utf-8")
    read = understand(path, "05999000")
    assert set(read.figures["year"]) == {2023, 2024}
    assert f"not a whole year, hence no actual: {heading}" in [note.en for note in read.notes]
    path.write_text(plan_of(heading), encoding="utf-8")
    with pytest.raises(InputError, match=f"the column “{heading}” is not one whole year"):
        understand(path, "05999000")


def test_columns_left_out_are_said(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(samples_small.RESULT_PLAN.replace("Plan 2025", "neuer Ansatz 2024"), encoding="utf-8")
    read = understand(path, "05999000")
    assert table(read.figures)["01", 2024, "plan"] == 64_172_851
    assert "replaced by the amendment or part of it: Plan 2024" in [note.en for note in read.notes]


def test_income_printed_with_a_minus_is_turned_and_said() -> None:
    text = re.sub(r"^(0\d - .*?;)([1-9][\d.]*)", r"\1-\2", plan_of("Plan 2026"), flags=re.M)
    mapping = propose(rows_of(text), "plan.csv")
    imported = apply_map(rows_of(text), mapping, "plan.csv")
    values = table(imported.figures)
    assert (mapping.income, mapping.costs) == ("turned", "as_printed")
    assert values["01", 2026, "plan"] == 61_200_000 and values["11", 2026, "plan"] == 33_600_000
    assert any(note.en.startswith("signs: income and receipts turned") for note in imported.notes)


def test_unit_of_thousand_in_digits() -> None:
    text = plan_of("Plan 2026", 0.001, before="Angaben in 1.000 Euro;")
    assert propose(rows_of(text), "plan.csv").factor == 1000


def test_another_chart_of_accounts_is_not_read_as_the_own() -> None:
    text = "Konto;Bezeichnung;Plan 2026\n5500000;Steuer;20.000.000\n6200000;Entgelte;15.000.000\n7100000;Umlage;3.000"
    (question,) = draft_of(table_of_text(text, "k.csv"), "05999000", {}).questions
    assert question.key == "chart" and question.default == "06"


def test_sums_among_their_parts_are_not_counted_twice() -> None:
    labels = [line.split(";")[0] for line in samples_small.RESULT_PLAN.strip().split("\n")[1:12]]
    rows = [
        f"{group};{label};{amount * (n + 1)}000"
        for n, label in enumerate(labels)
        for group, amount in (("Produkt 1", 100), ("Produkt 2", 250), ("Produktgruppe 1", 350))
    ]
    text = "\n".join(["Ebene;Zeile;Plan 2026", *rows])
    read = apply_map(rows_of(text), propose(rows_of(text), "areas.csv"), "areas.csv")
    assert table(read.figures)["01", 2026, "plan"] == 350_000
    assert "11 rows are totals of other rows and are not added: Produktgruppe 1" in [
        note.en for note in read.notes
    ]
    wrong = text.replace(";350000", ";351000", 1)
    with pytest.raises(InputError, match="“Produktgruppe 1” calls itself a total") as caught:
        apply_map(rows_of(wrong), propose(rows_of(wrong), "areas.csv"), "areas.csv")
    assert caught.value.problems[0].where == "areas.csv: Zeile 4"
    parts = "\n".join(row for row in text.split("\n") if "gruppe" not in row)
    assert (
        table(apply_map(rows_of(parts), propose(rows_of(parts), "p.csv"), "p.csv").figures)[
            "01", 2026, "plan"
        ]
        == 350_000
    )


def book_of(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.Workbook()
    book.active.append(["Deckblatt"])
    sheet = book.create_sheet("Ergebnisplan")
    for row in rows_of(plan_of("Plan 2026")):
        sheet.append([row[0], int(row[1].replace(".", "")) if row[1].lstrip("-").isdigit() else row[1]])
    change(book)
    book.save(path)
    return path


def test_the_sheet_with_the_plan_is_found(tmp_path: Path) -> None:
    imported = understand(book_of(tmp_path / "plan.xlsx", lambda book: None), "05999000")
    assert table(imported.figures)["01", 2026, "plan"] == 61_200_000
    assert imported.notes[0].en == "workbook, sheet “Ergebnisplan”"


def test_formulas_that_were_never_calculated_are_named(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["Ergebnisplan"]["B2"] = "=60000000+1200000"

    with pytest.raises(InputError) as caught:
        understand(book_of(tmp_path / "plan.xlsx", change), "05999000")
    assert [problem.where for problem in caught.value.problems] == ["plan.xlsx: Ergebnisplan!B2"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("Ergebnis des Vorvorjahres 2023", (2023, "actual")), ("Ansatz des Haushaltsjahres 2025", (2025, "plan")),
     ("vorl. RE 2023", (2023, "actual")), ("HH-Plan 2024", (2024, "plan")), ("Entwurf 2025", (2025, "plan")),
     ("mittelfristig 2026", (2026, "plan"))],
)  # fmt: skip
def test_long_headings(cell: str, expected: tuple[int, str]) -> None:
    assert heading_of(cell) == expected


def test_the_row_of_a_mistake_counts_empty_rows_too() -> None:
    text = samples_small.RESULT_PLAN.replace("39.800.000", "viel").replace("\n02", "\n;;;\n02")
    with pytest.raises(InputError) as caught:
        apply_map(rows_of(text), propose(rows_of(text), "plan.csv"), "plan.csv")
    assert [problem.where for problem in caught.value.problems] == ["plan.csv: Zeile 4, Spalte Ergebnis 2023"]
