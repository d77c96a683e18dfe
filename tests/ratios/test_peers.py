import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import percentileofscore

from dewak_research.ratios.kennzahlen import with_peers


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
    found = with_peers(table(values), everybody(len(values)))
    for i, row in found.iterrows():
        others = np.array([v for j, v in enumerate(values) if j != i and not np.isnan(v)])
        if np.isnan(values[i]) or len(others) < 5:
            assert np.isnan(row["percentile"])
        else:
            assert row["percentile"] == pytest.approx(percentileofscore(others, values[i], kind="mean"))
        if len(others) >= 5:
            assert row["peer_median"] == np.median(others)
        assert row["peer_n"] == len(others)


def test_an_undefined_value_still_shows_what_its_peers_have():
    found = with_peers(table([np.nan, 1.0, 2.0, 3.0, 4.0, 5.0]), everybody(6))
    assert found.loc[0, "peer_median"] == 3.0
    assert np.isnan(found.loc[0, "percentile"])


def test_too_few_peers_say_nothing():
    found = with_peers(table([1.0, 2.0, 3.0]), everybody(3))
    assert found["peer_median"].isna().all()
    assert found["peer_n"].tolist() == [2, 2, 2]


def test_a_unit_without_peers_keeps_its_row():
    found = with_peers(table([1.0, 2.0]), everybody(2).iloc[:0])
    assert found["value"].tolist() == [1.0, 2.0]
    assert found["peer_n"].tolist() == [0, 0]


def test_years_and_bases_are_kept_apart():
    both = pd.concat([table([1.0] * 6), table([9.0] * 6).assign(year=2010)], ignore_index=True)
    found = with_peers(both, everybody(6))
    assert found.groupby("year")["peer_median"].first().to_dict() == {2009: 1.0, 2010: 9.0}
    assert found["percentile"].eq(50.0).all()
