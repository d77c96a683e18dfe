"""When a cell of a statistical table holds: a year, a reporting date, a month, a quarter."""

from __future__ import annotations

import re

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
YEAR = "year"  #: the whole year, or nothing else said
MEAN = "mean"  #: the mean of a year
_MONTH = "|".join(MONTHS)
TIME = re.compile(
    rf"""^(?:am|Stand:?|Stichtag:?)?\s*(?:
        (?:Jahr|Jahresdurchschnitt|Jahresmittel|Durchschnitt|WS|SS|Wintersemester|Sommersemester)?\s*(?:19|20)\d{{2}}(?:/\d{{2,4}})?
      | \d{{1,2}}\.\d{{1,2}}\.(?:19|20)\d{{2}}
      | (?:\d{{1,2}}\.\s*)?(?:{_MONTH})\s*(?:19|20)\d{{2}}
      | [1-4]\.\s*(?:Quartal|Vierteljahr|Halbjahr)\s*(?:19|20)\d{{2}}
      | (?:19|20)\d{{2}}-?Q[1-4]
      | (?:19|20)\d{{2}}-\d{{2}}(?:-\d{{2}})?
    )$""",
    re.I | re.X,
)
_DAY = re.compile(r"\b(\d{1,2})\.(\d{1,2})\.(?!\d{1,2}\.)")
_ISO = re.compile(r"^(?:19|20)\d{2}-(\d{2})(?:-(\d{2}))?$")
_NAMED = re.compile(rf"(?:(\d{{1,2}})\.\s*)?\b({_MONTH})\b", re.I)
_DUE = re.compile(r"Stichtag:?\s*(\d{1,2})\.(\d{1,2})\.", re.I)


def year_of(time: str) -> int | None:
    """Return the year of a printed time, or None."""
    found = re.search(r"(?:19|20)\d{2}", time)
    return int(found[0]) if found else None


def period_of(time: str, title: str = "") -> str:
    """Return which part of its year a printed time stands for.

    Parameters
    ----------
    time : str
        As printed: ``31.12.2023``, ``2023``, ``30. Juni 2024``, ``2024-06``, ``1. Quartal 2024``.
    title : str
        Title of the table; its reporting date ("Stichtag 30.06.") counts where the time is a bare year.

    Returns
    -------
    str
        ``12-31`` (a day), ``06`` (a month), ``part`` (a quarter, half-year or term), ``mean``, or ``year``.
    """
    text = time.strip()
    if found := _DAY.search(text):
        return f"{int(found[2]):02d}-{int(found[1]):02d}"
    if found := _ISO.match(text):
        return f"{found[1]}-{found[2]}" if found[2] else found[1]
    if found := _NAMED.search(text):
        month = f"{[name.casefold() for name in MONTHS].index(found[2].casefold()) + 1:02d}"
        return f"{month}-{int(found[1]):02d}" if found[1] else month
    if re.search(r"Quartal|Vierteljahr|Halbjahr|Q[1-4]|WS|SS|semester|/", text, re.I):
        return "part"
    if re.search(r"durchschnitt|mittel", text, re.I):
        return MEAN
    due = _DUE.search(title)
    return f"{int(due[2]):02d}-{int(due[1]):02d}" if due else YEAR
