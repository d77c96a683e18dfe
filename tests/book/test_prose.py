"""Sentences take their numbers from computed values; a wrong name never gets through."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from dewak_research.book.prose import render
from dewak_research.errors import InputError
from dewak_research.page.results import Row, every_stage

PLAIN = "(anchor)=\n# Titel {#own}\n\n$a_{1}$ & <b>b</b>\n"
NBSP = "\N{NO-BREAK SPACE}"
VALUES = {
    "values": Row(
        "values",
        {
            "share": 0.2334,
            "share_low": 0.21,
            "share_high": 0.25,
            "amount_eur": 1_234_567.0,
            "gap": math.nan,
            "none": None,
            "year": 2019,
            "town": "Her*ten <b>[x](javascript:alert(1))</b>",
            "flag": True,
            "values": 3,
        },
    ),
    "ags": "05562020",
}


@pytest.mark.parametrize(
    ("text", "german", "english"),
    [
        ("{{ values.share | number(2) }}", "0,23", "0.23"),
        ("{{ values.share | pct }}", f"23,3{NBSP}%", "23.3%"),
        ("{{ values.share | pct(2) }}", f"23,34{NBSP}%", "23.34%"),
        ("{{ values.amount_eur | eur }}", f"1.234.567{NBSP}€", "€1,234,567"),
        ("{{ values.amount_eur | eur_m(2) }}", f"1,23{NBSP}Mio.{NBSP}€", f"€1.23{NBSP}million"),
        ("{{ values.gap | pct }}", "keine Angabe", "no data"),
        ("{{ values.gap }}", "keine Angabe", "no data"),
        ("{{ values.none | eur_m }}", "keine Angabe", "no data"),
        ("{{ values.none }}", "keine Angabe", "no data"),
        ("{{ values.year }}", "2019", "2019"),
        ("{{ values.flag }}", "ja", "yes"),
        ("{{ values.values }}", "3", "3"),
        ("{{ ags | name }}", "Herten", "Herten"),
        ("{{ name('05111000') }}", "Düsseldorf", "Düsseldorf"),
        ("{{ name('05954') }}", "Ennepe-Ruhr-Kreis", "Ennepe-Ruhr-Kreis"),
        ("{{ values.share_low | interval(values.share_high, 'pct', 0) }}", f"21{NBSP}% bis 25{NBSP}%", "21% to 25%"),
        ("{{ interval(values.share_low, values.share_high, 'number', 2) }}", "0,21 bis 0,25", "0.21 to 0.25"),
        ("{{ interval(values.share_low, values.gap) }}", "keine Angabe", "no data"),
        ("{% if values.share > 0.2 %}ja{% else %}nein{% endif %}", "ja", "ja"),
        (PLAIN, PLAIN, PLAIN),
    ],
)  # fmt: skip
def test_placeholders(text: str, german: str, english: str) -> None:
    assert render(text, "de", VALUES) == german
    assert render(text, "en", VALUES) == english


def test_a_text_value_is_neither_html_nor_markdown() -> None:
    assert render("{{ values.town }}", "de", VALUES) == (
        r"Her\*ten &lt;b&gt;\[x\](javascript:alert(1))&lt;/b&gt;"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ values.shares | pct }}", "“share”"),
        ("{{ valus.share | pct }}", "“values”"),
        ("{{ values.share | pt }}", "“pct”"),
        ("{{ values.share }}", "without a filter"),
        ("{{ values }}", "only a part"),
        ("{{ values.share | pct }", "line 1"),
        ("{% if values.shares > 1 %}a{% endif %}", "“share”"),
        ("{{ values.town | pct }}", "does not fit"),
        ("{{ '05562021' | name }}", "unknown key “05562021”"),
        ("{{ values.share_low | interval(values.share_hihg) }}", "“share_high”"),
    ],
)
def test_what_is_wrong_is_said(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as caught:
        render(text, "de", VALUES, where="10_x.ipynb, cell 3")
    assert "10_x.ipynb, cell 3" in str(caught.value)


def test_all_unknown_wings_are_said_at_once() -> None:
    with pytest.raises(InputError) as caught:
        render("{{ stres.x }} {{ disparites.y }}", "de", {"stress": 1, "disparities": 1})
    assert len(caught.value.problems) == 2


def test_names_may_be_given() -> None:
    assert render("{{ '1' | name }}", "de", {}, names={"1": "Neustadt"}) == "Neustadt"
    with pytest.raises(InputError):
        render("{{ '05562020' | name }}", "de", {}, names={"1": "Neustadt"})


def test_a_sentence_names_a_cell_of_a_table(processed: Path) -> None:
    cells = every_stage(processed)
    shown = "{% if toy.line(x=2020).y is none %}{{ toy.line(x=2020).y | pct }}{% endif %}"
    text = "{{ toy.line(x=2019).y | number(1) }} " + shown
    assert render(text, "de", {}, cells=cells) == "1,5 keine Angabe"
    for wrong, message in (
        ("{{ toy.line(x=1999).y }}", "no entry with x = 1999"),
        ("{{ toy.line(x=2019) }}", "only a part"),
        ("{{ toy.line(x=2019).y }}", "without a filter"),
    ):
        with pytest.raises(InputError, match=message):
            render(wrong, "de", {}, cells=cells)
