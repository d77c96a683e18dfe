"""Changes by hand: of one unit, and among towns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from dewak_research.planning.ages import GROUPS
from dewak_research.planning.change import (
    PeopleChange,
    change_among_towns,
    of_the_land,
    population_change,
    rates_spread,
)
from dewak_research.planning.draws import Floats32

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


BAND = ["change_low_pct", "change_pct", "change_high_pct"]
CHANGES = pd.DataFrame(
    [
        ("05111000", "80+", 10.0, 20.0, 40.0),
        ("05112000", "80+", -40.0, -20.0, 20.0),
        ("05113000", "80+", np.nan, np.nan, np.nan),
        ("05111", "80+", 0.0, 7.0, 27.0),
    ],
    columns=["ags", "age", *BAND],
)


def drawn(before: list[float], after: list[float]) -> Floats32:
    """Draws of one unit in which all people are women of 80 to 84, in a base year and two years later."""
    found = np.zeros((len(before), 3, 1, 2, len(GROUPS)), dtype=np.float32)
    found[:, 0, 0, 1, GROUPS.index("80-84")] = before
    found[:, 1] = 7.0
    found[:, 2, 0, 1, GROUPS.index("80-84")] = after
    return found


def test_every_draw_is_held_against_its_own_beginning() -> None:
    """Later all draws lie above the middle of the base (100); half of them fell nevertheless."""
    people = PeopleChange(2024, 2026)
    people(["05111000"], drawn([90.0, 100.0, 110.0, 120.0, 130.0], [104.0, 104.0, 104.0, 104.0, 104.0]))
    row = people.table().set_index("age").loc["80+"]
    own = [100 * (104 / before - 1) for before in (130, 120, 110, 100, 90)]
    assert np.allclose(row[BAND].astype(float), np.percentile(own, [5, 50, 95]), atol=1e-4)
    assert row["change_low_pct"] < 0 < row["change_high_pct"]


def test_an_error_of_the_base_that_stays_is_no_change() -> None:
    people = PeopleChange(2024, 2026)
    people(["05111000"], drawn([80.0, 100.0, 125.0], [88.0, 110.0, 137.5]))
    table = people.table().set_index("age")
    assert np.allclose(table.loc[["80+", "total"], BAND].astype(float), 10.0, atol=1e-4)
    assert table.loc["0-2", BAND].isna().all()


def test_the_change_of_a_unit_and_its_band() -> None:
    found = population_change(RANGE, 2040, CHANGES).set_index("ags")
    assert found.loc["05111000", ["persons", "p05", "p95", "first_year", "shown_year"]].tolist() == [
        *(100, 110, 140, 2024, 2040)
    ]
    assert np.allclose(found.loc["05111000", BAND].astype(float), [10, 20, 40])
    assert found.loc["05113000", BAND].isna().all()
    assert len(found) == 4


def test_towns_are_counted_without_their_kreise_and_sure_only_where_the_band_says_so() -> None:
    row = change_among_towns(population_change(RANGE, 2040, CHANGES)).iloc[0]
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
