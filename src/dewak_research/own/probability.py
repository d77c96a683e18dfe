"""The engine of the stress chapter on a municipality's own plan, with and without what may close its gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.config import StressParams
from dewak_research.own.measure_lines import EnteredMeasure, booked_frame
from dewak_research.own.measures import entered_measures
from dewak_research.own.municipal_plan import (
    Prepared,
    income_tax_part,
    items_changed,
    prepare_plan,
    tax_history,
)
from dewak_research.own.official import official_table
from dewak_research.own.plan import latest, plan_lines, series
from dewak_research.own.stress import OwnStress
from dewak_research.rules import HOME, Land, land_with
from dewak_research.stress.deficit_plan import DeficitPlan
from dewak_research.stress.distribution import level_column
from dewak_research.stress.plan_outcomes import Further, light_of, outcomes, simulated
from dewak_research.stress.policy import (
    GAPS_PCT,
    measures_effect_eur,
    minderaufwand_eur,
    points,
    with_improvement,
    with_items,
)
from dewak_research.stress.run import INGEST_TABLES, Run, pool_of, prepare, town_history
from dewak_research.stress.single_plan import CITY, KREIS, TOWN, MunicipalPlan, plan_run
from dewak_research.stress.transmission import Gfg, Maturities
from dewak_research.stress.unlisted import history_features, size_features

OFFICIAL = ("tax_panel", "kreise_panel", "multipliers")
GAP_COLUMNS = {gap: level_column(level) for gap, level in GAPS_PCT.items()}
LIKELY = ("probability", "frequency_low", "frequency_high")
NOT_BALANCED = "not_balanced"  #: event of a law that tests deficits
Tables = dict[str, pd.DataFrame]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class OwnProbability:
    """What the engine says about the plan, or why it says nothing.

    Attributes
    ----------
    reason : str
        "" or "no_plan", "result_gap", "no_inhabitants", "no_pipeline".
    missing : tuple of str
        See ``municipal_plan.Prepared``.
    basis : str
        Where the moves of the own taxes come from: "panel" (own series), "history" (entered), "size_class",
        "none" (a Kreis, or no tax entered).
    kreis : str
        What stands above a town: "own" (its Kreis), "mean" (all reported Kreise), "none".
    tables : dict
        As ``plan_outcomes.outcomes``, and ``policy`` (see :func:`policy_table`), ``fan_with`` (bands with every step).
    run : Run, optional
        The run behind them, the plan as its last unit.
    """

    reason: str = ""
    missing: tuple[str, ...] = ()
    basis: str = "none"
    kreis: str = "none"
    years: tuple[int, ...] = ()
    draws: int = 0
    tables: Tables = field(default_factory=dict)
    run: Run | None = field(default=None, repr=False)


def run_probability(
    frame: pd.DataFrame,
    stress: OwnStress,
    key: str,
    kind: str,
    rules_name: str,
    measures: pd.DataFrame,
    ingested: Mapping[str, pd.DataFrame] | None,
    params: StressParams,
    seed: int,
) -> OwnProbability:
    """Run the engine on a plan; what is missing leaves out its block, never a guess.

    Parameters
    ----------
    frame : DataFrame
        Result of ``plan.plan_frame``.
    stress : OwnStress
        Result of ``stress.run_own_stress``.
    key, kind : str
        Key of the municipality or own identifier; kind of unit.
    rules_name : str
        Law of the workbook ("nrw", "none").
    measures : DataFrame
        Sheet of measures: name, amount_eur, first_year, full_year.
    ingested : mapping, optional
        Ingest tables ``INGEST_TABLES``; without them there is no history to draw from.
    """
    if stress.budget_year is None:
        return OwnProbability("no_plan")
    holder = land_with(rules_name)
    gfg = Gfg.of_year(stress.budget_year, holder.key) if holder.document("equalisation") else None
    official = {name: official_table(name) for name in OFFICIAL}
    own_panel = official["tax_panel"].query("ags == @key")
    levied = len(series(frame, "result_plan", "kreisumlage")) > 0
    kind = TOWN if kind == CITY and levied else kind  # who pays a Kreisumlage belongs to a Kreis
    found = prepare_plan(frame, stress, key, kind, own_panel, gfg)
    if found.plan is None:
        return OwnProbability(found.reason)
    if ingested is None or not set(INGEST_TABLES) <= set(ingested):
        return OwnProbability("no_pipeline", found.missing, years=found.plan.years)
    inputs = {**{name: ingested[name] for name in INGEST_TABLES}, **official}
    return _run(found, stress, holder, gfg, frame, measures, inputs, params, seed)


def _run(
    found: Prepared,
    stress: OwnStress,
    holder: Land,
    gfg: Gfg | None,
    frame: pd.DataFrame,
    measures: pd.DataFrame,
    inputs: Mapping[str, pd.DataFrame],
    params: StressParams,
    seed: int,
) -> OwnProbability:
    plan = found.plan
    assert plan is not None
    towns = town_history(inputs)
    basis, features = "none", None
    if plan.kind != KREIS and "gewst" not in plan.unknown:
        basis = "panel" if plan.key in towns.ags else "size_class"
        if basis != "panel":
            features = history_features(towns, plan.size_class, plan.population, tax_history(frame))
            basis = "size_class" if features is None else "history"
            if features is None:
                features = size_features(towns, plan.size_class, plan.population)
    chapter = None
    if holder.key == HOME and plan.kind == TOWN:
        chapter = prepare(inputs, params.model_copy(update={"horizon_years": len(plan.years)}), seed)
    run = plan_run(
        plan,
        stress.rules,
        towns,
        pool_of(inputs),
        params,
        seed,
        Maturities.of_year(plan.years[0], holder.key),
        gfg=gfg,
        chapter=chapter,
        features=features,
    )
    above = "none" if len(run.ags) == 1 else "own" if run.ags[0] == plan.key[:5] else "mean"
    further = not_balanced(stress)
    tables = outcomes(run, inputs["tax_panel"], further)
    part = income_tax_part(frame, inputs["tax_panel"].query("ags == @plan.key"))
    tables |= policy_table(run, plan, frame, entered_measures(measures), tables, part, further)
    return OwnProbability("", found.missing, basis, above, plan.years, run.params.draws, tables, run)


def not_balanced(stress: OwnStress) -> Further | None:
    """Return what tells of drawn results in which year the budget is not balanced.

    None where no law asks that, or a number that it needs is missing.

    The plan's extraordinary result stays; results before the budget year are those of the path.
    """
    booked = stress.booked
    if not isinstance(booked, DeficitPlan) or not booked.is_known:
        return None
    known = booked.path["result_eur"].to_numpy(np.float64)
    at = np.isin(booked.path["year"].to_numpy(int), booked.years)

    def tested(result_eur: Floats) -> dict[str, NDArray[np.bool_]]:
        flat = result_eur.reshape(len(result_eur), -1)
        results = np.repeat(known[:, None], flat.shape[1], axis=1)
        results[at] = flat
        found = booked.found(results)
        lost = found.not_balanced | found.redemption_not_covered
        return {NOT_BALANCED: lost[at].reshape(result_eur.shape)}

    return tested


def policy_table(
    run: Run,
    plan: MunicipalPlan,
    frame: pd.DataFrame,
    measures: tuple[EnteredMeasure, ...],
    base: Tables,
    income_part: float,
    further: Further | None = None,
) -> Tables:
    """Add the steps one after the other: the plan, with its measures, with a globaler Minderaufwand.

    A measure that names a line changes the item that is drawn there, too: a higher trade tax can fall by more. Its
    effect on the result is added once, with those of all the others.

    Parameters
    ----------
    income_part : float
        The income tax share's part in both tax shares (``municipal_plan.income_tax_part``).

    Returns
    -------
    dict
        ``policy``: step ("plan", "measures", "minderaufwand": where none is planned), effect_last_eur, effect_sum_eur
        (of this step alone),
        probability, frequency_low, frequency_high (any trigger, last year), light, result_median_eur (last year),
        gap_median_eur, gap_safe_eur, and points of the multipliers that close them: land_tax_b_points_median …,
        trade_tax_points_safe (NaN = receipts or multiplier not entered), land_tax_b_multiplier_year,
        trade_tax_multiplier_year (of the multiplier that they rest on). ``fan_with``: bands with all steps.
        ``measures``: name, year, effect_eur. ``spending_cut``: year, planned_eur (NaN = none entered).
    """
    years = list(plan.years)
    later = booked_frame(frame, measures, years)
    expenses, entered = (plan_lines(later, (line,), years) for line in ("costs", "spending_cut"))
    moved, by_measures = (
        items_changed(frame, later, plan, income_part),
        measures_effect_eur(measures, plan.years),
    )
    allowed = minderaufwand_eur(plan.result_eur + by_measures, expenses, run.settings.rules)
    lump = np.where(
        np.isnan(entered), allowed, 0.0
    )  # a cut that is entered is in the result of the plan already
    rows, done, shown = (
        [_step("plan", run, plan, frame, np.zeros(len(years)), base)],
        np.zeros(len(years)),
        base,
    )
    for name, effect in (("measures", by_measures), ("minderaufwand", np.nan_to_num(lump))):
        if not effect.any():
            continue
        done = done + effect
        shown = simulated(with_improvement(with_items(run, moved), done), further=further)
        rows.append(_step(name, run, plan, frame, effect, shown))
    effects = [
        pd.DataFrame({"name": m.name, "year": years, "effect_eur": m.effect_eur(plan.years)})
        for m in measures
    ]
    columns = pd.DataFrame(columns=["name", "year", "effect_eur"])
    return {
        "policy": pd.DataFrame(rows),
        "fan_with": shown["fan"] if len(rows) > 1 else pd.DataFrame(),
        "measures": pd.concat(effects, ignore_index=True) if effects else columns,
        "spending_cut": pd.DataFrame({"year": years, "planned_eur": entered}),
    }


def _step(
    name: str, run: Run, plan: MunicipalPlan, frame: pd.DataFrame, effect: Floats, shown: Tables
) -> dict[str, object]:
    fan = shown["fan"]
    last = fan[(fan["measure"] == "result") & (fan["year"] == plan.years[-1])].iloc[0]
    light = light_of(shown["probability"], run).iloc[0]
    events = shown["events"]
    asked = events[(events["trigger"] == NOT_BALANCED) & (events["year"] == plan.years[-1])]
    if len(asked):
        light = pd.concat([light.drop(list(LIKELY)), asked.iloc[0][list(LIKELY)]])
    row: dict[str, object] = {
        "step": name,
        "effect_last_eur": float(effect[-1]),
        "effect_sum_eur": float(effect.sum()),
        **{column: light[column] for column in (*LIKELY, "light")},
        "result_median_eur": float(last["p50_eur"]),
    }
    taxes = {"land_tax_b": ("grundsteuer_b", "hebesatz_grundsteuer_b"),
             "trade_tax": ("gewerbesteuer", "hebesatz_gewerbesteuer")}  # fmt: skip
    for gap in GAPS_PCT:
        amount = max(0.0, -float(last[GAP_COLUMNS[gap]]))
        row[f"gap_{gap}_eur"] = amount
        for tax, (line, multiplier) in taxes.items():
            receipts = latest(frame, "result_plan", line)
            row[f"{tax}_points_{gap}"] = float(
                points(amount, receipts, latest(frame, "population", multiplier))
            )
    for tax, (_, multiplier) in taxes.items():
        known = series(frame, "population", multiplier)
        row[f"{tax}_multiplier_year"] = int(str(known.index[-1])) if len(known) else None
    return row
