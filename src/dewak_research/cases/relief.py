"""Does it pay? Cash relief of the budget by volunteers, third-party money, saved rooms and prevention.

Fiscal, not societal: only what enters or leaves the municipal account counts. Method: METHODS F.4. Volunteer
time is valued three ways beside it and never added to the cash effect.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.cases.library import drawn, ranges
from dewak_research.cases.schema_library import Relief

Floats = NDArray[np.float64]
Inputs = Mapping[str, float | Floats]
ITEMS = tuple(Relief.model_fields)
"""What the relief equation needs, all per year."""


def parts(inputs: Inputs) -> dict[str, float | Floats]:
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
    total = sum(np.asarray(value) for value in parts(inputs).values())
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
                     own_wage: float) -> dict[str, float]:  # fmt: skip
    """Return three valuations of volunteer time, EUR a year (a value to society, not cash).

    Parameters
    ----------
    hours : float
        Hours a year.
    minimum_wage, occupation_wage, own_wage : float
        EUR per hour: minimum wage (replacement by a generalist), wage of the occupation (by a specialist,
        plus ``social_share`` employer's contributions), the volunteers' own wage (opportunity cost).
    """
    return {
        "generalist_eur": hours * minimum_wage,
        "specialist_eur": hours * occupation_wage * (1 + social_share),
        "opportunity_eur": hours * own_wage,
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
