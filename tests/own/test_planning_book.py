"""The workbook to take away: nothing unknown becomes a number, and the formulas give what the engine gives."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from dewak_research.own.cells import NO_TIME, save_whole
from dewak_research.own.planning_book import SheetOf, planning_book

ROWS = pd.DataFrame(
    {
        "service": ["U3", "U3", "Beratung"],
        "year": [2024, 2030, 2030],
        "need": [100.0, 120.0, np.nan],
        "eur": [15_000.0, 15_000.0, 800.0],
        "town_share": [0.4, 0.4, 1.0],
    }
)


def calculated(sheet: Worksheet, cell: str) -> float:
    """Calculate a formula of the sheet the way a spreadsheet does."""
    value: Any = sheet[cell].value
    if not (isinstance(value, str) and value.startswith("=")):
        return float(value)
    python = value[1:].replace("$", "").replace("^", "**").replace("MIN", "min").replace("MAX", "max")
    python = re.sub(r"\b([A-Z]+\d+)\b", lambda found: f"({calculated(sheet, found[1])})", python)
    return float(eval(python, {"min": min, "max": max}))


@pytest.fixture
def what_if() -> Worksheet:
    return planning_book("Plan", ["Quelle: Test"], [], ROWS, "de")["Was wäre wenn"]


def test_formulas_follow_the_cells_that_may_be_changed(what_if: Worksheet) -> None:
    assert [calculated(what_if, f"{column}{row}") for row in (10, 11) for column in "GH"] == [
        1_500_000, 600_000, 1_800_000, 720_000,
    ]  # fmt: skip
    what_if["C5"], what_if["C6"], what_if["C7"] = 10, 3, -5
    assert calculated(what_if, "G11") == pytest.approx(132 * 15_000 * 1.03**6)
    assert calculated(what_if, "H11") == pytest.approx(132 * 15_000 * 1.03**6 * 0.35)
    what_if["C7"] = -70
    assert calculated(what_if, "H11") == 0


def test_what_is_unknown_has_no_formula(what_if: Worksheet) -> None:
    assert [what_if[f"{column}12"].value for column in "DGH"] == ["keine Angabe"] * 3
    assert what_if["E12"].value == 800


def test_a_table_keeps_its_values_and_no_text_runs_as_a_formula() -> None:
    table = pd.DataFrame(
        {"name": ["=1+1", None], "eur": [1234.5, np.nan], "estimated": [True, False], "year": [2024, 2030]}
    )
    sheet = planning_book(
        "Plan", [], [SheetOf("Kosten", table, {"eur": "Euro"}, ("geschätzt",))], ROWS[:0], "en"
    )["Kosten"]
    assert [cell.value for cell in sheet[4]][1:] == ["name", "Euro", "estimated", "year"]
    assert [cell.value for cell in sheet[5]][1:] == ["=1+1", 1234.5, "yes", 2024]
    assert sheet["B5"].data_type == "s"
    assert [cell.value for cell in sheet[6]][1:] == ["not available", "not available", "no", 2030]


def test_without_rows_there_is_no_sheet_to_try_things() -> None:
    assert planning_book("Plan", [], [], ROWS[:0], "de").sheetnames == ["Überblick"]


def test_the_same_contents_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        book = planning_book("Plan", ["Quelle: Test"], [], ROWS, "de")
        book.properties.created = datetime.datetime(2020, 1, 1 if name == "one.xlsx" else 2)
        save_whole(book, tmp_path / name)
    one, two = (tmp_path / name for name in ("one.xlsx", "two.xlsx"))
    assert one.read_bytes() == two.read_bytes()
    with ZipFile(one) as archive:
        assert {part.date_time for part in archive.infolist()} == {NO_TIME}
    assert openpyxl.load_workbook(one).sheetnames == ["Überblick", "Was wäre wenn"]
