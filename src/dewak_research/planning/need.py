"""Need of services from people and rates, today and on three paths, split exactly into demography and rate.

METHODS F.3: ``need_k(t) = Σ P(a, s, t) · r_k(a, s, t)``. Everything works on arrays whose last axes are sex and group
of age, so that draws, years and units lie before them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.planning.ages import GROUPS, SEXES
from dewak_research.planning.rate_checks import block, groups_inside, rate_problems
from dewak_research.planning.rates import SERVICES
from dewak_research.planning.together import within_people
from dewak_research.rules import HOME, land

Array = NDArray[np.floating[Any]]
Scenario = Literal["constant", "damped", "policy"]
SCENARIOS: tuple[Scenario, ...] = ("constant", "damped", "policy")
LEAST_YEARS = 3
"""Fewest years of a history from which growth is read."""
RECENT_YEARS = 2
"""Growth is that of the last years, at least so many (chosen over a whole history by ``rate_backtest``)."""
_problem = messages(__package__)
_INDEX = {service: i for i, service in enumerate(SERVICES)}


def year_problems(years: Sequence[int], where: str = "years") -> list[Problem]:
    """Return a fault where the years of a plan are no unbroken row."""
    wanted = range(min(years), max(years) + 1) if len(years) else ()
    missing = [str(year) for year in wanted if year not in set(years)]
    if missing or list(years) != sorted(set(years)) or not len(years):
        return [_problem("years_missing", where, missing=", ".join(missing) or "–")]
    return []


def level_rates(rates: pd.DataFrame, units: pd.DataFrame) -> tuple[Array, NDArray[np.int_]]:
    """Return the rates from which a plan starts, for every unit.

    Parameters
    ----------
    rates : DataFrame
        Table of rates (``rate_table``, own rows may be added with the unit's key as area); rows ``level`` are used.
    units : DataFrame
        ags, kreis. A unit takes its own row, else that of its Kreis, else that of its Land.

    Returns
    -------
    rates : array (units, services, 2, groups)
        Zero where a service does not reach an age; all missing where no rate is known. Where rates of several areas
        meet in one unit, services that exclude each other hold no more people than there are (``together``).
    year : array (units, services)
        Year of the rate.

    Raises
    ------
    InputError
        Every fault of :func:`rate_problems`.
    """
    if problems := rate_problems(rates):
        raise InputError(problems)
    rows = rates[rates["use"] == "level"]
    given = {key: block(some) for key, some in rows.groupby(["area", "service"])}
    found = np.full((len(units), len(SERVICES), len(SEXES), len(GROUPS)), np.nan)
    year = np.zeros((len(units), len(SERVICES)), int)
    for u, (ags, kreis) in enumerate(zip(units["ags"], units["kreis"], strict=True)):
        for service, k in _INDEX.items():
            area = next((area for area in (ags, kreis, HOME) if (area, service) in given), None)
            if area is not None:
                found[u, k], year[u, k] = given[area, service]
    return within_people(found), year


def yearly_growth(rates: pd.DataFrame) -> Array:
    """Return the growth of rates a year in logarithms, read from the histories of the Land.

    Returns
    -------
    array (services, groups)
        Growth of the log rate a year between the last year and the newest one at least ``RECENT_YEARS`` before it; 0
        where the history has fewer than ``LEAST_YEARS`` years. A trend starts where the rate is now: the slope of a
        whole history carries on what has long ended.
    """
    found = np.zeros((len(SERVICES), len(GROUPS)))
    rows = rates[(rates["use"] == "history") & (rates["rate"] > 0)]
    for (service, age), some in rows.groupby(["service", "age"]):
        if some["year"].nunique() >= LEAST_YEARS:
            slope = recent_growth(some["year"].to_numpy(float), some["rate"].to_numpy(float))
            found[np.ix_([_INDEX[str(service)]], groups_inside(str(age)))] = slope
    return found


def recent_growth(years: Array, rates: Array) -> float:
    """Return the growth of the log of a rate a year over the last ``RECENT_YEARS`` years or the shortest span above.

    Parameters
    ----------
    years, rates : array (n,)
        Rising years, rates above 0.
    """
    before = np.flatnonzero(years <= years[-1] - RECENT_YEARS)[-1]
    return float(np.log(rates[-1] / rates[before]) / (years[-1] - years[before]))


def damped_growth(growth: Array, ahead: NDArray[np.int_], damping: float) -> Array:
    """Return the factor on a rate after ``ahead`` years: ``exp(b Σ_{j=1..h} φ^j)`` (Gardner and McKenzie 1985).

    Parameters
    ----------
    growth : array (services, groups)
    ahead : array (..., services)
        Years since the rate was measured; none before it.
    damping : float
        φ; 1 carries the growth on undamped, 0 stops it.
    """
    steps = np.maximum(ahead, 0)
    weight = steps if damping == 1.0 else damping * (1.0 - damping**steps) / (1.0 - damping)
    factor: Array = np.exp(np.asarray(weight, float)[..., None] * growth)
    return factor


def _towards(
    level: Array, measured: NDArray[np.int_], years: NDArray[np.int_], targets: pd.DataFrame
) -> Array:
    """Return the rates on a straight way from the level to a target and constant from then on."""
    path = np.broadcast_to(level, (len(years), *level.shape)).copy()
    for service, age, rate, reached in targets[["service", "age", "rate", "year"]].itertuples(index=False):
        k, groups = _INDEX[service], list(groups_inside(age))
        span = np.maximum(reached - measured[:, k], 1)
        done = np.clip((years[:, None] - measured[:, k]) / span, 0.0, 1.0)
        start = path[..., k, :, groups]
        path[..., k, :, groups] = start + done[..., None] * (rate - start)
    return path


def policy_targets() -> pd.DataFrame:
    """Return the targets that the Land itself states: service, age, rate, year."""
    stated = [value for value in land(HOME).values("planning") if value.key == "all_day_target_share"]
    rows = [("all_day_school", "6-9", float(value.value), int(value.valid_from or 0)) for value in stated]
    return pd.DataFrame(rows, columns=["service", "age", "rate", "year"])


def _path_problems(scenario: str, damping: float | None) -> list[Problem]:
    """Return a fault for an unknown scenario and for a damping outside 0 to 1 (above 1 growth would explode)."""
    found = []
    if scenario not in SCENARIOS:
        near = nearest_or(str(scenario), SCENARIOS)
        found.append(_problem("scenario_unknown", "scenario", scenario=scenario, near=near))
    if damping is not None and not 0.0 <= damping <= 1.0:
        found.append(_problem("damping_outside", "damping", value=f"{damping:g}"))
    return found


def rate_paths(
    rates: pd.DataFrame,
    units: pd.DataFrame,
    years: Sequence[int],
    scenario: Scenario,
    damping: float | None = None,
    targets: pd.DataFrame | None = None,
) -> Array:
    """Return the rates of every year, unit and service under a scenario.

    Parameters
    ----------
    rates, units
        As for :func:`level_rates`.
    years : sequence of int
        An unbroken row.
    scenario : {"constant", "damped", "policy"}
        Today's rates; their growth carried on and damped, at most 1, and services that exclude each other at most 1
        together (reduced in proportion); or the way to ``targets``, other rates constant.
    damping : float, optional
        From 0 to 1; the assumption of the rules by default.
    targets : DataFrame, optional
        service, age, rate, year; what the Land states by default.

    Returns
    -------
    array (years, units, services, 2, groups)

    Raises
    ------
    InputError
        Years are missing, the scenario is unknown, or the damping, a rate or a target is faulty; all faults at once.
    """
    wanted = policy_targets() if targets is None else targets
    problems = year_problems(years) + _path_problems(scenario, damping) + rate_problems(wanted, "targets")
    if problems:
        raise InputError(problems + rate_problems(rates))
    level, measured = level_rates(rates, units)
    row = np.asarray(years, int)
    if scenario == "policy":
        return _towards(level, measured, row, wanted)
    if scenario == "constant":
        return np.broadcast_to(level, (len(row), *level.shape))
    share = (
        damping if damping is not None else float(land(HOME).value("planning", "trend_damping_share").value)
    )
    return within_people(np.minimum(carried_on(rates, level, measured, row, share), 1.0))


def carried_on(
    rates: pd.DataFrame, level: Array, measured: NDArray[np.int_], years: NDArray[np.int_], damping: float
) -> Array:
    """Return rates with their growth carried on and damped, before any limit: (years, units, services, 2, groups)."""
    factor = damped_growth(yearly_growth(rates), years[:, None, None] - measured, damping)
    carried: Array = level * factor[..., None, :]
    return carried


def need(groups: Array, rates: Array) -> Array:
    """Return persons (or running cases) in need of every service.

    Parameters
    ----------
    groups : array (..., 2, groups)
        Persons by sex and group of age.
    rates : array (..., services, 2, groups)
        Leading axes as those of ``groups`` or fewer.

    Returns
    -------
    array (..., services)
        Missing where no rate is known.
    """
    flat = groups.reshape(*groups.shape[:-2], -1)
    by_group = rates.reshape(*rates.shape[:-2], -1)
    found: Array = np.einsum("...g,...kg->...k", flat, by_group)
    return found


def split(before: Array, after: Array, rates_before: Array, rates_after: Array) -> tuple[Array, Array]:
    """Split the change of need into what people and what rates did: ``Σ r̄ ΔP`` and ``Σ P̄ Δr``.

    Exact: the two parts add up to the change of need (Kitagawa 1955). Shapes as for :func:`need`.

    Returns
    -------
    demography, rate : arrays (..., services)
    """
    people = need(after - before, (rates_before + rates_after) / 2.0)
    use = need((before + after) / 2.0, rates_after - rates_before)
    return people, use
