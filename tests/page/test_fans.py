"""Bands and ranges as pictures in a page: scale, order, one year, gaps."""

from __future__ import annotations

import re

import pytest

from dewak_research.page.fans import bands_over_years, range_on_scale, ranges_on_scale, ticks


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.0, 10.0, [0, 2, 4, 6, 8, 10]), (-28.1, 23.0, [-20, 0, 20]), (0.0, 0.3, [0, 0.1, 0.2, 0.3])],
)
def test_ticks_are_round_and_few(low: float, high: float, expected: list[float]) -> None:
    found = ticks(low, high)
    assert found == pytest.approx(expected) and len(found) <= 6


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (-1e-9, 1e9), (5.0, 5.0), (-3e5, -2e5)])
def test_ticks_of_any_span_stay_inside(low: float, high: float) -> None:
    found = ticks(low, high)
    assert len(found) <= 6 and all(low - 1e-6 <= tick <= high + abs(high) + 1 for tick in found)


def heights(svg: str, kind: str) -> list[float]:
    (path,) = re.findall(rf'class="{kind}" d="M([^"Z]+)', svg)
    return [float(point.split()[1]) for point in path.split("L")]


def test_the_plan_lies_inside_its_bands_and_zero_is_shown() -> None:
    wide, narrow = ([-4.0, -6.0], [4.0, 8.0]), ([-1.0, -2.0], [2.0, 3.0])
    svg = str(bands_over_years([2026, 2027], [1.0, 0.5], [wide, narrow], "alt & more", "{:.0f}".format))
    assert 'aria-label="alt &amp; more"' in svg and 'class="zero"' in svg
    outer, inner = heights(svg, "band band-0"), heights(svg, "band band-1")
    plan = heights(svg, "curve")
    for year, at in enumerate(plan):
        assert outer[year] < inner[year] < at < inner[3 - year] < outer[3 - year]


def test_one_year_is_a_bar_with_a_dot() -> None:
    svg = str(bands_over_years([2026], [0.0], [([-1.0], [1.0])], "alt", str))
    assert "curve" not in svg and svg.count("<circle") == 1
    assert len(heights(svg, "band band-0")) == 4


def test_a_missing_value_is_no_picture() -> None:
    assert bands_over_years([2026, 2027], [1.0, float("nan")], [], "alt", str) == ""
    assert bands_over_years([], [], [], "alt", str) == ""


def test_ranges_share_one_scale_and_keep_a_thin_range_visible() -> None:
    drawn = ranges_on_scale({"a": (0.0, 0.5), "b": (1.0, 0.5), "c": (0.25, 0.25)}, mark=0.5)
    ends = {
        name: re.findall(r'<rect x="([\d.]+)" y="2" width="([\d.]+)"', str(svg))[0]
        for name, svg in drawn.items()
    }
    assert [float(v) for v in ends["a"]] == [2.0, 48.0] and [float(v) for v in ends["b"]] == [50.0, 48.0]
    assert float(ends["c"][1]) > 0
    assert 'aria-label="x &lt; y"' in str(range_on_scale(0.0, 1.0, (0.0, 1.0), "x < y"))


@pytest.mark.parametrize(
    ("years", "written"),
    [(range(2026, 2030), [2026, 2027, 2028, 2029]), (range(2024, 2041), [2024, 2030, 2035, 2040])],
)
def test_of_many_years_only_those_with_room_are_written(years: range, written: list[int]) -> None:
    flat = [1.0] * len(years)
    svg = str(bands_over_years(list(years), flat, [(flat, flat)], "alt", "{:.0f}".format))
    assert [int(year) for year in re.findall(r'class="year[^>]*>(\d+)<', svg)] == written
    assert svg.count("<circle") == len(years)
