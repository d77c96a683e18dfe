"""What a model costs the municipality over ten years, and how uncertain that is.

Net cost = staff + rooms + activities + overhead + capital − third-party money, from stated inputs, real
prices. Volunteers cost and save nothing here: their cash effect is the subject of ``relief``. METHODS E.2, F.4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.relief import triangular

Floats = NDArray[np.float64]
YEARS = 10
INPUTS = (
    "staff_fte",
    "rooms_m2",
    "room_cost_eur_m2",
    "activity_eur",
    "volunteer_hours",
    "fte_cost_eur",
    "staff_cost_growth",
    "discount_rate",
    "municipal_staff_share",
    "room_share",
    "overhead_eur",
    "third_party_eur",
    "renewal_share",
    "volunteer_factor",
    "capital_eur",
)
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


def cost_path(inputs: dict[str, Floats], funded: Floats) -> Floats:
    """Return the net cash cost per year, draws × (years + 1), EUR; column 0 is the capital outlay.

    Parameters
    ----------
    inputs : dict
        Items of ``INPUTS``, arrays of equal length.
    funded : ndarray, draws × years
        Share of the third-party money still flowing in each year (1 before it is not renewed).
    """
    years = np.arange(YEARS)
    g = {name: np.asarray(inputs[name], dtype=np.float64)[:, None] for name in INPUTS}
    wage_path = (1 + g["staff_cost_growth"]) ** years
    staff = g["staff_fte"] * g["fte_cost_eur"] * g["municipal_staff_share"] * wage_path
    rooms = g["rooms_m2"] * g["room_cost_eur_m2"] * g["room_share"]
    running = staff + rooms + g["activity_eur"] + g["overhead_eur"] - g["third_party_eur"] * funded
    return np.asarray(np.hstack([g["capital_eur"], running]), dtype=np.float64)


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
    inputs = triangular(ranges.loc[list(INPUTS)], draws, rng)
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
    """Return the parts of the first year at the modal inputs, EUR; third-party money negative."""
    m = ranges["mode"]
    return {
        "staff_eur": float(m["staff_fte"] * m["fte_cost_eur"] * m["municipal_staff_share"]),
        "rooms_eur": float(m["rooms_m2"] * m["room_cost_eur_m2"] * m["room_share"]),
        "activity_eur": float(m["activity_eur"]),
        "overhead_eur": float(m["overhead_eur"]),
        "capital_per_year_eur": float(m["capital_eur"] / YEARS),
        "third_party_eur": float(-m["third_party_eur"]),
    }
