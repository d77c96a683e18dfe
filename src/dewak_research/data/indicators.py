"""The figures that describe a unit beside its peers, and what else is known of every unit: age, place by burden."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dewak_research.data.context import kreis_context, town_context
from dewak_research.data.measures import volatility_pct

TOWN_AGE_YEAR = 2015  #: at the end of which ``town_age`` counts
AGE_GROUPS = {
    "0–17": ("0-2", "3-5", "6-9", "10-14", "15-17"),
    "18–39": ("18-19", "20-24", "25-29", "30-34", "35-39"),
    "40–64": ("40-44", "45-49", "50-54", "55-59", "60-64"),
    "65–74": ("65-74",),
    "75+": ("75+",),
}


@dataclass(frozen=True)
class Indicator:
    """One figure of the comparison.

    Parameters
    ----------
    key : str
        Its name in the table and, with the prefix ``profile_``, in the label registry.
    level : {"town", "kreis", "both"}
        Units it exists for.
    years : str
        Years it rests on.
    spec : str
        Python's format.
    sources : tuple of str
        Names of the catalogue.
    """

    key: str
    level: Literal["town", "kreis", "both"]
    years: str
    spec: str
    sources: tuple[str, ...]


INDICATORS: tuple[Indicator, ...] = (
    Indicator("population_change_pct", "town", "2011–2021", "+.1f", ("town_population", "towns")),
    Indicator("population_change_kreis_pct", "kreis", "2011–2021", "+.1f", ("kreise_panel",)),
    Indicator("age_under16_pct", "town", "2022", ".1f", ("census",)),
    Indicator("age_67plus_pct", "town", "2022", ".1f", ("census",)),
    Indicator("age_65plus_pct", "kreis", "2022", ".1f", ("kreise_panel",)),
    Indicator("unemployed_per_100", "town", "2021", ".1f", ("unemployment",)),
    Indicator("sgb2_rate_pct", "kreis", "2021", ".1f", ("kreise_panel",)),
    Indicator("kdu_eur_pc", "kreis", "2019", ",.0f", ("kreise_panel",)),
    Indicator("tax_capacity_eur_pc", "both", "2017–2019", ",.0f", ("tax_panel", "kreise_panel")),
    Indicator("trade_tax_eur_pc", "both", "2017–2019", ",.0f", ("tax_panel", "kreise_panel")),
    Indicator("trade_tax_volatility_pct", "both", "1995–2019", ".0f", ("tax_panel", "kreise_panel")),
    Indicator("social_share_pct", "both", "2009–2011", ".1f", ("booked_payments",)),
    Indicator("social_eur_pc", "both", "2009–2011", ",.0f", ("booked_payments", "town_population")),
    Indicator("umlagen_share_pct", "both", "2009–2011", ".1f", ("booked_payments",)),
    Indicator("interest_eur_pc", "both", "2009–2011", ",.0f", ("booked_payments", "town_population")),
    Indicator("equity_ratio_pct", "both", "2009", ".1f", ("balance_sheets",)),
    Indicator(
        "liquidity_credit_balance_eur_pc", "both", "2009", ",.0f", ("balance_sheets", "town_population")
    ),
    Indicator("liquidity_credit_eur_pc", "kreis", "2019", ",.0f", ("kreise_panel",)),
)


def indicators_of(kind: str) -> list[Indicator]:
    """Return the indicators that exist for a kind of unit."""
    level = "kreis" if kind == "kreis" else "town"
    return [indicator for indicator in INDICATORS if indicator.level in (level, "both")]


def _mean_of_years(panel: pd.DataFrame, column: str, first: int, last: int) -> pd.Series[float]:
    """Mean over the years; missing where a year is missing."""
    part = panel[panel["year"].between(first, last)]
    grouped = part.groupby("ags")[column]
    mean: pd.Series[float] = grouped.mean().where(grouped.count() == last - first + 1)
    return mean


def _booked(unit_totals: pd.DataFrame) -> pd.DataFrame:
    """Means over the reported years: what was booked, as shares and per inhabitant."""
    booked = unit_totals[unit_totals["year"].between(2009, 2011)]
    paid = booked["payments_eur"] - booked["option_federal_benefits_eur"]
    payments = paid.where(paid > 0)
    yearly = pd.DataFrame(
        {
            "ags": booked["ags"],
            "social_share_pct": 100.0 * booked["social_benefits_eur"] / payments,
            "social_eur_pc": booked["social_benefits_eur"] / booked["population"],
            "umlagen_share_pct": 100.0 * booked["umlagen_paid_eur"] / payments,
            "interest_eur_pc": booked["interest_eur"] / booked["population"],
        }
    )
    return yearly.groupby("ags").mean()


def unit_indicators(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the indicators of every unit.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        ``units``, ``unit_totals``, ``balance``, ``kreise`` and the official tables of the context.

    Returns
    -------
    DataFrame
        ags, indicator, value (missing where unknown); the indicators that exist for the kind of the unit, sorted by
        ags and in the order of `INDICATORS`.
    """
    units = tables["units"].set_index("ags")
    town, kreis = (context(tables).set_index("ags") for context in (town_context, kreis_context))
    kreise = tables["kreise"]
    panel = pd.concat([tables["tax_panel"], kreise[kreise["ags"].isin(kreis.index)]])
    balance = tables["balance"].set_index("ags")
    out = _booked(tables["unit_totals"]).reindex(units.index)
    out["population_change_pct"] = town["population_change_2011_2021_pct"]
    out["population_change_kreis_pct"] = kreis["population_change_2011_2021_pct"]
    out["age_under16_pct"] = town["age_under16_pct"]
    out["age_67plus_pct"] = town["age_67plus_pct"]
    out["age_65plus_pct"] = kreis["age_65plus_pct"]
    out["unemployed_per_100"] = town["unemployed_per_100_aged_15_64"]
    for key in ("sgb2_rate_pct", "liquidity_credit_eur_pc"):
        out[key] = kreis[key]
    out["kdu_eur_pc"] = kreise[kreise["year"] == 2019].set_index("ags")["kdu_eur_pc"].reindex(kreis.index)
    for key in ("tax_capacity_eur_pc", "trade_tax_eur_pc"):
        out[key] = _mean_of_years(panel, key, 2017, 2019)
    out["trade_tax_volatility_pct"] = volatility_pct(panel)
    out["equity_ratio_pct"] = 100.0 * balance["equity_eur"] / balance["balance_total_eur"]
    out["liquidity_credit_balance_eur_pc"] = balance["liquidity_credit_eur"] / units["population"]
    known = out.to_dict("index")
    rows = [
        (ags, indicator.key, known[ags][indicator.key])
        for ags, kind in units["kind"].sort_index().items()
        for indicator in indicators_of(str(kind))
    ]
    return pd.DataFrame(rows, columns=["ags", "indicator", "value"])


def age_groups(age: pd.DataFrame, units: pd.DataFrame, counted: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the newest age structure of every unit; a Kreis that is not counted itself is the sum of its towns.

    Parameters
    ----------
    age : DataFrame
        ags, age, persons (``town_age``).
    units : DataFrame
        Register: ags, kreis, kind.
    counted : DataFrame, optional
        ags (of the Kreis), year, sex, age, persons (``kreise_age``): its newest year holds for Kreise and for cities
        outside them.

    Returns
    -------
    DataFrame
        ags, year (counted at its end), age_group (as `AGE_GROUPS`), share_pct; units of which every group is known,
        in the order of the groups.
    """
    known = age.merge(units[["ags", "kreis", "kind"]], on="ags")
    within = known[known["kind"] == "kreisangehoerige_gemeinde"]
    both = pd.concat([known, within.assign(ags=within["kreis"])]).assign(year=TOWN_AGE_YEAR)
    if counted is not None:
        own = units.loc[units["kind"] != "kreisangehoerige_gemeinde", ["ags", "kreis"]]
        newest = counted[counted["year"] == counted["year"].max()].rename(columns={"ags": "kreis"})
        later = newest.merge(own, on="kreis")
        both = pd.concat([both[~both["ags"].isin(later["ags"])], later])
    wide = both.groupby(["ags", "year", "age"])["persons"].agg(lambda s: s.sum(skipna=False)).unstack("age")  # noqa: PD010
    groups = pd.DataFrame(
        {name: wide[list(parts)].sum(axis=1, skipna=False) for name, parts in AGE_GROUPS.items()}
    )
    shares = groups.div(groups.sum(axis=1, skipna=False), axis=0).mul(100.0).dropna()
    long = shares.reset_index().melt(["ags", "year"], var_name="age_group", value_name="share_pct")
    return long.sort_values("ags", kind="stable", ignore_index=True)


def kdu_places(kreise: pd.DataFrame) -> pd.DataFrame:
    """Return the place of every Kreis by KdU per inhabitant: 1 = highest, ties share the better place.

    Parameters
    ----------
    kreise : DataFrame
        ags, year, land, kdu_eur_pc.

    Returns
    -------
    DataFrame
        ags, year, place, of (Kreise with a value in Germany), place_land, of_land (in its Land); Kreise with a value.
    """
    known = kreise.loc[kreise["kdu_eur_pc"].notna(), ["ags", "year", "land", "kdu_eur_pc"]]
    table = known[["ags", "year"]].reset_index(drop=True)
    for suffix, by in (("", ["year"]), ("_land", ["year", "land"])):
        grouped = known.groupby(by)["kdu_eur_pc"]
        table[f"place{suffix}"] = grouped.rank(ascending=False, method="min").astype("int64").to_numpy()
        table[f"of{suffix}"] = grouped.transform("size").to_numpy()
    return table
