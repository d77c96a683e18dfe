"""What a euro of another year is at prices of one year, for the series of a profile in euro per inhabitant."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from dewak_research.data.measures import at_prices_of
from dewak_research.data.tables import read_table

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
