"""Ages, days and times as people and spreadsheets write them: ``3 bis unter 6``, ``85+``, ``31.12.2024``, ``18:30``."""

from __future__ import annotations

import datetime
import re

OLDEST_ENTERED = 130
TOTAL = "total"
_TOTALS = {"total", "insgesamt", "summe", "gesamt", "zusammen", "alle", "all", "sum"}
_YEARS = re.compile(r"\b(jahre[n]?|jahr|years?|j\.)(?=\W|$)|\bold\b|\balt\b")
_SINGLE = re.compile(r"(\d{1,3})")
_UNDER = re.compile(r"(?:unter|under|<|bis unter)\s*(\d{1,3})")
_SPAN_BELOW = re.compile(r"(\d{1,3})\s*(?:bis|to|-)\s*(?:unter|under)\s*(\d{1,3})")
_SPAN = re.compile(r"(\d{1,3})\s*(?:-|bis|to)\s*(\d{1,3})")
_OPEN = re.compile(
    r"(?:ab\s*)?(\d{1,3})\s*"
    r"(?:\+|plus|(?:und|u\.?|&|oder|and|or) ?(?:älter|mehr|darüber|older|over|more)|u\. ?ä\.?|u\. ?m\.?)"
    r"|(?:ab|from|>=|≥)\s*(\d{1,3})"
)
_TIME = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?(?::00)?\s*(?:uhr|h|o'clock)?")
_PART_OF_DAY = re.compile(r"0[.,](?![0-5]\d$)\d+")
_HOURS = 24
_LENGTH = re.compile(r"(\d{1,2}):(\d{2})(?::00)?\s*(?:h|std\.?|stunden?|hours?)?")
_LENGTH_IN = re.compile(
    r"(\d{1,3}(?:[.,]\d{1,2})?)\s*(h|std\.?|stunden?|hours?|hrs?|min\.?|minuten?|minutes?)"
)
_GERMAN_DAY = re.compile(r"(\d{1,2})\.\s*(\d{1,2})\.\s*(\d{4})")


def read_age(value: object) -> str | None:
    """Return an age as ``"5"``, ``"3-5"``, ``"85+"`` or ``"total"``, or None where it is no age.

    Examples
    --------
    >>> read_age("3 bis unter 6 Jahre"), read_age(7.0), read_age("75 und älter"), read_age("Insgesamt")
    ('3-5', '7', '75+', 'total')
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return str(int(value)) if value == value // 1 and 0 <= value <= OLDEST_ENTERED else None
    text = re.sub(r"[–—−]", "-", str(value).strip().casefold())
    text = " ".join(_YEARS.sub(" ", text).split()).strip(" :")
    if text in _TOTALS:
        return TOTAL
    if found := _UNDER.fullmatch(text):
        return _span(0, int(found[1]) - 1)
    if found := _SPAN_BELOW.fullmatch(text):
        return _span(int(found[1]), int(found[2]) - 1)
    if found := _SPAN.fullmatch(text):
        return _span(int(found[1]), int(found[2]))
    if found := _OPEN.fullmatch(text):
        first = int(found[1] or found[2])
        return f"{first}+" if first <= OLDEST_ENTERED else None
    found = _SINGLE.fullmatch(text)
    return _span(int(found[1]), int(found[1])) if found else None


def _span(first: int, last: int) -> str | None:
    if not 0 <= first <= last <= OLDEST_ENTERED:
        return None
    return str(first) if first == last else f"{first}-{last}"


def age_ends(age: str) -> tuple[int, int]:
    """Return first and last year of age of a text that ``read_age`` gave; an open group ends at the oldest entered."""
    first, _, last = age.removesuffix("+").partition("-")
    return int(first), OLDEST_ENTERED if age.endswith("+") else int(last or first)


def read_day(value: object) -> str | None:
    """Return a day as ``"2024-12-31"``, or None where it is no day.

    Examples
    --------
    >>> read_day("31.12.2024"), read_day("2024-12-31"), read_day("Ende 2024")
    ('2024-12-31', '2024-12-31', None)
    """
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value).strip()
    try:
        if found := _GERMAN_DAY.fullmatch(text):
            return datetime.date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def read_time(value: object) -> float | None:
    """Return a time of the day in hours, or None where it is none; 24 is the end of the day.

    A spreadsheet holds times as parts of a day: a number below 1 is one, a whole number is an hour.

    Examples
    --------
    >>> read_time("18:30"), read_time("9 Uhr"), read_time(0.75), read_time(datetime.time(8, 15)), read_time("25:00")
    (18.5, 9.0, 18.0, 8.25, None)
    """
    if isinstance(value, datetime.datetime):  # 24:00 is midnight of the first day that a spreadsheet knows
        return _HOURS * 1.0 if value == datetime.datetime(1900, 1, 1) else None
    if isinstance(value, datetime.timedelta):
        value = value.total_seconds() / 3600 / _HOURS
    if isinstance(value, datetime.time):
        return value.hour + value.minute / 60
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        hours = round(value * _HOURS * 60) / 60 if 0 < value < 1 else float(value)
        return hours if 0 <= hours <= _HOURS and (hours % 1 == 0 or 0 < value < 1) else None
    text = str(value).strip().casefold()
    if _PART_OF_DAY.fullmatch(
        text
    ):  # a time that a cell of text took from a spreadsheet; 0,30 may be half past midnight
        return read_time(float(text.replace(",", ".")))
    found = _TIME.fullmatch(text)
    if not found or int(found[2] or 0) >= 60:
        return None
    hours = int(found[1]) + int(found[2] or 0) / 60
    return hours if hours <= _HOURS else None


def read_length(value: object) -> float | None:
    """Return how long something takes, in hours, or None where that is not said; plain numbers are hours already.

    Examples
    --------
    >>> read_length("1:30"), read_length("2 h"), read_length("90 min"), read_length(datetime.time(2, 0))
    (1.5, 2.0, 1.5, 2.0)
    """
    if isinstance(value, datetime.timedelta | datetime.time):
        return read_time(value)
    text = str(value).strip().casefold()
    if (found := _LENGTH.fullmatch(text)) and int(found[2]) < 60:
        return int(found[1]) + int(found[2]) / 60
    if found := _LENGTH_IN.fullmatch(text):
        return float(found[1].replace(",", ".")) / (60 if found[2].startswith("min") else 1)
    return None
