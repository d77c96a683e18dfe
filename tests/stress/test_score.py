import math

import numpy as np
import pytest

from dewak_research.rules import document, sources
from dewak_research.stress.score import (
    designation,
    fsms_points,
    fsms_score,
    light,
    light_definitions,
    vng_index,
)

BEST = {
    "available_fund_balance": 30.0,
    "total_fund_balance": 40.0,
    "operating_deficits": 0,
    "cash_ratio": 300.0,
    "cash_months": 400.0,
    "short_term_borrowing": 0.0,
    "borrowing_trend": 0,
    "personnel": 40.0,
    "debt_service": 2.0,
}
WORST = {
    "available_fund_balance": -1.0,
    "total_fund_balance": 0.0,
    "operating_deficits": 3,
    "cash_ratio": 10.0,
    "cash_months": 10.0,
    "short_term_borrowing": 20.0,
    "borrowing_trend": 3,
    "personnel": 80.0,
    "debt_service": 30.0,
}


def test_the_table_adds_up_to_a_hundred_and_names_its_source():
    table = document("scorecards/fsms")
    assert sum(i["max_points"] for i in table["indicators"].values()) == 100
    assert all(i["steps"][0][1] == i["max_points"] for i in table["indicators"].values())
    assert all(sources()[s].name for s in table["source"])


def test_best_and_worst():
    assert (fsms_score(BEST).points, fsms_score(BEST).designation) == (0.0, "none")
    assert (fsms_score(WORST).points, fsms_score(WORST).designation) == (100.0, "significant")


def test_a_score_of_62_5_is_moderate():
    # 25 + 12.5 + 10 + 10 + 5 = 62.5 points
    town = BEST | {
        "available_fund_balance": -2.0,
        "total_fund_balance": 15.0,
        "operating_deficits": 3,
        "cash_ratio": 50.0,
        "borrowing_trend": 3,
    }
    score = fsms_score(town)
    assert (score.points, score.designation) == (62.5, "moderate")
    assert score.by_indicator["total_fund_balance"] == 12.5


@pytest.mark.parametrize(
    ("indicator", "figure", "points"),
    [
        ("available_fund_balance", 3.33, 18.75),
        ("available_fund_balance", 3.34, 12.5),
        ("available_fund_balance", 10.01, 0),
        ("total_fund_balance", 20.0, 6.25),
        ("operating_deficits", 2, 6.67),
        ("cash_ratio", 100.0, 3.33),
        ("short_term_borrowing", 5.0, 1.67),
        ("short_term_borrowing", 5.01, 3.33),
        ("short_term_borrowing", 0.0, 0),
        ("personnel", 65.0, 1.67),
        ("personnel", 64.9, 0),
        ("debt_service", 20.0, 5),
    ],
)
def test_limits_as_published(indicator, figure, points):
    assert fsms_points(indicator, figure) == points


def test_towns_have_their_own_cash_limits():
    assert fsms_points("cash_months", 40.0) == 10
    assert fsms_points("cash_months", 40.0, "towns_and_villages") == 6.67


@pytest.mark.parametrize(
    ("points", "key"),
    [
        (65, "significant"),
        (64.9, "moderate"),
        (55, "moderate"),
        (54.9, "susceptible"),
        (45, "susceptible"),
        (44.9, "none"),
    ],
)
def test_designations(points, key):
    assert designation(points)[0] == key


def test_missing_figures_are_no_data_not_healthy():
    score = fsms_score({k: v for k, v in BEST.items() if k != "personnel"})
    assert math.isnan(score.points)
    assert score.designation == "no_data"
    assert score.missing == ("personnel",)


def test_an_indicator_that_does_not_apply_is_weighted_out():
    worst_without = fsms_score(WORST | {"personnel": math.nan}, not_applicable=("personnel",))
    assert worst_without.points == 100.0
    half = fsms_score(BEST | {"available_fund_balance": -1.0}, not_applicable=("total_fund_balance",))
    assert half.points == round(100 * 25 / 75, 1)


def test_unknown_indicators_are_refused():
    with pytest.raises(KeyError, match="mood"):
        fsms_score(BEST | {"mood": 1.0})


@pytest.mark.parametrize(
    ("orange", "red", "index", "sufficient"),
    [(0, 0, 10, True), (4, 2, 6, True), (5, 2, 5.5, False), (0, 10, 0, False)],
)
def test_vng_index(orange, red, index, sufficient):
    assert vng_index(orange, red) == (index, sufficient)


def test_vng_counts_ten_ratios():
    with pytest.raises(ValueError, match="ten"):
        vng_index(6, 5)


def test_light_at_its_limits():
    shares = np.array([1.0, 0.9, 0.8999, 0.7, 0.6999, 0.0, np.nan])
    assert light(shares).tolist() == ["green", "green", "amber", "amber", "red", "red", "no_data"]
    assert str(light(0.95)) == "green"


def test_definitions_stand_beside_the_light():
    shown = light_definitions()
    assert list(shown) == ["green", "amber", "red", "no_data"]
    assert "90" in shown["green"][1].de
    assert "70" in shown["red"][1].en
    assert "{" not in "".join(d.de + d.en for _, d in shown.values())
