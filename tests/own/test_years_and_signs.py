"""Years that stand one off and signs turned round, by hand: from how many values on, how near, and what is told."""

from __future__ import annotations

from math import exp
from types import SimpleNamespace
from typing import Any

import pytest

from dewak_research.own import shifted_years
from dewak_research.own.contents import Finding, Reading
from dewak_research.own.shifted_years import shifted, shifted_balance
from dewak_research.own.template import SumCheck
from dewak_research.own.turned_signs import Part, against_the_sum, one_question
from own.figures_by_hand import Column, Town, town

RESULT, FINANCE, BALANCE, PEOPLE = "result_plan", "finance_plan", "balance", "population"


@pytest.mark.parametrize(
    ("own", "other", "shift"),
    [
        ({2023: 5.0, 2024: 7.0}, {2024: 5.0, 2025: 7.0}, 1),
        ({2023: 5.0, 2024: 7.0}, {2022: 5.0, 2023: 7.0}, -1),
        ({2023: 5.0, 2024: 7.0}, {2023: 5.0, 2024: 5.0, 2025: 7.0}, None),  # agrees as it stands in one year
        ({2023: 5.0, 2024: 7.0}, {2024: 5.0, 2025: 9.0}, None),  # one value alone may be chance
        ({2023: 5.0, 2024: 5.0}, {2024: 5.0, 2025: 5.0}, None),  # two equal values are one
        ({2023: 0.0, 2024: 7.0}, {2024: 0.0, 2025: 7.0}, None),  # nothing tells no year
        ({2023: 5.0, 2024: 7.0}, {2024: 5.5, 2025: 6.5}, 1),
        ({2023: 5.0, 2024: 7.0}, {2024: 5.51, 2025: 7.0}, None),
        ({2023: 5.0, 2024: 7.0}, {}, None),
        ({2022: 5.0, 2023: 7.0, 2024: 5.0, 2025: 7.0}, {2021: 5.0, 2022: 7.0, 2023: 5.0, 2024: 7.0}, -1),
    ],
)
def test_a_shift_needs_two_values_that_agree_nowhere_as_they_stand(
    own: dict[int, float], other: dict[int, float], shift: int | None
) -> None:
    assert shifted_years._moved(own, other, 0.5) == shift


def results(years: dict[tuple[int, str], float], booked: dict[int, float]) -> Town:
    columns: dict[Column, dict[str, float | None]] = {
        (RESULT, year, kind): {"26": value} for (year, kind), value in years.items()
    }
    columns |= {(BALANCE, year, "actual"): {"jahresergebnis": value} for year, value in booked.items()}
    return town(columns)


def test_results_of_the_balance_sheet_may_differ_by_ten_euro() -> None:
    actual = {(2022, "actual"): 100.0, (2023, "actual"): 200.0}
    assert shifted_balance(results(actual, {2023: 110.0, 2024: 190.0})) == -1
    assert shifted_balance(results(actual, {2023: 110.5, 2024: 200.0})) is None
    assert shifted_balance(results(actual, {2021: 100.0, 2022: 200.0})) == 1
    assert shifted_balance(results(actual, {2022: 105.0, 2023: 999.0})) is None


def test_a_plan_stands_in_for_years_without_a_result() -> None:
    both = {(2022, "actual"): 100.0, (2023, "plan"): 200.0}
    assert shifted_balance(results(both, {2023: 100.0, 2024: 200.0})) == -1
    beside = {(2022, "actual"): 100.0, (2022, "plan"): 555.0, (2023, "plan"): 200.0}
    assert shifted_balance(results(beside, {2023: 555.0, 2024: 200.0})) is None, "the actual counts"


def told(figures: Town) -> list[tuple[str, str | None, str]]:
    found: list[Any] = list(shifted(figures))
    return [
        (one.code, one.sheet, one.problem.what.en)
        if isinstance(one, Finding)
        else (one[0], one[1][0], str(one[2]))
        for one in found
    ]


def test_a_balance_sheet_a_year_off_is_asked_about_with_all_its_years() -> None:
    figures = results(
        {(2022, "actual"): 100.0, (2023, "actual"): 200.0}, {2022: 7.0, 2023: 100.0, 2024: 200.0}
    )
    assert told(figures) == [
        (
            "years_shifted",
            BALANCE,
            "the years 2022–2024 fit result_plan better if they are 2021–2023: are the columns a year off?",
        )
    ]


def official(line: str, *more: tuple[str, dict[int, float]]) -> Town:
    entered: dict[Column, dict[str, float | None]] = {
        (PEOPLE, 2023, "actual"): {line: 500.0}, (PEOPLE, 2024, "actual"): {line: 600.0},
    }  # fmt: skip
    rows = [(PEOPLE, line, 2024, "actual", 500.0), (PEOPLE, line, 2025, "actual", 600.0)]
    for other, values in more:
        rows += [(PEOPLE, other, year, "actual", value) for year, value in values.items()]
    rows.append((BALANCE, line, 2023, "actual", 500.0))
    return town(entered, people={}, official=rows)


@pytest.mark.parametrize(
    "line", ["einwohner", "gewerbesteuer_ist", "einkommensteueranteil", "umsatzsteueranteil"]
)
def test_figures_a_year_off_the_official_ones_are_asked_about_once(line: str) -> None:
    ((code, sheet, text),) = told(official(line))
    assert (code, sheet) == ("years_shifted", PEOPLE)
    assert "the years 2023–2024 fit the official figures better if they are 2024–2025" in text


def test_two_official_lines_a_year_off_are_one_question_and_half_a_unit_is_the_bound() -> None:
    one = official("gewerbesteuer_ist")
    both: dict[Column, dict[str, float | None]] = {
        (PEOPLE, 2023, "actual"): {"einwohner": 50.0, "gewerbesteuer_ist": 500.0},
        (PEOPLE, 2024, "actual"): {"einwohner": 60.0, "gewerbesteuer_ist": 600.0},
    }
    rows = [tuple(row) for row in one.embedded.itertuples(index=False, name=None)]
    rows += [(PEOPLE, "einwohner", 2024, "actual", 50.5), (PEOPLE, "einwohner", 2025, "actual", 59.5)]
    assert len(told(town(both, people={}, official=rows))) == 1  # type: ignore[arg-type]
    near = [(PEOPLE, "einwohner", 2024, "actual", 50.5), (PEOPLE, "einwohner", 2025, "actual", 59.49)]
    del both[PEOPLE, 2023, "actual"]["gewerbesteuer_ist"], both[PEOPLE, 2024, "actual"]["gewerbesteuer_ist"]
    assert told(town(both, people={}, official=near)) == []


def test_finance_and_result_lines_of_the_same_accounts() -> None:
    pairs = shifted_years.same_kind()
    assert (pairs["01"], pairs["10"], pairs["12"], pairs["13"]) == ("01", "11", "13", "20")
    assert "09" not in pairs and "25" not in pairs


def plans(
    finance: dict[int, float],
    result: dict[int, float],
    lines: int = 3,
    actual: float | None = None,
    kind: str = "plan",
) -> list[str]:
    """Ask of plans that have `lines` lines each; `actual` is the ratio of both in the actuals of 2020."""
    pairs = list(shifted_years.same_kind().items())[:lines]
    columns: dict[Column, dict[str, float | None]] = {}
    for year, value in finance.items():
        columns[FINANCE, year, kind] = {line: value for line, _ in pairs}
    for year, value in result.items():
        columns[RESULT, year, "plan"] = {line: value for _, line in pairs}
    if actual is not None:
        columns[FINANCE, 2020, "actual"] = {line: 100.0 * actual for line, _ in pairs}
        columns[RESULT, 2020, "actual"] = {line: 100.0 for _, line in pairs}
    return [one.problem.what.en for one in shifted_years._plans(town(columns))]


LATER, EARLIER = {2026: 100.0, 2027: 150.0}, {2025: 70.0, 2026: 100.0, 2027: 150.0, 2028: 220.0}


def test_a_finance_plan_that_fits_the_result_plan_a_year_off_is_asked_about() -> None:
    (text,) = plans({2027: 100.0, 2028: 150.0}, EARLIER)
    assert "the years 2027–2028 fit result_plan better if they are 2026–2027" in text
    (text,) = plans({2025: 100.0, 2026: 150.0}, EARLIER)
    assert "the years 2025–2026 fit result_plan better if they are 2026–2027" in text
    assert plans(LATER, EARLIER) == []
    assert plans({2027: 100.0, 2028: 150.0}, EARLIER, kind="actual") == [], "only plans are compared"


def test_plans_are_compared_over_six_amounts_and_two_years() -> None:
    assert plans({2027: 100.0, 2028: 150.0}, EARLIER, lines=2) == [], "four amounts"
    assert plans({2027: 100.0}, EARLIER, lines=9) == [], "one year"
    assert plans({2027: 100.0, 2028: 150.0}, {2027: 150.0, 2028: 220.0}, lines=3) == [], (
        "nothing a year before"
    )
    assert (
        plans({2027: 100.0, 2028: 0.0}, EARLIER, lines=9)
        == []
        == plans({2027: 100.0, 2028: -1.0}, EARLIER, lines=9)
    )
    assert plans({2027: 100.0, 2028: 150.0}, {**EARLIER, 2027: 0.0}, lines=3) == []


def test_the_other_year_must_be_three_times_better_and_this_one_a_percent_off() -> None:
    """Gaps (log) of both years here and a year before: 0.3 and 0.1 are three times, 0.0099 is less than a percent."""

    def gaps(here: float, before: float) -> list[str]:
        first, of_first = 100.0, 100.0 * exp(-here)
        second = of_first * exp(before)
        result = {2025: first * exp(-before), 2026: of_first, 2027: second * exp(-here)}
        return plans({2026: first, 2027: second}, result)

    assert gaps(0.30, 0.09) and not gaps(0.30, 0.11)
    assert gaps(0.0101, 0.0001) and not gaps(0.0099, 0.0001)


def test_what_lines_usually_differ_by_is_no_gap() -> None:
    """Receipts are 1.5 times the income in the actuals, so 150 beside 100 is the same year."""
    assert plans({2026: 150.0, 2027: 225.0}, EARLIER, actual=1.5) == []
    assert len(plans({2026: 150.0, 2027: 225.0}, EARLIER)) == 1
    columns: dict[Column, dict[str, float | None]] = {
        (FINANCE, 2020, "actual"): {"01": 150.0, "02": 0.0}, (RESULT, 2020, "actual"): {"01": 100.0, "02": 5.0},
        (FINANCE, 2021, "actual"): {"01": 250.0, "02": 5.0}, (RESULT, 2021, "actual"): {"01": 100.0, "02": 0.0},
        (FINANCE, 2022, "actual"): {"01": 200.0}, (RESULT, 2022, "actual"): {"01": 100.0},
        (FINANCE, 2023, "plan"): {"01": 900.0}, (RESULT, 2023, "plan"): {"01": 100.0},
    }  # fmt: skip
    usual = shifted_years._usual_gaps(town(columns))
    assert {line: round(exp(gap), 9) for line, gap in usual.items()} == {"01": 2.0}


def test_of_a_year_with_both_kinds_the_plan_counts() -> None:
    pairs = list(shifted_years.same_kind().items())[:3]
    columns: dict[Column, dict[str, float | None]] = {}
    for year, value in {2026: 100.0, 2027: 150.0}.items():
        columns[FINANCE, year, "plan"] = {line: value for line, _ in pairs}
    for year, value in EARLIER.items():
        columns[RESULT, year, "plan"] = {line: value for _, line in pairs}
    columns[RESULT, 2026, "actual"] = {line: 70.0 for _, line in pairs}
    columns[RESULT, 2027, "actual"] = {line: 100.0 for _, line in pairs}
    assert list(shifted_years._plans(town(columns))) == []


def repeated(
    one: dict[str, float], other: dict[str, float], sheet: str = RESULT, years: tuple[int, int] = (2026, 2027)
) -> list[Any]:
    columns: dict[Column, dict[str, float | None]] = {
        (sheet, years[0], "actual"): {**one},
        (sheet, years[1], "plan"): {**other},
    }
    return [(key, shown) for _, key, shown in shifted_years._repeated(town(columns))]


def test_a_year_that_was_pasted_twice_is_named() -> None:
    five = {"02": 0.0, "01": 1.0, "03": 3.0, "04": 4.0, "05": 5.0, "06": 6.0}
    for sheet in (RESULT, FINANCE):
        assert repeated(five, five, sheet) == [
            ((sheet, "01", 2027, "plan"), {"before": "2026", "after": "2027", "number": 5})
        ]
    four = {line: value for line, value in five.items() if line != "06"}
    assert repeated(four, four) == [], "four amounts above zero are too few"
    assert repeated(five, {**five, "07": 1.0}) == [] == repeated(five, {**five, "06": 7.0})
    assert repeated(five, five, BALANCE) == [] == repeated(five, five, years=(2026, 2026))
    assert len(repeated(five, five, years=(2024, 2027))) == 1


def test_all_four_questions_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("_results", "_official", "_plans", "_repeated")
    for name in names:
        monkeypatch.setattr(shifted_years, name, lambda figures, name=name: [name])
    assert list(shifted(town({}))) == list(names)


Entry = tuple[str, int, str, object]


def turned(
    *entries: Entry, name: str = RESULT
) -> tuple[list[tuple[object, object]], list[tuple[str, str | None, str]]]:
    """Return value and status of every part, and what is found; ``negative_value`` was told of every cell before."""
    parts: list[Part] = [
        (name, line, year, kind, None, "bad", f"F{n}")
        for n, (line, year, kind, _) in enumerate(entries, start=6)
    ]
    values = {f"F{n}": SimpleNamespace(value=value) for n, (*_, value) in enumerate(entries, start=6)}
    reading = Reading(titles={name: name})
    for _, line, _, _, _, _, cell in parts:
        reading.odd("negative_value", name, str(cell), value=-1.0, line=str(line), number=1.0)
    read = one_question(name, values, parts, reading)  # type: ignore[arg-type]
    assert [part[:4] + part[6:] for part in read] == [part[:4] + part[6:] for part in parts]
    return [(part[4], part[5]) for part in read], [
        (one.code, one.cell, one.problem.what.en) for one in reading.findings
    ]


def costs(*values: object, year: int = 2026, kind: str = "plan") -> tuple[Entry, ...]:
    return tuple(
        (line, year, kind, value) for line, value in zip(("11", "12", "13", "14"), values, strict=False)
    )


def test_all_costs_of_a_column_with_a_minus_are_one_question() -> None:
    values, found = turned(*costs(-1.0, -2.0, "-3,5"), ("01", 2026, "plan", 9.0))
    assert values == [(1.0, "value"), (2.0, "value"), (3.5, "value"), (None, "bad")]
    assert [one[:2] for one in found] == [("negative_value", "F9"), ("all_costs_negative", "F6")]
    assert "all 3 amounts" in found[1][2] and "(Plan 2026)" in found[1][2]


def test_two_lines_or_one_without_a_minus_are_slips() -> None:
    for entries in (
        costs(-1.0, -2.0),
        costs(-1.0, -2.0, -3.0, 4.0),
        costs(-1.0, -2.0, 0.0),
        costs(-1.0, -2.0, True),
    ):
        values, found = turned(*entries)
        assert set(values) == {(None, "bad")} and {one[0] for one in found} == {"negative_value"}
    assert turned(*costs(-1.0, -2.0, -3.0, 0.0))[1][0][:2] == ("negative_value", "F9"), "nothing has no sign"
    assert turned(*costs(-1.0, -2.0, -3.0, None))[0][3] == (None, "bad")


def test_income_is_a_question_of_its_own_and_columns_are_judged_alone() -> None:
    income = tuple((line, 2025, "actual", -5.0) for line in ("01", "02", "03"))
    values, found = turned(
        *income,
        *costs(-1.0, -2.0, -3.0),
        *costs(-1.0, 2.0, -3.0, year=2027),
        *costs(-4.0, -4.0, -4.0, year=2028),
    )
    assert sorted(one[:2] for one in found if one[0] != "negative_value") == [
        ("all_costs_negative", "F9"),
        ("all_income_negative", "F6"),
    ]
    said = str(found)
    assert "(Actual 2025)" in said and "all 6 amounts" in said and "(Plan 2026, Plan 2028)" in said
    assert [one[1] for one in found if one[0] == "negative_value"] == ["F12", "F13", "F14"]
    assert values[6:9] == [(None, "bad")] * 3 and values[9] == (4.0, "value")


def test_lines_that_may_have_any_sign_and_other_sheets_are_no_question() -> None:
    any_sign = [(line, 2026, "plan", -1.0) for line in ("10", "18", "21", "22", "25", "26", "28", "09")]
    assert {one[0] for one in turned(*any_sign)[1]} == {"negative_value"}
    stocks = [
        (line, 2024, "actual", -1.0) for line in ("rueckstellungen", "verbindlichkeiten", "anlagevermoegen")
    ]
    assert {one[0] for one in turned(*stocks, name=BALANCE)[1]} == {"negative_value"}
    assert ("all_costs_negative", "F6") in [
        one[:2] for one in turned(*costs(-1.0, -2.0, -3.0), name=FINANCE)[1]
    ]


def test_findings_of_other_sheets_and_kinds_stay() -> None:
    reading = Reading(titles={RESULT: RESULT})
    reading.odd("negative_value", BALANCE, "F6", value=-1.0, line="11", number=1.0)
    reading.odd("year_order", RESULT, "F6")
    reading.odd("negative_warning", RESULT, "F7", value=-1.0, line="11", number=1.0)
    parts: list[Part] = [
        (RESULT, line, 2026, "plan", None, "bad", f"F{n}")
        for n, line in enumerate(("11", "12", "13"), start=6)
    ]
    one_question(RESULT, {f"F{n}": SimpleNamespace(value=-1) for n in (6, 7, 8)}, parts, reading)  # type: ignore[arg-type]
    assert [(one.code, one.sheet) for one in reading.findings] == [
        ("negative_value", BALANCE), ("year_order", RESULT), ("all_costs_negative", RESULT),
    ]  # fmt: skip


def named(line: str, given: float | None, computed: float | None, **values: float) -> list[Any]:
    cells = {name.removeprefix("z"): value for name, value in values.items()}
    figures = town({(RESULT, 2026, "plan"): {**cells}})
    check = SumCheck(RESULT, line, 2026, "plan", "fails", given, computed)
    found = [(key, shown["value"], shown["number"]) for _, key, shown in against_the_sum(figures, check)]
    return [(key[1], value, number) for key, value, number in found]


@pytest.mark.parametrize(
    ("given", "told_of"), [(60.0, 1), (58.0, 1), (62.0, 1), (57.99, 0), (62.01, 0), (140.0, 0)]
)
def test_a_sum_names_the_part_whose_sign_is_wrong(given: float, told_of: int) -> None:
    """100 - (-40) = 140; turned round it is 60, and two parts may be rounded by a euro each."""
    assert named("18", given, 140.0, z10=100.0, z17=-40.0) == [("17", -40.0, 40.0)] * told_of


def test_a_part_that_is_added_and_two_that_would_both_do() -> None:
    assert named("10", 10.0, -10.0, z01=-10.0) == [("01", -10.0, 10.0)]
    assert named("10", 20.0, 0.0, z01=-10.0, z02=10.0) == [("01", -10.0, 10.0)]
    assert named("10", 0.0, -20.0, z01=-10.0, z02=-10.0) == [], "either of two"
    assert named("10", None, -10.0, z01=-10.0) == [] == named("10", 10.0, None, z01=-10.0)
    assert named("10", 5.0, 0.0, z01=0.0) == [], "nothing has no sign"
