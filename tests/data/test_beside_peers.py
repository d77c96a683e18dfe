import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import percentileofscore

from dewak_research.data.peers import beside_peers

BY = ["year", "ratio", "basis"]


def table(values):
    return pd.DataFrame(
        {
            "ags": [f"{i:08d}" for i in range(len(values))],
            "year": 2009,
            "ratio": "zuwendungsquote",
            "basis": "cash_proxy",
            "value": values,
        }
    )


def everybody(n, rng=None):
    return pd.DataFrame(
        [(f"{i:08d}", f"{j:08d}") for i in range(n) for j in range(n)], columns=["ags", "peer"]
    )


@settings(deadline=None, max_examples=40)
@given(st.lists(st.one_of(st.integers(0, 9).map(float), st.just(np.nan)), min_size=7, max_size=15))
def test_median_and_percentile_against_scipy(values):
    found = beside_peers(table(values), everybody(len(values)), by=BY)
    for i, row in found.iterrows():
        others = np.array([v for j, v in enumerate(values) if j != i and not np.isnan(v)])
        if np.isnan(values[i]) or len(others) < 5:
            assert np.isnan(row["peer_percentile"])
        else:
            assert row["peer_percentile"] == pytest.approx(percentileofscore(others, values[i], kind="mean"))
        if len(others) >= 5:
            assert row["peer_median"] == np.median(others)
        assert row["peers_known"] == len(others)


def test_an_undefined_value_still_shows_what_its_peers_have():
    found = beside_peers(table([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0]), everybody(6), by=BY)
    assert found.loc[0, "peer_median"] == 3.0
    assert np.isnan(found.loc[0, "peer_percentile"])


def test_too_few_peers_say_nothing():
    found = beside_peers(table([1.0, 2.0, 3.0]), everybody(3), by=BY)
    assert found["peer_median"].isna().all()
    assert found["peers_known"].tolist() == [2, 2, 2]


def test_a_unit_without_peers_keeps_its_row():
    found = beside_peers(table([1.0, 2.0]), everybody(2).iloc[:0], by=BY)
    assert found["value"].tolist() == [1.0, 2.0]
    assert found["peers_known"].tolist() == [0, 0]


def test_years_and_bases_are_kept_apart():
    both = pd.concat([table([1.0] * 6), table([9.0] * 6).assign(year=2010)], ignore_index=True)
    found = beside_peers(both, everybody(6), by=BY)
    assert found.groupby("year")["peer_median"].first().to_dict() == {2009: 1.0, 2010: 9.0}
    assert found["peer_percentile"].eq(50.0).all()


def test_rank_one_is_the_highest_and_ties_share_the_better_place():
    found = beside_peers(table([5.0, 9.0, 5.0, 1.0, np.nan, 7.0]), everybody(6), by=BY, fewest=1)
    assert found["rank"].tolist() == [3, 1, 3, 5, pd.NA, 2]


def test_the_position_is_that_among_the_own_peers_only():
    neighbours = pd.DataFrame({"ags": "00000000", "peer": [f"{i:08d}" for i in range(1, 6)]})
    found = beside_peers(table([3.0, 1.0, 2.0, 4.0, 5.0, 6.0, 0.0, 0.0, 0.0]), neighbours, by=BY)
    assert found.loc[0, ["peers_known", "peer_median", "peer_percentile", "rank"]].tolist() == [
        5,
        4.0,
        40.0,
        4,
    ]
