"""What the integrated plan does to the own budget, what could meet the need, and which options go together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.own.plan_cost import plan_cost_tables
from dewak_research.own.planning_options import decided, own_options
from dewak_research.own.planning_places import whole_places
from dewak_research.own.planning_sheets import OwnPlanning
from dewak_research.own.probability import OwnProbability
from dewak_research.own.social_plan import SocialPlan
from dewak_research.own.stress import OwnStress
from dewak_research.planning.limits import Limits
from dewak_research.planning.net_path import FIRST_BORNE
from dewak_research.planning.options import options_table
from dewak_research.planning.portfolio import MOST, chosen, front, portfolio
from dewak_research.planning.warning import warnings
from dewak_research.stress.one_unit import unit_shocks

Tables = dict[str, pd.DataFrame]
Floats = NDArray[np.float64]
RESOURCE_OF = {
    "organisation_model": "own_place", "pooled_rooms": "freed_room", "third_party_money": "third_sector",
    "prevention": "own_place", "activation": "instrument",
}  # fmt: skip


def early_warning(plan: SocialPlan, own: OwnPlanning, instruments: pd.DataFrame) -> Tables:
    """Return ``warning`` and ``resources`` (``planning.warning.warnings``) with the places of the workbook.

    Parameters
    ----------
    instruments : DataFrame
        The catalogue of activation: instrument, sector, lead_time_years, hsk_compatible, hours_mobilised,
        eur_mobilised.
    """
    offered = own.options.dropna(subset=["service", "places"])
    offered = offered[offered["places"] > 0]
    measures = pd.DataFrame(
        {
            "service": offered["service"], "name": offered["name"], "kind": offered["kind"].map(RESOURCE_OF),
            "sector": "", "places": offered["places"],
            "lead_years": (offered["from_year"] - plan.years[0]).clip(lower=0.0),
            "hsk_compatible": offered["hsk_compatible"],
        }
    )  # fmt: skip
    places, lead = whole_places(own.places), own.lead_times
    return warnings(plan.need_draws, list(plan.years), places, lead, measures, instruments)


def extra_cost(cost: pd.DataFrame, start: int, kind: str) -> pd.DataFrame:
    """Return by how much the changing need moves the net cost of a municipality since a year, in prices of the year.

    Parameters
    ----------
    cost : DataFrame
        ``SocialPlan.tables["cost"]``.
    start : int
        The budget holds the need of this year and lets its cost grow with prices.
    kind : str
        A Kreis pays what it and the Landschaftsverband spend before its towns make it good through the levy.

    Returns
    -------
    DataFrame
        service, year (from ``start`` on), extra_eur; services without a known cost are left out.
    """
    later = cost[cost["year"] >= start].copy()
    paid = later[FIRST_BORNE].sum(axis=1, skipna=False) if kind == "kreis" else later["net_eur"]
    later["paid"] = paid
    prices = later["net_eur"] / later["net_real_eur"]
    later["real"] = paid / prices.where(prices > 0, 1.0)
    first = later[later["year"] == start].set_index("service")["real"]
    later["extra_eur"] = (later["real"] - later["service"].map(first)) * prices.where(prices > 0, 1.0)
    known = later.groupby("service")["extra_eur"].transform(lambda one: bool(one.notna().all()))
    return later.loc[known.astype(bool), ["service", "year", "extra_eur"]].reset_index(drop=True)


def budget_effects(
    plan: SocialPlan,
    own: OwnPlanning,
    frame: pd.DataFrame,
    stress: OwnStress,
    chances: OwnProbability,
    kind: str,
    rate_share: float,
) -> Tables:
    """Return the own budget with and without the plan: the cost of changing need and the options that are decided.

    Returns
    -------
    dict
        Those of ``plan_cost_tables``, and ``extra_cost``; empty where there is no budget or it lies outside the
        years of the plan.
    """
    years = [] if stress.booked is None else stress.booked.years
    if not years or years[-1] > plan.years[-1] or years[0] < plan.years[0]:
        return {}
    start = max(plan.years[0], years[0] - 1)
    extra = extra_cost(plan.tables["cost"], start, kind)
    all_years = list(range(start, plan.years[-1] + 1))
    path = -extra.groupby("year")["extra_eur"].sum().reindex(all_years, fill_value=0.0)
    for effect in _decided(own, all_years):
        path = path + effect
    return {**plan_cost_tables(frame, stress, chances, path, rate_share), "extra_cost": extra}


def _decided(own: OwnPlanning, years: Sequence[int]) -> list[Floats]:
    return [option.net_eur for option in own_options(own.options[own.options["decided"]], years, 1, 0)]


def own_portfolio(
    own: OwnPlanning, chances: OwnProbability, consolidation: bool, draws: int, seed: int
) -> Tables:
    """Return the options, every portfolio of them, the front and the one that is decided.

    Parameters
    ----------
    chances : OwnProbability
        Without a run of the engine there is no portfolio.
    consolidation : bool
        Whether the plan crosses a line of budget law: then what costs must be covered.

    Returns
    -------
    dict
        ``options`` (``planning.options.options_table``), ``portfolio``, ``portfolio_front``, ``portfolio_decided``
        (``planning.portfolio``; persons_reached and staff_fte are missing where an option does not state them); empty
        without options or engine. The first twelve options are combined.
    """
    options = own_options(own.options, chances.years, draws, seed)[:MOST]
    if not options or chances.run is None:
        return {}
    unit = unit_shocks(chances.run, chances.run.ags[-1], min(draws, chances.draws))
    limits, names = Limits(consolidation=consolidation), [option.key for option in options]
    every = portfolio(options, unit, limits)
    one = chosen(options, [name for name in decided(own.options) if name in names])
    return {
        "options": options_table(options),
        "portfolio": every,
        "portfolio_front": front(every),
        "portfolio_decided": portfolio(options, unit, limits, one),
    }
