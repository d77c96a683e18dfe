"""Districts year by year by the bare recursion: what the draws of districts and of one unit are held against."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dewak_research.planning.outlook import Outlook
from dewak_research.planning.population import Array, Rates, project


def district_path(outlook: Outlook, ags: str, year: int, districts: Array) -> Array:
    """Return persons of districts from a year on: births of their town, its moves by their part of each age.

    ``districts``: array (districts, 2, 101), somebody of every age. Returns array (years + 1, districts, 2, 101).
    """
    town, parts = outlook.base.towns.index(ags), districts / districts.sum(axis=0)

    def of_district(rates: Rates) -> Rates:
        births = rates.births[town] if rates.births.ndim > 1 else rates.births
        return replace(rates, births=births, net_migration=parts * rates.net_migration[town])

    yearly, first = outlook.rates["base"], outlook.base.year + 1
    years = range(year + 1, first + len(yearly))
    return project(np.asarray(districts), [of_district(yearly[max(y - first, 0)]) for y in years], len(years))
