"""A file for machines holds numbers as machines read them, whatever the language of its page."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dewak_research.language import LANGUAGES, Language
from dewak_research.page.figure import Table
from dewak_research.page.machine import machine_text
from dewak_research.page.values import eur, interval, number, pct


@pytest.mark.parametrize(
    ("german", "english", "machine"),
    [
        ("1.654\u00a0€", "€1,654", "1654"),
        ("−1.654\u00a0€", "−€1,654", "-1654"),
        ("3.957", "3,957", "3957"),
        ("23,3\u00a0%", "23.3%", "0.233"),
        ("+3,0", "+3.0", "3.0"),
        ("−0,05", "−0.05", "-0.05"),
    ],
)
def test_a_written_number_is_the_same_number_in_both_editions(
    german: str, english: str, machine: str
) -> None:
    assert machine_text(german, "de") == machine_text(english, "en") == machine


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    ["05954", "2009–2011", "31.12.2024", "2024-12-31", "Wachtberg", "S30, S31", "5", "unter 1.000 Euro", ""],
)
def test_names_keys_days_and_sentences_stay(text: str, language: Language) -> None:
    assert machine_text(text, language) == text


def test_numbers_with_words_between_keep_the_words() -> None:
    assert machine_text("0,12 (0,05 bis 1.000,5)", "de") == "0.12 (0.05 bis 1000.5)"
    assert machine_text("über 99,9\u00a0%", "de") == "über 99.9 %"


def half_up(value: float, digits: int) -> float:
    return float(Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


@example(343597384.557865, "de", 3)  # a half of the last digit
@given(
    st.floats(-1e9, 1e9, exclude_min=True, exclude_max=True), st.sampled_from(LANGUAGES), st.integers(0, 4)
)
def test_what_is_written_reads_back(value: float, language: Language, digits: int) -> None:
    assert float(machine_text(number(value, language, digits), language)) == half_up(value, digits)
    assert float(machine_text(eur(value, language), language)) == half_up(value, 0)
    share = float(machine_text(pct(value, language, digits), language))
    assert share == pytest.approx(half_up(value, digits + 2), rel=1e-15, abs=1e-15)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_ready_words_saves_numbers(language: Language, tmp_path: Path) -> None:
    cells = {
        "Wert": [eur(1654, language), number(3957, language)],
        "von": [interval(1, 2.5, ",.1f", language)] * 2,
    }
    frame = pd.DataFrame({"Name": ["a", "b"], **cells})
    table = Table(frame, name="words", caption="c", sources=["towns"], labels=False, language=language)
    read = pd.read_csv(table.save(tmp_path)[0])
    assert read["Wert"].tolist() == [1654, 3957]
    assert read["von"][0] == machine_text(interval(1, 2.5, ",.1f", language), language)
    assert cells["Wert"][0] in table.html(language), "the page itself keeps the marks of its language"
