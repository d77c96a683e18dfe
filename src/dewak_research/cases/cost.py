"""What a model costs the municipality over ten years, and what volunteers and prevention relieve it of.

Fiscal, not societal: only what enters or leaves the municipal account counts. Cost (METHODS E.2) = staff + rooms +
activities + overhead + capital − third-party money, at real prices; volunteers cost and save nothing there. Relief
(METHODS F.4) is their cash effect with third-party money, saved rooms and prevention; volunteer time is valued three
ways beside it and never added to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.library import drawn, ranges
from dewak_research.cases.schema import ModelInputs, Prices, Relief, Resources

Floats = NDArray[np.float64]
Inputs = Mapping[str, float | Floats]
YEARS = 10
EUROS_OF = 2024
"""Year whose euros models, relief and options are in (METHODS F.5)."""
INPUTS = (*Resources.model_fields, *Prices.model_fields, *ModelInputs.model_fields)
"""Inputs of one model in one case: what the place needs, prices, what the model changes."""
ITEMS_OF_MODEL = tuple(ModelInputs.model_fields)
ITEMS = tuple(Relief.model_fields)
"""What the relief equation needs, all per year."""


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
    return cost_of(inputs, rng.random((draws, YEARS - 1)))


def cost_of(inputs: Mapping[str, Floats], chance: Floats) -> CostResult:
    """Return the cost of one model at given inputs.

    Parameters
    ----------
    inputs : mapping
        Items of ``INPUTS``, one value per draw.
    chance : ndarray, draws × (years − 1)
        Even draws from 0 to 1: third-party money goes on into the next year where one is below the renewal share.
    """
    renewed = chance < inputs["renewal_share"][:, None]
    funded = np.hstack([np.ones((len(chance), 1)), np.cumprod(renewed, axis=1)])
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


def relief_parts(inputs: Inputs) -> dict[str, float | Floats]:
    """Return the parts of the relief equation, EUR a year; costs negative.

    Parameters
    ----------
    inputs : mapping
        The items of ``ITEMS``, numbers or arrays of equal length.
    """
    g = {name: np.asarray(inputs[name], dtype=np.float64) for name in ITEMS}
    out = {
        "volunteers_eur": g["volunteer_hours"] * g["wage_eur_per_hour"] * g["substitution_share"],
        "third_party_eur": g["third_party_eur"]
        * g["additionality_share"]
        * (1 - g["fundraising_cost_share"]),
        "rooms_eur": g["rooms_saved_m2"] * g["room_cost_eur_m2"] * g["rooms_realised_share"],
        "prevention_eur": g["cases_prevented"] * g["case_cost_eur"] * g["attribution_share"],
        "coordination_eur": -g["coordination_eur"],
        "insurance_training_eur": -g["insurance_training_eur"],
        "room_support_eur": -g["room_support_eur"],
        "transaction_eur": -g["transaction_eur"],
    }
    return {name: float(value) if value.ndim == 0 else value for name, value in out.items()}


def relief(inputs: Inputs) -> float | Floats:
    """Return the yearly cash effect on the municipal budget, EUR; positive = relief, negative = burden."""
    total = sum(np.asarray(value) for value in relief_parts(inputs).values())
    return float(total) if np.ndim(total) == 0 else np.asarray(total, dtype=np.float64)


def break_even_substitution(inputs: Mapping[str, float]) -> float:
    """Return σ*, the share of volunteer hours that must replace budgeted work for a zero cash effect.

    Above 1 the option cannot pay for itself through volunteers alone; negative: it pays without any
    substitution; infinite where there are no valued hours.
    """
    gross = float(inputs["volunteer_hours"]) * float(inputs["wage_eur_per_hour"])
    without = float(relief({**inputs, "substitution_share": 0.0}))
    return -without / gross if gross > 0 else float("inf")


def volunteer_values(hours: float, minimum_wage: float, occupation_wage: float, social_share: float,
                     own_wage: float, grant_hour: float) -> dict[str, float]:  # fmt: skip
    """Return four valuations of volunteer time, EUR a year (a value to society or in a grant's plan, never cash).

    Parameters
    ----------
    hours : float
        Hours a year.
    minimum_wage, occupation_wage, own_wage : float
        EUR per hour: minimum wage (replacement by a generalist), wage of the occupation (by a specialist,
        plus ``social_share`` employer's contributions), the volunteers' own wage (opportunity cost).
    grant_hour : float
        EUR per hour that grant law counts as notional own work: it lowers the own share in a grant's plan of finance
        and is no cash; the same hours must not be counted as relief again.
    """
    return {
        "generalist_eur": hours * minimum_wage,
        "specialist_eur": hours * occupation_wage * (1 + social_share),
        "opportunity_eur": hours * own_wage,
        "grant_eur": hours * grant_hour,
    }


def tornado(spans: pd.DataFrame) -> pd.DataFrame:
    """Return the cash effect when each input alone goes to its low and high end.

    Parameters
    ----------
    spans : DataFrame
        index = items of ``ITEMS``; columns low, mode, high.

    Returns
    -------
    DataFrame
        item, at_low_eur, at_high_eur, swing_eur (absolute), largest first.
    """
    base = {str(item): float(value) for item, value in spans["mode"].items()}
    rows = []
    for item in ITEMS:
        ends = [float(relief({**base, item: float(spans[end][item])})) for end in ("low", "high")]
        rows.append((item, *ends, abs(ends[1] - ends[0])))
    table = pd.DataFrame(rows, columns=["item", "at_low_eur", "at_high_eur", "swing_eur"])
    return table.sort_values(["swing_eur", "item"], ascending=[False, True], ignore_index=True)


def joint_uncertainty(spans: pd.DataFrame, draws: int, seed: int) -> dict[str, float]:
    """Return the distribution of the cash effect when all inputs vary at once.

    Returns
    -------
    dict
        mean_eur, p05_eur, p50_eur, p95_eur, relief_share (share of draws with a positive effect).
    """
    values = np.asarray(relief(drawn(spans, draws, np.random.default_rng(seed))))
    low, centre, high = np.quantile(values, [0.05, 0.5, 0.95])
    return {
        "mean_eur": float(values.mean()),
        "p05_eur": float(low),
        "p50_eur": float(centre),
        "p95_eur": float(high),
        "relief_share": float((values > 0).mean()),
    }


def substitution_curve(inputs: Mapping[str, float], points: int = 21) -> pd.DataFrame:
    """Return the cash effect over substitution shares from 0 to 1: substitution_share, effect_eur."""
    shares = np.linspace(0.0, 1.0, points)
    effects = [float(relief({**inputs, "substitution_share": float(s)})) for s in shares]
    return pd.DataFrame({"substitution_share": shares, "effect_eur": effects})


def relief_tables(criteria: Mapping[str, Any], draws: int, seed: int) -> dict[str, pd.DataFrame]:
    """Return the relief equation at its stated inputs, over substitution shares, and its uncertainty.

    Parameters
    ----------
    criteria : mapping
        Content of ``criteria.yaml``: relief, wages.

    Returns
    -------
    dict
        relief_summary (one row: base_eur, break_even_share, half_substitution_eur, largest_item, and the columns
        of ``joint_uncertainty``), relief_tornado, relief_curve, volunteer_value (valuation, eur).
    """
    spans = ranges(criteria["relief"])
    mode = {str(item): float(value) for item, value in spans["mode"].items()}
    wages = {name: float(item["value"]) for name, item in criteria["wages"].items()}
    worth = volunteer_values(
        mode["volunteer_hours"],
        wages["minimum_wage_eur"],
        wages["occupation_wage_eur"],
        wages["social_share"],
        wages["own_wage_eur"],
        wages["grant_hour_eur"],
    )
    swings = tornado(spans)
    summary = {
        "base_eur": relief(mode),
        "break_even_share": break_even_substitution(mode),
        "half_substitution_eur": relief({**mode, "substitution_share": 0.5}),
        "largest_item": swings["item"].iloc[0],
        **joint_uncertainty(spans, draws, seed),
    }
    return {
        "relief_summary": pd.DataFrame([summary]),
        "relief_tornado": swings,
        "relief_curve": substitution_curve(mode),
        "volunteer_value": pd.DataFrame(list(worth.items()), columns=["valuation", "eur"]),
    }
