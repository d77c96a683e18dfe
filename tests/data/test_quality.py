import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.quality import identical_shares, no_municipality, record_status, usable


def payments(records: dict[tuple[str, int], dict[str, int]]) -> pd.DataFrame:
    rows = [
        (ags, year, "999", account, amount)
        for (ags, year), booked in records.items()
        for account, amount in booked.items()
    ]
    return pd.DataFrame(rows, columns=["ags", "year", "product_group", "account", "amount_eur"])


SMALL = payments(
    {
        ("A", 2009): {"6": 10, "6013": 4, "6021": 6},
        ("A", 2010): {"6": 11, "6013": 4, "6021": 7, "6111": 0},
        ("B", 2009): {"6": 10, "6013": 4, "6021": 6},
        ("B", 2010): {"6": 11, "6013": 4, "6021": 6},
        ("C", 2010): {"6": 1},
    }
)
NOTHING = pd.DataFrame({"ags": ["C"], "year": [2009], "suppressed_cells": [7]})


def test_the_share_counts_this_years_accounts_and_needs_the_year_before() -> None:
    shares = identical_shares(SMALL).set_index(["ags", "year"])["identical_share"]
    assert shares.to_dict() == {("A", 2010): pytest.approx(1 / 4), ("B", 2010): pytest.approx(2 / 3)}


def test_more_than_half_is_carried_forward_and_half_is_not() -> None:
    half = payments({("A", 2009): {"6": 1, "6013": 1}, ("A", 2010): {"6": 2, "6013": 1}})
    assert record_status(half, NOTHING, ["A"])["status"].tolist() == ["reported", "reported"]
    status = record_status(SMALL, NOTHING, ["A", "B", "C", "D"]).set_index(["ags", "year"])
    assert status.loc[("B", 2010), "status"] == "carried_forward"
    assert status.loc[("C", 2009), "status"] == "unreported"
    assert status.loc[("C", 2009), "suppressed_cells"] == 7
    assert status.loc[("D", 2010), "status"] == "unreported"
    assert len(usable(SMALL, status.reset_index())) == len(SMALL) - 3


def test_keys_outside_the_register_are_named() -> None:
    assert no_municipality(["A", "Z", "Z"], ["A", "B"]) == ["Z"]


@pytest.fixture(scope="module")
def status() -> pd.DataFrame:
    towns = read_table("towns")
    kreise = towns.loc[~towns["kreisfrei"], "kreis"].unique().tolist()
    return record_status(
        read_table("booked_payments"), read_table("suppressed_payments"), [*towns["ags"], *kreise]
    )


def test_the_rule_finds_exactly_the_units_the_publisher_repeats(status: pd.DataFrame) -> None:
    carried = status[status["status"] == "carried_forward"]
    assert carried.groupby("year").size().to_dict() == {2010: 13, 2011: 16}
    in_2011 = set(carried.loc[carried["year"] == 2011, "ags"])
    assert {"05562020", "05112000", "05114000"} <= in_2011
    herten = carried[(carried["ags"] == "05562020")]["identical_share"]
    assert herten.tolist() == [pytest.approx(0.88)]


def test_the_rule_is_not_on_an_edge(status: pd.DataFrame) -> None:
    shares = status["identical_share"].dropna()
    assert shares[shares <= 0.5].max() < 0.2
    assert shares[shares > 0.5].min() > 0.6


def test_unreported_units_are_counted(status: pd.DataFrame) -> None:
    gone = status[status["status"] == "unreported"]
    length = gone["ags"].str.len()
    assert gone[length == 8].groupby("year").size().tolist() == [52, 54, 42]
    assert gone[length == 5].groupby("year").size().tolist() == [4, 4, 5]
    assert gone.loc[gone["ags"] == "05914000", "year"].tolist() == [2009, 2010, 2011]
    assert gone.loc[gone["ags"] == "05954", "year"].tolist() == [2011]
    assert (gone["suppressed_cells"] > 0).all()
