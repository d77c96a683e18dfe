"""What a euro of another year is at prices of one year, for the series of a profile in euro per inhabitant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, partial

from markupsafe import Markup

from dewak_research.data.measures import at_prices_of
from dewak_research.data.tables import read_table
from dewak_research.language import Language
from dewak_research.page.html import templates
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing
from dewak_research.unit.stress_view import Row

PRICES_OF = 2024
"""Year whose prices a reader may choose; the newest full year of the index."""
PRICE_INDEX = "germany_cpi"
PRICE_DIGITS = 5


@cache
def _factor(year: int) -> float | None:
    prices = read_table(PRICE_INDEX)
    if year not in set(prices["year"]):
        return None
    return round(at_prices_of(PRICES_OF, year, prices), PRICE_DIGITS)


def price_factors(years: Iterable[int]) -> dict[str, float]:
    """Return by year how many euro of ``PRICES_OF`` a euro of that year is, by the index of consumer prices.

    Parameters
    ----------
    years : iterable of int
        Calendar years; those without a known price level are left out.
    """
    found = {str(year): _factor(year) for year in sorted(set(years))}
    return {year: factor for year, factor in found.items() if factor is not None}


def _dense(by_year: dict[int, float]) -> tuple[int, str]:
    """Return the first year and the values of all years from it on, between commas; nothing where none is known."""
    first, last = min(by_year), max(by_year)
    return first, ",".join(
        f"{by_year[year]:.10g}" if year in by_year else "" for year in range(first, last + 1)
    )


def with_values(line: Markup, rows: Sequence[Row], column: str) -> Markup:
    """Return the picture of a series with its values in euro per inhabitant, from which it is drawn at other prices.

    Parameters
    ----------
    line : Markup
        From ``page.html.line_over_years``; empty where nothing is known.
    rows : sequence of rows
        year and the column; gaps are NaN.
    """
    known = {int(row["year"]): round(float(row[column]), 2) for row in rows if not is_missing(row[column])}
    if not known:
        return line
    first, values = _dense(known)
    return Markup(str(line).replace("<svg ", f'<svg data-first="{first}" data-euro="{values}" ', 1))


def prices_switch(years: Iterable[int], language: Language) -> Markup:
    """Return the choice between nominal euro and prices of ``PRICES_OF``, hidden until its script acts."""
    factors = {int(year): factor for year, factor in price_factors(years).items()}
    if not factors:
        return Markup("")
    first, dense = _dense(factors)
    template = templates("dewak_research.unit").get_template("prices.html")
    say = partial(label, language=language)
    return Markup(template.render(t=say, year=PRICES_OF, first=first, factors=dense))
