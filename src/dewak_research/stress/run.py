"""From the official tables and the parameters to everything a run of the engine needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import StressParams
from dewak_research.data.measures import kdu_eur_pc
from dewak_research.rules import RuleSet, rule_set
from dewak_research.stress.baseline import Path, baseline, growth_rates, path
from dewak_research.stress.book import Book, build_book
from dewak_research.stress.interest import Maturities
from dewak_research.stress.layers import build_layers
from dewak_research.stress.pool import Pool, build_pool
from dewak_research.stress.shocks import CommonShocks, common_shocks
from dewak_research.stress.simulation import Settings
from dewak_research.stress.town_shocks import TownShocks
from dewak_research.stress.transmission import Gfg

BALANCE_YEAR = 2009


@dataclass(frozen=True)
class Run:
    """Everything in place for one run.

    Parameters
    ----------
    table : DataFrame
        Baseline of the reported units.
    rates : ndarray, shape (n, 13)
        Growth of the unshocked path.
    planned : Path
    book : Book
    pool : Pool
    town : TownShocks
    rules : RuleSet
    settings : Settings
    first_year : int
    """

    table: pd.DataFrame
    rates: NDArray[np.float64]
    planned: Path
    book: Book
    pool: Pool
    town: TownShocks
    rules: RuleSet
    settings: Settings
    first_year: int

    @property
    def ags(self) -> list[str]:
        """Keys in the order of the book."""
        return list(self.table["ags"])


def kreise_with_kdu(kreise_panel: pd.DataFrame) -> pd.DataFrame:
    """Kreis panel from 1995 with KdU per head (bridge of the figures' description)."""
    return kreise_panel.assign(kdu_eur_pc=kdu_eur_pc(kreise_panel))


def pool_of(inputs: Mapping[str, pd.DataFrame], last_year: int | None = None) -> Pool:
    """Pool of shocks from the tax series and the Kreis panel, optionally only up to a year."""
    units = inputs["units"].set_index("ags")
    return build_pool(
        inputs["nrw_tax_panel"],
        kreise_with_kdu(inputs["kreise_panel"]),
        units["population"],
        units["size_class"],
        last_year,
    )


def settings_of(params: StressParams) -> Settings:
    """Behaviour of the engine as the parameters ask for it."""
    return Settings(
        pass_through_share=params.pass_through_share,
        pass_through_lag_years=params.pass_through_lag_years,
        landschaft_pass_through_share=params.landschaft_pass_through_share,
        borrowing_rate_share=params.borrowing_rate_pp / 100.0,
    )


def prepare(inputs: Mapping[str, pd.DataFrame], params: StressParams) -> Run:
    """Put a run together.

    Parameters
    ----------
    inputs : mapping
        Ingest tables units, payments, unit_totals, balance; raw tables nrw_tax_panel, kreise_panel,
        nrw_multipliers_2015.

    Raises
    ------
    InputError
        Unknown rule set, a year before the law, unknown growth option or item.
    """
    rules = rule_set(params.rule_set or params.budget_year)
    units = inputs["units"]
    tax_panel = inputs["nrw_tax_panel"]
    table = baseline(
        units,
        inputs["payments"],
        inputs["unit_totals"],
        inputs["balance"],
        inputs["nrw_multipliers_2015"],
        rule_set(BALANCE_YEAR),
    )
    capacity = tax_panel[tax_panel["year"] == BALANCE_YEAR].set_index("ags")["tax_capacity_eur_pc"]
    people = units.set_index("ags")["population"].reindex(capacity.index)
    layers = build_layers(table, units, capacity * people)
    rates = growth_rates(table, params.growth, params.growth_rates, tax_panel, BALANCE_YEAR)
    rest = 0.0 if params.growth == "flat" else params.growth_rates.get("default", 0.0)
    planned = path(table, rates, params.horizon_years, rest)
    pool = pool_of(inputs)
    settings = settings_of(params)
    book = build_book(
        table,
        planned,
        layers,
        pool.beta,
        Gfg.of_year(params.equalisation_year),
        Maturities.of_year(params.budget_year),
        settings.borrowing_rate_share,
    )
    town = TownShocks.from_pool(pool, params.block_length, params.leaving_probability, params.leaving_share)
    return Run(table, rates, planned, book, pool, town, rules, settings, params.budget_year)


def shocks_of(run: Run, params: StressParams, seed: int, draws: int | None = None) -> CommonShocks:
    """Common shocks of a run."""
    return common_shocks(
        run.pool,
        params.sampler,
        params.horizon_years,
        params.draws if draws is None else draws,
        seed,
        block_length=params.block_length,
        cost_spread=dict(params.cost_spread),
        cost_correlation=params.cost_correlation,
        rate_spread_points=params.rate_spread_pp / 100.0,
    )
