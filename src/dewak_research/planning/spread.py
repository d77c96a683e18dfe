"""How far net migration was off in the past, split into an error that stays and one that comes anew each year.

Widths come from rolling windows of the past: the mean of five years, without exceptional ones, carried on as the level
is, against the years that followed, exceptional ones among them. They are set so that nine in ten past misses lie
within P05–P95; what lies beyond is further out than the normal distribution of the draws says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from dewak_research.errors import InputError, messages

Floats = NDArray[np.float64]
TYPICAL = 20_000.0
"""People of the town that the widths are stated for."""
NINE_IN_TEN = 1.6448536269514722
"""Standard deviations within which nine in ten values of a normal distribution lie."""
PAST_YEARS = 5
FEWEST_PAST_YEARS = 3
HORIZONS = (1, 2, 3, 4, 5, 6, 9, 12)
_problem = messages(__package__)


@dataclass(frozen=True)
class Spread:
    """Width of the misses of one component.

    Attributes
    ----------
    level : float
        Standard deviation of the error that stays, share of the people a year.
    yearly : float
        Standard deviation of the error of a single year, share of the people.
    size : float
        Power by which the standard deviation falls with size: people of ``TYPICAL`` times more, width times
        ``more ** -size``; 0 = size does not matter.
    """

    level: float
    yearly: float
    size: float = 0.0

    def scale(self, persons: Floats) -> Floats:
        """Return the factor of each unit's standard deviations, by its size."""
        return np.asarray((persons / TYPICAL) ** -self.size)


def window_errors(
    growth: Floats, years: Sequence[int], weight: float, exceptional: Sequence[int], last: int
) -> dict[int, Floats]:
    """Return by how much past windows of growth missed the years that followed.

    Parameters
    ----------
    growth : array (units, years)
        Log growth of each year; NaN = not comparable with the year before.
    years : sequence of int
        Year of each column.
    weight : float
        Part of the mean of the past that counts for the years to come.
    exceptional : sequence of int
        Years left out of the past, as the level leaves them out; they stay in what follows.
    last : int
        Last year that may be looked at.

    Returns
    -------
    dict
        Horizon in years → array (units, origins) of summed misses, log persons; empty where there is no window.
    """
    column = {year: i for i, year in enumerate(years)}
    out = {}
    for horizon in HORIZONS:
        found = []
        for origin in years:
            past = [
                y for y in range(origin - PAST_YEARS + 1, origin + 1) if y in column and y not in exceptional
            ]
            later = range(origin + 1, origin + horizon + 1)
            if len(past) < FEWEST_PAST_YEARS or later[-1] > last or any(y not in column for y in later):
                continue
            mean = growth[:, [column[y] for y in past]].mean(axis=1)
            found.append(growth[:, [column[y] for y in later]].sum(axis=1) - horizon * weight * mean)
        out[horizon] = np.stack(found, axis=1) if found else np.empty((growth.shape[0], 0))
    return out


def spread(errors: Mapping[int, Floats], persons: Floats | None = None) -> Spread:
    """Return the widths under which nine in ten of the misses lie within P05–P95.

    Parameters
    ----------
    errors : mapping
        Horizon → array (units, origins), as from ``window_errors``; NaN are left out.
    persons : array (units,), optional
        Size of the units; without it size does not matter.

    Raises
    ------
    InputError
        There is no miss to learn from.
    """
    known = {h: e for h, e in errors.items() if np.isfinite(e).any()}
    if not known:
        raise InputError(_problem("no_miss", "town_population"))
    horizons = np.array(sorted(known), dtype=float)
    variance = np.array([np.nanmean(known[int(h)] ** 2) for h in horizons])
    design = np.stack([horizons**2, horizons], axis=1) / variance[:, None]
    (level, yearly), _ = nnls(design, np.ones(len(horizons)))
    width = {h: np.sqrt(level * h**2 + yearly * h) for h in horizons}
    size = 0.0 if persons is None else _size(known, width, persons)
    wide = Spread(float(np.sqrt(level)), float(np.sqrt(yearly)), size)
    factor = wide.scale(persons)[:, None] if persons is not None else np.ones((1, 1))
    misses = np.concatenate([(np.abs(known[int(h)]) / factor / width[h]).ravel() for h in horizons])
    fit = float(np.nanquantile(misses, 0.9)) / NINE_IN_TEN
    return Spread(wide.level * fit, wide.yearly * fit, size)


def _size(errors: Mapping[int, Floats], width: Mapping[float, float], persons: Floats) -> float:
    """Power by which misses fall with size: least squares in logs, so that a few large misses do not decide."""
    miss, people = [], []
    for horizon, found in errors.items():
        share = np.abs(found) / width[horizon]
        there = np.isfinite(share) & (share > 0)
        miss.append(np.log(share[there]))
        people.append(np.broadcast_to(np.log(persons)[:, None], share.shape)[there])
    x, y = np.concatenate(people), np.concatenate(miss)
    slope = float(((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()) if np.ptp(x) else 0.0
    return max(-slope, 0.0)


@dataclass(frozen=True)
class Spreads:
    """Widths of the three components: the Land, a Kreis against it, a town against its Kreis."""

    land: Spread
    kreis: Spread
    town: Spread
