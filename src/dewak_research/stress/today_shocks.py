"""What a shock would cost a town from its position today, on what is published after 2011.

The ladder of § 75 GO NRW, the cost year and investment need spending and reserves of today, which no table holds by
town: they stay unknown and are never estimated.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from dewak_research.config import StressParams
from dewak_research.data.accounts import aggregate
from dewak_research.stress.scenarios import scenario
from dewak_research.stress.transmission import Gfg, Maturities, extra_interest_eur

UNCONFIRMED = "debt_today"  #: debt whose publisher is not confirmed
ACT_YEAR = 2025  #: rules on credit that hold today
CAPACITY_YEAR = 2024  #: tax capacity and multipliers that the shocks act on
RATE_RISES_PP = (1, 2, 3)
YEARS = (1, 3, 5)
CASES = (
    *(f"interest_{points}" for points in RATE_RISES_PP),
    "tax_land_2009",
    "tax_own_2009",
    "tax_own_worst",
    "tax_nrw_2020",
)
MIX_YEARS = (2017, 2018, 2019)  #: the last published years of the three own taxes


def own_taxes(tax_panel: pd.DataFrame, multiplier_pct: pd.Series[float], gfg: Gfg) -> pd.DataFrame:
    """Return trade tax after the levy and the shares in income tax and VAT, EUR per head.

    The levy is today's on all years, so that an old fall counts as it would today: trade tax × (1 − U/h) with the
    town's own multiplier h of 2024.

    Returns
    -------
    DataFrame
        ags, year, trade_tax, all_three.
    """
    multiplier = np.asarray(tax_panel["ags"].map(multiplier_pct), np.float64)
    trade = gfg.net_loss_eur(np.asarray(tax_panel["trade_tax_eur_pc"], np.float64), multiplier)
    shares = tax_panel["income_tax_share_eur_pc"] + tax_panel["vat_share_eur_pc"]
    return tax_panel[["ags", "year"]].assign(trade_tax=trade, all_three=trade + shares.to_numpy(float))


def tax_falls(taxes: pd.DataFrame, population: pd.Series[float]) -> pd.DataFrame:
    """Return by which share the own taxes fall in four cases; a rise counts as no fall.

    The Land's fall of 2009, the town's own of 2009, the town's deepest from one year to the next, and the fall of the
    trade tax of NRW in 2020 on its share in the own taxes of the last three published years (an assumption).

    Parameters
    ----------
    taxes : DataFrame
        From ``own_taxes``.
    population : Series
        By ags; weights of the Land's mean.

    Returns
    -------
    DataFrame
        ags, case, fall_share (≥ 0; above 1 where refunds exceeded receipts; NaN where the year before was not
        positive), reference_year (of the fall; last year of the mix for the case of 2020).
    """
    wide = taxes.pivot_table(index="ags", columns="year", values="all_three")
    before = wide.shift(axis="columns")
    falls = (1.0 - wide / before.where(before > 0)).clip(lower=0.0)
    land_mean = wide.mul(population.reindex(wide.index), axis="index").sum()
    mix = taxes[taxes["year"].isin(MIX_YEARS)].groupby("ags")[["trade_tax", "all_three"]].sum()
    share = (mix["trade_tax"] / mix["all_three"]).clip(lower=0.0).reindex(wide.index)
    cases = {
        "tax_land_2009": (pd.Series(max(0.0, 1.0 - land_mean[2009] / land_mean[2008]), wide.index), 2009),
        "tax_own_2009": (falls[2009], 2009),
        "tax_own_worst": (falls.max(axis="columns"), falls.iloc[:, 1:].idxmax(axis="columns")),
        "tax_nrw_2020": (-scenario("COVID2020").overlay.growth["gewst"][0] * share, MIX_YEARS[-1]),
    }
    parts = [
        pd.DataFrame({"case": case, "fall_share": fall, "reference_year": year}, index=wide.index)
        for case, (fall, year) in cases.items()
    ]
    return pd.concat(parts).rename_axis("ags").reset_index().astype({"reference_year": "Int64"})


def own_share(payments: pd.DataFrame, taxes: pd.DataFrame, population: pd.Series[float]) -> pd.Series[float]:
    """Return the part of the three own taxes in own and land taxes (6011, 6012) over the booked years, by ags.

    Parameters
    ----------
    payments : DataFrame
        Ingest table.
    taxes : DataFrame
        From ``own_taxes``.
    population : Series
        By ags, of the booked years.

    Returns
    -------
    Series
        0–1; NaN where no land tax was booked.
    """
    booked = aggregate(payments, ["land_tax_a", "land_tax_b"])
    both = (
        booked.merge(taxes[["ags", "year", "all_three"]], on=["ags", "year"])
        .groupby("ags")
        .sum(numeric_only=True)
    )
    land = both["land_tax_a_eur"] + both["land_tax_b_eur"]
    own = both["all_three"] * population.reindex(both.index)
    return (own / (own + land.where(land > 0))).clip(0.0, 1.0)


def interest_losses(debt: pd.DataFrame, maturities: Maturities) -> pd.DataFrame:
    """Return the additional interest after a lasting rise of rates on today's debt.

    Returns
    -------
    DataFrame
        ags, case (interest_1 …: points), year (1 = year of the rise), loss_eur_pc (liquidity credit and the rest of
        the core debt renewed as the engine assumes), at_once_eur_pc (all liquidity credit renewed at once: highest).
    """
    credit = debt["liquidity_credit_eur_pc"].to_numpy(float)
    rest = debt["core_debt_eur_pc"].to_numpy(float) - credit
    parts = []
    for points in RATE_RISES_PP:
        for year in YEARS:
            cost = partial(extra_interest_eur, float(points), elapsed_years=year - 1.0, maturities=maturities)
            parts.append(
                debt[["ags"]].assign(
                    case=f"interest_{points}",
                    year=year,
                    loss_eur_pc=cost(credit, rest),
                    at_once_eur_pc=credit * points / 100.0 + cost(0.0, rest),
                )
            )
    return pd.concat(parts, ignore_index=True)


def point_value(payments: pd.DataFrame, multipliers: pd.DataFrame) -> pd.DataFrame:
    """Return what one point of Grundsteuer B brings: the last booked receipts (6012) by the multiplier of 2015.

    The multiplier of the booked year is not known by town. Where it rose until 2015 the value is too low and points
    computed with it are too many.

    Returns
    -------
    DataFrame
        Index ags: booked_year (2009–2011, the last with receipts), eur_per_point.
    """
    booked = aggregate(payments, ["land_tax_b"])
    last = booked[booked["land_tax_b_eur"] > 0].sort_values("year").groupby("ags").last()
    multiplier = multipliers.set_index("ags")["land_tax_b_multiplier_pct"].astype(float).reindex(last.index)
    value = last["land_tax_b_eur"] / multiplier.where(multiplier > 0)
    return pd.DataFrame({"booked_year": last["year"].astype("Int64"), "eur_per_point": value})


def today_stress(inputs: Mapping[str, pd.DataFrame], params: StressParams) -> pd.DataFrame:
    """Return what a shock costs a town from its position today.

    A tax case applies the fall of the three own taxes (trade tax after the levy, shares in income tax and VAT) to
    the whole tax capacity of 2024. It contains land taxes, which hardly fall: the loss is rather too high; ``loss_low``
    leaves out the part that land taxes had in the booked years 2009 to 2011. Grants that replace a part later are left
    out.

    Returns
    -------
    DataFrame
        ags, case, year (1, 3, 5), loss_eur_pc (a year, ≥ 0), loss_low_eur_pc (tax cases), at_once_eur_pc, fall_share,
        reference_year, booked_year, land_tax_b_points (points of Grundsteuer B that bring the loss: an estimate), and
        the multiplier of 2024 it comes on top of, land_tax_b_multiplier_pct. NaN = not stated.
    """
    multipliers = inputs["multipliers_today"].set_index("ags")
    taxes = own_taxes(
        inputs["tax_panel"],
        multipliers["trade_tax_multiplier_pct"],
        Gfg.of_year(CAPACITY_YEAR),
    )
    people = inputs["units"].set_index("ags")["population"].astype(float)
    capacity = inputs["integrated_debt"].set_index("ags")["tax_capacity_eur_pc"]
    losses = tax_falls(taxes, people).assign(year=1)
    losses["loss_eur_pc"] = losses["fall_share"] * losses["ags"].map(capacity)
    part = own_share(inputs["payments"], taxes, people)
    losses["loss_low_eur_pc"] = losses["loss_eur_pc"] * losses["ags"].map(part)
    if params.show_unconfirmed_debt:
        interest = interest_losses(inputs[UNCONFIRMED], Maturities.of_year(ACT_YEAR))
        losses = pd.concat([interest, losses], ignore_index=True)
    losses["at_once_eur_pc"] = losses.get("at_once_eur_pc", np.nan)
    points = point_value(inputs["payments"], inputs["multipliers"])
    today_people = inputs["town_population_today"].set_index("ags")["population"]
    out = losses.join(points, on="ags").join(multipliers["land_tax_b_multiplier_pct"], on="ags")
    out["land_tax_b_points"] = out["loss_eur_pc"] * out["ags"].map(today_people) / out["eur_per_point"]
    order = out["case"].map(CASES.index)
    out = out.drop(columns="eur_per_point").assign(order=order).sort_values(["ags", "order", "year"])
    return out.drop(columns="order").reset_index(drop=True)
