"""What a model costs the municipality over ten years, and how uncertain that is.

Net cost = staff + rooms + activities + overhead + capital − third-party money, from stated inputs, real
prices. Volunteers cost and save nothing here: their cash effect is the subject of ``relief``. METHODS E.2, F.4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.library import drawn
from dewak_research.cases.schema import Resources
from dewak_research.cases.schema_library import ModelInputs, Prices

Floats = NDArray[np.float64]
YEARS = 10
INPUTS = (*Resources.model_fields, *Prices.model_fields, *ModelInputs.model_fields)
"""Inputs of one model in one case: what the place needs, prices, what the model changes."""


@dataclass(frozen=True)
class CostResult:
    """Cost of one model in one case.

    Parameters
    ----------
    annual_eur : ndarray
        Present value over ten years divided by ten, one per draw.
    capital_eur, third_party_eur, volunteer_hours : ndarray
        Per draw: capital at the start, mean third-party money a year, volunteer hours a year.
    """

    annual_eur: Floats
    capital_eur: Floats
    third_party_eur: Floats
    volunteer_hours: Floats

    @property
    def risk_eur(self) -> float:
        """P95 − P50 of the annual net cost."""
        return float(np.quantile(self.annual_eur, 0.95) - np.quantile(self.annual_eur, 0.5))


def running_parts(inputs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the parts of a year's running cost at first-year wages, EUR; third-party money negative."""
    g = {name: np.asarray(inputs[name], dtype=np.float64) for name in INPUTS}
    return {
        "staff_eur": g["staff_fte"] * g["fte_cost_eur"] * g["municipal_staff_share"],
        "rooms_eur": g["rooms_m2"] * g["room_cost_eur_m2"] * g["room_share"],
        "activity_eur": g["activity_eur"],
        "overhead_eur": g["overhead_eur"],
        "third_party_eur": -g["third_party_eur"],
    }


def cost_path(inputs: Mapping[str, Floats], funded: Floats) -> Floats:
    """Return the net cash cost per year, draws × (years + 1), EUR; column 0 is the capital outlay.

    Parameters
    ----------
    inputs : mapping
        Items of ``INPUTS``, arrays of equal length.
    funded : ndarray, draws × years
        Share of the third-party money still flowing in each year (1 before it is not renewed).
    """
    each = {name: np.asarray(inputs[name], dtype=np.float64)[:, None] for name in INPUTS}
    first = running_parts(each)
    staff = first["staff_eur"] * (1 + each["staff_cost_growth"]) ** np.arange(YEARS)
    rest = first["rooms_eur"] + first["activity_eur"] + first["overhead_eur"]
    running = staff + rest + first["third_party_eur"] * funded
    return np.hstack([each["capital_eur"], running])


def annual_cost(path: Floats, discount_rate: Floats) -> Floats:
    """Return the present value of a path divided by the ten years (capital at 0, year t at its end)."""
    factors = (1 + discount_rate[:, None]) ** -np.arange(YEARS + 1)
    return np.asarray((path * factors).sum(axis=1) / YEARS, dtype=np.float64)


def simulate(ranges: pd.DataFrame, draws: int, seed: int) -> CostResult:
    """Return cost draws of one model: triangular inputs, third-party money that may end each year.

    Parameters
    ----------
    ranges : DataFrame
        index ``INPUTS``; low, mode, high.
    """
    rng = np.random.default_rng(seed)
    inputs = drawn(ranges.loc[list(INPUTS)], draws, rng)
    renewed = rng.random((draws, YEARS - 1)) < inputs["renewal_share"][:, None]
    funded = np.hstack([np.ones((draws, 1)), np.cumprod(renewed, axis=1)])
    path = cost_path(inputs, funded)
    return CostResult(
        annual_eur=annual_cost(path, inputs["discount_rate"]),
        capital_eur=inputs["capital_eur"],
        third_party_eur=inputs["third_party_eur"] * funded.mean(axis=1),
        volunteer_hours=inputs["volunteer_hours"] * inputs["volunteer_factor"],
    )


def expected_cost(ranges: pd.DataFrame) -> float:
    """Return the annual net cost at the modal inputs, money lasting with its expected probability."""
    mode = {name: ranges.loc[[name], "mode"].to_numpy(dtype=np.float64) for name in INPUTS}
    funded = np.asarray(mode["renewal_share"][:, None] ** np.arange(YEARS), dtype=np.float64)
    return float(annual_cost(cost_path(mode, funded), mode["discount_rate"])[0])


def cost_parts(ranges: pd.DataFrame) -> dict[str, float]:
    """Return the parts of the first year at the modal inputs, EUR; capital spread over the ten years."""
    mode = {str(name): np.asarray(value, dtype=np.float64) for name, value in ranges["mode"].items()}
    parts = {name: float(value) for name, value in running_parts(mode).items()}
    return {**parts, "capital_per_year_eur": float(mode["capital_eur"] / YEARS)}
