"""A table's width decides where it stands; its heads are written once for the cards of a phone."""

from __future__ import annotations

import pytest

from dewak_research.page.widths import card_heads, classes, least_widths


def test_the_least_width_is_that_of_the_longest_words() -> None:
    rows = [["Ennepe-Ruhr-Kreis", "1.234"], ["Herten", "keine Angabe"]]
    assert sum(least_widths(["Name", "Wert (Euro)"], rows)) == (6 + 2) + (6 + 2)


@pytest.mark.parametrize(
    ("columns", "rows", "named"),
    [
        (2, 3, "dewak-table dewak-roomy"),
        (5, 41, "dewak-table dewak-roomy dewak-cards dewak-long"),
        (8, 3, "dewak-table dewak-cards dewak-wide full-width"),
        (11, 3, "dewak-table dewak-cards dewak-wide full-width dewak-widest"),
        (14, 3, "dewak-table dewak-cards dewak-wide full-width dewak-widest dewak-turned"),
    ],
)
def test_classes_follow_width_and_length(columns: int, rows: int, named: str) -> None:
    heads = ["Achtung8"] * columns
    assert classes(heads, [["1"] * columns] * rows) == named


def test_names_of_rows_have_room_only_where_the_table_still_fits() -> None:
    # 9 + 7 + 8 + 12 + 6 + 7 + 9 characters and two between: 72 fit, but not with a first column of 16
    heads = ["weitester", "gespart", "werdende", "angemieteten", "Euro16", "Termine", "mittlerer"]
    assert sum(least_widths(heads, [])) == 72
    assert classes(heads, []) == "dewak-table dewak-cards"
    assert classes(heads[1:], []) == "dewak-table dewak-roomy dewak-cards"


def test_heads_of_cards_are_quoted() -> None:
    style = card_heads("it", ["Name", 'Wert "<b>" \\ & mehr'])
    content = r"Wert \22 \3c b\3e \22  \5c  \26  mehr"
    rule = f'#it td:nth-child(2)::before{{content:"{content}"}}'
    assert style == f"@media screen and (max-width:640px){{{rule}}}"
    assert card_heads("it", ["Name"]) == ""
