"""The week in which rooms are shared: days, and the day parts into which each of them falls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.data.room_files import time_of

DAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
WORKING_DAYS = DAYS[:5]


def clock(hours: float) -> str:
    """Write hours of the day as hh:mm; a dash where they are unknown.

    Examples
    --------
    >>> clock(18.5), clock(24), clock(float("nan"))
    ('18:30', '24:00', '–')
    """
    return "–" if np.isnan(hours) else time_of(hours)


@dataclass(frozen=True)
class Week:
    """Days with the same day parts; a session lies within one of them.

    ``parts`` are their names, ``begins`` and ``ends`` their hours of the day.
    """

    days: tuple[str, ...] = DAYS[:5]
    parts: tuple[str, ...] = ("morning", "afternoon", "evening")
    begins: tuple[float, ...] = (8.0, 12.5, 17.0)
    ends: tuple[float, ...] = (12.5, 17.0, 21.0)

    @property
    def hours(self) -> NDArray[np.float64]:
        """Hours of every day part."""
        found: NDArray[np.float64] = np.subtract(self.ends, self.begins)
        return found

    def touched(self, begins: float, ends: float) -> NDArray[np.bool_]:
        """Return which day parts a time from ``begins`` to ``ends`` (hours of the day) reaches into."""
        return (np.array(self.begins) < ends) & (begins < np.array(self.ends))
