from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.rules import rule_set
from dewak_research.stress.opening import (
    balance_date,
    balance_date_counts,
    balance_dates,
    city_credit,
    opening_reserves,
    rolled,
    yearly_flows,
)


@pytest.fixture(scope="module")
def dates(stress_inputs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    tables = stress_inputs
    flows = yearly_flows(tables["unit_totals"])
    return balance_dates(tables["balance"], flows, tables["units"], tables["kreise_panel"])


def sheets() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ags": ["a", "b"],
            "equalisation_reserve_eur": [10.0, 10.0],
            "general_reserve_eur": [100.0, 100.0],
            "deficit_not_covered_eur": [0.0, 0.0],
            "annual_result_eur": [-15.0, np.nan],
            "liquidity_credit_eur": [1.0, 2.0],
            "investment_credit_eur": [3.0, 4.0],
            "liquid_funds_eur": [0.0, 5.0],
        }
    )


def flows(year_of_b: int = 2010) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ags": ["a", "b"],
            "year": [2009, year_of_b],
            "result_eur": [-20.0, -4.0],
            "liquidity_flow_eur": [-6.0, -8.0],
            "liquidity_credit_flow_eur": [6.0, 0.0],
            "investment_credit_flow_eur": [-1.0, 2.0],
        }
    )


def test_opening_reserves_are_those_after_the_result_of_the_sheet() -> None:
    found = opening_reserves(sheets(), rule_set(2009)).loc["a"]
    assert (found["ausgleichsruecklage_eur"], found["allgemeine_ruecklage_eur"]) == (0.0, 95.0)
    assert opening_reserves(sheets(), rule_set(2009)).loc["b", "equity_eur"] == 110.0


def test_reserves_and_debt_roll_through_2009_before_the_simulation_begins() -> None:
    found = rolled(opening_reserves(sheets(), rule_set(2009)), flows(), rule_set(2009))
    a, b = found.loc["a"], found.loc["b"]
    assert (a["start_ausgleichsruecklage_eur"], a["start_allgemeine_ruecklage_eur"]) == (0.0, 75.0)
    assert (a["start_liquidity_credit_eur"], a["start_investment_credit_eur"]) == (7.0, 2.0)
    assert a["start_liquid_funds_eur"] == 0.0
    assert (a["result_2009_eur"], a["result_2009_basis"]) == (-20.0, "booked")
    assert a["quota_2009_share"] == pytest.approx(20 / 95)
    assert (b["start_ausgleichsruecklage_eur"], b["start_allgemeine_ruecklage_eur"]) == (6.0, 100.0)
    assert b["result_2009_basis"] == "mean_of_booked_years"
    assert (b["start_liquid_funds_eur"], b["start_liquidity_credit_eur"]) == (0.0, 5.0)


def test_a_surplus_may_refill_the_reserve_up_to_the_opening_balance_after_2009_used_some_of_it() -> None:
    rules = rule_set(2009)
    opening = opening_reserves(sheets(), rules)
    assert opening.loc["a", "opening_amount_eur"] == 10.0  # before the deficit that the sheet shows
    gain = flows(2009).assign(result_eur=[30.0, 30.0])
    found = rolled(opening, gain, rules)
    assert found["start_ausgleichsruecklage_eur"].tolist() == [10.0, 10.0]
    assert found.loc["a", "start_allgemeine_ruecklage_eur"] == 95.0 + 20.0


def test_the_net_position_moves_by_the_booked_flow_and_by_nothing_else() -> None:
    found = rolled(opening_reserves(sheets(), rule_set(2009)), flows(), rule_set(2009))
    net = found["start_liquidity_credit_eur"] - found["start_liquid_funds_eur"]
    np.testing.assert_allclose(net, [1.0 + 6.0, 2.0 - 5.0 + 8.0])


def test_the_date_of_every_sheet_is_flagged_with_its_evidence(dates) -> None:
    counts = balance_date_counts(dates).set_index("balance_date_flag")
    assert counts["units"].to_dict() == {"opening": 131, "rejects_2009": 99, "undecided": 150}
    assert counts["bears_out_2009"].sum() <= 5
    flag = dates.set_index("ags")["balance_date_flag"]
    assert (flag["05112000"], flag["05711000"], flag["05515000"]) == ("rejects_2009", "opening", "undecided")
    rejecting = dates[dates["balance_date_flag"] == "rejects_2009"]
    assert rejecting["annual_result_eur"].notna().sum() > 90
    gap = (rejecting["credit_change_eur"] - rejecting["credit_flow_2009_eur"]).abs() / rejecting["population"]
    short = (
        rejecting["credit_end_2010_eur"]
        - rejecting["liquidity_credit_eur"]
        - rejecting["credit_flow_2010_eur"]
    )
    assert ((gap > 20) | (short / rejecting["population"] > 20)).all()


def test_twelve_cities_reach_their_credit_of_2010_from_the_end_of_2008_only(dates) -> None:
    cities = city_credit(dates)
    assert len(cities) == 12
    both = pd.DataFrame({"liquidity_credit_eur": [110.0], "liquidity_credit_previous_eur": [100.0]})
    found = balance_date(both, cities).iloc[0]
    assert found["rise_eur"] == pytest.approx(2.31e9, rel=0.02)
    assert found["predicted_2008_eur"] == pytest.approx(found["rise_eur"], rel=0.05)
    assert found["predicted_2009_eur"] < 0.4 * found["rise_eur"]
    assert found["error_2008_median_eur"] < 25e6 < found["error_2009_median_eur"]
