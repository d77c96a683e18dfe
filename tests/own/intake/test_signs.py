"""When printed sums or signs are asked about: at which count, share and state."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.errors import InputError
from dewak_research.own.intake.mapping import ImportMap
from dewak_research.own.intake.result import Understood
from dewak_research.own.intake.signs import (
    confirmed,
    odd_signs,
    sign_of,
    sign_questions,
    sums_question,
    unplaced_question,
)
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


def test_only_sums_that_take_something_away_make_signs_certain() -> None:
    assert not confirmed(sums("ok", line="10")), "a sum of income alone holds with any sign"
    assert confirmed([*sums("fails", line="10"), *sums("ok")])


def layout(**given: str) -> ImportMap:
    columns, lines = {"Plan": "plan 2026"}, {"01": "01"}
    return ImportMap(**{"kind": "lines", "label_column": "Zeile", **given}, columns=columns, lines=lines)


def asked(mapping: ImportMap, checks: list[SumCheck], answers: dict[str, str]) -> tuple[list[str], str, str]:
    settled, questions = sign_questions(mapping, checks, answers)
    return [one.key for one in questions], settled.income, settled.costs


def test_turned_signs_are_asked_about_side_by_side() -> None:
    both = layout(income="turned", costs="turned")
    assert asked(both, [], {}) == (["signs_income", "signs_costs"], "turned", "turned")
    assert asked(layout(costs="turned"), [], {}) == (["signs_costs"], "as_printed", "turned")
    assert asked(both, [], {"signs_income": "as_printed"}) == (["signs_costs"], "as_printed", "turned")
    assert asked(both, sums("ok"), {})[0] == [] == asked(layout(kind="accounts", income="turned"), [], {})[0]
    (question,) = sign_questions(layout(income="turned"), [], {})[1]
    assert question.default == "turned" and [value for value, _ in question.options] == [
        "turned",
        "as_printed",
    ]


def test_three_sums_that_disagree_are_named() -> None:
    checks = [*sums("fails", line="10"), *sums("fails", line="17"), *sums("fails"), *sums("fails", line="21")]
    (question,) = sums_question([*checks, *sums("ok")], 0, {}, "x.csv")
    assert question.text.de.startswith("4 von 5 ") and question.text.en.startswith("4 of 5 ")
    assert (
        all(name in question.text.de for name in ("10 Ord", "17 Ord", "18 Ord"))
        and "21 " not in question.text.de
    )
    with pytest.raises(InputError) as caught:
        sums_question(checks, 0, {"sums": "stop"}, "x.csv")
    assert [one.where for one in caught.value.problems] == ["x.csv"]


def unplaced(
    lines: dict[str, float], checks: tuple[SumCheck, ...] = (), answer: str = "", *mappings: ImportMap
) -> list[str]:
    """Return the keys of what is asked of a plan whose largest amount is -1,000 euro."""
    figures = pd.DataFrame({"value": [-1000.0, 400.0]})
    series = pd.Series(lines, dtype="float64")
    part = Understood(figures, [], list(mappings or [layout()]), sums=list(checks), unmapped=series)
    return [one.text.de for one in unplaced_question(part, {"unplaced": answer} if answer else {}, "x.csv")]


@pytest.mark.parametrize(
    ("label", "amount", "told"),
    [
        ("07 Anderes", 15.0, True),
        ("07 Anderes", 14.99, False),  # 1.5 % of 1,000
        ("Anderes", 900.0, False),
        ("07 Summe Anderes", 900.0, False),
    ],
)
def test_numbered_lines_without_a_target_are_asked_about_from_a_size_on(
    label: str, amount: float, told: bool
) -> None:
    assert bool(unplaced({label: amount})) is told


def test_lines_without_a_target_are_counted_and_three_are_named() -> None:
    lines = {f"{n:02} Zeile {'x' * n}": 20.0 for n in range(1, 6)}
    (text,) = unplaced(lines)
    assert text.startswith("5 ") and "03 Zeile xxx)" in text and "04 Zeile" not in text
    (cut,) = unplaced({f"0{n} {'y' * 80}": 20.0 for n in range(1, 4)})
    assert cut.count("y") == 160 - len("01 ; 02 …")
    assert unplaced(lines, (), "take") == []
    with pytest.raises(InputError) as caught:
        unplaced(lines, (), "stop")
    assert [one.where for one in caught.value.problems] == ["x.csv"]


def test_lines_without_a_target_are_not_asked_about_where_nothing_can_be_missing() -> None:
    line = {"07 Anderes": 500.0}
    assert unplaced(line, (), "", layout(kind="accounts")) == []
    assert unplaced(line, (), "", layout(sheet="balance")) == []
    assert unplaced(line, (), "", layout(), layout()) == [] == unplaced({})
    assert unplaced(line, (), "", layout(sheet="finance_plan"))


@pytest.mark.parametrize(
    ("states", "told"),
    [
        (("ok", "ok", "ok"), False),
        (("ok", "ok"), True),
        (("ok", "rounded", "fails"), False),
        (("ok", "rounded", "not_checkable"), False),
        (("ok", "fails", "not_checkable"), True),
    ],
)
def test_three_printed_sums_that_mostly_hold_show_that_nothing_is_missing(
    states: tuple[SumState, ...], told: bool
) -> None:
    assert bool(unplaced({"07 Anderes": 500.0}, tuple(sums(*states)))) is told
    assert unplaced({"07 Anderes": 500.0}, tuple(sums(*states, given=None)))


def odd(
    line: str,
    given: float | None,
    computed: float | None,
    values: dict[str, float],
    state: SumState = "fails",
) -> list[str]:
    rows = [("result_plan", name, 2025, "plan", value) for name, value in values.items()]
    figures = pd.DataFrame(rows, columns=["sheet", "line", "year", "kind", "value"])
    check = SumCheck("result_plan", line, 2025, "plan", state, given, computed)
    return [note.de.strip().split(" ")[0] for note in odd_signs(figures, [check])]


@pytest.mark.parametrize(
    ("given", "named"), [(58.0, ["17"]), (62.0, ["17"]), (57.99, []), (62.01, []), (60.0, ["17"])]
)
def test_a_turned_line_may_be_rounded_by_one_euro_for_each_part(given: float, named: list[str]) -> None:
    """100 - (-40) = 140 was computed; with the other sign it is 60, of two parts."""
    assert odd("18", given, 140.0, {"10": 100.0, "17": -40.0}) == named


@pytest.mark.parametrize(
    ("given", "named"), [(-62.0, ["18"]), (-58.0, ["18"]), (-62.01, []), (-57.99, []), (-60.0, ["18"])]
)
def test_a_sum_with_the_other_sign_may_be_rounded_too(given: float, named: list[str]) -> None:
    assert odd("18", given, 60.0, {"10": 100.0, "17": 40.0}) == named


def test_no_line_is_named_where_two_would_do_or_nothing_is_known() -> None:
    values = {"01": 50.0, "02": 50.0, "03": 10.0}
    assert odd("10", 10.0, 110.0, values) == [] and odd("10", 90.0, 110.0, values) == ["03"]
    assert odd("18", 60.0, 140.0, {"10": 100.0, "17": -40.0}, state="ok") == []
    assert odd("18", None, 140.0, {"10": 100.0, "17": -40.0}) == []
    assert odd("18", 60.0, None, {"10": 100.0, "17": -40.0}) == [] == odd("18", 60.0, 140.0, {})
    assert odd("18", 0.0, 1.0, {"10": 1.0, "17": 0.0}) == ["10"], "no total of zero has a sign"


def test_every_sum_is_looked_at() -> None:
    figures = pd.DataFrame(
        [("result_plan", "10", 2025, "plan", 100.0), ("result_plan", "17", 2025, "plan", -40.0)],
        columns=["sheet", "line", "year", "kind", "value"],
    )
    good = SumCheck("result_plan", "10", 2025, "plan", "ok", 100.0, 100.0)
    bad = SumCheck("result_plan", "18", 2025, "plan", "fails", 60.0, 140.0)
    assert len(odd_signs(figures, [good, bad])) == 1
