"""The transfer part of the chapter: three lights for every town and Kreis of NRW, per case."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from dewak_research.cases.library import CONDITIONS, Library
from dewak_research.cases.transfer import (
    condition_states,
    context_fit,
    context_stability,
    feasibility,
    mechanism_fit,
)
from dewak_research.data import read_table
from dewak_research.data.context import FACTORS, factor_table, kreis_context, town_context
from dewak_research.data.peers import bootstrap_jaccard, peers

Values = dict[str, float | int | str | bool]
CONTEXT_TABLES = tuple(sorted({factor.table for factor in FACTORS} | {"nrw_gemeinden"}))
NEAREST = 3


def stress_lights(inputs: Mapping[str, pd.DataFrame], room: pd.DataFrame | None) -> pd.DataFrame | None:
    """Return the stress wing's light and the headroom per unit, or None where the stress test has not run."""
    found = inputs.get("lights")
    if found is None:
        return None
    lights = found[["ags", "light"]]
    return lights if room is None else lights.merge(room, on="ags", how="left")


def _contexts(inputs: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    tables = {name: inputs[name] if name in inputs else read_table(name) for name in CONTEXT_TABLES}
    return town_context(tables), kreis_context(tables)


def _nearest_text(found: pd.DataFrame, model_towns: set[str]) -> pd.Series:
    """The three nearest towns without the model, keys joined by "; "."""
    others = found.loc[~found["peer"].isin(model_towns)].sort_values(["ags", "rank"])
    return others.groupby("ags").head(NEAREST).groupby("ags")["peer"].agg("; ".join)


def transfer_section(
    inputs: Mapping[str, pd.DataFrame],
    room: pd.DataFrame | None,
    library: Library,
    costs: pd.DataFrame,
    winners: Mapping[str, str],
    *,
    peer_count: int,
    bootstrap_draws: int,
    seed: int,
) -> tuple[dict[str, pd.DataFrame], Values]:
    """Return lights, peers and their stability.

    Parameters
    ----------
    room : DataFrame, optional
        ags, headroom_eur.
    costs : DataFrame
        case, model, annual_eur, hsk_compatible.
    winners : mapping
        case → model considered for the transfer (first with equal weights).
    """
    units = inputs["units"].sort_values("ags", ignore_index=True)
    towns, kreise = _contexts(inputs)
    stress = stress_lights(inputs, room)
    found = pd.concat([peers(towns, peer_count), peers(kreise, peer_count)], ignore_index=True)
    stable = pd.concat(
        [bootstrap_jaccard(c, peer_count, draws=bootstrap_draws, seed=seed) for c in (towns, kreise)]
    ).sort_values("ags", ignore_index=True)
    known = {
        content["ags"]: {name: content["conditions"][name]["state"] for name in CONDITIONS}
        for content in library.cases.values()
    }
    mechanism = mechanism_fit(condition_states(units, known))
    near = _nearest_text(found, set(known))
    frames, values = [], _counts(units, stress)
    for case, content in library.cases.items():
        town = content["ags"]
        fit = pd.concat([context_fit(towns, town), context_fit(kreise, town[:5])])
        firm = pd.concat([context_stability(towns, town), context_stability(kreise, town[:5])])
        row = costs[(costs["case"] == case) & (costs["model"] == winners[case])].iloc[0]
        feasible = feasibility(units, float(row["annual_eur"]), str(row["hsk_compatible"]), stress)
        table = (
            units[["ags", "name", "kind"]].merge(fit, on="ags", how="left").merge(firm, on="ags", how="left")
        )
        table = table.merge(mechanism, on="ags", how="left").merge(feasible, on="ags", how="left")
        table["context_light"] = table["context_light"].fillna("unknown")
        table["model"] = winners[case]
        table["nearest"] = table["ags"].map(near)
        frames.append(table.assign(case=case))
        first = found[found["ags"] == town].set_index("rank")["peer"]
        values |= {f"{case}_nearest_{rank}": str(first[rank]) for rank in range(1, NEAREST + 1)}
        values |= {f"{case}_context_{c}": int((table["context_light"] == c).sum()) for c in
                   ("green", "amber", "red")}  # fmt: skip
        values |= {f"{case}_feasible_{c}": int((table["feasibility_light"] == c).sum()) for c in
                   ("green", "amber", "red", "unknown")}  # fmt: skip
        values[f"{case}_jaccard"] = float(stable.set_index("ags").loc[town, "jaccard_mean"])
        values[f"{case}_context_same_light_share"] = float(firm["same_light_share"].mean())
        values[f"{case}_all_green"] = int(
            (table[["context_light", "mechanism_light", "feasibility_light"]] == "green").all(axis=1).sum()
        )
    tables = {
        "transfer": pd.concat(frames, ignore_index=True),
        "peers": found,
        "peer_stability": stable,
        "context_factors": factor_table(),
        "town_context": towns,
        "kreis_context": kreise,
    }
    return tables, values


def _counts(units: pd.DataFrame, stress: pd.DataFrame | None) -> Values:
    return {
        "transfer_units": len(units),
        "transfer_towns": int((units["kind"] != "kreis").sum()),
        "transfer_stress_known": 0
        if stress is None
        else int(stress["light"].isin(["green", "amber", "red"]).sum()),
        "context_factors_town": sum(f.level == "town" for f in FACTORS),
        "context_factors_kreis": sum(f.level == "kreis" for f in FACTORS),
    }
