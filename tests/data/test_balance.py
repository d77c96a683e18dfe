import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.balance import balance_map, identity_gaps, named_balance, with_register_keys


def test_every_item_of_the_map_is_in_the_statistics() -> None:
    known = read_table("balance_items").set_index("item")["side"]
    for name, item in balance_map().items.items():
        assert known[item.current] == "current", name
        if item.previous:
            assert known[item.previous] == "previous", name


def test_identities_name_items_of_the_map() -> None:
    for identity in balance_map().identities.values():
        assert {identity.total, *identity.parts} <= set(balance_map().items)


def small(**changed: int) -> pd.DataFrame:
    values = {"0008": 90, "0198": 90, "1460": 10, "1891": 10, "3999": 100, "3998": 100, "2001": 60, "2011": 60,
              "3001": 40, "3004": 40, "3201": 40} | changed  # fmt: skip
    rows = [("05111000", item, value) for item, value in values.items()]
    return pd.DataFrame(rows, columns=["ags", "item", "value_eur"])


def test_a_balance_sheet_that_adds_up_has_no_gap() -> None:
    named = named_balance(small(), ["05111000"])
    assert identity_gaps(named).empty
    row = named.iloc[0]
    assert row["equity_eur"] == 60
    assert row["special_items_eur"] == 0
    assert pd.isna(row["annual_result_eur"])
    assert pd.isna(row["fixed_assets_depreciation_eur"])


def test_a_balance_sheet_that_does_not_add_up_is_named() -> None:
    gaps = identity_gaps(named_balance(small(**{"3001": 50}), ["05111000"]))
    assert set(gaps["identity"]) == {"liabilities_side", "liability_kinds", "liability_maturities"}
    assert gaps.set_index("identity").loc["liabilities_side", "gap_eur"] == 10


def test_a_deficit_not_covered_makes_equity_negative() -> None:
    named = named_balance(small(**{"1999": 5, "2001": 0, "2011": 0}), ["05111000"])
    assert named["equity_eur"].iloc[0] == -5


def test_all_380_balance_sheets_add_up_to_the_euro(tables: dict[str, pd.DataFrame]) -> None:
    assert len(tables["balance"]) == 380
    assert tables["balance_gaps"].empty


def test_two_units_are_no_municipality(tables: dict[str, pd.DataFrame]) -> None:
    assert tables["no_municipality"]["ags"].tolist() == ["05200000", "05600000"]


def test_a_kreis_gets_the_key_it_has_everywhere_else() -> None:
    frame = pd.DataFrame({"ags": ["05154001", "05154004", "05200000"]})
    assert with_register_keys(frame, ["05154"])["ags"].tolist() == ["05154", "05154004", "05200000"]


def test_the_units_ending_in_001_are_the_kreise(tables: dict[str, pd.DataFrame]) -> None:
    # METHODS B.3, survey of autumn 2010, Jahresabschluss 2009: equity ratio 1 of the Kreise 25.3 percent on
    # average (kreisangehoerige towns 42.5), equity ratio 2 48.1 percent.
    balance = tables["balance"]
    kreise = balance[balance["ags"].str.len() == 5]
    assert len(kreise) == 30
    ratio = kreise["equity_eur"] / kreise["balance_total_eur"]
    assert ratio.mean() == pytest.approx(0.253, abs=0.02)
    wide = (
        kreise["equity_eur"] + kreise["special_items_grants_eur"] + kreise["special_items_contributions_eur"]
    )
    assert (wide / kreise["balance_total_eur"]).mean() == pytest.approx(0.481, abs=0.025)


def test_movements_are_unknown_where_not_shown(tables: dict[str, pd.DataFrame]) -> None:
    balance = tables["balance"]
    assert balance["fixed_assets_depreciation_eur"].isna().sum() > 100
    assert balance["annual_result_eur"].isna().sum() > 100
    assert (balance["fixed_assets_depreciation_eur"].dropna() > 0).all()


def test_herten_at_the_end_of_2009(tables: dict[str, pd.DataFrame]) -> None:
    herten = tables["balance"].set_index("ags").loc["05562020"]
    assert herten["balance_total_eur"] == 638_938_228
    assert herten["liquidity_credit_eur"] == 103_626_273
    assert herten["equity_eur"] == 145_648_523
