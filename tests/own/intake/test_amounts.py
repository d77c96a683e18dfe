"""Cells become euro: what decides the number format, which cells are refused and where, what multiplies a row."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake import amounts
from dewak_research.own.intake.amounts import (
    amounts_of,
    bare,
    is_credit,
    number_format,
    side_column_of,
    to_frame,
    value_of,
)
from dewak_research.own.intake.mapping import ImportMap

HEADER_ROW = 2  #: counted from 1; the first row below it is row 3 of the file and row 2 counted from 0


def mapping(*columns: str, **given: Any) -> ImportMap:
    years = {name: f"plan {2026 + n}" for n, name in enumerate(columns or ("Plan",))}
    given = {"header_row": HEADER_ROW, "label_column": "Zeile", **given}
    return ImportMap(kind="lines", columns=years, lines={"01": "01"}, **given)


def frame(*rows: list[str], heading: tuple[str, ...] = ("Zeile", "Plan")) -> pd.DataFrame:
    return to_frame([["Titel"], list(heading), *rows], HEADER_ROW - 1)


def refused(*args: Any) -> list[tuple[str, str]]:
    with pytest.raises(InputError) as caught:
        amounts_of(*args)
    return [(problem.where, problem.what.de) for problem in caught.value.problems]


def test_rows_keep_their_place_short_ones_are_filled_and_empty_ones_left_out() -> None:
    read = frame(["01", " 5 "], ["", "  "], [], ["02"], ["03", "7", "beyond"])
    assert read.index.tolist() == [1, 4, 5] and read.columns.tolist() == ["Zeile", "Plan"]
    assert read.to_numpy().tolist() == [["01", "5"], ["02", ""], ["03", "7"]]


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ("1.234 a)", "1.234"),
        ("5 ***", "5"),
        ("100¹", "100"),
        ("EUR 5", "5"),
        ("€ -5", "-5"),
        ("Euro", "Euro"),
        ("-,--", "-"),
        ("–.–", "-"),
        ("1.234,--", "1.234"),
        ("1.234,– €", "1.234 €"),
    ],
)
def test_marks_currency_and_dashes_for_cents_are_taken_off(cell: str, plain: str) -> None:
    assert bare(cell) == plain


@pytest.mark.parametrize(
    ("cells", "known", "convention"),
    [
        (["1,234.5", "7"], None, "en"),
        (["1.234,5"], None, "de"),
        (["1.234", "12.345"], None, "de"),
        (["1,234", "-1,234"], None, "en"),
        (["7"], None, "de"),
        (["1,234"], {(0, 0): 1234.0}, "de"),
        (["1,234.5"], {(0, 0): 1.0}, "en"),
        (["1.234", "1,234"], {(0, 0): 1.0}, "de"),
    ],
)
def test_evidence_decides_the_number_format_and_german_where_there_is_none(
    cells: list[str], known: dict[tuple[int, int], float] | None, convention: str
) -> None:
    assert number_format(pd.DataFrame({"Plan": cells}), "x.csv", known) == convention


def test_groups_of_three_with_both_marks_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        number_format(pd.DataFrame({"Plan": ["(1.234", "+1,234"]}), "x.csv")
    assert [problem.where for problem in caught.value.problems] == ["x.csv"]


def test_cells_beyond_the_bound_do_not_decide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(amounts, "MOST_CELLS_FOR_CONVENTION", 2)
    cells = pd.DataFrame({"Plan": ["7", "8", "1,234.5"]})
    assert number_format(cells, "x.csv") == "de"
    assert number_format(cells.iloc[1:], "x.csv") == "en"


def test_two_hundred_thousand_cells_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(amounts, "bare", lambda cell: cell)
    monkeypatch.setattr(amounts, "detect_convention", lambda cells: seen.append(len(cells)))
    number_format(pd.DataFrame({"Plan": ["7"] * 200_001}), "x.csv")
    number_format(pd.DataFrame({"Plan": ["7"] * 199_999}), "x.csv")
    assert seen == [200_000, 199_999]


@pytest.mark.parametrize(
    ("cell", "value", "status"),
    [
        ("12 %", None, "percent"),
        ("3,5 v. H.", None, "percent"),
        ("k.A.", None, "unknown"),
        ("#NV", None, "unknown"),
        ("-1.234,5 a)", -1234.5, "value"),
        ("(7)", -7.0, "value"),
        ("-,--", 0.0, "nil"),
        ("3 T€", None, "unit"),
        ("vier", None, "not_a_number"),
    ],
)
def test_a_cell_has_a_value_only_where_it_is_an_amount(cell: str, value: float | None, status: str) -> None:
    assert value_of(cell, "de") == (value, status)


def test_amounts_are_multiplied_by_the_unit_of_their_column_or_the_general_one() -> None:
    read = frame(["01", "2", "3"], ["02", "k.A.", ""], heading=("Zeile", "A", "B"))
    euro = amounts_of(read, mapping("A", "B", factor=1000, factors={"B": 1_000_000}), "x.csv").euro
    assert euro.loc[1].tolist() == [2_000.0, 3_000_000.0]
    assert euro.loc[2].isna().all() and euro.columns.tolist() == ["A", "B"]


def test_unit_and_side_of_a_row_multiply_its_amounts() -> None:
    read = frame(
        ["01", "2", "T€", "H"], ["02", "3", "€", "S"], ["03", "4", "", " haben "], ["04", "5", "Mio. €", ""],
        heading=("Zeile", "Plan", "Einheit", "S/H"),
    )  # fmt: skip
    euro = amounts_of(read, mapping(unit_column="Einheit", side_column="S/H"), "x.csv").euro
    assert euro["Plan"].tolist() == [-2_000.0, 3.0, -4.0, 5_000_000.0]


def test_all_columns_that_are_missing_are_named_with_what_is_there() -> None:
    wide = frame(["01"], heading=tuple(f"S{n}" for n in range(1, 26)))
    named = {"number_column": "Nr", "unit_column": "Einheit", "side_column": "S/H"}
    found = refused(wide, mapping("S3", "Plan", **named), "x.csv")
    assert [where for where, _ in found] == ["x.csv: Zeile 2"] * 5
    assert [what.split("»")[1].split("«")[0] for _, what in found] == [
        "Zeile",
        "Nr",
        "Einheit",
        "S/H",
        "Plan",
    ]
    with pytest.raises(InputError) as caught:
        amounts_of(wide, mapping("S3"), "x.csv")
    assert caught.value.problems[0].right.de == "eine von: " + ", ".join(f"S{n}" for n in range(1, 21))


def test_a_table_without_columns_says_so() -> None:
    with pytest.raises(InputError) as caught:
        amounts_of(pd.DataFrame(), mapping(), "x.csv")
    assert caught.value.problems[0].right.de == "eine von: –"


def test_every_unreadable_cell_is_named_once_where_it_stands_first() -> None:
    long = "x" * 70
    found = refused(frame(["01", "1"], ["02", "vier"], ["03", long], ["04", "vier"]), mapping(), "x.csv")
    assert found == [
        ("x.csv: Zeile 4, Spalte Plan", "»vier« ist kein Betrag"),
        ("x.csv: Zeile 5, Spalte Plan", f"»{'x' * 60}« ist kein Betrag"),
    ]


def test_percentages_are_no_amounts_and_named() -> None:
    read = amounts_of(
        frame(["01", "1"], ["02", "12 %"], ["03", "1234567890123456789,5 %"]), mapping(), "x.csv"
    )
    assert read.percent == [
        "Zeile 4, Spalte Plan (12 %)",
        "Zeile 5, Spalte Plan (1234567890123456789,)",
    ]
    assert read.euro["Plan"].isna().tolist() == [False, True, True]


def test_numbers_of_a_workbook_stand_in_for_their_text() -> None:
    read = frame(["01", "1,5"], ["02", "9"], ["03", "#####"])
    stored = {(2, 1): 1.499, (4, 1): 70.0, (2, 0): 99.0}
    euro = amounts_of(read, mapping(factor=1000), "x.xlsx", stored).euro
    assert euro["Plan"].tolist() == [1_499.0, 9_000.0, 70_000.0]


def test_a_text_that_the_workbook_holds_as_a_number_only_once_is_refused() -> None:
    read = frame(["01", "#####"], ["02", "#####"])
    assert refused(read, mapping(), "x.xlsx", {(2, 1): 1.0}) == [
        ("x.xlsx: Zeile 3, Spalte Plan", "»#####« ist kein Betrag")
    ]
    assert refused(read, mapping(), "x.xlsx", {}) == refused(read, mapping(), "x.xlsx", None)
    both = amounts_of(read, mapping(), "x.xlsx", {(2, 1): 1.0, (3, 1): 2.0}).euro
    assert both["Plan"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("cell", "credit"),
    [("H", True), (" Haben ", True), ("cr", True), ("S", False), ("", False), ("HS", False)],
)
def test_credit_is_said_by_its_word_alone(cell: str, credit: bool) -> None:
    assert is_credit(cell) is credit


@pytest.mark.parametrize(
    ("sides", "cells", "column"),
    [
        (["S", "H", ""], ["1", "2", "3"], "S/H"),
        (["S", "S", ""], ["1", "2", "3"], ""),
        (["H", "H", ""], ["1", "2", "3"], ""),
        (["S", "H", "Z"], ["1", "2", "3"], ""),
        (["S", "H", ""], ["1", "-2", "3"], ""),
        (["S", "H", ""], ["1", "2-", "3"], ""),
        (["S", "H", ""], ["1", "2-3", "3"], "S/H"),
    ],
)
def test_a_column_tells_debit_from_credit_where_it_says_both_and_no_amount_has_a_sign(
    sides: list[str], cells: list[str], column: str
) -> None:
    read = pd.DataFrame({"Text": ["a", "b", "c"], "S/H": sides, "A": ["1", "1", "1"], "B": cells})
    assert side_column_of(read, ["Text", "S/H"], ["A", "B"]) == column
