"""The stress wing in one call: from the ingested tables to the tables and numbers of the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.rules import value
from dewak_research.sources import read_table
from dewak_research.stress.council_grid import council_grid
from dewak_research.stress.episodes import episodes, register
from dewak_research.stress.fan import fan_table, shortfall_table, summarise_fan
from dewak_research.stress.probability import count_hits, crisis_frequency, light_table, probability_table
from dewak_research.stress.run import Run, prepare, shocks_of
from dewak_research.stress.scenarios import scenarios
from dewak_research.stress.simulation import simulate

Value = float | int | str | bool | None
RAW_TABLES = ("nrw_tax_panel", "kreise_panel", "nrw_multipliers_2015")


@dataclass(frozen=True)
class StressResult:
    """Tables and numbers of the chapter."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    values: dict[str, Value] = field(default_factory=dict)


def with_raw(inputs: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Add the official series the pool needs, unless the caller gives them."""
    return {**{name: read_table(name) for name in RAW_TABLES if name not in inputs}, **inputs}


def _grid_limits() -> tuple[tuple[float, ...], tuple[float, ...]]:
    falls = value("council_grid", "revenue_fall_share", 2024).value
    rises = value("council_grid", "interest_rise_pp", 2024).value
    return tuple(float(f) for f in falls), tuple(float(r) for r in rises)


def _simulated(run: Run, params: StressParams, seed: int, units: pd.DataFrame) -> dict[str, pd.DataFrame]:
    common = shocks_of(run, params, seed)
    both = simulate(
        run.book,
        common,
        run.town,
        run.rules,
        run.settings,
        seed,
        lambda paths: (summarise_fan(paths), count_hits(paths, common.crisis_years)),
        workers=params.workers,
    )
    fans = [fan for fan, _ in both]
    hits = [counted for _, counted in both]
    has_balance = run.table["has_balance"].to_numpy(bool)
    probabilities = probability_table(hits, run.ags, has_balance, run.first_year)
    return {
        "fan": fan_table(fans, run.ags, run.first_year),
        "shortfall": shortfall_table(fans, run.ags),
        "trigger_probability": probabilities,
        "lights": light_table(probabilities, units),
    }


def run(inputs: Mapping[str, pd.DataFrame], params: StressParams, seed: int) -> StressResult:
    """Run the fiscal stress test for all reported units.

    Parameters
    ----------
    inputs : mapping
        Ingest tables; the raw series of ``RAW_TABLES`` are read if they are not among them.
    params : StressParams
    seed : int

    Raises
    ------
    InputError
        A parameter that no rule or item knows.
    """
    given = with_raw(inputs)
    prepared = prepare(given, params)
    chosen = scenarios()
    falls, rises = _grid_limits()
    tables = {
        "baseline": prepared.table,
        "council_grid": council_grid(
            prepared.table, prepared.book, falls, rises, prepared.rules, prepared.settings
        ),
        "episodes": episodes(
            prepared.table, prepared.book, prepared.rates, chosen, prepared.rules, prepared.settings
        ),
        "scenarios": register(chosen),
        **_simulated(prepared, params, seed, given["units"]),
    }
    return StressResult(tables, _values(prepared, params, tables))


def _values(prepared: Run, params: StressParams, tables: dict[str, pd.DataFrame]) -> dict[str, Value]:
    estimate, low, high = crisis_frequency()
    lights = tables["lights"]["light"].value_counts()
    grid = tables["council_grid"]
    balance = prepared.table["has_balance"]
    out: dict[str, Value] = {
        "stress_units": len(prepared.table),
        "stress_units_with_balance": int(balance.sum()),
        "stress_draws": params.draws,
        "stress_years": params.horizon_years,
        "stress_first_year": prepared.first_year,
        "stress_last_year": prepared.first_year + params.horizon_years - 1,
        "stress_rule_set": prepared.rules.name,
        "crisis_frequency": estimate,
        "crisis_frequency_low": low,
        "crisis_frequency_high": high,
        "pool_years": len(prepared.pool.years),
        "pool_first_year": int(prepared.pool.years[0]),
        "pool_last_year": int(prepared.pool.years[-1]),
        "pool_crisis_share": float(prepared.pool.crisis_years.mean()),
        "pool_dropped_town_years": prepared.pool.dropped_town_years,
    }
    for colour in ("green", "amber", "red", "no_data"):
        out[f"lights_{colour}"] = int(lights.get(colour, 0))
    for fall in sorted(grid["revenue_fall_share"].unique()):
        group = grid[grid["revenue_fall_share"] == fall]
        middle = group[group["interest_rise_pp"] == (3.0 if fall else 0.0)]
        known = middle[middle["trigger"].notna()]
        name = f"grid_{round(float(fall) * 100)}"
        out[f"{name}_triggered"] = int((known["trigger"] != "none").sum())
        out[f"{name}_triggered_share"] = float((known["trigger"] != "none").mean())
        out[f"{name}_loss_median_eur_pc"] = float(np.median(middle["loss_total_eur_pc"]))
    return out
