"""Amounts in another unit than euro, by hand: where two units part, which columns and lines are named, and how."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dewak_research.own import magnitude
from dewak_research.own.known_figures import Key
from dewak_research.own.magnitude import (
    OddUnit,
    column_findings,
    jumping_lines,
    line_findings,
    named_columns,
    odd_columns,
    odd_lines,
    standing_for_people,
    unit_factor,
)
from own.figures_by_hand import Town, town

USUAL = (100.0, 400.0)
RANGES = {
    "whole": {
        "result_plan": {"10": USUAL, "17": (50.0, 200.0)},
        "balance": {"bilanzsumme_aktiva": (100.0, 900.0)},
    },
    "lines": {"result_plan": {"01": (50.0, 200.0), "11": (20.0, 80.0)}},
}
NAME = "05911000"


@pytest.fixture(autouse=True)
def usual(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(magnitude, "usual_amounts", lambda part: RANGES[part])
    yield


def plan(*columns: dict[str, float], sheet: str = "result_plan", **given: object) -> Town:
    """Return a town of 1,000 people with a column of plan for 2025, 2026, …"""
    named = {(sheet, 2025 + n, "plan"): values for n, values in enumerate(columns)}
    return town(named, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("per_head", "factor"),
    [
        (100.0, 1.0),
        (400.0, 1.0),
        (6.4, 1.0),  # √(100 · 0.4) = 6.32
        (6.2, 1e3),
        (0.0064, 1e3),  # √(0.1 · 0.0004) = 0.00632
        (0.0062, 1e6),
        (1_990.0, 1.0),  # √(400 · 10,000) = 2,000
        (2_010.0, 0.01),
    ],
)
def test_an_amount_belongs_to_the_unit_whose_range_is_nearest(per_head: float, factor: float) -> None:
    assert unit_factor(per_head, USUAL) == factor


def places(odd: list[OddUnit]) -> list[tuple[str, int, float]]:
    return [(one.key[1], one.key[2], one.factor) for one in odd]


def test_a_line_that_stands_for_the_whole_decides() -> None:
    assert odd_columns(plan({"10": 200_000.0})) == []
    (one,) = odd_columns(plan({"10": 200.0}))
    assert one == OddUnit(("result_plan", "10", 2025, "plan"), 1e3, 200.0, 0.2, USUAL)
    assert one.column == ("result_plan", 2025, "plan")
    both = odd_columns(plan({"10": 200.0}, {"10": 200_000.0}, {"10": 0.2}))
    assert places(both) == [("10", 2025, 1e3), ("10", 2027, 1e6)]
    assert places(odd_columns(plan({"10": 20_000_000.0}))) == [("10", 2025, 0.01)]


def test_a_sum_that_was_left_empty_stands_for_the_whole_too() -> None:
    """20 + 30 · 6 = 200 thousand for 1,000 people."""
    parts = {"01": 20.0} | dict.fromkeys(("02", "03", "04", "05", "06", "07"), 30.0)
    assert places(odd_columns(plan(parts))) == [("10", 2025, 1e3)]


def test_wholes_that_disagree_are_left_to_the_lines() -> None:
    assert odd_columns(plan({"10": 200.0, "17": 100_000.0})) == []
    assert places(odd_columns(plan({"10": 200.0, "17": 100.0}))) == [("10", 2025, 1e3)]
    assert odd_columns(plan({"10": 200_000.0, "01": 100.0, "11": 40.0})) == [], "the whole decides"


def test_without_a_whole_two_lines_must_agree() -> None:
    assert places(odd_columns(plan({"01": 100.0, "11": 40.0}))) == [("01", 2025, 1e3)]
    assert odd_columns(plan({"01": 100.0})) == [], "one line alone may be small"
    assert (
        odd_columns(plan({"01": 100.0, "11": 0.04})) == [] == odd_columns(plan({"01": 100.0, "11": 40_000.0}))
    )
    assert odd_columns(plan({"01": 100_000.0, "11": 40_000.0})) == []


def test_amounts_of_nothing_or_less_say_nothing() -> None:
    assert odd_columns(plan({"10": 0.0})) == [] == odd_columns(plan({"10": -200.0}))
    assert places(odd_columns(plan({"10": 0.5}, people={2024: 1.0}))) == [("10", 2025, 1e3)]
    assert places(odd_columns(plan({"01": 0.0, "11": -40.0}))) == []


def test_sheets_without_ranges_of_single_lines_have_none() -> None:
    odd = plan({"umlaufvermoegen": 5.0}, sheet="balance")
    assert odd_columns(odd) == []
    whole = plan({"bilanzsumme_aktiva": 300.0}, sheet="balance")
    assert places(odd_columns(whole)) == [("bilanzsumme_aktiva", 2025, 1e3)]


def test_single_lines_are_judged_for_towns_of_the_land_the_amounts_come_from() -> None:
    columns = [{"01": 100.0, "11": 40_000.0}, {"01": 100_000.0, "11": 40.0}]
    assert places(odd_lines(plan(*columns, key=NAME))) == [("01", 2025, 1e3), ("11", 2026, 1e3)]
    for other in ("05911", "059110000", "03241001", ""):
        assert odd_lines(plan(*columns, key=other)) == [], other
    assert odd_lines(plan({"01": 10_000_000.0}, key=NAME)) == [], "far too much is no other unit of one line"


def test_what_stands_in_for_people_is_the_median_of_what_the_result_plan_looks_made_for() -> None:
    """√(100 · 400) = 200 and √(50 · 200) = 100 euro per inhabitant are the middles."""
    assert standing_for_people(plan({"10": 200_000.0}, people={})) == pytest.approx(1_000)
    three = plan({"10": 200_000.0, "17": 200_000.0}, {"10": 1_800_000.0}, people={})
    assert standing_for_people(three) == pytest.approx(2_000)
    assert standing_for_people(plan({"10": 0.0, "17": -5.0}, {"10": 0.5}, people={})) == pytest.approx(0.0025)
    assert standing_for_people(plan({"10": 0.0}, people={})) is None
    assert standing_for_people(plan({"bilanzsumme_aktiva": 1.0}, sheet="balance", people={})) is None


def test_without_people_sheets_are_held_against_the_result_plan() -> None:
    columns = {
        ("result_plan", 2025, "plan"): {"10": 200_000.0},
        ("balance", 2023, "actual"): {"bilanzsumme_aktiva": 300.0},
    }
    odd = odd_columns(town(columns, people={}))
    assert places(odd) == [("bilanzsumme_aktiva", 2023, 1e3)]
    assert odd_columns(plan({"bilanzsumme_aktiva": 300.0}, sheet="balance", people={})) == []
    (told,) = column_findings(town(columns, people={}), odd)
    assert told[0] == "sheets_unit_differs"


def one(
    line: str, year: int, factor: float, value: float, per_head: float, sheet: str = "result_plan"
) -> OddUnit:
    return OddUnit((sheet, line, year, "plan"), factor, value, per_head, (99.6, 400.4))


def test_columns_of_one_sheet_and_unit_are_told_once() -> None:
    odd = [
        one("10", 2025, 1e3, 200.126, 0.200126), one("10", 2026, 1e3, 210.0, 0.21),
        one("10", 2027, 1e6, 0.2, 0.0002004),
        one("bilanzsumme_aktiva", 2025, 1e3, 300.0, 0.3, "balance"), one("10", 2028, 1 / 100, 2e7, 20_000.0),
    ]  # fmt: skip
    thousands, millions, balance, cents = column_findings(plan({"10": 1.0}), odd)
    code, key, shown = thousands
    assert (code, key) == ("looks_like_thousands", ("result_plan", "10", 2025, "plan"))
    assert shown.pop("columns").en == "Plan 2025, Plan 2026"
    assert shown == {
        "value": 200.13,
        "per_head": 0.2,
        "low": 100,
        "high": 400,
        "number": 200_126.0,
        "factor": 1e3,
    }
    assert millions[0] == "looks_like_millions" and millions[2]["per_head"] == 0.0002
    assert balance[0] == "looks_like_thousands" and balance[1][0] == "balance"
    assert (cents[0], cents[2]["factor"], cents[2]["number"]) == ("looks_like_cents", 100, 200_000.0)
    (fine,) = column_findings(plan({"10": 1.0}), [one("10", 2025, 1e6, 0.2, 0.00020046)])
    assert fine[2]["per_head"] == 0.0002 and fine[2]["number"] == 200_000.0
    (cut,) = column_findings(plan({"10": 1.0}), [one("10", 2025, 1e3, 0.0123, 0.123456)])
    assert (cut[2]["per_head"], cut[2]["value"], cut[2]["number"]) == (0.12, 0.01, 12.3)
    (last,) = column_findings(plan({"10": 1.0}), [one("10", 2025, 1e6, 0.2, 0.000123456)])
    assert last[2]["per_head"] == 0.00012


def test_lines_are_told_once_and_asked_about_where_they_are_confirmed() -> None:
    odd = [
        one("01", 2025, 1e3, 100.0, 0.1234567),
        one("01", 2026, 1e3, 90.0, 0.09),
        one("11", 2025, 1e3, 40.0, 0.04),
    ]

    def confirmed(key: Key) -> bool:
        return key[1] == "11"

    first, second = line_findings(plan({"10": 1.0}), odd, confirmed)
    assert first[:2] == ("line_unit_usual", ("result_plan", "01", 2025, "plan"))
    assert first[2].pop("columns").de == "Plan 2025, Plan 2026"
    assert first[2] == {"value": 100.0, "per_head": 0.12346, "factor": 1e3, "low": 99.6, "high": 400.4}
    assert second[:2] == ("line_unit_small", ("result_plan", "11", 2025, "plan"))
    two = [one("01", 2025, 1e3, 100.0, 0.1), one("01", 2026, 1e6, 0.1, 0.0001)]
    assert len(list(line_findings(plan({"10": 1.0}), two, confirmed))) == 2, "two units are two findings"


def jumps(
    *amounts: float, line: str = "13", sheet: str = "result_plan", **given: object
) -> list[tuple[str, int, str]]:
    figures = plan(*({line: amount} for amount in amounts), sheet=sheet, **given)
    return [(code, key[2], shown["columns"].de) for code, key, shown in jumping_lines(figures, set())]


def test_a_line_jumps_from_half_of_a_thousand_on() -> None:
    """√1,000 = 31.6: between 3,100 and 3,200 of 100,000, and beyond 3.16 million."""
    assert jumps(1e5, 1e5, 3_100.0) == [("line_unit_odd", 2027, "Plan 2027")]
    assert jumps(1e5, 1e5, 3_200.0) == [] == jumps(1e5, 1e5, 3.1e6)
    assert jumps(1e5, 1e5, 3_161.0) and not jumps(1e5, 1e5, 3_163.0), "31.635 and 31.616 beside 31.623"
    assert jumps(3.2e6, 1e5, 1e5) == [("line_unit_odd", 2025, "Plan 2025")]
    assert jumps(100.0, 1e5, 1e5, 200.0, 1e5) == [("line_unit_odd", 2025, "Plan 2025, Plan 2028")]


def test_two_years_are_enough_and_one_is_not() -> None:
    """The middle of 1,000 and 100,000 is 50,500: the first lies 50.5 times below, the second 2 times above."""
    assert jumps(1e3, 1e5) == [("line_unit_odd", 2025, "Plan 2025")]
    assert jumps(1e3) == [] == jumps(1e3, 0.0) == jumps(1e3, -1e5) == jumps(0.0, 0.0)
    assert jumps(0.5, 1e5, 1e5) == [("line_unit_odd", 2025, "Plan 2025")]


def test_small_lines_really_jump() -> None:
    """10 euro for each of 1,000 people is the bound."""
    assert jumps(10_000.0, 10_000.0, 100.0) == []
    assert jumps(10_001.0, 10_001.0, 100.0) == [("line_unit_odd", 2027, "Plan 2027")]
    assert jumps(10.0, 10.0, 10_001.0) == [("line_unit_odd", 2027, "Plan 2027")]
    assert jumps(1e5, 1e5, 100.0, people={}) == [], "nobody to compare with"


def test_a_jump_in_the_balance_sheet_is_a_question_and_sums_and_known_lines_are_no_jump() -> None:
    reserve = {"line": "ausgleichsruecklage", "sheet": "balance"}
    assert jumps(1e6, 1e6, 100.0, **reserve) == [("line_unit_maybe", 2027, "Plan 2027")]  # type: ignore[arg-type]
    assert jumps(1e6, 1e6, 100.0, line="10") == []
    assert jumps(1e6, 1e6, 100.0, sheet="finance_plan", line="12") == []
    columns = [{"11": 1e6, "13": 1e6}, {"11": 1e6, "13": 1e6}, {"11": 100.0, "13": 100.0}]
    (told,) = jumping_lines(plan(*columns), {("result_plan", "11"), ("balance", "13")})
    assert told[:2] == ("line_unit_odd", ("result_plan", "13", 2027, "plan"))
    assert told[2]["value"] == 100.0 and told[2]["before"] == 1e6


def test_an_odd_year_holds_its_size_and_the_usual_one() -> None:
    key = ("result_plan", "13", 2027, "plan")
    assert magnitude._odd(plan({"13": 1.0}), key, 500.0, 2e4) == OddUnit(key, 40.0, 500.0, 0.5, (2e4, 2e4))


def test_columns_are_named_in_both_languages() -> None:
    odd = [one("10", 2025, 1.0, 1.0, 1.0), OddUnit(("balance", "x", 2023, "actual"), 1.0, 1.0, 1.0, USUAL)]
    assert (named_columns(odd).de, named_columns(odd).en) == (
        "Plan 2025, Ergebnis 2023",
        "Plan 2025, Actual 2023",
    )
