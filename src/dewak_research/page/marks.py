"""The few kinds of marks a chart is made of: bars, dots with intervals, lines with bands, points, a reference line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any, cast

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dewak_research.language import Language
from dewak_research.page.chart import groups_of
from dewak_research.page.style import ON_COLOUR, PALETTE
from dewak_research.page.values import formatted

DARK = "#222222"
SMALL_PT = 9
SHOWN_INSIDE = 0.06
"""A part of a stacked bar carries its value where it takes at least this share of the longest bar."""


def _is_names(column: pd.Series[Any]) -> bool:
    return isinstance(column.dtype, pd.CategoricalDtype)


def _carried(rows: pd.DataFrame, numbers: str, given: str, language: Language) -> list[str]:
    """What marks carry: the texts of a column, or their numbers in a Python format."""
    if given in rows:
        return [str(text) for text in rows[given]]
    return [formatted(value, given, language) for value in rows[numbers]]


@dataclass(frozen=True)
class Bars:
    """Bars from zero, lying where ``y`` holds names and standing where ``x`` does.

    Parameters
    ----------
    x, y : str
        Columns: names on one axis, numbers on the other.
    group : str, optional
        Column of names: several bars side by side, or one on the other; its colours make the legend.
    stacked : bool
        One on the other.
    colours : sequence of str
        Colours of the groups in their order.
    values : str, optional
        Python's format: every bar carries its value; or a column with what it carries.
    width : float
        Of all bars of a name together, 1 leaves no gap.
    """

    x: str
    y: str
    group: str | None = None
    stacked: bool = False
    colours: Sequence[str] = PALETTE
    values: str | None = None
    width: float = 0.7

    def draw(self, ax: Axes, data: pd.DataFrame, language: Language) -> list[Any]:
        """Draw the bars and return one patch per group."""
        lying = _is_names(data[self.y])
        names, numbers = (self.y, self.x) if lying else (self.x, self.y)
        entries = [
            Patch(facecolor=colour, label=name)
            for (_, name, _), colour in zip(groups_of(data, self.group), self.colours, strict=False)
        ]
        order = data[names].cat.categories
        if self.stacked:
            self._stack(ax, data, names, numbers, lying, language)
        else:
            palette = {entry.get_label(): entry.get_facecolor() for entry in entries} if self.group else None
            colour = None if self.group else self.colours[0]
            sns.barplot(data, x=self.x, y=self.y, hue=self.group, order=order, palette=palette, color=colour,
                        errorbar=None, saturation=1, width=self.width, legend=False, ax=ax)  # fmt: skip
            if self.values is not None:
                for (_, _, rows), bars in zip(groups_of(data, self.group), ax.containers, strict=True):
                    at = rows.set_index(names).reindex([n for n in order if n in set(rows[names])])
                    said = _carried(at, numbers, self.values, language)
                    ax.bar_label(cast(BarContainer, bars), said, padding=3, fontsize=SMALL_PT)
        ax.grid(visible=False, axis="y" if lying else "x")
        return entries if self.group is not None else []

    def _stack(
        self, ax: Axes, data: pd.DataFrame, names: str, numbers: str, lying: bool, language: Language
    ) -> None:
        order = list(data[names].cat.categories)
        ends = np.zeros(len(order))
        longest = float(data.groupby(names, observed=True)[numbers].sum().max())
        for (_, name, rows), colour in zip(groups_of(data, self.group), self.colours, strict=False):
            part = rows.set_index(names).reindex(order)
            sizes = part[numbers].fillna(0.0).to_numpy(float)
            place: dict[str, Any] = {"left" if lying else "bottom": ends, "color": colour, "label": name}
            bars = (ax.barh if lying else ax.bar)(range(len(order)), sizes, self.width, **place)
            if self.values is not None:
                said = zip(_carried(part, numbers, self.values, language), sizes, strict=True)
                shown = [text if size >= SHOWN_INSIDE * longest else "" for text, size in said]
                ax.bar_label(bars, shown, label_type="center", color=_readable_on(colour), fontsize=SMALL_PT)
            ends = ends + sizes
        (ax.set_yticks if lying else ax.set_xticks)(range(len(order)), [str(name) for name in order])
        if lying:
            ax.yaxis.set_inverted(True)


def _readable_on(colour: str) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "white" if 0.299 * red + 0.587 * green + 0.114 * blue < 150 else ON_COLOUR


@dataclass(frozen=True)
class Dots:
    """Dots with their intervals, on lines of names (``y`` holds names) or over numbers (``x``).

    Parameters
    ----------
    x, y : str
        Columns; the interval belongs to ``x`` where ``y`` holds names, else to ``y``.
    low, high : str, optional
        Columns with the ends of the interval.
    group : str, optional
        Column of names: several dots side by side; its colours make the legend.
    apart : float
        Distance of the groups' dots, in steps of the axis; 0 draws them on one line.
    values : str, optional
        Python's format: every dot carries its value behind its interval; or a column with what it carries.
    size : float
        Of a dot, in points.
    """

    x: str
    y: str
    low: str | None = None
    high: str | None = None
    group: str | None = None
    colours: Sequence[str] = PALETTE
    apart: float = 0.25
    values: str | None = None
    size: float = 6.0

    def draw(self, ax: Axes, data: pd.DataFrame, language: Language) -> list[Any]:
        """Draw the dots and return one dot per group."""
        lying = _is_names(data[self.y])
        groups = list(groups_of(data, self.group))
        entries = []
        for (number, name, rows), colour in zip(groups, cycle(self.colours), strict=False):
            along = rows[self.y].cat.codes if lying else rows[self.x]
            places = along.to_numpy(float) + (number - (len(groups) - 1) / 2) * self.apart
            value = rows[self.x if lying else self.y].to_numpy(float)
            if self.low is not None and self.high is not None:
                ends = rows[self.low].to_numpy(float), rows[self.high].to_numpy(float)
                (ax.hlines if lying else ax.vlines)(places, *ends, color=colour, linewidth=2.5, alpha=0.6)
            look: dict[str, Any] = {"color": colour, "marker": "o", "markersize": self.size}
            ax.plot(*((value, places) if lying else (places, value)), linestyle="", **look)
            entries.append(Line2D([], [], linewidth=2, label=name, **look))
            if self.values is not None:
                behind = value if self.high is None else rows[self.high].to_numpy(float)
                said = _carried(rows, self.x if lying else self.y, self.values, language)
                shift, side = ((6, 0), "center") if lying else ((0, 6), "bottom")
                for text, end, place in zip(said, behind, places, strict=True):
                    at = (end, place) if lying else (place, end)
                    ax.annotate(text, at, shift, textcoords="offset points", va=side)
        if lying:
            names = data[self.y].cat.categories
            ax.set_yticks(range(len(names)), [str(name) for name in names])
            ax.set_ylim(len(names) - 0.4, -0.6)
            ax.grid(visible=False, axis="y")
        return entries if self.group is not None else []


@dataclass(frozen=True)
class Lines:
    """Lines over numbers, with bands around them.

    Parameters
    ----------
    x, y : str
        Columns of numbers.
    group : str, optional
        Column of names: one line each; its colours make the legend.
    bands : sequence of pairs of str
        Columns with the lower and upper end of each band, the widest first.
    styles : sequence of str
        Line styles of the groups in their order.
    marker : str, optional
        Of the points of a line.
    width : float
        Of the lines, in points.
    ends : str, optional
        Column with the name that stands at the end of a line, instead of a legend.
    """

    x: str
    y: str
    group: str | None = None
    bands: Sequence[tuple[str, str]] = ()
    colours: Sequence[str] = PALETTE
    styles: Sequence[str] = ("-",)
    marker: str | None = "o"
    width: float = 1.8
    ends: str | None = None

    def draw(self, ax: Axes, data: pd.DataFrame, language: Language) -> list[Any]:
        """Draw the lines and return one line per group."""
        entries = []
        looks = zip(cycle(self.colours), cycle(self.styles), strict=False)
        for (_, name, rows), (colour, style) in zip(groups_of(data, self.group), looks, strict=False):
            look: dict[str, Any] = {"color": colour, "linestyle": style, "linewidth": self.width}
            for low, high in self.bands:
                ax.fill_between(rows[self.x], rows[low], rows[high], color=colour, alpha=0.2, linewidth=0)
            sns.lineplot(rows, x=self.x, y=self.y, estimator=None, errorbar=None, marker=self.marker,
                         markersize=4, markeredgewidth=0, legend=False, ax=ax, **look)  # fmt: skip
            entries.append(Line2D([], [], marker=self.marker, markersize=4, label=name, **look))
            known = rows[rows[self.y].notna()]
            if self.ends is not None and len(known):
                last = known.iloc[-1]
                ax.annotate(str(last[self.ends]), (last[self.x], last[self.y]), (5, 0), textcoords="offset points",
                            color=colour, va="center", fontsize=SMALL_PT, annotation_clip=False)  # fmt: skip
        return entries if self.group is not None and self.ends is None else []


@dataclass(frozen=True)
class Points:
    """Points of two numbers, by group, where wanted with the line on which both are equal.

    Parameters
    ----------
    x, y : str
        Columns of numbers.
    group : str, optional
        Column of names; its colours make the legend.
    equal : str, optional
        Name of the line of equal values.
    size : float
        Area of a point, in square points.
    """

    x: str
    y: str
    group: str | None = None
    equal: str | None = None
    colours: Sequence[str] = PALETTE
    size: float = 20.0

    def draw(self, ax: Axes, data: pd.DataFrame, language: Language) -> list[Any]:
        """Draw the points and return one point per group."""
        entries = []
        if self.equal is not None:
            both = data[[self.x, self.y]]
            ends = [float(both.min().min()), float(both.max().max())]
            ax.plot(ends, ends, color="#4D4D4D", linewidth=1)
            entries.append(Line2D([], [], color="#4D4D4D", linewidth=1, label=self.equal))
        for (_, name, rows), colour in zip(groups_of(data, self.group), cycle(self.colours), strict=False):
            look: dict[str, Any] = {"color": colour, "alpha": 0.6}
            sns.scatterplot(rows, x=self.x, y=self.y, s=self.size, linewidth=0, ax=ax, **look)
            if self.group is not None:
                entries.append(Line2D([], [], marker="o", linestyle="", label=name, **look))
        return entries


@dataclass(frozen=True)
class Reference:
    """A line at a fixed value that other values are held against.

    Parameters
    ----------
    x, y : float or str, optional
        Where it stands: on one of both axes, as a number or as a column with one value per panel.
    text : str, optional
        What it is, written at its end.
    """

    x: float | str | None = None
    y: float | str | None = None
    text: str | None = None
    colour: str = DARK
    style: str = "-"
    width: float = 0.9

    def draw(self, ax: Axes, data: pd.DataFrame, language: Language) -> list[Any]:
        """Draw the line over everything else."""
        given = self.x if self.y is None else self.y
        at = float(data[given].iloc[0]) if isinstance(given, str) else float(given or 0.0)
        look: dict[str, Any] = {"color": self.colour, "linestyle": self.style, "linewidth": self.width}
        upright = self.y is None
        (ax.axvline if upright else ax.axhline)(at, **look, zorder=3)
        if self.text is not None:
            place: dict[str, Any] = {"ha": "right", "va": "top" if upright else "bottom"}
            place["xycoords"] = ("data", "axes fraction") if upright else ("axes fraction", "data")
            xy, shift = ((at, 1.0), (-5, -4)) if upright else ((1.0, at), (0, 4))
            ax.annotate(self.text, xy, shift, textcoords="offset points", color=self.colour, **place)
        return []
