"""Places that a municipality enters, district by district, and what is wrong with what it enters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import Problem, messages, nearest_or
from dewak_research.planning.need import year_problems
from dewak_research.planning.rates import SERVICES

Array = NDArray[np.floating[Any]]
RESOURCES = ("own_place", "freed_room", "third_sector", "volunteers", "market_partner", "instrument")
LONGEST_LEAD = 100
"""Years from decision to place beyond which a number is a slip, not a lead time."""
_problem = messages(__package__)


def capacity_path(places: pd.DataFrame, years: Sequence[int]) -> Array:
    """Return the places of every year and service, shape (years, services); missing where none are known.

    Parameters
    ----------
    places : DataFrame
        service, places (all that exist from that year on), from_year, district (may lack: the whole municipality).
        Each district keeps its places until a later row of its own; rows of one district and year add up. Before the
        first row of any of its districts the places of a service are not known.
    """
    sums = (
        places.assign(district=_districts(places))
        .groupby(["service", "district", "from_year"])["places"]
        .sum()
    )
    found = np.full((len(years), len(SERVICES)), np.nan)
    for k, service in enumerate(SERVICES):
        if service in sums.index.get_level_values("service"):
            each = sums.loc[service].reset_index().pivot_table("places", "from_year", "district").ffill()
            index = np.searchsorted(each.index.to_numpy(float), np.asarray(years, float), side="right") - 1
            steps = each.sum(axis=1, skipna=False).to_numpy(float)
            found[:, k] = np.where(index >= 0, steps[np.maximum(index, 0)], np.nan)
    return found


def _unknown(services: Sequence[object], where: str) -> list[Problem]:
    return [
        _problem("service_unknown", f"{where}: {i}", service=service, near=nearest_or(str(service), SERVICES))
        for i, service in enumerate(services, 1)
        if service not in SERVICES
    ]


def _year_problems(places: pd.DataFrame, last: int) -> list[Problem]:
    """Return the rows of places that count in no year of the plan, or from no known or whole one."""
    found = []
    for i, year in enumerate(places["from_year"].astype(float), 1):
        if not year <= last:
            shown = "–" if np.isnan(year) else f"{year:g}"
            found.append(_problem("places_no_year", f"places: {i}", year=shown, last=last))
        elif not year.is_integer():
            found.append(_problem("places_year_not_whole", f"places: {i}", year=f"{year:g}"))
    return found


def _lead_problems(leads: pd.Series, where: str) -> list[Problem]:
    """Return the lead times that are missing, negative or beyond all reason."""
    found = []
    for i, number in enumerate(leads.astype(float), 1):
        if np.isnan(number):
            found.append(_problem("lead_missing", f"{where}: {i}"))
        elif number < 0:
            found.append(_problem("lead_negative", f"{where}: {i}", value=f"{number:g}"))
        elif number > LONGEST_LEAD:
            found.append(_problem("lead_too_long", f"{where}: {i}", value=f"{number:g}", most=LONGEST_LEAD))
    return found


def _lead_twice(services: pd.Series) -> list[Problem]:
    """Return the services that have more than one lead time: which of them holds nobody can tell."""
    counted = services.value_counts(sort=False)
    return [
        _problem("lead_twice", "lead_times", service=service, number=number)
        for service, number in counted[counted > 1].items()
    ]


def _districts(places: pd.DataFrame) -> pd.Series:
    """Name the district of every row; without a column all rows are the whole municipality."""
    return places["district"].fillna("") if "district" in places else pd.Series("", index=places.index)


def _district_problems(places: pd.DataFrame, start: int) -> list[Problem]:
    """Return the services whose districts begin in different years of the plan: until the last one there is no sum."""
    begun = places.assign(district=_districts(places), start=places["from_year"].clip(lower=start))
    first = begun.pivot_table("start", "district", "service", aggfunc="min", sort=False)
    found = []
    for service in first:
        years = first[service].dropna()
        late = years[years > years.min()]
        if len(late):
            names = ", ".join(f"{name or '–'} ({year:g})" for name, year in late.items())
            values = {"service": service, "districts": names, "first": f"{years.min():g}"}
            found.append(_problem("districts_begin_apart", "places", **values))
    return found


def input_problems(
    places: pd.DataFrame, lead_times: pd.DataFrame, measures: pd.DataFrame, years: Sequence[int]
) -> list[Problem]:
    """Return every fault of what a municipality enters: places, lead times, measures, and the years of the plan."""
    found = year_problems(years)
    tables = {"places": places, "lead_times": lead_times, "measures": measures}
    for where, table in tables.items():
        found += _unknown(table["service"].tolist(), where)
    for where in ("places", "measures"):
        for i, number in enumerate(tables[where]["places"], 1):
            if not 0 < number < np.inf:
                found.append(_problem("places_not_positive", f"{where}: {i}", value=f"{number:g}"))
    for where in ("lead_times", "measures"):
        found += _lead_problems(tables[where]["lead_years"], where)
    found += _lead_twice(lead_times["service"])
    if len(years):
        found += _year_problems(places, int(max(years))) + _district_problems(places, int(min(years)))
    for i, kind in enumerate(measures["kind"], 1):
        if kind not in RESOURCES:
            near = nearest_or(str(kind), RESOURCES)
            found.append(_problem("resource_unknown", f"measures: {i}", kind=kind, near=near))
    return found
