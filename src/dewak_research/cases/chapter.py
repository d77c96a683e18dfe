"""The case-study wing in one call: from the inputs under ``cases/`` and the official figures to the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from dewak_research.cases.library import (
    facts_frame,
    load_library,
    models_frame,
    names_frame,
    origin_frame,
)
from dewak_research.cases.model_section import model_section
from dewak_research.cases.qca_section import qca_section
from dewak_research.cases.relief_section import relief_section
from dewak_research.cases.resilience import NEEDED, resilience, shown_rows
from dewak_research.cases.stakeholder_section import stakeholder_section
from dewak_research.cases.transfer_section import transfer_section
from dewak_research.config import CaseParams, StressParams
from dewak_research.data.peers import beside_peers
from dewak_research.data.result import Result, Value
from dewak_research.paths import CASES


def _budget_effect(
    inputs: Mapping[str, pd.DataFrame],
    costs: Mapping[str, float],
    towns: Mapping[str, str],
    relief_eur: float,
    params: CaseParams,
    stress: StressParams,
    seed: int,
) -> tuple[dict[str, pd.DataFrame], dict[str, Value], pd.DataFrame]:
    """Effect of each case's model, and of relief at half substitution, on the budgets of all units."""
    variants = {**{case: -eur for case, eur in costs.items()}, "relief": relief_eur}
    effect, room = resilience(inputs, variants, stress, seed, params.resilience_draws)
    values: dict[str, Value] = {"resilience_draws": params.resilience_draws}
    for variant, group in effect.groupby("variant"):
        change = group["probability_change"].dropna()
        values[f"resilience_{variant}_units"] = len(change)
        values[f"resilience_{variant}_change_median_pp"] = 100.0 * float(change.median())
        values[f"resilience_{variant}_change_max_pp"] = 100.0 * float(change.abs().max())
        distance = group["distance_change"].dropna()
        values[f"resilience_{variant}_distance_median"] = float(distance.median())
    for case, ags in towns.items():
        own = effect[(effect["ags"] == ags) & (effect["variant"] == case)]
        known = own["probability_without"].notna().any()
        values[f"resilience_{case}_town_known"] = bool(known)
        values[f"resilience_{case}_without_share"] = (
            float(own["probability_without"].iloc[0]) if known else None
        )
        values[f"resilience_{case}_with_share"] = float(own["probability_with"].iloc[0]) if known else None
    tables = {"resilience": effect, "resilience_shown": shown_rows(effect, inputs["units"], towns)}
    return tables, values, room


def run(
    inputs: Mapping[str, pd.DataFrame],
    params: CaseParams,
    seed: int,
    folder: Path = CASES,
    stress: StressParams | None = None,
) -> Result:
    """Run the case-study evaluation.

    Parameters
    ----------
    inputs : mapping
        Ingest tables; ``units`` suffices, the effect on budgets needs payments, unit_totals and balance too.
        If the stress test has run, its tables (``lights``). Official tables of the context are read where they
        are not among the inputs.
    params : CaseParams
    seed : int
    folder : Path
        Folder of the YAML inputs.
    stress : StressParams, optional
        Settings of the stress engine behind the effect on budgets; its defaults without.

    Raises
    ------
    InputError
        Mistakes in the inputs, all of them, each with file and line.
    """
    library = load_library(folder)
    values: dict[str, Value] = {}
    tables, found_values = model_section(library, params.weightings, params.cost_draws, seed)
    values |= found_values
    winners = {case: str(values[f"{case}_base_winner"]) for case in library.cases}
    relieved, relief_values = relief_section(library, params.cost_draws, seed)
    room: pd.DataFrame | None = None
    if all(name in inputs for name in NEEDED):
        money = {case: float(found_values[f"{case}_winner_cost_eur"]) for case in library.cases}
        towns = {case: str(content["ags"]) for case, content in library.cases.items()}
        relief_eur = float(relief_values["relief_at_50_eur"])
        more, numbers, room = _budget_effect(
            inputs, money, towns, relief_eur, params, stress or StressParams(), seed
        )
        tables |= more
        values |= numbers
    transfer, found = transfer_section(
        inputs,
        room,
        library,
        tables["costs"],
        winners,
        peer_count=params.peers,
        bootstrap_draws=params.bootstrap_draws,
        seed=seed,
    )
    if "unit_indicators" in inputs:
        tables["comparison"] = beside_peers(inputs["unit_indicators"], transfer["peers"], by=["indicator"])
    parts = [
        (transfer, found),
        stakeholder_section(library),
        qca_section(library),
        (relieved, relief_values),
    ]
    for extra, numbers_of in parts:
        tables |= extra
        values |= numbers_of
    origin = origin_frame(library)
    decision = origin[origin["block"].isin(["case_resources", "model_inputs", "expert_scores", "prices"])]
    values["inputs_sourced"] = int(origin["sourced"].sum())
    values["inputs_assumed"] = int(origin["assumption"].sum())
    values["decision_assumption_share"] = float(
        decision["assumption"].sum() / (decision["assumption"] + decision["sourced"]).sum()
    )
    tables |= {
        "models": models_frame(library),
        "origin": origin,
        "facts": facts_frame(library),
        "names": names_frame(library),
    }
    return Result(tables, values)
