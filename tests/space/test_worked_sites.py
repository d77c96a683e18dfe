"""Worked sites: a row of towns with one aim each."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from dewak_research.config import SpaceParams
from dewak_research.space.access import Ways
from dewak_research.space.supply import Kind, Supply
from dewak_research.space.worked_sites import beyond_by_kreis, sites_of_kreise

KM = 360.0 / (2.0 * np.pi * 6371.0088)


def _row_of_towns() -> pd.DataFrame:
    """Five towns on a meridian at 0, 4, 8, 12 and 20 km."""
    return pd.DataFrame(
        {
            "ags": [f"0500{i}" for i in range(5)],
            "name": list("abcde"),
            "kreis": "05000",
            "longitude": 7.0,
            "latitude": 51.0 + KM * np.array([0.0, 4.0, 8.0, 12.0, 20.0]),
        }
    )


def test_three_aims_choose_three_places() -> None:
    people = np.array([50.0, 10.0, 10.0, 10.0, 10.0])
    found = sites_of_kreise(_row_of_towns(), people, ["05000"], SpaceParams(detour=1.0, far_km=5.0))
    one = found[found["number"] == 1].set_index("aim")
    # within 5 km of b: a, b, c = 70 of 90; mean way: 530 from b against 510 from a … by hand below
    total = {
        i: float(np.abs(np.array([0, 4, 8, 12, 20.0]) - at) @ people)
        for i, at in enumerate([0, 4, 8, 12, 20.0])
    }
    assert one.loc["most_reach", "names"] == "b" and one.loc["most_reach", "reached_share"] == pytest.approx(
        7 / 9
    )
    assert one.loc["shortest_mean", "names"] == "abcde"[min(total, key=lambda i: total[i])]
    assert one.loc["shortest_mean", "mean_km"] == pytest.approx(min(total.values()) / 90)
    assert one.loc["shortest_longest", "longest_km"] == pytest.approx(12.0)
    assert found["number"].unique().tolist() == [1, 2, 3]


def test_among_equally_good_choices_the_shortest_mean_way_is_shown_and_their_number_said() -> None:
    people = np.array([50.0, 10.0, 10.0, 10.0, 10.0])
    found = sites_of_kreise(_row_of_towns(), people, ["05000"], SpaceParams(detour=1.0, far_km=5.0))
    two = found[found["number"] == 2].set_index("aim")
    # 80 of 90 reach a or c, a or d, b or c, b or d, b or e; their ways add up to 200, 160, 320, 320 and 320
    assert two.loc["most_reach", ["names", "equal_choices"]].tolist() == ["a; d", 5]
    assert two.loc["most_reach", "mean_km"] == pytest.approx(160 / 90)
    furthest = {
        pair: max(min(abs(at - [0, 4, 8, 12, 20][i]) for i in pair) for at in (0, 4, 8, 12, 20))
        for pair in itertools.combinations(range(5), 2)
    }
    least = min(furthest.values())
    assert two.loc["shortest_longest", "longest_km"] == pytest.approx(least)
    assert two.loc["shortest_longest", "equal_choices"] == sum(way == least for way in furthest.values())


def test_children_beyond_reach_and_what_one_more_school_would_reach() -> None:
    towns = _row_of_towns()
    at = np.array([0.0, 4.0, 8.0, 12.0, 20.0])
    # one school at the point of the first town; reach 5 km: c, d and e lie beyond
    ways = Ways(np.arange(5), np.zeros(5, int), at, 5, 1)
    supply = Supply(tuple(towns["ags"]), np.array([9.0, 9.0, 3.0, 4.0, 5.0]), ways, np.arange(5) == 0)
    kinds = {"x": Kind(forms=("x",), ages=("6-9",), way="far")}
    needy = np.array([False, False, False, True, True])
    row = beyond_by_kreis(kinds, {"x": supply}, towns, needy, SpaceParams(detour=1.0, far_km=5.0)).iloc[0]
    assert row["children"] == 30 and row["beyond_children"] == 12
    assert row["gained_children"] == 7  # at c or d: 3 + 4
    assert row["needy_share"] == pytest.approx(4 / 7)
