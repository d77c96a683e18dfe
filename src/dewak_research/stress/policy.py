"""What closes a gap: steps of the multipliers, globaler Minderaufwand, measures with dates. Arithmetic on assumptions.

A point of a multiplier is worth the receipts by the multiplier in force; the tax base is taken as it is, nobody moves
or pays later. The Gewerbesteuerumlage is no part of it: it follows the base and not the town's own multiplier (§ 6
GemFinRefG). Key grants do not change either: the equalisation counts fictitious multipliers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.rules import RuleSet
from dewak_research.stress.run import Run
from dewak_research.stress.simulation import Paths
from dewak_research.stress.today_shocks import point_value

Floats = NDArray[np.float64]
#: Percentile of the result that is to be balanced: the median, and what four of five draws reach.
GAPS_PCT = {"median": 50.0, "safe": 20.0}


@dataclass(frozen=True)
class Measure:
    """A measure of a consolidation concept (HSK).

    Parameters
    ----------
    amount_eur : float
        Improvement of the result a year once it has its full effect; negative = it costs.
    first_year, full_year : int
        First year with an effect, and first year with the full one.
    """

    name: str
    amount_eur: float
    first_year: int
    full_year: int

    def effect_eur(self, years: tuple[int, ...]) -> Floats:
        """Improvement by year: nothing before, then equal steps (assumption), the full amount from ``full_year``."""
        steps = self.full_year - self.first_year + 1
        done = (np.asarray(years, float) - self.first_year + 1) / steps
        return np.asarray(self.amount_eur * np.clip(done, 0.0, 1.0))


def measures_effect_eur(measures: tuple[Measure, ...], years: tuple[int, ...]) -> Floats:
    """Improvement of all measures together by year, shape (T,)."""
    effects = [np.zeros(len(years)), *(m.effect_eur(years) for m in measures)]
    return np.asarray(np.sum(effects, axis=0), np.float64)


def minderaufwand_eur(result_eur: Floats, ordinary_expenses_eur: Floats, rules: RuleSet) -> Floats:
    """Globaler Minderaufwand that a plan may state: up to the cap of the law, no more than its deficit; ≥ 0.

    It is stated when the budget is drawn up, so that it does not follow what happens later; that it is also saved is
    an assumption. Source: § 75(2) GO NRW by version (``budget_law``).

    Parameters
    ----------
    result_eur, ordinary_expenses_eur : ndarray, shape (T,)
        Of the plan before it; NaN expenses = unknown, NaN.
    """
    allowed = rules.minderaufwand_cap_share * np.asarray(ordinary_expenses_eur, np.float64)
    return np.asarray(np.minimum(np.maximum(-result_eur, 0.0), allowed))


def with_improvement(run: Run, effect_eur: Floats) -> Run:
    """The run with the result (and the cash) of its last unit better by an amount of each year, shape (T,)."""
    better = np.zeros_like(run.book.result_eur)
    better[:, -1] = effect_eur
    book = replace(
        run.book,
        result_eur=run.book.result_eur + better,
        liquidity_flow_eur=run.book.liquidity_flow_eur + better,
    )
    return replace(run, book=book)


def with_items(run: Run, change_eur: Floats) -> Run:
    """The run with other amounts of its last unit to draw on, its results as they are; changes of shape (T, 13)."""
    items = run.book.items_eur.copy()
    items[:, -1] += change_eur
    return replace(run, book=replace(run.book, items_eur=items))


def gaps_eur(paths: Paths) -> Floats:
    """What the result of the last year lacks to zero, in the median and in four of five draws; shape (2, c), ≥ 0."""
    levels = tuple(GAPS_PCT.values())
    return np.asarray(np.maximum(-np.percentile(paths.result_eur[-1], levels, axis=-1), 0.0))


def points(gap_eur: Floats | float, receipts_eur: Floats | float, multiplier_pct: Floats | float) -> Floats:
    """Points of a multiplier that bring an amount: gap / (receipts / multiplier).

    NaN where receipts or multiplier are unknown or not positive.
    """
    receipts, multiplier = (np.asarray(value, np.float64) for value in (receipts_eur, multiplier_pct))
    usable = (receipts > 0) & (multiplier > 0)
    value = np.where(usable, receipts, np.nan) / np.where(usable, multiplier, np.nan)
    return np.asarray(np.asarray(gap_eur, np.float64) / value)


def multiplier_steps(
    run: Run, parts: Sequence[tuple[NDArray[np.int64], Floats]], inputs: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """Steps of the multipliers that balance the last year of every town's run; an estimate.

    Receipts of the Grundsteuer B are the last booked ones (2009–2011), those of the trade tax the booked mean; both by
    the multiplier of 2015, the earliest at hand. Where a multiplier rose until then the points are too many.

    Parameters
    ----------
    parts : sequence of (ndarray of int, shape (c,), ndarray, shape (2, c))
        Units of each chunk and their :func:`gaps_eur`.
    inputs : mapping
        payments (ingest), multipliers.

    Returns
    -------
    DataFrame
        ags, year (last of the run), gap_median_eur, gap_safe_eur (what the result lacks to zero in the median and in
        four of five draws, ≥ 0), gap_median_eur_pc, gap_safe_eur_pc; land_tax_b_points_median, land_tax_b_points_safe,
        trade_tax_points_median, trade_tax_points_safe (either alone closes the gap); land_tax_b_multiplier_pct,
        trade_tax_multiplier_pct (of 2015). NaN for Kreise, which have no own multiplier, and where nothing is known.
    """
    gaps = np.empty((len(GAPS_PCT), run.book.size))
    for units, found in parts:
        gaps[:, units] = found
    table = run.table
    towns = (table["kind"] != "kreis").to_numpy()
    people = table["population"].to_numpy(float)
    rates = inputs["multipliers"].set_index("ags").reindex(table["ags"])
    per_point = point_value(inputs["payments"], inputs["multipliers"])["eur_per_point"]
    land_tax = per_point.reindex(table["ags"]).to_numpy(float)
    trade = np.where(towns, table["gewst_eur"].to_numpy(float), np.nan)
    trade_rate = rates["trade_tax_multiplier_pct"].to_numpy(float)
    out = pd.DataFrame({"ags": table["ags"], "year": run.params.budget_year + run.book.years - 1})
    for name, gap in zip(GAPS_PCT, gaps, strict=True):
        out[f"gap_{name}_eur"] = gap
        out[f"gap_{name}_eur_pc"] = gap / people
        out[f"land_tax_b_points_{name}"] = np.where(towns, gap / land_tax, np.nan)
        out[f"trade_tax_points_{name}"] = points(gap, trade, trade_rate)
    out["land_tax_b_multiplier_pct"] = rates["land_tax_b_multiplier_pct"].to_numpy(float)
    out["trade_tax_multiplier_pct"] = trade_rate
    return out.sort_values("ags", ignore_index=True)


def step_counts(steps: pd.DataFrame, kind: pd.Series[str]) -> pd.DataFrame:
    """Count towns with a gap and take the median steps of those.

    Parameters
    ----------
    steps : DataFrame
        Result of :func:`multiplier_steps`.
    kind : Series
        Index ags.

    Returns
    -------
    DataFrame
        kind (without Kreise), gap ("median", "safe"), year, towns, with_gap, gap_eur_pc, land_tax_b_points,
        trade_tax_points (medians of the towns with a gap).
    """
    rows = []
    towns = steps.assign(kind=steps["ags"].map(kind))
    for (name, year), group in towns[towns["kind"] != "kreis"].groupby(["kind", "year"]):
        for gap in GAPS_PCT:
            lacking = group[group[f"gap_{gap}_eur"] > 0]
            rows.append(
                {
                    "kind": name,
                    "gap": gap,
                    "year": year,
                    "towns": len(group),
                    "with_gap": len(lacking),
                    "gap_eur_pc": lacking[f"gap_{gap}_eur_pc"].median(),
                    "land_tax_b_points": lacking[f"land_tax_b_points_{gap}"].median(),
                    "trade_tax_points": lacking[f"trade_tax_points_{gap}"].median(),
                }
            )
    return pd.DataFrame(rows)
