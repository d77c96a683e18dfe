import numpy as np
import pandas as pd
import pytest

from dewak_research.data.measures import (
    at_prices_of,
    kdu_eur_pc,
    priced_year,
    real_eur,
    share,
    share_of_all,
    volatility_pct,
)


def test_volatility_is_the_spread_of_log_changes() -> None:
    years = range(1995, 2007)
    growth = np.array([0.1, -0.1] * 5 + [0.1])
    tax = 100 * np.exp(np.concatenate([[0], np.cumsum(growth)]))
    panel = pd.DataFrame({"ags": "a", "year": list(years), "trade_tax_eur_pc": tax})
    assert volatility_pct(panel)["a"] == pytest.approx(100 * np.std(growth, ddof=1))


def test_volatility_needs_ten_changes_and_positive_amounts() -> None:
    panel = pd.DataFrame(
        {"ags": "a", "year": range(1995, 2006), "trade_tax_eur_pc": [10.0] * 5 + [-1.0] + [10.0] * 5}
    )
    assert np.isnan(volatility_pct(panel)["a"])


def test_volatility_of_a_window_needs_every_change_in_it() -> None:
    panel = pd.DataFrame({"ags": "a", "year": range(2000, 2010), "trade_tax_eur_pc": [10.0, 20.0] * 5})
    assert volatility_pct(panel, last_year=2009, years=4)["a"] == pytest.approx(
        100 * np.std([np.log(2), -np.log(2), np.log(2), -np.log(2)], ddof=1)
    )
    gap = panel.assign(trade_tax_eur_pc=panel["trade_tax_eur_pc"].where(panel["year"] != 2007))
    assert np.isnan(volatility_pct(gap, last_year=2009, years=4)["a"])
    assert volatility_pct(gap, last_year=2009, years=4, least=1).notna()["a"]


def test_a_missing_year_gives_no_change_across_the_gap() -> None:
    panel = pd.DataFrame(
        {"ags": "a", "year": [2000, 2001, 2003, 2004], "trade_tax_eur_pc": [1.0, 2.0, 8.0, 16.0]}
    )
    assert volatility_pct(panel, least=2)["a"] == pytest.approx(0.0)


def test_housing_costs_follow_the_stated_formula() -> None:
    panel = pd.DataFrame(
        {
            "housing_benefit_eur_per_unit_month": [390.0, np.nan],
            "persons_in_benefit_units_per_1k": [50.0, 50.0],
        }
    )
    found = kdu_eur_pc(panel)
    assert found[0] == pytest.approx(390 * 12 * 0.05 / 1.95)
    assert np.isnan(found[1])


def test_a_share_of_all_is_sum_over_sum_not_the_mean_of_shares() -> None:
    amounts = pd.DataFrame(
        {"social_benefits_eur": [10.0, 90.0], "payments_eur": [110.0, 320.0], "same_level_receipts_eur": [5.0, 10.0],
         "option_federal_benefits_eur": [5.0, 10.0]}
    )  # fmt: skip
    assert share(amounts, "soc_transfer_share").tolist() == pytest.approx([0.1, 0.3])
    assert share_of_all(amounts, "soc_transfer_share") == pytest.approx(0.25)


def test_amounts_of_different_years_are_shown_in_the_prices_of_one() -> None:
    prices = pd.DataFrame({"year": [2010, 2020], "cpi_2020_100": [80.0, 100.0]})
    found = real_eur(pd.Series([8.0, 10.0, 5.0]), pd.Series([2010, 2020, 1900]), 2020, prices)
    assert found[:2].tolist() == [10.0, 10.0]
    assert pd.isna(found[2])
    assert real_eur(pd.Series([10.0]), 2020, 2010, prices)[0] == 8.0
    with pytest.raises(KeyError):
        real_eur(pd.Series([1.0]), 2020, 1900, prices)


def test_a_euro_beside_a_budget_of_another_time_is_worth_what_prices_say() -> None:
    prices = pd.DataFrame({"year": [2009, 2024], "cpi_2020_100": [90.0, 120.0]})
    assert at_prices_of(2009, 2024, prices) == pytest.approx(0.75)
    assert at_prices_of(2024, 2009, prices) == pytest.approx(4 / 3)
    assert [priced_year(year, prices) for year in (2005, 2024, 2030)] == [2009, 2024, 2024]
    assert at_prices_of(2009, 2026, prices) == pytest.approx(0.75), (
        "beyond what is known the last level holds"
    )
