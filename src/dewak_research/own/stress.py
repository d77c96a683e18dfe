"""Stress test on a municipality's own plan: named episodes and a reverse test on the lines that the workbook holds.

The plan is the unshocked path. Episodes come from ``rules/scenarios``; each acts only on items the workbook knows. An
episode that needs another item is listed as not computable, never as harmless. Left out here, and said on the page:
refunds of the fiscal equalisation, what the Kreis passes on, interest on new debt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dewak_research.own.deficit_law import deficit_plan
from dewak_research.own.plan import (
    bridged,
    budget_year,
    is_recent,
    opening,
    plan_lines,
    plan_years,
    result_path,
    series,
)
from dewak_research.own.roles import DETAILS
from dewak_research.rules import NEUTRAL, RuleSet, land_with
from dewak_research.stress.booked_plan import BookedPlan
from dewak_research.stress.items import KEYS, POSITION, SIGNS, SOCIAL
from dewak_research.stress.plan_test import restoration
from dewak_research.stress.scenarios import Scenario, changes, scenarios
from dewak_research.stress.transmission import Maturities, extra_interest_eur

Floats = NDArray[np.float64]
SOURCES: dict[str, tuple[str, ...]] = {
    "gewst": ("gewerbesteuer",), "est": ("steueranteile",), "ust": ("steueranteile",), "sz": ("schluesselzuweisung",),
    "uml": ("kreisumlage",), "pers": ("personnel", "pensions"), "sach": ("goods_services",),
    **dict.fromkeys(SOCIAL, ("soziale_leistungen",)),
}  # fmt: skip
OWN_TAXES = {"gewst", "est", "ust"}


@dataclass(frozen=True)
class OwnStress:
    """Outcome of the stress test.

    Attributes
    ----------
    plan : DataFrame
        Result of ``plan_test`` for the plan itself, years of the path.
    episodes : DataFrame
        scenario, title_de, title_en, effect_budget_year_eur, effect_sum_eur, end_reserve_eur, first_trigger_year (NA =
        none), missing (items not in the workbook, "; "), status, applies (False: it moves taxes, and a Kreis has none).
    restoration : DataFrame
        Result of ``restoration``: by when balance must be back and whether the plan gets there; empty without a duty.
    critical_fall_share : float
        Smallest lasting fall of the trade tax that crosses a line of § 76 GO NRW; 0 = crossed without it, inf = not
        even a complete loss, NaN = unknown.
    booked : BookedPlan, optional
        The plan on its reserves; None without a plan.
    kreis : bool
        Whether it is the plan of a Kreis.
    """

    rules: RuleSet
    budget_year: int | None
    start: dict[str, float] | None
    has_reserves: bool
    plan: pd.DataFrame
    episodes: pd.DataFrame
    restoration: pd.DataFrame
    critical_fall_share: float
    booked: BookedPlan | None = None
    kreis: bool = False


def run_own_stress(frame: pd.DataFrame, rules_name: str, *, kreis: bool = False) -> OwnStress:
    """Run the test on a plan frame under the rule set of its budget year (``nrw``) or without rules (``none``).

    Parameters
    ----------
    kreis : bool
        The plan is that of a Kreis, which must also clear over-indebtedness within the period of its HSK.
    """
    year, years = budget_year(frame), plan_years(frame)
    holder = land_with(rules_name if year is not None else "none")
    rules = holder.rule_set(year or "none")
    start = opening(frame)
    path = result_path(frame, start)
    if year is None or path.empty:
        nothing = pd.DataFrame()
        return OwnStress(rules, year, start, False, nothing, nothing, nothing, float("nan"))
    near = bridged(start, years[0])
    known = start if near and start else {}
    reserves = tuple(
        known.get(name, float("nan")) for name in ("ausgleichsruecklage", "allgemeine_ruecklage")
    )
    ahead, both = [y for y in years if y >= year], (reserves[0], reserves[1])
    if rules.tests_deficit:
        booked: BookedPlan = deficit_plan(frame, path, start if near else None, both, rules, ahead)
    else:
        booked = BookedPlan(path, both, rules, ahead)
    tested = booked.tested(np.zeros(len(ahead)))
    has_any = bool(holder.associations) or holder.key == NEUTRAL
    asked = [one for one in scenarios() if has_any or not one.concerns_association]
    growth = plan_growth(frame, booked.years)
    return OwnStress(
        rules,
        year,
        start,
        near,
        tested,
        pd.DataFrame([_episode(frame, booked, scenario, growth, kreis) for scenario in asked]),
        restoration(tested, rules, kreis=kreis),
        booked.critical_fall_share(net_trade_tax(frame, booked.years)),
        booked,
        kreis,
    )


def plan_growth(frame: pd.DataFrame, years: list[int]) -> Floats:
    """Return the growth a year of every item of the stress test over years of a plan, 0 where it is not known.

    Returns
    -------
    ndarray, shape (1, len(KEYS))
    """
    rates = np.zeros((1, len(KEYS)))
    entered = {lines: plan_lines(frame, lines, years) for lines in set(SOURCES.values())}
    for key, lines in SOURCES.items():
        amounts = entered[lines]
        if len(amounts) > 1 and amounts[0] > 0 and amounts[-1] > 0:
            rates[0, POSITION[key]] = (amounts[-1] / amounts[0]) ** (1 / (len(amounts) - 1)) - 1
    return rates


def net_share(frame: pd.DataFrame, years: list[int]) -> Floats:
    """Share of the trade tax that stays after the levy, by year; 1 where the levy is not entered."""
    tax, levy = (
        plan_lines(frame, ("gewerbesteuer",), years),
        plan_lines(frame, ("gewerbesteuerumlage",), years),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1.0 - levy / tax
    return np.where(np.isfinite(share), share, 1.0)


def net_trade_tax(frame: pd.DataFrame, years: list[int]) -> Floats:
    """Return what is left of the trade tax after the levy by year, EUR; NaN = not entered."""
    return plan_lines(frame, ("gewerbesteuer",), years) * net_share(frame, years)


def effect_of(
    frame: pd.DataFrame, scenario: Scenario, years: list[int], growth: Floats | None = None
) -> tuple[Floats, list[str]]:
    """Return the effect of an episode on the result by year (EUR) and the items it needs that are not known.

    Parameters
    ----------
    growth : ndarray, optional
        What ``plan_growth`` returns: the growth that an observed growth is set against; that of ``frame`` unless told.
    """
    growth = plan_growth(frame, years) if growth is None else growth
    change = changes(scenario, growth, len(years))[:, 0, :]
    effect = np.zeros(len(years))
    missing: list[str] = []
    social = {key: change[:, POSITION[key]] for key in SOCIAL if np.any(change[:, POSITION[key]])}
    for key in KEYS:
        moved = change[:, POSITION[key]]
        if not np.any(moved) or key in SOCIAL or key == "ust":
            continue
        if key == "uml" and scenario.overlay.landschaftsumlage is not None:
            missing.append("landschaftsumlage")
            continue
        amounts = plan_lines(frame, SOURCES[key], years) if key in SOURCES else np.full(len(years), np.nan)
        if np.isnan(amounts).any():
            missing.append(key)
            continue
        weight = net_share(frame, years) if key == "gewst" else 1.0
        effect += SIGNS[POSITION[key]] * amounts * moved * weight
    detailed = {key: plan_lines(frame, (DETAILS[key],), years) for key in social if key in DETAILS}
    if social and len(detailed) == len(social) and not np.isnan(list(detailed.values())).any():
        effect -= np.sum([detailed[key] * moved for key, moved in social.items()], axis=0)
    elif social:
        amounts = plan_lines(frame, ("soziale_leistungen",), years)
        if len(social) < len(SOCIAL) or np.isnan(amounts).any():
            missing.extend(social)
        else:
            effect -= amounts * np.mean(list(social.values()), axis=0)
    points = scenario.rate_points(len(years)) * 100
    if points.any():
        effect, lost = _interest(frame, effect, points, years)
        missing += lost
    return effect, missing


def _interest(
    frame: pd.DataFrame, effect: Floats, points: Floats, years: list[int]
) -> tuple[Floats, list[str]]:
    stocks = [
        series(frame, "balance", line, "actual") for line in ("liquiditaetskredite", "investitionskredite")
    ]
    if any(stock.empty or not is_recent(frame, int(str(stock.index[-1]))) for stock in stocks):
        return effect, ["zins"]
    terms = Maturities.of_year(years[0])
    extra = [
        float(extra_interest_eur(p, float(stocks[0].iloc[-1]), float(stocks[1].iloc[-1]), t, terms))
        for t, p in enumerate(points)
    ]
    return effect - np.array(extra), []


def _episode(
    frame: pd.DataFrame, booked: BookedPlan, scenario: Scenario, growth: Floats, kreis: bool
) -> dict[str, object]:
    effect, missing = effect_of(frame, scenario, booked.years, growth)
    row: dict[str, object] = {
        "scenario": scenario.name,
        "title_de": scenario.title.de,
        "title_en": scenario.title.en,
        "missing": "; ".join(missing),
        "status": scenario.status,
        "applies": not (kreis and OWN_TAXES & set(missing)),
    }
    if missing:
        amounts = ("effect_budget_year_eur", "effect_sum_eur", "end_reserve_eur")
        return {**row, **dict.fromkeys(amounts, float("nan")), "first_trigger_year": None}
    tested = booked.tested(effect)
    return {
        **row,
        "effect_budget_year_eur": float(effect[0]),
        "effect_sum_eur": float(effect.sum()),
        "end_reserve_eur": float(tested["allgemeine_ruecklage_eur"].iloc[-1]),
        "first_trigger_year": booked.first_crossed(tested),
    }
