"""The deeper answers for all units: contributions, reverse test, frontier, backtest; one function per question."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.rules import HOME
from dewak_research.stress.backtest import coverage, forecast_ranks, pit_histogram, town_book
from dewak_research.stress.frontier import iso_line, most_likely_breaking, unit_covariance
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.ordering import compare
from dewak_research.stress.reverse import bearable_loss_eur, direction, return_period_years, reverse_table
from dewak_research.stress.run import Run, kreise_with_kdu, pool_of, shocks_of
from dewak_research.stress.scenarios import changes, scenarios
from dewak_research.stress.shapley import contribution_table, subset_values
from dewak_research.stress.shocks import common_shocks, full_covariance
from dewak_research.stress.simulation import simulate
from dewak_research.stress.town_shocks import TownShocks

FALL_OF_THE_TRADE_TAX = "GFK2009"
DIRECTIONS = (FALL_OF_THE_TRADE_TAX, "COST2024")
SOCIAL_GROWTH = np.linspace(0.0, 0.20, 11)
BACKTEST_ORIGINS = (2008, 2014)
HESSEN = "06"
IN_DEPTH = ("05562020", "05954")
IN_DEPTH_KREIS = "05954"


def contributions(run: Run, params: StressParams, seed: int) -> pd.DataFrame:
    """Shapley contributions of the six blocks for every unit."""
    common = shocks_of(run, params, seed, params.shapley_draws)
    parts = simulate(
        run.book,
        common,
        run.town,
        run.rules,
        run.settings,
        seed,
        lambda paths: subset_values(paths, run.book, run.rules),
        workers=params.workers,
    )
    return contribution_table(parts, run.ags)


def trade_tax_fall_share() -> float:
    """Fall of the trade tax in the first year of the episode of 2009, positive share (one value: the episode's)."""
    episode = next(s for s in scenarios() if s.name == FALL_OF_THE_TRADE_TAX)
    return -episode.overlay.growth["gewst"][0]


def _town_falls(tax_panel: pd.DataFrame, size_class: pd.Series) -> dict[str, np.ndarray]:
    panel = tax_panel.sort_values(["ags", "year"])
    levels = panel["trade_tax_eur_pc"]
    before = levels.groupby(panel["ags"]).shift()
    growth = (levels / before - 1.0).where(before > 0)
    classes = panel["ags"].map(size_class)
    return {str(name): part.dropna().to_numpy(float) for name, part in growth.groupby(classes)}


def reverse(run: Run, tax_panel: pd.DataFrame) -> pd.DataFrame:
    """λ* in the direction of 2009 and of 2024 for every unit, with what it means.

    Returns
    -------
    DataFrame
        Columns of ``reverse_table``; bearable_eur, bearable_eur_pc (loss per year, every year, that just crosses
        the line; negative = relief needed); for GFK2009 trade_tax_fall_share (first year) and
        return_period_years among towns of the same size.
    """
    named = {s.name: s for s in scenarios()}
    receipts = run.table["receipts_eur"].to_numpy(float)
    population = run.table["population"].to_numpy(float)
    years = run.book.result_eur.shape[0]
    bearable = bearable_loss_eur(run.book, run.rules, run.settings)
    falls = _town_falls(tax_panel, run.table.set_index("ags")["size_class"])
    frames = []
    for name in DIRECTIONS:
        change = changes(named[name], run.rates, years)
        towards = direction(run.book, change, run.settings)
        frame = reverse_table(run.ags, run.book, towards, name, receipts, run.rules, run.settings)
        frame["bearable_eur"], frame["bearable_eur_pc"] = bearable, bearable / population
        if name == FALL_OF_THE_TRADE_TAX:
            has_taxes = np.array([size is not None for size in run.book.size_class])
            fall = np.where(has_taxes, trade_tax_fall_share() * frame["lambda_star"], np.nan)
            period = np.full(len(frame), np.nan)
            for i, size in enumerate(run.book.size_class):
                if size is not None:
                    period[i] = return_period_years(fall[i : i + 1], falls[size])[0]
            frame["trade_tax_fall_share"], frame["return_period_years"] = fall, period
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).sort_values(["direction", "ags"], ignore_index=True)


def frontier(run: Run) -> pd.DataFrame:
    """λ* of a trade-tax crisis for social spending 0–20 % higher, every unit with a balance sheet."""
    named = {s.name: s for s in scenarios()}
    change = changes(named[FALL_OF_THE_TRADE_TAX], run.rates, run.book.result_eur.shape[0])
    towards = direction(run.book, change, run.settings)
    lines = iso_line(run.ags, run.book, towards, SOCIAL_GROWTH, run.rules, run.settings)
    known = run.table.loc[run.table["has_balance"], "ags"]
    lines["fall_share"] = trade_tax_fall_share() * lines["lambda_star"]
    return lines[lines["ags"].isin(known)].reset_index(drop=True)


def breaking(run: Run, params: StressParams, seed: int) -> pd.DataFrame:
    """Most likely breaking scenario of the model units and of the towns of the Ennepe-Ruhr-Kreis.

    Returns
    -------
    DataFrame
        ags, distance (standard deviations; 0 = crossed without a shock; NaN = none found), item, change_share.
    """
    keys, common = full_covariance(run.pool, dict(params.cost_spread), params.cost_correlation)
    rows = []
    for unit, ags in enumerate(run.ags):
        if ags not in IN_DEPTH and run.table["kreis"].iloc[unit] != IN_DEPTH_KREIS:
            continue
        size = run.book.size_class[unit]
        own = run.town.residuals[size].astype(np.float64) if size is not None else None
        spread = unit_covariance(common, own, run.book.beta[unit])
        found = most_likely_breaking(
            run.book, unit, spread, keys, run.rules, run.settings, np.random.default_rng(seed)
        )
        rows += [
            {"ags": ags, "distance": found.distance, "item": key, "change_share": found.change[POSITION[key]]}
            for key in KEYS
            if key in keys
        ]
    return pd.DataFrame(rows)


def backtest(inputs: Mapping[str, pd.DataFrame], params: StressParams, seed: int) -> dict[str, pd.DataFrame]:
    """Coverage and PIT of tax revenue from 2008 and 2014; order of the Kreise by the score of 2014."""
    size_class = inputs["units"].set_index("ags")["size_class"]
    ranks = []
    for origin in BACKTEST_ORIGINS:
        pool = pool_of(inputs, origin)
        common = common_shocks(
            pool, params.sampler, 5, params.backtest_draws, seed, block_length=params.block_length
        )
        town = TownShocks.from_pool(pool, params.block_length, 0.0, 0.0)
        ranks.append(
            forecast_ranks(
                inputs["nrw_tax_panel"], pool, town_book(pool, size_class), common, town, origin, seed
            )
        )
    both = pd.concat(ranks, ignore_index=True)
    panel = kreise_with_kdu(inputs["kreise_panel"])
    lands = tuple(sorted(set(panel["ags"].str[:2])))
    groups = {
        "all": lands,
        "without_hessen": tuple(land for land in lands if land != HESSEN),
        "nrw": (HOME,),
    }
    ordered = [compare(panel, seed, lands=kept).assign(sample=name) for name, kept in groups.items()]
    return {
        "backtest_ranks": both,
        "backtest_coverage": coverage(both),
        "backtest_pit": pit_histogram(both),
        "backtest_ordering": pd.concat(ordered, ignore_index=True),
    }
