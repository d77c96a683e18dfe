"""A chart is a table, marks that name its columns, and two axes.

The columns hold what is shown, names already in the language and in the order to show them::

    chart(table, Bars("amount_eur_pc", "benefit_type", group="kind"), x=Axis(title, ",.0f"), language=language)

What none of the ``marks`` draws is drawn by hand on the axes of the drawing that ``chart`` returns.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

from dewak_research.language import Language
from dewak_research.page.style import figure_size, number_axis


def wrapped(text: str, width: int = 24) -> str:
    """Return a name broken into lines of at most ``width`` characters, never inside a word."""
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Axis:
    """One axis of a chart.

    Parameters
    ----------
    title : str
        What it measures, in the language of the chart.
    spec : str, optional
        Python's format of its numbers, as ``",.0f"`` or ``".0%"``; without one they stay as they are (names, years).
    limits : pair of float or None
        Ends of the axis; None leaves an end to the data.
    ticks : sequence of float, optional
        Where the numbers stand.
    wrap : int
        Longest line of a name on the axis and of its title, in characters.
    """

    title: str = ""
    spec: str | None = None
    limits: tuple[float | None, float | None] = (None, None)
    ticks: Sequence[float] | None = None
    wrap: int = 30


class Mark(Protocol):
    """Something drawn from columns of a table; returns what stands for it in the legend."""

    def draw(self, ax: Axes, data: pd.DataFrame, language: Language) -> list[Any]:
        """Draw on one panel and return the entries of the legend."""


def groups_of(data: pd.DataFrame, column: str | None) -> Iterator[tuple[int, str, pd.DataFrame]]:
    """Yield number, name and rows of every group, in the order of the whole chart."""
    if column is None:
        yield 0, "", data
        return
    for number, name in enumerate(data[column].cat.categories):
        yield number, str(name), data[data[column] == name]


def chart(
    data: pd.DataFrame,
    *marks: Mark,
    language: Language,
    x: Axis = Axis(),
    y: Axis = Axis(),
    height: float = 0.7,
    panel: str | None = None,
    columns: int = 1,
    share: Literal["x", "y", "both", "none"] = "x",
    legend: str | None = "below",
    legend_columns: int = 1,
    legend_title: str | None = None,
) -> Drawing:
    """Draw a table with marks, on one panel or on small multiples.

    Parameters
    ----------
    data : DataFrame
        What is shown; columns of texts are names and keep the order in which they first stand.
    *marks : Mark
        What is drawn, one over the other.
    language : {"de", "en"}
        Language of the numbers.
    x, y : Axis
        The axes, the same for all panels.
    height : float
        Height in widths of a page.
    panel : str, optional
        Column of names: one panel each, its name above it.
    columns : int
        Panels in a row.
    share : {"x", "y", "both", "none"}
        Which axes the panels have in common.
    legend : str or None
        "below" or "above" the chart, a place within it as matplotlib names them, or none.
    legend_columns, legend_title
        Of the legend.

    Returns
    -------
    matplotlib.figure.Figure
        Its ``axes`` take what the marks cannot draw.
    """
    shown = data.copy()
    for column in shown.columns[[not pd.api.types.is_numeric_dtype(kind) for kind in shown.dtypes]]:
        if not isinstance(shown[column].dtype, pd.CategoricalDtype):
            shown[column] = pd.Categorical(shown[column], shown[column].dropna().unique())
    parts = [(name, rows) for _, name, rows in groups_of(shown, panel)]
    rows = -(-len(parts) // columns)
    drawing, grid = plt.subplots(
        rows,
        columns,
        figsize=figure_size(height),
        squeeze=False,
        sharex=share in ("x", "both"),
        sharey=share in ("y", "both"),
    )
    entries: dict[str, Any] = {}
    for ax, (name, part) in zip(grid.flat, parts, strict=False):
        for mark in marks:
            entries |= {entry.get_label(): entry for entry in mark.draw(ax, part, language)}
        ax.set_title(name)
        _finish(ax, "x", x, language)
        _finish(ax, "y", y, language)
    for ax in list(grid.flat)[len(parts) :]:
        ax.set_axis_off()
    _titles(drawing, grid, x, y)
    if entries and legend is not None:
        _legend(drawing, legend, list(entries.values()), legend_columns, legend_title)
    return drawing


def _finish(ax: Axes, which: Literal["x", "y"], given: Axis, language: Language) -> None:
    axis = ax.xaxis if which == "x" else ax.yaxis
    low, high = given.limits
    if low is not None or high is not None:
        _set: Callable[..., Any] = ax.set_xlim if which == "x" else ax.set_ylim
        _set(low, high)
    if given.ticks is not None:
        axis.set_ticks(list(given.ticks))
    if given.spec is not None:
        number_axis(axis, language, given.spec)
    else:
        places, names = axis.get_ticklocs(), [text.get_text() for text in axis.get_ticklabels()]
        if any(not name.replace("\N{MINUS SIGN}", "").replace(".", "").isdigit() for name in names if name):
            axis.set_ticks(places, [wrapped(name, given.wrap) for name in names])
    axis.label.set_text("")


def _titles(drawing: Drawing, grid: Any, x: Axis, y: Axis) -> None:
    if grid.size == 1:
        grid[0, 0].set_xlabel(wrapped(x.title, 2 * x.wrap))
        grid[0, 0].set_ylabel(wrapped(y.title, 2 * y.wrap))
        return
    if x.title and grid.shape[1] == 1:
        grid[-1, 0].set_xlabel(wrapped(x.title, 2 * x.wrap))
    elif x.title:
        drawing.supxlabel(wrapped(x.title, 2 * x.wrap), fontsize=11)
    if y.title:
        drawing.supylabel(wrapped(y.title, 2 * y.wrap), fontsize=11)


def _legend(drawing: Drawing, place: Any, entries: list[Any], columns: int, title: str | None) -> None:
    look: dict[str, Any] = {"handles": entries, "ncols": columns, "title": title}
    outside: dict[str, Any] = {"below": "outside lower center", "above": "outside upper left"}
    if place in outside:
        drawing.legend(loc=outside[place], **look)
    else:
        drawing.axes[0].legend(loc=place, **look)
