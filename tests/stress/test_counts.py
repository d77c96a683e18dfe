"""Counts and medians over all units: each is recounted by hand on a small table."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dewak_research.stress.contributions import variance_shares
from dewak_research.stress.distribution import exhaustion
from dewak_research.stress.episodes import episode_counts, episode_losses
from dewak_research.stress.imputed import imputed_variance
from dewak_research.stress.items import POSITION
from dewak_research.stress.light import CLASSES, before_and_now, light_counts, published
from dewak_research.stress.opening import balance_date, balance_date_counts, balance_dates
from dewak_research.stress.pool import history, imputed_variance_share
from dewak_research.stress.reverse import reverse_counts
from dewak_research.stress.three_baselines import baseline_counts
from dewak_research.stress.what_if import grid_counts
from stress import engine_case as case


def test_lights_are_counted_at_both_ends_and_those_that_change_are_known() -> None:
    lights = pd.DataFrame(
        {
            "light": ["green", "green", "amber", "red", "no_data"],
            "light_low": ["green", "green", "green", "red", "no_data"],
            "light_high": ["green", "amber", "amber", "red", "no_data"],
        }
    )
    found = light_counts(lights).set_index("light")
    assert found["units"].to_dict() == {"green": 2, "amber": 1, "red": 1, "known": 4, "no_data": 1}
    assert found["units_low"].to_dict() == {"green": 3, "amber": 0, "red": 1, "known": 4, "no_data": 1}
    assert found.loc["amber", "units_high"] == 2
    assert found["changed"].to_dict() == {"green": 1, "amber": 1, "red": 0, "known": 2, "no_data": 0}


def test_grid_counts_only_units_whose_reserves_are_known() -> None:
    grid = pd.DataFrame(
        {
            "revenue_fall_share": [0.1] * 4,
            "interest_rise_pp": [3.0] * 4,
            "trigger": pd.array(["N1", "none", pd.NA, "N3"], dtype="string"),
            "loss_total_eur_pc": [1.0, 2.0, 3.0, 10.0],
        }
    )
    found = grid_counts(grid).iloc[0]
    assert (found["known"], found["triggered"]) == (3, 2)
    assert found["triggered_share"] == pytest.approx(2 / 3)
    assert found["loss_total_median_eur_pc"] == 2.5


def test_episodes_count_what_comes_on_top_and_the_median_loss_by_kind() -> None:
    episodes = pd.DataFrame(
        {
            "ags": list("abcd"),
            "scenario": "X",
            "trigger": pd.array(["N2", "none", pd.NA, "N1"], dtype="string"),
            "loss_worst_year_eur_pc": [10.0, 30.0, 5.0, 10.0],
        }
    )
    unshocked = pd.Series(pd.array(["none", "N3", pd.NA, "N1"], dtype="string"), index=list("abcd"))
    counted = episode_counts(episodes, unshocked).iloc[0]
    assert (counted["known"], counted["triggered"]) == (3, 2)
    assert (counted["added"], counted["freed"]) == (1, 1), "one joins, one leaves: no net count hides either"
    losses = episode_losses(episodes, pd.Series({"a": "town", "b": "town", "c": "kreis", "d": "town"}))
    assert losses.set_index("kind")["loss_worst_year_median_eur_pc"].to_dict() == {"town": 10.0, "kreis": 5.0}


def test_reverse_counts_keep_never_and_unshocked_apart() -> None:
    table = pd.DataFrame({"direction": "D", "lambda_star": [0.0, 0.5, 1.0, 4.0, np.inf, np.nan]})
    found = reverse_counts(table).iloc[0]
    assert (found["known"], found["unshocked"], found["within_one"], found["never"]) == (5, 1, 2, 1)
    assert found["lambda_star_median"] == 1.0


def test_exhaustion_names_the_year_in_which_the_reserve_is_used_up() -> None:
    """30 at 10 a year last through 2010, 2011, 2012: the third year uses up the last euro."""
    baseline = pd.DataFrame(
        {
            "ags": list("abcd"),
            "has_balance": [True, True, True, False],
            "result_eur": [-10.0, -10.0, 5.0, -1.0],
            "start_ausgleichsruecklage_eur": [30.0, 31.0, 30.0, np.nan],
        }
    )
    fan = pd.DataFrame(
        {
            "ags": ["a"] * 3 + ["b"] * 3,
            "measure": "equity",
            "year": [2010, 2011, 2012] * 2,
            "p50_eur": [3.0, -1.0, -2.0, 3.0, 2.0, 0.0],
        }
    )
    found = exhaustion(baseline, fan).set_index("ags")
    assert list(found.index) == ["a", "b", "c"]
    assert found.loc["a", "ausgleichsruecklage_gone_year"] == 2012
    assert found.loc["b", "ausgleichsruecklage_gone_year"] == 2013
    assert pd.isna(found.loc["c", "ausgleichsruecklage_gone_year"])
    assert found.loc["a", "overindebted_year"] == 2011
    assert pd.isna(found.loc["b", "overindebted_year"])


def test_balance_date_compares_only_sheets_that_show_both_years() -> None:
    balance = pd.DataFrame(
        {"liquidity_credit_eur": [110.0, 50.0], "liquidity_credit_previous_eur": [100.0, 0.0]}
    )
    cities = pd.DataFrame(
        {"ags": ["c"], "rise_eur": [9.0], "predicted_2008_eur": [8.0], "predicted_2009_eur": [4.0]}
    )
    found = balance_date(balance, cities).iloc[0]
    assert (found["cities"], found["error_2008_median_eur"], found["error_2009_median_eur"]) == (1, 1.0, 5.0)
    assert found["liquidity_credit_eur"] == 160.0
    assert found["growth_share"] == pytest.approx(0.1)
    assert found["land_stock_2008_eur"] * (1 + found["land_growth_share"]) ** 3 == pytest.approx(
        found["land_stock_2011_eur"]
    )


def test_history_says_how_many_years_of_an_item_are_observed() -> None:
    pool = case.pool()
    pool.filled[:5, :] = True
    found = history(pool).set_index("item")
    assert (found.loc["kdu", "years"], found.loc["kdu", "years_observed"]) == (12, 7)
    assert (found.loc["gewst", "first_year"], found.loc["gewst", "last_year"]) == (2000, 2011)
    assert found.loc["gewst", "crisis_years"] == pool.crisis_years.sum() > 0


def test_variance_shares_are_medians_over_units_of_a_kind() -> None:
    blocks = dict.fromkeys(("transfers", "social", "staff_goods", "interest", "umlagen"), 0.0)
    rows = [
        {"ags": ags, **blocks, "taxes": taxes, "social": 10 - taxes, "total": 10.0}
        for ags, taxes in zip("abc", (1.0, 4.0, 9.0), strict=True)
    ]
    kinds = pd.Series({"a": "town", "b": "town", "c": "town"})
    found = variance_shares(pd.DataFrame(rows), kinds).set_index("block")["share"]
    assert found["taxes"] == pytest.approx(0.4)
    assert found["social"] == pytest.approx(0.6)


def test_an_item_that_moves_alone_is_the_whole_variance_of_kreis_and_town() -> None:
    """Housing costs of the Kreis reach the towns a year later: the same euros in numerator and denominator."""
    run = case.run()
    only, filled = np.zeros_like(run.pool.factors), np.zeros_like(run.pool.filled)
    at = POSITION["kdu"]
    only[:, at] = np.linspace(-0.2, 0.2, len(only))
    filled[::2, at] = True
    still = replace(run.book.taxes, scale=run.book.taxes.scale * 0, mean_log=run.book.taxes.mean_log * 0)
    params = run.params.model_copy(update={"cost_spread": {}, "rate_spread_pp": 0.0})
    alone = replace(
        run,
        params=params,
        pool=replace(run.pool, factors=only, filled=filled),
        book=replace(run.book, taxes=still),
        settings=replace(run.settings, borrowing_rate_share=0.0),
    )
    found = imputed_variance(alone, 400).set_index("kind")
    np.testing.assert_allclose(found["items_share"], 1.0, rtol=1e-5)
    assert found.loc["kreis", "imputed_share"] == pytest.approx(imputed_variance_share(alone.pool)[at])


def test_sheets_are_dated_by_their_own_figures() -> None:
    """a: no result and the same assets on both sides; b: credit rose by 500, of which 2009 booked 100; c: neither."""
    balance = pd.DataFrame({
        "ags": ["05001001", "05001002", "05101000"], "annual_result_eur": [np.nan, -5.0, 3.0],
        "fixed_assets_eur": [50.0, 60.0, 70.0], "fixed_assets_previous_eur": [50.0, 55.0, 72.0],
        "liquidity_credit_eur": [9.0, 900.0, 500.0], "liquidity_credit_previous_eur": [9.0, 400.0, 460.0],
    })  # fmt: skip
    flows = pd.DataFrame([("05001002", 2009, 100.0), ("05101000", 2009, 45.0), ("05101000", 2010, 60.0)],
                         columns=["ags", "year", "liquidity_credit_flow_eur"])  # fmt: skip
    units = pd.DataFrame({"ags": balance["ags"], "population": [1, 1, 1],
                          "kind": ["kreisangehoerige_gemeinde"] * 2 + ["kreisfreie_stadt"]})  # fmt: skip
    kreise = pd.DataFrame(
        {"ags": ["05101"], "year": [2010], "population": [2.0], "liquidity_credit_eur_pc": [285.0]}
    )
    found = balance_dates(balance, flows, units, kreise)
    assert found["balance_date_flag"].tolist() == ["opening", "rejects_2009", "undecided"]
    assert (
        found["credit_end_2010_eur"].tolist()[2] == 570.0 and found["credit_end_2010_eur"].isna().sum() == 2
    )
    counts = balance_date_counts(found).set_index("balance_date_flag")
    assert counts["units"].to_dict() == {"opening": 1, "rejects_2009": 1, "undecided": 1}
    assert counts["bears_out_2009"].to_dict() == {"opening": 0, "rejects_2009": 0, "undecided": 1}
    late = balance_dates(balance, flows, units, kreise.assign(liquidity_credit_eur_pc=291.0))
    assert late["balance_date_flag"].tolist()[2] == "rejects_2009"  # 582 − 500 − 60 is more than 20 a head


def test_lights_on_three_baselines_are_counted_one_by_one() -> None:
    said = {"a": ("red", "red", "red"), "b": ("red", "amber", "red"), "c": ("amber", "amber", "green"),
            "d": ("no_data", "red", "green")}  # fmt: skip
    names = ("booked", "mean5", "structural")
    rows = [(ags, name, light) for ags, row in said.items() for name, light in zip(names, row, strict=True)]
    found = baseline_counts(pd.DataFrame(rows, columns=["ags", "baseline", "light"])).set_index("baseline")
    assert found[["green", "amber", "red", "changed"]].values.tolist() == [
        [0, 1, 2, 0],
        [0, 2, 1, 1],
        [1, 0, 2, 1],
    ]
    assert found["same_on_all"].tolist() == [1, 1, 1]
    assert found.loc["structural", ["first_year", "last_year", "years"]].tolist() == [2007, 2011, 3]


def test_lights_as_published_have_not_changed() -> None:
    lights = [(ags, light) for light, units in published()["lights"].items() for ags in str(units).split()]
    found = before_and_now(pd.DataFrame(lights, columns=["ags", "light"]))
    table = found["light_changes"].set_index("before")
    counts = Counter(light for _, light in lights)
    for before, now in itertools.product(CLASSES, repeat=2):
        assert table.loc[before, now] == (counts[now] if before == now else 0)
    assert table.loc["all", ["units", "changed"]].tolist() == [len(lights), 0]
    assert found["published_engine"].iloc[0]["version"] == published()["version"]
