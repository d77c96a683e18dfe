from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dewak_research.disparities.drivers import BLOCKS
from dewak_research.disparities.panel import (
    REGRESSORS,
    balanced,
    build_panel,
    implausible,
    kreisfrei_by_key,
    lagged,
    require_unique,
    settlement_type,
)
from dewak_research.errors import InputError


def test_106_kreisfreie_staedte_as_at_the_end_of_2021(tables: dict[str, pd.DataFrame]) -> None:
    kreise = tables["kreise"].drop_duplicates("ags")
    city = kreisfrei_by_key(kreise["ags"])
    assert city.sum() == 106
    towns = tables["units"].loc[tables["units"]["kind"] == "kreisfreie_stadt", "kreis"]
    assert set(kreise.loc[city & kreise["ags"].str.startswith("05"), "ags"]) == set(towns)


def test_the_nine_regressors_of_the_method_chapter_with_their_blocks_and_signs() -> None:
    # METHODS D.6: what is expected for KdU per inhabitant, stated before estimating
    assert {name: f"{block} {sign}" for name, (block, sign) in REGRESSORS.items()} == {
        "unemployment_pct": "economy +",
        "longterm_unemployed_pct": "economy +",
        "ln_gdp_pc": "economy -",
        "ln_tax_capacity_lag": "economy -",
        "age_65plus_pct": "demography -",
        "foreign_pct": "demography +",
        "ln_asking_rent": "settlement +",
        "ln_density": "settlement +",
        "kreisfrei": "settlement +",
    }
    assert sorted(name for block in BLOCKS.values() for name in block) == sorted(REGRESSORS)


def test_product_of_need_and_price_is_kdu(tables: dict[str, pd.DataFrame]) -> None:
    panel = build_panel(tables["kreise"])
    product = panel["recipients_share"] * panel["cost_eur_per_recipient"]
    assert product.dropna().to_numpy() == pytest.approx(panel.loc[product.notna(), "kdu_eur_pc"].to_numpy())


def test_lag_is_the_calendar_year_before() -> None:
    frame = pd.DataFrame({"ags": ["a", "a", "a", "b"], "year": [1, 2, 4, 2], "x": [1.0, 2.0, 4.0, 9.0]})
    assert lagged(frame, "x").tolist() == pytest.approx([np.nan, 1.0, np.nan, np.nan], nan_ok=True)


def test_settlement_types() -> None:
    kind = pd.Series(["kreisfreie_stadt", "kreisfreie_stadt", "kreis", "kreis"])
    found = settlement_type(kind, pd.Series([1e5, 99_999, 1e6, 1e6]), pd.Series([1.0, 1, 150, 149.9]))
    assert found.tolist() == ["city_large", "city_small", "kreis_dense", "kreis_sparse"]


@pytest.fixture
def raw() -> pd.DataFrame:
    """One Kreis over five years, one record of them impossible."""
    return pd.DataFrame(
        {
            "ags": "01001",
            "name": "X",
            "year": range(2010, 2015),
            "housing_benefit_eur_per_unit_month": [5.0, 300, 300, 310, 320],
            "capital_spending_eur_pc": [0.0, 0.0, 100, 100, 100],
            "capital_grants_eur_pc": [0.0, 20.0, 10, 10, 10],
        }
    )


def test_impossible_records_are_found_by_rule(raw: pd.DataFrame) -> None:
    found = implausible(raw)
    assert found[["year", "rule"]].to_numpy().tolist() == [
        [2010, "zero_means_unknown"],
        [2010, "below_half_of_median"],
    ]


def test_impossible_records_become_unknown_not_zero(tables: dict[str, pd.DataFrame]) -> None:
    panel = build_panel(tables["kreise"]).set_index(["ags", "year"])
    assert np.isnan(panel.loc[("11000", 2008), "kdu_eur_pc"])
    assert np.isnan(panel.loc[("16066", 2010), "kdu_eur_pc"])
    assert np.isnan(panel.loc[("02000", 2015), "capital_spending_eur_pc"])
    assert not ((panel["capital_spending_eur_pc"] == 0) & (panel["capital_grants_eur_pc"] == 0)).any()


def test_weight_of_2022_follows_the_density_and_the_population_stays_unknown(
    tables: dict[str, pd.DataFrame],
) -> None:
    panel = build_panel(tables["kreise"]).set_index(["ags", "year"])
    # Düsseldorf: density × area of the official figures of 2022 gives 629,048
    assert panel.loc[("05111", 2022), "weight"] == pytest.approx(629_048, abs=2)
    assert panel.loc[("05111", 2021), "weight"] == panel.loc[("05111", 2021), "population"]
    assert np.isnan(panel.loc[("05111", 2022), "population"])


def test_balanced_keeps_complete_units() -> None:
    frame = pd.DataFrame({"ags": ["a", "a", "b"], "year": [1, 2, 1], "x": 1.0})
    assert balanced(frame, "x", [1, 2])["ags"].unique().tolist() == ["a"]
    with pytest.raises(InputError, match="no unit has"):
        balanced(frame, "x", [1, 2, 3])


def test_a_kreis_year_that_occurs_twice_is_named() -> None:
    frame = pd.DataFrame({"ags": ["a", "a"], "year": [1, 1]})
    with pytest.raises(InputError, match="a 1"):
        require_unique(frame, ["ags", "year"], "kreise")


def test_missing_column_is_named(tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(InputError, match="kdu_eur_pc"):
        build_panel(tables["kreise"].drop(columns="kdu_eur_pc"))
