"""What describes a unit: indicators of its kind, age structure, place of its Kreis."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.indicators import AGE_GROUPS, age_groups, indicators_of, kdu_places


def test_every_unit_has_the_indicators_of_its_kind_in_their_order(tables: dict[str, pd.DataFrame]) -> None:
    found = tables["unit_indicators"].groupby("ags", sort=False)["indicator"].agg(list)
    kinds = tables["units"].set_index("ags")["kind"]
    assert found.index.tolist() == sorted(kinds.index)
    for ags, keys in found.items():
        assert keys == [indicator.key for indicator in indicators_of(kinds[ags])]


def test_indicators_are_what_their_tables_say(tables: dict[str, pd.DataFrame]) -> None:
    value = tables["unit_indicators"].set_index(["ags", "indicator"])["value"]
    totals = tables["unit_totals"].query("ags == '05111000'")
    share = 100 * (totals["social_transfers_eur"] / totals["payments_eur"]).mean()
    assert value[("05111000", "social_share_pct")] == pytest.approx(share)
    balance = tables["balance"].set_index("ags").loc["05111000"]
    ratio = 100 * balance["equity_eur"] / balance["balance_total_eur"]
    assert value[("05111000", "equity_ratio_pct")] == pytest.approx(ratio)
    panel = tables["kreise_panel"].query("ags == '05154' and 2017 <= year <= 2019")
    assert value[("05154", "trade_tax_eur_pc")] == pytest.approx(panel["trade_tax_eur_pc"].mean())


def test_a_kreis_has_the_inhabitants_and_ages_of_its_towns(tables: dict[str, pd.DataFrame]) -> None:
    units = tables["units"]
    within = units.query("kreis == '05154' and kind != 'kreis'")
    kreis = units.set_index("ags").loc["05154"]
    assert kreis["population_2021"] == within["population_2021"].sum()
    groups = tables["age_groups"]
    assert groups.groupby("ags")["share_pct"].sum().to_numpy() == pytest.approx(100.0)
    counted = read_table("kreise_age").query("ags == '05154' and year == 2024")
    young = counted.loc[counted["age"].isin(AGE_GROUPS["0–17"]), "persons"].sum()
    share = groups.set_index(["ags", "age_group"])["share_pct"]
    assert share[("05154", "0–17")] == pytest.approx(100 * young / counted["persons"].sum())
    town = tables["town_age"].query("ags == '05154036'")
    old = town.loc[town["age"] == "75+", "persons"].sum()
    assert share[("05154036", "75+")] == pytest.approx(100 * old / town["persons"].sum())


def test_kreise_and_cities_outside_them_are_counted_in_2024_and_towns_in_2015(
    tables: dict[str, pd.DataFrame],
) -> None:
    kind = tables["units"].set_index("ags")["kind"]
    year = tables["age_groups"].groupby("ags")["year"].first()
    assert set(year[kind[year.index] == "kreisangehoerige_gemeinde"]) == {2015}
    assert set(year[kind[year.index] != "kreisangehoerige_gemeinde"]) == {2024}


def test_an_unknown_group_leaves_the_ages_of_the_town_and_its_kreis_unknown() -> None:
    ages = [age for parts in AGE_GROUPS.values() for age in parts]
    age = pd.DataFrame(
        [(ags, name, 10.0) for ags in ("a", "b") for name in ages], columns=["ags", "age", "persons"]
    )
    age.loc[0, "persons"] = np.nan
    units = pd.DataFrame({"ags": ["a", "b"], "kreis": "k", "kind": "kreisangehoerige_gemeinde"})
    assert set(age_groups(age, units)["ags"]) == {"b"}


def test_places_count_from_the_highest_and_ties_share_the_better_one() -> None:
    kreise = pd.DataFrame(
        {"ags": ["a", "b", "c", "d"], "year": 2019, "land": ["1", "1", "2", "2"],
         "kdu_eur_pc": [10.0, 30.0, 30.0, np.nan]}
    )  # fmt: skip
    found = kdu_places(kreise).set_index("ags")
    assert found["place"].to_dict() == {"a": 3, "b": 1, "c": 1}
    assert found["place_land"].to_dict() == {"a": 2, "b": 1, "c": 1}
    assert found["of"].tolist() == [3, 3, 3] and found["of_land"].tolist() == [2, 2, 1]
