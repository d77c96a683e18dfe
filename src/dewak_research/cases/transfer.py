"""Can my town copy it? Three lights with reasons, never one number (METHODS E.6).

Context: how near is the town to the model town? Mechanism: which conditions hold? Feasibility: does the
budget bear it, and does budget law allow it? A question nobody has answered yet stays "unknown".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from dewak_research.cases.library import CONDITIONS, Library
from dewak_research.cases.placed import problem_at
from dewak_research.data.context import factor_table, kreis_context, town_context
from dewak_research.data.peers import (
    bootstrap_jaccard,
    distance_matrix,
    factor_columns,
    fit_space,
    peers_of_all,
)
from dewak_research.errors import InputError

NEAR_SHARE = 0.10
FAR_SHARE = 0.33
"""Green: at most this share of all units is nearer to the model town; red: more than FAR_SHARE [P]."""
HYPOTHESIS = ("POL", "TRAEGER")
"""Success factors named on the project page: sufficient together is the hypothesis, not a finding."""
NEAREST = 3


def context_fit(context: pd.DataFrame, model: str) -> pd.DataFrame:
    """Return how near every unit is to the model unit.

    Parameters
    ----------
    context : DataFrame
        Units of one level (all towns, or all Kreise) as ``data.context`` gives them.
    model : str
        Key of the model unit, one of them.

    Returns
    -------
    DataFrame
        ags, distance, closer_share (share of the other units that are nearer to the model; 0 for the model),
        context_light. Sorted by ags; unknown where the distance is.
    """
    matrix = distance_matrix(fit_space(context.drop(columns="kind", errors="ignore")))
    distance = matrix[model]
    others = distance.drop(index=model).dropna().to_numpy()
    nearer = np.searchsorted(np.sort(others), distance.to_numpy(), side="left")
    share = np.where(distance.isna(), np.nan, nearer / max(1, len(others)))
    share = np.where(distance.index == model, 0.0, share)
    light = np.select([np.isnan(share), share <= NEAR_SHARE, share <= FAR_SHARE],
                      ["unknown", "green", "amber"], "red")  # fmt: skip
    return pd.DataFrame(
        {
            "ags": distance.index,
            "distance": distance.to_numpy(),
            "closer_share": share,
            "context_light": light,
        }
    )


def context_stability(context: pd.DataFrame, model: str) -> pd.DataFrame:
    """Return how often the context light stays when one factor is left out.

    Returns
    -------
    DataFrame
        ags, same_light_share (1 = no single factor decides), closer_low, closer_high (range of the share).
    """
    base = context_fit(context, model).set_index("ags")
    lights, shares = [], []
    for factor in factor_columns(context):
        other = context_fit(context.drop(columns=factor), model).set_index("ags")
        lights.append((other["context_light"] == base["context_light"]).to_numpy())
        shares.append(other["closer_share"].to_numpy())
    return pd.DataFrame(
        {
            "ags": base.index,
            "same_light_share": np.mean(lights, axis=0),
            "closer_low": np.min(shares, axis=0),
            "closer_high": np.max(shares, axis=0),
        }
    )


def mechanism_fit(states: pd.DataFrame) -> pd.DataFrame:
    """Return which conditions of the hypothesis hold.

    Parameters
    ----------
    states : DataFrame
        index ags; one column per condition with "yes", "no" or "unknown".

    Returns
    -------
    DataFrame
        ags, conditions_known, conditions_asked, open_conditions (names, "; "), mechanism_light: green if all
        conditions of the hypothesis hold, red if one does not, unknown otherwise.
    """
    known = states != "unknown"
    core = states[list(HYPOTHESIS)]
    light = np.select(
        [(core == "yes").all(axis=1).to_numpy(bool), (core == "no").any(axis=1).to_numpy(bool)],
        ["green", "red"],
        "unknown",
    )
    names = np.asarray(states.columns, dtype=object)
    missing = ["; ".join(names[~row]) for row in known.to_numpy()]
    return pd.DataFrame(
        {
            "ags": states.index,
            "conditions_known": known.sum(axis=1).to_numpy(),
            "conditions_asked": len(names),
            "open_conditions": missing,
            "mechanism_light": light,
        }
    )


def condition_states(units: pd.DataFrame, known: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return yes/no/unknown per unit and condition.

    Parameters
    ----------
    units : DataFrame
        ags.
    known : mapping
        ags → condition → state, for the units where somebody has answered; all others are "unknown".
    """
    conditions = sorted({name for states in known.values() for name in states})
    frame = pd.DataFrame("unknown", index=pd.Index(units["ags"], name="ags"), columns=conditions)
    for ags, states in known.items():
        if ags in frame.index:
            frame.loc[ags, list(states)] = list(states.values())
    return frame


def _nearest_text(found: pd.DataFrame, model_towns: Sequence[str]) -> pd.Series:
    """The three nearest towns without the model, keys joined by "; "."""
    others = found.loc[~found["peer"].isin(model_towns)].sort_values(["ags", "rank"])
    return others.groupby("ags").head(NEAREST).groupby("ags")["peer"].agg("; ".join)


def transfer_tables(
    inputs: Mapping[str, pd.DataFrame],
    library: Library,
    considered: Mapping[str, str],
    *,
    peer_count: int,
    bootstrap_draws: int,
    seed: int,
) -> dict[str, pd.DataFrame]:
    """Return two of the lights for every town and Kreis and every case, the peers and their stability.

    The third one, feasibility, asks the budget: ``budgets``.

    Parameters
    ----------
    inputs : mapping
        units and the tables of ``data.context``.
    considered : mapping
        case → the model considered for the transfer.

    Returns
    -------
    dict
        transfer_fit (units × cases: context and mechanism light with what they rest on), peers, peer_stability,
        context_factors, context_levels (level, units, factors), town_context, kreis_context.

    Raises
    ------
    InputError
        A case's town is none of the units.
    """
    units = inputs["units"].sort_values("ags", ignore_index=True)
    contexts = town_context(inputs), kreis_context(inputs)
    found = peers_of_all(inputs, peer_count)
    stable = [bootstrap_jaccard(c, peer_count, draws=bootstrap_draws, seed=seed) for c in contexts]
    states = {
        town: {name: library.cases[case]["conditions"][name]["state"] for name in CONDITIONS}
        for case, town in library.towns.items()
    }
    mechanism = mechanism_fit(condition_states(units, states))
    near = _nearest_text(found, list(states))
    frames = []
    for case, town in library.towns.items():
        levels = [
            pair for pair in zip(contexts, (town, town[:5]), strict=True) if pair[1] in set(pair[0]["ags"])
        ]
        if not levels:
            raise InputError(problem_at(library.document(case), ("ags",), "unknown_unit", ags=town))
        fit = pd.concat([context_fit(context, key) for context, key in levels])
        firm = pd.concat([context_stability(context, key) for context, key in levels])
        table = units[["ags", "name", "kind"]]
        for part in (fit, firm, mechanism):
            table = table.merge(part, on="ags", how="left")
        table["context_light"] = table["context_light"].fillna("unknown")
        frames.append(table.assign(model=considered[case], nearest=table["ags"].map(near), case=case))
    levels_of = {"town": contexts[0], "kreis": contexts[1]}
    sizes = [(level, len(context), len(factor_columns(context))) for level, context in levels_of.items()]
    return {
        "transfer_fit": pd.concat(frames, ignore_index=True),
        "peers": found,
        "peer_stability": pd.concat(stable).sort_values("ags", ignore_index=True),
        "context_factors": factor_table(),
        "context_levels": pd.DataFrame(sizes, columns=["level", "units", "factors"]),
        **{f"{level}_context": context for level, context in levels_of.items()},
    }
