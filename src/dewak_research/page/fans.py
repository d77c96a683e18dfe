"""Bands around a plan and ranges on a scale, as pictures that stand straight in a page and need no plotting library."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape

import numpy as np
from markupsafe import Markup

from dewak_research.page.html import coordinate
from dewak_research.page.values import is_missing

_WIDTH, _HEIGHT = 420, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 14, 26
_MOST_TICKS = 6
_MOST_WRITTEN = 9  #: years that find room below the picture
_SINGLE = 0.25  #: half width of a band that holds one year only


def ticks(low: float, high: float, most: int = _MOST_TICKS) -> list[float]:
    """Return round numbers between two ends, at most ``most``, in steps of 1, 2 or 5 times a power of ten."""
    span = (high - low) or abs(high) or 1.0
    power = 10.0 ** np.floor(np.log10(span / most))
    step = float(next(power * n for n in (1, 2, 5, 10, 20) if span / (power * n) <= most - 1))
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [n * step for n in range(first, last + 1)]


def grid(
    low: float,
    high: float,
    at_y: Callable[[float], float],
    ends: tuple[int, int],
    write: Callable[[float], str],
) -> str:
    """Draw a line with its number at every tick between two values, the line of zero as such.

    Parameters
    ----------
    at_y : callable
        Place of a value in the picture.
    ends : tuple of int
        Where the lines begin and end; the numbers stand before them.
    write : callable
        Writes the numbers.
    """
    span, (left, right) = (high - low) or 1.0, ends
    parts = []
    for tick in ticks(low, high):
        kind, y = "zero" if abs(tick) < 1e-9 * span else "grid", coordinate(at_y(tick))
        parts.append(f'<path class="{kind}" d="M{left} {y}H{right}"/>')
        parts.append(f'<text class="tick" x="{left - 6}" y="{y}" dy="4">{escape(write(tick))}</text>')
    return "".join(parts)


def bands_over_years(
    years: Sequence[int],
    plan: Sequence[float],
    bands: Sequence[tuple[Sequence[float], Sequence[float]]],
    alt: str,
    write: Callable[[float], str],
) -> Markup:
    """Draw bands around a plan, the widest first; the plan is a line with dots, zero a thin line.

    Parameters
    ----------
    years : sequence of int
        One year is drawn as a short bar.
    plan : sequence of float
    bands : sequence of (low, high)
        Each with one value per year, from the widest to the narrowest.
    alt : str
        What the picture says.
    write : callable
        Writes the amounts beside the scale.

    Returns
    -------
    Markup
        Empty where a value is missing.
    """
    values = [*plan, *(v for low, high in bands for v in (*low, *high))]
    if not values or any(is_missing(float(v)) for v in values):
        return Markup("")
    low, high = min(0.0, *values), max(0.0, *values)
    span_x, span_y = (max(years) - min(years)) or 1, (high - low) or 1.0
    inner_w, inner_h = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    single = len(years) == 1

    def at_x(year: float) -> float:
        return _LEFT + inner_w * (0.5 + year - years[0] if single else (year - min(years)) / span_x)

    def at_y(value: float) -> float:
        return _TOP + inner_h * (high - value) / span_y

    def points(xs: Sequence[float], ys: Sequence[float]) -> str:
        return "L".join(f"{coordinate(at_x(x))} {coordinate(at_y(y))}" for x, y in zip(xs, ys, strict=True))

    parts = [grid(low, high, at_y, (_LEFT, _LEFT + inner_w), write)]
    xs: list[float] = [years[0] - _SINGLE, years[0] + _SINGLE] if single else list(years)
    for number, (lower, upper) in enumerate(bands):
        ends = [[*side, *side] if single else list(side) for side in (lower, upper)]
        path = f"M{points(xs, ends[1])}L{points(xs[::-1], ends[0][::-1])}Z"
        parts.append(f'<path class="band band-{number}" d="{path}"/>')
    if not single:
        parts.append(f'<path class="curve" d="M{points(list(years), plan)}"/>')
    written = _written(years)
    for year, value in zip(years, plan, strict=True):
        x, y = coordinate(at_x(year)), coordinate(at_y(value))
        parts.append(f'<circle class="end" cx="{x}" cy="{y}" r="3"/>')
        edge = "" if single or years[0] < year < years[-1] else " first" if year == years[0] else " last"
        if year in written:
            parts.append(f'<text class="year{edge}" x="{x}" y="{_HEIGHT - 6}">{year}</text>')
    return Markup(
        f'<svg class="fan" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f"{''.join(parts)}</svg>"
    )


def _written(years: Sequence[int]) -> set[int]:
    """Return the years that are written below: all, or of many both ends and every fifth that is not next to one."""
    if len(years) <= _MOST_WRITTEN:
        return set(years)
    between = (year for year in years if year % 5 == 0 and years[0] + 1 < year < years[-1] - 1)
    return {years[0], years[-1], *between}


def range_on_scale(low: float, high: float, ends: tuple[float, float], alt: str, mark: float = 0.0) -> Markup:
    """Draw a range as a bar between two ends, with a tick at ``mark``; all in the same unit."""
    span = (ends[1] - ends[0]) or 1.0
    left, right, tick = (2 + 96 * (value - ends[0]) / span for value in (*sorted((low, high)), mark))
    width = max(right - left, 0.8)
    return Markup(
        f'<svg class="range" viewBox="0 0 100 12" role="img" aria-label="{escape(alt)}">'
        f'<path class="axis" d="M2 6H98"/><rect x="{coordinate(left)}" y="2" width="{coordinate(width)}" height="8"/>'
        f'<path class="mark" d="M{coordinate(tick)} 0V12"/></svg>'
    )


def ranges_on_scale(rows: Mapping[str, tuple[float, float]], mark: float = 0.0) -> dict[str, Markup]:
    """Draw several ranges on one common scale; the text alternative of each is its name."""
    values = [mark, *(value for pair in rows.values() for value in pair)]
    ends = (min(values), max(values))
    return {name: range_on_scale(low, high, ends, name, mark) for name, (low, high) in rows.items()}
