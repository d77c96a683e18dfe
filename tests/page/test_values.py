"""Numbers are written as each language writes them, and what is missing says so."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dewak_research.language import Language
from dewak_research.page.values import (
    chance,
    eur,
    eur_m,
    formatted,
    is_missing,
    kept_together,
    number,
    pct,
    rounded,
    rounded_parts,
    whole_shares,
    with_unit,
)

MISSING = [None, math.nan, math.inf, -math.inf, np.nan, pd.NA, pd.NaT, np.float64("nan")]


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        (lambda v: number(1234567.891, v, 2), "1.234.567,89", "1,234,567.89"),
        (lambda v: number(-1234, v), "−1.234", "−1,234"),
        (lambda v: number(-0.0004, v, 2), "0,00", "0.00"),
        (lambda v: number(7, v, 1), "7,0", "7.0"),
        (lambda v: pct(0.2334, v), "23,3\N{NO-BREAK SPACE}%", "23.3%"),
        (lambda v: pct(-0.00001, v), "0,0\N{NO-BREAK SPACE}%", "0.0%"),
        (lambda v: pct(12.3456, v, 2), "1.234,56\N{NO-BREAK SPACE}%", "1,234.56%"),
        (lambda v: eur(1234.5, v, 2), "1.234,50\N{NO-BREAK SPACE}€", "€1,234.50"),
        (lambda v: eur(-1234, v), "−1.234\N{NO-BREAK SPACE}€", "−€1,234"),
        (lambda v: eur_m(1_250_000_000, v), "1.250,0\N{NO-BREAK SPACE}Mio.\N{NO-BREAK SPACE}€",
         "€1,250.0\N{NO-BREAK SPACE}million"),
        (lambda v: eur_m(-5_500_000, v), "−5,5\N{NO-BREAK SPACE}Mio.\N{NO-BREAK SPACE}€",
         "−€5.5\N{NO-BREAK SPACE}million"),
        (lambda v: formatted(0.1234, ".3f", v), "0,123", "0.123"),
        (lambda v: formatted(2019, "d", v), "2019", "2019"),
    ],
)  # fmt: skip
def test_numbers(text: Any, german: str, english: str) -> None:
    assert (text("de"), text("en")) == (german, english)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [(82_772, 83_000), (-8_960, -9_000), (109, 110), (0.5, 0.5), (0, 0), (99_500, 100_000)],
)
def test_what_rests_on_assumptions_is_written_with_two_significant_digits(
    value: float, wanted: float
) -> None:
    assert rounded(value) == wanted
    assert formatted(value, "2r", "de") == number(wanted, "de")


@pytest.mark.parametrize("value", MISSING)
@pytest.mark.parametrize("write", [number, pct, eur, eur_m])
def test_what_is_missing_says_so(value: object, write: Any) -> None:
    assert is_missing(value)
    assert write(value, "de") == "keine Angabe"
    assert write(value, "en") == "no data"


@pytest.mark.parametrize("value", [0, 0.0, "", "a", False, np.int64(0), [1, 2]])
def test_zero_and_empty_are_not_missing(value: object) -> None:
    assert not is_missing(value)


@given(st.floats(-1e12, 1e12), st.integers(0, 6), st.sampled_from(["de", "en"]))
def test_a_written_number_reads_back_as_the_rounded_one(
    value: float, digits: int, language: Language
) -> None:
    thousands, decimal = (".", ",") if language == "de" else (",", ".")
    text = number(value, language, digits)
    back = float(text.replace(thousands, "").replace(decimal, ".").replace("−", "-"))
    step = Decimal(1).scaleb(-digits)
    shown = Decimal(back).quantize(step)
    assert abs(shown - Decimal(value)) <= step / 2 + abs(Decimal(value)) * Decimal("1e-15")
    twice = 2 * abs(Decimal(repr(value))) / step
    if abs(value) < 1e9 and twice == twice.to_integral_value() and twice % 2:
        assert abs(shown) > abs(Decimal(repr(value))), "a half goes away from zero"


@pytest.mark.parametrize(
    ("value", "spec", "written"),
    [
        (-0.35, ".1f", "−0.4"),  # -350,000 euros in millions: binary holds a little less than the half
        (0.285 * 100, ".0f", "29"),
        (14.5, ".0f", "15"),
        (2.5, ",.0f", "3"),
        (0.125, ".0%", "13%"),
        (np.float64(1.005), ".2f", "1.01"),
        (82_500.0, "2r", "83,000"),
        (0.34, ".1f", "0.3"),
        (0.3499999, ".1f", "0.3"),
        (1e15 + 0.5, ",.0f", "1,000,000,000,000,000"),
    ],
)
def test_a_half_is_rounded_as_treasurers_do(value: float, spec: str, written: str) -> None:
    assert formatted(value, spec, "en") == written


@pytest.mark.parametrize(
    ("value", "digits", "german", "english"),
    [
        (0.99984, 1, "über 99,9 %", "over 99.9%"),
        (0.0002, 1, "unter 0,1 %", "under 0.1%"),
        (0.996, 0, "über 99 %", "over 99%"),
        (0.004, 0, "unter 1 %", "under 1%"),
        (1.0, 1, "100,0 %", "100.0%"),
        (0.0, 1, "0,0 %", "0.0%"),
        (0.9994, 1, "99,9 %", "99.9%"),
        (math.nan, 1, "keine Angabe", "no data"),
    ],
)
def test_a_probability_is_never_rounded_to_certainty(
    value: float, digits: int, german: str, english: str
) -> None:
    assert chance(value, "de", digits).replace("\N{NO-BREAK SPACE}", " ") == german
    assert chance(value, "en", digits) == formatted(value, f".{digits}p", "en") == english


@pytest.mark.parametrize(
    ("value", "german", "english"),
    [
        (1133.6, "1.130", "1,130"),
        (-5602, "−5.600", "−5,600"),
        (0.5783, "0,578", "0.578"),
        (0.0000123, "0,0000123", "0.0000123"),
    ],
)
def test_few_digits_are_never_written_with_an_exponent(value: float, german: str, english: str) -> None:
    assert (formatted(value, ",.3g", "de"), formatted(value, ",.3g", "en")) == (german, english)


def test_parts_are_rounded_so_that_they_make_the_whole() -> None:
    assert whole_shares([33.3, 33.3, 33.4]) == [33, 33, 34]
    assert whole_shares([0.5, 0.5, 99.0]) == [1, 0, 99]
    assert rounded_parts([-5.04, -0.04, 0.13], 1) == [-5.0, 0.0, 0.1]
    assert rounded_parts([], 0) == []
    with pytest.raises(ValueError, match="missing"):
        whole_shares([50.0, float("nan")])


@given(st.lists(st.floats(0.0, 1e4), min_size=1, max_size=12), st.integers(0, 2))
def test_no_part_is_a_whole_step_off_and_the_sum_is_that_of_all(parts: list[float], digits: int) -> None:
    step = 10.0**-digits
    found = rounded_parts(parts, digits)
    assert sum(found) == pytest.approx(sum(parts), abs=0.5 * step + 1e-5)
    assert all(abs(a - b) < step + 1e-5 for a, b in zip(found, parts, strict=True))


def test_an_amount_at_two_digits_keeps_its_sign_where_asked() -> None:
    assert formatted(84_065.03, "+2r", "de") == "+84.000"
    assert formatted(-56_191_502.77, "+2r", "en") == "−56,000,000"
    assert formatted(0.0, "+2r", "en") == "0" and formatted(687.7, "2r", "de") == "690"


def test_signs_stay_with_their_numbers() -> None:
    assert kept_together("um 5 Mio. € und 3 %", "de").count("\N{NO-BREAK SPACE}") == 3
    assert kept_together("5 % of 3 €", "en") == "5 % of 3 €"
    assert kept_together("auf 51 km², 5\n%", "de") == "auf 51\xa0km², 5\xa0%"
    assert kept_together("€4 million on 51 km²", "en") == "€4\xa0million on 51\xa0km²"
    assert kept_together("€4 millionaires, 20 persons", "en") == "€4 millionaires, 20 persons"


@pytest.mark.parametrize(
    ("unit", "german", "english"),
    [("%", "23\xa0%", "23%"), ("€ a head", "23\xa0€ a head", "€23 a head"), ("", "23", "23"),
     ("points", "23\xa0points", "23\xa0points")],
)  # fmt: skip
def test_a_unit_stands_where_the_language_has_it(unit: str, german: str, english: str) -> None:
    assert with_unit("23", unit, "de") == german
    assert with_unit("23", unit, "en") == english


def test_what_counts_as_the_same_number_is_not_written_alike() -> None:
    # one, one point nought and true are equal, and so are nought and minus nought: what is remembered tells them apart
    for values in ((1, 1.0, True), (True, 1.0, 1)):
        assert [formatted(value, "", "en") for value in values] == [str(value) for value in values]
    for zeros in ((-0.0, 0.0), (0.0, -0.0)):
        assert {formatted(zero, spec, "en") for zero in zeros for spec in (".0f", "+,.0f", ".0e")} == {
            "0",
            "0e+0",
        }
