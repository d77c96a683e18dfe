"""Changes by hand: of one unit, and among towns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.planning.change import change_among_towns, of_the_land, population_change, rates_spread

RANGE = pd.DataFrame(
    [
        *(("05111000", 2024, "80+", 100, 100, 100), ("05111000", 2040, "80+", 110, 120, 140)),
        *(("05112000", 2024, "80+", 50, 50, 50), ("05112000", 2040, "80+", 30, 40, 60)),
        *(("05113000", 2024, "80+", 0, 0, 0), ("05113000", 2040, "80+", 0, 1, 2)),
        *(("05111", 2024, "80+", 150, 150, 150), ("05111", 2040, "80+", 150, 160, 190)),
        ("05111", 2030, "80+", 1, 1, 1),
    ],
    columns=["ags", "year", "age", "p05", "p50", "p95"],
)


def test_the_change_of_a_unit_and_its_band() -> None:
    found = population_change(RANGE, 2040).set_index("ags")
    assert found.loc["05111000", ["persons", "p05", "p95", "first_year", "shown_year"]].tolist() == [
        *(100, 110, 140, 2024, 2040)
    ]
    assert np.allclose(
        found.loc["05111000", ["change_low_pct", "change_pct", "change_high_pct"]].astype(float), [10, 20, 40]
    )
    assert found.loc["05113000", "change_pct"] is np.nan or np.isnan(found.loc["05113000", "change_pct"])
    assert len(found) == 4


def test_towns_are_counted_without_their_kreise_and_sure_only_where_the_band_says_so() -> None:
    row = change_among_towns(population_change(RANGE, 2040)).iloc[0]
    assert (row["towns"], row["growing"], row["shrinking"]) == (3, 1, 1)
    assert (row["surely_growing"], row["surely_shrinking"]) == (1, 0)
    assert np.isclose(row["median_pct"], 0.0)


def test_need_and_cost_of_the_land_are_the_sums_of_the_towns() -> None:
    split = pd.DataFrame(
        [
            (a, "s", "constant", 2024, 2040, 100.0, 130.0, 20.0, 10.0)
            for a in ("05111000", "05112000", "05111")
        ],
        columns=[
            "ags",
            "service",
            "scenario",
            "first_year",
            "last_year",
            "need_first",
            "need_last",
            "demography",
            "rate",
        ],
    )
    money = [
        ("05111000", 2024, 60.0),
        ("05112000", 2024, np.nan),
        ("05111000", 2040, 9.0),
        ("05111", 2024, 60.0),
    ]
    cost = pd.DataFrame(money, columns=["ags", "year", "gross_eur"]).assign(service="s", scenario="constant")
    net = cost.rename(columns={"gross_eur": "net_eur"}).assign(net_eur=cost["gross_eur"] / 2)
    row = of_the_land(split, cost, net).iloc[0]
    assert (row["need_first"], row["need_last"], row["gross_first_eur"], row["net_first_eur"]) == (
        200,
        260,
        60,
        30,
    )
    assert np.allclose(
        [row["change_pct"], row["demography_pct"], row["rate_pct"], row["net_share"]], [30, 20, 10, 0.5]
    )


def test_the_spread_of_assumptions_is_that_of_the_paths_against_today_at_constant_rates() -> None:
    rows = [
        ("constant", "05111000", 100.0, 90.0), ("damped", "05111000", 110.0, 150.0),
        ("policy", "05111000", 100.0, 90.0),
        ("constant", "05954036", 50.0, 60.0), ("damped", "05954036", 50.0, 50.0), ("policy", "05954036", 50.0, 75.0),
        ("constant", "05954", 50.0, 60.0), ("damped", "05954", 50.0, 50.0), ("policy", "05954", 50.0, 75.0),
        ("constant", "05954032", 0.0, 1.0), ("damped", "05954032", 0.0, 1.0), ("policy", "05954032", 0.0, 1.0),
    ]  # fmt: skip
    split = pd.DataFrame(rows, columns=["scenario", "ags", "need_first", "need_last"]).assign(
        service="all_day_school", first_year=2024, last_year=2040
    )
    found = rates_spread(split).set_index("ags")
    ends = ["constant_pct", "damped_pct", "policy_pct", "low_pct", "high_pct"]
    assert np.allclose(found.loc["05111000", ends].astype(float), [-10, 50, -10, -10, 50])
    assert np.allclose(found.loc["05954", ends].astype(float), [20, 0, 50, 0, 50])
    assert found.loc["05954032", ends].isna().all()
    assert found.loc["05", "need_first"] == 150, "towns alone, no Kreis twice"
    assert np.allclose(
        found.loc["05", ends].astype(float), 100 * (np.array([151, 201, 166, 151, 201]) / 150 - 1)
    )
