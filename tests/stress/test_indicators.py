import numpy as np
import pandas as pd
import pytest

from dewak_research.data.accounts import account_map
from dewak_research.data.balance import balance_map
from dewak_research.data.peers import beside_peers
from dewak_research.ratios.kennzahlen import ratios
from dewak_research.rules import rule_set
from dewak_research.stress.indicators import (
    INDICATORS,
    indicators,
    log_growth_volatility_pct,
    reserves_sustainability_years,
    years_to_trigger,
)


def test_reserves_last_as_long_as_the_draw_says():
    found = reserves_sustainability_years(np.array([10.0, 10.0, 0.0, 10.0, np.nan, 1e6]), np.array([-4.0, 3.0, -4.0, np.nan, -1.0, -1.0]))  # fmt: skip  # noqa: E501
    np.testing.assert_allclose(found, [2.5, 100.0, 0.0, np.nan, np.nan, 100.0])


def test_years_to_trigger_counts_from_the_first_year():
    rules = rule_set(2024)
    found = years_to_trigger(
        np.array([-10.0, -30.0, -2.0, 1.0, np.nan]), np.zeros(5), np.full(5, 100.0), rules, longest=5
    )
    np.testing.assert_array_equal(found, [2.0, 1.0, np.inf, np.inf, np.nan])


def test_a_reserve_moves_the_trigger_out():
    rules = rule_set(2009)
    without, with_reserve = (
        years_to_trigger(np.array([-6.0]), np.array([a]), np.array([100.0]), rules)[0] for a in (0.0, 12.0)
    )
    assert (without, with_reserve) == (2.0, 4.0)


def test_volatility_against_a_plain_computation():
    values = np.array([100.0, 110.0, 90.0, 95.0, 120.0])
    panel = pd.DataFrame({"ags": "a", "year": range(2005, 2010), "trade_tax_eur_pc": values})
    found = log_growth_volatility_pct(panel, "trade_tax_eur_pc", 2009, 4)
    assert found["a"] == pytest.approx(100 * np.std(np.diff(np.log(values)), ddof=1))
    panel.loc[2, "trade_tax_eur_pc"] = -1.0
    assert np.isnan(log_growth_volatility_pct(panel, "trade_tax_eur_pc", 2009, 4)["a"])


def test_every_indicator_has_a_home():
    assert {i.dimension for i in INDICATORS} == {"balance", "buffer", "liquidity", "rigidity", "revenue_risk"}
    assert {i.key for i in INDICATORS if i.is_nkf_ratio} <= set(ratios())
    assert len({i.key for i in INDICATORS}) == len(INDICATORS)


def test_table_fits_the_peers():
    keys = [f"05{i:06d}" for i in range(7)]
    amounts = {f"{n}_eur": 10.0 for n in account_map()} | {
        "current_receipts_eur": 99.0,
        "current_payments_eur": 100.0,
    }
    totals = pd.DataFrame([{"ags": k, "year": 2009, "population": 10.0, **amounts} for k in keys])
    sheets = pd.DataFrame([{"ags": k, **{f"{n}_eur": 10.0 for n in balance_map().items}} for k in keys])
    panel = pd.DataFrame(
        [{"ags": k, "year": y, "trade_tax_eur_pc": 1.0 + y % 2} for k in keys for y in range(1999, 2010)]
    )
    table = indicators(totals, sheets, panel)
    assert set(table["ratio"]) == {i.key for i in INDICATORS if not i.is_nkf_ratio}
    first = table[table["ags"] == keys[0]].set_index("ratio")["value"]
    assert first["liquidity_credit_eur_pc"] == 1.0
    assert first["deficit_years_pct"] == 100.0
    assert first["reserves_sustainability_years"] == 10.0
    assert first["short_term_credit_pct"] == 100.0
    everybody = pd.DataFrame([(a, b) for a in keys for b in keys], columns=["ags", "peer"])
    assert (
        beside_peers(table, everybody, by=["year", "ratio", "basis"])["peer_percentile"]
        .dropna()
        .eq(50.0)
        .all()
    )
