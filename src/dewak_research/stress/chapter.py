"""The stress wing in one call: from the ingested tables to the tables and numbers of the chapter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dewak_research.config import StressParams
from dewak_research.data import read_table
from dewak_research.data.peers import PEERS, peers_of_all
from dewak_research.data.result import Result
from dewak_research.ratios.tables import ratio_tables
from dewak_research.rules import value
from dewak_research.stress.answers import backtest, breaking, contributions, frontier, reverse
from dewak_research.stress.baseline import baseline_check
from dewak_research.stress.chapter_values import balance_date_values, chapter_values
from dewak_research.stress.council_grid import council_grid
from dewak_research.stress.episodes import episodes, register
from dewak_research.stress.fan import fan_table, shortfall_table, summarise_fan
from dewak_research.stress.probability import count_hits, light_table, probability_table
from dewak_research.stress.published_plans import published_tables
from dewak_research.stress.run import Run, prepare, shocks_of
from dewak_research.stress.scenarios import scenarios
from dewak_research.stress.simulation import simulate
from dewak_research.stress.standing import standing
from dewak_research.stress.summary import (
    backtest_summary,
    balance_date,
    baseline_agreement,
    episode_counts,
    episode_losses,
    exhaustion,
    grid_counts,
    history,
    light_counts,
    reverse_counts,
    run_summary,
    variance_shares,
)

RAW_TABLES = (
    "nrw_tax_panel",
    "kreise_panel",
    "nrw_multipliers_2015",
    "nrw_gemeinden",
    "nrw_population",
    "nrw_census_2022",
    "nrw_age_2015",
    "nrw_unemployment",
    "nrw_gisd",
)


def with_raw(inputs: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Add the official series the pool needs, unless the caller gives them."""
    return {**{name: read_table(name) for name in RAW_TABLES if name not in inputs}, **inputs}


def _grid_limits() -> tuple[tuple[float, ...], tuple[float, ...]]:
    falls = value("council_grid", "revenue_fall_share").value
    rises = value("council_grid", "interest_rise_pp").value
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


def _summaries(
    run: Run, params: StressParams, tables: Mapping[str, pd.DataFrame], balance: pd.DataFrame, peers: int
) -> dict[str, pd.DataFrame]:
    kind = run.table.set_index("ags")["kind"]
    grid = grid_counts(tables["council_grid"])
    return {
        "run": run_summary(run, params, peers),
        "history": history(run.pool),
        "light_counts": light_counts(tables["lights"]),
        "grid_counts": grid,
        "episode_counts": episode_counts(tables["episodes"], int(grid["triggered"].iloc[0])),
        "episode_losses": episode_losses(tables["episodes"], kind),
        "reverse_counts": reverse_counts(tables["reverse"]),
        "exhaustion": exhaustion(run.table, tables["fan"]),
        "balance_date": balance_date(balance),
        "baseline_agreement": baseline_agreement(tables["baseline_check"]),
        "backtest_summary": backtest_summary(tables["backtest_ranks"]),
        "variance_shares": variance_shares(tables["contributions"], kind),
    }


def assumptions(params: StressParams) -> pd.DataFrame:
    """The unverified parameters of the run: parameter, value (share or points), as set in ``params.yaml``."""
    chosen = params.model_dump()
    rows = [
        {"parameter": name, "value": float(chosen[name])}
        for name, field_ in StressParams.model_fields.items()
        if "unverified" in (field_.description or "") and not isinstance(chosen[name], dict)
    ]
    for name in ("growth_rates", "cost_spread"):
        rows += [{"parameter": f"{name}_{key}", "value": float(v)} for key, v in sorted(chosen[name].items())]
    return pd.DataFrame(rows)


def run(
    inputs: Mapping[str, pd.DataFrame],
    params: StressParams,
    seed: int,
    own_scenarios: Mapping[str, Mapping[str, Any]] | None = None,
    peer_count: int = PEERS,
) -> Result:
    """Run the fiscal stress test for all reported units.

    Parameters
    ----------
    inputs : mapping
        Ingest tables; the raw series of ``RAW_TABLES`` are read if they are not among them.
    params : StressParams
    seed : int
    own_scenarios : mapping, optional
        A user's episodes by name, as parsed YAML; computed beside the named ones.
    peer_count : int
        Nearest units a unit is compared with.

    Raises
    ------
    InputError
        A parameter that no rule or item knows, or a fault in an episode of the user's own.
    """
    given = with_raw(inputs)
    prepared = prepare(given, params)
    chosen = scenarios(own_scenarios)
    falls, rises = _grid_limits()
    published, published_values = published_tables()
    neighbours = peers_of_all(given, peer_count)
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
        "contributions": contributions(prepared, params, seed),
        "reverse": reverse(prepared, given["nrw_tax_panel"]),
        "frontier": frontier(prepared),
        "breaking": breaking(prepared, params, seed),
        **published,
        **ratio_tables(given, neighbours),
        **backtest(given, params, seed),
    }
    tables["standing"] = standing(tables["lights"], tables["reverse"], neighbours)
    tables["baseline_check"] = baseline_check(prepared.table, given["unit_totals"])
    tables["assumptions"] = assumptions(params)
    tables |= _summaries(prepared, params, tables, given["balance"], peer_count)
    numbers = chapter_values(prepared, params, tables)
    numbers |= balance_date_values(given["balance"])
    return Result(tables, {**published_values, **numbers})
