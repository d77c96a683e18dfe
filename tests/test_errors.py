from __future__ import annotations

import pytest

from dewak_research.errors import InputError, Problem, nearest
from dewak_research.language import Text


def _problem(number: int) -> Problem:
    text = Text(f"falsch {number}", f"wrong {number}")
    return Problem(text, f"file, row {number}", Text("so", "this"), Text("dies tun", "do this"))


def test_a_message_says_what_where_right_and_next() -> None:
    message = InputError(_problem(7)).render("en")
    assert message.splitlines() == [
        "1 problem(s) found:",
        "  file, row 7: wrong 7",
        "    Right would be: this",
        "    Next step: do this",
    ]


def test_up_to_twenty_problems_are_shown_and_the_rest_counted() -> None:
    message = InputError(_problem(n) for n in range(25)).render("de")
    assert message.count("falsch") == 20
    assert message.endswith("… und 5 weitere.")


def test_an_error_without_a_problem_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="at least one"):
        InputError([])


def test_a_text_needs_both_languages() -> None:
    with pytest.raises(ValueError, match="both"):
        Text("nur deutsch", " ")


def test_nearest_word() -> None:
    assert nearest("tres", ["stress", "cases"]) == "stress"
    assert nearest("zzz", ["stress", "cases"]) is None
