"""Times and numbers in statistical tables."""

from __future__ import annotations

import time

import numpy as np
import pytest

from dewak_research.data.genesis_time import TIME, period_of, year_of
from dewak_research.data.genesis_values import read_values


@pytest.mark.parametrize(
    ("printed", "title", "period"),
    [
        ("31.12.2023", "Stichtag 30.06.", "12-31"), ("30.06.2023", "", "06-30"),
        ("30. Juni 2023", "", "06-30"),
        ("2023-12-31", "", "12-31"), ("2023-06", "", "06"), ("Dezember 2023", "", "12"),
        ("1. Quartal 2023", "", "part"),
        ("WS 2023/24", "", "part"), ("2023-Q1", "", "part"), ("Jahresdurchschnitt 2023", "", "mean"),
        ("2023", "", "year"),
        ("Jahr 2023", "Jahressumme", "year"), ("2023", "- Stichtag: 30.06. -", "06-30"),
        ("2023", "Stichtag 31.12.", "12-31"),
        ("am 31.12.2023", "", "12-31"),
    ],
)  # fmt: skip
def test_which_part_of_a_year_a_time_stands_for(printed: str, title: str, period: str) -> None:
    assert TIME.match(printed) and year_of(printed) == 2023
    assert period_of(printed, title) == period


@pytest.mark.parametrize("text", ["05911", "Musterstadt", "12411", "Jahr", "2023 Orte"])
def test_what_is_no_time(text: str) -> None:
    assert not TIME.match(text)


@pytest.mark.parametrize(
    ("cells", "values", "numbers"),
    [
        (["1234", "12,5"], [1234, 12.5], "de"),
        (["1.234", "12", "1.000.000"], [1234, 12, 1_000_000], "dots"),
        (["1.234,5", "12"], [1234.5, 12], "dots"),
        (["104.000", "1.234"], [104_000, 1234], "dots"),
        (["1.234", "12345"], [np.nan, 12345], "unclear"),
        (["12.5", "12345"], [12.5, 12345], "en"),
        (["104 000", "-3"], [104_000, -3], "de"),
        (["(12)", "7 r", "-"], [12, 7, 0], "de"),
    ],
)
def test_numbers(cells: list[str], values: list[float], numbers: str) -> None:
    read, _, how = read_values(np.array(cells, dtype=object))
    np.testing.assert_array_equal(read, np.array(values, dtype=float))
    assert how == numbers


def test_a_very_long_cell_is_no_number_and_costs_no_time() -> None:
    start = time.perf_counter()
    _, status, _ = read_values(np.array(["1" + " " * 19_000 + "!", "1" * 19_000], dtype=object))
    assert status.tolist() == ["not_a_number", "not_a_number"] and time.perf_counter() - start < 2


def test_marks_in_a_column_of_their_own() -> None:
    marks = np.array(["e", "p", "r", "?", ".", ""], dtype=object)
    value, status, _ = read_values(np.array(["1"] * 6, dtype=object), marks)
    assert status.tolist() == ["value", "provisional", "revised", "limited", "unknown", "value"]
    assert np.isnan(value).tolist() == [False, False, False, False, True, False]
