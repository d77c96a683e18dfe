"""Statistical tables as workbooks are read as the same tables as text files: heads, quality columns, footnotes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.result import Understood
from dewak_research.own.intake.statistical_sheets import statistical_text
from dewak_research.own.intake.tables import read_tables
from dewak_research.own.intake.understood import understand
from own import musterstadt, samples_small

KEY = musterstadt.KEY
QUALITY = """Tabelle: 12411-01-01-5
Bevölkerungsstand: Bevölkerung nach Geschlecht
- Stichtag 31.12. - regionale Tiefe: Gemeinden
Bevölkerungsstand (Anzahl)
;;31.12.2023;;31.12.2023;;31.12.2022;;31.12.2022;
;;Insgesamt;;männlich;;Insgesamt;;männlich;
05999;      Musterstadt;48455;e;23755;e;48310;p;23690;e
05998;      Beispielkreis;120000;e;59000;e;.;x;58000;e
__________
Alle Zahlen sind erfunden.
Stand: 01.02.2024
"""


def number(cell: str) -> object:
    """Return a cell the way a spreadsheet holds it: numbers as numbers, keys as text."""
    plain = cell.replace(",", ".")
    if cell.startswith("0") and len(cell) > 1:
        return cell
    try:
        return float(plain) if "." in plain else int(plain)
    except ValueError:
        return cell or None


def merged(rows: list[list[str]]) -> list[list[str]]:
    """Return heads as merged cells leave them: a heading that goes on stands in its first column only."""
    heads = [n for n, row in enumerate(rows) if len(row) > 2 and not row[0] and any(row)]
    return [
        ["" if n in heads[:-1] and c > 2 and cell == row[c - 1] else cell for c, cell in enumerate(row)]
        for n, row in enumerate(rows)
    ]


def sheet(
    text: str,
    tmp_path: Path,
    shaped: Callable[[list[list[str]]], list[list[str]]] = merged,
    beside: bool = False,
) -> Path:
    """Write a table of the text layout as a workbook, its heads merged."""
    rows = [line.split(";") for line in text.strip().splitlines()]
    book = openpyxl.Workbook()
    tab = book.worksheets[0]
    if beside:
        tab.append(["Informationen zur Tabelle", "Inhalt"])
        tab = book.create_sheet("12411-01-01-5")
    for row in shaped(rows):
        tab.append([number(cell) for cell in row])
    path = tmp_path / "tabelle.xlsx"
    book.save(path)
    return path


def text_of(text: str, tmp_path: Path) -> Understood:
    path = tmp_path / "tabelle.csv"
    path.write_text(text, encoding="utf-8")
    return understand(path, KEY)


TABLES = {
    "by line": samples_small.GENESIS_LINE.replace('"', ""),
    "time over columns": samples_small.GENESIS_COLUMNS,
    "time first": samples_small.GENESIS_FIRST,
    "age beside the place": samples_small.GENESIS_AGES,
    "quality columns": QUALITY,
    "flat": samples_small.FLAT_GERMAN,
}


@pytest.mark.parametrize("name", TABLES)
def test_a_workbook_says_what_the_text_file_says(name: str, tmp_path: Path) -> None:
    expected = text_of(TABLES[name], tmp_path)
    found = understand(sheet(TABLES[name], tmp_path), KEY)
    assert len(found.figures) and found.register == expected.register
    pd.testing.assert_frame_equal(found.figures, expected.figures)


def test_marks_of_quality_stand_with_their_values(tmp_path: Path) -> None:
    values = understand(sheet(QUALITY, tmp_path), KEY).figures.set_index(["line", "year"])["value"]
    assert values["einwohner", 2023] == 48_455 and values["einwohner", 2022] == 48_310
    other = understand(sheet(QUALITY, tmp_path), "05998").figures.set_index("year")["value"]
    assert other.to_dict() == {2023: 120_000.0}  # x: not known


HEADS = """Tabelle: 12411-01-01-5
Bevölkerungsstand
- Stichtag 31.12. -
;;31.12.2023;31.12.2023;31.12.2023;31.12.2022;31.12.2022;31.12.2022
;;Geschlecht;Geschlecht;Geschlecht;Geschlecht;Geschlecht;Geschlecht
;;männlich;weiblich;Insgesamt;männlich;weiblich;Insgesamt
;;Anzahl;Anzahl;Anzahl;Anzahl;Anzahl;Anzahl
05999;Musterstadt;23755;24700;48455;23690;24620;48310
__________
"""


def test_a_heading_over_three_rows_goes_no_further_than_the_heading_above_it(tmp_path: Path) -> None:
    """Beside a heading that ends, an empty cell does not take over what stands before it."""

    def shaped(rows: list[list[str]]) -> list[list[str]]:
        made = merged(rows)
        assert made[3] == ["", "", "31.12.2023", "", "", "31.12.2022", "", ""]
        made[4] = ["", "", "Geschlecht", "", "", "Geschlecht", "", ""]
        return made

    found = understand(sheet(HEADS, tmp_path, shaped), KEY).figures
    assert found.set_index("year")["value"].to_dict() == {2023: 48_455.0, 2022: 48_310.0}
    text = next(
        statistical_text(table) for table in read_tables(tmp_path / "tabelle.xlsx") if statistical_text(table)
    )
    rows = [line.split(";") for line in text.splitlines()]
    assert rows[3][2:] == ["31.12.2023"] * 3 + ["31.12.2022"] * 3 and rows[4][2:] == ["Geschlecht"] * 6


def without_rule(rows: list[list[str]]) -> list[list[str]]:
    return [row for row in merged(rows) if not row[0].startswith("____")]


def with_label_headings(rows: list[list[str]]) -> list[list[str]]:
    first = next(n for n, row in enumerate(rows) if len(row) > 2)
    return [["Schlüssel", "Gebiet", *row[2:]] if n == first else row for n, row in enumerate(merged(rows))]


def with_an_empty_top(rows: list[list[str]]) -> list[list[str]]:
    return [[""], *merged(rows)]


@pytest.mark.parametrize("shaped", [without_rule, with_label_headings, with_an_empty_top])
def test_footnotes_without_a_rule_and_headings_of_labels(
    shaped: Callable[[list[list[str]]], list[list[str]]], tmp_path: Path
) -> None:
    expected = text_of(samples_small.GENESIS_COLUMNS, tmp_path).figures
    found = understand(sheet(samples_small.GENESIS_COLUMNS, tmp_path, shaped, beside=True), KEY)
    pd.testing.assert_frame_equal(found.figures, expected)


def test_keys_that_a_spreadsheet_took_for_numbers_are_asked_about(tmp_path: Path) -> None:
    lost = samples_small.GENESIS_COLUMNS.replace("05999000", "5999000")
    found = understand(sheet(lost, tmp_path), KEY)
    assert [question.key for question in found.questions] == ["leading_zero"] and found.figures.empty
    answered = understand(sheet(lost, tmp_path), KEY, answers={"leading_zero": "yes"})
    assert answered.figures["value"].max() == 48_455


def test_a_sheet_of_another_place_or_without_data_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not hold"):
        understand(sheet(QUALITY, tmp_path), "05911000")
    bare = "\n".join(QUALITY.splitlines()[:6])
    with pytest.raises(InputError, match=r"header of the table is missing|no data rows"):
        understand(sheet(bare, tmp_path), KEY)
    odd = QUALITY.replace("05998;", "Beispiel;")
    with pytest.raises(InputError, match="key"):
        understand(sheet(odd, tmp_path), KEY)
