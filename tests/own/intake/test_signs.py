"""When printed sums or signs are asked about: at which count, share and state."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.signs import confirmed, odd_signs, sign_of, sums_question
from dewak_research.own.template import SumCheck, SumState, load_template

RESULT_LINE = "18"  #: income less costs


def sums(*states: SumState, given: float | None = 5.0, line: str = RESULT_LINE) -> list[SumCheck]:
    return [
        SumCheck("result_plan", line, 2025 + n, "plan", state, given, 4.0) for n, state in enumerate(states)
    ]


@pytest.mark.parametrize(
    ("checks", "asked"),
    [
        (sums("fails", "fails"), False),
        (sums("fails", "fails", "ok"), True),
        (sums("fails", "ok", "rounded"), False),
        (sums("fails", "fails", "ok", "ok", "ok", "ok"), False),
        (sums("fails", "fails", "fails", "ok", "ok", "ok"), True),
        (sums("fails", "fails", "fails", given=None), False),
    ],
)
def test_sums_are_asked_about_where_more_than_a_third_of_three_or_more_disagree(checks, asked) -> None:
    assert bool(sums_question(checks, 0, {}, "x.csv")) is asked


def test_a_sum_that_lacks_parts_counts_only_where_something_has_no_line() -> None:
    checks = sums("not_checkable", "not_checkable", "ok")
    assert not sums_question(checks, 0, {}, "x.csv")
    (question,) = sums_question(checks, 1, {}, "x.csv")
    assert "2" in question.text.de and "3" in question.text.de
    assert not sums_question(checks, 1, {"sums": "take"}, "x.csv")
    with pytest.raises(InputError):
        sums_question(checks, 1, {"sums": "stop"}, "x.csv")


@pytest.mark.parametrize(
    ("amounts", "sign"),
    [
        ([9.0, -1.0], "as_printed"),
        ([8.9, -1.1], None),
        ([1.0, -9.0], "turned"),
        ([1.1, -8.9], None),
        ([0.0], "as_printed"),
    ],
)
def test_nine_tenths_of_the_money_carry_one_sign(amounts, sign) -> None:
    found, share = sign_of(pd.DataFrame({"2026": amounts}))
    assert found == sign
    assert share == (pytest.approx(amounts[0] / 10) if len(amounts) > 1 else 1.0)


def test_signs_are_certain_where_every_printed_balance_agrees() -> None:
    assert confirmed(sums("ok", "rounded"))
    assert not confirmed(sums("ok", "fails"))
    assert not confirmed([])
    assert not confirmed(sums("ok", given=None)) and not confirmed(sums("ok", given=0.0))


def test_a_line_whose_sign_alone_spoils_a_sum_is_named() -> None:
    line = load_template().grids["result_plan"][RESULT_LINE]
    plus, minus = line.plus[0], line.minus[0]

    def notes(given: float, values: dict[str, float]) -> list[str]:
        rows = [("result_plan", name, 2025, "plan", value) for name, value in values.items()]
        figures = pd.DataFrame(rows, columns=["sheet", "line", "year", "kind", "value"])
        computed = values[plus] - values[minus]
        check = SumCheck("result_plan", RESULT_LINE, 2025, "plan", "fails", given, computed)
        return [note.en for note in odd_signs(figures, [check])]

    (turned_cost,) = notes(100.0 - 40.0, {plus: 100.0, minus: -40.0})
    assert turned_cost.strip().startswith(f"{minus} ")
    (turned_income,) = notes(100.0 - 40.0, {plus: -100.0, minus: 40.0})
    assert turned_income.strip().startswith(f"{plus} ")
    (turned_total,) = notes(-60.0, {plus: 100.0, minus: 40.0})
    assert turned_total.strip().startswith(f"{RESULT_LINE} ")
    assert notes(75.0, {plus: 100.0, minus: 40.0}) == []
