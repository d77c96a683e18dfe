"""One palette: the same lights in charts, maps and pages, told apart by everybody."""

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
import pytest

from dewak_research.chapters.cases import drawn
from dewak_research.chapters.space.together import QUADRANT_COLOURS
from dewak_research.chapters.stress import figures
from dewak_research.page.style import LIGHT_COLOURS, MARK_COLOUR
from dewak_research.paths import BOOK

CSS = (BOOK / "_static" / "dewak.css").read_text(encoding="utf-8")
WHITE, DARK = "#ffffff", "#14181b"
#: Machado, Oliveira and Fernandes 2009, doi 10.1109/TVCG.2009.113, severity 1; on linear red, green, blue.
SIGHT = {
    "all": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    low, high = sorted(float(XYZ[1] @ linear(colour)) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, sight: str) -> np.ndarray:
    seen = XYZ @ np.clip(SIGHT[sight] @ linear(colour), 0, 1) / XYZ.sum(axis=1)
    x, y, z = np.cbrt(seen)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_the_pages_take_the_lights_of_the_charts() -> None:
    assert dict(re.findall(r"--light-(\w+): (#\w{6});", CSS)) == LIGHT_COLOURS
    for name in LIGHT_COLOURS:
        assert f".light-{name}::before {{ background: var(--light-{name}); }}" in CSS
    assert re.findall(r"--dewak-mark: (#\w{6});", CSS) == [MARK_COLOUR]
    assert CSS.count(MARK_COLOUR) == 1


def test_every_chapter_takes_the_same_lights() -> None:
    assert figures.LIGHT_COLOURS == LIGHT_COLOURS
    assert drawn._LIGHTS.items() >= LIGHT_COLOURS.items()


def test_the_small_map_of_a_profile_takes_the_quadrants_of_the_chapter() -> None:
    assert set(re.findall(r"--quadrant: (#\w{6});", CSS)) == set(QUADRANT_COLOURS)


@pytest.mark.parametrize("name", LIGHT_COLOURS)
@pytest.mark.parametrize("ground", [WHITE, DARK])
def test_a_light_stands_out_from_its_ground(name: str, ground: str) -> None:
    assert contrast(LIGHT_COLOURS[name], ground) >= 3


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(("one", "other"), combinations(LIGHT_COLOURS, 2))
def test_lights_differ_for_every_sight(one: str, other: str, sight: str) -> None:
    distance = np.linalg.norm(lab(LIGHT_COLOURS[one], sight) - lab(LIGHT_COLOURS[other], sight))
    assert distance > 20


def test_red_is_red() -> None:
    red, green, blue = linear(LIGHT_COLOURS["red"])
    assert green / red < 0.1 and blue / red < 0.1
