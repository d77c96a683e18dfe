"""Captions, alt texts and notes come from one file, in both languages, with the marks of each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from dewak_research.page.texts import ChapterTexts, named
from dewak_research.page.values import filled, interval, with_interval

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChapterTexts]:
    (tmp_path / "toy_chapter").mkdir()
    (tmp_path / "toy_chapter" / "__init__.py").write_text("")
    (tmp_path / "toy_chapter" / "texts.yaml").write_text(
        "burden:\n"
        "  caption: {de: 'Last in {year}', en: 'Burden in {year}'}\n"
        "  alt: {de: '{share:.1%} von {n:,}', en: '{share:.1%} of {n:,}'}\n"
        "  note: {de: 'Etwa {amount:eur}', en: 'About {amount:eur}'}\n"
        "plain:\n"
        "  caption: {de: Liste, en: List}\n"
        "looks:\n"
        "  caption: {de: Orte, en: Places}\n"
        "  said: origin\n"
        "  name: toy_looks\n"
        "  columns: {name: 'town_{language}', value_share: x}\n"
        "  formats: {value_share: .1%}\n"
        "picked:\n"
        "  caption: {de: Orte, en: Places}\n"
        "  columns: [status]\n"
        "  labelled: [status]\n"
        "origin: {de: 'Quelle: {title}', en: 'Source: {title}'}\n"
        "half: {de: nur hier, en: ' '}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield ChapterTexts("toy_chapter")
    sys.modules.pop("toy_chapter", None)


def test_placeholders_are_written_in_the_marks_of_the_language() -> None:
    assert filled("{share:.1%} von {n:,}", "de", share=0.125, n=1234) == f"12,5{NBSP}% von 1.234"
    assert filled("{share:.1%} of {n:,}", "en", share=0.125, n=1234) == "12.5% of 1,234"
    assert filled("{a:eur}, {b:eur_m}", "de", a=1234.4, b=-1.25e6) == f"1.234{NBSP}€, −1,3{NBSP}Mio.{NBSP}€"
    assert filled("{name} {year}", "de", name="Herten, 1.000", year=2009) == "Herten, 1.000 2009"
    assert filled("{x:.1f}", "de", x=float("nan")) == "keine Angabe"


def test_a_number_with_digits_needs_a_format_and_a_placeholder_a_value() -> None:
    with pytest.raises(ValueError, match="without a format"):
        filled("{x}", "de", x=0.5)
    with pytest.raises(KeyError, match="x"):
        filled("{x}", "de")


def test_a_range_is_missing_where_one_end_is() -> None:
    assert interval(0.1, 0.25, ".0%", "en") == "10% to 25%"
    assert interval(None, 0.25, ".0%", "de") == "keine Angabe"
    frame = pd.DataFrame({"estimate": [0.123], "low": [-0.1], "high": [0.3]}, index=["a"])
    assert with_interval(frame, ".2f", "de")["a"] == "0,12 (−0,10 bis 0,30)"


def test_a_figure_takes_its_texts_by_key(say: ChapterTexts) -> None:
    drawing = plt.figure()
    data = pd.DataFrame({"a": [1]})
    made = say.figure("burden", drawing, data, "de", sources=["kreise_panel"], name="burden_x",
                      note="Und mehr.", year=2009, share=0.5, n=1000, amount=3.0)  # fmt: skip
    assert (made.name, made.caption, made.alt) == ("burden_x", "Last in 2009", f"50,0{NBSP}% von 1.000")
    assert made.note == f"Etwa 3{NBSP}€ Und mehr." and made.language == "de"
    plt.close(drawing)


def test_a_table_takes_columns_by_their_labels_and_may_say_its_source_in_words(say: ChapterTexts) -> None:
    frame = pd.DataFrame({"state": ["reported", None], "town": ["Herten", "Wetter"], "x": [1, 2]})
    made = say.table("plain", frame, "en", columns={"name": "town", "status": "state"}, said="origin",
                     labelled={"status": "{}"}, title="A & B")  # fmt: skip
    assert list(made.frame) == ["name", "status"] and made.note is None
    html = made.html("en")
    assert '<div class="dewak-source" data-kinds="assumption">Source: A &amp; B</div>' in html
    assert "<td>reported</td>" in html and "<td>no data</td>" in html


def test_what_a_table_shows_may_stand_with_its_texts(say: ChapterTexts) -> None:
    frame = pd.DataFrame({"state": ["reported"], "town_de": ["Köln"], "town_en": ["Cologne"], "x": [0.25]})
    made = say.table("looks", frame, "en", of="herten", title="T")
    assert made.name == "toy_looks_herten" and list(made.frame) == ["name", "value_share"]
    html = made.html("en")
    assert "Cologne" in html and "25.0%" in html and "Source: T" in html
    assert say.table("looks", frame, "de", name="other", title="T").name == "other"
    whole = say.table("looks", frame, "de", columns={"name": "state"}, formats={"name": ".0f"}, title="T")
    assert list(whole.frame) == ["name"]  # what a call says comes before what the entry says
    picked = say.table("picked", frame.rename(columns={"state": "status"}), "en", sources=["kreise_panel"])
    assert list(picked.frame) == ["status"] and "reported" in picked.html("en")


def test_a_text_that_is_not_there_or_lacks_a_language_is_an_error(say: ChapterTexts) -> None:
    with pytest.raises(KeyError, match="nothing"):
        say("nothing", "de")
    with pytest.raises(KeyError, match="alt"):
        say("plain.alt", "de")
    with pytest.raises(ValueError, match="both languages"):
        say("half", "de")


def test_laws_and_tables_stand_in_one_source_line(say: ChapterTexts) -> None:
    made = say.table("plain", pd.DataFrame({"name": ["x"]}), "de", sources=["S31", "kreise_panel"])
    html = made.html("de")
    assert '<a href="https://www.anwalt24.de">GO NRW § 76 Haushaltssicherungskonzept (S31)</a>' in html
    assert "<summary>Quelle: BBSR" in html


def test_keys_become_names_without_changing_the_table() -> None:
    frame = pd.DataFrame({"state": ["reported", "unreported"]})
    assert named(frame, "de", state="{}")["state"].tolist() == ["gemeldet", "nicht gemeldet"]
    assert frame["state"].tolist() == ["reported", "unreported"]
