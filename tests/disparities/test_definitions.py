from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.data.accounts import benefit_types, shares
from dewak_research.data.result import Result
from dewak_research.disparities.definitions import (
    by_gesamtkreis,
    definition_list,
    definition_range,
    definition_table,
    published,
    type_table,
    unit_amounts,
)
from dewak_research.errors import InputError
from disparities.conftest import row

UNITS = pd.DataFrame(
    {
        "ags": ["05170", "05170004", "05111000"],
        "kind": ["kreis", "kreisangehoerige_gemeinde", "kreisfreie_stadt"],
        "kreis": ["05170", "05170", "05111"],
    }
)
GESAMTKREIS = pd.DataFrame(
    {
        "kreis": ["05111", "05170"],
        "year": 2010,
        "name": ["City", "Kreis"],
        "kind": ["kreisfreie_stadt", "kreis"],
        "population": [100.0, 50.0],
        "complete": [True, True],
    }
)


def book(ags: str, account: str, group: str, amount: float) -> list[tuple[str, int, str, str, float]]:
    """One booking in its product group and in the total of all groups."""
    return [(ags, 2010, g, account, amount) for g in (group, "999")]


@pytest.fixture
def payments() -> pd.DataFrame:
    """A city that pays 20 of 100, and a Kreis whose town passes 30 on to it."""
    rows = [
        *book("05111000", "7333", "312", 20.0),
        *book("05111000", "7011", "111", 80.0),
        *book("05111000", "7927", "612", 500.0),
        *book("05170", "7331", "311", 30.0),
        *book("05170", "6182", "611", 30.0),
        *book("05170004", "7372", "611", 30.0),
        *book("05170004", "7011", "111", 70.0),
    ]
    frame = pd.DataFrame(rows, columns=["ags", "year", "product_group", "account", "amount_eur"])
    return frame.astype({"amount_eur": "Int64"})


def test_umlage_inside_a_kreis_is_counted_once_and_financing_not_at_all(payments: pd.DataFrame) -> None:
    areas = by_gesamtkreis(unit_amounts(payments, UNITS), GESAMTKREIS).set_index("kreis")
    assert areas.loc["05111", "soc_transfer_share"] == pytest.approx(20 / 100)
    assert areas.loc["05170", "soc_transfer_share"] == pytest.approx(30 / 100)
    assert areas.loc["05111", "soc_transfer_gross_share"] == pytest.approx(20 / 600)
    assert areas.loc["05170", "soc_transfer_gross_share"] == pytest.approx(30 / 130)


def test_types_split_the_transfers_completely(payments: pd.DataFrame) -> None:
    amounts = unit_amounts(payments, UNITS)
    parts = amounts[[f"{name}_eur" for name in benefit_types()]].sum(axis=1)
    assert parts.tolist() == pytest.approx(amounts["soc_transfer_share_numerator_eur"].tolist())


def test_only_heads_count_where_a_share_says_so(payments: pd.DataFrame) -> None:
    amounts = unit_amounts(payments, UNITS).set_index("ags")
    assert amounts.loc["05170004", "soc_transfer_umlage_share_numerator_eur"] == 0
    paid_by_the_kreis = pd.DataFrame(
        book("05170", "7372", "611", 12.0), columns=["ags", "year", "product_group", "account", "amount_eur"]
    )
    more = unit_amounts(pd.concat([payments, paid_by_the_kreis]), UNITS).set_index("ags")
    assert more.loc["05170", "soc_transfer_umlage_share_numerator_eur"] == 30 + 12


def test_federal_money_of_opting_municipalities_is_in_the_share_that_says_so_only(
    payments: pd.DataFrame,
) -> None:
    rows = [
        *book("05111000", "7336", "312", 40.0),
        *book("05111000", "7337", "312", 10.0),
        *book("05111000", "6492", "312", 50.0),
    ]
    more = pd.DataFrame(rows, columns=payments.columns)
    before, after = (
        by_gesamtkreis(unit_amounts(frame, UNITS), GESAMTKREIS).set_index("kreis").loc["05111"]
        for frame in (payments, pd.concat([payments, more]))
    )
    for name in shares():
        if name != "soc_transfer_with_option_share":
            assert after[name] == pytest.approx(before[name]), name
    assert after["soc_transfer_with_option_share"] == pytest.approx((20 + 50) / (100 + 50))
    assert after["sgb2_eur_pc"] == before["sgb2_eur_pc"]


def test_debt_service_aid_is_no_refund_of_benefits(payments: pd.DataFrame) -> None:
    for account, refunded in (("6231", 0.0), ("6211", 5.0)):
        more = pd.DataFrame(book("05111000", account, "611", 5.0), columns=payments.columns)
        amounts = unit_amounts(pd.concat([payments, more]), UNITS).set_index("ags")
        assert amounts.loc["05111000", "soc_transfer_net_share_numerator_eur"] == 20 - refunded


def test_incomplete_areas_are_left_out(payments: pd.DataFrame) -> None:
    incomplete = GESAMTKREIS.assign(complete=[True, False])
    assert by_gesamtkreis(unit_amounts(payments, UNITS), incomplete)["kreis"].tolist() == ["05111"]


def test_tables_hold_every_definition_and_kind(payments: pd.DataFrame) -> None:
    amounts = unit_amounts(payments, UNITS)
    areas = by_gesamtkreis(amounts, GESAMTKREIS)
    table = definition_table(areas, amounts, 100, 1)
    assert set(table["definition"]) == set(shares())
    both = table[(table["definition"] == "soc_transfer_share") & (table["kind"] == "all")].iloc[0]
    assert both["value_share"] == pytest.approx(50 / 200)
    assert both["areas"] == 2
    ends = definition_range(table).set_index("year").loc[2010]
    everyone = table.loc[table["kind"] == "all", "value_share"]
    assert (ends["lowest_share"], ends["highest_share"]) == (everyone.min(), everyone.max())
    assert ends["definitions"] == len(everyone) == len(definition_list())
    types = type_table(areas)
    whole = types[types["kind"] == "all"]
    assert whole["part_share"].sum() == pytest.approx(1)


def test_types_of_two_areas_by_hand(payments: pd.DataFrame) -> None:
    """Housing costs are the 20 of the city, of 50 in all; per head 0.20 there and nothing in the Kreis."""
    table = type_table(by_gesamtkreis(unit_amounts(payments, UNITS), GESAMTKREIS))
    found = table.set_index(["benefit_type", "kind"])
    both = found.loc[("sgb2", "all")]
    assert both[["areas", "year"]].tolist() == [2, 2010]
    assert both["amount_eur_pc"] == pytest.approx(20 / 150) and both["part_share"] == pytest.approx(20 / 50)
    assert both["cv"] == pytest.approx(1.0) and both["gini"] == pytest.approx(0.5)
    city = found.loc[("sgb2", "kreisfreie_stadt")]
    assert (city["amount_eur_pc"], city["part_share"]) == pytest.approx((0.2, 1.0))
    assert city[["cv", "gini"]].isna().all(), "one area has no spread"
    assert found.loc[("sgb2", "kreis"), "amount_eur_pc"] == 0


def test_missing_column_is_named(payments: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="account"):
        unit_amounts(payments.drop(columns="account"), UNITS)


def test_published_values_are_those_of_the_method_chapter() -> None:
    found = {p.period: (p.value_share, p.tag) for p in published() if not p.wide}
    assert found == {
        "2021": (0.214, "D"),
        "2023": (0.227, "D"),
        "2024": (0.233, "D"),
        "2025 H1": (0.224, "D"),
    }


def test_definitions_agree_with_the_budget_house(tables: dict[str, pd.DataFrame]) -> None:
    amounts = unit_amounts(tables["payments"], tables["units"])
    areas = by_gesamtkreis(amounts, tables["gesamtkreis"])
    other = tables["gesamtkreis"].set_index(["kreis", "year"])
    mine = areas.set_index(["kreis", "year"])
    assert len(mine) > 60
    for name in ("soc_transfer_share", "soc_transfer_own_share", "soc_transfer_with_option_share"):
        pd.testing.assert_series_equal(mine[name], other.loc[mine.index, name], rtol=1e-12)


def test_opting_municipalities_are_named_with_and_without_their_federal_money(chapter: Result) -> None:
    summary = row(chapter, "option_summary")
    assert summary["municipalities"] == 10
    for name in ("Hamm", "Mülheim an der Ruhr", "Ennepe-Ruhr-Kreis", "Hochsauerlandkreis", "Kreis Steinfurt"):
        assert name in summary["names"]
    table = chapter.tables["option_areas"]
    known = table.dropna(subset=["soc_transfer_share"])
    assert summary["complete_areas"] == len(known) > 0
    assert (known["soc_transfer_with_option_share"] > known["soc_transfer_share"]).all()
    highest = row(
        chapter, "definition_shares", definition="soc_transfer_with_option_share", year=2011, kind="all"
    )
    assert known.query("year == 2011")["soc_transfer_with_option_share"].max() == pytest.approx(
        highest["highest_share"]
    )
