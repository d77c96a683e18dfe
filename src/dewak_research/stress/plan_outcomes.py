"""What the engine says about one plan: bands around it, probabilities by year, light, shares, what it bears, tornado.

The functions are those of the chapter; here they are put together for the last unit of a run (``single_plan``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.stress.contributions import contribution_table, subset_variances
from dewak_research.stress.distribution import (
    band_ends_pct,
    count_flags,
    count_hits,
    fan_table,
    probability_table,
    summarise_fan,
)
from dewak_research.stress.items import BLOCKS
from dewak_research.stress.light import light_table
from dewak_research.stress.policy import GAPS_PCT
from dewak_research.stress.reverse import reverse
from dewak_research.stress.run import Run, settings_of
from dewak_research.stress.sensitivity import sensitivity
from dewak_research.stress.simulation import Paths
from dewak_research.stress.what_if import run_once

BANDS_PCT = (50, 80, 95)
LEVELS_PCT = tuple(sorted({50.0, *GAPS_PCT.values()}.union(*map(band_ends_pct, BANDS_PCT))))
EVENTS = ("deficit", "equity_below_zero")
TORNADO_DRAWS = 1_000
Further = Callable[[NDArray[np.float64]], dict[str, NDArray[np.bool_]]]


def _own(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    return table[table["ags"] == run.ags[-1]].drop(columns="ags").reset_index(drop=True)


def plan_line(run: Run, paths_of_plan: Paths) -> pd.DataFrame:
    """The plan itself: measure, year, plan_eur (result, equity at the year's end)."""
    years = np.arange(run.book.years) + run.params.budget_year
    values = {"result": paths_of_plan.result_eur[:, -1, 0], "equity": paths_of_plan.equity_eur[:, -1, 0]}
    frames = [pd.DataFrame({"measure": m, "year": years, "plan_eur": v}) for m, v in values.items()]
    return pd.concat(frames, ignore_index=True)


def unshocked(run: Run) -> Paths:
    """All units of the run without any shock; one draw."""
    nothing = np.zeros_like(run.book.result_eur)
    return run_once(run.book, dict.fromkeys(BLOCKS, nothing), np.zeros(run.book.years), run.settings)


def simulated(run: Run, draws: int | None = None, further: Further | None = None) -> dict[str, pd.DataFrame]:
    """Bands and probabilities of the plan.

    Parameters
    ----------
    further : callable, optional
        Drawn results of the units (T, c, D), EUR → further events by name, flags of the same shape; they are those of
        the plan, the last unit, and need its balance sheet.

    Returns
    -------
    dict
        ``fan``: measure, year, p2_5_eur … p97_5_eur, plan_eur (the plan itself; NaN for credit).
        ``probability``: year, trigger (n1, n2, n3, any), probability, mc_low, mc_high, frequency_low, frequency_high;
        NaN without a balance sheet. ``events``: the same for a deficit and for equity below zero (at least once up to
        the year), which need no law.
    """
    common = run.shocks(draws)

    def summarise(paths: Paths) -> tuple[object, ...]:
        events = {"deficit": paths.result_eur < 0.0, "equity_below_zero": paths.equity_eur < 0.0}
        events |= further(paths.result_eur) if further else {}
        return (
            summarise_fan(paths, LEVELS_PCT),
            count_hits(paths, common.crisis_years),
            count_flags(paths.units, events, common.crisis_years),
        )

    fans, hits, events = zip(*run.simulate(common, summarise), strict=True)
    first, ags = run.params.budget_year, run.ags
    fan = _own(fan_table(list(fans), ags, first), run)
    plan = plan_line(run, unshocked(run))
    names = tuple(events[0].hits)
    happened = probability_table(list(events), ags, np.ones(len(ags), bool), first, names)
    unknown = (happened["trigger"] != "deficit") & ~run.has_balance[-1]
    numbers = [c for c in happened.columns if c not in ("ags", "year", "trigger")]
    happened[numbers] = happened[numbers].mask(unknown)
    ladder = run.has_balance & run.settings.rules.has_ladder
    return {
        "fan": fan.merge(plan, on=["measure", "year"], how="left"),
        "probability": _own(probability_table(list(hits), ags, ladder, first), run),
        "events": _own(happened, run),
    }


def shares(run: Run) -> pd.DataFrame:
    """Part of each block in the variance of the loss over all years (Shapley): block, share (negative = dampens)."""
    fewer = run.shocks(run.params.shapley_draws)
    parts = run.simulate(fewer, lambda paths: (paths.units, subset_variances(paths)))
    row = _own(contribution_table(parts, run.ags), run).iloc[0]
    values = row[list(BLOCKS)].astype(float) / float(row["total"])
    return pd.DataFrame({"block": BLOCKS, "share": values.to_numpy()})


def light_of(probability: pd.DataFrame, run: Run) -> pd.DataFrame:
    """Light of the plan with its interval, one row; see :func:`dewak_research.stress.light.light_table`."""
    return light_table(probability.assign(ags=run.ags[-1]), run.table.tail(1))


def outcomes(run: Run, tax_panel: pd.DataFrame, further: Further | None = None) -> dict[str, pd.DataFrame]:
    """All answers for the plan; ``further`` see :func:`simulated`.

    Returns
    -------
    dict
        ``fan``, ``probability``, ``events`` (see :func:`simulated`), ``light``, ``shares``, ``reverse`` (see
        ``reverse.reverse``; empty without a balance sheet or rules), ``tornado`` (see ``sensitivity``; assumptions that
        move the probability of the last year, with the ``probability`` of the same draws; empty likewise).
    """
    found = simulated(run, further=further)
    tables = {**found, "light": light_of(found["probability"], run), "shares": shares(run)}
    if not (run.has_balance[-1] and run.settings.rules.has_ladder):
        return {**tables, "reverse": pd.DataFrame(), "tornado": pd.DataFrame()}
    draws = min(TORNADO_DRAWS, run.params.draws)
    tornado = sensitivity(
        run,
        {"units": run.table},
        draws,
        lambda asked: replace(run, params=asked, settings=settings_of(asked)),
    )["tornado"]
    moved = _own(tornado, run)
    return {
        **tables,
        "reverse": _own(reverse(run, tax_panel), run),
        "tornado": moved[moved["swing_share"] > 0].reset_index(drop=True),
    }
