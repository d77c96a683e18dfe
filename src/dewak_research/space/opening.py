"""When rooms are open: spans of the week, a room that states none may be used all week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.space.week import Week

Span = tuple[str, float, float]
"""Day of ``DAYS``, beginning and end in hours of the day."""


def opening_of(rooms: pd.DataFrame) -> list[tuple[Span, ...]]:
    """Return the open spans of every room; none where the column is not there or a room states nothing."""
    if "opening" not in rooms:
        return [()] * len(rooms)
    return [spans if isinstance(spans, tuple) else () for spans in rooms["opening"]]


def open_on(spans: Sequence[Span], day: str, begins: float, ends: float) -> list[tuple[float, float]]:
    """Return the open spans of a day between two hours; all of it where nothing is stated."""
    if not spans:
        return [(begins, ends)]
    cut = [(max(first, begins), min(last, ends)) for one, first, last in sorted(spans) if one == day]
    return [(first, last) for first, last in cut if last > first]


def is_outside(spans: Sequence[Span], day: str, begins: float, ends: float) -> bool:
    """Whether some of a time lies outside the open hours."""
    return not any(first <= begins and ends <= last for first, last in open_on(spans, day, 0.0, 24.0))


def part_hours(rooms: pd.DataFrame, week: Week) -> NDArray[np.float64]:
    """Return the hours for which every room can be used in every day part without a break.

    Returns
    -------
    array (rooms, days, parts)
        The longest open span within the part; 0 where the room is closed.
    """
    found = [
        [
            [
                max((last - first for first, last in open_on(spans, day, begins, ends)), default=0.0)
                for begins, ends in zip(week.begins, week.ends, strict=True)
            ]
            for day in week.days
        ]
        for spans in opening_of(rooms)
    ]
    return np.array(found, float).reshape(len(rooms), len(week.days), len(week.parts))
