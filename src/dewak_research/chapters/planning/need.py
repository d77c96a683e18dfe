"""Figures and tables on need and money: demography and rate, what is known of each service, who pays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dewak_research.chapters.planning.population import COUNTED, SAY, age_name
from dewak_research.language import Language
from dewak_research.page.chart import Axis, chart, wrapped
from dewak_research.page.figure import Figure, Table
from dewak_research.page.labels import label
from dewak_research.page.marks import Bars, Dots, Reference
from dewak_research.page.results import Results
from dewak_research.page.texts import named
from dewak_research.page.values import formatted
from dewak_research.rules import HOME

RATES = ["care_by_age", "kreise_atlas_2022", "checkpoints"]
BOOKED = ["booked_payments", "germany_cpi", "youth_welfare"]
SHOWN_SCENARIOS = ("constant", "damped")
LONG_AHEAD = 20


def _of_land(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["area"] == HOME]


def need_parts(results: Results, language: Language) -> Figure:
    """Draw how need changes in the Land by service: the part of demography and that of the rate."""
    table = results["need_of_land"].query("scenario in @SHOWN_SCENARIOS")
    long = table.melt(
        ["scenario", "service"], ["demography_pct", "rate_pct"], var_name="part", value_name="pct"
    )
    drawing = chart(
        named(long, language, scenario="scenario_{}", service="service_{}", part="plan_{}"),
        Bars("pct", "service", group="part"),
        Reference(x=0.0),
        language=language,
        x=Axis(SAY("need_parts.x", language), "+,.0f"),
        y=Axis(wrap=22),
        panel="scenario",
        height=1.5,
        share="y",
        legend="above",
        legend_columns=2,
    )
    first, last = table["first_year"].iloc[0], table["last_year"].iloc[0]
    return SAY.figure(
        "need_parts", drawing, table, language, sources=[*RATES, *COUNTED], first=first, last=last
    )


def care_split_table(results: Results, language: Language) -> Table:
    """Return how the counted number of people in care changed, and what of it was demography."""
    table = results["care_split"]
    shown = named(table, language, service="service_{}").assign(
        span=[f"{a}–{b}" for a, b in zip(table["first_year"], table["last_year"], strict=True)]
    )
    return SAY.table("care_split_table", shown, language, sources=["care_by_age", "old_age"])


def rates_spread_table(results: Results, language: Language) -> Table:
    """Return how far the assumptions about rates part in the Land, service by service."""
    table = _of_land(results["rates_spread"].rename(columns={"ags": "area"}))
    span = {"first": table["first_year"].iloc[0], "last": table["last_year"].iloc[0]}
    shown = named(table, language, service="service_{}")
    return SAY.table("rates_spread_table", shown, language, sources=[*RATES, *COUNTED], **span)


def rate_backtest_table(results: Results, language: Language) -> Table:
    """Return the mean error of damped forecasts of rates in the past, method beside method."""
    keys = ["series", "first_ahead", "last_ahead", "forecasts"]
    wide = results["rate_backtest"].pivot_table(index=keys, columns="method", values="mape_pct").reset_index()
    shown = named(wide, language, series="rate_series_{}").assign(
        ahead=[
            f"{a}–{b}" if b < LONG_AHEAD else SAY("ahead_open", language, first=a)
            for a, b in zip(wide["first_ahead"], wide["last_ahead"], strict=True)
        ]
    )
    return SAY.table("rate_backtest_table", shown, language, sources=["kreise_panel", "checkpoints"])


def bridge_table(results: Results, language: Language) -> Table:
    """Return what the unit costs from old bookings would be on the Land's own spending of 2015."""
    table = named(results["unit_cost_check"], language, service="booked_{}")
    return SAY.table("bridge_table", table, language, sources=BOOKED)


def services_table(results: Results, language: Language) -> Table:
    """Return need, cost and burden of every service in the base year, and what is not known."""
    known = results["need_of_land"].query("scenario == 'constant'")
    prices = _of_land(results["unit_costs"]).drop(columns=["area", "assumed"])
    shown = prices.merge(known, on="service", how="left")
    shown = shown.assign(
        service=[label(f"service_{key}", language) for key in shown["service"]],
        unit_cost=[_price(row, language) for row in shown.to_dict("records")],
        gross_m=shown["gross_first_eur"] / 1e6,
        net_m=shown["net_first_eur"] / 1e6,
    )
    return SAY.table("services_table", shown, language, sources=[*RATES, *BOOKED])


def _price(row: Mapping[Any, Any], language: Language) -> str:
    """The unit cost with what it is per, or why there is none."""
    if row["reason"]:
        return label(f"plan_{row['reason']}", language)
    per_head = row["shown_as"] == "person_of_group"
    amount = row["eur_per_person_of_group" if per_head else "eur_per_need"]
    ages = age_name(str(row["age"]), language) if per_head else ""
    return SAY(f"price_{row['shown_as']}", language, amount=formatted(amount, ",.0f", language), ages=ages)


def cost_check_table(results: Results, language: Language) -> Table:
    """Return computed cost of the Land beside the published totals."""
    table = results["cost_check"]
    shown = named(table, language, part="plan_part_{}").assign(
        computed_m=table["computed_eur"] / 1e6, published_m=table["published_eur"] / 1e6
    )
    return SAY.table("cost_check_table", shown, language, sources=[*BOOKED, "checkpoints"])


def payers_bars(results: Results, language: Language) -> Figure:
    """Draw who pays for a service in the Land."""
    table = _of_land(results["payers"])
    order = ["youth_office", "kreis", "landschaftsverband", "land", "parents", "other"]
    shown = table.sort_values("payer", key=lambda payers: payers.map(order.index), kind="stable")
    drawing = chart(
        named(shown, language, service="service_{}", payer="payer_{}"),
        Bars("share", "service", group="payer", stacked=True, values=".0%"),
        language=language,
        x=Axis(SAY("payers_bars.x", language), ".0%", (0, 1)),
        y=Axis(wrap=22),
        height=0.95,
        legend="above",
        legend_columns=2,
    )
    return SAY.figure(
        "payers_bars", drawing, table, language, sources=["booked_payments", "care_by_age", "checkpoints"]
    )


def other_payers_table(results: Results, language: Language) -> Table:
    """Return what federation, social insurance and families pay for each service, where it is published."""
    table = results["other_payers"]
    said = table.assign(
        service=[label(f"service_{key}", language) for key in table["service"]],
        said=[_paid(row, language) for row in table.to_dict("records")],
    )
    order = dict.fromkeys(said["service"])
    shown = said.pivot_table(index="service", columns="payer", values="said", aggfunc="first").loc[[*order]]
    return SAY.table("other_payers_table", shown.reset_index(), language, sources=["booked_payments"])


def _paid(row: Mapping[Any, Any], language: Language) -> str:
    """What one payer pays, in words; "not stated" where nothing is published."""
    if not row["kind"]:
        return label("no_data", language)
    low, high = row["low_eur_month"], row["high_eur_month"]
    kind = "a_month_up_to" if low == high else row["kind"]
    year = str(row["year"])
    return SAY(f"paid_{kind}", language, share=row["share"], low=low, high=high, year=year)


def _need_rows(results: Results, ags: str) -> pd.DataFrame:
    """Return by service the band of people and the spread of assumptions about rates, percent, of one unit."""
    table = results["need_growth"].query("ags == @ags")
    people = table.assign(
        part="people",
        **{
            end: 100 * table[f"growth{part}_share"]
            for end, part in (("low", "_low"), ("mid", ""), ("high", "_high"))
        },
    ).sort_values("mid", ascending=False)
    spread = results["rates_spread"].query("ags == @ags").assign(part="assumed_rates")
    spread = spread.set_index("service").loc[people["service"]].reset_index()
    spread = spread.rename(columns={"constant_pct": "mid", "low_pct": "low", "high_pct": "high"})
    return pd.concat([people, spread])[["service", "part", "low", "mid", "high"]]


def unit_need(results: Results, language: Language, ags: str, name: str) -> Figure:
    """Draw how need of one unit changes by service: the band of people, and the spread of assumptions about rates."""
    return need_of_units(results, language, {ags: name})


def need_of_units(results: Results, language: Language, units: Mapping[str, str]) -> Figure:
    """Draw the same of several units (key to name), one beside the other."""
    shown = pd.concat([_need_rows(results, ags).assign(unit=name) for ags, name in units.items()])
    called = named(shown, language, service="service_{}", part="need_band_{}")
    drawing = chart(
        called.assign(service=[wrapped(service, 22) for service in called["service"]]),
        Dots("mid", "service", "low", "high", group="part"),
        Reference(x=0.0),
        language=language,
        x=Axis(SAY("unit_need.x", language), "+,.0f"),
        y=Axis(wrap=22),
        panel="unit" if len(units) > 1 else None,
        columns=len(units),
        share="y",
        height=1.35,
        legend="above",
    )
    years = results["need_growth"].iloc[0]
    return SAY.figure(
        "unit_need",
        drawing,
        shown,
        language,
        sources=[*RATES, *COUNTED],
        of="_".join(units),
        unit=", ".join(units.values()),
        first=years["first_year"],
        last=years["last_year"],
    )


def unit_need_table(results: Results, language: Language, ags: str, name: str) -> Table:
    """Return need of one unit now and in the year shown, with its band and the spread of assumptions about rates."""
    spread = results["rates_spread"][["ags", "service", "low_pct", "high_pct"]]
    table = results["need_growth"].query("ags == @ags").merge(spread, on=["ags", "service"])
    table = named(table, language, service="service_{}")
    span = {"first": table["first_year"].iloc[0], "last": table["last_year"].iloc[0]}
    return SAY.table(
        "unit_need_table", table, language, sources=[*RATES, *COUNTED], of=ags, unit=name, **span
    )
