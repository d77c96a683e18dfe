"""Pictures follow the switch of the page they stand on, and print on white."""

from __future__ import annotations

import io
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Browser

from dewak_research.page.figure import Figure
from dewak_research.page.night import GROUND
from dewak_research.page.style import PALETTE, figure_size
from dewak_research.paths import BOOK

WHITE = "#ffffff"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a chart, bars on a grid."""
    drawing, ax = plt.subplots(figsize=figure_size())
    ax.barh([0, 1], [2, 3], color=PALETTE[0])
    Figure(
        drawing, name="bars", caption="c", alt="a", sources=["towns"], data=pd.DataFrame({"value": [1]})
    ).save(tmp_path)
    plt.close(drawing)
    return tmp_path


def pixels(shot: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB")).reshape(-1, 3)


def share_of(shot: bytes, colour: str) -> float:
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return float((np.abs(pixels(shot).astype(int) - wanted) <= 2).all(axis=1).mean())


@pytest.mark.browser
@pytest.mark.parametrize("system", ["light", "dark"])
def test_a_picture_follows_the_switch_of_its_page_and_not_the_system(
    browser: Browser, folder: Path, system: str
) -> None:
    (folder / "page.html").write_text('<html style="color-scheme: light"><img src="bars.svg">')
    page = browser.new_page(color_scheme="dark" if system == "dark" else "light")
    page.goto((folder / "page.html").as_uri())
    by_day = page.locator("img").screenshot()
    page.evaluate("document.documentElement.style.colorScheme = 'dark'")
    by_dark = page.locator("img").screenshot()
    page.close()
    assert share_of(by_day, WHITE) > 0.3 > 0.05 > share_of(by_day, GROUND)
    assert share_of(by_dark, GROUND) > 0.3 > 0.05 > share_of(by_dark, WHITE)
    assert share_of(by_dark, PALETTE[0]) == pytest.approx(share_of(by_day, PALETTE[0]), abs=0.005)


@pytest.mark.browser
def test_a_dark_page_prints_its_pictures_on_white(browser: Browser, folder: Path) -> None:
    style = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
    (folder / "page.html").write_text(
        f'<html data-theme="dark"><style>html[data-theme="dark"]{{color-scheme:dark}}</style>'
        f'<style>{style}</style><img src="bars.svg">'
    )
    page = browser.new_page(color_scheme="dark")
    page.goto((folder / "page.html").as_uri())
    assert share_of(page.locator("img").screenshot(), GROUND) > 0.3
    page.emulate_media(media="print", color_scheme="dark")
    assert share_of(page.locator("img").screenshot(), WHITE) > 0.3
    page.close()


@pytest.mark.browser
def test_without_the_script_of_the_theme_a_light_page_keeps_light_pictures(
    browser: Browser, folder: Path
) -> None:
    style = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
    (folder / "page.html").write_text(f'<html data-theme="auto"><style>{style}</style><img src="bars.svg">')
    page = browser.new_page(color_scheme="dark")
    page.goto((folder / "page.html").as_uri())
    assert share_of(page.locator("img").screenshot(), WHITE) > 0.3
    page.close()
