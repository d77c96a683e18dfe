"""Opening hours as people write them: ``Mo-Fr 8-18; Sa 10-14``."""

from __future__ import annotations

import re

from dewak_research.own.ages_and_dates import read_time
from dewak_research.own.template import load_template
from dewak_research.space.opening import Span
from dewak_research.space.week import DAYS

_LINE = re.compile(r"([^\d]+?)[\s:]*(\d.*)", re.DOTALL)
_RANGE = re.compile(r"\s*(?:[-–—−]|\bbis\b|\bto\b)\s*")
_AND = re.compile(r"\s*(?:[,/+&]|\bund\b|\band\b)\s*")
_DAILY = ("täglich", "daily")


def read_opening(text: str) -> tuple[Span, ...] | None:
    """Return the open spans of a week, or None where the text says no such thing.

    Spans of a day that touch or overlap become one.

    Examples
    --------
    >>> read_opening("Mo, Do 8-12, 14-18 Uhr; Sa 10 bis 14")
    (('mo', 8.0, 12.0), ('mo', 14.0, 18.0), ('th', 8.0, 12.0), ('th', 14.0, 18.0), ('sa', 10.0, 14.0))
    """
    found: list[Span] = []
    for line in re.split(r"[;\n]", text):
        if not line.strip():
            continue
        parts = _LINE.fullmatch(line.strip())
        days, times = (_days(parts[1]), _times(parts[2])) if parts else (None, None)
        if not days or not times:
            return None
        found += [(day, begins, ends) for day in days for begins, ends in times]
    return _joined(found) or None


def _days(text: str) -> list[str] | None:
    if text.strip(" :.").casefold() in _DAILY:
        return [*DAYS]
    found: list[str] = []
    for part in _AND.split(text.strip(" :,")):
        ends = [load_template().begun_option(word, DAYS) for word in _RANGE.split(part)]
        places = [DAYS.index(end) for end in ends if end]
        if len(places) != len(ends) or len(ends) > 2 or places[0] > places[-1]:
            return None
        found += DAYS[places[0] : places[-1] + 1]
    return found


def _times(text: str) -> list[tuple[float, float]] | None:
    found = []
    for part in _AND.split(text.strip()):
        ends = [read_time(word) for word in _RANGE.split(part)]
        if len(ends) != 2 or ends[0] is None or ends[1] is None or not ends[0] < ends[1]:
            return None
        found.append((ends[0], ends[1]))
    return found


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    found: list[Span] = []
    for day, begins, ends in sorted(spans, key=lambda one: (DAYS.index(one[0]), *one[1:])):
        if found and found[-1][0] == day and begins <= found[-1][2]:
            found[-1] = (day, found[-1][1], max(ends, found[-1][2]))
        else:
            found.append((day, begins, ends))
    return tuple(found)
