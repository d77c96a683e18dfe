"""Rows and accounts that repeat others: which bound makes them a total, and what stays a part."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake import totals
from dewak_research.own.intake.totals import Totals, account_totals, group_totals, level_of, says_total
from own.intake.reading import problem

YEARS = ("2025", "2026", "2027")


def grouped(*rows: tuple[str, tuple[float, ...]], keys: list[str] | None = None) -> Totals:
    """Group totals of rows (label, amounts); their places begin at 10, the headings stand in row 3 of the file."""
    index = range(10, 10 + len(rows))
    return group_totals(
        pd.Series([label for label, _ in rows], index=index),
        pd.Series(keys or ["01"] * len(rows), index=index),
        pd.DataFrame([amounts for _, amounts in rows], index=index, columns=list(YEARS[: len(rows[0][1])])),
        "x.csv",
        3,
    )


def accounts(*rows: tuple[str, str, tuple[float, ...]], groups: list[str] | None = None) -> Totals:
    index = range(10, 10 + len(rows))
    return account_totals(
        pd.Series([number for number, _, _ in rows], index=index),
        pd.Series([label for _, label, _ in rows], index=index),
        pd.Series(groups or [""] * len(rows), index=index),
        pd.DataFrame([amounts for *_, amounts in rows], index=index, columns=list(YEARS[: len(rows[0][2])])),
        "x.csv",
        3,
    )


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Summe Erträge", True),
        ("Gesamtstadt", True),
        ("10 Zwischensumme", True),
        ("Sommerfest", False),
        ("", False),
    ],
)
def test_a_label_says_that_it_is_a_total(label: str, said: bool) -> None:
    assert says_total(label) is said


@pytest.mark.parametrize(
    ("label", "level"),
    [
        ("Produktbereich 01", 0),
        ("PG 0101", 1),
        ("Produkt 010101", 2),
        ("Produktbereich 01 | Produktgruppe 0101", 1),
        ("Produkt 010101 | Produktbereich 01", 2),
        ("Kita", None),
    ],
)
def test_the_deepest_level_of_a_label_counts(label: str, level: int | None) -> None:
    assert level_of(label) == level


def test_a_total_is_found_before_after_or_around_its_parts() -> None:
    a, b, both = ("A", (1.0, 2.0, 3.0)), ("B", (10.0, 20.0, 30.0)), ("C", (11.0, 22.0, 33.0))
    assert grouped(a, b, both).rows == [12] and grouped(a, b, both).names == ["C"]
    assert grouped(both, a, b).rows == [10]
    assert grouped(a, b, ("C", (11.0, 22.0, 50.0))) == Totals()
    assert grouped(a, both).rows == [] and grouped(("A", (5.0,))) == Totals()


def test_a_sum_of_sums_and_its_parts() -> None:
    found = grouped(
        ("A", (1.0, 2.0, 3.0)),
        ("B", (4.0, 5.0, 6.0)),
        ("AB", (5.0, 7.0, 9.0)),
        ("C", (10.0, 10.0, 20.0)),
        ("D", (30.0, 40.0, 50.0)),
        ("CD", (40.0, 50.0, 70.0)),
        ("Alle", (45.0, 57.0, 79.0)),
    )
    assert found.names == ["AB", "CD", "Alle"] and found.rows == [12, 15, 16]


def test_all_rows_of_a_group_that_is_a_total_are_named() -> None:
    found = grouped(
        ("A", (1.0, 2.0)), ("A", (3.0, 4.0)), ("B", (5.0, 6.0)), ("B", (7.0, 8.0)), ("T", (6.0, 8.0)),
        ("T", (10.0, 12.0)), keys=["01", "02", "01", "02", "01", "02"],
    )  # fmt: skip
    assert found.rows == [14, 15] and found.names == ["T"]


@pytest.mark.parametrize(
    ("amounts", "label", "total"),
    [
        ((11.0, 22.0, 33.0), "T", True),
        ((11.0, 22.0, 0.0), "T", False),  # two amounts may be chance
        ((11.0, 22.0, 0.0), "Summe", True),  # a name needs none
        ((13.0, 24.0, 31.0), "T", True),  # one euro of rounding for each of two parts
        ((13.01, 22.0, 33.0), "T", False),
        ((8.99, 22.0, 33.0), "T", False),
    ],
)
def test_a_sum_without_a_name_needs_three_amounts_and_may_be_rounded(
    amounts: tuple[float, ...], label: str, total: bool
) -> None:
    third = 0.0 if amounts[2] == 0.0 else 3.0
    rows = [("A", (1.0, 2.0, third)), ("B", (10.0, 20.0, 10 * third)), (label, amounts)]
    assert bool(grouped(*rows).rows) is total


def test_one_part_alone_makes_a_total_only_with_a_name() -> None:
    a, same = ("A", (1.0, 2.0, 3.0)), (1.0, 2.0, 3.0)
    assert grouped(a, ("B", same)).rows == []
    assert grouped(a, ("Summe A", same)).rows == [11]
    assert grouped(("X", (9.0, 9.0, 9.0)), a, ("Summe A", same)).rows == [12]


def test_fewer_cells_of_a_name_are_a_higher_level() -> None:
    """Two columns name a group; where the second is empty, one part alone is enough."""
    part = ("01 | 0101", (1.0, 2.0, 3.0))
    assert grouped(("01 |  ", (1.0, 2.0, 3.0)), part, ("02 | 0201", (7.0, 7.0, 7.0))).rows == [10]
    assert grouped(("01 | x", (1.0, 2.0, 3.0)), part, ("02 | 0201", (7.0, 7.0, 7.0))).rows == []


def test_a_total_of_all_others_stands_anywhere_with_a_name_and_else_first_or_last() -> None:
    parts = [("A", (1.0, 2.0, 3.0)), ("B", (10.0, 20.0, 30.0)), ("C", (100.0, 200.0, 300.0))]
    whole = (111.0, 222.0, 333.0)
    assert grouped(parts[0], ("Gesamt", whole), *parts[1:]).names == ["Gesamt"]
    assert grouped(parts[0], ("T", whole), *parts[1:]).names == []
    assert grouped(("T", whole), *parts).names == ["T"] and grouped(*parts, ("T", whole)).names == ["T"]


def test_a_total_that_is_printed_twice_is_found_twice() -> None:
    rows = [
        ("A", (1.0, 2.0, 3.0)),
        ("B", (10.0, 20.0, 30.0)),
        ("C", (11.0, 22.0, 33.0)),
        ("D", (11.0, 22.0, 33.0)),
    ]
    assert grouped(*rows).names == ["C", "D"]


def test_what_calls_itself_a_total_is_refused_from_a_cent_on() -> None:
    with pytest.raises(InputError):
        grouped(("A", (5.0, 5.0)), ("Summe", (0.01, 0.0)), ("B", (9.0, 1.0)))


def test_what_calls_itself_a_total_and_is_none_is_refused() -> None:
    rows = [
        ("A", (1.0, 2.0)),
        ("Summe", (7.0, 7.0)),
        ("B", (3.0, 3.0)),
        ("Gesamt" + "x" * 70 + " summe", (90.0, 9.0)),
    ]
    with pytest.raises(InputError) as caught:
        grouped(*rows)
    assert problem(caught)[0] == "x.csv: Zeile 14", "row 11 below headings in row 3"
    assert "»Summe«" in problem(caught)[1] and "(2 solche)" in problem(caught)[1]
    with pytest.raises(InputError) as caught:
        grouped(
            ("Produktbereich 01", (9.0, 9.0)), ("Produkt 010101", (1.0, 1.0)), ("Produkt 010102", (2.0, 2.0))
        )
    assert problem(caught)[0] == "x.csv: Zeile 13" and "(1 solche)" in problem(caught)[1]
    with pytest.raises(InputError) as caught:
        grouped(("A", (1.0, 1.0)), ("Summe " + "x" * 70, (9.0, 9.0)))
    assert "»Summe " + "x" * 53 + "…«" in problem(caught)[1]


def test_a_group_without_amounts_is_neither_total_nor_refused() -> None:
    assert grouped(("A", (1.0, 2.0)), ("Summe", (0.0, 0.0)), ("B", (3.0, np.nan))) == Totals()
    assert grouped(("A", (0.0, 0.0)), ("Summe", (0.0, 0.0)), ("B", (3.0, 1.0))) == Totals()


def test_levels_alone_make_no_total_where_all_are_equal() -> None:
    assert grouped(("Produkt 010101", (1.0, 1.0)), ("Produkt 010102", (2.0, 2.0))) == Totals()


def test_too_many_groups_are_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [("A", (1.0, 2.0, 3.0)), ("B", (10.0, 20.0, 30.0)), ("C", (11.0, 22.0, 33.0))]
    monkeypatch.setattr(totals, "MOST_GROUPS", 3)
    assert grouped(*rows).rows == [12]
    monkeypatch.setattr(totals, "MOST_GROUPS", 2)
    assert grouped(*rows) == Totals()


def test_two_thousand_groups_are_compared_and_no_more() -> None:
    """10 + 20 = 30; the others move nothing."""
    parts = [("A", (10.0, 10.0, 10.0)), ("B", (20.0, 20.0, 20.0)), ("T", (30.0, 30.0, 30.0))]
    rest = [(f"{n}", (0.0, 0.0, 0.0)) for n in range(1_997)]
    assert grouped(*rest, *parts).names == ["T"]
    assert grouped(*rest, ("more", (0.0, 0.0, 0.0)), *parts) == Totals()


def test_equal_weighed_sums_of_other_amounts_are_no_sum() -> None:
    """Weights 1, 2, 3: 10 + 2 · 10 + 3 · 10 = 60 and 60 + 0 + 0 = 60, but the amounts are others."""
    rows = totals._Rows.of(np.array([[60.0, 0.0, 0.0], [10.0, 10.0, 10.0], [10.0, 10.0, 10.0]]))
    assert rows.weighed.tolist() == [60.0, 60.0, 60.0]
    assert not rows.is_sum(0, [1]) and rows.is_sum(2, [1]) and not rows.is_sum(0, [1, 2])


def test_weights_repeat_after_seven_columns() -> None:
    """1 + 2 + … + 7, then 1 and 2 again: 28 + 3 = 31."""
    assert totals._Rows.of(np.ones((1, 9))).weighed.tolist() == [31.0]


@pytest.mark.parametrize(("off", "equal"), [(3.0, True), (-3.0, True), (3.01, False), (-3.01, False)])
def test_every_part_allows_one_euro(off: float, equal: bool) -> None:
    matrix = np.array([[1.0] * 8, [2.0] * 8, [3.0] * 8, [6.0 + off] * 8])
    rows = totals._Rows.of(matrix)
    assert rows.is_sum(3, [0, 1, 2]) is equal
    assert bool(rows.parts_before(3, [0, 1, 2], False)) is equal
    assert rows.rounding == 29.0, "1 + 2 + … + 7, then 1 again"


def test_the_fewest_rows_just_before_that_make_up_one_are_its_parts() -> None:
    rows = totals._Rows.of(np.array([[5.0, 6.0, 7.0], [1.0, 2.0, 3.0], [4.0, 4.0, 4.0], [5.0, 6.0, 7.0]]))
    assert rows.parts_before(3, [0, 1, 2], False) == 2
    assert rows.parts_before(3, [1, 0], True) == 1, "one row is enough with a name"
    assert rows.parts_before(3, [1, 0], False) == 0
    assert rows.parts_before(3, [], True) == 0 and rows.parts_before(3, [0, 1], True) == 0
    few = totals._Rows.of(np.array([[1.0, 0.0, 2.0], [1.0, 0.0, 2.0], [2.0, 0.0, 4.0]]))
    assert few.parts_before(2, [0, 1], False) == 0 and few.parts_before(2, [0, 1], True) == 2


def test_an_account_with_zeros_at_its_end_is_the_sum_of_what_it_stands_above() -> None:
    """4000 can stand above 4, 40 or 400: the one that adds up is taken."""
    rows = [("4000", "Steuern", (30.0, 50.0)), ("4011", "a", (10.0, 20.0)), ("4012", "b", (20.0, 30.0))]
    found = accounts(*rows, ("4111", "c", (7.0, 7.0)))
    assert (found.rows, found.names, found.unclear) == ([10], ["4000 Steuern"], [])
    assert accounts(("4000", "Steuern", (90.0, 50.0)), *rows[1:]) == Totals(), "an account of its own"
    assert accounts(("4000", "", (30.0, 50.0)), *rows[1:]).names == ["4000"]


def test_a_longer_account_makes_the_shorter_one_a_sum_or_unclear() -> None:
    below = [("4011", "a", (10.0, 20.0)), ("4012", "b", (20.0, 30.0))]
    assert accounts(("40", "Steuern", (30.0, 50.0)), *below).rows == [10]
    assert accounts(("40", "Steuern", (32.0, 48.0)), *below).rows == [10], "each of two parts may be rounded"
    found = accounts(("40", "Steuern", (31.0, 44.0)), *below)
    assert (found.rows, found.unclear) == ([], [("40", 44.0, 50.0)]), "the year in which they differ most"
    assert accounts(("40", "Steuern", (70.0, 50.0)), *below).unclear == [("40", 70.0, 30.0)]


def test_what_is_unclear_is_no_part_of_what_stands_above_it() -> None:
    found = accounts(
        ("4", "Erträge", (30.0, 50.0)), ("40", "Steuern", (99.0, 99.0)), ("4011", "a", (10.0, 20.0)),
        ("4012", "b", (20.0, 30.0)),
    )  # fmt: skip
    assert found.rows == [10] and found.unclear == [("40", 99.0, 30.0)]


def test_sums_of_sums_of_accounts_take_each_amount_once() -> None:
    found = accounts(
        ("4", "Erträge", (37.0, 57.0)), ("40", "Steuern", (30.0, 50.0)), ("4011", "a", (10.0, 20.0)),
        ("4012", "b", (20.0, 30.0)), ("41", "Zuwendungen", (7.0, 7.0)), ("4111", "c", (3.0, 3.0)),
        ("4112", "d", (4.0, 4.0)),
    )  # fmt: skip
    assert found.names == ["40 Steuern", "41 Zuwendungen", "4 Erträge"] and found.unclear == []


def test_an_account_that_says_it_is_a_sum_must_be_one() -> None:
    below = [("4011", "a", (10.0, 20.0)), ("4012", "b", (20.0, 30.0))]
    assert accounts(("4000", "Summe Steuern", (30.0, 50.0)), *below).names == ["4000 Summe Steuern"]
    with pytest.raises(InputError) as caught:
        accounts(*below, ("4000", "Summe Steuern", (90.0, 50.0)))
    assert problem(caught)[0] == "x.csv: Zeile 15" and "(1 solche)" in problem(caught)[1]
    assert accounts(*below, ("4000", "Summe Steuern", (0.0, 0.0))) == Totals(), "nothing is no sum"
    with pytest.raises(InputError) as caught:
        accounts(*below, ("4000", "Summe " + "x" * 80, (90.0, 50.0)))
    assert "»Summe " + "x" * 53 + "…«" in problem(caught)[1]


def test_accounts_are_compared_inside_their_group_and_only_numbers() -> None:
    rows = [("40", "S", (3.0, 5.0)), ("4011", "a", (1.0, 2.0)), ("4012", "b", (2.0, 3.0))]
    twice = [*rows, *((number, label, (9.0, 9.0)) for number, label, _ in rows[1:])]
    assert accounts(*twice, groups=["A", "A", "A", "B", "B"]).rows == [10]
    assert accounts(("4A", "S", (3.0, 5.0)), *rows[1:]) == Totals()
    assert accounts(*rows, groups=["A", "B", "B"]) == Totals()


def test_a_missing_amount_of_an_account_counts_as_nothing() -> None:
    found = accounts(("40", "S", (3.0, 9.0)), ("4011", "a", (1.0, 9.0)), ("4012", "b", (2.0, np.nan)))
    assert found.rows == [10]
    found = accounts(("40", "S", (90.0, 9.0)), ("4011", "a", (1.0, 9.0)), ("4012", "b", (np.nan, np.nan)))
    assert found.unclear == [("40", 90.0, 1.0)]


@pytest.mark.parametrize(
    ("account", "stems"),
    [
        ("4000", ["4", "40", "400"]),
        ("4011", ["4011"]),
        ("40", ["4"]),
        ("000", ["0", "00"]),
        ("4010", ["401"]),
    ],
)
def test_what_an_account_can_stand_above(account: str, stems: list[str]) -> None:
    assert totals._stems(account) == stems


def test_how_deep_an_account_stands() -> None:
    known = ["4", "40", "4000", "401", "4011"]
    assert [totals._depth(one, known) for one in known] == [(1, 1), (2, 2), (1, 4), (3, 3), (4, 4)]


@pytest.mark.parametrize(
    ("stem", "longer"),
    [("4", True), ("40", True), ("4011", False), ("41", False), ("5", False), ("400", False)],
)
def test_whether_another_account_begins_with_a_stem(stem: str, longer: bool) -> None:
    assert totals._has_longer(stem, ["4", "40", "4011", "41", "5"]) is longer
