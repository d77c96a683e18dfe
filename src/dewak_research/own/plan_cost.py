"""The net cost of the integrated plan on a municipality's own budget lines: with and without it."""

from __future__ import annotations

import pandas as pd

from dewak_research.own.probability import OwnProbability
from dewak_research.own.stress import OwnStress, net_trade_tax
from dewak_research.planning.with_and_without import Tables, beside, of_plan
from dewak_research.stress.one_unit import unit_shocks


def plan_cost_tables(
    frame: pd.DataFrame,
    stress: OwnStress,
    chances: OwnProbability,
    net_eur: pd.Series[float],
    rate_share: float,
) -> Tables:
    """Return the own plan with and without a path of net cost.

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    stress, chances : OwnStress, OwnProbability
        The tests of the plan; without a run of the engine there is no probability.
    net_eur : Series
        Index year: effect on the result, EUR, negative = cost; years after the plan stand beside it.
    rate_share : float
        Rate on the liquidity credit that the path adds or saves, share.

    Returns
    -------
    dict
        with_and_without, with_and_without_years, with_and_without_beside; see ``planning.with_and_without``. Empty
        without a plan.

    Raises
    ------
    InputError
        The path lacks a year of the plan.
    """
    if stress.booked is None:
        return {}
    years, run = stress.booked.years, chances.run
    unit = None if run is None else unit_shocks(run, run.ags[-1])
    tables = of_plan(stress.booked, net_eur, net_trade_tax(frame, years), rate_share, unit)
    return {**tables, "with_and_without_beside": beside(net_eur, years[-1])}
