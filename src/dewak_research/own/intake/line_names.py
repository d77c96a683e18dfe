"""Names of lines in a table: with their numbers before them or in a column of their own."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from dewak_research.own.intake.printed import PrintedLine, is_number, printed_line

NUMBER_SHARE = 0.6  #: of the rows of a plan carry a number, where numbers have a column
MOST_LABELS = 600


def labels_of(frame: pd.DataFrame, column: str, number: str) -> pd.Series[str]:
    """Return the labels of the rows, with the number before them where it has a column of its own."""
    if not number:
        return frame[column]
    return (frame[number].str.strip() + " " + frame[column]).str.strip()


def best_column(
    frame: pd.DataFrame, names: list[str], test: Callable[[str], bool], share: float
) -> str | None:
    """Return the text column with the largest share of cells that pass the test, or None below ``share``."""
    scores = {name: frame[name].map(test).mean() for name in names}
    best = max(scores, key=lambda name: scores[name], default=None)
    return best if best is not None and scores[best] >= share else None


def number_column(frame: pd.DataFrame, column: str, names: list[str]) -> str | None:
    """Return the column of line numbers beside a column of names: every name has one number, no two have the same."""

    def numbers(other: str) -> bool:
        pairs = frame[[column, other]].drop_duplicates()
        pairs = pairs[pairs[other].map(is_number) & (pairs[column] != "")]
        return not pairs[column].duplicated().any() and not pairs[other].duplicated().any()

    beside = [name for name in names if name != column and numbers(name)]
    return best_column(frame, beside, is_number, NUMBER_SHARE)


def printed_in(
    frame: pd.DataFrame, column: str, names: list[str]
) -> tuple[dict[str, PrintedLine | None], list[PrintedLine]]:
    """Return what a column names, once by its label with the number before it, and all lines among it."""
    number = number_column(frame, column, names) or ""
    labels = labels_of(frame, column, number)
    numbers = dict(zip(labels, frame[number], strict=True)) if number else {}
    names_of = dict(zip(labels, frame[column], strict=True))
    keys = [str(key) for key in dict.fromkeys(labels) if key.strip()][: MOST_LABELS + 1]
    printed = {key: printed_line(str(names_of[key]), str(numbers.get(key, ""))) for key in keys}
    return printed, [line for line in printed.values() if line is not None]
