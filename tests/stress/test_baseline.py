from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import StressParams
from dewak_research.errors import InputError
from dewak_research.rules import rule_set
from dewak_research.stress.baseline import growth_rates, path
from dewak_research.stress.items import BLOCKS, KEYS, POSITION, require_known, vector
from dewak_research.stress.run import prepare
from dewak_research.stress.what_if import run_once


@pytest.fixture(scope="module")
def real(stress_inputs):
    return prepare(stress_inputs, StressParams(), 5)


def small() -> pd.DataFrame:
    frame = pd.DataFrame({"ags": ["05001001", "05001002"], "result_eur": [-5.0, 3.0]})
    frame["last_year_booked"] = 2009
    frame["liquidity_flow_eur"] = [-6.0, 3.0]
    for key in KEYS:
        frame[f"{key}_eur"] = 0.0
    frame["gewst_eur"], frame["pers_eur"] = [100.0, -2.0], [60.0, 10.0]
    return frame


def test_items_equal_the_aggregates_of_the_account_map(stress_inputs) -> None:
    items = vector(stress_inputs["payments"]).set_index(["ags", "year"]).sort_index()
    totals = stress_inputs["unit_totals"].set_index(["ags", "year"]).sort_index()
    pairs = {
        "gewst": "trade_tax",
        "est": "income_tax_share",
        "ust": "vat_share",
        "sz": "key_grants",
        "uml": "umlagen_paid",
        "hzp": "social_sgb12",
        "asyl": "social_asylum",
        "sach": "goods_services",
        "zins": "interest",
    }
    for key, aggregate in pairs.items():
        np.testing.assert_allclose(items[f"{key}_eur"], totals[f"{aggregate}_eur"].astype(float), err_msg=key)


def test_all_reported_units_and_no_others_have_a_starting_point(stress_inputs, real) -> None:
    assert len(real.table) == 405
    assert "05914000" not in set(real.table["ags"])
    herten = real.table.set_index("ags").loc["05562020"]
    assert herten["years_used"] == "2009, 2010"
    kreis = real.table.set_index("ags").loc["05954"]
    assert kreis["ausgleichsruecklage_eur"] == pytest.approx(14.0e6, rel=0.01)
    assert kreis["start_ausgleichsruecklage_eur"] == pytest.approx(14.01e6 - 3.38e6, rel=0.01)
    assert (real.table["result_2009_basis"] == "booked").sum() >= 300
    assert not np.isnan(real.book.result_eur).any()


def test_key_grants_refund_only_towns_that_receive_them(real) -> None:
    is_kreis = (real.table["kind"] == "kreis").to_numpy()
    receives = real.book.items_eur[0, :, POSITION["sz"]] > 0
    assert (~receives & ~is_kreis).any()
    assert not real.book.refund_share[is_kreis | ~receives].any()
    assert (real.book.refund_share[receives & ~is_kreis] > 0.5).all()
    assert (real.book.net_share[is_kreis] == 1.0).all()
    assert (real.book.net_share[~is_kreis] < 0.95).all()


def test_what_2009_took_from_the_reserve_counts_for_the_first_year_of_n2(real) -> None:
    """N2 asks for two years in a row; 2009 is known. Unshocked, eleven units cross a year earlier than without it."""
    still = dict.fromkeys(BLOCKS, np.zeros(real.book.result_eur.shape))
    with_2009, without = (
        run_once(book, still, np.zeros(real.book.years), real.settings).triggers.first_year[:, 0]
        for book in (real.book, replace(real.book, quota_before=None))
    )
    earlier = (with_2009 >= 0) & ((without < 0) | (with_2009 < without))
    assert not np.isnan(real.book.quota_before[real.has_balance]).any()
    assert (with_2009[earlier] == 0).all()
    assert earlier.sum() == 11


def test_towns_of_a_kreis_share_its_levy_completely(real) -> None:
    layers = real.book.layers
    inside = np.zeros(len(layers.kreise))
    linked = layers.kreis_of >= 0
    np.add.at(inside, layers.kreis_of[linked], layers.share[linked])
    np.testing.assert_allclose(inside + layers.outside_share, 1.0)
    assert (layers.outside_share > -1e-9).all()


def test_the_path_grows_by_the_rates_and_keeps_the_rest() -> None:
    rates = np.zeros((2, len(KEYS)))
    rates[:, POSITION["gewst"]] = 0.1
    found = path(small(), rates, 2)
    np.testing.assert_allclose(found.result_eur[:, 0], [-5 + 10, -5 + 21])
    np.testing.assert_allclose(found.liquidity_flow_eur - found.result_eur, [[-1, 0], [-1, 0]])
    flat = path(small(), rates * 0, 3)
    np.testing.assert_allclose(flat.result_eur, [[-5, 3]] * 3)


def test_three_ways_to_carry_on(stress_inputs, real) -> None:
    panel = stress_inputs["tax_panel"]
    given = growth_rates(real.table, "given", {"default": 0.02, "gewst": 0.05}, panel)
    assert given[0, 0] == 0.05
    assert given[0, 5] == 0.02
    assert not growth_rates(real.table, "flat", {"default": 0.02}, panel).any()
    mean = growth_rates(real.table, "mean5", {"default": 0.02}, panel)
    at = real.ags.index("05911000")
    own = panel[panel["ags"] == "05911000"].set_index("year")["income_tax_share_eur_pc"]
    assert mean[at, 1] == pytest.approx((own[2009] / own[2004]) ** 0.2 - 1)
    for option, rates in (("mean6", {}), ("given", {"gewts": 0.1})):
        with pytest.raises(InputError):
            growth_rates(real.table, option, rates, panel)


def test_unknown_items_are_named_all_at_once() -> None:
    with pytest.raises(InputError) as caught:
        require_known(["gewts", "perss", "gewst"], "here")
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize("params", [{"budget_year": 2005, "rule_set": "go_nrw_2042"}])
def test_a_rule_set_that_does_not_exist_is_refused(stress_inputs, params) -> None:
    with pytest.raises(InputError, match="go_nrw_20"):
        prepare(stress_inputs, StressParams(**params), 5)


def test_a_year_before_the_law_is_refused() -> None:
    with pytest.raises(InputError, match="2005"):
        rule_set(2004)


@pytest.mark.slow
def test_the_whole_chapter_runs_and_repeats_itself(stress_inputs) -> None:
    from dewak_research.stress import backtests, chapter

    params = StressParams(draws=60, shapley_draws=20)
    first, second = (chapter.run(stress_inputs, params, 5, in_depth=("05562020", "05954")) for _ in range(2))
    past, again = (backtests.run(stress_inputs, 5, 40, 2.0, 5) for _ in range(2))
    for one, other in ((first, second), (past, again)):
        assert set(one.tables) == set(other.tables)
        for name, table in one.tables.items():
            pd.testing.assert_frame_equal(table, other.tables[name])
    assert not set(first.tables) & set(past.tables)
    assert len(first.tables["lights"]) == 427
    gone = first.tables["exhaustion"].set_index("ags")
    assert gone.loc["05562020", "overindebted_year"] == 2012
    assert gone.loc["05954", "ausgleichsruecklage_gone_year"] == 2012
    sought = set(first.tables["breaking"]["ags"])
    assert {"05562020", "05954", "05954032"} <= sought
    assert {ags[:5] for ags in sought} == {"05562", "05954"}
    assert len(first.tables["council_grid"]) == 405 * 10
    assert set(past.tables["forecast_origins"]["origin"]) == set(range(2005, 2019))
    pit = past.tables["forecast_pit"].groupby(["target", "candidate"])["share"].sum()
    assert pit.to_numpy() == pytest.approx(1.0)
