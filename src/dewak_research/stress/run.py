"""From the official tables and the parameters to everything a run of the engine needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import StressParams
from dewak_research.data.levy import levy_shares
from dewak_research.data.measures import kdu_eur_pc
from dewak_research.data.youth_office import youth_offices
from dewak_research.engines import Engine
from dewak_research.rules import rule_set
from dewak_research.stress.all_units import simulate
from dewak_research.stress.baseline import baseline, growth_rates, path, with_tax_base
from dewak_research.stress.book import Book, build_book, build_layers, net_share, town_shares
from dewak_research.stress.items import require_known
from dewak_research.stress.opening import ROLLED_YEAR
from dewak_research.stress.own_taxes import OwnMoves, TownHistory, history, own_moves
from dewak_research.stress.pool import TAX_COLUMNS, Pool, build_pool, crises_observed, crisis_frequency
from dewak_research.stress.shocks import CommonShocks, common_shocks
from dewak_research.stress.simulation import Paths, Settings
from dewak_research.stress.transmission import Gfg, Maturities
from dewak_research.stress.unshocked import complete

Summary = TypeVar("Summary")
INGEST_TABLES = ("units", "payments", "unit_totals", "balance", "population")
"""What :func:`prepare` reads of the stage ingest."""


@dataclass(frozen=True)
class Run:
    """Everything in place for one run.

    Parameters
    ----------
    params : StressParams
    seed : int
    table : DataFrame
        Baseline of the reported units, in the order of the book.
    rates : ndarray, shape (n, 13)
        Growth of the unshocked path.
    book : Book
    pool : Pool
    settings : Settings
    crises : int, optional
        Another number of observed crises than that of the rules.
    shares : DataFrame, optional
        Of all towns in the levies of their Kreis, reported or not (:func:`dewak_research.stress.book.town_shares`).
    engine : Engine, optional
        Where the units are simulated; by default in threads.
    known : Known, optional
        What it was made from, for a run on the same tables with other parameters.
    """

    params: StressParams
    seed: int
    table: pd.DataFrame
    rates: NDArray[np.float64]
    book: Book
    pool: Pool
    settings: Settings
    crises: int | None = None
    shares: pd.DataFrame | None = None
    engine: Engine | None = None
    known: Known | None = None

    @property
    def frequencies(self) -> tuple[float, float, float]:
        """Crisis frequency and its interval."""
        return crisis_frequency(self.crises)

    @property
    def ags(self) -> list[str]:
        """Keys in the order of the book."""
        return list(self.table["ags"])

    @property
    def has_balance(self) -> NDArray[np.bool_]:
        """Units with a balance sheet."""
        return self.table["has_balance"].to_numpy(bool)

    def shocks(self, draws: int | None = None) -> CommonShocks:
        """Draw what all units share; ``draws`` in place of those of the parameters."""
        params = self.params
        return common_shocks(
            self.pool,
            params.sampler,
            params.horizon_years,
            params.draws if draws is None else draws,
            self.seed,
            block_length=params.block_length,
            crisis_frequency=self.frequencies[0],
            cost_spread=dict(params.cost_spread),
            cost_correlation=params.cost_correlation,
            rate_spread_points=params.rate_spread_pp / 100.0,
        )

    def simulate(
        self,
        common: CommonShocks,
        summarise: Callable[[Paths], Summary],
        *,
        workers: int | None = None,
        chunk_size: int = 4,
        units: NDArray[np.int64] | None = None,
    ) -> list[Summary]:
        """Run all units through the engine; see :func:`dewak_research.stress.all_units.simulate`."""
        return simulate(
            self.book,
            common,
            self.settings,
            self.seed,
            summarise,
            chunk_size=chunk_size,
            workers=self.params.workers if workers is None else workers,
            units=units,
            engine=self.engine,
        )


def kreise_with_kdu(kreise_panel: pd.DataFrame) -> pd.DataFrame:
    """Kreis panel from 1995 with KdU per head (bridge of the figures' description)."""
    return kreise_panel.assign(kdu_eur_pc=kdu_eur_pc(kreise_panel))


def pool_of(inputs: Mapping[str, pd.DataFrame], last_year: int | None = None) -> Pool:
    """Pool of shocks from the tax series and the Kreis panel, optionally only up to a year."""
    units = inputs["units"].set_index("ags")
    return build_pool(
        inputs["tax_panel"],
        kreise_with_kdu(inputs["kreise_panel"]),
        units["population"],
        last_year,
    )


def town_history(inputs: Mapping[str, pd.DataFrame]) -> TownHistory:
    """Own taxes of all towns against the Land, from the tax series."""
    units = inputs["units"].set_index("ags")
    return history(inputs["tax_panel"], TAX_COLUMNS, units["population"], units["size_class"])


def settings_of(params: StressParams) -> Settings:
    """Law and behaviour of the engine as the parameters ask for them."""
    return Settings(
        rule_set(params.rule_set or params.budget_year),
        pass_through_share=params.pass_through_share,
        pass_through_lag_years=params.pass_through_lag_years,
        landschaft_pass_through_share=params.landschaft_pass_through_share,
        borrowing_rate_share=params.borrowing_rate_pp / 100.0,
    )


def gfg_of(params: StressParams) -> Gfg:
    """Equalisation of the first simulated year, or of the year the parameters ask for instead."""
    return Gfg.of_year(params.equalisation_year or params.budget_year)


@dataclass(frozen=True)
class Known:
    """What the tables of :func:`prepare` say before any parameter is known, each worked out once for all runs."""

    inputs: Mapping[str, pd.DataFrame]
    _moves: dict[int, OwnMoves] = field(default_factory=dict, repr=False)

    @cached_property
    def booked(self) -> pd.DataFrame:
        """Starting point of the reported units; nobody changes it."""
        units, payments, totals = (self.inputs[name] for name in ("units", "payments", "unit_totals"))
        return baseline(
            units, payments, totals, self.inputs["balance"], self.inputs["multipliers"], rule_set(ROLLED_YEAR)
        )

    @cached_property
    def shares(self) -> pd.DataFrame:
        """Of all towns in the levies of their Kreis."""
        units = self.inputs["units"]
        offices = youth_offices(self.inputs["payments"], self.inputs["population"], units)
        return town_shares(levy_shares(self.inputs, units, offices))

    @cached_property
    def pool(self) -> Pool:
        """Pool of shocks of all years."""
        return pool_of(self.inputs)

    @cached_property
    def towns(self) -> TownHistory:
        """Own taxes of all towns against the Land."""
        return town_history(self.inputs)

    def moves(self, horizon_years: int) -> OwnMoves:
        """How far the own taxes of every town move from the Land's."""
        if horizon_years not in self._moves:
            self._moves[horizon_years] = own_moves(self.towns, horizon_years)
        return self._moves[horizon_years]


def prepare(
    inputs: Mapping[str, pd.DataFrame],
    params: StressParams,
    seed: int,
    tax_base: str = "booked",
    engine: Engine | None = None,
    known: Known | None = None,
) -> Run:
    """Put a run together.

    Parameters
    ----------
    inputs : mapping
        ``INGEST_TABLES``; official tables tax_panel, kreise_panel,
        multipliers.
    tax_base : str
        Years the own taxes of the path are the mean of; see :func:`dewak_research.stress.baseline.with_tax_base`.
    engine : Engine, optional
        Where the units are simulated; speed only.
    known : Known, optional
        Of another run on the same tables; speed only.

    Raises
    ------
    InputError
        Unknown rule set, a year before the law, unknown growth option or item.
    """
    settings = settings_of(params)
    found, tax_panel, gfg = known or Known(inputs), inputs["tax_panel"], gfg_of(params)
    table = with_tax_base(found.booked, tax_panel, tax_base, net_share(found.booked, gfg))
    require_known(list(params.cost_spread), "stress.cost_spread")
    rates = growth_rates(table, params.growth, params.growth_rates, tax_panel)
    rest = 0.0 if params.growth == "flat" else params.growth_rates.get("default", 0.0)
    booked = build_book(
        table,
        path(table, rates, params.horizon_years, rest),
        build_layers(table, found.shares),
        found.moves(params.horizon_years),
        gfg,
        Maturities.of_year(params.budget_year),
        settings.borrowing_rate_share,
    )
    book = complete(
        booked, settings.pass_through_share, settings.pass_through_lag_years, settings.borrowing_rate_share
    )
    return Run(
        params,
        seed,
        table,
        rates,
        book,
        found.pool,
        settings,
        shares=found.shares,
        engine=engine,
        known=found,
    )


def run_summary(run: Run, peers: int) -> pd.DataFrame:
    """What was run, one row.

    Returns
    -------
    DataFrame
        units, units_with_balance (number), draws, years, first_year, last_year, rule_set, crisis_frequency_share
        (crises per year: crises_observed in crisis_years_observed) with crisis_frequency_low_share and
        crisis_frequency_high_share (exact 95 % interval),
        pass_through_share (of a Kreis's loss, assumption), peers (nearest units a unit is compared with).
    """
    estimate, low, high = run.frequencies
    crises, years = crises_observed()
    params = run.params
    return pd.DataFrame(
        {
            "units": [len(run.table)],
            "units_with_balance": [int(run.has_balance.sum())],
            "draws": [params.draws],
            "years": [params.horizon_years],
            "first_year": [params.budget_year],
            "last_year": [params.budget_year + params.horizon_years - 1],
            "rule_set": [run.settings.rules.name],
            "crisis_frequency_share": [estimate],
            "crises_observed": [crises if run.crises is None else run.crises],
            "crisis_years_observed": [years],
            "crisis_frequency_low_share": [low],
            "crisis_frequency_high_share": [high],
            "pass_through_share": [params.pass_through_share],
            "peers": [peers],
        }
    )
