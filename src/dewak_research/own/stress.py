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

from dewak_research.own.plan import bridged, budget_year, opening, plan_years, result_path, series
from dewak_research.rules import RuleSet, rule_set
from dewak_research.stress.interest import Maturities, extra_interest_eur
from dewak_research.stress.items import KEYS, POSITION
from dewak_research.stress.plan_test import plan_test
from dewak_research.stress.scenarios import Scenario, changes, scenarios

Floats = NDArray[np.float64]
SOCIAL = ("kdu", "hzp", "egh", "sgb8", "asyl")
SOURCES: dict[str, tuple[str, ...]] = {
    "gewst": ("gewerbesteuer",), "est": ("steueranteile",), "ust": ("steueranteile",), "sz": ("schluesselzuweisung",),
    "uml": ("kreisumlage",), "pers": ("11", "12"), "sach": ("13",), **dict.fromkeys(SOCIAL, ("soziale_leistungen",)),
}  # fmt: skip
INCOME = ("gewst", "est", "ust", "sz")
LARGEST_FALL, STEPS = 1.0, 30


@dataclass(frozen=True)
class OwnStress:
    """Outcome of the stress test.

    Attributes
    ----------
    plan : DataFrame
        Result of ``plan_test`` for the plan itself, years of the path.
    episodes : DataFrame
        scenario, title_de, title_en, effect_budget_year_eur, effect_sum_eur, end_reserve_eur, first_trigger_year (NA =
        none), missing (items not in the workbook, "; "), verified.
    critical_fall_share : float
        Smallest lasting fall of the trade tax that crosses a line of § 76 GO NRW; 0 = crossed without it, inf = not
        even a complete loss, NaN = unknown.
    """

    rules: RuleSet
    budget_year: int | None
    start: dict[str, float] | None
    has_reserves: bool
    plan: pd.DataFrame
    episodes: pd.DataFrame
    critical_fall_share: float


def run_own_stress(frame: pd.DataFrame, rules_name: str) -> OwnStress:
    """Run the test on a plan frame under the rule set of its budget year (``nrw``) or without rules (``none``)."""
    year = budget_year(frame)
    rules = rule_set("none") if rules_name == "none" or year is None else rule_set(year)
    start = opening(frame)
    near = bool(plan_years(frame)) and bridged(start, plan_years(frame)[0])
    path = result_path(frame, start)
    if path.empty:
        return OwnStress(rules, year, start, False, pd.DataFrame(), pd.DataFrame(), float("nan"))
    reserves = (
        (start["ausgleichsruecklage"], start["allgemeine_ruecklage"]) if near and start else (np.nan, np.nan)
    )
    tested = plan_test(path, rules, *reserves)
    rows = [_episode(frame, path, reserves, rules, scenario, year or 0) for scenario in scenarios()]
    return OwnStress(
        rules,
        year,
        start,
        near,
        tested,
        pd.DataFrame(rows),
        _critical_fall(frame, path, reserves, rules, year or 0),
    )


def _amount(frame: pd.DataFrame, lines: tuple[str, ...], years: list[int]) -> Floats:
    parts = [series(frame, "result_plan", line).reindex(years).to_numpy(float) for line in lines]
    return np.asarray(np.sum(parts, axis=0), dtype=np.float64)


def _growth(frame: pd.DataFrame, years: list[int]) -> Floats:
    rates = np.zeros((1, len(KEYS)))
    for key, lines in SOURCES.items():
        amounts = _amount(frame, lines, years)
        if len(amounts) > 1 and amounts[0] > 0 and amounts[-1] > 0:
            rates[0, POSITION[key]] = (amounts[-1] / amounts[0]) ** (1 / (len(amounts) - 1)) - 1
    return rates


def net_share(frame: pd.DataFrame, years: list[int]) -> Floats:
    """Share of the trade tax that stays after the levy, by year; 1 where the levy is not entered."""
    tax, levy = _amount(frame, ("gewerbesteuer",), years), _amount(frame, ("gewerbesteuerumlage",), years)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 1.0 - levy / tax
    return np.where(np.isfinite(share), share, 1.0)


def effect_of(frame: pd.DataFrame, scenario: Scenario, years: list[int]) -> tuple[Floats, list[str]]:
    """Return the effect of an episode on the result by year (EUR) and the items it needs that are not known."""
    change = changes(scenario, _growth(frame, years), len(years))[:, 0, :]
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
        amounts = _amount(frame, SOURCES[key], years) if key in SOURCES else np.full(len(years), np.nan)
        if np.isnan(amounts).any():
            missing.append(key)
            continue
        weight = net_share(frame, years) if key == "gewst" else 1.0
        effect += (1 if key in INCOME else -1) * amounts * moved * weight
    if social:
        amounts = _amount(frame, ("soziale_leistungen",), years)
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
    if any(stock.empty for stock in stocks):
        return effect, ["zins"]
    terms = Maturities.of_year(years[0])
    extra = [
        float(extra_interest_eur(p, float(stocks[0].iloc[-1]), float(stocks[1].iloc[-1]), t, terms).total_eur)
        for t, p in enumerate(points)
    ]
    return effect - np.array(extra), []


def _episode(
    frame: pd.DataFrame,
    path: pd.DataFrame,
    reserves: tuple[float, float],
    rules: RuleSet,
    scenario: Scenario,
    first: int,
) -> dict[str, object]:
    years = [year for year in plan_years(frame) if year >= first]
    effect, missing = effect_of(frame, scenario, years)
    row: dict[str, object] = {
        "scenario": scenario.name,
        "title_de": scenario.title.de,
        "title_en": scenario.title.en,
        "missing": "; ".join(missing),
        "verified": scenario.overlay.verified,
    }
    nothing = float("nan")
    if missing:
        blank = {"effect_budget_year_eur": nothing, "effect_sum_eur": nothing, "end_reserve_eur": nothing}
        return {**row, **blank, "first_trigger_year": None}
    tested = plan_test(_shocked(path, years, effect), rules, *reserves)
    return {
        **row,
        "effect_budget_year_eur": float(effect[0]),
        "effect_sum_eur": float(effect.sum()),
        "end_reserve_eur": float(tested["allgemeine_ruecklage_eur"].iloc[-1]),
        "first_trigger_year": first_trigger(tested),
    }


def _shocked(path: pd.DataFrame, years: list[int], effect: Floats) -> pd.DataFrame:
    added = path["year"].map(dict(zip(years, effect, strict=True))).fillna(0.0)
    return path.assign(result_eur=path["result_eur"] + added)


def first_trigger(tested: pd.DataFrame) -> int | None:
    """Return the first year in which N1, N2 or N3 holds, or None."""
    for row in tested.to_dict("records"):
        if any(not pd.isna(row[name]) and bool(row[name]) for name in ("n1", "n2", "n3")):
            return int(row["year"])
    return None


def _critical_fall(
    frame: pd.DataFrame, path: pd.DataFrame, reserves: tuple[float, float], rules: RuleSet, first: int
) -> float:
    years = [year for year in plan_years(frame) if year >= first]
    tax = _amount(frame, ("gewerbesteuer",), years) * net_share(frame, years)
    if (
        not rules.has_ladder
        or np.isnan(tax).any()
        or np.isnan(reserves).any()
        or path["result_eur"].isna().any()
    ):
        return float("nan")

    def crossed(share: float) -> bool:
        return first_trigger(plan_test(_shocked(path, years, -share * tax), rules, *reserves)) is not None

    if crossed(0.0):
        return 0.0
    if not crossed(LARGEST_FALL):
        return float("inf")
    low, high = 0.0, LARGEST_FALL
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if crossed(middle) else (middle, high)
    return high
