"""When the balance sheets were drawn up, and how their reserves and debt reach the year before the simulation.

The sheets called those of 2009 are of 31.12.2008 or 1.1.2009; some opening balances may be older. What they show is
taken as the end of 2008 and carried through 2009, so that the simulation begins with 2010.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.rules import HOME, RuleSet, land
from dewak_research.stress.ladder import Reserves, step
from dewak_research.stress.triggers import quota

ROLLED_YEAR = 2009
OPENING, REJECTS_2009, UNDECIDED = "opening", "rejects_2009", "undecided"
FLAGS = (OPENING, REJECTS_2009, UNDECIDED)
TOLERANCE_EUR_PC = 20.0
ROUNDING_EUR = 1.0
BOOKED, MEAN_OF_YEARS = "booked", "mean_of_booked_years"
STOCKS = ("liquidity_credit", "investment_credit", "liquid_funds")


def yearly_flows(unit_totals: pd.DataFrame) -> pd.DataFrame:
    """Cash flows of every booked year that reserves and debt depend on.

    Parameters
    ----------
    unit_totals : DataFrame
        Ingest table: ags, year, aggregates of the payments in EUR.

    Returns
    -------
    DataFrame
        ags, year; result_eur (current receipts less payments), liquidity_flow_eur (change of cash before liquidity
        credit), receipts_eur, payments_eur, umlagen_received_eur; liquidity_credit_flow_eur (accounts 693 less 793),
        investment_credit_flow_eur (692 less 792).
    """
    liquidity = unit_totals["liquidity_credit_receipts_eur"] - unit_totals["liquidity_credit_repaid_eur"]
    invested = unit_totals["investment_credit_receipts_eur"] - unit_totals["investment_credit_repaid_eur"]
    flows = {
        "result_eur": unit_totals["current_receipts_eur"] - unit_totals["current_payments_eur"],
        "liquidity_flow_eur": unit_totals["gross_receipts_eur"]
        - unit_totals["gross_payments_eur"]
        - liquidity,
        "receipts_eur": unit_totals["current_receipts_eur"],
        "payments_eur": unit_totals["current_payments_eur"],
        "umlagen_received_eur": unit_totals["umlagen_received_eur"],
        "liquidity_credit_flow_eur": liquidity,
        "investment_credit_flow_eur": invested,
    }
    return pd.concat([unit_totals[["ags", "year"]], pd.DataFrame(flows).astype(float)], axis=1)


def opening_reserves(balance: pd.DataFrame, rules: RuleSet) -> pd.DataFrame:
    """Reserves and debt at the date of the balance sheet (31.12.2008 or 1.1.2009), after the result it shows.

    Parameters
    ----------
    balance : DataFrame
        Ingest table ``balance``: equalisation_reserve_eur, general_reserve_eur, annual_result_eur,
        deficit_not_covered_eur, liquidity_credit_eur, investment_credit_eur, liquid_funds_eur.
    rules : RuleSet
        Law of 2008.

    Returns
    -------
    DataFrame
        Index ags: ausgleichsruecklage_eur, opening_amount_eur (the reserve before the result shown, taken as that of
        the opening balance: a lower bound where some of it had been used before), allgemeine_ruecklage_eur, equity_eur,
        liquidity_credit_eur, investment_credit_eur, liquid_funds_eur, annual_result_shown_eur (NaN = none is shown).
    """
    table = balance.sort_values("ags").set_index("ags")
    shown = table["annual_result_eur"].astype(float)
    before = Reserves.opening(
        table["equalisation_reserve_eur"].to_numpy(float),
        (table["general_reserve_eur"] - table["deficit_not_covered_eur"]).to_numpy(float),
    )
    after, _ = step(np.nan_to_num(shown.to_numpy(np.float64)), before, rules)
    reserves = {
        "ausgleichsruecklage_eur": after.ausgleichsruecklage_eur,
        "opening_amount_eur": after.opening_amount_eur,
        "allgemeine_ruecklage_eur": after.allgemeine_ruecklage_eur,
        "equity_eur": after.equity_eur,
    }
    stocks = {f"{name}_eur": table[f"{name}_eur"].to_numpy(float) for name in STOCKS}
    return pd.DataFrame({**reserves, **stocks, "annual_result_shown_eur": shown}, index=table.index)


def rolled(opening: pd.DataFrame, flows: pd.DataFrame, rules: RuleSet) -> pd.DataFrame:
    """Carry reserves and debt through 2009: its cash result by the ladder, its credit as booked.

    Parameters
    ----------
    opening : DataFrame
        Result of ``opening_reserves``.
    flows : DataFrame
        Result of ``yearly_flows``; where 2009 was not booked the mean of the booked years stands for it (assumption).
    rules : RuleSet
        Law of 2009.

    Returns
    -------
    DataFrame
        Index of ``opening``, at the end of 2009: start_ausgleichsruecklage_eur, start_allgemeine_ruecklage_eur,
        start_liquidity_credit_eur, start_investment_credit_eur, start_liquid_funds_eur (cash that would fall below zero
        is liquidity credit); result_2009_eur; result_2009_basis ("booked" or "mean_of_booked_years"); quota_2009_share
        (part of the allgemeine Rücklage used in 2009: the first of the two years N2 looks at). NaN where no year was
        booked.
    """
    booked = flows[flows["year"] == ROLLED_YEAR].drop(columns="year").set_index("ags")
    mean = flows.drop(columns="year").groupby("ags").mean()
    year = booked.reindex(mean.index).fillna(mean).reindex(opening.index)
    result = year["result_eur"].to_numpy(np.float64)
    before = Reserves.opening(
        opening["ausgleichsruecklage_eur"].to_numpy(float),
        opening["allgemeine_ruecklage_eur"].to_numpy(float),
        opening["opening_amount_eur"].to_numpy(float),
    )
    after, outcome = step(result, before, rules)
    credit = opening["liquidity_credit_eur"] + year["liquidity_credit_flow_eur"]
    funds = opening["liquid_funds_eur"] + year["liquidity_flow_eur"] + year["liquidity_credit_flow_eur"]
    repaid_beyond = np.minimum(credit, 0.0)
    funds = funds - repaid_beyond
    return pd.DataFrame(
        {
            "start_ausgleichsruecklage_eur": after.ausgleichsruecklage_eur,
            "start_allgemeine_ruecklage_eur": after.allgemeine_ruecklage_eur,
            "start_liquidity_credit_eur": credit - repaid_beyond - np.minimum(funds, 0.0),
            "start_investment_credit_eur": np.maximum(
                opening["investment_credit_eur"] + year["investment_credit_flow_eur"], 0.0
            ),
            "start_liquid_funds_eur": np.maximum(funds, 0.0),
            "result_2009_eur": result,
            "quota_2009_share": quota(outcome.reduction_eur, before.allgemeine_ruecklage_eur),
            "result_2009_basis": np.where(opening.index.isin(booked.index), BOOKED, MEAN_OF_YEARS),
        },
        index=opening.index,
    )


def balance_dates(
    balance: pd.DataFrame, flows: pd.DataFrame, units: pd.DataFrame, kreise_panel: pd.DataFrame
) -> pd.DataFrame:
    """What the figures say of the date of every balance sheet.

    Parameters
    ----------
    balance, units : DataFrame
        Ingest tables.
    flows : DataFrame
        Result of ``yearly_flows``.
    kreise_panel : DataFrame
        ags (five digits), year, population, liquidity_credit_eur_pc.

    Returns
    -------
    DataFrame
        ags, kind, population; balance_date_flag; its evidence, NaN where unknown: annual_result_eur and
        fixed_assets_change_eur (both sides of the sheet), liquidity_credit_eur; credit_change_eur (of liquidity credit
        between both sides) against credit_flow_2009_eur (booked); for kreisfreie Städte credit_flow_2010_eur and
        credit_end_2010_eur (published). Flags: "opening" (no annual result, fixed assets of the previous side absent or
        equal), "rejects_2009" (the change misses the flow of 2009, or credit and the flow of 2010 fall short of the
        credit at the end of 2010, by more than ``TOLERANCE_EUR_PC``), "undecided".
    """
    sheet = balance.sort_values("ags").set_index("ags")
    register = units.set_index("ags").reindex(sheet.index)
    flow = flows.pivot_table(index="ags", columns="year", values="liquidity_credit_flow_eur")
    flow = flow.reindex(sheet.index)
    published = kreise_panel[kreise_panel["year"] == ROLLED_YEAR + 1].set_index("ags")
    stock = published["liquidity_credit_eur_pc"] * published["population"]
    city = register["kind"] == "kreisfreie_stadt"
    out = pd.DataFrame(
        {
            "kind": register["kind"],
            "population": register["population"].astype(float),
            "annual_result_eur": sheet["annual_result_eur"].astype(float),
            "fixed_assets_change_eur": sheet["fixed_assets_eur"] - sheet["fixed_assets_previous_eur"],
            "liquidity_credit_eur": sheet["liquidity_credit_eur"].astype(float),
            "credit_change_eur": sheet["liquidity_credit_eur"] - sheet["liquidity_credit_previous_eur"],
            "credit_flow_2009_eur": flow[ROLLED_YEAR],
            "credit_flow_2010_eur": flow[ROLLED_YEAR + 1].where(city),
            "credit_end_2010_eur": stock.reindex(sheet.index.str[:5]).set_axis(sheet.index).where(city),
        }
    )
    tolerance = TOLERANCE_EUR_PC * out["population"]
    no_result = out["annual_result_eur"].fillna(0.0) == 0.0
    opening = no_result & (out["fixed_assets_change_eur"].fillna(0.0).abs() <= ROUNDING_EUR)
    misses = (out["credit_change_eur"] - out["credit_flow_2009_eur"]).abs() > tolerance
    short = out["credit_end_2010_eur"] - out["liquidity_credit_eur"] - out["credit_flow_2010_eur"] > tolerance
    flag = np.select([opening, misses | short], [OPENING, REJECTS_2009], default=UNDECIDED)
    out.insert(2, "balance_date_flag", flag)
    return out.rename_axis("ags").reset_index()


def balance_date_counts(dates: pd.DataFrame) -> pd.DataFrame:
    """Count the sheets by flag.

    Returns
    -------
    DataFrame
        balance_date_flag, units; bears_out_2009 (units whose liquidity credit changed by more than the tolerance and
        whose change is the booked flow of 2009 within it: what would speak for the end of 2009).
    """
    tolerance = TOLERANCE_EUR_PC * dates["population"]
    fits = (dates["credit_change_eur"] - dates["credit_flow_2009_eur"]).abs() <= tolerance
    bears_out = fits & (dates["credit_change_eur"].abs() > tolerance)
    rows = []
    for name in FLAGS:
        own = dates["balance_date_flag"] == name
        rows.append(
            {
                "balance_date_flag": name,
                "units": int(own.sum()),
                "bears_out_2009": int((own & bears_out).sum()),
            }
        )
    return pd.DataFrame(rows)


def city_credit(dates: pd.DataFrame) -> pd.DataFrame:
    """Rise of liquidity credit from the sheet to the end of 2010 against what either date would have it be.

    Returns
    -------
    DataFrame
        ags, rise_eur, predicted_2008_eur (booked flows of 2009 and 2010), predicted_2009_eur (flow of 2010 alone);
        kreisfreie Städte with liquidity credit above ``TOLERANCE_EUR_PC`` in the sheet and both flows.
    """
    tolerance = TOLERANCE_EUR_PC * dates["population"]
    known = dates[dates["credit_end_2010_eur"].notna() & (dates["liquidity_credit_eur"] > tolerance)]
    out = pd.DataFrame(
        {
            "ags": known["ags"],
            "rise_eur": known["credit_end_2010_eur"] - known["liquidity_credit_eur"],
            "predicted_2008_eur": known["credit_flow_2009_eur"] + known["credit_flow_2010_eur"],
            "predicted_2009_eur": known["credit_flow_2010_eur"],
        }
    )
    cities: pd.DataFrame = out.dropna().reset_index(drop=True)
    return cities


def balance_date(balance: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """What speaks for the date of the balance sheets, one row.

    Parameters
    ----------
    balance : DataFrame
        liquidity_credit_eur, liquidity_credit_previous_eur.
    cities : DataFrame
        Result of ``city_credit``.

    Returns
    -------
    DataFrame
        sheets (number), liquidity_credit_eur, growth_share (on the year before, sheets that show both years),
        land_stock_2008_eur, land_stock_2011_eur (end of year), land_growth_share (mean per year 2008–2011); cities
        (number) and, over them, rise_eur, predicted_2008_eur, predicted_2009_eur with the median absolute errors
        error_2008_median_eur, error_2009_median_eur.
    """
    now, before = balance["liquidity_credit_eur"], balance["liquidity_credit_previous_eur"]
    both = (now > 0) & (before > 0)
    first, last = (
        1e9 * float(land(HOME).value("credit", "stock_eur_bn", year).value) for year in (2008, 2011)
    )
    row = {
        "sheets": len(balance),
        "liquidity_credit_eur": float(now.sum()),
        "growth_share": float(now[both].sum() / before[both].sum() - 1.0),
        "land_stock_2008_eur": first,
        "land_stock_2011_eur": last,
        "land_growth_share": float((last / first) ** (1 / 3) - 1.0),
        "cities": len(cities),
        "rise_eur": float(cities["rise_eur"].sum()),
    }
    for year in (2008, 2009):
        predicted = cities[f"predicted_{year}_eur"]
        row[f"predicted_{year}_eur"] = float(predicted.sum())
        row[f"error_{year}_median_eur"] = float((cities["rise_eur"] - predicted).abs().median())
    return pd.DataFrame([row])
