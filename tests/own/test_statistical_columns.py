"""Totals and parts of statistical columns."""

from __future__ import annotations

import pytest

from dewak_research.own.statistical_columns import OPEN, ages_of, columns_for


@pytest.mark.parametrize(
    ("part", "ages"),
    [
        ("unter 3 Jahre", (0, 3)), ("unter 1 Jahr", (0, 1)), ("3 bis unter 6 Jahre", (3, 6)),
        ("10 bis 14 Jahre", (10, 15)),
        ("75 Jahre und mehr", (75, OPEN)), ("17-jährige", (17, 18)), ("17 Jahre", (17, 18)),
        ("Insgesamt", None),
        ("Altersgruppen (unter 3 bis 75 u.m.)", None),
    ],
)  # fmt: skip
def test_ages(part: str, ages: tuple[int, int] | None) -> None:
    assert ages_of(part) == ages


@pytest.mark.parametrize(
    ("columns", "ages", "chosen"),
    [
        (["Insgesamt", "männlich", "weiblich"], None, ["Insgesamt"]),
        (["männlich", "weiblich"], None, ["männlich", "weiblich"]),
        (["männlich"], None, None),
        (["Insgesamt | Insgesamt", "Insgesamt | unter 18 Jahre"], None, ["Insgesamt | Insgesamt"]),
        (["Insgesamt | Deutsche", "Insgesamt | Ausländer"], None, None),
        (["Insgesamt", "zusammen"], None, None),
        (["Ausländer insgesamt"], None, None),
        (["unter 18 Jahre", "unter 3 Jahre", "3 bis unter 18 Jahre"], (0, 18), ["unter 18 Jahre"]),
        (["unter 3 Jahre", "3 bis unter 18 Jahre", "18 Jahre"], (0, 18), ["unter 3 Jahre", "3 bis unter 18 Jahre"]),
        (["unter 3 Jahre", "6 bis unter 18 Jahre"], (0, 18), None),
        (["unter 15 Jahre", "15 bis unter 20 Jahre"], (0, 18), None),
        (["60 Jahre und mehr"], (65, OPEN), None),
    ],
)  # fmt: skip
def test_a_total_or_parts_that_make_up_the_whole(
    columns: list[str], ages: tuple[int, int] | None, chosen: list[str] | None
) -> None:
    assert columns_for(columns, "^$", ages) == chosen
