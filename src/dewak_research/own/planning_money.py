"""The page "integrated plan" of an own report: cost, payers, the budget with and without, and options together."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from dewak_research.language import Language
from dewak_research.own.integrated_plan import IntegratedPlan
from dewak_research.own.social_plan import SocialPlan
from dewak_research.own.template import load_template
from dewak_research.page.labels import label
from dewak_research.page.values import chance, eur_m, is_missing, number, pct
from dewak_research.planning.payer import PAYERS
from dewak_research.planning.portfolio import MOST
from dewak_research.planning.rates import SERVICES

MILLION = 1e6
MOST_SHOWN = 12


def _name(service: str, language: Language) -> str:
    return load_template().options[service][language]


def _amount(value: Any, language: Language, digits: int = 0, unit: float = 1.0) -> str:
    return (
        label("own_no_value", language)
        if is_missing(value)
        else number(float(value) / unit, language, digits)
    )


def assumed_services(table: pd.DataFrame) -> set[str]:
    """Return the services whose rate or cost rests on an assumption of the project."""
    return set(table.loc[table["assumed"].astype(bool), "service"])


def cost_table(plan: SocialPlan, language: Language) -> dict[str, Any]:
    """Return cost by service for the first and the last year, and what no figure leads to."""
    say, table = partial(label, language=language), plan.tables["cost"]
    ends = (plan.years[0], plan.years[-1])
    at = {(row["service"], row["year"]): row for row in table.to_dict("records")}
    assumed = assumed_services(plan.tables["unit_costs"])
    rows, unknown = [], []
    for service in SERVICES:
        first, last = (at[service, year] for year in ends)
        if is_missing(first["gross_eur"]) or is_missing(first["net_eur"]):
            unknown.append(_name(service, language))
        if is_missing(first["eur_each"]):
            continue
        each = f"{_amount(first['eur_each'], language)} {each_of(first, language)}"
        if service in assumed:
            each = say("own_planning_assumed_mark", value=each)
        amounts = [row[name] for name in ("gross_eur", "net_eur") for row in (first, last)]
        cells = [_amount(value, language, 1, MILLION) for value in amounts]
        rows.append([_name(service, language), each, str(int(first["cost_year"])), *cells])
    heads = [
        say(f"own_planning_{name}", year=year) for name in ("gross", "net") for year in ends
    ]  # fmt: skip
    head = [say("own_planning_service"), say("own_planning_each"), say("own_planning_priced")]
    head += [say("own_planning_million", name=name) for name in heads]
    lines = [say("own_planning_cost_unknown", services="; ".join(unknown))] if unknown else []
    return {
        "title": say("own_planning_cost_title"),
        "lines": lines,
        "head": head,
        "rows": rows,
        "numbers": list(range(1, len(head))),
        "note": say("own_planning_cost_note"),
    }


def each_of(row: Mapping[Any, Any], language: Language) -> str:
    """Say what a cost is of: a place, a person, or a person of an age."""
    age = str(row["each_age"]).replace("-", "–")
    key = "person_of_age" if age else str(row["each_of"])
    return label(f"own_planning_each_{key}", language, age=age)


def payer_names(language: Language) -> dict[str, str]:
    """Return the names of the payers as the workbook has them."""
    columns = {column.id: column.label[language] for column in load_template().lists["service_costs"]}
    return {payer: columns[payer].split(": ")[-1] for payer in PAYERS}


def payer_table(plan: SocialPlan, language: Language) -> dict[str, Any]:
    """Return the shares of the payers of every service that has some, percent."""
    say, names = partial(label, language=language), payer_names(language)
    table = plan.tables["payers"]
    shares: dict[str, dict[str, float]] = {service: {} for service in SERVICES}
    for service, payer, share in zip(table["service"], table["payer"], table["share"], strict=True):
        shares[service][payer] = 100.0 * float(share)
    rows = [
        [_name(service, language), *(_amount(own[payer], language) for payer in PAYERS)]
        for service, own in shares.items()
        if not all(is_missing(share) for share in own.values())
    ]
    return {
        "title": say("own_planning_payers_title"),
        "lines": [],
        "head": [say("own_planning_service"), *names.values()],
        "rows": rows,
        "numbers": list(range(1, len(names) + 1)),
        "note": say("own_planning_payers_note"),
    }


def _fall(share: float, language: Language) -> str:
    if is_missing(share):
        return label("own_no_value", language)
    special = {np.inf: "own_reverse_never_short", 0.0: "own_reverse_zero_short"}.get(float(share))
    return pct(share, language, 0) if special is None else label(special, language)


def with_part(found: IntegratedPlan, language: Language) -> dict[str, Any]:
    """Return the budget with and without the plan, side by side."""
    say = partial(label, language=language)
    title = say("own_planning_with_title")
    if "with_and_without" not in found.tables:
        return {"title": title, "lines": [say("own_planning_with_none")], "rows": []}
    both = found.tables["with_and_without"].set_index("variant")
    extra = found.tables["extra_cost"]
    end = int(both["end_year"].iloc[0])
    years = found.tables["with_and_without_years"]
    net = years[years["year"] == end].set_index("variant")["net_eur"]
    sides = ("without", "with")
    never = say(
        "own_no_value" if both["end_allgemeine_ruecklage_eur"].isna().any() else "own_planning_none_year"
    )
    first, fall = both["first_trigger_year"], both["critical_fall_share"].astype(float)
    trigger = [never if is_missing(first[side]) else str(first[side]) for side in sides]

    def money(values: pd.Series[float]) -> list[str]:
        return [
            say("own_no_value") if is_missing(values[side]) else eur_m(values[side], language, 2)
            for side in sides
        ]

    def share(values: pd.Series[float]) -> list[str]:
        return [
            say("own_no_value") if is_missing(values[side]) else chance(values[side], language)
            for side in sides
        ]

    rows = [
        [say("own_planning_net_effect", year=end), *money(net)],
        [say("own_planning_first_trigger"), *trigger],
        [say("own_planning_end_general", year=end), *money(both["end_allgemeine_ruecklage_eur"])],
        [say("own_planning_end_own", year=end), *money(both["end_ausgleichsruecklage_eur"])],
        [say("own_planning_critical"), *(_fall(fall[side], language) for side in sides)],
        [say("own_planning_probability"), *share(both["probability"])],
    ]  # fmt: skip
    entered = found.tables["entered"]
    options = entered.loc[entered["decided"], "name"].tolist()
    services = [_name(service, language) for service in SERVICES if service in set(extra["service"])]
    start = int(extra["year"].min()) if len(extra) else found.plan.years[0]
    listed = "; ".join(options) if options else say("own_planning_no_options")
    included = "; ".join(services) if services else say("own_planning_no_options")
    return {
        "title": title,
        "lines": [
            say("own_planning_with_lead", year=start, options=listed),
            say("own_planning_with_services", services=included),
        ],
        "head": [say("own_planning_measure"), say("own_planning_without"), say("own_planning_with")],
        "rows": rows,
        "numbers": [1, 2],
        "note": say("own_planning_with_note"),
    }


def options_part(found: IntegratedPlan, language: Language) -> dict[str, Any]:
    """Return the best combinations of the options: euros, headroom and reach first, the probability last."""
    say = partial(label, language=language)
    title = say("own_planning_options_title")
    count = len(found.tables["entered"])
    if not count:
        return {"title": title, "lines": [say("own_planning_options_none")], "rows": []}
    if "portfolio" not in found.tables:
        return {"title": title, "lines": [say("own_planning_options_no_engine")], "rows": []}
    lines = [say("own_planning_options_lead", n=number(len(found.tables["portfolio"]), language))]
    if count > MOST:
        lines.append(say("own_planning_options_more", n=MOST))
    words = load_template().options
    rows = []
    for row in found.tables["portfolio_front"].head(MOST_SHOWN).to_dict("records"):
        change = row["probability_change"]
        rows.append(
            [
                row["options"] or say("own_planning_nothing"),
                _amount(row["net_eur"], language),
                _amount(row["headroom_eur"], language),
                _amount(row["persons_reached"], language),
                _amount(row["staff_fte"], language, 1),
                words[row["hsk_compatible"]][language],
                say("own_no_value") if is_missing(change) else number(change * 100, language, 1),
            ]
        )
    names = ("combination", "net_year", "headroom", "reached", "posts", "law", "change")
    return {
        "title": title,
        "lines": lines,
        "head": [say(f"own_planning_{name}") for name in names],
        "rows": rows,
        "numbers": [1, 2, 3, 4, 6],
        "stacked": True,
        "note": say("own_planning_options_note"),
    }
