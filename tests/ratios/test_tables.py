import numpy as np
import pandas as pd
import pytest

from dewak_research.data.accounts import account_map
from dewak_research.data.balance import balance_map
from dewak_research.ratios.kennzahlen import ratios
from dewak_research.ratios.tables import ratio_tables


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


def test_all_ratios_come_with_peers_and_numbers(inputs):
    keys = inputs["units"]["ags"]
    everybody = pd.DataFrame([(a, b) for a in keys for b in keys], columns=["ags", "peer"])
    tables, values = ratio_tables(inputs, everybody)
    table = tables["nkf_ratios"]
    assert set(table["ratio"]) == set(ratios())
    assert {"peers_known", "peer_median", "peer_percentile"} <= set(table.columns)
    share = table[table["ratio"] == "eigenkapitalquote_2"]
    assert share["peers_known"].eq(5).all()
    assert share["peer_median"].eq(200.0).all()
    assert share["peer_percentile"].eq(50.0).all()
    assert values["nkf_balance_units"] == 6
    assert values["nkf_result_units"] == 0
    assert values["nkf_eigenkapitalquote_1_large_published_pct"] == 46.4
    assert tables["nkf_orientation"]["n"].fillna(0).max() == 6
