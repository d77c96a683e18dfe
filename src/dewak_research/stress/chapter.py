"""The stress test in one call: from the ingested tables to the tables of the chapter."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import StressParams
from dewak_research.data.peers import PEERS, beside_peers, peers_of_all
from dewak_research.data.result import Result
from dewak_research.engines import Engine
from dewak_research.ratios.tables import ratio_tables
from dewak_research.rules import value
from dewak_research.stress.alternatives import lights_by_alternative
from dewak_research.stress.budget_status import budget_status
from dewak_research.stress.contributions import contribution_table, subset_variances, variance_shares
from dewak_research.stress.distribution import (
    Fan,
    Hits,
    count_hits,
    exhaustion,
    fan_table,
    probability_table,
    summarise_fan,
)
from dewak_research.stress.episodes import episode_counts, episode_losses, episodes
from dewak_research.stress.frontier import breaking, frontier
from dewak_research.stress.imputed import imputed_variance
from dewak_research.stress.light import before_and_now, light_counts, light_table
from dewak_research.stress.opening import (
    balance_date,
    balance_date_counts,
    balance_dates,
    city_credit,
    yearly_flows,
)
from dewak_research.stress.plan_test import en_kreis_answers, herten_rates, ostbevern_plan
from dewak_research.stress.policy import gaps_eur, multiplier_steps, step_counts
from dewak_research.stress.pool import history
from dewak_research.stress.reverse import reverse, reverse_counts
from dewak_research.stress.run import Run, prepare, run_summary
from dewak_research.stress.scenarios import CRISIS, Scenario, register, scenarios
from dewak_research.stress.sensitivity import MOST_DRAWS, sensitivity
from dewak_research.stress.simulation import Paths
from dewak_research.stress.three_baselines import baseline_counts, lights_by_baseline
from dewak_research.stress.today import TODAY_TABLES, today_tables
from dewak_research.stress.what_if import council_grid, grid_counts

Tables = dict[str, pd.DataFrame]
Gaps = tuple[NDArray[np.int64], NDArray[np.float64]]
RAW_TABLES = (
    "tax_panel",
    "kreise_panel",
    "multipliers",
    "towns",
    "town_population",
    "census",
    "town_age",
    "unemployment",
    "deprivation",
    "kreise_debt_2023",
    *TODAY_TABLES,
)
STANDING = ("probability", "bearable_eur_pc", "lambda_star")


def _simulated(run: Run, inputs: Mapping[str, pd.DataFrame]) -> Tables:
    """Fan, probabilities, lights, and steps that close the gap; contributions of the blocks on fewer draws."""
    common = run.shocks()

    def summarise(paths: Paths) -> tuple[Fan, Hits, Gaps]:
        return summarise_fan(paths), count_hits(paths, common.crisis_years), (paths.units, gaps_eur(paths))

    fans, hits, gaps = zip(*run.simulate(common, summarise), strict=True)
    first = run.params.budget_year
    fan = fan_table(list(fans), run.ags, first)
    probabilities = probability_table(list(hits), run.ags, run.has_balance, first)
    lights = light_table(probabilities, inputs["units"])
    steps = multiplier_steps(run, gaps, inputs)
    kind = run.table.set_index("ags")["kind"]
    fewer = run.shocks(run.params.shapley_draws)
    parts = run.simulate(fewer, lambda paths: (paths.units, subset_variances(paths)))
    contributions = contribution_table(parts, run.ags)
    return {
        "fan": fan,
        "exhaustion": exhaustion(run.table, fan),
        "trigger_probability": probabilities,
        "lights": lights,
        "light_counts": light_counts(lights),
        "variance_shares": variance_shares(contributions, kind),
        "multiplier_steps": steps,
        "step_counts": step_counts(steps, kind),
    }


def _given(run: Run, chosen: tuple[Scenario, ...]) -> Tables:
    """Answers without chance: the council's grid and the named episodes."""
    falls, rises = (
        tuple(float(step) for step in value("council_grid", name).value)
        for name in ("revenue_fall_share", "interest_rise_pp")
    )
    grid = council_grid(run.table, run.book, falls, rises, run.settings)
    found = episodes(run.table, run.book, run.rates, chosen, run.settings)
    without = grid[(grid["revenue_fall_share"] == 0.0) & (grid["interest_rise_pp"] == 0.0)].set_index("ags")[
        "trigger"
    ]
    return {
        "council_grid": grid,
        "grid_counts": grid_counts(grid),
        "episodes": found,
        "episode_counts": episode_counts(found, without),
        "episode_losses": episode_losses(found, run.table.set_index("ags")["kind"]),
        "scenarios": register(chosen),
    }


def standing(lights: pd.DataFrame, reversed_: pd.DataFrame, neighbours: pd.DataFrame) -> pd.DataFrame:
    """Where a unit stands among its peers: value, peer median and rank together, never one list of all.

    Parameters
    ----------
    lights : DataFrame
        ags, probability.
    reversed_ : DataFrame
        ags, direction, lambda_star, bearable_eur_pc.
    neighbours : DataFrame
        ags, peer (``data.peers``; METHODS E.6, B.2).

    Returns
    -------
    DataFrame
        One row per unit with a known probability, sorted by ags: for each measure value, ``<measure>_peer_median``;
        peer_percentile (so many of a hundred peers have a lower probability of a trigger), peers_known.
    """
    crisis = reversed_[reversed_["direction"] == CRISIS].set_index("ags")
    own = lights.set_index("ags")[["probability"]].join(crisis[["bearable_eur_pc", "lambda_star"]])
    known = own[own["probability"].notna()]
    long = known.rename_axis("ags").reset_index().melt("ags", var_name="measure", value_name="value")
    beside = beside_peers(long, neighbours, by=["measure"], fewest=1)
    medians = beside.pivot_table(index="ags", columns="measure", values="peer_median", dropna=False)
    place = beside[beside["measure"] == "probability"].set_index("ags")[["peer_percentile", "peers_known"]]
    out = known.join(medians[list(STANDING)].add_suffix("_peer_median")).join(place)
    ordered: pd.DataFrame = out.replace(np.inf, np.nan).rename_axis("ags").sort_index().reset_index()
    return ordered


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
    in_depth: Collection[str] = (),
    engine: Engine | None = None,
) -> Result:
    """Run the fiscal stress test for all reported units.

    Parameters
    ----------
    inputs : mapping
        Ingest tables and the official ones of ``RAW_TABLES``.
    params : StressParams
    seed : int
    own_scenarios : mapping, optional
        A user's episodes by name, as parsed YAML; computed beside the named ones.
    peer_count : int
        Nearest units a unit is compared with.
    in_depth : collection of str
        Units whose most likely breaking scenario is sought; with a Kreis its towns.
    engine : Engine, optional
        Where units are done; speed only.

    Raises
    ------
    InputError
        A parameter that no rule or item knows, or a fault in an episode of the user's own.
    """
    prepared = prepare(inputs, params, seed, engine=engine)
    table = prepared.table
    sought = table["ags"].isin(in_depth) | table["kreis"].isin(in_depth)
    neighbours = peers_of_all(inputs, peer_count)
    dates = balance_dates(
        inputs["balance"], yearly_flows(inputs["unit_totals"]), inputs["units"], inputs["kreise_panel"]
    )
    cities = city_credit(dates)
    tables = {
        "run": run_summary(prepared, peer_count),
        "baseline": table,
        "balance_dates": dates,
        "balance_date_counts": balance_date_counts(dates),
        "balance_date_cities": cities,
        "balance_date": balance_date(inputs["balance"], cities),
        "history": history(prepared.pool),
        "imputed_variance": imputed_variance(prepared, min(params.draws, MOST_DRAWS)),
        "assumptions": assumptions(params),
        **_given(prepared, scenarios(own_scenarios)),
        **_simulated(prepared, inputs),
        "reverse": reverse(prepared, inputs["tax_panel"]),
        "frontier": frontier(prepared),
        "breaking": breaking(prepared, list(table["ags"][sought])),
        **sensitivity(prepared, inputs),
        "ostbevern_plan": ostbevern_plan(),
        "en_kreis_answers": en_kreis_answers(),
        "herten_rates": herten_rates(),
        **ratio_tables(inputs, neighbours),
        **today_tables(inputs, params, neighbours),
    }
    tables |= before_and_now(tables["lights"])
    tables["lights_by_baseline"] = lights_by_baseline(prepared, tables["lights"], inputs, params)
    tables["baseline_counts"] = baseline_counts(tables["lights_by_baseline"])
    tables["lights_by_alternative"] = lights_by_alternative(prepared, inputs)
    shown = params.show_unconfirmed_debt
    tables |= budget_status(inputs, tables["lights"], seed, with_unconfirmed=shown)
    tables["reverse_counts"] = reverse_counts(tables["reverse"])
    tables["standing"] = standing(tables["lights"], tables["reverse"], neighbours)
    return Result(tables)
