"""A chart draws what its table says: each mark held against the numbers it is given."""

from __future__ import annotations

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Drawing

from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.marks import Bars, Dots, Lines, Points, Reference
from dewak_research.page.style import PALETTE


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    plt.close("all")


TABLE = pd.DataFrame(
    {
        "town": ["Herten", "Wetter", "Herten", "Wetter"],
        "kind": ["own", "own", "peers", "peers"],
        "value": [0.3, 0.1, 0.25, 0.2],
        "low": [0.2, 0.05, 0.2, 0.1],
        "high": [0.4, 0.2, 0.3, 0.3],
        "year": [2009, 2010, 2009, 2010],
    }
)


def names(drawing: Drawing, panel: int = 0) -> list[str]:
    return [text.get_text() for text in drawing.axes[panel].get_yticklabels()]


def legend(drawing: Drawing) -> list[str]:
    return [text.get_text() for text in drawing.legends[0].get_texts()]


def test_bars_lie_where_the_second_column_holds_names_the_first_on_top() -> None:
    drawing = chart(TABLE, Bars("value", "town", group="kind"), language="de", x=Axis("Anteil", ".0%"))
    ax = drawing.axes[0]
    drawing.draw_without_rendering()
    assert names(drawing) == ["Herten", "Wetter"] and ax.yaxis_inverted()
    widths = [[bar.get_width() for bar in bars] for bars in ax.containers]
    assert widths == [[0.3, 0.1], [0.25, 0.2]]
    assert [to_hex(bars[0].get_facecolor()).upper() for bars in ax.containers] == [*PALETTE[:2]]
    assert legend(drawing) == ["own", "peers"]
    assert ax.get_xlabel() == "Anteil"
    assert ax.xaxis.get_major_formatter()(0.25) == "25\N{NO-BREAK SPACE}%"


def test_bars_stand_and_carry_their_values() -> None:
    one = TABLE[TABLE["kind"] == "own"]
    ax = chart(one, Bars("town", "value", values=".1%"), language="en").axes[0]
    assert [bar.get_height() for bar in ax.containers[0]] == [0.3, 0.1]
    assert [text.get_text() for text in ax.texts] == ["30.0%", "10.0%"]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["Herten", "Wetter"]


def test_stacked_bars_start_where_the_one_before_ends_and_small_parts_carry_nothing() -> None:
    table = TABLE.assign(value=[0.3, 0.1, 0.7, 0.001], text=["a", "b", "c", "d"])
    ax = chart(table, Bars("value", "town", group="kind", stacked=True, values="text"), language="en").axes[0]
    starts = [[bar.get_x() for bar in bars] for bars in ax.containers]
    assert starts == [[0, 0], [0.3, 0.1]]
    assert [text.get_text() for text in ax.texts] == ["a", "b", "c", ""]


def test_a_missing_part_of_a_stack_moves_nothing() -> None:
    table = TABLE.drop(index=1)
    ax = chart(table, Bars("value", "town", group="kind", stacked=True), language="en").axes[0]
    assert np.allclose(
        [(bar.get_x(), bar.get_width()) for bar in ax.containers[1]], [(0.3, 0.25), (0.0, 0.2)]
    )


def test_dots_stand_on_their_names_with_their_intervals_and_values() -> None:
    one = TABLE[TABLE["kind"] == "own"]
    drawing = chart(one, Dots("value", "town", "low", "high", values=".0%"), language="en")
    ax = drawing.axes[0]
    assert names(drawing) == ["Herten", "Wetter"]
    assert ax.lines[0].get_xdata().tolist() == [0.3, 0.1]
    segments = [segment[:, 0].tolist() for segment in ax.collections[0].get_segments()]
    assert segments == [[0.2, 0.4], [0.05, 0.2]]
    assert [(text.get_text(), text.xy) for text in ax.texts] == [("30%", (0.4, 0.0)), ("10%", (0.2, 1.0))]


def test_dots_of_groups_stand_side_by_side_over_years() -> None:
    drawing = chart(TABLE, Dots("year", "value", "low", "high", group="kind", apart=0.2), language="en")
    xs = [line.get_xdata().tolist() for line in drawing.axes[0].lines]
    assert xs == [[2008.9, 2009.9], [2009.1, 2010.1]]
    assert legend(drawing) == ["own", "peers"]


def test_a_name_without_a_row_keeps_its_line_in_every_panel() -> None:
    drawing = chart(TABLE.drop(index=3), Dots("value", "town"), language="en", panel="kind", share="both")
    assert [ax.get_title(loc="left") for ax in drawing.axes] == ["own", "peers"]
    assert names(drawing, 1) == ["Herten", "Wetter"]
    assert drawing.axes[1].lines[0].get_ydata().tolist() == [0.0]


def test_lines_have_bands_and_their_names_at_their_ends() -> None:
    mark = Lines("year", "value", group="kind", bands=[("low", "high")], ends="kind", styles=("-", "--"))
    drawing = chart(TABLE, mark, language="en", y=Axis(spec=".1f", limits=(0, None)))
    ax = drawing.axes[0]
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0.3, 0.1], [0.25, 0.2]]
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"]
    assert [text.get_text() for text in ax.texts] == ["own", "peers"]
    assert ax.collections[0].get_paths()[0].vertices[:, 1].max() == 0.4
    assert not drawing.legends and ax.get_ylim()[0] == 0


def test_points_and_the_line_of_equal_values() -> None:
    drawing = chart(TABLE, Points("low", "high", group="kind", equal="equal"), language="en")
    ax = drawing.axes[0]
    assert list(ax.lines[0].get_xdata()) == list(ax.lines[0].get_ydata()) == [0.05, 0.4]
    assert np.allclose(ax.collections[1].get_offsets(), [[0.2, 0.3], [0.1, 0.3]])
    assert legend(drawing) == ["equal", "own", "peers"]


def test_a_reference_line_stands_at_its_value_or_at_that_of_its_panel() -> None:
    table = TABLE.assign(base=[0.1, 0.1, 0.2, 0.2])
    drawing = chart(
        table, Lines("year", "value"), Reference(y="base", text="base"), Reference(x=2009.5),
        language="en", panel="kind",
    )  # fmt: skip
    for ax, base in zip(drawing.axes, (0.1, 0.2), strict=True):
        assert list(ax.lines[1].get_ydata()) == [base, base]
        assert list(ax.lines[2].get_xdata()) == [2009.5, 2009.5]
        assert ax.texts[0].get_text() == "base"


def test_a_chart_does_not_change_its_table() -> None:
    before = TABLE.copy()
    chart(TABLE, Bars("value", "town", group="kind"), language="en")
    pd.testing.assert_frame_equal(TABLE, before)


def test_long_names_are_broken_between_words_only() -> None:
    assert wrapped("Kosten der Unterkunft und Heizung", 16) == "Kosten der\nUnterkunft und\nHeizung"
    assert wrapped("Unterkunftskosten", 5) == "Unterkunftskosten"
