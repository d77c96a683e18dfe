import numpy as np
import pandas as pd
import pytest

from dewak_research.data import read_table
from dewak_research.data.accounts import account_map
from dewak_research.data.balance import balance_map, named_balance, with_register_keys
from dewak_research.ratios.inputs import from_balance
from dewak_research.ratios.kennzahlen import evaluate, ratios
from dewak_research.ratios.tables import (
    SHORT_TERM,
    groups,
    orientation,
    published,
    ratio_tables,
    short_term_orientation,
)


def units():
    return pd.DataFrame(
        {
            "ags": ["a", "b", "c", "d", "e"],
            "kind": ["kreis", "kreisfreie_stadt", *["kreisangehoerige_gemeinde"] * 3],
            "size_class": [None, "over_60k", "over_60k", "25k_60k", "under_10k"],
        }
    )


def values(ratio, figures, reason=None):
    return pd.DataFrame(
        {
            "ags": list("abcde"),
            "year": 2009,
            "ratio": ratio,
            "value": figures,
            "reason": pd.array(reason or [None] * 5, "str"),
        }
    )


def test_groups_of_a_unit():
    found = groups(units()).groupby("ags")["group"].apply(set).to_dict()
    assert found["a"] == {"all", "kreis"}
    assert found["b"] == {"all", "kreisfreie_stadt"}
    assert found["c"] == {"all", "kreisangehoerig", "large"}
    assert found["d"] == {"all", "kreisangehoerig", "medium"}
    assert found["e"] == {"all", "kreisangehoerig", "other"}


def test_means_stand_beside_the_published_values():
    lacks = "missing:annual_result"
    deficit = values("fehlbetragsquote", [np.nan] * 5, ["no_deficit", lacks, "no_deficit", lacks, lacks])
    rows = pd.concat([values("eigenkapitalquote_1", [20.0, 30.0, 40.0, 50.0, np.nan]), deficit])
    table = orientation(rows, units()).set_index(["ratio", "group"])
    everyone = table.loc[("eigenkapitalquote_1", "all")]
    assert (everyone["n"], everyone["mean_pct"], everyone["published_mean_pct"]) == (4, 35.0, 39.9)
    assert everyone["difference_pct_points"] == pytest.approx(-4.9)
    assert (everyone["n_with_result"], everyone["mean_with_result_pct"]) == (2, 30.0)
    assert np.isnan(table.loc[("eigenkapitalquote_1", "other"), "mean_pct"])
    assert len(table) == 14


def test_published_values_as_read():
    table = published().set_index(["ratio", "group"])
    assert table.loc[("eigenkapitalquote_1", "kreisfreie_stadt")].tolist() == [25.7, -19.5, 42.2]
    assert table.loc[("eigenkapitalquote_2", "large"), "published_mean_pct"] == 66.3
    assert np.isnan(table.loc[("eigenkapitalquote_2", "large"), "published_low_pct"])


def kind_of(ags):
    return (
        "kreis"
        if len(ags) == 5
        else "kreisfreie_stadt"
        if ags.endswith("000")
        else "kreisangehoerige_gemeinde"
    )


def test_the_balance_sheets_of_2009_stay_near_the_published_means():
    """Two sources, independently made: the statistics and the handbook's survey (METHODS B.3)."""
    towns = read_table("towns")["ags"]
    cities = {ags[:5] for ags in towns if ags.endswith("000")}
    kreise = sorted({ags[:5] for ags in towns} - cities)
    named = named_balance(with_register_keys(read_table("balance_sheets"), kreise), [*towns, *kreise])
    no_payments = pd.DataFrame({"ags": pd.array([], "str"), "year": pd.array([], "int64")})
    table = evaluate(from_balance(named, no_payments), "balance")
    made = pd.DataFrame({"ags": named["ags"], "kind": named["ags"].map(kind_of), "size_class": None})
    difference = orientation(table, made).set_index(["ratio", "group"])["difference_pct_points"]
    assert difference.dropna().abs().max() < 3.5
    assert len(difference.dropna()) == 8
    assert difference.loc[("eigenkapitalquote_1", "all")] == pytest.approx(-2.338, abs=0.001)


@pytest.fixture
def inputs():
    keys = [f"05{i:06d}" for i in range(8)]
    amounts = {f"{name}_eur": 10.0 for name in account_map()}
    balance = {f"{name}_eur": 10.0 for name in balance_map().items}
    return {
        "units": pd.DataFrame({"ags": keys, "kind": "kreisangehoerige_gemeinde", "size_class": "over_60k"}),
        "unit_totals": pd.DataFrame([{"ags": k, "year": 2009, **amounts} for k in keys[:7]]),
        "balance": pd.DataFrame([{"ags": k, **balance} for k in keys[:6]]).assign(annual_result_eur=np.nan),
    }


def test_all_ratios_come_with_their_peers(inputs):
    keys = inputs["units"]["ags"]
    everybody = pd.DataFrame([(a, b) for a in keys for b in keys], columns=["ags", "peer"])
    tables = ratio_tables(inputs, everybody)
    table = tables["nkf_ratios"]
    assert set(table["ratio"]) == set(ratios())
    assert {"peers_known", "peer_median", "peer_percentile"} <= set(table.columns)
    share = table[table["ratio"] == "eigenkapitalquote_2"]
    assert share["peers_known"].eq(5).all()
    assert share["peer_median"].eq(200.0).all()
    assert share["peer_percentile"].eq(50.0).all()
    means = tables["nkf_orientation"].set_index(["ratio", "group"])["published_mean_pct"]
    assert means["eigenkapitalquote_1", "large"] == 46.4
    assert tables["nkf_orientation"]["n"].fillna(0).max() == 6


def test_short_term_ratios_stand_beside_the_published_values_with_the_reason() -> None:
    values = [50.0, 70.0, 80.0, 90.0, 5000.0, 60.0]
    made = pd.DataFrame({"ags": [f"{i:08d}" for i in range(6)], "kind": "kreisangehoerige_gemeinde",
                         "size_class": "over_60k"})  # fmt: skip
    rows = pd.DataFrame({"ags": made["ags"], "year": 2009, "ratio": "liquiditaet_2", "value": values})
    table = short_term_orientation(rows, made).set_index("group")
    assert table.loc["all", ["n", "median_pct", "above_highest"]].tolist() == [6, 75.0, 1]
    assert table.loc["all", "mean_pct"] == pytest.approx(5350 / 6)
    assert table.loc["all", ["closest", "reason"]].tolist() == ["median", "single_units"]
    assert table.loc["large", "published_mean_pct"] == 64.9


def test_a_published_highest_value_that_is_not_known_counts_nothing() -> None:
    found = published(SHORT_TERM).set_index(["ratio", "group"])
    assert pd.isna(found.loc[("liquiditaet_2", "medium"), "published_high_pct"])
    assert found.loc[("kurzfristige_verbindlichkeitsquote", "other")].tolist() == [3.2, 0.4, 21.7]
