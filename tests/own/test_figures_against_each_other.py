"""Figures against each other, by hand: sums, parts, years, required cells, jumps, inhabitants, balance, official."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from dewak_research.own import plausibility
from dewak_research.own.contents import Finding
from dewak_research.own.plausibility import check_values
from dewak_research.own.template import SumCheck, SumState, check_sums, load_template
from own.figures_by_hand import Column, Told, Town, town

RESULT, BALANCE, PEOPLE = "result_plan", "balance", "population"
RESERVES = {"allgemeine_ruecklage": 5.0, "ausgleichsruecklage": 5.0}


def found(findings: Iterator[Any]) -> list[tuple[str, str, int]]:
    return [(code, key[1], key[2]) for code, key, _ in findings]


def test_sums_are_told_by_their_state_and_what_was_not_entered_is_not() -> None:
    columns: dict[Column, dict[str, float | None]] = {
        (RESULT, 2025, "plan"): {"10": 100.0, "17": 60.0, "18": 40.0},
        (RESULT, 2026, "plan"): {"10": 100.0, "17": 60.0, "18": 41.254},
        (RESULT, 2027, "plan"): {"10": 100.0, "17": 60.0, "18": 43.256},
        (RESULT, 2028, "plan"): {"10": 100.0, "18": 40.0},
        (RESULT, 2029, "plan"): {"10": 100.0, "17": 60.0},
    }
    figures = town(columns)
    checks = [one for one in check_sums(figures.reading.figures) if one.line == "18"]
    rounded, fails, unclear = plausibility._sums(figures, checks)
    assert rounded[:2] == ("sum_rounding", (RESULT, "18", 2026, "plan"))
    assert rounded[2].pop("formula") == fails[2].pop("formula")
    assert rounded[2] == {"value": 41.254, "number": 40.0, "difference": 1.25}
    assert fails[0] == "sum_fails" and fails[2] == {"value": 43.256, "number": 40.0, "difference": 3.26}
    assert unclear == ("sum_not_checkable", (RESULT, "18", 2028, "plan"), {"missing": "17"})


def test_parts_that_were_left_empty_are_computed_before_one_is_called_missing() -> None:
    """26 = 22 + 25; 22 = 18 + 21 is not there, 25 is a sum that counts as nothing where it is empty."""
    figures = town({(RESULT, 2025, "plan"): {"18": 5.0, "26": 7.0}})
    checks = [one for one in check_sums(figures.reading.figures) if one.line == "26"]
    assert [one[2] for one in plausibility._sums(figures, checks)] == [{"missing": "22"}]


def test_a_computed_sum_is_shown_to_the_cent() -> None:
    check = SumCheck(RESULT, "18", 2025, "plan", "fails", 50.0, 40.12345)
    (told,) = plausibility._sums(town({(RESULT, 2025, "plan"): {"18": 50.0}}), [check])
    assert told[2]["number"] == 40.12 and told[2]["difference"] == 9.88


def test_a_part_with_the_wrong_sign_is_told_in_place_of_its_sum() -> None:
    """100 - (-40) = 140 was computed, 60 was entered: the sign of 17 alone explains it."""

    def told(state: SumState, given: float) -> list[str]:
        figures = town({(RESULT, 2025, "plan"): {"10": 100.0, "17": -40.0, "18": given}})
        checks = [SumCheck(RESULT, "18", 2025, "plan", state, given, 140.0)]
        return [one[0] for one in plausibility._sums(figures, checks * 2)]

    assert told("fails", 60.0) == ["sign_against_sum"] * 2
    assert told("rounded", 60.0) == ["sum_rounding"] * 2 and told("ok", 60.0) == []
    assert told("fails", 90.0) == ["sum_fails"] * 2


def test_a_part_may_exceed_its_whole_by_a_euro_of_rounding() -> None:
    def told(part: float, whole: float | None, line: str = "gewerbesteuer") -> list[Any]:
        figures = town({(RESULT, 2025, "plan"): {"01": whole, line: part}})
        return [
            (code, key[1], shown["value"], shown["number"])
            for code, key, shown in plausibility._parts(figures)
        ]

    assert told(101.0, 100.0) == []
    assert told(101.01, 100.0) == [("part_exceeds", "gewerbesteuer", 101.01, 100.0)]
    assert told(900.0, None) == [] == told(900.0, 100.0, "kreisumlage")
    assert told(5.0, 0.0) == [("part_exceeds", "gewerbesteuer", 5.0, 0.0)]
    other_year = town({(RESULT, 2025, "plan"): {"gewerbesteuer": 9.0}, (RESULT, 2026, "plan"): {"01": 1.0}})
    assert list(plausibility._parts(other_year)) == []


def years(
    *columns: tuple[int, str], filled: tuple[tuple[int, str], ...] | None = None
) -> list[tuple[str, str]]:
    cells: dict[Column, dict[str, float | None]] = {
        (RESULT, year, kind): {"01": 1.0} for year, kind in (columns if filled is None else filled)
    }
    told = list(plausibility._years(town(cells, people={}, years={RESULT: list(columns)})))
    assert all(isinstance(one, Finding) and one.sheet == RESULT for one in told)
    return [(one.code, one.problem.what.en) for one in told]


def test_years_stand_in_order_without_a_gap_and_plans_come_last() -> None:
    assert years((2023, "actual"), (2024, "actual"), (2025, "plan"), (2026, "plan")) == []
    assert [code for code, _ in years((2026, "plan"), (2025, "plan"))] == ["year_order"]
    assert years((2025, "plan"), (2027, "plan"), (2030, "plan")) == [
        ("year_gap", "years are missing in the plan between 2025 and 2027"),
        ("year_gap", "years are missing in the plan between 2027 and 2030"),
    ]
    assert years((2020, "actual"), (2024, "actual"), (2025, "plan")) == [], "actuals may have gaps"
    assert years((2025, "plan"), (2026, "actual")) == [
        ("actual_after_plan", "actual 2026 lies after the last plan year 2025")
    ]
    assert years((2025, "actual"), (2025, "plan")) == [] == years((2024, "actual"))
    assert (
        years((2025, "plan"), (2026, "plan"), (2027, "plan"), filled=((2025, "plan"), (2027, "plan")))[0][0]
        == "year_gap"
    )


def required(columns: dict[Column, dict[str, float | None]], **given: Any) -> list[str]:
    told = plausibility._required(town(columns, **given))
    return [one.code if isinstance(one, Finding) else f"{one[0]} {one[1][1]} {one[1][2]}" for one in told]


def test_a_plan_needs_a_plan_an_actual_reserves_and_people() -> None:
    full: dict[Column, dict[str, float | None]] = {
        (RESULT, 2026, "plan"): {"01": 1.0}, (RESULT, 2024, "actual"): {"01": 1.0},
        (BALANCE, 2023, "actual"): {"umlaufvermoegen": 1.0}, (BALANCE, 2024, "actual"): {**RESERVES},
    }  # fmt: skip
    assert required(full) == []
    assert required({k: v for k, v in full.items() if k[2] == "actual"}) == ["no_plan_year"]
    assert required({k: v for k, v in full.items() if k[1] != 2024}) == ["no_actual_year", "no_balance"]
    part = {**full, (BALANCE, 2024, "actual"): {"allgemeine_ruecklage": 1.0}}
    assert required(part) == ["no_balance"]
    assert required(full, people={}) == ["no_population"]
    assert required({}, people={}) == ["no_plan_year", "no_actual_year", "no_balance", "no_population"]


def test_the_next_step_names_the_key_or_what_stands_in_for_it() -> None:
    def step(**form: str) -> str:
        (first, *_) = plausibility._required(town({}, **form))
        return str(first.problem.next_step.de)

    assert "--ags 05911000" in step(key="05911000") and "--ags AGS" in step(key="") and "--ags AGS" in step()


def test_empty_cells_that_are_needed_are_told_in_columns_that_were_begun() -> None:
    columns: dict[Column, dict[str, float | None]] = {
        (RESULT, 2026, "plan"): {"01": 1.0, "02": None, "08": None, "10": None, "13": None},
        (RESULT, 2027, "plan"): {"01": None},
        (RESULT, 2024, "actual"): {"01": 1.0},
        (BALANCE, 2024, "actual"): {**RESERVES, "rueckstellungen": None, "liquide_mittel": None},
        (BALANCE, 2023, "actual"): {**RESERVES, "rueckstellungen": None},
        ("finance_plan", 2026, "plan"): {"01": 1.0, "02": None},
        (PEOPLE, 2023, "actual"): {"einwohner": None, "unter_18": 1.0},
    }
    official = [(BALANCE, "umlaufvermoegen", 2023, "actual", 9.0), (PEOPLE, "einwohner", 2024, "actual", 9.0)]
    bad = {(RESULT, "13", 2026, "plan"): "bad"}
    assert required(columns, official=official, status=bad) == [
        "required_empty 02 2026",
        "required_empty rueckstellungen 2024",
    ]


def jumps(*amounts: float, line: str = "13", people: dict[int, float] | None = None) -> list[Told]:
    columns: dict[Column, dict[str, float | None]] = {
        (RESULT, 2025 + n, "plan"): {line: amount} for n, amount in enumerate(amounts)
    }
    return list(plausibility._jumps(town(columns, people=people)))  # type: ignore[arg-type]


def test_a_jump_is_more_than_half_and_more_than_75_euro_per_inhabitant() -> None:
    """1,000 people: 75 euro each are 75,000."""
    ((code, key, shown),) = jumps(150_000.0, 225_002.0)
    assert (code, key) == ("jump", (RESULT, "13", 2026, "plan"))
    assert shown.pop("change").de == "+50 %"
    assert shown == {"year_before": "2025", "before": 150_000.0, "value": 225_002.0}
    assert jumps(160_000.0, 240_000.0) == [], "exactly half"
    assert jumps(150_000.0, 225_000.0) == [] == jumps(100_000.0, 175_000.0)
    assert len(jumps(100_000.0, 175_001.0)) == 1 and len(jumps(200_000.0, 99_000.0)) == 1
    assert jumps(1e6, 1.4e6) == [] == jumps(100.0, 1_000.0)
    assert len(jumps(200_000.0, 1.0)) == 0, "a thousand times off is another finding"
    assert len(jumps(200_000.0, -1.0)) == 1 and len(jumps(200_000.0, 0.0)) == 1
    assert [one[2]["change"].en for one in jumps(100_000.0, 300_000.0, 10_000.0)] == ["+200 %", "-97 %"]


def test_half_of_a_thousand_times_is_another_unit_and_no_jump() -> None:
    """√1,000 = 31.6."""
    assert len(jumps(10_000.0, 315_000.0)) == 1 and jumps(10_000.0, 317_000.0) == []
    assert len(jumps(315_000.0, 10_000.0)) == 1 and jumps(317_000.0, 10_000.0) == []


def test_jumps_need_people_something_before_and_no_sum() -> None:
    assert (
        jumps(1e5, 5e5, people={}) == [] == jumps(0.0, 5e5) == jumps(-1e5, 5e5) == jumps(1e5, 5e5, line="10")
    )
    both = town(
        {(RESULT, 2025, "plan"): {"10": 1e5, "13": 1e5}, (RESULT, 2026, "plan"): {"10": 5e5, "13": 5e5}}
    )
    assert found(plausibility._jumps(both)) == [("jump", "13", 2026)]
    gap = town(
        {
            (RESULT, 2025, "plan"): {"13": 1e5},
            (RESULT, 2026, "plan"): {"11": 1.0},
            (RESULT, 2027, "plan"): {"13": 5e5},
        }
    )
    ((_, key, shown),) = plausibility._jumps(gap)
    assert (key[2], shown["year_before"]) == (2027, "2025")
    three = town(
        {
            (RESULT, 2025, "plan"): {"13": 0.0, "11": 1e5},
            (RESULT, 2026, "plan"): {"13": 1e5, "11": 5e5},
            (RESULT, 2027, "plan"): {"13": 5e5, "11": 5e5},
        }
    )
    assert found(plausibility._jumps(three)) == [("jump", "11", 2026), ("jump", "13", 2027)]


def heads(own: dict[int, float], official: dict[int, float] | None = None) -> list[tuple[str, int, str]]:
    rows = [(PEOPLE, "einwohner", year, "actual", value) for year, value in (official or {}).items()]
    columns: dict[Column, dict[str, float | None]] = {(PEOPLE, 2019, "actual"): {"unter_18": 1.0}}
    told = plausibility._population(town(columns, people=own, official=rows))
    return [(code, key[2], str(shown.get("number") or shown["change"].de)) for code, key, shown in told]


def test_people_change_by_a_tenth_at_most_and_lie_between_half_and_double_the_official_number() -> None:
    assert heads({2023: 1_000.0, 2024: 1_100.0}) == [] == heads({2023: 1_000.0, 2024: 900.0})
    assert heads({2023: 1_000.0, 2024: 1_102.0}) == [("population_jump", 2024, "+10 %")]
    assert heads({2023: 1_000.0, 2024: 898.0}) == [("population_jump", 2024, "-10 %")]
    assert heads({2022: 1_000.0, 2024: 2_000.0}) == [] == heads({2023: 0.0, 2024: 900.0})
    assert heads({2024: 500.0}, {2023: 1_000.0}) == [("population_odd", 2024, "1000.0")]
    assert heads({2024: 2_000.0}, {2023: 1_000.0}) == [("population_odd", 2024, "1000.0")]
    assert heads({2024: 501.0}, {2023: 1_000.0}) == [] == heads({2024: 1_999.0}, {2023: 1_000.0})
    assert heads({2023: 600.0, 2024: 900.0}, {2023: 1_000.0}) == [("population_jump", 2024, "+50 %")]
    assert heads({2024: 9.0, 2023: 1_000.0, 2022: 5.0}, {2023: 1_000.0})[0][0] == "population_odd"


def balance(*sheets: dict[str, float], results: dict[int, float] | None = None, **given: Any) -> list[Told]:
    """Check the balance sheets of 2024, 2023, … beside annual results of the result plan."""
    columns: dict[Column, dict[str, float | None]] = {
        (BALANCE, 2024 - n, "actual"): {**sheet} for n, sheet in enumerate(sheets)
    }
    columns |= {(RESULT, year, "actual"): {"26": value} for year, value in (results or {}).items()}
    return list(plausibility._balance(town(columns, **given)))  # type: ignore[arg-type]


def codes(told: list[Told]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(code, key[1], shown) for code, key, shown in told]


def test_both_sides_of_a_balance_sheet_may_differ_by_ten_euro() -> None:
    sides = {"bilanzsumme_aktiva": 500.0, "bilanzsumme_passiva": 490.0}
    assert balance(sides) == [] == balance({"bilanzsumme_aktiva": 500.0})
    assert codes(balance({**sides, "bilanzsumme_aktiva": 500.5})) == [
        ("balance_unequal", "bilanzsumme_aktiva", {"value": 500.5, "number": 490.0, "difference": 10.5})
    ]
    assert codes(balance({**sides, "bilanzsumme_passiva": 511.0}))[0][2]["difference"] == -11.0


def test_equity_below_zero_and_a_deficit_beside_equity() -> None:
    assert (
        balance({"eigenkapital": 0.0})
        == []
        == balance({"eigenkapital": 1.0, "fehlbetrag_nicht_gedeckt": 0.0})
    )
    assert codes(balance({"eigenkapital": -0.5})) == [("overindebted", "eigenkapital", {"value": -0.5})]
    assert codes(balance({"eigenkapital": 0.5, "fehlbetrag_nicht_gedeckt": 0.5})) == [
        ("fehlbetrag_double", "fehlbetrag_nicht_gedeckt", {"value": 0.5, "number": 0.5})
    ]
    assert balance({"eigenkapital": 0.0, "fehlbetrag_nicht_gedeckt": 5.0}) == []
    assert [one[0] for one in balance({"eigenkapital": -5.0, "fehlbetrag_nicht_gedeckt": 5.0})] == [
        "overindebted"
    ]


def test_the_result_of_both_plans_may_differ_by_ten_euro() -> None:
    assert balance({"jahresergebnis": -20.0}, results={2024: -30.0}) == []
    ((code, line, shown),) = codes(balance({"jahresergebnis": -20.0}, results={2024: -30.5}))
    assert (code, line) == ("result_mismatch", "jahresergebnis")
    assert shown.pop("number_of").de == "26" and shown == {"value": -20.0, "number": -30.5}
    assert balance({"jahresergebnis": -20.0}, results={2023: -99.0}) == []
    shifted = [{"jahresergebnis": 100.0}, {"jahresergebnis": 200.0}]
    assert balance(*shifted, results={2025: 100.0, 2024: 200.0}) == [], "the years of the sheet are one off"


def moved(
    equity: float, before: float, result: float | None, booked: float | None = None, **given: Any
) -> list[Any]:
    sheet = {"eigenkapital": equity} | ({} if booked is None else {"jahresergebnis": booked})
    results = None if result is None else {2024: result}
    return codes(balance(sheet, {"eigenkapital": before}, results=results, **given))


def test_equity_moves_with_the_result_up_to_twenty_euro_per_inhabitant() -> None:
    """1,000 people: 20 euro each are 20,000."""
    assert moved(100_000.0, 50_000.0, 30_000.0) == []
    assert moved(100_001.0, 50_000.0, 30_000.0) == [
        ("reserve_mismatch", "eigenkapital", {"value": 50_001.0, "number": 30_000.0})
    ]
    assert [one[0] for one in moved(50_000.0, 59_000.0, 12_000.0)] == ["reserve_mismatch"]
    assert moved(100_000.0, 50_000.0, None) == []
    assert moved(100_000.0, 50_000.0, None, booked=29_000.0)[0][2] == {"value": 50_000.0, "number": 29_000.0}
    assert moved(100_000.0, 50_000.0, 50_005.0, booked=50_000.0) == [], (
        "the result plan counts before the sheet"
    )
    assert moved(121.0, 100.0, 0.0, people={}) == [
        ("reserve_mismatch", "eigenkapital", {"value": 21.0, "number": 0.0})
    ], "one inhabitant where none is known"
    assert moved(120.0, 100.0, 0.0, people={}) == []
    apart = [{"eigenkapital": 9e6}, {}, {"eigenkapital": 1.0}]
    assert balance(*apart, results={2024: 0.0}) == [], "not the year before"


def test_a_figure_may_differ_from_the_official_one_by_half_a_unit() -> None:
    def told(value: float, **overrides: Any) -> list[Told]:
        official = [
            ("finance_plan", "01", 2023, "actual", 100.0),
            ("finance_plan", "02", 2023, "actual", 7.0),
        ]
        figures = town({("finance_plan", 2023, "actual"): {"01": value, "02": 7.0}}, official=official)
        figures.reading.lists["overrides"] = [overrides]
        return list(plausibility._official(figures))

    assert told(100.5) == [] == told(99.5)
    assert told(100.51) == [
        ("differs_from_official", ("finance_plan", "01", 2023, "actual"), {"value": 100.51, "number": 100.0})
    ]
    assert len(told(99.4)) == 1
    assert told(200.0, sheet="finance_plan", line="01", reason="nachgebucht") == []
    assert len(told(200.0, sheet="finance_plan", line="01", reason="")) == 1
    assert len(told(200.0, sheet="finance_plan", line="02", reason="nachgebucht")) == 1


@pytest.fixture
def others_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what other modules find."""
    for name in (
        "check_spending_cut",
        "check_savings",
        "check_years",
        "shifted",
        "other_name",
        "other_figures",
    ):
        monkeypatch.setattr(plausibility, name, lambda *args: [])


@pytest.mark.usefixtures("others_aside")
def test_a_column_in_thousand_euro_is_told_once_and_counts_as_euro_from_then_on() -> None:
    """3,000,000 euro for 1,000 people; in thousand euro the second year would be a jump of a line and of its unit."""
    lines = load_template().grids[RESULT]
    income = {"01": 2_000_000.0} | dict.fromkeys(("02", "03", "04", "05", "06", "07"), 100_000.0)
    costs = dict.fromkeys(("11", "12", "13", "14", "15", "16"), 400_000.0)
    euro: dict[str, float | None] = {**income, **costs, "19": 0.0, "20": 0.0}
    assert {one.id for one in lines.values() if one.need == "required"} == set(euro)
    columns: dict[Column, dict[str, float | None]] = {
        (RESULT, 2024, "actual"): euro,
        (RESULT, 2025, "plan"): {line: (value or 0.0) / 1_000 for line, value in euro.items()},
        (RESULT, 2026, "plan"): euro,
        (BALANCE, 2024, "actual"): {**RESERVES},
    }

    def told(figures: Town) -> list[str]:
        given = {RESULT: [(year, kind) for sheet, year, kind in columns if sheet == RESULT]}
        figures.reading.years.update(given)
        sums = check_sums(figures.reading.figures)
        return [one.code for one in check_values("05911000", figures.reading, figures.embedded, sums)]

    assert told(town(columns, key="05911000")) == ["looks_like_thousands"]
    one = {**columns, (RESULT, 2025, "plan"): {**euro, "01": 2_000.0}}
    assert told(town(one, key="05911000"))[0] == "line_unit_usual"
    assert "line_unit_odd" not in told(town(one, key="05911000")), "told once"
    assert "line_unit_odd" in told(town(one, key="05911")), "a Kreis: by its other years"
    missing = {**columns, (RESULT, 2025, "plan"): {**euro, "01": None}}
    assert told(town(missing, key="05911000")) == ["required_empty"]
    far = {**columns, (RESULT, 2025, "plan"): {**euro, "13": 900_000.0}}
    assert told(town(far, key="05911000")) == ["jump", "jump"]


def test_all_checks_of_other_modules_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("check_spending_cut", "check_savings", "check_years", "shifted", "other_name", "other_figures")
    for name in names:
        monkeypatch.setattr(plausibility, name, lambda *args, name=name: [name])
    for name in ("_parts", "_years", "_required", "_jumps", "_population", "_balance", "_official"):
        monkeypatch.setattr(plausibility, name, lambda *args, name=name: [name])
    figures = town({})
    told = check_values("05911000", figures.reading, pd.DataFrame(figures.embedded), [])
    assert told == [*names, "_parts", "_years", "_required", "_jumps", "_population", "_balance", "_official"]
