"""Maps count their areas, say what is missing, and are drawn so that a phone shows them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import geopandas as gpd
import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from shapely import coverage_is_valid, get_num_coordinates
from shapely.geometry import Polygon, box

from dewak_research.page.style import PALETTE, category_map, choropleth, coarse, figure_size, number_axis


@pytest.fixture
def ax() -> Iterator[Axes]:
    fig, axes = plt.subplots(figsize=figure_size())
    yield axes
    plt.close(fig)


def areas(values: list[object]) -> gpd.GeoDataFrame:
    shapes = [box(7 + 0.1 * i, 51, 7.1 + 0.1 * i, 51.1) for i in range(len(values))]
    return gpd.GeoDataFrame({"value": values}, geometry=shapes, crs="EPSG:4326")


def legend(ax: Axes) -> list[str]:
    found = ax.get_legend()
    assert found is not None
    return [text.get_text() for text in found.get_texts()]


def test_an_area_on_a_bound_belongs_to_the_class_above(ax: Axes) -> None:
    choropleth(
        ax, areas([1.0, 10.0, 15.0, 20.0, 1500.0, np.nan]), "value", language="de", breaks=[10, 20, 1000]
    )
    assert legend(ax) == [
        "unter 10 (1)", "10 bis unter 20 (2)", "20 bis unter 1.000 (1)", "1.000 und mehr (1)", "keine Angabe (1)",
    ]  # fmt: skip


def test_a_map_in_english_without_gaps(ax: Axes) -> None:
    choropleth(ax, areas([0.1, 0.3]), "value", language="en", breaks=[0.25], spec=".0%", legend_title="Share")
    assert legend(ax) == ["below 25% (1)", "25% and more (1)"]
    assert ax.get_legend().get_title().get_text() == "Share"


def test_classes_agree_with_mapclassify_away_from_the_bounds(ax: Axes) -> None:
    import mapclassify  # compiles for seconds

    values = np.random.default_rng(3).gamma(2, 50, size=200)
    breaks = [40.0, 80.0, 120.0, 200.0]
    choropleth(ax, areas(list(values)), "value", language="en", breaks=breaks)
    counts = [int(text.rsplit("(", 1)[1].rstrip(")")) for text in legend(ax)]
    expected = mapclassify.UserDefined(values, [*breaks, np.inf]).counts
    assert counts == expected.tolist()


def test_quantiles_share_the_areas_evenly(ax: Axes) -> None:
    choropleth(ax, areas([float(i) for i in range(100)]), "value", language="en", classes=4)
    assert [int(text.rsplit("(", 1)[1].rstrip(")")) for text in legend(ax)] == [25, 25, 25, 25]


def test_bounds_must_ascend(ax: Axes) -> None:
    with pytest.raises(ValueError, match="ascend"):
        choropleth(ax, areas([1.0]), "value", language="de", breaks=[2, 1])


def test_nothing_known_is_shown_as_no_data(ax: Axes) -> None:
    choropleth(ax, areas([np.nan, np.nan]), "value", language="en", breaks=[1])
    assert legend(ax) == ["below 1 (0)", "1 and more (0)", "no data (2)"]


def test_classes_by_name(ax: Axes) -> None:
    colours = {"high": PALETTE[1], "low": PALETTE[0]}
    category_map(
        ax, areas(["high", "low", "high", None]), "value", colours, language="de", names={"high": "hoch"}
    )
    assert legend(ax) == ["hoch (2)", "low (1)", "keine Angabe (1)"]
    with pytest.raises(ValueError, match="strange"):
        category_map(ax, areas(["strange"]), "value", colours, language="de")


def test_areas_are_not_changed(ax: Axes) -> None:
    frame = areas([1.0, 2.0])
    before = frame.copy()
    choropleth(ax, frame, "value", language="de", breaks=[1.5])
    pd.testing.assert_frame_equal(pd.DataFrame(frame), pd.DataFrame(before))


def test_axes_speak_the_language(ax: Axes) -> None:
    number_axis(ax.yaxis, "de", ",.1f")
    assert ax.yaxis.get_major_formatter()(1234.5) == "1.234,5"


def test_letters_are_large_enough() -> None:
    assert figure_size(0.5) == (6.4, 3.2)
    sizes = ["font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize",
             "legend.title_fontsize", "axes.titlesize"]  # fmt: skip
    assert min(float(mpl.rcParams[key]) for key in sizes) >= 9


def test_shades_print_in_grey_from_light_to_dark(ax: Axes) -> None:
    choropleth(ax, areas([1.0, 2.0, 3.0, 4.0]), "value", language="en", breaks=[1.5, 2.5, 3.5])
    light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b, _ in
             (handle.get_facecolor() for handle in ax.get_legend().legend_handles)]  # fmt: skip
    assert all(a - b > 0.1 for a, b in pairwise(light))


@pytest.mark.parametrize("high", [0.09, 0.18, 0.2, 0.35, 0.9])
def test_an_axis_of_whole_per_cent_stands_where_its_numbers_say(high: float) -> None:
    ax = plt.figure().add_subplot()
    ax.set_ylim(0, high)
    number_axis(ax.yaxis, "en", ".0%")
    for place in ax.get_yticks():
        written = ax.yaxis.get_major_formatter()(place).rstrip("%")
        assert float(written) / 100 == pytest.approx(place, abs=1e-9)


def test_borders_of_a_map_are_coarser_and_open_no_gap(ax: Axes) -> None:
    y = np.linspace(0, 100_000, 2001)
    border = list(zip(50_000 + 60 * np.sin(y * 7), y, strict=True))
    west = Polygon([(0, 0), *border, (0, 100_000)])
    east = Polygon([(100_000, 0), *border, (100_000, 100_000)])
    both = coarse(gpd.GeoDataFrame(geometry=[west, east], crs="EPSG:25832"), ax)
    assert coverage_is_valid(both.geometry.to_numpy())
    assert both.union_all().area == pytest.approx(1e10)
    assert get_num_coordinates(both.geometry.to_numpy()).sum() < 200
