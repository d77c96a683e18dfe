"""What the models mean for budgets: the effect on the stress test of every unit, and whether its budget bears them.

All that the evaluation of cases asks of the stress test stands here: its parameters change nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import pandas as pd

from dewak_research.cases.feasibility import feasibility, feasibility_counts
from dewak_research.cases.library import Library
from dewak_research.cases.resilience import budget_prices, effect_summary, resilience, shown_rows
from dewak_research.config import StressParams
from dewak_research.stress.run import INGEST_TABLES

Tables = Mapping[str, pd.DataFrame]
NEEDED = ("costs", "relief_summary", "transfer_fit", "verdict")
"""Tables of the evaluation of cases that are read here."""
RAW_TABLES = ("tax_panel", "kreise_panel", "multipliers", "budget_status")


def with_feasibility(inputs: Tables, room: pd.DataFrame | None) -> pd.DataFrame:
    """Return transfer_fit with the columns of ``feasibility`` before model, nearest and case.

    Parameters
    ----------
    inputs : mapping
        units, costs, transfer_fit and, if known, budget_status.
    room : DataFrame, optional
        ags, headroom_eur: see ``feasibility``.
    """
    units = inputs["units"].sort_values("ags", ignore_index=True)
    last, frames = ["model", "nearest", "case"], []
    for case, fit in inputs["transfer_fit"].groupby("case", sort=False):
        own = inputs["costs"][inputs["costs"]["case"] == case]
        found = feasibility(units, own, str(fit["model"].iloc[0]), room, inputs.get("budget_status"))
        whole = fit.drop(columns=last).merge(found, on="ags", how="left")
        frames.append(whole.assign(**{name: fit[name].to_numpy() for name in last}))
    return pd.concat(frames, ignore_index=True)


def budget_tables(
    inputs: Tables, library: Library, seed: int, stress: StressParams | None = None
) -> dict[str, pd.DataFrame]:
    """Return what the models change in budgets, and the transfer with all three lights.

    Parameters
    ----------
    inputs : mapping
        units, the tables of ``NEEDED`` and, if known, budget_status. The effect on budgets needs what
        ``stress.run.prepare`` needs, and is left out where payments or balance sheets lack.
    stress : StressParams, optional
        Settings of the stress engine; its defaults without.

    Returns
    -------
    dict
        resilience, resilience_shown, resilience_summary (``resilience``); budget_prices: the row of
        ``resilience.BudgetPrices``; transfer: ``with_feasibility``; feasibility_counts.
    """
    tables, room = {}, None
    if all(name in inputs for name in INGEST_TABLES):
        best = inputs["verdict"].set_index("case")["winner_cost_eur"]
        variants = {**{str(case): -float(eur) for case, eur in best.items()},
                    "relief": float(inputs["relief_summary"]["half_substitution_eur"].iloc[0])}  # fmt: skip
        engine = stress or StressParams()
        then = budget_prices(engine.budget_year, library.prices)
        effect, room = resilience(inputs, variants, engine, seed, then.price_factor)
        tables = {
            "resilience": effect,
            "resilience_shown": shown_rows(effect, inputs["units"], library.towns),
            "resilience_summary": effect_summary(effect),
            "budget_prices": pd.DataFrame([asdict(then)]),
        }
    transfer = with_feasibility(inputs, room)
    return {**tables, "transfer": transfer, "feasibility_counts": feasibility_counts(transfer)}
