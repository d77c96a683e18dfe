"""Columns and bars from zero: heights worked out by hand, zero always in the picture, gaps left free."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dewak_research.page.columns import bars_beside_mark, columns_around_zero, stacked_columns

NAN = float("nan")


def rects(picture: str, name: str) -> list[tuple[float, float]]:
    """Upper end and height of the columns of a class."""
    found = re.findall(rf'<rect class="{name}" x="[^"]+" y="([^"]+)" width="[^"]+" height="([^"]+)"', picture)
    return [(float(y), float(height)) for y, height in found]


def test_columns_hang_from_the_zero_line_and_their_heights_are_in_proportion() -> None:
    picture = columns_around_zero([2025, 2026, 2027], [-6.3, -7.7, NAN], [2026, 2027], "alt", str)
    ((y_actual, actual),) = rects(picture, "part-0")
    ((y_plan, plan),) = rects(picture, "part-1")
    assert y_actual == y_plan, "both hang from zero"
    assert plan / actual == pytest.approx(7.7 / 6.3, abs=0.01)
    assert 'class="zero"' in picture and ">2027<" in picture


def test_nothing_known_is_no_picture() -> None:
    assert not columns_around_zero([2025], [NAN], [], "alt", str)
    assert not stacked_columns([2025], [[NAN], [1.0]], [], "alt", str)


def test_a_stack_stands_on_its_lower_part_and_a_mark_lies_at_its_height() -> None:
    picture = stacked_columns([2025, 2026], [[100.0, 90.0], [20.0, NAN]], [[95.0, NAN]], "a<b", str)
    ((y_low, low),) = rects(picture, "part-0")
    ((y_top, top),) = rects(picture, "part-1")
    assert top / low == pytest.approx(0.2, abs=0.01) and y_top + top == pytest.approx(y_low, abs=0.11)
    mark = float(re.findall(r'class="mark-0" d="M[\d.]+ ([\d.]+)h', picture)[0])
    assert mark == pytest.approx(y_low + low * 0.05, abs=0.11)
    assert 'aria-label="a&lt;b"' in picture


def test_a_negative_stock_lies_below_zero() -> None:
    picture = stacked_columns([2025], [[-50.0], [0.0]], [], "alt", str)
    ((y, height),) = rects(picture, "part-0")
    zero = float(re.findall(r'class="zero" d="M62 ([\d.]+)H', picture)[0])
    assert y == pytest.approx(zero) and height > 0


def test_bars_share_one_scale_with_the_line() -> None:
    found = bars_beside_mark({"a": 10.0, "b": -5.0, "c": NAN}, 20.0)
    assert set(found) == {"a", "b"}
    widths = {name: float(re.findall(r'width="([\d.]+)"', text)[0]) for name, text in found.items()}
    assert widths["a"] / widths["b"] == pytest.approx(2.0, abs=0.02)
    assert all('class="mark" d="M418 0V20"' in text for text in found.values())
    assert np.isclose(float(re.findall(r'x="([\d.]+)"', found["b"])[0]), 2.0)
    assert "mark" not in bars_beside_mark({"a": 1.0}, NAN)["a"]
