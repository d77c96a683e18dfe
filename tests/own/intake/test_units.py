"""What says in which unit a table is written, what outweighs what, and when it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from dewak_research.language import Text
from dewak_research.own.intake.heads import Head
from dewak_research.own.intake.tables import FORMAT, RawTable
from dewak_research.own.intake.units import Unit, factor_in, factor_of_format, unit_of

NAMES = ["Zeile", "Einheit", "A", "B"]
ROWS = [["Haushalt"], NAMES, ["01", "", "1", "2"], ["02", "", "3", ""], ["03", "", "", ""]]


def unit(
    rows: list[list[str]] | None = None, *, names: list[str] | None = None, columns: tuple[str, ...] = ("A", "B"),
    title: str = "", answers: dict[str, str] | None = None, largest: float = 0.0, **given: Any,
) -> Unit:  # fmt: skip
    """Return the unit of a table whose headings stand in its second row."""
    table = RawTable("x.csv", title, rows or ROWS, Text("gelesen", "read"), **given)
    return unit_of(table, Head(range(1, 2), names or NAMES, {}), list(columns), answers or {}, largest)


def said(one: Unit) -> list[str]:
    return [note.de for note in one.notes]


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("Angaben in TEUR", 1_000),
        ("in 1.000 Euro", 1_000),
        ("Mio. EUR", 1_000_000),
        ("(EUR)", 1),
        ("Beträge in Euro", 1),
        ("Mio. und Tsd.", None),
        ("50 TEUR", None),
        ("Wertgrenze in TEUR", None),
        ("Haushaltsplan", None),
        ("", None),
    ],
)
def test_a_text_names_one_unit_or_none(text: str, factor: int | None) -> None:
    assert factor_in(text) == factor


@pytest.mark.parametrize(
    ("shown", "factor"),
    [
        ("#,##0,", 1),  # leaves out thousands: the cell itself holds euro
        ('0.0,,"Mio"', 1),
        ('#,##0 "T€"', 1_000),
        ('#,##0;-#,##0,"T€"', 1_000),  # the first part decides
        (r"#,##0 \T€", 1_000),
        (r"0.00\ \T\€", 1_000),
        ("0 TEUR", 1_000),
        ('[$€-407]0,"x"', 1),
        ("#,##0 €", None),
        ("-#,##0 €", None),
        ("€ #,##0", 1),
        ("#,##0", None),
    ],
)
def test_a_number_format_shows_a_unit_quoted_or_not(shown: str, factor: int | None) -> None:
    """``0 T€`` names thousand euro: its zero stands for digits and is no amount before a unit."""
    assert factor_of_format(shown) == factor


def test_euro_where_nothing_is_said() -> None:
    assert unit() == Unit(1) and unit(title="in Euro") == Unit(1)
    assert unit(largest=1e15) == Unit(1) == unit(title="in Euro", largest=1e15), "euro is never too large"


@pytest.mark.parametrize(
    ("rows", "title", "place"),
    [
        (None, "Plan in TEUR", ""),
        ([["Haushalt", "in TEUR"], *ROWS[1:]], "", "Zeile 1"),
        ([*ROWS[:4], ["03", "in TEUR", "", ""]], "", "Zeile 5"),
        ([*ROWS, [], ["in TEUR"]], "", "Zeile 7"),
    ],
)
def test_a_unit_is_read_above_and_below_the_amounts(
    rows: list[list[str]] | None, title: str, place: str
) -> None:
    found = unit(rows, title=title)
    assert found.factor == 1_000
    assert said(found) == [f"Einheit 1000 Euro ({place}: {title or 'in TEUR'})"]


def test_between_the_amounts_no_unit_is_read() -> None:
    assert unit([*ROWS[:3], ["02", "in TEUR", "3", ""], ["03"]]).factor == 1
    assert unit([*ROWS[:2], ["01", "in TEUR", "", ""], ["02", "", "", "3"]]).factor == 1
    assert unit([*ROWS[:2], ["in TEUR"]]).factor == 1_000, "no amount at all: everything is below"
    top = RawTable("x.csv", "", [NAMES, ["in TEUR"], ["01"]], Text("gelesen", "read"))
    assert unit_of(top, Head(range(0, 1), NAMES, {}), ["A", "B"], {}).factor == 1_000


def test_a_unit_is_read_from_headings() -> None:
    names = ["Zeile in TEUR", "Einheit", "A", "B"]
    assert said(unit(names=names)) == ["Einheit 1000 Euro (Zeile 2: Zeile in TEUR)"]
    names = ["Zeile", "Einheit", "A in TEUR", "B in TEUR"]
    one = unit(names=names, columns=("A in TEUR", "B in TEUR"))
    assert one.factor == 1_000 and one.by_column == {}
    assert said(one) == [f"Einheit 1000 Euro (»{name}«: {name})" for name in names[2:]]


def test_columns_of_different_units_each_have_their_own() -> None:
    names = ["Zeile", "Einheit", "A in TEUR", "B in Euro"]
    mixed = {"names": names, "columns": ("A in TEUR", "B in Euro")}
    one = unit(**mixed)
    assert one.by_column == {"A in TEUR": 1_000, "B in Euro": 1} and one.question is None
    assert len(one.notes) == 2 and said(one)[1] == "Einheit 1 Euro (»B in Euro«: B in Euro)"
    assert unit(**mixed, title="in TEUR").question is not None, "the title says it of all"
    names = [*names, "C"]
    assert unit(names=names, columns=("A in TEUR", "B in Euro", "C")).question is not None, "C says nothing"


def test_three_places_are_named_at_most_and_euro_is_not_worth_it() -> None:
    rows = [["in TEUR", "je T€", "in Tsd. Euro", "in 1.000 Euro"], *ROWS[1:]]
    assert len(said(unit(rows))) == 3
    assert said(unit(title="in TEUR " + "x" * 90)) == ["Einheit 1000 Euro (: in TEUR " + "x" * 71 + "…)"]


def test_places_that_contradict_each_other_are_asked_about() -> None:
    rows = [["in Euro", "Angaben in Euro", "(Euro)", "in EUR " + "x" * 90], *ROWS[1:]]
    one = unit(rows, title="in TEUR")
    assert one.question is not None and one.question.key == "unit"
    assert [value for value, _ in one.question.options] == ["1", "1000", "1000000"]
    text = one.question.text.de
    assert (
        "Verschiedenes" in text
        and "(: in TEUR; Zeile 1: in Euro; Zeile 1: Angaben in Euro; Zeile 1: (Euro))" in text
    )
    answered = unit(rows, title="in TEUR", answers={"unit": "1000000"})
    assert answered.factor == 1_000_000 and answered.question is None
    assert said(answered) == ["Einheit 1000000 Euro, wie geantwortet"]
    long = unit([["in EUR " + "x" * 90], *ROWS[1:]], title="in TEUR").question
    assert long is not None and "in EUR " + "x" * 52 + "…" in long.text.de


def test_a_unit_that_makes_an_amount_impossible_is_asked_about() -> None:
    assert unit(title="in TEUR", largest=1e9).question is None, "a billion thousands is the bound itself"
    assert unit(title="in TEUR", largest=1e9 + 0.001).question is not None
    question = unit(title="in TEUR", largest=1.25e9).question
    assert (
        question is not None
        and "1000 Euro" in question.text.de
        and "1.250.000.000.000 Euro" in question.text.de
    )
    two = unit([["in Euro"], *ROWS[1:]], title="in TEUR", largest=1.25e9).question
    assert two is not None and "Verschiedenes" in two.text.de, "first which of the two it is"


def test_a_unit_outside_the_table_alone_is_asked_about() -> None:
    question = unit(hints=(("Blatt 2", "in TEUR"),)).question
    assert question is not None and "nur außerhalb der Tabelle (Blatt 2: in TEUR)" in question.text.de
    assert unit(hints=(("Blatt 2", "in Euro"),)) == Unit(1), "euro is what is taken anyhow"
    assert unit(hints=((FORMAT, "#,##0,"),)).question is not None, "a format that leaves out thousands is odd"
    assert unit(hints=(("Blatt 2", "Deckblatt"),)) == Unit(1)
    assert unit(hints=(("Blatt 2", "in TEUR"),), title="in TEUR").factor == 1_000
    assert unit(hints=((FORMAT, "#,##0,"), ("Blatt 2", "in Euro"))).question is not None
    assert unit(hints=(("Blatt 2", "in Euro"), (FORMAT, "#,##0,"))) == Unit(1), (
        "the words outweigh the format"
    )
    both = unit(hints=(("Blatt 2", "in TEUR"), (FORMAT, "#,##0,"))).question
    assert both is not None and "nur außerhalb" in both.text.de


UNITS = ["T€", "T€", "€", "T€"]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ([*UNITS, "Stück"], "Einheit"),  # four of five
        ([*UNITS[:3], "Stück"], ""),  # three of four
        (["T€", "", ""], ""),  # one alone
        (["T€", "€", ""], "Einheit"),
        (["", ""], ""),
    ],
)
def test_a_column_names_the_unit_of_every_row(cells: list[str], column: str) -> None:
    one = unit(
        [["Haushalt"], NAMES, *([f"{n}", cell, "1", "2"] for n, cell in enumerate(cells))], title="in TEUR"
    )
    assert one.column == column and one.factor == (1 if column else 1_000)
    assert (said(one) == [f"Einheit je Zeile aus der Spalte »{column}«"]) is bool(column)


def test_a_column_of_amounts_is_none_of_units() -> None:
    rows = [["Haushalt"], NAMES, ["01", "", "€", "€"], ["02", "", "€", "€"]]
    assert unit(rows).column == "" and unit(rows, columns=("B",)).column == "A"


def formats(*places: tuple[int, int], shown: str = '0 "T€"') -> dict[tuple[int, int], str]:
    return dict.fromkeys(places, shown)


def test_formats_of_half_of_the_numbers_decide() -> None:
    numbers = {(2, 2): 1.0, (2, 3): 2.0, (3, 2): 3.0, (3, 3): 4.0, (0, 2): 9.0, (2, 0): 1.0, (1, 3): 9.0}
    half = unit(numbers=numbers, formats=formats((2, 2), (3, 3)), title="in Mio. EUR")
    assert half.factor == 1_000 and len(half.notes) == 1 and '0 "T€"' in said(half)[0]
    fewer = unit(numbers=numbers, formats=formats((2, 2)), title="in Mio. EUR")
    assert fewer.factor == 1_000_000
    three = {at: number for at, number in numbers.items() if at != (3, 3)}
    assert unit(numbers=three, formats=formats((2, 2))).factor == 1, "one of three is less than half"
    elsewhere = formats((0, 2), (1, 2), (2, 0), (3, 1))
    assert unit(numbers=numbers, formats=elsewhere).factor == 1, "above the amounts or beside them"
    assert unit(formats=formats((2, 2))).factor == 1_000


def test_formats_that_contradict_each_other_decide_nothing() -> None:
    two = formats((2, 2)) | formats((2, 3), shown='0 "Mio. €"')
    assert unit(formats=two).factor == 1
    assert unit(formats=formats((2, 2)) | formats((2, 3), shown="0%")).factor == 1_000
    assert unit(formats=formats((2, 2), shown="#,##0,"), title="in TEUR").factor == 1
    long = unit(formats=formats((2, 2), shown='0 "T€ ' + "x" * 50 + '"'))
    assert '0 "T€ ' + "x" * 33 + "…" in said(long)[0]
