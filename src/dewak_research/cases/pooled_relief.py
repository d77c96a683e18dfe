"""The relief of shared rooms (model A8) with what the plan of the rooms frees, in place of an assumed area.

Area and cost per m² then come from a computed plan (``space.effects.by_carrier``, handed in as a table); everything
else stays the assumption it was. Only the municipality's own rooms count, for the equation is about its account alone;
what it hires instead is taken off.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.cost import break_even_substitution, joint_uncertainty, relief, relief_parts
from dewak_research.cases.library import ranges

AREA, PRICE, REALISED = "rooms_saved_m2", "room_cost_eur_m2", "rooms_realised_share"


def computed_inputs(by_carrier: pd.DataFrame) -> pd.DataFrame:
    """Return area and net cost per m² of the municipality: the plan shown, and the ends over all plans.

    Parameters
    ----------
    by_carrier : DataFrame
        One row per plan and carrier: shown, municipal (bool), freed_m2, net_eur, eur_m2 (missing without area).

    Returns
    -------
    DataFrame
        Index ``AREA``, ``PRICE``; low, mode, high. A plan that frees nothing has no price per m²: it counts in the area
        alone; where the plan shown frees nothing, the price is 0.
    """
    own = by_carrier[by_carrier["municipal"]]
    shown = own[own["shown"]].iloc[0]
    rows = {}
    for name, column in ((AREA, "freed_m2"), (PRICE, "eur_m2")):
        known = own[column].dropna()
        mode = 0.0 if np.isnan(shown[column]) else float(shown[column])
        rows[name] = (min([mode, *known]), mode, max([mode, *known]))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["low", "mode", "high"]).astype(float)


def _effect(spans: pd.DataFrame, draws: int, seed: int) -> dict[str, float]:
    mode = {str(item): float(value) for item, value in spans["mode"].items()}
    return {
        **{name: mode[name] for name in (AREA, PRICE, REALISED)},
        "rooms_eur": float(relief_parts(mode)["rooms_eur"]),
        "base_eur": float(relief(mode)),
        "break_even_share": break_even_substitution(mode),
        **joint_uncertainty(spans, draws, seed),
    }


def pooled_relief_tables(
    equation: Mapping[str, Any], by_carrier: pd.DataFrame, draws: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the relief equation with assumed and with computed rooms.

    Parameters
    ----------
    equation : mapping
        Block ``relief`` of ``criteria.yaml``.
    by_carrier : DataFrame
        See :func:`computed_inputs`.

    Returns
    -------
    dict
        pooled_relief, one row each for rooms "assumed" and "computed": rooms, rooms_saved_m2, room_cost_eur_m2 (net of
        hire where computed), rooms_realised_share (an assumption in both), rooms_eur (their part), base_eur (the whole
        effect at the middle inputs), break_even_share, mean_eur, p05_eur, p50_eur, p95_eur, relief_share.
        pooled_inputs: input, low, mode, high of what is computed. Empty where no carrier is the municipality.
    """
    if not by_carrier["municipal"].any():
        return {}
    assumed, found = ranges(equation), computed_inputs(by_carrier)
    computed = assumed.copy()
    computed.loc[found.index, ["low", "mode", "high"]] = found
    rows = [
        {"rooms": name, **_effect(spans, draws, seed)}
        for name, spans in (("assumed", assumed), ("computed", computed))
    ]
    return {
        "pooled_relief": pd.DataFrame(rows),
        "pooled_inputs": found.rename_axis("input").reset_index(),
    }
