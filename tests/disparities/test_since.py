"""Spending by law, recipients and the federal share since 2014: nominal beside real."""

from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.result import Result
from dewak_research.disparities.since import LAWS, social_by_law
from disparities.conftest import row


def test_youth_welfare_grew_as_published_and_less_in_real_terms(chapter: Result) -> None:
    for law, nominal in (("sgb8_gross", 0.976), ("sgb8_net", 0.992)):
        found = row(chapter, "social_growth", law=law)
        assert found["nominal_share"] == pytest.approx(nominal, abs=0.001)
        # consumer prices rose from 94.5 to 119.3
        assert 1 + found["real_share"] == pytest.approx((1 + found["nominal_share"]) * 94.5 / 119.3)


def test_integration_help_moved_to_another_law(chapter: Result) -> None:
    years = chapter.tables["social_by_law"].groupby("law")["year"].agg(["min", "max"])
    assert years.loc["sgb12_integration"].tolist() == [2015, 2019]
    assert years.loc["sgb9_net"].tolist() == [2022, 2024]
    net = chapter.tables["social_by_law"].query("law == 'sgb9_net'").set_index("year")["nominal_million_eur"]
    assert net[[2022, 2024]].round(-2).tolist() == [5800.0, 7200.0]


def test_every_law_is_there_and_the_last_year_is_the_base_of_prices(chapter: Result) -> None:
    table = chapter.tables["social_by_law"]
    assert set(table["law"]) == set(LAWS)
    last = table[table["year"] == 2024]
    assert last["real_million_eur"].to_numpy() == pytest.approx(last["nominal_million_eur"].to_numpy())


def test_a_toy_with_prices_that_double_grows_by_nothing() -> None:
    years = [2015, 2024]
    prices = pd.DataFrame({"year": years, "cpi_2020_100": [50.0, 100.0]})
    columns = {column: [1000, 2000] for _, column in LAWS.values()}
    points = [("05", "integration_sgb9", item, year, value) for item in ("gross_spending", "net_spending")
              for year, value in zip(years, (1000, 2000), strict=True)]  # fmt: skip
    inputs = {
        "youth_welfare": pd.DataFrame({"year": years} | columns),
        "social_assistance": pd.DataFrame({"year": years} | columns),
        "checkpoints": pd.DataFrame(points, columns=["area", "series", "item", "year", "value"]),
        "germany_cpi": prices,
    }
    table = social_by_law(inputs)
    assert table["real_index"].to_numpy() == pytest.approx(100.0)
    assert table.loc[table["year"] == 2024, "nominal_index"].to_numpy() == pytest.approx(200.0)


def test_kinds_of_minimum_security_are_shares_of_all(chapter: Result) -> None:
    table = chapter.tables["minimum_security_by_kind"]
    assert table.groupby("year")["part_share"].sum().to_numpy() == pytest.approx(1.0)
    changes = chapter.tables["minimum_security_change"].set_index("kind")["growth_share"]
    # what the prose says: hardly more people, but more old ones
    assert abs(changes["total"]) < 0.03
    assert changes["old_age_basic_security"] > 0.25
    assert changes["sgb2"] < 0


def test_the_federal_share_jumps_by_about_25_points(chapter: Result) -> None:
    table = chapter.tables["federal_share_range"].set_index("year")
    assert table.loc[2020, "share"] - table.loc[2019, "share"] == pytest.approx(0.25, abs=0.01)
    assert (table["lowest_share"] <= table["median_share"]).all()
    assert table["lands"].eq(16).all()


def test_the_quarter_then_and_now(chapter: Result) -> None:
    table = chapter.tables["quarter"]
    now = table[table["place"] == "germany"].set_index("period")["value_share"]
    assert now[["2021", "2023", "2024"]].tolist() == [0.214, 0.227, 0.233]
    points = read_table("checkpoints").query("area == 'DE' and series == 'municipal_core_budgets'")
    spent = points.set_index(["item", "year"])["value"]
    assert now["2024"] == pytest.approx(
        spent["social_benefits", 2024] / spent["adjusted_spending", 2024], abs=5e-4
    )
    then = table[(table["place"] == "nrw_booked") & (table["definition"] == "soc_transfer_share")]
    shares = chapter.tables["definition_shares"].query("definition == 'soc_transfer_share' and kind == 'all'")
    assert then["value_share"].tolist() == shares["value_share"].tolist()
    assert then["value_share"].max() < now["2024"]
