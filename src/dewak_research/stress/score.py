"""Scores readers know: the FSMS points table, the VNG index and the 90/70 light of this report.

Tables stand as data in ``rules/scorecards``; every score keeps an own class for missing figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dewak_research.language import Text
from dewak_research.rules import document, value

NO_DATA = "no_data"
_FSMS = "scorecards/fsms"
_VNG = "scorecards/vng"
_LIGHT = "scorecards/light"


@dataclass(frozen=True)
class Score:
    """Result of the points table.

    Parameters
    ----------
    points : float
        0–100, higher = worse, one decimal; NaN = figures are missing.
    designation : str
        Key of the class, ``no_data`` where figures are missing.
    title : Text
        Name of the class.
    by_indicator : Mapping
        Points of every indicator before re-weighting, NaN where missing or not applicable.
    missing : tuple of str
        Indicators without a figure.
    """

    points: float
    designation: str
    title: Text
    by_indicator: Mapping[str, float]
    missing: tuple[str, ...]


def _met(figure: float, limit: float, compare: str) -> bool:
    return figure <= limit if compare == "le" else figure >= limit if compare == "ge" else figure > limit


def fsms_points(indicator: str, figure: float, unit_class: str = "counties_and_cities") -> float:
    """Points of one indicator (METHODS B.5); NaN in gives NaN out.

    Parameters
    ----------
    indicator : str
        Key of the table.
    figure : float
        Percent (0–100), or a count of years.
    unit_class : str
        "counties_and_cities" or "towns_and_villages" (own limits for cash per month).
    """
    if math.isnan(figure):
        return math.nan
    table = document(_FSMS)
    entry = table["indicators"][indicator]
    steps = table["classes"][unit_class].get(indicator, entry["steps"])
    return next((float(points) for limit, points in steps if _met(figure, limit, entry["compare"])), 0.0)


def designation(points: float) -> tuple[str, Text]:
    """Class of a score: significant from 65, moderate from 55, susceptible from 45, none below."""
    table = document(_FSMS)
    met = (d for d in table["designations"] if points >= d["from"])
    entry = next(met, table["no_data"])  # NaN meets no limit
    return entry["key"], Text(entry["title"]["de"], entry["title"]["en"])


def fsms_score(
    figures: Mapping[str, float],
    unit_class: str = "counties_and_cities",
    not_applicable: tuple[str, ...] = (),
) -> Score:
    """Score a unit with the points table of the FSMS (METHODS B.5).

    Parameters
    ----------
    figures : mapping
        Indicator key to percent or count. A missing key or NaN = no data: the score is then NaN.
    unit_class : str
    not_applicable : tuple of str
        Indicators that do not apply; the others are weighted up in proportion.

    Raises
    ------
    KeyError
        ``figures`` names an indicator the table does not have.
    """
    indicators = document(_FSMS)["indicators"]
    unknown = set(figures) - set(indicators)
    if unknown:
        raise KeyError(f"not in the table: {sorted(unknown)}")
    points = {k: fsms_points(k, float(figures.get(k, math.nan)), unit_class) for k in indicators}
    for key in not_applicable:
        points[key] = math.nan
    counted = [k for k in indicators if k not in not_applicable]
    missing = tuple(k for k in counted if math.isnan(points[k]))
    possible = math.fsum(indicators[k]["max_points"] for k in counted)
    total = (
        math.nan
        if missing or not counted
        else round(100 * math.fsum(points[k] for k in counted) / possible, 1)
    )
    key, title = designation(total)
    return Score(total, key, title, points, missing)


def vng_index(orange: int, red: int) -> tuple[float, bool]:
    """Index of financial condition: 10 − 0.5 per orange − 1 per red ratio; below 6 is insufficient.

    Raises
    ------
    ValueError
        Negative counts, or more lights than the ten ratios.
    """
    rules = document(_VNG)
    if orange < 0 or red < 0 or orange + red > rules["ratios"]:
        raise ValueError("orange and red count ratios of ten")
    index = rules["start_points"] - rules["orange_points"] * orange - rules["red_points"] * red
    return float(index), bool(index >= rules["sufficient_from"])


def _limits() -> dict[str, float]:
    return {k: float(value("council_grid", k).value) for k in ("green_from_share", "amber_from_share")}


def light(no_trigger_share: NDArray[np.float64] | float) -> NDArray[np.str_]:
    """Light from the probability that no HSK trigger is hit within five years (METHODS C.7, proposal).

    Parameters
    ----------
    no_trigger_share : array or float
        0–1; NaN = no data.

    Returns
    -------
    ndarray of str
        "green" (≥ 0.9), "amber" (≥ 0.7), "red", "no_data".
    """
    share = np.asarray(no_trigger_share, np.float64)
    limits = _limits()
    conditions = [np.isnan(share), share >= limits["green_from_share"], share >= limits["amber_from_share"]]
    return np.select(conditions, [NO_DATA, "green", "amber"], default="red")


def light_definitions() -> dict[str, tuple[Text, Text]]:
    """Name and definition of every class of the light, to be shown beside it."""
    limits = {name: f"{100 * share:.0f}" for name, share in _limits().items()}
    found = {}
    for entry in document(_LIGHT)["classes"]:
        title = Text(entry["title"]["de"], entry["title"]["en"])
        definition = Text(entry["definition"]["de"], entry["definition"]["en"])
        found[entry["key"]] = (title, definition.format(limit=limits[entry["limit"] or "amber_from_share"]))
    return found
