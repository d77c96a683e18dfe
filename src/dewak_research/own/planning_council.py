"""The integrated plan on the printed page for the council: what comes, what it costs, who pays, what could be done."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd

from dewak_research.language import Language
from dewak_research.own.integrated_plan import IntegratedPlan
from dewak_research.own.planning_money import payer_names
from dewak_research.own.planning_page import banded, decide_year, never_by, service_name, shown_years
from dewak_research.own.social_plan import SocialPlan
from dewak_research.page.labels import label
from dewak_research.page.values import is_missing, number, pct
from dewak_research.planning.payer import PAYERS
from dewak_research.planning.rates import SERVICES

MOST_CHANGED = 3
CASH = ("care_allowance",)  #: money, not places
MIDDLE_YEAR = 2030
MILLION = 1e6


def council_part(found: IntegratedPlan, language: Language) -> dict[str, Any]:
    """Return title, table and sentences; without a plan the one sentence that says why."""
    say, plan = partial(label, language=language), found.plan
    title = say("own_planning_council_title")
    if plan.reason:
        return {"title": title, "lines": [say(f"own_planning_{plan.reason}")], "rows": []}
    years = council_years(plan)
    return {
        "title": title,
        "lines": [],
        "head": [
            say("own_planning_service"),
            *(say("own_planning_need_now", year=year) for year in years),
            say("own_planning_growth"),
            say("own_planning_likely"),
            say("own_planning_decide"),
        ],
        "rows": most_changed(found, years, language),
        "numbers": list(range(1, len(years) + 4)),
        "note": say("own_planning_council_note", number=MOST_CHANGED),
        "below": [
            _decision(found, language),
            _cost(plan, years, language),
            _payers(plan, language),
            _options(found, language),
            say("own_planning_council_doubt"),
        ],
    }


def council_years(plan: SocialPlan) -> list[int]:
    """Return the first year, the one in the middle where the plan holds it, and the last."""
    first, last = plan.years[0], plan.years[-1]
    return sorted({first, last, *(year for year in shown_years(plan) if year == MIDDLE_YEAR)})


def most_changed(found: IntegratedPlan, years: list[int], language: Language) -> list[list[str]]:
    """Return the services whose need changes most, with band, and when to decide where places are known."""
    table = found.tables["warning"].dropna(subset="growth_share")
    order = table["growth_share"].abs().sort_values(ascending=False, kind="stable").index
    constant = found.tables["need"].query("scenario == 'constant'").to_dict("records")
    need = {(row["service"], row["year"]): row for row in constant}
    rows = []
    for row in table.loc[order].head(MOST_CHANGED).to_dict("records"):
        service = str(row["service"])
        bands = [banded(need[service, year], language) for year in years]
        growth = pct(row["growth_share"], language, 0)
        rows.append([service_name(service, language), *bands, growth, *_when(row, found.plan, language)])
    return rows


def _when(row: dict[Any, Any], plan: SocialPlan, language: Language) -> list[str]:
    """Return when places are probably too few and when to decide; both need own places."""
    if row["service"] in CASH:
        return [label("own_planning_no_places_needed", language)] * 2
    if is_missing(row["places"]):
        return [label("own_planning_needs_places", language)] * 2
    if is_missing(row["decide_by"]):
        return [never_by(row, plan.years[-1], language)] * 2
    return [str(int(row["likely_year"])), decide_year(row, language)]


def _decision(found: IntegratedPlan, language: Language) -> str:
    """Return the most urgent decision; without places that no year can be named."""
    say, table = partial(label, language=language), found.tables["warning"]
    rows = table.dropna(subset="decide_by")
    if rows.empty:
        known = table["places"].notna() & table["p50"].notna()
        key = "none_short" if known.any() else "no_places"
        return say(f"own_planning_council_{key}", year=found.plan.years[-1])
    first = rows.iloc[0].to_dict()
    return say(
        "own_planning_short", service=service_name(str(first["service"]), language),
        likely=int(first["likely_year"]), decide=decide_year(first, language),
    )  # fmt: skip


def _cost(plan: SocialPlan, years: list[int], language: Language) -> str:
    """Return the net cost of the services whose cost and payers are known in every year."""
    say = partial(label, language=language)
    rows = plan.tables["cost"].query("year in @years")
    rows = rows[_all_known(rows, "net_eur")]
    if rows.empty:
        return say("own_planning_council_no_cost")
    sums = rows.groupby("year")["net_eur"].sum() / MILLION
    path = "; ".join(f"{year}: {number(float(sums[year]), language, 1)}" for year in years)
    return say("own_planning_council_cost", path=path, known=rows["service"].nunique(), all=len(SERVICES))


def _all_known(rows: pd.DataFrame, column: str) -> pd.Series[bool]:
    """Return the rows of the services that have a value in all of their rows."""
    return rows.groupby("service")[column].transform(lambda one: bool(one.notna().all())).astype(bool)


def _payers(plan: SocialPlan, language: Language) -> str:
    """Return who pays how much of a hundred euros of gross cost in the first year."""
    say, first = partial(label, language=language), plan.years[0]
    gross = plan.tables["cost"].query("year == @first").set_index("service")["gross_eur"]
    rows = plan.tables["payers"].assign(eur=lambda t: t["share"] * t["service"].map(gross))
    paid = rows[_all_known(rows, "eur")].groupby("payer")["eur"].sum()
    if not paid.sum() > 0:
        return say("own_planning_council_no_payers")
    whole = (paid / paid.sum()).to_dict()
    names = payer_names(language)
    said = [
        f"{names[payer]} {number(100.0 * whole[payer], language)}"
        for payer in sorted(PAYERS, key=lambda one: -whole[one])
        if round(100.0 * whole[payer]) > 0
    ]
    return say("own_planning_council_payers", year=first, shares=", ".join(said))


def _options(found: IntegratedPlan, language: Language) -> str:
    """Return the combination with the highest relief within budget law, and what it barely moves."""
    say = partial(label, language=language)
    if not len(found.tables["entered"]):
        return say("own_planning_options_none")
    if "portfolio_front" not in found.tables or found.tables["portfolio_front"].empty:
        return say("own_planning_options_no_engine")
    best = found.tables["portfolio_front"].iloc[0]
    if not best["options"]:
        return say("own_planning_council_no_option")
    change = best["probability_change"]
    points = say("own_no_value") if is_missing(change) else number(100.0 * change, language, 1)
    net = number(float(best["net_eur"]), language)
    return say("own_planning_council_option", options=best["options"], net=net, points=points)
