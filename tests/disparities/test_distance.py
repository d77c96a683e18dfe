"""Has the distance grown? Euros and relation are told apart, and the sources fit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.result import Result
from dewak_research.data.tables import with_official
from dewak_research.disparities.chapter import OFFICIAL
from dewak_research.disparities.credit_squeeze import credit_panel
from dewak_research.disparities.distance import converging, distance, real_table
from dewak_research.disparities.panel import build_panel
from disparities.conftest import row


@pytest.fixture(scope="module")
def inputs(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    return with_official(tables, OFFICIAL)


@pytest.fixture(scope="module")
def panel(inputs: dict[str, pd.DataFrame]) -> pd.DataFrame:
    return build_panel(inputs["kreise"])


def of(chapter: Result, variable: str, measure: str, year: int, scope: str = "all") -> dict[str, float]:
    return row(chapter, "distance", variable=variable, measure=measure, year=year, scope=scope)


def test_same_ratios_at_a_lower_level_are_nearer_in_euros_only() -> None:
    before = np.array([100.0, 200.0, 300.0, 400.0])
    table = pd.DataFrame({2010: before, 2020: before / 2}, index=["01001", "01002", "02001", "02002"])
    found = distance(table, pd.Series("a", index=table.index), 200, 1).set_index(["measure", "year"])
    assert found.loc[("gini", 2020), "value"] == pytest.approx(0.25)
    for measure in ("gini", "cv", "p90_p50"):
        assert found.loc[(measure, 2020), ["change", "change_low", "change_high"]].abs().max() < 1e-12
    assert found.loc[("spread", 2020), "value"] == pytest.approx(np.std(before) / 2)
    assert found.loc[("spread", 2020), "change_high"] <= 0


def test_paying_back_half_halves_every_distance() -> None:
    generator = np.random.default_rng(1)
    keys = [f"{land:02d}{number:03d}" for land in range(1, 9) for number in range(20)]
    start = generator.lognormal(6, 1, len(keys))
    table = pd.DataFrame({2010: start, 2020: start / 2 + generator.normal(0, 1e-6, len(keys))}, index=keys)
    found = converging(table, (2010, 2020), 100, 1)
    assert found["slope_eur"] == pytest.approx(-0.5, abs=1e-6)
    assert found["sigma_change"] == pytest.approx(0.0, abs=1e-6)
    assert found["speed"] == pytest.approx(0.0, abs=1e-6)


def test_liquidity_credit_gathers_with_a_few(chapter: Result) -> None:
    for scope in ("all", "without_takeover"):
        assert of(chapter, "liquidity_credit", "gini", 2022, scope)["change_low"] > 0
        assert of(chapter, "liquidity_credit", "spread", 2022, scope)["change_high"] < 0
    means = [of(chapter, "liquidity_credit", "mean", year)["value"] for year in (2010, 2019, 2022)]
    assert means == sorted(means, reverse=True)


def test_what_the_prose_says_of_debt_burden_and_towns(chapter: Result) -> None:
    assert of(chapter, "core_debt", "gini", 2023)["change_low"] > 0
    debt = of(chapter, "core_debt", "spread", 2023)
    assert debt["change_low"] < 0 < debt["change_high"]
    assert of(chapter, "kdu", "spread", 2022)["change_high"] < 0
    assert of(chapter, "kdu", "cv", 2022)["change_low"] > 0
    assert (
        of(chapter, "kdu", "p50_p10", 2022)["change_high"]
        < 0
        < of(chapter, "kdu", "p90_p50", 2022)["change_low"]
    )
    assert row(chapter, "distance_convergence", variable="kdu", scope="all")["sigma_high"] < 0
    towns = {"variable": "liquidity_credit", "year": 2025}
    assert row(chapter, "town_distance", measure="spread", **towns)["change_low"] > 0
    assert row(chapter, "town_distance", measure="gini", **towns)["change_high"] < 0
    assert row(chapter, "distance_convergence", variable="liquidity_credit", scope="all")["slope_high"] < 0


def test_what_the_prose_says_of_the_squeeze(chapter: Result) -> None:
    table = chapter.tables["credit_squeeze"].query("term == 'kdu_real_100_eur_pc' and scope == 'all'")
    found = table.set_index(["model", "effects"])
    assert found.loc[("short_2022", "land_year"), "low"] > 0
    for key in (
        ("full_2019", "land_year"),
        ("short_2019", "kreis_land_year"),
        ("short_2022", "kreis_land_year"),
    ):
        assert found.loc[key, "low"] < 0 < found.loc[key, "high"]
    long = found.loc[("long_2022", "kreis_land_year")]
    assert long["observations"] == 2 * long["units"]


def test_amounts_are_real_and_of_the_same_kreise(
    panel: pd.DataFrame, inputs: dict[str, pd.DataFrame]
) -> None:
    table = real_table(panel, inputs, "liquidity_credit")
    assert list(table.columns) == [*range(2010, 2020), 2022, 2023]
    assert table.notna().all(axis=None)
    printed = panel[panel["year"] == 2019].set_index("ags")["liquidity_credit_eur_pc"].reindex(table.index)
    ratio = (table[2019] / printed)[printed > 0]
    assert ratio.to_numpy() == pytest.approx(110.2 / 99.5)
    atlas = (
        inputs["kreise_atlas_2022"].set_index("kreis")["liquidity_credit_2022_eur_pc"].reindex(table.index)
    )
    assert table[2022].to_numpy() == pytest.approx(atlas.to_numpy())


def test_debt_of_2023_stands_on_the_census_of_2011(panel: pd.DataFrame) -> None:
    debt = read_table("kreise_debt_2023").set_index("kreis")
    people = (debt["core_debt_keur"] * 1000 / debt["core_debt_eur_pc"]).replace(np.inf, np.nan)
    age = read_table("kreise_age").query("year == 2023").groupby("ags")["persons"].sum().astype(float)
    old = panel[panel["year"] == 2022].set_index("ags")["weight"]
    assert (people / old.reindex(people.index) - 1).abs().median() < 0.003
    assert (people / age.reindex(people.index) - 1).abs().median() > 0.008


def test_the_credit_panel_has_one_row_for_each_kreis_and_year(
    panel: pd.DataFrame, inputs: dict[str, pd.DataFrame]
) -> None:
    ready = credit_panel(panel, inputs)
    assert len(ready) == len(panel)
    years = ready.loc[ready["credit_real_eur_pc"].notna(), "year"].unique()
    assert sorted(years) == [*range(2010, 2020), 2022]


def test_towns_of_2008_stand_on_the_base_of_the_census_of_2011(
    chapter: Result, inputs: dict[str, pd.DataFrame]
) -> None:
    """By hand: people of 2008 moved by the jump into 2011, less the mean of the changes around it."""
    logs = np.log(inputs["population"].pivot_table(index="ags", columns="year", values="population"))
    growth = logs.diff(axis=1)
    people = np.exp(logs[2008] + growth[2011] - (growth[2010] + growth[2012]) / 2)
    assert (people / np.exp(logs[2008])).min() < 0.9
    credit = inputs["balance"].set_index("ags")["liquidity_credit_eur"] / people
    credit = credit[
        credit.index.isin(inputs["debt_today"].dropna(subset=["liquidity_credit_eur_pc"])["ags"])
    ].dropna()
    prices = inputs["germany_cpi"].set_index("year")["cpi_2020_100"]
    shown = row(chapter, "town_distance", variable="liquidity_credit", measure="mean", year=2008)
    assert shown["value"] == pytest.approx(credit.mean() * prices[2024] / prices[2008], rel=1e-6)
