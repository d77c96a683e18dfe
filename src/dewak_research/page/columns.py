"""Columns over years and bars beside a mark, always from zero, as pictures that need no plotting library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

from markupsafe import Markup

from dewak_research.page.fans import grid
from dewak_research.page.html import coordinate
from dewak_research.page.values import is_missing

_WIDTH, _HEIGHT = 420, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 10, 20, 26
_FILLED = 0.62  #: of the room of a year that its column takes
_BAR_WIDTH, _BAR_HEIGHT = 420, 20


class _Frame:
    """Places of years and values in the picture; zero is always in it."""

    def __init__(self, years: Sequence[int], values: Sequence[float]) -> None:
        known = [0.0, *(float(v) for v in values if not is_missing(v))]
        self.years, self.low, self.high = list(years), min(known), max(known)
        self.span = (self.high - self.low) or 1.0
        self.room = (_WIDTH - _LEFT - _RIGHT) / len(years)

    def x(self, year: int) -> float:
        return _LEFT + self.room * (self.years.index(year) + 0.5)

    def y(self, value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (self.high - value) / self.span

    def column(self, year: int, low: float, high: float, name: str) -> str:
        half = self.room * _FILLED / 2
        top, end = self.y(max(low, high)), self.y(min(low, high))
        return (
            f'<rect class="{name}" x="{coordinate(self.x(year) - half)}" y="{coordinate(top)}" '
            f'width="{coordinate(2 * half)}" height="{coordinate(end - top)}"/>'
        )

    def scale(self, write: Callable[[float], str]) -> str:
        return grid(self.low, self.high, self.y, (_LEFT, _WIDTH - _RIGHT), write)

    def foot(self) -> str:
        shown = self.years if len(self.years) <= 8 else self.years[:: -(-len(self.years) // 8)]
        return "".join(
            f'<text class="year" x="{coordinate(self.x(year))}" y="{_HEIGHT - 6}">{year}</text>'
            for year in shown
        )

    def picture(self, inside: str, alt: str) -> Markup:
        return Markup(
            f'<svg class="fan" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(alt)}">{inside}</svg>'
        )


def columns_around_zero(
    years: Sequence[int],
    values: Sequence[float],
    planned: Sequence[int],
    alt: str,
    write: Callable[[float], str],
) -> Markup:
    """Draw a value by year as a column from the zero line, which is always in the picture; a gap is left free.

    Parameters
    ----------
    years, values : sequences of equal length
        Missing values are NaN.
    planned : sequence of int
        Years that are planned: their columns are light.
    alt : str
        What the picture says.
    write : callable
        Writes the amounts beside the scale.

    Returns
    -------
    Markup
        Empty where no value is known.
    """
    known = [(year, float(v)) for year, v in zip(years, values, strict=True) if not is_missing(v)]
    if not known:
        return Markup("")
    frame = _Frame(years, [v for _, v in known])
    columns = "".join(
        frame.column(year, 0.0, v, "part-1" if year in planned else "part-0") for year, v in known
    )
    return frame.picture(frame.scale(write) + columns + frame.foot(), alt)


def stacked_columns(
    years: Sequence[int],
    parts: Sequence[Sequence[float]],
    marks: Sequence[Sequence[float]],
    alt: str,
    write: Callable[[float], str],
) -> Markup:
    """Draw stocks by year as columns one on the other from zero, with short lines at heights they are held against.

    Parameters
    ----------
    years : sequence of int
    parts : sequences, one value per year each
        From the lowest; a negative stock lies below zero. A year with a missing one has no column.
    marks : sequences, one value per year each
        Heights of the lines, NaN = none.
    alt, write
        See :func:`columns_around_zero`.

    Returns
    -------
    Markup
        Empty where no year is known.
    """
    by_year = list(zip(years, zip(*parts, strict=True), strict=True))
    known = [(year, row) for year, row in by_year if not any(is_missing(v) for v in row)]
    if not known:
        return Markup("")
    tops = [sum(max(v, 0.0) for v in row) for _, row in known] + [min(0.0, *row) for _, row in known]
    frame = _Frame(years, [*tops, *(v for mark in marks for v in mark)])
    drawn = []
    for year, row in known:
        up = down = 0.0
        for place, value in enumerate(row):
            base = up if value >= 0 else down
            drawn.append(frame.column(year, base, base + value, f"part-{place}"))
            up, down = (up + value, down) if value >= 0 else (up, down + value)
    half = frame.room / 2
    for place, mark in enumerate(marks):
        drawn += [
            f'<path class="mark-{place}" d="M{coordinate(frame.x(year) - half)} {coordinate(frame.y(value))}'
            f'h{coordinate(2 * half)}"/>'
            for year, value in zip(years, mark, strict=True)
            if not is_missing(value)
        ]
    return frame.picture(frame.scale(write) + "".join(drawn) + frame.foot(), alt)


def bars_beside_mark(rows: Mapping[str, float], mark: float) -> dict[str, Markup]:
    """Draw amounts as bars from zero on one common scale, each with the line they are held against.

    The text alternative of a bar is empty: name and amount stand beside it.

    Parameters
    ----------
    rows : mapping of name to amount
        Amounts in the unit of ``mark``; a missing amount has no picture.
    mark : float
        Height of the line, NaN = none.
    """
    known = {name: float(v) for name, v in rows.items() if not is_missing(v)}
    has_mark = not is_missing(mark)
    ends = [0.0, *known.values(), *([float(mark)] if has_mark else [])]
    low, span = min(ends), (max(ends) - min(ends)) or 1.0

    def place(value: float) -> float:
        return 2 + (_BAR_WIDTH - 4) * (value - low) / span

    pictures = {}
    for name, value in known.items():
        left, right = sorted((place(0.0), place(value)))
        line = f'<path class="mark" d="M{coordinate(place(mark))} 0V{_BAR_HEIGHT}"/>' if has_mark else ""
        pictures[name] = Markup(
            f'<svg class="amount" viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}" aria-hidden="true">'
            f'<path class="zero" d="M{coordinate(place(0.0))} 0V{_BAR_HEIGHT}"/>'
            f'<rect class="part-0" x="{coordinate(left)}" y="4" width="{coordinate(max(right - left, 1.0))}" '
            f'height="{_BAR_HEIGHT - 8}"/>{line}</svg>'
        )
    return pictures
