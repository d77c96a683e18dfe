from __future__ import annotations

import pandas as pd
import pytest

from dewak_research.disparities.booked import definition_table, type_table
from dewak_research.disparities.definitions import (
    Part,
    by_gesamtkreis,
    definition,
    registry,
    sum_parts,
    unit_amounts,
)
from dewak_research.errors import InputError

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
    parts = amounts[[f"{name}_eur" for name in registry().types]].sum(axis=1)
    assert parts.tolist() == pytest.approx(amounts["soc_transfer_share_numerator_eur"].tolist())


def test_only_heads_count_where_a_part_says_so(payments: pd.DataFrame) -> None:
    ready = payments.astype({"product_group": "category", "account": "category"})
    part = (Part(accounts=("7372",), heads=True),)
    assert sum_parts(ready, part, frozenset(["05170", "05111000"])).sum() == 0
    assert sum_parts(ready, (Part(accounts=("7372",)),), frozenset()).sum() == 30


def test_incomplete_areas_are_left_out(payments: pd.DataFrame) -> None:
    incomplete = GESAMTKREIS.assign(complete=[True, False])
    assert by_gesamtkreis(unit_amounts(payments, UNITS), incomplete)["kreis"].tolist() == ["05111"]


def test_tables_hold_every_definition_and_kind(payments: pd.DataFrame) -> None:
    amounts = unit_amounts(payments, UNITS)
    areas = by_gesamtkreis(amounts, GESAMTKREIS)
    table = definition_table(areas, amounts, 100, 1)
    assert set(table["definition"]) == set(registry().definitions)
    both = table[(table["definition"] == "soc_transfer_share") & (table["kind"] == "all")].iloc[0]
    assert both["value_share"] == pytest.approx(50 / 200)
    assert both["areas"] == 2
    types = type_table(areas)
    whole = types[types["kind"] == "all"]
    assert whole["part_share"].sum() == pytest.approx(1)


def test_unknown_definition_names_the_nearest() -> None:
    with pytest.raises(InputError, match="soc_transfer_share"):
        definition("soc_transfer_shar")


def test_missing_column_is_named(payments: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="account"):
        unit_amounts(payments.drop(columns="account"), UNITS)


def test_published_values_are_those_of_the_method_chapter() -> None:
    found = {p.period: (p.value_share, p.tag) for p in registry().published}
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
    for name, theirs in (
        ("soc_transfer_share", "soc_transfer_share"),
        ("soc_transfer_own_share", "soc_transfer_share_own"),
    ):
        pd.testing.assert_series_equal(
            mine[name], other.loc[mine.index, theirs], check_names=False, rtol=1e-12
        )
