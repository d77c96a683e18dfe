"""Gross cost of need in euros of the year: people, unit cost, prices of staff and of things, steps and remanence.

METHODS F.3: ``cost_k(t) = need_k(t) · uc_k · Π (1 + w_k π_pers + (1 − w_k) π_sach)``, w the share of staff.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.errors import InputError, Problem, messages, nearest_or
from dewak_research.planning.need import year_problems
from dewak_research.planning.rates import SERVICES
from dewak_research.planning.remanence import paid_for
from dewak_research.rules import HOME, land

Array = NDArray[np.floating[Any]]
_problem = messages(__package__)


def assumption(name: str) -> float:
    """Return an assumption of planning that is one number (``rules/land/00/planning.yaml``)."""
    return float(land(HOME).value("planning", name).value)


def by_service(name: str, missing: float = np.nan) -> Array:
    """Return an assumption by service in the order of ``SERVICES``; ``missing`` where none is made."""
    stated = land(HOME).value("planning", name).value
    return np.array([float(stated.get(service, missing)) for service in SERVICES])


def unit_cost_problems(unit_costs: pd.DataFrame, where: str = "unit_costs") -> list[Problem]:
    """Return every fault of a table of unit costs: unknown service, cost below 0."""
    found = []
    for i, (service, eur) in enumerate(
        zip(unit_costs["service"], unit_costs["eur_per_need"], strict=True), 1
    ):
        if service not in SERVICES:
            near = nearest_or(str(service), SERVICES)
            found.append(_problem("service_unknown", f"{where}: {i}", service=service, near=near))
        if eur < 0:
            found.append(_problem("cost_below_zero", f"{where}: {i}", service=service, value=f"{eur:g}"))
    return found


def unit_cost_array(unit_costs: pd.DataFrame, units: pd.DataFrame) -> tuple[Array, NDArray[np.int_]]:
    """Return the unit cost of every unit and service, and the year of its prices.

    Parameters
    ----------
    unit_costs : DataFrame
        service, area, year, eur_per_need; own rows have the unit's key as area. A unit takes its own row, else that
        of its Kreis, else that of its Land.
    units : DataFrame
        ags, kreis.

    Returns
    -------
    eur : array (units, services)
        EUR per unit of need; missing where not known.
    year : array (units, services)

    Raises
    ------
    InputError
        Every fault of :func:`unit_cost_problems`.
    """
    if problems := unit_cost_problems(unit_costs):
        raise InputError(problems)
    wide = {
        column: unit_costs.pivot_table(index="area", columns="service", values=column, dropna=False).reindex(
            columns=list(SERVICES)
        )
        for column in ("eur_per_need", "year")
    }
    found = []
    for values in wide.values():
        known = values.reindex(pd.Index(units["ags"]).astype(str)).to_numpy()
        for keys in (units["kreis"], pd.Series(HOME, index=units.index)):
            known = np.where(np.isnan(known), values.reindex(keys.to_numpy()).to_numpy(), known)
        found.append(known)
    eur, year = found
    return eur, np.nan_to_num(year).astype(int)


def price_factor(
    years: Sequence[int], priced: NDArray[np.int_], staff_share: Array, pay: float, price: float
) -> Array:
    """Return prices of every year over those of the year of the unit cost.

    Parameters
    ----------
    years : sequence of int
    priced : array (..., services)
        Year of the unit cost.
    staff_share : array (services,)
        Share of staff in cost; where missing, both prices count half.
    pay, price : float
        Yearly growth of pay and of other prices.

    Returns
    -------
    array (years, ..., services)
    """
    weight = np.where(np.isnan(staff_share), 0.5, staff_share)
    yearly = 1.0 + weight * pay + (1.0 - weight) * price
    ahead = np.asarray(years).reshape(-1, *([1] * np.ndim(priced))) - priced
    factor: Array = yearly**ahead
    return factor


def gross_cost(
    need: Array,
    unit_costs: pd.DataFrame,
    units: pd.DataFrame,
    years: Sequence[int],
    *,
    fixed_share: float | None = None,
    places_per_step: Array | None = None,
    pay: float | None = None,
    price: float | None = None,
) -> Array:
    """Return the gross cost of need, EUR of the year.

    Parameters
    ----------
    need : array (years, ..., units, services)
        Years first; draws may lie between years and units.
    unit_costs, units
        As for :func:`unit_cost_array`.
    years : sequence of int
        An unbroken row.
    fixed_share, places_per_step, pay, price : optional
        Remanence, places of a step by service, growth of pay and of prices; the assumptions of the rules by default.

    Returns
    -------
    array as ``need``
        Missing where need or unit cost is not known.

    Raises
    ------
    InputError
        Years are missing, a unit cost, a step or the remanence is out of bounds.
    """
    if problems := year_problems(years):
        raise InputError(problems)
    steps = by_service("places_per_step") if places_per_step is None else places_per_step
    stays = assumption("fixed_share") if fixed_share is None else fixed_share
    paid = paid_for(need, steps, stays)
    eur, priced = unit_cost_array(unit_costs, units)
    growth = price_factor(
        years,
        priced,
        by_service("staff_share"),
        assumption("pay_growth_share") if pay is None else pay,
        assumption("price_growth_share") if price is None else price,
    )
    between = tuple(range(1, need.ndim - 2))
    cost: Array = paid * np.expand_dims(growth * eur, between)
    return cost
