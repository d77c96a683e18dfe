"""The relief of shared rooms (model A8) with what the plan of the rooms frees, in place of an assumed area.

Area and cost per m² then come from a computed plan, handed in as tables; everything else stays the assumption it was.
The equation is about the municipality's account alone. Two readings: its own rooms, as long as nobody pays anybody
anything; or the part of the whole saving that a contract among the carriers gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.cases.cost import break_even_substitution, joint_uncertainty, relief, relief_parts
from dewak_research.cases.library import ranges

AREA, PRICE, REALISED = "rooms_saved_m2", "room_cost_eur_m2", "rooms_realised_share"


def own_inputs(by_carrier: pd.DataFrame) -> pd.DataFrame:
    """Return area and net cost per m² of the municipality's own rooms: the plan shown, and the ends over all plans.

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


def split_inputs(by_carrier: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    """Return the municipality's part of area and net cost per m² of the plan shown, once the saving is split.

    Parameters
    ----------
    by_carrier : DataFrame
        See :func:`own_inputs`; carrier.
    shares : DataFrame
        carrier, shapley_eur, nucleolus_eur: what each gets of the saving, EUR a year.

    Returns
    -------
    DataFrame
        As :func:`own_inputs`: its part of the area is that of the saving, by the nucleolus (which leaves no group a
        reason to go), the ends by that and the Shapley value. All 0 where the plan frees or saves nothing.
    """
    shown = by_carrier[by_carrier["shown"]]
    area, saved = float(shown["freed_m2"].sum()), float(shown["net_eur"].sum())
    if not (area > 0 and saved > 0):
        return pd.DataFrame(0.0, index=[AREA, PRICE], columns=["low", "mode", "high"])
    town = shown.loc[shown["municipal"], "carrier"].iloc[0]
    gets = (
        shares.set_index("carrier").loc[town, ["nucleolus_eur", "shapley_eur"]].to_numpy(float) / saved * area
    )
    rows = {AREA: (gets.min(), gets[0], gets.max()), PRICE: (saved / area,) * 3}
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
    equation: Mapping[str, Any], by_carrier: pd.DataFrame, shares: pd.DataFrame, draws: int, seed: int
) -> dict[str, pd.DataFrame]:
    """Return the relief equation with assumed and with computed rooms.

    Parameters
    ----------
    equation : mapping
        Block ``relief`` of ``criteria.yaml``.
    by_carrier, shares : DataFrame
        See :func:`own_inputs` and :func:`split_inputs`.

    Returns
    -------
    dict
        pooled_relief, one row each for rooms "assumed", "own" and "split": rooms, rooms_saved_m2, room_cost_eur_m2 (net
        of hire where computed), rooms_realised_share (an assumption in all), rooms_eur (their part), base_eur (the
        whole effect at the middle inputs), break_even_share, mean_eur, p05_eur, p50_eur, p95_eur, relief_share.
        pooled_inputs: rooms, input, low, mode, high of what is computed. Empty where no carrier is the municipality.
    """
    if not by_carrier["municipal"].any():
        return {}
    found = {"own": own_inputs(by_carrier), "split": split_inputs(by_carrier, shares)}
    assumed = ranges(equation)
    spans = {"assumed": assumed}
    for name, computed in found.items():
        spans[name] = assumed.copy()
        spans[name].loc[computed.index, ["low", "mode", "high"]] = computed
    inputs = [frame.rename_axis("input").reset_index().assign(rooms=name) for name, frame in found.items()]
    return {
        "pooled_relief": pd.DataFrame(
            [{"rooms": name, **_effect(span, draws, seed)} for name, span in spans.items()]
        ),
        "pooled_inputs": pd.concat(inputs, ignore_index=True),
    }
