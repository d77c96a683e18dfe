"""What must be said where euro of different years, or heads counted by different censuses, stand side by side."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from dewak_research.data import read_table
from dewak_research.data.measures import at_prices_of
from dewak_research.data.people_counted import CENSUSES
from dewak_research.language import Language
from dewak_research.page.files import plain_frame
from dewak_research.page.labels import label
from dewak_research.page.values import pct

FIRST_CALENDAR_YEAR = 1900  #: smaller numbers count years from a shock
_EURO = re.compile(r"_eur(_|$)|eur_pc$")
_REAL = re.compile(r"(^|_)real_")
_PER_HEAD = re.compile(r"eur_pc(_|$)")


def calendar_years(data: pd.DataFrame) -> tuple[int, int] | None:
    """Return the first and the last calendar year of a column ``year``; None where there are not two."""
    if "year" not in data or not pd.api.types.is_numeric_dtype(data["year"]):
        return None
    years = data["year"].dropna()
    if years.empty or years.min() < FIRST_CALENDAR_YEAR or years.min() == years.max():
        return None
    return int(years.min()), int(years.max())


def censuses_crossed(first: int, last: int) -> list[int]:
    """Return the censuses whose figures begin between two years, so that a series of inhabitants breaks."""
    return [census for census, start in CENSUSES.items() if first < start <= last]


def price_growth(first: int, last: int) -> float | None:
    """Return by which share consumer prices rose between two years; None where a level is not known."""
    prices = read_table("germany_cpi")
    if not {first, last} <= set(prices["year"]):
        return None
    return 1.0 / at_prices_of(first, last, prices) - 1.0


def about_years(data: pd.DataFrame, language: Language) -> str:
    """Say that euro of several years are nominal, how far prices rose, and where heads are counted anew.

    Parameters
    ----------
    data : DataFrame
        What a figure or a table shows; only one with a column ``year`` over several calendar years and an amount
        (a name with ``_eur``) needs a word. What says its prices itself does not: a column ``prices``, or an amount
        that is called real.

    Returns
    -------
    str
        Empty where nothing has to be said.
    """
    plain = plain_frame(data)
    ends = calendar_years(plain)
    columns = [str(column) for column in plain.columns]
    if ends is None or not any(_EURO.search(column) for column in columns):
        return ""
    if "prices" in columns or any(_REAL.search(column) for column in columns):
        return ""
    first, last = ends
    growth = price_growth(first, last)
    key = "nominal" if growth is None else "nominal_prices"
    said = [label(key, language, first=str(first), last=str(last), growth=pct(growth, language, 0))]
    crossed = [str(year) for year in censuses_crossed(first, last)]
    if crossed and any(_PER_HEAD.search(column) for column in columns):
        said.append(label("census_breaks", language, years=label("list_and", language).join(crossed)))
    return " ".join(said)


def mark_censuses(ax: Axes, first: int, last: int, language: Language) -> None:
    """Draw a dotted line with its name wherever the years between two change to another census."""
    for census in censuses_crossed(first, last):
        at = CENSUSES[census] - 0.5
        ax.axvline(at, color="#222222", linestyle=":", linewidth=0.9)
        place: dict[str, Any] = {"xycoords": ("data", "axes fraction"), "textcoords": "offset points"}
        ax.annotate(label("census_mark", language, year=str(census)), (at, 0.0), (3, 3), fontsize=9, **place)


@dataclass(frozen=True)
class CensusBreaks:
    """The breaks of ``mark_censuses`` as a mark of a chart whose ``x`` is a column of calendar years."""

    x: str = "year"

    def draw(self, ax: Axes, data: pd.DataFrame, language: Language) -> list[Any]:
        """Draw the breaks between the first and the last year."""
        mark_censuses(ax, int(data[self.x].min()), int(data[self.x].max()), language)
        return []
