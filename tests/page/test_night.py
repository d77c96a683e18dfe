"""Pictures in the dark: one file, which keeps its contrast (``tests/book/test_dark_figures.py`` looks at it)."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from dewak_research.errors import entries
from dewak_research.language import LANGUAGES, Text
from dewak_research.page.figure import Figure
from dewak_research.page.night import GREY, GROUND, INK, STAYS, by_night, contrast, for_words, is_grey
from dewak_research.page.style import LIGHT_COLOURS, PALETTE, figure_size
from dewak_research.paths import BOOK

WHITE = "#ffffff"
CHAPTERS = ("cases", "data", "disparities", "planning", "space", "stress")
#: Their colours are shades of a scale, so that they stay on white.
SHADED = {"kdu_map", "need_maps", "rank"}
NAMES_A_SHADE = re.compile(
    r"\b(dunk[el]+\w*|hell(e[nrs]?)?|schwarze?\w*|weiße[nrs]?|dark|black|white)\b", re.I
)


def saved(folder: Path, *, shades: bool = False) -> Path:
    drawing, ax = plt.subplots(figsize=figure_size())
    ax.barh([0, 1], [2, 3], color=plt.get_cmap("cividis_r")(0.3) if shades else PALETTE[0])
    ax.text(1, 0, "auf dem Balken", color="white")
    ax.text(0.5, 1.5, "daneben", color=PALETTE[0])
    ax.barh([2], [1], hatch="/////", facecolor="#F2F2F2", edgecolor="#999999")
    figure = Figure(
        drawing, name="bars", caption="c", alt="a", sources=["towns"], data=pd.DataFrame({"value": [1]})
    )
    figure.save(folder)
    assert "prefers-color-scheme" not in figure.svg(), "within a page its rules would reach other pictures"
    plt.close(drawing)
    return folder / "bars.svg"


def test_a_picture_with_shades_of_a_scale_stays_as_it_is(tmp_path: Path) -> None:
    assert "prefers-color-scheme" in saved(tmp_path).read_text(encoding="utf-8")
    assert "prefers-color-scheme" not in saved(tmp_path, shades=True).read_text(encoding="utf-8")


def test_areas_turn_to_the_ground_and_words_on_a_colour_stay(tmp_path: Path) -> None:
    text = saved(tmp_path).read_text(encoding="utf-8")
    assert f'*:not(g)[style*="fill: #ffffff"]{{fill:{GROUND}!important}}' in text
    assert f'g[style*="fill: #0072b2"]{{fill:{for_words("#0072b2")}!important}}' in text
    assert f'rect[fill="#f2f2f2"]{{fill:{by_night("#f2f2f2")}}}' in text
    assert '<g style="fill: #ffffff"' in text


def test_the_ground_is_the_paper_of_the_pages() -> None:
    css = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
    assert f"--dewak-paper: var(--by-day, {WHITE}) var(--by-night, {GROUND});" in css
    assert "  --pst-color-background: var(--dewak-paper);" in css
    assert f"--dewak-ink: var(--by-day, #1c2a33) var(--by-night, {INK});" in css


@pytest.mark.parametrize("colour", [*PALETTE, *LIGHT_COLOURS.values()])
def test_a_colour_of_the_palette_stands_out_from_the_dark_ground(colour: str) -> None:
    shown = GREY.get(colour.lower(), colour.lower())
    assert contrast(shown, GROUND) >= 3
    assert shown in STAYS or is_grey(shown)
    assert contrast(for_words(shown), GROUND) >= 4.5


@pytest.mark.parametrize("level", range(0, 256, 15))
def test_a_grey_is_as_far_from_the_dark_as_it_was_from_white(level: int) -> None:
    grey = "#" + 3 * f"{level:02x}"
    wanted = min(contrast(grey, WHITE), contrast(INK, GROUND))
    assert contrast(by_night(grey), GROUND) == pytest.approx(wanted, rel=0.02)


def test_no_text_calls_dark_what_the_dark_turns_around() -> None:
    found = {
        key
        for chapter in CHAPTERS
        for key, parts in entries(f"dewak_research.chapters.{chapter}", "texts.yaml").items()
        if isinstance(parts, dict) and "alt" in parts
        for part in ("caption", "alt", "note")
        for language in LANGUAGES
        if part in parts and NAMES_A_SHADE.search(Text.of(parts[part])[language])
    }
    assert found <= SHADED
