"""The relief part of the chapter: whether a meeting point relieves the budget, and by how much."""

from __future__ import annotations

import pandas as pd

from dewak_research.cases.library import Library, ranges
from dewak_research.cases.relief import (
    break_even_substitution,
    joint_uncertainty,
    parts,
    relief,
    substitution_curve,
    tornado,
    volunteer_values,
)

SUBSTITUTION = (0.0, 0.25, 0.5)
Values = dict[str, float | int | str | bool]


def relief_section(library: Library, draws: int, seed: int) -> tuple[dict[str, pd.DataFrame], Values]:
    """Return the relief equation at its stated inputs, over substitution shares, and its uncertainty."""
    spans = ranges(library.criteria["relief"])
    mode = {str(item): float(value) for item, value in spans["mode"].items()}
    wages = {name: float(item["value"]) for name, item in library.criteria["wages"].items()}
    worth = volunteer_values(
        mode["volunteer_hours"],
        wages["minimum_wage_eur"],
        wages["occupation_wage_eur"],
        wages["social_share"],
        wages["own_wage_eur"],
    )
    joint = joint_uncertainty(spans, draws, seed)
    values: Values = {
        "relief_base_eur": float(relief(mode)),
        "relief_break_even_share": break_even_substitution(mode),
        "relief_hours": float(mode["volunteer_hours"]),
        "relief_wage_eur": float(mode["wage_eur_per_hour"]),
        **{f"relief_{name}": value for name, value in joint.items()},
        **{f"volunteers_{name}": value for name, value in worth.items()},
    }
    for share in SUBSTITUTION:
        effect = relief({**mode, "substitution_share": share})
        values[f"relief_at_{round(share * 100)}_eur"] = float(effect)
    tables = {
        "relief_parts": pd.DataFrame(
            [(k, float(v)) for k, v in parts(mode).items()], columns=["part", "eur"]
        ),
        "relief_tornado": tornado(spans),
        "relief_curve": substitution_curve(mode),
        "relief_inputs": spans.rename_axis("item").reset_index(),
        "volunteer_value": pd.DataFrame(list(worth.items()), columns=["valuation", "eur"]),
    }
    values["relief_largest_item"] = str(tables["relief_tornado"]["item"].iloc[0])
    return tables, values
