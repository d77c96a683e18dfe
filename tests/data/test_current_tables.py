"""Figures carried over in 2026 fit the older ones: one overlap with an independent table each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.catalogue import catalogue, source_html

TOWNS = [
    "budget_status",
    "debt_today",
    "integrated_debt",
    "multipliers_today",
    "town_population_today",
]
BY_HAND = [name for name, table in catalogue().items() if table.by_hand]


def _by_town(name: str) -> pd.DataFrame:
    return read_table(name).set_index("ags")


def _of_kreis(per_head: pd.Series, people: pd.Series) -> pd.Series:
    """Mean of the towns of each Kreis, weighted by people."""
    known = per_head.notna()
    kreis = per_head.index[known].str[:5]
    amount = (per_head[known] * people.reindex(per_head.index[known])).groupby(kreis).sum()
    return amount / people.reindex(per_head.index[known]).groupby(kreis).sum()


@pytest.fixture(scope="module")
def people() -> pd.Series:
    return _by_town("town_population_today")["population"].astype(float)


@pytest.mark.parametrize("name", TOWNS)
def test_all_towns_of_the_register_are_there_and_no_other(name: str) -> None:
    assert set(read_table(name)["ags"]) == set(read_table("towns")["ags"])


def test_population_fits_the_register_of_2021(people: pd.Series) -> None:
    before = _by_town("towns")["population_2021"]
    ratio = people / before.reindex(people.index)
    assert ratio.median() == pytest.approx(1.0, abs=0.02)
    assert ratio.between(0.9, 1.1).mean() > 0.99


def test_liquidity_credit_of_2025_follows_that_of_the_kreise_in_2023(people: pd.Series) -> None:
    towns = _of_kreis(_by_town("debt_today")["liquidity_credit_eur_pc"], people)
    areas = read_table("kreise_debt_2023").set_index("kreis")["liquidity_credit_eur_pc"].reindex(towns.index)
    assert np.corrcoef(towns, areas)[0, 1] > 0.9


def test_debt_of_the_kreise_in_2023_follows_that_of_2019() -> None:
    panel = read_table("kreise_panel")
    before = panel[panel["year"] == 2019].set_index("ags")["liquidity_credit_eur_pc"]
    now = read_table("kreise_debt_2023").set_index("kreis")["liquidity_credit_eur_pc"]
    both = pd.concat([before, now], axis=1, keys=["before", "now"]).dropna()
    assert len(both) > 390
    assert np.corrcoef(both["before"], both["now"])[0, 1] > 0.9


def test_debt_of_the_kreise_adds_up_to_the_debt_of_the_land() -> None:
    areas = read_table("kreise_debt_2023")
    total = areas.loc[areas["kreis"].str.startswith("05"), "core_debt_keur"].sum()
    land = read_table("land_debt").set_index("year").loc[2023, "total_keur"]
    assert 0.97 < total / land <= 1.0  # the higher associations are only in the Land's figure


def test_kinds_of_debt_of_the_land_add_up() -> None:
    land = read_table("land_debt")
    parts = land[["loans_keur", "cash_credit_keur", "securities_keur"]].sum(axis=1)
    assert (parts - land["total_keur"]).abs().max() <= 2


def test_integrated_debt_follows_core_debt_and_holdings_a_year_later() -> None:
    debt, integrated = (
        _by_town("debt_today"),
        _by_town("integrated_debt")["integrated_debt_eur_pc"],
    )
    later = (debt["core_debt_eur_pc"] + debt["holdings_debt_eur_pc"]).reindex(integrated.index)
    assert np.corrcoef(later, integrated)[0, 1] > 0.9


def test_liquidity_credit_is_part_of_core_debt() -> None:
    debt = _by_town("debt_today")
    assert (debt["liquidity_credit_eur_pc"] <= debt["core_debt_eur_pc"]).all()


def test_tax_capacity_follows_the_years_before() -> None:
    now = _by_town("integrated_debt")["tax_capacity_eur_pc"]
    atlas = _by_town("gemeinden_tax_capacity_2022")["tax_capacity_eur_pc"]
    panel = read_table("tax_panel")
    inkar = panel[panel["year"] == 2019].set_index("ags")["tax_capacity_eur_pc"]
    frame = pd.concat(
        [now, atlas.reindex(now.index), inkar.reindex(now.index)], axis=1, keys=[2024, 2022, 2019]
    )
    r = frame.corr()
    assert r.loc[2022, 2019] > 0.9 and r.loc[2024, 2022] > 0.7


def test_impossible_tax_capacities_are_unknown() -> None:
    now = _by_town("integrated_debt")["tax_capacity_eur_pc"]
    assert now.isna().sum() == 2 and now.min() > 300


def test_multipliers_follow_those_of_2015() -> None:
    now, before = _by_town("multipliers_today"), _by_town("multipliers")
    for tax, least in (("land_tax_a", 0.7), ("land_tax_b", 0.6), ("trade_tax", 0.7)):
        column = f"{tax}_multiplier_pct"
        assert np.corrcoef(now[column], before[column].reindex(now.index))[0, 1] > least


def test_budget_status_counts_are_the_published_ones() -> None:
    status = _by_town("budget_status")
    assert status["budget_stage"].value_counts().sort_index().tolist() == [8, 245, 43, 47, 42, 8, 3]
    assert (
        status.loc["05562020", ["budget_stage"]].item() == 5
        and status.loc["05562020", "over_indebtedness"] > 0
    )
    assert status.loc["05954032", "budget_stage"] == 5


def test_relief_never_exceeds_the_stock() -> None:
    relief = read_table("debt_relief")
    assert (relief["amount_eur_pc"] <= relief["liquidity_credit_2025_eur_pc"]).all()


def test_consumer_prices_rise_as_published() -> None:
    prices = read_table("germany_cpi").set_index("year")["cpi_2020_100"]
    assert list(prices.index) == list(range(1991, 2025))
    assert prices[2020] == 100 and prices[2023] / prices[2022] - 1 == pytest.approx(0.059, abs=0.001)


def test_figures_typed_by_hand_say_so_under_every_figure() -> None:
    assert len(BY_HAND) == 20
    for name in BY_HAND:
        assert "von Hand übernommen" in source_html([name], "de")
        assert "carried over by hand" in source_html([name], "en")
    assert "by hand" not in source_html(["kreise_panel"], "en")


def test_population_derived_from_density_is_the_published_one() -> None:
    derived = read_table("town_population_derived").set_index(["ags", "year"])["population_derived"]
    published = read_table("town_population").query("year >= 2011").set_index(["ags", "year"])["population"]
    off = (derived.reindex(published.index) / published - 1).abs()
    assert float(off.median()) < 1e-4
    assert float(off.max()) < 0.01
    register = read_table("towns").set_index("ags")["population_2021"]
    assert float((derived.xs(2021, level="year") / register - 1).abs().max()) < 0.01
